#include "decide/compare.h"

#include "decide/stats.h"

#include <assert.h>
#include <math.h>

enum { FEWEST_BLOCKS = 8 };

hx_compare_options hx_compare_defaults(void) {
  return (hx_compare_options){.min_effect = 0.005,
                              .margin = 0.03,
                              .alpha = 0.025,
                              .looks = {8, 12, 16, 24, 36, HX_COMPARE_USUAL_BLOCKS},
                              .n_looks = 6,
                              .seed = 1};
}

static void add_looks(hx_compare_options *options, int max_blocks) {
  static const int further[] = {72, 100, 144, HX_COMPARE_MAX_BLOCKS};
  for (size_t i = 0; i < sizeof further / sizeof *further; i++)
    if (further[i] > options->looks[options->n_looks - 1] && further[i] <= max_blocks &&
        options->n_looks < HX_COMPARE_MAX_LOOKS)
      options->looks[options->n_looks++] = further[i];
}

void hx_compare_plan_looks(hx_compare_options *options, int max_blocks) {
  max_blocks = max_blocks < FEWEST_BLOCKS ? FEWEST_BLOCKS : max_blocks;
  if (options->n_looks < 1)
    return;
  if (max_blocks >= options->looks[options->n_looks - 1]) {
    add_looks(options, max_blocks);
    return;
  }
  int kept = 0;
  while (options->looks[kept] < max_blocks)
    kept++;
  options->looks[kept] = max_blocks;
  options->n_looks = kept + 1;
}

int hx_compare_usual_blocks(double margin) {
  double ratio = hx_compare_defaults().margin / margin;
  double blocks = HX_COMPARE_USUAL_BLOCKS * fmax(1, ratio * ratio);
  return (int)fmin(HX_COMPARE_MAX_BLOCKS, blocks + 1e-6);
}

void hx_compare_init(hx_compare *c, const hx_compare_options *options) {
  assert(options->n_looks >= 1 && options->n_looks <= HX_COMPARE_MAX_LOOKS);
  assert(options->looks[options->n_looks - 1] <= HX_COMPARE_MAX_BLOCKS);
  *c = (hx_compare){.options = *options, .p_slower = 1, .p_faster = 1};
}

/* Each is drawn by itself: with equal programs every sign of a difference is then as likely as the other,
 * whatever the machine does meanwhile, which is all that the signed-rank test needs. Blocks in pairs of
 * opposite orientation would be balanced, but a disturbance that comes back after 8 runs would give both
 * differences of each pair one sign. */
bool hx_compare_b_first(const hx_compare *c) {
  hx_rng rng;
  hx_rng_seed(&rng, c->options.seed + (uint64_t)c->n_blocks * 0x100000001b3U);
  return hx_rng_next(&rng) & 1;
}

static int last_look(const hx_compare *c) {
  return c->options.looks[c->options.n_looks - 1];
}

void hx_compare_add(hx_compare *c, const hx_compare_block *block) {
  if (c->n_blocks >= last_look(c))
    return;
  assert(block->a1_s > 0 && block->b1_s > 0 && block->b2_s > 0 && block->a2_s > 0);
  double a1 = log(block->a1_s), a2 = log(block->a2_s);
  double b1 = log(block->b1_s), b2 = log(block->b2_s);
  c->x[c->n_blocks] = (b1 + b2 - a1 - a2) / 2;
  c->aa[c->n_blocks] = a2 - a1;
  c->bb[c->n_blocks] = b2 - b1;
  c->n_blocks++;
}

static double level(const hx_compare *c) {
  return c->options.alpha / c->options.n_looks;
}

static double spread_of(const double *x, int n) {
  double copy[HX_COMPARE_MAX_BLOCKS];
  for (int i = 0; i < n; i++)
    copy[i] = x[i];
  double median = hx_stats_median(copy, (size_t)n);
  for (int i = 0; i < n; i++)
    copy[i] = x[i];
  return hx_stats_mad_sd(copy, (size_t)n, median);
}

static int next_look(const hx_compare *c) {
  int next = 0;
  for (int i = c->options.n_looks - 1; i >= 0; i--)
    if (c->options.looks[i] > c->n_blocks)
      next = c->options.looks[i];
  return next;
}

static void describe(const hx_compare *c, const hx_signed_rank *bounds, hx_compare_result *result) {
  hx_signed_rank r = bounds ? *bounds : hx_stats_signed_rank(c->x, (size_t)c->n_blocks, level(c));
  *result = (hx_compare_result){
      .verdict = c->verdict,
      .blocks = c->n_blocks,
      .runs = 4 * c->n_blocks,
      .change = expm1(r.estimate),
      .lower = expm1(r.lower),
      .upper = expm1(r.upper),
      .p_slower = c->p_slower,
      .p_faster = c->p_faster,
      .detectable = c->n_blocks < 4
                        ? (double)NAN
                        : hx_compare_detectable(spread_of(c->x, c->n_blocks), 0.9, &c->options),
      .next_look = c->verdict == HX_COMPARE_GO_ON ? next_look(c) : 0};
}

/* Bonferroni over the looks: the smallest p so far times their number holds whenever one stops. */
static void update_p(hx_compare *c) {
  double mirrored[HX_COMPARE_MAX_BLOCKS], looks = c->options.n_looks;
  double effect = log1p(c->options.min_effect);
  for (int i = 0; i < c->n_blocks; i++)
    mirrored[i] = -c->x[i];
  size_t n = (size_t)c->n_blocks;
  c->p_slower = fmin(c->p_slower, looks * hx_stats_signed_rank_above(c->x, n, effect));
  c->p_faster = fmin(c->p_faster, looks * hx_stats_signed_rank_above(mirrored, n, effect));
}

hx_compare_verdict hx_compare_decide(hx_compare *c, hx_compare_result *result) {
  bool look = false;
  for (int i = 0; i < c->options.n_looks; i++)
    look = look || c->options.looks[i] == c->n_blocks;
  if (!look || c->verdict != HX_COMPARE_GO_ON)
    return c->verdict;
  update_p(c);
  hx_signed_rank r = hx_stats_signed_rank(c->x, (size_t)c->n_blocks, level(c));
  double effect = log1p(c->options.min_effect), margin = log1p(c->options.margin);
  if (r.lower > effect)
    c->verdict = HX_COMPARE_SLOWER;
  else if (r.upper < -effect)
    c->verdict = HX_COMPARE_FASTER;
  else if (r.lower > -margin && r.upper < margin)
    c->verdict = HX_COMPARE_SAME;
  else if (c->n_blocks >= last_look(c))
    c->verdict = HX_COMPARE_INCONCLUSIVE;
  describe(c, &r, result);
  return c->verdict;
}

hx_compare_verdict hx_compare_finish(hx_compare *c, hx_compare_result *result) {
  if (c->verdict == HX_COMPARE_GO_ON)
    c->verdict = HX_COMPARE_INCONCLUSIVE;
  describe(c, NULL, result);
  return c->verdict;
}

const char *hx_compare_verdict_name(hx_compare_verdict verdict) {
  static const char *const names[] = {"GO ON", "SLOWER", "FASTER", "SAME", "INCONCLUSIVE"};
  return names[verdict];
}

hx_compare_alarms hx_compare_false_alarms(const double *differences, size_t n,
                                          const hx_compare_options *options) {
  hx_compare_alarms alarms = {.upper = 1};
  hx_rng rng;
  hx_rng_seed(&rng, options->seed);
  hx_compare c;
  hx_compare_init(&c, options);
  for (size_t i = 0; i < n; i++) {
    double sign = hx_rng_next(&rng) & 1 ? 1 : -1;
    c.x[c.n_blocks++] = sign * differences[i] / sqrt(2);
    hx_compare_result result;
    hx_compare_verdict verdict = hx_compare_decide(&c, &result);
    bool rest = i + 1 == n && c.n_blocks >= options->looks[0];
    if (verdict == HX_COMPARE_GO_ON && !rest)
      continue;
    alarms.n++;
    alarms.slower += verdict == HX_COMPARE_SLOWER;
    alarms.k += verdict == HX_COMPARE_SLOWER || verdict == HX_COMPARE_FASTER;
    hx_compare_init(&c, options);
  }
  if (alarms.n > 0)
    alarms.upper = hx_stats_binomial_upper(alarms.k, alarms.n, 0.95);
  return alarms;
}

double hx_compare_detectable(double sd_x, double power, const hx_compare_options *options) {
  double miss =
      (1 - power) / 2; /* half for passing as SAME, over the looks, half for falling short */
  double reach = hx_stats_normal_quantile(1 - miss);
  double escape = hx_stats_normal_quantile(1 - miss / options->n_looks);
  double least = INFINITY, not_same = 0;
  for (int i = 0; i < options->n_looks; i++) {
    /* The signed-rank test needs pi / 3 times the blocks of a z test on normal data. */
    double se = sd_x * sqrt(1.0471975511965976 / options->looks[i]);
    double width =
        se * hx_stats_t_quantile(1 - options->alpha / options->n_looks, options->looks[i] - 1);
    least = fmin(least, fmax(not_same, log1p(options->min_effect) + width + reach * se));
    double margin = log1p(options->margin);
    if (width < margin)
      not_same = fmax(not_same, margin - width + escape * se);
  }
  return expm1(least);
}

hx_compare_verdict hx_compare_combine(const hx_compare_result *results, size_t n, double alpha,
                                      bool *slower, bool *faster) {
  double p[HX_COMPARE_MAX_WORKLOADS] = {0};
  assert(n <= HX_COMPARE_MAX_WORKLOADS);
  for (size_t i = 0; i < n; i++)
    p[i] = results[i].p_slower;
  hx_stats_holm(p, n, alpha, slower);
  for (size_t i = 0; i < n; i++)
    p[i] = results[i].p_faster;
  hx_stats_holm(p, n, alpha, faster);
  bool any_slower = false, any_faster = false, any_open = false;
  for (size_t i = 0; i < n; i++) {
    /* A verdict stands only where the workload's own comparison reached it and Holm keeps it. */
    hx_compare_verdict own = results[i].verdict;
    slower[i] = slower[i] && own == HX_COMPARE_SLOWER;
    faster[i] = faster[i] && own == HX_COMPARE_FASTER;
    any_slower = any_slower || slower[i];
    any_faster = any_faster || faster[i];
    any_open = any_open || (own != HX_COMPARE_SAME && !slower[i] && !faster[i]);
  }
  return any_slower   ? HX_COMPARE_SLOWER
         : any_open   ? HX_COMPARE_INCONCLUSIVE
         : any_faster ? HX_COMPARE_FASTER
                      : HX_COMPARE_SAME;
}

bool hx_compare_grew(double *a, size_t n_a, double *b, size_t n_b, double limit) {
  if (n_a < 4 || n_b < 4)
    return false;
  hx_stats_sort(a, n_a);
  hx_stats_sort(b, n_b);
  return b[n_b / 4] > (1 + limit) * a[n_a - 1 - n_a / 4];
}
