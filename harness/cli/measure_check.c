#include "cli/measure_check.h"

#include "base/fail.h"

#include "exec/mapped_inputs.h"
#include "measure/command_text.h"
#include "measure/tool.h"
#include "synth/synth.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool check_study(const hx_workload *w, pvs_error *error) {
  pvs_study_options options = {
      .base = w->base, .project = w->project, .study = w->study, .source = hx_mapped_inputs()};
  pvs_study *study;
  bool ok = hx_workload_look(w, error) && pvs_study_open(&options, &study, error) == PVS_OK;
  if (ok)
    pvs_study_close(study);
  return ok;
}

static bool check_builtin(const hx_workload *w, pvs_error *error) {
  hx_synth_spec spec;
  return hx_synth_builtin_spec(w->name, w->size ? (uint64_t)w->size : 1, &spec, error) == PVS_OK;
}

static const hx_param *find_path(const hx_params *params) {
  for (size_t i = 0; i < params->n; i++)
    if (params->items[i].environment && strcmp(params->items[i].name, "PATH") == 0)
      return &params->items[i];
  return NULL;
}

/* A name with a slash is a path from where the command runs. Of several values for PATH one may have
 * the program, and those with a placeholder are not known yet. */
static bool check_program(const char *name, const char *folder, const hx_params *params,
                          pvs_error *error) {
  char found[PATH_MAX] = "";
  const hx_param *path = find_path(params);
  if (strchr(name, '/'))
    return hx_tool_find_along(name, NULL, folder, found) || errno == ENAMETOOLONG ||
           hx_fail_errno(error, errno, NULL, "%s cannot be started", found);
  bool there = !path && hx_tool_find_along(name, NULL, folder, found);
  for (size_t i = 0; path && !there && i < path->n; i++)
    there =
        strchr(path->values[i], '{') || hx_tool_find_along(name, path->values[i], folder, found);
  return there ||
         hx_fail(error, PVS_BAD_VALUE, "%s cannot be started: no program in %s has this name", name,
                 path ? "the PATH of --env" : "$PATH");
}

static bool check_command(const hx_workload *w, const hx_run_life *life, const hx_params *params,
                          pvs_error *error) {
  char name[PATH_MAX];
  const char *start = w->command + strspn(w->command, HX_COMMAND_BLANKS);
  int n = snprintf(name, sizeof name, "%.*s", (int)strcspn(start, HX_COMMAND_BLANKS), start);
  bool known =
      !hx_command_text_needs_shell(w->command) && n < (int)sizeof name && !strpbrk(name, "{}'\"\\");
  return !known || check_program(name, life->folder, params, error);
}

bool hx_measure_check(const hx_measure_workloads *workloads, const hx_run_life *life,
                      const hx_params *params, pvs_error *error) {
  bool ok = true, may_be_made = life->setup || life->prepare;
  for (size_t i = 0; ok && i < workloads->n; i++) {
    const hx_workload *w = &workloads->items[i];
    ok = w->kind == HX_WORKLOAD_BUILTIN ? check_builtin(w, error)
         : may_be_made                  ? true
         : w->kind == HX_WORKLOAD_STUDY ? check_study(w, error)
                                        : check_command(w, life, params, error);
  }
  return ok;
}
