/* pvtune compare: is B slower than A? */
#include "cli/versus.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cli/table.h"
#include "compare/stored.h"

#include <math.h>
#include <string.h>

extern const hx_command hx_cmd_compare;

typedef struct compare_options {
  hx_versus_options versus;
} compare_options;

static const hx_option option_table[] = {
    HX_VERSUS_WORKLOAD_ROWS(compare_options, versus, "base", "builtin:batteries"),
    {.name = "config-b",
     .type = HX_OPT_STRING,
     .offset = HX_VERSUS_AT(compare_options, versus, config_b),
     .metavar = "KEY",
     .default_text = "as --config",
     .help = "how B runs, when that is what is compared; the same number of workers"},
    HX_VERSUS_EFFECT_ROWS(compare_options, versus),
    HX_VERSUS_EVIDENCE_ROWS(compare_options, versus),
    HX_VERSUS_MEASURE_ROWS(compare_options, versus,
                           "none: at most 200 runs a workload, with a budget 800"),
    {0}};

static void defaults(void *storage) {
  *(compare_options *)storage = (compare_options){.versus = hx_versus_defaults()};
}

/* ---- stored: ---- */

static const char *only_workload(const hx_versus *v, int *status) {
  if (v->workloads.n <= 1)
    return v->workloads.n ? v->workloads.items[0].key : NULL;
  hx_error("stored: results are compared on one workload at a time");
  *status = HX_EXIT_USAGE;
  return NULL;
}

static int print_stored(const hx_context *cx, const hx_versus *v, const hx_stored stored[2]) {
  hx_stored_answer answer = hx_stored_compare(&stored[0], &stored[1], v->options->min_effect);
  hx_table *t = hx_table_create("stored", NULL);
  hx_table_fact(t, "A", "%s", v->side[0].text);
  hx_table_fact(t, "B", "%s", v->side[1].text);
  hx_table_fact(t, "workload", "%s", stored[0].workload);
  hx_table_column(t, "a_config", "A", HX_COL_TEXT);
  hx_table_column(t, "a_s", "A s", HX_COL_NUMBER);
  hx_table_column(t, "a_runs", "runs", HX_COL_NUMBER);
  hx_table_column(t, "b_config", "B", HX_COL_TEXT);
  hx_table_column(t, "b_s", "B s", HX_COL_NUMBER);
  hx_table_column(t, "b_runs", "runs", HX_COL_NUMBER);
  hx_table_column(t, "change", "difference", HX_COL_NUMBER);
  hx_table_column(t, "p", NULL, HX_COL_NUMBER);
  hx_table_row(t);
  for (int s = 0; s < 2; s++) {
    hx_table_text(t, "%s", stored[s].config);
    hx_table_number(t, s ? answer.b_s : answer.a_s, 4);
    hx_table_number(t, (double)stored[s].n, 0);
  }
  hx_table_number_as(t, answer.change, "%+.1f %%", 100 * answer.change);
  hx_table_number(t, answer.p, 4);
  hx_table_note(t,
                "%s. They were measured at different times, when the machine may have been "
                "another: advice, not a verdict; measure both sides to be sure.",
                answer.suspicious ? "B looks slower, or has too few runs to say"
                                  : "B looks no "
                                    "slower");
  int status = hx_command_print(cx, &t, 1);
  hx_table_destroy(t);
  return status == HX_EXIT_OK && answer.suspicious ? HX_EXIT_INCONCLUSIVE : status;
}

static int compare_stored(const hx_context *cx, hx_versus *v) {
  pvs_error error = {0};
  char folder[PATH_MAX], config[HX_CONFIG_TEXT];
  hx_config parsed;
  hx_stored stored[2] = {{.n = 0}, {.n = 0}};
  int status = HX_EXIT_OK;
  const char *workload = only_workload(v, &status);
  v->opened = true;
  if (status != HX_EXIT_OK || !hx_measure_session_look(&v->session, cx))
    return status != HX_EXIT_OK ? status : HX_EXIT_FAILED;
  bool ok = hx_store_folder(cx->results_dir, v->session.env.identity.machine, false, folder,
                            sizeof folder, &error);
  bool any_config = !v->options->config;
  ok = ok && (any_config || hx_config_parse(v->options->config, &parsed, &error));
  if (ok && !any_config)
    hx_config_format(&parsed, config, sizeof config);
  for (int s = 0; ok && s < 2; s++)
    ok = hx_stored_read(v->side[s].what, folder, workload, any_config ? NULL : config, &stored[s],
                        &error);
  ok = ok && hx_stored_alike(&stored[0], &stored[1], v->options->own_best, &error);
  if (ok)
    status = print_stored(cx, v, stored);
  else
    hx_error("%s", HX_FAIL_LINE(&error));
  hx_stored_deinit(&stored[0]);
  hx_stored_deinit(&stored[1]);
  return ok ? status : HX_EXIT_USAGE;
}

/* ---- live ---- */

static int compare_live(const hx_context *cx, hx_versus *v) {
  hx_verdict_summary summary;
  if (!hx_versus_open(v) || !hx_versus_measure(v, &summary))
    return v->status;
  int status = hx_versus_print(cx, &summary);
  hx_versus_free(&summary);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  const compare_options *options = storage;
  hx_versus v;
  int status = HX_EXIT_USAGE;
  if (!hx_versus_init(&v, cx, &options->versus, "compare", cx->args[0], cx->args[1]))
    status = v.status;
  else if (v.side[0].kind == HX_SIDE_STORED)
    status = compare_stored(cx, &v);
  else
    status = compare_live(cx, &v);
  hx_versus_close(&v);
  return status;
}

const hx_command hx_cmd_compare = {
    .name = "compare",
    .summary = "is B slower than A? two revisions, binaries or commands",
    .synopsis = "A B",
    .min_args = 2,
    .max_args = 2,
    .description =
        "Runs A and B in blocks, ABBA or BAAB, every run a fresh process. Two runs that compute, "
        "one of each side, go at the same time on the same CPUs and take turns of 5 ms: a "
        "disturbance hits both (--interleave). Looks at the differences within blocks after 8, 12, "
        "16, 24, 36 and 50 of them, with a --budget that holds so many also after 72, 100, 144 and "
        "200: SLOWER and FASTER when the difference is surely more than --min-effect, SAME when "
        "it is surely less than --margin, INCONCLUSIVE when the last look does not tell. Outputs "
        "are compared too.\n\n"
        "A side is one of\n"
        "  rev:REVISION   of the git repository around the current folder, built\n"
        "                 under $XDG_CACHE_HOME/pvtune; with --build CMD any program\n"
        "  bin:PATH       a pvtune\n"
        "  cmd:'COMMAND'  any program\n"
        "  stored:ID      runs measured before: a runs.csv, its folder, the beginning\n"
        "                 of a sweep's id or of a revision; advice only\n\n"
        "Things that are unlike in machine, allocation, workload or worker count are refused. "
        "Differences between runs of the same side are kept: every verdict says how often this "
        "machine calls identical things different.",
    .examples = "pvtune compare rev:v1.0 rev:HEAD\n"
                "    has the working branch become slower since v1.0?\n"
                "pvtune compare bin:old/pvtune bin:build/pvtune -b BASE -p PROJECT -s STUDY\n"
                "    two binaries on a study of one's own\n"
                "pvtune compare bin:pvtune bin:pvtune --config threads:2 --config-b processes:2\n"
                "    are processes slower than threads?\n"
                "pvtune compare cmd:'gzip -1 -c FILE' cmd:'gzip -2 -c FILE' --outputs ignore\n"
                "    two commands whose outputs are not meant to be the same\n"
                "pvtune compare rev:main rev:HEAD --build make --workload cmd:'./prog input'\n"
                "    two revisions of any program\n",
    .exit_codes = "1  nothing was measured\n"
                  "3  the outputs of A and B differ\n"
                  "4  SLOWER\n"
                  "5  INCONCLUSIVE\n",
    .options = option_table,
    .options_size = sizeof(compare_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
