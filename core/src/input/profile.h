/* Load and PV files: a timestamp column and a series a column, kWh per interval. */
#ifndef PVS_INPUT_PROFILE_H
#define PVS_INPUT_PROFILE_H

#include "base/arena.h"
#include "base/calendar.h"
#include "base/error.h"
#include <stdint.h>

/* Series are contiguous, time innermost, 64-byte aligned; stride = steps rounded up to a multiple
 * of 8, the padding is zero. */
typedef struct pvs_profile {
  const char *path; /* for messages */
  uint32_t n_series;
  uint32_t steps, stride, interval_s;
  pvs_time start;
  const char **names; /* n_series, in file order */
  double *values;     /* n_series x stride */
  pvs_arena arena;    /* owns all of it */
} pvs_profile;

static inline const double *pvs_profile_series(const pvs_profile *profile, uint32_t index) {
  return profile->values + (size_t)index * profile->stride;
}

/* Parses bytes that were read from `path` (copied). Errors (file, row, column, found, expected):
 * first column not `timestamp`, no series, duplicate or blank header above data (a column whose
 * header and cells are all blank is ignored), a date that is none, a gap or repeat in time, fewer
 * than two steps, a blank cell, text, nan, infinity, too few or many fields, NUL, an unterminated
 * quote, a header alone, an empty file. Whole lines that are blank are skipped. On failure nothing
 * is held. A fast path reads plain files; it falls back to libcsv + strtod on quotes or anything
 * odd, with equal values for every input. */
pvs_code pvs_profile_parse(pvs_profile *profile, const char *path, const char *data, size_t size,
                           pvs_error *error);
/* The same without the fast path: the oracle of the differential tests. */
pvs_code pvs_profile_parse_slow(pvs_profile *profile, const char *path, const char *data,
                                size_t size, pvs_error *error);
void pvs_profile_deinit(pvs_profile *profile);

/* PVS_OK when both have the same time index; else PVS_MISMATCH naming both files and the first
 * differing row. */
pvs_code pvs_profile_same_time(const pvs_profile *a, const pvs_profile *b, pvs_error *error);

#endif
