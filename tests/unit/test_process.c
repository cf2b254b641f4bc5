/* A timed run as a process: its end told right, its group stopped whole. What it took is never
 * asserted. */
#include "process_support.h"

#include "measure/environment.h"
#include "measure/guard.h"
#include "measure/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_exit_code_record_and_stderr(void **state) {
  (void)state;
  hx_process_result r =
      run_shell("echo told >&3; echo first >&2; echo sorry >&2; exit 7", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.exit_code, 7);
  assert_string_equal(r.telemetry, "told\n");
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
  assert_int_equal(r.telemetry_size, 20000 * 11);
  hx_process_result_deinit(&r);
  assert_null(r.telemetry);
  assert_int_equal(r.telemetry_size, 0);
}

/* Nobody is left behind by a daemon that ended before the run did, though nobody waited for it. */
static void test_orphans_that_have_ended_are_not_left_behind(void **state) {
  (void)state;
  hx_process_result r = run_shell("(true &) ; (true &) ; sleep 0.2", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.left_behind, 0);
  hx_process_result_deinit(&r);
}

/* What is sent to our group, or to that of the program, does not reach who watches it. */
static void test_the_guard_has_a_group_of_its_own(void **state) {
  (void)state;
  hx_process_result r = run_shell("read pid name state parent group rest </proc/$PPID/stat; "
                                  "test $group = $PPID && test $(ps -o pgid= -p $$) = $$",
                                  INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.exit_code, 0);
  hx_process_result_deinit(&r);
}

/* What nobody asked for is not printed among our own tables. */
static void test_where_it_prints(void **state) {
  (void)state;
  FILE *ours = tmpfile();
  int before = dup(STDOUT_FILENO);
  assert_true(ours && before >= 0 && fflush(stdout) == 0);
  assert_true(dup2(fileno(ours), STDOUT_FILENO) >= 0);
  hx_process_result r =
      run_shell("at=$(readlink /proc/$$/fd/1); echo $at >&2; exit 1", INFINITY, INFINITY, NULL);
  dup2(before, STDOUT_FILENO);
  close(before);
  fclose(ours);
  assert_string_equal(r.message, "/dev/null");
  hx_process_result_deinit(&r);
}

static void test_signal(void **state) {
  (void)state;
  hx_process_result r = run_shell("kill -SEGV $$", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_SIGNALLED);
  assert_int_equal(r.signal, SIGSEGV);
  assert_int_equal(r.exit_code, -1);
  hx_process_result_deinit(&r);
}

static void test_not_started(void **state) {
  (void)state;
  char *argv[] = {"/nonexistent/program", NULL};
  hx_process_result r;
  hx_process_run(
      &(hx_process_spec){.argv = argv, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY},
      &r);
  assert_int_equal(r.end, HX_PROCESS_NOT_STARTED);
  assert_non_null(strstr(r.message, "/nonexistent/program"));
  hx_process_result_deinit(&r);
  argv[0] = "";
  hx_process_run(
      &(hx_process_spec){.argv = argv, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY},
      &r);
  assert_int_equal(r.end, HX_PROCESS_NOT_STARTED);
  assert_string_equal(r.message,
                      "a program without a name cannot be started: No such file or directory");
  hx_process_result_deinit(&r);
  argv[0] = "true";
  hx_process_run(&(hx_process_spec){.argv = argv,
                                    .input = "/nonexistent/input",
                                    .stdout_fd = -1,
                                    .cap_s = INFINITY,
                                    .timeout_s = INFINITY},
                 &r);
  assert_int_equal(r.end, HX_PROCESS_NOT_STARTED);
  assert_string_equal(r.message,
                      "its input /nonexistent/input cannot be read: No such file or directory");
  hx_process_result_deinit(&r);
}

/* Without a first line that names who reads it, as a shell would run it: with and without arguments. */
static void test_a_script_that_names_no_shell(void **state) {
  (void)state;
  char path[128];
  snprintf(path, sizeof path, "%s/script", folder);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs("exit $((7 + $#))\n", f);
  assert_int_equal(fclose(f), 0);
  assert_int_equal(chmod(path, 0755), 0);
  for (int arguments = 0; arguments < 3; arguments++) {
    char *argv[] = {path, "one", "two", NULL};
    hx_process_result r;
    argv[1 + arguments] = NULL;
    hx_process_run(
        &(hx_process_spec){.argv = argv, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY},
        &r);
    assert_int_equal(r.end, HX_PROCESS_EXITED);
    assert_int_equal(r.exit_code, 7 + arguments);
    hx_process_result_deinit(&r);
  }
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
  int looks = 0;
  do { /* what the killed writer was just writing may still come */
    hx_file_hash(path, before);
    usleep(100000);
    hx_file_hash(path, after);
  } while (strcmp(before, after) != 0 && ++looks < 20);
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
  assert_int_equal(r.end, HX_PROCESS_EXITED); /* and the telemetry pipe did not keep us waiting */
  hx_process_result_deinit(&r);
}

static void test_one_ctrl_c_lets_the_run_end(void **state) {
  (void)state;
  sig_atomic_t once = 1;
  hx_process_result r = run_shell("sleep 0.3; exit 0", INFINITY, INFINITY, &once);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  hx_process_result_deinit(&r);
}

/* ---- what a run may hold and leave ---- */

static void test_of_a_flood_on_stderr_only_the_end_is_kept(void **state) {
  (void)state;
  hx_process_result r = run_shell("head -c 8000000 /dev/zero | tr '\\0' x >&2; echo >&2; "
                                  "echo sorry >&2; stat -Lc %s /proc/self/fd/2 >&3",
                                  INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_string_equal(r.telemetry, "0\n"); /* nothing is stored behind its stderr */
  assert_int_equal(strlen(r.message), HX_PROCESS_MESSAGE - 1);
  assert_non_null(strstr(r.message, "xxx\nsorry"));
  hx_process_result_deinit(&r);
}

static void test_it_sees_four_descriptors(void **state) {
  (void)state;
  /* Not even those that we were started with ourselves, which nobody marked. */
  int kept = fcntl(STDIN_FILENO, F_DUPFD, 3), high = fcntl(STDIN_FILENO, F_DUPFD, 40);
  hx_process_result r = run_shell("exec ls /proc/self/fd >&3", INFINITY, INFINITY, NULL);
  assert_string_equal(r.telemetry, "0\n1\n2\n3\n4\n"); /* 4: the folder that ls itself reads */
  hx_process_result_deinit(&r);
  close(kept);
  close(high);
}

static pid_t pid_in(const char *name) {
  char path[128], text[32] = "";
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "r");
  if (f) {
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
  }
  return (pid_t)atoi(text);
}

/* Writes its id to a file, at once and by itself, and sleeps. */
static void put_sleeper(char *script, size_t size, const char *prefix, const char *name) {
  size_t used = strlen(script);
  snprintf(script + used, size - used, "%s sh -c 'echo $$ > %s/%s; exec sleep 100' & ", prefix,
           folder, name);
}

static void test_a_child_that_leaves_the_group_is_noticed_and_ended(void **state) {
  (void)state;
  char script[768] = "";
  put_sleeper(script, sizeof script, "setsid", "daemon");
  size_t used = strlen(script);
  snprintf(script + used, sizeof script - used, "while [ ! -s %s/daemon ]; do sleep 0.01; done",
           folder);
  hx_process_result r = run_shell(script, INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.left_behind, 1);
  assert_true(pid_in("daemon") > 0);
  assert_int_equal(kill(pid_in("daemon"), 0), -1);
  hx_process_result_deinit(&r);

  r = run_shell("sleep 0.01 & wait", INFINITY, INFINITY, NULL);
  assert_int_equal(r.left_behind, 0);
  hx_process_result_deinit(&r);
}

/* One that has ended may have no parent that takes notice. */
static bool is_alive(pid_t pid) {
  char path[64], state = 'X';
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *f = fopen(path, "r");
  if (f) {
    if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
      state = 'X';
    fclose(f);
  }
  return state != 'X' && state != 'Z';
}

static bool lasts(pid_t pid) {
  for (int i = 0; i < 6000 && is_alive(pid); i++)
    usleep(10000);
  return is_alive(pid);
}

/* Who measures is killed: the run ends, whatever group it is in, and then the lock is free. */
static void test_a_run_does_not_outlive_us(void **state) {
  (void)state;
  char script[768] = "", lock_path[128];
  snprintf(lock_path, sizeof lock_path, "%s/lock", folder);
  put_sleeper(script, sizeof script, "", "child");
  put_sleeper(script, sizeof script, "setsid", "daemon");
  strcat(script, "wait");
  hx_lock lock;
  pid_t measuring = fork();
  if (measuring == 0) {
    if (hx_lock_take(&lock, lock_path, "test", &(hx_lock_wait){0}, NULL))
      run_shell(script, INFINITY, INFINITY, NULL);
    _exit(1);
  }
  for (int i = 0; i < 6000 && (pid_in("child") == 0 || pid_in("daemon") == 0); i++)
    usleep(10000);
  assert_true(pid_in("child") > 0 && pid_in("daemon") > 0);
  assert_int_equal(kill(measuring, SIGKILL), 0);
  assert_int_equal(waitpid(measuring, NULL, 0), measuring);
  assert_false(lasts(pid_in("child")));
  assert_false(lasts(pid_in("daemon")));
  alarm(120); /* instead of waiting for ever */
  assert_true(
      hx_lock_take(&lock, lock_path, "test", &(hx_lock_wait){.patience_s = INFINITY}, NULL));
  alarm(0);
  hx_lock_release(&lock);
}

/* The guard is killed: then the run, which is a child of ours by then, is killed too. */
static void test_a_run_does_not_outlive_its_guard(void **state) {
  (void)state;
  char *argv[] = {"sleep", "100", NULL};
  hx_guard guard;
  hx_guard_end end;
  int status = 0;
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  assert_int_equal(hx_guard_begin(&guard, &(hx_guard_spec){.argv = argv,
                                                           .stdout_fd = -1,
                                                           .stderr_fd = STDERR_FILENO,
                                                           .telemetry_fd = -1}),
                   0);
  assert_int_equal(kill(guard.pid, SIGKILL), 0);
  assert_false(hx_guard_finish(&guard, &end));
  alarm(120); /* instead of waiting for its end */
  assert_int_equal(waitpid(guard.run, &status, 0), guard.run);
  alarm(0);
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Read block by block: the same as of the bytes at once, whatever their number. */
static void a_file_hash_is_that_of_its_bytes(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, (1 << 16) - 1, 1 << 16, 3 * (1 << 16) + 17};
  char path[] = "/tmp/pvtune-test-hash-XXXXXX", of_file[HX_HASH_TEXT], of_bytes[HX_HASH_TEXT];
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *bytes = calloc(sizes[i] + 1, 1);
    for (size_t k = 0; k < sizes[i]; k++)
      bytes[k] = (char)(k * 31 + k / 257);
    assert_int_equal(pwrite(fd, bytes, sizes[i], 0), (ssize_t)sizes[i]);
    hx_file_hash(path, of_file);
    hx_bytes_hash(bytes, sizes[i], of_bytes);
    assert_string_equal(of_file, of_bytes);
    free(bytes);
  }
  close(fd);
  unlink(path);
  hx_file_hash(path, of_file);
  assert_string_equal(of_file, "");
  hx_file_hash("/tmp", of_file);
  assert_string_equal(of_file, "");
}

/* Some containers refuse it, and old kernels do not know it. */
int pidfd_open(pid_t pid, unsigned flags) {
  (void)pid, (void)flags;
  errno = ENOSYS;
  return -1;
}

static void test_a_run_without_pidfd(void **state) {
  (void)state;
  hx_process_result r = run_shell("sleep 0.05 & sleep 0.3; exit 3", INFINITY, INFINITY, NULL);
  assert_int_equal(r.end, HX_PROCESS_EXITED);
  assert_int_equal(r.exit_code, 3);
  assert_int_equal(r.left_behind, 0);
  assert_true(r.wall_s > 0.25);
  hx_process_result_deinit(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_hash_is_that_of_its_bytes),
      cmocka_unit_test(test_exit_code_record_and_stderr),
      cmocka_unit_test(test_a_long_record_is_read_whole),
      cmocka_unit_test(test_orphans_that_have_ended_are_not_left_behind),
      cmocka_unit_test(test_the_guard_has_a_group_of_its_own),
      cmocka_unit_test(test_where_it_prints),
      cmocka_unit_test(test_signal),
      cmocka_unit_test(test_not_started),
      IN_FOLDER(test_a_script_that_names_no_shell),
      IN_FOLDER(test_cap_timeout_and_ctrl_c_stop_the_whole_group),
      cmocka_unit_test(test_what_is_left_behind_is_stopped_too),
      cmocka_unit_test(test_one_ctrl_c_lets_the_run_end),
      cmocka_unit_test(test_of_a_flood_on_stderr_only_the_end_is_kept),
      cmocka_unit_test(test_it_sees_four_descriptors),
      IN_FOLDER(test_a_child_that_leaves_the_group_is_noticed_and_ended),
      cmocka_unit_test(test_a_run_without_pidfd),
      IN_FOLDER(test_a_run_does_not_outlive_us),
      cmocka_unit_test(test_a_run_does_not_outlive_its_guard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
