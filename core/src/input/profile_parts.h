/* What the two readers of profiles share: the header row and the memory. */
#ifndef PVS_INPUT_PROFILE_PARTS_H
#define PVS_INPUT_PROFILE_PARTS_H

#include "base/csv.h"
#include "base/error.h"
#include "study/profile.h"

/* Zeroes the profile and copies its path. */
pvs_code pvs_profile_begin(pvs_profile *profile, const char *path, pvs_error *error);

#define PVS_NO_SERIES UINT32_MAX

/* Checks the header row and takes the names. *time_column is the field of the timestamp.
 * (*series_of)[field] is the series that a field belongs to, PVS_NO_SERIES for columns without a name
 * and the timestamp; it lies in the profile's arena. */
pvs_code pvs_profile_take_header(pvs_profile *profile, const pvs_field *fields, uint32_t n_fields,
                                 long row, uint32_t *time_column, uint32_t **series_of,
                                 pvs_error *error);

/* Zeroed values for at most so many steps; sets stride. */
pvs_code pvs_profile_allocate(pvs_profile *profile, size_t steps_bound, pvs_error *error);

static inline size_t pvs_profile_stride(size_t steps) {
  return (steps + 7) & ~(size_t)7;
}

#endif
