/* pvtune tune: find the fastest way to run a workload here, and remember it. */
#include "cli/measure_print.h"
#include "cli/message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_tune;

typedef struct tune_command {
  hx_sweeping_options common;
  bool check;
} tune_command;

static const hx_option option_table[] = {
    {.group = hx_sweeping_group, .offset = offsetof(tune_command, common)},
    HX_OPTION(FLAG, tune_command, check, "check", .excludes = "dry-run",
              .help = "only compare the recommendation with its runner-up; tune if it is slower, "
                      "or if there is none, with the other options such as --workers"),
    {.group = hx_measuring_group,
     .offset = offsetof(tune_command, common.how),
     .default_text = "120s"},
    {0}};

static void defaults(void *storage) {
  *(tune_command *)storage = (tune_command){
      .common = {.life = {.warm_ups = 1},
                 .how = {.budget_s = 120, .lock = true, .lock_wait_s = HX_LOCK_WAIT_S}}};
}

/* ---- --check ---- */

typedef enum check_answer { CHECK_HOLDS, CHECK_LOST, CHECK_FAILED } check_answer;

static check_answer check_one(const hx_context *cx, hx_measuring *m, size_t w,
                              const hx_incumbents *before, const hx_sweep_options *options,
                              int *status) {
  pvs_error error = {0};
  hx_tuned tuned;
  check_answer answer = CHECK_FAILED;
  hx_teller_start(&m->teller, "check", options->budget_s / (double)options->n_workloads);
  bool ok = hx_tune_check(&m->session.context, options, w, before, &tuned, &error);
  hx_teller_stop(&m->teller);
  *status = ok ? hx_measure_print(cx, &tuned, true, NULL) : hx_command_fail(&error, HX_EXIT_FAILED);
  if (ok && *status == HX_EXIT_OK && !tuned.report.interrupted)
    answer = tuned.choices[0].kept ? CHECK_HOLDS : CHECK_LOST;
  hx_tuned_deinit(&tuned);
  return answer;
}

/* What is best for one objective may not be so for another. */
static bool check_objectives(const hx_incumbents *before, const hx_sweep_options *options) {
  const hx_goal *goal = options->goal;
  const char *wanted = hx_goal_is_time(goal) ? "time" : hx_goal_name(goal, goal->what);
  for (size_t w = 0; w < options->n_workloads; w++) {
    const hx_recommendation_row *row = before->row[w];
    const char *tuned = row && row->objective[0] ? row->objective : "time";
    if (row && strcmp(tuned, wanted) != 0)
      return hx_error("--check: found a recommendation for %s that was tuned for %s, expected %s: "
                      "use --objective %s, or omit --check",
                      options->workloads[w].key, tuned, wanted, tuned);
  }
  return true;
}

/* True when everything recommended still holds, or when the check itself failed; then *status says
 * which. False: tune anew. */
static bool check_all(const hx_context *cx, hx_measuring *m, const hx_incumbents *before,
                      const hx_sweep_options *options, int *status) {
  *status = HX_EXIT_USAGE;
  if (!check_objectives(before, options))
    return true;
  for (size_t w = 0; w < options->n_workloads; w++) {
    const char *key = options->workloads[w].key;
    if (!before->row[w]) {
      hx_note("%s: there is no recommendation yet; tuning", key);
      return false;
    }
    switch (check_one(cx, m, w, before, options, status)) {
    case CHECK_FAILED:
      return true;
    case CHECK_LOST:
      hx_note("%s: %s is no longer the best; tuning again", key, before->row[w]->config);
      return false;
    case CHECK_HOLDS:
      hx_note("%s: %s is still right", key, before->row[w]->config);
      break;
    }
  }
  *status = HX_EXIT_OK;
  return true;
}

/* ---- tuning ---- */

static int conclude(const hx_context *cx, hx_measuring *m, const tune_command *command,
                    const hx_sweep_options *options, const hx_tuned *tuned) {
  pvs_error error = {0};
  hx_tune_end end;
  int status = hx_measure_print(cx, tuned, command->common.explain, m->session.topo);
  if (!hx_tune_recommend(&m->session.context, options, tuned, &end, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  if (end == HX_TUNE_INTERRUPTED) {
    hx_note("interrupted: nothing is recommended yet; the same command resumes");
  } else if (end == HX_TUNE_WRONG) {
    hx_error("nothing is recommended while outputs differ");
  } else if (end == HX_TUNE_STORED) {
    for (size_t w = 0; w < tuned->report.n_results; w++)
      if (tuned->report.results[w].wrong)
        hx_error("%s: nothing is recommended for it while its outputs differ",
                 tuned->report.results[w].workload->key);
    bool commands_only =
        hx_measure_count_commands(options->workloads, options->n_workloads) == options->n_workloads;
    hx_note("stored in %s; pvtune best prints it%s", m->session.folder,
            commands_only ? "" : ", pvtune run uses it by default");
  }
  return status;
}

static int tune(const hx_context *cx, hx_measuring *m, const tune_command *command,
                const hx_sweep_options *options) {
  pvs_error error = {0};
  int status = HX_EXIT_FAILED;
  hx_incumbents before;
  hx_tuned tuned = {.choices = NULL};
  if (!hx_incumbents_read(&m->session.context, options->workloads, options->n_workloads, &before,
                          &error)) {
    status = hx_command_fail(&error, HX_EXIT_FAILED);
  } else if (!command->check || !check_all(cx, m, &before, options, &status)) {
    hx_teller_start(&m->teller, "tuning", options->exhaustive ? INFINITY : options->budget_s);
    bool ok = hx_tune_measure(&m->session.context, options, &before, &tuned, &error);
    hx_teller_stop(&m->teller);
    status =
        ok ? conclude(cx, m, command, options, &tuned) : hx_command_fail(&error, HX_EXIT_FAILED);
  }
  hx_tuned_deinit(&tuned);
  hx_incumbents_deinit(&before);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  tune_command *command = storage;
  hx_measuring m;
  hx_sweep_options options;
  char counts[32];
  int status = hx_measuring_look(&m, cx, &hx_cmd_tune, storage, &command->common, &options);
  if (status == HX_EXIT_OK) {
    if (options.listed)
      hx_tune_choose_grid(m.session.topo, counts, &options.grid);
    status = hx_measuring_open(&m, cx, &command->common, &options);
  }
  if (status == HX_EXIT_OK && !command->common.dry_run)
    status = tune(cx, &m, command, &options);
  return hx_measuring_close(&m, status);
}

const hx_command hx_cmd_tune = {
    .name = "tune",
    .summary = "find and store the fastest way to run a workload here",
    .synopsis = "[-- PROGRAM ARG...]",
    .description =
        "Searches for the fastest configuration of this machine: number of workers, threads "
        "or processes, pin strategy, schedule. The search begins with the worker counts that "
        "`pvtune topo` names, and then tries configurations near the fastest ones. A run "
        "that takes 1.6 times as long as the best one is stopped. At the end the fastest "
        "configurations are run again, several times and in random order, and only these "
        "runs decide. Every run is a fresh process, and its outputs are compared with those "
        "of the serial run.\n\n"
        "Several workers are recommended only if they are shown to be faster than serial; "
        "pinning, or more workers than CPUs, only if it is shown to be faster than the same "
        "configuration without. Of configurations that are equally fast, the one with the "
        "fewest workers is recommended, then the one with the simplest executor, then the "
        "one with the simplest pinning. An earlier recommendation is kept if it is one of "
        "the equally fast ones. With --workers, --rounds or --exhaustive there is no search: "
        "all listed configurations are measured, each at least once, and the same final runs "
        "decide. The printed seconds are those of the best in these runs, and for the others that "
        "time multiplied by their ratio in rounds that both ran in.\n\n"
        "Without a workload a built-in study of battery dispatch is used, large enough for "
        "one second of serial work. With several workloads there is a recommendation for "
        "each of them and one for all together: the configuration whose greatest loss on any "
        "of the workloads is smallest.\n\n"
        "`pvtune run` uses the recommendation by default, and `pvtune best` prints it. After "
        "Ctrl-C all measurements are kept, and the same command "
        "continues.\n\n" HX_COMMAND_WORKLOADS,
    .named_by = "a program is named after --, any other workload by --workload",
    .examples = "pvtune tune\n"
                "    this machine, with a built-in study\n"
                "pvtune tune -b BASE -p PROJECT -s STUDY --expect BASE/expected/PROJECT/STUDY\n"
                "    your own study, with outputs checked against known ones\n"
                "pvtune tune --workload cmd:'xz -T+{workers} -kc FILE' --budget 2m\n"
                "    any program that can be told its number of workers\n"
                "pvtune tune --check\n"
                "    is the recommendation still right? tune only if it is not\n",
    .exit_codes = "3  a run had other outputs than the serial run, or was not bound as requested\n"
                  "5  nothing is shown to be faster than serial, or the budget is too short\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(tune_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
