#include "measure/guard.h"

#include "base/clock.h"
#include "base/files.h"
#include "measure/descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The guard's first message; the second is a hx_guard_end. */
typedef struct started {
  int failed; /* errno value */
  pid_t run;
  double start_s;
} started;

/* ---- in the guard -------------------------------------------------------------------------- */

/* A file that is no program, and does not say what runs it, is a script for sh. So shells and exec do. */
static int spawn_script(started *report, char *const *argv,
                        const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes) {
  static char shell[] = "/bin/sh";
  size_t n = 0;
  while (argv[n])
    n++;
  char **words = malloc((n + 2) * sizeof *words);
  if (!words)
    return ENOMEM;
  words[0] = shell;
  memcpy(words + 1, argv, (n + 1) * sizeof *words);
  report->start_s = hx_clock_s();
  int failed = posix_spawn(&report->run, shell, actions, attributes, words, environ);
  free(words);
  return failed;
}

static int spawn(const hx_guard_spec *spec, started *report) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, spec->stdin_fd, STDIN_FILENO);
  if (spec->stdout_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, spec->stdout_fd, STDOUT_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, spec->stderr_fd, STDERR_FILENO);
  if (spec->telemetry_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, spec->telemetry_fd, HX_GUARD_TELEMETRY_FD);
  if (spec->folder)
    posix_spawn_file_actions_addchdir_np(&actions, spec->folder);
  sigemptyset(&none);
  sigfillset(&defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (spec->environment)
    environ = (char **)spec->environment; /* its PATH says where the program is looked for */
  report->start_s = hx_clock_s();
  int failed =
      posix_spawnp(&report->run, spec->argv[0], &actions, &attributes, spec->argv, environ);
  if (failed == ENOEXEC && strchr(spec->argv[0], '/'))
    failed = spawn_script(report, spec->argv, &actions, &attributes);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

/* Orphans that have ended by themselves: they are not left behind. The run itself stays to be waited for. */
static void reap_orphans(pid_t run) {
  pid_t child[256];
  size_t n = hx_children_of(getpid(), child, sizeof child / sizeof *child);
  for (size_t i = 0; i < n; i++)
    if (child[i] != run)
      waitpid(child[i], NULL, WNOHANG);
}

static bool has_ended(pid_t run) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)run, &info, WEXITED | WNOWAIT | WNOHANG) != 0 ? errno != EINTR
                                                                           : info.si_pid == run;
}

static void on_child(int number) {
  (void)number; /* it only ends a wait */
}

/* Until the program has ended, or we who measure have: then there is nobody to tell. Call it with SIGCHLD
 * blocked, and on_child for it. A pidfd would do, too, but not all containers and kernels have them. */
static void wait_for_end(pid_t run, int channel) {
  struct pollfd fd = {.fd = channel};
  struct timespec second = {.tv_sec = 1};
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigdelset(&mask, SIGCHLD);
  while (!has_ended(run) && ppoll(&fd, 1, &second, &mask) <= 0)
    reap_orphans(run);
}

/* Everything that is still alive, once the program is waited for: as a subreaper we are, sooner or
 * later, the parent of all of it. Returns how many there were. */
static int end_descendants(void) {
  int ended = 0;
  for (;;) {
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    if (pid == 0) {
      hx_descendants below = hx_descendants_of(getpid());
      for (size_t i = 0; i < below.n; i++)
        kill(below.at[i].pid, SIGKILL);
      hx_descendants_deinit(&below);
      pid = waitpid(-1, NULL, 0);
    }
    if (pid < 0 && errno != EINTR)
      return ended;
    ended += pid > 0;
  }
}

static _Noreturn void be_guard(const hx_guard_spec *spec, int channel) {
  started report = {0};
  hx_perf perf;
  /* A group of its own: neither Ctrl-C nor what is sent to the program's group reaches it. */
  setpgid(0, 0);
  for (int number = 1; number < NSIG; number++)
    signal(number, number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGPIPE
                       ? SIG_IGN
                       : SIG_DFL);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP}, NULL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  /* The program inherits the affinity of who spawns it, from its first instruction on. */
  if (spec->cpus && !hx_cpuset_is_empty(spec->cpus) &&
      sched_setaffinity(0, sizeof *spec->cpus, spec->cpus) != 0)
    report.failed = errno;
  if (spec->fixed_addresses)
    personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
  hx_perf_open(&perf, NULL);
  if (report.failed == 0)
    report.failed = spawn(spec, &report);
  if (!hx_files_write_fd(channel, &report, sizeof report) || report.failed) {
    if (report.run > 0)
      kill(-report.run, SIGKILL);
    end_descendants();
    _exit(1);
  }
  wait_for_end(report.run, channel);
  hx_guard_end end = {.end_s = hx_clock_s()};
  reap_orphans(report.run);
  kill(-report.run, SIGKILL); /* not waited for yet: its id cannot be anyone else's */
  while (wait4(report.run, &end.status, 0, &end.usage) < 0 && errno == EINTR) {
  }
  end.left_behind = end_descendants();
  end.counts = hx_perf_read(&perf);
  hx_files_write_fd(channel, &end, sizeof end);
  _exit(0);
}

/* ---- in the measuring process -------------------------------------------------------------- */

static bool receive(int channel, void *message, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = read(channel, (char *)message + done, size - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    done += (size_t)n;
  }
  return true;
}

static void reap_guard(hx_guard *guard) {
  close(guard->channel);
  guard->channel = -1;
  while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR) {
  }
}

int hx_guard_begin(hx_guard *guard, const hx_guard_spec *spec) {
  int ends[2];
  started report;
  *guard = (hx_guard){.channel = -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return errno;
  guard->pid = fork();
  int failed = errno;
  if (guard->pid == 0) {
    close(ends[0]);
    be_guard(spec, ends[1]);
  }
  close(ends[1]);
  guard->channel = ends[0];
  if (guard->pid < 0) {
    close(guard->channel);
    return failed;
  }
  if (!receive(guard->channel, &report, sizeof report))
    report.failed = ECHILD;
  if (report.failed)
    reap_guard(guard);
  guard->run = report.run;
  guard->start_s = report.start_s;
  return report.failed;
}

bool hx_guard_finish(hx_guard *guard, hx_guard_end *end) {
  bool told = receive(guard->channel, end, sizeof *end);
  if (!told)
    kill(-guard->run, SIGKILL);
  reap_guard(guard);
  return told;
}
