/* Counters of the whole machine. Their difference between two moments shows how much of its work
 * was not ours but a disturbance. */
#ifndef HX_MEASURE_COUNTERS_H
#define HX_MEASURE_COUNTERS_H

#include "machine/cpuset.h"

/* Since boot, of the given CPUs; NaN where the kernel does not say. The kernel counts busy and
 * stolen time in ticks (1/100 s), so differences over less than about 0.1 s mean little alone. */
typedef struct hx_counters {
  double at_s;       /* when it was read, by hx_clock_s */
  double busy_s;     /* user, nice, system and interrupt time */
  double steal_s;    /* taken by the hypervisor */
  double pressure_s; /* whole machine: some task waited for a CPU (PSI) */
  long runnable;     /* whole machine, the caller itself included; -1 unknown */
} hx_counters;

/* cpus: an empty set means all. `proc` is "/proc" (tests read a copy). */
hx_counters hx_counters_read(const char *proc, const hx_cpuset *cpus);

#endif
