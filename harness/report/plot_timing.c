/* One run's stages beside their limits, from what `pvtune run --timing --csv` prints. */
#include "report/plot.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct columns {
  size_t n; /* fields of the header; 0: not met yet */
  size_t stage, wall, workers, limit;
} columns;

static size_t find(const hx_csv_row *row, const char *name) {
  size_t i = 0;
  while (i < row->n_fields && strcmp(row->fields[i].text, name) != 0)
    i++;
  return i;
}

/* Other tables may stand before it. */
static bool read_header(const hx_csv_row *row, columns *c) {
  *c = (columns){row->n_fields, find(row, "stage"), find(row, "wall_s"), find(row, "workers_s"),
                 find(row, "limit_s")};
  if (c->stage == c->n || c->wall == c->n || c->workers == c->n || c->limit == c->n)
    c->n = 0;
  return c->n > 0;
}

static double number(const hx_csv_row *row, size_t column) {
  const char *text = row->fields[column].text;
  char *end;
  double value = strtod(text, &end);
  return end == text || *end ? (double)NAN : value;
}

/* Of simulation and bills the sum is shown, which has a limit, not its parts. The wall time of the
 * run, in which workers did what they did, goes to run_s. */
static void add_row(const hx_csv_row *row, const columns *c, json_t *rows, double *run_s) {
  const char *stage = row->fields[c->stage].text;
  double workers_s = number(row, c->workers), wall_s = number(row, c->wall);
  if (strcmp(stage, "run") == 0)
    *run_s = wall_s;
  else if (strncmp(stage, "    ", 4) != 0)
    json_array_append_new(rows, json_pack("{ss so sI so so so}", "workload", "", "stage",
                                          HX_MODEL_TEXT(stage + strspn(stage, " ")), "rank",
                                          (json_int_t)json_array_size(rows), "workers_s",
                                          hx_model_number(workers_s), "seconds",
                                          hx_model_number(isnan(workers_s) ? wall_s : workers_s),
                                          "limit_s", hx_model_number(number(row, c->limit))));
}

/* Time of several workers is not wall time: that of the run is shared out as they spent theirs. */
static void share_out(json_t *rows, double run_s) {
  double sum = 0;
  for (size_t i = 0; i < json_array_size(rows); i++)
    sum += json_number_value(json_object_get(json_array_get(rows, i), "workers_s"));
  for (size_t i = 0; run_s > 0 && sum > 0 && i < json_array_size(rows); i++) {
    static const char *const scaled[] = {"seconds", "limit_s"};
    json_t *row = json_array_get(rows, i);
    for (size_t k = 0; k < 2 && !json_is_null(json_object_get(row, "workers_s")); k++) {
      const json_t *value = json_object_get(row, scaled[k]);
      if (!json_is_null(value))
        json_object_set_new(row, scaled[k], json_real(json_number_value(value) * run_s / sum));
    }
  }
}

json_t *hx_plot_timing_rows(const char *path, pvs_error *error) {
  double run_s = 0;
  columns c = {0};
  hx_csv_row row;
  json_t *rows = json_array();
  hx_csv_rows *in = hx_csv_rows_open(path, error);
  int got = in ? 1 : -1;
  while (got == 1 && (got = hx_csv_rows_next(in, &row, error)) == 1)
    if (c.n == 0)
      read_header(&row, &c);
    else if (row.n_fields == c.n)
      add_row(&row, &c, rows, &run_s);
    else
      break; /* the next table */
  hx_csv_rows_close(in);
  bool ok = got >= 0 && json_array_size(rows) > 0;
  if (got >= 0 && !ok)
    hx_fail_at(error, PVS_MISSING_COLUMN, path, 0, NULL,
               "no table with the columns stage, wall_s, workers_s and limit_s; expected what "
               "pvtune run --timing --csv prints");
  if (ok) {
    share_out(rows, run_s);
    return rows;
  }
  json_decref(rows);
  return NULL;
}
