/* The table of one run's stages beside their limits, from what `pvtune run --timing --csv` prints.
 */
#include "report/plot.h"

#include "base/fail.h"

#include "measure/csv_rows.h"

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

/* Sums stand in the table beside their parts. Of simulation and bills the sum is shown, which has a
 * limit, else the parts. */
static bool is_shown(const char *stage) {
  return strcmp(stage, "run") != 0 && strncmp(stage, "    ", 4) != 0;
}

static size_t write_rows(hx_csv_rows *in, FILE *out, char **error) {
  columns c = {0};
  hx_csv_row row;
  size_t rows = 0;
  while (hx_csv_rows_next(in, &row, error) == 1) {
    if (c.n == 0) {
      read_header(&row, &c);
      continue;
    }
    if (row.n_fields != c.n)
      break; /* the next table */
    const char *stage = row.fields[c.stage].text;
    double seconds = number(&row, c.workers);
    if (!is_shown(stage))
      continue;
    hx_plot_text(out, stage + strspn(stage, " "), ',');
    fprintf(out, "%zu,", rows++);
    hx_plot_number(out, isnan(seconds) ? number(&row, c.wall) : seconds, ',');
    hx_plot_number(out, number(&row, c.limit), '\n');
  }
  return rows;
}

size_t hx_plot_write_timing(const char *path, FILE *out, pvs_error *error) {
  char *found = NULL;
  size_t rows = 0;
  hx_csv_rows *in = hx_csv_rows_open(path, &found);
  fprintf(out, "stage,rank,seconds,limit_s\n");
  if (in)
    rows = write_rows(in, out, &found);
  if (!in || found)
    hx_fail(error, PVS_IO, "%s", found ? found : "out of memory");
  else if (rows == 0)
    hx_fail(error, PVS_IO,
            "%s: no table with the columns stage, wall_s, workers_s and limit_s; expected what "
            "pvtune run --timing --csv prints",
            path);
  rows = found ? 0 : rows;
  hx_csv_rows_close(in);
  free(found);
  return rows;
}
