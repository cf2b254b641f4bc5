#include "cli/so_far.h"

#include "cli/table.h"
#include "decide/stats.h"
#include "measure/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(const hx_run_row *a, const hx_run_row *b) {
  return strcmp(a->workload, b->workload) == 0 && strcmp(a->config, b->config) == 0 &&
         strcmp(a->side, b->side) == 0;
}

/* Medians of the counted runs that are like `first`, which is the first of them. */
static void add_row(hx_table *t, const hx_run_row *row, size_t n, const hx_run_row *first,
                    double *seconds) {
  size_t runs = 0;
  double most_kib = 0;
  for (size_t i = 0; i < n; i++)
    if (row[i].counted == 1 && strcmp(row[i].sweep, first->sweep) == 0 && same(&row[i], first)) {
      seconds[runs++] = row[i].seconds;
      most_kib = fmax(most_kib, (double)row[i].max_rss_kib);
    }
  hx_table_line(t, HX_T(first->workload), HX_T(first->config), HX_T(first->side), HX_N(runs, 0),
                HX_N(hx_stats_median(seconds, runs), 4), HX_N(1024e-6 * most_kib, 1));
}

static bool is_first(const hx_run_row *row, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (row[k].counted == 1 && strcmp(row[k].sweep, row[i].sweep) == 0 && same(&row[k], &row[i]))
      return false;
  return row[i].counted == 1;
}

void hx_export_so_far(const hx_context *cx, const char *folder) {
  hx_store_rows runs;
  bool asked = cx->exports[HX_TABLE_FILE_JSON] || cx->exports[HX_TABLE_FILE_CSV] ||
               cx->exports[HX_TABLE_FILE_MARKDOWN];
  if (!asked || !hx_store_rows_read(folder, &hx_runs_schema, &runs, NULL))
    return;
  const hx_run_row *row = runs.rows;
  double *seconds = malloc((runs.n + 1) * sizeof *seconds);
  hx_table *t = hx_table_create("so_far", NULL);
  hx_table_columns(t, "workload=workload|config=config|side=side|#runs=runs|#median_s=median s|"
                      "#max_rss_mb=peak MB");
  if (runs.n > 0 && seconds) {
    const char *sweep = row[runs.n - 1].sweep;
    hx_table_measurement(t, sweep);
    for (size_t i = 0; i < runs.n; i++)
      if (strcmp(row[i].sweep, sweep) == 0 && is_first(row, i))
        add_row(t, row, runs.n, &row[i], seconds);
    hx_command_export(cx, &t, 1);
  }
  hx_table_destroy(t);
  free(seconds);
  hx_store_rows_deinit(&runs);
}
