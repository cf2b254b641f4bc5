#include "cli/versus.h"

#include "base/fail.h"

#include "cli/message.h"
#include "compare/alarms.h"
#include "compare/instructions.h"
#include "tune/recommend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { A, B };

static const char names[2][2] = {"a", "b"};

/* Scenarios of the built-ins that instructions are counted on: callgrind is slow. */
static const int counted_sizes[2] = {12, 36};

hx_versus_options hx_versus_defaults(void) {
  hx_compare_options rule = hx_compare_defaults();
  return (hx_versus_options){
      .min_effect = rule.min_effect, .margin = rule.margin, .budget_s = INFINITY, .lock = true};
}

static bool fail(hx_versus *v, int status, const char *text) {
  hx_error("%s", text);
  v->status = status;
  return false;
}

/* ---- options ---- */

static bool add_workload(hx_versus *v, bool parsed, const pvs_error *error) {
  v->workloads.n += parsed;
  return parsed || fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(error));
}

static bool parse_workloads(hx_versus *v) {
  const hx_versus_options *o = v->options;
  hx_measure_workloads *w = &v->workloads;
  size_t most = o->workloads.count + o->studies.count + 2;
  pvs_error error = {0};
  *w = (hx_measure_workloads){.items = calloc(most, sizeof *w->items),
                              .expected = calloc(most, sizeof *w->expected)};
  if (!w->items || !w->expected)
    return fail(v, HX_EXIT_FAILED, "out of memory");
  if ((o->base || o->project || o->studies.count) && !(o->base && o->project && o->studies.count))
    return fail(v, HX_EXIT_USAGE, "a study needs all of -b BASE, -p PROJECT and -s STUDY");
  for (size_t i = 0; i < o->workloads.count; i++)
    if (!add_workload(v, hx_workload_parse(o->workloads.items[i], &w->items[w->n], &error), &error))
      return false;
  for (size_t i = 0; i < o->studies.count; i++)
    if (!add_workload(
            v, hx_workload_study(o->base, o->project, o->studies.items[i], &w->items[w->n], &error),
            &error))
      return false;
  if (v->side[A].kind == HX_SIDE_STORED)
    return true;
  if (v->side[A].kind == HX_SIDE_COMMAND) {
    for (int s = A; s <= B; s++)
      if (!add_workload(v, hx_workload_parse(v->side[s].text, &w->items[w->n], &error), &error))
        return false;
    v->n = 1;
    return true;
  }
  if (w->n == 0 &&
      !add_workload(v, hx_workload_parse("builtin:batteries", &w->items[0], &error), &error))
    return false;
  v->n = w->n;
  return true;
}

static bool are_alike(hx_versus *v) {
  const hx_versus_options *o = v->options;
  pvs_error error = {0};
  hx_side_request request = {.has_workload = o->workloads.count || o->studies.count,
                             .has_build = o->build};
  for (size_t i = 0; i < o->workloads.count; i++)
    *(strncmp(o->workloads.items[i], "cmd:", 4) == 0 ? &request.has_commands
                                                     : &request.has_others) = true;
  request.has_others |= o->studies.count > 0 || !request.has_workload;
  return hx_sides_alike(&v->side[A], &v->side[B], &request, &error) ||
         fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
}

static bool parse_configs(hx_versus *v) {
  const hx_versus_options *o = v->options;
  const char *text[2] = {o->config, o->config_b ? o->config_b : o->config};
  pvs_error error = {0};
  int workers[2];
  if (o->config_b && o->own_best)
    return fail(v, HX_EXIT_USAGE, "--config-b and --own-best do not go together");
  for (int s = A; s <= B; s++) {
    v->config[s] = hx_config_serial();
    if (text[s] && !hx_config_parse(text[s], &v->config[s], &error))
      return fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
    workers[s] = hx_config_workers(&v->config[s]);
  }
  if (workers[A] == workers[B])
    return true;
  hx_fail(&error, PVS_IO,
          "--config %s has %d worker%s and --config-b %s %d: what is faster with how many is for "
          "pvtune sweep",
          o->config ? o->config : "serial", workers[A], workers[A] == 1 ? "" : "s", o->config_b,
          workers[B]);
  return fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
}

static bool find_revisions(hx_versus *v) {
  pvs_error error = {0};
  for (int s = A; s <= B; s++) {
    if (v->side[s].kind != HX_SIDE_REVISION)
      continue;
    if (!v->repository.top[0] && !hx_repository_open(NULL, &v->repository, &error))
      return fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
    if (!hx_repository_resolve(&v->repository, v->side[s].what, v->commit[s], &error))
      return fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
  }
  return true;
}

bool hx_versus_init(hx_versus *v, const hx_context *cx, const hx_versus_options *options,
                    const char *command, const char *a, const char *b) {
  pvs_error error = {0};
  *v = (hx_versus){.cx = cx, .options = options, .command = command};
  hx_uuid(v->duet);
  if (!hx_side_parse(a, &v->side[A], &error) || !hx_side_parse(b, &v->side[B], &error))
    return fail(v, HX_EXIT_USAGE, HX_FAIL_LINE(&error));
  return parse_configs(v) && are_alike(v) && parse_workloads(v) && find_revisions(v);
}

/* ---- opening ---- */

static bool build(hx_versus *v, const char *commit, hx_build *out, pvs_error *error) {
  char cache[PATH_MAX];
  if (!hx_revision_cache(cache, sizeof cache, error))
    return false;
  hx_recipe recipe = {
      .cache = cache, .command = v->options->build, .interrupts = v->session.processes.interrupts};
  hx_verbose("building %.*s", HX_COMMIT_SHORT, commit);
  if (!hx_revision_build(&v->repository, &recipe, commit, out, error))
    return false;
  hx_verbose("%.*s: %s %s", HX_COMMIT_SHORT, commit, out->reused ? "built before:" : "built:",
             out->program[0] ? out->program : out->folder);
  return true;
}

static bool make_subject(hx_versus *v, int s, pvs_error *error) {
  const hx_side *side = &v->side[s];
  hx_subject *subject = &v->subject[s];
  hx_build built = {0};
  const char *program = NULL, *folder = NULL;
  if (side->kind == HX_SIDE_REVISION) {
    pvs_error why = {0};
    if (!build(v, v->commit[s], &built, &why)) {
      hx_fail(error, PVS_IO, "%.*s does not build: %s", HX_COMMIT_SHORT, v->commit[s], why.message);
      return false;
    }
    program = built.program[0] ? built.program : NULL;
    folder = built.folder[0] ? built.folder : NULL;
  } else if (side->kind == HX_SIDE_BINARY) {
    program = side->what;
  }
  if (!hx_subject_init(subject, names[s], v->scratch, program, folder, &v->session.processes,
                       error))
    return false;
  if (side->kind == HX_SIDE_REVISION)
    memcpy(subject->revision, v->commit[s], HX_COMMIT_SHORT);
  else if (side->kind == HX_SIDE_BINARY)
    hx_revision_of(side->what, subject->revision);
  return true;
}

bool hx_versus_replace_b(hx_versus *v, const char *commit, pvs_error *error) {
  if (v->subject[B].program[0])
    hx_outputs_remove(v->subject[B].program);
  snprintf(v->commit[B], HX_COMMIT_TEXT, "%s", commit);
  snprintf(v->b_text, sizeof v->b_text, "rev:%.*s", HX_COMMIT_SHORT, commit);
  v->side[B].text = v->b_text;
  hx_uuid(v->duet);
  return make_subject(v, B, error);
}

static void note_uncommitted(const hx_versus *v) {
  bool head = false;
  for (int s = A; s <= (v->b_later ? A : B); s++)
    head |= v->side[s].kind == HX_SIDE_REVISION && strcmp(v->side[s].what, "HEAD") == 0;
  if (head && hx_repository_is_dirty(&v->repository))
    hx_note("rev:HEAD is what was committed last: changes that are not committed are not in it");
}

bool hx_versus_open(hx_versus *v) {
  pvs_error error = {0};
  note_uncommitted(v);
  v->status = HX_EXIT_FAILED;
  hx_measure_options session_options = {.scratch = v->options->scratch, .lock = v->options->lock};
  v->opened = true;
  if (!hx_measure_session_look(&v->session, v->cx) ||
      !hx_measure_session_open(&v->session, &session_options, v->command))
    return false;
  if (!realpath(v->session.scratch, v->scratch))
    return fail(v, HX_EXIT_FAILED, "the scratch folder has gone");
  for (int s = A; s <= (v->b_later ? A : B); s++)
    if (!make_subject(v, s, &error))
      return fail(v, v->side[s].kind == HX_SIDE_BINARY ? HX_EXIT_USAGE : HX_EXIT_FAILED,
                  HX_FAIL_LINE(&error));
  return hx_measure_choose_sizes(&v->session, &v->workloads);
}

void hx_versus_close(hx_versus *v) {
  if (v->opened)
    hx_measure_session_close(&v->session);
  hx_measure_workloads_free(&v->workloads);
}

/* ---- measuring ---- */

/* What was recommended for a side, its own binary first. */
static bool best_of(const hx_versus *v, int s, const hx_recommendations *all,
                    const hx_workload *workload, hx_config *config, pvs_error *error) {
  const hx_recommendation_row *found = NULL;
  const char *binary = v->subject[s].binary, *allocation = v->session.context.allocation;
  const hx_recommendation_row *stored = all->stored.rows;
  for (size_t i = 0; i < all->stored.n; i++)
    if (strcmp(stored[i].allocation, allocation) == 0 &&
        strcmp(stored[i].workload, workload->key) == 0 && binary[0] &&
        strcmp(stored[i].binary, binary) == 0)
      found = &stored[i];
  if (!found) {
    found = hx_recommendations_find(all, allocation, workload->key);
    if (found)
      hx_warn("%s was not tuned itself: it runs as recommended for another build (%s)",
              v->side[s].text, found->config);
  }
  if (!found) {
    hx_fail(error, PVS_IO,
            "--own-best: nothing is recommended for %s here; tune it with each side first, or "
            "leave --own-best out",
            workload->key);
    return false;
  }
  return hx_config_parse(found->config, config, error);
}

static bool choose_configs(hx_versus *v, const hx_workload *const workload[2], hx_config config[2],
                           pvs_error *error) {
  memcpy(config, v->config, sizeof v->config);
  if (!v->options->own_best)
    return true;
  hx_recommendations all;
  if (!hx_recommendations_read(v->cx->results_dir, v->session.context.machine, &all, error))
    return false;
  bool ok = best_of(v, A, &all, workload[A], &config[A], error) &&
            best_of(v, B, &all, workload[B], &config[B], error);
  hx_recommendations_deinit(&all);
  return ok;
}

static hx_compare_options rule_of(const hx_versus *v) {
  hx_compare_options rule = hx_compare_defaults();
  rule.min_effect = v->options->min_effect;
  rule.margin = v->options->margin;
  if (v->options->blocks)
    rule.alpha = 0.025; /* nothing is decided: the interval is to be a 95 % one */
  /* Another order each time; the uuid is as random as anything here. */
  rule.seed = strtoull(v->duet, NULL, 16);
  return rule;
}

/* Of a study or command: of a whole run. Of a built-in: what a run of more scenarios costs more, as
 * it is ranked on its work, not on making its inputs. */
static double count_one(hx_versus *v, int s, hx_instructions_by by, const hx_workload *workload,
                        pvs_error *error) {
  char output[PATH_MAX + 16], key[2][128];
  hx_workload sized[2] = {*workload, *workload};
  double count[2] = {0, 0};
  bool built_in = workload->kind == HX_WORKLOAD_BUILTIN;
  snprintf(output, sizeof output, "%s/counted", v->scratch);
  for (int i = built_in ? 0 : 1; i < 2; i++) {
    if (built_in) {
      snprintf(key[i], sizeof key[i], "builtin:%s:%d", workload->name, counted_sizes[i]);
      sized[i].key = key[i];
    }
    count[i] = hx_instructions_count(by, &v->subject[s], &sized[i], output, error);
  }
  return count[1] - count[0];
}

static void count_instructions(hx_versus *v, const hx_workload *const workload[2],
                               hx_verdict_line *line) {
  pvs_error error = {0};
  char why[512] = "";
  hx_instructions_by by = hx_instructions_find(why, sizeof why);
  snprintf(line->instructions_note, sizeof line->instructions_note, "%.255s", why);
  if (by == HX_INSTRUCTIONS_NOBODY)
    return;
  double *counts[2] = {&line->a_instructions, &line->b_instructions};
  for (int s = A; s <= B; s++) {
    *counts[s] = count_one(v, s, by, workload[s], &error);
    if (isnan(*counts[s])) {
      hx_warn("instructions of %s: %s", v->side[s].text, HX_FAIL_LINE(&error));
      return;
    }
  }
  const char *who = by == HX_INSTRUCTIONS_COUNTER ? "counted by the CPU" : "by callgrind";
  if (workload[A]->kind == HX_WORKLOAD_BUILTIN)
    snprintf(line->instructions_note, sizeof line->instructions_note,
             "%s, serially, work of %d scenarios", who, counted_sizes[1] - counted_sizes[0]);
  else
    snprintf(line->instructions_note, sizeof line->instructions_note, "%s, a whole serial run",
             who);
}

static bool measure_one(hx_versus *v, size_t i, double budget_s, hx_verdict_line *line,
                        pvs_error *error) {
  bool commands = v->side[A].kind == HX_SIDE_COMMAND;
  const hx_workload *workload[2] = {&v->workloads.items[i],
                                    &v->workloads.items[commands ? i + 1 : i]};
  hx_config config[2];
  hx_duet_player player[2];
  if (!choose_configs(v, workload, config, error))
    return false;
  for (int s = A; s <= B; s++)
    player[s] = (hx_duet_player){.source = &v->subject[s].source,
                                 .workload = workload[s],
                                 .config = &config[s],
                                 .binary = v->subject[s].binary,
                                 .revision = v->subject[s].revision};
  hx_subject_pair pair = {.a = &v->subject[A], .scratch = v->scratch};
  hx_compare_options rule = rule_of(v);
  hx_duet_options options = {.command = v->command,
                             .duet = v->duet,
                             .note = v->options->note,
                             .rule = v->options->blocks ? rule : hx_verdict_rule(&rule, v->n),
                             .blocks = (int)v->options->blocks,
                             .budget_s = budget_s,
                             .timeout_s = v->options->timeout_s > 0 ? v->options->timeout_s
                                                                    : (double)INFINITY,
                             .interleave = (hx_duet_interleave)v->options->interleave,
                             .allowed = &hx_topo_get_allocation(v->session.processes.topo)->allowed,
                             .ignore_outputs = v->options->outputs == HX_VERSUS_OUTPUTS_IGNORE,
                             .compare_outputs = hx_subject_compare_outputs,
                             .outputs_ctx = &pair,
                             .pad = hx_subject_pad};
  line->workload = workload[A]->key;
  line->a_instructions = line->b_instructions = (double)NAN;
  hx_config_format(&config[A], line->a_config, sizeof line->a_config);
  hx_config_format(&config[B], line->b_config, sizeof line->b_config);
  if (!hx_duet_run(&v->session.context, &options, &player[A], &player[B], &line->duet, error))
    return false;
  if (v->options->instructions)
    count_instructions(v, workload, line);
  return true;
}

static void describe_side(const hx_versus *v, int s, hx_verdict_side *out) {
  out->text = v->side[s].text;
  snprintf(out->binary, sizeof out->binary, "%s", v->subject[s].binary);
  snprintf(out->revision, sizeof out->revision, "%s", v->subject[s].revision);
}

bool hx_versus_measure(hx_versus *v, hx_verdict_summary *summary) {
  pvs_error error = {0};
  double began_s = hx_clock_s(), budget_s = v->options->budget_s;
  *summary =
      (hx_verdict_summary){.command = v->command,
                           .duet = v->duet,
                           .note = v->options->note,
                           .build = v->options->build,
                           .rule = rule_of(v),
                           .lines = calloc(v->n, sizeof *summary->lines),
                           .n = v->n,
                           .ignore_outputs = v->options->outputs == HX_VERSUS_OUTPUTS_IGNORE};
  describe_side(v, A, &summary->a);
  describe_side(v, B, &summary->b);
  bool ok = summary->lines != NULL || hx_fail_memory(&error);
  hx_measure_progress_start(&v->session, "comparing, second", budget_s);
  for (size_t i = 0; ok && i < v->n; i++) {
    double left_s = budget_s - (hx_clock_s() - began_s);
    ok = measure_one(v, i, left_s / (double)(v->n - i), &summary->lines[i], &error);
  }
  hx_measure_progress_stop(&v->session);
  ok = ok && hx_alarms_read(v->session.folder, v->session.context.allocation, &summary->rule,
                            &summary->alarms, &error);
  if (ok) {
    hx_verdict_conclude(summary);
    ok = hx_verdict_store(&v->session.context, summary, &error);
  }
  if (ok)
    return true;
  hx_versus_free(summary);
  return fail(v, HX_EXIT_FAILED, HX_FAIL_LINE(&error));
}

void hx_versus_free(hx_verdict_summary *summary) {
  free(summary->lines);
  *summary = (hx_verdict_summary){0};
}
