/* The plots: what each is called, which script of plots/ draws it, and the small tidy CSV that the
 * script reads (plots/README.md has the columns). */
#ifndef HX_REPORT_PLOT_H
#define HX_REPORT_PLOT_H

#include "pvs/pvs.h"

#include "report/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum hx_plot {
  HX_PLOT_SPEEDUP,
  HX_PLOT_HEATMAP,
  HX_PLOT_RUNS,
  HX_PLOT_DISTRIBUTIONS,
  HX_PLOT_TIME,
  HX_PLOT_REGRET,
  HX_PLOT_GROWTH,
  HX_PLOT_HISTORY,
  HX_PLOT_DAY, /* from here on of a study's outputs, which the script reads as they are */
  HX_PLOT_YEAR,
  HX_PLOT_SCENARIOS,
  HX_PLOT_COUNT
} hx_plot;

typedef struct hx_plot_info {
  const char *name;    /* as typed: "speedup" */
  const char *script;  /* in the plots folder */
  const char *summary; /* what it shows, one line */
  bool of_study;       /* reads an output file of a study instead of the store */
  bool of_subject;     /* about one workload; else about all that is stored */
} hx_plot_info;

const hx_plot_info *hx_plot_get(hx_plot plot);
/* HX_PLOT_COUNT when there is none of that name. */
hx_plot hx_plot_find(const char *name);

/* Writes the plot's CSV, header included, and returns how many rows stand behind it: 0 means that
 * there is nothing to see. subject: needed where of_subject. Texts are reduced to characters that
 * mean nothing in CSV, gnuplot or SVG. */
size_t hx_plot_write_csv(hx_plot plot, const hx_report_data *data, const hx_report_subject *subject,
                         FILE *out);

/* The CSV of HX_PLOT_TIME from what `pvtune run --timing --csv` printed to the file. Rows written;
 * 0 with a sentence in error when it holds no such table. */
size_t hx_plot_write_timing(const char *path, FILE *out, pvs_error *error);

/* ---- internal to plot_*.c: one writer a plot ---- */

size_t hx_plot_speedup(const hx_report_subject *subject, FILE *out);
size_t hx_plot_heatmap(const hx_report_subject *subject, FILE *out);
size_t hx_plot_runs(const hx_report_subject *subject, FILE *out);
size_t hx_plot_distributions(const hx_report_subject *subject, FILE *out);
size_t hx_plot_time(const hx_report_subject *subject, FILE *out);
size_t hx_plot_regret(const hx_report_data *data, FILE *out);
size_t hx_plot_growth(const hx_report_data *data, FILE *out);
size_t hx_plot_history(const hx_report_data *data, FILE *out);

/* One cell and the comma or line end behind it. A NaN is an empty cell. */
void hx_plot_text(FILE *out, const char *text, char behind);
void hx_plot_number(FILE *out, double value, char behind);

#endif
