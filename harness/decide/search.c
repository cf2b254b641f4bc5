#include "decide/search.h"

#include "decide/fit.h"
#include "decide/stats.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Beside options->tie and alpha; each was set by `./dev selftest race`. */
enum {
  MIN_BLOCKS_TO_STOP =
      3,            /* while several survive: two runs do not show which of them was disturbed */
  SHRINK_FROM = 13, /* survivors from which their own spread is known well enough to shrink with */
};
static const double TIE_SE =
    2.0; /* tied: behind by at most the tie width + this many standard errors */
static const double POLICY_SE =
    1.0; /* the policy may pick what is behind by at most the tie width - this many */

typedef struct track {
  hx_search_config config;
  int n_valid, n_censored, n_invalid;
  int last_block;      /* after which it was dropped; 0: alive */
  hx_search_fate fate; /* once dropped: DROPPED, HOPELESS or BROKEN */
  double spent_s;
  double best_s; /* fastest valid run */
} track;

struct hx_search {
  hx_search_options options;
  size_t m;
  track *tracks;    /* [m] */
  hx_fit_run *runs; /* valid ones, in the order made */
  size_t n_runs, max_runs, all_runs;
  double *mu;        /* [m] ln(seconds), as of the last fit */
  double *posterior; /* [m] mu, shrunk where many are left to compare */
  double *work;      /* [max_runs] */
  hx_fit fit;        /* noise with the prior worked in */
  hx_fit_work *fit_work;
  hx_rng rng;
  size_t runs_in_block;
  int block; /* current one, 1-based; 0 before the first */
  double spent_s;
  hx_search_stop stop;
};

hx_search_options hx_search_defaults(void) {
  return (hx_search_options){.alpha = 0.05,
                             .tie = 0.02,
                             .cap_ratio = 1.6,
                             .max_blocks = 10,
                             .prior_noise = 0,
                             .prior_noise_df = 0,
                             .seed = 1};
}

hx_search *hx_search_create(const hx_search_config *configs, size_t m,
                            const hx_search_options *options) {
  assert(m >= 1 && options->max_blocks >= 1);
  hx_search *s = calloc(1, sizeof *s);
  if (!s)
    return NULL;
  s->options = *options;
  s->m = m;
  s->max_runs = m * (size_t)options->max_blocks;
  s->tracks = calloc(m, sizeof *s->tracks);
  s->runs = calloc(s->max_runs, sizeof *s->runs);
  s->mu = calloc(m, sizeof *s->mu);
  s->posterior = calloc(m, sizeof *s->posterior);
  s->work = calloc(s->max_runs, sizeof *s->work);
  s->fit_work = hx_fit_create(s->max_runs, m, (size_t)options->max_blocks);
  if (!s->tracks || !s->runs || !s->mu || !s->posterior || !s->work || !s->fit_work) {
    hx_search_destroy(s);
    return NULL;
  }
  for (size_t c = 0; c < m; c++) {
    s->tracks[c].config = configs[c];
    s->tracks[c].best_s = INFINITY;
    s->mu[c] = (double)NAN;
  }
  s->fit = (hx_fit){(double)NAN, 0};
  hx_rng_seed(&s->rng, options->seed);
  return s;
}

void hx_search_destroy(hx_search *s) {
  if (!s)
    return;
  free(s->tracks);
  free(s->runs);
  free(s->mu);
  free(s->posterior);
  free(s->work);
  hx_fit_destroy(s->fit_work);
  free(s);
}

static bool alive(const hx_search *s, size_t c) {
  return s->tracks[c].last_block == 0;
}

size_t hx_search_next_block(hx_search *s, size_t *order) {
  if (s->stop != HX_SEARCH_RUNNING)
    return 0;
  size_t n = 0;
  for (size_t c = 0; c < s->m; c++)
    if (alive(s, c))
      order[n++] = c;
  hx_rng_shuffle(&s->rng, order, n);
  s->block++;
  s->runs_in_block = 0;
  return n;
}

double hx_search_cap_s(const hx_search *s, size_t config) {
  const track *t = &s->tracks[config];
  if (s->options.exhaustive || t->config.cap_exempt || t->n_valid + t->n_censored == 0)
    return INFINITY;
  /* The best by estimate once there is one: a single lucky run would make the cap too tight. */
  double best = INFINITY;
  for (size_t c = 0; c < s->m; c++)
    if (alive(s, c))
      best = fmin(best, s->block > 1 && !isnan(s->mu[c]) ? exp(s->mu[c]) : s->tracks[c].best_s);
  return s->options.cap_ratio * best;
}

void hx_search_add(hx_search *s, const hx_search_run *run) {
  assert(run->config < s->m && s->block >= 1);
  assert(run->outcome == HX_SEARCH_INVALID || run->seconds > 0);
  track *t = &s->tracks[run->config];
  double spent_s = run->spent_s > 0 ? run->spent_s : run->seconds;
  s->spent_s += spent_s;
  s->all_runs++;
  s->runs_in_block++;
  t->spent_s += spent_s;
  if (run->outcome == HX_SEARCH_INVALID) {
    t->n_invalid++;
    t->fate = HX_SEARCH_BROKEN;
    t->last_block = s->block;
  } else if (run->outcome == HX_SEARCH_CENSORED) {
    t->n_censored++;
  } else if (s->n_runs < s->max_runs) {
    t->n_valid++;
    t->best_s = fmin(t->best_s, run->seconds);
    s->runs[s->n_runs++] = (hx_fit_run){run->config, s->block, log(run->seconds)};
  }
}

/* A few runs may agree by chance, and the drift that is fitted takes part of what they differ by:
 * what runs on a usual machine differ by is pooled in with a small weight, which leaves the degrees
 * of freedom as they are. */
#define USUAL_NOISE 0.02
enum { USUAL_NOISE_DF = 4 };

/* Pools the noise seen with the noise known beforehand. */
static void refit(hx_search *s) {
  s->fit = hx_fit_estimate(s->fit_work, s->runs, s->n_runs, s->mu);
  if (s->fit.df > 0) {
    double df = s->fit.df, noise = s->fit.noise;
    s->fit.noise = sqrt((df * noise * noise + USUAL_NOISE_DF * USUAL_NOISE * USUAL_NOISE) /
                        (df + USUAL_NOISE_DF));
  }
  double prior = s->options.prior_noise, prior_df = s->options.prior_noise_df;
  if (prior > 0 && prior_df > 0) {
    double df = s->fit.df, noise = df > 0 ? s->fit.noise : 0;
    s->fit.noise = sqrt((df * noise * noise + prior_df * prior * prior) / (df + prior_df));
    s->fit.df = df + prior_df;
  }
}

static bool candidate(const hx_search *s, size_t c) {
  return alive(s, c) && s->tracks[c].n_valid > 0 && !isnan(s->mu[c]);
}

/* m when nothing ran validly. */
static size_t find_leader(const hx_search *s) {
  size_t leader = s->m;
  for (size_t c = 0; c < s->m; c++)
    if (candidate(s, c) && (leader == s->m || s->mu[c] < s->mu[leader]))
      leader = c;
  return leader;
}

/* Standard error of mu[a] - mu[b]; NaN while the noise is unknown. */
static double difference_se(const hx_search *s, size_t a, size_t b) {
  return s->fit.noise * sqrt(1.0 / s->tracks[a].n_valid + 1.0 / s->tracks[b].n_valid);
}

static void drop(hx_search *s, size_t c, hx_search_fate fate) {
  s->tracks[c].fate = fate;
  s->tracks[c].last_block = s->block;
}

static bool hopeless(const hx_search *s, size_t c, size_t leader) {
  const track *t = &s->tracks[c];
  if (t->config.cap_exempt && s->block < 2)
    return false;
  double behind = s->mu[c] - s->mu[leader], limit = log(s->options.cap_ratio);
  return t->n_valid == 0 ? t->n_censored > 0 : behind > limit || t->n_censored >= 2;
}

/* Two things must be shown. That it is not the best by more than half a tie: at familywise level
 * alpha, so that the error of ever losing such a one stays below it. And (two standard errors) that
 * it does not tie with the leader. */
static bool proven_slower(const hx_search *s, size_t c, size_t leader) {
  if (!(s->fit.df > 0))
    return false;
  double behind = s->mu[c] - s->mu[leader], se = difference_se(s, c, leader), tie = s->options.tie;
  double level = 1 - s->options.alpha / (double)(s->m - 1);
  return behind > tie + TIE_SE * se &&
         behind > hx_stats_t_quantile(level, s->fit.df) * se - tie / 2;
}

static void drop_losers(hx_search *s, size_t leader) {
  for (size_t c = 0; c < s->m; c++) {
    if (!alive(s, c) || c == leader)
      continue;
    if (hopeless(s, c, leader))
      drop(s, c, HX_SEARCH_HOPELESS);
    else if (s->block >= s->options.min_drop_blocks && proven_slower(s, c, leader))
      drop(s, c, HX_SEARCH_DROPPED);
  }
}

/* May the policy pick c although the leader's estimate is better? While the noise is unknown the
 * estimates decide; where it is so large that nothing can be shown to tie, half the tie width does.
 */
static bool eligible(const hx_search *s, size_t c, size_t leader) {
  if (!candidate(s, c))
    return false;
  double margin = s->fit.df > 0 ? POLICY_SE * difference_se(s, c, leader) : 0;
  double tie = s->options.policy_tie > 0 ? s->options.policy_tie : s->options.tie;
  margin = fmin(margin, tie / 2);
  return c == leader || s->mu[c] - s->mu[leader] + margin <= tie;
}

static size_t choose(const hx_search *s, size_t leader) {
  size_t winner = leader;
  for (size_t c = 0; c < s->m; c++) {
    if (!eligible(s, c, leader))
      continue;
    int order = hx_search_policy(&s->tracks[c].config, &s->tracks[winner].config);
    if (order < 0 || (order == 0 && s->mu[c] < s->mu[winner]))
      winner = c;
  }
  return winner;
}

/* The finest rule that was needed against any of the others the policy could have picked. */
static hx_search_reason explain(const hx_search *s, size_t leader, size_t winner) {
  hx_search_reason reason = HX_SEARCH_WON_ALONE;
  const hx_search_config *w = &s->tracks[winner].config;
  for (size_t c = 0; c < s->m; c++) {
    if (c == winner || !eligible(s, c, leader))
      continue;
    const hx_search_config *other = &s->tracks[c].config;
    hx_search_reason rule = other->workers != w->workers               ? HX_SEARCH_WON_WORKERS
                            : other->executor_rank != w->executor_rank ? HX_SEARCH_WON_EXECUTOR
                            : other->pin_rank != w->pin_rank           ? HX_SEARCH_WON_PIN
                                                                       : HX_SEARCH_WON_SPEED;
    reason = rule > reason ? rule : reason;
  }
  return reason;
}

/* Estimates of survivors drawn towards their mean by as much as their spread can be noise
 * (empirical Bayes, each moved by at most its standard error: Efron and Morris 1972), since the
 * best-looking of a hundred is mostly luck. Returns the share of the noise's standard error that is
 * left. */
static double shrink(hx_search *s) {
  double n = 0, sum = 0, squares = 0, noise_squares = 0;
  for (size_t c = 0; c < s->m; c++) {
    s->posterior[c] = s->mu[c];
    if (!candidate(s, c))
      continue;
    n++;
    sum += s->mu[c];
    squares += s->mu[c] * s->mu[c];
    noise_squares += s->fit.noise * s->fit.noise / s->tracks[c].n_valid;
  }
  if (n < SHRINK_FROM)
    return 1;
  double mean = sum / n, spread = (squares - n * mean * mean) / (n - 1), noise = noise_squares / n;
  double keep = spread > noise ? 1 - noise / spread : 0, limit = sqrt(noise);
  for (size_t c = 0; c < s->m; c++)
    if (candidate(s, c))
      s->posterior[c] += fmin(limit, fmax(-limit, (1 - keep) * (mean - s->mu[c])));
  return sqrt(keep);
}

/* Bound on the chance that some survivor is faster than the choice by more than the tie width. */
static double risk(hx_search *s, size_t choice) {
  double left = shrink(s), sum = 0;
  for (size_t c = 0; c < s->m; c++) {
    if (!candidate(s, c) || c == choice)
      continue;
    double ahead = s->posterior[choice] - s->posterior[c];
    double se = fmax(1e-9, left * difference_se(s, c, choice));
    sum += hx_stats_t_upper((s->options.tie - ahead) / se, s->fit.df);
  }
  return sum;
}

double hx_search_expected_block_s(const hx_search *s) {
  double expected = 0;
  for (size_t c = 0; c < s->m; c++) {
    const track *t = &s->tracks[c];
    int runs = t->n_valid + t->n_censored;
    if (alive(s, c) && runs > 0)
      expected += t->spent_s / runs;
  }
  return expected;
}

hx_search_stop hx_search_decide(hx_search *s, double left_s) {
  if (s->stop != HX_SEARCH_RUNNING)
    return s->stop;
  refit(s);
  size_t leader = find_leader(s);
  if (leader == s->m)
    return s->stop = HX_SEARCH_STOP_NOTHING;
  if (!s->options.exhaustive) {
    drop_losers(s, leader);
    size_t survivors = 0;
    for (size_t c = 0; c < s->m; c++)
      survivors += alive(s, c);
    bool settled =
        s->block >= MIN_BLOCKS_TO_STOP &&
        (survivors == 1 || (s->fit.df > 0 && risk(s, choose(s, leader)) <= s->options.alpha));
    if (settled)
      return s->stop = HX_SEARCH_STOP_TIE;
  }
  if (s->block >= s->options.max_blocks)
    s->stop = HX_SEARCH_STOP_BLOCKS;
  else if (hx_search_expected_block_s(s) > left_s)
    s->stop = HX_SEARCH_STOP_BUDGET;
  return s->stop;
}

void hx_search_end(hx_search *s, hx_search_stop why) {
  if (s->stop != HX_SEARCH_RUNNING)
    return;
  if (s->runs_in_block == 0 && s->block > 0)
    s->block--;
  refit(s);
  s->stop = find_leader(s) == s->m ? HX_SEARCH_STOP_NOTHING : why;
}

static double median_of(const hx_search *s, size_t config) {
  size_t n = 0;
  for (size_t i = 0; i < s->n_runs; i++)
    if (s->runs[i].config == config)
      s->work[n++] = s->runs[i].y;
  return exp(hx_stats_median(s->work, n));
}

static hx_search_estimate estimate(const hx_search *s, size_t c, size_t leader) {
  const track *t = &s->tracks[c];
  hx_search_estimate e = {.fate = t->fate,
                          .n_valid = t->n_valid,
                          .n_censored = t->n_censored,
                          .n_invalid = t->n_invalid,
                          .last_block = t->last_block};
  e.median_s = e.seconds = e.lower_s = e.upper_s = (double)NAN;
  e.ratio = e.ratio_lower = e.ratio_upper = (double)NAN;
  if (t->n_valid + t->n_censored + t->n_invalid == 0 || (t->n_valid > 0 && isnan(s->mu[c])))
    e.fate = HX_SEARCH_UNKNOWN;
  if (t->n_valid == 0 || t->n_invalid > 0 || isnan(s->mu[c]))
    return e;

  double mu = s->mu[c], behind = mu - s->mu[leader];
  double reach = s->fit.df > 0 ? hx_stats_t_quantile(0.975, s->fit.df) : (double)NAN;
  double se = s->fit.noise / sqrt(t->n_valid),
         se_behind = c == leader ? 0 : difference_se(s, c, leader);
  e.median_s = median_of(s, c);
  e.seconds = exp(mu);
  e.lower_s = exp(mu - reach * se);
  e.upper_s = exp(mu + reach * se);
  e.ratio = exp(behind);
  e.ratio_lower = exp(behind - reach * se_behind);
  e.ratio_upper = exp(behind + reach * se_behind);
  if (alive(s, c)) {
    double slack = s->fit.df > 0 ? TIE_SE * se_behind : 0;
    e.fate = behind <= s->options.tie + slack ? HX_SEARCH_TIED : HX_SEARCH_SURVIVED;
  }
  return e;
}

void hx_search_get(const hx_search *s, hx_search_result *result, hx_search_estimate *estimates) {
  size_t leader = find_leader(s);
  *result = (hx_search_result){.stop = s->stop,
                               .found = leader<s->m, .blocks = s->block, .runs = s->all_runs,
                                               .spent_s = s->spent_s, .noise = s->fit.df> 0
                                            ? s->fit.noise
                                            : (double)NAN,
                               .noise_df = s->fit.df};
  if (result->found) {
    result->leader = leader;
    result->winner = choose(s, leader);
    result->reason = explain(s, leader, result->winner);
  }
  for (size_t c = 0; c < s->m; c++) {
    hx_search_estimate e = estimate(s, c, result->found ? leader : c);
    result->n_tied += e.fate == HX_SEARCH_TIED;
    result->n_survivors += candidate(s, c);
    if (estimates)
      estimates[c] = e;
  }
}
