/* A sweep over given times, in a store of its own. */
#ifndef SWEEP_SUPPORT_H
#define SWEEP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "mock/mock_runner.h"
#include "tune/recommend.h"
#include "tune/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char sweep_folder[64];
static hx_topo *sweep_topo;

static inline int sweep_setup(void **state) {
  (void)state;
  pvs_error error;
  strcpy(sweep_folder, "/tmp/pvtune-test-sweep-XXXXXX");
  sweep_topo = hx_topo_open(&(hx_topo_origin){.synthetic = "pack:1 core:4 pu:1"}, afresh(&error));
  return sweep_topo && mkdtemp(sweep_folder) ? 0 : -1;
}

static inline int sweep_teardown(void **state) {
  (void)state;
  char command[128];
  hx_topo_close(sweep_topo);
  snprintf(command, sizeof command, "rm -rf %s", sweep_folder);
  return system(command);
}

static inline hx_measure_context sweep_context(const hx_runner *runner) {
  return (hx_measure_context){.runner = runner,
                              .topo = sweep_topo,
                              .folder = sweep_folder,
                              .machine = "m-0123456789",
                              .allocation = "pus=4",
                              .environment = "e",
                              .boot = "boot",
                              .binary = "binary",
                              .revision = ""};
}

static inline hx_sweep_options sweep_options(const hx_workload *workloads, size_t n) {
  hx_sweep_options options = {.command = "sweep",
                              .workloads = workloads,
                              .n_workloads = n,
                              .serial = hx_config_serial(),
                              .rounds = 2,
                              .seed = 1,
                              .budget_s = INFINITY,
                              .timeout_s = INFINITY};
  return options;
}

static inline hx_workload a_workload(const char *key) {
  pvs_error error;
  hx_workload workload;
  if (!hx_workload_parse(key, NULL, &workload, afresh(&error)))
    fail_msg("%s", error.message);
  return workload;
}

static inline hx_config a_config(const char *text) {
  pvs_error error;
  hx_config config;
  if (!hx_config_parse(text, &config, afresh(&error)))
    fail_msg("%s", error.message);
  return config;
}

static inline size_t config_index(const hx_sweep_report *report, const char *text) {
  hx_config config = a_config(text);
  for (size_t i = 0; i < report->n_configs; i++)
    if (hx_config_equal(&report->configs[i], &config))
      return i;
  fail_msg("%s is not in the grid", text);
  return 0;
}

static inline hx_sweep_report run_sweep(const hx_measure_context *context,
                                        const hx_sweep_options *options) {
  pvs_error error;
  hx_sweep_report report;
  if (!hx_sweep_run(context, options, &report, afresh(&error)))
    fail_msg("%s", error.message);
  return report;
}

static inline hx_store_rows stored_runs(void) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(sweep_folder, &hx_runs_schema, &rows, afresh(&error)));
  assert_int_equal(rows.skipped, 0);
  return rows;
}

#endif
