/* A file that is drawn as it is has numbers where the plot needs them; which cell has none is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "report/plot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static int make_path(void **state) {
  (void)state;
  strcpy(path, "/tmp/pvtune-test-plot-XXXXXX");
  int fd = mkstemp(path);
  return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state) {
  (void)state;
  return unlink(path);
}

/* what: NULL, it can be drawn. */
static void check(hx_plot plot, const char *text, const char *what) {
  pvs_error error;
  char said[2400];
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
  bool ok = hx_plot_check_file(plot, path, afresh(&error));
  pvs_error_text(&error, said, sizeof said);
  if (ok != !what || (what && !strstr(said, what)))
    fail_msg("%s: '%s', expected '%s'", text, ok ? "fine" : said, what ? what : "fine");
}

#define SCENARIOS                                                                                  \
  "scenario_label,arrangement,total$_building_costs,self-consumption,self-sufficiency,pv_ratio\n"

static void test_scenarios(void **state) {
  (void)state;
  check(HX_PLOT_SCENARIOS, SCENARIOS "s,bau,9000,,,\n", NULL);
  check(HX_PLOT_SCENARIOS, SCENARIOS "s,bau,-9e3,100.0,nan,0\n", NULL);
  static const char *const costs[] = {"nine thousand", "",    " ",   "1e999",
                                      "n/a",           "nan", "inf", "0x1"};
  for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
    char text[256], what[256];
    snprintf(text, sizeof text, SCENARIOS "s,bau,1,,,\nt,bau,%s,,,\n", costs[i]);
    snprintf(what, sizeof what,
             "row 3, column total$_building_costs: found '%s', expected a number", costs[i]);
    check(HX_PLOT_SCENARIOS, text, what);
  }
  check(HX_PLOT_SCENARIOS, SCENARIOS "s,bau,1,much,,\n",
        "row 2, column self-consumption: found 'much', expected a number or an empty cell");
  check(HX_PLOT_SCENARIOS, SCENARIOS "s,bau,1\n", "row 2: found 3 fields, expected 6");
  check(HX_PLOT_SCENARIOS, SCENARIOS, "found a header alone");
  check(HX_PLOT_SCENARIOS, "", "found nothing, expected a header");
  check(HX_PLOT_SCENARIOS, "scenario_label,total$_building_costs_mean\na,x\n",
        "column total$_building_costs: found 'x'");
}

#define SERIES         "timestamp,network_load,pv_generation,grid_import,grid_export,battery_SOC\n"
#define AT(time, load) "2018-01-14 " time "," load ",0,0,0,\n"

static void test_series(void **state) {
  (void)state;
  static const hx_plot plots[] = {HX_PLOT_DAY, HX_PLOT_YEAR};
  for (int i = 0; i < 2; i++) {
    hx_plot plot = plots[i];
    check(plot, SERIES AT("00:00:00", "1"), NULL);
    check(plot, SERIES AT("00:00:00", "1") AT("00:30:00", "1") AT("01:00:00", "1"), NULL);
    check(plot, SERIES AT("00:00:00", "abc"), "row 2, column network_load: found 'abc'");
    check(plot, SERIES AT("00:00:00", ""), "row 2, column network_load: found ''");
    check(plot, SERIES, "found a header alone");
    check(plot, SERIES AT("noon", "1"),
          "row 2, column timestamp: found '2018-01-14 noon', expected");
    check(plot, SERIES AT("00:00:00", "1") AT("00:30:00", "1") AT("03:00:00", "1"),
          "row 4, column timestamp: found 2018-01-14 03:00:00, expected 2018-01-14 01:00:00");
    check(plot, SERIES AT("00:30:00", "1") AT("00:30:00", "1"),
          "row 3, column timestamp: found 2018-01-14 00:30:00, expected 2018-01-14 00:30:01 or "
          "later");
  }
}

static void test_tables(void **state) {
  (void)state;
  check(HX_PLOT_GROWTH, "series,size,seconds,seconds_lower,seconds_upper\n", NULL);
  check(HX_PLOT_GROWTH, "series,size,seconds,seconds_lower,seconds_upper\na,1,,,\n", NULL);
  check(HX_PLOT_GROWTH, "series,size,seconds,seconds_lower,seconds_upper\na,,1,,\n",
        "row 2, column size: found ''");
  check(HX_PLOT_HISTORY, "position,ratio,revision\n1,1.0,abc\n2,fast,abd\n",
        "row 3, column ratio: found 'fast', expected a number or an empty cell");
}

/* Else a misspelt one would not be looked at. */
static void test_numbers_are_columns(void **state) {
  (void)state;
  for (int i = 0; i < HX_PLOT_COUNT; i++) {
    const hx_plot_info *info = hx_plot_get((hx_plot)i);
    for (const char *name = info->numbers; *name && info->columns[0];) {
      char word[80], columns[400];
      name += *name == '!';
      snprintf(word, sizeof word, ",%.*s,", (int)strcspn(name, ","), name);
      snprintf(columns, sizeof columns, ",%s,", info->columns);
      if (!strstr(columns, word))
        fail_msg("%s: no column %s", info->name, word);
      name += strcspn(name, ",");
      name += *name == ',';
    }
  }
}

#define WITH_PATH(test) cmocka_unit_test_setup_teardown(test, make_path, remove_path)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_PATH(test_scenarios),
      WITH_PATH(test_series),
      WITH_PATH(test_tables),
      cmocka_unit_test(test_numbers_are_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
