/* Placeholders of commands, and when a shell runs them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/command_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hx_config config(const char *text) {
  pvs_error error;
  hx_config c;
  if (!hx_config_parse(text, &c, afresh(&error)))
    fail_msg("%s", error.message);
  return c;
}

/* Two processes of three threads; an output path that a shell would take apart. */
static const char awkward[] = "/x/my \"o$ut\"'s";

static void check_words(const char *command, const char *output, const char *expected) {
  hx_config c = config("hybrid:2x3");
  hx_text words = {0};
  pvs_error error;
  if (!hx_command_text_check(command, NULL, afresh(&error)))
    fail_msg("%s", error.message);
  size_t n = hx_command_text_words(command, &c, output, &words);
  assert_false(words.failed);
  char joined[512] = "";
  const char *at = words.at;
  for (size_t i = 0; i < n; i++, at += strlen(at) + 1)
    snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", i ? "|" : "", at);
  assert_string_equal(joined, expected);
  assert_ptr_equal(at, words.at + words.length);
  hx_text_deinit(&words);
}

static void test_words_without_a_shell(void **state) {
  (void)state;
  check_words("prog -j{workers} {processes}x{threads}", "/out", "prog|-j6|2x3");
  check_words("prog {output} 'in {output}'", "/x/my scratch",
              "prog|/x/my scratch|in /x/my scratch");
  check_words("prog {output}/a", awkward, "prog|/x/my \"o$ut\"'s/a");
  check_words("prog '' a\"b c\"", "/out", "prog||ab c");
  check_words("prog --n=1", "/out", "prog|--n=1");
}

static void test_for_a_shell(void **state) {
  (void)state;
  check_words("prog > {output}", "/x/my scratch", "/bin/sh|-c|prog > '/x/my scratch'");
  check_words("prog > \"{output}.{workers}\"", awkward,
              "/bin/sh|-c|prog > \"/x/my \\\"o\\$ut\\\"'s.6\"");
  check_words("prog '{output}'; x", "it's", "/bin/sh|-c|prog 'it'\\''s'; x");
  check_words("prog \\\"{output}\\\"; x", "a b", "/bin/sh|-c|prog \\\"'a b'\\\"; x");
  check_words("N={workers} prog", "/out", "/bin/sh|-c|N=6 prog");
}

/* A shell that the command names reads its script a second time. */
static void test_in_a_script(void **state) {
  (void)state;
  check_words("sh -c 'prog > {output}'", "/x/my scratch", "sh|-c|prog > '/x/my scratch'");
  check_words("env A=1 /bin/bash -ec 'prog \"{output}\" {workers}' | cat", "a$b",
              "/bin/sh|-c|env A=1 /bin/bash -ec 'prog \"a\\$b\" 6' | cat");
  check_words("bash -o pipefail -c 'x {output}' {output}", "a b",
              "bash|-o|pipefail|-c|x 'a b'|a b");
  check_words("sh -c {output}", "echo a b", "sh|-c|echo a b");
  check_words("/bin/sh -c 'prog > {output}'", "/x/my scratch", "/bin/sh|-c|prog > '/x/my scratch'");
  check_words("sh -c '{output}' x", "echo a b", "sh|-c|echo a b|x");
  check_words("sh script -c 'x {output}'", "a b", "sh|script|-c|x a b");
  check_words("grep -c 'x {output}'", "a b", "grep|-c|x a b");
  check_words("sh -c 'echo \\a \"{output}\"'", "a$b", "sh|-c|echo \\a \"a\\$b\"");
  /* What runs within a substitution begins anew, and the words around it go on afterwards. */
  check_words("sh -c $({output}) x", "a'b", "/bin/sh|-c|sh -c $('a'\\''b') x");
  check_words("sh $(sh) -c {output}; x", "echo a b", "/bin/sh|-c|sh $(sh) -c 'echo a b'; x");
  check_words("\"$(a $(b) {output})\" {output}; x", "a b",
              "/bin/sh|-c|\"$(a $(b) 'a b')\" 'a b'; x");
  check_words("\"$(a \"$(b)\" {output})\" {output}; x", "a b",
              "/bin/sh|-c|\"$(a \"$(b)\" 'a b')\" 'a b'; x");
}

/* What the shell itself makes of the quoting. */
static void test_a_real_shell(void **state) {
  (void)state;
  static const char *const commands[] = {"printf %s {output};",
                                         "printf %s \"{output}\";",
                                         "printf %s '{output}';",
                                         "sh -c 'printf %s {output}'",
                                         "bash -ec 'printf %s \"{output}\"; :' | cat",
                                         "sh -c \"printf %s '{output}'\"",
                                         "sh -c \"printf %s \\\"{output}\\\"\""};
  hx_config c = hx_config_serial();
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    char got[64];
    char *line = hx_command_text_fill(commands[i], &c, awkward);
    FILE *shell = popen(line, "r");
    assert_non_null(shell);
    assert_non_null(fgets(got, sizeof got, shell));
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(got, awkward);
    free(line);
  }
}

static void test_braces(void **state) {
  (void)state;
  check_words("prog '{{workers}}' {{a}}", "/out", "/bin/sh|-c|prog '{workers}' {a}");
  check_words("prog '{{{workers}}}'", "/out", "prog|{6}");
  check_words("echo ${threads} ${x:-{workers}}", "/out", "/bin/sh|-c|echo ${threads} ${x:-6}");
  check_words("find . -exec echo {} +", "/out", "/bin/sh|-c|find . -exec echo {} +");
  check_words("echo {1..4} {a,b}", "/out", "/bin/sh|-c|echo {1..4} {a,b}");
  check_words("awk '{if($1){n++}}'", "/out", "awk|{if($1){n++}}");
}

static void test_unknown(void **state) {
  (void)state;
  hx_config serial = hx_config_serial();
  pvs_error error;
  assert_false(hx_command_text_check("prog {jobs} > {output}", &serial, afresh(&error)));
  assert_string_equal(error.message,
                      "the command has the unknown placeholder {jobs}: known are {workers}, "
                      "{processes}, {threads} and {output}; the text {jobs} itself is written "
                      "{{jobs}}: prog {jobs} > {output}");
  assert_false(hx_command_text_check("prog 'a", &serial, afresh(&error)));
  assert_true(
      hx_command_text_check("prog \\'a", &serial, afresh(&error))); /* the shell's to judge */
  assert_true(hx_command_text_check("prog ${jobs}", &serial, afresh(&error)));
  /* The longest name there may be, and one that only begins with it. */
  hx_config known = serial;
  assert_true(hx_config_param_read(&known, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1", afresh(&error)));
  assert_true(hx_command_text_check("prog {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}", &known, &error));
  assert_false(hx_command_text_check("prog {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}", &known, &error));
}

static void test_placeholders(void **state) {
  (void)state;
  hx_command_placeholders placeholders =
      hx_command_placeholders_in("a {workers} {output} {{processes}} ${threads}");
  assert_true(placeholders.workers && placeholders.output && !placeholders.threads &&
              !placeholders.processes);
  placeholders = hx_command_placeholders_in("a $PVTUNE_THREADS ${PVTUNE_PROCESSES}");
  assert_true(!placeholders.workers && !placeholders.output && placeholders.threads &&
              placeholders.processes);
}

static const char *value_in(char **environment, const char *name) {
  const char *found = NULL;
  for (size_t i = 0; environment[i]; i++)
    if (strncmp(environment[i], name, strlen(name)) == 0 && environment[i][strlen(name)] == '=') {
      assert_null(found); /* once */
      found = environment[i] + strlen(name) + 1;
    }
  return found;
}

static void test_environment(void **state) {
  (void)state;
  hx_config c = config("hybrid:2x3");
  setenv("PVTUNE_WORKERS", "77", 1);
  setenv("TEST_OTHER", "kept", 1);
  char **environment = hx_command_environment(&c);
  assert_string_equal(value_in(environment, "PVTUNE_WORKERS"), "6");
  assert_string_equal(value_in(environment, "PVTUNE_PROCESSES"), "2");
  assert_string_equal(value_in(environment, "PVTUNE_THREADS"), "3");
  assert_string_equal(value_in(environment, "TEST_OTHER"), "kept");
  free(environment);
  unsetenv("PVTUNE_WORKERS");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words_without_a_shell),
      cmocka_unit_test(test_for_a_shell),
      cmocka_unit_test(test_in_a_script),
      cmocka_unit_test(test_a_real_shell),
      cmocka_unit_test(test_braces),
      cmocka_unit_test(test_unknown),
      cmocka_unit_test(test_placeholders),
      cmocka_unit_test(test_environment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
