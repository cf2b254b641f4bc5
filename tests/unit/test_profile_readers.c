/* The fast reader against the slow one, on large files and on odd ones. */
#include "unit/profile_support.h"

static void test_readers_agree_on_files_of_all_shapes(void **state) {
  (void)state;
  static const struct {
    uint32_t series, steps, interval_s;
  } shapes[] = {{1, 2, 1800},   {1, 9000, 1800}, {2, 9, 60},      {3, 700, 86400},  {7, 1999, 1800},
                {18, 500, 900}, {72, 257, 1800}, {500, 40, 3600}, {2000, 11, 1800}, {4, 64, 1}};
  uint64_t seed = 5;
  for (size_t i = 0; i < COUNT_OF(shapes); i++) {
    for (int style = 0; style < STYLES; style++) {
      const char *line_end = i % 2 == 0 ? "\n" : "\r\n";
      if (shapes[i].interval_s % 60 != 0 && style < DD_MM_YYYY) {
        continue;
      }
      text file = {0};
      add(&file, "timestamp");
      for (uint32_t j = 0; j < shapes[i].series; j++) {
        add(&file, ",c%u", j);
      }
      pvs_time time = at("2015-12-25 21:00:00");
      for (uint32_t step = 0; step < shapes[i].steps; step++) {
        add(&file, "%s", line_end);
        add_time(&file, style, time);
        for (uint32_t j = 0; j < shapes[i].series; j++) {
          add(&file, ",");
          add_number(&file, &seed);
        }
        time += shapes[i].interval_s;
      }
      assert_readers_agree(&file); /* without a last line end, the mapping ends with the number */
      add(&file, "%s", line_end);
      assert_readers_agree(&file);
      free(file.data);
    }
  }
}

/* Digits, with a point before digit `point` of them; without one when it is `digits` or more. */
static void add_digits(text *file, uint32_t digits, uint32_t point, uint64_t *seed) {
  for (uint32_t i = 0; i < digits; i++) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    add(file, "%s%u", i == point ? "." : "", (unsigned)(*seed >> 60) % 10);
  }
  add(file, "%s", point == digits + 1 ? "." : "");
}

/* A column for every number of digits and place of the point: where all of a column are short they
 * are read another way than where one is long. `odd` stands instead of one number. */
static text file_of_lengths(uint32_t steps, const char *line_end, uint32_t odd_step,
                            uint32_t odd_column, const char *odd) {
  enum { DIGITS_MAX = 10 };
  text file = {0};
  uint64_t seed = 17;
  add(&file, "timestamp");
  for (uint32_t digits = 1; digits <= DIGITS_MAX; digits++) {
    for (uint32_t point = 0; point <= digits + 1; point++) {
      add(&file, ",d%u_%u", digits, point);
    }
  }
  for (uint32_t step = 0; step < steps; step++) {
    add(&file, "%s", line_end);
    add_time(&file, D_MM_YYYY, at("2013-01-01 00:00:00") + (pvs_time)step * 1800);
    uint32_t column = 0;
    for (uint32_t digits = 1; digits <= DIGITS_MAX; digits++) {
      for (uint32_t point = 0; point <= digits + 1; point++, column++) {
        add(&file, ",");
        if (odd != NULL && step == odd_step && column == odd_column) {
          add(&file, "%s", odd);
        } else {
          add_digits(&file, digits, point, &seed);
        }
      }
    }
  }
  return file;
}

static void test_numbers_of_all_lengths(void **state) {
  (void)state;
  for (uint32_t steps = 2; steps < 60; steps++) {
    text file = file_of_lengths(steps, steps % 2 == 0 ? "\n" : "\r\n", 0, 0, NULL);
    assert_readers_agree(&file);
    free(file.data);
  }
}

/* The same values or the same error. */
static void assert_same_outcome(const text *file) {
  pvs_profile fast, slow;
  pvs_error fast_error = {0}, slow_error = {0};
  const pvs_code code =
      pvs_profile_parse(&fast, NULL, "p.csv", file->data, file->length, &fast_error);
  assert_int_equal(
      code, pvs_profile_parse_slow(&slow, NULL, "p.csv", file->data, file->length, &slow_error));
  assert_memory_equal(&fast_error, &slow_error, sizeof fast_error);
  if (code == PVS_OK) {
    assert_levels_agree(file, &slow);
    assert_same_profile(&fast, &slow);
    pvs_profile_deinit(&fast);
    pvs_profile_deinit(&slow);
  } else {
    assert_int_equal(assert_levels_agree(file, NULL), 0);
  }
}

static void test_one_odd_number_among_many(void **state) {
  (void)state;
  enum { STEPS = 40, COLUMNS = 75 };
  static const char *const odd[] = {
      "",      " ",    ".",     "..",  "1.2.3",   "1 ",       " 1",        "+1",   "-1",
      "-",     "1e2",  "1e",    "0x1", "1\r",     "1\r2",     "1\t",       "1\n",  "1\n2",
      "1;2",   "1/2",  "1:2",   "12a", "1234567", "12345678", "123456.78", "1,2",  "1\"2",
      "\"1\"", "\xff", "1\xb0", "nan", "1e999",   "1.\r\n",   "0000000",   "1\r\r"};
  static const uint32_t columns[] = {0, 5, COLUMNS - 1};
  for (size_t i = 0; i < COUNT_OF(odd); i++) {
    for (uint32_t step = 0; step < STEPS; step += 19) {
      for (size_t c = 0; c < COUNT_OF(columns); c++) {
        text file = file_of_lengths(STEPS, "\n", step, columns[c], odd[i]);
        assert_same_outcome(&file);
        free(file.data);
      }
    }
  }
}

/* Instead of 23:00. */
static void test_odd_clocks(void **state) {
  (void)state;
  static const char *const clocks[] = {
      "23:00",  "22:60",   "24:00",    "1A:00",    "1:300",  "23.00",      "3:00",
      "023:00", "23:0",    "23:00:00", "23:00:60", "23:",    "22:59:60",   "23:00:0a",
      "/3:00",  "2::00",   "23:5:",    "23:00:",   "23:00 ", "23;00",      "2?:00",
      "29:00",  "23:00:1", "",         "2",        "23",     "\xb2\xb3:00"};
  for (size_t i = 0; i < COUNT_OF(clocks); i++) {
    for (unsigned style = 0; style < 2; style++) {
      text file = {0};
      add(&file, "timestamp,a,b");
      for (unsigned row = 0; row < 96; row++) {
        add(&file, style == 0 ? "\n%u/1/13 " : "\n2013-01-%02u ", row / 48 + 1);
        if (row == 46) {
          add(&file, "%s", clocks[i]);
        } else {
          add(&file, style == 0 ? "%u:%02u" : "%02u:%02u:00", row % 48 / 2, row % 2 * 30);
        }
        add(&file, ",0.%u,1.5", row);
      }
      assert_same_outcome(&file);
      free(file.data);
    }
  }
}

/* Six digits of `number` with a point before digit `point` of them, and a comma before it. */
static char *put_number(char *p, unsigned number, unsigned point) {
  enum { DIGITS = 6 };
  *p = ',';
  for (unsigned i = DIGITS; i-- > 0; number /= 10) {
    p[1 + i + (i >= point)] = (char)('0' + number % 10);
  }
  p[1 + point] = '.';
  return p + DIGITS + 2;
}

/* What is read is the quotient rounded once, for all that a field of 7 bytes can say; with sanitizers,
 * which make this slow and add nothing for further numbers, for one in eleven. */
#ifdef __SANITIZE_ADDRESS__
enum { NUMBERS_APART = 11 };
#else
enum { NUMBERS_APART = 1 };
#endif

static void test_every_short_number_with_a_point(void **state) {
  (void)state;
  enum { SERIES = 100, ROWS = 10000 / NUMBERS_APART, CELL = 8, TIME_MAX = 32 };
  static const double powers[] = {1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1e0};
  text file = {0};
  add(&file, "timestamp");
  for (unsigned i = 0; i < SERIES; i++) {
    add(&file, ",c%u", i);
  }
  const size_t header = file.length;
  file.data = realloc(file.data, header + ROWS * (SERIES * CELL + TIME_MAX));
  assert_non_null(file.data);
  for (unsigned point = 0; point <= 6; point++) {
    file.length = header;
    file.capacity = header + ROWS * (SERIES * CELL + TIME_MAX);
    for (unsigned row = 0; row < ROWS; row++) {
      add(&file, "\n");
      add_time(&file, ISO, at("2013-01-01 00:00:00") + (pvs_time)row * 60);
      char *p = file.data + file.length;
      for (unsigned i = 0; i < SERIES; i++) {
        p = put_number(p, (row * SERIES + i) * NUMBERS_APART, point);
      }
      file.length = (size_t)(p - file.data);
    }
    for (size_t level = 0; level < LEVELS; level++) {
      pvs_profile profile;
      pvs_profile_range all;
      assert_true(pvs_profile_fast_open(&profile, "p.csv", file.data, file.length, &all, 1));
      assert_true(pvs_profile_fast_read_by(&profile, &all, level_number(level)));
      for (unsigned row = 0; row < ROWS; row++) {
        for (unsigned i = 0; i < SERIES; i++) {
          const double expected = (row * SERIES + i) * NUMBERS_APART / powers[point];
          if (pvs_profile_series(&profile, i)[row] != expected) {
            fail_msg("%.17g, expected %.17g", pvs_profile_series(&profile, i)[row], expected);
          }
        }
      }
      pvs_profile_deinit(&profile);
    }
  }
  free(file.data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_readers_agree_on_files_of_all_shapes),
      cmocka_unit_test(test_numbers_of_all_lengths),
      cmocka_unit_test(test_one_odd_number_among_many),
      cmocka_unit_test(test_odd_clocks),
      cmocka_unit_test(test_every_short_number_with_a_point),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
