/* Processes of one worker each. */
#include "exec/fork.h"

const hx_exec_ops hx_exec_processes = {
    .name = "processes", .executor = HX_EXECUTOR_PROCESSES, .run = hx_fork_run};
