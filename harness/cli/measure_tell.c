#include "cli/measure_tell.h"

#include "base/fail.h"

#include "cli/export_so_far.h"
#include "cli/measure_check.h"
#include "cli/measure_print.h"
#include "measure/command_text.h"
#include "tune/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- progress and messages ---- */

static void on_progress(void *ctx, const hx_run_progress *p) {
  hx_teller *teller = ctx;
  char config[HX_CONFIG_TEXT] = "serial", detail[HX_CONFIG_TEXT + 128] = "warming up";
  if (p->config)
    hx_config_format(p->config, config, sizeof config);
  if (p->why)
    snprintf(detail, sizeof detail, "%s: %s", p->why, config);
  else if (p->block)
    snprintf(detail, sizeof detail, "round %d, run %zu of %zu: %s", p->block, p->run, p->of_run,
             config);
  hx_verbose("%s: %s", p->workload, detail);
  if (teller->progress)
    hx_progress_update(teller->progress, (unsigned long)p->spent_s, detail);
  if (teller->cx && p->block != teller->round)
    hx_export_so_far(teller->cx, teller->folder);
  teller->round = p->block;
}

static void on_saying(void *ctx, hx_saying kind, const char *text) {
  (void)ctx;
  if (kind == HX_SAY_WARNING)
    hx_warn("%s", text);
  else if (kind == HX_SAY_NOTE)
    hx_note("%s", text);
  else
    hx_verbose("%s", text);
}

void hx_teller_init(hx_teller *teller) {
  *teller = (hx_teller){.listener = {.progress = on_progress, .say = on_saying, .ctx = teller}};
}

void hx_teller_export(hx_teller *teller, const hx_context *cx, const char *folder) {
  teller->cx = cx;
  teller->folder = folder;
}

void hx_teller_start(hx_teller *teller, const char *what, double budget_s) {
  char text[96];
  if (isfinite(budget_s))
    snprintf(text, sizeof text, "%s for at most %.0f s, second", what, ceil(budget_s));
  else
    snprintf(text, sizeof text, "%s, second", what);
  teller->progress = hx_progress_start(text, 0); /* nobody knows when it will have decided */
}

void hx_teller_stop(hx_teller *teller) {
  hx_progress_finish(teller->progress);
  teller->progress = NULL;
}

hx_measure_request hx_measure_request_of(const hx_context *cx, const char *command,
                                         const hx_measuring_options *how, const hx_teller *teller) {
  return (hx_measure_request){.results = cx->results_dir,
                              .self_path = cx->self_path,
                              .command = command,
                              .scratch = how->scratch,
                              .stopping =
                                  "\npvtune: finishing this run; press Ctrl-C again to stop it\n",
                              .lock = how->lock,
                              .lock_wait_s = how->lock_wait_s,
                              .listener = &teller->listener};
}

/* ---- sweep and tune ---- */

void hx_measure_warn_about_placeholders(const hx_workload *workload) {
  if (workload->kind != HX_WORKLOAD_COMMAND)
    return;
  hx_command_placeholders placeholders = hx_command_placeholders_in(workload->command);
  if (!placeholders.workers && !placeholders.processes && !placeholders.threads)
    hx_warn("%s: the command has no {workers}, {processes}, {threads} or $PVTUNE_WORKERS, so its "
            "worker count cannot be changed",
            workload->key);
}

/* --param, --env and --where; `known` is filled with what commands may name. */
static bool take_params(const hx_sweeping_options *o, hx_params *params, hx_config *known,
                        pvs_error *error) {
  bool ok = true;
  for (size_t i = 0; ok && i < o->params.count; i++)
    ok = hx_params_add(params, false, o->params.items[i], error);
  for (size_t i = 0; ok && i < o->environment.count; i++)
    ok = hx_params_add(params, true, o->environment.items[i], error);
  for (size_t i = 0; ok && i < o->where.count; i++)
    ok = hx_params_add_condition(params, o->where.items[i], error);
  return ok && hx_params_sample(params, known, error);
}

/* Whether parameters and workloads go together; fills the serial run. */
static bool join_params(hx_measuring *m, hx_sweep_options *options, pvs_error *error) {
  const hx_params *params = &m->params;
  if (params->n == 0)
    return params->n_conditions == 0 ||
           hx_fail(error, PVS_BAD_VALUE, "--where has nothing to choose from without --param");
  if (m->workloads.n > 1)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--param and --env: found %zu workloads, expected one command", m->workloads.n);
  int *base = calloc(params->n, sizeof *base);
  bool ok = base ? hx_params_check(params, &m->workloads.items[0], &m->life, error) &&
                       hx_params_base(params, base, error)
                 : hx_fail_memory(error);
  if (ok)
    hx_params_apply(params, base, &options->serial);
  free(base);
  return ok;
}

/* What has no effect where serial alone is tried; NULL: nothing that is given. */
static const char *idle_for_serial(const hx_sweeping_options *o) {
  return !o->executors || strcmp(o->executors, "serial") != 0 ? NULL
         : o->workers && strcmp(o->workers, "1") != 0         ? "workers"
         : o->pins && strcmp(o->pins, "none") != 0            ? "pins"
         : o->schedules                                       ? "schedules"
         : o->chunk                                           ? "chunk"
                                                              : NULL;
}

int hx_measuring_look(hx_measuring *m, const hx_context *cx, const hx_command *command,
                      const void *storage, const hx_sweeping_options *sweeping,
                      hx_sweep_options *options) {
  pvs_error error = {0};
  hx_config known;
  *m = (hx_measuring){.describe = hx_command_describe(command, storage)};
  hx_teller_init(&m->teller);
  if (!take_params(sweeping, &m->params, &known, &error) ||
      !hx_goal_take(&sweeping->goal, &m->goal, &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  if (!hx_measure_has_executors(cx, sweeping))
    return HX_EXIT_USAGE;
  if (idle_for_serial(sweeping))
    return hx_error_exit(HX_EXIT_USAGE,
                         "--%s has no effect with --executors serial: omit one of them",
                         idle_for_serial(sweeping));
  if (!hx_measure_workloads_parse(cx, &sweeping->what, &known, "builtin:batteries",
                                  &m->workloads) ||
      !hx_measure_expected_take(&sweeping->expect, &m->workloads))
    return HX_EXIT_USAGE;
  size_t commands = hx_measure_count_commands(m->workloads.items, m->workloads.n);
  if (m->goal.n_metrics > 0 && commands == 0)
    return hx_error_exit(
        HX_EXIT_USAGE,
        "--metric is for commands, but no workload is a command: studies print none");
  if ((sweeping->chunk || sweeping->schedules) && commands == m->workloads.n)
    return hx_error_exit(HX_EXIT_USAGE, "%s is for studies: a command hands out its work itself",
                         sweeping->chunk ? "--chunk" : "--schedules");
  if (!hx_life_take(&sweeping->life, commands > 0, &known, sweeping->expect.count > 0, &m->life,
                    &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  *options =
      hx_measure_sweep_options(sweeping, command->name, &m->workloads, &m->params, m->describe);
  options->life = &m->life;
  if (m->goal.n_metrics > 0 || m->goal.n_limits > 0 || !hx_goal_is_time(&m->goal))
    options->goal = &m->goal;
  if (!join_params(m, options, &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  for (size_t i = 0; i < m->workloads.n && !options->params; i++)
    hx_measure_warn_about_placeholders(&m->workloads.items[i]);
  m->looked = true;
  return hx_measure_session_look(&m->session, &error) ? HX_EXIT_OK
                                                      : hx_command_fail(&error, HX_EXIT_FAILED);
}

static int set_up(hx_measuring *m, pvs_error *error) {
  m->set_up = true;
  hx_life_end end = hx_run_life_call(&m->life,
                                     &(hx_life_call){.option = "--setup",
                                                     .command = m->life.setup,
                                                     .stdout_fd = -1,
                                                     .interrupts = m->session.context.interrupts},
                                     error);
  return end == HX_LIFE_OK ? HX_EXIT_OK : HX_EXIT_FAILED;
}

int hx_measuring_open(hx_measuring *m, const hx_context *cx, const hx_sweeping_options *sweeping,
                      const hx_sweep_options *options) {
  pvs_error error = {0};
  hx_grid grid;
  if (!hx_measure_check(&m->workloads, &m->life, &m->params, &error) ||
      !hx_sweep_grid(m->session.topo, options, 0, &grid, &error)) /* also checks what was listed */
    return hx_command_fail(&error, HX_EXIT_USAGE);
  int status = !sweeping->dry_run ? HX_EXIT_OK
               : !options->listed ? hx_measure_print_search(cx, m->session.topo, options)
                                  : hx_measure_print_grid(cx, &grid, options);
  hx_grid_deinit(&grid);
  if (sweeping->dry_run)
    return status;
  hx_command_begin_exports(cx);
  hx_measure_request request =
      hx_measure_request_of(cx, options->command, &sweeping->how, &m->teller);
  if (!hx_measure_session_open(&m->session, &request, &error))
    return hx_command_fail(&error, hx_command_exit_of(&error));
  hx_teller_export(&m->teller, cx, m->session.folder);
  m->session.processes.life = &m->life;
  m->session.processes.goal = options->goal;
  status = set_up(m, &error);
  if (status == HX_EXIT_OK && !hx_tune_choose_sizes(&m->session.context, m->workloads.items,
                                                    m->workloads.n, options->timeout_s, &error))
    status = HX_EXIT_FAILED;
  return error.code ? hx_command_fail(&error, status) : status;
}

int hx_measure_exit(int status) {
  int number = hx_measure_interrupted();
  return number ? HX_EXIT_SIGNAL + number : status;
}

int hx_measuring_close(hx_measuring *m, int status) {
  pvs_error error = {0};
  if (m->set_up && !hx_measure_clean_up(&m->life, &error)) {
    status = hx_command_fail(&error, hx_command_exit_after(status));
  }
  if (m->looked)
    hx_measure_session_close(&m->session);
  hx_measure_workloads_free(&m->workloads);
  hx_params_deinit(&m->params);
  hx_goal_deinit(&m->goal);
  free(m->describe);
  return hx_measure_exit(status);
}
