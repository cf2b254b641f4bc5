/* Stopping a process for a turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/descendants.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_thread_is_told_to_stop),
                                     cmocka_unit_test(test_a_list_is_given_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
