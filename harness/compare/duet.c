#include "compare/duet.h"

#include "base/fail.h"

#include "decide/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MAX = 4 * HX_COMPARE_MAX_BLOCKS, PAD_MAX = 4096 };

/* Turns are short against what disturbs (tenths of seconds to minutes), and long against a cache made warm
 * again and threads stopped (tens of microseconds each). Longer runs have longer turns, and still enough. */
static const double TURN_LEAST_S = 0.005, TURN_MOST_S = 0.02, TURNS = 50;
/* A shorter run has too few turns to share what disturbs it. */
static const double TURNS_FROM_S = 0.02;
/* CPU time over wall time from which on a run is said to compute. */
static const double COMPUTES = 0.8;
/* Each process and thread takes time to stop and to wake: two threads in two processes took 3 % longer in
 * turns of 5 ms than in one process, and as long one after the other. */
static const double MOST_UNLIKE = 0.25; /* of the larger number */
enum { LOOKS_LEAST = 3 };               /* below, the numbers are chance */

/* The first look may take this much more than the budget: the warm-up is a rough measure. */
static const double BUDGET_SLACK = 1.5;

typedef enum side_index { SIDE_A, SIDE_B } side_index;

typedef struct duet {
  const hx_measure_context *context;
  const hx_duet_options *options;
  const hx_duet_player *player[2];
  hx_duet_result *result;
  hx_store_file *runs;
  hx_compare rule;
  hx_rng rng; /* of the padding and the CPUs */
  struct {
    double wall_s, cpu_s;
    int looks;
    double processes, tasks; /* means of the looks; tasks: all threads of all processes */
  } warm[2];
  int n_confined;              /* CPUs that runs taking turns share; 0: all */
  hx_cpuset confined;          /* in this block */
  double seconds[2][RUNS_MAX]; /* in the order of measuring */
  double rss_kib[2][RUNS_MAX];
  size_t n[2];                     /* of them */
  char reference[2][HX_HASH_TEXT]; /* digest of the side's warm-up; "": it had no outputs */
  bool has_reference[2];
  char inputs[2][HX_HASH_TEXT]; /* likewise, of what it read */
  hx_interference_run disturbed[RUNS_MAX];
  size_t n_disturbed;
  double began_s;
  pvs_error *error;
} duet;

const char *hx_duet_outputs_name(hx_duet_outputs outputs) {
  static const char *const names[] = {"unchecked", "same", "close", "differ", "vary"};
  return names[outputs];
}

/* ---- one run ---- */

/* Where in the comparison a run belongs. */
typedef struct moment {
  side_index side;
  int block; /* from 1; 0: warm-up */
  int position;
} moment;

static bool store(duet *d, const moment *at, const hx_measured *measured, hx_run_outcome outcome,
                  const char *reason, double spent_s) {
  const hx_duet_player *player = d->player[at->side];
  char key[HX_UUID_TEXT];
  hx_check_texts texts;
  hx_run_row row;
  hx_measure_context_begin_row(d->context, d->options->command, d->options->duet, key, &row);
  row.binary = player->binary;
  row.revision = player->revision;
  row.workload = player->workload->key;
  row.side = at->side == SIDE_A ? "A" : "B";
  hx_check_fill_row(measured, player->config, &texts, &row);
  row.block = at->block;
  row.position = at->position;
  row.counted = outcome == HX_RUN_VALID && at->block > 0;
  row.outcome = hx_run_outcome_name(outcome);
  row.reason = reason;
  row.spent_s = spent_s;
  row.reference_digest = d->reference[at->side];
  row.note = d->options->note;
  return hx_store_file_append(d->runs, &row, 1, d->error);
}

static void tell(const duet *d, const moment *at) {
  hx_run_progress progress = {.workload = d->player[SIDE_A]->workload->key,
                              .config = at->block ? d->player[at->side]->config : NULL,
                              .block = at->block,
                              .run = (size_t)at->position,
                              .of_run = 4,
                              .spent_s = hx_clock_s() - d->began_s,
                              .budget_s = d->options->budget_s};
  hx_listener_progress(d->context->listener, &progress);
}

/* Even where the warm-ups' outputs differed: what varies is not known to differ because of B. */
static void say_they_vary(duet *d, side_index side) {
  d->result->outputs = HX_DUET_OUTPUTS_VARY;
  d->result->b_digest[0] = '\0'; /* that of one run says nothing about the others */
  snprintf(d->result->reason, sizeof d->result->reason, "%s's outputs change from run to run",
           side == SIDE_A ? "A" : "B");
}

/* Why the run does not count, in words that name the run. */
static void give_reason(duet *d, const moment *at, hx_run_outcome outcome, const char *reason) {
  const char *name = at->side == SIDE_A ? "A" : "B";
  hx_duet_result *result = d->result;
  result->failed = outcome != HX_RUN_INTERRUPTED;
  result->interrupted = outcome == HX_RUN_INTERRUPTED;
  result->b_failed = at->side == SIDE_B;
  if (result->interrupted)
    return;
  if (outcome == HX_RUN_WRONG) {
    result->outputs = HX_DUET_OUTPUTS_DIFFER;
    snprintf(result->reason, sizeof result->reason,
             "%s's outputs change from run to run (if that is intended, use --outputs ignore)",
             name);
  } else if (at->block) {
    snprintf(result->reason, sizeof result->reason, "run %d of block %d, of %s, is not valid: %s",
             at->position, at->block, name, reason);
  } else {
    snprintf(result->reason, sizeof result->reason, "the warm-up of %s is not valid: %s", name,
             reason);
  }
}

static int warm_ups_of(const duet *d) {
  return d->options->warm_ups > 1 ? d->options->warm_ups : 1;
}

static hx_runner_job job_of(const duet *d, const moment *at) {
  return (hx_runner_job){.workload = d->player[at->side]->workload,
                         .config = d->player[at->side]->config,
                         .repetition = d->n[at->side] + (at->block > 0),
                         .cap_s = INFINITY,
                         .timeout_s = d->options->timeout_s,
                         .watch_groups = at->block == 0,
                         .confined = d->confined};
}

/* Checks and stores a run. *seconds: its time, NaN when the comparison cannot go on; then the
 * result says why. False: the store failed. */
static bool take(duet *d, const moment *at, const hx_measured *measured, double spent_s,
                 double *seconds) {
  char reason[HX_RUN_REASON];
  const hx_process_result *process = &measured->process;
  const char *reference =
      d->options->ignore_outputs || !d->has_reference[at->side] ? NULL : d->reference[at->side];
  hx_run_outcome outcome =
      hx_check_run(measured, d->player[at->side]->config,
                   (hx_check_reference){d->inputs[at->side], reference}, reason, sizeof reason);
  *seconds = outcome == HX_RUN_VALID ? measured->seconds : (double)NAN;
  if (!at->block && at->position % warm_ups_of(d) == 0)
    hx_listener_left_behind(d->context->listener, d->player[at->side]->workload->key,
                            at->side == SIDE_A ? "A" : "B", process->left_behind);
  if (outcome == HX_RUN_VALID && d->has_reference[at->side] &&
      strcmp(d->reference[at->side], measured->digest) != 0)
    say_they_vary(d, at->side);
  if (outcome != HX_RUN_VALID) {
    give_reason(d, at, outcome, reason);
  } else if (!at->block) {
    snprintf(d->reference[at->side], HX_HASH_TEXT, "%s", measured->digest);
    d->has_reference[at->side] = true;
    snprintf(d->inputs[at->side], HX_HASH_TEXT, "%s", measured->input_digest);
    d->result->left_group |= process->seen.left_group;
    d->warm[at->side].wall_s = process->wall_s;
    d->warm[at->side].cpu_s = process->user_s + process->sys_s;
    d->warm[at->side].looks = process->seen.looks;
    d->warm[at->side].processes = process->seen.processes / process->seen.looks;
    d->warm[at->side].tasks = process->seen.tasks / process->seen.looks;
  } else {
    d->rss_kib[at->side][d->n[at->side]] = (double)process->max_rss_kib;
    d->seconds[at->side][d->n[at->side]++] = measured->seconds;
    d->disturbed[d->n_disturbed++] = (hx_interference_run){.block = at->block,
                                                           .wall_s = process->wall_s,
                                                           .other_cpu_s = process->other_cpu_s,
                                                           .steal_s = process->steal_s,
                                                           .major_faults = process->major_faults};
  }
  return outcome == HX_RUN_INTERRUPTED || store(d, at, measured, outcome, reason, spent_s);
}

/* After the first signal no run begins. */
static bool interrupted(duet *d) {
  bool is = d->context->interrupts && *d->context->interrupts;
  d->result->interrupted |= is;
  return is;
}

static bool run_one(duet *d, const moment *at, double *seconds) {
  hx_measured measured;
  hx_runner_job job = job_of(d, at);
  double before_s = hx_clock_s();
  *seconds = (double)NAN;
  if (interrupted(d))
    return true;
  tell(d, at);
  hx_runner_run(d->player[at->side]->runner, &job, &measured);
  bool ok = take(d, at, &measured, hx_clock_s() - before_s, seconds);
  hx_measured_deinit(&measured);
  return ok;
}

/* One run of each side at the same time, at[0] in front. */
static bool run_two(duet *d, const moment at[2], double seconds[2]) {
  hx_measured measured[2];
  const hx_runner *runner[2] = {d->player[at[0].side]->runner, d->player[at[1].side]->runner};
  hx_runner_job job[2] = {job_of(d, &at[0]), job_of(d, &at[1])};
  double before_s = hx_clock_s();
  seconds[0] = seconds[1] = (double)NAN;
  if (interrupted(d))
    return true;
  tell(d, &at[0]);
  hx_runner_run_in_turns(runner, job, d->result->turn_s, measured);
  double spent_s = (hx_clock_s() - before_s) / 2;
  bool ok = take(d, &at[0], &measured[0], spent_s, &seconds[0]) &&
            take(d, &at[1], &measured[1], spent_s, &seconds[1]);
  hx_measured_deinit(&measured[0]);
  hx_measured_deinit(&measured[1]);
  return ok;
}

/* ---- warm-up ---- */

/* Both sides' outputs after their warm-ups. False: the comparison is over, the result says why. */
static bool same_outputs(duet *d) {
  hx_duet_result *result = d->result;
  const char *a = d->reference[SIDE_A], *b = d->reference[SIDE_B];
  if (result->outputs == HX_DUET_OUTPUTS_VARY)
    return true;
  snprintf(result->b_digest, sizeof result->b_digest, "%s", b);
  char message[HX_DUET_REASON - 64] = "";
  hx_expected found = HX_EXPECTED_DIFFERS;
  if (strcmp(a, b) == 0) {
    result->outputs = *a ? HX_DUET_OUTPUTS_SAME : HX_DUET_OUTPUTS_UNCHECKED;
    return true;
  }
  snprintf(message, sizeof message, "digests %s and %s", *a ? a : "none", *b ? b : "none");
  if (interrupted(d))
    return false;
  if (d->options->compare_outputs)
    found = d->options->compare_outputs(d->options->outputs_ctx, d->player[SIDE_A],
                                        d->player[SIDE_B], message, sizeof message);
  if (found == HX_EXPECTED_AGREES) {
    result->outputs = HX_DUET_OUTPUTS_CLOSE;
    return true;
  }
  bool compared = found != HX_EXPECTED_ERROR;
  if (!compared && interrupted(d))
    return false;
  result->outputs = compared ? HX_DUET_OUTPUTS_DIFFER : HX_DUET_OUTPUTS_UNCHECKED;
  snprintf(result->reason, sizeof result->reason, "the outputs of A and B %s: %s",
           compared ? "differ" : "cannot be compared", message);
  result->failed = !d->options->ignore_outputs;
  return !result->failed;
}

/* *pair_s: time of one run of A and one of B. */
static bool warm_up(duet *d, double *pair_s, bool *go_on) {
  int n = warm_ups_of(d);
  double last_s[2] = {0, 0};
  *go_on = true;
  for (int i = 0; i < 2 * n && *go_on; i++) {
    double before_s = hx_clock_s(), seconds;
    side_index side = i < n ? SIDE_A : SIDE_B;
    if (!run_one(d, &(moment){.side = side, .position = i + 1}, &seconds))
      return false;
    last_s[side] = hx_clock_s() - before_s;
    *go_on = !isnan(seconds);
  }
  *pair_s = last_s[SIDE_A] + last_s[SIDE_B];
  *go_on = *go_on && same_outputs(d);
  return true;
}

/* ---- blocks ---- */

static bool are_close(double a, double b) {
  return fabs(a - b) <= MOST_UNLIKE * fmax(a, b);
}

/* Do turns cost both sides the same? */
static bool are_alike(const duet *d) {
  if (d->player[SIDE_A]->config->processes != d->player[SIDE_B]->config->processes)
    return false;
  return d->warm[SIDE_A].looks < LOOKS_LEAST || d->warm[SIDE_B].looks < LOOKS_LEAST ||
         (are_close(d->warm[SIDE_A].processes, d->warm[SIDE_B].processes) &&
          are_close(d->warm[SIDE_A].tasks, d->warm[SIDE_B].tasks));
}

/* Shall runs take turns, and on how many CPUs? */
static void choose_turns(duet *d) {
  const hx_duet_options *o = d->options;
  const hx_runner *runner[2] = {d->player[SIDE_A]->runner, d->player[SIDE_B]->runner};
  bool can = runner[SIDE_A]->ops == runner[SIDE_B]->ops && hx_runner_takes_turns(runner[SIDE_A]) &&
             !d->result->left_group;
  bool sound = true;
  int workers = 0, own;
  double cpus_used = 0;
  for (int s = SIDE_A; s <= SIDE_B; s++) {
    double used = d->warm[s].cpu_s / d->warm[s].wall_s;
    sound = sound && d->warm[s].wall_s >= TURNS_FROM_S && used >= COMPUTES;
    own = hx_config_workers(d->player[s]->config);
    workers = own > workers ? own : workers;
    cpus_used = fmax(cpus_used, used);
  }
  if (o->interleave == HX_DUET_INTERLEAVE_AUTO)
    d->result->unlike = can && sound && !are_alike(d);
  bool wanted = o->interleave == HX_DUET_INTERLEAVE_ALWAYS ||
                (o->interleave == HX_DUET_INTERLEAVE_AUTO && sound && !d->result->unlike);
  if (!can || !wanted)
    return;
  const double shorter_s = fmin(d->warm[SIDE_A].wall_s, d->warm[SIDE_B].wall_s);
  d->result->turn_s = fmin(fmax(shorter_s / TURNS, TURN_LEAST_S), TURN_MOST_S);
  if (o->allowed && cpus_used < workers + 0.02 && workers < hx_cpuset_count(o->allowed))
    d->n_confined = workers;
}

static void choose_cpus(duet *d) {
  if (!d->n_confined)
    return;
  const hx_cpuset *allowed = d->options->allowed;
  d->confined = (hx_cpuset){{0}};
  int cpu = -1;
  for (uint64_t skip = hx_rng_below(&d->rng, (uint64_t)hx_cpuset_count(allowed)) + 1; skip; skip--)
    cpu = hx_cpuset_next(allowed, cpu);
  for (int i = 0; i < d->n_confined; i++) {
    hx_cpuset_add(&d->confined, cpu);
    cpu = hx_cpuset_next(allowed, cpu);
    cpu = cpu < 0 ? hx_cpuset_next(allowed, -1) : cpu;
  }
}

/* One block. *go_on false: the comparison cannot go on. */
static bool run_block(duet *d, bool *go_on) {
  bool b_first = hx_compare_b_first(&d->rule), in_turns = d->result->turn_s > 0;
  double times[2][2], seconds[4];
  moment at[4];
  for (int i = 0; i < 4; i++) {
    bool outer = i == 0 || i == 3;
    at[i] = (moment){.side = outer == b_first ? SIDE_B : SIDE_A,
                     .block = d->rule.n_blocks + 1,
                     .position = i + 1};
  }
  if (d->options->pad)
    d->options->pad(hx_rng_below(&d->rng, PAD_MAX));
  choose_cpus(d);
  for (int i = 0; i < 4 && *go_on; i += in_turns ? 2 : 1) {
    if (!(in_turns ? run_two(d, &at[i], &seconds[i]) : run_one(d, &at[i], &seconds[i])))
      return false;
    *go_on = !isnan(seconds[i]) && !(in_turns && isnan(seconds[i + 1]));
  }
  if (!*go_on)
    return true;
  for (int i = 0; i < 4; i++)
    times[at[i].side][i >= 2] = seconds[i];
  hx_compare_add(&d->rule, &(hx_compare_block){.a1_s = times[SIDE_A][0],
                                               .b1_s = times[SIDE_B][0],
                                               .b2_s = times[SIDE_B][1],
                                               .a2_s = times[SIDE_A][1]});
  return hx_store_file_sync(d->runs, d->error);
}

/* As many blocks as the budget holds, by the warm-ups' time. False, with the reason in the result,
 * when not even the first look is near. */
static bool plan_looks(duet *d, double pair_s) {
  hx_compare_options rule = d->options->rule;
  double left_s = d->options->budget_s - (hx_clock_s() - d->began_s);
  if (d->options->blocks) {
    rule.looks[0] = d->options->blocks;
    rule.n_looks = 1;
  } else if (isfinite(left_s)) {
    hx_compare_plan_looks(&rule, (int)fmin(left_s / (2 * pair_s), HX_COMPARE_MAX_BLOCKS));
  } else {
    hx_compare_plan_looks(&rule, hx_compare_usual_blocks(rule.margin));
  }
  hx_compare_init(&d->rule, &rule);
  double first_s = 2 * pair_s * rule.looks[0];
  if (!isfinite(left_s) || first_s <= BUDGET_SLACK * left_s || d->result->failed ||
      d->result->interrupted || d->options->only_check)
    return true;
  d->result->failed = true;
  snprintf(
      d->result->reason, sizeof d->result->reason,
      "%d blocks of this workload take about %.0f s, but only %.0f s of the budget are left: use "
      "a longer --budget or a smaller workload",
      rule.looks[0], first_s, fmax(left_s, 0));
  return false;
}

/* Would one more block of mean length end after the budget? The first look is always reached. */
static bool out_of_budget(const duet *d, double blocks_began_s) {
  int n = d->rule.n_blocks;
  if (d->options->blocks || n < d->rule.options.looks[0])
    return false;
  double now_s = hx_clock_s();
  return now_s - d->began_s + (now_s - blocks_began_s) / n > d->options->budget_s;
}

static bool run_blocks(duet *d) {
  double blocks_began_s = hx_clock_s();
  bool go_on = true;
  hx_compare_verdict verdict = HX_COMPARE_GO_ON;
  while (go_on && verdict == HX_COMPARE_GO_ON) {
    if (interrupted(d) || out_of_budget(d, blocks_began_s))
      break;
    if (!run_block(d, &go_on))
      return false;
    if (go_on)
      verdict = hx_compare_decide(&d->rule, &d->result->compare);
  }
  return true;
}

/* ---- all of it ---- */

static double spread(const hx_compare *rule) {
  double x[HX_COMPARE_MAX_BLOCKS];
  size_t n = (size_t)rule->n_blocks;
  if (n < 4)
    return (double)NAN;
  memcpy(x, rule->x, n * sizeof *x);
  double median = hx_stats_median(x, n); /* which leaves x in another order */
  return hx_stats_mad_sd(x, n, median);
}

static bool measure(duet *d) {
  double pair_s;
  bool go_on;
  if (!warm_up(d, &pair_s, &go_on))
    return false;
  go_on = go_on && !d->options->only_check;
  go_on = plan_looks(d, pair_s) && go_on;
  if (go_on)
    choose_turns(d);
  if (go_on && !run_blocks(d))
    return false;
  hx_duet_result *result = d->result;
  hx_compare_finish(&d->rule, &result->compare);
  result->noise = spread(&d->rule);
  result->a_rss_kib = hx_stats_median(d->rss_kib[SIDE_A], d->n[SIDE_A]);
  result->b_rss_kib = hx_stats_median(d->rss_kib[SIDE_B], d->n[SIDE_B]);
  result->grew = hx_compare_grew(d->rss_kib[SIDE_A], d->n[SIDE_A], d->rss_kib[SIDE_B], d->n[SIDE_B],
                                 d->options->max_rss_growth);
  result->a_s = hx_stats_median(d->seconds[SIDE_A], d->n[SIDE_A]);
  result->b_s = hx_stats_median(d->seconds[SIDE_B], d->n[SIDE_B]);
  result->interference = hx_interference_of(d->disturbed, d->n_disturbed);
  return hx_store_file_sync(d->runs, d->error);
}

bool hx_duet_run(const hx_measure_context *context, const hx_duet_options *options,
                 const hx_duet_player *a, const hx_duet_player *b, hx_duet_result *result,
                 pvs_error *error) {
  *result = (hx_duet_result){.workers = hx_config_workers(a->config)};
  duet *d = calloc(1, sizeof *d);
  if (!d)
    return hx_fail_memory(error);
  d->context = context;
  d->options = options;
  d->player[SIDE_A] = a;
  d->player[SIDE_B] = b;
  d->result = result;
  d->began_s = hx_clock_s();
  d->error = error;
  hx_rng_seed(&d->rng, options->rule.seed);
  d->runs = hx_store_file_open(context->folder, &hx_runs_schema, error);
  bool ok = d->runs && measure(d);
  hx_store_file_close(d->runs);
  free(d);
  return ok;
}
