/* What the tables of sweep and tune say about the parameters of a command. */
#ifndef HX_CLI_MEASURE_PARAMS_H
#define HX_CLI_MEASURE_PARAMS_H

#include "cli/table.h"
#include "tune/tune.h"

/* A column for each parameter with several values; params NULL: none. */
void hx_measure_param_columns(hx_table *t, const hx_params *params);
void hx_measure_param_cells(hx_table *t, const hx_params *params, const hx_config *config);
/* A sentence for each: how its values compare while all else is as chosen, or as in the fastest when
 * nothing is. */
void hx_measure_param_notes(hx_table *t, const hx_sweep_report *report,
                            const hx_sweep_result *result, const hx_choice *choice);

#endif
