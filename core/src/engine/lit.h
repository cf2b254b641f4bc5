/* When a PV file generates at all. Half of a year is dark: the flows of a customer with PV and no
 * battery are then its load, and the sums over residents are the building's. And most of the dark
 * is night: at those hours there is no light on any day of that type (usage.h), so that what a
 * customer uses then is the same whatever its PV, and was summed once for all flows. */
#ifndef PVS_ENGINE_LIT_H
#define PVS_ENGINE_LIT_H

#include "study/study.h"

typedef struct pvs_lit {
  pvs_light *lights; /* of the whole series */
  size_t n;
  pvs_span *awake; /* by day type, of its slots: the others are night. NULL: there is no night */
} pvs_lit;

/* Every step in which some column of the file is not 0 is in a light, between dawn and dusk. On the
 * days of a chunk these are the same hours, so that the processor foresees them. False: out of
 * memory. */
bool pvs_lit_find(pvs_lit *lit, const struct pvs_study *study, const pvs_profile *pv,
                  pvs_arena *arena);
/* The lights' parts in steps [first, first + n), counted from `first`: written to `lights` (room
 * for n / PVS_LANES), their number is returned. *from, 0 at first, is the caller's place; the
 * stretches ascend. */
size_t pvs_lit_cut(const pvs_lit *lit, size_t *from, uint32_t first, uint32_t n, pvs_light *lights);

/* The rows without the night's: written to `awake`, room for as many; their number is returned. */
size_t pvs_lit_rows(const pvs_lit *lit, const pvs_days *days, size_t n_rows,
                    const pvs_day_rows *rows, pvs_day_rows *awake);
/* Before the first step: the usage of the nights, where consumption is 0, taken from the load's. */
void pvs_lit_begin_usage(const pvs_lit *lit, const pvs_usage *usage, const pvs_usage *load,
                         const pvs_metering *metering, unsigned needs);
/* What a customer imports at night. */
double pvs_lit_night_kwh(const pvs_lit *lit, const pvs_usage *load, const pvs_days *days,
                         const pvs_kernels *kernels);

#endif
