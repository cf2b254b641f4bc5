/* What is told about inputs that may be read but hardly mean what they say: each case changes a base
 * that draws no warning, and every word of every warning is expected. And --check: all errors of a
 * base at once. */
#include "input_support.h"

/* The first occurrence of each `from` becomes its `to`. */
typedef struct change {
  const char *file, *from, *to;
} change;

typedef struct suspicion {
  change changes[3];
  const char *expected; /* the warnings, one per line */
} suspicion;

static const suspicion suspicions[] = {
#include "warning_cases.inc"
};

static void replace(memory_base *base, const change *c) {
  memory_file *file = memory_find(base, c->file);
  char *hit = memmem(file->data, file->size, c->from, strlen(c->from));
  if (!hit)
    fail_msg("%s has no '%s'", c->file, c->from);
  size_t before = (size_t)(hit - file->data), cut = strlen(c->from), added = strlen(c->to);
  size_t size = file->size - cut + added;
  char *data = malloc(size + 1);
  assert_non_null(data);
  memcpy(data, file->data, before);
  memcpy(data + before, c->to, added);
  memcpy(data + before + added, file->data + before + cut, file->size - before - cut);
  memory_put_bytes(base, c->file, data, size);
  free(data);
}

static void every_suspicion_is_told(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < COUNT_OF(suspicions); i++) {
    memory_base base;
    char found[8192];
    memory_base_init(&base);
    for (size_t k = 0; k < COUNT_OF(suspicions[i].changes) && suspicions[i].changes[k].file; k++)
      replace(&base, &suspicions[i].changes[k]);
    warnings_of(&base, found, sizeof found);
    if (strcmp(found, suspicions[i].expected) != 0) {
      print_error("case %zu, '%s' to '%s':\nfound\n%sexpected\n%s", i,
                  suspicions[i].changes[0].from, suspicions[i].changes[0].to, found,
                  suspicions[i].expected);
      wrong++;
    }
    memory_base_deinit(&base);
  }
  assert_int_equal(wrong, 0);
}

/* ---- series ---- */

enum { STEPS = 480 }; /* ten days of half-hours */

/* A load file of one customer whose steps `kwh` gives, from 1 July 2013, `minutes` past midnight. */
static void put_load(memory_base *base, const char *name, int minutes, int steps,
                     double (*kwh)(int step)) {
  char *text = malloc((size_t)STEPS * 64);
  assert_non_null(text);
  int used = sprintf(text, "timestamp,%s\n", name);
  for (int t = 0; t < steps; t++) {
    int minute = minutes + 30 * t;
    used += sprintf(text + used, "%d/07/2013 %d:%02d,%g\n", 1 + minute / 1440, minute / 60 % 24,
                    minute % 60, kwh(t));
  }
  memory_put(base, "load_profiles/site/load.csv", text);
  free(text);
  memory_put(base, STUDY,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate\n1,site,bau,zero,flat,zero,flat,20,0.06\n");
}

static double usual(int step) {
  return 0.2 + 0.01 * (step % 31);
}
static double with_generation(int step) {
  return step % 48 == 24 ? -0.5 : usual(step);
}
static double with_a_spike(int step) {
  return step == 100 ? 500 : usual(step);
}
static double with_an_early_spike(int step) {
  return step == 20 ? 500 : usual(step);
}
static double stuck(int step) {
  return step >= 40 && step < 400 ? 0.9 : usual(step);
}
/* Nobody at home for a week: a refrigerator's load. */
static double on_holiday(int step) {
  return step >= 40 && step < 400 ? 0.05 : usual(step);
}

static double nothing(int step) {
  return 0 * step;
}
static double in_wh(int step) {
  return 1000 * usual(step);
}
static double in_mwh(int step) {
  return usual(step) / 1000;
}
static double constant(int step) {
  return 0.4 + 0 * step;
}
static double numbers(int step) {
  return step;
}

static void unusual_loads_are_told(void **state) {
  (void)state;
  static const struct {
    int minutes;
    double (*kwh)(int step);
    const char *expected;
  } cases[] = {
      {0, usual, ""},
      {0, on_holiday, ""},
      {0, with_generation,
       "base/load_profiles/site/load.csv: row 26, column A1: found -0.5 kWh, like 10 of 480 steps: "
       "a "
       "load of less than 0 counts as it is; meters usually count generation apart\n"},
      {0, with_a_spike,
       "base/load_profiles/site/load.csv: row 102, column A1: found 500 kWh, which is 1000 kW and "
       "360 times the mean of this column; usual are at most 15 kW for a flat, and 5 times the "
       "mean for many "
       "together\n"},
      {0, stuck,
       "base/load_profiles/site/load.csv: row 42, column A1: found 0.9 kWh in 360 steps one after "
       "the other, 7 days: is the meter stuck?\n"},
      {30, usual,
       "base/load_profiles/site/load.csv: row 2, column timestamp: the series begins one step "
       "after "
       "midnight and ends at midnight, as if its times were the ends of steps: they are taken as "
       "starts, so that tariffs apply a step late\n"},
      {0, nothing,
       "base/load_profiles/site/load.csv: row 1, column A1: this load is 0 in all steps: is the "
       "meter connected?\n"},
      {0, in_wh,
       "base/load_profiles/site/load.csv: row 1, column A1: found a mean load of 695 kW; usual "
       "are 0.1 to 2 for a flat (is it in Wh instead of kWh?)\n"},
      {0, in_mwh,
       "base/load_profiles/site/load.csv: row 1, column A1: found a mean load of 0.000695 kW; "
       "usual are 0.1 to 2 for a flat (is it in kWh?)\n"},
      {0, constant,
       "base/load_profiles/site/load.csv: row 2, column A1: found 0.4 kWh in 480 steps one after "
       "the other, 10 days: is the meter stuck?\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096];
    memory_base_init(&base);
    put_load(&base, "A1", cases[i].minutes, STEPS, cases[i].kwh);
    warnings_of(&base, found, sizeof found);
    assert_string_equal(found, cases[i].expected);
    memory_base_deinit(&base);
  }
}

/* Also in a single day, whose mean a single step raises. */
static void short_loads_are_told_too(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double (*kwh)(int step);
    const char *expected;
  } cases[] = {
      {"A1", with_an_early_spike,
       "row 22, column A1: found 500 kWh, which is 1000 kW and 47 times the mean of this column; "
       "usual are at most 15 kW for a flat, and 5 times the mean for many together"},
      {"A1", constant, "row 1, column A1: this load is the same in all steps: is the meter stuck?"},
      {"Cp", usual,
       "row 1, column Cp: this column counts as a household: the common property is called 'cp', "
       "in small letters"},
      {"row", numbers,
       "row 1, column row: this column counts as a household, but it numbers the rows of the "
       "file"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096];
    memory_base_init(&base);
    put_load(&base, cases[i].name, 0, 48, cases[i].kwh);
    warnings_of(&base, found, sizeof found);
    if (!strstr(found, cases[i].expected))
      fail_msg("found %s, expected %s", found, cases[i].expected);
    memory_base_deinit(&base);
  }
}

static void a_total_is_no_household(void **state) {
  (void)state;
  memory_base base;
  char found[4096], text[4096];
  memory_base_init(&base);
  put_load(&base, "A1", 0, 48, usual);
  int used = sprintf(text, "timestamp,cp,A,B,C,all\n");
  for (int t = 0; t < 48; t++) {
    double a = usual(t), b = usual(t + 5), c = usual(2 * t), cp = 0.3 + 0.001 * t;
    used += sprintf(text + used, "13/07/2013 %d:%02d,%g,%g,%g,%g,%g\n", t / 2, t % 2 * 30, cp, a, b,
                    c, a + b + c);
  }
  memory_put(&base, "load_profiles/site/load.csv", text);
  warnings_of(&base, found, sizeof found);
  assert_string_equal(found, "base/load_profiles/site/load.csv: row 1, column all: this column "
                             "counts as a household, but it is as great as all others together: "
                             "is it their total?\n");
  memory_base_deinit(&base);
}

/* ---- PV ---- */

static void unusual_pv_is_told(void **state) {
  (void)state;
  static const struct {
    int first_hour; /* of eight with generation */
    double kwh;
    const char *expected;
  } cases[] = {
      {8, 0.4, ""},
      {21, 0.25,
       "base/pv_profiles/roof.csv: column timestamp: 88 % of this PV is generated from 21:00 to "
       "4:00: are its times in another zone? Expected is local standard time\n"},
      {8, 4000,
       "base/pv_profiles/roof.csv: found up to 4000 kW; PV of buildings has 1 to 500 (is it in Wh "
       "instead of kWh?)\n"},
      {8, 0, "base/pv_profiles/roof.csv: this PV file is 0 in all steps: it generates nothing\n"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], text[4096], loads[4096];
    memory_base_init(&base);
    int used = sprintf(text, "timestamp,pv\n"), used_too = sprintf(loads, "timestamp,A1\n");
    for (int t = 0; t < 48; t++) {
      bool shines = (t % 24 - cases[i].first_hour + 24) % 24 < 8;
      used += sprintf(text + used, "%d/07/2013 %d:00,%g\n", 13 + t / 24, t % 24,
                      shines ? cases[i].kwh : 0);
      used_too += sprintf(loads + used_too, "%d/07/2013 %d:00,%g\n", 13 + t / 24, t % 24, usual(t));
    }
    put_load(&base, "A1", 0, 48, usual);
    memory_put(&base, ROOF, text);
    memory_put(&base, LOAD, loads);
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename\n1,site,en_pv,zero,flat,flat,flat,20,0.06,roof\n");
    warnings_of(&base, found, sizeof found);
    assert_string_equal(found, cases[i].expected);
    memory_base_deinit(&base);
  }
}

/* ---- names of files ---- */

static void windows_names_and_lock_files_are_understood(void **state) {
  (void)state;
  memory_base base;
  char found[4096];
  memory_base_init(&base);
  memory_file *roof = memory_find(&base, ROOF);
  memory_put_bytes(&base, "pv_profiles/north/roof.csv", roof->data, roof->size);
  memory_put(&base, "load_profiles/site/~$load.csv", "a spreadsheet's lock file");
  memory_put(&base, "load_profiles/site/.load.csv", "hidden");
  replace(&base, &(change){STUDY, "usual,roof,legacy,,,,,big", "usual,north\\roof,legacy,,,,,big"});
  warnings_of(&base, found, sizeof found);
  assert_string_equal(found, "");
  memory_base_deinit(&base);
}

/* ---- repeats ---- */

/* A warning that is true of many rows is told once. */
static void repeats_are_counted(void **state) {
  (void)state;
  memory_base base;
  char found[4096];
  memory_base_init(&base);
  memory_put(
      &base, STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "output_types\n"
      "1,site,bau,tou,flat,zero,flat,20,0.06,all\n"
      "2,site,bau,tou,flat,zero,flat,20,0.06,all\n"
      "3,site,bau,tou,flat,zero,flat,20,0.06,all\n"
      "4,site,bau,tou,flat,zero,flat,20,0.06,some\n");
  warnings_of(&base, found, sizeof found);
  assert_string_equal(
      found,
      "base/studies/p/inputs/study_s.csv: row 2, column output_types: found 'all', which asks for "
      "nothing; known are log_timeseries_detailed and log_timeseries_brief (and so in 2 more "
      "rows)\n"
      "base/studies/p/inputs/study_s.csv: row 5, column output_types: found 'some', which asks for "
      "nothing; known are log_timeseries_detailed and log_timeseries_brief\n");
  memory_base_deinit(&base);
}

/* ---- checking ---- */

typedef struct findings {
  char text[16384];
  int errors, warnings;
} findings;

static void take_finding(void *ctx, bool is_error, const char *text) {
  findings *f = ctx;
  size_t used = strlen(f->text);
  snprintf(f->text + used, sizeof f->text - used, "%s%s\n", is_error ? "error: " : "", text);
  f->errors += is_error;
  f->warnings += !is_error;
}

static void check(const memory_base *base, findings *f) {
  pvs_study_options options = memory_options(base);
  pvs_error error = {0};
  *f = (findings){.errors = 0};
  assert_int_equal(pvs_study_check(&options, take_finding, f, &error), PVS_OK);
  assert_int_equal(base->held, 0);
}

static void a_check_of_a_sound_base_finds_nothing(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  findings f;
  check(&base, &f);
  assert_string_equal(f.text, "");
  memory_base_deinit(&base);
}

static void a_check_finds_everything(void **state) {
  (void)state;
  static const change changes[] = {
      {TARIFFS, "flat,Flat_Rate,Flat_Rate,100,30,", "flat,Flat_Rate,Flat_Rate,lots,,"},
      {TARIFFS, "peak,40,", "peak,,"},
      {BATTERIES, "13.2,5,0.89", "13.2,5,89"},
      {STRATEGIES, "evening,1:00", "evening,1am"},
      {EN_CAPEX, "4950", "-1"},
      {PV_CAPEX, "legacy,24830", "legacy,many"},
      {SUMMERS, "6/10/2013 2:00", "10/13/2013 2:00"},
      {ROOF, "6/04/2013 8:00,", "6/04/2013 8:00,x"},
      {LOAD, "6/04/2013 1:30,", "6/04/2013 1:30,?"},
      {STUDY, "1,site,bau,tou,flat", "1,site,bau,tuo,flat"},
      {STUDY, "2,site,en_pv", "2,site,en_strata"},
      {STUDY, "4,two,btm_s_c", "4,two,btm_s"},
      {STUDY, "5,two,btm_p_u,solar,solar,zero,demand,20,0.06",
       "5,two,btm_p_u,solar,,zero,demand,0,6"},
      {STUDY, "6,site,", "6,nowhere,"},
      {STUDY, "7,site,cp_only,tou,flat,zero,demand,20,0.06,usual,roof",
       "7,site,cp_only,tou,flat,zero,demand,20,0.06,usual,"},
  };
  memory_base base;
  memory_base_init(&base);
  for (size_t i = 0; i < COUNT_OF(changes); i++)
    replace(&base, &changes[i]);
  findings f;
  check(&base, &f);
  static const char expected[] =
#include "check_findings.inc"
      ;
  assert_string_equal(f.text, expected);
  memory_base_deinit(&base);
}

/* What a check cannot get past: it still lists all that it could see. */
static void a_check_lists_all_missing_files(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_remove(&base, BATTERIES);
  memory_remove(&base, SUMMERS);
  memory_remove(&base, LOAD);
  findings f;
  check(&base, &f);
  assert_string_equal(f.text,
                      "error: base/reference/battery_lookup.csv: no such file\n"
                      "error: base/reference/dst_lookup.csv: no such file\n"
                      "error: base/studies/p/inputs/study_s.csv: row 2, column load_folder: "
                      "found 'site', expected a folder of load_profiles "
                      "(base/load_profiles/site: no such folder)\n");
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_suspicion_is_told),
      cmocka_unit_test(unusual_loads_are_told),
      cmocka_unit_test(short_loads_are_told_too),
      cmocka_unit_test(a_total_is_no_household),
      cmocka_unit_test(unusual_pv_is_told),
      cmocka_unit_test(windows_names_and_lock_files_are_understood),
      cmocka_unit_test(repeats_are_counted),
      cmocka_unit_test(a_check_of_a_sound_base_finds_nothing),
      cmocka_unit_test(a_check_finds_everything),
      cmocka_unit_test(a_check_lists_all_missing_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
