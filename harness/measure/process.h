/* One timed run: a fresh process in a process group of its own. The whole group is killed at the
 * run's cap, at its timeout or at the second Ctrl-C. Nothing that it starts outlives it, and it does
 * not outlive us (guard.h).
 *
 * Two runs may also take turns of a few milliseconds: while one runs, the process group of the
 * other is stopped (SIGSTOP). A disturbance that lasts longer than a turn (a neighbour on the same
 * core, a clock that slows down) then slows both runs alike, so their ratio is known far better
 * than from one run after the other. The time in which a run is stopped does not count. */
#ifndef HX_MEASURE_PROCESS_H
#define HX_MEASURE_PROCESS_H

#include "pvs/pvs.h"

#include "base/clock.h"
#include "machine/bind.h"
#include "machine/cpuset.h"
#include "measure/descendants.h"
#include "measure/guard.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* The descriptor on which the run finds its telemetry pipe: `--record 3`. */
enum { HX_PROCESS_TELEMETRY_FD = HX_GUARD_TELEMETRY_FD };

typedef struct hx_process_spec {
  char *const *argv;        /* argv[0] is looked up in PATH; ends with NULL */
  char *const *environment; /* NULL: the caller's */
  const char *folder;       /* working folder; NULL: the caller's */
  const hx_cpuset *cpus;    /* affinity of the child; NULL or empty: the caller's */
  const hx_cpuset *watch;   /* CPUs whose counters are read; NULL: all */
  bool fixed_addresses;     /* not randomized, where the kernel allows it */
  bool watch_tasks;         /* look at all its processes now and then (for a program that is pinned
                               from outside and does not report its workers) */
  bool telemetry;           /* give it a telemetry pipe; it sees descriptors 0, 1, 2 and this one */
  const char *input;        /* file that is its stdin; NULL: /dev/null */
  int stdout_fd;            /* its stdout; -1: discarded */
  bool merge_stderr;        /* its stderr goes to stdout_fd too, and `message` stays empty */
  bool show_stderr;         /* copy its stderr to ours */
  double cap_s, timeout_s;  /* INFINITY: none */
  /* The number of times that Ctrl-C was pressed; at 2 the run is stopped. NULL: never. */
  const volatile sig_atomic_t *interrupts;
  bool expendable; /* it is not timed, so the first Ctrl-C stops it */
} hx_process_spec;

typedef enum hx_process_end {
  HX_PROCESS_EXITED,
  HX_PROCESS_SIGNALLED,
  HX_PROCESS_CAPPED,      /* we stopped it at cap_s */
  HX_PROCESS_TIMEOUT,     /* we stopped it at timeout_s */
  HX_PROCESS_INTERRUPTED, /* we stopped it at Ctrl-C */
  HX_PROCESS_NOT_STARTED, /* `message` says why */
} hx_process_end;

enum { HX_PROCESS_MESSAGE = 1024 };

/* A stretch in which a run was not stopped; CLOCK_MONOTONIC. */
typedef struct hx_process_turn {
  double start_s, end_s;
} hx_process_turn;

typedef struct hx_process_result {
  hx_process_end end;
  int exit_code; /* when EXITED */
  int signal;    /* when SIGNALLED */
  char start_utc[HX_UTC_TEXT], end_utc[HX_UTC_TEXT];
  double start_s, end_s; /* CLOCK_MONOTONIC */
  double wall_s;         /* without the time in which it was stopped */
  double timeout_s;      /* of the spec */
  double user_s, sys_s;
  hx_process_turn *turns; /* of a run that took turns, in order; NULL, 0: it ran at one go */
  size_t n_turns;
  long long max_rss_kib, voluntary_switches, involuntary_switches, minor_faults, major_faults;
  hx_perf_counts counts;
  double steal_s, pressure_s; /* NaN: unknown */
  double
      other_cpu_s; /* less than 0 where the kernel's ticks missed some of the run; NaN: unknown */
  long runnable_other; /* -1: unknown */
  hx_watch_log seen;   /* with watch_tasks */
  int left_behind; /* descendants that were still alive when the run had ended, and were killed. 0
                    * if the run was stopped */
  char *telemetry; /* what came through the telemetry pipe, NUL at its end */
  size_t telemetry_size;
  char message[HX_PROCESS_MESSAGE]; /* the end of its stderr, or why it did not start */
} hx_process_result;

/* Runs it to its end. The result is always filled; release it with hx_process_result_deinit. */
void hx_process_run(const hx_process_spec *spec, hx_process_result *result);

/* Drops the turns that began after the run had ended at end_s (CLOCK_MONOTONIC), and shortens the one in
 * which it ended. The guard says that a run has ended only after it has ended all that was left behind,
 * which may be several turns later. The first turn always stays. */
void hx_process_end_turns(hx_process_result *result, double end_s);

/* Runs both to their ends in turns of about turn_s. The length of turns varies, so that they do not
 * follow the rhythm of anything else; the first turn is half as long. When one run has ended, the
 * other goes on alone. Caps, timeouts and wall_s do not count the time in which a run was stopped.
 * Steal, pressure and other_cpu_s are measured for both and divided in proportion to wall_s. A
 * process that leaves its group is not stopped with it. While something traces a process of a run (a
 * leak check at its end, say), its turn goes on. */
void hx_process_run_in_turns(const hx_process_spec spec[2], double turn_s,
                             hx_process_result result[2]);

/* How long it ran between two moments (CLOCK_MONOTONIC), without the time in which it was stopped. */
double hx_process_ran_s(const hx_process_result *result, double from_s, double to_s);

/* False, with a sentence about `who` in error, unless it ended by itself with exit code 0 or, if failures
 * are ignored, any other. */
bool hx_process_ended_well(const hx_process_result *result, bool ignore_failure, const char *who,
                           pvs_error *error);

void hx_process_result_deinit(hx_process_result *result);

#endif
