#include "decide/history.h"

#include "decide/stats.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MEDIAN_SPAN = 101, MAX_TRIES = 2 };

static const double MAX_RHO = 0.9;

/* Range of penalties tried for the noise, in units of the variance white noise would have. */
static const double LARGEST_PENALTY = 4096, SMALLEST_PENALTY = 8;

hx_history_options hx_history_defaults(void) {
  return (hx_history_options){.median_span = 7,
                              .clip_sigma = 2.5,
                              .min_segment = 4,
                              .penalty_factor = 3,
                              .young = 20,
                              .min_change = 0.01};
}

/* out[i] = median of the span around i, cut off at the ends of the series. */
static void rolling_median(const double *y, size_t n, int span, double *out) {
  size_t reach = (size_t)span / 2;
  double near[MAX_MEDIAN_SPAN];
  for (size_t i = 0; i < n; i++) {
    size_t begin = i > reach ? i - reach : 0, end = i + reach + 1 < n ? i + reach + 1 : n;
    for (size_t j = begin; j < end; j++)
      near[j - begin] = y[j];
    out[i] = hx_stats_median(near, end - begin);
  }
}

/* clipped[i]: y kept within clip_sigma of its rolling median. `work` has room for n. */
static void clip(const double *y, size_t n, const hx_history_options *o, double *clipped,
                 double *work) {
  rolling_median(y, n, o->median_span, clipped);
  for (size_t i = 0; i < n; i++)
    work[i] = y[i] - clipped[i];
  double limit = o->clip_sigma * hx_stats_mad_sd(work, n, 0);
  for (size_t i = 0; i < n; i++)
    clipped[i] += fmin(limit, fmax(-limit, y[i] - clipped[i]));
}

/* Variance of the noise were it white: from differences of neighbours. Only sets the range of
 * penalties to try. */
static double white_variance(const double *y, size_t n, double *work) {
  for (size_t i = 0; i + 1 < n; i++)
    work[i] = y[i + 1] - y[i];
  double sd = hx_stats_mad_sd(work, n - 1, 0);
  return sd * sd / 2;
}

typedef struct sums {
  double *y, *squares; /* [n + 1] running sums */
} sums;

static double mean_of(const sums *s, size_t begin, size_t end) {
  return (s->y[end] - s->y[begin]) / (double)(end - begin);
}

static double cost(const sums *s, size_t begin, size_t end) {
  double sum = s->y[end] - s->y[begin];
  return s->squares[end] - s->squares[begin] - sum * sum / (double)(end - begin);
}

/* Around the levels found: lag-1 autocorrelation within segments, corrected for the bias (1 + 4
 * rho) / length that estimating the level brings (Marriott and Pope 1954), and the variance with as
 * many degrees of freedom as are left. */
static void measure_noise(const double *y, const sums *s, size_t n, const size_t *starts,
                          size_t count, hx_history_fit *fit) {
  double products = 0, squares = 0;
  for (size_t k = 0; k < count; k++) {
    size_t end = k + 1 < count ? starts[k + 1] : n;
    double level = mean_of(s, starts[k], end) + y[0];
    for (size_t i = starts[k]; i < end; i++) {
      squares += (y[i] - level) * (y[i] - level);
      if (i > starts[k])
        products += (y[i] - level) * (y[i - 1] - level);
    }
  }
  double rho = squares > 0 ? products / squares : 0, segments = (double)count;
  rho += (1 + 4 * rho) * segments / (double)n;
  fit->rho = fmin(MAX_RHO, fmax(0, rho));
  double lost = segments * (1 + fit->rho) / (1 - fit->rho);
  fit->sigma = sqrt(squares / fmax(1, (double)n - lost));
}

/* Few commits tell little of the noise: then a change has to be clearer. */
static double penalty_of(const hx_history_fit *fit, size_t n, const hx_history_options *o) {
  double factor = o->penalty_factor * (1 + o->young / (double)n);
  return factor * log((double)n) * (1 + fit->rho) / (1 - fit->rho) * fit->sigma * fit->sigma;
}

/* starts[k] = first index of the k-th segment; returns their number. best[n + 1] and from[n + 1]
 * are work space. */
static size_t partition(const sums *s, size_t n, size_t shortest, double penalty, double *best,
                        size_t *from, size_t *starts) {
  best[0] = -penalty;
  for (size_t end = 1; end <= n; end++) {
    best[end] = INFINITY;
    for (size_t begin = 0; begin + shortest <= end; begin++) {
      double total = best[begin] + cost(s, begin, end) + penalty;
      if (total < best[end]) {
        best[end] = total;
        from[end] = begin;
      }
    }
  }
  size_t count = 0;
  for (size_t end = n; end > 0; end = from[end])
    count++;
  for (size_t end = n, k = count; end > 0; end = from[end])
    starts[--k] = from[end];
  return count;
}

/* Noise of the partition that explains the series best, whichever noise that implies: partitions
 * for a range of penalties, scored by the log likelihood of AR(1) innovations around their levels
 * and by factor x ln n a change. (An estimate from differences alone is too variable at a hundred
 * commits, one about a single level sees steps as noise.) */
static void estimate_noise(const double *y, const sums *s, size_t n, const hx_history_options *o,
                           hx_history_fit *fit, double *work, size_t *from, size_t *starts) {
  double best_score = INFINITY, white = white_variance(y, n, work), length = (double)n;
  for (double penalty = LARGEST_PENALTY; penalty >= SMALLEST_PENALTY; penalty /= 2) {
    size_t count = partition(s, n, o->min_segment, penalty * white, work, from, starts);
    hx_history_fit candidate = {0};
    measure_noise(y, s, n, starts, count, &candidate);
    double innovation = candidate.sigma * candidate.sigma * (1 - candidate.rho * candidate.rho);
    double score = length * log(fmax(innovation, DBL_MIN)) +
                   o->penalty_factor * log(length) * (double)(count - 1);
    if (score < best_score) {
      best_score = score;
      *fit = candidate;
    }
  }
}

/* Joins the neighbours that differ least until all differ by min_change. */
static size_t drop_small(const sums *s, size_t n, double min_change, size_t *starts, size_t count) {
  while (count > 1) {
    size_t smallest = 0;
    double least = INFINITY;
    for (size_t k = 1; k < count; k++) {
      size_t end = k + 1 < count ? starts[k + 1] : n;
      double step = mean_of(s, starts[k], end) - mean_of(s, starts[k - 1], starts[k]);
      double size = fabs(expm1(step));
      if (size < least) {
        least = size;
        smallest = k;
      }
    }
    if (least >= min_change)
      break;
    count--;
    memmove(starts + smallest, starts + smallest + 1, (count - smallest) * sizeof *starts);
  }
  return count;
}

/* Of the values as they are: what was clipped beside a change would make it smaller. */
static double median_of(const double *y, size_t begin, size_t end, double *work) {
  memcpy(work, y + begin, (end - begin) * sizeof *work);
  return hx_stats_median(work, end - begin);
}

bool hx_history_detect(const double *ln_ratio, size_t n, const hx_history_options *options,
                       hx_history_change *changes, hx_history_fit *fit) {
  assert(options->median_span <= MAX_MEDIAN_SPAN && options->min_segment >= 1);
  *fit = (hx_history_fit){0};
  if (n < 2 * options->min_segment)
    return true;
  double *reals = calloc(5 * (n + 1), sizeof *reals);
  size_t *indices = calloc(2 * (n + 1), sizeof *indices);
  if (!reals || !indices) {
    free(reals);
    free(indices);
    return false;
  }
  double *clipped = reals, *work = reals + n + 1;
  sums s = {.y = reals + 2 * (n + 1), .squares = reals + 3 * (n + 1)};
  size_t *from = indices, *starts = indices + n + 1;

  clip(ln_ratio, n, options, clipped, work);
  for (size_t i = 0; i < n; i++) { /* about the first value: no cancellation in the squares */
    double y = clipped[i] - clipped[0];
    s.y[i + 1] = s.y[i] + y;
    s.squares[i + 1] = s.squares[i] + y * y;
  }
  estimate_noise(clipped, &s, n, options, fit, work, from, starts);
  double penalty = penalty_of(fit, n, options);
  size_t count = partition(&s, n, options->min_segment, penalty, work, from, starts);
  count = drop_small(&s, n, options->min_change, starts, count);
  for (size_t k = 1; k < count; k++) {
    size_t end = k + 1 < count ? starts[k + 1] : n;
    double before = median_of(ln_ratio, starts[k - 1], starts[k], work),
           after = median_of(ln_ratio, starts[k], end, work);
    size_t at = starts[k];
    /* A segment has no fewer commits: the first of the last ones may belong to what was before. */
    while (end == n && end - starts[k] == options->min_segment && at + 1 < end &&
           fabs(ln_ratio[at] - before) < fabs(ln_ratio[at] - after))
      at++;
    changes[fit->n_changes++] = (hx_history_change){
        .at = at, .before = before, .after = after, .change = expm1(after - before)};
  }
  free(reals);
  free(indices);
  return true;
}

static size_t distance(size_t a, size_t b) {
  return a > b ? a - b : b - a;
}

size_t hx_history_accept(hx_history_change *changes, size_t n, const size_t *accepted,
                         size_t n_accepted, size_t slack) {
  for (size_t a = 0; a < n_accepted; a++) {
    size_t nearest = n;
    for (size_t k = 0; k < n; k++)
      if (distance(changes[k].at, accepted[a]) <= slack &&
          (nearest == n ||
           distance(changes[k].at, accepted[a]) < distance(changes[nearest].at, accepted[a])))
        nearest = k;
    if (nearest < n)
      changes[nearest].accepted = true;
  }
  size_t open = 0;
  for (size_t k = 0; k < n; k++)
    open += changes[k].change > 0 && !changes[k].accepted;
  return open;
}

struct hx_bisect {
  size_t good, bad;
  unsigned char *tries; /* [n] without a verdict; MAX_TRIES: not to be tried again */
};

hx_bisect *hx_bisect_create(size_t n) {
  assert(n >= 2);
  hx_bisect *b = calloc(1, sizeof *b);
  if (!b)
    return NULL;
  b->bad = n - 1;
  b->tries = calloc(n, sizeof *b->tries);
  if (!b->tries) {
    free(b);
    return NULL;
  }
  return b;
}

void hx_bisect_destroy(hx_bisect *b) {
  if (!b)
    return;
  free(b->tries);
  free(b);
}

/* Fewest tries first, then nearest to the middle. */
bool hx_bisect_next(const hx_bisect *b, size_t *commit) {
  size_t middle = b->good + (b->bad - b->good) / 2, best = b->bad;
  for (size_t i = b->good + 1; i < b->bad; i++) {
    if (b->tries[i] >= MAX_TRIES)
      continue;
    if (best == b->bad || b->tries[i] < b->tries[best] ||
        (b->tries[i] == b->tries[best] && distance(i, middle) < distance(best, middle)))
      best = i;
  }
  *commit = best;
  return best < b->bad;
}

void hx_bisect_tell(hx_bisect *b, size_t commit, hx_compare_verdict verdict) {
  assert(commit > b->good && commit < b->bad);
  if (verdict == HX_COMPARE_SLOWER)
    b->bad = commit;
  else if (verdict == HX_COMPARE_SAME || verdict == HX_COMPARE_FASTER)
    b->good = commit;
  else
    b->tries[commit]++;
}

void hx_bisect_skip(hx_bisect *b, size_t commit) {
  assert(commit > b->good && commit < b->bad);
  b->tries[commit] = MAX_TRIES;
}

void hx_bisect_get(const hx_bisect *b, size_t *last_good, size_t *first_bad, size_t *steps) {
  *last_good = b->good;
  *first_bad = b->bad;
  if (!steps)
    return;
  size_t open = 0;
  for (size_t i = b->good + 1; i < b->bad; i++)
    open += !b->tries[i];
  *steps = 0;
  for (; open > 0; open /= 2)
    (*steps)++;
}
