/* What --help says, from the tables. */
#ifndef HX_CLI_HELP_H
#define HX_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* The overview of all commands. */
void hx_help_overview(FILE *out);
void hx_help_command(FILE *out, const hx_command *command);

/* The following are malloc'd. Without memory they end the program, which says so. */

/* All exit codes of a command in ascending order, as lines "0 ok\n": those that hold for every
 * command, in the command's own words where it has some. */
char *hx_help_exit_codes(const hx_command *command);

/* "--[no-]name" and its metavar or choices as help and man pages show them: "-w, --workers N". */
char *hx_help_option_usage(const hx_option *option);
/* The option's help with its choices and default behind: "order of work: dynamic, static (default:
 * dynamic)". */
char *hx_help_option_text(const hx_option *option);

#endif
