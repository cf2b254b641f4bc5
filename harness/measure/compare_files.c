#include "measure/compare_files.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "base/walk.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct listing {
  hx_text names; /* each with its NUL */
  size_t root_length;
  pvs_error *error;
} listing;

/* Nothing that may be meant to be compared is passed over in silence. */
static hx_walk_step refuse_odd(const listing *l, const hx_walked *entry) {
  bool link = S_ISLNK(entry->status->st_mode);
  hx_fail_at(l->error, PVS_BAD_VALUE, entry->path, 0, NULL, "found %s, expected a CSV file",
             link ? "a link to nothing" : "a pipe or device");
  return HX_WALK_END;
}

static hx_walk_step visit(void *context, const hx_walked *entry) {
  listing *l = context;
  const char *name = entry->path + l->root_length;
  if (*name != '\0' && entry->name[0] == '.')
    return HX_WALK_PAST;
  mode_t mode = entry->status->st_mode;
  bool is_csv = fnmatch("*.csv", entry->name, FNM_CASEFOLD) == 0; /* as load files */
  if (S_ISLNK(mode) || (is_csv && !S_ISREG(mode) && !S_ISDIR(mode)))
    return refuse_odd(l, entry);
  if (!S_ISREG(mode) || !is_csv)
    return HX_WALK_ON;
  name += strspn(name, "/");
  hx_text_add(&l->names, name, strlen(name) + 1);
  errno = ENOMEM;
  return l->names.failed ? HX_WALK_END : HX_WALK_ON;
}

/* Their names below a folder, relative to it and sorted; the last is NULL. The caller frees them. */
static char **list_csv_files(const char *folder, size_t *count, pvs_error *error) {
  char path[PATH_MAX];
  listing l = {.root_length = strlen(folder), .error = error};
  errno = ENAMETOOLONG;
  if (snprintf(path, sizeof path, "%s", folder) >= (int)sizeof path ||
      !hx_walk(path, HX_WALK_FOLLOW, visit, &l)) {
    hx_fail_errno(error, errno, path, "cannot be read");
    hx_text_deinit(&l.names);
    return NULL;
  }
  char **names = hx_text_take_argv(&l.names);
  if (!names)
    hx_fail_memory(error);
  for (*count = 0; names && names[*count];)
    ++*count;
  if (names)
    qsort(names, *count, sizeof *names, by_bytes);
  return names;
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

static bool compare_named(const char *expected, const char *actual, const char *name,
                          hx_tolerance tolerance, hx_verify_report *report, pvs_error *error) {
  hx_verify_file *file = add_file(report, name, HX_VERIFY_EQUAL);
  if (file == NULL)
    return hx_fail_memory(error);
  bool ok = hx_verify_two(expected, actual, tolerance, file, error);
  if (ok)
    count_file(report, file);
  return ok;
}

static bool compare_below(const char *expected, const char *actual, const char *name,
                          hx_tolerance tolerance, hx_verify_report *report, pvs_error *error) {
  char *expected_path = hx_format("%s/%s", expected, name);
  char *actual_path = hx_format("%s/%s", actual, name);
  bool ok = expected_path && actual_path
                ? compare_named(expected_path, actual_path, name, tolerance, report, error)
                : hx_fail_memory(error);
  free(actual_path);
  free(expected_path);
  return ok;
}

static bool note_alone(const char *name, hx_verify_status status, hx_verify_report *report,
                       pvs_error *error) {
  const hx_verify_file *file = add_file(report, name, status);
  if (file == NULL)
    return hx_fail_memory(error);
  count_file(report, file);
  return true;
}

/* Goes through both sorted lists as one. */
static bool compare_lists(const char *expected, const char *actual, char *const *e, char *const *a,
                          hx_tolerance tolerance, hx_verify_report *report, pvs_error *error) {
  bool ok = true;
  while (ok && (*e || *a)) {
    int order = !*e ? 1 : !*a ? -1 : strcmp(*e, *a);
    if (order < 0)
      ok = note_alone(*e, HX_VERIFY_MISSING, report, error);
    else if (order > 0)
      ok = note_alone(*a, is_optional(*a) ? HX_VERIFY_NOT_CHECKED : HX_VERIFY_UNEXPECTED, report,
                      error);
    else
      ok = compare_below(expected, actual, *e, tolerance, report, error);
    e += order <= 0;
    a += order >= 0;
  }
  return ok;
}

static bool compare_folders(const char *expected, const char *actual, hx_tolerance tolerance,
                            hx_verify_report *report, pvs_error *error) {
  size_t n_e = 0, n_a = 0;
  char **e = list_csv_files(expected, &n_e, error);
  char **a = e ? list_csv_files(actual, &n_a, error) : NULL;
  bool ok = a != NULL;
  if (ok && n_e == 0)
    ok = hx_fail_at(error, PVS_EMPTY, expected, 0, NULL,
                    "found no .csv file, expected some to compare with");
  if (ok) {
    report->files = calloc(n_e + n_a, sizeof *report->files);
    ok = report->files ? compare_lists(expected, actual, e, a, tolerance, report, error)
                       : hx_fail_memory(error);
  }
  free(a);
  free(e);
  return ok;
}

bool hx_verify_paths(const char *expected, const char *actual, double rtol, double atol,
                     hx_verify_report *report, pvs_error *error) {
  hx_tolerance tolerance = {rtol, atol};
  *report = (hx_verify_report){0};
  const char *const paths[] = {expected, actual};
  for (int i = 0; i < 2; i++)
    if (access(paths[i], F_OK) != 0)
      return hx_fail_errno(error, errno, paths[i], "cannot be read");
  bool folders = hx_files_is_folder(expected);
  if (folders != hx_files_is_folder(actual))
    return hx_fail(error, PVS_MISMATCH, "%s is a %s, expected a %s like %s", actual,
                   folders ? "file" : "folder", folders ? "folder" : "file", expected);
  if (folders)
    return compare_folders(expected, actual, tolerance, report, error);
  report->files = calloc(1, sizeof *report->files);
  const char *slash = strrchr(expected, '/');
  return report->files ? compare_named(expected, actual, slash ? slash + 1 : expected, tolerance,
                                       report, error)
                       : hx_fail_memory(error);
}

/* "; 3 rows are missing, the first 'x'" */
static void explain_count(hx_text *out, size_t count, const char *one, const char *many,
                          const char *first) {
  if (count > 0)
    hx_text_printf(out, "%s%zu %s, %s'%s'", out->length > 0 ? "; " : "", count,
                   count == 1 ? one : many, count == 1 ? "" : "the first ", first);
}

char *hx_verify_explain(const hx_verify_file *f) {
  static const char *const whole[] = {[HX_VERIFY_EQUAL] = "agrees",
                                      [HX_VERIFY_DIFFERENT] = NULL,
                                      [HX_VERIFY_MISSING] = "the file is missing",
                                      [HX_VERIFY_UNEXPECTED] = "no such file is expected",
                                      [HX_VERIFY_NOT_CHECKED] =
                                          "not checked, nothing is expected there"};
  hx_text out = {0};
  if (whole[f->status])
    return hx_format("%s", whole[f->status]);
  if (f->differing > 0)
    hx_text_printf(&out, "row '%s', column '%s': found '%s', expected '%s'", f->worst_row,
                   f->worst_column, f->worst_actual, f->worst_expected);
  if (f->differing > 1)
    hx_text_printf(&out, ", the worst of %zu cells", f->differing);
  explain_count(&out, f->rows_missing, "row is missing", "rows are missing", f->row_missing);
  explain_count(&out, f->rows_extra, "row is not expected", "rows are not expected", f->row_extra);
  explain_count(&out, f->columns_missing, "column is missing", "columns are missing",
                f->column_missing);
  explain_count(&out, f->columns_extra, "column is not expected", "columns are not expected",
                f->column_extra);
  return hx_text_take(&out);
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
    hx_verify_file_clear(&report->files[i]);
    free(report->files[i].name);
  }
  free(report->files);
  *report = (hx_verify_report){0};
}
