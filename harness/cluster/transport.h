/* What pvtune needs of MPI, as one table of functions. The table stands in a module of its own
 * (mpi/module.c), one for each MPI library that the build found, which is loaded by `-x mpi` alone: so
 * the program itself starts without MPI, and one binary serves several MPI libraries.
 *
 * All functions but abort are for the thread that started MPI, and those marked as collective are to
 * be called by all ranks in the same order. What fails inside MPI ends all ranks, as MPI does by
 * itself, except for files. */
#ifndef HX_CLUSTER_TRANSPORT_H
#define HX_CLUSTER_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HX_TRANSPORT_VERSION = 1 };

typedef struct hx_transport_place {
  int rank, ranks;
  int local_rank, local_ranks; /* among those on the same node */
} hx_transport_place;

typedef struct hx_transport {
  int version;          /* HX_TRANSPORT_VERSION */
  const char *launcher; /* mpirun of the same MPI, as the build found it */
  /* The launcher's options, separated by spaces, for unbound ranks on this machine, which may be
   * more than it has cores. */
  const char *launch_options;
  /* Collective. False when MPI does not start. */
  bool (*start)(hx_transport_place *place);
  void (*stop)(void); /* collective */
  void (*abort)(int status) __attribute__((noreturn));

  void (*broadcast)(int from, void *data, size_t size); /* collective; any size. The
                                                              data must be writable at `from` too */
  void (*combine)(uint64_t *words, size_t n);           /* collective: bitwise or over all ranks */
  int (*smallest)(int value);                           /* collective */
  /* Does not wait for the receiver, and copies the data. size is at most INT_MAX. What is not
   * received before `stop` keeps that from ending. */
  void (*send)(int to, const void *data, size_t size);
  bool (*probe)(int *from, size_t *size); /* is there a message? Does not wait */
  void (*receive)(int from, void *data, size_t size);

  /* Collective: an existing file that all ranks write parts of. NULL when it cannot be opened. */
  void *(*file_open)(const char *path);
  bool (*file_write)(void *file, uint64_t at, const void *data, size_t size);
  bool (*file_close)(void *file); /* collective */
} hx_transport;

/* The symbol that a module has. */
#define HX_TRANSPORT_SYMBOL "hx_mpi_transport"

#endif
