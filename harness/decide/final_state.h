/* What the parts of final.h share; nobody else includes this. */
#ifndef HX_DECIDE_FINAL_STATE_H
#define HX_DECIDE_FINAL_STATE_H

#include "decide/final.h"
#include "decide/pairs.h"
#include "decide/stats.h"

enum {
  HX_FINAL_RACE_ROUNDS = 16,
  HX_FINAL_MEMBERS = 8, /* most configurations of the confirmation */
  HX_FINAL_LOOKS = 5,
  HX_FINAL_ROUNDS = 32, /* of the confirmation, at most */
  HX_FINAL_EXTRA = 4,   /* simpler siblings of the winner that did not race */
  HX_FINAL_ALL = HX_FINAL_MOST + HX_FINAL_EXTRA,
};

/* Rounds of the confirmation after which it is looked at what they show. */
extern const int hx_final_looks[HX_FINAL_LOOKS];

/* A configuration in the race. */
typedef struct hx_racer {
  size_t point;
  int runs, disturbed; /* valid ones; those that something else disturbed */
  int out_after;       /* round in which it was shown to be slower; 0: it stayed */
  bool broken, ties;   /* ties: with the race's leader */
  double level;        /* ln(seconds); NaN before the first round */
} hx_racer;

struct hx_final {
  const hx_space *space;
  hx_final_options options;
  hx_point points[HX_FINAL_ALL]; /* m, and simpler siblings that the confirmation adds */
  double seconds[HX_FINAL_ALL];  /* of a point: expected, then as raced; NaN: unknown */
  bool shaky[HX_FINAL_ALL];      /* dropped by the race on few or disturbed runs */
  size_t m, m_all;
  double left_s;
  hx_rng rng;

  hx_racer racers[HX_FINAL_MOST];
  size_t n_racers, race_winner;                     /* a racer */
  double race[HX_FINAL_RACE_ROUNDS][HX_FINAL_MOST]; /* ln(seconds), by round and racer */
  double noise, df; /* of a run: standard deviation of ln(seconds); NaN: unknown */

  size_t order[HX_FINAL_ALL], n_order, at; /* of the round: racers, or members */
  int round;                               /* the one being made, from 1 */
  int race_rounds;                         /* that the race had; 0 while it runs */

  bool confirming, done, cut_short; /* by the budget */
  int look;
  size_t member[HX_FINAL_MEMBERS], n_members; /* points; [0] is the race's winner, [1] is serial */
  size_t n_needed;                            /* of them: those two and the simpler siblings */
  bool out[HX_FINAL_MEMBERS];                 /* settled */
  bool broken[HX_FINAL_MEMBERS];
  hx_pairs_cell cells[HX_FINAL_ROUNDS][HX_FINAL_MEMBERS];
  int whole_serial; /* serial runs that may still go to the end */
};

/* ---- final_race.c ---- */

void hx_final_race_begin(hx_final *f);
/* Begins the next round; false at the end. */
bool hx_final_race_next(hx_final *f);
double hx_final_race_cap_s(const hx_final *f, size_t racer);
void hx_final_race_add(hx_final *f, size_t racer, hx_final_outcome outcome, double seconds,
                       bool disturbed);
/* The point to confirm; 0: none but serial ran. */
size_t hx_final_race_end(hx_final *f);

/* Two racers compared by the rounds that both ran in. */
hx_pairs hx_final_race_against(const hx_final *f, size_t a, size_t b);

/* ---- final_confirm.c ---- */

/* Begins the confirmation of a point (not 0), by what the race found. */
void hx_final_confirm(hx_final *f, size_t winner);
bool hx_final_confirm_next(hx_final *f);
double hx_final_confirm_cap_s(const hx_final *f, size_t member);
/* Least seconds of a confirmation that can show something. */
double hx_final_confirm_least_s(const hx_final *f);
void hx_final_confirm_add(hx_final *f, size_t member, hx_final_outcome outcome, double seconds);

/* Two members compared round by round; `whole`: only where both ran to their ends. */
hx_pairs hx_final_against(const hx_final *f, size_t a, size_t b, bool whole);

typedef struct hx_final_decision {
  hx_search_verdict_state state; /* FOUND also where others tie */
  bool compared;                 /* winner and serial ran to valid ends */
  size_t winner;                 /* member: the best of those that are not serial */
  size_t answer;                 /* member: what the verdict is about: that one, or serial */
} hx_final_decision;
hx_final_decision hx_final_decide(const hx_final *f);

#endif
