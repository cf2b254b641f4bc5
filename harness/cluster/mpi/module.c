/* hx_transport by MPI. Compiled once for each MPI library, as a module that is loaded at run time. */
#include "cluster/transport.h"

#include <limits.h>
#include <mpi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

enum { TAG = 1, PIECE = 1 << 28 };

#ifdef OPEN_MPI
static bool has_local_ranks_alone(void) {
  const char *all = getenv("OMPI_COMM_WORLD_SIZE"), *local = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  return all && local && strcmp(all, local) == 0;
}

/* Started by hand: launchers set one of these for each rank. */
static bool is_alone(void) {
  static const char *const set_by_launchers[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK",
                                                 "SLURM_PROCID"};
  for (size_t i = 0; i < sizeof set_by_launchers / sizeof *set_by_launchers; i++)
    if (getenv(set_by_launchers[i]))
      return false;
  return true;
}

/* What a person has set stays. Ranks that wait leave the CPU to workers and to the launcher: without
 * that, opening a file together took 0.24 s instead of 0.004 on two busy cores. Ranks of one machine
 * need no network, whose libraries take most of the time to start (0.33 s against 0.09). A rank alone
 * needs no daemon either, which it would start to be ready for others (0.3 s). */
static void prepare(void) {
  const bool alone = is_alone();
  setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
  if (alone)
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  if (!alone && !has_local_ranks_alone())
    return;
  setenv("OMPI_MCA_pml", "ob1", 0);
  setenv("OMPI_MCA_btl", alone ? "self" : OMPI_MAJOR_VERSION < 5 ? "self,vader" : "self,sm", 0);
}

/* Now and then, and when it ends, a rank sends several short messages to its launcher. The system keeps
 * the second one back until the first is acknowledged, which takes 40 ms, unless it is told not to. */
static void send_at_once(void) {
  enum { FILES = 256 };
  const int on = 1;
  for (int fd = 0; fd < FILES; fd++) /* others than sockets of TCP refuse */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
#else
static void prepare(void) {}
static void send_at_once(void) {}
#endif

static bool start(hx_transport_place *place) {
  int provided;
  prepare();
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
      provided < MPI_THREAD_FUNNELED)
    return false;
  send_at_once();
  MPI_Comm node;
  MPI_Comm_rank(MPI_COMM_WORLD, &place->rank);
  MPI_Comm_size(MPI_COMM_WORLD, &place->ranks);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_rank(node, &place->local_rank);
  MPI_Comm_size(node, &place->local_ranks);
  MPI_Comm_free(&node);
  return true;
}

__attribute__((noreturn)) static void abort_all(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  _Exit(status);
}

/* ---- messages ---- */

/* Those that are on their way, with their data. */
static struct outgoing {
  MPI_Request request;
  void *data;
} * outgoing;
static size_t n_outgoing, room_outgoing;

/* Frees those that have arrived; wait: all of them. */
static void settle(bool wait) {
  for (size_t i = n_outgoing; i-- > 0;) {
    int done = wait;
    if (wait)
      MPI_Wait(&outgoing[i].request, MPI_STATUS_IGNORE);
    else
      MPI_Test(&outgoing[i].request, &done, MPI_STATUS_IGNORE);
    if (!done)
      continue;
    free(outgoing[i].data);
    outgoing[i] = outgoing[--n_outgoing];
  }
}

static void stop(void) {
  settle(true);
  free(outgoing);
  send_at_once();
  MPI_Finalize();
}

static int piece_of(size_t left) {
  return left < PIECE ? (int)left : PIECE;
}

static void broadcast(int from, void *data, size_t size) {
  char *at = data;
  while (size > 0) {
    int n = piece_of(size);
    MPI_Bcast(at, n, MPI_BYTE, from, MPI_COMM_WORLD);
    at += n;
    size -= (size_t)n;
  }
}

static void combine(uint64_t *words, size_t n) {
  while (n > 0) {
    int count = n < PIECE / 8 ? (int)n : PIECE / 8;
    MPI_Allreduce(MPI_IN_PLACE, words, count, MPI_UINT64_T, MPI_BOR, MPI_COMM_WORLD);
    words += count;
    n -= (size_t)count;
  }
}

static int smallest(int value) {
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return value;
}

static void send_data(int to, const void *data, size_t size) {
  settle(false);
  if (n_outgoing == room_outgoing) {
    room_outgoing = 2 * room_outgoing + 16;
    outgoing = realloc(outgoing, room_outgoing * sizeof *outgoing);
  }
  void *copy = malloc(size + 1);
  if (!outgoing || !copy)
    abort_all(1);
  memcpy(copy, data, size);
  struct outgoing *one = &outgoing[n_outgoing++];
  one->data = copy;
  MPI_Isend(copy, (int)size, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &one->request);
}

static bool probe(int *from, size_t *size) {
  int there = 0, n = 0;
  MPI_Status status;
  settle(false);
  MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status);
  if (!there)
    return false;
  MPI_Get_count(&status, MPI_BYTE, &n);
  *from = status.MPI_SOURCE;
  *size = (size_t)n;
  return true;
}

static void receive_data(int from, void *data, size_t size) {
  MPI_Recv(data, (int)size, MPI_BYTE, from, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* ---- files: their errors are returned (MPI's default for files) ---- */

static void *file_open(const char *path) {
  MPI_File *file = malloc(sizeof *file);
  if (!file)
    abort_all(1);
  if (MPI_File_open(MPI_COMM_WORLD, path, MPI_MODE_WRONLY, MPI_INFO_NULL, file) == MPI_SUCCESS)
    return file;
  free(file);
  return NULL;
}

static bool file_write(void *file, uint64_t at, const void *data, size_t size) {
  const char *from = data;
  while (size > 0) {
    int n = piece_of(size), written = 0;
    MPI_Status status;
    if (MPI_File_write_at(*(MPI_File *)file, (MPI_Offset)at, from, n, MPI_BYTE, &status) !=
            MPI_SUCCESS ||
        MPI_Get_count(&status, MPI_BYTE, &written) != MPI_SUCCESS || written != n)
      return false;
    at += (uint64_t)n;
    from += n;
    size -= (size_t)n;
  }
  return true;
}

static bool file_close(void *file) {
  bool ok = MPI_File_close(file) == MPI_SUCCESS;
  free(file);
  return ok;
}

__attribute__((visibility("default"))) extern const hx_transport hx_mpi_transport;

const hx_transport hx_mpi_transport = {
    .version = HX_TRANSPORT_VERSION,
    .launcher = HX_MPI_LAUNCHER,
#ifdef OPEN_MPI
    .launch_options = "--oversubscribe --bind-to none",
#else
    .launch_options = "",
#endif
    .start = start,
    .stop = stop,
    .abort = abort_all,
    .broadcast = broadcast,
    .combine = combine,
    .smallest = smallest,
    .send = send_data,
    .probe = probe,
    .receive = receive_data,
    .file_open = file_open,
    .file_write = file_write,
    .file_close = file_close,
};
