/* Inputs that are right by themselves and change money in silence: a price beside the PV that it is
 * for, holidays of a year, a region that is given twice; and one fault that is told once. */
#include "base/date.h"
#include "input_support.h"

/* A year of hours from 1 January 2013, or its first days: A1 uses 0.5 kWh in each hour of the day and
 * less at night; the PV has up to `kw`. */
static void put_days(memory_base *base, int days, double kw) {
  const size_t room = (size_t)days * 24 * 40 + 64;
  char *load = malloc(room), *pv = malloc(room);
  assert_non_null(load);
  assert_non_null(pv);
  int used = sprintf(load, "timestamp,A1\n"), used_too = sprintf(pv, "timestamp,pv\n");
  for (int t = 0; t < 24 * days; t++) {
    int year, month, day;
    pvs_date_of(pvs_days_of(2013, 1, 1) + t / 24, &year, &month, &day);
    used += sprintf(load + used, "%d-%02d-%02d %02d:00,%g\n", year, month, day, t % 24,
                    t % 24 < 6 ? 0.1 : 0.5);
    used_too += sprintf(pv + used_too, "%d-%02d-%02d %02d:00,%g\n", year, month, day, t % 24,
                        t % 24 == 12 ? kw : 0);
  }
  memory_put(base, LOAD, load);
  memory_put(base, ROOF, pv);
  free(load);
  free(pv);
}

static void prices_are_compared_with_the_pv(void **state) {
  (void)state;
  static const struct {
    int days;
    double kw;
    const char *cells; /* pv_cap_id to central_kWp */
    const char *expected;
  } cases[] = {
      {70, 8, "legacy,,,,", ""},
      {70, 80, "legacy,,,,", ""}, /* 310 $/kWp */
      {70, 400, "legacy,,,,",
       "column pv_cap_id: found 'legacy', $24830 for PV of up to 400 kW, which is 62.1 $/kWp; "
       "usual "
       "are 800 to 3000\n"},
      {70, 0.8, "legacy,,,,",
       "column pv_cap_id: found 'legacy', $24830 for PV of up to 0.8 kW, which is 3.1e+04 $/kWp; "
       "usual are 800 to 3000\n"},
      {2, 0.8, "legacy,,,,", ""}, /* two dull days */
      {70, 1, "legacy,TRUE,300,FALSE,",
       "column pv_cap_id: found 'legacy', $24830 for PV of 300 kWp, which is 82.8 $/kWp; usual are "
       "800 to 3000\n"},
      {70, 1, "per_kw,TRUE,300,TRUE,", ""},
      {70, 8, "my_pricepoint,,,,9", ""},
      {70, 6, "my_pricepoint,,,,15", ""},
      {70, 2, "my_pricepoint,,,,9",
       "column central_kWp: found 9 kWp, but this PV generates at most 2 kW; usual are 0.6 to 1.1 "
       "kW per kWp\n"},
      {2, 2, "my_pricepoint,,,,9", ""},
      {2, 80, "my_pricepoint,,,,9",
       "column central_kWp: found 9 kWp, but this PV generates at most 80 kW; usual are 0.6 to 1.1 "
       "kW per kWp\n"},
      {70, 0.79, "my_pricepoint,,,,8.9",
       "column central_kWp: found 8.9 kWp, but this PV generates at most 0.79 kW; usual are 0.6 to "
       "1.1 kW per kWp (is it a profile for 1 kWp, without pv_scaleable in this row?)\n"},
      {70, 0.79, "my_pricepoint,TRUE,8.9,,8.9", ""},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], study[512], expected[512];
    memory_base_init(&base);
    put_days(&base, cases[i].days, cases[i].kw);
    snprintf(study, sizeof study,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate,pv_filename,pv_cap_id,pv_scaleable,pv_kW_peak,pv_capex_scaleable,central_kWp\n"
             "1,site,en_pv,zero,flat,flat,flat,20,0.06,roof,%s\n",
             cases[i].cells);
    memory_put(&base, STUDY, study);
    snprintf(expected, sizeof expected, "%s%s",
             *cases[i].expected ? "base/studies/p/inputs/study_s.csv: row 2, " : "",
             cases[i].expected);
    warnings_of(&base, found, sizeof found);
    if (strcmp(found, expected) != 0)
      fail_msg("%g kW and %s: %s", cases[i].kw, cases[i].cells, found);
    memory_base_deinit(&base);
  }
}

static void years_with_few_or_many_holidays_are_told(void **state) {
  (void)state;
  static const struct {
    int days, holidays;
    const char *expected;
  } cases[] = {
      {365, 1, "found 1 public holiday of 2013 in the region 'nsw'; usual are 8 to 14\n"},
      {365, 7, ""},
      {365, 14, ""},
      {365, 300, "found 300 public holidays of 2013 in the region 'nsw'; usual are 8 to 14\n"},
      {100, 1, ""}, /* those of the other days need not be there */
      {100, 99, "found 99 public holidays of 2013 in the region 'nsw'; usual are 8 to 14\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], holidays[8192] = "date\n", expected[256];
    memory_base_init(&base);
    put_days(&base, cases[i].days, 5);
    for (int h = 0; h < cases[i].holidays; h++) {
      int year, month, day;
      pvs_date_of(pvs_days_of(2013, 1, 1) + h, &year, &month, &day);
      sprintf(holidays + strlen(holidays), "%d/%d/%d\n", day, month, year);
    }
    put_holiday_tariffs(&base, holidays);
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate\n1,site,bau,zero,flat,zero,flat,20,0.06\n");
    snprintf(expected, sizeof expected, "%s%s",
             *cases[i].expected ? "base/reference/holidays.csv: column date: " : "",
             cases[i].expected);
    warnings_of(&base, found, sizeof found);
    if (strcmp(found, expected) != 0)
      fail_msg("%d holidays in %d days: %s", cases[i].holidays, cases[i].days, found);
    memory_base_deinit(&base);
  }
}

static void a_region_that_is_given_leaves_none_in_silence(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  put_days(&base, 2, 5);
  memory_put(&base, SUMMERS, "year,nsw_start,nsw_end,eu_start,eu_end\n2013,,,,\n");
  memory_put(&base, STUDY,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate,dst\n1,site,bau,zero,flat,zero,flat,20,0.06,eu\n");
  pvs_study_options options = memory_options(&base);
  options.region = "nsw";
  pvs_study *study;
  pvs_error error = {0};
  assert_int_equal(pvs_study_open(&options, &study, &error), PVS_OK);
  assert_int_equal(pvs_study_warnings(study), 1);
  assert_string_equal(pvs_study_warning(study, 0),
                      "base/studies/p/inputs/study_s.csv: row 2, column dst: found 'eu', which is "
                      "not used: the region was given with the run, 'nsw'");
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void count_error(void *ctx, bool is_error, const char *text) {
  (void)text;
  *(int *)ctx += is_error;
}

static void a_wrong_size_is_told_once(void **state) {
  (void)state;
  static const char *const cells[] = {"TRUE,x,TRUE", "TRUE,-2.9,TRUE", "TRUE,,TRUE", "TRUE,1e12,",
                                      ",x,TRUE",     ",-2.9,TRUE",     ",,TRUE",     "maybe,5,"};
  for (size_t i = 0; i < COUNT_OF(cells); i++) {
    memory_base base;
    char study[512];
    int errors = 0;
    memory_base_init(&base);
    put_days(&base, 2, 1);
    snprintf(study, sizeof study,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate,pv_filename,pv_cap_id,pv_scaleable,pv_kW_peak,pv_capex_scaleable\n"
             "1,site,en_pv,zero,flat,flat,flat,20,0.06,roof,per_kw,%s\n",
             cells[i]);
    memory_put(&base, STUDY, study);
    pvs_study_options options = memory_options(&base);
    assert_int_equal(pvs_study_check(&options, count_error, &errors, NULL), PVS_OK);
    if (errors != 1)
      fail_msg("%s: %d errors", cells[i], errors);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(prices_are_compared_with_the_pv),
      cmocka_unit_test(years_with_few_or_many_holidays_are_told),
      cmocka_unit_test(a_region_that_is_given_leaves_none_in_silence),
      cmocka_unit_test(a_wrong_size_is_told_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
