/* Is B slower than A? A sequential comparison over ABBA blocks, as a pure state machine.
 *
 *   hx_compare c;
 *   hx_compare_init(&c, &options);
 *   do {
 *     bool b_first = hx_compare_b_first(&c);          // this block runs B A A B instead of A B B A
 *     ... four fresh processes ...
 *     hx_compare_add(&c, &(hx_compare_block){a1, b1, b2, a2});
 *   } while (hx_compare_decide(&c, &result) == HX_COMPARE_GO_ON);
 *
 * Per block x = mean ln B - mean ln A. At the looks (8, 12, 16, 24, 36, 50 blocks, more on request)
 * the Hodges-Lehmann estimate and the one-sided exact Wilcoxon signed-rank bounds at alpha / looks
 * decide, in this order: SLOWER, FASTER, SAME, go on; INCONCLUSIVE after the last look. Plain
 * structs, no allocation.
 *
 * What a margin costs and finds on noise recorded on a shared virtual machine, 500 comparisons each
 * (./dev selftest compare). Of 500 comparisons of equal things none was called SLOWER at any margin.
 *
 *   margin  at most   median runs when   slower by the margin:   slower by twice
 *            runs      nothing changed     SLOWER      SAME      that: SLOWER
 *    1   %    800            400            49.6 %     0.6 %       100 %
 *    1.5 %    800            288            96.6 %     0.8 %       100 %
 *    2   %    400            200            95.4 %     0.6 %       100 %
 *    3   %    200             96            93.2 %     0.8 %       100 %
 *    5   %    200             64            99.0 %     1.0 %       100 % */
#ifndef HX_DECIDE_COMPARE_H
#define HX_DECIDE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  HX_COMPARE_USUAL_BLOCKS = 50, /* at most, at the default margin and without a budget */
  HX_COMPARE_MAX_BLOCKS = 200,
  HX_COMPARE_MAX_LOOKS = 16,
  HX_COMPARE_MAX_WORKLOADS = 1024
};

typedef struct hx_compare_options {
  double min_effect; /* slower or faster by less than this is of no interest; 0.005 */
  double margin;     /* SAME: the interval lies within this; 0.03 */
  double alpha;      /* one-sided, over all looks; 0.025. Divide by the number of workloads for a
                        familywise level */
  int looks[HX_COMPARE_MAX_LOOKS]; /* blocks after which to look, ascending, <=
                                      HX_COMPARE_MAX_BLOCKS */
  int n_looks;
  uint64_t seed; /* of the blocks' orientation */
} hx_compare_options;

/* The defaults named above, seed 1. */
hx_compare_options hx_compare_defaults(void);

/* Blocks of a comparison without a budget: HX_COMPARE_USUAL_BLOCKS from the default margin on. Half
 * the margin needs four times as many (a bound's width falls with the root of the blocks), but never
 * more than HX_COMPARE_MAX_BLOCKS. */
int hx_compare_usual_blocks(double margin);

/* Looks for a budget of max_blocks, known beforehand: those that fit, max_blocks itself being the
 * last, or further ones after 72, 100, 144 and 200 blocks when it holds so many. Never fewer than 8
 * blocks. Call before hx_compare_init. */
void hx_compare_plan_looks(hx_compare_options *options, int max_blocks);

/* Seconds of the four runs of a block; index 1 ran before index 2, whatever the orientation. */
typedef struct hx_compare_block {
  double a1_s, b1_s, b2_s, a2_s;
} hx_compare_block;

typedef enum hx_compare_verdict {
  HX_COMPARE_GO_ON,
  HX_COMPARE_SLOWER,
  HX_COMPARE_FASTER,
  HX_COMPARE_SAME,
  HX_COMPARE_INCONCLUSIVE,
} hx_compare_verdict;

typedef struct hx_compare {
  hx_compare_options options;
  int n_blocks;
  double x[HX_COMPARE_MAX_BLOCKS];  /* mean ln B - mean ln A */
  double aa[HX_COMPARE_MAX_BLOCKS]; /* ln a2 - ln a1: a difference between equal things, for the
                                       false-alarm record */
  double bb[HX_COMPARE_MAX_BLOCKS];
  double p_slower, p_faster; /* running, adjusted for the looks so far */
  hx_compare_verdict verdict;
} hx_compare;

typedef struct hx_compare_result {
  hx_compare_verdict verdict;
  int blocks, runs;
  double change, lower,
      upper;                 /* B relative to A as a fraction (0.03: B takes 3 % longer); bounds at
                                the level of the look (each one-sided alpha / looks). NaN before
                                the first block; -1 and infinity with too few to give any */
  double p_slower, p_faster; /* one-sided against +min_effect and -min_effect, adjusted for the
                                looks; for Holm */
  double detectable; /* smallest change that this noise lets the rule call in 9 of 10; NaN below 4
                        blocks */
  int next_look;     /* blocks at the next look; 0: none left */
} hx_compare_result;

void hx_compare_init(hx_compare *c, const hx_compare_options *options);

/* Orientation of the coming block: true runs B A A B. */
bool hx_compare_b_first(const hx_compare *c);

/* Ignored once all blocks of the last look are there. All four seconds > 0. */
void hx_compare_add(hx_compare *c, const hx_compare_block *block);

/* Call after every block. Only at a look can the verdict change, and only there is *result filled:
 * between looks it stays as it is. */
hx_compare_verdict hx_compare_decide(hx_compare *c, hx_compare_result *result);

/* No more blocks can be made (budget, Ctrl-C): GO_ON becomes INCONCLUSIVE. */
hx_compare_verdict hx_compare_finish(hx_compare *c, hx_compare_result *result);

/* "SLOWER", ... */
const char *hx_compare_verdict_name(hx_compare_verdict verdict);

/* This machine's false alarms: differences between equal things (aa and bb of past comparisons,
 * concatenated) replayed through the same sequential rule, `blocks of the last look` at a time. */
typedef struct hx_compare_alarms {
  int n;        /* replayed comparisons */
  int k;        /* of them SLOWER or FASTER */
  int slower;   /* of them SLOWER */
  double upper; /* 95 % upper bound of the share k / n (Clopper-Pearson); 1 when n is 0 */
} hx_compare_alarms;
/* differences: ln ratios of two single runs; scaled by 1/sqrt(2) to the spread of a block of four.
 * Sign is drawn at random (options->seed) since the second run of a pair always comes later. A rest
 * shorter than the first look is left out. */
hx_compare_alarms hx_compare_false_alarms(const double *differences, size_t n,
                                          const hx_compare_options *options);

/* Smallest change (fraction) called SLOWER with probability `power` when blocks have the robust
 * spread sd_x: beyond the bound of some look, and too large to pass for SAME at the looks before
 * (normal theory). */
double hx_compare_detectable(double sd_x, double power, const hx_compare_options *options);

/* Did B's peak memory grow by more than `limit` (a fraction)? True when three quarters of B's runs
 * need more than that above what three quarters of A's runs stay below. False with fewer than 4 runs
 * of either. Reorders its arguments. */
bool hx_compare_grew(double *a, size_t n_a, double *b, size_t n_b, double limit);

/* Several workloads at once, Holm at options->alpha over their p_slower (p_faster): slower[i]
 * (faster[i]) says which workloads keep their verdict. Returns the joint verdict: SLOWER if any is,
 * else INCONCLUSIVE if any is, else FASTER if any is, else SAME. */
hx_compare_verdict hx_compare_combine(const hx_compare_result *results, size_t n, double alpha,
                                      bool *slower, bool *faster);

#endif
