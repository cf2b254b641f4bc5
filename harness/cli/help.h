/* What --help says, from the tables. */
#ifndef HX_CLI_HELP_H
#define HX_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* The overview of all commands. */
void hx_help_overview(FILE *out);
void hx_help_command(FILE *out, const hx_command *command);

/* The exit codes that hold for every command, as lines "0 ok\n". */
extern const char hx_common_exit_codes[];

/* "--[no-]name" and its metavar or choices as help and man pages show them: "-w, --workers N".
 * malloc'd, NULL: out of memory.*/
char *hx_help_option_usage(const hx_option *option);
/* The option's help with its choices and default behind: "order of work: dynamic, static (default:
 * dynamic)". malloc'd. */
char *hx_help_option_text(const hx_option *option);

#endif
