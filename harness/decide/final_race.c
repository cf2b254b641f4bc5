/* The final's race: the finalists in rounds of random order, until one is left, the rest tie, or the
 * rounds are used up. What a whole round shares (drift, a step) cancels: levels are fitted to rows
 * and columns by median polish (Tukey 1977), each row a round. */
#include "decide/final_state.h"

#include <math.h>

enum {
  FEWEST_ROUNDS = 4, /* before anything is shown to be slower, and before the race may end */
  POLISH = 6,
};
static const double HOPELESS = 1.6;        /* times the best: out after any round */
static const double BASELINE_RACES = 1.25; /* times the best */
static const double ALPHA = 0.05; /* of ever dropping the best, and of ending while one is faster */
static const double TIE_SE =
    2;                       /* ties: behind by at most the tie width and so many standard errors */
static const double CAP = 4; /* times what is expected */

/* Of the confirmation's expected cost, kept of the budget: runs may take longer than expected. */
static const double SPARE = 1.15;

/* In tie widths. SIMPLER: the choice may be so much slower than the leader. DOUBTED: the race goes on
 * while another may be faster than the choice by more than this. Large machines have more that is
 * nearly as good, and such small losses add up there. */
static const double SIMPLER = 0.5, SIMPLER_LARGE = 0.3;
static const double DOUBTED = 1, DOUBTED_LARGE = 0.5;

void hx_final_race_begin(hx_final *f) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  for (size_t i = 0; i < f->m; i++)
    if (i > 0 || f->m == 1 ||
        (!f->options.baseline_barred &&
         (isnan(f->seconds[0]) || f->seconds[0] < BASELINE_RACES * best)))
      f->racers[f->n_racers++] = (hx_racer){.point = i, .level = (double)NAN};
  f->noise = (double)NAN;
}

static bool racing(const hx_racer *r) {
  return !r->broken && r->out_after == 0;
}

/* Levels of those still racing, who have a run of every round, and the noise of one run. */
static void fit_levels(hx_final *f) {
  double y[HX_FINAL_RACE_ROUNDS][HX_FINAL_MOST], mu[HX_FINAL_MOST] = {0}, row[HX_FINAL_MOST];
  double column[HX_FINAL_RACE_ROUNDS], shared[HX_FINAL_RACE_ROUNDS] = {0};
  size_t who[HX_FINAL_MOST], n = 0, rounds = (size_t)f->round;
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i]))
      who[n++] = i;
  for (size_t r = 0; r < rounds; r++)
    for (size_t c = 0; c < n; c++)
      y[r][c] = f->race[r][who[c]];
  for (int turn = 0; turn < POLISH; turn++) {
    for (size_t r = 0; r < rounds; r++) {
      for (size_t c = 0; c < n; c++)
        row[c] = y[r][c] - mu[c];
      shared[r] = hx_stats_median(row, n);
    }
    for (size_t c = 0; c < n; c++) {
      for (size_t r = 0; r < rounds; r++)
        column[r] = y[r][c] - shared[r];
      mu[c] = hx_stats_median(column, rounds);
    }
  }
  double rest[HX_FINAL_RACE_ROUNDS * HX_FINAL_MOST];
  size_t k = 0;
  for (size_t r = 0; r < rounds; r++)
    for (size_t c = 0; c < n; c++)
      rest[k++] = y[r][c] - mu[c] - shared[r];
  double centre = n > 0 ? hx_stats_median(shared, rounds) : 0;
  for (size_t c = 0; c < n; c++)
    f->racers[who[c]].level = mu[c] + centre;
  f->df = rounds > 1 && n > 1 ? (double)((rounds - 1) * (n - 1)) : 0;
  if (f->df > 0)
    f->noise = hx_stats_mad_sd(rest, k, 0) * sqrt((double)k / f->df);
}

static double difference_se(const hx_final *f) {
  return fmax(1e-6, f->noise) * sqrt(2.0 / f->round);
}

/* The lowest level of those still racing; n_racers: none is. */
static size_t leader_of(const hx_final *f) {
  size_t leader = f->n_racers;
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i]) &&
        (leader == f->n_racers || f->racers[i].level < f->racers[leader].level))
      leader = i;
  return leader;
}

/* Two things must be shown: that it does not tie with the leader, and, at a level that bounds the
 * error over all racers, that it is not the best by more than half a tie. */
static bool shown_slower(const hx_final *f, double behind) {
  if (f->round < FEWEST_ROUNDS || f->df <= 0)
    return false;
  double se = difference_se(f), tie = f->options.tie;
  double level = 1 - ALPHA / (double)(f->n_racers > 1 ? f->n_racers - 1 : 1);
  return behind > tie + TIE_SE * se && behind > hx_stats_t_quantile(level, f->df) * se - tie / 2;
}

/* The simplest of those that are hardly behind, which is also the policy where noise hides more than
 * that. */
static size_t choose(const hx_final *f, size_t leader) {
  size_t winner = leader;
  double tie = f->options.tie * (hx_space_is_large(f->space) ? SIMPLER_LARGE : SIMPLER);
  double margin = f->df > 0 ? fmin(difference_se(f), tie / 2) : 0;
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i]) && f->racers[i].level - f->racers[leader].level + margin <= tie &&
        hx_space_prefer(f->space, &f->points[f->racers[i].point],
                        &f->points[f->racers[winner].point]) < 0)
      winner = i;
  return winner;
}

/* Bound on the chance that one of those still racing is faster than the choice by enough to matter. */
static double risk(const hx_final *f, size_t choice) {
  double sum = 0, tie = f->options.tie * (hx_space_is_large(f->space) ? DOUBTED_LARGE : DOUBTED);
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i]) && i != choice)
      sum += hx_stats_t_upper(
          (tie - f->racers[choice].level + f->racers[i].level) / difference_se(f), f->df);
  return sum;
}

/* After a round: who is out, and whether to go on. */
static bool goes_on(hx_final *f) {
  fit_levels(f);
  size_t leader = leader_of(f), left = 0;
  if (leader == f->n_racers)
    return false;
  for (size_t i = 0; i < f->n_racers; i++) {
    hx_racer *r = &f->racers[i];
    if (!racing(r))
      continue;
    double behind = r->level - f->racers[leader].level;
    r->ties = f->df <= 0 || behind <= f->options.tie + TIE_SE * difference_se(f);
    if (behind > log(HOPELESS) || shown_slower(f, behind)) {
      r->out_after = f->round;
      r->ties = false;
    }
    left += racing(r);
  }
  f->race_winner = choose(f, leader);
  bool settled =
      f->round >= FEWEST_ROUNDS && (left == 1 || (f->df > 0 && risk(f, f->race_winner) <= ALPHA));
  return !settled && f->round < f->options.rounds;
}

static double round_s(const hx_final *f) {
  double sum = 0;
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i])) {
      double own = f->seconds[f->racers[i].point];
      sum += isnan(own) ? 0 : own;
    }
  return sum * f->options.cost_of_second;
}

bool hx_final_race_next(hx_final *f) {
  if (f->round > 0 && !goes_on(f))
    return false;
  if (round_s(f) > f->left_s - SPARE * hx_final_confirm_least_s(f))
    return false;
  f->round++;
  f->n_order = f->at = 0;
  for (size_t i = 0; i < f->n_racers; i++)
    if (racing(&f->racers[i]))
      f->order[f->n_order++] = i;
  hx_rng_shuffle(&f->rng, f->order, f->n_order);
  return f->n_order > 0;
}

double hx_final_race_cap_s(const hx_final *f, size_t racer) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  double expected = f->seconds[f->racers[racer].point];
  return isfinite(best) ? CAP * fmax(isnan(expected) ? 0 : expected, best) : INFINITY;
}

void hx_final_race_add(hx_final *f, size_t racer, hx_final_outcome outcome, double seconds,
                       bool disturbed) {
  hx_racer *r = &f->racers[racer];
  f->race[f->round - 1][racer] = log(seconds);
  r->runs += outcome == HX_FINAL_VALID;
  r->disturbed += disturbed;
  r->broken = r->broken || outcome == HX_FINAL_INVALID;
}

size_t hx_final_race_end(hx_final *f) {
  size_t fastest = 0, winner = leader_of(f) < f->n_racers ? f->racers[f->race_winner].point : 0;
  double least = INFINITY;
  f->race_rounds = f->round;
  for (size_t i = 0; i < f->n_racers; i++) {
    const hx_racer *r = &f->racers[i];
    if (r->broken || isnan(r->level))
      continue;
    f->seconds[r->point] = exp(r->level);
    f->shaky[r->point] = r->out_after > 0 && (r->runs <= 1 || r->disturbed > 0);
    if (r->point != 0 && r->level < least) {
      least = r->level;
      fastest = r->point;
    }
  }
  /* Where serial won, it is confirmed against the best of the others. */
  return winner == 0 ? fastest : winner;
}

static int rounds_of(const hx_final *f, const hx_racer *r) {
  return r->out_after > 0 ? r->out_after : f->race_rounds;
}

hx_pairs hx_final_race_against(const hx_final *f, size_t a, size_t b) {
  hx_pairs_cell cells[HX_FINAL_RACE_ROUNDS][2];
  int n = rounds_of(f, &f->racers[a]), m = rounds_of(f, &f->racers[b]);
  n = n < m ? n : m;
  for (int r = 0; r < n; r++) {
    cells[r][0] = (hx_pairs_cell){f->race[r][a], false};
    cells[r][1] = (hx_pairs_cell){f->race[r][b], false};
  }
  return hx_pairs_compare(&cells[0][0], &cells[0][1], (size_t)n, 2, false);
}
