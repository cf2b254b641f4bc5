/* Whether what is to be measured exists, before anything is run. */
#ifndef HX_CLI_MEASURE_CHECK_H
#define HX_CLI_MEASURE_CHECK_H

#include "cli/measure_options.h"

/* Reads the studies as a run would, and looks for the programs of commands, along the values of PATH
 * that `params` may have. Built-in studies are always checked. With --setup or --prepare, studies and
 * programs are not looked for: these may make them. Never looked for are a program in quotes or with a
 * placeholder in its name, and those of a command that a shell runs. False with what is wrong in error. */
bool hx_measure_check(const hx_measure_workloads *workloads, const hx_run_life *life,
                      const hx_params *params, pvs_error *error);

#endif
