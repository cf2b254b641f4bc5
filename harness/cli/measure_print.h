/* What sweep and tune print for each workload: a table, the finding in one sentence, and what
 * disturbed the measurement. */
#ifndef HX_CLI_MEASURE_PRINT_H
#define HX_CLI_MEASURE_PRINT_H

#include "cli/measure_tell.h"
#include "cli/table.h"
#include "tune/tune.h"

/* Tables of all workloads and, when there is one, of the joint regret, on stdout; warnings about
 * wrong or invalid runs on stderr. `explain`: says why the winner won. `recommends_on`: ends with the
 * command line to use on this machine; NULL: does not. Returns the exit code that the report
 * deserves. */
int hx_measure_print(const hx_context *cx, const hx_tuned *tuned, bool explain,
                     const hx_topo *recommends_on);
/* --dry-run. */
int hx_measure_print_grid(const hx_context *cx, const hx_grid *grid,
                          const hx_sweep_options *options);

/* The same for a search of the whole machine: where it looks first, and what it will cost. */
int hx_measure_print_search(const hx_context *cx, const hx_topo *topo,
                            const hx_sweep_options *options);

/* The command line that runs a workload in a configuration, for a person or a script. A command
 * that pvtune pins gets taskset in front. malloc'd, NULL when out of memory. */
char *hx_measure_line(const hx_topo *topo, const hx_workload *workload, const hx_config *config);
/* "1.93 s", "83 ms". Returns text. */
const char *hx_measure_time(double seconds, char *text, size_t cap);

/* ---- parameters of a command (measure_params.c) ---- */

/* A column for each parameter with several values; params NULL: none. */
void hx_measure_param_columns(hx_table *t, const hx_params *params);
void hx_measure_param_cells(hx_table *t, const hx_params *params, const hx_config *config);
/* One sentence for each parameter: how its values compare if everything else is as in the chosen
 * configuration, or as in the fastest one if none was chosen. */
void hx_measure_param_notes(hx_table *t, const hx_sweep_report *report,
                            const hx_sweep_result *result, const hx_choice *choice);

#endif
