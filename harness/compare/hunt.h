/* Which commit made it slower: the last commit of a line is confirmed to be slower than its first,
 * then the line is bisected. Commits are compared by whoever calls. */
#ifndef HX_COMPARE_HUNT_H
#define HX_COMPARE_HUNT_H

#include "decide/compare.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_hunt_reply {
  HX_HUNT_COMPARED,
  HX_HUNT_SKIP, /* this commit cannot be judged: it does not build, its run fails */
  HX_HUNT_STOP, /* give up: interrupted, or the harness failed */
} hx_hunt_reply;

/* Compares commit `index` (B) with commit 0 (A). */
typedef hx_hunt_reply (*hx_hunt_fn)(void *ctx, size_t index, hx_compare_result *result);

typedef enum hx_hunt_end {
  HX_HUNT_NAMED,         /* first_bad made it slower */
  HX_HUNT_NARROWED,      /* it lies after last_good, at first_bad at the latest: commits between
                            could not be judged */
  HX_HUNT_NOT_CONFIRMED, /* the last commit is not slower than the first */
  HX_HUNT_UNDECIDED,     /* the confirming comparison was inconclusive */
  HX_HUNT_FAILED,        /* stopped, or the last commit could not be judged */
} hx_hunt_end;

typedef struct hx_hunt_result {
  hx_hunt_end end;
  size_t last_good, first_bad;
  hx_compare_result whole; /* last commit against the first */
  size_t comparisons;
} hx_hunt_result;

/* n >= 2 commits. False when out of memory. */
bool hx_hunt(size_t n, hx_hunt_fn compare, void *ctx, hx_hunt_result *result);

#endif
