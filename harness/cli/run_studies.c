/* Which studies are run, and the folders of each. */
#include "cli/message.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/paths.h"
#include "cli/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool join(char *path, size_t cap, const char *folder, const char *name) {
  size_t length = strlen(folder);
  while (length > 0 && folder[length - 1] == '/')
    length--;
  int n = snprintf(path, cap, "%.*s/%s", (int)length, folder, name);
  if (n > 0 && (size_t)n < cap)
    return true;
  hx_error("%s/%s: found a path of %d characters, expected at most %zu", folder, name, n, cap - 1);
  return false;
}

/* Not only after a run, which may take hours, has replaced the outputs. */
static bool is_there(const char *expected) {
  if (hx_files_is_folder(expected))
    return true;
  hx_error("--expect: %s: found %s, expected a folder of outputs", expected,
           access(expected, F_OK) == 0 ? "a file or pipe" : "nothing");
  return false;
}

static bool name_folders(const run_options *options, size_t n_studies, run_study *study) {
  const hx_workload *w = &study->workload;
  bool builtin = w->kind == HX_WORKLOAD_BUILTIN;
  char outputs[PATH_MAX];
  study->name = builtin ? w->name : w->study;
  if (options->expect && n_studies == 1)
    snprintf(study->expect, sizeof study->expect, "%s", options->expect);
  else if (options->expect &&
           !join(study->expect, sizeof study->expect, options->expect, study->name))
    return false;
  if (options->expect && !is_there(study->expect))
    return false;
  if (options->no_output || (builtin && !options->output))
    return true;
  int n = options->output
              ? snprintf(outputs, sizeof outputs, "%s", options->output)
              : snprintf(outputs, sizeof outputs, "%s/studies/%s/outputs", w->base, w->project);
  if (n < 0 || (size_t)n >= sizeof outputs) {
    hx_error("the output folder's path has %d characters, expected at most %zu", n,
             sizeof outputs - 1);
    return false;
  }
  return join(study->folder, sizeof study->folder, outputs, study->name) &&
         join(study->logs, sizeof study->logs, outputs, "logs");
}

static bool is_runnable(const hx_workload *workload) {
  if (workload->kind == HX_WORKLOAD_COMMAND)
    hx_error("--workload: found '%s', expected study:… or builtin:… (commands are for tune and "
             "sweep)",
             workload->key);
  else if (workload->kind == HX_WORKLOAD_BUILTIN && workload->size == 0)
    hx_error("--workload: found '%s' without a size, expected builtin:%s:SCENARIOS", workload->key,
             workload->name);
  else
    return true;
  return false;
}

/* ---- folders that must stay apart ---- */

static bool spares(const run_study *study, const char *kind, const char *path, pvs_error *error) {
  return !study->folder[0] || !hx_path_overlap(study->folder, path) ||
         hx_fail_at(error, PVS_BAD_VALUE, study->folder, 0, NULL,
                    "this output folder is, holds or lies in %s %s, expected one apart from it",
                    kind, path);
}

bool run_study_spares_inputs(const run_study *study, const run_study *of, pvs_error *error) {
  static const char *const inputs[] = {"load_profiles", "pv_profiles", "reference"};
  const hx_workload *w = &of->workload;
  char path[PATH_MAX];
  if (w->kind != HX_WORKLOAD_STUDY || !study->folder[0])
    return true;
  if (hx_path_is_in(w->base, study->folder))
    return spares(study, "the base folder", w->base, error);
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
    if (snprintf(path, sizeof path, "%s/%s", w->base, inputs[i]) < (int)sizeof path &&
        !spares(study, "the inputs", path, error))
      return false;
  return snprintf(path, sizeof path, "%s/studies/%s/inputs", w->base, w->project) >=
             (int)sizeof path ||
         spares(study, "the inputs", path, error);
}

/* No others can be run: what is wrong with them is said once the study is opened. */
static bool is_folder_name(const char *name) {
  return name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Studies of one project have the same inputs and logs. */
static bool is_of_same_project(const run_study *a, const run_study *b) {
  const hx_workload *v = &a->workload, *w = &b->workload;
  return v->kind == HX_WORKLOAD_STUDY && w->kind == HX_WORKLOAD_STUDY &&
         strcmp(v->base, w->base) == 0 && strcmp(v->project, w->project) == 0;
}

/* What a run replaces must not be what it, or another study of the same command, reads or keeps. */
static bool is_apart(const run_study *studies, size_t n, size_t i, pvs_error *error) {
  const run_study *study = &studies[i];
  for (size_t k = 0; k < n; k++) {
    const run_study *other = &studies[k];
    const bool seen = k > 0 && is_of_same_project(other, other - 1);
    if ((!seen && !run_study_spares_inputs(study, other, error)) ||
        (!seen && other->logs[0] && !spares(study, "the folder of logs", other->logs, error)) ||
        (other->expect[0] && !spares(study, "--expect", other->expect, error)) ||
        (k < i && other->folder[0] &&
         !spares(study, "the output folder of another study,", other->folder, error)))
      return false;
  }
  return true;
}

/* Outputs may lie beside what is stored, but not replace it. */
static bool spares_store(const run_study *study, const char *results, pvs_error *error) {
  char table[PATH_MAX + 16];
  snprintf(table, sizeof table, "%s/machine.csv", study->folder);
  const bool is_machine = hx_path_is_in(study->folder, results) && access(table, F_OK) == 0;
  return !study->folder[0] || !(is_machine || hx_path_is_in(results, study->folder)) ||
         spares(study, "the store", results, error);
}

/* ---- all of them ---- */

bool run_studies_name(const hx_context *cx, const run_options *options, run_study *studies,
                      size_t n) {
  pvs_error error = {0};
  size_t i = 0;
  for (size_t s = 0; s < options->studies.count; s++, i++)
    if (!hx_workload_study(options->base, options->project, options->studies.items[s],
                           &studies[i].workload, &error))
      return hx_error("%s", HX_FAIL_LINE(&error));
  for (size_t w = 0; w < options->workloads.count; w++, i++) {
    if (!hx_workload_parse(options->workloads.items[w], NULL, &studies[i].workload, &error))
      return hx_error("--workload: %s", HX_FAIL_LINE(&error));
    if (!is_runnable(&studies[i].workload))
      return false;
  }
  for (i = 0; i < n; i++)
    if (!hx_workload_look(&studies[i].workload, &error))
      return hx_error("%s", HX_FAIL_LINE(&error));
  for (i = 0; i < n; i++)
    if (!name_folders(options, n, &studies[i]))
      return false;
  for (i = 0; i < n; i++)
    if (is_folder_name(studies[i].name) &&
        (!is_apart(studies, n, i, &error) || !spares_store(&studies[i], cx->results_dir, &error)))
      return hx_error("%s", HX_FAIL_LINE(&error));
  return true;
}
