/* Sums of the load files that all scenarios share, made once when a study is sealed. */
#ifndef PVS_STUDY_LOAD_SUMS_H
#define PVS_STUDY_LOAD_SUMS_H

#include "study/study.h"

/* Two steps that are so far apart and equal draw PVS_SOME_STILL; the first of them is a multiple of
 * as many. */
enum { PVS_STILL_DAYS = 3 };

/* Needs the series of each load, the calendar and the compiled tariffs; fills every pvs_load from
 * `total` on. False: out of memory. */
bool pvs_load_sums_make(struct pvs_study *study);

#endif
