/* Names that were probably meant to be other names. */
#ifndef PVS_BASE_SIMILAR_H
#define PVS_BASE_SIMILAR_H

#include <stdbool.h>

/* Whether `found` looks like a slip for `known`: the same but for case, blanks, '-' and '_', or a
 * letter or two wrong, missing, too many or swapped. Numbers must be equal, and the names must
 * differ. */
bool pvs_is_similar(const char *found, const char *known);

#endif
