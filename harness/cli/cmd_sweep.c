/* pvtune sweep: measure a grid of configurations, store every run, print the table and the ties. */
#include "cli/measure_print.h"

#include "base/fail.h"
#include "cli/measure_self_cost.h"

#include <math.h>
#include <stdlib.h>

extern const hx_command hx_cmd_sweep;

static const hx_option option_table[] = {
    HX_MEASURE_OPTIONS,
    {.name = "budget",
     .type = HX_OPT_DURATION,
     .offset = HX_MEASURE_MEMBER(budget_s),
     .metavar = "TIME",
     .default_text = "60s",
     .min = 0.1,
     .max = 1e7,
     .help = "time to spend measuring; shared by the workloads"},
    {.name = "self-cost",
     .type = HX_OPT_FLAG,
     .offset = HX_MEASURE_MEMBER(self_cost),
     .help = "measure what being measured costs instead: a direct run against one inside a sweep"},
    {0}};

static void defaults(void *storage) {
  *(hx_measure_options *)storage = (hx_measure_options){.budget_s = 60, .lock = true};
}

static int sweep(hx_measure_session *session, const hx_measure_options *options,
                 const hx_sweep_options *sweep_options) {
  pvs_error error = {0};
  hx_sweep_report report;
  hx_choice *choices = calloc(sweep_options->n_workloads, sizeof *choices);
  int status = HX_EXIT_FAILED;
  hx_measure_progress_start(session, "sweep, second", sweep_options->budget_s);
  bool ok = choices && hx_sweep_run(&session->context, sweep_options, &report, &error);
  hx_measure_progress_stop(session);
  if (!choices) {
    hx_error("out of memory");
    return status;
  }
  if (!ok) {
    hx_error("%s", HX_FAIL_LINE(&error));
  } else {
    for (size_t w = 0; w < report.n_results; w++)
      choices[w] = hx_recommend_choose(&report, w, NULL);
    hx_choice joint = hx_recommend_choose_jointly(&report, NULL);
    status = hx_measure_print(session->cx, &(hx_measure_findings){.report = &report,
                                                                  .choices = choices,
                                                                  .joint = &joint,
                                                                  .explain = options->explain});
    if (report.interrupted) {
      hx_note("interrupted: what was measured is kept; the same command goes on from there");
      status = status == HX_EXIT_OK ? HX_EXIT_FAILED : status;
    }
    hx_note("stored in %s/runs.csv", session->folder);
  }
  hx_sweep_report_deinit(&report);
  free(choices);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  hx_measure_options *options = storage;
  hx_measure_workloads workloads;
  hx_measure_session session;
  if (!hx_measure_workloads_parse(options, "builtin:batteries", &workloads))
    return HX_EXIT_USAGE;
  char *describe = hx_command_describe(&hx_cmd_sweep, options);
  hx_sweep_options sweep_options = hx_measure_sweep_options(options, "sweep", &workloads, describe);
  int status = HX_EXIT_FAILED;
  if (hx_measure_session_look(&session, cx)) {
    if (!hx_measure_session_try_grid(&session, &sweep_options))
      status = HX_EXIT_USAGE;
    else if (options->dry_run)
      status = hx_measure_print_grid(cx, &session, &sweep_options);
    else if (hx_measure_session_open(&session, options, "sweep") &&
             hx_measure_choose_sizes(&session, &workloads))
      status = options->self_cost ? hx_measure_self_cost(&session, &sweep_options)
                                  : sweep(&session, options, &sweep_options);
  }
  hx_measure_session_close(&session);
  free(describe);
  hx_measure_workloads_free(&workloads);
  return status;
}

const hx_command hx_cmd_sweep = {
    .name = "sweep",
    .summary = "measure how fast each way to run a workload is",
    .synopsis = "",
    .description =
        "Runs a workload with every worker count, executor, pinning and schedule of a grid, in "
        "rounds of random order, each run a fresh process whose outputs are checked against those "
        "of the serial run. Configurations proven slower are dropped (racing); the sweep ends when "
        "all that is left is equally fast, after --rounds, or when the budget is used up. "
        "The seconds printed, with their 95 % interval, are means corrected for what disturbed "
        "whole rounds; --json has the plain medians too.\n\n"
        "Every run is stored in RESULTS/<machine>/runs.csv as it is made. Ctrl-C finishes the run "
        "under way and keeps everything; the same command goes on from there.\n\n"
        "A command is told its workers through {workers}, {processes} and {threads}; its output is "
        "what it prints, or the file or folder that it was given as {output}.",
    .examples = "pvtune sweep -b BASE -p PROJECT -s STUDY --workers 1-4 --pins none,compact\n"
                "    a grid of one's own on a real study\n"
                "pvtune sweep --workload cmd:'xz -T+{workers} -kc FILE'\n"
                "    any program; what it prints is checked\n"
                "pvtune sweep --dry-run\n"
                "    the grid of this machine\n",
    .exit_codes = "3  a run gave other outputs than the serial one, or was not bound as asked\n",
    .options = option_table,
    .options_size = sizeof(hx_measure_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
