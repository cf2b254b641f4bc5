/* pvtune sweep: measure a grid of configurations, store every run, print the table and the ties. */
#include "cli/measure_print.h"
#include "cli/message.h"
#include "tune/self_cost.h"
#include "tune/surface.h"

#include <math.h>
#include <stdlib.h>

extern const hx_command hx_cmd_sweep;

typedef struct sweep_command {
  hx_sweeping_options common;
  bool self_cost;
  const char *export_surface;
} sweep_command;

/* --self-cost measures plain runs of one configuration. */
#define NOT_OF_PLAIN_RUNS                                                                          \
  "setup|prepare|conclude|cleanup|input|cwd|output-filter|ignore-failure|show-output|warmup|"      \
  "outputs|expect|objective|metric|maximize|limit|max-rss|param|env|where|rounds|exhaustive|"      \
  "fresh|explain|dry-run|export-surface|timeout|note"

static const hx_option option_table[] = {
    {.group = hx_sweeping_group, .offset = offsetof(sweep_command, common)},
    HX_OPTION(
        FLAG, sweep_command, self_cost, "self-cost", .excludes = NOT_OF_PLAIN_RUNS,
        .help =
            "measure the overhead of measuring instead, by comparing direct runs with runs in a "
            "sweep, serially unless --workers names a count"),
    HX_OPTION(STRING, sweep_command, export_surface, "export-surface", .metavar = "FILE",
              .flags = HX_OPT_WRITES,
              .help =
                  "also write the measured times as a response surface (CSV), unless the sweep is "
                  "interrupted"),
    {.group = hx_measuring_group,
     .offset = offsetof(sweep_command, common.how),
     .default_text = "60s"},
    {0}};

static void defaults(void *storage) {
  *(sweep_command *)storage = (sweep_command){
      .common = {.life = {.warm_ups = 1},
                 .how = {.budget_s = 60, .lock = true, .lock_wait_s = HX_LOCK_WAIT_S}}};
}

/* What chooses among configurations with several workers, of which --self-cost has none without
 * --workers; NULL: nothing that is given. */
static const char *idle_for_serial(const hx_sweeping_options *o) {
  return o->executors   ? "executors"
         : o->pins      ? "pins"
         : o->schedules ? "schedules"
         : o->chunk     ? "chunk"
                        : NULL;
}

static int print_self_cost(const hx_context *cx, const hx_workload *workload,
                           const hx_config *config, const hx_self_cost *found) {
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  hx_table *t = hx_table_create("self_cost", NULL);
  hx_table_fact(t, "workload", "%s", workload->key);
  hx_table_fact(t, "config", "%s", text);
  hx_table_columns(t, "#blocks=ABBA blocks|#direct_s=direct s|#cost_ms=cost ms|#lower_ms=from|"
                      "#upper_ms=to|#cost_percent=cost %");
  hx_table_line(t, HX_N(found->blocks, 0), HX_N(found->direct_s, 4), HX_N(1e3 * found->cost_s, 3),
                HX_N(1e3 * found->lower_s, 3), HX_N(1e3 * found->upper_s, 3),
                HX_N(100 * found->cost_s / found->direct_s, 2));
  hx_table_note(t, "cost: how much longer a run takes inside a sweep than started directly "
                   "(median of differences, 95 %% interval)");
  return hx_command_print(cx, t);
}

/* Serially unless --workers names a count. */
static int self_cost(const hx_context *cx, hx_measuring *m, const hx_sweep_options *options) {
  hx_grid grid;
  hx_self_cost found;
  pvs_error error = {0};
  if (!hx_sweep_grid(m->session.topo, options, 0, &grid, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  hx_config config = grid.config[options->grid.workers && grid.n > 1 ? 1 : 0];
  hx_grid_deinit(&grid);
  hx_teller_start(&m->teller, "self-cost", options->budget_s);
  bool ok = hx_self_cost_measure(&m->session, &options->workloads[0], &config, options->budget_s,
                                 &found, &error);
  hx_teller_stop(&m->teller);
  return ok ? print_self_cost(cx, &options->workloads[0], &config, &found)
            : hx_command_fail(&error, HX_EXIT_FAILED);
}

static int sweep(const hx_context *cx, hx_measuring *m, const sweep_command *command,
                 const hx_sweep_options *options) {
  pvs_error error = {0};
  hx_tuned tuned;
  int status;
  hx_teller_start(&m->teller, "sweeping", options->exhaustive ? INFINITY : options->budget_s);
  bool ok = hx_tune_measure(&m->session.context, options, NULL, &tuned, &error);
  hx_teller_stop(&m->teller);
  if (ok) {
    status = hx_measure_print(cx, &tuned, command->common.explain, NULL);
    if (tuned.report.interrupted)
      hx_note("interrupted: everything measured is kept, and the same command resumes");
    if (command->export_surface && !tuned.report.interrupted &&
        !hx_surface_export(&tuned.report, m->session.topo, command->export_surface, &error))
      status = hx_command_fail(&error, HX_EXIT_FAILED);
    hx_note("stored in %s/runs.csv", m->session.folder);
  } else {
    status = hx_command_fail(&error, HX_EXIT_FAILED);
  }
  hx_tuned_deinit(&tuned);
  return status;
}

/* A minute of measuring is too long to learn of a typo. */
static int check_surface(const char *path) {
  pvs_error error = {0};
  if (!hx_table_file_check("--export-surface", path, &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  hx_table_file_begin(path);
  return HX_EXIT_OK;
}

static int run(const hx_context *cx, void *storage) {
  sweep_command *command = storage;
  hx_measuring m;
  hx_sweep_options options;
  int status = hx_measuring_look(&m, cx, &hx_cmd_sweep, storage, &command->common, &options);
  if (status == HX_EXIT_OK && command->self_cost && options.n_workloads > 1)
    status = hx_error_exit(HX_EXIT_USAGE, "--self-cost: found %zu workloads, expected one",
                           options.n_workloads);
  if (status == HX_EXIT_OK && command->self_cost && !command->common.workers &&
      idle_for_serial(&command->common))
    status = hx_error_exit(HX_EXIT_USAGE,
                           "--%s has no effect with --self-cost, which measures serial runs unless "
                           "--workers names a count: omit it, or add --workers",
                           idle_for_serial(&command->common));
  if (status == HX_EXIT_OK && command->export_surface && !command->common.dry_run)
    status = check_surface(command->export_surface);
  if (status == HX_EXIT_OK)
    status = hx_measuring_open(&m, cx, &command->common, &options);
  if (status == HX_EXIT_OK && !command->common.dry_run)
    status = command->self_cost ? self_cost(cx, &m, &options) : sweep(cx, &m, command, &options);
  return hx_measuring_close(&m, status);
}

const hx_command hx_cmd_sweep = {
    .name = "sweep",
    .summary = "measure how fast each configuration runs a workload",
    .synopsis = "[-- PROGRAM ARG...]",
    .description =
        "With --workers, --rounds or --exhaustive, a workload is run with all combinations "
        "of the listed worker counts, executors, pin strategies and schedules, each at least "
        "once and in random order. Those near the best are run again. Then the best ones are "
        "run in rounds, and these runs decide. With --exhaustive every configuration is run "
        "in every round, and no run is stopped early.\n\n"
        "The printed seconds of the best are those of these last runs. The others have that time "
        "multiplied by their ratio in rounds that both ran in, with the 95 % interval of that "
        "ratio: so they agree with the result although the machine's speed changes.\n\n"
        "Without these options the best configuration is searched for as by `pvtune tune`, "
        "but nothing is recommended.\n\n"
        "Every run is a fresh process, and its outputs are compared with those of the serial "
        "run. Every run is stored in RESULTS/<machine>/runs.csv at once. After Ctrl-C the "
        "current run is finished, all measurements are kept, and the same command continues."
        "\n\n" HX_COMMAND_WORKLOADS,
    .named_by = "a program is named after --, any other workload by --workload",
    .examples = "pvtune sweep -b BASE -p PROJECT -s STUDY --workers 1-4 --pins none,compact\n"
                "    chosen configurations on a real study\n"
                "pvtune sweep --workload cmd:'xz -T+{workers} -kc FILE'\n"
                "    any program; its printed output is checked\n"
                "pvtune sweep --dry-run\n"
                "    the configurations for this machine\n",
    .exit_codes = "3  a run had other outputs than the serial run, or was not bound as requested\n"
                  "5  nothing is shown to be faster than serial, or the budget is too short\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(sweep_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
