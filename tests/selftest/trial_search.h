/* Searches of surfaces whose truth is known. */
#ifndef SELFTEST_TRIAL_SEARCH_H
#define SELFTEST_TRIAL_SEARCH_H

#include "decide/explore.h"
#include "selftest/noise.h"
#include "selftest/surface.h"

typedef struct search_trial {
  hx_search_verdict verdict;
  double regret; /* true seconds of what is recommended over the best of the space, minus 1 */
  double runs, serial_runs,
      best_runs; /* cost: runs made; wall time over that of serial, of the best */
  double explored, raced, confirmed; /* best runs of each stage */
  bool false_winner;                 /* announced over serial, true gain below 2 % */
  bool missed;                       /* serial or nothing recommended, twice as fast is possible */
  bool printed, covered;             /* an interval was printed; the truth is in it */
} search_trial;

/* One search with these options. False when out of memory, and when it says more than was shown: that an
 * interval excludes its estimate, that something is slower whose interval includes 1, or that something
 * ties which never ran beside the answer. */
bool search_trial_with(const surface *s, const hx_explore_options *options, const double *ln_factor,
                       size_t n_noise, search_trial *trial);

/* One search. ln_factor[n_noise]: the noise of consecutive runs, repeated when they are more. False
 * when out of memory. */
bool search_trial_run(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                      double budget_s, search_trial *trial);

/* Only the counts that the topology suggests, given as a list. */
bool search_trial_grid(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                       double budget_s, search_trial *trial);

/* As people do it: threads 1 to n, ten runs of each, the least median. The budget is ignored. */
bool search_trial_scan(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                       double budget_s, search_trial *trial);

/* Noise under which a program that ignores its workers must not be said to be faster with some. */
typedef enum null_noise {
  NULL_RECORDED,
  NULL_DRIFT, /* slower or faster by up to 30 % over the search, besides simulated noise */
  NULL_STEP,  /* faster or slower at once, by up to 2.5 times, at run 1 to 30, and again later */
  NULL_NEIGHBOUR, /* another job takes 0.5 to 1.5 of 2 cores in bursts */
  NULL_KINDS
} null_noise;
const char *null_noise_name(null_noise kind);
void null_noise_draw(null_noise kind, uint64_t seed, double *ln_factor, size_t n);

/* Recorded noise on a machine that becomes 2.2 to 3 times slower at one of the first 250 runs. */
void slowdown_draw(uint64_t seed, double *ln_factor, size_t n);

#endif
