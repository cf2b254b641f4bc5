/* What sweep and tune print: a table a workload, the finding in one sentence, what disturbed it. */
#ifndef HX_CLI_MEASURE_PRINT_H
#define HX_CLI_MEASURE_PRINT_H

#include "cli/measure_session.h"
#include "cli/table.h"
#include "tune/recommend.h"

typedef struct hx_measure_findings {
  const hx_sweep_report *report;
  const hx_choice *choices; /* one a workload */
  const hx_choice *joint;
  bool explain;
  const hx_topo *recommends_on; /* tune: ends with the command line to use; else NULL */
} hx_measure_findings;

/* Tables of all workloads and, when there is one, of the joint regret, on stdout; warnings about
 * wrong or invalid runs on stderr. Returns the exit code that the report deserves. */
int hx_measure_print(const hx_context *cx, const hx_measure_findings *findings);
/* --dry-run: the grid of the options. */
int hx_measure_print_grid(const hx_context *cx, const hx_measure_session *session,
                          const hx_sweep_options *options);

/* "4 threads pinned compact", "serial", "2 processes of 4 threads"; of a command, which may use its
 * workers as it likes, "4 workers". Returns text. */
const char *hx_measure_in_words(const hx_config *config, bool command, char *text, size_t cap);
/* The line that runs a workload at a configuration, for a person or a script: a command that was
 * pinned from outside has taskset in front. malloc'd, NULL when out of memory. */
char *hx_measure_line(const hx_topo *topo, const hx_workload *workload, const hx_config *config);
/* "1.93 s", "83 ms". Returns text. */
const char *hx_measure_time(double seconds, char *text, size_t cap);

#endif
