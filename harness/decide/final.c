#include "decide/final_state.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  FEW_RUNS = 1,      /* what the race dropped on so few runs is confirmed */
  FEWEST_ROUNDS = 3, /* before the race proves anything slower */
  EXTRA_POINTS = 2,  /* simpler siblings of the winner that did not race */
};
static const double BASELINE_RACES = 1.25; /* times the best */

void hx_final_destroy(hx_final *f) {
  if (!f)
    return;
  free(f->points);
  free(f->seconds);
  free(f->shaky);
  free(f->racers);
  free(f->disturbed);
  free(f->estimates);
  free(f->order);
  hx_search_destroy(f->race);
  free(f);
}

/* The policy's order of the racers, as the ranks that search.h knows. */
static void rank_racers(const hx_final *f, hx_search_config *configs) {
  for (size_t i = 0; i < f->n_racers; i++) {
    const hx_point *p = &f->points[f->racers[i]];
    int rank = 0;
    for (size_t j = 0; j < f->n_racers; j++)
      rank += hx_space_prefer(f->space, &f->points[f->racers[j]], p) < 0;
    configs[i] = (hx_search_config){.workers = hx_point_workers(p),
                                    .executor_rank = p->executor,
                                    .pin_rank = rank,
                                    .cap_exempt = f->racers[i] == 0 && isnan(f->seconds[0])};
  }
}

static bool start_race(hx_final *f) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  for (size_t i = 0; i < f->m; i++)
    if (i > 0 || f->m == 1 ||
        (!f->options.baseline_barred &&
         (isnan(f->seconds[0]) || f->seconds[0] < BASELINE_RACES * best)))
      f->racers[f->n_racers++] = i;
  hx_search_config *configs = calloc(f->n_racers, sizeof *configs);
  if (!configs)
    return false;
  rank_racers(f, configs);
  hx_search_options options = hx_search_defaults();
  options.tie = f->options.tie;
  options.policy_tie = f->options.tie / 2;
  options.max_blocks = f->options.rounds;
  options.min_drop_blocks = FEWEST_ROUNDS;
  options.seed = f->options.seed;
  f->race = hx_search_create(configs, f->n_racers, &options);
  free(configs);
  return f->race != NULL;
}

hx_final *hx_final_create(const hx_space *space, const hx_point *points, const double *seconds,
                          size_t m, const hx_final_options *options) {
  assert(m >= 1 && m <= HX_FINAL_MOST);
  hx_final *f = calloc(1, sizeof *f);
  if (!f)
    return NULL;
  size_t all = m + EXTRA_POINTS, members = all > HX_FINAL_MEMBERS ? all : HX_FINAL_MEMBERS;
  f->space = space;
  f->options = *options;
  f->m = f->m_all = m;
  f->left_s = options->left_s;
  f->points = calloc(all, sizeof *f->points);
  f->seconds = calloc(all, sizeof *f->seconds);
  f->shaky = calloc(all, sizeof *f->shaky);
  f->racers = calloc(all, sizeof *f->racers);
  f->disturbed = calloc(all, sizeof *f->disturbed);
  f->estimates = calloc(all, sizeof *f->estimates);
  f->order = calloc(members, sizeof *f->order);
  bool ok =
      f->points && f->seconds && f->shaky && f->racers && f->disturbed && f->estimates && f->order;
  if (ok) {
    memcpy(f->points, points, m * sizeof *points);
    memcpy(f->seconds, seconds, m * sizeof *seconds);
    hx_rng_seed(&f->rng, ~options->seed);
    ok = start_race(f);
  }
  if (!ok) {
    hx_final_destroy(f);
    return NULL;
  }
  f->result.noise = (double)NAN;
  return f;
}

static void end_race(hx_final *f) {
  hx_search_get(f->race, &f->result, f->estimates);
  size_t winner = f->result.found ? f->racers[f->result.winner] : 0, fastest = 0;
  for (size_t i = 0; i < f->n_racers; i++) {
    const hx_search_estimate *e = &f->estimates[i];
    size_t p = f->racers[i];
    bool ran = !isnan(e->seconds) && e->fate != HX_SEARCH_BROKEN;
    if (ran)
      f->seconds[p] = e->seconds;
    f->shaky[p] = e->last_block > 0 && e->fate != HX_SEARCH_BROKEN &&
                  (e->n_valid <= FEW_RUNS || f->disturbed[i] > 0);
    if (ran && p != 0 && (fastest == 0 || e->seconds < f->seconds[fastest]))
      fastest = p;
  }
  /* Where serial won, it is confirmed against the best of the others. */
  winner = winner == 0 ? fastest : winner;
  if (winner == 0) {
    f->confirming = f->done = true;
    return;
  }
  hx_final_confirm(f, winner);
}

static bool next_racing(hx_final *f) {
  if (f->round > 0)
    hx_search_decide(f->race, f->left_s - hx_final_confirm_least_s(f));
  f->n_order = hx_search_next_block(f->race, f->order);
  f->at = 0;
  f->round++;
  return f->n_order > 0;
}

bool hx_final_next(hx_final *f, hx_final_ask *ask) {
  if (!f->done && f->at == f->n_order && !f->confirming && !next_racing(f))
    end_race(f);
  if (!f->done && f->at == f->n_order)
    f->done = f->confirming && !hx_final_confirm_next(f);
  if (f->done)
    return false;
  size_t i = f->order[f->at];
  *ask = (hx_final_ask){.point = f->points[f->confirming ? f->member[i] : f->racers[i]],
                        .cap_s = f->confirming ? hx_final_confirm_cap_s(f, i)
                                               : hx_search_cap_s(f->race, i),
                        .confirming = f->confirming,
                        .round = f->round,
                        .rounds = f->confirming ? hx_final_looks[f->look] : f->options.rounds};
  return true;
}

void hx_final_add(hx_final *f, hx_final_outcome outcome, double seconds, double spent_s,
                  bool disturbed) {
  static const hx_search_outcome outcomes[] = {HX_SEARCH_VALID, HX_SEARCH_CENSORED,
                                               HX_SEARCH_INVALID};
  size_t i = f->order[f->at++];
  f->left_s -= spent_s;
  if (f->confirming) {
    hx_final_confirm_add(f, i, outcome, seconds);
    return;
  }
  f->disturbed[i] += disturbed;
  hx_search_add(f->race, &(hx_search_run){.config = i,
                                          .seconds = seconds,
                                          .spent_s = spent_s,
                                          .outcome = outcomes[outcome]});
}
