/* What the words of a command line can be completed to. The scripts for the shells only ask for it
 * and show it. */
#ifndef HX_CLI_COMPLETION_VALUES_H
#define HX_CLI_COMPLETION_VALUES_H

#include "base/embedded.h"
#include "cli/command.h"

/* completion.bash, completion.zsh, completion.fish. */
extern const hx_embedded_file hx_completion_scripts[];

/* Prints what the last of `n` words behind "pvtune" can become, one per line: the whole word and,
 * behind a tab, what it means. A line that begins with a tab says more: "files" or "folders", which
 * the shell itself completes, or "list", to which the user may add with a comma. */
void hx_completion_print_values(const hx_context *cx, char *const *words, int n);

#endif
