#include "decide/final.h"

#include "decide/pairs.h"
#include "decide/search.h"
#include "decide/stats.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  MEMBERS = 8,      /* most configurations of the confirmation */
  FEW_RUNS = 1,     /* dropped by the race on so few runs: confirmed */
  EXTRA_POINTS = 2, /* simpler siblings of the winner that did not race */
};
static const int looks[] = {6, 8, 16, 24};
enum { SIBLING_LOOKS = 2, /* 16 rounds, unless the estimate says more than a tie */
 LOOKS = sizeof looks / sizeof *looks, ROUNDS = 24 };

/* One-sided level of "faster than serial" at each look: 1 % all together at the most. The first
 * one needs all of eight rounds. */
static const double look_alpha[LOOKS] = {0, 0.0045, 0.0025, 0.0025};

/* At the first look, too early for that: what is slower by this factor in every round. */
static const double FAR = 1.4;

static const double BASELINE_RACES = 1.25; /* times the best */
static const double SERIAL_SHARE = 36; /* best runs that serial runs of the confirmation may cost */
static const double SERIAL_CAP = 2;  /* times the winner, for the other serial runs */
static const double CAP = 4;           /* times what is expected, for all others */

struct hx_final {
  const hx_space *space;
  hx_final_options options;
  hx_point *points; /* m, and EXTRA_POINTS that the confirmation may add */
  double *seconds;  /* of a point: expected, then measured by the race */
  bool *shaky;      /* dropped by the race on few or disturbed runs */
  size_t m, m_all;
  double left_s;
  hx_rng rng;

  hx_search *race;
  size_t *racers, n_racers; /* points in the race */
  int *disturbed;           /* disturbed runs of a racer */
  hx_search_estimate *estimates;
  hx_search_result result;

  size_t *order, n_order, at; /* of the round: racers, or members */
  int round;                  /* the one being made, from 1 */

  bool confirming, done;
  int look;
  size_t member[MEMBERS], n_members; /* points; [0] is the race's winner */
  bool out[MEMBERS];                 /* settled */
  bool broken[MEMBERS];
  hx_pairs_cell cells[ROUNDS][MEMBERS];
  int whole_serial; /* serial runs that may still go to the end */
};

void hx_final_destroy(hx_final *f) {
  if (!f)
    return;
  free(f->points);
  free(f->seconds);
  free(f->shaky);
  free(f->racers);
  free(f->disturbed);
  free(f->estimates);
  free(f->order);
  hx_search_destroy(f->race);
  free(f);
}

/* Orders racers by the policy: the search needs a rank of each. */
static void rank_racers(const hx_final *f, hx_search_config *configs) {
  for (size_t i = 0; i < f->n_racers; i++) {
    const hx_point *p = &f->points[f->racers[i]];
    int rank = 0;
    for (size_t j = 0; j < f->n_racers; j++)
      rank += hx_space_prefer(f->space, &f->points[f->racers[j]], p) < 0;
    configs[i] = (hx_search_config){.workers = hx_point_workers(p),
                                    .executor_rank = p->executor,
                                    .pin_rank = rank,
                                    .cap_exempt = f->racers[i] == 0 && isnan(f->seconds[0])};
  }
}

static bool start_race(hx_final *f) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  for (size_t i = 0; i < f->m; i++)
    if (i > 0 || isnan(f->seconds[0]) || f->seconds[0] < BASELINE_RACES * best || f->m == 1)
      f->racers[f->n_racers++] = i;
  hx_search_config *configs = calloc(f->n_racers, sizeof *configs);
  if (!configs)
    return false;
  rank_racers(f, configs);
  hx_search_options options = hx_search_defaults();
  options.tie = getenv("RT")?atof(getenv("RT")):f->options.tie;
  options.policy_tie = getenv("PT")?atof(getenv("PT")):0.01;
  options.max_blocks = f->options.rounds;
  options.min_drop_blocks = 3;
  options.seed = f->options.seed;
  f->race = hx_search_create(configs, f->n_racers, &options);
  free(configs);
  return f->race != NULL;
}

hx_final *hx_final_create(const hx_space *space, const hx_point *points, const double *seconds,
                          size_t m, const hx_final_options *options) {
  assert(m >= 1 && m <= HX_FINAL_MOST);
  hx_final *f = calloc(1, sizeof *f);
  if (!f)
    return NULL;
  size_t all = m + EXTRA_POINTS, members = all > MEMBERS ? all : MEMBERS;
  f->space = space;
  f->options = *options;
  f->m = f->m_all = m;
  f->left_s = options->left_s;
  f->points = calloc(all, sizeof *f->points);
  f->seconds = calloc(all, sizeof *f->seconds);
  f->shaky = calloc(all, sizeof *f->shaky);
  f->racers = calloc(all, sizeof *f->racers);
  f->disturbed = calloc(all, sizeof *f->disturbed);
  f->estimates = calloc(all, sizeof *f->estimates);
  f->order = calloc(members, sizeof *f->order);
  if (!f->points || !f->seconds || !f->shaky || !f->racers || !f->disturbed || !f->estimates ||
      !f->order) {
    hx_final_destroy(f);
    return NULL;
  }
  memcpy(f->points, points, m * sizeof *points);
  memcpy(f->seconds, seconds, m * sizeof *seconds);
  hx_rng_seed(&f->rng, ~options->seed);
  if (!start_race(f)) {
    hx_final_destroy(f);
    return NULL;
  }
  return f;
}

/* ---- the confirmation ---- */

static size_t add_member(hx_final *f, size_t point) {
  for (size_t i = 0; i < f->n_members; i++)
    if (f->member[i] == point)
      return i;
  if (f->n_members == MEMBERS)
    return MEMBERS;
  f->member[f->n_members] = point;
  return f->n_members++;
}

/* The index of a point that may not have raced; SIZE_MAX: not part of the space. */
static size_t point_index(hx_final *f, hx_point p) {
  if (!hx_space_canonical(f->space, &p))
    return SIZE_MAX;
  for (size_t i = 0; i < f->m_all; i++)
    if (hx_point_equal(&f->points[i], &p))
      return i;
  f->points[f->m_all] = p;
  f->seconds[f->m_all] = (double)NAN;
  return f->m_all++;
}

/* What a winner has to beat to be recommended, beside the serial run: itself without pinning, and
 * itself with no more workers than CPUs. */
static void add_simpler(hx_final *f, size_t winner) {
  hx_point p = f->points[winner];
  int axis = f->space->place_axis;
  if (axis < f->space->n_axes && p.value[axis] > 0) {
    p.value[axis] = 0;
    size_t unpinned = point_index(f, p);
    if (unpinned != SIZE_MAX)
      add_member(f, unpinned);
  }
  p = f->points[winner];
  if (hx_point_workers(&p) > f->space->cpus) {
    size_t fitting =
        point_index(f, hx_space_point(f->space, p.executor, p.processes, f->space->cpus, p.value));
    if (fitting != SIZE_MAX)
      add_member(f, fitting);
  }
}

static double winner_seconds(const hx_final *f) {
  return f->seconds[f->member[0]];
}

static void end_race(hx_final *f) {
  hx_search_get(f->race, &f->result, f->estimates);
  f->confirming = true;
  if (!f->result.found) {
    f->done = true;
    return;
  }
  size_t winner = f->racers[f->result.winner];
  for (size_t i = 0; i < f->n_racers; i++) {
    const hx_search_estimate *e = &f->estimates[i];
    size_t p = f->racers[i];
    if (!isnan(e->seconds))
      f->seconds[p] = e->seconds;
    f->shaky[p] = e->last_block > 0 && e->fate != HX_SEARCH_BROKEN &&
                  (e->n_valid <= FEW_RUNS || f->disturbed[i] > 0);
    /* The best one that is not serial is what has to be confirmed. */
    if (winner == 0 && p != 0 && e->fate != HX_SEARCH_BROKEN && !isnan(e->seconds) &&
        (f->member[0] == 0 || e->seconds < f->seconds[f->member[0]]))
      f->member[0] = p;
  }
  if (winner != 0)
    f->member[0] = winner;
  f->n_members = 1;
  if (f->member[0] == 0) { /* nothing but serial ran */
    f->done = true;
    return;
  }
  add_member(f, 0);
  add_simpler(f, f->member[0]);
  for (size_t i = 0; i < f->n_racers; i++)
    if (f->shaky[f->racers[i]])
      add_member(f, f->racers[i]);
  for (size_t r = 0; r < ROUNDS; r++)
    for (size_t c = 0; c < MEMBERS; c++)
      f->cells[r][c].y = (double)NAN;
  double ratio = f->seconds[0] / winner_seconds(f);
  /* Enough for bounds, or else one to have a fresh figure. */
  f->whole_serial = isnan(ratio) ? ROUNDS : (int)fmin(ROUNDS, SERIAL_SHARE / ratio);
  if (f->whole_serial < HX_PAIRS_FEWEST)
    f->whole_serial = f->whole_serial > 0;
  f->round = 0;
  f->n_order = f->at = 0;
}

static hx_pairs against(const hx_final *f, size_t a, size_t b, bool whole) {
  return hx_pairs_compare(&f->cells[0][a], &f->cells[0][b], (size_t)f->round, MEMBERS, whole);
}

static size_t member_of(const hx_final *f, size_t point) {
  for (size_t c = 0; c < f->n_members; c++)
    if (f->member[c] == point)
      return c;
  return MEMBERS;
}

/* More complicated in kind than what it has to beat: pinned, or more workers than CPUs. */
static bool simpler_kind(const hx_final *f, size_t a, size_t b) {
  const hx_point *p = &f->points[f->member[a]], *q = &f->points[f->member[b]];
  int axis = f->space->place_axis;
  bool unpinned = axis < f->space->n_axes && p->value[axis] == 0 && q->value[axis] > 0;
  bool fits = hx_point_workers(p) <= f->space->cpus && hx_point_workers(q) > f->space->cpus;
  return unpinned || fits;
}

/* The member that the confirmation's rounds are for: another one than the race's winner where it
 * is shown to be faster, or where it is simpler in kind and not shown to be slower. */
static size_t choose(const hx_final *f) {
  size_t winner = 0;
  for (size_t c = 1; c < f->n_members; c++) {
    hx_pairs p = against(f, winner, c, false);
    if (f->member[c] == 0 || f->broken[c])
      continue;
    if (f->broken[winner])
      winner = c;
    if (p.n < HX_PAIRS_FEWEST)
      continue;
    bool faster = p.estimate < -f->options.tie && p.p_b_faster <= look_alpha[1] / 2;
    if (faster || (simpler_kind(f, c, winner) && p.lower <= 0 && p.estimate < 2 * f->options.tie))
      winner = c;
  }
  return winner;
}

static double alpha_of(const hx_pairs *p) {
  return p->n < looks[1] ? 0 : look_alpha[p->n > looks[1] ? 2 : 1];
}

/* Is a faster than b, by more than a tie? */
static bool shown_faster(const hx_pairs *p, double tie) {
  bool far = p->n >= looks[0] && p->least > log(FAR);
  return p->estimate > tie && (far || p->p_a_faster <= alpha_of(p));
}

/* Could more rounds show that the first one, pinned say, is faster than its simpler sibling? */
static bool sibling_open(const hx_final *f, size_t c) {
  hx_pairs p = against(f, 0, c, false);
  double tie = f->options.tie;
  bool could = p.upper > (getenv("UT")?atof(getenv("UT")):1.5) * tie && f->look < SIBLING_LOOKS;
  return p.n > 0 && !f->broken[0] && !f->broken[c] && p.lower <= 0 &&
         (could || p.estimate > tie);
}

/* Could more rounds show anything about serial? */
static bool serial_open(const hx_final *f, size_t winner, size_t serial) {
  hx_pairs p = against(f, winner, serial, false);
  double tie = f->options.tie;
  bool alike = p.lower >= -tie && p.upper <= tie;
  return p.n > 0 && !f->broken[serial] && !shown_faster(&p, tie) && !alike &&
         p.p_b_faster > alpha_of(&p);
}

static double round_cost_s(const hx_final *f) {
  double sum = 0, winner = winner_seconds(f);
  for (size_t c = 0; c < f->n_members; c++) {
    double own = f->seconds[f->member[c]];
    if (isnan(own))
      own = winner;
    if (f->member[c] == 0 && f->whole_serial <= 0)
      own = fmin(own, SERIAL_CAP * winner);
    sum += f->out[c] ? 0 : own;
  }
  return sum;
}

/* After a look: what is open goes on, and whatever may still win. False when all is settled. */
static bool go_on(hx_final *f) {
  size_t winner = choose(f), serial = member_of(f, 0);
  bool siblings = false, any = false;
  for (size_t c = 1; c < f->n_members; c++)
    if (c != serial) {
      f->out[c] = !sibling_open(f, c);
      siblings = siblings || !f->out[c];
    }
  f->out[0] = !siblings;
  f->out[winner] = false;
  f->out[serial] = true;
  for (size_t c = 0; c < f->n_members; c++)
    if (c != serial && !f->out[c] && serial_open(f, c, serial))
      f->out[serial] = false;
  any = siblings || !f->out[serial];
  f->look++;
  return any && f->look < LOOKS && !f->broken[winner];
}

static bool next_confirming(hx_final *f) {
  if (f->round == looks[f->look] && !go_on(f))
    return false;
  if (round_cost_s(f) * (looks[f->look] - f->round) > f->left_s)
    return false;
  f->round++;
  f->n_order = f->at = 0;
  for (size_t c = 0; c < f->n_members; c++)
    if (!f->out[c] && !f->broken[c])
      f->order[f->n_order++] = c;
  hx_rng_shuffle(&f->rng, f->order, f->n_order);
  return f->n_order > 1;
}

/* ---- asking and telling ---- */

static double cap_of(const hx_final *f, size_t member) {
  size_t p = f->member[member];
  double expected = f->seconds[p], winner = winner_seconds(f);
  if (p == 0 && f->whole_serial <= 0)
    return SERIAL_CAP * winner;
  return CAP * (isnan(expected) ? winner : fmax(expected, winner));
}

/* Budget for the least confirmation that can show something. */
static double confirmation_s(const hx_final *f) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  return isfinite(best) ? looks[0] * best * (1 + fmin(SERIAL_CAP, f->seconds[0] / best) + 1) : 0;
}

static bool next_racing(hx_final *f) {
  if (f->round > 0)
    hx_search_decide(f->race, f->left_s - confirmation_s(f));
  f->n_order = hx_search_next_block(f->race, f->order);
  f->at = 0;
  f->round++;
  return f->n_order > 0;
}

bool hx_final_next(hx_final *f, hx_final_ask *ask) {
  if (f->done)
    return false;
  if (f->at == f->n_order && !f->confirming && !next_racing(f))
    end_race(f);
  if (!f->done && f->confirming && f->at == f->n_order)
    f->done = !next_confirming(f);
  if (f->done)
    return false;
  size_t i = f->order[f->at];
  *ask = (hx_final_ask){.point = f->points[f->confirming ? f->member[i] : f->racers[i]],
                        .cap_s = f->confirming ? cap_of(f, i) : hx_search_cap_s(f->race, i),
                        .confirming = f->confirming,
                        .round = f->round,
                        .rounds = f->confirming ? looks[f->look] : f->options.rounds};
  return true;
}

void hx_final_add(hx_final *f, hx_final_outcome outcome, double seconds, double spent_s,
                  bool disturbed) {
  size_t i = f->order[f->at++];
  f->left_s -= spent_s;
  if (!f->confirming) {
    static const hx_search_outcome outcomes[] = {HX_SEARCH_VALID, HX_SEARCH_CENSORED,
                                                 HX_SEARCH_INVALID};
    f->disturbed[i] += disturbed;
    hx_search_add(f->race, &(hx_search_run){.config = i,
                                            .seconds = seconds,
                                            .spent_s = spent_s,
                                            .outcome = outcomes[outcome]});
    return;
  }
  if (outcome == HX_FINAL_INVALID) {
    f->broken[i] = true;
    return;
  }
  f->cells[f->round - 1][i] = (hx_pairs_cell){log(seconds), outcome == HX_FINAL_CENSORED};
  if (f->member[i] == 0 && outcome == HX_FINAL_VALID)
    f->whole_serial--;
}

/* ---- what it amounts to ---- */

/* Spread of a run, from the rounds' differences. */
static double noise_of(const hx_final *f, size_t winner, size_t serial) {
  double d[ROUNDS];
  size_t n = 0;
  for (int r = 0; r < f->round; r++) {
    hx_pairs_cell a = f->cells[r][winner], b = f->cells[r][serial];
    if (!isnan(a.y) && !isnan(b.y) && !a.censored && !b.censored)
      d[n++] = b.y - a.y;
  }
  if (n < HX_PAIRS_FEWEST)
    return f->result.noise;
  double centre = hx_stats_median(d, n);
  return hx_stats_mad_sd(d, n, centre) / sqrt(2);
}

void hx_final_conclude(const hx_final *f, hx_verdict *v) {
  double nan = (double)NAN;
  *v = (hx_verdict){.state = HX_VERDICT_TOO_SHORT,
                    .winner = f->points[0],
                    .seconds = f->seconds[0],
                    .speedup = {nan, nan, nan, 0},
                    .noise = f->result.noise};
  if (f->confirming && !f->result.found) {
    v->state = HX_VERDICT_FAILED;
    return;
  }
  size_t serial = member_of(f, 0);
  if (!f->confirming || f->n_members < 2 || f->round < looks[0])
    return;
  size_t winner = choose(f);
  if (f->broken[winner]) {
    v->state = HX_VERDICT_FAILED;
    return;
  }
  hx_pairs p = against(f, winner, serial, false), whole = against(f, winner, serial, true);
  double tie = f->options.tie;
  v->noise = noise_of(f, winner, serial);
  v->speedup = (hx_interval){exp(whole.estimate), nan, nan, whole.n};
  if (whole.n >= HX_PAIRS_FEWEST) {
    v->speedup.lower = exp(whole.lower);
    v->speedup.upper = exp(whole.upper);
  } else {
    v->at_least = true;
    v->speedup.lower = exp(p.lower);
    if (whole.n == 0)
      v->speedup.estimate = f->seconds[0] / f->seconds[f->member[winner]];
  }
  for (size_t i = 0; i < f->n_racers; i++)
    v->n_tied += f->racers[i] != f->member[winner] && f->estimates[i].fate == HX_SEARCH_TIED;
  if (shown_faster(&p, tie)) {
    v->state = v->n_tied > 0 ? HX_VERDICT_TIE : HX_VERDICT_FOUND;
    v->recommends = true;
    v->winner = f->points[f->member[winner]];
    v->seconds = f->seconds[f->member[winner]];
  } else if (p.p_b_faster <= alpha_of(&p)) {
    v->state = HX_VERDICT_FOUND;
    v->recommends = true;
  } else if (p.lower >= -tie && p.upper <= tie)
    v->state = HX_VERDICT_NO_EFFECT;
  else
    v->state = HX_VERDICT_NOT_SHOWN;
}
