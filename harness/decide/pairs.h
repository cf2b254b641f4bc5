/* Two configurations compared round by round, and the bounds that this allows. */
#ifndef HX_DECIDE_PAIRS_H
#define HX_DECIDE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

enum {
  HX_PAIRS_MOST = 32,
  HX_PAIRS_FEWEST = 6, /* pairs; fewer exclude nothing at 2.5 % (1/2^5 is more) */
};

/* One run of a round. */
typedef struct hx_pairs_cell {
  double y;      /* ln(seconds); NaN: no run */
  bool censored; /* at least y */
} hx_pairs_cell;

/* ln(seconds of b / seconds of a): its centre, 95 % bounds (infinite from fewer than
 * HX_PAIRS_FEWEST pairs), and one-sided p-values of a and of b being the faster one. Exact for
 * rounds in random order, whatever the machine does meanwhile, since a and b then change places
 * freely (Hodges and Lehmann 1963; Wilcoxon signed rank). Assumed is only that a run leaves nothing
 * behind that makes the next one slower or faster.
 *
 * A run that was stopped took at least its y. It never counts as evidence of being the faster one:
 * each bound and p-value takes the other end of what its difference may be, so lower <= estimate <=
 * upper whatever was stopped. The estimate itself takes y as it is. */
typedef struct hx_pairs {
  int n;
  double estimate, lower, upper;
  double p_a_faster, p_b_faster;
  double least;  /* smallest difference; INFINITY without pairs */
  int n_bounded; /* pairs in which b was stopped */
} hx_pairs;

/* Rounds of cells, `stride` cells apart. Pairs of which it is not known who was faster are left out:
 * both were stopped, or one was before the other's time; with `whole`, all in which either was.
 * n <= HX_PAIRS_MOST. */
hx_pairs hx_pairs_compare(const hx_pairs_cell *a, const hx_pairs_cell *b, size_t n, size_t stride,
                          bool whole);

#endif
