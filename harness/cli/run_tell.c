#include "base/grow.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_SHOWN = 10 };

void run_warnings_add(run_warnings *warnings, const char *text, size_t length) {
  if (!hx_grow(&warnings->text, warnings->n, sizeof *warnings->text))
    return;
  warnings->text[warnings->n] = strndup(text, length);
  warnings->n += warnings->text[warnings->n] != NULL;
}

void run_warnings_deinit(run_warnings *warnings) {
  for (size_t i = 0; i < warnings->n; i++)
    free(warnings->text[i]);
  free(warnings->text);
  *warnings = (run_warnings){0};
}

static void tell(bool as_errors, const char *text) {
  if (as_errors)
    hx_error("%s", text);
  else
    hx_warn("%s", text);
}

void run_tell_warnings(const run_study *study, bool as_errors) {
  const run_warnings *warnings = &study->warnings;
  size_t shown = warnings->n <= LINES_SHOWN ? warnings->n : LINES_SHOWN - 1;
  char text[PATH_MAX + 64];
  for (size_t i = 0; i < shown; i++)
    tell(as_errors, warnings->text[i]);
  snprintf(text, sizeof text, "%zu more%s%s", warnings->n - shown,
           study->log[0] ? ", all of them in " : "", study->log);
  if (shown < warnings->n)
    tell(as_errors, text);
}

bool run_shows_headlines(const hx_context *cx) {
  return !cx->quiet && !cx->json && !cx->csv;
}

void run_tell_period(const run_study *study) {
  const run_remark remark = run_remark_of(study, RUN_REMARK_PERIOD);
  if (study->digest_text[0] && study->folder[0] && remark.text[0])
    hx_warn("%s: %s", study->name, remark.text);
}

void run_tell_errors(const run_warnings *errors) {
  size_t shown = errors->n <= LINES_SHOWN ? errors->n : LINES_SHOWN - 1;
  for (size_t i = 0; i < shown; i++)
    hx_error("%s", errors->text[i]);
  if (shown < errors->n)
    hx_error("%zu more; --check lists all of them", errors->n - shown);
}

const char *run_class_name(pvs_workload_class workload_class) {
  static const char *const names[] = {"static", "batteries", "mixed"};
  return names[workload_class];
}

static double seconds_of(const run_study *study) {
  const run_phases *p = &study->phases;
  return 1e-9 * (double)(p->read_ns + p->plan_ns + p->simulate_ns + p->output_ns + p->publish_ns);
}

static void add_study(hx_table *t, const run_study *study) {
  char config[HX_CONFIG_TEXT];
  hx_config_format(&study->config, config, sizeof config);
  hx_table_line(t, HX_T(study->name), HX_N(study->plan.scenarios, 0), HX_N(seconds_of(study), 3),
                HX_N(study->report.total.flows_computed, 0), HX_T(study->digest_text),
                HX_T(study->folder), HX_T(config), HX_N(study->warnings.n, 0), HX_T(study->log));
}

static bool share_folder(const run_study *a, const run_study *b) {
  return a->digest_text[0] && b->digest_text[0] && a->folder[0] && strcmp(a->logs, b->logs) == 0;
}

/* Paths wrap badly in a column: below the table, folders of several studies once. */
static void add_folders(hx_table *t, const run_study *studies, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t before = 0, sharing = 0;
    for (size_t k = 0; k < n; k++) {
      before += k < i && share_folder(&studies[k], &studies[i]);
      sharing += share_folder(&studies[k], &studies[i]);
    }
    int parent = (int)(strlen(studies[i].logs) - strlen("logs"));
    if (sharing == 1)
      hx_table_note(t, "outputs: %s", studies[i].folder);
    else if (sharing > 1 && before == 0)
      hx_table_note(t, "outputs: %.*s<study>", parent, studies[i].logs);
  }
}

static hx_table *studies_table(const run_study *studies, size_t n) {
  hx_table *t = hx_table_create("studies", NULL);
  hx_table_columns(t, "study=study|#scenarios=scenarios|#wall_s=seconds|"
                      "#flows_computed=flows|digest=digest|folder|config|#warnings|log");
  for (size_t i = 0; i < n; i++)
    if (studies[i].digest_text[0])
      add_study(t, &studies[i]);
  add_folders(t, studies, n);
  return t;
}

static hx_table *check_table(const run_study *studies, size_t n) {
  hx_table *t = hx_table_create("check", NULL);
  hx_table_column(t, "study", "study", HX_COL_TEXT);
  hx_table_column(t, "errors", "errors", HX_COL_NUMBER);
  hx_table_column(t, "warnings", "warnings", HX_COL_NUMBER);
  for (size_t i = 0; i < n; i++) {
    hx_table_row(t);
    hx_table_text(t, "%s", studies[i].name);
    hx_table_number(t, (double)studies[i].errors_found, 0);
    hx_table_number(t, (double)studies[i].warnings.n, 0);
  }
  return t;
}

int run_tell_checks(const run_setup *setup, const run_study *studies, size_t n) {
  return hx_command_print(setup->cx, check_table(studies, n));
}

int run_tell_results(const run_setup *setup, const run_study *studies, size_t n) {
  size_t finished = 0;
  for (size_t i = 0; i < n; i++)
    finished += studies[i].digest_text[0] != '\0';
  if (finished == 0)
    return HX_EXIT_OK;
  hx_table **tables = calloc(2 * n + 1, sizeof *tables);
  if (!tables) {
    hx_error("out of memory");
    return HX_EXIT_FAILED;
  }
  size_t n_tables = 0;
  const hx_context *cx = setup->cx;
  if (!cx->csv || !setup->options->timing) /* CSV is one table */
    tables[n_tables++] = studies_table(studies, n);
  for (size_t i = 0; run_shows_headlines(cx) && i < n; i++)
    if (studies[i].digest_text[0])
      tables[n_tables++] = run_headlines_table(&studies[i]);
  for (size_t i = 0; setup->options->timing && i < n; i++)
    if (studies[i].digest_text[0])
      tables[n_tables++] = run_timing_table(&studies[i]);
  int status = hx_command_print_all(setup->cx, tables, n_tables);
  free(tables);
  return status;
}
