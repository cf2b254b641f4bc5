/* Counts of the CPU's hardware counters during a run (perf_event_open), of a process and all that
 * it starts later. Only user mode is counted, which needs no privilege. Many virtual machines have
 * no such counters. */
#ifndef HX_MEASURE_PERF_H
#define HX_MEASURE_PERF_H

#include <stdbool.h>
#include <stdint.h>

enum { HX_PERF_INSTRUCTIONS, HX_PERF_CYCLES, HX_PERF_LLC_MISSES, HX_PERFS };

/* NaN: not counted. Misses are of the last-level cache. */
typedef struct hx_perf_counts {
  double of[HX_PERFS];
} hx_perf_counts;

extern const hx_perf_counts hx_perf_unknown;

/* Descriptors of the open counters; -1: a counter that may not be opened here. */
typedef struct hx_perf {
  int fd[HX_PERFS];
} hx_perf;

/* Arguments of perf_event_open; tests use events that every machine can count. */
typedef struct hx_perf_event {
  uint32_t type;
  uint64_t config;
} hx_perf_event;

/* Counts the next process that the caller starts, from its exec on, and all its descendants, but
 * not the caller itself. events: NULL for the three above. */
void hx_perf_open(hx_perf *perf, const hx_perf_event events[HX_PERFS]);
/* Counts of all these processes, those that have ended included. A counter that had to share the CPU
 * with others is scaled up to the whole time. */
hx_perf_counts hx_perf_read(const hx_perf *perf);
void hx_perf_close(hx_perf *perf);

/* Whether a counter can be opened here; otherwise errno says why not. */
bool hx_perf_has(int counter);

#endif
