/* The tables of whole-space searches: machines, budgets, programs that ignore workers. */
#include "selftest/show.h"
#include "selftest/surface_file.h"
#include "selftest/surface_params.h"
#include "selftest/trial_search.h"

#include "base/fail.h"
#include "cli/message.h"

#include <math.h>
#include <stdlib.h>

enum { NOISE = 4000 };

/* What every row counts. */
typedef struct tally {
  size_t n, n_false, printed, covered, states[HX_VERDICT_STATES];
  double *regret, *runs, *serial_runs, *best_runs;
} tally;

static bool tally_init(tally *t, size_t n) {
  *t = (tally){.regret = calloc(4 * n, sizeof(double))};
  t->runs = t->regret + n;
  t->serial_runs = t->runs + n;
  t->best_runs = t->serial_runs + n;
  return t->regret != NULL;
}

static void count(tally *t, const search_trial *trial) {
  t->regret[t->n] = trial->regret;
  t->runs[t->n] = trial->runs;
  t->serial_runs[t->n] = trial->serial_runs;
  t->best_runs[t->n] = trial->best_runs;
  t->n++;
  t->n_false += trial->false_winner;
  t->printed += trial->printed;
  t->covered += trial->covered;
  t->states[trial->verdict.state]++;
}

static double at(double *x, const tally *t, double p) {
  return hx_stats_quantile(x, t->n, p);
}

/* All surfaces of a machine through one way of searching. */
typedef bool search_way(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                        double budget_s, search_trial *trial);

typedef struct plan {
  const model *machine;
  bool held_out;
  size_t seeds;
  double budget; /* in best runs; INFINITY: none */
} plan;

static bool search_machine(const plan *p, search_way *way, tally *t) {
  static double noise[NOISE];
  for (size_t i = 0; i < p->seeds; i++) {
    hx_rng rng;
    hx_rng_seed(&rng, (p->held_out ? 200000U : 100000U) + i);
    surface *s = surface_draw(p->machine, &rng, p->held_out);
    hx_noise_draw(i % 2 ? HX_NOISE_SIMULATED : HX_NOISE_RECORDED, &rng, noise, NOISE);
    search_trial trial;
    double best = s ? s->configs[s->best].seconds : 0;
    if (!s || !way(s, noise, NOISE, i + 1, p->budget * best, &trial)) {
      surface_destroy(s);
      return false;
    }
    count(t, &trial);
    surface_destroy(s);
  }
  return true;
}

/* ---- the machines ---- */

static const double REGRET_P95 = 0.025, REGRET_P95_ALL = 0.02, REGRET_P99 = 0.06;

static bool keeps(const model *m, tally *t) {
  bool small = m && m->cores <= 8;
  double p95 = m ? REGRET_P95 : REGRET_P95_ALL;
  return at(t->regret, t, 0.95) <= p95 && at(t->regret, t, 0.99) <= REGRET_P99 &&
         (!m || (at(t->best_runs, t, 0.5) <= (small ? 200 : 250) &&
                 at(t->best_runs, t, 0.95) <= (small ? 200 : 350)));
}

static void search_row(hx_table *t, const char *name, const model *m, tally *own, tally *grid,
                       tally *scan, size_t *broken) {
  hx_table_row(t);
  hx_table_text(t, "%s", name);
  selftest_percent(t, at(own->regret, own, 0.5), 1);
  selftest_percent(t, at(own->regret, own, 0.95), 1);
  selftest_percent(t, at(own->regret, own, 0.99), 1);
  selftest_percent(t, at(own->regret, own, 1), 0);
  hx_table_number(t, at(own->runs, own, 0.5), 0);
  hx_table_number(t, at(own->serial_runs, own, 0.5), 0);
  hx_table_number(t, at(own->best_runs, own, 0.5), 0);
  hx_table_number(t, at(own->best_runs, own, 0.95), 0);
  selftest_percent(t, (double)own->n_false / (double)own->n, 1);
  selftest_percent(t, (double)own->covered / (double)own->printed, 1);
  selftest_percent(t, grid ? at(grid->regret, grid, 0.95) : (double)NAN, 0);
  hx_table_number(t, grid ? at(grid->best_runs, grid, 0.5) : (double)NAN, 0);
  selftest_percent(t, scan ? at(scan->regret, scan, 0.95) : (double)NAN, 0);
  hx_table_number(t, scan ? at(scan->best_runs, scan, 0.5) : (double)NAN, 0);
  bool kept = keeps(m, own);
  *broken += !kept;
  selftest_kept(t, true, kept);
}

static hx_table *search_table(const char *key, const char *title) {
  hx_table *t = hx_table_create(key, title);
  hx_table_column(t, "machine", "machine", HX_COL_TEXT);
  hx_table_column(t, "regret_median", NULL, HX_COL_NUMBER);
  hx_table_column(t, "regret_p95", "p95", HX_COL_NUMBER);
  hx_table_column(t, "regret_p99", "p99", HX_COL_NUMBER);
  hx_table_column(t, "regret_max", "max", HX_COL_NUMBER);
  hx_table_column(t, "runs_median", NULL, HX_COL_NUMBER);
  hx_table_column(t, "serial_runs_median", NULL, HX_COL_NUMBER);
  hx_table_column(t, "best_runs_median", "cost", HX_COL_NUMBER);
  hx_table_column(t, "best_runs_p95", "p95", HX_COL_NUMBER);
  hx_table_column(t, "false_winners", "false", HX_COL_NUMBER);
  hx_table_column(t, "covered", "covered", HX_COL_NUMBER);
  hx_table_column(t, "grid_regret_p95", "grid", HX_COL_NUMBER);
  hx_table_column(t, "grid_best_runs", "cost", HX_COL_NUMBER);
  hx_table_column(t, "scan_regret_p95", "scan", HX_COL_NUMBER);
  hx_table_column(t, "scan_best_runs", "cost", HX_COL_NUMBER);
  hx_table_column(t, "kept", "kept", HX_COL_TEXT);
  return t;
}

static void merge(tally *all, const tally *t) {
  for (size_t i = 0; i < t->n; i++) {
    all->regret[all->n + i] = t->regret[i];
    all->runs[all->n + i] = t->runs[i];
    all->serial_runs[all->n + i] = t->serial_runs[i];
    all->best_runs[all->n + i] = t->best_runs[i];
  }
  all->n += t->n;
  all->n_false += t->n_false;
  all->printed += t->printed;
  all->covered += t->covered;
}

/* Machines first .. first + n - 1; with the ways of today where asked for. */
static bool add_machines(hx_table *t, size_t first, size_t n, bool held_out, size_t seeds,
                         bool others, size_t *broken) {
  tally all;
  bool ok = tally_init(&all, n * seeds);
  for (size_t i = 0; i < n && ok; i++) {
    model *m = model_create(&model_machines[first + i]);
    tally own, grid = {0}, scan = {0};
    ok = m && tally_init(&own, seeds);
    if (!ok) {
      model_destroy(m);
      break;
    }
    plan p = {m, held_out, seeds, INFINITY};
    ok = search_machine(&p, search_trial_run, &own);
    bool with = others && ok && tally_init(&grid, seeds) && tally_init(&scan, seeds);
    if (with)
      ok = search_machine(&p, search_trial_grid, &grid) &&
           search_machine(&p, search_trial_scan, &scan);
    if (ok) {
      search_row(t, m->shape.name, m, &own, with ? &grid : NULL, with ? &scan : NULL, broken);
      merge(&all, &own);
    }
    free(grid.regret);
    free(scan.regret);
    free(own.regret);
    model_destroy(m);
  }
  if (ok)
    search_row(t, "all", NULL, &all, NULL, NULL, broken);
  free(all.regret);
  return ok;
}

/* ---- budgets ---- */

static bool add_budgets(hx_table *t, size_t seeds, size_t *broken) {
  static const double budgets[] = {30, 60, 120};
  for (size_t b = 0; b < 3; b++) {
    tally all;
    bool ok = tally_init(&all, 4 * seeds);
    for (size_t i = 0; i < 4 && ok; i++) {
      model *m = model_create(&model_machines[i]);
      plan p = {m, false, seeds, budgets[b]};
      ok = m && search_machine(&p, search_trial_run, &all);
      model_destroy(m);
    }
    if (!ok) {
      free(all.regret);
      return false;
    }
    double answered = 1 - (double)all.states[HX_VERDICT_TOO_SHORT] / (double)all.n;
    bool kept = budgets[b] < 120 || at(all.regret, &all, 0.95) <= 0.04;
    hx_table_row(t);
    hx_table_number(t, budgets[b], 0);
    selftest_percent(t, answered, 1);
    selftest_percent(t, at(all.regret, &all, 0.95), 1);
    selftest_kept(t, budgets[b] >= 120, kept);
    *broken += !kept;
    free(all.regret);
  }
  return true;
}

/* ---- commands with parameters ---- */

static bool search_params(size_t seeds, int n_params, bool effect, tally *all) {
  static double noise[NOISE];
  bool ok = true;
  for (size_t i = 0; i < 4 && ok; i++) {
    model *m = model_create(&model_machines[i]);
    ok = m != NULL;
    for (size_t k = 0; k < seeds && ok; k++) {
      hx_rng rng;
      search_trial trial;
      hx_rng_seed(&rng, 300000U + 1000 * i + k);
      surface *base = effect ? surface_draw(m, &rng, false) : surface_flat(m, 1);
      surface *s = base ? surface_with_params(base, n_params, effect, &rng) : NULL;
      hx_noise_draw(k % 2 ? HX_NOISE_SIMULATED : HX_NOISE_RECORDED, &rng, noise, NOISE);
      ok = s && search_trial_run(s, noise, NOISE, k + 1, INFINITY, &trial);
      if (ok)
        count(all, &trial);
      surface_destroy(s);
    }
    model_destroy(m);
  }
  return ok;
}

static hx_table *params_table(size_t seeds, bool *ok) {
  static const struct {
    const char *name;
    int n;
    bool effect;
  } kinds[] = {{"level", 1, true}, {"level and mode", 2, true}, {"both, without effect", 2, false}};
  hx_table *t = hx_table_create("parameters", "Commands with parameters, up to 8 cores: 9 levels, "
                                              "4 modes, each worker count and pin strategy");
  hx_table_columns(t, "parameters=parameters|#tunings=tunings|#regret_median|#regret_p95=p95|"
                      "#regret_p99=p99|#best_runs_median=cost|#best_runs_p95=p95|"
                      "#false_winners=false|#covered=covered");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && *ok; i++) {
    tally all;
    *ok = tally_init(&all, 4 * seeds);
    *ok = *ok && search_params(seeds, kinds[i].n, kinds[i].effect, &all);
    if (*ok) {
      hx_table_row(t);
      hx_table_text(t, "%s", kinds[i].name);
      hx_table_number(t, (double)all.n, 0);
      selftest_percent(t, at(all.regret, &all, 0.5), 1);
      selftest_percent(t, at(all.regret, &all, 0.95), 1);
      selftest_percent(t, at(all.regret, &all, 0.99), 1);
      hx_table_number(t, at(all.best_runs, &all, 0.5), 0);
      hx_table_number(t, at(all.best_runs, &all, 0.95), 0);
      selftest_percent(t, (double)all.n_false / (double)all.n, 1);
      selftest_percent(t, all.printed ? (double)all.covered / (double)all.printed : (double)NAN, 1);
    }
    free(all.regret);
  }
  hx_table_note(t, "Nothing is promised of these: there are 9 to 36 times as many configurations.");
  return t;
}

/* ---- programs that ignore workers ---- */

static bool add_nulls(hx_table *t, size_t tunings, size_t *broken) {
  static double noise[NOISE];
  static const size_t machines[] = {0, 3};
  for (int kind = 0; kind < NULL_KINDS; kind++) {
    tally all;
    if (!tally_init(&all, 2 * tunings))
      return false;
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++) {
      model *m = model_create(&model_machines[machines[i]]);
      surface *s = m ? surface_flat(m, 1) : NULL;
      ok = s != NULL;
      for (size_t k = 0; k < tunings / 2 && ok; k++) {
        search_trial trial;
        null_noise_draw((null_noise)kind, k + 1, noise, NOISE);
        ok = search_trial_run(s, noise, NOISE, k + 1, INFINITY, &trial);
        if (ok)
          count(&all, &trial);
      }
      surface_destroy(s);
      model_destroy(m);
    }
    if (ok) {
      double n = (double)all.n;
      bool kept = (double)all.n_false / n <= 0.01;
      hx_table_row(t);
      hx_table_text(t, "%s", null_noise_name((null_noise)kind));
      hx_table_number(t, n, 0);
      hx_table_number(t, (double)all.n_false, 0);
      selftest_percent(t, (double)all.states[HX_VERDICT_NO_EFFECT] / n, 0);
      selftest_percent(t, (double)all.states[HX_VERDICT_NOT_SHOWN] / n, 0);
      hx_table_number(t, at(all.runs, &all, 0.5), 0);
      selftest_kept(t, true, kept);
      *broken += !kept;
    }
    free(all.regret);
    if (!ok)
      return false;
  }
  return true;
}

/* ---- a machine that slows down ---- */

static bool add_slowdowns(hx_table *t, size_t seeds, size_t *broken) {
  static double noise[NOISE];
  static const size_t machines[] = {0, 3, MODEL_TUNED - 1, MODEL_TUNED + MODEL_HELD_OUT - 1};
  for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
    tally all;
    size_t missed = 0;
    model *m = model_create(&model_machines[machines[i]]);
    bool ok = m && tally_init(&all, seeds);
    for (size_t k = 0; k < seeds && ok; k++) {
      hx_rng rng;
      search_trial trial;
      hx_rng_seed(&rng, 400000U + k);
      surface *s = surface_draw(m, &rng, machines[i] >= MODEL_TUNED);
      slowdown_draw(k + 1, noise, NOISE);
      ok = s && search_trial_run(s, noise, NOISE, k + 1, INFINITY, &trial);
      surface_destroy(s);
      if (ok)
        count(&all, &trial);
      missed += ok && trial.missed;
    }
    bool kept = (double)missed <= 0.01 * (double)seeds;
    if (ok) {
      hx_table_row(t);
      hx_table_text(t, "%s", m->shape.name);
      hx_table_number(t, (double)all.n, 0);
      hx_table_number(t, (double)missed, 0);
      selftest_percent(t, at(all.regret, &all, 0.95), 1);
      hx_table_number(t, at(all.best_runs, &all, 0.5), 0);
      selftest_kept(t, true, kept);
      *broken += !kept;
    }
    if (m)
      free(all.regret);
    model_destroy(m);
    if (!ok)
      return false;
  }
  return true;
}

/* ---- surfaces of a file ---- */

static int show_surfaces(const selftest_options *o) {
  static double noise[NOISE];
  pvs_error error = {0};
  surface_file *file = surface_file_open(o->surface, &error);
  if (!file) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_USAGE;
  }
  hx_table *t = hx_table_create("surfaces", NULL);
  hx_table_column(t, "surface", "surface", HX_COL_TEXT);
  hx_table_column(t, "regret", "regret", HX_COL_NUMBER);
  hx_table_column(t, "runs", "runs", HX_COL_NUMBER);
  hx_table_column(t, "serial_runs", "serial runs", HX_COL_NUMBER);
  hx_table_column(t, "best_runs", "best runs", HX_COL_NUMBER);
  hx_table_column(t, "state", "state", HX_COL_TEXT);
  char name[SURFACE_NAME];
  bool ok = true;
  uint64_t number = 0;
  for (surface *s; ok && (s = surface_file_next(file, name, &error)) != NULL; number++) {
    hx_rng rng;
    search_trial trial;
    hx_rng_seed(&rng, number + 1);
    hx_noise_draw(number % 2 ? HX_NOISE_SIMULATED : HX_NOISE_RECORDED, &rng, noise, NOISE);
    ok = search_trial_run(s, noise, NOISE, number + 1, INFINITY, &trial);
    if (ok) {
      hx_table_row(t);
      hx_table_text(t, "%s", name);
      hx_table_number(t, trial.regret, 4);
      hx_table_number(t, trial.runs, 0);
      hx_table_number(t, trial.serial_runs, 1);
      hx_table_number(t, trial.best_runs, 0);
      hx_table_text(t, "%s", hx_search_verdict_name(trial.verdict.state));
    }
    surface_destroy(s);
  }
  surface_file_close(file);
  if (error.code != PVS_OK || number == 0) {
    hx_error("%s", error.code != PVS_OK ? HX_FAIL_LINE(&error) : "no surface found in the file");
    hx_table_destroy(t);
    return HX_EXIT_USAGE;
  }
  return selftest_conclude(o, &t, 1, ok, 0);
}

int selftest_show_search(const selftest_options *o) {
  if (o->surface)
    return show_surfaces(o);
  size_t seeds = selftest_repetitions(o, 300), broken = 0;
  hx_table *machines =
      search_table("search", "Searching whole machines: regret against the best of "
                             "all configurations");
  hx_table *others =
      search_table("held_out", "The same on machines and programs that the search was "
                               "not tuned on");
  hx_table *budgets =
      hx_table_create("budgets", "Up to 8 cores, with a budget in runs of the best");
  hx_table_column(budgets, "budget", "budget", HX_COL_NUMBER);
  hx_table_column(budgets, "answered", "answered", HX_COL_NUMBER);
  hx_table_column(budgets, "regret_p95", "p95", HX_COL_NUMBER);
  hx_table_column(budgets, "kept", "kept", HX_COL_TEXT);
  hx_table *nulls = hx_table_create("nulls", "Programs that ignore their workers");
  hx_table_column(nulls, "noise", "noise", HX_COL_TEXT);
  hx_table_column(nulls, "tunings", "tunings", HX_COL_NUMBER);
  hx_table_column(nulls, "false_winners", "false winners", HX_COL_NUMBER);
  hx_table_column(nulls, "no_effect", "no effect", HX_COL_NUMBER);
  hx_table_column(nulls, "not_shown", "not shown", HX_COL_NUMBER);
  hx_table_column(nulls, "runs", "runs", HX_COL_NUMBER);
  hx_table_column(nulls, "kept", "kept", HX_COL_TEXT);
  bool ok = add_machines(machines, 0, MODEL_TUNED, false, seeds, true, &broken) &&
            add_machines(others, MODEL_TUNED, MODEL_HELD_OUT, true, seeds, false, &broken) &&
            add_budgets(budgets, seeds, &broken) &&
            add_nulls(nulls, (10 * seeds + 11) / 12, &broken);
  hx_table *slowdowns =
      hx_table_create("slowdowns", "A machine that becomes 2.2 to 3 times slower meanwhile");
  hx_table_columns(slowdowns, "machine=machine|#tunings=tunings|#missed=missed|"
                              "#regret_p95=p95|#best_runs_median=cost|kept=kept");
  ok = ok && add_slowdowns(slowdowns, seeds, &broken);
  hx_table_note(slowdowns, "missed: serial or nothing is recommended where the best is at least "
                           "twice as fast. Promised: at most 1 %%.");
  hx_table_note(
      machines,
      "%zu programs a machine. p95, p99, max: time of what is recommended over that of the "
      "best, less one; promised 2.5 %% and 6 %%, and 2 %% for all together.",
      seeds);
  hx_table_note(machines,
                "cost: time of the search over that of one best run, median and p95; "
                "promised 250 and 350, up to 8 cores 200. false: a winner over serial whose "
                "gain is below 2 %%. covered: printed 95 %% intervals that hold the truth.");
  hx_table_note(machines, "grid: only the counts that the topology suggests, as a list. scan: "
                          "threads 1 to n, ten runs each.");
  hx_table_note(nulls, "Promised: at most 1 %% false winners.");
  hx_table *params = params_table(seeds, &ok);
  hx_table *tables[] = {machines, others, budgets, params, nulls, slowdowns};
  return selftest_conclude(o, tables, 6, ok, broken);
}
