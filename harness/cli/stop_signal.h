/* A command that makes a folder is stopped by INT, TERM or HUP: it removes what it has made, and ends by
 * that signal. */
#ifndef HX_CLI_STOP_SIGNAL_H
#define HX_CLI_STOP_SIGNAL_H

#include <signal.h>

/* From now on the first of them sets the number below; a second one ends the process at once. Signals that
 * are ignored stay so. */
void hx_stop_signal_catch(void);
/* The signal that came; 0: none did. */
const volatile sig_atomic_t *hx_stop_signal(void);
/* Ends the process by that signal. */
_Noreturn void hx_stop_signal_end(int number);

#endif
