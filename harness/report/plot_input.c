/* The file that is to be drawn: gnuplot leaves out what it cannot read, without a word. */
#include "report/plot.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "measure/number_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NUMBERS_MAX = 24 };

typedef struct number_column {
  const char *name; /* in hx_plot_info.numbers */
  size_t length, at;
  bool needed; /* in every row */
} number_column;

typedef struct input {
  const char *path;
  size_t n_fields, timestamp; /* timestamp: n_fields if there is none */
  number_column numbers[NUMBERS_MAX];
  size_t n_numbers;
  time_t last, step; /* of the rows before; step: from the second row on */
  size_t n_rows;
  pvs_error *error;
} input;

static size_t find(const hx_csv_row *header, const char *name, size_t length, const char *ending) {
  size_t i = 0;
  while (i < header->n_fields && !(strncmp(header->fields[i].text, name, length) == 0 &&
                                   strcmp(header->fields[i].text + length, ending) == 0))
    i++;
  return i;
}

/* What is missing the script misses, which knows what it needs. */
static void take_header(input *in, const hx_csv_row *header, const hx_plot_info *info) {
  in->n_fields = header->n_fields;
  in->timestamp = info->about == HX_ABOUT_STUDY ? find(header, "timestamp", 9, "") : in->n_fields;
  for (const char *name = info->numbers; *name && in->n_numbers < NUMBERS_MAX;) {
    number_column *column = &in->numbers[in->n_numbers];
    column->needed = *name == '!';
    column->name = name + column->needed;
    column->length = strcspn(column->name, ",");
    column->at = find(header, column->name, column->length, "");
    if (column->at == in->n_fields) /* of several load files, as in plots/common.gp */
      column->at = find(header, column->name, column->length, "_mean");
    in->n_numbers += column->at < in->n_fields;
    name = column->name + column->length;
    name += *name == ',';
  }
}

static bool check_number(const input *in, const hx_csv_row *row, const number_column *column) {
  double value;
  char name[80];
  const char *text = row->fields[column->at].text;
  const char *or_empty = column->needed ? "" : " or an empty cell";
  if (!text[strspn(text, " ")]
          ? !column->needed
          : hx_number_text(text, &value) && (isfinite(value) || !column->needed))
    return true;
  snprintf(name, sizeof name, "%.*s", (int)column->length, column->name);
  return hx_fail_at(in->error, PVS_BAD_VALUE, in->path, (long)row->line, name,
                    "found '%s', expected a number%s", text, or_empty);
}

/* The times of a series follow each other at one distance: a day with a gap would look like a lower one. */
static bool check_time(input *in, const hx_csv_row *row) {
  static const char form[] = "%Y-%m-%d %H:%M:%S";
  const char *text = row->fields[in->timestamp].text;
  char expected[32] = "";
  struct tm tm = {0};
  const char *end = strptime(text, form, &tm);
  time_t at = timegm(&tm);
  if (!end || *end)
    return hx_fail_at(in->error, PVS_BAD_VALUE, in->path, (long)row->line, "timestamp",
                      "found '%s', expected a time such as 2018-01-31 12:30:00", text);
  if (in->n_rows == 1)
    in->step = at - in->last;
  if (in->n_rows > 0 && (in->step <= 0 || at != in->last + in->step)) {
    time_t next = in->last + (in->step > 0 ? in->step : 1);
    strftime(expected, sizeof expected, form, gmtime_r(&next, &tm));
    return hx_fail_at(in->error, PVS_BAD_VALUE, in->path, (long)row->line, "timestamp",
                      "found %s, expected %s%s", text, expected,
                      in->step > 0 ? ", a step after the row before" : " or later");
  }
  in->last = at;
  return true;
}

static bool check_row(input *in, const hx_csv_row *row) {
  if (row->n_fields != in->n_fields)
    return hx_fail_at(in->error, PVS_BAD_VALUE, in->path, (long)row->line, NULL,
                      "found %zu field%s, expected %zu as in the header", row->n_fields,
                      row->n_fields == 1 ? "" : "s", in->n_fields);
  for (size_t i = 0; i < in->n_numbers; i++)
    if (!check_number(in, row, &in->numbers[i]))
      return false;
  return in->timestamp == in->n_fields || check_time(in, row);
}

bool hx_plot_check_file(hx_plot plot, const char *path, pvs_error *error) {
  const hx_plot_info *info = hx_plot_get(plot);
  input in = {.path = path, .error = error};
  hx_csv_row row;
  hx_csv_rows *file = hx_csv_rows_open(path, error);
  int got = file ? hx_csv_rows_next(file, &row, error) : -1;
  bool has_header = got == 1;
  if (has_header)
    take_header(&in, &row, info);
  while (got == 1 && (got = hx_csv_rows_next(file, &row, error)) == 1) {
    if (!check_row(&in, &row))
      got = -1;
    in.n_rows++;
  }
  hx_csv_rows_close(file);
  if (got == 0 && !has_header)
    return hx_fail_at(error, PVS_EMPTY, path, 0, NULL, "found nothing, expected a header");
  if (got == 0 && in.n_rows == 0 && info->about == HX_ABOUT_STUDY)
    return hx_fail_at(error, PVS_EMPTY, path, 0, NULL,
                      "found a header alone, expected rows below it");
  return got == 0;
}
