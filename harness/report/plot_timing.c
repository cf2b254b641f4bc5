/* One run's stages beside their limits, from what `pvtune run --timing --csv` prints. */
#include "report/plot.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "measure/number_text.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct columns {
  size_t n;                                  /* fields of the header; 0: not met yet */
  size_t stage, wall, workers, limit, study; /* study: n if there is no such column */
} columns;

static size_t find(const hx_csv_row *row, const char *name) {
  size_t i = 0;
  while (i < row->n_fields && strcmp(row->fields[i].text, name) != 0)
    i++;
  return i;
}

/* Other tables may stand before it. */
static bool read_header(const hx_csv_row *row, columns *c) {
  *c = (columns){row->n_fields,          find(row, "stage"),   find(row, "wall_s"),
                 find(row, "workers_s"), find(row, "limit_s"), find(row, "study")};
  if (c->stage == c->n || c->wall == c->n || c->workers == c->n || c->limit == c->n)
    c->n = 0;
  return c->n > 0;
}

static double number(const hx_csv_row *row, size_t column) {
  double value;
  return hx_number_text(row->fields[column].text, &value) ? value : (double)NAN;
}

/* Other tables may stand behind this one, with their own header. */
static bool check_numbers(const hx_csv_row *row, const columns *c, const char *path,
                          pvs_error *error) {
  const struct {
    const char *name;
    size_t at;
  } numbers[] = {{"wall_s", c->wall}, {"workers_s", c->workers}, {"limit_s", c->limit}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (row->fields[numbers[i].at].text[0] && isnan(number(row, numbers[i].at)))
      return hx_fail_at(error, PVS_BAD_VALUE, path, (long)row->line, numbers[i].name,
                        "found '%s', expected a number or an empty cell",
                        row->fields[numbers[i].at].text);
  return true;
}

/* Rows of the plot, in which a study begins at `first`. */
typedef struct stages {
  json_t *rows;
  size_t first;
  double run_s; /* wall time of the study's run, in which workers did what they did */
} stages;

/* Of simulation and bills the sum is shown, which has a limit, not its parts. */
static void add_row(const hx_csv_row *row, const columns *c, stages *s) {
  const char *stage = row->fields[c->stage].text;
  const char *study = c->study < c->n ? row->fields[c->study].text : "";
  double workers_s = number(row, c->workers), wall_s = number(row, c->wall);
  if (strcmp(stage, "run") == 0)
    s->run_s = wall_s;
  else if (strncmp(stage, "    ", 4) != 0)
    json_array_append_new(s->rows,
                          json_pack("{so so sI so so so}", "workload", HX_MODEL_TEXT(study),
                                    "stage", HX_MODEL_TEXT(stage + strspn(stage, " ")), "rank",
                                    (json_int_t)json_array_size(s->rows), "workers_s",
                                    hx_model_number(workers_s), "seconds",
                                    hx_model_number(isnan(workers_s) ? wall_s : workers_s),
                                    "limit_s", hx_model_number(number(row, c->limit))));
}

/* Time of several workers is not wall time: that of the run is shared out as they spent theirs. */
static void share_out(stages *s) {
  double sum = 0;
  for (size_t i = s->first; i < json_array_size(s->rows); i++)
    sum += json_number_value(json_object_get(json_array_get(s->rows, i), "workers_s"));
  for (size_t i = s->first; s->run_s > 0 && sum > 0 && i < json_array_size(s->rows); i++) {
    static const char *const scaled[] = {"seconds", "limit_s"};
    json_t *row = json_array_get(s->rows, i);
    for (size_t k = 0; k < 2 && !json_is_null(json_object_get(row, "workers_s")); k++) {
      const json_t *value = json_object_get(row, scaled[k]);
      if (!json_is_null(value))
        json_object_set_new(row, scaled[k], json_real(json_number_value(value) * s->run_s / sum));
    }
  }
  s->first = json_array_size(s->rows);
  s->run_s = 0;
}

static const char *study_of(const json_t *rows, size_t i) {
  return json_string_value(json_object_get(json_array_get(rows, i), "workload"));
}

/* Several studies: each stage says whose it is. */
static void name_studies(json_t *rows) {
  size_t n = json_array_size(rows);
  if (strcmp(study_of(rows, 0), study_of(rows, n - 1)) == 0)
    return;
  for (size_t i = 0; i < n; i++) {
    json_t *row = json_array_get(rows, i);
    json_object_set_new(row, "stage",
                        json_sprintf("%s: %s", study_of(rows, i),
                                     json_string_value(json_object_get(row, "stage"))));
    json_object_set_new(row, "workload", json_string(""));
  }
}

/* False at the beginning of another table. */
static bool take_row(const hx_csv_row *row, columns *c, stages *s) {
  size_t n = json_array_size(s->rows);
  if (c->n == 0)
    return read_header(row, c), true;
  if (row->n_fields != c->n)
    return false;
  if (n > s->first && c->study < c->n &&
      strcmp(row->fields[c->study].text, study_of(s->rows, n - 1)) != 0)
    share_out(s);
  add_row(row, c, s);
  return true;
}

json_t *hx_plot_timing_rows(const char *path, pvs_error *error) {
  columns c = {0};
  hx_csv_row row;
  stages s = {.rows = json_array()};
  hx_csv_rows *in = hx_csv_rows_open(path, error);
  int got = in ? 1 : -1;
  while (got == 1 && (got = hx_csv_rows_next(in, &row, error)) == 1) {
    if (c.n > 0 && row.n_fields == c.n && !check_numbers(&row, &c, path, error))
      got = -1;
    else if (!take_row(&row, &c, &s))
      break;
  }
  hx_csv_rows_close(in);
  bool ok = got >= 0 && json_array_size(s.rows) > 0;
  if (got >= 0 && !ok)
    hx_fail_at(error, PVS_MISSING_COLUMN, path, 0, NULL,
               "no table with the columns stage, wall_s, workers_s and limit_s; expected what "
               "pvtune run --timing --csv prints");
  if (ok) {
    share_out(&s);
    name_studies(s.rows);
    return s.rows;
  }
  json_decref(s.rows);
  return NULL;
}
