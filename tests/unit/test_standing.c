/* What is shown of a search never contradicts its verdict, however the machine's speed changes meanwhile:
 * many searches through a runner whose times are made up, each looked at in the sweep's lines, in the
 * store, in the report and in the tables of its plots. */
#include "unit/sweep_support.h"

#include "decide/stats.h"
#include "report/model.h"
#include "report/plot.h"
#include "tune/standings.h"
#include "tune/tune.h"

#include <ctype.h>
#include <sys/stat.h>

enum { SEARCHES = 40 };

/* A program that scales by Amdahl's law, on a machine that drifts, changes its speed once and is
 * disturbed in bursts. */
typedef struct machine {
  double serial_share, pin_gain, noise, drift, step;
  size_t made, step_at;
  bool counts_memory; /* ranked by memory, not by time */
  hx_rng rng;
} machine;

static double seconds_of(const machine *m, const hx_config *c) {
  int n = hx_config_workers(c), busy = n < 4 ? n : 4;
  double s = 0.2 * (m->serial_share + (1 - m->serial_share) / busy) * (1 + 0.01 * (n - busy));
  if (c->executor == HX_EXECUTOR_PROCESSES)
    s *= 1.01;
  return strcmp(c->pin, "none") == 0 ? s : s * (1 - m->pin_gain);
}

static void run_machine(void *ctx, const hx_runner_job *job, hx_measured *out) {
  machine *m = ctx;
  double at = (double)m->made++;
  double speed = m->drift * sin(at / 40) + (m->made > m->step_at ? m->step : 0) +
                 m->noise * hx_rng_normal(&m->rng);
  double seconds = seconds_of(m, job->config) * exp(speed);
  double limit_s = fmin(job->cap_s, job->timeout_s);
  hx_utc_now(out->process.start_utc);
  hx_utc_now(out->process.end_utc);
  out->process.end = seconds > limit_s ? HX_PROCESS_CAPPED : HX_PROCESS_EXITED;
  out->process.wall_s = out->seconds = fmin(seconds, limit_s);
  out->process.max_rss_kib = (long)(1e6 * seconds);
  out->workers_seen = hx_config_workers(job->config);
}

static machine a_machine(uint64_t seed) {
  machine m = {0};
  hx_rng_seed(&m.rng, seed);
  static const double shares[] = {0.02, 0.3, 0.95, 1};
  m.serial_share = shares[seed % 4];
  m.pin_gain = seed % 3 == 0 ? 0.05 : 0;
  m.noise = seed % 5 == 0 ? 0.08 : 0.01;
  m.drift = seed % 2 ? 0.15 : 0;
  m.step = seed % 7 == 0 ? 0.4 : seed % 7 == 1 ? -0.4 : 0;
  m.step_at = 10 + seed % 60;
  m.counts_memory = seed % 6 == 5;
  return m;
}

typedef struct tried {
  hx_workload workload;
  hx_tuned tuned;
  hx_goal goal;
  char sentence[1024];
} tried;

static char machine_folder[128];

static void tune(tried *t, machine *m, uint64_t seed, bool again) {
  static const hx_runner_ops ops = {.name = "machine", .run = run_machine};
  hx_runner runner = {.ops = &ops, .ctx = m};
  hx_measure_context context = sweep_context(&runner);
  hx_sweep_options options = sweep_options(&t->workload, 1);
  hx_incumbents before = {0};
  hx_tune_end end;
  pvs_error error;
  t->goal = (hx_goal){.what = HX_MEASURE_RSS};
  context.folder = machine_folder;
  options.command = "tune";
  options.budget_s = seed % 8 == 7 ? 6 : INFINITY;
  options.listed = seed % 4 == 1;
  options.seed = seed;
  options.fresh = true;
  options.goal = m->counts_memory ? &t->goal : NULL;
  if ((again && !hx_incumbents_read(&context, &t->workload, 1, &before, afresh(&error))) ||
      !hx_tune_measure(&context, &options, again ? &before : NULL, &t->tuned, afresh(&error)) ||
      !hx_tune_recommend(&context, &options, &t->tuned, &end, afresh(&error)))
    fail_msg("%s", error.message);
  if (again)
    hx_incumbents_deinit(&before);
  hx_standings_sentence(&t->tuned.report, 0, t->sentence, sizeof t->sentence);
}

/* ---- the sweep's lines ---- */

static void assert_near_to(double a, double b) {
  if (!(fabs(a - b) <= 1e-6 * fabs(b)) && !(isnan(a) && isnan(b)))
    fail_msg("%.9g is not %.9g", a, b);
}

static int ties_in(const tried *t) {
  int ties = 0;
  for (size_t i = 0; i < t->tuned.report.n_configs; i++)
    ties += t->tuned.report.results[0].lines[i].same_as == i &&
            t->tuned.report.results[0].lines[i].estimate.fate == HX_SEARCH_TIED;
  return ties;
}

static void assert_holds(double lower, double estimate, double upper) {
  if (lower > estimate * (1 + 1e-9) || upper < estimate * (1 - 1e-9))
    fail_msg("%.9g is not in %.9g to %.9g", estimate, lower, upper);
}

static void lines_agree(const tried *t) {
  const hx_sweep_result *r = &t->tuned.report.results[0];
  const hx_search_verdict *v = &r->verdict;
  const hx_sweep_line *answer = &r->lines[r->winner];
  bool decided = hx_standings_are_decided(v->state);
  assert_holds(v->speedup.lower, v->speedup.estimate, v->speedup.upper);
  for (size_t i = 0; i < t->tuned.report.n_configs; i++) {
    const hx_search_estimate *e = &r->lines[i].estimate;
    if (!decided)
      assert_true(e->fate != HX_SEARCH_TIED && e->fate != HX_SEARCH_DROPPED);
    if (e->fate == HX_SEARCH_TIED)
      assert_true(e->n_valid > 0 && isfinite(e->ratio));
    if (e->fate == HX_SEARCH_DROPPED)
      assert_true(e->ratio_lower > 1);
    if (e->fate == HX_SEARCH_DROPPED && e->n_valid > 0)
      assert_true(e->seconds > answer->estimate.seconds && e->ratio > 1);
    assert_holds(e->ratio_lower, e->ratio, e->ratio_upper);
    assert_holds(e->lower_s, e->seconds, e->upper_s);
    assert_holds(r->lines[i].speedup_lower, r->lines[i].speedup, r->lines[i].speedup_upper);
    if (e->fate == HX_SEARCH_DROPPED && r->winner != r->serial)
      assert_false(r->lines[i].speedup >= answer->speedup);
    if (decided && e->n_valid > 0 && isfinite(e->ratio))
      assert_near_to(e->seconds, answer->estimate.seconds * e->ratio);
  }
  if (v->recommends) {
    int said = 1;
    sscanf(strstr(t->sentence, "simplest of the ") ? strstr(t->sentence, "simplest of the ") : "",
           "simplest of the %d", &said);
    assert_int_equal(ties_in(t), v->n_tied + 1);
    assert_int_equal(said, v->n_tied + 1);
    assert_near_to(answer->speedup, r->winner == r->serial ? 1 : v->speedup.estimate);
  }
}

/* ---- the report ---- */

static void report_agrees(const tried *t) {
  const hx_sweep_report *report = &t->tuned.report;
  const hx_sweep_result *r = &report->results[0];
  const hx_choice *choice = &t->tuned.choices[0];
  hx_report_data data;
  pvs_error error;
  char finding[HX_REPORT_FINDING];
  if (!hx_report_open(sweep_folder, "m-0123456789", &data, afresh(&error)))
    fail_msg("%s", error.message);
  const hx_report_topic *s = hx_report_find(&data, t->workload.key);
  assert_non_null(s);
  assert_string_equal(s->sweep, report->sweep);
  for (size_t i = 0; i < s->n_configs; i++) {
    const hx_report_config *c = &s->configs[i];
    const hx_sweep_line *line = &r->lines[config_index(report, c->key)];
    assert_int_equal(c->estimate.fate, line->estimate.fate);
    if (c->estimate.fate != HX_SEARCH_BROKEN)
      assert_near_to(c->estimate.seconds, line->estimate.seconds);
    assert_near_to(c->speedup, line->speedup);
  }
  hx_report_finding(s, finding, sizeof finding);
  finding[0] = (char)tolower((unsigned char)finding[0]);
  if (!choice->kept || choice->config == r->winner)
    assert_string_equal(finding, t->sentence);
  assert_int_equal(s->chosen != HX_REPORT_NOWHERE, choice->found);
  if (choice->found) {
    assert_int_equal(s->chosen, 0); /* the recommended one is the first row */
    assert_int_equal(config_index(report, s->configs[0].key), choice->config);
  }

  json_t *model = hx_model_topic(&data, s), *config;
  size_t at, ties = 0, best = 0;
  json_array_foreach(json_object_get(model, "configs"), at, config) {
    const char *verdict = json_string_value(json_object_get(config, "verdict"));
    ties += strcmp(verdict, "ties") == 0;
    best += strcmp(verdict, "recommended") == 0;
  }
  assert_int_equal(best, choice->found);
  assert_int_equal(ties + best, ties_in(t) - (!choice->found && ties_in(t) > 0));
  json_decref(model);

  for (hx_plot plot = HX_PLOT_SPEEDUP; plot <= HX_PLOT_DISTRIBUTIONS; plot++) {
    json_t *rows = hx_plot_rows(plot, &data, s, NULL), *row;
    size_t tied = 0;
    json_array_foreach(rows, at, row) {
      tied += json_is_true(json_object_get(row, "tied"));
      if (plot == HX_PLOT_SPEEDUP && json_is_true(json_object_get(row, "recommended")))
        assert_near_to(json_number_value(json_object_get(row, "speedup")),
                       r->lines[choice->config].speedup);
    }
    if (plot == HX_PLOT_DISTRIBUTIONS && choice->found)
      assert_int_equal(tied, ties_in(t));
    if (plot != HX_PLOT_RUNS) {
      const char *title = json_string_value(json_object_get(json_array_get(rows, 0), "finding"));
      if (hx_standings_are_decided(r->verdict.state))
        assert_string_equal(title + 1, finding + 1);
      else
        assert_null(title);
    }
    json_decref(rows);
  }
  hx_report_close(&data);
}

static void nothing_contradicts_the_verdict(void **state) {
  (void)state;
  int states[HX_VERDICT_STATES] = {0}, kept = 0;
  snprintf(machine_folder, sizeof machine_folder, "%s/m-0123456789", sweep_folder);
  assert_int_equal(mkdir(machine_folder, 0700), 0);
  for (uint64_t seed = 1; seed <= SEARCHES; seed++) {
    machine m = a_machine(seed);
    char key[64];
    snprintf(key, sizeof key, "cmd:prog%d {workers}", (int)seed);
    for (int again = 0; again < 2; again++) {
      tried t = {.workload = a_workload(key)};
      tune(&t, &m, seed + 1000 * (uint64_t)again, again);
      states[t.tuned.report.results[0].verdict.state]++;
      kept += t.tuned.choices[0].kept;
      lines_agree(&t);
      /* A second tuning that recommends nothing leaves the first one's recommendation. */
      if (!again || t.tuned.choices[0].found)
        report_agrees(&t);
      hx_tuned_deinit(&t.tuned);
      hx_workload_deinit(&t.workload);
    }
  }
  assert_true(kept > 0 && states[HX_VERDICT_FOUND] > 0 && states[HX_VERDICT_TIE] > 0);
  assert_true(states[HX_VERDICT_NO_EFFECT] > 0 && states[HX_VERDICT_NOT_SHOWN] > 0);
  assert_true(states[HX_VERDICT_TOO_SHORT] > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_contradicts_the_verdict)};
  return cmocka_run_group_tests(tests, sweep_setup, sweep_teardown);
}
