#include "cluster/cluster.h"

#include "base/fail.h"
#include "base/text.h"
#include "machine/allocation.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the launcher -------------------------------------------------------------------------- */

typedef enum family { ANY, OPEN_MPI, MPICH } family;

/* How launchers number their ranks; Slurm's own numbers come last, since mpirun may run inside it,
 * and count only for what srun has started. */
static const struct launcher {
  const char *rank, *ranks;
  family family;
} launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", OPEN_MPI},
    {"PMI_RANK", "PMI_SIZE", MPICH},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", ANY},
};

static const struct launcher *find_launcher(void) {
  for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
    if (getenv(launchers[i].rank) && getenv(launchers[i].ranks))
      return &launchers[i];
  return NULL;
}

int hx_cluster_launched(int *ranks) {
  const struct launcher *found = find_launcher();
  const char *n = found ? getenv(found->ranks) : NULL, *rank = found ? getenv(found->rank) : NULL;
  *ranks = n ? atoi(n) : 0;
  return rank ? atoi(rank) : 0;
}

/* ---- the module ---------------------------------------------------------------------------- */

static const hx_transport *load(const char *path, pvs_error *error) {
  /* Global: an MPI library loads parts of itself that need its symbols. */
  void *module = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  const hx_transport *mpi = module ? dlsym(module, HX_TRANSPORT_SYMBOL) : NULL;
  if (!mpi) {
    hx_fail(error, PVS_UNSUPPORTED, "MPI cannot be loaded: %s", dlerror());
    return NULL;
  }
  if (mpi->version == HX_TRANSPORT_VERSION)
    return mpi;
  hx_fail_at(error, PVS_UNSUPPORTED, path, 0, NULL, "built for another version of pvtune");
  return NULL;
}

const hx_transport *hx_cluster_load(const char *self_path, pvs_error *error) {
  static const char *const names[] = {[ANY] = "mpi", [OPEN_MPI] = "openmpi", [MPICH] = "mpich"};
  const struct launcher *launcher = find_launcher();
  const char *given = getenv("PVTUNE_MPI"), *slash = strrchr(self_path, '/');
  int folder = slash ? (int)(slash - self_path) : 0;
  if (given && given[0])
    return load(given, error);
  for (int pass = 0; pass < 2; pass++)
    for (family f = ANY; f <= MPICH; f++)
      for (int place = 0; place < 2; place++) {
        char path[PATH_MAX];
        bool fits = launcher && launcher->family == f;
        snprintf(path, sizeof path, "%.*s/%spvtune-%s.so", folder, self_path,
                 place == 0 ? "" : "../lib/pvtune/", names[f]);
        if ((pass == 0) == fits && access(path, R_OK) == 0)
          return load(path, error);
      }
  hx_fail(error, PVS_UNSUPPORTED,
          "this pvtune was built without MPI: install an MPI library (on Debian openmpi-bin and "
          "libopenmpi-dev, or mpich and libmpich-dev) and build pvtune again");
  return NULL;
}

/* ---- launching ----------------------------------------------------------------------------- */

/* MPI libraries let hwloc look for all devices of a node. Its plugins for graphics cards load dozens of
 * libraries and try ten displays, for nothing. What a person has set stays. */
static void leave_graphics_out(void) {
  setenv("HWLOC_PLUGINS_BLACKLIST", "hwloc_gl.so,hwloc_opencl.so,hwloc_pci.so,hwloc_xml_libxml.so",
         0);
}

#define RECORD_VARIABLE "PVTUNE_RECORD"

const char *hx_cluster_telemetry_path(void) {
  int ranks;
  hx_cluster_launched(&ranks);
  return ranks > 0 ? getenv(RECORD_VARIABLE) : NULL;
}

/* Words between blanks, each ended by NUL. */
static void add_words(hx_text *words, const char *text) {
  for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
    size_t length = strcspn(text, " ");
    hx_text_add(words, text, length);
    hx_text_put_char(words, '\0');
    text += length;
  }
}

/* This process's arguments, each ended by NUL. (A file of /proc has no size.) */
static bool read_arguments(hx_text *text, pvs_error *error) {
  static const char path[] = "/proc/self/cmdline";
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = -1;
  char *at = NULL;
  while (fd >= 0 && (at = hx_text_reserve(text, BUFSIZ)) && (n = read(fd, at, BUFSIZ)) > 0)
    text->length += (size_t)n;
  int reason = errno;
  if (fd >= 0)
    close(fd);
  return n == 0 || hx_fail_errno(error, at || fd < 0 ? reason : ENOMEM, path, "cannot be read");
}

bool hx_cluster_launch(const char *self_path, int ranks, int telemetry_fd, pvs_error *error) {
  char count[16], path[64];
  hx_text own = {0}, words = {0};
  const hx_transport *mpi = hx_cluster_load(self_path, error);
  if (!mpi || !read_arguments(&own, error)) {
    hx_text_deinit(&own);
    return false;
  }
  snprintf(count, sizeof count, "%d", ranks);
  hx_text_add(&words, mpi->launcher, strlen(mpi->launcher) + 1);
  add_words(&words, mpi->launch_options);
  hx_text_add(&words, "-n", sizeof "-n");
  hx_text_add(&words, count, strlen(count) + 1);
  hx_text_add(&words, self_path, strlen(self_path) + 1);
  size_t program = strnlen(own.at, own.length) + 1;
  hx_text_add(&words, own.at + program, own.length - program);
  hx_text_deinit(&own);
  char **argv = hx_text_take_argv(&words);
  if (!argv)
    return hx_fail_memory(error);
  if (telemetry_fd >= 0) {
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), telemetry_fd);
    setenv(RECORD_VARIABLE, path, 1);
    fcntl(telemetry_fd, F_SETFD, 0);
  }
  leave_graphics_out();
  /* What Open MPI's launcher tells its ranks, it keeps in files of memory: that pays for itself with
   * hundreds of ranks, and costs 0.03 s with two. What a person has set stays. */
  setenv("PMIX_MCA_gds", "hash", 0);
  if (geteuid() == 0) { /* Open MPI asks root for its own good; containers have nobody else */
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
  }
  execv(mpi->launcher, argv);
  int reason = errno;
  free(argv);
  return hx_fail_errno(error, reason, mpi->launcher, "cannot be started");
}

/* ---- ranks --------------------------------------------------------------------------------- */

static void find_sharing(hx_cluster *cluster) {
  struct {
    char node[256];
    hx_cpuset cpus;
  } own, other;
  memset(&own, 0, sizeof own);
  gethostname(own.node, sizeof own.node - 1);
  hx_affinity_read(0, &own.cpus);
  for (int rank = 0; rank < cluster->place.ranks; rank++) {
    other = own;
    cluster->mpi->broadcast(rank, &other, sizeof other);
    bool same = strcmp(own.node, other.node) == 0 && hx_cpuset_equal(&own.cpus, &other.cpus);
    cluster->sharing += same;
    cluster->sharing_index += same && rank < cluster->place.rank;
  }
}

bool hx_cluster_start(hx_cluster *cluster, const char *self_path, pvs_error *error) {
  *cluster = (hx_cluster){.mpi = hx_cluster_load(self_path, error)};
  if (!cluster->mpi)
    return false;
  leave_graphics_out();
  if (cluster->mpi->start(&cluster->place)) {
    find_sharing(cluster);
    return true;
  }
  cluster->mpi = NULL;
  return hx_fail(error, PVS_UNSUPPORTED, "MPI does not start");
}

void hx_cluster_stop(hx_cluster *cluster) {
  if (cluster->mpi)
    cluster->mpi->stop();
  cluster->mpi = NULL;
}

bool hx_cluster_agree(const hx_cluster *cluster, bool ok, int *status, pvs_error *error) {
  const int rank = cluster->place.rank;
  int failed = cluster->mpi->smallest(ok ? INT_MAX : rank);
  if (failed == INT_MAX)
    return true;
  struct {
    pvs_error error;
    int status;
  } told = {.error = *error, .status = *status};
  cluster->mpi->broadcast(failed, &told, sizeof told);
  *error = told.error;
  *status = told.status;
  return false;
}
