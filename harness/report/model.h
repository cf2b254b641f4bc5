/* Everything stored about a machine as one JSON value. plots/report.html is filled with it, and the
 * tables behind plots are made from it. Keys are those the template and the columns of plots use.
 * Unknown numbers are null. */
#ifndef HX_REPORT_MODEL_H
#define HX_REPORT_MODEL_H

#include "report/data.h"

#include "machine/topo.h"

#include <jansson.h>

/* All of these return a new reference, NULL when memory runs out. */

/* One workload: what to use and why, every configuration ("configs", fastest first), whether its
 * figures can be trusted. */
json_t *hx_model_topic(const hx_report_data *data, const hx_report_topic *topic);
/* A row of the store, by the names of its columns. */
json_t *hx_model_row(const hx_store_schema *schema, const void *row);
/* Comparisons, and sweeps by their last rows; at most some dozens, newest first. */
json_t *hx_model_verdicts(const hx_report_data *data);
json_t *hx_model_sweeps(const hx_report_data *data);
/* Its packages, caches and cores as they are nested, with the workers of the first workload, and its
 * newest environment. topo may be NULL. */
json_t *hx_model_machine(const hx_report_data *data, const hx_topo *topo);

/* A text of the store, which may not be UTF-8; hx_html_text sees to that. */
#define HX_MODEL_TEXT(text) json_string_nocheck(text)
/* A number, or null for what is none. */
json_t *hx_model_number(double value);
/* "Built-in study: batteries, 1500 scenarios" of "builtin:batteries:1500". Returns text. */
const char *hx_model_workload_name(const char *workload, char *text, size_t cap);
/* "2 CPUs" of "l3=2x1/numa=2x1/pus=2/quota=none". Returns text. */
const char *hx_model_allocation_name(const char *allocation, char *text, size_t cap);

#endif
