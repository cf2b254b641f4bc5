/* What messages and the progress line must know of each other; the progress interface itself is in
 * message.h. */
#ifndef HX_CLI_PROGRESS_H
#define HX_CLI_PROGRESS_H

#include <stdbool.h>

/* Clears the progress line, if one is shown; its next update draws it again. */
void hx_progress_hide(void);

/* What the line says: "runs 3/12 (25 %), 2 min 05 s left  detail". malloc'd, NULL when out of
 * memory. The time left is that of the pace so far and left out where that says little: in the
 * first second, without a total, with nothing done. */
char *hx_progress_text(const char *what, unsigned long done, unsigned long total, double elapsed_s,
                       const char *detail);

/* Whether hx_message_setup() was told to be. */
bool hx_message_is_quiet(void);

#endif
