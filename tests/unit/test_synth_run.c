/* Synthetic studies run: the core reads them without a warning, finds the flows asked for, and
 * money adds up. */
#include "unit/synth_support.h"

/* A study under way, run serially. Aborts the test on any error. */
typedef struct running {
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
} running;

static void check(pvs_code code, const pvs_error *error) {
  char text[2048];
  if (code != PVS_OK)
    fail_msg("%s", pvs_error_text(error, text, sizeof text));
}

static running open_study(const hx_synth_memory *memory, hx_synth_kind kind) {
  running r = {0};
  pvs_error error = {0};
  pvs_study_options options = {.base = hx_synth_memory_base(memory),
                               .project = HX_SYNTH_PROJECT,
                               .study = hx_synth_kind_name(kind),
                               .source = hx_synth_memory_source(memory)};
  check(pvs_study_open(&options, &r.study, &error), &error);
  for (size_t i = 0; i < pvs_study_warnings(r.study); i++)
    fail_msg("%s: %s", hx_synth_kind_name(kind), pvs_study_warning(r.study, i));
  pvs_plan_options plan_options = {0};
  check(pvs_plan_create(r.study, &plan_options, &r.plan, &error), &error);
  pvs_plan_describe(r.plan, &r.info);
  return r;
}

static void close_study(running *r) {
  pvs_plan_destroy(r->plan);
  pvs_study_close(r->study);
}

/* Runs everything without writing; a scenario whose money does not add up fails the test. */
static void run_study(const running *r) {
  pvs_error error = {0};
  pvs_output *output;
  pvs_workspace *workspace;
  pvs_output_options options = {0};
  check(pvs_output_create(r->plan, &options, &output, &error), &error);
  check(pvs_workspace_create(r->plan, &workspace, &error), &error);
  const size_t size = (r->info.results_bytes + 63) / 64 * 64;
  void *results = aligned_alloc(64, size);
  pvs_rows *rows = malloc(r->info.rows_bytes);
  assert_non_null(results);
  assert_non_null(rows);
  memset(results, 0, size);
  uint32_t next_group = 0;
  for (uint32_t s = 0; s < r->info.scenarios; s++) {
    const uint32_t group = pvs_plan_scenario_group(r->plan, s);
    for (; next_group <= group; next_group++) {
      uint32_t first, count;
      pvs_plan_group_units(r->plan, next_group, &first, &count);
      for (uint32_t unit = first; unit < first + count; unit++)
        check(pvs_unit_run(r->plan, unit, workspace, results, output, &error), &error);
    }
    check(pvs_scenario_finish(r->plan, s, workspace, results, output, rows, &error), &error);
    if (rows->warning_length > 0)
      fail_msg("scenario %u: %.*s", s, (int)rows->warning_length,
               rows->text + rows->results_length + rows->std_dev_length + rows->customers_length);
    check(pvs_output_emit(output, rows, &error), &error);
  }
  const uint32_t parts = pvs_output_tariff_parts(output);
  uint64_t *digests = calloc(parts + 1, sizeof *digests), digest = 0;
  assert_non_null(digests);
  for (uint32_t part = 0; part < parts; part++)
    check(pvs_output_write_tariffs(output, part, workspace, &digests[part], &error), &error);
  check(pvs_output_close(output, digests, &digest, &error), &error);
  free(digests);
  free(rows);
  free(results);
  pvs_workspace_destroy(workspace);
}

static void test_all_studies_run(void **state) {
  (void)state;
  static const struct {
    uint32_t customers, scenarios, days, interval_min, load_files;
  } cases[] = {{18, 64, 8, 30, 1},
               {1, 30, 3, 60, 1},
               {5, 40, 4, 15, 3},
               {90, 25, 2, 30, 1},
               {3, 20, 1, 1, 11}};
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    hx_synth_spec spec;
    hx_synth_defaults(&spec);
    spec.customers = cases[i].customers;
    spec.scenarios = cases[i].scenarios;
    spec.days = cases[i].days;
    spec.interval_min = cases[i].interval_min;
    spec.load_files = cases[i].load_files;
    hx_synth_memory *memory;
    pvs_error error = {0};
    check(hx_synth_memory_create(&spec, &memory, &error), &error);
    for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
      running r = open_study(memory, kind);
      assert_int_equal(r.info.scenarios, spec.scenarios);
      assert_int_equal(r.info.groups, hx_synth_flows(&spec, kind));
      assert_int_equal(r.info.units, hx_synth_flows(&spec, kind) * spec.load_files);
      run_study(&r);
      close_study(&r);
    }
    hx_synth_memory_destroy(memory);
  }
}

static void test_builtins_share_no_flow(void **state) {
  (void)state;
  static const pvs_workload_class classes[] = {PVS_CLASS_STATIC, PVS_CLASS_BATTERIES,
                                               PVS_CLASS_MIXED};
  for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
    hx_synth_memory *memory;
    pvs_error error = {0};
    check(hx_synth_builtin(hx_synth_kind_name(kind), 500, &memory, &error), &error);
    running r = open_study(memory, kind);
    assert_int_equal(r.info.scenarios, 500);
    assert_int_equal(r.info.groups, 500);
    assert_int_equal(r.info.workload_class, classes[kind]);
    pvs_study_info info;
    pvs_study_describe(r.study, &info);
    assert_int_equal(info.steps, 17520);
    assert_int_equal(info.max_residents, 19);
    close_study(&r);
    hx_synth_memory_destroy(memory);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_studies_run),
      cmocka_unit_test(test_builtins_share_no_flow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
