/* One workload's part of a sweep: the warm-up, and the race over the configurations. Internal to
 * sweep. */
#ifndef HX_TUNE_SWEEP_RACE_H
#define HX_TUNE_SWEEP_RACE_H

#include "pvs/pvs.h"

#include "tune/sweep_journal.h"

typedef struct hx_sweep_noted {
  size_t config;
  int seen;
  double seconds; /* rank */
  bool valid;
  hx_measures measures;
} hx_sweep_noted;

/* What the race remembers besides what the search does. */
typedef struct hx_sweep_race {
  hx_sweep_journal *journal;
  hx_sweep_report *report;
  hx_sweep_result *result;
  const char *expected; /* NULL: none */
  double left_s;        /* of the budget, for this workload */
  double spent_s;       /* by it; warm-up included */
  double warm_up_s;     /* of them by the warm-up */
  double scale;         /* puts what is ranked on into the order of seconds: budgets are in them */
  double overhead_s;    /* whole process minus what is ranked, of the warm-up */
  double timeout_s;
  hx_sweep_fact warm_up;
  hx_sweep_noted *noted;
  hx_interference_run *disturbance;
  size_t n, cap;
} hx_sweep_race;

bool hx_sweep_race_warm_up(hx_sweep_race *race, pvs_error *error);
/* After the warm-up, with the report's configurations known and left_s set. Fills the result. */
bool hx_sweep_race_run(hx_sweep_race *race, pvs_error *error);

/* For sweep_search.c. */

/* Takes the run from the store or makes it. A run stopped by the person is neither stored nor
 * counted; fact->outcome tells. */
bool hx_sweep_race_do(hx_sweep_race *race, const hx_sweep_moment *moment, double timeout_s,
                      hx_sweep_fact *fact, pvs_error *error);
/* Remembers a counted run for what is concluded at the end. */
bool hx_sweep_race_note(hx_sweep_race *race, size_t config, int block, const hx_sweep_fact *fact,
                        pvs_error *error);
bool hx_sweep_race_interrupted(const hx_sweep_race *race);
uint64_t hx_sweep_race_seed(const hx_sweep_race *race);
/* Fills the lines' typical measures. */
void hx_sweep_race_measures(hx_sweep_race *race);
/* Whether the worker count mattered; result->search.leader must be known. */
bool hx_sweep_race_effect(hx_sweep_race *race, pvs_error *error);

void hx_sweep_race_deinit(hx_sweep_race *race);

#endif
