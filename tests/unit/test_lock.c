/* One measurement at a time; a lock ends with its holder, however that ends. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/lock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/pvtune-test-lock-XXXXXX";

static int make_file(void **state) {
  (void)state;
  strcpy(path + strlen(path) - 6, "XXXXXX");
  int fd = mkstemp(path);
  return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
  (void)state;
  return unlink(path);
}

/* A child that holds the lock until it is killed. */
static pid_t holder(void) {
  int ready[2];
  char byte;
  assert_int_equal(pipe(ready), 0);
  pid_t pid = fork();
  if (pid == 0) {
    pvs_error error;
    hx_lock lock;
    if (!hx_lock_take(&lock, path, "pvtune tune", &(hx_lock_wait){0}, afresh(&error)))
      _exit(1);
    if (write(ready[1], "", 1) != 1)
      _exit(1);
    for (;;)
      pause();
  }
  close(ready[1]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  return pid;
}

typedef struct waiter {
  pid_t pid;
  char holder[128];
  int times;
  sig_atomic_t *interrupt;
} waiter;

static void end_holder(const char *who, void *ctx) {
  waiter *w = ctx;
  w->times++;
  snprintf(w->holder, sizeof w->holder, "%s", who);
  if (w->interrupt)
    *w->interrupt = 1;
  else
    kill(w->pid, SIGKILL);
}

static void test_nobody_else_measures(void **state) {
  (void)state;
  pvs_error error;
  hx_lock lock;
  waiter w = {0};
  assert_true(hx_lock_take(&lock, path, "pvtune tune",
                           &(hx_lock_wait){.waiting = end_holder, .ctx = &w}, afresh(&error)));
  assert_int_equal(w.times, 0);
  hx_lock_release(&lock);
  assert_int_equal(lock.fd, -1);
  hx_lock_release(&lock);
}

static void check_holder(const char *who, const char *expected, size_t size) {
  pvs_error error;
  hx_lock lock;
  char text[400] = "";
  assert_true(hx_lock_take(&lock, path, who, &(hx_lock_wait){0}, afresh(&error)));
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  assert_int_equal(fread(text, 1, sizeof text, f), size);
  fclose(f);
  assert_int_equal(strncmp(text, expected, strlen(expected)), 0);
  hx_lock_release(&lock);
}

/* The file says who holds it, and no more than that; others may read it. */
static void test_who_holds_it(void **state) {
  (void)state;
  char expected[64], many[301];
  struct stat status;
  memset(many, 'x', sizeof many - 1);
  many[sizeof many - 1] = '\0';
  unlink(path);
  umask(022);
  int n = snprintf(expected, sizeof expected, "pid %ld: ", (long)getpid());
  check_holder(many, expected, 127);
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0644);
  snprintf(expected, sizeof expected, "pid %ld: me\n", (long)getpid());
  check_holder("me", expected, (size_t)n + 3);
}

static void test_where_it_is(void **state) {
  (void)state;
  char found[64];
  setenv("PVTUNE_LOCK", "/elsewhere/lock", 1);
  assert_string_equal(hx_lock_path(found, sizeof found), "/elsewhere/lock");
  setenv("PVTUNE_LOCK", "", 1);
  assert_string_equal(hx_lock_path(found, sizeof found), access("/run/lock", W_OK) == 0
                                                             ? "/run/lock/pvtune-measure.lock"
                                                             : "/tmp/pvtune-measure.lock");
  unsetenv("PVTUNE_LOCK");
  hx_lock_path(found, sizeof found);
  assert_string_equal(strrchr(found, '/'), "/pvtune-measure.lock");
}

static void test_waits_for_a_holder_and_gets_it_when_that_is_killed(void **state) {
  (void)state;
  pvs_error error;
  char expected[64];
  hx_lock lock;
  waiter w = {.pid = holder()};
  snprintf(expected, sizeof expected, "pid %ld: pvtune tune", (long)w.pid);
  assert_true(hx_lock_take(&lock, path, "pvtune sweep",
                           &(hx_lock_wait){INFINITY, end_holder, &w, NULL}, afresh(&error)));
  assert_int_equal(w.times, 1);
  assert_string_equal(w.holder, expected);
  hx_lock_release(&lock);
  waitpid(w.pid, NULL, 0);
}

static void test_ctrl_c_ends_the_wait(void **state) {
  (void)state;
  pvs_error error;
  hx_lock lock;
  sig_atomic_t interrupted = 0;
  waiter w = {.pid = holder(), .interrupt = &interrupted};
  assert_false(hx_lock_take(&lock, path, "pvtune sweep",
                            &(hx_lock_wait){INFINITY, end_holder, &w, &interrupted},
                            afresh(&error)));
  assert_int_equal(lock.fd, -1);
  assert_string_equal(error.message, "interrupted while waiting for another measurement to end");
  kill(w.pid, SIGKILL);
  waitpid(w.pid, NULL, 0);
}

/* Who does not write into the file holds it all the same; only the first line is shown. */
static void check_stranger(const char *says, const char *shown) {
  pvs_error error;
  char expected[256];
  hx_lock lock;
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_int_equal(flock(fileno(f), LOCK_EX), 0);
  fputs(says, f);
  fflush(f);
  assert_false(hx_lock_take(&lock, path, "pvtune sweep", &(hx_lock_wait){0}, afresh(&error)));
  snprintf(expected, sizeof expected,
           "another measurement is running (%s) and has held the lock %s for 0 s or longer "
           "(--lock-wait waits longer, --no-lock does without)",
           shown, path);
  assert_string_equal(error.message, expected);
  fclose(f);
}

static void test_a_stranger_holds_it(void **state) {
  (void)state;
  check_stranger("", "another process");
  check_stranger("\nme", "another process");
  check_stranger("me\nand more", "me");
}

static void test_patience_ends_and_the_holder_is_named(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    double patience_s = i == 0 ? 0 : 0.15;
    pvs_error error;
    char expected[64];
    hx_lock lock;
    waiter w = {.pid = holder(), .interrupt = &(sig_atomic_t){0}};
    snprintf(expected, sizeof expected, "(pid %ld: pvtune tune)", (long)w.pid);
    alarm(120); /* instead of waiting for ever */
    assert_false(hx_lock_take(&lock, path, "pvtune sweep",
                              &(hx_lock_wait){patience_s, end_holder, &w, NULL}, afresh(&error)));
    alarm(0);
    assert_int_equal(lock.fd, -1);
    assert_int_equal(w.times, i);
    assert_non_null(strstr(error.message, expected));
    assert_non_null(strstr(error.message, "--lock-wait"));
    kill(w.pid, SIGKILL);
    waitpid(w.pid, NULL, 0);
  }
}

/* Nobody need be told. */
static void test_nobody_is_told(void **state) {
  (void)state;
  pvs_error error;
  hx_lock lock;
  pid_t pid = holder();
  assert_false(hx_lock_take(&lock, path, "pvtune sweep", &(hx_lock_wait){.patience_s = 0.15},
                            afresh(&error)));
  assert_non_null(strstr(error.message, "another measurement is running"));
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

static void test_a_place_that_is_none(void **state) {
  (void)state;
  pvs_error error;
  hx_lock lock;
  assert_false(hx_lock_take(&lock, "/nonexistent/lock", "x", &(hx_lock_wait){0}, afresh(&error)));
  assert_non_null(strstr(error.message, "/nonexistent/lock"));
  assert_non_null(strstr(error.message, "--no-lock"));
}

/* Nobody is led by a link to write elsewhere. */
static void test_a_link_is_not_followed(void **state) {
  (void)state;
  pvs_error error;
  char link[128];
  hx_lock lock;
  snprintf(link, sizeof link, "%s.link", path);
  assert_int_equal(symlink(path, link), 0);
  assert_false(hx_lock_take(&lock, link, "x", &(hx_lock_wait){0}, afresh(&error)));
  unlink(link);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, remove_file)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_FILE(test_nobody_else_measures),
      WITH_FILE(test_who_holds_it),
      cmocka_unit_test(test_where_it_is),
      WITH_FILE(test_waits_for_a_holder_and_gets_it_when_that_is_killed),
      WITH_FILE(test_ctrl_c_ends_the_wait),
      WITH_FILE(test_a_stranger_holds_it),
      WITH_FILE(test_patience_ends_and_the_holder_is_named),
      WITH_FILE(test_nobody_is_told),
      WITH_FILE(test_a_place_that_is_none),
      WITH_FILE(test_a_link_is_not_followed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
