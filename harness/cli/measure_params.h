/* What the tables of sweep and tune say about the parameters of a command. */
#ifndef HX_CLI_MEASURE_PARAMS_H
#define HX_CLI_MEASURE_PARAMS_H

#include "cli/table.h"
#include "tune/tune.h"

/* A column for each parameter with several values; params NULL: none. */
void hx_measure_param_columns(hx_table *t, const hx_params *params);
void hx_measure_param_cells(hx_table *t, const hx_params *params, const hx_config *config);
/* One sentence for each parameter: how its values compare if everything else is as in the chosen
 * configuration, or as in the fastest one if none was chosen. */
void hx_measure_param_notes(hx_table *t, const hx_sweep_report *report,
                            const hx_sweep_result *result, const hx_choice *choice);

#endif
