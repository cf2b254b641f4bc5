/* When a PV file generates, which saves work for customers with PV and without a battery. At night
 * they import their load. Most of the night lies in slots (times of day) in which the file never
 * generates on any day of that type: there a customer's billing determinants are those of its load,
 * which were summed once for all flows, and the slots are not worked through at all. */
#ifndef PVS_ENGINE_DAYLIGHT_H
#define PVS_ENGINE_DAYLIGHT_H

#include "study/study.h"

typedef struct pvs_daylight {
  pvs_daylight_span *spans; /* ascending, apart from one another */
  size_t n_spans;
  pvs_step_range *slots; /* by day type: the slots that the spans lie in. NULL: all of them, because
                            days do not fall into whole registers of slots */
} pvs_daylight;

/* Finds the spans: every step in which some column of the file is not 0 lies between dawn and dusk
 * of one. On the days of a chunk dawn and dusk are at the same hours, so that the processor predicts
 * its branches. False: out of memory. */
bool pvs_daylight_find(pvs_daylight *daylight, const struct pvs_study *study, const pvs_profile *pv,
                       pvs_arena *arena);
/* Cuts out of the spans what lies in steps [first, first + n), and counts it from `first`. Writes to
 * `spans`, which has room for n / PVS_LANES, and returns their number. *from, 0 at first, is where
 * the caller's search goes on: its calls ascend. */
size_t pvs_daylight_cut(const pvs_daylight *daylight, size_t *from, uint32_t first, uint32_t n,
                        pvs_daylight_span *spans);

/* Of the rows of a day table, the slots in daylight. Writes to `kept`, which has room for as many,
 * and returns their number. */
size_t pvs_daylight_rows(const pvs_daylight *daylight, const pvs_days *days, size_t n_rows,
                         const pvs_day_rows *rows, pvs_day_rows *kept);
/* Before the first step: sets `determinants` to the night's share of the load's, else to 0. */
void pvs_daylight_begin_determinants(const pvs_daylight *daylight,
                                     const pvs_determinants *determinants,
                                     const pvs_determinants *load, const pvs_metering *metering,
                                     unsigned needs);
/* What a customer imports in the slots that are not worked through, kWh. */
double pvs_daylight_night_kwh(const pvs_daylight *daylight, const pvs_determinants *load,
                              const pvs_days *days, const pvs_kernels *kernels);

#endif
