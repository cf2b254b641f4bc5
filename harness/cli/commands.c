/* Every command of pvtune, in the order of `pvtune --help`. To add one: write cmd_<name>.c with a
 * const hx_command hx_cmd_<name>, then add it here, once above and once in the list. (No
 * registration by constructors: a static link drops those silently.) */
#include "cli/command.h"

extern const hx_command hx_cmd_run, hx_cmd_tune, hx_cmd_sweep, hx_cmd_best, hx_cmd_exec,
    hx_cmd_report, hx_cmd_plot, hx_cmd_validate, hx_cmd_merge, hx_cmd_compare, hx_cmd_gate,
    hx_cmd_record, hx_cmd_history, hx_cmd_clean, hx_cmd_topo, hx_cmd_doctor, hx_cmd_new_study,
    hx_cmd_generate, hx_cmd_completion, hx_cmd_man;

const hx_command *const hx_commands[] = {
    &hx_cmd_run,    &hx_cmd_merge,     &hx_cmd_tune,     &hx_cmd_sweep,      &hx_cmd_best,
    &hx_cmd_exec,   &hx_cmd_report,    &hx_cmd_plot,     &hx_cmd_validate,   &hx_cmd_compare,
    &hx_cmd_gate,   &hx_cmd_record,    &hx_cmd_history,  &hx_cmd_clean,      &hx_cmd_topo,
    &hx_cmd_doctor, &hx_cmd_new_study, &hx_cmd_generate, &hx_cmd_completion, &hx_cmd_man,
    NULL,
};
