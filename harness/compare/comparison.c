#include "compare/comparison.h"
#include "base/files.h"
#include "compare/revision_cache.h"

#include "base/fail.h"

#include "compare/alarms.h"
#include "compare/instructions.h"
#include "tune/recommend.h"
#include "tune/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { A, B };

static const char names[2][2] = {"a", "b"};

/* ---- what is asked ---- */

static bool are_alike(hx_comparison *c, pvs_error *error) {
  const hx_comparison_options *o = &c->options;
  hx_side_request request = {.has_workload = o->named, .has_build = o->build};
  for (size_t i = 0; i < o->n_workloads; i++)
    *(o->workloads[i].kind == HX_WORKLOAD_COMMAND ? &request.has_commands : &request.has_others) =
        true;
  return hx_sides_alike(&c->side[A], &c->side[B], &request, error);
}

static bool take_workloads(hx_comparison *c, pvs_error *error) {
  if (c->side[A].kind == HX_SIDE_STORED || c->side[A].kind == HX_SIDE_COMMAND)
    c->options.n_workloads = 0; /* the sides are their own */
  c->n = c->options.n_workloads;
  if (c->side[A].kind == HX_SIDE_COMMAND) {
    c->n = 1;
    return hx_workload_parse(c->side[A].text, &c->config[A], &c->side_workload[A], error) &&
           hx_workload_parse(c->side[B].text, &c->config[B], &c->side_workload[B], error);
  }
  return c->n <= HX_COMPARE_MAX_WORKLOADS ||
         hx_fail(error, PVS_BAD_VALUE, "%zu workloads found, expected at most %d", c->n,
                 HX_COMPARE_MAX_WORKLOADS);
}

static bool take_configs(hx_comparison *c, pvs_error *error) {
  const hx_comparison_options *o = &c->options;
  if (o->config_b && o->own_best)
    return hx_fail(error, PVS_BAD_VALUE, "--config-b and --own-best cannot be used together");
  c->config[A] = o->config ? *o->config : hx_config_serial();
  c->config[B] = o->config_b ? *o->config_b : c->config[A];
  int a = hx_config_workers(&c->config[A]), b = hx_config_workers(&c->config[B]);
  char text[2][HX_CONFIG_TEXT];
  for (int s = A; s <= B; s++)
    hx_config_format(&c->config[s], text[s], sizeof text[s]);
  return a == b ||
         hx_fail(error, PVS_BAD_VALUE,
                 "--config %s has %d worker%s and --config-b %s has %d: use pvtune sweep to find "
                 "how many workers are fastest",
                 text[A], a, a == 1 ? "" : "s", text[B], b);
}

static bool find_revisions(hx_comparison *c, pvs_error *error) {
  for (int s = A; s <= B; s++) {
    if (c->side[s].kind != HX_SIDE_REVISION)
      continue;
    if ((!c->repository.top[0] && !hx_repository_open(NULL, &c->repository, error)) ||
        !hx_repository_resolve(&c->repository, c->side[s].what, c->commit[s], error))
      return false;
  }
  return true;
}

bool hx_comparison_init(hx_comparison *c, const hx_comparison_options *options, const char *a,
                        const char *b, pvs_error *error) {
  *c = (hx_comparison){.options = *options};
  hx_uuid(c->duet);
  if (c->options.life)
    hx_run_life_describe(c->options.life, &c->around);
  if (c->around.failed)
    return hx_fail_memory(error);
  return hx_side_parse(a, &c->side[A], error) && hx_side_parse(b, &c->side[B], error) &&
         take_configs(c, error) && are_alike(c, error) && take_workloads(c, error) &&
         find_revisions(c, error);
}

/* ---- opening ---- */

static bool build(hx_comparison *c, const char *commit, hx_build *out, pvs_error *error) {
  char cache[PATH_MAX];
  if (!hx_cache_folder(cache, sizeof cache, error))
    return false;
  hx_recipe recipe = {.cache = cache,
                      .command = c->options.build,
                      .variables = c->options.build_variables,
                      .n_variables = c->options.n_build_variables,
                      .interrupts = c->session->processes.interrupts};
  const hx_listener *listener = c->session->context.listener;
  hx_listener_detail(listener, "building %.*s", HX_COMMIT_SHORT, commit);
  c->failed_log[0] = '\0';
  if (!hx_revision_build(&c->repository, &recipe, commit, out, error)) {
    snprintf(c->failed_log, sizeof c->failed_log, "%s", out->log);
    return false;
  }
  if (out->notice[0])
    hx_listener_warn(listener, "%.*s: %s", HX_COMMIT_SHORT, commit, out->notice);
  hx_listener_detail(
      listener, "%.*s: %s %s", HX_COMMIT_SHORT, commit,
      out->reused ? "built before:" : "built:", out->program[0] ? out->program : out->folder);
  return true;
}

/* "B (rev:HEAD, 1a2b3c4d5e6f) does not build: ..."; one of a series of B's is just its commit. */
static bool no_build(const hx_comparison *c, int s, const pvs_error *why, pvs_error *error) {
  const char *commit = c->commit[s], *reason = HX_FAIL_LINE(why), *side = s == A ? "A" : "B";
  int n = HX_COMMIT_SHORT;
  if (s == B && c->options.b_later)
    return hx_fail(error, PVS_IO, "%.*s does not build: %s", n, commit, reason);
  if (strncmp(c->side[s].what, commit, (size_t)n) == 0)
    return hx_fail(error, PVS_IO, "%s (rev:%.*s) does not build: %s", side, n, commit, reason);
  return hx_fail(error, PVS_IO, "%s (%s, %.*s) does not build: %s", side, c->side[s].text, n,
                 commit, reason);
}

static bool make_ready(hx_comparison *c, int s, pvs_error *error) {
  const hx_side *side = &c->side[s];
  hx_ready_side *ready = &c->ready[s];
  hx_build built = {0};
  const char *program = NULL, *folder = NULL;
  pvs_error why = {0};
  hx_process_runner like = c->session->processes;
  like.life = c->options.life;
  if (side->kind == HX_SIDE_REVISION) {
    if (!build(c, c->commit[s], &built, &why))
      return no_build(c, s, &why, error);
    program = built.program[0] ? built.program : NULL;
    folder = built.folder[0] ? built.folder : NULL;
  } else if (side->kind == HX_SIDE_BINARY) {
    program = side->what;
  }
  if (!hx_ready_side_init(ready, names[s], c->session->scratch, program, folder, &like, &why))
    return hx_fail(error, side->kind == HX_SIDE_BINARY ? PVS_BAD_VALUE : why.code, "%s",
                   HX_FAIL_LINE(&why));
  if (side->kind == HX_SIDE_REVISION)
    memcpy(ready->revision, c->commit[s], HX_COMMIT_SHORT);
  else if (side->kind == HX_SIDE_BINARY)
    hx_revision_of(side->what, ready->revision);
  return hx_ready_side_set_up(ready, error);
}

bool hx_comparison_replace_b(hx_comparison *c, const char *commit, pvs_error *error) {
  if (!hx_ready_side_clean_up(&c->ready[B], error))
    return false;
  if (c->ready[B].program[0])
    hx_files_remove(c->ready[B].program);
  snprintf(c->commit[B], HX_COMMIT_TEXT, "%s", commit);
  snprintf(c->b_text, sizeof c->b_text, "rev:%.*s", HX_COMMIT_SHORT, commit);
  c->side[B].text = c->b_text;
  hx_uuid(c->duet);
  return make_ready(c, B, error);
}

static void note_uncommitted(const hx_comparison *c, int last) {
  bool head = false;
  for (int s = A; s <= last; s++)
    head |= c->side[s].kind == HX_SIDE_REVISION && strcmp(c->side[s].what, "HEAD") == 0;
  if (head && hx_repository_is_dirty(&c->repository))
    hx_listener_note(c->session->context.listener,
                     "rev:HEAD is the last commit: uncommitted changes are not part of it");
}

bool hx_comparison_open(hx_comparison *c, hx_measure_session *session, pvs_error *error) {
  int last = c->options.b_later ? A : B;
  c->session = session;
  note_uncommitted(c, last);
  for (int s = A; s <= last; s++)
    if (!make_ready(c, s, error) || hx_measure_interrupted())
      return hx_fail(error, PVS_IO, "interrupted before anything was measured");
  return hx_tune_choose_sizes(&session->context, c->options.workloads, c->options.n_workloads,
                              c->options.timeout_s, error);
}

bool hx_comparison_clean_up(hx_comparison *c, pvs_error *error) {
  bool ok = hx_ready_side_clean_up(&c->ready[A], error);
  return hx_ready_side_clean_up(&c->ready[B], error) && ok;
}

bool hx_comparison_close(hx_comparison *c, pvs_error *error) {
  bool ok = hx_comparison_clean_up(c, error);
  for (int s = A; s <= B; s++)
    hx_workload_deinit(&c->side_workload[s]);
  hx_text_deinit(&c->around);
  return ok;
}

/* ---- measuring ---- */

/* What was recommended for a side, its own binary first. */
static bool best_of(const hx_comparison *c, int s, const hx_recommendations *all,
                    const hx_workload *workload, hx_config *config, pvs_error *error) {
  const hx_recommendation_row *found = NULL, *stored = all->stored.rows;
  const char *binary = c->ready[s].binary, *allocation = c->session->context.allocation;
  for (size_t i = 0; i < all->stored.n; i++)
    if (strcmp(stored[i].machine, c->session->context.machine) == 0 &&
        strcmp(stored[i].allocation, allocation) == 0 &&
        strcmp(stored[i].workload, workload->key) == 0 && binary[0] &&
        strcmp(stored[i].binary, binary) == 0)
      found = &stored[i];
  if (!found) {
    found = hx_recommendations_find(all, allocation, workload->key);
    if (found)
      hx_listener_warn(c->session->context.listener,
                       "%s itself was not tuned: the recommendation for another build is used (%s)",
                       c->side[s].text, found->config);
  }
  if (!found)
    return hx_fail(
        error, PVS_NOT_FOUND,
        "--own-best: there is no recommendation for %s here; tune it with each side first, "
        "or omit --own-best",
        workload->key);
  return hx_config_parse(found->config, config, error);
}

static bool choose_configs(const hx_comparison *c, const hx_workload *const workload[2],
                           hx_config config[2], pvs_error *error) {
  memcpy(config, c->config, sizeof c->config);
  if (!c->options.own_best)
    return true;
  hx_recommendations all;
  bool ok =
      hx_recommendations_read(c->session->folder, c->session->env.identity.machine, &all, error) &&
      best_of(c, A, &all, workload[A], &config[A], error) &&
      best_of(c, B, &all, workload[B], &config[B], error);
  hx_recommendations_deinit(&all);
  return ok;
}

static hx_compare_options rule_of(const hx_comparison *c) {
  hx_compare_options rule = hx_compare_defaults();
  rule.min_effect = c->options.min_effect;
  rule.margin = c->options.margin;
  if (c->options.blocks)
    rule.alpha = 0.025; /* nothing is decided: the interval is to be a 95 % one */
  /* Another order each time; the uuid is as random as anything here. */
  rule.seed = strtoull(c->duet, NULL, 16);
  return rule;
}

/* A workload that only B has is run once: it may be broken. */
static void try_alone(const hx_duet_player *player, double timeout_s, hx_duet_result *result) {
  hx_measured measured;
  if (hx_measure_interrupted()) {
    result->interrupted = true;
    return;
  }
  hx_runner_job job = {.workload = player->workload,
                       .config = player->config,
                       .cap_s = INFINITY,
                       .timeout_s = timeout_s};
  char reason[HX_RUN_REASON];
  hx_runner_run(player->runner, &job, &measured);
  hx_run_outcome outcome = hx_check_run(&measured, player->config, (hx_check_reference){"", NULL},
                                        reason, sizeof reason);
  *result = (hx_duet_result){.a_s = (double)NAN,
                             .b_s = measured.seconds,
                             .noise = (double)NAN,
                             .failed = outcome != HX_RUN_VALID && outcome != HX_RUN_INTERRUPTED,
                             .b_failed = true,
                             .interrupted = outcome == HX_RUN_INTERRUPTED};
  if (result->failed)
    snprintf(result->reason, sizeof result->reason, "only B has it, and its run is not valid: %s",
             reason);
  hx_measured_deinit(&measured);
}

/* True when only one side has the workload: then the line is done. */
static bool is_one_sided(const hx_comparison *c, const hx_duet_player player[2],
                         hx_verdict_line *line) {
  const char *folder[2] = {c->ready[A].folder, c->ready[B].folder};
  if (!folder[A][0] || !folder[B][0] || player[A].workload->kind != HX_WORKLOAD_COMMAND)
    return false;
  line->presence = hx_presence_of(player[A].workload->command, folder[A], folder[B]);
  line->duet = (hx_duet_result){.a_s = (double)NAN, .b_s = (double)NAN, .noise = (double)NAN};
  if (line->presence == HX_PRESENT_ONLY_IN_B)
    try_alone(&player[B], c->options.timeout_s, &line->duet);
  return line->presence != HX_PRESENT_IN_BOTH;
}

static hx_instructions_limits limits_of(const hx_comparison *c) {
  return (hx_instructions_limits){.interrupts = c->session->processes.interrupts,
                                  .timeout_s = c->options.timeout_s};
}

/* After runs that agree: the verdict by instructions, from two counts of each side. */
static void decide_by_instructions(const hx_comparison *c, const hx_workload *const workload[2],
                                   const hx_compare_options *rule, hx_verdict_line *line) {
  double count[2][2];
  hx_instructions_limits limits = limits_of(c);
  hx_duet_result *duet = &line->duet;
  if (duet->failed || duet->interrupted)
    return;
  int failed = -1; /* side */
  for (int i = 0; i < 2 && failed < 0; i++) {
    hx_instructions_compare(c->ready, workload, c->session->scratch, &limits, count[i],
                            line->instructions_note, sizeof line->instructions_note);
    failed = isnan(count[i][A]) ? A : isnan(count[i][B]) ? B : -1;
  }
  if (failed >= 0)
    snprintf(duet->reason, sizeof duet->reason, "%s", line->instructions_note);
  else
    hx_instructions_decide(rule, count[0], count[1], &duet->compare, &failed, duet->reason,
                           sizeof duet->reason);
  memcpy(line->instructions, count[0], sizeof line->instructions);
  duet->interrupted = hx_measure_interrupted() != 0;
  duet->failed = failed >= 0 && !duet->interrupted;
  duet->b_failed = failed == B;
}

static bool measure_one(hx_comparison *c, size_t i, double budget_s, hx_verdict_line *line,
                        pvs_error *error) {
  const hx_comparison_options *o = &c->options;
  bool commands = c->side[A].kind == HX_SIDE_COMMAND;
  const hx_workload *workload[2] = {commands ? &c->side_workload[A] : &o->workloads[i],
                                    commands ? &c->side_workload[B] : &o->workloads[i]};
  hx_config config[2];
  hx_duet_player player[2];
  if (!choose_configs(c, workload, config, error))
    return false;
  for (int s = A; s <= B; s++)
    player[s] = (hx_duet_player){.runner = &c->ready[s].runner,
                                 .workload = workload[s],
                                 .config = &config[s],
                                 .binary = c->ready[s].binary,
                                 .revision = c->ready[s].revision};
  hx_ready_side_pair pair = {
      .a = &c->ready[A], .scratch = c->session->scratch, .timeout_s = c->options.timeout_s};
  hx_compare_options rule = rule_of(c);
  rule.margin = line->margin = o->margins && !isnan(o->margins[i]) ? o->margins[i] : o->margin;
  line->max_rss_growth = o->max_rss_growth;
  if (o->waivers && c->commit[B][0])
    line->waiver = hx_waivers_find(o->waivers, &c->repository, workload[A]->key, c->commit[B]);
  hx_duet_options options = {.command = o->command,
                             .duet = c->duet,
                             .note = o->note,
                             .rule = o->blocks ? rule : hx_verdict_rule(&rule, c->n),
                             .warm_ups = o->warm_ups,
                             .blocks = o->blocks,
                             .budget_s = budget_s,
                             .timeout_s = o->timeout_s,
                             .interleave = o->interleave,
                             .allowed = &hx_topo_get_allocation(c->session->topo)->allowed,
                             .max_rss_growth = o->max_rss_growth,
                             .only_check = o->by_instructions,
                             .ignore_outputs = o->ignore_outputs,
                             .compare_outputs = hx_ready_side_compare_outputs,
                             .outputs_ctx = &pair,
                             .pad = hx_ready_side_pad};
  line->workload = workload[A]->key;
  line->b_workload = workload[B]->key;
  line->instructions[A] = line->instructions[B] = (double)NAN;
  hx_config_format(&config[A], line->a_config, sizeof line->a_config);
  hx_config_format(&config[B], line->b_config, sizeof line->b_config);
  if (is_one_sided(c, player, line))
    return true;
  if (!hx_duet_run(&c->session->context, &options, &player[A], &player[B], &line->duet, error))
    return false;
  line->by_instructions = o->by_instructions;
  hx_instructions_limits limits = limits_of(c);
  if (o->by_instructions)
    decide_by_instructions(c, workload, &rule, line);
  else if (o->instructions)
    hx_instructions_compare(c->ready, workload, c->session->scratch, &limits, line->instructions,
                            line->instructions_note, sizeof line->instructions_note);
  return true;
}

static void describe_side(const hx_comparison *c, int s, hx_verdict_side *out) {
  out->text = c->side[s].text;
  snprintf(out->binary, sizeof out->binary, "%s", c->ready[s].binary);
  snprintf(out->revision, sizeof out->revision, "%s", c->ready[s].revision);
}

bool hx_comparison_measure(hx_comparison *c, hx_verdict_summary *summary, pvs_error *error) {
  const hx_comparison_options *o = &c->options;
  double began_s = hx_clock_s();
  *summary = (hx_verdict_summary){.command = o->command,
                                  .duet = c->duet,
                                  .note = o->note,
                                  .build = o->build,
                                  .around = c->around.at,
                                  .rule = rule_of(c),
                                  .lines = calloc(c->n, sizeof *summary->lines),
                                  .n = c->n,
                                  .ignore_outputs = o->ignore_outputs,
                                  .inconclusive_passes = o->inconclusive_passes,
                                  .new_fails = o->new_fails,
                                  .removed_fails = o->removed_fails};
  describe_side(c, A, &summary->a);
  describe_side(c, B, &summary->b);
  bool ok = summary->lines != NULL || hx_fail_memory(error);
  for (size_t i = 0; ok && i < c->n; i++) {
    double left_s = o->budget_s - (hx_clock_s() - began_s);
    ok = measure_one(c, i, left_s / (double)(c->n - i), &summary->lines[i], error);
  }
  ok = ok && hx_alarms_read(c->session->folder, c->session->context.allocation, &summary->rule,
                            &summary->alarms, error);
  if (ok) {
    summary->interrupted_by = hx_measure_interrupted();
    hx_verdict_conclude(summary);
    ok = hx_verdict_store(&c->session->context, summary, error);
  }
  if (!ok)
    hx_verdict_deinit(summary);
  return ok;
}
