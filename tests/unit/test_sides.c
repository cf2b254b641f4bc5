/* What may be compared with what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare/side.h"
#include "error_support.h"

#include <string.h>

static hx_side a_side(const char *text) {
  pvs_error error;
  hx_side side;
  if (!hx_side_parse(text, &side, afresh(&error)))
    fail_msg("%s", error.message);
  return side;
}

static void test_kinds(void **state) {
  (void)state;
  assert_int_equal(a_side("rev:HEAD~3").kind, HX_SIDE_REVISION);
  assert_string_equal(a_side("rev:HEAD~3").what, "HEAD~3");
  assert_int_equal(a_side("bin:/usr/bin/pvtune").kind, HX_SIDE_BINARY);
  assert_int_equal(a_side("cmd:gzip -1 rev:x").kind, HX_SIDE_COMMAND);
  assert_string_equal(a_side("cmd:gzip -1 rev:x").what, "gzip -1 rev:x");
  assert_int_equal(a_side("stored:0a1b2c").kind, HX_SIDE_STORED);
}

static void test_what_is_no_side(void **state) {
  (void)state;
  static const char *const bad[][2] = {
      {"main", "'main' is not a side: expected rev:REVISION, bin:PATH, cmd:'COMMAND' or stored:ID"},
      {"", "'' is not a side: expected rev:REVISION, bin:PATH, cmd:'COMMAND' or stored:ID"},
      {"REV:main",
       "'REV:main' is not a side: expected rev:REVISION, bin:PATH, cmd:'COMMAND' or stored:ID"},
      {"rev:", "the side 'rev:' is empty: expected a git revision after rev:"},
      {"bin:", "the side 'bin:' is empty: expected a pvtune binary after bin:"},
      {"stored:", "the side 'stored:' is empty: expected stored results after stored:"},
      {"cmd:  ", "the side 'cmd:  ' is empty: expected a command after cmd:"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    pvs_error error;
    hx_side side;
    assert_false(hx_side_parse(bad[i][0], &side, afresh(&error)));
    assert_string_equal(error.message, bad[i][1]);
  }
}

/* "" in `says`: alike. */
static void check(const char *a, const char *b, hx_side_request request, const char *says) {
  pvs_error error;
  hx_side sides[2] = {a_side(a), a_side(b)};
  bool alike = hx_sides_alike(&sides[0], &sides[1], &request, afresh(&error));
  if (alike != !says[0] || strcmp(error.message, says) != 0)
    fail_msg("%s and %s: %s", a, b, alike ? "alike" : error.message);
}

static void test_unlike_things_are_refused_by_name(void **state) {
  (void)state;
  hx_side_request none = {.has_others = true};
  hx_side_request commands = {.has_workload = true, .has_commands = true};
  hx_side_request built = {.has_workload = true, .has_commands = true, .has_build = true};
  hx_side_request study = {.has_workload = true, .has_others = true};
  check("rev:a", "rev:b", none, "");
  check("rev:a", "bin:b", none, "");
  check("rev:a", "bin:b", study, "");
  check("stored:aaaa", "stored:bbbb", none, "");
  check("cmd:a", "cmd:b", none, "");
  check("cmd:a {workers}", "cmd:b {workers}", none, "");
  check("rev:a", "rev:b", built, "");
  check("bin:a", "bin:b", study, "");
  check("stored:aaaa", "stored:bbbb", commands, "");
  check("bin:{workers}", "bin:b", none, "");
  check("rev:a", "bin:b", (hx_side_request){.has_build = true, .has_commands = false}, "");
  check("bin:a", "rev:b", (hx_side_request){.has_build = true, .has_commands = false}, "");
  static const char another_time[] =
      "stored results were measured at another time: compare them with stored results, or measure "
      "both sides";
  check("rev:a", "stored:bbbb", none, another_time);
  check("stored:aaaa", "cmd:b", none, another_time);
  static const char other_workloads[] =
      "A and B differ in their workloads: a command and a pvtune do not run the same thing";
  check("cmd:a", "bin:b", none, other_workloads);
  check("rev:a", "cmd:b", none, other_workloads);
  check("cmd:a {workers}", "cmd:b", none,
        "A and B differ in their worker counts: cmd:b has no {workers}");
  check("cmd:a", "cmd:b {threads}", none,
        "A and B differ in their worker counts: cmd:a has no {threads}");
  check("cmd:a {processes}", "cmd:b {workers}", none,
        "A and B differ in their worker counts: cmd:a {processes} has no {workers}");
  check("cmd:a {processes}", "cmd:b", none,
        "A and B differ in their worker counts: cmd:b has no {processes}");
  check("cmd:a", "cmd:b", study,
        "cmd: sides are their own workloads: omit --workload, -b, -p and -s");
  check("cmd:a", "cmd:b", (hx_side_request){.has_build = true},
        "--build is for rev: sides, but there is none");
  check("bin:a", "bin:b", (hx_side_request){.has_build = true, .has_others = true},
        "--build is for rev: sides, but there is none");
  static const char use_commands[] =
      "a bin: side runs studies and built-ins; for other programs use cmd: for both sides";
  check("bin:a", "rev:b", built, use_commands);
  check("rev:a", "bin:b", commands, use_commands);
  check("bin:a", "bin:b", commands, use_commands);
  check("rev:a", "rev:b", commands,
        "a cmd: workload runs in the folder of each revision: say with --build how it is built "
        "there ('true' if there is nothing to build)");
  static const char needs_command[] = "--build needs a --workload cmd:... that runs what was built";
  check("rev:a", "rev:b", (hx_side_request){.has_build = true, .has_others = true}, needs_command);
  built.has_others = true; /* one of several */
  check("rev:a", "rev:b", built, needs_command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds),
                                     cmocka_unit_test(test_what_is_no_side),
                                     cmocka_unit_test(test_unlike_things_are_refused_by_name)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
