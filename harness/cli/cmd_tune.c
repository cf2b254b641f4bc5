/* pvtune tune: find the fastest way to run a workload here, and remember it. */
#include "cli/measure_print.h"
#include "cli/message.h"

#include <stdlib.h>

extern const hx_command hx_cmd_tune;

typedef struct tune_command {
  hx_sweeping_options common;
  bool check;
} tune_command;

static const hx_option option_table[] = {
    {.group = hx_sweeping_group, .offset = offsetof(tune_command, common)},
    HX_OPTION(FLAG, tune_command, check, "check",
              .help = "only replay what is recommended against its runner-up; tune anew if it "
                      "loses"),
    {.group = hx_measuring_group,
     .offset = offsetof(tune_command, common.how),
     .default_text = "30s"},
    {0}};

static void defaults(void *storage) {
  *(tune_command *)storage = (tune_command){.common.how = {.budget_s = 30, .lock = true}};
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
  *status = ok ? hx_measure_print(cx, &tuned, true, NULL) : hx_measure_fail(&error);
  if (ok && *status == HX_EXIT_OK && !tuned.report.interrupted)
    answer = tuned.choices[0].kept ? CHECK_HOLDS : CHECK_LOST;
  if (ok && tuned.report.interrupted)
    *status = HX_EXIT_SIGNAL + hx_measure_interrupted();
  hx_tuned_deinit(&tuned);
  return answer;
}

/* True when everything recommended still holds, or when the check itself failed; then *status says
 * which. False: tune anew. */
static bool check_all(const hx_context *cx, hx_measuring *m, const hx_incumbents *before,
                      const hx_sweep_options *options, int *status) {
  for (size_t w = 0; w < options->n_workloads; w++) {
    const char *key = options->workloads[w].key;
    if (!before->row[w]) {
      hx_note("%s: nothing recommended yet: tuning", key);
      return false;
    }
    switch (check_one(cx, m, w, before, options, status)) {
    case CHECK_FAILED:
      return true;
    case CHECK_LOST:
      hx_note("%s: %s is no longer the best: tuning anew", key, before->row[w]->config);
      return false;
    case CHECK_HOLDS:
      hx_note("%s: %s still holds", key, before->row[w]->config);
      break;
    }
  }
  *status = HX_EXIT_OK;
  return true;
}

/* ---- tuning ---- */

static bool uses_run(const hx_sweep_options *options) {
  for (size_t w = 0; w < options->n_workloads; w++)
    if (options->workloads[w].kind != HX_WORKLOAD_COMMAND)
      return true;
  return false;
}

static int conclude(const hx_context *cx, hx_measuring *m, const tune_command *command,
                    const hx_sweep_options *options, const hx_tuned *tuned) {
  pvs_error error = {0};
  hx_tune_end end;
  int status = hx_measure_print(cx, tuned, command->common.explain, m->session.topo);
  if (!hx_tune_recommend(&m->session.context, options, tuned, &end, &error))
    return hx_measure_fail(&error);
  if (end == HX_TUNE_INTERRUPTED) {
    hx_note("interrupted: nothing is recommended yet; the same command goes on from there");
    status = status == HX_EXIT_OK ? HX_EXIT_SIGNAL + hx_measure_interrupted() : status;
  } else if (end == HX_TUNE_WRONG) {
    hx_error("nothing is recommended while outputs differ");
  } else if (end == HX_TUNE_STORED) {
    hx_note("stored in %s: pvtune best prints it%s", m->session.folder,
            uses_run(options) ? ", pvtune run uses it by default" : "");
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
    status = hx_measure_fail(&error);
  } else if (!command->check || !check_all(cx, m, &before, options, &status)) {
    hx_teller_start(&m->teller, "tuning", options->budget_s);
    bool ok = hx_tune_measure(&m->session.context, options, &before, &tuned, &error);
    hx_teller_stop(&m->teller);
    status = ok ? conclude(cx, m, command, options, &tuned) : hx_measure_fail(&error);
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
  int status = hx_measuring_look(&m, &hx_cmd_tune, storage, &command->common, &options);
  if (status == HX_EXIT_OK) {
    hx_tune_choose_grid(m.session.topo, counts, &options.grid);
    status = hx_measuring_open(&m, cx, &command->common, &options);
  }
  if (status == HX_EXIT_OK && !command->common.dry_run)
    status = tune(cx, &m, command, &options);
  hx_measuring_close(&m);
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
    .exit_codes = "3  a run gave other outputs than the serial one, or was not bound as asked\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(tune_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
