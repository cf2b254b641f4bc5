/* Studies in memory whose flows are there: for tests of what scenarios make of them. */
#ifndef TESTS_UNIT_SCENARIO_SUPPORT_H
#define TESTS_UNIT_SCENARIO_SUPPORT_H

#include "core_support.h"

#include "engine/flow.h"
#include "engine/scenario.h"

typedef struct desk {
  memory_base base;
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
  pvs_workspace *workspace;
  void *results;
} desk;

/* d->base is there. */
static inline void desk_begin(desk *d) {
  open_base(&d->base, (pvs_plan_options){0}, &d->study, &d->plan);
  pvs_plan_describe(d->plan, &d->info);
  pvs_error error = {0};
  assert_int_equal(pvs_workspace_create(d->plan, &d->workspace, &error), PVS_OK);
  assert_int_equal(posix_memalign(&d->results, 64, d->info.results_bytes), 0);
  memset(d->results, 0, d->info.results_bytes);
  for (uint32_t unit = 0; unit < d->info.units; unit++)
    assert_int_equal(pvs_flow_run(d->plan, unit, d->workspace, d->results, NULL, NULL, &error),
                     PVS_OK);
}

static inline void desk_open(desk *d, const char *study_text) {
  memory_base_init(&d->base);
  memory_put(&d->base, MEMORY_STUDY, study_text);
  desk_begin(d);
}

static inline void desk_close(desk *d) {
  free(d->results);
  pvs_workspace_destroy(d->workspace);
  pvs_plan_destroy(d->plan);
  pvs_study_close(d->study);
  memory_base_deinit(&d->base);
}

#endif
