/* Loads and PV series that would change results in silence if nothing were said: gaps filled with
 * zeros, spikes, copies, columns that are no households, and series of another unit. */
#include "input_support.h"
#include <math.h>

enum { HOURS = 24 };

typedef double (*series_at)(int column, int step);

static void put(memory_base *base, const char *path, const char *header, int columns, int days,
                series_at kwh, const char *line_end) {
  char *text = malloc((size_t)days * HOURS * (size_t)(20 + 24 * columns) + 200);
  assert_non_null(text);
  int used = sprintf(text, "timestamp,%s%s", header, line_end);
  for (int step = 0; step < days * HOURS; step++) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int day = step / HOURS, month = 0;
    while (day >= lengths[month])
      day -= lengths[month++];
    used += sprintf(text + used, "2013-%02d-%02d %02d:00", month + 1, day + 1, step % HOURS);
    for (int i = 0; i < columns; i++)
      used += sprintf(text + used, ",%.9g", kwh(i, step));
    used += sprintf(text + used, "%s", line_end);
  }
  memory_put_bytes(base, path, text, (size_t)used);
  free(text);
}

/* ---- loads ---- */

static double usual(int column, int step) {
  return 0.3 + 0.1 * ((step * (column + 7) + column) % 13) / 13.0;
}
static double sun(int column, int step) {
  return step % HOURS < 8 || step % HOURS > 16 ? 0 : 0.9 - 0.1 * ((step / HOURS + column) % 5);
}

static double a_quarter_of_an_hour(int column, int step) {
  return 4 * usual(column, step);
}
static double a_twelfth(int column, int step) {
  return usual(column, step) / 12;
}
static double one_large(int column, int step) {
  return (column == 2 ? 36 : 1) * usual(column, step);
}
static double all_large(int column, int step) {
  return (column == 0 ? 1 : 80) * usual(column, step);
}
static double without_data(int column, int step) {
  return column > 0 && step >= 300 && step < 372 ? 0 : usual(column, step);
}
static double one_away(int column, int step) {
  return column == 2 && step > 300 ? 0 : usual(column, step);
}
static double copied(int column, int step) {
  return usual(column == 4 || column == 3 ? 1 : column, step);
}
static double all_constant(int column, int step) {
  return column > 0 ? 0.5 : usual(column, step);
}
static double with_a_mean(int column, int step) {
  double sum = usual(1, step) + usual(2, step) + usual(3, step) + usual(4, step);
  return column == 5 ? round(250 * sum) / 1000 : usual(column, step);
}
static double with_weekends(int column, int step) {
  return column == 3 ? step / HOURS % 7 >= 5 : usual(column, step);
}
static double with_peak_hours(int column, int step) {
  return column == 3 ? step % HOURS >= 14 && step % HOURS < 20 : usual(column, step);
}
static double with_months(int column, int step) {
  return column == 3 ? 1 + step / HOURS / 30 : usual(column, step);
}
static double in_whole_kwh(int column, int step) {
  return column == 3 ? step % 3 == 1 && step % 7 < 5 : usual(column, step);
}
static double with_pv(int column, int step) {
  return column == 3 ? sun(0, step) : usual(column, step);
}
static double constant_cp(int column, int step) {
  return column == 0 ? 1.5 : usual(column, step);
}
static double stuck_cp(int column, int step) {
  return column == 0 && step > 100 ? 1.5 : usual(column, step);
}

static void odd_loads_are_told(void **state) {
  (void)state;
  static const struct {
    series_at kwh;
    int days;
    const char *expected; /* behind the path; "": nothing is told */
  } cases[] = {
      {usual, 200, ""},
      {a_quarter_of_an_hour, 200, ": half of the households use more than 12"},
      {a_quarter_of_an_hour, 100, ""},
      {a_twelfth, 200, ": half of the households use less than 2"},
      {one_large, 200, ""},
      {all_large, 200, ": half of the households use more than 2"},
      {without_data, 30,
       ": row 302: found 0 kWh of all 5 households in 72 steps one after the other, 3 days: are "
       "data missing?"},
      {one_away, 30, ""},
      {copied, 30,
       ": row 1, column C: this load is that of column 'A' in all steps: was it copied? Copies in "
       "this file: 2"},
      {with_a_mean, 30,
       ": row 1, column E: this column counts as a household, but it is the mean of the others in "
       "all steps: is it their average?"},
      {with_weekends, 30,
       ": row 1, column C: this column counts as a household, but it holds whole numbers that "
       "change at the same times of day: does it mark weekends or hours?"},
      {with_peak_hours, 30, ": row 1, column C: this column counts as a household, but it holds"},
      {with_months, 200, ": row 1, column C: this column counts as a household, but it holds"},
      {in_whole_kwh, 30, ""},
      {with_pv, 30,
       ": row 1, column C: this column counts as a household, but its values are those of "
       "roof.csv: is it generation?"},
      {constant_cp, 30, ""},
      {stuck_cp, 30, ": row 103, column cp: found 1.5 kWh in 619 steps one after the other"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], expected[400];
    memory_base_init(&base);
    put(&base, LOAD, "cp,A,B,C,D,E", 6, cases[i].days, cases[i].kwh, "\n");
    put(&base, ROOF, "pv", 1, cases[i].days, sun, "\n");
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename\n1,site,en_pv,zero,flat,flat,flat,20,0.06,roof\n");
    warnings_of(&base, found, sizeof found);
    snprintf(expected, sizeof expected, "base/%s%s", LOAD, cases[i].expected);
    bool told = strncmp(found, expected, strlen(expected)) == 0;
    if (*cases[i].expected ? !told || strchr(found, '\n')[1] : strstr(found, LOAD) != NULL)
      fail_msg("expected %s, found %s", cases[i].expected, found);
    memory_base_deinit(&base);
  }
}

/* Constant loads are told as such, and are no copies of each other. */
static void constant_loads_are_no_copies(void **state) {
  (void)state;
  memory_base base;
  char found[4096];
  memory_base_init(&base);
  put(&base, LOAD, "cp,A,B", 3, 30, all_constant, "\n");
  warnings_of(&base, found, sizeof found);
  assert_null(strstr(found, "copied"));
  memory_base_deinit(&base);
}

static void copies_of_files_are_told_whatever_their_form(void **state) {
  (void)state;
  static const struct {
    const char *header, *line_end;
  } forms[] = {{"cp,A", "\n"}, {"cp,A", "\r\n"}, {"\"cp\",A", "\n"}, {"cp,A", "\n\n"}};
  for (size_t i = 0; i < COUNT_OF(forms); i++) {
    memory_base base;
    char found[4096];
    memory_base_init(&base);
    put(&base, LOAD, "cp,A", 2, 20, usual, "\n");
    put(&base, "load_profiles/site/other.csv", forms[i].header, 2, 20, usual, forms[i].line_end);
    put(&base, "load_profiles/site/third.csv", "cp,A", 2, 20, a_twelfth, "\n");
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate\n1,site,bau,zero,flat,zero,flat,20,0.06\n");
    warnings_of(&base, found, sizeof found);
    assert_string_equal(found, "base/load_profiles/site/other.csv: this file has the same loads as "
                               "load.csv: both count as variants\n");
    memory_base_deinit(&base);
  }
}

/* ---- PV ---- */

static double pv_of_watts(int column, int step) {
  return sun(column, step) / 150;
}
static double with_a_spike(int column, int step) {
  return step == 492 ? 500 : sun(column, step);
}
static double with_a_gap(int column, int step) {
  return step / HOURS >= 20 && step / HOURS < 35 ? 0 : sun(column, step);
}
static double under_snow(int column, int step) {
  return step / HOURS >= 20 && step / HOURS < 33 ? 0 : sun(column, step);
}
static double cloudy(int column, int step) {
  return sun(column, step) * (step / HOURS % 10 == 0 ? 1 : 0.2);
}
static double reversed(int column, int step) {
  return -sun(column, step);
}
static double no_sun(int column, int step) {
  return 0 * sun(column, step);
}
static double half_a_day_off(int column, int step) {
  return sun(column, step + 12);
}

static void odd_pv_is_told(void **state) {
  (void)state;
  static const struct {
    series_at kwh;
    const char *expected[2];
  } cases[] = {
      {sun, {""}},
      {cloudy, {""}},
      {under_snow, {""}},
      {with_a_gap,
       {"pv_profiles/roof.csv: row 475, column pv: found no generation in 375 steps one after the "
        "other, 15 days: are data missing?"}},
      {with_a_spike,
       {"pv_profiles/roof.csv: row 494, column pv: found 500 kWh, which is 500 kW; on 59 of 60 "
        "days this PV has at most 0.9 kW"}},
      {pv_of_watts,
       {"studies/p/inputs/study_s.csv: row 2, column pv_filename: found a profile with at most "
        "0.006 kW; PV of buildings has 1 to 500 (is pv_scaleable missing?)"}},
      {reversed,
       {"pv_profiles/roof.csv: row 10, column pv: found -0.9 kWh, like 540 of 1440 steps: "
        "generation of less than 0 counts as it is; meters usually count generation apart",
        "pv_profiles/roof.csv: no step of this PV file is more than 0: is its sign reversed?"}},
      {no_sun, {"pv_profiles/roof.csv: this PV file is 0 in all steps: it generates nothing"}},
      {half_a_day_off,
       {"pv_profiles/roof.csv: column timestamp: 78 % of this PV is generated from 21:00 to 4:00: "
        "are its times in another zone? Expected is local standard time"}},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096], expected[1000] = "";
    memory_base_init(&base);
    put(&base, LOAD, "cp,A,B", 3, 60, usual, "\n");
    put(&base, ROOF, "pv", 1, 60, cases[i].kwh, "\n");
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename\n1,site,en_pv,zero,flat,flat,flat,20,0.06,roof\n");
    warnings_of(&base, found, sizeof found);
    for (int k = 0; k < 2 && cases[i].expected[k] && *cases[i].expected[k]; k++)
      sprintf(expected + strlen(expected), "base/%s\n", cases[i].expected[k]);
    char *costs = strstr(found, "base/studies/p/inputs/study_s.csv: row 2, column pv_cap_id");
    if (costs)
      *costs = '\0';
    assert_string_equal(found, expected);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(odd_loads_are_told),
      cmocka_unit_test(constant_loads_are_no_copies),
      cmocka_unit_test(copies_of_files_are_told_whatever_their_form),
      cmocka_unit_test(odd_pv_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
