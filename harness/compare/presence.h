/* Whether both revisions have what a command names: a benchmark that a change adds, removes or
 * renames cannot be compared, which is not an error. */
#ifndef HX_COMPARE_PRESENCE_H
#define HX_COMPARE_PRESENCE_H

typedef enum hx_presence {
  HX_PRESENT_IN_BOTH, /* as far as can be told */
  HX_PRESENT_ONLY_IN_A,
  HX_PRESENT_ONLY_IN_B,
} hx_presence;

/* Looks for words of the command that are paths of a file or folder in only one of the checkouts.
 * Absolute paths, options and words that a shell would expand are ignored. If some words exist only
 * in A and others only in B, nothing is concluded. */
hx_presence hx_presence_of(const char *command, const char *a_folder, const char *b_folder);

#endif
