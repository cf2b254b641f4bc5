/* What a run says of its own time, when it had to wait for its turns. */
#ifndef HX_MEASURE_WAITING_H
#define HX_MEASURE_WAITING_H

#include "exec/telemetry.h"
#include "measure/process.h"

/* A run's own clock goes on while it waits for its turns. This shortens its phases and its total
 * (nanoseconds) to the time within process->turns. Phases follow each other without a gap; the times that
 * single workers added up cannot be divided, and stay. */
void hx_waiting_leave_out(const hx_process_result *process, hx_telemetry *telemetry);

#endif
