/* What is optimised: metrics from printed text, limits, and the order of values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/energy.h"
#include "measure/goal.h"

#include "cli/goal_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(hx_goal *goal, const char *metric) {
  pvs_error error;
  if (!hx_goal_add_metric(goal, metric, afresh(&error)))
    fail_msg("%s", error.message);
}

static double read_of(const char *metric, const char *text, size_t size) {
  hx_goal goal = {0};
  add(&goal, metric);
  double number;
  char *copy = malloc(size + 1);
  assert_non_null(copy);
  memcpy(copy, text, size);
  copy[size] = 'x'; /* no part of it */
  hx_metric_read(&goal.metrics[0], copy, size, &number);
  assert_memory_equal(copy, text, size);
  assert_int_equal(copy[size], 'x');
  free(copy);
  hx_goal_deinit(&goal);
  return number;
}

static void test_metrics(void **state) {
  (void)state;
  static const char text[] = "x: 12 bytes\nbinary\0y: 7 bytes\nx: 2.5K bytes\nend";
  assert_true(read_of("m=x: ([0-9.K]+) bytes", text, sizeof text - 1) == 2560); /* the last one */
  assert_true(read_of("m=^y: ([0-9]+)", text, sizeof text - 1) == 7);
  assert_true(read_of("m=(x|y): ([0-9]+)", "y: 3", 4) != 3); /* the first group is no number */
  assert_true(isnan(read_of("m=z([0-9]+)", text, sizeof text - 1)));
  assert_true(isnan(read_of("m=([0-9]+)", "", 0)));
  assert_true(read_of("m=([0-9]+)$", "1 2", 1) == 1); /* no further than its size */
}

/* A part of a number is none, nor is an earlier number taken in its place. */
static void test_parts_of_numbers(void **state) {
  (void)state;
  static const struct {
    const char *metric, *text;
    double number; /* NaN: none */
  } cases[] = {{"m=([0-9.]+) MB", "1,234.5 MB", (double)NAN},
               {"m=([0-9.,]+) MB", "1,234.5 MB", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3,14", (double)NAN},
               {"m=rate ([0-9]+)", "rate 3.5", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3.5e6", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3e-6", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 1'000", (double)NAN},
               {"m=([0-9.]+) MB", "-3 MB", (double)NAN},
               {"m=([0-9]) MB", "13 MB", (double)NAN},
               {"m=([0-9.]+) MB", "3e5 MB", (double)NAN},
               {"m=rate ([0-9]+)", "rate 7\nrate 1,234", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3,9", (double)NAN},
               {"m=([0-9]) MB", "93 MB", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3 4", 3},
               {"m=rate ([0-9.]+)", "rate 3E4", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3e+4", (double)NAN},
               {"m=rate ([0-9.]+)", "rate 3e+", 3},
               {"m=rate ([0-9]+),", "rate 3,14", 3},
               {"m=rate 3,([0-9.]+)", "rate 3,14.5", 14.5},
               {"m=([0-9]+) of", "5-10 of", 10},
               {"m=rate ([0-9.]+)", "rate 3, all", 3},
               {"m=rate ([0-9.]+)", "rate 3. All", 3},
               {"m=rate ([0-9]+)", "rate 3eggs", 3},
               {"m=rate (-?[0-9]+)", "rate -3", -3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double number = read_of(cases[i].metric, cases[i].text, strlen(cases[i].text));
    if (isnan(cases[i].number) ? !isnan(number) : !(number == cases[i].number))
      fail_msg("%s in '%s': %g", cases[i].metric, cases[i].text, number);
  }
}

/* Lines of any length, which returns end, too. */
static void test_lines(void **state) {
  (void)state;
  enum { LONG = 10000 };
  static char text[LONG + 10];
  memset(text, 'a', LONG);
  strcpy(text + LONG, " rate 123");
  assert_true(read_of("m=rate ([0-9]+)", text, LONG + 9) == 123);
  assert_true(read_of("m=^rate ([0-9]+)", "10%\rrate 5\r", 12) == 5);
  assert_true(read_of("m=^rate ([0-9]+)", "x\n\nrate 5", 9) == 5);
  assert_int_equal(hx_metric_line_begin("ab c\nd", 6), 5);
  assert_int_equal(hx_metric_line_begin("ab cd\n", 6), 3);
  assert_int_equal(hx_metric_line_begin("abcd\n", 5), 0);
}

/* What is longer than any number is none. */
static void test_long_numbers(void **state) {
  (void)state;
  char text[65];
  memset(text, '1', 64);
  text[64] = '\0';
  assert_true(read_of("m=([0-9]+)", text, 63) > 1e62);
  assert_true(isnan(read_of("m=([0-9]+)", text, 64)));
}

static void check_metric_refused(const char *text, const char *expected) {
  hx_goal goal = {0};
  pvs_error error;
  assert_false(hx_goal_add_metric(&goal, text, afresh(&error)));
  if (!strstr(error.message, expected))
    fail_msg("'%s' gave '%s'", text, error.message);
  assert_int_equal(goal.n_metrics, 0);
}

static void test_refused(void **state) {
  (void)state;
  check_metric_refused("x", "found 'x', expected NAME=REGEX");
  check_metric_refused("1x=(a)", "expected NAME=REGEX");
  check_metric_refused("rss=(a)", "the name rss is taken");
  check_metric_refused("x=(a", "no POSIX extended regular expression");
  check_metric_refused("x=a+", "found no group in 'a+'");
  check_metric_refused("x=.*?([0-9]+)", "--metric x: found '*?' in '.*?([0-9]+)', expected one "
                                        "repetition at a time: POSIX has no lazy ones");
  check_metric_refused("x=(a)++++++++++++++++++++++++++++++++++++", "found '++' in ");
  check_metric_refused("x=(a){2}{3}", "found '}{' in ");
  check_metric_refused("x=(a)?*", "found '?*' in ");
  static const char *const fine[] = {
      "x=[*+]*(a)",      "x=\\++(a)",       "x=[]+]+(a)",  "x=[^]+*]+(a+)?",
      "x=(a{2,3})+",     "x=(a)\\?*",       "x=a{2}b+(c)", "x=[[:alnum:]*+]* ([0-9]+)",
      "x=[[.].]*+]+(a)", "x=[^[=a=]*+]+(b)"};
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    hx_goal goal = {0};
    add(&goal, fine[i]);
    hx_goal_deinit(&goal);
  }
  hx_goal goal = {0};
  pvs_error error;
  add(&goal, "ratio=([0-9]+)");
  assert_false(hx_goal_add_metric(&goal, "ratio=(b)", afresh(&error)));
  assert_false(hx_goal_set(&goal, "speed", false, afresh(&error)));
  assert_string_equal(error.message,
                      "--objective: found 'speed', expected one of time, user, cpu, "
                      "rss, size, energy, instructions, cycles, llc_misses, ratio, or the "
                      "name of a --metric");
  assert_false(hx_goal_set(&goal, NULL, true, afresh(&error)));
  assert_string_equal(error.message, "--maximize: found no --objective, expected what to maximise");
  assert_false(hx_goal_add_limit(&goal, "--limit", "seize < 1", afresh(&error)));
  assert_non_null(strstr(error.message, "--limit 'seize < 1': found 'seize' at 1"));
  hx_goal_deinit(&goal);
  goal = (hx_goal){0};
  for (int i = 0; i < HX_METRICS_MAX; i++) {
    static char metric[HX_METRICS_MAX][16];
    snprintf(metric[i], sizeof metric[i], "m%d=(a)", i);
    add(&goal, metric[i]);
  }
  assert_false(hx_goal_add_metric(&goal, "more=(a)", afresh(&error)));
  char expected[80];
  snprintf(expected, sizeof expected, "--metric: found more than %d, expected at most that many",
           HX_METRICS_MAX);
  assert_string_equal(error.message, expected);
  assert_int_equal(goal.n_metrics, HX_METRICS_MAX);
  hx_goal_deinit(&goal);
}

static void test_order(void **state) {
  (void)state;
  hx_goal goal = {0};
  assert_true(hx_goal_is_time(NULL) && hx_goal_is_time(&goal));
  assert_true(hx_goal_set(&goal, "rss", false, NULL));
  assert_true(!hx_goal_is_time(&goal) && hx_goal_needs(&goal, HX_MEASURE_RSS));
  assert_true(hx_goal_rank(&goal, 4) == 4);
  assert_true(hx_goal_set(&goal, "size", true, NULL));
  assert_true(hx_goal_rank(&goal, 4) < hx_goal_rank(&goal, 2)); /* more is better */
  assert_true(hx_goal_value(&goal, hx_goal_rank(&goal, 4)) == 4);
}

static void test_limits(void **state) {
  (void)state;
  char reason[200] = "";
  hx_goal goal = {0};
  hx_measures m;
  for (size_t i = 0; i < sizeof m.of / sizeof *m.of; i++)
    m.of[i] = NAN;
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_UNKNOWN);
  assert_string_equal(reason, "its time is not known");
  m.of[HX_MEASURE_TIME] = 2;
  m.of[HX_MEASURE_RSS] = 5e6;
  assert_int_equal(hx_goal_judge(NULL, &m, reason, sizeof reason), HX_GOAL_MET);
  add(&goal, "ratio=([0-9.]+)");
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_MET); /* not needed */
  assert_true(hx_goal_add_limit(&goal, "--max-rss", "rss <= 4M", NULL));
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_OVER);
  assert_string_equal(reason, "rss is 5000000 bytes, the limit is 'rss <= 4M'");
  m.of[HX_MEASURE_RSS] = 4e6;
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_MET);
  assert_true(hx_goal_add_limit(&goal, "--limit", "ratio > 2", NULL));
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_UNKNOWN);
  assert_string_equal(reason,
                      "it prints no number that matches --metric ratio=([0-9.]+) (a part of "
                      "one, as 234 of 1,234, is none)");
  m.of[HX_MEASURES] = 2.5;
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_MET);
  assert_true(hx_goal_set(&goal, "ratio", true, NULL));
  m.of[HX_MEASURES] = 0;
  assert_int_equal(hx_goal_judge(&goal, &m, reason, sizeof reason), HX_GOAL_UNKNOWN);
  assert_string_equal(reason, "its ratio is 0, expected a number above 0");
  hx_goal_deinit(&goal);
}

static void test_text(void **state) {
  (void)state;
  char text[200];
  hx_goal goal = {0};
  hx_measures m = {{0}}, back = {{0}};
  add(&goal, "a=(x)");
  add(&goal, "ab=(x)");
  m.of[HX_MEASURES] = NAN;
  m.of[HX_MEASURES + 1] = 0.1;
  hx_goal_format(&goal, &m, text, sizeof text);
  hx_goal_parse(&goal, text, &back);
  assert_true(isnan(back.of[HX_MEASURES]));
  assert_true(back.of[HX_MEASURES + 1] == 0.1);
  assert_true(back.of[HX_MEASURES + 2] == 0); /* there is no third metric */
  hx_goal_deinit(&goal);
}

/* ---- energy ---- */

static void put(const char *folder, int package, const char *name, const char *value) {
  char path[512];
  snprintf(path, sizeof path, "%s/intel-rapl:%d", folder, package);
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/intel-rapl:%d/%s", folder, package, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(value, f);
  fclose(f);
}

static void test_energy(void **state) {
  (void)state;
  char folder[] = "/tmp/pvtune_test_energy_XXXXXX", command[300];
  hx_energy before, after;
  assert_non_null(mkdtemp(folder));
  hx_energy_read(folder, &before);
  assert_int_equal(before.n, 0);
  assert_true(isnan(hx_energy_between(&before, &before)));
  put(folder, 0, "energy_uj", "1000000\n");
  put(folder, 1, "energy_uj", "5000000\n");
  put(folder, 1, "max_energy_range_uj", "6000000\n");
  hx_energy_read(folder, &before);
  assert_int_equal(before.n, 2);
  put(folder, 0, "energy_uj", "3500000\n");
  put(folder, 1, "energy_uj", "1000000\n"); /* has begun anew */
  hx_energy_read(folder, &after);
  assert_true(fabs(hx_energy_between(&before, &after) - 4.5) < 1e-9);
  snprintf(command, sizeof command, "rm -r %s", folder);
  assert_int_equal(system(command), 0);
}

/* What a file holds; the caller frees it. */
static char *taken(const char *path) {
  char *text = NULL;
  size_t size = 0;
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_true(getdelim(&text, &size, '\0', file) > 0);
  fclose(file);
  assert_int_equal(remove(path), 0);
  return text;
}

/* What the CPU counts has a column for people only where it was counted; in CSV always. */
static void counters_are_shown_where_known(void **state) {
  (void)state;
  char csv[] = "/tmp/pvtune-test-goal-XXXXXX", people[] = "/tmp/pvtune-test-goal-XXXXXX";
  const int files[] = {mkstemp(csv), mkstemp(people)};
  for (int i = 0; i < 2; i++)
    assert_int_equal(close(files[i]), 0);
  hx_config config = {.processes = 1, .threads = 1};
  for (int counted = 0; counted < 2; counted++) {
    hx_sweep_line line = {.estimate = {.n_valid = 1, .seconds = 2}};
    for (size_t i = 0; i < HX_MEASURES; i++)
      line.typical.of[i] = (double)NAN;
    if (counted)
      line.typical.of[HX_MEASURE_INSTRUCTIONS] = 123456789;
    hx_table *t = hx_table_create("configurations", NULL);
    hx_goal_columns(t, NULL, &line, 1);
    hx_table_row(t);
    hx_goal_cells(t, NULL, &config, &line);
    assert_true(hx_tables_write_file(csv, &t, 1, HX_TABLE_FILE_CSV, NULL, NULL));
    assert_true(hx_tables_write_file(people, &t, 1, HX_TABLE_FILE_MARKDOWN, NULL, NULL));
    hx_table_destroy(t);
    char *all = taken(csv), *shown = taken(people);
    assert_non_null(strstr(all, ",instructions,cycles,llc_misses"));
    assert_int_equal(strstr(all, ",123456789,,") != NULL, counted);
    assert_int_equal(strstr(shown, "instructions M") != NULL, counted);
    assert_int_equal(strstr(shown, "123.5") != NULL, counted);
    assert_null(strstr(shown, "cycles"));
    free(all);
    free(shown);
  }
}

static void test_bytes_have_a_unit_that_suits_them(void **state) {
  (void)state;
  char text[32];
  static const struct {
    double bytes;
    const char *shown;
  } cases[] = {
      {0, "0 B"},    {9, "9 B"},       {999, "999 B"},    {1000, "1 kB"}, {1234567, "1.235 MB"},
      {2e6, "2 MB"}, {999970, "1 MB"}, {1.5e9, "1.5 GB"}, {7e12, "7 TB"}, {8e15, "8000 TB"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(hx_goal_show_bytes(cases[i].bytes, text, sizeof text), cases[i].shown);

  hx_goal size = {.what = HX_MEASURE_SIZE};
  hx_config config = hx_config_serial();
  hx_sweep_line line = {.estimate = {.n_valid = 1, .seconds = 9, .lower_s = 8, .upper_s = 12000}};
  char csv[] = "/tmp/pvtune-test-goal-XXXXXX", people[] = "/tmp/pvtune-test-goal-XXXXXX";
  const int files[] = {mkstemp(csv), mkstemp(people)};
  for (int i = 0; i < 2; i++)
    assert_int_equal(close(files[i]), 0);
  hx_table *t = hx_table_create("configurations", NULL);
  hx_goal_columns(t, &size, &line, 1);
  hx_table_row(t);
  hx_goal_cells(t, &size, &config, &line);
  assert_true(hx_tables_write_file(csv, &t, 1, HX_TABLE_FILE_CSV, NULL, NULL));
  assert_true(hx_tables_write_file(people, &t, 1, HX_TABLE_FILE_MARKDOWN, NULL, NULL));
  hx_table_destroy(t);
  char *all = taken(csv), *shown = taken(people);
  assert_non_null(strstr(all, ",9,8,12000,"));
  assert_non_null(strstr(shown, "| 9 B | 8 B | 12 kB |"));
  free(all);
  free(shown);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_metrics),
      cmocka_unit_test(test_parts_of_numbers),
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_long_numbers),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_energy),
      cmocka_unit_test(counters_are_shown_where_known),
      cmocka_unit_test(test_bytes_have_a_unit_that_suits_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
