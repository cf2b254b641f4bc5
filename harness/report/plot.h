/* The plots: what each is called, which script of plots/ draws it, and the small tidy table that
 * the script reads (plots/README.md has the columns). */
#ifndef HX_REPORT_PLOT_H
#define HX_REPORT_PLOT_H

#include "pvs/pvs.h"

#include "report/data.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum hx_plot {
  HX_PLOT_SPEEDUP,
  HX_PLOT_HEATMAP,
  HX_PLOT_RUNS,
  HX_PLOT_DISTRIBUTIONS,
  HX_PLOT_TIME,
  HX_PLOT_PARAMS,
  HX_PLOT_REGRET,
  HX_PLOT_GROWTH,
  HX_PLOT_HISTORY,
  HX_PLOT_DAY, /* from here on of a study's outputs, which the script reads as they are */
  HX_PLOT_YEAR,
  HX_PLOT_SCENARIOS,
  HX_PLOT_COUNT
} hx_plot;

/* What a plot is about: which of the arguments of hx_plot_rows it needs. */
typedef enum hx_plot_about {
  HX_ABOUT_TOPIC,
  HX_ABOUT_STORE,
  HX_ABOUT_RECORDS,
  HX_ABOUT_STUDY
} hx_plot_about;

typedef struct hx_plot_info {
  const char *name;   /* as typed: "speedup" */
  const char *script; /* in the plots folder */
  hx_plot_about about;
  const char *columns; /* of its table, separated by commas */
  const char
      *numbers; /* those of its columns that hold numbers, or nothing; '!': always a number */
  const char *caption; /* on a page: what one looks at */
  /* its rows: see hx_plot_rows */
  json_t *(*rows)(const hx_report_data *data, const hx_report_topic *topic, const char *workload);
} hx_plot_info;

const hx_plot_info *hx_plot_get(hx_plot plot);
/* HX_PLOT_COUNT when there is none of that name. */
hx_plot hx_plot_find(const char *name);

/* The table's rows, objects that have at least the plot's columns; empty: there is nothing to see.
 * topic: needed where HX_ABOUT_TOPIC. workload: whose records, where HX_ABOUT_RECORDS; NULL:
 * what was recorded last. A new reference; NULL when memory runs out. */
json_t *hx_plot_rows(hx_plot plot, const hx_report_data *data, const hx_report_topic *topic,
                     const char *workload);

/* Writes rows as CSV, header included. Texts are reduced to characters that mean nothing in CSV and
 * gnuplot. */
void hx_plot_write_csv(hx_plot plot, const json_t *rows, FILE *out);

/* Whether the file, a table that is drawn as it is, has numbers where the plot needs them, and times
 * without gaps. Missing columns are left to the script. */
bool hx_plot_check_file(hx_plot plot, const char *path, pvs_error *error);

/* The rows of HX_PLOT_TIME from what `pvtune run --timing --csv` printed to the file. NULL with an
 * error when it holds no such table. */
json_t *hx_plot_timing_rows(const char *path, pvs_error *error);

/* ---- internal to plot_*.c: hx_plot_info.rows ---- */

#define HX_PLOT_ROWS(name)                                                                         \
  json_t *hx_plot_##name(const hx_report_data *data, const hx_report_topic *s, const char *workload)
HX_PLOT_ROWS(speedup);
HX_PLOT_ROWS(heatmap);
HX_PLOT_ROWS(runs);
HX_PLOT_ROWS(distributions);
HX_PLOT_ROWS(time);
HX_PLOT_ROWS(params);
HX_PLOT_ROWS(regret);
HX_PLOT_ROWS(growth);
HX_PLOT_ROWS(history);

#endif
