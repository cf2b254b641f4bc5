/* `pvtune best --fleet`: one table of all machines of a store. */
#ifndef HX_CLI_BEST_FLEET_H
#define HX_CLI_BEST_FLEET_H

#include "cli/command.h"
#include "tune/fleet.h"

/* Prints it for the workload (NULL: the one that most machines were tuned for). Returns an hx_exit. */
int hx_best_print_fleet(const hx_context *cx, const char *workload);
/* Warns of machines in the store of which nothing is known for the fleet's workload. */
void hx_best_warn_of_unknown(const hx_fleet *fleet);

#endif
