/* When a PV file generates at all. Half of a year is night: the flows of a customer with PV and no
 * battery are then its load, and the sums over residents are the building's. */
#ifndef PVS_RUN_LIT_H
#define PVS_RUN_LIT_H

#include "input/study.h"

/* Spans of the whole series, ascending, apart from one another. */
typedef struct pvs_lit {
  pvs_span *spans;
  size_t n;
} pvs_lit;

/* Every step in which some column of the file is not 0 is in a span. On the days of a chunk they
 * are the same hours, so that the processor foresees their ends. False: out of memory. */
bool pvs_lit_find(pvs_lit *lit, const struct pvs_study *study, const pvs_profile *pv,
                  pvs_arena *arena);
/* The spans' parts in steps [first, first + n), counted from `first`: written to `spans` (room for
 * n / PVS_LANES), their number is returned. *from, 0 at first, is the caller's place; the stretches
 * ascend. */
size_t pvs_lit_cut(const pvs_lit *lit, size_t *from, uint32_t first, uint32_t n, pvs_span *spans);

#endif
