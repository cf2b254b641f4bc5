/* Options that several measuring commands share, as groups for their option tables, and what
 * becomes of them. */
#ifndef HX_CLI_MEASURE_OPTIONS_H
#define HX_CLI_MEASURE_OPTIONS_H

#include "cli/command.h"
#include "cli/goal_options.h"
#include "cli/life_options.h"
#include "tune/sweep.h"

#include <stdbool.h>
#include <stddef.h>

/* What is run. */
typedef struct hx_workload_options {
  hx_strings workloads, studies;
  const char *base, *project;
} hx_workload_options;

extern const hx_option hx_base_group[]; /* -b, --base */
extern const hx_option
    hx_workload_group[]; /* --workload, -p, -s; its default text is the first's */

/* How it is measured. */
typedef struct hx_measuring_options {
  double budget_s;  /* INFINITY: none */
  double timeout_s; /* 0: chosen */
  bool lock;
  double lock_wait_s;
  const char *note, *scratch;
} hx_measuring_options;

enum { HX_LOCK_WAIT_S = 3600 }; /* unless --lock-wait says otherwise */

extern const hx_option hx_measuring_group[]; /* --budget first, then --timeout, --lock, ... */

/* Which configurations sweep and tune measure, and how thoroughly. */
typedef struct hx_sweeping_options {
  hx_workload_options what;
  hx_measuring_options how;
  hx_life_options life;
  hx_goal_options goal;
  hx_strings expect;
  hx_strings params, environment, where;
  const char *workers, *executors, *pins, *schedules;
  long chunk, rounds;
  bool exhaustive, dry_run, fresh, explain;
} hx_sweeping_options;

extern const hx_option hx_sweeping_group[]; /* all of the above but --budget's group */

/* How a command is run, for the help of whatever measures. */
#define HX_COMMAND_WORKLOADS                                                                       \
  "A workload cmd:'COMMAND' is any program. In it {workers}, {processes} and {threads} become "    \
  "their "                                                                                         \
  "numbers; they are in its environment too, as PVTUNE_WORKERS, PVTUNE_PROCESSES and "             \
  "PVTUNE_THREADS. {output} becomes a path for its output file or folder; without it, the output " \
  "is what the command prints. {{name}} stands for the text {name}, and ${name} is the shell's. "  \
  "A command of words and quotes is started directly; if anything else in it means something to "  \
  "a shell, such as | > $ or *, it is run by /bin/sh -c. It runs in the current folder, and its "  \
  "stdin is empty.\n\n"                                                                            \
  "Parameters are further dimensions: --param level=1,3,9 puts each value in the place of "        \
  "{level}, "                                                                                      \
  "--env OMP_PLACES=cores,threads into the environment; --env OMP_NUM_THREADS={workers} and "      \
  "other "                                                                                         \
  "single values are the same in every run. A range is 1..64, 0..1+0.25 or 16..1024*2. --where "   \
  "leaves out combinations: numbers, names, texts in quotes, + - * / %, < <= > >= == !=, and, "    \
  "or, "                                                                                           \
  "not. Combinations are sampled, then each parameter is looked at for itself; the full product "  \
  "is "                                                                                            \
  "not tried.\n\n"                                                                                 \
  "--objective ranks on something else than time, such as the memory of the largest process, or "  \
  "a "                                                                                             \
  "number that the program prints (--metric). What is over a --limit or --max-rss in any run is "  \
  "never recommended; K, M and G are powers of 1024."

/* The workloads that were named: from --workload, then from -b, -p, -s, then the command behind "--";
 * `fallback` when there are none (NULL: none is fine). `known` has the parameters that commands may
 * name. To be freed with hx_measure_workloads_free in any case. */
typedef struct hx_measure_workloads {
  hx_workload *items;
  const char **expected; /* reference outputs; NULL where none was given */
  size_t n;
  bool named; /* not the fallback */
} hx_measure_workloads;
/* False after saying on stderr what is wrong: a usage error. */
bool hx_measure_workloads_parse(const hx_context *cx, const hx_workload_options *options,
                                const hx_config *known, const char *fallback,
                                hx_measure_workloads *out);
bool hx_measure_expected_take(const hx_strings *expect, hx_measure_workloads *workloads);
bool hx_measure_workloads_have_commands(const hx_measure_workloads *workloads);
void hx_measure_workloads_free(hx_measure_workloads *workloads);

/* Whether this build has the executors that are named: mpi needs an MPI library. False, with what to
 * install said. */
bool hx_measure_has_executors(const hx_context *cx, const hx_sweeping_options *options);
/* What of the options the sweep needs; `params` and `describe` are borrowed. */
hx_sweep_options hx_measure_sweep_options(const hx_sweeping_options *options, const char *command,
                                          const hx_measure_workloads *workloads,
                                          const hx_params *params, const char *describe);

#endif
