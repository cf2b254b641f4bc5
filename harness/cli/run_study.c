#include "cli/message.h"

#include "base/clock.h"
#include "base/fail.h"
#include "cli/run_execution.h"
#include "exec/mapped_inputs.h"
#include "measure/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- failing ------------------------------------------------------------------------------- */

bool run_fail_text(execution *e, int status, const char *text) {
  e->study->status = status;
  snprintf(e->study->error, sizeof e->study->error, "%s", text);
  hx_progress_finish(e->progress);
  e->progress = NULL;
  hx_error("%s", e->study->error);
  return false;
}

bool run_fail(execution *e, const pvs_error *error) {
  pvs_error named = *error;
  char text[2048];
  hx_publish_name(&e->outdir, &named);
  return run_fail_text(e, hx_command_exit_of(error), pvs_error_text(&named, text, sizeof text));
}

static bool is_cancelled(execution *e) {
  e->study->cancelled = *e->setup->cancel != 0;
  if (e->study->cancelled)
    e->study->status = HX_EXIT_FAILED;
  return e->study->cancelled;
}

/* ---- phases -------------------------------------------------------------------------------- */

static uint64_t since(uint64_t *start_ns) {
  uint64_t now = hx_clock_ns(), passed = now - *start_ns;
  *start_ns = now;
  return passed;
}

/* Names the study, built in or on disk. */
static bool name_study(execution *e, pvs_study_options *options) {
  const hx_workload *workload = &e->study->workload;
  pvs_error error = {0};
  *options = (pvs_study_options){.base = workload->base,
                                 .project = workload->project,
                                 .study = workload->study,
                                 .region = e->setup->options->region,
                                 .source = hx_mapped_inputs()};
  if (e->inputs)
    options->source = hx_inputs_source(e->inputs);
  if (workload->kind != HX_WORKLOAD_BUILTIN)
    return true;
  if (hx_synth_builtin(workload->name, (uint64_t)workload->size, &e->memory, &error) != PVS_OK)
    return run_fail(e, &error);
  options->source = hx_synth_memory_source(e->memory);
  options->base = hx_synth_memory_base(e->memory);
  options->project = HX_SYNTH_PROJECT;
  options->study = workload->name;
  return true;
}

static bool fail_strict(execution *e) {
  char text[128];
  size_t n = e->study->warnings.n;
  run_tell_warnings(e->study, true);
  snprintf(text, sizeof text, "%s: %zu warning%s, which --strict makes %s", e->study->name, n,
           n == 1 ? "" : "s", n == 1 ? "an error" : "errors");
  run_warnings_deinit(&e->study->warnings); /* told already */
  return run_fail_text(e, HX_EXIT_USAGE, text);
}

static void take_error(void *ctx, bool is_error, const char *text) {
  if (is_error)
    run_warnings_add(ctx, text, strlen(text));
}

/* Opening ends with the first error. Whoever prepares a study wants to hear of all of them at once:
 * the inputs are looked at once more, and if that finds several they are told in its place. */
static bool fail_open(execution *e, const pvs_study_options *options, const pvs_error *error) {
  run_warnings found = {0};
  if (hx_command_exit_of(error) == HX_EXIT_USAGE && error->code != PVS_IO)
    pvs_study_check(options, take_error, &found, NULL);
  if (found.n < 2) {
    run_fail(e, error);
  } else {
    e->study->status = HX_EXIT_USAGE;
    snprintf(e->study->error, sizeof e->study->error, "%s", found.text[0]);
    run_tell_errors(&found);
  }
  run_warnings_deinit(&found);
  return false;
}

static bool open_study(execution *e) {
  pvs_study_options options;
  pvs_error error = {0};
  if (!name_study(e, &options))
    return false;
  unsigned readers = run_request_readers(e->setup->request);
  if (hx_study_open(&options, readers, &e->opened, &error) != PVS_OK)
    return fail_open(e, &options, &error);
  if (!hx_mapped_inputs_unchanged(&error))
    return run_fail(e, &error);
  pvs_study_describe(e->opened, &e->study->info);
  for (size_t i = 0; i < pvs_study_warnings(e->opened); i++) {
    const char *text = pvs_study_warning(e->opened, i);
    run_warnings_add(&e->study->warnings, text, strlen(text));
  }
  if (!run_part_name(e->setup->range, e->study, &error))
    return run_fail(e, &error);
  return !e->setup->options->strict || e->study->warnings.n == 0 || fail_strict(e);
}

static bool make_plan(execution *e) {
  const run_options *options = e->setup->options;
  static const char *const simd_levels[] = {NULL, "portable", "avx2", "avx512"};
  pvs_plan_options plan_options = {.no_share = options->share == RUN_SHARE_NONE,
                                   .simd = simd_levels[options->simd]};
  pvs_error error = {0};
  run_part_plan(e->setup->range, e->study, &plan_options);
  if (!(e->setup->cluster ? run_ranks_plan(e, &plan_options, &error)
                          : pvs_plan_create(e->opened, &plan_options, &e->plan, &error) == PVS_OK))
    return run_fail(e, &error);
  pvs_plan_describe(e->plan, &e->study->plan);
  run_facts facts = {.cx = e->setup->cx,
                     .cluster = e->setup->cluster,
                     .workload = e->study->workload.key,
                     .workload_class = run_class_name(e->study->plan.workload_class),
                     .units = e->study->plan.units,
                     .scenarios = e->study->plan.scenarios};
  if (!run_configure(e->setup->request, &facts, &e->study->config, &e->places)) {
    e->study->status = HX_EXIT_USAGE; /* said already */
    return false;
  }
  return true;
}

static bool make_output(execution *e) {
  const run_options *options = e->setup->options;
  const bool leads = run_leads(e);
  pvs_error refusal = {0}, error = {0};
  if (e->study->folder[0] && leads && !e->outdir.temp[0] &&
      !hx_outdir_begin(&e->outdir, e->study->folder, e->study->name, options->force, &refusal))
    return run_fail_text(e, HX_EXIT_USAGE, HX_FAIL_LINE(&refusal));
  pvs_output_options output_options = {.folder = e->study->folder[0] ? e->outdir.temp : NULL,
                                       .no_scenario_files =
                                           options->scenario_files == RUN_FILES_NONE,
                                       .join = !leads || e->journal_taken};
  if (pvs_output_create(e->plan, &output_options, &e->output, &error) != PVS_OK)
    return leads || error.os_errno != ENOENT ? run_fail(e, &error) : run_ranks_fail_join(e);
  e->study->started = true;
  return true;
}

/* With ranks the first one makes the folder, and the others join. */
static bool make_outputs(execution *e) {
  if (!e->setup->cluster)
    return make_output(e);
  return run_agree(e, !run_leads(e) || make_output(e)) &&
         run_agree(e, run_ranks_folder(e) && (run_leads(e) || make_output(e)));
}

static void show_progress(void *ctx, uint32_t done, uint32_t scenarios) {
  (void)scenarios;
  hx_progress_update(ctx, done, NULL);
}

static void take_figures(void *ctx, const hx_scenario_figures *figures) {
  run_headlines_add(&((run_study *)ctx)->headlines, figures);
}

static void take_warning(void *ctx, const char *text, size_t length) {
  run_warnings_add(&((run_study *)ctx)->warnings, text, length);
}

static bool fail_result(execution *e, const hx_exec_result *result) {
  e->study->abandoned = result->abandoned;
  switch (result->status) {
  case HX_EXEC_FAILED:
    return run_fail(e, &result->error);
  case HX_EXEC_DIED:
  case HX_EXEC_SYSTEM:
    return run_fail_text(e, HX_EXIT_FAILED, HX_FAIL_LINE(&result->error));
  case HX_EXEC_CANCELLED:
  case HX_EXEC_OK:
    break;
  }
  is_cancelled(e);
  return false;
}

static bool simulate(execution *e) {
  if (!hx_study_work_init(&e->work, e->opened, e->plan, e->output, e->setup->fault))
    return run_fail_text(e, HX_EXIT_FAILED, "out of memory");
  e->work.figures = take_figures;
  e->work.warn = take_warning;
  e->work.ctx = e->study;
  e->progress = hx_progress_start(e->study->name, e->study->plan.scenarios);
  hx_exec_options options = {.config = e->study->config,
                             .places = e->places,
                             .cancel = e->setup->cancel,
                             .progress = show_progress,
                             .progress_ctx = e->progress,
                             .fault = e->setup->fault};
  hx_exec_result result;
  bool ok = e->setup->cluster ? run_ranks_simulate(e, &options, &result)
                              : hx_exec_find(e->study->config.executor)
                                    ->run(&e->work.work, &options, &e->study->report, &result);
  hx_progress_finish(e->progress);
  e->progress = NULL;
  return ok || fail_result(e, &result);
}

static bool close_output(execution *e) {
  pvs_error error = {0};
  pvs_output *output = e->output;
  e->output = NULL; /* freed even on failure */
  pvs_extent headers;
  pvs_output_first_rows(output, &headers);
  for (int i = 0; i < PVS_TABLES; i++) {
    const char *name = pvs_output_table(output, i);
    snprintf(e->study->tables[i].name, sizeof e->study->tables[i].name, "%s", name ? name : "");
    e->study->tables[i].header_bytes = headers.bytes[i];
  }
  uint64_t *digest = run_leads(e) ? &e->study->digest : NULL;
  if (pvs_output_close(output, e->work.work.part_digests, digest, &error) != PVS_OK)
    return run_fail(e, &error);
  snprintf(e->study->digest_text, sizeof e->study->digest_text, "%016llx",
           (unsigned long long)e->study->digest);
  return true;
}

static bool publish(execution *e) {
  if (!e->study->folder[0] || !run_leads(e))
    return true;
  pvs_error error = {0};
  if (e->setup->range->kind != HX_RANGE_ALL &&
      !run_part_describe(e->study, &e->work, e->outdir.temp,
                         e->setup->options->scenario_files == RUN_FILES_EACH, &error))
    return run_fail(e, &error);
  if (!hx_outdir_publish(&e->outdir, &error))
    return run_fail_text(e, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
  if (error.code != PVS_OK) {
    const char *text = HX_FAIL_LINE(&error);
    run_warnings_add(&e->study->warnings, text, strlen(text));
  }
  return true;
}

/* Ranks of one node read files that the system has in memory once: then all read at the same time. */
static bool each_reads(const execution *e) {
  const hx_transport_place *place = &e->setup->cluster->place;
  const int asked = e->setup->options->read;
  return asked == RUN_READ_EACH || (asked == RUN_READ_AUTO && place->local_ranks == place->ranks);
}

/* With ranks the first one reads, and then the others what it hands out; unless each is to read. */
static bool open_on_ranks(execution *e) {
  if (!e->setup->cluster || each_reads(e) || e->study->workload.kind == HX_WORKLOAD_BUILTIN)
    return run_agree(e, open_study(e) && !is_cancelled(e));
  e->inputs = hx_inputs_create(e->setup->cluster, hx_mapped_inputs());
  if (!run_agree(e, e->inputs || run_fail_text(e, HX_EXIT_FAILED, "out of memory")) ||
      !run_agree(e, !run_leads(e) || (open_study(e) && !is_cancelled(e))))
    return false;
  hx_inputs_share(e->inputs);
  bool ok = run_agree(e, run_leads(e) || open_study(e));
  hx_inputs_drop(e->inputs);
  return ok;
}

static bool run_phases_of(execution *e) {
  run_phases *phases = &e->study->phases;
  uint64_t start_ns = hx_clock_ns();
  bool ok = open_on_ranks(e);
  phases->read_ns = since(&start_ns);
  ok = ok && (!e->setup->cluster || run_agree(e, run_ranks_prepare(e))) &&
       run_agree(e, make_plan(e)) && make_outputs(e) && run_agree(e, !is_cancelled(e));
  phases->plan_ns = since(&start_ns);
  ok = ok && simulate(e);
  phases->simulate_ns = since(&start_ns);
  ok = ok && run_agree(e, close_output(e));
  phases->output_ns = since(&start_ns);
  if (e->setup->cluster)
    run_ranks_close(e, ok);
  ok = ok && run_agree(e, publish(e));
  phases->publish_ns = since(&start_ns);
  return ok;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void clean_up(execution *e) {
  pvs_error ignored = {0};
  if (e->output)
    pvs_output_close(e->output, NULL, NULL, &ignored);
  if (e->keep_folder)
    hx_publish_leave(&e->outdir);
  else if (run_leads(e))
    hx_publish_abandon(&e->outdir);
  hx_study_work_deinit(&e->work);
  free(e->places);
  pvs_plan_destroy(e->plan);
  pvs_study_close(e->opened);
  hx_inputs_destroy(e->inputs);
  hx_synth_memory_destroy(e->memory);
}

/* One sentence, before all others: it says that the run was not the one that was asked for. */
static void warn_lost_bindings(run_study *study) {
  const hx_exec_worker *first = NULL;
  uint32_t lost = 0;
  for (uint32_t w = study->report.workers_asked; w-- > 0;) {
    const hx_exec_worker *worker = &study->report.workers[w];
    if (!worker->held && !hx_cpuset_is_empty(&worker->place.cpus)) {
      lost++;
      first = &study->report.workers[w];
    }
  }
  if (!first)
    return;
  char asked[HX_CPUSET_TEXT], found[HX_CPUSET_TEXT], text[2 * HX_CPUSET_TEXT + 128];
  hx_cpuset_format(&first->place.cpus, asked, sizeof asked);
  hx_cpuset_format(&first->at_end.cpus, found, sizeof found);
  int n = snprintf(text, sizeof text,
                   "%u of %u workers were not where they were put; worker %d: found CPUs %s, "
                   "expected %s",
                   lost, study->report.workers_asked, (int)(first - study->report.workers), found,
                   asked);
  run_warnings_add(&study->warnings, text, (size_t)n);
  for (size_t i = study->warnings.n; i-- > 1;) {
    char *moved = study->warnings.text[i];
    study->warnings.text[i] = study->warnings.text[i - 1];
    study->warnings.text[i - 1] = moved;
  }
}

static void compare(execution *e) {
  run_study *study = e->study;
  if (!study->expect[0] || !run_leads(e))
    return;
  hx_expected found =
      hx_outputs_compare(study->expect, study->folder, study->comparison, sizeof study->comparison);
  if (found == HX_EXPECTED_AGREES) {
    study->comparison[0] = '\0';
    return;
  }
  study->status = found == HX_EXPECTED_DIFFERS ? HX_EXIT_DIFFERENT : HX_EXIT_USAGE;
  hx_error("outputs of %s are not the expected ones: %s", study->name, study->comparison);
}

bool run_study_execute(const run_setup *setup, run_study *study) {
  execution e = {.setup = setup, .study = study};
  bool ok = run_phases_of(&e);
  if (study->abandoned) {
    hx_publish_abandon(&e.outdir); /* the rest is still in use */
    return false;
  }
  clean_up(&e);
  if (ok) {
    warn_lost_bindings(study);
    compare(&e);
  }
  /* Of what the user has to put right first nothing is kept, not even a log. */
  bool is_refused = study->status == HX_EXIT_USAGE && !study->digest_text[0];
  if (study->started && !study->cancelled && !is_refused && run_leads(&e))
    run_log_write(setup, study);
  return study->status == HX_EXIT_OK;
}

/* ---- checking ------------------------------------------------------------------------------ */

static void take_finding(void *ctx, bool is_error, const char *text) {
  execution *e = ctx;
  if (!is_error) {
    run_warnings_add(&e->study->warnings, text, strlen(text));
    return;
  }
  e->study->errors_found++;
  hx_error("%s", text);
}

bool run_study_check(const run_setup *setup, run_study *study) {
  execution e = {.setup = setup, .study = study};
  pvs_study_options options;
  pvs_error error = {0};
  bool ok = name_study(&e, &options);
  if (ok && pvs_study_check(&options, take_finding, &e, &error) != PVS_OK)
    ok = run_fail(&e, &error);
  for (size_t i = 0; i < study->warnings.n; i++)
    if (setup->options->strict)
      hx_error("%s", study->warnings.text[i]);
    else
      hx_warn("%s", study->warnings.text[i]);
  if (ok && (study->errors_found > 0 || (setup->options->strict && study->warnings.n > 0)))
    study->status = HX_EXIT_USAGE;
  clean_up(&e);
  return study->status == HX_EXIT_OK;
}

void run_study_deinit(run_study *study) {
  hx_workload_deinit(&study->workload);
  hx_exec_report_deinit(&study->report);
  run_warnings_deinit(&study->warnings);
  run_headlines_deinit(&study->headlines);
}
