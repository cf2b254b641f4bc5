/* What --help says, from the tables. */
#ifndef HX_CLI_HELP_H
#define HX_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* The overview of all commands. */
void hx_help_overview(FILE *out);
void hx_help_command(FILE *out, const hx_command *command);

/* These functions return malloc'd text. If memory runs out, they end the program with a message. */

/* All exit codes of a command in ascending order, as lines "0 ok\n": those of every command, and
 * those that the command describes itself. */
char *hx_help_exit_codes(const hx_command *command);

/* "--[no-]name" and its metavar or choices as help and man pages show them: "-w, --workers N". */
char *hx_help_option_usage(const hx_option *option);
/* The option's help, followed by its choices and default: "order of work: dynamic, static (default:
 * dynamic)". */
char *hx_help_option_text(const hx_option *option);

#endif
