#include "cli/comparing.h"

#include "base/fail.h"
#include "cli/message.h"
#include "cli/options.h"
#include "compare/instructions.h"
#include "measure/tool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_comparing_options, MEMBER, __VA_ARGS__)

const hx_option hx_config_group[] = {
    ROW(STRING, config, "config", .metavar = "CONFIG", .default_text = "serial",
        .help = "configuration of both sides, such as serial, threads:4 or threads:4/pin=compact"),
    {0}};

const hx_option hx_comparing_group[] = {
    ROW(STRING, build, "build", .metavar = "CMD", .default_text = "pvtune's own",
        .help =
            "shell command that builds a revision of any program; it is run in a clean checkout"),
    ROW(LIST, build_env, "build-env", .metavar = "NAME",
        .help = "environment variable that the build depends on, besides the usual ones (CC, "
                "CFLAGS, RUSTFLAGS, ...); NAME* stands for all that begin with NAME"),
    ROW(CHOICE, interleave, "interleave", .metavar = "WHEN", .default_text = "auto",
        .choices = "auto|never|always",
        .help = "let a run of A and a run of B take turns of 5 to 20 ms, so that disturbances hit "
                "both; auto: do so if both compute and have about as many processes and threads"),
    {.group = hx_around_group, .offset = offsetof(hx_comparing_options, life)},
    ROW(INT, life.warm_ups, "warmup", .metavar = "N", .default_text = "1", .min = 1, .max = 1000,
        .help = "runs of each side before the first that counts"),
    {0}};

const hx_option hx_effect_group[] = {
    ROW(PERCENT, margin, "margin", .metavar = "PERCENT", .default_text = "3%", .min = 0.001,
        .max = 1, .help = "SAME means that the difference is less than this"),
    ROW(LIST, margins, "margin-of", .metavar = "W=PERCENT",
        .help = "another margin for one of the workloads, such as 'cmd:./parse big.txt=10%'"),
    ROW(PERCENT, min_effect, "min-effect", .metavar = "PERCENT", .default_text = "0.5%", .min = 0,
        .max = 1, .help = "SLOWER and FASTER mean that the difference is more than this"),
    {0}};

const hx_option hx_evidence_group[] = {
    ROW(PERCENT, max_rss_growth, "max-rss-growth", .metavar = "PERCENT", .default_text = "no limit",
        .min = 0, .max = 100,
        .help = "fail when B's peak memory exceeds A's by more than this in three quarters of the "
                "runs"),
    ROW(CHOICE, outputs, "outputs", .metavar = "HOW", .default_text = "check",
        .choices = "check|ignore",
        .help = "check: A and B must give the same outputs; ignore: a difference is only reported"),
    ROW(FLAG, own_best, "own-best", .excludes = "config",
        .help = "run each side in the configuration that pvtune tune recommended for it"),
    ROW(FLAG, dry_run, "dry-run",
        .help =
            "build and run nothing; print how many runs each margin needs and what it can detect"),
    ROW(CHOICE, decide_by, "decide-by", .metavar = "WHAT", .default_text = "time",
        .choices = "time|instructions",
        .help = "instructions: count instructions in two runs of each side, which must agree "
                "within 0.01%; waiting, slow memory and parallelism do not show in them"),
    ROW(FLAG, instructions, "instructions",
        .help = "also count instructions, which other jobs on the machine do not affect"),
    {0}};

hx_comparing_options hx_comparing_defaults(void) {
  hx_compare_options rule = hx_compare_defaults();
  return (hx_comparing_options){
      .how = {.budget_s = INFINITY, .lock = true, .lock_wait_s = HX_LOCK_WAIT_S},
      .life = {.warm_ups = 1},
      .min_effect = rule.min_effect,
      .margin = rule.margin,
      .max_rss_growth = INFINITY};
}

/* ---- the way to an open comparison ---- */

/* Says what failed, with the last words of a build, and keeps it for reports, which have its log. */
static int tell(hx_comparing *c, const pvs_error *error) {
  char said[HX_TOOL_LAST_WORDS];
  c->failure = *error;
  return hx_error_exit(HX_EXIT_FAILED, "%s%s", HX_FAIL_LINE(error),
                       hx_tool_last_words(c->comparison.failed_log, said, sizeof said));
}

static int refuse(hx_comparing *c, const pvs_error *error) {
  tell(c, error);
  return HX_EXIT_USAGE;
}

static bool parse_config(const char *text, hx_config *config, const hx_config **out,
                         pvs_error *error) {
  if (!text)
    return true;
  *out = config;
  return hx_config_parse(text, config, error);
}

/* "W=PERCENT"; the workload's own text may hold '=' as well. */
static bool take_margin(hx_comparing *c, const char *text, pvs_error *error) {
  static const hx_option percent = {
      .name = "margin-of", .type = HX_OPT_PERCENT, .min = 0.001, .max = 1};
  const char *last = strrchr(text, '=');
  size_t i = 0, length = last ? (size_t)(last - text) : 0;
  while (i < c->workloads.n && (strncmp(c->workloads.items[i].key, text, length) != 0 ||
                                c->workloads.items[i].key[length] != '\0'))
    i++;
  if (!last || i == c->workloads.n)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--margin-of: found '%s', expected one of the --workload texts, '=' and a "
                   "percentage",
                   text);
  return hx_option_set_value(&percent, &c->margins[i], last + 1, error);
}

static bool parse_margins(hx_comparing *c, pvs_error *error) {
  bool ok = true;
  if (!c->options->margins.count)
    return true;
  c->margins = calloc(c->workloads.n + 1, sizeof *c->margins);
  if (!c->margins)
    return hx_fail_memory(error);
  for (size_t i = 0; i < c->workloads.n; i++)
    c->margins[i] = (double)NAN;
  for (size_t i = 0; ok && i < c->options->margins.count; i++)
    ok = take_margin(c, c->options->margins.items[i], error);
  c->how.margins = c->margins;
  return ok;
}

/* Two counts of each side are no measurement of memory, and take no turns. */
static bool check_instructions(const hx_comparing_options *o, pvs_error *error) {
  const char *idle = isfinite(o->max_rss_growth)                ? "--max-rss-growth"
                     : o->interleave != HX_DUET_INTERLEAVE_AUTO ? "--interleave"
                                                                : NULL;
  return o->decide_by != HX_DECIDE_BY_INSTRUCTIONS || !idle ||
         hx_fail(error, PVS_BAD_VALUE,
                 "%s has no effect with --decide-by instructions: omit one of them", idle);
}

int hx_comparing_parse(hx_comparing *c, const hx_context *cx, const hx_comparing_options *o,
                       const char *command) {
  pvs_error error = {0};
  *c = (hx_comparing){.cx = cx, .options = o};
  hx_teller_init(&c->teller);
  c->how = (hx_comparison_options){.command = command,
                                   .build = o->build,
                                   .build_variables = o->build_env.items,
                                   .n_build_variables = o->build_env.count,
                                   .min_effect = o->min_effect,
                                   .margin = o->margin,
                                   .max_rss_growth = o->max_rss_growth,
                                   .budget_s = o->how.budget_s,
                                   .timeout_s =
                                       o->how.timeout_s > 0 ? o->how.timeout_s : (double)INFINITY,
                                   .life = &c->life,
                                   .warm_ups = (int)o->life.warm_ups,
                                   .blocks = (int)o->blocks,
                                   .interleave = (hx_duet_interleave)o->interleave,
                                   .ignore_outputs = o->outputs == HX_OUTPUTS_IGNORE,
                                   .own_best = o->own_best,
                                   .instructions = o->instructions,
                                   .by_instructions = o->decide_by == HX_DECIDE_BY_INSTRUCTIONS,
                                   .note = o->how.note};
  hx_config known = hx_config_serial();
  if (!parse_config(o->config, &c->config, &c->how.config, &error) ||
      !parse_config(o->config_b, &c->config_b, &c->how.config_b, &error))
    return refuse(c, &error);
  if (c->how.config)
    known = c->config;
  if (!hx_measure_workloads_parse(cx, &o->what, &known, "builtin:batteries", &c->workloads))
    return HX_EXIT_USAGE;
  return parse_margins(c, &error) && check_instructions(o, &error) ? HX_EXIT_OK : refuse(c, &error);
}

bool hx_comparing_check_revisions(const hx_comparing *c, pvs_error *error) {
  const char *folder = c->options->life.life.folder, *build = c->options->build;
  if (!build && hx_measure_count_commands(c->workloads.items, c->workloads.n) > 0)
    return hx_fail(
        error, PVS_BAD_VALUE,
        "a cmd: workload runs in the folder of each revision: say with --build how it is "
        "built there ('true' if there is nothing to build)");
  /* The checkout is not there yet. */
  return !folder || (build && folder[0] != '/' && !strstr(folder, "..")) ||
         hx_fail(error, PVS_BAD_VALUE,
                 "--cwd %s: with revisions and --build this is a folder inside of each checkout",
                 folder);
}

static bool check_life(const hx_comparing *c, pvs_error *error) {
  hx_side_kind kind = c->comparison.side[0].kind;
  hx_life_options options = c->options->life;
  hx_run_life life;
  bool commands =
      kind == HX_SIDE_COMMAND || hx_measure_count_commands(c->workloads.items, c->workloads.n) > 0;
  const char *idle = !hx_life_is_plain(&options) ? "--prepare and other commands around runs"
                     : isfinite(c->options->max_rss_growth) ? "--max-rss-growth"
                     : c->how.by_instructions               ? "--decide-by"
                     : c->how.instructions                  ? "--instructions"
                                                            : NULL;
  if (c->options->build_env.count && kind != HX_SIDE_REVISION &&
      c->comparison.side[1].kind != HX_SIDE_REVISION)
    return hx_fail(error, PVS_BAD_VALUE, "--build-env is for rev: sides, but there is none");
  if (kind == HX_SIDE_STORED && idle)
    return hx_fail(error, PVS_BAD_VALUE, "stored: results were measured earlier: omit %s", idle);
  if (kind == HX_SIDE_REVISION) {
    if (!hx_comparing_check_revisions(c, error))
      return false;
    options.life.folder = NULL;
  }
  return hx_life_take(&options, commands, &c->comparison.config[0], false, &life, error);
}

/* Both sides have the same placeholders. */
static void warn_about_workers(const hx_comparing *c) {
  if (hx_config_workers(&c->comparison.config[0]) == 1)
    return;
  if (c->comparison.side[0].kind == HX_SIDE_COMMAND)
    hx_measure_warn_about_placeholders(&c->comparison.side_workload[0]);
  for (size_t i = 0; i < c->workloads.n; i++)
    hx_measure_warn_about_placeholders(&c->workloads.items[i]);
}

int hx_comparing_init(hx_comparing *c, const char *a, const char *b) {
  pvs_error error = {0};
  c->how.workloads = c->workloads.items;
  c->how.n_workloads = c->workloads.n;
  c->how.named = c->workloads.named;
  c->life = c->options->life.life;
  if (!hx_comparison_init(&c->comparison, &c->how, a, b, &error) || !check_life(c, &error))
    return refuse(c, &error);
  warn_about_workers(c);
  return HX_EXIT_OK;
}

static bool export_rounds(hx_comparing *c) {
  hx_teller_export(&c->teller, c->cx, c->session.folder);
  return true;
}

int hx_comparing_open(hx_comparing *c) {
  pvs_error error = {0};
  const hx_measuring_options *how = &c->options->how;
  hx_measure_request request = hx_measure_request_of(c->cx, c->how.command, how, &c->teller);
  c->looked = true;
  hx_command_begin_exports(c->cx);
  bool opened = hx_measure_session_look(&c->session, &error) &&
                hx_measure_session_open(&c->session, &request, &error);
  if (opened && export_rounds(c) && hx_comparison_open(&c->comparison, &c->session, &error))
    return HX_EXIT_OK;
  bool misused =
      error.code == PVS_BAD_VALUE || (!opened && hx_command_exit_of(&error) == HX_EXIT_USAGE);
  int status = misused ? refuse(c, &error) : tell(c, &error);
  return hx_measure_exit(status);
}

int hx_comparing_measure(hx_comparing *c, hx_verdict_summary *summary) {
  pvs_error error = {0};
  hx_teller_start(&c->teller, "comparing", c->how.budget_s);
  bool ok = hx_comparison_measure(&c->comparison, summary, &error);
  hx_teller_stop(&c->teller);
  return ok ? HX_EXIT_OK : tell(c, &error);
}

void hx_comparing_clean_up(hx_comparing *c, hx_verdict_summary *summary) {
  pvs_error error = {0};
  bool complete = true;
  if (!hx_comparison_clean_up(&c->comparison, &error)) {
    summary->status = hx_command_fail(&error, hx_command_exit_after(summary->status));
    pvs_error_text(&error, summary->afterwards, sizeof summary->afterwards);
  }
  for (size_t i = 0; i < summary->n; i++)
    complete = complete && summary->lines[i].fate != HX_FATE_INTERRUPTED &&
               summary->lines[i].fate != HX_FATE_BROKEN;
  if (hx_measure_interrupted() && complete && !summary->afterwards[0])
    snprintf(summary->afterwards, sizeof summary->afterwards, "Interrupted after the measurement");
  /* What is worse than an interruption stays the reports' headline. */
  if (summary->status != HX_EXIT_DIFFERENT && summary->status != HX_EXIT_SLOWER)
    summary->status = hx_measure_exit(summary->status);
}

int hx_comparing_close(hx_comparing *c, int status) {
  pvs_error error = {0};
  if (!hx_comparison_close(&c->comparison, &error)) {
    status = hx_command_fail(&error, hx_command_exit_after(status));
  }
  if (c->looked)
    hx_measure_session_close(&c->session);
  hx_measure_workloads_free(&c->workloads);
  free(c->margins);
  return hx_measure_exit(status);
}

/* ---- what was found ---- */

static double if_so(bool condition, double value) {
  return condition ? value : (double)NAN;
}

static void add_line(hx_table *t, const hx_verdict_line *line) {
  const hx_compare_result *r = &line->duet.compare;
  bool measured = line->measured;
  hx_table_line(
      t, HX_T(line->workload), HX_T(line->a_config), HX_T(line->b_config), HX_N(line->duet.a_s, 4),
      HX_N(line->duet.b_s, 4), HX_N(r->runs, 0), HX_P(if_so(measured, r->change), true),
      HX_P(if_so(measured && r->lower > -1, r->lower), true), HX_P(if_so(measured, r->upper), true),
      HX_T(hx_verdict_word(line)), HX_P(if_so(measured, line->duet.noise), false),
      HX_P(if_so(measured, r->detectable), false), HX_T(hx_duet_outputs_name(line->duet.outputs)),
      HX_N(if_so(measured, r->p_slower), 4), HX_N(if_so(measured, r->p_faster), 4),
      HX_N(line->instructions[0], 0), HX_N(line->instructions[1], 0));
}

static void add_notes_of(hx_table *t, const hx_verdict_summary *summary, size_t i) {
  char text[1024];
  const hx_verdict_line *line = &summary->lines[i];
  const hx_duet_result *duet = &line->duet;
  const char *prefix = summary->n > 1 ? line->workload : "", *colon = summary->n > 1 ? ": " : "";
  if (!duet->failed) /* why it failed is an error, on stderr */
    hx_table_note(t, "%s%s%s.", prefix, colon, hx_verdict_sentence(summary, i, text, sizeof text));
  if (line->verdict == HX_COMPARE_INCONCLUSIVE && duet->compare.blocks < HX_COMPARE_MAX_BLOCKS &&
      duet->compare.blocks >= HX_COMPARE_USUAL_BLOCKS)
    hx_table_note(t, "%s%sMore runs may give a verdict: a longer --budget allows up to %d.", prefix,
                  colon, 4 * HX_COMPARE_MAX_BLOCKS);
  if (duet->outputs == HX_DUET_OUTPUTS_CLOSE)
    hx_table_note(
        t, "%s%soutputs are not the same bytes, but agree within the tolerance of pvtune validate.",
        prefix, colon);
  if (duet->outputs >= HX_DUET_OUTPUTS_DIFFER && summary->ignore_outputs)
    hx_table_note(t, "%s%s%s (ignored).", prefix, colon, duet->reason);
  const double *count = line->instructions;
  if (isfinite(count[0]) && isfinite(count[1]))
    hx_table_note(t, "%s%sinstructions: %+.0f of %.0f, %+.4f %% (%s).", prefix, colon,
                  count[1] - count[0], count[0], 100 * (count[1] / count[0] - 1),
                  line->instructions_note);
  else if (line->instructions_note[0] && !duet->failed)
    hx_table_note(t, "%s%s%s.", prefix, colon, line->instructions_note);
  if (line->by_instructions && line->measured)
    hx_table_note(t, "%s%sthey decided; %s.", prefix, colon, hx_instructions_blind);
  if (duet->turn_s > 0)
    hx_table_note(t, "%s%sruns of A and B took turns of %.0f ms on the same CPUs.", prefix, colon,
                  1e3 * duet->turn_s);
  if (duet->unlike)
    hx_table_note(t,
                  "%s%sruns of A and B followed one another: they have different numbers of "
                  "processes or threads, so turns would cost one more than the other.",
                  prefix, colon);
  if (duet->left_group)
    hx_table_note(t,
                  "%s%sruns of A and B followed one another: a program has processes in other "
                  "process groups, and these cannot be stopped for turns.",
                  prefix, colon);
  if (hx_interference_sentence(&duet->interference, text, sizeof text)[0])
    hx_table_note(t, "%s%s%s.", prefix, colon, text);
}

static void add_side(hx_table *t, const char *key, const hx_verdict_side *side) {
  if (side->revision[0])
    hx_table_fact(t, key, "%s (%s)", side->text, side->revision);
  else
    hx_table_fact(t, key, "%s", side->text);
}

int hx_comparing_print(const hx_context *cx, const hx_verdict_summary *summary) {
  bool instructions = false;
  char text[1024];
  for (size_t i = 0; i < summary->n; i++)
    instructions = instructions || isfinite(summary->lines[i].instructions[0]);
  hx_table *t = hx_table_create("comparison", NULL);
  hx_table_measurement(t, summary->duet);
  add_side(t, "A", &summary->a);
  add_side(t, "B", &summary->b);
  hx_table_columns(t, "workload=workload|a_config|b_config|#a_s=A s|#b_s=B s|#runs=runs|"
                      "#change=difference|#lower=from|#upper=to|!verdict=verdict|#noise=noise|"
                      "#detectable=detects|outputs|#p_slower|#p_faster");
  hx_table_columns(t, instructions ? "#a_instructions=A instructions|#b_instructions=B instructions"
                                   : "#a_instructions|#b_instructions");
  for (size_t i = 0; i < summary->n; i++)
    add_line(t, &summary->lines[i]);
  for (size_t i = 0; i < summary->n; i++)
    add_notes_of(t, summary, i);
  if (summary->afterwards[0])
    hx_table_note(t, "%s.", summary->afterwards);
  hx_table_note(t, "%s.", hx_verdict_alarms(&summary->alarms, text, sizeof text));
  int status = hx_command_print(cx, t);
  for (size_t i = 0; i < summary->n; i++)
    if (summary->lines[i].duet.failed)
      hx_error("%s", hx_verdict_reason(&summary->lines[i], text, sizeof text));
  return status == HX_EXIT_OK ? summary->status : status;
}
