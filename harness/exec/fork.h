/* Worker processes, each with one or more workers: what processes and hybrid share. */
#ifndef HX_EXEC_FORK_H
#define HX_EXEC_FORK_H

#include "exec/exec.h"

/* hx_exec_ops.run for config.processes processes of config.threads threads. */
bool hx_fork_run(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                 hx_exec_result *result);

#endif
