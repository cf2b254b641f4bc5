/* Inputs that would change results in silence if nothing were said: columns that nothing reads,
 * times of another zone, meters of nobody. */
#include "warning_support.h"

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
                 {"name", false},          {"notes", false}, {"comment", false},
                 {"description", false}};
  for (size_t f = 0; f < COUNT_OF(files); f++)
    for (size_t c = 0; c < COUNT_OF(columns); c++) {
      memory_base base;
      char found[4096], expected[200];
      memory_base_init(&base);
      add_column(&base, files[f], columns[c].name);
      warnings_of(&base, found, sizeof found);
      snprintf(expected, sizeof expected,
               columns[c].is_told ? "base/%s: row 1, column %s: no column of that name is read, so "
                                    "this one is ignored; "
                                  : "",
               files[f], columns[c].name);
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
               "a_rate,pv_filename\n1,site,en_pv,zero,flat,zero,flat,20,0.06,roof\n");
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
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate\n1,site,bau,zero,flat,zero,flat,20,0.06\n");
    warnings_of(&base, found, sizeof found);
    snprintf(expected, sizeof expected,
             *cases[i].expected ? "base/load_profiles/site/load.csv: row 1, column %s: this column "
                                  "counts as a household of its own: %s\n"
                                : "",
             cases[i].column, cases[i].expected);
    if (*expected ? !strstr(found, expected) : *found) /* the register's charge may be told, too */
      fail_msg("%s: %s", cases[i].column, found);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_column_is_ignored_in_silence),
      cmocka_unit_test(zones_are_compared),
      cmocka_unit_test(registers_of_nobody_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
