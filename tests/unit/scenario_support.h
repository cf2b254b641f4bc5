/* Studies in memory whose flows are computed: for tests of what scenarios make of them. */
#ifndef TESTS_UNIT_SCENARIO_SUPPORT_H
#define TESTS_UNIT_SCENARIO_SUPPORT_H

#include "flow_support.h"

#include "engine/scenario.h"

/* f->base is there. */
static inline void flows_begin(fixture *f) {
  fixture_begin(f, 0);
  pvs_error error = {0};
  for (uint32_t unit = 0; unit < f->info.units; unit++)
    assert_int_equal(pvs_flow_run(f->plan, unit, f->workspace, f->results, NULL, NULL, &error),
                     PVS_OK);
}

static inline void flows_open(fixture *f, const char *study_text) {
  memory_base_init(&f->base);
  memory_put(&f->base, MEMORY_STUDY, study_text);
  flows_begin(f);
}

#endif
