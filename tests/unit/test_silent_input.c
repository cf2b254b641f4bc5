/* Inputs that would change results in silence if nothing were said: columns that nothing reads,
 * times of another zone, meters of nobody, files that are not read, names with two meanings. */
#include "input_support.h"

static const char one_scenario[] =
    "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
    "1,site,bau,zero,flat,zero,flat,20,0.06\n";

/* ---- columns ---- */

/* A column more at the end: of every row, with a value in the second line alone. */
static void add_column(memory_base *base, const char *path, const char *name) {
  memory_file *file = memory_find(base, path);
  assert_non_null(file);
  char text[8192];
  size_t used = 0;
  int line = 0;
  for (size_t i = 0; i < file->size && used < sizeof text - 64; i++) {
    if (file->data[i] == '\n')
      used += (size_t)sprintf(text + used, ",%s", line == 0 ? name : line == 1 ? "7" : "");
    line += file->data[i] == '\n';
    text[used++] = file->data[i];
  }
  memory_put_bytes(base, path, text, used);
}

static void no_column_is_ignored_in_silence(void **state) {
  (void)state;
  static const char *const files[] = {TARIFFS,  BATTERIES, STRATEGIES, EN_CAPEX,
                                      PV_CAPEX, SUMMERS,   STUDY};
  static const struct {
    const char *name;
    bool is_told;
  } columns[] = {{"efficiency", true},     {"capex", true},  {"lifetime", true},
                 {"charge_c_rates", true}, {"sys_", true},   {"_start", true},
                 {"name", false},          {"notes", false}, {"Comment", false},
                 {"description", false}};
  for (size_t f = 0; f < COUNT_OF(files); f++)
    for (size_t c = 0; c < COUNT_OF(columns); c++) {
      memory_base base;
      char found[4096], expected[200];
      memory_base_init(&base);
      add_column(&base, files[f], columns[c].name);
      warnings_of(&base, found, sizeof found);
      snprintf(expected, sizeof expected,
               "base/%s: row 1, column %s: nothing reads a column of this name; ", files[f],
               columns[c].name);
      if (columns[c].is_told ? strncmp(found, expected, strlen(expected)) != 0 : *found)
        fail_msg("%s with a column %s: %s", files[f], columns[c].name, found);
      memory_base_deinit(&base);
    }
}

/* ---- zones ---- */

static void zones_are_compared(void **state) {
  (void)state;
  static const struct {
    const char *load, *pv, *expected;
  } cases[] = {
      {"", "", ""},
      {"+10:00", "+10:00", ""},
      {"+10:00", "",
       "base/pv_profiles/roof.csv: row 2, column timestamp: found times without a zone, and of the "
       "zone +10:00 in base/load_profiles/site/load.csv: both are taken for local standard time\n"},
      {"", "-05:30",
       "base/pv_profiles/roof.csv: row 2, column timestamp: found times of the zone -05:30, and "
       "without a zone in base/load_profiles/site/load.csv: both are taken for local standard "
       "time\n"},
      {"", "Z",
       "base/pv_profiles/roof.csv: row 2, column timestamp: times are marked as UTC: taken as they "
       "are for local standard time, which is what tariffs and daylight saving go by\n"},
      {"+10:00", "+11:00",
       "error: base/pv_profiles/roof.csv: row 2, column timestamp: times of the zone +11:00, "
       "expected +10:00, as in base/load_profiles/site/load.csv\n"},
      {"+10:00", "Z",
       "error: base/pv_profiles/roof.csv: row 2, column timestamp: times of the zone +00:00, "
       "expected +10:00, as in base/load_profiles/site/load.csv\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], pv[2048] = "timestamp,pv\n", load[2048] = "timestamp,A1\n";
    memory_base_init(&base);
    for (int t = 0; t < 24; t++) {
      bool shines = t >= 8 && t < 16;
      sprintf(pv + strlen(pv), "2013-07-13T%02d:00%s,%d\n", t, cases[i].pv, shines);
      sprintf(load + strlen(load), "2013-07-13T%02d:00%s,0.%d\n", t, cases[i].load, 1 + t % 7);
    }
    memory_put(&base, ROOF, pv);
    memory_put(&base, LOAD, load);
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename\n1,site,en_pv,zero,flat,flat,flat,20,0.06,roof\n");
    warnings_of(&base, found, sizeof found);
    if (strcmp(found, cases[i].expected) != 0)
      fail_msg("%s and %s: %s", cases[i].load, cases[i].pv, found);
    memory_base_deinit(&base);
  }
}

/* ---- registers ---- */

static void registers_of_nobody_are_told(void **state) {
  (void)state;
  static const char charges[] = "tariff_id,charge,register,rate,unit\nflat,import,,30,c/kWh\n"
                                "flat,import,hot water,12,c/kWh\n";
  static const struct {
    const char *column;
    bool has_registers;
    const char *expected; /* behind the place */
  } cases[] = {
      {"A1:hot water", true, ""},
      {"A9:hot water", true, "there is no customer 'A9' whose register it could be"},
      {"A9:hot tub", true, "there is no customer 'A9' whose register it could be"},
      {":hot water", true, "there is no customer '' whose register it could be"},
      {"A1:hot tub", true, "no row of reference/tariff_calendar.csv has the register 'hot tub'"},
      {"A1:", true, "no row of reference/tariff_calendar.csv has the register ''"},
      {"A1:hot tub", false, "no row of reference/tariff_calendar.csv has the register 'hot tub'"},
      {"A9:hot water", false, ""},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], expected[400], load[2048];
    memory_base_init(&base);
    sprintf(load, "timestamp,A1,%s\n", cases[i].column);
    for (int t = 0; t < 24; t++)
      sprintf(load + strlen(load), "2013-07-13 %02d:00,0.%d,0.%d\n", t, 1 + t % 7, t % 5);
    memory_put(&base, LOAD, load);
    memory_put(&base, TARIFFS,
               "tariff_id,tariff_type,daily_fixed_rate,flat_rate\nflat,Calendar,90,\n"
               "zero,Zero_Rate,0,\n");
    memory_put(&base, "reference/tariff_calendar.csv",
               cases[i].has_registers ? charges
                                      : "tariff_id,charge,rate,unit\nflat,import,30,c/kWh\n");
    memory_put(&base, STUDY, one_scenario);
    warnings_of(&base, found, sizeof found);
    snprintf(
        expected, sizeof expected,
        "base/load_profiles/site/load.csv: row 1, column %s: this column counts as a household "
        "of its own: %s\n",
        cases[i].column, cases[i].expected);
    if (*cases[i].expected ? !strstr(found, expected) : *found) /* its charge may be told, too */
      fail_msg("%s: %s", cases[i].column, found);
    memory_base_deinit(&base);
  }
}

/* ---- holidays ---- */

static void years_without_holidays_are_told(void **state) {
  (void)state;
  static const struct {
    int first_hour; /* of 24, on 31 December 2012 */
    const char *holidays, *expected;
  } cases[] = {
      {0, "25/12/2012", ""},
      {0, "25/12/2013", "found no public holiday of 2012 in the region 'nsw'"},
      {1, "25/12/2012", ""}, /* times of the ends of steps: 2013 has one */
      {2, "25/12/2012", "found no public holiday of 2013 in the region 'nsw'"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], load[2048] = "timestamp,A1\n", holidays[64];
    memory_base_init(&base);
    for (int t = cases[i].first_hour; t < cases[i].first_hour + 24; t++)
      sprintf(load + strlen(load), "%s %02d:00,0.%d\n", t < 24 ? "2012-12-31" : "2013-01-01",
              t % 24, 1 + t % 7);
    snprintf(holidays, sizeof holidays, "date\n%s\n", cases[i].holidays);
    memory_put(&base, LOAD, load);
    memory_put(&base, SUMMERS,
               "year,nsw_start,nsw_end\n2012,7/10/2012 2:00,1/04/2012 2:00\n"
               "2013,6/10/2013 2:00,7/04/2013 2:00\n");
    put_holiday_tariffs(&base, holidays);
    memory_put(&base, STUDY, one_scenario);
    warnings_of(&base, found, sizeof found);
    if (*cases[i].expected ? !strstr(found, cases[i].expected)
                           : strstr(found, "public holiday of") != NULL)
      fail_msg("from %d:00, %s: %s", cases[i].first_hour, cases[i].holidays, found);
    memory_base_deinit(&base);
  }
}

/* ---- files and names ---- */

static void files_that_are_not_read_are_told(void **state) {
  (void)state;
  static const struct {
    const char *names[3], *expected;
  } cases[] = {
      {{"README.txt", ".DS_Store", "~$load.csv"}, ""},
      {{"Thumbs.db", "desktop.ini"}, ""},
      {{"more.CSV.bak"},
       "found 'more.CSV.bak', which is not read: load files are the files of this folder that end "
       "in .csv\n"},
      {{"b.txt", "a.xlsx", "old"},
       "found 'a.xlsx' and 2 more, which are not read: load files are the files of this folder "
       "that "
       "end in .csv\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], path[100], expected[400];
    memory_base_init(&base);
    for (size_t k = 0; k < COUNT_OF(cases[i].names) && cases[i].names[k]; k++) {
      snprintf(path, sizeof path, "load_profiles/site/%s", cases[i].names[k]);
      memory_put(&base, path, "no load");
    }
    warnings_of(&base, found, sizeof found);
    snprintf(expected, sizeof expected, "%s%s",
             *cases[i].expected ? "base/load_profiles/site: " : "", cases[i].expected);
    assert_string_equal(found, expected);
    memory_base_deinit(&base);
  }
}

static void no_customer_has_the_name_of_a_column(void **state) {
  (void)state;
  static const struct {
    const char *customer, *column, *expected;
  } cases[] = {
      {"flat", "flat", ""},
      {"parent", "all_residents", ""},
      {"parent", "parent2",
       "error: base/studies/p/inputs/study_s.csv: row 1, column parent: a customer of load folder "
       "'site' is called like this column, expected another name or a column all_residents\n"},
      {"a_rate", "a_rate2",
       "error: base/studies/p/inputs/study_s.csv: row 1, column a_rate: a customer of load folder "
       "'site' is called like this column, expected another name or a column all_residents\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], load[2048], study[400];
    memory_base_init(&base);
    sprintf(load, "timestamp,%s\n", cases[i].customer);
    for (int t = 0; t < 24; t++)
      sprintf(load + strlen(load), "2013-07-13 %02d:00,0.%d\n", t, 1 + t % 7);
    memory_put(&base, LOAD, load);
    sprintf(study,
            "scenario,load_folder,arrangement,cp,%s,parent,network_tariff,a_term,a_rate\n"
            "1,site,bau,zero,flat,zero,flat,20,0.06\n",
            cases[i].column);
    memory_put(&base, STUDY, study);
    warnings_of(&base, found, sizeof found);
    assert_string_equal(found, cases[i].expected);
    memory_base_deinit(&base);
  }
}

static void households_named_like_cp_are_told(void **state) {
  (void)state;
  static const char *const names[] = {"Oak_1", "Oakcpt_2", "upcp_1"};
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    memory_base base;
    char found[4096], load[2048], expected[300] = "";
    memory_base_init(&base);
    sprintf(load, "timestamp,cp,%s\n", names[i]);
    for (int t = 0; t < 24; t++)
      sprintf(load + strlen(load), "2013-07-13 %02d:00,0.%d,0.%d\n", t, 1 + t % 7, 1 + t % 5);
    memory_put(&base, LOAD, load);
    memory_put(&base, STUDY, one_scenario);
    warnings_of(&base, found, sizeof found);
    if (strstr(names[i], "cp"))
      sprintf(expected,
              "base/%s: row 1, column %s: this household is left out of average_hh_… and of the "
              "customer results, because its name contains 'cp'\n",
              LOAD, names[i]);
    assert_string_equal(found, expected);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_column_is_ignored_in_silence),
      cmocka_unit_test(zones_are_compared),
      cmocka_unit_test(registers_of_nobody_are_told),
      cmocka_unit_test(years_without_holidays_are_told),
      cmocka_unit_test(files_that_are_not_read_are_told),
      cmocka_unit_test(households_named_like_cp_are_told),
      cmocka_unit_test(no_customer_has_the_name_of_a_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
