#include "decide/final_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void hx_final_destroy(hx_final *f) {
  free(f);
}

hx_final *hx_final_create(const hx_space *space, const hx_point *points, const double *seconds,
                          size_t m, const hx_final_options *options) {
  assert(m >= 1 && m <= HX_FINAL_MOST && options->rounds <= HX_FINAL_RACE_ROUNDS);
  hx_final *f = calloc(1, sizeof *f);
  if (!f)
    return NULL;
  f->space = space;
  f->options = *options;
  f->m = f->m_all = m;
  f->left_s = options->left_s;
  memcpy(f->points, points, m * sizeof *points);
  memcpy(f->seconds, seconds, m * sizeof *seconds);
  hx_rng_seed(&f->rng, ~options->seed);
  hx_final_race_begin(f);
  return f;
}

bool hx_final_wants_more(const hx_final *f) {
  return f->cut_short;
}

static void end_race(hx_final *f) {
  size_t winner = hx_final_race_end(f);
  f->confirming = true;
  f->done = winner == 0;
  if (winner > 0)
    hx_final_confirm(f, winner);
}

bool hx_final_next(hx_final *f, hx_final_ask *ask) {
  if (!f->done && f->at == f->n_order && !f->confirming && !hx_final_race_next(f))
    end_race(f);
  if (!f->done && f->at == f->n_order)
    f->done = f->confirming && !hx_final_confirm_next(f);
  if (f->done)
    return false;
  size_t i = f->order[f->at];
  bool confirming = f->confirming;
  *ask =
      (hx_final_ask){.point = f->points[confirming ? f->member[i] : f->racers[i].point],
                     .cap_s = confirming ? hx_final_confirm_cap_s(f, i) : hx_final_race_cap_s(f, i),
                     .confirming = confirming,
                     .round = f->round,
                     .rounds = confirming ? HX_FINAL_ROUNDS : f->options.rounds};
  return true;
}

void hx_final_add(hx_final *f, hx_final_outcome outcome, double seconds, double spent_s,
                  bool disturbed) {
  size_t i = f->order[f->at++];
  f->left_s -= spent_s;
  if (f->confirming)
    hx_final_confirm_add(f, i, outcome, seconds);
  else
    hx_final_race_add(f, i, outcome, seconds, disturbed);
}
