/* Workload texts, and the command lines made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hx_workload parse(const char *text) {
  pvs_error error;
  hx_workload w;
  if (!hx_workload_parse(text, NULL, &w, afresh(&error)))
    fail_msg("%s", error.message);
  return w;
}

static hx_config config(const char *text) {
  pvs_error error;
  hx_config c;
  if (!hx_config_parse(text, &c, afresh(&error)))
    fail_msg("%s", error.message);
  return c;
}

/* Arguments joined by '|'. */
static const char *joined(const char *workload, const char *configuration, int telemetry_fd) {
  static char text[1024];
  pvs_error error;
  hx_workload w = parse(workload);
  hx_config c = config(configuration);
  char **argv = hx_workload_argv(&w, &c, "pvtune", "/out", telemetry_fd, afresh(&error));
  text[0] = 0;
  if (!argv)
    snprintf(text, sizeof text, "error: %.900s", error.message);
  for (int i = 0; argv && argv[i]; i++) {
    strcat(text, i ? "|" : "");
    strcat(text, argv[i]);
  }
  free(argv);
  hx_workload_deinit(&w);
  return text;
}

static void test_studies(void **state) {
  (void)state;
  hx_workload w = parse("study:/tmp/../tmp/project/study");
  assert_int_equal(w.kind, HX_WORKLOAD_STUDY);
  assert_string_equal(w.key, "study:/tmp/project/study"); /* the same base, however it is written */
  assert_string_equal(w.base, "/tmp");
  assert_string_equal(w.project, "project");
  assert_string_equal(w.study, "study");
  assert_false(hx_workload_ranked_on_work(&w));
  hx_workload_deinit(&w);
  assert_string_equal(joined("study:/tmp/p/s", "threads:4/pin=compact/static:3", 3),
                      "pvtune|run|-x|threads|-w|4|--schedule|static|--chunk|3|--pin|compact|-b|"
                      "/tmp|-p|p|-s|s|-o|/out|--quiet|--record|3");
  assert_string_equal(joined("study:/tmp/p/s", "serial", -1),
                      "pvtune|run|-x|serial|--pin|none|-b|/tmp|-p|p|-s|s|-o|/out|--quiet");
}

static void test_built_ins(void **state) {
  (void)state;
  hx_workload w = parse("builtin:batteries");
  assert_int_equal(w.size, 0);
  assert_true(hx_workload_resize(&w, 48));
  assert_string_equal(w.key, "builtin:batteries:48");
  assert_true(hx_workload_ranked_on_work(&w));
  hx_workload_deinit(&w);
  assert_string_equal(joined("builtin:batteries:48", "hybrid:2x4/pin=numa", 5),
                      "pvtune|run|-x|hybrid|-w|2x4|--schedule|dynamic|--pin|numa|--workload|"
                      "builtin:batteries:48|--quiet|--record|5");
}

static void test_commands(void **state) {
  (void)state;
  assert_string_equal(joined("cmd:prog -j{workers} 'two words' \"and {threads}\"", "hybrid:2x3", 3),
                      "prog|-j6|two words|and 3");
  assert_string_equal(joined("cmd:prog -o {output} '' 'a;b'", "serial", 3), "prog|-o|/out||a;b");
  assert_string_equal(joined("cmd:prog < in | wc", "serial", 3), "/bin/sh|-c|prog < in | wc");
  assert_string_equal(joined("cmd:N={workers} prog", "threads:2", 3), "/bin/sh|-c|N=2 prog");
  assert_string_equal(joined("cmd:prog --jobs={workers}", "threads:2", 3), "prog|--jobs=2");
}

static void check_refused(const char *text, const char *expected) {
  pvs_error error;
  hx_workload w;
  hx_config known = hx_config_serial();
  if (hx_workload_parse(text, &known, &w, afresh(&error)))
    fail_msg("'%s' was taken", text);
  if (!strstr(error.message, expected))
    fail_msg("'%s' gave '%s'", text, error.message);
  assert_null(w.key);
  hx_workload_deinit(&w);
}

static void test_refused(void **state) {
  (void)state;
  check_refused("", "expected study:");
  check_refused("batteries", "expected study:");
  check_refused("cmd:  ", "expected study:");
  check_refused("cmd:prog 'open", "the command's quote ' is not closed");
  check_refused("cmd:prog -j{worker}", "{worker}");
  check_refused("study:project/study", "expected study:BASE/PROJECT/STUDY");
  check_refused("study:/nonexistent/p/s", "/nonexistent");
  check_refused("builtin:", "builtin:NAME");
  check_refused("builtin:x:", "builtin:NAME");
  check_refused("builtin:x:0", "builtin:NAME");
  check_refused("builtin:x:3y", "builtin:NAME");
  check_refused("builtin:x:99999999999999999999", "builtin:NAME");
}

static void test_a_line_to_paste(void **state) {
  (void)state;
  hx_workload w = parse("builtin:batteries:48");
  hx_config c = config("threads:2/pin=list:0,1");
  char *line = hx_workload_line(&w, &c, "pvtune", NULL);
  assert_string_equal(line, "pvtune run --config threads:2/pin=list:0,1 "
                            "--workload builtin:batteries:48");
  free(line);
  hx_workload_deinit(&w);
  pvs_error error;
  assert_true(hx_workload_study("/tmp", "my project", "it's", &w, afresh(&error)));
  c = hx_config_serial();
  line = hx_workload_line(&w, &c, "pvtune", "/out");
  assert_string_equal(line,
                      "pvtune run --config serial -b /tmp -p 'my project' -s 'it'\\''s' -o /out");
  free(line);
  hx_workload_deinit(&w);
}

static void test_a_pinned_line(void **state) {
  (void)state;
  hx_config c = config("threads:2/pin=compact");
  hx_workload w = parse("cmd:prog -j{workers} 'a b'");
  char *line = hx_workload_pinned_line(&w, &c, "0-1");
  assert_string_equal(line, "taskset -c 0-1 prog -j2 'a b'");
  free(line);
  hx_workload_deinit(&w);
  w = parse("cmd:prog -j{workers} | wc");
  line = hx_workload_pinned_line(&w, &c, "0,4");
  assert_string_equal(line, "taskset -c 0,4 sh -c 'prog -j2 | wc'");
  free(line);
  hx_workload_deinit(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_studies),         cmocka_unit_test(test_built_ins),
      cmocka_unit_test(test_commands),        cmocka_unit_test(test_refused),
      cmocka_unit_test(test_a_line_to_paste), cmocka_unit_test(test_a_pinned_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
