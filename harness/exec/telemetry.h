/* The measuring protocol: what one run tells about itself (`pvtune run --record FD`).
 *
 * Text, written with one write at the very end of the run, also of a run that failed. Revisions of
 * different age must be able to read each other's, so it only ever grows:
 *
 *   pvtune-record 1            first line, always
 *   KEY VALUE                  one per line; the value is the rest of the line and may hold spaces
 *   worker INDEX KEY=VALUE...  one line per worker
 *   end                        last line: telemetry without it was cut off
 *
 * Keys unknown to the reader are skipped, missing ones keep the value of hx_telemetry_init (0, "" or,
 * where 0 is a real value, -1). A new meaning gets a new key, never an old one. Times are whole
 * nanoseconds, durations of CLOCK_MONOTONIC but for main_start_mono_ns, which is a moment of that
 * clock: it is the same clock in every process, so whoever started the run can tell what came
 * before main.
 *
 *   version              PVS_VERSION of the binary
 *   exit_status          what the process is about to exit with
 *   error                one line; only when something failed
 *   config               hx_config_format of the configuration that ran
 *   workload             what was run: study:BASE/PROJECT/STUDY or builtin:NAME:SIZE, several
 *                        separated by a space
 *   studies scenarios groups units          counts, summed over studies
 *   class                static | batteries | mixed (of the first study)
 *   flows_planned flows_computed bills_planned bills_computed customer_steps battery_steps
 *                        planned: what the plan counted; the others: summed over the workers
 *   workers_asked        processes x threads asked for
 *   workers_seen         that ran at least one unit or finished one scenario
 *   bindings_held        1: every worker stayed where it was put; 0: some did not; -1: none was put
 *   main_start_mono_ns   when main began, but for the parsing of options
 *   setup_ns             from there to the first byte read: options, topology, recommendation
 *   read_ns              opening, reading and sealing the studies
 *   plan_ns              plan, output folder and its headers
 *   simulate_ns          executor: workers started to workers gone
 *   output_ns            flush, digest, tables closed
 *   publish_ns           new folder swapped in, old one deleted; not part of work_ns
 *   work_ns              plan + simulate + output. What built-ins are ranked on
 *   total_ns             start of main to the writing of this
 *   cpu_flow_ns cpu_bill_ns cpu_finish_ns cpu_write_ns
 *                        inside simulate, summed over the workers
 *   coordinator_ns       inside simulate: what the coordinator does: it counts written rows, and over
 *                        MPI answers messages (before: emit_ns, which was also the writing of rows)
 *   numbers_written bytes_written files_written input_bytes
 *   user_ns system_ns max_rss_kb minor_faults major_faults voluntary_switches involuntary_switches
 *                        getrusage of the process and its children that ended; max_rss_kb is the
 *                        largest single process
 *   digest input_digest  16 hexadecimal digits; of several studies mixed in their order
 *
 * A worker's keys: asked=LIST (cpuset it was to be bound to, "-" for none) seen=LIST (read back
 * after binding and again at the end of its work: the first that differs from what was asked)
 * node=N (memory node asked, -1 none) cpu=N (last one it ran on, -1 unknown) held=0|1 units=N
 * scenarios=N busy_ns=N (inside units and scenarios). */
#ifndef HX_EXEC_TELEMETRY_H
#define HX_EXEC_TELEMETRY_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "machine/cpuset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HX_TELEMETRY_PROTOCOL = 1 };

typedef struct hx_telemetry_worker {
  hx_cpuset asked; /* empty: not bound */
  hx_cpuset seen;
  int mem_node;
  int last_cpu;
  bool held;
  uint64_t units, scenarios, busy_ns;
} hx_telemetry_worker;

/* Its numbers, in the order in which they are written. X(member) */
/* clang-format off */
#define HX_TELEMETRY_NUMBERS(X) X(exit_status)                                                     \
  X(studies) X(scenarios) X(groups) X(units)                                                       \
  X(flows_planned) X(flows_computed) X(bills_planned) X(bills_computed)                            \
  X(customer_steps) X(battery_steps)                                                               \
  X(workers_asked) X(workers_seen) X(bindings_held)                                                \
  X(main_start_mono_ns) X(setup_ns) X(read_ns) X(plan_ns) X(simulate_ns) X(output_ns)              \
  X(publish_ns) X(work_ns) X(total_ns)                                                             \
  X(cpu_flow_ns) X(cpu_bill_ns) X(cpu_finish_ns) X(cpu_write_ns) X(coordinator_ns)                        \
  X(numbers_written) X(bytes_written) X(files_written) X(input_bytes)                              \
  X(user_ns) X(system_ns) X(max_rss_kb) X(minor_faults) X(major_faults)                            \
  X(voluntary_switches) X(involuntary_switches)
/* Its texts. X(key, member) */
#define HX_TELEMETRY_TEXTS(X)                                                                      \
  X(version, version) X(config, config) X(workload, workload) X(class, workload_class)             \
  X(error, error)
/* clang-format on */

typedef struct hx_telemetry {
  bool complete; /* read only: the `end` line was there */
#define HX_TELEMETRY_MEMBER(name) int64_t name;
  HX_TELEMETRY_NUMBERS(HX_TELEMETRY_MEMBER)
#undef HX_TELEMETRY_MEMBER
  uint64_t digest, input_digest;
  char version[32];
  char config[HX_CONFIG_TEXT];
  char workload_class[16];
  char workload[1024]; /* shortened to fit, like error */
  char error[1024];
  hx_telemetry_worker *workers;
  size_t n_workers;
} hx_telemetry;

/* All zero and empty, bindings_held -1, exit_status -1. */
void hx_telemetry_init(hx_telemetry *telemetry);
void hx_telemetry_deinit(hx_telemetry *telemetry); /* frees the workers; init'ed again afterwards */

/* Adds what an executor reports: workers (of several studies summed up; one that once did not hold
 * stays so), simulate_ns, coordinator_ns and everything that workers count. False when out of memory. */
struct hx_exec_report;
bool hx_telemetry_add_report(hx_telemetry *telemetry, const struct hx_exec_report *report);

/* The telemetry as text: a malloc'd string the caller frees, NULL when out of memory. Line breaks
 * inside texts become spaces. */
char *hx_telemetry_format(const hx_telemetry *telemetry, size_t *length);
/* Formats and writes in one go (more only when the pipe takes less). False when that failed, errno
 * set. Does not close fd. */
bool hx_telemetry_write(const hx_telemetry *telemetry, int fd);

/* Reads telemetry from text that need not end in a NUL and may hold anything before the first line
 * or behind the last. *telemetry is initialised by the call. False, with an error and
 * *telemetry empty, when there is no first line, its protocol number is not known, a known key has no
 * valid value, or memory is short; what was cut off is read as far as whole lines go, with
 * complete = false. */
bool hx_telemetry_parse(const char *text, size_t length, hx_telemetry *telemetry, pvs_error *error);

/* Digest of several studies: starts as 0, and of a single study it is that study's own. */
uint64_t hx_telemetry_mix_digest(uint64_t mixed, uint64_t next);

#endif
