/* The reader of profiles that decides what is valid and words the errors: libcsv and one number at
 * a time. The fast reader must agree with it on every file that it takes. */
#ifndef PVS_INPUT_PROFILE_SLOW_H
#define PVS_INPUT_PROFILE_SLOW_H

#include "base/notes.h"
#include "study/profile.h"

typedef struct pvs_profile_rules {
  bool blank_is_zero; /* of PV files, with a warning; of load files a blank cell is an error */
  pvs_notes *notes;   /* NULL: warnings are dropped */
} pvs_profile_rules;

/* rules NULL: those of a load file, without notes.
 *
 * Errors (file, row, column, found, expected): no column `timestamp`, no series, a header twice, a
 * column without a header that is not blank, a date that does not exist, a gap or repeat in time,
 * dates that can only be month-first, zones that differ, fewer than two steps, a blank cell, text,
 * nan, infinity, too few or too many fields, NUL, an unterminated quote, an empty file. On failure
 * nothing is held. */
pvs_code pvs_profile_parse_slow(pvs_profile *profile, const pvs_profile_rules *rules,
                                const char *path, const char *data, size_t size, pvs_error *error);

#endif
