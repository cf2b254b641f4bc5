/* Reading a load or PV file: a timestamp column and a column per series, kWh per interval. */
#ifndef PVS_INPUT_PROFILE_H
#define PVS_INPUT_PROFILE_H

#include "base/error.h"
#include "input/profile_slow.h"
#include "study/profile.h"

/* Parses bytes that were read from `path` (copied): with the fast reader when the file is plain,
 * else with the slow one. Values, errors and warnings are equal for every input. On failure nothing
 * is held. */
pvs_code pvs_profile_parse(pvs_profile *profile, const pvs_profile_rules *rules, const char *path,
                           const char *data, size_t size, pvs_error *error);

/* PVS_OK when both have the same time index; else PVS_MISMATCH naming both files and the first
 * differing row. Equal times of two zones are different ones; a file without zone goes with any. */
pvs_code pvs_profile_same_time(const pvs_profile *a, const pvs_profile *b, pvs_error *error);

#endif
