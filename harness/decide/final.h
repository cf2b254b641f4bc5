/* The final of a search: fresh runs, which alone decide, however the finalists were found.
 *
 *   race     the finalists against each other in rounds of random order: from the fourth on, what is
 *            shown to be slower is out; at the end the simplest of those within half a tie has won
 *   confirm  the race's winner, the serial run, the simpler configurations that the winner has to
 *            beat, and what the race dropped on few or disturbed runs: up to 32 rounds in random order,
 *            looked at after 6, 8, 16 and 24, in which every pair is compared round by round
 *
 * Since the order within a round is random, two equally fast configurations are as likely to come
 * out either way round whatever the machine does meanwhile: drift, steps, bursts. The signed-rank
 * test of the differences is therefore exact, and its bounds are honest (verdict.h has the figures).
 * Assumed is that no run makes the next one slower or faster (by heat, caches or files it leaves).
 *
 * Not thread safe; one object belongs to one thread. */
#ifndef HX_DECIDE_FINAL_H
#define HX_DECIDE_FINAL_H

#include "decide/space.h"
#include "decide/verdict.h"

enum { HX_FINAL_MOST = 16 }; /* candidates */

typedef struct hx_final hx_final; /* opaque */

typedef struct hx_final_options {
  bool baseline_barred; /* it is never the answer: the others are only compared with it */
  double left_s;        /* of the budget; INFINITY: none */
  /* How much of the budget a measured second takes: more than 1 s where each run has a set-up that is
   * not measured. */
  double cost_of_second;
  double tie; /* differences in ln(seconds) up to this do not matter */
  int rounds; /* most rounds of the race */
  uint64_t seed;
  /* Whether a point is known to be invalid or far too slow; such points are not confirmed beside the
   * winner. NULL: none is. The function and its context must live as long as the final. */
  bool (*hopeless)(void *context, const hx_point *point);
  void *context;
} hx_final_options;

/* points[0] is the baseline, the serial run; seconds[m]: what each is expected to take, NaN when
 * unknown. The baseline races only where it is near the best or nothing is known. Copies its
 * arguments but for the space, which is borrowed. NULL when out of memory. */
hx_final *hx_final_create(const hx_space *space, const hx_point *points, const double *seconds,
                          size_t m, const hx_final_options *options);
void hx_final_destroy(hx_final *f); /* NULL is fine */

typedef struct hx_final_ask {
  hx_point point;
  double cap_s;
  bool confirming; /* false: racing */
  int round, rounds;
} hx_final_ask;
bool hx_final_next(hx_final *f, hx_final_ask *ask);

typedef enum hx_final_outcome {
  HX_FINAL_VALID,
  HX_FINAL_CENSORED, /* stopped at the cap */
  HX_FINAL_INVALID,  /* never to be recommended */
} hx_final_outcome;

/* The outcome of the run asked for last. */
void hx_final_add(hx_final *f, hx_final_outcome outcome, double seconds, double spent_s,
                  bool disturbed);

/* Fills the verdict but for runs, spent_s and needs_s. May be called at any time. */
void hx_final_conclude(const hx_final *f, hx_search_verdict *verdict);

/* Did it end because the budget was used up? */
bool hx_final_wants_more(const hx_final *f);

typedef enum hx_final_standing {
  HX_FINAL_ABSENT, /* did not take part, or nothing was decided */
  HX_FINAL_TIES,   /* not shown to be slower than the answer by more than a tie; the answer too */
  HX_FINAL_SLOWER, /* shown to be: the interval of its ratio is above 1 */
  HX_FINAL_UNRANKED, /* too few rounds of both to show which: left out by the race, or always stopped */
  HX_FINAL_BROKEN,
} hx_final_standing;

/* How a configuration came out beside the verdict's answer, which is its winner, or serial where
 * nothing is faster. ratio: its seconds over the answer's in rounds that both ran in (of one that
 * raced only: by way of the race's winner), with 95 % bounds; NaN where unknown. */
typedef struct hx_standing {
  hx_final_standing standing;
  hx_interval ratio;
} hx_standing;

/* Those that took part, and the simpler siblings that were added. */
size_t hx_final_count(const hx_final *f);
const hx_point *hx_final_point(const hx_final *f, size_t i);
hx_standing hx_final_standing_of(const hx_final *f, size_t i);

#endif
