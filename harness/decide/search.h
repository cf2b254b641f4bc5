/* Racing over configurations: which to run next, when a run may be stopped early, which
 * configurations are out, when to stop, and which one to recommend. A pure state machine: it sees
 * numbers, never processes or clocks, so the same calls give the same answers, and recorded timings
 * can be replayed through it.
 *
 * Figures are robust estimates (fit.h). With d = how far a configuration is behind the leader in
 * ln(seconds) and se = the standard error of d from noise pooled over all configurations:
 *   hopeless  d > ln(cap_ratio), or stopped at the cap twice
 *   dropped   d > tie + 2 se, and d > t(1 - alpha / (m - 1)) se - tie / 2
 *   tied      d <= tie + 2 se: not shown to be slower by more than the tie width
 *   eligible  d <= tie - se: the policy picks its winner among these and the leader
 *   stop      after three blocks or more, when one is left, or when the chance that any survivor
 *             is faster than the winner by more than the tie width is at most alpha (sum of t
 *             tails; of 13 survivors or more the estimates are first shrunk towards their mean)
 *
 *   hx_search *s = hx_search_create(configs, m, &options);
 *   size_t n;
 *   while ((n = hx_search_next_block(s, order)) > 0) {
 *     for (size_t i = 0; i < n; i++) {
 *       ... run configuration order[i], stopping it after hx_search_cap_s(s, order[i]) seconds ...
 *       hx_search_add(s, &(hx_search_run){...});
 *     }
 *     hx_search_decide(s, seconds_left_of_the_budget);
 *   }
 *   hx_search_get(s, &result, estimates);
 *
 * Resuming: the order of a block depends only on the options, the configurations and what was added
 * before. A repeated sweep makes the same calls and takes a run from the store wherever one is
 * stored for (block, configuration).
 *
 * Not thread safe; one object belongs to one thread. */
#ifndef HX_DECIDE_SEARCH_H
#define HX_DECIDE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the policy among ties, and the cap, need to know of a configuration. */
typedef struct hx_search_config {
  int workers;       /* that can be busy at once: hx_search_busy_workers(asked, units) */
  int executor_rank; /* 0 is preferred: serial 0, threads 1, processes 2, hybrid 3, ... */
  int pin_rank;      /* 0 is the simplest: none */
  bool cap_exempt;   /* the serial baseline: never stopped early, never dropped as hopeless before
                        block 2 */
} hx_search_config;

typedef struct hx_search_options {
  double alpha;          /* familywise error of dropping the best one; 0.05 */
  double tie;            /* differences in ln(seconds) up to this do not matter; 0.02 */
  double policy_tie;     /* what the policy may give up, as above; 0: the same as tie */
  double cap_ratio;      /* a run is stopped at this multiple of the best; 1.6 */
  int max_blocks;        /* 10 */
  int min_drop_blocks;   /* nothing is proven slower on fewer blocks; 1 */
  bool exhaustive;       /* no cap, no dropping, no early end: max_blocks blocks of everything */
  double prior_noise;    /* standard deviation of ln(seconds) known beforehand, 0: unknown. Lets a
                            single block be judged */
  double prior_noise_df; /* its weight in degrees of freedom; used only with prior_noise > 0 */
  uint64_t seed;         /* of the order within blocks */
} hx_search_options;

/* The defaults named above, seed 1. */
hx_search_options hx_search_defaults(void);

typedef enum hx_search_outcome {
  HX_SEARCH_VALID,    /* seconds were measured */
  HX_SEARCH_CENSORED, /* stopped at the cap: took at least `seconds` */
  HX_SEARCH_INVALID,  /* outputs, binding or worker count did not hold, or it failed: the
                         configuration is out for good */
} hx_search_outcome;

typedef struct hx_search_run {
  size_t config;
  double seconds; /* what configurations are ranked on; > 0 unless invalid */
  double spent_s; /* what the run cost of the budget (start-up and check included); 0: same as
                     seconds */
  hx_search_outcome outcome;
} hx_search_run;

typedef enum hx_search_stop {
  HX_SEARCH_RUNNING,
  HX_SEARCH_STOP_TIE,     /* settled: one is left, or none left is faster by more than the tie */
  HX_SEARCH_STOP_BLOCKS,  /* max_blocks reached */
  HX_SEARCH_STOP_BUDGET,  /* the next block was not expected to fit */
  HX_SEARCH_STOP_NOTHING, /* no configuration is left that ran validly */
} hx_search_stop;

typedef struct hx_search hx_search; /* opaque */

/* m >= 1. Copies its arguments. NULL when out of memory. */
hx_search *hx_search_create(const hx_search_config *configs, size_t m,
                            const hx_search_options *options);
void hx_search_destroy(hx_search *s); /* NULL is fine */

/* Begins the next block: fills order[] (room for m) with the survivors in random order and returns
 * how many; 0 when the search has stopped. */
size_t hx_search_next_block(hx_search *s, size_t *order);

/* Seconds after which a run of this configuration is to be stopped and added as censored; INFINITY
 * when it is exempt (cap_exempt, its first run, exhaustive). Follows the best known so far; ask
 * just before the run. */
double hx_search_cap_s(const hx_search *s, size_t config);

/* Adds one run to the current block, in the order the runs were made (noise is followed in time).
 */
void hx_search_add(hx_search *s, const hx_search_run *run);

/* Ends the block: drops configurations and decides whether to go on. left_s: seconds left of the
 * budget, INFINITY without one. May be called with a block that was cut short (budget, Ctrl-C):
 * what is there is used. */
hx_search_stop hx_search_decide(hx_search *s, double left_s);

/* Ends the search from outside (Ctrl-C, no more recorded runs); hx_search_get then reports what is
 * known. */
void hx_search_end(hx_search *s, hx_search_stop why);

/* Expected cost of the next block in seconds of the budget (spent_s of the survivors); 0 before the
 * first block. */
double hx_search_expected_block_s(const hx_search *s);

typedef enum hx_search_fate {
  HX_SEARCH_TIED, /* not shown to be slower than the leader by more than the tie width (the leader,
                     too) */
  HX_SEARCH_SURVIVED, /* slower by more than a tie, not dropped yet */
  HX_SEARCH_DROPPED,  /* proven slower than the leader */
  HX_SEARCH_HOPELESS, /* beyond cap_ratio: stopped early, or so slow in its first run that no more
                         were made */
  HX_SEARCH_BROKEN,   /* an invalid run: never recommended */
  HX_SEARCH_UNKNOWN,  /* never ran */
} hx_search_fate;

/* One configuration's result. Seconds and ratios are NaN for HX_SEARCH_BROKEN and
 * HX_SEARCH_UNKNOWN. */
typedef struct hx_search_estimate {
  hx_search_fate fate;
  int n_valid, n_censored, n_invalid;
  int last_block;  /* 1-based block after which it was out; 0: it stayed to the end */
  double median_s; /* of its valid runs: the plain figure */
  double seconds, lower_s,
      upper_s; /* corrected for what disturbed its blocks, with its 95 % interval */
  double ratio, ratio_lower,
      ratio_upper; /* seconds relative to the leader, with the 95 % interval of the difference */
} hx_search_estimate;

/* Which rule of the policy singled out the winner among the ties. */
typedef enum hx_search_reason {
  HX_SEARCH_WON_ALONE,    /* nothing ties with it */
  HX_SEARCH_WON_WORKERS,  /* fewest workers among the ties */
  HX_SEARCH_WON_EXECUTOR, /* as few workers, preferred executor */
  HX_SEARCH_WON_PIN,      /* same but for the simpler pinning */
  HX_SEARCH_WON_SIMPLEST, /* the simplest of the ties, of a whole search (explore.h) */
  HX_SEARCH_WON_SPEED,    /* the policy cannot tell them apart; the fastest estimate */
} hx_search_reason;

typedef struct hx_search_result {
  hx_search_stop stop;
  bool found;    /* false: nothing ran validly, the indices below are 0 */
  size_t leader; /* fastest by estimate */
  size_t winner; /* recommended: the policy's choice among the ties */
  hx_search_reason reason;
  size_t n_tied, n_survivors; /* survivors include the ties */
  int blocks;
  size_t runs;
  double spent_s;
  double noise; /* standard deviation of ln(seconds) of one run, robust, pooled over configurations;
                   NaN: unknown */
  double noise_df;
} hx_search_result;

/* estimates: room for m, or NULL. Reports what was known at the last hx_search_decide or
 * hx_search_end. */
void hx_search_get(const hx_search *s, hx_search_result *result, hx_search_estimate *estimates);

/* Workers that can be busy: never more than there are units of work. units 0: unknown. */
int hx_search_busy_workers(int asked, int units);

/* same_as[i] = the first configuration that i cannot differ from (equal workers, executor_rank and
 * pin_rank), i itself for those to be measured. Returns how many are left to measure. */
size_t hx_search_alias(const hx_search_config *configs, size_t m, size_t *same_as);

/* The fixed policy: < 0 when a is preferred to b, 0 when it cannot tell. */
int hx_search_policy(const hx_search_config *a, const hx_search_config *b);

/* Several workloads at once: the configuration whose worst regret is least, ties within `tie`
 * settled by the policy. seconds[w * m + c]: estimate of configuration c on workload w, NaN when it
 * was not measured (never recommended then). regret[w * m + c] = seconds / best of the workload - 1
 * (over all its configurations), NaN where unknown. worst[c]: the largest over workloads, NaN when
 * incomplete. */
typedef struct hx_search_joint {
  bool found;
  size_t leader; /* least worst-case regret */
  size_t winner; /* the policy's choice among the ties */
  size_t n_tied;
} hx_search_joint;
void hx_search_recommend_jointly(const hx_search_config *configs, size_t m, const double *seconds,
                                 size_t workloads, double tie, double *regret, double *worst,
                                 bool *tied, hx_search_joint *result);

/* Did the worker count matter? One row an observation. */
typedef struct hx_search_effect {
  bool no_effect; /* say "the worker count had no effect" */
  bool proven;  /* by the counts seen: different ones were asked for, always the same was at work */
  double noise; /* noise floor: standard deviation of ln(seconds) between observations that should
                   be equal; NaN: unknown */
  double noise_df;
  double noise_lower, noise_upper; /* its 95 % interval */
  double p_value; /* of "all counts are equally fast", F test; NaN without repetitions */
  double span;    /* slowest over fastest mean of a count, minus 1 */
} hx_search_effect;
/* asked[i], seen[i] (0: unknown) workers and seconds[i] > 0 of n observations. Unproven, no_effect
 * needs repetitions: an F test that finds nothing at 0.05, and the noise small enough to have found
 * `tie`-sized effects. */
hx_search_effect hx_search_worker_effect(const int *asked, const int *seen, const double *seconds,
                                         size_t n, double tie);

#endif
