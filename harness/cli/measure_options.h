/* What sweep and tune have in common on the command line. */
#ifndef HX_CLI_MEASURE_OPTIONS_H
#define HX_CLI_MEASURE_OPTIONS_H

#include "cli/command.h"
#include "tune/sweep.h"

typedef struct hx_measure_options {
  hx_strings workloads, studies, expect;
  const char *base, *project;
  const char *workers, *executors, *pins, *schedules;
  long chunk;
  long rounds;
  double budget_s;  /* INFINITY: none */
  double timeout_s; /* 0: chosen */
  bool exhaustive, dry_run, fresh, lock, explain;
  const char *note, *scratch;
  bool check;     /* tune only */
  bool self_cost; /* sweep only */
} hx_measure_options;

#define HX_MEASURE_MEMBER(name) offsetof(hx_measure_options, name)

/* The rows of the option table that both commands share. */
#define HX_MEASURE_OPTIONS                                                                         \
  {.name = "workload",                                                                             \
   .type = HX_OPT_LIST,                                                                            \
   .offset = HX_MEASURE_MEMBER(workloads),                                                         \
   .metavar = "W",                                                                                 \
   .help = "study:BASE/PROJECT/STUDY, builtin:NAME[:SIZE] or cmd:'prog --jobs {workers}'"},        \
      {'b',                                                                                        \
       "base",                                                                                     \
       HX_OPT_STRING,                                                                              \
       HX_MEASURE_MEMBER(base),                                                                    \
       "DIR",                                                                                      \
       NULL,                                                                                       \
       "DIR",                                                                                      \
       0,                                                                                          \
       0,                                                                                          \
       "base folder, with -p and -s: short for --workload study:",                                 \
       0},                                                                                         \
      {'p',                                                                                        \
       "project",                                                                                  \
       HX_OPT_STRING,                                                                              \
       HX_MEASURE_MEMBER(project),                                                                 \
       "NAME",                                                                                     \
       NULL,                                                                                       \
       NULL,                                                                                       \
       0,                                                                                          \
       0,                                                                                          \
       "project within the base folder",                                                           \
       0},                                                                                         \
      {'s',  "study", HX_OPT_LIST, HX_MEASURE_MEMBER(studies), "NAME", NULL,                       \
       NULL, 0,       0,           "study of the project",     0},                                 \
      {.name = "expect",                                                                           \
       .type = HX_OPT_LIST,                                                                        \
       .offset = HX_MEASURE_MEMBER(expect),                                                        \
       .metavar = "PATH",                                                                          \
       .choices = "FILE",                                                                          \
       .help = "reference outputs the serial run must agree with; one a workload, in order"},      \
      {'w',                                                                                        \
       "workers",                                                                                  \
       HX_OPT_STRING,                                                                              \
       HX_MEASURE_MEMBER(workers),                                                                 \
       "LIST",                                                                                     \
       NULL,                                                                                       \
       NULL,                                                                                       \
       0,                                                                                          \
       0,                                                                                          \
       "worker counts to try: auto, all, or such as 1,2,4-6,2x4",                                  \
       0},                                                                                         \
      {'x',                                                                                        \
       "executors",                                                                                \
       HX_OPT_STRING,                                                                              \
       HX_MEASURE_MEMBER(executors),                                                               \
       "LIST",                                                                                     \
       NULL,                                                                                       \
       NULL,                                                                                       \
       0,                                                                                          \
       0,                                                                                          \
       "of serial,threads,processes,hybrid; serial is always measured",                            \
       0},                                                                                         \
      {.name = "pins",                                                                             \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_MEASURE_MEMBER(pins),                                                          \
       .metavar = "LIST",                                                                          \
       .help = "pin strategies to try; pvtune topo shows them"},                                   \
      {.name = "schedules",                                                                        \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_MEASURE_MEMBER(schedules),                                                     \
       .metavar = "LIST",                                                                          \
       .help = "of dynamic,static"},                                                               \
      {.name = "chunk",                                                                            \
       .type = HX_OPT_INT,                                                                         \
       .offset = HX_MEASURE_MEMBER(chunk),                                                         \
       .metavar = "N",                                                                             \
       .default_text = "the executor's own",                                                       \
       .max = 1e9,                                                                                 \
       .help = "units of work a worker takes at once"},                                            \
      {.name = "rounds",                                                                           \
       .type = HX_OPT_INT,                                                                         \
       .offset = HX_MEASURE_MEMBER(rounds),                                                        \
       .metavar = "N",                                                                             \
       .default_text = "10",                                                                       \
       .min = 1,                                                                                   \
       .max = 1000,                                                                                \
       .help = "at most this many runs of each configuration"},                                    \
      {.name = "timeout",                                                                          \
       .type = HX_OPT_DURATION,                                                                    \
       .offset = HX_MEASURE_MEMBER(timeout_s),                                                     \
       .metavar = "TIME",                                                                          \
       .default_text = "10s and 20 times the serial run",                                          \
       .help = "stop a run that takes longer"},                                                    \
      {.name = "exhaustive",                                                                       \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_MEASURE_MEMBER(exhaustive),                                                    \
       .help = "run every configuration in every round: no racing, no budget"},                    \
      {.name = "fresh",                                                                            \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_MEASURE_MEMBER(fresh),                                                         \
       .help = "do not take up an interrupted one"},                                               \
      {.name = "lock",                                                                             \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_MEASURE_MEMBER(lock),                                                          \
       .default_text = "on",                                                                       \
       .help = "measure only while nobody else does on this machine",                              \
       .flags = HX_OPT_NEGATABLE},                                                                 \
      {.name = "explain",                                                                          \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_MEASURE_MEMBER(explain),                                                       \
       .help = "say why the winner won"},                                                          \
      {.name = "dry-run",                                                                          \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_MEASURE_MEMBER(dry_run),                                                       \
       .help = "print what would be measured, and measure nothing"},                               \
      {.name = "note",                                                                             \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_MEASURE_MEMBER(note),                                                          \
       .metavar = "TEXT",                                                                          \
       .help = "kept with every run"},                                                             \
  {                                                                                                \
    .name = "scratch", .type = HX_OPT_STRING, .offset = HX_MEASURE_MEMBER(scratch),                \
    .metavar = "DIR", .default_text = "$TMPDIR, else /tmp", .choices = "DIR",                      \
    .help = "where the runs write their outputs"                                                   \
  }

/* The workloads that were named: from --workload, then from -b, -p, -s; `fallback` when there are
 * none. Filled arrays are the caller's: hx_measure_workloads_free. False after saying what is wrong
 * on stderr (usage). */
typedef struct hx_measure_workloads {
  hx_workload *items;
  const char **expected; /* NULL where none was given */
  size_t n;
} hx_measure_workloads;
bool hx_measure_workloads_parse(const hx_measure_options *options, const char *fallback,
                                hx_measure_workloads *out);
void hx_measure_workloads_free(hx_measure_workloads *workloads);

/* What of the options the sweep needs; `describe` is borrowed. */
hx_sweep_options hx_measure_sweep_options(const hx_measure_options *options, const char *command,
                                          const hx_measure_workloads *workloads,
                                          const char *describe);

#endif
