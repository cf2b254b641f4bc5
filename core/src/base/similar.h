/* Names that were probably meant to be other names. */
#ifndef PVS_BASE_SIMILAR_H
#define PVS_BASE_SIMILAR_H

/* How likely `found` is a misspelling of `known`: 2 when they differ only in case, blanks, '-' and
 * '_'; 1 when one or two letters are wrong, missing, added or swapped and the numbers in them are
 * equal; 0 otherwise, and when they are equal. */
int pvs_similarity(const char *found, const char *known);

#endif
