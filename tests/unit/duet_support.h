/* Two sides of a comparison over given times. */
#ifndef DUET_SUPPORT_H
#define DUET_SUPPORT_H

#include "compare_support.h"
#include "error_support.h"

typedef struct world {
  timed time[2];
  hx_runner runner[2];
  hx_workload workload;
  hx_config config;
  hx_duet_player player[2];
  hx_measure_context context;
  hx_duet_options options;
} world;

static void make_world(world *w, double a_s, double b_s) {
  pvs_error error;
  *w = (world){.time = {{.seconds = a_s, .digest = "d"}, {.seconds = b_s, .digest = "d"}},
               .config = hx_config_serial(),
               .context = compare_context()};
  assert_true(hx_workload_parse("builtin:batteries:8", NULL, &w->workload, afresh(&error)));
  for (int s = 0; s < 2; s++) {
    w->runner[s] = timed_runner(&w->time[s]);
    w->player[s] = (hx_duet_player){.runner = &w->runner[s],
                                    .workload = &w->workload,
                                    .config = &w->config,
                                    .binary = s ? "bbbb" : "aaaa",
                                    .revision = s ? "b1" : "a1"};
  }
  w->options = (hx_duet_options){.command = "compare",
                                 .duet = "uuid",
                                 .rule = hx_compare_defaults(),
                                 .budget_s = INFINITY,
                                 .timeout_s = INFINITY};
}

static hx_duet_result run(world *w) {
  pvs_error error;
  hx_duet_result result;
  if (!hx_duet_run(&w->context, &w->options, &w->player[0], &w->player[1], &result, afresh(&error)))
    fail_msg("%s", error.message);
  hx_workload_deinit(&w->workload);
  return result;
}

static hx_store_rows stored_runs(void) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(compare_folder, &hx_runs_schema, &rows, afresh(&error)));
  assert_int_equal(rows.skipped, 0);
  return rows;
}

#endif
