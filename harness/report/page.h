/* The report: everything stored about a machine on one self-contained HTML page. */
#ifndef HX_REPORT_PAGE_H
#define HX_REPORT_PAGE_H

#include "report/data.h"

#include "machine/topo.h"
#include "tune/fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct hx_report_page {
  const hx_report_data *data; /* not empty */
  const hx_topo *topo;        /* of the machine; NULL: unknown, no picture */
  const char *plots_folder;   /* with report.html, report.css, report.js and the plots' scripts */
  bool plots;                 /* draw them */
  const char *version, *made_utc;
  /* set by the call: the plots that have data, those of them that could not be drawn, and why the
   * first of these could not */
  size_t n_plots, n_missing;
  pvs_error problem;
} hx_report_page;

/* Writes the page, without the plots that could not be drawn. False with an error if the page could
 * not be made; what was written to `out` is then useless. The caller checks `out` for errors. */
bool hx_report_write_page(hx_report_page *page, FILE *out, pvs_error *error);
/* The same for the page of a fleet: one table of machines. */
bool hx_report_write_fleet(const hx_fleet *fleet, const char *plots_folder, const char *version,
                           const char *made_utc, FILE *out, pvs_error *error);

#endif
