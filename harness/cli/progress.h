/* What messages and the progress line must know of each other; the progress interface itself is in
 * message.h. */
#ifndef HX_CLI_PROGRESS_H
#define HX_CLI_PROGRESS_H

#include <stdbool.h>

/* Clears the progress line, if one is shown; its next update draws it again. */
void hx_progress_hide(void);

bool hx_message_is_quiet(void);

#endif
