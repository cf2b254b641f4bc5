/* A timed run as a process: its end told right, its group stopped whole, its outputs judged. What
 * it took is never asserted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/check.h"
#include "measure/source.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-process-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  return hx_outputs_remove(folder) ? 0 : -1;
}

static hx_process_result run_shell(const char *script, double cap_s, double timeout_s,
                                   const volatile sig_atomic_t *interrupts) {
  char *argv[] = {"sh", "-c", strdup(script), NULL};
  hx_process_result result;
  hx_process_run(&(hx_process_spec){.argv = argv,
                                    .record = true,
                                    .stdout_fd = -1,
                                    .lock_fd = -1,
                                    .cap_s = cap_s,
                                    .timeout_s = timeout_s,
                                    .interrupts = interrupts},
                 &result);
  free(argv[2]);
  return result;
}

static void test_exit_code_record_and_stderr(void **state) {
  (void)state;
  hx_process_result r =
      run_shell("echo told >&3; echo first >&2; echo sorry >&2; exit 7", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.exit_code, 7);
  assert_string_equal(r.record, "told\n");
  assert_string_equal(r.message, "first\nsorry");
  assert_true(r.wall_s > 0 && r.end_s >= r.start_s);
  assert_true(r.max_rss_kib > 0);
  hx_process_result_deinit(&r);
}

static void test_a_long_record_is_read_whole(void **state) {
  (void)state;
  hx_process_result r =
      run_shell("i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done >&3", INFINITY,
                INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.record_size, 20000 * 11);
  hx_process_result_deinit(&r);
}

static void test_signal(void **state) {
  (void)state;
  hx_process_result r = run_shell("kill -SEGV $$", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_SIGNALLED);
  assert_int_equal(r.signal, SIGSEGV);
  hx_process_result_deinit(&r);
}

static void test_not_started(void **state) {
  (void)state;
  char *argv[] = {"/nonexistent/program", NULL};
  hx_process_result r;
  hx_process_run(
      &(hx_process_spec){
          .argv = argv, .stdout_fd = -1, .lock_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY},
      &r);
  assert_int_equal(r.end, HX_PROCESS_NOT_STARTED);
  assert_non_null(strstr(r.message, "/nonexistent/program"));
  hx_process_result_deinit(&r);
}

/* The whole group goes: a child of the run that kept a file open would go on writing. */
static void check_group_is_stopped(double cap_s, double timeout_s,
                                   const volatile sig_atomic_t *interrupts, hx_process_end how) {
  char script[256];
  snprintf(script, sizeof script,
           "(while :; do echo x >> %s/alive; sleep 0.01; done) & sleep 100; true", folder);
  hx_process_result r = run_shell(script, cap_s, timeout_s, interrupts);
  assert_int_equal(r.end, how);
  hx_process_result_deinit(&r);
  char path[128], before[HX_HASH_TEXT], after[HX_HASH_TEXT];
  snprintf(path, sizeof path, "%s/alive", folder);
  usleep(50000); /* until the killed writer is gone */
  hx_file_hash(path, before);
  usleep(100000);
  hx_file_hash(path, after);
  assert_string_equal(before, after);
}

static void test_cap_timeout_and_ctrl_c_stop_the_whole_group(void **state) {
  (void)state;
  sig_atomic_t twice = 2;
  check_group_is_stopped(0.1, INFINITY, NULL, HX_PROCESS_CAPPED);
  check_group_is_stopped(INFINITY, 0.1, NULL, HX_PROCESS_TIMEOUT);
  check_group_is_stopped(INFINITY, INFINITY, &twice, HX_PROCESS_INTERRUPTED);
}

static void test_what_is_left_behind_is_stopped_too(void **state) {
  (void)state;
  hx_process_result r = run_shell("sleep 100 >&3 & exit 0", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED); /* and the record pipe did not keep us waiting */
  hx_process_result_deinit(&r);
}

static void test_one_ctrl_c_lets_the_run_end(void **state) {
  (void)state;
  sig_atomic_t once = 1;
  hx_process_result r = run_shell("sleep 0.3; exit 0", INFINITY, INFINITY, &once);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  hx_process_result_deinit(&r);
}

/* A run keeps the measuring lock even when whoever measured has gone, whatever number it has. */
static void check_lock_is_inherited(int fd, const char *path) {
  char script[256];
  char *argv[] = {"sh", "-c", script, NULL};
  hx_process_result r;
  snprintf(script, sizeof script, "[ /proc/self/fd/4 -ef %s ] && echo same >&3", path);
  hx_process_run(&(hx_process_spec){.argv = argv,
                                    .record = true,
                                    .stdout_fd = -1,
                                    .lock_fd = fd,
                                    .cap_s = INFINITY,
                                    .timeout_s = INFINITY},
                 &r);
  assert_string_equal(r.record ? r.record : "", "same\n");
  hx_process_result_deinit(&r);
}

static void test_the_lock_is_inherited(void **state) {
  (void)state;
  char path[128];
  snprintf(path, sizeof path, "%s/lock", folder);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  assert_true(fd >= 0);
  check_lock_is_inherited(fd, path);
  for (int low = 3; low <= 5; low++)
    if (low != fd && fcntl(low, F_GETFD) < 0) {
      assert_int_equal(dup3(fd, low, O_CLOEXEC), low);
      check_lock_is_inherited(low, path);
      close(low);
    }
  close(fd);
}

/* ---- as a source of runs ---- */

static hx_topo *topo;

static hx_measured run_command(const char *text, const char *configuration, const char *expected) {
  char err[256];
  hx_workload workload;
  hx_config config;
  hx_measured measured;
  assert_true(hx_workload_parse(text, &workload, err, sizeof err));
  assert_true(hx_config_parse(configuration, &config, err, sizeof err));
  char scratch[128];
  snprintf(scratch, sizeof scratch, "%s", folder);
  hx_process_source processes = {.self = "pvtune", .topo = topo, .scratch = scratch, .lock_fd = -1};
  hx_source source = hx_source_processes(&processes);
  hx_source_run(&source,
                &(hx_source_job){.workload = &workload,
                                 .config = &config,
                                 .cap_s = INFINITY,
                                 .timeout_s = INFINITY,
                                 .expected = expected},
                &measured);
  hx_workload_deinit(&workload);
  return measured;
}

static void test_a_commands_output_is_digested(void **state) {
  (void)state;
  hx_measured a = run_command("cmd:echo one", "serial", NULL);
  hx_measured b = run_command("cmd:printf 'one\\n' > {output}", "serial", NULL);
  hx_measured c = run_command("cmd:mkdir {output} && echo one > {output}/file", "serial", NULL);
  hx_measured d = run_command("cmd:true", "serial", NULL);
  assert_int_equal(strlen(a.digest), 16);
  assert_string_equal(a.digest, b.digest);
  assert_int_equal(strlen(c.digest), 16);
  assert_string_not_equal(a.digest, c.digest);
  assert_string_equal(d.digest, "");
  hx_measured_deinit(&a);
  hx_measured_deinit(&b);
  hx_measured_deinit(&c);
  hx_measured_deinit(&d);
}

static void test_expected_outputs(void **state) {
  (void)state;
  char good[128], near[128], bad[128], reason[256];
  hx_config serial = hx_config_serial();
  const char *const names[] = {"good.csv", "near.csv", "bad.csv"};
  const char *const texts[] = {"a,b\n1,2\n", "a,b\n1,2.0000000001\n", "a,b\n1,3\n"};
  char *const paths[] = {good, near, bad};
  for (int i = 0; i < 3; i++) {
    snprintf(paths[i], 128, "%s/%s", folder, names[i]);
    FILE *f = fopen(paths[i], "w");
    assert_non_null(f);
    fputs(texts[i], f);
    fclose(f);
  }
  hx_measured m = run_command("cmd:printf 'a,b\\n1,2\\n'", "serial", good);
  assert_int_equal(m.expected, HX_EXPECTED_AGREES);
  hx_measured_deinit(&m);
  m = run_command("cmd:printf 'a,b\\n1,2\\n' > {output}", "serial", near);
  assert_int_equal(m.expected, HX_EXPECTED_AGREES);
  hx_measured_deinit(&m);
  m = run_command("cmd:printf 'a,b\\n1,2\\n'", "serial", bad);
  assert_int_equal(m.expected, HX_EXPECTED_DIFFERS);
  assert_int_equal(hx_check_run(&m, &serial, "", reason, sizeof reason), HX_RUN_WRONG);
  hx_measured_deinit(&m);
  m = run_command("cmd:echo", "serial", "/nonexistent/file");
  assert_int_equal(hx_check_run(&m, &serial, "", reason, sizeof reason), HX_RUN_WRONG);
  assert_non_null(strstr(reason, "/nonexistent/file"));
  hx_measured_deinit(&m);
}

/* Pinned from outside, it stays where it was put; unless it leaves, which is noticed. */
static void test_binding_of_a_command(void **state) {
  (void)state;
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  if (hx_cpuset_count(allowed) < 2 || system("taskset -V >/dev/null 2>&1") != 0)
    skip();
  char all[HX_CPUSET_TEXT], command[HX_CPUSET_TEXT + 64], reason[256];
  hx_cpuset_format(allowed, all, sizeof all);
  hx_config pinned;
  char err[256];
  char text[64];
  snprintf(text, sizeof text, "threads:1/pin=list:%d", hx_cpuset_next(allowed, -1));
  assert_true(hx_config_parse(text, &pinned, err, sizeof err));

  hx_measured m = run_command("cmd:sleep 0.3", text, NULL);
  assert_int_equal(m.binding, HX_BINDING_HELD);
  assert_int_equal(hx_check_run(&m, &pinned, "", reason, sizeof reason), HX_RUN_VALID);
  hx_measured_deinit(&m);

  snprintf(command, sizeof command, "cmd:taskset -c %s sleep 0.5", all);
  m = run_command(command, text, NULL);
  assert_int_equal(m.binding, HX_BINDING_LOST);
  assert_int_equal(hx_check_run(&m, &pinned, "", reason, sizeof reason), HX_RUN_INVALID);
  hx_measured_deinit(&m);

  cpu_set_t ours;
  assert_int_equal(sched_getaffinity(0, sizeof ours, &ours), 0);
  assert_int_equal(CPU_COUNT(&ours), hx_cpuset_count(allowed)); /* we ourselves are where we were */
}

static int open_topo(void **state) {
  (void)state;
  char err[256];
  topo = hx_topo_open(&(hx_topo_source){0}, err, sizeof err);
  return topo ? 0 : -1;
}

static int close_topo(void **state) {
  (void)state;
  hx_topo_close(topo);
  return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exit_code_record_and_stderr),
      cmocka_unit_test(test_a_long_record_is_read_whole),
      cmocka_unit_test(test_signal),
      cmocka_unit_test(test_not_started),
      IN_FOLDER(test_cap_timeout_and_ctrl_c_stop_the_whole_group),
      cmocka_unit_test(test_what_is_left_behind_is_stopped_too),
      cmocka_unit_test(test_one_ctrl_c_lets_the_run_end),
      IN_FOLDER(test_the_lock_is_inherited),
      IN_FOLDER(test_a_commands_output_is_digested),
      IN_FOLDER(test_expected_outputs),
      IN_FOLDER(test_binding_of_a_command),
  };
  return cmocka_run_group_tests(tests, open_topo, close_topo);
}
