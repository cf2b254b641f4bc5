/* pvtune tune: find the fastest way to run a workload here, and remember it. */
#include "cli/measure_print.h"

#include "base/fail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_tune;

static const hx_option option_table[] = {
    HX_MEASURE_OPTIONS,
    {.name = "budget",
     .type = HX_OPT_DURATION,
     .offset = HX_MEASURE_MEMBER(budget_s),
     .metavar = "TIME",
     .default_text = "30s",
     .min = 0.1,
     .max = 1e7,
     .help = "time to spend measuring; shared by the workloads"},
    {.name = "check",
     .type = HX_OPT_FLAG,
     .offset = HX_MEASURE_MEMBER(check),
     .help = "only replay what is recommended against its runner-up; tune anew if it loses"},
    {0}};

static void defaults(void *storage) {
  *(hx_measure_options *)storage = (hx_measure_options){.budget_s = 30, .lock = true};
}

enum { EVERY_COUNT_UP_TO = 16 };

/* What tune tries unless told otherwise: every count from 2 to one too many while that is
 * affordable (serial stands for one worker), and hybrids where memory or caches are divided.
 * `counts_text` lives as long as the grid. */
static void choose_grid(const hx_topo *topo, char counts_text[32], hx_grid_request *grid) {
  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  bool divided = counts->numa_nodes > 1 || counts->packages > 1 || counts->l3s > 1;
  snprintf(counts_text, 32, "2-%d", counts->pus + 1);
  if (!grid->workers)
    grid->workers = counts->pus <= EVERY_COUNT_UP_TO && !divided ? counts_text : "auto";
  if (!grid->executors)
    grid->executors = divided ? "serial,threads,processes,hybrid" : "serial,threads,processes";
  if (!grid->pins)
    grid->pins = "none,compact";
  if (!grid->schedules)
    grid->schedules = "dynamic";
}

/* ---- what was recommended before ---- */

typedef struct incumbents {
  hx_recommendations all;
  const hx_recommendation_row **row; /* one a workload, NULL where none */
  hx_config *config;                 /* of that row */
  bool has_joint;
  hx_config joint; /* for all of them together */
} incumbents;

static void incumbents_deinit(incumbents *before) {
  hx_recommendations_deinit(&before->all);
  free(before->row);
  free(before->config);
}

static void find_joint(const hx_measure_session *session, const hx_measure_workloads *workloads,
                       incumbents *before) {
  pvs_error error = {0};
  char *key = workloads->n > 1 ? hx_workload_join(workloads->items, workloads->n) : NULL;
  const hx_recommendation_row *row =
      key ? hx_recommendations_find(&before->all, session->context.allocation, key) : NULL;
  before->has_joint = row && hx_config_parse(row->config, &before->joint, &error);
  free(key);
}

static bool incumbents_read(const hx_measure_session *session,
                            const hx_measure_workloads *workloads, incumbents *before) {
  pvs_error error = {0};
  *before = (incumbents){.row = calloc(workloads->n, sizeof *before->row),
                         .config = calloc(workloads->n, sizeof *before->config)};
  if (!before->row || !before->config) {
    hx_error("out of memory");
    return false;
  }
  if (!hx_recommendations_read(session->cx->results_dir, session->context.machine, &before->all,
                               &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return false;
  }
  if (before->all.stored.warning[0])
    hx_warn("%s", before->all.stored.warning);
  for (size_t w = 0; w < workloads->n; w++) {
    const hx_recommendation_row *row =
        hx_recommendations_find(&before->all, session->context.allocation, workloads->items[w].key);
    if (row && hx_config_parse(row->config, &before->config[w], &error))
      before->row[w] = row;
  }
  find_joint(session, workloads, before);
  return true;
}

/* ---- --check ---- */

/* Serial, the incumbent and its runner-up, without repeats. */
static size_t replayed(const hx_recommendation_row *row, const hx_config *incumbent,
                       hx_config configs[3]) {
  pvs_error error = {0};
  size_t n = 0;
  hx_config runner_up;
  configs[n++] = hx_config_serial();
  if (!hx_config_equal(incumbent, &configs[0]))
    configs[n++] = *incumbent;
  if (hx_config_parse(row->runner_up, &runner_up, &error) &&
      !hx_config_equal(&runner_up, &configs[0]) && !hx_config_equal(&runner_up, incumbent))
    configs[n++] = runner_up;
  return n;
}

typedef enum check_answer { CHECK_HOLDS, CHECK_LOST, CHECK_FAILED } check_answer;

static check_answer check_one(hx_measure_session *session, const hx_measure_workloads *workloads,
                              size_t w, const incumbents *before,
                              const hx_sweep_options *all_options, int *status) {
  pvs_error error = {0};
  hx_config configs[3];
  hx_sweep_options options = *all_options;
  hx_sweep_report report;
  options.command = "check";
  options.workloads = &workloads->items[w];
  options.n_workloads = 1;
  options.expected = &workloads->expected[w];
  options.configs = configs;
  options.n_configs = replayed(before->row[w], &before->config[w], configs);
  options.budget_s = all_options->budget_s / (double)workloads->n;
  hx_measure_progress_start(session, "check, second", options.budget_s);
  bool ok = hx_sweep_run(&session->context, &options, &report, &error);
  hx_measure_progress_stop(session);
  if (!ok)
    hx_error("%s", HX_FAIL_LINE(&error));
  check_answer answer = CHECK_FAILED;
  *status = HX_EXIT_FAILED;
  if (ok) {
    hx_choice choice = hx_recommend_choose(&report, 0, &before->config[w]);
    hx_choice none = {0};
    *status = hx_measure_print(
        session->cx, &(hx_measure_findings){
                         .report = &report, .choices = &choice, .joint = &none, .explain = true});
    if (*status == HX_EXIT_OK && !report.interrupted)
      answer = choice.kept ? CHECK_HOLDS : CHECK_LOST;
  }
  hx_sweep_report_deinit(&report);
  return answer;
}

/* True when everything recommended still holds, or when the check itself failed; then *status says
 * which. False: tune anew. */
static bool check_all(hx_measure_session *session, const hx_measure_workloads *workloads,
                      const incumbents *before, const hx_sweep_options *options, int *status) {
  for (size_t w = 0; w < workloads->n; w++) {
    if (!before->row[w]) {
      hx_note("%s: nothing recommended yet: tuning", workloads->items[w].key);
      return false;
    }
    switch (check_one(session, workloads, w, before, options, status)) {
    case CHECK_FAILED:
      return true;
    case CHECK_LOST:
      hx_note("%s: %s is no longer the best: tuning anew", workloads->items[w].key,
              before->row[w]->config);
      return false;
    case CHECK_HOLDS:
      hx_note("%s: %s still holds", workloads->items[w].key, before->row[w]->config);
      break;
    }
  }
  *status = HX_EXIT_OK;
  return true;
}

/* ---- tuning ---- */

static bool store(hx_measure_session *session, const hx_sweep_options *options,
                  const hx_sweep_report *report, const hx_choice *choices, const hx_choice *joint) {
  pvs_error error = {0};
  if (hx_recommend_store(&session->context, options, report, choices, joint, session->env.row.kernel,
                         &error))
    return true;
  hx_error("%s", HX_FAIL_LINE(&error));
  return false;
}

static bool any_found(const hx_choice *choices, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (choices[i].found)
      return true;
  return false;
}

static bool uses_run(const hx_sweep_options *options) {
  for (size_t w = 0; w < options->n_workloads; w++)
    if (options->workloads[w].kind != HX_WORKLOAD_COMMAND)
      return true;
  return false;
}

static int conclude(hx_measure_session *session, const hx_measure_options *options,
                    const hx_sweep_options *sweep_options, const incumbents *before,
                    const hx_sweep_report *report) {
  hx_choice *choices = calloc(report->n_results, sizeof *choices);
  if (!choices) {
    hx_error("out of memory");
    return HX_EXIT_FAILED;
  }
  for (size_t w = 0; w < report->n_results; w++)
    choices[w] = hx_recommend_choose(report, w, before->row[w] ? &before->config[w] : NULL);
  hx_choice joint = hx_recommend_choose_jointly(report, before->has_joint ? &before->joint : NULL);
  int status =
      hx_measure_print(session->cx, &(hx_measure_findings){.report = report,
                                                           .choices = choices,
                                                           .joint = &joint,
                                                           .explain = options->explain,
                                                           .recommends_on = session->topo});
  bool wrong = false;
  for (size_t w = 0; w < report->n_results; w++)
    wrong |= report->results[w].wrong > 0;
  if (report->interrupted) {
    hx_note("interrupted: nothing is recommended yet; the same command goes on from there");
    status = status == HX_EXIT_OK ? HX_EXIT_FAILED : status;
  } else if (wrong) {
    hx_error("nothing is recommended while outputs differ");
  } else if (any_found(choices, report->n_results)) {
    if (!store(session, sweep_options, report, choices, &joint))
      status = HX_EXIT_FAILED;
    else
      hx_note("stored in %s: pvtune best prints it%s", session->folder,
              uses_run(sweep_options) ? ", pvtune run uses it by default" : "");
  }
  free(choices);
  return status;
}

static int tune(hx_measure_session *session, const hx_measure_options *options,
                const hx_measure_workloads *workloads, const hx_sweep_options *sweep_options) {
  pvs_error error = {0};
  int status = HX_EXIT_FAILED;
  incumbents before;
  if (!incumbents_read(session, workloads, &before) ||
      (options->check && check_all(session, workloads, &before, sweep_options, &status))) {
    incumbents_deinit(&before);
    return status;
  }
  hx_sweep_report report;
  hx_measure_progress_start(session, "tuning, second", sweep_options->budget_s);
  bool ok = hx_sweep_run(&session->context, sweep_options, &report, &error);
  hx_measure_progress_stop(session);
  if (ok)
    status = conclude(session, options, sweep_options, &before, &report);
  else
    hx_error("%s", HX_FAIL_LINE(&error));
  hx_sweep_report_deinit(&report);
  incumbents_deinit(&before);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  hx_measure_options *options = storage;
  hx_measure_workloads workloads;
  hx_measure_session session;
  char counts_text[32];
  if (!hx_measure_workloads_parse(options, "builtin:batteries", &workloads))
    return HX_EXIT_USAGE;
  char *describe = hx_command_describe(&hx_cmd_tune, options);
  hx_sweep_options sweep_options = hx_measure_sweep_options(options, "tune", &workloads, describe);
  int status = HX_EXIT_FAILED;
  if (hx_measure_session_look(&session, cx)) {
    choose_grid(session.topo, counts_text, &sweep_options.grid);
    if (!hx_measure_session_try_grid(&session, &sweep_options))
      status = HX_EXIT_USAGE;
    else if (options->dry_run)
      status = hx_measure_print_grid(cx, &session, &sweep_options);
    else if (hx_measure_session_open(&session, options, "tune") &&
             hx_measure_choose_sizes(&session, &workloads))
      status = tune(&session, options, &workloads, &sweep_options);
  }
  hx_measure_session_close(&session);
  free(describe);
  hx_measure_workloads_free(&workloads);
  return status;
}

const hx_command hx_cmd_tune = {
    .name = "tune",
    .summary = "find and remember the fastest way to run on this machine",
    .synopsis = "",
    .description =
        "Measures worker counts, threads and processes, with and without pinning, in rounds of "
        "random order; every run is a fresh process whose outputs are checked against those of the "
        "serial run. Among configurations that are equally fast (within 2 %) the one with the "
        "fewest workers, the simplest executor and the simplest pinning is recommended; what was "
        "recommended before stays as long as it is among them.\n\n"
        "Without a workload a built-in study of battery dispatch is used, sized to a second of "
        "serial work. With several workloads each gets its recommendation, and all of them one "
        "together: the configuration that loses least where it loses most.\n\n"
        "The recommendation is what `pvtune run` uses by default and `pvtune best` prints. Ctrl-C "
        "keeps everything that was measured; the same command goes on from there.",
    .examples = "pvtune tune\n"
                "    this machine, with a built-in study\n"
                "pvtune tune -b BASE -p PROJECT -s STUDY --expect BASE/expected/PROJECT/STUDY\n"
                "    a study of one's own, its outputs checked against known ones\n"
                "pvtune tune --workload cmd:'xz -T+{workers} -kc FILE' --budget 2m\n"
                "    any program that can be told its number of workers\n"
                "pvtune tune --check\n"
                "    is the recommendation still right? a few seconds\n",
    .exit_codes = "3  a run gave other outputs than the serial one, or was not bound as asked\n",
    .options = option_table,
    .options_size = sizeof(hx_measure_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
