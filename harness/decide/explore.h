/* The search of a whole space (space.h): which configuration to run next, after how many seconds
 * to stop it, and at the end what is known (verdict.h). A pure state machine: it sees numbers,
 * never processes or clocks.
 *
 *   hx_explore *x = hx_explore_create(&space, &options);
 *   hx_explore_ask ask;
 *   while (hx_explore_next(x, &ask)) {
 *     ... run ask.point, stopping it after ask.cap_s seconds ...
 *     hx_explore_add(x, &(hx_explore_run){...});
 *   }
 *   hx_explore_conclude(x, &verdict);
 *
 * The same space, options and runs give the same questions and answers. Resuming is therefore
 * adding the stored runs again, and a recorded search is a test.
 *
 * What it does, every run but the serial one stopped at 1.6 times the best:
 *   serial     once, to the end: its outputs are what the others are compared with
 *   probe      a few starts in the middle
 *   walk       the ladder of threads from the best start upwards and downwards, then those of
 *              processes and of each hybrid; a direction ends at two caps in a row
 *   sample     combinations of a command's parameters, if it has several
 *   screen     the best one's pin, schedule and other values, one dimension at a time
 *   refine     counts between the best and its measured neighbours
 *   cross      the best one's count in the other executors
 *   settle     second runs of what is near the best and ran once
 *   final      final.h: fresh runs, which alone decide
 * A given list is measured in rounds of random order instead of probe to cross.
 * Control runs of the incumbent in every batch notice that the machine has changed speed.
 *
 * How often it is wrong: `./dev selftest search --seeds 200` prints it. On nine machines of 2 to 256
 * hardware threads, 200 programs each, recorded and simulated noise: what is recommended takes at most
 * 2.0 % longer than the best of all configurations in 95 % of searches, and 3.5 % in 99 %; on machines
 * and programs that it was not tuned on 2.1 % and 4.6 %. A search costs as much as 83 (2 CPUs) to 235
 * runs (256) of the best configuration, the median. With a budget of 120 such runs up to 8 cores, the
 * 95 % become 3.8 %; with 60 they become 21 %.
 *
 * Not thread safe; one object belongs to one thread. */
#ifndef HX_DECIDE_EXPLORE_H
#define HX_DECIDE_EXPLORE_H

#include "decide/final.h"
#include "decide/space.h"
#include "decide/verdict.h"

typedef struct hx_explore_options {
  double budget_s; /* of run time; INFINITY: none */
  double tie;      /* differences in ln(seconds) up to this do not matter; 0.02 */
  uint64_t seed;   /* of random orders */
  /* Measure these, each at least once, instead of looking for the best: a listed space's points.
   * NULL: search. */
  const hx_point *given;
  size_t n_given;  /* at most HX_EXPLORE_GIVEN */
  int rounds;      /* runs of each given point before the final; later ones only of what is near the
                      best. 0 is 1 */
  bool exhaustive; /* every given point in every round, to its end */
} hx_explore_options;

enum { HX_EXPLORE_GIVEN = 2000 };

/* The defaults named above, no budget, seed 1. */
hx_explore_options hx_explore_defaults(void);

typedef enum hx_explore_outcome {
  HX_EXPLORE_VALID,     /* seconds were measured */
  HX_EXPLORE_CENSORED,  /* stopped at the cap: took at least `seconds` */
  HX_EXPLORE_DIFFERENT, /* outputs differ from the first serial run's */
  HX_EXPLORE_FAILED,    /* it failed, or its binding or worker count did not hold */
  HX_EXPLORE_OVER,      /* seconds were measured, but it must never be recommended */
} hx_explore_outcome;

typedef struct hx_explore_run {
  hx_explore_outcome outcome;
  double seconds; /* what configurations are ranked on; > 0 if valid or censored */
  double spent_s; /* what the run cost of the budget; 0: the same as seconds */
  bool disturbed; /* something else was seen to use the machine during the run */
} hx_explore_run;

typedef enum hx_explore_stage {
  HX_EXPLORE_SEARCHING,
  HX_EXPLORE_RACING,
  HX_EXPLORE_CONFIRMING,
} hx_explore_stage;

typedef struct hx_explore_ask {
  hx_point point;
  hx_explore_stage stage;
  double cap_s; /* seconds after which to stop the run; INFINITY: let it finish */
  char why[96]; /* what the search is doing: "refining between 24 and 32 threads" */
} hx_explore_ask;

typedef struct hx_explore hx_explore; /* opaque */

/* Copies its arguments; the callbacks, their context and the names in the space are borrowed until
 * destroy. NULL when out of memory. */
hx_explore *hx_explore_create(const hx_space *space, const hx_explore_options *options);

void hx_explore_destroy(hx_explore *x); /* NULL is fine */

/* The next run to make; asking again without adding gives the same. Returns false at the end. */
bool hx_explore_next(hx_explore *x, hx_explore_ask *ask);

/* The outcome of the run asked for last. */
void hx_explore_add(hx_explore *x, const hx_explore_run *run);

/* Ends the search from outside (Ctrl-C): what is known then is concluded. */
void hx_explore_stop(hx_explore *x);

/* May be called at any time. The verdict is complete in itself. */
void hx_explore_conclude(const hx_explore *x, hx_search_verdict *verdict);

/* What half of all searches take at the most, in runs of the best configuration, the serial run left
 * out: by `./dev selftest search`. */
double hx_explore_usual_runs(const hx_space *space);

/* Every configuration that ran, in the order of first runs. */
typedef struct hx_explore_seen {
  hx_point point;
  int runs, censored;
  double seconds;  /* lower median of its runs; NaN when none finished */
  double at_least; /* highest cap it was stopped at; 0: never */
  bool broken;
} hx_explore_seen;
size_t hx_explore_count(const hx_explore *x);
void hx_explore_get(const hx_explore *x, size_t i, hx_explore_seen *seen);

/* How each of them came out, out[hx_explore_count(x)]: by the final; of one that was not in it, the
 * ratio as the exploring runs have it, corrected for drift. All unknown where nothing is decided. */
void hx_explore_standings(const hx_explore *x, hx_standing *out);

#endif
