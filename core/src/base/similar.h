/* Names that were probably meant to be other names. */
#ifndef PVS_BASE_SIMILAR_H
#define PVS_BASE_SIMILAR_H

/* How much `found` looks like a slip for `known`: 2 when they are the same but for case, blanks, '-'
 * and '_'; 1 when a letter or two is wrong, missing, too many or swapped, and the numbers in them are
 * equal; 0 otherwise, and when they are equal. */
int pvs_similarity(const char *found, const char *known);

#endif
