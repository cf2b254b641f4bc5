/* Processes below another one: stopped for a turn, listed, watched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/descendants.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *wait_for_ever(void *unused) {
  for (;;)
    pause();
  return unused;
}

/* Whether a SIGSTOP to this thread alone waits until it is continued. */
static bool is_pending(pid_t pid, pid_t thread) {
  char path[64], line[256];
  unsigned long long pending = 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)thread);
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f) && sscanf(line, "SigPnd: %llx", &pending) != 1) {
  }
  if (f)
    fclose(f);
  return pending >> (SIGSTOP - 1) & 1;
}

/* One thread takes the signal and stops them all; what was sent to the other one alone is still pending. A
 * signal to the group leaves nothing of that kind. */
static void test_each_thread_is_told_to_stop(void **state) {
  (void)state;
  int ready[2];
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    pthread_t other;
    setpgid(0, 0);
    pthread_create(&other, NULL, wait_for_ever, NULL);
    if (write(ready[1], "", 1) == 1)
      wait_for_ever(NULL);
    _exit(1);
  }
  char byte;
  int status;
  assert_int_equal(read(ready[0], &byte, 1), 1);
  hx_descendants_stop(child, child);
  assert_int_equal(waitpid(child, &status, WUNTRACED), child);
  assert_true(WIFSTOPPED(status));
  char path[64];
  bool any = false;
  snprintf(path, sizeof path, "/proc/%d/task", (int)child);
  DIR *tasks = opendir(path);
  for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;)
    any |= entry->d_name[0] != '.' && is_pending(child, (pid_t)atoi(entry->d_name));
  if (tasks)
    closedir(tasks);
  assert_true(any);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  close(ready[0]);
  close(ready[1]);
}

static void test_a_list_is_given_back(void **state) {
  (void)state;
  pid_t child = fork();
  if (child == 0)
    wait_for_ever(NULL);
  hx_descendants list = hx_descendants_of(getpid());
  assert_int_equal(list.n, 1);
  assert_int_equal(list.at[0].pid, child);
  assert_int_equal(list.at[0].parent, getpid());
  hx_descendants_deinit(&list);
  assert_true(!list.at && list.n == 0);
  hx_descendants_deinit(&list);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, NULL, 0), child);
}

/* However often one looks, the CPU time of a process counts once; what has ended is not seen. */
static void test_cpu_time_counts_once(void **state) {
  (void)state;
  int status;
  clockid_t clock;
  struct timespec used = {0};
  pid_t ended = fork();
  if (ended == 0)
    _exit(0);
  pid_t child = fork();
  if (child == 0) {
    while (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0 && used.tv_nsec < 20000000) {
    }
    raise(SIGSTOP);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, WUNTRACED), child);
  assert_true(WIFSTOPPED(status));
  siginfo_t end;
  assert_int_equal(waitid(P_PID, (id_t)ended, &end, WEXITED | WNOWAIT), 0);
  hx_watch_log log = {0};
  for (int look = 0; look < 3; look++)
    hx_watch_look(&log, getpid(), getpgrp());
  assert_int_equal(clock_getcpuclockid(child, &clock), 0);
  assert_int_equal(clock_gettime(clock, &used), 0);
  double used_s = (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
  assert_true(used_s >= 0.02 && fabs(hx_watch_cpu_s(&log) - used_s) < 1e-9);
  assert_int_equal(log.n, 1);
  assert_int_equal(log.looks, 3);
  assert_true(log.processes == 3 && log.tasks == 3);
  assert_false(log.left_group);
  hx_watch_look(&log, getpid(), getpgrp() + 1);
  assert_true(log.left_group);
  hx_watch_deinit(&log);
  assert_true(!log.entries && log.n == 0);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(waitpid(ended, &status, 0), ended);
}

/* Of many children only some are looked at, which is said in the header. */
static void test_many_children(void **state) {
  (void)state;
  pid_t child[100];
  for (int i = 0; i < 100; i++)
    if ((child[i] = fork()) == 0)
      wait_for_ever(NULL);
  assert_false(hx_descendants_traced(getpid()));
  hx_descendants_stop(getpid(), child[0]); /* nobody's group: none is stopped */
  hx_descendants all = hx_descendants_of(getpid());
  assert_int_equal(all.n, 100);
  for (size_t i = 0; i < all.n; i++)
    assert_int_not_equal(all.at[i].state, 'T');
  hx_descendants_deinit(&all);
  for (int i = 0; i < 100; i++) {
    assert_int_equal(kill(child[i], SIGKILL), 0);
    assert_int_equal(waitpid(child[i], NULL, 0), child[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_thread_is_told_to_stop),
                                     cmocka_unit_test(test_a_list_is_given_back),
                                     cmocka_unit_test(test_cpu_time_counts_once),
                                     cmocka_unit_test(test_many_children)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
