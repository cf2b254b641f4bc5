/* Messages to the user: one line each, on stderr, coloured only on a terminal without NO_COLOR. No
 * other room of the harness prints; they return an error, and the command prints it here. */
#ifndef HX_CLI_MESSAGE_H
#define HX_CLI_MESSAGE_H

#include <stdbool.h>

/* Set by main before anything is said and again once a command's -q and -v are known. */
void hx_message_setup(bool quiet, int verbose);

/* --color. AUTO, as at first: on a terminal that is not dumb, without NO_COLOR. */
typedef enum hx_colour { HX_COLOUR_AUTO, HX_COLOUR_ALWAYS, HX_COLOUR_NEVER } hx_colour;
void hx_message_set_colour(hx_colour wanted);
/* Whether what is written to fd is in colour. */
bool hx_message_colours(int fd);

/* Whether messages are left out from now on: of the ranks of an MPI run only the first one prints
 * them. */
void hx_message_mute(bool mute);
/* The first error that was not said, for whoever is to say it; "": none. */
const char *hx_message_unsaid(void);

/* "pvtune: error: …". printf format without newline. Always shown. Control characters in what is
 * said (they can come from a file) are shown as \xNN in all messages. */
bool hx_error(const char *format, ...) __attribute__((format(printf, 1, 2))); /* returns false */
/* The same; returns `status`, so that `return hx_error_exit(...)` ends a command. */
#define hx_error_exit(status, ...) (hx_error(__VA_ARGS__), (int)(status))
/* "pvtune: warning: …". Shown even with --quiet: it says that a result may be wrong. */
void hx_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Plain line on stderr, not with --quiet. */
void hx_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Plain line on stderr, only with -v. */
void hx_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A progress line that redraws itself, on a terminal only (never in a pipe, never with --quiet), at
 * most 10 times a second. The line says done/total and the time left at the pace so far; total 0:
 * unknown, no time left is shown. A message said meanwhile clears the line first. One at a time,
 * from one thread. */
typedef struct hx_progress hx_progress;
hx_progress *hx_progress_start(const char *what, unsigned long total);
/* detail: a word or two behind the counts, NULL: none. */
void hx_progress_update(hx_progress *p, unsigned long done, const char *detail);
void hx_progress_finish(hx_progress *p); /* clears the line, frees; NULL is fine */

/* What the line says: "runs 3/12 (25 %), 2 min 05 s left  detail". malloc'd, NULL when out of
 * memory. The time left is that of the pace so far and left out where that says little: in the
 * first second, without a total, with nothing done. */
char *hx_progress_text(const char *what, unsigned long done, unsigned long total, double elapsed_s,
                       const char *detail);

#endif
