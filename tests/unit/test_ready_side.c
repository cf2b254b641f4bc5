/* Outputs of two sides, cell by cell: what is run for that, and what is said and left afterwards. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/ready_side.h"
#include "machine/topo.h"

static hx_topo *topo;
static hx_process_runner usual;
static hx_ready_side ready[2];
static hx_workload workload[2];
static hx_config config;
static double timeout_s;

static int set_up(void **state) {
  config = hx_config_serial();
  timeout_s = INFINITY;
  topo = hx_topo_open(&(hx_topo_origin){0}, NULL);
  usual = (hx_process_runner){.self = "pvtune", .topo = topo};
  return topo ? compare_setup(state) : -1;
}

static int tear_down(void **state) {
  hx_topo_close(topo);
  return compare_teardown(state);
}

/* What the two commands, of which B runs second, are found to be; `message` says why. */
static hx_expected compare(const char *a, const char *b, const hx_run_life *life,
                           char message[512]) {
  const char *text[2] = {a, b}, *name[2] = {"a", "b"};
  hx_duet_player player[2];
  pvs_error error;
  usual.life = life;
  for (int i = 0; i < 2; i++) {
    if (!hx_workload_parse(text[i], NULL, &workload[i], afresh(&error)) ||
        !hx_ready_side_init(&ready[i], name[i], compare_folder, NULL, compare_folder, &usual,
                            afresh(&error)))
      fail_msg("%s", error.message);
    player[i] =
        (hx_duet_player){.runner = &ready[i].runner, .workload = &workload[i], .config = &config};
  }
  hx_ready_side_pair pair = {.a = &ready[0], .scratch = compare_folder, .timeout_s = timeout_s};
  strcpy(message, "digests");
  hx_expected found =
      hx_ready_side_compare_outputs(&pair, &player[0], &player[1], message, sizeof(char[512]));
  for (int i = 0; i < 2; i++)
    hx_workload_deinit(&workload[i]);
  in_shell("test ! -e outputs-of-a");
  return found;
}

static void test_cells(void **state) {
  (void)state;
  char message[512];
  in_shell("printf 'k,v\\n1,2.5\\n' >one; printf 'k,v\\n1,2.5000000000001\\n' >close; "
           "printf 'k,v\\n1,2.6\\n' >far; mkdir -p outputs-of-a/left");
#define TABLE(name) "cmd:sh -c 'mkdir {output}; cp " name " {output}/table.csv'"
  assert_int_equal(compare(TABLE("one"), TABLE("close"), NULL, message), HX_EXPECTED_AGREES);
  assert_string_equal(message, "digests");
  assert_int_equal(compare(TABLE("one"), TABLE("far"), NULL, message), HX_EXPECTED_DIFFERS);
  assert_string_equal(message, "table.csv: row '1', column 'v': found '2.6', expected '2.5'");
  /* What is printed is no table by its name. */
  assert_int_equal(compare("cmd:cat one", "cmd:cat close", NULL, message), HX_EXPECTED_DIFFERS);
  assert_string_equal(message, "the bytes are not those of A's outputs");
}

/* A runs once, as it does when it is measured, and then B once. */
static void test_what_is_run(void **state) {
  (void)state;
  char message[512], input[128];
  snprintf(input, sizeof input, "%s/fed", compare_folder);
  hx_run_life life = {.input = input,
                      .prepare = "sh -c 'echo before >>log'",
                      .conclude = "sh -c 'echo after >>log'"};
  in_shell("echo 17 >fed");
  assert_int_equal(
      compare("cmd:sh -c 'echo a >>log; cat'", "cmd:sh -c 'echo b >>log; cat'", &life, message),
      HX_EXPECTED_AGREES);
  in_shell("printf '%s\\n' before a after before b after | diff - log");
}

static void test_what_has_no_cells(void **state) {
  (void)state;
  char message[512];
  hx_run_life life = {.filter = "cat"};
  assert_int_equal(compare("builtin:static:3", "builtin:static:3", NULL, message),
                   HX_EXPECTED_DIFFERS);
  assert_int_equal(compare("cmd:touch ran", "cmd:touch ran", &life, message), HX_EXPECTED_DIFFERS);
  assert_string_equal(message, "digests");
  in_shell("test ! -e ran");
}

static void test_a_fails(void **state) {
  (void)state;
  char message[512];
  hx_run_life life = {.ignore_failure = true};
  assert_int_equal(compare("cmd:sh -c 'echo 1; exit 3'", "cmd:touch ran", NULL, message),
                   HX_EXPECTED_ERROR);
  in_shell("test ! -e ran");
  assert_int_equal(
      compare("cmd:sh -c 'echo 1; exit 3'", "cmd:sh -c 'echo 1; exit 3'", &life, message),
      HX_EXPECTED_AGREES);
  life = (hx_run_life){.prepare = "false"};
  assert_int_equal(compare("cmd:touch ran", "cmd:touch ran", &life, message), HX_EXPECTED_ERROR);
  assert_string_equal(message, "--prepare 'false' failed: exit code 1");
  life = (hx_run_life){.conclude = "false"};
  assert_int_equal(compare("cmd:true", "cmd:touch ran", &life, message), HX_EXPECTED_ERROR);
  in_shell("test ! -e ran");
}

/* A run too long, of A or of B; and both are over at the first Ctrl-C, since they are not timed. */
static void test_a_run_without_an_end(void **state) {
  (void)state;
  char message[512];
  static volatile sig_atomic_t once = 1;
  timeout_s = 0.2;
  assert_int_equal(compare("cmd:sleep 60", "cmd:true", NULL, message), HX_EXPECTED_ERROR);
  assert_string_equal(message, "one more run of A took longer than --timeout");
  assert_int_equal(compare("cmd:echo 1", "cmd:sleep 60", NULL, message), HX_EXPECTED_ERROR);
  assert_string_equal(message, "one more run of B took longer than --timeout");
  timeout_s = INFINITY;
  usual.interrupts = &once;
  assert_int_equal(compare("cmd:sleep 60", "cmd:true", NULL, message), HX_EXPECTED_ERROR);
  assert_string_equal(message, "one more run of A was interrupted");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {CASE(test_cells), CASE(test_what_is_run),
                                     CASE(test_what_has_no_cells), CASE(test_a_fails),
                                     CASE(test_a_run_without_an_end)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
