/* Processes of several threads each. */
#include "exec/fork.h"

const hx_exec_ops hx_exec_hybrid = {
    .name = "hybrid", .executor = HX_EXECUTOR_HYBRID, .run = hx_fork_run};
