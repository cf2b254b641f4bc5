/* The report: everything stored about a machine on one self-contained HTML page. */
#ifndef HX_REPORT_PAGE_H
#define HX_REPORT_PAGE_H

#include "report/data.h"

#include "machine/topo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { HX_REPORT_PROBLEM = 1024 };

/* Everything is borrowed but for `problem`. */
typedef struct hx_report_page {
  const hx_report_data *data; /* not empty */
  const hx_topo *topo;        /* of the machine; NULL: unknown, no picture */
  const char *plots_folder;
  bool plots;                 /* draw them */
  const char *style, *script; /* plots/report.css, plots/report.js */
  const char *version, *made_utc;
  /* out: plots that have something to show, those of them that could not be drawn, and why the
   * first of these could not */
  size_t n_plots, n_missing;
  bool no_gnuplot;
  char problem[HX_REPORT_PROBLEM];
} hx_report_page;

/* Writes the page, without the plots that could not be drawn.
 * Errors of `out` are the caller's to check. */
void hx_report_write_page(hx_report_page *page, FILE *out);

/* ---- internal to page_*.c ---- */

/* A figure with the plot, or nothing when there is nothing to see. `words` says what one looks at.
 */
void hx_page_plot(hx_report_page *page, int plot, const hx_report_subject *subject,
                  const char *words, FILE *out);
void hx_page_subject(hx_report_page *page, size_t index, FILE *out);
void hx_page_single_configurations(hx_report_page *page, FILE *out);
void hx_page_joint(hx_report_page *page, FILE *out);
void hx_page_trust(const hx_report_page *page, FILE *out);
void hx_page_verdicts(hx_report_page *page, FILE *out);
void hx_page_machine(const hx_report_page *page, FILE *out);
void hx_page_method(const hx_report_page *page, FILE *out);

/* "workload builtin:batteries:400" shortened for a heading: the study's or program's own name. */
const char *hx_page_workload_name(const char *workload, char *text, size_t cap);
/* "22 November 2026" of an ISO 8601 moment; as it is when it is none. Returns text. */
const char *hx_page_date(const char *utc, char *text, size_t cap);
/* What disturbed a subject's runs, a sentence without full stop; "" nothing. */
const char *hx_page_interference(const hx_report_subject *subject, char *text, size_t cap);
/* Has a choice to tell of: several configurations. */
bool hx_page_is_comparison(const hx_report_subject *subject);
/* The fastest of all that was measured, or the recommended one. HX_REPORT_NOWHERE: none ran. */
int hx_page_best(const hx_report_subject *subject);

#endif
