/* One run's stages beside their limits, from what `pvtune run --timing --csv` prints. */
#include "report/plot.h"

#include "base/fail.h"
#include "measure/csv_rows.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES_MAX = 32 };

typedef struct columns {
  size_t n; /* fields of the header; 0: not met yet */
  size_t stage, wall, workers, limit;
} columns;

typedef struct stages {
  json_t *rows;
  double workers_s[STAGES_MAX]; /* of each row: summed over workers; NaN: it is in wall time */
  double run_wall_s;            /* in which the workers did all of that */
  size_t n;
} stages;

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

/* Of simulation and bills the sum is shown, which has a limit, not its parts. */
static void add_row(const hx_csv_row *row, const columns *c, stages *s) {
  const char *stage = row->fields[c->stage].text;
  double workers_s = number(row, c->workers);
  if (strcmp(stage, "run") == 0)
    s->run_wall_s = number(row, c->wall);
  if (strcmp(stage, "run") == 0 || strncmp(stage, "    ", 4) == 0 || s->n == STAGES_MAX)
    return;
  s->workers_s[s->n] = workers_s;
  json_array_append_new(
      s->rows,
      json_pack("{ss so sI so so}", "workload", "", "stage",
                HX_MODEL_TEXT(stage + strspn(stage, " ")), "rank", (json_int_t)s->n, "seconds",
                hx_model_number(isnan(workers_s) ? number(row, c->wall) : workers_s), "limit_s",
                hx_model_number(number(row, c->limit))));
  s->n++;
}

static double scaled(const json_t *value, double scale) {
  return json_is_number(value) ? scale * json_number_value(value) : (double)NAN;
}

/* Time of several workers is not wall time: the wall time of the run is shared out as they spent
 * theirs. */
static void share_out(stages *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++)
    sum += isnan(s->workers_s[i]) ? 0 : s->workers_s[i];
  if (!(s->run_wall_s > 0) || !(sum > 0))
    return;
  for (size_t i = 0; i < s->n; i++) {
    json_t *row = json_array_get(s->rows, i);
    if (isnan(s->workers_s[i]))
      continue;
    double scale = s->run_wall_s / sum;
    json_object_set_new(row, "seconds", hx_model_number(scale * s->workers_s[i]));
    json_object_set_new(row, "limit_s",
                        hx_model_number(scaled(json_object_get(row, "limit_s"), scale)));
  }
}

json_t *hx_plot_timing_rows(const char *path, pvs_error *error) {
  char *found = NULL;
  columns c = {0};
  hx_csv_row row;
  stages s = {.rows = json_array()};
  hx_csv_rows *in = hx_csv_rows_open(path, &found);
  while (in && hx_csv_rows_next(in, &row, &found) == 1)
    if (c.n == 0)
      read_header(&row, &c);
    else if (row.n_fields == c.n)
      add_row(&row, &c, &s);
    else
      break; /* the next table */
  if (!in || found)
    hx_fail(error, PVS_IO, "%s", found ? found : pvs_code_text(PVS_NO_MEMORY));
  else if (s.n == 0)
    hx_fail_at(error, PVS_MISSING_COLUMN, path, 0, NULL,
               "no table with the columns stage, wall_s, workers_s and limit_s; expected what "
               "pvtune run --timing --csv prints");
  else
    share_out(&s);
  hx_csv_rows_close(in);
  if (found || s.n == 0) {
    json_decref(s.rows);
    s.rows = NULL;
  }
  free(found);
  return s.rows;
}
