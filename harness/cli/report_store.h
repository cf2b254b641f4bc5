/* The store as report and plot read it. */
#ifndef HX_CLI_REPORT_STORE_H
#define HX_CLI_REPORT_STORE_H

#include "cli/command.h"
#include "report/data.h"

/* Opens what is stored about `machine`, NULL for this one, and passes on the store's warning.
 * HX_EXIT_OK, or another code after saying why. Close with hx_report_close. */
int hx_report_store_open(const hx_context *cx, const char *machine, hx_report_data *data);

#endif
