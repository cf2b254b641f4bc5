/* Values that the shell's completion asks for: names found in folders and in the store. */
#ifndef HX_CLI_COMPLETION_VALUES_H
#define HX_CLI_COMPLETION_VALUES_H

#include "cli/command.h"

/* `pvtune completion values KIND [BASE [PROJECT]]`: prints one name per line: of "projects" in
 * BASE, "studies" of the project, or "workloads" in the store of this machine. Nothing when there
 * are none. */
int hx_completion_print_values(const hx_context *cx);

#endif
