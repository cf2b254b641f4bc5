/* The two clocks: one that only goes forward, for durations, and the time of day in UTC. */
#ifndef HX_BASE_CLOCK_H
#define HX_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC, which is the same clock in every process of the machine. */
static inline uint64_t hx_clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}
static inline double hx_clock_s(void) {
  return 1e-9 * (double)hx_clock_ns();
}

/* Now, "2026-01-31T12:00:00.123456Z". */
enum { HX_UTC_TEXT = 48 };
void hx_utc_now(char text[HX_UTC_TEXT]);

#endif
