/* pvtune compare: is B slower than A? */
#include "cli/comparing.h"

#include "cli/message.h"
#include "cli/table.h"
#include "compare/stored.h"

extern const hx_command hx_cmd_compare;

typedef hx_comparing_options compare_command;

static const hx_option option_table[] = {
    {.group = hx_base_group, .offset = offsetof(compare_command, what)},
    {.group = hx_workload_group,
     .offset = offsetof(compare_command, what),
     .default_text = "builtin:batteries"},
    {.group = hx_config_group},
    {.group = hx_comparing_group},
    HX_OPTION(STRING, compare_command, config_b, "config-b", .metavar = "CONFIG",
              .default_text = "as --config",
              .help = "how B runs, to compare two configurations with the same number of workers"),
    {.group = hx_effect_group},
    {.group = hx_evidence_group},
    {.group = hx_measuring_group,
     .offset = offsetof(compare_command, how),
     .default_text = "none: at most 200 runs of each workload (800 at a --margin of 1%); "
                     "with a budget 800"},
    {0}};

static void defaults(void *storage) {
  *(compare_command *)storage = hx_comparing_defaults();
}

/* ---- stored: ---- */

static int print_stored(const hx_comparing *c, const hx_stored stored[2]) {
  hx_stored_answer answer;
  pvs_error error = {0};
  if (!hx_stored_compare(&stored[0], &stored[1], c->options->min_effect, &answer, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  hx_table *t = hx_table_create("stored", NULL);
  hx_table_fact(t, "A", "%s", c->comparison.side[0].text);
  hx_table_fact(t, "B", "%s", c->comparison.side[1].text);
  hx_table_fact(t, "workload", "%s", stored[0].workload);
  hx_table_columns(t, "a_config=A|#a_s=A s|#a_runs=runs|b_config=B|#b_s=B s|#b_runs=runs|"
                      "#change=difference|#p");
  hx_table_row(t);
  for (int s = 0; s < 2; s++) {
    hx_table_text(t, "%s", stored[s].config);
    hx_table_number(t, s ? answer.b_s : answer.a_s, 4);
    hx_table_number(t, (double)stored[s].n, 0);
  }
  hx_table_percent(t, answer.change, true);
  hx_table_number(t, answer.p, 4);
  hx_table_note(t,
                "%s. The runs were made at different times, when the state of the machine may have "
                "differed: this is advice, not a verdict. Measure both sides to be sure.",
                answer.suspicious ? "B looks slower, or has too few runs to tell"
                                  : "B looks no slower");
  int status = hx_command_print(c->cx, t);
  return status == HX_EXIT_OK && answer.suspicious ? HX_EXIT_INCONCLUSIVE : status;
}

static int compare_stored(hx_comparing *c) {
  pvs_error error = {0};
  char config[HX_CONFIG_TEXT];
  hx_stored stored[2] = {{.n = 0}, {.n = 0}};
  const hx_measure_workloads *w = &c->workloads;
  if (w->n > 1)
    return hx_error_exit(HX_EXIT_USAGE,
                         "stored: results can only be compared on one workload at a time");
  c->looked = true;
  if (!hx_measure_session_look_at(&c->session, c->cx->results_dir, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  if (c->how.config)
    hx_config_format(c->how.config, config, sizeof config);
  bool ok = true;
  for (int s = 0; ok && s < 2; s++)
    ok = hx_stored_read(c->comparison.side[s].what, c->session.folder,
                        w->named ? w->items[0].key : NULL, c->how.config ? config : NULL,
                        &stored[s], &error);
  ok = ok && hx_stored_alike(&stored[0], &stored[1], c->options->own_best, &error);
  int status = ok ? print_stored(c, stored) : HX_EXIT_USAGE;
  if (!ok)
    hx_command_fail(&error, HX_EXIT_FAILED);
  hx_stored_deinit(&stored[0]);
  hx_stored_deinit(&stored[1]);
  return status;
}

/* ---- live ---- */

static int compare_live(hx_comparing *c) {
  hx_verdict_summary summary;
  if (c->options->dry_run)
    return hx_comparing_print_costs(c);
  int status = hx_comparing_open(c);
  if (status == HX_EXIT_OK)
    status = hx_comparing_measure(c, &summary);
  if (status != HX_EXIT_OK)
    return status;
  hx_comparing_clean_up(c, &summary);
  status = hx_comparing_print(c->cx, &summary);
  hx_verdict_deinit(&summary);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  hx_comparing c;
  int status = hx_comparing_parse(&c, cx, storage, "compare");
  if (status == HX_EXIT_OK)
    status = hx_comparing_init(&c, cx->args[0], cx->args[1]);
  if (status == HX_EXIT_OK)
    status = c.comparison.side[0].kind == HX_SIDE_STORED ? compare_stored(&c) : compare_live(&c);
  status = hx_comparing_close(&c, status);
  return status;
}

const hx_command hx_cmd_compare = {
    .name = "compare",
    .summary = "is B slower than A? revisions, binaries or commands",
    .synopsis = "A B",
    .min_args = 2,
    .max_args = 2,
    .description =
        "Runs A and B in blocks of four runs, ABBA or BAAB. Every run is a fresh process. If both "
        "sides compute, a run of A and a run of B take turns of 5 to 20 ms on the same CPUs, so "
        "that "
        "disturbances hit both (--interleave). Outputs are compared as well.\n\n"
        "The verdict is SLOWER or FASTER if the difference is certainly more than --min-effect, "
        "and SAME if it is certainly less than --margin. It is looked for after 8, 12, 16, 24, 36 "
        "and 50 blocks, and also after 72, 100, 144 and 200 blocks if --budget allows it or a "
        "--margin below 3% needs it. If the last look shows neither, the verdict is INCONCLUSIVE. "
        "--dry-run says how many runs a margin costs.\n\n"
        "A side is one of\n"
        "  rev:REVISION   a revision of the current git repository, built in\n"
        "                 $XDG_CACHE_HOME/pvtune; of any program with --build CMD\n"
        "  bin:PATH       a pvtune binary\n"
        "  cmd:'COMMAND'  any program\n"
        "  stored:ID      earlier runs: a runs.csv, its folder, or the beginning of a\n"
        "                 sweep's id or of a revision; for advice only\n\n"
        "--setup and --cleanup are run once for each side, in the folder in which the side runs. "
        "With revisions and --build this is its checkout, or the folder --cwd inside it.\n\n"
        "Sides with different machines, allocations, workloads or worker counts are refused. Every "
        "verdict also says how often comparisons call identical programs different: as often as "
        "stored "
        "runs of one side of earlier comparisons on this machine, compared with one another, do.",
    .examples = "pvtune compare rev:v1.0 rev:HEAD\n"
                "    has this branch become slower since v1.0?\n"
                "pvtune compare bin:old/pvtune bin:build/pvtune -b BASE -p PROJECT -s STUDY\n"
                "    two binaries on your own study\n"
                "pvtune compare bin:pvtune bin:pvtune --config threads:2 --config-b processes:2\n"
                "    are processes slower than threads?\n"
                "pvtune compare cmd:'gzip -1 -c FILE' cmd:'gzip -2 -c FILE' --outputs ignore\n"
                "    two commands with different outputs\n"
                "pvtune compare rev:main rev:HEAD --build make --workload cmd:'./prog input'\n"
                "    two revisions of any program\n",
    .exit_codes = "1  nothing was measured\n"
                  "3  the outputs of A and B differ\n"
                  "4  SLOWER, or MORE MEMORY than --max-rss-growth allows\n"
                  "5  INCONCLUSIVE; of stored runs: B looks slower, or has too few runs to tell\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(compare_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
