/* Tuning: a sweep over the configurations that are worth trying on this machine, and its
 * recommendation, which takes earlier recommendations (the incumbents) into account. */
#ifndef HX_TUNE_TUNE_H
#define HX_TUNE_TUNE_H

#include "pvs/pvs.h"

#include "tune/recommend.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills in what the request leaves open (NULL): every count from 2 to one more than there are CPUs
 * while that is affordable (serial stands for one worker), and hybrids where memory or caches are
 * divided. The request may point to `counts` afterwards. */
void hx_tune_choose_grid(const hx_topo *topo, char counts[32], hx_grid_request *request);

typedef struct hx_incumbents {
  hx_recommendations all;
  const hx_recommendation_row **row; /* one per workload, NULL where there is none */
  hx_config *config;                 /* of that row */
  bool has_joint;
  hx_config joint; /* for all of them together */
} hx_incumbents;

/* Of `workloads` at this place. To be freed with _deinit in any case. */
bool hx_incumbents_read(const hx_measure_context *context, const hx_workload *workloads, size_t n,
                        hx_incumbents *out, pvs_error *error);
void hx_incumbents_deinit(hx_incumbents *incumbents);

typedef struct hx_tuned {
  hx_sweep_report report;
  hx_choice *choices; /* one per workload */
  hx_choice joint;
} hx_tuned;

/* Runs a sweep and chooses by its result; `before` NULL: nothing was recommended before. Free with
 * _deinit in any case. */
bool hx_tune_measure(const hx_measure_context *context, const hx_sweep_options *options,
                     const hx_incumbents *before, hx_tuned *out, pvs_error *error);
/* The same for workload `w` alone, over serial, its incumbent and that one's runner-up; the choice
 * is `kept` when the incumbent still holds. There must be one. */
bool hx_tune_check(const hx_measure_context *context, const hx_sweep_options *options, size_t w,
                   const hx_incumbents *before, hx_tuned *out, pvs_error *error);
void hx_tuned_deinit(hx_tuned *tuned);

typedef enum hx_tune_end {
  HX_TUNE_STORED,      /* recommended from now on, but for workloads whose outputs differ */
  HX_TUNE_INTERRUPTED, /* nothing is recommended yet */
  HX_TUNE_WRONG,       /* nothing is recommended, since outputs differ */
  HX_TUNE_NOTHING,     /* nothing ran validly */
} hx_tune_end;

/* Stores the choices as recommendations, where they are sound. False if the store failed. */
bool hx_tune_recommend(const hx_measure_context *context, const hx_sweep_options *options,
                       const hx_tuned *tuned, hx_tune_end *end, pvs_error *error);

#endif
