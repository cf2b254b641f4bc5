#include "bm_ipc.h"

#include <stdint.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

static int open_counter(uint64_t config, int leader) {
  struct perf_event_attr attr = {
      .type = PERF_TYPE_HARDWARE,
      .size = sizeof attr,
      .config = config,
      .disabled = leader < 0,
      .exclude_kernel = 1,
      .exclude_hv = 1,
  };
  return (int)syscall(SYS_perf_event_open, &attr, 0, -1, leader, 0UL);
}

void bm_ipc_start(bm_ipc *ipc) {
  ipc->instructions = -1;
  ipc->cycles = open_counter(PERF_COUNT_HW_CPU_CYCLES, -1);
  if (ipc->cycles < 0)
    return;
  ipc->instructions = open_counter(PERF_COUNT_HW_INSTRUCTIONS, ipc->cycles);
  ioctl(ipc->cycles, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

static bool read_counter(int fd, uint64_t *value) {
  return fd >= 0 && read(fd, value, sizeof *value) == (ssize_t)sizeof *value;
}

bool bm_ipc_stop(bm_ipc *ipc, double *instructions_per_cycle) {
  uint64_t cycles = 0, instructions = 0;
  if (ipc->cycles >= 0)
    ioctl(ipc->cycles, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
  bool counted = read_counter(ipc->cycles, &cycles) &&
                 read_counter(ipc->instructions, &instructions) && cycles > 0 && instructions > 0;
  if (counted)
    *instructions_per_cycle = (double)instructions / (double)cycles;
  if (ipc->cycles >= 0)
    close(ipc->cycles);
  if (ipc->instructions >= 0)
    close(ipc->instructions);
  return counted;
}
#else
void bm_ipc_start(bm_ipc *ipc) {
  *ipc = (bm_ipc){-1, -1};
}

bool bm_ipc_stop(bm_ipc *ipc, double *instructions_per_cycle) {
  (void)ipc, (void)instructions_per_cycle;
  return false;
}
#endif
