/* Two timed runs that take turns: one is stopped while the other runs. What they took is never asserted. */
#include "process_support.h"

#include "measure/waiting.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static void run_two_shells(const char *first, const char *second, double cap_s,
                           hx_process_result result[2]) {
  char *argv[2][4] = {{"sh", "-c", strdup(first), NULL}, {"sh", "-c", strdup(second), NULL}};
  hx_process_spec spec[2];
  for (int i = 0; i < 2; i++)
    spec[i] = (hx_process_spec){
        .argv = argv[i], .telemetry = true, .stdout_fd = -1, .cap_s = cap_s, .timeout_s = INFINITY};
  hx_process_run_in_turns(spec, 0.002, result);
  free(argv[0][2]);
  free(argv[1][2]);
}

static void assert_sums_up(const hx_process_result *r) {
  double sum_s = 0;
  for (size_t k = 0; k < r->n_turns; k++)
    sum_s += r->turns[k].end_s - r->turns[k].start_s;
  assert_true(fabs(sum_s - r->wall_s) < 1e-9);
  assert_true(fabs(hx_process_ran_s(r, r->start_s, r->end_s) - sum_s) < 1e-9);
}

static const char busy[] = "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo done >&3; ";

static void test_two_take_turns(void **state) {
  (void)state;
  char first[256], second[256];
  hx_process_result r[2];
  snprintf(first, sizeof first, "%s exit 3", busy);
  snprintf(second, sizeof second, "%s kill -SEGV $$", busy);
  run_two_shells(first, second, INFINITY, r);
  assert_int_equal(r[0].end, HX_PROCESS_EXITED);
  assert_int_equal(r[0].exit_code, 3);
  assert_int_equal(r[1].end, HX_PROCESS_SIGNALLED);
  assert_int_equal(r[1].signal, SIGSEGV);
  for (int i = 0; i < 2; i++) {
    assert_string_equal(r[i].telemetry, "done\n");
    assert_true(r[i].n_turns > 1);
    assert_sums_up(&r[i]);
  }
  /* Never both at a time. */
  for (size_t k = 0; k < r[0].n_turns; k++)
    for (size_t m = 0; m < r[1].n_turns; m++)
      assert_true(r[0].turns[k].end_s <= r[1].turns[m].start_s ||
                  r[1].turns[m].end_s <= r[0].turns[k].start_s);
  assert_true(r[0].turns[0].start_s < r[1].turns[0].start_s);
  hx_process_result_deinit(&r[0]);
  assert_true(!r[0].turns && r[0].n_turns == 0);
  hx_process_result_deinit(&r[1]);
}

static void test_an_end_that_is_learned_turns_later(void **state) {
  (void)state;
  static const struct {
    double end_s;
    size_t n_turns;
    double last_end_s, ran_s;
  } cases[] = {
      {9, 3, 6, 3},   {6, 3, 6, 3},       {5.25, 3, 5.25, 2.25}, {5, 2, 4, 2},
      {4.5, 2, 4, 2}, {4, 2, 4, 2},       {3.5, 2, 3.5, 1.5},    {3, 1, 2, 1},
      {2.5, 1, 2, 1}, {1.5, 1, 1.5, 0.5}, {0.5, 1, 1, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_process_turn turns[] = {{1, 2}, {3, 4}, {5, 6}};
    hx_process_result r = {.turns = turns, .n_turns = 3};
    hx_process_end_turns(&r, cases[i].end_s);
    assert_int_equal(r.n_turns, cases[i].n_turns);
    assert_true(turns[r.n_turns - 1].end_s == cases[i].last_end_s);
    assert_true(hx_process_ran_s(&r, 0, 10) == cases[i].ran_s);
  }
  hx_process_result none = {0};
  hx_process_end_turns(&none, 1);
  assert_int_equal(none.n_turns, 0);
}

static void test_while_one_has_its_turn_the_others_group_stands_still(void **state) {
  (void)state;
  /* The second's children count in a file; the first sees it change within none of its turns, but
   * for the last writing of each of theirs, which empties the file and fills it. */
  char counts[256], looks[512];
  snprintf(counts, sizeof counts,
           "(i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i > %s/count; done) & wait", folder);
  snprintf(looks, sizeof looks,
           "echo 0 > %s/count; n=0; other=0; while [ $n -lt 2000 ]; do n=$((n+1)); read a < "
           "%s/count; read b < %s/count; [ \"$a\" = \"$b\" ] || other=$((other+1)); done; echo "
           "$other >&3",
           folder, folder, folder);
  hx_process_result r[2];
  run_two_shells(looks, counts, INFINITY, r);
  assert_int_equal(r[0].end, HX_PROCESS_EXITED);
  assert_int_equal(r[1].end, HX_PROCESS_EXITED);
  assert_true(r[0].n_turns > 1);
  assert_in_range(atoi(r[0].telemetry), 0, 4 * r[0].n_turns);
  hx_process_result_deinit(&r[0]);
  hx_process_result_deinit(&r[1]);
}

static void test_one_of_two_is_capped_and_the_other_ends(void **state) {
  (void)state;
  hx_process_result r[2];
  run_two_shells("while :; do :; done", busy, 0.5, r);
  assert_int_equal(r[0].end, HX_PROCESS_CAPPED);
  assert_true(r[1].end == HX_PROCESS_EXITED || r[1].end == HX_PROCESS_CAPPED);
  assert_true(r[0].wall_s >= 0.5); /* of its own time */
  hx_process_result_deinit(&r[0]);
  hx_process_result_deinit(&r[1]);
}

static void test_one_of_two_does_not_start(void **state) {
  (void)state;
  char *nowhere[] = {"/nonexistent/program", NULL};
  char *shell[] = {"sh", "-c", "exit 5", NULL};
  hx_process_spec spec[2] = {
      {.argv = nowhere, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY},
      {.argv = shell, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY}};
  hx_process_result r[2];
  hx_process_run_in_turns(spec, 0.002, r);
  assert_int_equal(r[0].end, HX_PROCESS_NOT_STARTED);
  assert_non_null(strstr(r[0].message, "/nonexistent/program"));
  assert_int_equal(r[1].end, HX_PROCESS_EXITED);
  assert_int_equal(r[1].exit_code, 5);
  hx_process_result_deinit(&r[0]);
  hx_process_result_deinit(&r[1]);
}

/* Traces it for 60 ms, far longer than a turn. Says whether it was stopped meanwhile. */
static bool is_stopped_while_traced(pid_t parent) {
  bool stopped = false;
  if (ptrace(PTRACE_SEIZE, parent, NULL, NULL) != 0)
    _exit(2); /* not allowed here */
  for (int i = 0; i < 60 && !stopped; i++) {
    int status;
    usleep(1000);
    stopped = waitpid(parent, &status, WNOHANG | __WALL) == parent && WIFSTOPPED(status);
  }
  ptrace(PTRACE_DETACH, parent, NULL, NULL);
  return stopped;
}

/* As a leak check does: a child of the run traces its parent. Says whether that was stopped by us
 * meanwhile; again and again, since a stop may have been on its way when the tracing began. */
static int be_traced(void) {
  pid_t parent = getpid(), tracer = fork();
  if (tracer == 0) {
    int stops = 0;
    while (stops < 20 && is_stopped_while_traced(parent))
      stops++;
    _exit(stops < 20 ? 0 : 1);
  }
  int status = -1;
  while (waitpid(tracer, &status, 0) < 0) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

/* Directly, and below a shell. */
static void test_a_traced_run_is_not_stopped(void **state) {
  (void)state;
  for (int below = 0; below < 2; below++) {
    char self[256], script[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    snprintf(script, sizeof script, below ? "'%s' --be-traced; exit $?" : "exec '%s' --be-traced",
             self);
    hx_process_result r[2];
    run_two_shells(script, busy, INFINITY, r);
    assert_int_equal(r[0].end, HX_PROCESS_EXITED);
    assert_true(r[0].exit_code == 0 || r[0].exit_code == 2);
    hx_process_result_deinit(&r[0]);
    hx_process_result_deinit(&r[1]);
  }
}

static void test_time_that_was_not_stopped(void **state) {
  (void)state;
  hx_process_turn turns[] = {{1, 2}, {4, 5}, {7, 9}};
  hx_process_result r = {.turns = turns, .n_turns = 3};
  assert_true(fabs(hx_process_ran_s(&r, 0, 10) - 4) < 1e-12);
  assert_true(fabs(hx_process_ran_s(&r, 1.5, 4.25) - 0.75) < 1e-12);
  assert_true(fabs(hx_process_ran_s(&r, 2, 4) - 0) < 1e-12);
  assert_true(fabs(hx_process_ran_s(&(hx_process_result){0}, 2, 4) - 2) < 1e-12);
}

/* Phases of a second each, from 0.5 s on: what of each lies within the turns. */
static void test_phases_without_waiting(void **state) {
  (void)state;
  hx_process_turn turns[] = {{0, 0.75}, {1, 1.25}, {2, 4}, {5.75, 6}};
  const hx_process_result r = {.turns = turns, .n_turns = 4};
  const int64_t second = 1000000000;
  hx_telemetry t = {.main_start_mono_ns = second / 2, .cpu_flow_ns = 7};
  t.total_ns = 6 * second;
  t.setup_ns = t.read_ns = t.plan_ns = t.simulate_ns = t.output_ns = t.publish_ns = second;
  t.work_ns = 3 * second;
  hx_waiting_leave_out(&r, &t);
  assert_int_equal(t.setup_ns, second / 2);
  assert_int_equal(t.read_ns, second / 2);
  assert_int_equal(t.plan_ns, second);
  assert_int_equal(t.simulate_ns, second / 2);
  assert_int_equal(t.output_ns, 0);
  assert_int_equal(t.publish_ns, second / 4);
  assert_int_equal(t.work_ns, 3 * second / 2);
  assert_int_equal(t.total_ns, 11 * second / 4);
  assert_int_equal(t.cpu_flow_ns, 7);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--be-traced") == 0)
    return be_traced();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_take_turns),
      cmocka_unit_test(test_an_end_that_is_learned_turns_later),
      IN_FOLDER(test_while_one_has_its_turn_the_others_group_stands_still),
      cmocka_unit_test(test_one_of_two_is_capped_and_the_other_ends),
      cmocka_unit_test(test_one_of_two_does_not_start),
      cmocka_unit_test(test_a_traced_run_is_not_stopped),
      cmocka_unit_test(test_time_that_was_not_stopped),
      cmocka_unit_test(test_phases_without_waiting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
