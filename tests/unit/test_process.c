/* A timed run as a process: its end told right, its group stopped whole. What it took is never
 * asserted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/files.h"
#include "measure/environment.h"
#include "measure/guard.h"
#include "measure/lock.h"
#include "measure/process.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-process-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  return hx_files_remove(folder) ? 0 : -1;
}

static hx_process_result run_shell(const char *script, double cap_s, double timeout_s,
                                   const volatile sig_atomic_t *interrupts) {
  char *argv[] = {"sh", "-c", strdup(script), NULL};
  hx_process_result result;
  hx_process_run(&(hx_process_spec){.argv = argv,
                                    .telemetry = true,
                                    .stdout_fd = -1,
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

/* ---- in turns ---- */

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
    double sum_s = 0;
    for (size_t k = 0; k < r[i].n_turns; k++)
      sum_s += r[i].turns[k].end_s - r[i].turns[k].start_s;
    assert_true(fabs(sum_s - r[i].wall_s) < 1e-9);
    assert_true(fabs(hx_process_ran_s(&r[i], r[i].start_s, r[i].end_s) - sum_s) < 1e-9);
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

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

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

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--be-traced") == 0)
    return be_traced();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_hash_is_that_of_its_bytes),
      cmocka_unit_test(test_exit_code_record_and_stderr),
      cmocka_unit_test(test_a_long_record_is_read_whole),
      cmocka_unit_test(test_orphans_that_have_ended_are_not_left_behind),
      cmocka_unit_test(test_the_guard_has_a_group_of_its_own),
      cmocka_unit_test(test_signal),
      cmocka_unit_test(test_not_started),
      IN_FOLDER(test_a_script_that_names_no_shell),
      IN_FOLDER(test_cap_timeout_and_ctrl_c_stop_the_whole_group),
      cmocka_unit_test(test_what_is_left_behind_is_stopped_too),
      cmocka_unit_test(test_one_ctrl_c_lets_the_run_end),
      cmocka_unit_test(test_two_take_turns),
      IN_FOLDER(test_while_one_has_its_turn_the_others_group_stands_still),
      cmocka_unit_test(test_one_of_two_is_capped_and_the_other_ends),
      cmocka_unit_test(test_one_of_two_does_not_start),
      cmocka_unit_test(test_a_traced_run_is_not_stopped),
      cmocka_unit_test(test_time_that_was_not_stopped),
      cmocka_unit_test(test_of_a_flood_on_stderr_only_the_end_is_kept),
      cmocka_unit_test(test_it_sees_four_descriptors),
      IN_FOLDER(test_a_child_that_leaves_the_group_is_noticed_and_ended),
      IN_FOLDER(test_a_run_does_not_outlive_us),
      cmocka_unit_test(test_a_run_does_not_outlive_its_guard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
