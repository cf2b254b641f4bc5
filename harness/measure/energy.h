/* Energy that the packages have used, from the counters of the Linux powercap interface (RAPL). */
#ifndef HX_MEASURE_ENERGY_H
#define HX_MEASURE_ENERGY_H

#include <stddef.h>
#include <stdint.h>

enum { HX_ENERGY_PACKAGES = 16 };

/* The counters at one moment, in microjoules. */
typedef struct hx_energy {
  uint64_t used[HX_ENERGY_PACKAGES], range[HX_ENERGY_PACKAGES];
  size_t n; /* 0: this machine has no counter that may be read */
} hx_energy;

#define HX_ENERGY_FOLDER "/sys/class/powercap"

void hx_energy_read(const char *folder, hx_energy *energy);

/* Joules used between two moments; a counter that has wrapped around is corrected. NaN: unknown. */
double hx_energy_between(const hx_energy *from, const hx_energy *to);

#endif
