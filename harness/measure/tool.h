/* Runs other programs: git, compilers, whatever builds a revision. */
#ifndef HX_MEASURE_TOOL_H
#define HX_MEASURE_TOOL_H

#include "pvs/pvs.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Runs it in `folder` (NULL: the current one) and takes what it prints on stdout: malloc'd, NUL at
 * its end, without the last newline. NULL with a sentence in error when it cannot be started or
 * does not exit with 0; it then ends with the last line it wrote to stderr. */
char *hx_tool_read(char *const argv[], const char *folder, pvs_error *error);

/* Runs it and appends all that it prints to the file `log`. False with a sentence in error, which
 * says how it ended but not what it printed. A script, {"/bin/sh", "-c", SCRIPT, NAME, NULL}, is
 * called NAME. It is stopped when *interrupts reaches 2 (NULL: never). */
bool hx_tool_run(char *const argv[], const char *folder, const char *log,
                 const volatile sig_atomic_t *interrupts, pvs_error *error);

/* What to print behind that sentence: ": LAST LINE (all of it: LOG)"; "" when the log is empty or
 * there is none. Returns text. */
const char *hx_tool_last_words(const char *log, char *text, size_t cap);
enum { HX_TOOL_LAST_WORDS = 4096 };

/* The first program of that name in $PATH; a name with a slash is its path. False when there is none.
 * If the name has a slash, errno then says why. */
bool hx_tool_find(const char *name, char path[PATH_MAX]);
/* The same along other folders than those of $PATH (NULL: these), for a program that starts in the
 * folder `from` (NULL: in the current one). */
bool hx_tool_find_along(const char *name, const char *along, const char *from, char path[PATH_MAX]);
bool hx_tool_exists(const char *name);

#endif
