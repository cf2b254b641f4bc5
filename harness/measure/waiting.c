#include "measure/waiting.h"

#include <math.h>

static int64_t ran_ns(const hx_process_result *process, int64_t *from_ns, int64_t length_ns) {
  double from_s = 1e-9 * (double)*from_ns;
  *from_ns += length_ns;
  return llround(1e9 * hx_process_ran_s(process, from_s, 1e-9 * (double)*from_ns));
}

void hx_waiting_leave_out(const hx_process_result *process, hx_telemetry *r) {
  int64_t at_ns = r->main_start_mono_ns, began_ns = at_ns;
  r->total_ns = ran_ns(process, &began_ns, r->total_ns);
  r->setup_ns = ran_ns(process, &at_ns, r->setup_ns);
  r->read_ns = ran_ns(process, &at_ns, r->read_ns);
  r->plan_ns = ran_ns(process, &at_ns, r->plan_ns);
  r->simulate_ns = ran_ns(process, &at_ns, r->simulate_ns);
  r->output_ns = ran_ns(process, &at_ns, r->output_ns);
  r->publish_ns = ran_ns(process, &at_ns, r->publish_ns);
  r->work_ns = r->plan_ns + r->simulate_ns + r->output_ns;
}
