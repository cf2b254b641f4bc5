/* A file that is cut short while it is mapped ends the process with a message that names it. */
#include "base_support.h"

#include "base/exit_code.h"
#include "base/fail.h"
#include "exec/mapped_inputs.h"
#include "exec/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 3 * 65536 };

static void make_file(char path[32]) {
  strcpy(path, "/tmp/mapped_XXXXXX");
  int file = mkstemp(path);
  assert_true(file >= 0);
  char *data = calloc(1, BYTES);
  assert_non_null(data);
  assert_int_equal(write(file, data, BYTES), BYTES);
  free(data);
  close(file);
}

/* In a process of its own: reads the file, cuts it and looks behind its end. */
static void read_cut_file(const char *path) {
  const pvs_source *source = hx_mapped_inputs();
  pvs_bytes bytes;
  if (source->read(source->ctx, path, &bytes, NULL) != PVS_OK || truncate(path, 100) != 0)
    _exit(99);
  volatile char last = bytes.data[BYTES - 1];
  _exit(last == 0 ? 98 : 97);
}

static void *read_in_thread(void *path) {
  read_cut_file(path);
  return NULL;
}

static void check_a_cut_file_is_named(bool in_thread) {
  char path[32], said[256] = "", expected[256];
  int ends[2];
  make_file(path);
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    pthread_t thread;
    if (in_thread && hx_thread_create(&thread, read_in_thread, path) == 0)
      pthread_join(thread, NULL);
    read_cut_file(path);
  }
  close(ends[1]);
  ssize_t length, used = 0;
  while ((length = read(ends[0], said + used, sizeof said - 1 - (size_t)used)) > 0)
    used += length;
  close(ends[0]);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  snprintf(expected, sizeof expected,
           "pvtune: error: %s: this file was cut short while it was read\n", path);
  assert_string_equal(said, expected);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), HX_EXIT_USAGE);
  unlink(path);
}

/* Threads, in which other signals are blocked, say so, too. */
static void test_a_cut_file_is_named(void **state) {
  (void)state;
  check_a_cut_file_is_named(false);
  check_a_cut_file_is_named(true);
}

/* A bus error elsewhere is no input's. */
static void test_another_bus_error_ends_it_as_ever(void **state) {
  (void)state;
  char path[32];
  int status;
  make_file(path);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    hx_mapped_inputs();
    int file = open(path, O_RDWR);
    volatile char *data = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, file, 0);
    prctl(PR_SET_DUMPABLE, 0);
    if (data == MAP_FAILED || truncate(path, 100) != 0)
      _exit(99);
    _exit(data[BYTES - 1] == 0 ? 98 : 97);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
  unlink(path);
}

static void test_files_are_read_as_ever(void **state) {
  (void)state;
  char path[32];
  pvs_bytes bytes;
  pvs_error error = {0};
  const pvs_source *source = hx_mapped_inputs();
  make_file(path);
  for (int i = 0; i < 1000; i++) { /* more than are remembered at a time */
    assert_int_equal(source->read(source->ctx, path, &bytes, &error), PVS_OK);
    assert_int_equal(bytes.size, BYTES);
    source->release(source->ctx, &bytes);
  }
  unlink(path);
  assert_int_equal(source->read(source->ctx, path, &bytes, &error), PVS_NOT_FOUND);
  assert_string_equal(error.file, path);
}

static void put_bytes(const char *path, const char *bytes, off_t at) {
  int file = open(path, O_WRONLY);
  assert_true(file >= 0);
  assert_int_equal(pwrite(file, bytes, strlen(bytes), at), strlen(bytes));
  assert_int_equal(futimens(file, (struct timespec[]){{.tv_sec = at}, {.tv_sec = at}}), 0);
  close(file);
}

static void test_changes_are_told(void **state) {
  (void)state;
  char paths[2][32], moved[40], expected[256];
  pvs_bytes bytes;
  for (int i = 0; i < 2; i++)
    make_file(paths[i]);
  snprintf(moved, sizeof moved, "%s.new", paths[0]);
  for (int change = 0; change < 5; change++) {
    const pvs_source *source = hx_mapped_inputs();
    pvs_error error = {0};
    for (int i = 0; i < 2; i++) {
      assert_int_equal(source->read(source->ctx, paths[i], &bytes, &error), PVS_OK);
      source->release(source->ctx, &bytes);
    }
    assert_true(hx_mapped_inputs_unchanged(&error));
    switch (change) {
    case 0: /* other bytes of the same number, at another time */
      put_bytes(paths[0], "abc", 1000);
      break;
    case 1: /* more bytes */
      put_bytes(paths[0], "abc", BYTES);
      break;
    case 2: /* another file, as editors do */
      assert_int_equal(link(paths[1], moved), 0);
      assert_int_equal(rename(moved, paths[0]), 0);
      break;
    case 3:
      unlink(paths[0]);
      break;
    default: /* not of this study */
      break;
    }
    snprintf(expected, sizeof expected,
             "%s: this file was changed while the study was read; what was read may be partly old "
             "and partly new",
             paths[0]);
    if (change < 4) {
      assert_false(hx_mapped_inputs_unchanged(&error));
      assert_string_equal(HX_FAIL_LINE(&error), expected);
    } else {
      assert_true(hx_mapped_inputs_unchanged(&error));
    }
    if (change == 3)
      make_file(paths[0]);
  }
  hx_mapped_inputs();
  unlink(paths[0]);
  assert_true(hx_mapped_inputs_unchanged(NULL));
  unlink(paths[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_cut_file_is_named),
      cmocka_unit_test(test_another_bus_error_ends_it_as_ever),
      cmocka_unit_test(test_files_are_read_as_ever),
      cmocka_unit_test(test_changes_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
