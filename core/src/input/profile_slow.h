/* The reader of profiles that decides what is valid and words the errors: libcsv and one number at
 * a time. The fast reader must agree with it on every file that it takes. */
#ifndef PVS_INPUT_PROFILE_SLOW_H
#define PVS_INPUT_PROFILE_SLOW_H

#include "base/error.h"
#include "study/profile.h"

/* Errors (file, row, column, found, expected): first column not `timestamp`, no series, duplicate
 * or blank header above data (a column whose header and cells are all blank is ignored), a date
 * that is none, a gap or repeat in time, fewer than two steps, a blank cell, text, nan, infinity,
 * too few or many fields, NUL, an unterminated quote, a header alone, an empty file. Whole lines
 * that are blank are skipped. On failure nothing is held. */
pvs_code pvs_profile_parse_slow(pvs_profile *profile, const char *path, const char *data,
                                size_t size, pvs_error *error);

#endif
