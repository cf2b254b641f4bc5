/* The CPU's counters, by descriptors that say what we want, and by events that every kernel counts. */
#include "measure/perf.h"

#include "decide_support.h"

#include <linux/perf_event.h>
#include <math.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int fake(const uint64_t *said, size_t bytes) {
  int fd = memfd_create("counter", MFD_CLOEXEC);
  assert_true(fd >= 0);
  assert_int_equal(pwrite(fd, said, bytes, 0), (ssize_t)bytes);
  return fd;
}

static void test_scaled(void **state) {
  (void)state;
  const uint64_t whole[] = {1000, 500, 500}, half[] = {1000, 500, 250}, never[] = {0, 500, 0};
  hx_perf perf = {{fake(whole, sizeof whole), fake(half, sizeof half), fake(never, sizeof never)}};
  hx_perf_counts counts = hx_perf_read(&perf);
  assert_true(counts.of[0] == 1000);
  assert_true(counts.of[1] == 2000);
  assert_true(isnan(counts.of[2]));
  hx_perf_close(&perf);
  assert_int_equal(perf.fd[0], -1);
}

static void test_absent(void **state) {
  (void)state;
  const uint64_t cut[] = {1000, 500};
  hx_perf perf = {{fake(cut, sizeof cut), -1, -1}};
  hx_perf_counts counts = hx_perf_read(&perf);
  for (int i = 0; i < HX_PERFS; i++)
    assert_true(isnan(counts.of[i]));
  hx_perf_close(&perf);
  hx_perf_close(&perf);
}

/* Page faults of a script, which has to be the first process we start; NaN: they may not be counted. */
static double faults_of(const char *script) {
  const hx_perf_event faults = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS};
  const hx_perf_event none = {PERF_TYPE_MAX + 1000000, 0};
  const hx_perf_event events[HX_PERFS] = {faults, none, faults};
  char *argv[] = {"sh", "-c", (char *)script, NULL};
  hx_perf perf;
  pid_t pid;
  int status;
  hx_perf_open(&perf, events);
  assert_int_equal(perf.fd[1], -1);
  if (perf.fd[0] < 0)
    return (double)NAN;
  assert_true(isnan(hx_perf_read(&perf).of[0]));
  assert_int_equal(posix_spawnp(&pid, "sh", NULL, NULL, argv, environ), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  hx_perf_counts counts = hx_perf_read(&perf);
  hx_perf_close(&perf);
  assert_true(isnan(counts.of[1]));
  assert_true(counts.of[0] > 0 && counts.of[2] > 0);
  return counts.of[0];
}

/* What a process does that is started after the counters were opened, and what its children do. */
static void test_children_are_counted(void **state) {
  (void)state;
  double one = faults_of(":");
  if (isnan(one)) {
    print_message("no counters are allowed here\n");
    skip();
  }
  double many = faults_of("i=0; while [ $i -lt 20 ]; do sh -c : ; i=$((i + 1)); done");
  assert_true(many > 5 * one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scaled),
      cmocka_unit_test(test_absent),
      cmocka_unit_test(test_children_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
