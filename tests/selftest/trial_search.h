/* Searches of surfaces whose truth is known. */
#ifndef SELFTEST_TRIAL_SEARCH_H
#define SELFTEST_TRIAL_SEARCH_H

#include "decide/explore.h"
#include "selftest/surface.h"

typedef struct search_trial {
  hx_verdict verdict;
  double regret; /* true seconds of what is recommended over the best of the space, minus 1 */
  double runs, serial_runs,
      best_runs;         /* cost: runs made; wall time over that of serial, of the best */
  double explored, raced, confirmed; /* best runs of each stage */
  bool false_winner;     /* announced over serial, true gain below 2 % */
  bool printed, covered; /* an interval was printed; the truth is in it */
} search_trial;

/* One search. ln_factor[n_noise]: the noise of consecutive runs, repeated when they are more. False
 * when out of memory. */
bool search_trial_run(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                      double budget_s, search_trial *trial);

#endif
