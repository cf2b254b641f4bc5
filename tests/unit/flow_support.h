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

/* A study in memory, what it plans, and room for what is computed. */
typedef struct fixture {
  memory_base base;
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
  pvs_workspace *workspace;
  void *results;
} fixture;

/* f->base is there; chunk 0: as the study says. */
static inline void fixture_begin(fixture *f, uint32_t chunk) {
  open_base(&f->base, (pvs_plan_options){0}, &f->study, &f->plan);
  if (chunk)
    f->study->chunk = chunk;
  pvs_plan_describe(f->plan, &f->info);
  pvs_error error = {0};
  assert_int_equal(pvs_workspace_create(f->plan, &f->workspace, &error), PVS_OK);
  assert_int_equal(posix_memalign(&f->results, 64, f->info.results_bytes), 0);
  memset(f->results, 0, f->info.results_bytes);
}

static inline void fixture_open(fixture *f, const char *study_text, uint32_t chunk) {
  memory_base_init(&f->base);
  memory_put(&f->base, MEMORY_STUDY, study_text);
  fixture_begin(f, chunk);
}

static inline void fixture_close(fixture *f) {
  free(f->results);
  pvs_workspace_destroy(f->workspace);
  pvs_plan_destroy(f->plan);
  pvs_study_close(f->study);
  memory_base_deinit(&f->base);
}

static inline pvs_flow_result *fixture_run(fixture *f, uint32_t unit, heard *h) {
  uint32_t group = pvs_plan_unit_group(f->plan, unit), first, n;
  pvs_plan_group_units(f->plan, group, &first, &n);
  pvs_error error = {0};
  if (h)
    *h = (heard){0};
  assert_int_equal(
      pvs_flow_run(f->plan, unit, f->workspace, f->results, h ? hear : NULL, h, &error), PVS_OK);
  return pvs_plan_result(f->plan, f->results, group, unit - first);
}

static inline double sum(const double *x) {
  double s = 0;
  for (int t = 0; t < STEPS; t++)
    s += x[t];
  return s;
}

#endif
