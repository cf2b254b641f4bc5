/* A measuring session: its signals, its scratch folder, and what others left behind there. */
#include "compare_support.h"
#include "error_support.h"

#include "measure/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char results[128], lock[128];
static int refused_locks; /* how many folders another process has locked */

int flock(int fd, int operation) {
  struct stat st;
  if (refused_locks == 0 || fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))
    return (int)syscall(SYS_flock, fd, operation);
  refused_locks--;
  errno = EWOULDBLOCK;
  return -1;
}

static int set_up(void **state) {
  int failed = compare_setup(state);
  snprintf(results, sizeof results, "%s/results", compare_folder);
  snprintf(lock, sizeof lock, "%s/lock", compare_folder);
  setenv("PVTUNE_LOCK", lock, 1);
  return failed;
}

static hx_measure_request a_request(void) {
  return (hx_measure_request){.results = results,
                              .self_path = PVT_PVTUNE,
                              .command = "test",
                              .scratch = compare_folder,
                              .stopping = "stopping\n",
                              .lock = true};
}

static void open_session(hx_measure_session *session, const hx_measure_request *request) {
  pvs_error error;
  if (!hx_measure_session_look(session, afresh(&error)) ||
      !hx_measure_session_open(session, request, afresh(&error)))
    fail_msg("%s: %s", error.file, error.message);
}

static void test_what_is_open(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  char text[200], hash[HX_HASH_TEXT];
  struct stat st;
  open_session(&session, &request);
  assert_string_equal(session.context.machine, session.env.identity.machine);
  assert_string_equal(session.context.allocation, session.env.identity.allocation);
  assert_string_equal(session.context.environment, session.env.hash);
  snprintf(text, sizeof text, "%s/%s", results, session.context.machine);
  assert_string_equal(session.context.folder, text);
  hx_file_hash(PVT_PVTUNE, hash);
  assert_string_equal(session.context.binary, hash);
  assert_int_equal(*session.context.interrupts, 0);
  assert_ptr_equal(session.processes.interrupts, session.context.interrupts);
  snprintf(text, sizeof text, "%s/pvtune-scratch-%ld-", compare_folder, (long)getpid());
  assert_int_equal(strncmp(session.scratch, text, strlen(text)), 0);
  assert_int_equal(stat(session.scratch, &st), 0);
  snprintf(text, sizeof text, "grep -qx 'pid %ld: pvtune test' lock && flock -n lock true",
           (long)getpid());
  char command[300];
  snprintf(command, sizeof command, "! { %s; }", text);
  in_shell("grep -q 'pvtune test' lock");
  in_shell(command);
  strcpy(text, session.scratch);
  hx_measure_session_close(&session);
  assert_int_equal(stat(text, &st), -1);
  in_shell("flock -n lock true");

  /* Without a lock, and where $TMPDIR says. */
  request.lock = false;
  request.scratch = NULL;
  setenv("TMPDIR", compare_folder, 1);
  open_session(&session, &request);
  snprintf(text, sizeof text, "%s/pvtune-scratch-", compare_folder);
  assert_int_equal(strncmp(session.scratch, text, strlen(text)), 0);
  in_shell("flock -n lock true");
  hx_measure_session_close(&session);
  setenv("TMPDIR", "", 1);
  open_session(&session, &request);
  assert_int_equal(strncmp(session.scratch, "/tmp/pvtune-scratch-", 20), 0);
  hx_measure_session_close(&session);
  unsetenv("TMPDIR");
}

/* Stored with each run: which commit the program that measures is of. */
static void test_the_revision_of_the_program(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  char path[200], command[300];
  make_repository();
  in_shell("cd repo; echo program >program; git add .; git commit -q -m first");
  snprintf(path, sizeof path, "%s/repo/program", compare_folder);
  request.self_path = path;
  request.lock = false;
  open_session(&session, &request);
  snprintf(command, sizeof command, "cd repo; git rev-parse HEAD | grep -q '^%s'",
           session.context.revision);
  assert_int_equal(strlen(session.context.revision), 12);
  in_shell(command);
  hx_measure_session_close(&session);
}

static void test_looking_at_the_store_makes_nothing(void **state) {
  (void)state;
  hx_measure_session session;
  pvs_error error;
  char folder[200];
  struct stat st;
  assert_true(hx_measure_session_look_at(&session, results, afresh(&error)));
  snprintf(folder, sizeof folder, "%s/%s", results, session.env.identity.machine);
  assert_string_equal(session.folder, folder);
  assert_int_equal(stat(results, &st), -1);
  hx_measure_session_close(&session);
}

static void test_no_place_for_scratch(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  pvs_error error;
  request.scratch = "/proc/nowhere";
  assert_true(hx_measure_session_look(&session, afresh(&error)));
  assert_false(hx_measure_session_open(&session, &request, afresh(&error)));
  assert_string_equal(error.message, "no scratch folder can be made there (--scratch names another "
                                     "place): No such file or directory");
  hx_measure_session_close(&session);
}

/* Only folders of processes that are gone, and of ours. */
static void test_stale_scratch_is_removed(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  char script[400];
  pid_t gone = fork();
  if (gone == 0)
    _exit(0);
  assert_int_equal(waitpid(gone, NULL, 0), gone);
  snprintf(script, sizeof script,
           "mkdir -p pvtune-scratch-%ld-abcdef/in pvtune-scratch-%ld-abcdef pvtune-scratch-0-abc "
           "pvtune-scratch--1-abc pvtune-scratch-x other-%ld-abc; touch pvtune-scratch-%ld-file;"
           "mkdir target; touch target/kept; ln -s target pvtune-scratch-%ld-link; "
           "mkdir pvtune-scratch-%ld-locked",
           (long)gone, (long)getpid(), (long)gone, (long)gone, (long)gone, (long)gone);
  in_shell(script);
  /* In use by a process of another container, whose number means nothing here. */
  snprintf(script, sizeof script, "%s/pvtune-scratch-%ld-locked", compare_folder, (long)gone);
  int locked = open(script, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  assert_true(locked >= 0);
  assert_int_equal(flock(locked, LOCK_EX), 0);
  open_session(&session, &request);
  assert_int_equal(access(script, F_OK), 0);
  close(locked);
  snprintf(script, sizeof script,
           "test ! -e pvtune-scratch-%ld-abcdef && test -d pvtune-scratch-%ld-abcdef && test -d "
           "pvtune-scratch-0-abc && test -d pvtune-scratch--1-abc && test -d pvtune-scratch-x && "
           "test -d other-%ld-abc && test -e pvtune-scratch-%ld-file && test -L "
           "pvtune-scratch-%ld-link && test -e target/kept",
           (long)gone, (long)getpid(), (long)gone, (long)gone, (long)gone);
  in_shell(script);
  hx_measure_session_close(&session);
}

/* ---- signals ---- */

static int seen;

static void on_usual(int number) {
  seen = number;
}

static void test_signals_only_set_a_flag(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction usual = {.sa_handler = on_usual};
  request.stopping = NULL;
  for (int i = 0; i < 3; i++)
    sigaction(numbers[i], &usual, NULL);
  for (int i = 0; i < 3; i++) {
    open_session(&session, &request);
    assert_int_equal(hx_measure_interrupted(), 0);
    errno = ENOTTY;
    raise(numbers[i]);
    assert_int_equal(errno, ENOTTY);
    assert_int_equal(*session.context.interrupts, i == 0 ? 1 : 2);
    assert_int_equal(hx_measure_interrupted(), numbers[i]);
    raise(SIGINT);
    assert_int_equal(*session.context.interrupts, 2);
    raise(SIGINT);
    assert_int_equal(*session.context.interrupts, 2);
    raise(SIGTERM);
    assert_int_equal(*session.context.interrupts, 2);
    assert_int_equal(hx_measure_interrupted(), numbers[i]); /* the first */
    assert_int_equal(seen, 0);
    hx_measure_session_close(&session);
    raise(numbers[i]);
    assert_int_equal(seen, numbers[i]);
    seen = 0;
  }
}

/* Told once, and only to a terminal. */
static size_t said_on(int fd, int number, int times, const char *stopping, char *text, size_t cap) {
  hx_measure_session session;
  hx_measure_request request = a_request();
  int before = dup(STDERR_FILENO);
  request.stopping = stopping;
  open_session(&session, &request);
  fflush(stderr);
  assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
  for (int i = 0; i < times; i++) {
    errno = EDOM;
    raise(number);
    assert_int_equal(errno, EDOM);
  }
  dup2(before, STDERR_FILENO);
  close(before);
  hx_measure_session_close(&session);
  ssize_t n = pread(fd, text, cap, 0);
  return n > 0 ? (size_t)n : 0;
}

static void test_a_person_at_a_terminal_is_told(void **state) {
  (void)state;
  char text[64] = "", path[128];
  struct sigaction usual = {.sa_handler = on_usual};
  sigaction(SIGINT, &usual, NULL);
  sigaction(SIGTERM, &usual, NULL);
  snprintf(path, sizeof path, "%s/said", compare_folder);
  int file = open(path, O_RDWR | O_CREAT, 0666);
  assert_true(file >= 0);
  assert_int_equal(said_on(file, SIGINT, 1, "wait\n", text, sizeof text), 0);
  close(file);
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
    skip();
  int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
  assert_true(terminal >= 0 && fcntl(master, F_SETFL, O_NONBLOCK) == 0);
  said_on(terminal, SIGINT, 3, "wait", text, sizeof text);
  ssize_t n = read(master, text, sizeof text);
  assert_int_equal(n, 4);
  assert_memory_equal(text, "wait", 4);
  said_on(terminal, SIGTERM, 1, "wait", text, sizeof text);
  assert_true(read(master, text, sizeof text) <= 0);
  said_on(terminal, SIGINT, 1, NULL, text, sizeof text);
  assert_true(read(master, text, sizeof text) <= 0);
  close(terminal);
  close(master);
}

/* ---- the lock ---- */

static char noted[300];

static void on_say(void *ctx, hx_saying kind, const char *text) {
  (void)ctx;
  assert_int_equal(kind, HX_SAY_NOTE);
  snprintf(noted, sizeof noted, "%s", text);
}

static void test_another_measurement(void **state) {
  (void)state;
  hx_measure_session session;
  hx_measure_request request = a_request();
  hx_listener listener = {.say = on_say};
  hx_lock held;
  pvs_error error;
  assert_true(hx_lock_take(&held, lock, "pvtune other", &(hx_lock_wait){0}, afresh(&error)));
  request.listener = &listener;
  request.lock_wait_s = 0.15;
  assert_true(hx_measure_session_look(&session, afresh(&error)));
  assert_false(hx_measure_session_open(&session, &request, afresh(&error)));
  assert_non_null(strstr(error.message, "has held the lock"));
  assert_non_null(strstr(noted, "waiting for another measurement to end (pid "));
  assert_non_null(strstr(noted, ": pvtune other); --no-lock does not wait"));
  hx_measure_session_close(&session);
  hx_lock_release(&held);
}

/* It takes the new folder for left behind, before we have locked it. */
static void test_scratch_that_another_process_removes(void **state) {
  (void)state;
  hx_measure_request request = a_request();
  hx_measure_session session;
  pvs_error error;
  assert_true(hx_measure_session_look(&session, afresh(&error)));
  refused_locks = 2;
  assert_true(hx_measure_session_open(&session, &request, afresh(&error)));
  assert_int_equal(refused_locks, 0);
  assert_true(session.scratch_fd >= 0);
  hx_measure_session_close(&session);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_what_is_open),
      CASE(test_the_revision_of_the_program),
      CASE(test_looking_at_the_store_makes_nothing),
      CASE(test_no_place_for_scratch),
      CASE(test_stale_scratch_is_removed),
      CASE(test_scratch_that_another_process_removes),
      CASE(test_signals_only_set_a_flag),
      CASE(test_a_person_at_a_terminal_is_told),
      CASE(test_another_measurement),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
