/* Which commit made it slower: the last commit of a line is confirmed to be slower than its first,
 * then the line is bisected. */
#ifndef HX_COMPARE_BISECT_H
#define HX_COMPARE_BISECT_H

#include "pvs/pvs.h"

#include "compare/comparison.h"
#include "compare/revision.h"
#include "decide/compare.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_bisection_reply {
  HX_BISECTION_COMPARED,
  HX_BISECTION_SKIP,      /* this commit cannot be judged: it does not build, its run fails */
  HX_BISECTION_STOP,      /* give up: the harness failed */
  HX_BISECTION_INTERRUPT, /* give up: somebody asked for that */
} hx_bisection_reply;

/* Compares commit `index` (B) with commit 0 (A). */
typedef hx_bisection_reply (*hx_bisection_judge)(void *ctx, size_t index,
                                                 hx_compare_result *result);

typedef enum hx_bisection_end {
  HX_BISECTION_NAMED,    /* first_bad made it slower */
  HX_BISECTION_NARROWED, /* it lies after last_good, at first_bad at the latest: commits between
                                 could not be judged */
  HX_BISECTION_NOT_CONFIRMED, /* the last commit is not slower than the first */
  HX_BISECTION_UNDECIDED,     /* the confirming comparison was inconclusive */
  HX_BISECTION_FAILED,        /* stopped, or the last commit could not be judged */
  HX_BISECTION_INTERRUPTED,   /* before the end; names nothing */
} hx_bisection_end;

typedef struct hx_bisection {
  hx_bisection_end end;
  size_t last_good, first_bad; /* of NAMED and NARROWED */
  hx_compare_result whole;     /* last commit against the first */
  double margin;               /* that `whole` was judged with; NaN: unknown */
  size_t comparisons;
  size_t differs_from; /* the first compared commit whose outputs are not those of the first
                          commit; 0: none */
  size_t same_until;   /* the last compared one before it whose outputs are */
  size_t n_varying;    /* comparisons in which a side's outputs changed from run to run: they say
                          nothing about the commit's */
} hx_bisection;

/* n >= 2 commits. False when out of memory. */
bool hx_bisection_run(size_t n, hx_bisection_judge judge, void *ctx, hx_bisection *result);

/* The same with live comparisons as the judge. `comparison` is open, on one workload, with the first
 * commit as A and `b_later`; every step is told to the session's listener. `change`: the step that
 * is suspected, as a fraction, which sets the margin that the last commit is judged with; NaN:
 * unknown. False with a sentence in error if the harness failed, as when out of memory. */
bool hx_bisection_of_commits(hx_comparison *comparison, const hx_commits *commits, double change,
                             hx_bisection *result, pvs_error *error);

#endif
