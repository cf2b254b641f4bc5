/* What the final amounts to: the verdict, and how each configuration came out beside its answer. Both
 * are made of the same comparisons, so that no table can say other than the verdict. */
#include "decide/final_state.h"

#include <math.h>

enum { SERIAL = 1 }; /* member */

/* ---- the answer's own time ---- */

/* ln(seconds) of a member's runs that finished; returns how many. */
static size_t finished(const hx_final *f, size_t member, double y[HX_FINAL_ROUNDS]) {
  size_t n = 0;
  for (int r = 0; r < f->round; r++)
    if (!isnan(f->cells[r][member].y) && !f->cells[r][member].censored)
      y[n++] = f->cells[r][member].y;
  return n;
}

/* Median of a member's runs that finished. */
static double seconds_of(const hx_final *f, size_t member) {
  double y[HX_FINAL_ROUNDS];
  size_t n = finished(f, member, y);
  return n > 0 ? exp(hx_stats_median(y, n)) : f->seconds[f->member[member]];
}

static void fill_seconds(const hx_final *f, size_t member, hx_search_verdict *v) {
  double y[HX_FINAL_ROUNDS];
  size_t n = finished(f, member, y);
  v->seconds = seconds_of(f, member);
  if (n < HX_PAIRS_FEWEST)
    return;
  hx_signed_rank centre = hx_stats_signed_rank(y, n, 0.025);
  v->lower_s = fmin(exp(centre.lower), v->seconds);
  v->upper_s = fmax(exp(centre.upper), v->seconds);
}

/* ---- two of them ---- */

/* Standard deviation of a run, from differences within rounds. */
static double noise_of(const hx_final *f, size_t winner) {
  double d[HX_FINAL_ROUNDS];
  size_t n = 0;
  for (int r = 0; r < f->round; r++) {
    hx_pairs_cell a = f->cells[r][winner], b = f->cells[r][SERIAL];
    if (!isnan(a.y) && !isnan(b.y) && !a.censored && !b.censored)
      d[n++] = b.y - a.y;
  }
  if (n < HX_PAIRS_FEWEST)
    return f->noise;
  return hx_stats_sd(d, n) / sqrt(2); /* few pairs are often closer to their median by chance */
}

static double bound_of(double ln_ratio) {
  return isfinite(ln_ratio) ? exp(ln_ratio) : (double)NAN;
}

/* Seconds of b over those of a, both members. Where b was stopped in too many rounds, a lower bound
 * only. The estimate is never outside of the bounds, though not of the same rounds. */
static hx_interval member_ratio(const hx_final *f, size_t a, size_t b) {
  double nan = (double)NAN;
  if (a == b)
    return (hx_interval){1, 1, 1, 0};
  hx_pairs any = hx_final_against(f, a, b, false), whole = hx_final_against(f, a, b, true);
  bool enough = whole.n >= HX_PAIRS_FEWEST;
  hx_interval i = {exp(whole.estimate), nan, nan, whole.n};
  if (whole.n == 0)
    i.estimate = (b == SERIAL ? f->seconds[0] : seconds_of(f, b)) / seconds_of(f, a);
  if (!enough && any.n > 0)
    i.estimate = fmax(i.estimate, exp(any.estimate));
  i.lower = fmax(bound_of(whole.lower), bound_of(any.lower));
  i.estimate = fmax(i.estimate, i.lower);
  if (enough)
    i.upper = fmax(bound_of(whole.upper), i.estimate);
  return i;
}

/* Seconds of c over those of a, when b/a and c/b are known from different rounds. */
static hx_interval chained(hx_interval ba, const hx_pairs *cb) {
  double nan = (double)NAN, centre = log(ba.estimate) + cb->estimate;
  hx_interval i = {exp(centre), nan, nan, cb->n};
  if (cb->n >= HX_PAIRS_FEWEST && isfinite(ba.lower) && isfinite(ba.upper)) {
    i.lower = exp(centre - hypot(cb->estimate - cb->lower, log(ba.estimate / ba.lower)));
    i.upper = exp(centre + hypot(cb->upper - cb->estimate, log(ba.upper / ba.estimate)));
  }
  return i;
}

/* ---- standings ---- */

static hx_standing member_standing(const hx_final *f, const hx_final_decision *d, size_t c) {
  hx_standing s = {HX_FINAL_TIES, member_ratio(f, d->answer, c)};
  hx_pairs any = hx_final_against(f, d->answer, c, false);
  if (f->broken[c])
    s.standing = HX_FINAL_BROKEN;
  else if (any.lower > 0 && any.estimate > f->options.tie) /* in enough rounds: else -INFINITY */
    s.standing = HX_FINAL_SLOWER;
  else if (c != d->answer && s.ratio.runs == 0) /* never both to the end */
    s.standing = HX_FINAL_UNRANKED;
  return s;
}

/* Of one that raced and was not confirmed: by way of the race's winner, who did both. */
static hx_standing racer_standing(const hx_final *f, const hx_final_decision *d, size_t racer) {
  const hx_racer *r = &f->racers[racer];
  size_t link = 0;
  while (link < f->n_racers && f->racers[link].point != f->member[0])
    link++;
  double nan = (double)NAN;
  hx_standing s = {HX_FINAL_BROKEN, {nan, nan, nan, 0}};
  if (r->broken || link == f->n_racers)
    return s;
  hx_pairs p = hx_final_race_against(f, link, racer);
  s.ratio = chained(member_ratio(f, d->answer, 0), &p);
  bool behind = !r->ties || member_standing(f, d, 0).standing == HX_FINAL_SLOWER;
  bool far = log(s.ratio.estimate) > f->options.tie;
  s.standing = far && s.ratio.lower > 1                     ? HX_FINAL_SLOWER
               : (far && behind) || isnan(s.ratio.estimate) ? HX_FINAL_UNRANKED
                                                            : HX_FINAL_TIES;
  return s;
}

size_t hx_final_count(const hx_final *f) {
  return f->m_all;
}

const hx_point *hx_final_point(const hx_final *f, size_t i) {
  return &f->points[i];
}

static hx_standing standing_of(const hx_final *f, const hx_final_decision *d, size_t point) {
  double nan = (double)NAN;
  hx_standing absent = {HX_FINAL_ABSENT, {nan, nan, nan, 0}};
  if (d->state == HX_VERDICT_TOO_SHORT || d->state == HX_VERDICT_FAILED)
    return absent;
  for (size_t c = 0; c < f->n_members; c++)
    if (f->member[c] == point)
      return member_standing(f, d, c);
  for (size_t i = 0; i < f->n_racers; i++)
    if (f->racers[i].point == point)
      return racer_standing(f, d, i);
  return absent;
}

hx_standing hx_final_standing_of(const hx_final *f, size_t i) {
  hx_final_decision d = hx_final_decide(f);
  return standing_of(f, &d, i);
}

/* ---- the verdict ---- */

static int ties_of(const hx_final *f, const hx_final_decision *d) {
  int ties = 0;
  for (size_t i = 1; i < f->m_all; i++)
    ties += i != f->member[d->answer] && standing_of(f, d, i).standing == HX_FINAL_TIES;
  return ties;
}

void hx_final_conclude(const hx_final *f, hx_search_verdict *v) {
  double nan = (double)NAN;
  hx_final_decision d = hx_final_decide(f);
  *v = (hx_search_verdict){.state = d.state,
                           .winner = f->points[0],
                           .seconds = f->seconds[0],
                           .lower_s = nan,
                           .upper_s = nan,
                           .speedup = {nan, nan, nan, 0},
                           .noise = f->noise};
  if (!d.compared)
    return;
  v->noise = noise_of(f, d.winner);
  v->speedup = member_ratio(f, d.winner, SERIAL);
  if (d.state == HX_VERDICT_TOO_SHORT)
    return;
  v->winner = f->points[f->member[d.answer]];
  v->recommends = d.state == HX_VERDICT_FOUND;
  fill_seconds(f, d.answer, v);
  if (d.state == HX_VERDICT_FOUND)
    v->n_tied = ties_of(f, &d);
  if (v->n_tied > 0)
    v->state = HX_VERDICT_TIE;
}
