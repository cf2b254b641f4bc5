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
  bool ok = pvs_study_open(&options, &study, error) == PVS_OK;
  if (ok)
    pvs_study_close(study);
  return ok;
}

static bool check_builtin(const hx_workload *w, pvs_error *error) {
  hx_synth_spec spec;
  return hx_synth_builtin_spec(w->name, w->size ? (uint64_t)w->size : 1, &spec, error) == PVS_OK;
}

/* A name with a slash is a path from where the command runs. */
static bool check_program(const char *name, const char *folder, pvs_error *error) {
  char path[PATH_MAX], found[PATH_MAX];
  bool here = *name == '/' || !strchr(name, '/') || !folder;
  int n = snprintf(path, sizeof path, "%s%s%s", here ? "" : folder, here ? "" : "/", name);
  if (n >= (int)sizeof path || hx_tool_find(path, found))
    return true;
  return strchr(name, '/')
             ? hx_fail_errno(error, errno, NULL, "%s cannot be started", path)
             : hx_fail(error, PVS_BAD_VALUE,
                       "%s cannot be started: no program in $PATH has this name", name);
}

static bool check_command(const hx_workload *w, const hx_run_life *life, pvs_error *error) {
  char name[PATH_MAX];
  const char *start = w->command + strspn(w->command, HX_COMMAND_BLANKS);
  int n = snprintf(name, sizeof name, "%.*s", (int)strcspn(start, HX_COMMAND_BLANKS), start);
  bool known = !life->setup && !life->prepare && !hx_command_text_needs_shell(w->command) &&
               n < (int)sizeof name && !strpbrk(name, "{}'\"\\");
  return !known || check_program(name, life->folder, error);
}

bool hx_measure_check(const hx_measure_workloads *workloads, const hx_run_life *life,
                      pvs_error *error) {
  bool ok = true;
  for (size_t i = 0; ok && i < workloads->n; i++) {
    const hx_workload *w = &workloads->items[i];
    ok = w->kind == HX_WORKLOAD_STUDY     ? check_study(w, error)
         : w->kind == HX_WORKLOAD_BUILTIN ? check_builtin(w, error)
                                          : check_command(w, life, error);
  }
  return ok;
}
