#include "input/profile.h"
#include "input/profile_fast.h"
#include "input/profile_values.h"
#include "unit/profile_support.h"

#include <stdlib.h>

#define BYTES(literal) literal, sizeof(literal) - 1

typedef pvs_code (*parse_function)(pvs_profile *profile, const pvs_profile_rules *rules,
                                   const char *path, const char *data, size_t size,
                                   pvs_error *error);

/* Whatever is said here of one reader holds for the other. */
static const parse_function readers[] = {pvs_profile_parse, pvs_profile_parse_slow};

static void test_plain_file(void **state) {
  (void)state;
  static const char data[] = "timestamp,A01,A 02,cp\n"
                             "1/01/2013 23:30,0.186,-1,2.5\n"
                             "2/01/2013 0:00,12,1e-3,0\n"
                             "2/01/2013 0:30,0.18600000000000003,.5,7.\n";
  static const double expected[3][3] = {
      {0.186, 12, 0.18600000000000003}, {-1, 1e-3, .5}, {2.5, 0, 7}};
  for (size_t r = 0; r < COUNT_OF(readers); r++) {
    pvs_profile profile;
    pvs_error error = {0};
    assert_int_equal(readers[r](&profile, NULL, "p.csv", BYTES(data), &error), PVS_OK);
    assert_string_equal(profile.path, "p.csv");
    assert_int_equal(profile.n_series, 3);
    assert_int_equal(profile.steps, 3);
    assert_int_equal(profile.stride, 8);
    assert_int_equal(profile.interval_s, 1800);
    assert_int_equal(profile.start, at("2013-01-01 23:30:00"));
    assert_string_equal(profile.names[1], "A 02");
    for (uint32_t i = 0; i < 3; i++) {
      const double *series = pvs_profile_series(&profile, i);
      assert_int_equal((uintptr_t)series % PVS_ALIGN, 0);
      for (uint32_t j = 0; j < profile.stride; j++) {
        assert_true(bits_of(series[j]) == bits_of(j < 3 ? expected[i][j] : 0));
      }
    }
    pvs_profile_deinit(&profile);
  }
}

static void test_accepted_dialects(void **state) {
  (void)state;
  static const char *const files[] = {
      "timestamp,a\n1/1/13 0:00,1\n1/1/13 0:30,2\n",
      "timestamp,a\r\n1/1/13 0:00,1\r\n1/1/13 0:30,2\r\n",
      "timestamp,a\r\n1/1/13 0:00,1\n1/1/13 0:30,2",
      "\xef\xbb\xbftimestamp,a\n1/1/13 0:00,1\n1/1/13 0:30,2",
      " timestamp , a\n1/1/13 0:00 , 1 \n1/1/13 0:30,\t2",
      "\"timestamp\",\"a\"\n\"1/1/13 0:00\",\"1\"\n1/1/13 0:30,2\n",
      "timestamp,a\n\n1/1/13 0:00,1\n \n1/1/13 0:30,2\n\n\r\n",
      "timestamp,a,\n1/1/13 0:00,1,\n1/1/13 0:30,2,\n",
      "timestamp,,a\n1/1/13 0:00,,1\n1/1/13 0:30,,2\n",
      "timestamp,a\n2013-01-01 00:00:00,1\n1/1/13 0:30,2\n",
      "timestamp,a\n01/01/2013 00:00:00,1\n2013-01-01 00:30,2\n",
      "timestamp,a\n1/1/13 0:00,1.0000000000000000000000\n1/1/13 0:30,20e-1\n",
      "timestamp,a\n1/1/13 0:00,+1\n1/1/13 0:30,0002.0000\n",
  };
  for (size_t i = 0; i < COUNT_OF(files); i++) {
    for (size_t r = 0; r < COUNT_OF(readers); r++) {
      pvs_profile profile;
      pvs_error error = {0};
      if (readers[r](&profile, NULL, "p.csv", files[i], strlen(files[i]), &error) != PVS_OK) {
        fail_msg("file %zu, reader %zu: row %ld: %s", i, r, error.row, error.message);
      }
      assert_int_equal(profile.n_series, 1);
      assert_int_equal(profile.steps, 2);
      assert_int_equal(profile.start, at("2013-01-01 00:00:00"));
      assert_string_equal(profile.names[0], "a");
      assert_true(profile.values[0] == 1 && profile.values[1] == 2);
      assert_true(profile.values[2] == 0 && profile.values[7] == 0);
      pvs_profile_deinit(&profile);
    }
  }
}

#define HEAD "timestamp,a,cp\n"
#define ROWS "1/01/2013 0:00,1,2\n1/01/2013 0:30,3,4\n"

static void test_faults_are_located(void **state) {
  (void)state;
  static const struct {
    const char *data;
    size_t size;
    pvs_code code;
    const char *text;
  } cases[] = {
      {BYTES(""), PVS_EMPTY, "p.csv: the file is empty, expected a header row"},
      {BYTES("time,a\n"), PVS_MISSING_COLUMN,
       "p.csv: row 1, column 1: the first column is \"time\", expected \"timestamp\""},
      {BYTES("Timestamp,a\n" ROWS), PVS_MISSING_COLUMN,
       "p.csv: row 1, column 1: the first column is \"Timestamp\", expected \"timestamp\""},
      {BYTES("timestamp\n1/1/13 0:00\n"), PVS_MISSING_COLUMN,
       "p.csv: row 1: no series, expected at least one named column beside \"timestamp\""},
      {BYTES("timestamp,a,a\n" ROWS), PVS_DUPLICATE,
       "p.csv: row 1, column a: \"a\" heads two columns, expected each name once"},
      {BYTES("timestamp,a,\n" ROWS), PVS_BAD_VALUE,
       "p.csv: row 2, column 3: \"2\" in a column without a name, expected a header"},
      {BYTES(HEAD), PVS_EMPTY, "p.csv: a header alone, expected rows below it"},
      {BYTES(HEAD "1/01/2013 0:00,1,2\n"), PVS_EMPTY,
       "p.csv: one row, expected at least two (they tell the interval)"},
      {BYTES(HEAD ROWS "31/02/2013 1:00,5,6\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"31/02/2013 1:00\", expected a time such as 31/12/2013 "
       "23:30 or 2013-12-31 23:30:00"},
      {BYTES(HEAD ROWS ",1,2\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"\", expected a time such as 31/12/2013 23:30 or "
       "2013-12-31 23:30:00"},
      {BYTES(HEAD ROWS "1/01/2013 1:30,5,6\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"1/01/2013 1:30\" leaves a gap, expected 2013-01-01 "
       "01:00:00, 1800 s after the row before"},
      {BYTES(HEAD ROWS "1/01/2013 0:30,5,6\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"1/01/2013 0:30\" is there twice, expected 2013-01-01 "
       "01:00:00, 1800 s after the row before"},
      {BYTES(HEAD ROWS "1/01/2013 0:00,5,6\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"1/01/2013 0:00\" goes back, expected 2013-01-01 "
       "01:00:00, "
       "1800 s after the row before"},
      {BYTES("timestamp,a\n7/10/2018 0:00,1\n7/10/2018 1:00,1\n7/10/2018 3:00,1\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"7/10/2018 3:00\" leaves a gap, expected 2018-10-07 "
       "02:00:00, 3600 s after the row before; do clocks change here? Expected is standard time "
       "all "
       "year"},
      {BYTES("timestamp,a\n1/04/2018 2:00,1\n1/04/2018 2:30,1\n1/04/2018 2:00,1\n"), PVS_BAD_TIME,
       "p.csv: row 4, column timestamp: \"1/04/2018 2:00\" goes back, expected 2018-04-01 "
       "03:00:00, 1800 s after the row before; do clocks change here? Expected is standard time "
       "all "
       "year"},
      {BYTES(HEAD "1/01/2013 0:00,1,2\n1/01/2013 0:00,3,4\n"), PVS_BAD_TIME,
       "p.csv: row 3, column timestamp: \"1/01/2013 0:00\" does not follow the row before, "
       "expected "
       "times at a regular interval"},
      {BYTES(HEAD "1/01/2013 0:00,1,2\n1/01/2913 0:00,3,4\n"), PVS_BAD_TIME,
       "p.csv: row 3, column timestamp: \"1/01/2913 0:00\" does not follow the row before, "
       "expected "
       "times at a regular interval"},
      {BYTES(HEAD "1/31/2013 23:30,1,2\n2/01/2013 0:00,3,4\n"), PVS_BAD_TIME,
       "p.csv: row 2, column timestamp: the dates of this file can only be month-first (US), "
       "expected day-first dates such as 31/12/2013, or 2013-12-31"},
      {BYTES(HEAD "1/12/2013 23:30,1,2\n1/13/2013 0:00,3,4\n1/13/2013 0:30,3,4\n"), PVS_BAD_TIME,
       "p.csv: row 3, column timestamp: the dates of this file can only be month-first (US), "
       "expected day-first dates such as 31/12/2013, or 2013-12-31"},
      {BYTES(HEAD "2013-04-06T23:30+11:00,1,2\n2013-04-07T00:00+10:00,3,4\n"), PVS_BAD_TIME,
       "p.csv: row 3, column timestamp: \"2013-04-07T00:00+10:00\" has another time zone than the "
       "first row, expected local standard time throughout"},
      {BYTES("timestamp;a\n1/01/2013 0:00;1\n"), PVS_SYNTAX,
       "p.csv: row 1: a header separated by semicolons, expected commas between columns (and "
       "decimal points, not commas, in numbers)"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,\"0,5\",6\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column a: \"0,5\", expected a number with a decimal point, not a comma"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,,6\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column a: a blank cell, expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column cp: a blank cell, expected a number"},
      {BYTES(HEAD ROWS "\n1/01/2013 1:00,5,six\n"), PVS_BAD_VALUE,
       "p.csv: row 5, column cp: \"six\", expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,nan,6\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column a: \"nan\", expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,inf\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column cp: \"inf\", expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,1e999"), PVS_BAD_VALUE,
       "p.csv: row 4, column cp: \"1e999\", expected a number of at most 1e+09 in size"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,1-2,6\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column a: \"1-2\", expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,1.2.3,6\n"), PVS_BAD_VALUE,
       "p.csv: row 4, column a: \"1.2.3\", expected a number"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5\n"), PVS_SYNTAX,
       "p.csv: row 4: 2 fields, expected 3 as in the header"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,6,7\n"), PVS_SYNTAX,
       "p.csv: row 4: 4 fields, expected 3 as in the header"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,6,\n"), PVS_SYNTAX,
       "p.csv: row 4: 4 fields, expected 3 as in the header"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,5,\0\n"), PVS_SYNTAX,
       "p.csv: row 4, column 3: a NUL byte, expected text"},
      {BYTES(HEAD ROWS "1/01/2013 1:00,\"5,6\n"), PVS_SYNTAX,
       "p.csv: row 4, column 2: a quote that is never closed"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    for (size_t r = 0; r < COUNT_OF(readers); r++) {
      pvs_profile profile;
      pvs_error error = {0};
      assert_int_equal(readers[r](&profile, NULL, "p.csv", cases[i].data, cases[i].size, &error),
                       cases[i].code);
      assert_error_text(&error, cases[i].text);
      assert_null(profile.values); /* nothing is held: nothing to deinit */
      assert_null(profile.arena.chunks);
    }
  }
}

static void test_ranges_make_the_whole(void **state) {
  (void)state;
  enum { STEPS = 1000, SERIES = 5, RANGES_MAX = 13 };
  text file = {0};
  uint64_t seed = 9;
  add(&file, "timestamp,a,b,c,d,e\n");
  for (uint32_t step = 0; step < STEPS; step++) {
    add_time(&file, D_MM_YYYY, at("2013-01-01 00:00:00") + (pvs_time)step * 1800);
    for (uint32_t i = 0; i < SERIES; i++) {
      add(&file, ",");
      add_number(&file, &seed);
    }
    add(&file, "\n");
  }
  pvs_profile slow;
  pvs_error error = {0};
  assert_int_equal(pvs_profile_parse_slow(&slow, NULL, "p.csv", file.data, file.length, &error),
                   PVS_OK);
  for (size_t n_ranges = 1; n_ranges <= RANGES_MAX; n_ranges++) {
    pvs_profile fast;
    pvs_profile_range ranges[RANGES_MAX];
    assert_true(pvs_profile_fast_open(&fast, "p.csv", file.data, file.length, ranges, n_ranges));
    uint32_t next = 0;
    for (size_t i = 0; i < n_ranges; i++) {
      assert_int_equal(ranges[i].first_step, next);
      next += ranges[i].steps;
    }
    assert_int_equal(next, STEPS);
    for (size_t i = n_ranges; i-- > 0;) {
      assert_true(pvs_profile_fast_read(&fast, &ranges[i]));
    }
    assert_memory_equal(fast.values, slow.values,
                        (size_t)slow.n_series * slow.stride * sizeof *slow.values);
    pvs_profile_deinit(&fast);
  }
  pvs_profile_deinit(&slow);
  free(file.data);
}

/* What the times of a file leave open is told, by both readers, once. */
static void test_open_times_are_told(void **state) {
  (void)state;
  static const struct {
    const char *data, *expected; /* NULL: nothing to tell */
  } cases[] = {
      {"timestamp,a\n5/04/2013 0:00,1\n5/04/2013 0:30,2\n",
       "p.csv: row 2, column timestamp: all rows are of one date that may be day-first or "
       "month-first: read as day-first, 2013-04-05; a date such as 2013-12-31 cannot be mistaken"},
      {"timestamp,a\n4/04/2013 0:00,1\n4/04/2013 0:30,2\n", NULL},
      {"timestamp,a\n15/04/2013 0:00,1\n15/04/2013 0:30,2\n", NULL},
      {"timestamp,a\n2013-04-05 0:00,1\n2013-04-05 0:30,2\n", NULL},
      {"timestamp,a\n5/04/2013 23:30,1\n6/04/2013 0:00,2\n", NULL},
      {"timestamp,a\n2013-04-05T00:00Z,1\n2013-04-05T00:30Z,2\n",
       "p.csv: row 2, column timestamp: times are marked as UTC: taken as they are for local "
       "standard time, which is what tariffs and daylight saving go by"},
      {"timestamp,a\n2013-04-05T00:00+10:00,1\n2013-04-05T00:30+10:00,2\n", NULL},
      {"timestamp,a\n2013-04-05T00:00:00.5,1\n2013-04-05T00:30:00.5,2\n",
       "p.csv: row 2, column timestamp: fractions of a second are left out"},
      {"a,timestamp\n1,2013-04-05T00:00:00.000\n2,2013-04-05T00:30:00.000\n,\n", NULL},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    for (size_t r = 0; r < COUNT_OF(readers); r++) {
      pvs_arena arena;
      pvs_notes notes;
      pvs_arena_init(&arena);
      pvs_notes_init(&notes, &arena, false);
      const pvs_profile_rules rules = {.notes = &notes};
      pvs_profile profile;
      assert_int_equal(
          readers[r](&profile, &rules, "p.csv", cases[i].data, strlen(cases[i].data), NULL),
          PVS_OK);
      assert_true(profile.steps == 2 && profile.values[0] == 1 && profile.values[1] == 2);
      assert_int_equal(notes.items.count, cases[i].expected != NULL);
      if (cases[i].expected != NULL) {
        assert_string_equal(notes.items.items[0].text, cases[i].expected);
      }
      pvs_profile_deinit(&profile);
      pvs_notes_deinit(&notes);
      pvs_arena_deinit(&arena);
    }
}

static void test_more_ranges_than_rows(void **state) {
  (void)state;
  static const char data[] = "timestamp,a\n1/1/13 0:00,1\n1/1/13 0:30,2";
  pvs_profile profile;
  pvs_profile_range ranges[9];
  assert_true(pvs_profile_fast_open(&profile, "p.csv", BYTES(data), ranges, COUNT_OF(ranges)));
  uint32_t steps = 0;
  for (size_t i = 0; i < COUNT_OF(ranges); i++) {
    steps += ranges[i].steps;
    assert_true(pvs_profile_fast_read(&profile, &ranges[i]));
  }
  assert_int_equal(steps, 2);
  assert_true(profile.values[0] == 1 && profile.values[1] == 2);
  pvs_profile_deinit(&profile);
}

/* The fast way must be taken where it should be: all other tests would pass without it. */
static void test_plain_files_are_read_fast(void **state) {
  (void)state;
  static const char *const plain[] = {
      "timestamp,a,b\n1/01/2013 0:00,0.186,2\n1/01/2013 0:30,1e-5,-4\n",
      "\xef\xbb\xbftimestamp,a\r\n2013-01-01 00:00:00,1\r\n2013-01-01 00:30:00,2",
  };
  static const char *const odd[] = {
      "timestamp,a\n1/1/13 0:00,\"1\"\n1/1/13 0:30,2\n",
      "timestamp,a,\n1/1/13 0:00,1,\n1/1/13 0:30,2,\n",
      "timestamp,a\n1/1/13 0:00,1\n\n1/1/13 0:30,2\n",
      "timestamp,a\n1/1/13 0:00,1\n1/1/13 0:30,2\n1/1/13 1:30,2\n",
  };
  for (size_t i = 0; i < COUNT_OF(plain) + COUNT_OF(odd); i++) {
    const bool is_plain = i < COUNT_OF(plain);
    const char *data = is_plain ? plain[i] : odd[i - COUNT_OF(plain)];
    pvs_profile profile;
    pvs_profile_range range;
    const bool fast = pvs_profile_fast_open(&profile, "p.csv", data, strlen(data), &range, 1) &&
                      pvs_profile_fast_read(&profile, &range);
    assert_int_equal(fast, is_plain);
    pvs_profile_deinit(&profile);
  }
}

static void test_readers_of_values_agree(void **state) {
  (void)state;
  static const char *const numbers[] = {
      "0",
      "12345678",
      "1234567",
      "-0.5",
      "0.186",
      ".1",
      "1.",
      "0.12345678901234",
      "0.123456789012345",
      "0.1234567890123456",
      "0.12345678901234567",
      "12.12345678901234567",
      "123.1234567890123456",
      "999.9999999999999999",
      "1234.123456789012345",
      "9999999999999999",
      "99999999999999999",
      "9999999999999999999",
      "99999999999999999999",
      "123456789012345678.25",
      "0.00000000000000000000",
      "0.000000000000000000001",
      "000000000000000000000001",
      "9007199254740993",
      "9007199254740992.5",
      "900719925474099.35",
      "1.00000000000000011102230246251565404236316680908203125",
      "1e5",
      "0.1234567890123456e-7",
  };
  for (size_t i = 0; i < COUNT_OF(numbers); i++) {
    const double expected = strtod(numbers[i], NULL);
    for (size_t padding = 0; padding < 48; padding++) { /* near the end, and far from it */
      char data[256] = "timestamp,aaaaaaaaaaaaaaaaaaaa,";
      const size_t before = strlen(data) - 1;
      strcat(data, numbers[i]);
      const size_t length = strlen(data);
      memset(data + length, padding % 2 == 0 ? '\n' : ',', padding);
      const pvs_values_reader both[] = {pvs_values_read_portable, pvs_values_reader_best()};
      for (size_t j = 0; j < COUNT_OF(both); j++) {
        double value = -1;
        const char *end = both[j](data + before, data + length + padding, 1, &value);
        if (end != data + length || bits_of(value) != bits_of(expected)) {
          fail_msg("reader %zu: \"%s\": %a, expected %a", j, numbers[i], value, expected);
        }
      }
    }
  }
}

/* ---- time index ---- */

static void test_same_time(void **state) {
  (void)state;
  const pvs_profile a = {
      .path = "a.csv", .steps = 4, .interval_s = 1800, .start = at("2013-01-01 00:00:00")};
  pvs_profile b = a;
  b.path = "b.csv";
  pvs_error error = {0};
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_OK);

  b.start += 86400;
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_MISMATCH);
  assert_error_text(&error, "b.csv: row 2, column timestamp: 2013-01-02 00:00:00, expected "
                            "2013-01-01 00:00:00, as in a.csv");
  b.start = a.start;
  b.interval_s = 3600;
  error = (pvs_error){0};
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_MISMATCH);
  assert_error_text(&error, "b.csv: row 3, column timestamp: 2013-01-01 01:00:00, expected "
                            "2013-01-01 00:30:00, as in a.csv");
  b.interval_s = a.interval_s;
  b.steps = 3;
  error = (pvs_error){0};
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_MISMATCH);
  assert_error_text(&error,
                    "b.csv: row 5, column timestamp: the end, expected 2013-01-01 01:30:00, "
                    "as in a.csv");
  b.steps = 5;
  error = (pvs_error){0};
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_MISMATCH);
  assert_error_text(&error,
                    "b.csv: row 6, column timestamp: 2013-01-01 02:00:00, expected the end, "
                    "as in a.csv");
  b = a;
  b.path = "b.csv";
  b.has_zone = true;
  b.zone_s = -(3 * 3600 + 1800);
  error = (pvs_error){0};
  assert_int_equal(pvs_profile_same_time(&a, &b, &error), PVS_OK);
  assert_int_equal(pvs_profile_same_time(&b, &b, &error), PVS_OK);
  pvs_profile c = b;
  c.path = "c.csv";
  c.zone_s = 10 * 3600;
  assert_int_equal(pvs_profile_same_time(&b, &c, &error), PVS_MISMATCH);
  assert_error_text(&error, "c.csv: row 2, column timestamp: times of the zone +10:00, expected "
                            "-03:30, as in b.csv");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_file),
      cmocka_unit_test(test_accepted_dialects),
      cmocka_unit_test(test_faults_are_located),
      cmocka_unit_test(test_ranges_make_the_whole),
      cmocka_unit_test(test_open_times_are_told),
      cmocka_unit_test(test_more_ranges_than_rows),
      cmocka_unit_test(test_plain_files_are_read_fast),
      cmocka_unit_test(test_readers_of_values_agree),
      cmocka_unit_test(test_same_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
