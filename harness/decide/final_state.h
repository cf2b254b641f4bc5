/* What the parts of final.h share; nobody else includes this. */
#ifndef HX_DECIDE_FINAL_STATE_H
#define HX_DECIDE_FINAL_STATE_H

#include "decide/final.h"
#include "decide/pairs.h"
#include "decide/search.h"
#include "decide/stats.h"

enum {
  HX_FINAL_MEMBERS = 8, /* most configurations of the confirmation */
  HX_FINAL_LOOKS = 4,
  HX_FINAL_ROUNDS = 24, /* of the confirmation, at most */
};

/* Rounds of the confirmation after which it is looked at what they show. */
extern const int hx_final_looks[HX_FINAL_LOOKS];

struct hx_final {
  const hx_space *space;
  hx_final_options options;
  hx_point *points; /* m, and simpler siblings of the winner that the confirmation adds */
  double *seconds;  /* of a point: expected, then measured by the race; NaN: unknown */
  bool *shaky;      /* dropped by the race on few or disturbed runs */
  size_t m, m_all;
  double left_s;
  hx_rng rng;

  hx_search *race;
  size_t *racers, n_racers; /* points in the race */
  int *disturbed;           /* disturbed runs of a racer */
  hx_search_estimate *estimates;
  hx_search_result result;

  size_t *order, n_order, at; /* of the round: racers, or members */
  int round;                  /* the one being made, from 1 */

  bool confirming, done;
  int look;
  size_t member[HX_FINAL_MEMBERS], n_members; /* points; [0] is the race's winner, [1] is serial */
  bool out[HX_FINAL_MEMBERS];                 /* settled */
  bool broken[HX_FINAL_MEMBERS];
  hx_pairs_cell cells[HX_FINAL_ROUNDS][HX_FINAL_MEMBERS];
  int whole_serial; /* serial runs that may still go to the end */
};

/* Begins the confirmation of a point (not 0), by what the race found. */
void hx_final_confirm(hx_final *f, size_t winner);

/* Begins its next round; false at the end. */
bool hx_final_confirm_next(hx_final *f);

double hx_final_confirm_cap_s(const hx_final *f, size_t member);

/* Least seconds of a confirmation that can show something. */
double hx_final_confirm_least_s(const hx_final *f);

void hx_final_confirm_add(hx_final *f, size_t member, hx_final_outcome outcome, double seconds);

#endif
