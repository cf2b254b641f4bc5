/* The page of a fleet: one table of machines. */
#ifndef HX_REPORT_FLEET_PAGE_H
#define HX_REPORT_FLEET_PAGE_H

#include "tune/fleet.h"

#include <stdio.h>

/* Writes it with fleet.html and report.css of that folder. False with an error if the page could
 * not be made; what was written to `out` is then useless. */
bool hx_report_write_fleet(const hx_fleet *fleet, const char *plots_folder, const char *version,
                           const char *made_utc, FILE *out, pvs_error *error);

#endif
