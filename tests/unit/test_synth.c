/* Synthetic base folders: the same bytes everywhere, the layout of MODEL.md, series that look like
 * loads and PV. */
#include "base/dates.h"
#include "synth/files.h"
#include "synth/portable_math.h"
#include "unit/synth_support.h"

#include <math.h>

static const char *const load_path = "load_profiles/building/load_1.csv";

static hx_synth_spec spec_with(uint32_t customers, uint32_t scenarios, uint32_t days) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  spec.customers = customers;
  spec.scenarios = scenarios;
  spec.days = days;
  return spec;
}

/* FNV-1a over paths and contents. */
static uint64_t digest_of(const hx_synth_spec *spec) {
  rendered m = make(spec);
  uint64_t digest = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < m.count; i++) {
    for (const char *p = m.files[i].path; *p; p++)
      digest = (digest ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    for (size_t k = 0; k < m.files[i].size; k++)
      digest = (digest ^ (unsigned char)m.files[i].data[k]) * UINT64_C(0x100000001b3);
  }
  unmake(&m);
  return digest;
}

/* Measurements of a built-in study are comparable only while its bytes stay: a new value here ends
 * all comparisons with older ones. */
static void test_bytes_are_fixed(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(4, 25, 40);
  assert_int_equal(digest_of(&spec), UINT64_C(0xbfb2b23ee7d3a03e));
  hx_synth_spec year = spec_with(18, 620, 365);
  assert_int_equal(digest_of(&year), UINT64_C(0x2c7f4e203580a54e));
}

static void test_seed_changes_loads_and_weather(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(2, 3, 3);
  rendered a = make(&spec);
  spec.seed = 2;
  rendered b = make(&spec);
  assert_string_not_equal(text_of(&a, load_path), text_of(&b, load_path));
  assert_string_not_equal(text_of(&a, "pv_profiles/pv_1kW.csv"),
                          text_of(&b, "pv_profiles/pv_1kW.csv"));
  unmake(&a);
  unmake(&b);
}

static void test_layout(void **state) {
  (void)state;
  static const char *const expected[] = {
      "load_profiles/building/load_1.csv",
      "pv_profiles/pv_total.csv",
      "pv_profiles/pv_1kW.csv",
      "pv_profiles/pv_ind.csv",
      "pv_profiles/pv_central.csv",
      "reference/tariff_lookup.csv",
      "reference/battery_lookup.csv",
      "reference/battery_control_strategies.csv",
      "reference/capex_en_lookup.csv",
      "reference/capex_pv_lookup.csv",
      "reference/dst_lookup.csv",
      "studies/synthetic/inputs/study_static.csv",
      "studies/synthetic/inputs/study_batteries.csv",
      "studies/synthetic/inputs/study_mixed.csv",
  };
  hx_synth_spec spec = spec_with(3, 5, 2);
  rendered m = make(&spec);
  assert_int_equal(m.count, COUNT_OF(expected));
  for (size_t i = 0; i < COUNT_OF(expected); i++) {
    const made_file *f = find_file(&m, expected[i]);
    if (!f)
      fail_msg("%s is missing", expected[i]);
    assert_int_equal(f->data[f->size - 1], '\n');
    assert_int_equal(strlen(f->data), f->size);
  }
  unmake(&m);

  spec.kinds = 1u << HX_SYNTH_BATTERIES;
  spec.load_files = 12;
  m = make(&spec);
  assert_null(find_file(&m, "studies/synthetic/inputs/study_static.csv"));
  assert_non_null(find_file(&m, "studies/synthetic/inputs/study_batteries.csv"));
  const char *first = text_of(&m, "load_profiles/building/load_01.csv");
  const char *last = text_of(&m, "load_profiles/building/load_12.csv");
  assert_string_not_equal(first, last);
  assert_memory_equal(first, last, strlen("timestamp,U01,U02,U03,cp\n"));
  unmake(&m);
}

static void check_times(const rendered *m, const char *path, const hx_synth_spec *spec) {
  table t = table_of(m, path);
  uint32_t steps = 1440 / spec->interval_min;
  assert_string_equal(cell(&t, 0, 0), "timestamp");
  assert_int_equal(t.rows, 1 + spec->days * steps);
  for (uint32_t row = 0; row + 1 < t.rows; row++) {
    hx_date d = hx_date_of(hx_day_number(spec->start_year, 1, 1) + (long)(row / steps));
    uint32_t minute = row % steps * spec->interval_min;
    char expected[64];
    snprintf(expected, sizeof expected, "%d/%02d/%d %u:%02u", d.day, d.month, d.year, minute / 60,
             minute % 60);
    assert_string_equal(cell(&t, row + 1, 0), expected);
  }
  untable(&t);
}

static void test_times_are_regular(void **state) {
  (void)state;
  static const uint32_t intervals[] = {60, 30, 15, 5, 1};
  for (size_t i = 0; i < COUNT_OF(intervals); i++) {
    hx_synth_spec spec = spec_with(1, 1, 70);
    spec.start_year = 2016; /* a leap year */
    spec.interval_min = intervals[i];
    rendered m = make(&spec);
    for (size_t k = 0; k < 5; k++)
      check_times(&m, m.files[k].path, &spec);
    unmake(&m);
  }
}

/* Whether `whole` begins with all of `part`. */
static void assert_begins(const char *whole, const char *part) {
  assert_true(strlen(whole) > strlen(part));
  assert_memory_equal(whole, part, strlen(part));
}

static void test_shorter_series_begin_longer_ones(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(3, 1, 210);
  rendered longer = make(&spec);
  spec.days = 20;
  rendered shorter = make(&spec);
  for (size_t i = 0; i < 5; i++)
    assert_begins(longer.files[i].data, shorter.files[i].data);
  unmake(&longer);
  unmake(&shorter);
}

static void test_neighbours_do_not_matter(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(2, 1, 30);
  rendered few = make(&spec);
  spec.customers = 7;
  rendered many = make(&spec);
  table a = table_of(&few, load_path), b = table_of(&many, load_path);
  for (size_t row = 0; row < a.rows; row++)
    for (size_t c = 0; c <= 2; c++)
      assert_string_equal(cell(&a, row, c), cell(&b, row, c));
  untable(&a);
  untable(&b);
  unmake(&few);
  unmake(&many);
}

/* Means over a load file, kW. */
typedef struct means {
  double household_kwh_a_day, cp_kwh_a_day, night, morning, midday, evening;
} means;

static means means_of(const table *t, const hx_synth_spec *spec) {
  uint32_t steps = 1440 / spec->interval_min;
  double hours = spec->interval_min / 60.0, sums[24] = {0};
  means m = {0};
  for (size_t row = 1; row < t->rows; row++) {
    double sum = 0;
    for (size_t c = 1; c < t->columns; c++) {
      double kwh = number(t, row, c);
      bool is_cp = c + 1 == t->columns;
      assert_true(kwh >= 0);
      assert_true(kwh <= hours * (is_cp ? 2 + 0.6 * spec->customers : 12));
      if (is_cp)
        m.cp_kwh_a_day += kwh / spec->days;
      else
        sum += kwh;
    }
    sums[(row - 1) % steps * spec->interval_min / 60] += sum / spec->customers / spec->days;
  }
  for (int h = 0; h < 24; h++)
    m.household_kwh_a_day += sums[h];
  m.night = (sums[3] + sums[4]) / 2;
  m.morning = (sums[7] + sums[8]) / 2;
  m.midday = (sums[13] + sums[14]) / 2;
  m.evening = (sums[18] + sums[19]) / 2;
  return m;
}

static void test_loads_look_like_households(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(30, 1, 365);
  rendered m = make(&spec);
  table t = table_of(&m, load_path);
  assert_int_equal(t.columns, 32);
  means mean = means_of(&t, &spec);
  assert_true(mean.household_kwh_a_day > 7 && mean.household_kwh_a_day < 13);
  assert_true(mean.cp_kwh_a_day > 1.2 * 30 && mean.cp_kwh_a_day < 3 * 30);
  assert_true(mean.morning > 2 * mean.night);
  assert_true(mean.evening > 1.3 * mean.morning);
  assert_true(mean.evening > 1.8 * mean.midday);
  untable(&t);
  unmake(&m);
}

/* The same people, whatever the interval: energy within what other draws of noise make. */
static void test_energy_does_not_depend_on_interval(void **state) {
  (void)state;
  static const uint32_t intervals[] = {60, 30, 15, 5};
  double kwh[COUNT_OF(intervals)], pv_kwh[COUNT_OF(intervals)];
  for (size_t i = 0; i < COUNT_OF(intervals); i++) {
    hx_synth_spec spec = spec_with(20, 1, 60);
    spec.interval_min = intervals[i];
    rendered m = make(&spec);
    table t = table_of(&m, load_path);
    kwh[i] = means_of(&t, &spec).household_kwh_a_day;
    untable(&t);
    t = table_of(&m, "pv_profiles/pv_1kW.csv");
    pv_kwh[i] = 0;
    for (size_t row = 1; row < t.rows; row++)
      pv_kwh[i] += number(&t, row, 1);
    untable(&t);
    unmake(&m);
  }
  for (size_t i = 1; i < COUNT_OF(intervals); i++) {
    assert_true(fabs(kwh[i] / kwh[0] - 1) < 0.06);
    assert_true(fabs(pv_kwh[i] / pv_kwh[0] - 1) < 0.06);
  }
}

static void test_pv_follows_the_sun(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(9, 1, 365);
  rendered m = make(&spec);
  table t = table_of(&m, "pv_profiles/pv_1kW.csv");
  double year = 0, january = 0, june = 0, forenoon = 0, afternoon = 0;
  for (size_t row = 1; row < t.rows; row++) {
    double kwh = number(&t, row, 1), hour = (double)((row - 1) % 48) / 2;
    size_t day = (row - 1) / 48;
    assert_true(kwh >= 0 && kwh <= 0.5);
    if (hour < 4.5 || hour >= 19.5)
      assert_true(kwh == 0);
    year += kwh;
    january += day < 31 ? kwh : 0;
    june += day >= 151 && day < 181 ? kwh : 0;
    *(hour < 12 ? &forenoon : &afternoon) += kwh;
  }
  assert_true(year > 1200 && year < 1550);
  assert_true(january > 1.3 * june);
  assert_true(fabs(forenoon / afternoon - 1) < 0.2);
  untable(&t);

  /* Owners by name, cp first; every household named is one of the load file. */
  t = table_of(&m, "pv_profiles/pv_ind.csv");
  table loads = table_of(&m, load_path);
  assert_int_equal(t.columns, 1 + 1 + 3);
  assert_string_equal(cell(&t, 0, 1), "cp");
  for (size_t c = 1; c < t.columns; c++)
    assert_int_not_equal(column_of(&loads, cell(&t, 0, c)), NO_COLUMN);
  untable(&loads);
  untable(&t);
  t = table_of(&m, "pv_profiles/pv_central.csv");
  assert_string_equal(cell(&t, 0, 1), "central");
  untable(&t);
  unmake(&m);
}

static void test_dates(void **state) {
  (void)state;
  for (long day = -1000; day < 60000; day++) {
    hx_date d = hx_date_of(day);
    assert_int_equal(hx_day_number(d.year, d.month, d.day), day);
  }
  assert_int_equal(hx_day_number(1970, 1, 1), 0);
  assert_int_equal(hx_day_number(2000, 3, 1), 11017);
  assert_int_equal(hx_weekday(hx_day_number(2013, 1, 1)), 1);
  assert_int_equal(hx_weekday(-1), 2);
  assert_int_equal(hx_day_of_year(hx_day_number(2016, 12, 31)), 365);
  assert_true(hx_synth_day_off(hx_day_number(2013, 12, 25)));
  assert_false(hx_synth_day_off(hx_day_number(2013, 12, 24)));
}

/* Official changes of both regions. */
static void test_daylight_saving(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(1, 1, 1826);
  spec.start_year = 2028;
  rendered m = make(&spec);
  table t = table_of(&m, "reference/dst_lookup.csv");
  assert_string_equal(cell(&t, 1, 0), "2010");
  assert_string_equal(cell(&t, t.rows - 1, 0), "2032");
  static const struct {
    const char *year, *column, *expected;
  } known[] = {
      {"2013", "nsw_start", "6/10/2013 2:00"}, {"2013", "nsw_end", "7/04/2013 2:00"},
      {"2017", "nsw_start", "1/10/2017 2:00"}, {"2018", "nsw_end", "1/04/2018 2:00"},
      {"2015", "eu_start", "29/03/2015 2:00"}, {"2015", "eu_end", "25/10/2015 2:00"},
      {"2016", "eu_start", "27/03/2016 2:00"}, {"2021", "eu_end", "31/10/2021 2:00"},
  };
  for (size_t i = 0; i < COUNT_OF(known); i++) {
    size_t row = 1;
    while (strcmp(cell(&t, row, 0), known[i].year) != 0)
      row++;
    assert_string_equal(field(&t, row, known[i].column), known[i].expected);
  }
  untable(&t);
  unmake(&m);
}

static void test_portable_math(void **state) {
  (void)state;
  for (double x = -40; x < 40; x += 0.0137) {
    assert_true(fabs(hx_synth_sin(x) - sin(x)) < 1e-8);
    assert_true(fabs(hx_synth_cos(x) - cos(x)) < 1e-8);
    assert_true(fabs(hx_synth_exp(x) / exp(x) - 1) < 1e-8);
  }
  assert_true(hx_synth_exp(0) == 1);
  assert_true(hx_synth_exp(-1000) == 0);
}

static void test_spec_is_checked(void **state) {
  (void)state;
  hx_synth_spec good;
  hx_synth_defaults(&good);
  pvs_error error = {0};
  assert_int_equal(hx_synth_check(&good, &error), PVS_OK);
  static const struct {
    const char *column;
    size_t offset;
    uint32_t value;
  } bad[] = {
      {"customers", offsetof(hx_synth_spec, customers), 0},
      {"customers", offsetof(hx_synth_spec, customers), HX_SYNTH_MAX_CUSTOMERS + 1},
      {"scenarios", offsetof(hx_synth_spec, scenarios), 0},
      {"days", offsetof(hx_synth_spec, days), 0},
      {"load_files", offsetof(hx_synth_spec, load_files), 100},
      {"flows", offsetof(hx_synth_spec, flows), 37},
      {"interval_min", offsetof(hx_synth_spec, interval_min), 20},
      {"kinds", offsetof(hx_synth_spec, kinds), 8},
  };
  for (size_t i = 0; i < COUNT_OF(bad); i++) {
    hx_synth_spec spec = good;
    memcpy((char *)&spec + bad[i].offset, &bad[i].value, sizeof bad[i].value);
    error = (pvs_error){0};
    rendered none = {0};
    assert_int_equal(hx_synth_render(&spec, collect, &none, &error), PVS_BAD_VALUE);
    assert_string_equal(error.column, bad[i].column);
    assert_non_null(strstr(error.message, "expected"));
    assert_int_equal(none.count, 0);
  }
}

/* Fails on the n-th piece. */
static pvs_code refuse(void *ctx, const char *path, const char *bytes, size_t size) {
  int *left = ctx;
  (void)path;
  (void)bytes;
  (void)size;
  assert_true(*left >= 0); /* not asked again after a refusal */
  return (*left)-- > 0 ? PVS_OK : PVS_IO;
}

static void test_sink_can_stop(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(8, 5, 400);
  for (int pieces = 0; pieces < 14; pieces++) {
    int left = pieces;
    pvs_error error = {0};
    assert_int_equal(hx_synth_render(&spec, refuse, &left, &error), PVS_IO);
    assert_int_equal(left, -1);
    assert_int_equal(error.code, PVS_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes_are_fixed),
      cmocka_unit_test(test_seed_changes_loads_and_weather),
      cmocka_unit_test(test_layout),
      cmocka_unit_test(test_times_are_regular),
      cmocka_unit_test(test_shorter_series_begin_longer_ones),
      cmocka_unit_test(test_neighbours_do_not_matter),
      cmocka_unit_test(test_loads_look_like_households),
      cmocka_unit_test(test_energy_does_not_depend_on_interval),
      cmocka_unit_test(test_pv_follows_the_sun),
      cmocka_unit_test(test_dates),
      cmocka_unit_test(test_daylight_saving),
      cmocka_unit_test(test_portable_math),
      cmocka_unit_test(test_spec_is_checked),
      cmocka_unit_test(test_sink_can_stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
