#include "measure/compare_files.h"
#include "measure/compare_rows.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Names of files below a folder, relative to it. */
typedef struct names {
  char **items;
  size_t count, room;
} names;

static int fail(hx_verify_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int fail(hx_verify_report *report, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&report->error, format, arguments) < 0)
    report->error = NULL;
  va_end(arguments);
  return -1;
}

static int add_name(names *list, const char *name) {
  if (list->count == list->room) {
    size_t room = list->room == 0 ? 64 : 2 * list->room;
    char **items = realloc(list->items, room * sizeof *items);
    if (items == NULL)
      return -1;
    list->items = items;
    list->room = room;
  }
  list->items[list->count] = strdup(name);
  return list->items[list->count] == NULL ? -1 : (list->count++, 0);
}

static void release_names(names *list) {
  for (size_t i = 0; i < list->count; i++)
    free(list->items[i]);
  free(list->items);
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int visit(FTS *tree, FTSENT *entry, size_t root_length, names *list,
                 hx_verify_report *report) {
  bool is_hidden = entry->fts_level > FTS_ROOTLEVEL && entry->fts_name[0] == '.';
  switch (entry->fts_info) {
  case FTS_D:
    if (is_hidden)
      fts_set(tree, entry, FTS_SKIP);
    return 0;
  case FTS_F:
    if (is_hidden || fnmatch("*.csv", entry->fts_name, 0) != 0)
      return 0;
    return add_name(list,
                    entry->fts_path + root_length + strspn(entry->fts_path + root_length, "/"));
  case FTS_DNR:
  case FTS_ERR:
  case FTS_NS:
    return fail(report, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
  default:
    return 0;
  }
}

static int list_csv_files(const char *folder, names *list, hx_verify_report *report) {
  char *root = strdup(folder);
  FTS *tree =
      root == NULL ? NULL : fts_open((char *[]){root, NULL}, FTS_LOGICAL | FTS_NOCHDIR, NULL);
  int status = 0;
  if (tree == NULL)
    status = root == NULL ? -1 : fail(report, "%s: %s", folder, strerror(errno));
  for (FTSENT *entry; status == 0 && (entry = fts_read(tree)) != NULL;)
    status = visit(tree, entry, strlen(folder), list, report);
  if (tree != NULL)
    fts_close(tree);
  free(root);
  if (status == 0 && list->count > 0)
    qsort(list->items, list->count, sizeof *list->items, by_bytes);
  return status;
}

/* Whether the file lies in a folder that expected outputs may lack. */
static bool is_optional(const char *name) {
  for (const char *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
    size_t length = (size_t)(slash - name);
    if ((length == strlen("saved_tariffs") && strncmp(name, "saved_tariffs", length) == 0) ||
        strncmp(name, "timeseries_", strlen("timeseries_")) == 0)
      return true;
  }
  return false;
}

static hx_verify_file *add_file(hx_verify_report *report, const char *name,
                                hx_verify_status status) {
  hx_verify_file *file = &report->files[report->n_files];
  *file = (hx_verify_file){.name = strdup(name), .status = status};
  if (file->name == NULL)
    return NULL;
  report->n_files++;
  return file;
}

static void count_file(hx_verify_report *report, const hx_verify_file *file) {
  report->cells += file->cells;
  report->differing += file->differing;
  report->n_compared += file->status == HX_VERIFY_EQUAL || file->status == HX_VERIFY_DIFFERENT;
  report->n_not_checked += file->status == HX_VERIFY_NOT_CHECKED;
  report->n_different += file->status != HX_VERIFY_EQUAL && file->status != HX_VERIFY_NOT_CHECKED;
}

static int compare_named(const char *expected, const char *actual, const char *name,
                         hx_tolerance tolerance, hx_verify_report *report) {
  hx_verify_file *file = add_file(report, name, HX_VERIFY_EQUAL);
  if (file == NULL || hx_verify_two(expected, actual, tolerance, file, &report->error) != 0)
    return -1;
  count_file(report, file);
  return 0;
}

static int compare_below(const char *expected, const char *actual, const char *name,
                         hx_tolerance tolerance, hx_verify_report *report) {
  char *expected_path = NULL, *actual_path = NULL;
  int status = -1;
  if (asprintf(&expected_path, "%s/%s", expected, name) < 0)
    expected_path = NULL;
  else if (asprintf(&actual_path, "%s/%s", actual, name) < 0)
    actual_path = NULL;
  else
    status = compare_named(expected_path, actual_path, name, tolerance, report);
  free(actual_path);
  free(expected_path);
  return status;
}

/* Walks both sorted lists as one. */
static int compare_lists(const char *expected, const char *actual, const names *e, const names *a,
                         hx_tolerance tolerance, hx_verify_report *report) {
  int status = 0;
  for (size_t i = 0, j = 0; status == 0 && (i < e->count || j < a->count);) {
    int order = i == e->count ? 1 : j == a->count ? -1 : strcmp(e->items[i], a->items[j]);
    if (order == 0) {
      status = compare_below(expected, actual, e->items[i], tolerance, report);
    } else {
      const char *name = order < 0 ? e->items[i] : a->items[j];
      const hx_verify_file *file = add_file(report, name,
                                            order < 0           ? HX_VERIFY_MISSING
                                            : is_optional(name) ? HX_VERIFY_NOT_CHECKED
                                                                : HX_VERIFY_UNEXPECTED);
      if (file == NULL)
        status = -1;
      else
        count_file(report, file);
    }
    i += order <= 0;
    j += order >= 0;
  }
  return status;
}

int hx_verify_folders(const char *expected, const char *actual, double rtol, double atol,
                      hx_verify_report *report) {
  *report = (hx_verify_report){0};
  names e = {0}, a = {0};
  int status = list_csv_files(expected, &e, report);
  if (status == 0)
    status = list_csv_files(actual, &a, report);
  if (status == 0 && e.count == 0)
    status = fail(report, "%s: found no .csv file, expected some to compare with", expected);
  if (status == 0) {
    report->files = calloc(e.count + a.count, sizeof *report->files);
    status = report->files == NULL
                 ? -1
                 : compare_lists(expected, actual, &e, &a, (hx_tolerance){rtol, atol}, report);
  }
  release_names(&a);
  release_names(&e);
  return status;
}

int hx_verify_paths(const char *expected, const char *actual, double rtol, double atol,
                    hx_verify_report *report) {
  *report = (hx_verify_report){0};
  struct stat e, a;
  if (stat(expected, &e) != 0)
    return fail(report, "%s: %s", expected, strerror(errno));
  if (stat(actual, &a) != 0)
    return fail(report, "%s: %s", actual, strerror(errno));
  if (S_ISDIR(e.st_mode) != S_ISDIR(a.st_mode))
    return fail(report, "%s is a %s, expected a %s like %s", actual,
                S_ISDIR(a.st_mode) ? "folder" : "file", S_ISDIR(e.st_mode) ? "folder" : "file",
                expected);
  if (S_ISDIR(e.st_mode))
    return hx_verify_folders(expected, actual, rtol, atol, report);
  report->files = calloc(1, sizeof *report->files);
  const char *slash = strrchr(expected, '/');
  return report->files == NULL
             ? -1
             : compare_named(expected, actual, slash != NULL ? slash + 1 : expected,
                             (hx_tolerance){rtol, atol}, report);
}

/* "; 3 rows missing, the first 'x'" */
static void explain_count(FILE *out, const char **between, size_t count, const char *what,
                          const char *first) {
  if (count == 0)
    return;
  fprintf(out, "%s%zu %s, ", *between, count, what);
  fprintf(out, count == 1 ? "'%s'" : "the first '%s'", first);
  *between = "; ";
}

char *hx_verify_explain(const hx_verify_file *f) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL)
    return NULL;
  const char *between = "";
  if (f->status == HX_VERIFY_MISSING)
    fputs("the file is missing", out);
  else if (f->status == HX_VERIFY_UNEXPECTED)
    fputs("no such file is expected", out);
  else if (f->status == HX_VERIFY_NOT_CHECKED)
    fputs("not checked, nothing is expected there", out);
  else if (f->status == HX_VERIFY_EQUAL)
    fputs("agrees", out);
  else {
    if (f->differing > 0) {
      fprintf(out, "row '%s', column '%s': found '%s', expected '%s'", f->worst_row,
              f->worst_column, f->worst_actual, f->worst_expected);
      if (f->differing > 1)
        fprintf(out, ", the worst of %zu cells", f->differing);
      between = "; ";
    }
    explain_count(out, &between, f->rows_missing,
                  f->rows_missing == 1 ? "row is missing" : "rows are missing", f->row_missing);
    explain_count(out, &between, f->rows_extra,
                  f->rows_extra == 1 ? "row is not expected" : "rows are not expected",
                  f->row_extra);
    explain_count(out, &between, f->columns_missing,
                  f->columns_missing == 1 ? "column is missing" : "columns are missing",
                  f->column_missing);
    explain_count(out, &between, f->columns_extra,
                  f->columns_extra == 1 ? "column is not expected" : "columns are not expected",
                  f->column_extra);
  }
  if (fclose(out) == 0)
    return text;
  free(text);
  return NULL;
}

const hx_verify_file *hx_verify_worst(const hx_verify_report *report) {
  const hx_verify_file *worst = NULL;
  for (size_t i = 0; i < report->n_files; i++)
    if (report->files[i].worst_row != NULL &&
        (worst == NULL || report->files[i].worst_excess > worst->worst_excess))
      worst = &report->files[i];
  return worst;
}

void hx_verify_release(hx_verify_report *report) {
  for (size_t i = 0; i < report->n_files; i++) {
    hx_verify_file *f = &report->files[i];
    char *texts[] = {f->name,           f->row_missing,    f->row_extra,
                     f->column_missing, f->column_extra,   f->worst_row,
                     f->worst_column,   f->worst_expected, f->worst_actual};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
      free(texts[t]);
  }
  free(report->files);
  free(report->error);
  *report = (hx_verify_report){0};
}
