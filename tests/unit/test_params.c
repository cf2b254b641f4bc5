/* Parameters of a command: as parts of a configuration, and as dimensions of a search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/command_text.h"
#include "tune/params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in a configuration ---- */

static hx_config config(const char *text) {
  pvs_error error;
  hx_config c;
  if (!hx_config_parse(text, &c, afresh(&error)))
    fail_msg("%s: %s", text, error.message);
  return c;
}

static void check_text(const char *text, const char *expected) {
  char written[HX_CONFIG_TEXT];
  hx_config c = config(text);
  hx_config_format(&c, written, sizeof written);
  assert_string_equal(written, expected);
}

static void test_config_text(void **state) {
  (void)state;
  check_text("serial/level=9", "serial/level=9");
  check_text("threads:4/level=9/pin=compact/block=64", "threads:4/pin=compact/block=64/level=9");
  check_text("threads:4/z=1/env:OMP_PLACES=cores/a=%2Fusr%20x", /* parameters by name */
             "threads:4/a=%2Fusr%20x/env:OMP_PLACES=cores/z=1");
  assert_true(hx_config_same("threads:4/b=1/a=2", "threads:4/a=2/b=1"));
  assert_false(hx_config_same("threads:4/a=1", "threads:4/a=2"));
}

static void test_config_values(void **state) {
  (void)state;
  char words[200];
  hx_param_value p = {.name = "path", .value = "/a b%\n"};
  hx_config c = config("threads:2/level=9/env:LANG=C/env:N={workers}");
  assert_true(hx_config_param_set(&c, &p, NULL));
  assert_true(hx_config_param_find(&c, false, "path", &p));
  assert_string_equal(p.value, "/a b%\n");
  assert_false(hx_config_param_find(&c, false, "LANG", &p)); /* a variable, no placeholder */
  assert_string_equal(hx_config_words(&c, true, words, sizeof words),
                      "2 workers with LANG=C, level=9, path=/a b%\n");
  p.value[0] = 'x'; /* replaces */
  strcpy(p.name, "level");
  assert_true(hx_config_param_set(&c, &p, NULL));
  size_t n = 0;
  while (hx_config_param_at(&c, n, &p))
    n++;
  assert_int_equal(n, 4);
}

static void test_config_too_long(void **state) {
  (void)state;
  pvs_error error;
  hx_config c = config("serial"), before;
  hx_param_value p = {.name = "a"};
  memset(p.value, 'x', sizeof p.value - 1);
  assert_true(hx_config_param_set(&c, &p, NULL));
  before = c;
  strcpy(p.name, "b");
  assert_false(hx_config_param_set(&c, &p, afresh(&error)));
  assert_non_null(strstr(error.message, "too long with b"));
  assert_memory_equal(&c, &before, sizeof c);
}

static void test_command(void **state) {
  (void)state;
  hx_config c = config("threads:3/level=9/mode=a%20b");
  char *line = hx_command_text_fill("zstd -{level} -T{workers} --mode={mode} {other}", &c, "");
  assert_string_equal(line, "zstd -9 -T3 --mode='a b' '{other}'");
  free(line);
  char *words[] = {"zstd", "-{level}", "a b", "{mode}.$x", "{}"};
  char *joined = hx_command_text_join(words, 5);
  assert_string_equal(joined, "zstd -{level} 'a b' '{mode}.$x' '{}'");
  free(joined);
  assert_true(hx_command_text_uses("x {level}", "level"));
  assert_true(hx_command_text_uses("x $PVTUNE_PARAM_level", "level"));
  assert_false(hx_command_text_uses("x {levels} {{level}} ${level} $PVTUNE_PARAM_level2", "level"));
}

static void test_environment(void **state) {
  (void)state;
  hx_config c = config("threads:3/level=9/env:OMP_NUM_THREADS={workers}/env:TEST_LIST={level}-x");
  setenv("OMP_NUM_THREADS", "77", 1);
  char **environment = hx_command_environment(&c);
  int found = 0;
  for (size_t i = 0; environment[i]; i++) {
    if (strncmp(environment[i], "OMP_NUM_THREADS=", 16) == 0) {
      assert_string_equal(environment[i], "OMP_NUM_THREADS=3");
      found++;
    }
    found += strcmp(environment[i], "PVTUNE_PARAM_level=9") == 0;
    found += strcmp(environment[i], "TEST_LIST=9-x") == 0;
  }
  assert_int_equal(found, 3);
  free(environment);
}

/* ---- as dimensions ---- */

static void check_values(const char *text, const char *expected, bool ordered) {
  hx_params params = {0};
  char all[2048] = "";
  pvs_error error;
  if (!hx_params_add(&params, false, text, afresh(&error)))
    fail_msg("%s: %s", text, error.message);
  for (size_t i = 0; i < params.items[0].n; i++)
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? "|" : "",
             params.items[0].values[i]);
  assert_string_equal(all, expected);
  assert_int_equal(params.items[0].ordered, ordered);
  hx_params_deinit(&params);
}

static void test_values(void **state) {
  (void)state;
  check_values("level=1,3,9", "1|3|9", true);
  check_values("level=9,3,1", "9|3|1", true);
  check_values("level=9,1,3", "9|1|3", false);
  check_values("level=5", "5", true);
  check_values("mode=fast,slow", "fast|slow", false);
  check_values("buffer=64K,1M", "64K|1M", true);
  check_values("list=a\\,b,c", "a,b|c", false);
  check_values("n=1..4", "1|2|3|4", true);
  check_values("n=-1..1", "-1|0|1", true);
  check_values("n=1..10+4", "1|5|9", true);
  check_values("n=0..1+0.25", "0.00|0.25|0.50|0.75|1.00", true);
  check_values("n=0..0.3+0.1", "0.0|0.1|0.2|0.3", true);
  check_values("n=16..1024*2", "16|32|64|128|256|512|1024", true);
  check_values("n=1..100*10", "1|10|100", true);
  check_values("path=../a,../b", "../a|../b", false);
}

static void check_refused(bool environment, const char *text, const char *expected) {
  hx_params params = {0};
  pvs_error error;
  if (hx_params_add(&params, environment, text, afresh(&error)))
    fail_msg("'%s' was taken", text);
  if (!strstr(error.message, expected))
    fail_msg("'%s' gave '%s'", text, error.message);
  assert_int_equal(params.n, 0);
  hx_params_deinit(&params);
}

static void test_refused(void **state) {
  (void)state;
  check_refused(false, "", "--param: found '', expected NAME=VALUES");
  check_refused(false, "level", "expected NAME=VALUES");
  check_refused(false, "=1", "expected NAME=VALUES");
  check_refused(false, "1a=1", "expected NAME=VALUES");
  check_refused(false, "level=", "found an empty value");
  check_refused(false, "level=1,,2", "found an empty value");
  check_refused(false, "level=1,2,1", "the value 1 is given twice");
  check_refused(false, "workers=1,2", "the name workers is taken");
  check_refused(false, "pin=1,2", "the name pin is taken");
  check_refused(false, "n=4..1", "found the range '4..1', expected one of numbers such as 1..64");
  check_refused(false, "n=1..4+0", "found the range");
  check_refused(false, "n=1..4*1", "found the range");
  check_refused(false, "n=0..4*2", "found the range");
  check_refused(false, "n=1..x", "found the range");
  check_refused(false, "n=a..z", "--param n: found the range 'a..z', expected one of numbers");
  check_refused(false, "n=1..5000", "too many values, expected at most 1024");
  check_refused(true, "PVTUNE_WORKERS=1", "PVTUNE_ in front");
  check_refused(true, "OMP PLACES=1", "expected NAME=VALUES such as OMP_PLACES");
}

static hx_params params_of(const char *const *texts) {
  hx_params params = {0};
  for (; *texts; texts++)
    assert_true(hx_params_add(&params, false, *texts, NULL));
  return params;
}

static void test_conditions(void **state) {
  (void)state;
  hx_params params = params_of((const char *const[]){"block=16..64*2", "mode=fast,slow", NULL});
  pvs_error error;
  assert_true(hx_params_add_condition(&params, "block * workers <= 64", NULL));
  assert_true(hx_params_add_condition(&params, "mode == 'slow' or block > 16", NULL));
  hx_config two = config("threads:2");
  assert_false(hx_params_meet(&params, (const int[]){0, 0}, &two)); /* 16 fast */
  assert_true(hx_params_meet(&params, (const int[]){0, 1}, &two));
  assert_true(hx_params_meet(&params, (const int[]){1, 0}, &two));
  assert_false(hx_params_meet(&params, (const int[]){2, 0}, &two)); /* 128 */
  int base[2];
  assert_true(hx_params_base(&params, base, NULL));
  assert_true(base[0] == 0 && base[1] == 1); /* the first that may be, the last varying fastest */
  assert_true(hx_params_add_condition(&params, "workers > 1", NULL));
  assert_false(hx_params_base(&params, base, afresh(&error)));
  assert_non_null(strstr(error.message, "with one worker no values of the parameters meet it"));
  hx_params_deinit(&params);
}

static void test_use(void **state) {
  (void)state;
  hx_params params = params_of((const char *const[]){"level=1,2", NULL});
  hx_config known;
  pvs_error error;
  hx_workload w;
  hx_run_life life = {.prepare = "make LEVEL={level}"};
  assert_true(hx_params_sample(&params, &known, NULL));
  assert_true(hx_workload_parse("cmd:prog", &known, &w, NULL));
  assert_false(hx_params_check(&params, &w, NULL, afresh(&error)));
  assert_string_equal(error.message, "--param level: the command does not use it, expected {level} "
                                     "or $PVTUNE_PARAM_level in it: prog");
  assert_true(hx_params_check(&params, &w, &life, NULL)); /* enough: the preparation does */
  assert_true(hx_params_add(&params, true, "LIMIT={level}", NULL));
  assert_true(hx_params_check(&params, &w, NULL, NULL));
  assert_true(hx_params_add(&params, true, "BAD={lvl}", NULL));
  assert_false(hx_params_check(&params, &w, NULL, afresh(&error)));
  assert_non_null(strstr(error.message, "--env BAD: the command has the unknown placeholder {lvl}: "
                                        "known are {workers}, {processes}, {threads}, {output} and "
                                        "{level}"));
  hx_workload_deinit(&w);
  hx_params_deinit(&params);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_config_text),
      cmocka_unit_test(test_config_values),
      cmocka_unit_test(test_config_too_long),
      cmocka_unit_test(test_command),
      cmocka_unit_test(test_environment),
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_conditions),
      cmocka_unit_test(test_use),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
