/* Means and standard deviations over the load files of a scenario, MODEL.md section 11, from the columns of
 * the files. */
#include "scenario_support.h"

#include <math.h>

enum { CUSTOMERS = 4, FILES = 3 };

#define HEADER                                                                                     \
  "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,pv_filename,pv_cap_id," \
  "central_battery_id,central_battery_strategy,a_term,a_rate,en_capex_id\n"

/* Three load files, one without any load: there ratios to it are absent. A household whose name contains
 * `cp` is in no average. */
static void desk_with_files(fixture *d, const char *const *names, size_t n, const char *rows) {
  char zeros[8192] = "timestamp", line[64];
  memory_base_init(&d->base);
  memory_put_series(&d->base, "load_profiles/several/a.csv", names, n, false, 31);
  memory_put_series(&d->base, "load_profiles/several/b.csv", names, n, false, 32);
  for (size_t i = 0; i < n; i++)
    strcat(strcat(zeros, ","), names[i]);
  for (int t = 0; t < 100; t++) {
    int minute = 23 * 60 + 30 * t;
    snprintf(line, sizeof line, "\n%d/04/2013 %d:%02d", 5 + minute / 1440, minute / 60 % 24,
             minute % 60);
    strcat(zeros, line);
    for (size_t i = 0; i < n; i++)
      strcat(zeros, ",0");
  }
  memory_put(&d->base, "load_profiles/several/c.csv", strcat(zeros, "\n"));
  char study[2048];
  snprintf(study, sizeof study, "%s%s", HEADER, rows);
  memory_put(&d->base, MEMORY_STUDY, study);
  flows_begin(d);
}

typedef struct spread {
  double mean, deviation;
} spread;

/* Of those of n values that are there. */
static spread spread_of(const double *x, size_t n) {
  size_t there = 0;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i])) {
      sum += x[i];
      there++;
    }
  const double mean = there ? sum / (double)there : NAN;
  for (size_t i = 0; i < n; i++)
    squares += isnan(x[i]) ? 0 : (x[i] - mean) * (x[i] - mean);
  return (spread){mean, there > 1 ? sqrt(squares / (double)(there - 1)) : NAN};
}

static void assert_spread(double value, double deviation, spread expected) {
  assert_int_equal(isnan(value), isnan(expected.mean));
  assert_int_equal(isnan(deviation), isnan(expected.deviation));
  if (isfinite(expected.mean))
    assert_near(value, expected.mean);
  else if (!isnan(expected.mean)) /* something by nothing */
    assert_true(value == expected.mean);
  if (!isnan(deviation))
    assert_near(deviation, expected.deviation);
}

/* A column of all files. */
static spread column_spread(const fixture *d, size_t column, uint32_t n_customers,
                            uint32_t n_files) {
  double x[FILES];
  for (uint32_t file = 0; file < n_files; file++)
    x[file] = d->workspace->columns[file * pvs_scenario_width(n_customers) + column];
  return spread_of(x, n_files);
}

static void check_customers(const fixture *d, const pvs_folder *folder, uint32_t n_files) {
  const pvs_scenario_results *r = pvs_workspace_results(d->workspace);
  const uint32_t n = folder->n_residents;
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++) {
    double means[CUSTOMERS], values[CUSTOMERS * FILES];
    size_t n_means = 0, n_values = 0;
    for (uint32_t customer = 0; customer < n; customer++) {
      const pvs_customer_results *c = &r->customers[customer];
      const char *name = folder->residents[pvs_customer_resident(folder, customer)];
      const size_t column = pvs_customer_index((pvs_customer_result)kind, n, customer);
      const spread expected = column_spread(d, column, n, n_files);
      assert_string_equal(c->name, name);
      assert_int_equal(c->averaged, strstr(name, "cp") == NULL);
      assert_spread(c->value[kind], c->deviation[kind], expected);
      if (customer == 0)
        assert_spread(r->value[PVS_RESULT_CP_BILL + kind], r->deviation[PVS_RESULT_CP_BILL + kind],
                      expected);
      if (strstr(name, "cp"))
        continue;
      means[n_means++] = expected.mean;
      for (uint32_t file = 0; file < n_files; file++)
        values[n_values++] = d->workspace->columns[file * pvs_scenario_width(n) + column];
    }
    /* The deviation is from the mean of the means; all files have the same households. */
    const spread expected = {spread_of(means, n_means).mean, spread_of(values, n_values).deviation};
    assert_spread(r->value[PVS_RESULT_AVERAGE_BILL + kind],
                  r->deviation[PVS_RESULT_AVERAGE_BILL + kind], expected);
  }
}

static void check_scenarios(fixture *d) {
  for (uint32_t i = 0; i < d->info.scenarios; i++) {
    const pvs_scenario *s = &d->study->scenarios.items[i];
    const pvs_folder *folder = &d->study->folders[s->folder];
    const pvs_costing *costing = &d->study->costings.items[s->costing];
    const uint32_t n = folder->n_residents, n_files = folder->n_loads;
    pvs_scenario_compute(d->plan, i, d->workspace, d->results);
    pvs_scenario_summarise(d->plan, i, d->workspace);
    const pvs_scenario_results *r = pvs_workspace_results(d->workspace);
    assert_int_equal(r->scenario, i);
    assert_int_equal(r->id, s->id);
    assert_int_equal(r->n_customers, n);
    assert_string_equal(r->load_folder, folder->name);
    assert_true(r->value[PVS_RESULT_HOUSEHOLDS] == n - 1);
    assert_true(r->value[PVS_RESULT_EN_OPEX] == costing->en_opex);
    assert_true(r->value[PVS_RESULT_EN_REPAYMENT] == costing->en_repayment);
    assert_true(r->value[PVS_RESULT_PV_REPAYMENT] == costing->pv_total_repayment);
    for (int k = 0; k < PVS_RESULT_AVERAGE_BILL; k++) /* the same in each file */
      assert_true(n_files > 1 ? r->deviation[k] == 0 : isnan(r->deviation[k]));
    for (size_t column = 0; column < PVS_FIXED_COLUMNS; column++)
      assert_spread(r->value[PVS_RESULT_BUILDING_COSTS + column],
                    r->deviation[PVS_RESULT_BUILDING_COSTS + column],
                    column_spread(d, column, n, n_files));
    check_customers(d, folder, n_files);
  }
}

static void several_files_have_means_and_deviations(void **state) {
  (void)state;
  fixture d;
  desk_with_files(&d, (const char *const[]){"A1", "cp", "A2", "A3cp"}, CUSTOMERS,
                  "1,several,en,tou,flat,demand,tou,,,big,evening,20,0.06,usual\n"
                  "2,several,btm_s_c,solar,solar,zero,demand,roof,legacy,,,20,0.06,usual\n"
                  "3,two,btm_i_u,solar,tou,zero,demand,roof,legacy,,,20,0.06,usual\n"
                  "4,site,en_pv,solar,block,tou,demand,roof,legacy,big,evening,20,0.06,usual\n");
  check_scenarios(&d);
  assert_int_equal(pvs_study_single_customers(d.study), 2 + 1 + 1);
  pvs_scenario_compute(d.plan, 0, d.workspace, d.results);
  pvs_scenario_summarise(d.plan, 0, d.workspace);
  const pvs_scenario_results *r = pvs_workspace_results(d.workspace);
  assert_true(isnan(column_spread(&d, PVS_COL_CP_RATIO, CUSTOMERS, FILES).mean) == 0);
  assert_true(isnan(d.workspace->columns[2 * pvs_scenario_width(CUSTOMERS) + PVS_COL_CP_RATIO]));
  assert_true(r->deviation[PVS_RESULT_CP_RATIO] > 0);
  fixture_close(&d);
}

static void a_building_may_have_no_household(void **state) {
  (void)state;
  fixture d;
  desk_with_files(&d, (const char *const[]){"cp"}, 1,
                  "1,several,bau,tou,flat,zero,tou,,,,,20,0.06,usual\n");
  check_scenarios(&d);
  assert_true(isnan(pvs_workspace_results(d.workspace)->value[PVS_RESULT_AVERAGE_BILL]));
  assert_true(pvs_workspace_results(d.workspace)->deviation[PVS_RESULT_CP_BILL] > 0);
  fixture_close(&d);
}

static void results_have_names_and_units(void **state) {
  (void)state;
  for (int i = 0; i < PVS_RESULT_COUNT; i++)
    assert_true(*pvs_result_name((pvs_result)i) && *pvs_result_unit((pvs_result)i));
  assert_string_equal(pvs_result_name(PVS_RESULT_CP_TOTAL), "cust_total$_cp");
  assert_string_equal(pvs_result_unit(PVS_RESULT_CP_TOTAL), "$");
  assert_string_equal(pvs_result_name(PVS_RESULT_HOUSEHOLDS), "number_of_households");
  assert_string_equal(pvs_result_name(PVS_RESULT_COUNT), "");
  assert_string_equal(pvs_result_unit(PVS_RESULT_COUNT), "");
  assert_string_equal(pvs_customer_prefix(PVS_CUSTOMER_SOLAR_BILL), "cust_solar_bill_");
}

/* docs/INPUTS.md has each of them with its unit, in the order of the table. */
static void the_guide_has_all_results(void **state) {
  (void)state;
  static char guide[1 << 18];
  FILE *f = fopen(PVT_TESTS_DIR "/../docs/INPUTS.md", "r");
  assert_non_null(f);
  guide[fread(guide, 1, sizeof guide - 1, f)] = 0;
  fclose(f);
  const char *at = strstr(guide, "<!-- columns: NAME_results.csv -->");
  assert_non_null(at);
  for (int i = 0; i < PVS_RESULT_COUNT; i++) {
    char row[128];
    const char *unit = pvs_result_unit((pvs_result)i);
    snprintf(row, sizeof row, "\n| `%s` | %s | ", pvs_result_name((pvs_result)i),
             strcmp(unit, "1") == 0 ? "–" : unit);
    at = strstr(at, row);
    if (!at)
      fail_msg("docs/INPUTS.md lacks, or has elsewhere, the result%s", row);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(several_files_have_means_and_deviations),
      cmocka_unit_test(a_building_may_have_no_household),
      cmocka_unit_test(results_have_names_and_units),
      cmocka_unit_test(the_guide_has_all_results),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
