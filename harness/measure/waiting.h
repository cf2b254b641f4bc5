/* What a run says of its own time, when it had to wait for its turns. */
#ifndef HX_MEASURE_WAITING_H
#define HX_MEASURE_WAITING_H

#include "exec/telemetry.h"
#include "measure/process.h"

/* A run's own clock goes on while it waits for its turns: its phases and its total are made what it
 * ran of them. Phases follow each other without a gap; what single workers added up cannot be told
 * apart and stays. */
void hx_waiting_leave_out(const hx_process_result *process, hx_telemetry *telemetry);

#endif
