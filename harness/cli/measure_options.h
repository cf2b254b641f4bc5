/* Options that several measuring commands share, as groups for their option tables, and functions
 * that read them. */
#ifndef HX_CLI_MEASURE_OPTIONS_H
#define HX_CLI_MEASURE_OPTIONS_H

#include "cli/command.h"
#include "cli/goal_options.h"
#include "measure/life.h"
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

/* What happens around measured runs (measure/life.h). */
typedef struct hx_life_options {
  hx_run_life life; /* but for ignore_outputs */
  int outputs;      /* HX_LIFE_CHECK, HX_LIFE_IGNORE */
  long warm_ups;    /* 1 unless --warmup says otherwise */
} hx_life_options;

enum { HX_LIFE_CHECK, HX_LIFE_IGNORE };

extern const hx_option hx_around_group[]; /* all but --warmup and --outputs */

/* Reads the options; false with an error that names the wrong one. `commands`: some workload is a
 * command; `known` has the parameters that commands may name; `expects`: expected outputs were
 * given. */
bool hx_life_take(const hx_life_options *options, bool commands, const hx_config *known,
                  bool expects, hx_run_life *life, pvs_error *error);

/* None of the options was given. */
bool hx_life_is_plain(const hx_life_options *options);

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
  "A workload cmd:'COMMAND' is any program. {workers}, {processes} and {threads} in it "           \
  "are replaced by numbers, which the program also finds in the environment variables "            \
  "PVTUNE_WORKERS, PVTUNE_PROCESSES and PVTUNE_THREADS. {output} is replaced by the "              \
  "path of a file or folder that the program is to write; without it, what the program "           \
  "prints is its output. Write {{name}} for the text {name}; ${name} is left to the "              \
  "shell. A command that has only words and quotes is started directly. A command with "           \
  "anything that a shell interprets, such as | > $ or *, is run by /bin/sh -c. It runs "           \
  "in the current folder with an empty stdin.\n\n"                                                 \
  "A program may have parameters besides its number of workers. --param level=1,3,9 "              \
  "tries each of these values in place of {level}; --env OMP_PLACES=cores,threads "                \
  "tries each value of an environment variable. An --env with a single value, such as "            \
  "OMP_NUM_THREADS={workers}, is set in every run. A range of values is written 1..64, "           \
  "0..1+0.25 or 16..1024*2. --where keeps only the combinations that meet a condition; "           \
  "it may have numbers, names, texts in quotes, + - * / %, < <= > >= == !=, and, or, "             \
  "not. Not every combination is tried: pvtune samples some of them, and then varies "             \
  "one parameter at a time.\n\n"                                                                   \
  "--objective ranks configurations by something other than time, such as the memory "             \
  "of the largest process or a number that the program prints (--metric). A "                      \
  "configuration that exceeds a --limit or --max-rss in any run is never recommended; "            \
  "K, M and G are powers of 1024."

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
size_t hx_measure_count_commands(const hx_workload *workloads, size_t n); /* of n workloads */
void hx_measure_workloads_free(hx_measure_workloads *workloads);

/* Whether this build has the named executors: mpi needs an MPI library. If not, prints what to
 * install. */
bool hx_measure_has_executors(const hx_context *cx, const hx_sweeping_options *options);
/* The part of the options that a sweep needs; `params` and `describe` are borrowed. */
hx_sweep_options hx_measure_sweep_options(const hx_sweeping_options *options, const char *command,
                                          const hx_measure_workloads *workloads,
                                          const hx_params *params, const char *describe);

#endif
