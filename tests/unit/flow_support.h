/* Units of a study in memory, run one by one: their results, and the series that a listener hears. */
#ifndef TESTS_UNIT_FLOW_SUPPORT_H
#define TESTS_UNIT_FLOW_SUPPORT_H

#include "core_support.h"

#include "engine/flow.h"

enum { STEPS = 100 };

/* Series of a unit, as its listener heard them. */
typedef struct heard {
  double load[STEPS], pv[STEPS], import[STEPS], export[STEPS], residents_import[STEPS],
      residents_export[STEPS], discharge[STEPS], central_level[STEPS], individual_level[STEPS];
  uint32_t steps;
  bool has_central, has_individual;
  double central_cap_kwh, individual_cap_kwh;
} heard;

static inline pvs_code hear(void *ctx, const pvs_flow_chunk *c, pvs_error *error) {
  heard *h = ctx;
  (void)error;
  assert_int_equal(c->first, h->steps);
  assert_true(c->first + c->n <= STEPS);
  for (uint32_t i = 0; i < c->n; i++) {
    uint32_t t = c->first + i;
    h->load[t] = c->load[i];
    h->pv[t] = c->pv[i];
    h->import[t] = c->network_import[i];
    h->export[t] = c->network_export[i];
    h->residents_import[t] = c->residents_import[i];
    h->residents_export[t] = c->residents_export[i];
    h->discharge[t] = c->discharge[i];
    h->central_level[t] = c->has_central ? c->central_level[i] : 0;
    h->individual_level[t] = c->has_individual ? c->individual_level[i] : 0;
  }
  h->steps += c->n;
  h->has_central = c->has_central;
  h->has_individual = c->has_individual;
  h->central_cap_kwh = c->central_cap_kwh;
  h->individual_cap_kwh = c->individual_cap_kwh;
  return PVS_OK;
}

typedef struct bench {
  memory_base base;
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
  pvs_workspace *workspace;
  void *results;
} bench;

/* b->base is there; chunk 0: as the study says. */
static inline void bench_begin(bench *b, uint32_t chunk) {
  open_base(&b->base, (pvs_plan_options){0}, &b->study, &b->plan);
  if (chunk)
    b->study->chunk = chunk;
  pvs_plan_describe(b->plan, &b->info);
  pvs_error error = {0};
  assert_int_equal(pvs_workspace_create(b->plan, &b->workspace, &error), PVS_OK);
  assert_int_equal(posix_memalign(&b->results, 64, b->info.results_bytes), 0);
  memset(b->results, 0, b->info.results_bytes);
}

static inline void bench_open(bench *b, const char *study_text, uint32_t chunk) {
  memory_base_init(&b->base);
  memory_put(&b->base, MEMORY_STUDY, study_text);
  bench_begin(b, chunk);
}

static inline void bench_close(bench *b) {
  free(b->results);
  pvs_workspace_destroy(b->workspace);
  pvs_plan_destroy(b->plan);
  pvs_study_close(b->study);
  memory_base_deinit(&b->base);
}

static inline pvs_flow_result *bench_run(bench *b, uint32_t unit, heard *h) {
  uint32_t group = pvs_plan_unit_group(b->plan, unit), first, n;
  pvs_plan_group_units(b->plan, group, &first, &n);
  pvs_error error = {0};
  if (h)
    *h = (heard){0};
  assert_int_equal(
      pvs_flow_run(b->plan, unit, b->workspace, b->results, h ? hear : NULL, h, &error), PVS_OK);
  return pvs_plan_result(b->plan, b->results, group, unit - first);
}

static inline double sum(const double *x) {
  double s = 0;
  for (int t = 0; t < STEPS; t++)
    s += x[t];
  return s;
}

#endif
