/* A load or PV file in memory: a regular time index and a series per column. */
#ifndef PVS_STUDY_PROFILE_H
#define PVS_STUDY_PROFILE_H

#include "base/arena.h"
#include "base/calendar.h"
#include <stdint.h>

/* Series are contiguous, time innermost, 64-byte aligned; stride = steps rounded up to a multiple
 * of 8, the padding is zero. kWh per interval. */
typedef struct pvs_profile {
  const char *path; /* for messages */
  uint32_t n_series;
  uint32_t steps, stride, interval_s;
  pvs_time start;
  bool has_zone;      /* its times have one, which is left out of `start` */
  int32_t zone_s;     /* the zone's offset */
  const char **names; /* n_series, in file order */
  const long *rows;   /* of the header and of each step, as in a spreadsheet; NULL: 1, 2, 3 … */
  double *values;     /* n_series x stride */
  pvs_arena arena;    /* owns all of it */
} pvs_profile;

void pvs_profile_deinit(pvs_profile *profile); /* zeroed is fine */

static inline const double *pvs_profile_series(const pvs_profile *profile, uint32_t index) {
  return profile->values + (size_t)index * profile->stride;
}

static inline long pvs_profile_header_row(const pvs_profile *profile) {
  return profile->rows ? profile->rows[0] : 1;
}

/* The row of a step; of the one behind the last, where it would be. */
static inline long pvs_profile_row(const pvs_profile *profile, uint32_t step) {
  return !profile->rows          ? (long)step + 2
         : step < profile->steps ? profile->rows[step + 1]
                                 : profile->rows[step] + 1;
}

static inline pvs_time pvs_profile_time(const pvs_profile *profile, uint32_t step) {
  return profile->start + (pvs_time)step * profile->interval_s;
}

#endif
