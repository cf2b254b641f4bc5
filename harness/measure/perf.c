#include "measure/perf.h"

#include <linux/perf_event.h>
#include <math.h>
#include <sys/syscall.h>
#include <unistd.h>

const hx_perf_counts hx_perf_unknown = {{(double)NAN, (double)NAN, (double)NAN}};

static const hx_perf_event of_cpu[HX_PERFS] = {
    [HX_PERF_INSTRUCTIONS] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    [HX_PERF_CYCLES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    [HX_PERF_LLC_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES}};

static int open_event(const hx_perf_event *event) {
  struct perf_event_attr attributes = {.type = event->type,
                                       .size = sizeof attributes,
                                       .config = event->config,
                                       .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
                                                      PERF_FORMAT_TOTAL_TIME_RUNNING,
                                       .disabled = 1,
                                       .inherit = 1,
                                       .enable_on_exec = 1,
                                       .exclude_kernel = 1,
                                       .exclude_hv = 1};
  return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void hx_perf_open(hx_perf *perf, const hx_perf_event events[HX_PERFS]) {
  for (int i = 0; i < HX_PERFS; i++)
    perf->fd[i] = open_event(&(events ? events : of_cpu)[i]);
}

hx_perf_counts hx_perf_read(const hx_perf *perf) {
  hx_perf_counts counts = hx_perf_unknown;
  struct {
    uint64_t value, enabled_ns, running_ns; /* the kernel's layout for our read_format */
  } said;
  for (int i = 0; i < HX_PERFS; i++)
    if (perf->fd[i] >= 0 && read(perf->fd[i], &said, sizeof said) == (ssize_t)sizeof said &&
        said.running_ns > 0)
      counts.of[i] = (double)said.value * ((double)said.enabled_ns / (double)said.running_ns);
  return counts;
}

void hx_perf_close(hx_perf *perf) {
  for (int i = 0; i < HX_PERFS; i++) {
    if (perf->fd[i] >= 0)
      close(perf->fd[i]);
    perf->fd[i] = -1;
  }
}

bool hx_perf_has(int counter) {
  hx_perf perf = {{-1, -1, -1}};
  perf.fd[counter] = open_event(&of_cpu[counter]);
  bool has = perf.fd[counter] >= 0;
  hx_perf_close(&perf);
  return has;
}
