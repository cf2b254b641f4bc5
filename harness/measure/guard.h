/* A process between pvtune and a timed run, which makes sure that nothing that the run starts
 * outlives it.
 *
 * It is forked for each run, starts the program, sleeps while the program runs, and reports its end.
 * As a subreaper it inherits every descendant that is orphaned, so that none gets away by leaving
 * its process group. Whatever is still alive when the program has ended is killed. When we are
 * killed ourselves, the guard kills the program with all its descendants at once; until that is
 * done it keeps the measuring lock, since it has our descriptors. The program has none of them: it
 * sees stdin, stdout, stderr and, if asked for, the telemetry pipe. */
#ifndef HX_MEASURE_GUARD_H
#define HX_MEASURE_GUARD_H

#include "machine/cpuset.h"
#include "measure/perf.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* What the program gets; argv[0] is looked up in PATH. */
typedef struct hx_guard_spec {
  char *const *argv;
  char *const *environment; /* NULL: ours */
  const char *folder;       /* working folder; NULL: ours */
  const hx_cpuset *cpus;    /* affinity; NULL or empty: ours */
  bool fixed_addresses;     /* not randomized, where the kernel allows it */
  int stdin_fd;             /* its stdin */
  int stdout_fd, stderr_fd;
  int telemetry_fd; /* becomes descriptor HX_GUARD_TELEMETRY_FD; -1: none */
} hx_guard_spec;

enum { HX_GUARD_TELEMETRY_FD = 3 };

typedef struct hx_guard {
  pid_t pid;      /* of the guard, the ancestor of all processes of the run */
  pid_t run;      /* of the program, which is also its process group's */
  int channel;    /* readable when the run has ended */
  double start_s; /* when the program was started; CLOCK_MONOTONIC */
} hx_guard;

typedef struct hx_guard_end {
  double end_s;
  int status; /* as from waitpid */
  struct rusage usage;
  hx_perf_counts counts; /* of the program and all that it started */
  int left_behind;       /* processes that were still alive when the program had ended */
} hx_guard_end;

/* Returns 0, or an errno value if the program or its guard could not be started. */
int hx_guard_begin(hx_guard *guard, const hx_guard_spec *spec);
/* Waits for the end, and for the guard. False when the guard itself was killed; then the program
 * is killed too, and nothing is known of it. */
bool hx_guard_finish(hx_guard *guard, hx_guard_end *end);

#endif
