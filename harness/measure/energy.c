#include "measure/energy.h"

#include "machine/sysfile.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

static bool read_number(const char *folder, size_t package, const char *name, uint64_t *number) {
  char path[64];
  double value;
  snprintf(path, sizeof path, "/intel-rapl:%zu/%s", package, name);
  if (!hx_sysfile_number(folder, path, &value))
    return false;
  *number = (uint64_t)value;
  return true;
}

void hx_energy_read(const char *folder, hx_energy *energy) {
  *energy = (hx_energy){0};
  while (energy->n < HX_ENERGY_PACKAGES &&
         read_number(folder, energy->n, "energy_uj", &energy->used[energy->n])) {
    if (!read_number(folder, energy->n, "max_energy_range_uj", &energy->range[energy->n]))
      energy->range[energy->n] = 0;
    energy->n++;
  }
}

double hx_energy_between(const hx_energy *from, const hx_energy *to) {
  double joules = 0;
  if (from->n == 0 || from->n != to->n)
    return (double)NAN;
  for (size_t i = 0; i < to->n; i++) {
    bool anew = to->used[i] < from->used[i];
    if (anew && to->range[i] == 0)
      return (double)NAN;
    uint64_t used = to->used[i] - from->used[i] + (anew ? to->range[i] : 0);
    joules += 1e-6 * (double)used;
  }
  return joules;
}
