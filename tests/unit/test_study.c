/* Opening studies: what is known afterwards, in whatever order profiles are read; regions, labels,
 * warnings, and how scenarios get their tariffs and batteries. */
#include "core_support.h"
#include "study_support.h"

#include "study/study.h"

static pvs_study *open_or_fail(const pvs_study_options *options) {
  pvs_study *study;
  pvs_error error = {0};
  char text[2048];
  if (pvs_study_open(options, &study, &error))
    fail_msg("%s", pvs_error_text(&error, text, sizeof text));
  return study;
}

static void a_study_is_described(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  pvs_study_info info;
  pvs_study_describe(study, &info);
  assert_string_equal(info.name, "s");
  assert_string_equal(info.project, "p");
  assert_string_equal(info.region, "nsw");
  assert_int_equal(info.scenarios, 7);
  assert_int_equal(info.steps, 100);
  assert_int_equal(info.interval_s, 1800);
  assert_int_equal(info.num_days, 2); /* 50 hours */
  assert_int_equal(info.load_files, 3);
  assert_int_equal(info.pv_files, 2);
  assert_int_equal(info.tariffs, 6);
  assert_int_equal(info.max_residents, 3);
  assert_int_equal(info.input_doubles, 100 * (3 * 3 + 1 + 2));
  uint64_t bytes = 0;
  for (size_t i = 0; i < base.count; i++)
    bytes += base.files[i].size;
  assert_int_equal(info.input_bytes, bytes);
  char label[64];
  assert_string_equal(pvs_study_label(study, 2, label, sizeof label), "s_003");
  assert_int_equal(pvs_study_scenario_id(study, 6), 7);
  assert_int_equal(pvs_study_warnings(study), 0);
  pvs_study_close(study);
  pvs_study_close(NULL);
  memory_base_deinit(&base);
}

static void the_input_digest_sees_every_file(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  pvs_study_info before, after;
  pvs_study_describe(study, &before);
  pvs_study_close(study);
  for (size_t i = 0; i < base.count; i++) {
    memory_file *file = &base.files[i];
    char *last = file->data + file->size - 2; /* before the line end, or that itself */
    if (*last < '0' || *last > '9')
      last++;
    char kept = *last;
    *last = kept == '\n' ? ' ' : kept == '7' ? '8' : '7';
    study = open_or_fail(&options);
    pvs_study_describe(study, &after);
    assert_int_not_equal(after.input_digest, before.input_digest);
    pvs_study_close(study);
    *last = kept;
  }
  study = open_or_fail(&options);
  pvs_study_describe(study, &after);
  assert_int_equal(after.input_digest, before.input_digest);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

/* Opens with tasks in an order of chance. */
static pvs_code open_shuffled(const memory_base *base, dice *d, pvs_study **study,
                              pvs_error *error) {
  shuffler s = {.d = d};
  pvs_parallel parallel = shuffled(&s, 2, 100);
  pvs_study_options options = memory_options(base);
  options.parallel = &parallel;
  *error = (pvs_error){0};
  pvs_code code = pvs_study_open(&options, study, error);
  assert_true(s.calls > 1);
  return code;
}

static void the_order_of_reading_does_not_matter(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  pvs_study_info whole, found;
  pvs_study_describe(study, &whole);
  dice d = {6};
  for (int round = 0; round < 10; round++) {
    pvs_study *shuffled_study;
    pvs_error error;
    assert_int_equal(open_shuffled(&base, &d, &shuffled_study, &error), PVS_OK);
    pvs_study_describe(shuffled_study, &found);
    assert_int_equal(found.input_digest, whole.input_digest);
    assert_int_equal(found.input_bytes, whole.input_bytes);
    for (uint32_t i = 0; i < study->n_loads; i++) {
      assert_memory_equal(study->loads[i].total, shuffled_study->loads[i].total,
                          study->stride * sizeof(double));
      assert_int_equal(bits_of(study->loads[i].total_kwh),
                       bits_of(shuffled_study->loads[i].total_kwh));
    }
    pvs_study_close(shuffled_study);
  }
  pvs_study_close(study);
  memory_base_deinit(&base);
}

/* Of several faults the one that is met first in file order, whoever reads. */
static void the_first_fault_is_reported(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, "load_profiles/two/b.csv", "timestamp,cp,A1,A2\n5/04/2013 23:00,1,x,3\n");
  memory_put(&base, "pv_profiles/roof.csv", "timestamp,pv\n5/04/2013 23:00,y\n");
  memory_put(&base, "load_profiles/two/a.csv", "timestamp,cp,A1,A2\n5/04/2013 23:00,1,2,z\n");
  pvs_study_options options = memory_options(&base);
  pvs_study *study;
  pvs_error error = {0}, found;
  assert_int_equal(pvs_study_open(&options, &study, &error), PVS_BAD_VALUE);
  char expected[2048];
  pvs_error_text(&error, expected, sizeof expected);
  assert_non_null(strstr(expected, "two/a.csv: row 2, column A2"));
  dice d = {8};
  for (int round = 0; round < 10; round++) {
    assert_int_equal(open_shuffled(&base, &d, &study, &found), PVS_BAD_VALUE);
    assert_error_text(&found, expected);
  }
  assert_int_equal(base.held, 0);
  memory_base_deinit(&base);
}

static void the_region_is_chosen(void **state) {
  (void)state;
  static const struct {
    const char *option, *first_cell, *second_cell, *expected; /* expected NULL: no such region */
  } cases[] = {{NULL, "", "", "nsw"},      {NULL, "", "eu", "eu"}, {NULL, "eu", "nsw", "eu"},
               {"nsw", "eu", "eu", "nsw"}, {"eu", "", "", "eu"},   {"mars", "", "", NULL}};
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, "reference/dst_lookup.csv",
             "year,nsw_start,nsw_end,eu_start,eu_end\n"
             "2013,6/10/2013 2:00,7/04/2013 2:00,31/03/2013 2:00,27/10/2013 2:00\n");
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char text[1024];
    snprintf(
        text, sizeof text,
        "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
        "dst\n1,site,bau,tou,tou,zero,zero,20,0,%s\n2,site,bau,tou,tou,zero,zero,20,0,%s\n",
        cases[i].first_cell, cases[i].second_cell);
    memory_put(&base, MEMORY_STUDY, text);
    pvs_study_options options = memory_options(&base);
    options.region = cases[i].option;
    pvs_study *study;
    pvs_error error = {0};
    pvs_code code = pvs_study_open(&options, &study, &error);
    if (!cases[i].expected) {
      assert_int_equal(code, PVS_MISSING_COLUMN);
      assert_non_null(strstr(error.message, "region 'mars'"));
      continue;
    }
    assert_int_equal(code, PVS_OK);
    assert_string_equal(study->region, cases[i].expected);
    /* Half of the series lies in the south's summer, all of it in Europe's. */
    bool north = strcmp(cases[i].expected, "eu") == 0;
    assert_int_equal(study->metering.calendar.n_summers, north ? 1 : 2);
    pvs_study_close(study);
  }
  memory_base_deinit(&base);
}

#define ROW_OF_ALL "scenario,load_folder,arrangement,parent,network_tariff,a_term,a_rate,cp"

static const char *tariff_of(const pvs_study *study, uint32_t scenario, uint32_t payer) {
  const uint32_t *payers = pvs_study_payers(study, study->scenarios.items[scenario].payers);
  return study->tariffs[payers[payer]].id;
}

static void tariffs_come_from_the_right_columns(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study_options options = memory_options(&base);
  memory_put(&base, MEMORY_STUDY,
             ROW_OF_ALL ",A2,A1,A3\n7,site,en,demand,zero,20,0,block,flat,tou,solar\n");
  pvs_study *study = open_or_fail(&options);
  assert_string_equal(tariff_of(study, 0, 0), "block"); /* residents: cp, A1, A2 */
  assert_string_equal(tariff_of(study, 0, 1), "tou");
  assert_string_equal(tariff_of(study, 0, 2), "flat");
  assert_string_equal(tariff_of(study, 0, PVS_PAYER_NETWORK(3)), "demand");
  assert_string_equal(tariff_of(study, 0, PVS_PAYER_RETAILER(3)), "zero");
  assert_int_equal(study->n_tariffs, 6); /* solar too: it stands in the file */
  pvs_study_close(study);
  memory_put(&base, MEMORY_STUDY,
             ROW_OF_ALL ",A2,A1,all_residents\n7,site,en,demand,zero,20,0,block,,nonsense,tou\n");
  study = open_or_fail(&options); /* with all_residents the others do not matter */
  assert_string_equal(tariff_of(study, 0, 1), "tou");
  assert_string_equal(tariff_of(study, 0, 2), "tou");
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void batteries_go_to_their_owners(void **state) {
  (void)state;
  static const struct {
    const char *cells; /* central, cp, all, A1: id and strategy each */
    int central, residents[3];
  } cases[] = {
      {",,,,,,,", 0, {0, 0, 0}},
      {"big,any,,,,,,", 1, {0, 0, 0}},
      {"big,,,,,,,", 0, {0, 0, 0}}, /* without a strategy: none */
      {",any,,,,,,", 0, {0, 0, 0}},
      {",,big,any,,,,", 0, {1, 0, 0}},
      {",,,,big,any,,", 0, {0, 1, 1}},
      {",,,,,,big,first", 0, {0, 1, 0}},
      {",,big,any,big,first,big,any", 0, {1, 1, 1}}, /* all_ goes before A1's own */
      {",,,,big,,big,any", 0, {0, 1, 0}},
  };
  memory_base base;
  memory_base_init(&base);
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char text[1024];
    snprintf(text, sizeof text,
             ROW_OF_ALL ",all_residents,central_battery_id,central_battery_strategy,cp_battery_id,"
                        "cp_battery_strategy,all_battery_id,all_battery_strategy,A1_battery_id,"
                        "A1_battery_strategy\n1,site,en,zero,zero,20,0,tou,tou,%s\n",
             cases[i].cells);
    memory_put(&base, MEMORY_STUDY, text);
    pvs_study_options options = memory_options(&base);
    pvs_study *study = open_or_fail(&options);
    const pvs_scenario *s = &study->scenarios.items[0];
    const pvs_battery_set *set =
        s->batteries == PVS_NONE ? NULL : &study->battery_sets.items[s->batteries];
    for (uint32_t owner = 0; owner < 3; owner++)
      assert_int_equal(pvs_study_battery(study, set, 3, owner) != NULL, cases[i].residents[owner]);
    assert_int_equal(pvs_study_battery(study, set, 3, 3) != NULL, cases[i].central);
    if (i == 7) { /* A1 has all_'s strategy */
      const pvs_installed_battery *unit = pvs_study_battery(study, set, 3, 1);
      assert_string_equal(study->strategies.items[unit->strategy].id, "first");
    }
    pvs_study_close(study);
  }
  memory_base_deinit(&base);
}

static void batteries_are_scaled_by_name(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, MEMORY_STUDY,
             ROW_OF_ALL ",all_residents,central_battery_id,central_battery_strategy,"
                        "central_battery_capacity_kWh\n"
                        "1,site,en,zero,zero,20,0,tou,tou,any_scale,any,8\n"
                        "2,site,en,zero,zero,20,0,tou,tou,any_scale,any,\n"
                        "3,site,en,zero,zero,20,0,tou,tou,big,any,8\n");
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  static const double capacity[] = {8, 1, 13.2}, power[] = {3.2, 0.4, 5};
  for (uint32_t i = 0; i < 3; i++) {
    const pvs_battery_set *set = &study->battery_sets.items[study->scenarios.items[i].batteries];
    const pvs_installed_battery *unit = pvs_study_battery(study, set, 3, 3);
    assert_near(unit->terms.cap_kwh, capacity[i]);
    assert_near(unit->terms.max_charge_kw, power[i]);
    assert_near(unit->terms.cost_dollars, i == 2 ? 12500 : 900); /* not scaled */
  }
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void odd_combinations_are_warned_of(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, MEMORY_STUDY,
             ROW_OF_ALL ",all_residents,central_battery_id,all_battery_id,all_battery_strategy,"
                        "central_battery_strategy,pv_filename,pv_cap_id,A1_kWp\n"
                        "1,site,en,tou,zero,20,0,tou,tou,big,,,any,,,\n"
                        "2,site,btm_s_c,zero,zero,20,0,tou,tou,big,,,any,roof,,\n"
                        "3,site,cp_only,zero,zero,20,0,tou,tou,,big,any,,roof,,\n"
                        "4,site,bau,zero,zero,20,0,tou,tou,big,,,any,,,\n"
                        "5,site,btm_i_c,zero,zero,20,0,tou,tou,,,,,roof,my_pricepoint,25\n");
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  static const char *const expected[] = {
      "row 3, column central_battery_id: found a central battery in btm_s_c",
      "row 3, column pv_cap_id: found an empty cell: the PV of this row costs nothing (and so in 1",
      "row 4, column all_battery_id: found a household battery in cp_only",
      "row 5, column arrangement: found 'bau', which has no batteries",
      "row 6, column A1_kWp: found 25 kWp, but this PV generates at most",
      "row 6, column pv_cap_id: found 'my_pricepoint', which has no price for the system of 2"};
  assert_int_equal(pvs_study_warnings(study), COUNT_OF(expected));
  for (size_t i = 0; i < COUNT_OF(expected); i++)
    if (!strstr(pvs_study_warning(study, i), expected[i]))
      fail_msg("found '%s', expected '%s'", pvs_study_warning(study, i), expected[i]);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void load_files_may_differ_in_order_and_in_cp(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, "load_profiles/two/a.csv",
             "timestamp,A2,A1\n5/04/2013 23:00,1,2\n5/04/2013 23:30,3,4\n");
  memory_put(&base, "load_profiles/two/b.csv",
             "timestamp,A1,cp,A2\n2013-04-05 23:00:00,5,6,7\n2013-04-05 23:30:00,8,9,10\n");
  memory_put(&base, "load_profiles/two/.hidden.csv", "not a load file\n");
  memory_put(&base, "load_profiles/two/.DS_Store", "nor this\n");
  memory_put(&base, MEMORY_STUDY, ROW_OF_ALL ",all_residents\n1,two,en,zero,zero,20,0,tou,tou\n");
  pvs_study_options options = memory_options(&base);
  pvs_study *study = open_or_fail(&options);
  assert_int_equal(study->folders[0].n_loads, 2);
  assert_int_equal(study->folders[0].n_residents, 3);
  assert_string_equal(study->folders[0].residents[0], "A2");
  assert_string_equal(study->folders[0].residents[1], "A1");
  assert_string_equal(study->folders[0].residents[2], "cp");
  assert_int_equal(study->folders[0].cp, 2);
  static const double sums[2][3] = {{4, 6, 0}, {17, 13, 15}};
  for (uint32_t file = 0; file < 2; file++)
    for (uint32_t i = 0; i < 3; i++)
      assert_near(study->loads[file].sum_kwh[i], sums[file][i]);
  assert_near(study->loads[1].total[1], 27);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_study_is_described),
      cmocka_unit_test(the_input_digest_sees_every_file),
      cmocka_unit_test(the_order_of_reading_does_not_matter),
      cmocka_unit_test(the_first_fault_is_reported),
      cmocka_unit_test(the_region_is_chosen),
      cmocka_unit_test(tariffs_come_from_the_right_columns),
      cmocka_unit_test(batteries_go_to_their_owners),
      cmocka_unit_test(batteries_are_scaled_by_name),
      cmocka_unit_test(odd_combinations_are_warned_of),
      cmocka_unit_test(load_files_may_differ_in_order_and_in_cp),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
