/* The fast reader of plain profiles: no quotes, no blanks around fields, no blank lines or columns,
 * and every row one interval after the row before. Of any other file it only says that it is not
 * plain; profile_slow.c then reads it and words the errors. */
#ifndef PVS_INPUT_PROFILE_FAST_H
#define PVS_INPUT_PROFILE_FAST_H

#include "input/profile_block.h"
#include "study/profile.h"

/* Whole lines of a file, and the steps they hold. */
typedef struct pvs_profile_range {
  const char *begin, *end;
  uint32_t first_step, steps;
} pvs_profile_range;

/* Takes the header, the time index from the first two rows and the number of rows, allocates the
 * values, and divides the rows into n_ranges > 0 of about equal size (some may be empty). False,
 * with nothing held, when the file is not plain or memory is short. `data` must outlive the ranges.
 */
bool pvs_profile_fast_open(pvs_profile *profile, const char *path, const char *data, size_t size,
                           pvs_profile_range *ranges, size_t n_ranges);

/* Reads one range into the profile's values. Ranges of one profile may be read by several threads
 * at once. False when a row is not plain: the profile must then be released and read by
 * pvs_profile_parse_slow. */
bool pvs_profile_fast_read(const pvs_profile *profile, const pvs_profile_range *range);
/* The same with that level of profile_block.h; NULL: row by row. */
bool pvs_profile_fast_read_by(const pvs_profile *profile, const pvs_profile_range *range,
                              const pvs_block_level *level);

#endif
