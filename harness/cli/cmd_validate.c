/* pvtune validate EXPECTED ACTUAL: are these outputs the same as those? */
#include "cli/command.h"
#include "cli/message.h"
#include "cli/table.h"
#include "cli/text.h"
#include "measure/compare_files.h"

#include <math.h>
#include <stdlib.h>

enum { EXPLAINED_MAX = 10 }; /* files whose difference is told in words */

typedef struct validate_options {
  double rtol, atol;
  bool all;
} validate_options;

static const hx_option option_table[] = {
    HX_OPTION(DOUBLE, validate_options, rtol, "rtol", .metavar = "X", .default_text = "1e-9",
              .max = INFINITY, .help = "tolerance relative to the larger of two numbers"),
    HX_OPTION(DOUBLE, validate_options, atol, "atol", .metavar = "X", .default_text = "1e-6",
              .max = INFINITY, .help = "absolute tolerance, added to the relative one"),
    HX_OPTION(FLAG, validate_options, all, "all", .short_name = 'a',
              .help = "list the files that agree as well (JSON and CSV always do)"),
    {0}};

static void defaults(void *storage) {
  *(validate_options *)storage = (validate_options){.rtol = 1e-9, .atol = 1e-6};
}

static const char *status_text(hx_verify_status status) {
  static const char *const texts[] = {"agrees", "differs", "missing", "unexpected", "not checked"};
  return texts[status];
}

static void add_small(hx_table *t, double value) {
  hx_table_number_as(t, value, value > 0 ? "%.1e" : "%.0f", value);
}

static void add_file(hx_table *t, const hx_verify_file *f) {
  bool is_compared = f->status == HX_VERIFY_EQUAL || f->status == HX_VERIFY_DIFFERENT;
  const char *texts[] = {f->worst_row, f->worst_column, f->worst_expected, f->worst_actual};
  hx_table_line(t, HX_T(f->name), HX_T(status_text(f->status)),
                HX_N(is_compared ? (double)f->cells : NAN, 0),
                HX_N(is_compared ? (double)f->differing : NAN, 0));
  add_small(t, is_compared ? f->worst_abs : NAN);
  add_small(t, is_compared ? f->worst_rel : NAN);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    hx_table_text(t, "%s", texts[i] != NULL ? texts[i] : "");
  hx_table_number(t, is_compared ? (double)f->rows_missing : NAN, 0);
  hx_table_number(t, is_compared ? (double)f->rows_extra : NAN, 0);
  hx_table_number(t, is_compared ? (double)f->columns_missing : NAN, 0);
  hx_table_number(t, is_compared ? (double)f->columns_extra : NAN, 0);
}

static hx_table *make_table(void) {
  hx_table *t = hx_table_create("files", NULL);
  hx_table_columns(t, "file=file|!status=status|#cells=cells|#differing=differing|"
                      "#worst_abs=worst absolute|#worst_rel=worst relative|worst_row|"
                      "worst_column|expected|actual|#rows_missing|#rows_extra|"
                      "#columns_missing|#columns_extra");
  return t;
}

static bool differs(const hx_verify_file *f) {
  return f->status != HX_VERIFY_EQUAL && f->status != HX_VERIFY_NOT_CHECKED;
}

static void add_explanations(hx_table *t, const hx_verify_report *report) {
  size_t explained = 0;
  for (size_t i = 0; i < report->n_files && explained < EXPLAINED_MAX; i++) {
    const hx_verify_file *f = &report->files[i];
    if (!differs(f))
      continue;
    char *text = hx_verify_explain(f);
    hx_table_note(t, "%s: %s", f->name, text != NULL ? text : "out of memory");
    free(text);
    explained++;
  }
  if (explained < report->n_different)
    hx_table_note(t, "and %zu more file%s", report->n_different - explained,
                  HX_S((report->n_different - explained)));
}

/* "different: 2 of 11 files, 7 of 4810 cells, at rtol 1e-09 and atol 1e-06" */
static void add_summary(hx_table *t, const hx_verify_report *report, const validate_options *o) {
  if (report->n_different > 0)
    hx_table_note(t, "different: %zu of %zu file%s, %zu of %zu cells (rtol %g, atol %g)",
                  report->n_different, report->n_files - report->n_not_checked,
                  HX_S(report->n_files - report->n_not_checked), report->differing, report->cells,
                  o->rtol, o->atol);
  else
    hx_table_note(t, "equal: %zu file%s, %zu cells (rtol %g, atol %g)", report->n_compared,
                  HX_S(report->n_compared), report->cells, o->rtol, o->atol);
  const hx_verify_file *worst = hx_verify_worst(report);
  if (worst != NULL && report->n_different == 0)
    hx_table_note(
        t, "worst cell: %s, row '%s', column '%s': differs by %.1e, %.3g %% of the tolerance",
        worst->name, worst->worst_row, worst->worst_column, worst->worst_abs,
        100 * worst->worst_excess);
  if (report->n_not_checked > 0)
    hx_table_note(t, "not checked: %zu file%s that EXPECTED does not have", report->n_not_checked,
                  HX_S(report->n_not_checked));
}

static int run(const hx_context *cx, void *storage) {
  const validate_options *o = storage;
  hx_verify_report report;
  pvs_error error = {0};
  if (!hx_verify_paths(cx->args[0], cx->args[1], o->rtol, o->atol, &report, &error)) {
    hx_verify_release(&report);
    return hx_command_fail(&error, HX_EXIT_USAGE);
  }
  hx_table *t = make_table();
  for (size_t i = 0; i < report.n_files; i++)
    if (o->all || cx->json || cx->csv || differs(&report.files[i]))
      add_file(t, &report.files[i]);
  add_explanations(t, &report);
  add_summary(t, &report, o);
  int status = hx_command_print(cx, t);
  if (status == HX_EXIT_OK && report.n_different > 0)
    status = HX_EXIT_DIFFERENT;
  hx_verify_release(&report);
  return status;
}

const hx_command hx_cmd_validate = {
    .name = "validate",
    .summary = "compare outputs with expected ones, cell by cell",
    .synopsis = "EXPECTED ACTUAL",
    .min_args = 2,
    .max_args = 2,
    .description =
        "Compares two CSV files, or all CSV files of two folders. Two cells agree if they are "
        "numbers with |a - b| <= rtol * max(|a|, |b|) + atol, or the same text. nan only agrees "
        "with nan, and inf with inf of the same sign. A number beyond 1.8e308 and an empty cell "
        "only agree with the same text. Rows are matched by their first column, the same text "
        "before the same number, columns by name. Differences of whole numbers are exact, beyond "
        "2^53 too. "
        "Files, rows and columns that only one side has are differences.\n"
        "\n"
        "Files in saved_tariffs/ or timeseries_*/ that only ACTUAL has are not checked. Hidden "
        "files, and files other than *.csv and *.CSV, are ignored.\n"
        "\n"
        "The table lists the files that differ, with the absolute and relative difference of the "
        "file's worst cell, which is the one farthest beyond its tolerance.\n",
    .examples = "pvtune validate baseline/my_study outputs/my_study\n"
                "    compare two folders of outputs\n"
                "pvtune validate --rtol 1e-6 --atol 0 old.csv new.csv\n"
                "    compare two files less strictly\n"
                "pvtune validate --csv expected actual > differences.csv\n"
                "    every file with its worst cell, as CSV for programs\n",
    .exit_codes = "3 outputs differ\n",
    .options = option_table,
    .options_size = sizeof(validate_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
    .reads_args = true,
};
