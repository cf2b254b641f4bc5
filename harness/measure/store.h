/* The store: results/<machine>/ and its tables, one X-macro line per column. results/README.md has
 * the same list for readers; tests/unit/test_store.c checks that both are equal.
 *
 * To add a column: a line here (anywhere, because readers go by name) and a line in
 * results/README.md. A column whose meaning changes gets a new name. */
#ifndef HX_MEASURE_STORE_H
#define HX_MEASURE_STORE_H

#include "pvs/pvs.h"

#include "measure/store_file.h"

#include <stddef.h>

/* X(cell, name, unit, meaning) */
#define HX_RUN_COLUMNS(X)                                                                          \
  X(TEXT, run, "uuid", "key of the row")                                                           \
  X(TEXT, sweep, "uuid", "the sweep, tuning or comparison it was part of; kept when resumed")      \
  X(TEXT, command, "name", "tune, sweep, check, self-cost, compare, gate or record")               \
  X(TEXT, machine, "id", "hash of the stable hardware; also the folder's name")                    \
  X(TEXT, allocation, "key", "which part of the machine was allowed")                              \
  X(TEXT, environment, "hash", "row of machine.csv: kernel, governor, compiler and the like")      \
  X(TEXT, boot, "uuid", "boot of the machine; monotonic times compare only within one")            \
  X(TEXT, binary, "hash", "XXH3 of pvtune; of that side in a comparison, empty for commands")      \
  X(TEXT, revision, "text", "commit of the binary's checkout, with -dirty; empty: none")           \
  X(TEXT, workload, "key", "study:, builtin: or cmd: string")                                      \
  X(TEXT, workload_class, "name", "static, batteries, mixed or command")                           \
  X(INT, units, "count", "units of work the executor could hand out; empty: unknown")              \
  X(TEXT, input_digest, "hash", "of all inputs of the workload")                                   \
  X(TEXT, grid, "hash", "of everything that decides the order of runs; a sweep resumes on it")     \
  X(TEXT, side, "A|B", "which side of a comparison; empty in sweeps")                              \
  X(TEXT, config, "key",                                                                           \
    "as `pvtune run --config` takes it: threads:4/pin=compact/schedule=static")                    \
  X(TEXT, executor, "name", "serial, threads, processes, hybrid or mpi")                           \
  X(INT, workers, "count", "workers asked for: processes x threads")                               \
  X(INT, processes, "count", "processes asked for")                                                \
  X(INT, threads, "count", "threads asked for in each process")                                    \
  X(TEXT, schedule, "name", "dynamic or static")                                                   \
  X(INT, chunk, "units", "units a worker takes at once; 0: left to the executor")                  \
  X(TEXT, pin, "name", "pin strategy")                                                             \
  X(INT, block, "count",                                                                           \
    "block (round) of the sweep, from 1; where the whole machine is searched, the number of the "  \
    "run; 0: warm-up")                                                                             \
  X(INT, position, "count", "place within the block, from 1")                                      \
  X(INT, counted, "0|1", "1: the run counts in estimates; 0: warm-up, censored or invalid")        \
  X(TEXT, outcome, "name", "valid, over (a limit), censored, wrong, invalid, failed or timeout")   \
  X(TEXT, reason, "text", "why a run is not valid, in plain words")                                \
  X(TEXT, start_utc, "ISO 8601", "start, UTC, with microseconds")                                  \
  X(TEXT, end_utc, "ISO 8601", "end, UTC, with microseconds")                                      \
  X(REAL, start_s, "s", "start on the monotonic clock")                                            \
  X(REAL, end_s, "s", "end on the monotonic clock")                                                \
  X(REAL, seconds, "s", "what configurations are ranked on: wall_s, or work_s for builtin:")       \
  X(TEXT, objective, "name", "what configurations are ranked on instead of seconds; empty: them")  \
  X(REAL, value, "its unit", "the objective's value: B, J or s, or as the program printed it")     \
  X(INT, maximize, "0|1", "1: the objective is to be large instead of small")                      \
  X(TEXT, metrics, "name=value", "what --metric found, separated by spaces")                       \
  X(REAL, wall_s, "s", "whole process, from its start to its end, but for waiting for turns")      \
  X(INT, turns, "count", "stretches it ran in, taking turns with the other side; 1: at one go")    \
  X(REAL, user_s, "s", "CPU time in user mode, all its processes")                                 \
  X(REAL, sys_s, "s", "CPU time in the kernel, all its processes")                                 \
  X(REAL, cpus_used, "CPUs", "(user_s + sys_s) / wall_s")                                          \
  X(INT, max_rss_kib, "KiB",                                                                       \
    "largest resident set of one of its processes; never less than what "                          \
    "the process has that starts it, about 2 MB")                                                  \
  X(INT, output_bytes, "B", "size of its outputs; empty: they were not kept")                      \
  X(REAL, energy_j, "J", "energy of the packages while it ran (RAPL); empty: cannot be read")      \
  X(REAL, instructions, "count", "instructions in user mode; empty: the CPU cannot count them")    \
  X(REAL, cycles, "count", "clock cycles in user mode, likewise")                                  \
  X(REAL, llc_misses, "count", "misses of the last-level cache in user mode, likewise")            \
  X(INT, voluntary_switches, "count", "context switches because it waited")                        \
  X(INT, involuntary_switches, "count", "context switches because others were served")             \
  X(INT, minor_faults, "count", "page faults without a read from disk")                            \
  X(INT, major_faults, "count", "page faults with a read from disk")                               \
  X(REAL, steal_s, "s", "time the hypervisor took from the allowed CPUs during the run")           \
  X(REAL, pressure_s, "s", "time in which some task of the machine waited for a CPU (PSI)")        \
  X(REAL, other_cpu_s, "s",                                                                        \
    "CPU time on the allowed CPUs that was not the run's own; below 0: ticks missed some")         \
  X(INT, runnable_other, "count", "other runnable tasks just before or just after, the larger")    \
  X(INT, disturbed, "0|1", "1: other jobs or the hypervisor took more than a little")              \
  X(REAL, spent_s, "s", "what it cost of the budget: start, run, checks, store")                   \
  X(REAL, setup_s, "s", "start of main to the first byte read")                                    \
  X(REAL, read_s, "s", "opening, reading and checking inputs")                                     \
  X(REAL, plan_s, "s", "planning, and the output folder")                                          \
  X(REAL, simulate_s, "s", "first worker started to last worker gone")                             \
  X(REAL, output_s, "s", "closing tables, digest")                                                 \
  X(REAL, publish_s, "s", "putting the new output folder in the old one's place")                  \
  X(REAL, work_s, "s", "from the plan to the last output: plan_s + simulate_s + output_s")         \
  X(REAL, cpu_flow_s, "s", "energy flows, summed over workers")                                    \
  X(REAL, cpu_bill_s, "s", "bills, summed over workers")                                           \
  X(REAL, cpu_finish_s, "s", "scenarios' results, summed over workers")                            \
  X(REAL, cpu_write_s, "s", "scenarios' files, summed over workers")                               \
  X(INT, scenarios, "count", "scenarios of the workload")                                          \
  X(INT, workers_seen, "count", "workers that did at least one unit; empty: unknown")              \
  X(INT, flows_computed, "count", "energy flows computed")                                         \
  X(INT, bills_computed, "count", "bills computed")                                                \
  X(TEXT, binding, "name", "held, lost, none (not asked for) or unknown (not proven)")             \
  X(INT, left_behind, "count", "processes it left running at its end, which were then ended")      \
  X(TEXT, cpus_ran_on, "list", "CPUs its workers were seen on")                                    \
  X(TEXT, digest, "hash", "of all outputs")                                                        \
  X(TEXT, reference_digest, "hash", "of the serial run's outputs, which it must equal")            \
  X(TEXT, expected, "path", "reference outputs the serial run was checked against (--expect)")     \
  X(INT, exit, "code", "exit code; empty: ended by a signal")                                      \
  X(INT, signal, "number", "signal that ended it; empty: none")                                    \
  X(REAL, cap_s, "s", "time after which it would have been stopped; empty: none")                  \
  X(TEXT, note, "text", "--note of the person who measured")

#define HX_SWEEP_COLUMNS(X)                                                                        \
  X(TEXT, sweep, "uuid", "key; the last row for a sweep holds")                                    \
  X(TEXT, state, "name", "started, finished or interrupted")                                       \
  X(TEXT, at_utc, "ISO 8601", "when this row was written")                                         \
  X(TEXT, command, "name", "tune, sweep, check or self-cost")                                      \
  X(TEXT, resume_key, "hash", "an unfinished sweep of this boot resumes on it")                    \
  X(TEXT, boot, "uuid", "boot of the machine")                                                     \
  X(TEXT, machine, "id", "hash of the stable hardware")                                            \
  X(TEXT, allocation, "key", "which part of the machine was allowed")                              \
  X(TEXT, environment, "hash", "row of machine.csv")                                               \
  X(TEXT, binary, "hash", "XXH3 of pvtune")                                                        \
  X(TEXT, workloads, "keys", "workloads joined by ' + '")                                          \
  X(TEXT, options, "text", "options in effect, name=value")                                        \
  X(INT, configurations, "count", "configurations in the grid")                                    \
  X(INT, runs, "count", "runs measured")                                                           \
  X(REAL, spent_s, "s", "time spent measuring")                                                    \
  X(TEXT, interference, "text", "what disturbed it; empty: nothing noticed")                       \
  X(TEXT, note, "text", "--note of the person who measured")

#define HX_STANDING_COLUMNS(X)                                                                     \
  X(TEXT, sweep, "uuid", "the sweep or tuning, in runs.csv; its last rows hold")                   \
  X(TEXT, made_utc, "ISO 8601", "when it was decided")                                             \
  X(TEXT, machine, "id", "machine it holds for")                                                   \
  X(TEXT, allocation, "key", "allowed part of the machine it holds for")                           \
  X(TEXT, workload, "key", "workload it is about")                                                 \
  X(TEXT, config, "key", "the configuration")                                                      \
  X(TEXT, standing, "name",                                                                        \
    "answer (what the verdict is about), ties, slower, worse, unranked (not compared in enough "   \
    "fresh runs), far slower, far worse or not valid")                                             \
  X(REAL, ratio, "ratio",                                                                          \
    "its time, or its objective, over the answer's: runs of the same rounds")                      \
  X(REAL, ratio_lower, "ratio", "lower end of the 95 % interval")                                  \
  X(REAL, ratio_upper, "ratio", "upper end of the 95 % interval")                                  \
  X(REAL, seconds, "s",                                                                            \
    "the answer's time in the final times the ratio; median of its runs if "                       \
    "nothing was decided, or where the objective is not time")                                     \
  X(REAL, seconds_lower, "s", "lower end of the 95 % interval")                                    \
  X(REAL, seconds_upper, "s", "upper end of the 95 % interval")                                    \
  X(REAL, value, "its unit", "the objective's value, where that is not time")                      \
  X(REAL, value_lower, "its unit", "lower end of the 95 % interval")                               \
  X(REAL, value_upper, "its unit", "upper end of the 95 % interval")                               \
  X(REAL, speedup, "ratio", "how many times as fast, or as good, as serial")                       \
  X(REAL, speedup_lower, "ratio", "lower end of the 95 % interval")                                \
  X(REAL, speedup_upper, "ratio", "upper end of the 95 % interval")                                \
  X(REAL, joint_loss, "ratio",                                                                     \
    "of several workloads: loss against the best on this one, in rounds that measured all of "     \
    "them")                                                                                        \
  X(TEXT, verdict, "name", "state of the workload's verdict: found, tie, no effect, ...")          \
  X(TEXT, finding, "text", "the verdict as a sentence, in the answer's row")

#define HX_RECOMMENDATION_COLUMNS(X)                                                               \
  X(TEXT, recommendation, "uuid", "key of the row; the last row for a workload holds")             \
  X(TEXT, sweep, "uuid", "the tuning it comes from, in runs.csv")                                  \
  X(TEXT, made_utc, "ISO 8601", "when it was made")                                                \
  X(TEXT, scope, "name", "single, or joint over several workloads")                                \
  X(TEXT, machine, "id", "machine it holds for")                                                   \
  X(TEXT, allocation, "key", "allowed part of the machine it holds for")                           \
  X(TEXT, kernel, "text", "kernel it was measured on")                                             \
  X(TEXT, binary, "hash", "binary it was measured with")                                           \
  X(TEXT, revision, "text", "commit of that binary's checkout")                                    \
  X(TEXT, workload, "key", "workload, or workloads joined by ' + '")                               \
  X(TEXT, workload_class, "name", "static, batteries, mixed or command")                           \
  X(INT, units, "count", "units of work visible to the executor")                                  \
  X(REAL, log2_serial_s, "log2 s", "base-2 logarithm of serial_s: the size of the workload")       \
  X(TEXT, config, "key", "the configuration recommended")                                          \
  X(TEXT, executor, "name", "its executor")                                                        \
  X(INT, workers, "count", "its workers")                                                          \
  X(INT, processes, "count", "its processes")                                                      \
  X(INT, threads, "count", "its threads per process")                                              \
  X(TEXT, pin, "name", "its pin strategy")                                                         \
  X(TEXT, schedule, "name", "its schedule")                                                        \
  X(TEXT, objective, "name", "what it is best in instead of time; empty: time")                    \
  X(REAL, value, "its unit", "the objective's value")                                              \
  X(REAL, serial_value, "its unit", "the serial run's")                                            \
  X(REAL, max_rss_bytes, "B", "its peak memory: the largest resident set of one of its processes") \
  X(TEXT, ties, "keys", "configurations as fast within 2 %, separated by spaces")                  \
  X(TEXT, runner_up, "key", "the best of the others: what tune --check replays against")           \
  X(TEXT, reason, "text", "which rule chose it")                                                   \
  X(REAL, seconds, "s", "its time")                                                                \
  X(REAL, seconds_lower, "s", "lower end of the 95 % interval")                                    \
  X(REAL, seconds_upper, "s", "upper end of the 95 % interval")                                    \
  X(REAL, serial_s, "s", "the serial run's time")                                                  \
  X(REAL, speedup, "ratio", "serial_s / seconds")                                                  \
  X(REAL, speedup_lower, "ratio", "lower end of the 95 % interval")                                \
  X(REAL, speedup_upper, "ratio", "upper end of the 95 % interval")                                \
  X(INT, blocks, "count", "rounds measured")                                                       \
  X(INT, runs, "count", "runs measured")                                                           \
  X(REAL, noise, "ratio", "standard deviation of one run's ln(seconds)")                           \
  X(REAL, worst_regret, "ratio", "joint: loss on the workload it suits least")                     \
  X(TEXT, interference, "text", "what disturbed the measurement; empty: nothing noticed")          \
  X(TEXT, note, "text", "--note of the person who measured")

#define HX_VERDICT_COLUMNS(X)                                                                      \
  X(TEXT, verdict_id, "uuid", "key of the row")                                                    \
  X(TEXT, sweep, "uuid", "the comparison's runs in runs.csv")                                      \
  X(TEXT, made_utc, "ISO 8601", "when it was given")                                               \
  X(TEXT, command, "name", "compare, gate or record")                                              \
  X(TEXT, machine, "id", "machine it holds for")                                                   \
  X(TEXT, allocation, "key", "allowed part of the machine")                                        \
  X(TEXT, environment, "hash", "row of machine.csv")                                               \
  X(TEXT, workload, "key", "workload compared on")                                                 \
  X(TEXT, a, "text", "side A as given: rev:, bin:, cmd: or stored:")                               \
  X(TEXT, b, "text", "side B as given")                                                            \
  X(TEXT, a_revision, "text", "commit of side A")                                                  \
  X(TEXT, b_revision, "text", "commit of side B")                                                  \
  X(TEXT, a_binary, "hash", "binary of side A")                                                    \
  X(TEXT, b_binary, "hash", "binary of side B")                                                    \
  X(TEXT, a_config, "key", "configuration of side A")                                              \
  X(TEXT, b_config, "key", "configuration of side B")                                              \
  X(TEXT, build, "text", "--build of its revisions; empty: pvtune's own")                          \
  X(TEXT, around, "text", "--setup, --prepare, --input, ... of its runs; empty: none")             \
  X(TEXT, decided_by, "name", "time or instructions: what the following is about; empty: time")    \
  X(TEXT, verdict, "name", "SLOWER, FASTER, SAME or INCONCLUSIVE")                                 \
  X(REAL, change, "ratio", "B relative to A: 0.03 takes 3 % longer")                               \
  X(REAL, lower, "ratio", "lower end of the interval")                                             \
  X(REAL, upper, "ratio", "upper end of the interval")                                             \
  X(INT, blocks, "count", "ABBA blocks measured")                                                  \
  X(INT, runs, "count", "runs measured")                                                           \
  X(REAL, p_slower, "probability", "one-sided, adjusted for the looks")                            \
  X(REAL, p_faster, "probability", "one-sided, adjusted for the looks")                            \
  X(REAL, detectable, "ratio", "smallest change this noise lets a comparison call")                \
  X(REAL, min_effect, "ratio", "--min-effect")                                                     \
  X(REAL, margin, "ratio", "--margin")                                                             \
  X(INT, false_alarms, "count", "of identical things on this machine, replayed")                   \
  X(INT, false_alarm_trials, "count", "comparisons of identical things replayed")                  \
  X(REAL, false_alarm_upper, "probability", "95 % upper bound of their share")                     \
  X(REAL, turn_s, "s", "length of the turns A's and B's runs took; 0: they ran one by one")        \
  X(TEXT, outputs, "name",                                                                         \
    "of B compared with A: same, close (within tolerance), differ, vary (from run to "             \
    "run), unchecked (there are none)")                                                            \
  X(TEXT, b_digest, "hash", "of side B's outputs; empty: there are none, or they vary")            \
  X(TEXT, interference, "text", "what disturbed the measurement; empty: nothing noticed")          \
  X(TEXT, note, "text", "--note of the person who measured")

/* The names behind `boot_id` of hx_facts_read are columns of their own, in its order. */
#define HX_ENVIRONMENT_COLUMNS(X)                                                                  \
  X(TEXT, environment, "hash", "key of the row: a hash of all columns but seen_utc, load_1min")    \
  X(TEXT, seen_utc, "ISO 8601", "when it was first measured in")                                   \
  X(TEXT, machine, "id", "hash of the stable hardware; also the folder's name")                    \
  X(TEXT, allocation, "key", "which part of the machine was allowed")                              \
  X(TEXT, version, "text", "version of pvtune")                                                    \
  X(TEXT, compiler, "text", "compiler pvtune was built with")                                      \
  X(TEXT, host, "text", "host name")                                                               \
  X(TEXT, kernel, "text", "kernel release")                                                        \
  X(TEXT, os, "text", "distribution")                                                              \
  X(TEXT, cpu_model, "text", "CPU model")                                                          \
  X(TEXT, governor, "text", "frequency governor")                                                  \
  X(TEXT, turbo, "text", "turbo or boost: on, off or empty")                                       \
  X(TEXT, smt, "text", "simultaneous multithreading: on, off or empty")                            \
  X(TEXT, aslr, "text", "address space randomisation: kernel.randomize_va_space")                  \
  X(TEXT, hypervisor, "text", "virtual machine monitor; empty: none")                              \
  X(TEXT, memory_bytes, "B", "main memory")                                                        \
  X(TEXT, swap_bytes, "B", "swap space")                                                           \
  X(TEXT, load_1min, "tasks", "load average when the row was written")                             \
  X(TEXT, boot_id, "uuid", "boot of the machine")

#define HX_STORE_MEMBER_TEXT                       const char *
#define HX_STORE_MEMBER_INT                        long long
#define HX_STORE_MEMBER_REAL                       double
#define HX_STORE_MEMBER(cell, name, unit, meaning) HX_STORE_MEMBER_##cell name;

/* Texts are borrowed: from the rows read, or from whoever fills the struct. */
typedef struct hx_run_row {
  HX_RUN_COLUMNS(HX_STORE_MEMBER)
} hx_run_row;
typedef struct hx_sweep_row {
  HX_SWEEP_COLUMNS(HX_STORE_MEMBER)
} hx_sweep_row;
typedef struct hx_standing_row {
  HX_STANDING_COLUMNS(HX_STORE_MEMBER)
} hx_standing_row;
typedef struct hx_recommendation_row {
  HX_RECOMMENDATION_COLUMNS(HX_STORE_MEMBER)
} hx_recommendation_row;
typedef struct hx_verdict_row {
  HX_VERDICT_COLUMNS(HX_STORE_MEMBER)
} hx_verdict_row;
typedef struct hx_environment_row {
  HX_ENVIRONMENT_COLUMNS(HX_STORE_MEMBER)
} hx_environment_row;

/* The cells of runs.csv and recommendations.csv that a configuration fills, but for its text. */
#define HX_STORE_PUT_CONFIG(row, c)                                                                \
  ((row)->executor = hx_executor_name((c)->executor), (row)->workers = hx_config_workers(c),       \
   (row)->processes = (c)->processes, (row)->threads = (c)->threads, (row)->pin = (c)->pin,        \
   (row)->schedule = hx_schedule_name((c)->schedule))

extern const hx_store_schema hx_runs_schema;            /* runs.csv, hx_run_row */
extern const hx_store_schema hx_sweeps_schema;          /* sweeps.csv, hx_sweep_row */
extern const hx_store_schema hx_standings_schema;       /* standings.csv, hx_standing_row */
extern const hx_store_schema hx_recommendations_schema; /* recommendations.csv */
extern const hx_store_schema hx_verdicts_schema;        /* verdicts.csv */
extern const hx_store_schema hx_environments_schema;    /* machine.csv */

/* "<results>/<machine>", made when `create`. False with a sentence in error. */
bool hx_store_folder(const char *results, const char *machine, bool create, char *folder,
                     size_t cap, pvs_error *error);

#endif
