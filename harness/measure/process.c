#include "measure/process.h"

#include "measure/counters.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_LOCK_FD = 4, TELEMETRY_MAX = 64 << 20 };

/* How often a waiting harness wakes up at most: Ctrl-C is noticed this late. */
static const double wake_s = 0.2;

typedef struct running {
  const hx_process_spec *spec;
  hx_process_result *result;
  pid_t pid;
  int pidfd;
  int telemetry_fd; /* our end; -1: none */
  int stderr_fd;
  size_t telemetry_room;
  double turn_began_s, ran_before_s; /* the turn it has, and what it ran before */
  double next_look_s, look_every_s;  /* at the group's tasks, seconds that it ran */
  bool in_turns, ended;
} running;

/* ---- starting ---- */

static bool to_cpu_set(const hx_cpuset *cpus, cpu_set_t *out) {
  CPU_ZERO(out);
  if (!cpus || hx_cpuset_is_empty(cpus))
    return false;
  for (int c = hx_cpuset_next(cpus, -1); c >= 0 && c < CPU_SETSIZE; c = hx_cpuset_next(cpus, c))
    CPU_SET((size_t)c, out);
  return true;
}

static int spawn(running *r, int telemetry_write_fd, int null_fd) {
  const hx_process_spec *spec = r->spec;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  cpu_set_t before, asked;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, null_fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, spec->stdout_fd >= 0 ? spec->stdout_fd : null_fd,
                                   STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, r->stderr_fd, STDERR_FILENO);
  /* In this order: the lock may be what is open as 3 here. */
  if (spec->lock_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, spec->lock_fd, CHILD_LOCK_FD);
  if (telemetry_write_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, telemetry_write_fd, HX_PROCESS_TELEMETRY_FD);
  if (spec->folder)
    posix_spawn_file_actions_addchdir_np(&actions, spec->folder);
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  /* The child inherits the affinity of the thread that spawns it, from its first instruction on. */
  bool pin = to_cpu_set(spec->cpus, &asked);
  int failed = pin && (sched_getaffinity(0, sizeof before, &before) != 0 ||
                       sched_setaffinity(0, sizeof asked, &asked) != 0)
                   ? errno
                   : 0;
  if (!failed) {
    r->result->start_s = r->turn_began_s = hx_clock_s();
    failed = posix_spawnp(&r->pid, spec->argv[0], &actions, &attributes, spec->argv,
                          spec->environment ? spec->environment : environ);
    if (pin)
      sched_setaffinity(0, sizeof before, &before);
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

static bool start(running *r) {
  int pipe_fd[2] = {-1, -1};
  int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  int failed = 0;
  /* Descriptors above those the child gets, so that no dup2 in it overwrites another's source. */
  r->stderr_fd = memfd_create("pvtune-stderr", MFD_CLOEXEC);
  if (null_fd < 0 || r->stderr_fd < 0 || (r->spec->telemetry && pipe2(pipe_fd, O_CLOEXEC) != 0))
    failed = errno;
  int high[3] = {null_fd, r->stderr_fd, pipe_fd[1]};
  for (int i = 0; i < 3; i++)
    if (high[i] >= 0 && high[i] <= CHILD_LOCK_FD) {
      int moved = fcntl(high[i], F_DUPFD_CLOEXEC, CHILD_LOCK_FD + 1);
      failed = failed ? failed : moved < 0 ? errno : 0;
      close(high[i]);
      high[i] = moved;
    }
  r->stderr_fd = high[1];
  r->telemetry_fd = pipe_fd[0];
  if (!failed)
    failed = spawn(r, high[2], high[0]);
  if (!failed && (r->pidfd = pidfd_open(r->pid, 0)) < 0) {
    failed = errno;
    kill(-r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
  }
  if (r->telemetry_fd >= 0)
    fcntl(r->telemetry_fd, F_SETFL, O_NONBLOCK);
  if (high[0] >= 0)
    close(high[0]);
  if (high[2] >= 0)
    close(high[2]);
  if (failed) {
    r->result->end = HX_PROCESS_NOT_STARTED;
    snprintf(r->result->message, sizeof r->result->message, "%s cannot be started: %s",
             r->spec->argv[0], strerror(failed));
  }
  return !failed;
}

/* ---- while it runs ---- */

static void drain_telemetry(running *r) {
  hx_process_result *result = r->result;
  while (r->telemetry_fd >= 0) {
    if (result->telemetry_size + 1 >= r->telemetry_room) {
      size_t cap = r->telemetry_room ? r->telemetry_room * 2 : 4096;
      char *grown = cap <= TELEMETRY_MAX ? realloc(result->telemetry, cap) : NULL;
      if (!grown)
        break; /* a child that floods the pipe sends no telemetry; what is there does not parse */
      result->telemetry = grown;
      r->telemetry_room = cap;
    }
    ssize_t n = read(r->telemetry_fd, result->telemetry + result->telemetry_size,
                     r->telemetry_room - 1 - result->telemetry_size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0)
      break;
    result->telemetry_size += (size_t)n;
  }
  if (r->telemetry_fd >= 0)
    close(r->telemetry_fd);
  r->telemetry_fd = -1;
}

/* True when the process is of the group. /proc/PID/stat: pid (comm) state ppid pgrp ... */
static bool is_of_group(const char *pid, pid_t group) {
  char path[300], text[512];
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  FILE *f = fopen(path, "re");
  if (!f)
    return false;
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  fclose(f);
  const char *after_name = strrchr(text, ')');
  int pgrp = 0;
  return after_name && sscanf(after_name + 1, " %*c %*d %d", &pgrp) == 1 && pgrp == group;
}

static void look_at_tasks(running *r) {
  DIR *proc = opendir("/proc");
  if (!proc)
    return;
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;)
    if (isdigit((unsigned char)entry->d_name[0]) && is_of_group(entry->d_name, r->pid))
      hx_bind_sample_process((pid_t)atoi(entry->d_name), &r->result->tasks);
  closedir(proc);
}

/* Stops the whole group. It stays a zombie until wait4, so its id cannot be anyone else's. */
static void stop(running *r, hx_process_end why) {
  r->result->end = why;
  kill(-r->pid, SIGKILL);
}

/* Until it has ended (true), or until its turn has lasted turn_s (false). */
static bool watch(running *r, double turn_s) {
  const hx_process_spec *spec = r->spec;
  hx_process_result *result = r->result;
  for (;;) {
    double turn_now_s = hx_clock_s() - r->turn_began_s;
    double now_s = r->ran_before_s + turn_now_s;
    double wait_s = wake_s;
    bool stopped = result->end != HX_PROCESS_EXITED;
    if (!stopped && now_s >= spec->cap_s)
      stop(r, HX_PROCESS_CAPPED);
    else if (!stopped && now_s >= spec->timeout_s)
      stop(r, HX_PROCESS_TIMEOUT);
    else if (!stopped && spec->interrupts && *spec->interrupts >= 2)
      stop(r, HX_PROCESS_INTERRUPTED);
    else if (turn_now_s >= turn_s)
      return false;
    if (spec->watch_tasks && !stopped) {
      if (now_s >= r->next_look_s) {
        look_at_tasks(r);
        r->look_every_s = fmin(r->look_every_s * 4, 1.0);
        r->next_look_s = now_s + r->look_every_s;
      }
      wait_s = fmin(wait_s, r->next_look_s - now_s);
    }
    wait_s = fmin(wait_s, fmin(spec->cap_s, spec->timeout_s) - now_s);
    wait_s = fmax(fmin(wait_s, turn_s - turn_now_s), 1e-5);
    struct pollfd fds[2] = {{.fd = r->pidfd, .events = POLLIN},
                            {.fd = r->telemetry_fd, .events = POLLIN}};
    struct timespec wait = {.tv_nsec = (long)(1e9 * wait_s)};
    int n = ppoll(fds, 2, &wait, NULL);
    if (n > 0 && fds[0].revents) {
      result->end_s = hx_clock_s();
      return true;
    }
    if (n > 0 && fds[1].revents)
      drain_telemetry(r);
  }
}

/* ---- afterwards ---- */

static double seconds(struct timeval t) {
  return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

static void reap(running *r) {
  hx_process_result *result = r->result;
  struct rusage usage = {0};
  int status = 0;
  kill(-r->pid, SIGKILL); /* whatever it left behind */
  while (wait4(r->pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  close(r->pidfd);
  drain_telemetry(r);
  if (r->telemetry_fd >= 0)
    close(r->telemetry_fd);
  if (result->telemetry)
    result->telemetry[result->telemetry_size] = 0;
  if (result->end == HX_PROCESS_EXITED && WIFSIGNALED(status)) {
    result->end = HX_PROCESS_SIGNALLED;
    result->signal = WTERMSIG(status);
  }
  result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result->wall_s = r->in_turns ? r->ran_before_s : result->end_s - result->start_s;
  result->user_s = seconds(usage.ru_utime);
  result->sys_s = seconds(usage.ru_stime);
  result->max_rss_kib = usage.ru_maxrss;
  result->voluntary_switches = usage.ru_nvcsw;
  result->involuntary_switches = usage.ru_nivcsw;
  result->minor_faults = usage.ru_minflt;
  result->major_faults = usage.ru_majflt;
}

/* The end of what it said, as far as it fits. */
static void keep_stderr(running *r) {
  char *message = r->result->message;
  off_t size = lseek(r->stderr_fd, 0, SEEK_END);
  off_t from = size > HX_PROCESS_MESSAGE - 1 ? size - (HX_PROCESS_MESSAGE - 1) : 0;
  ssize_t n = pread(r->stderr_fd, message, HX_PROCESS_MESSAGE - 1, from);
  n = n < 0 ? 0 : n;
  while (n > 0 && isspace((unsigned char)message[n - 1]))
    n--;
  message[n] = 0;
}

static double own_cpu_s(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/* What of the CPUs' time between the two readings was neither the runs' nor ours; each run's share
 * of it. */
static void compare_counters(hx_process_result *result, int n, const hx_counters *before,
                             const hx_counters *after, double own_s) {
  double busy_s = after->busy_s - before->busy_s - own_s, wall_s = 0;
  long runnable = before->runnable > after->runnable ? before->runnable : after->runnable;
  for (int i = 0; i < n; i++) {
    busy_s -= result[i].user_s + result[i].sys_s;
    wall_s += result[i].wall_s;
  }
  for (int i = 0; i < n; i++) {
    double share = n > 1 && wall_s > 0 ? result[i].wall_s / wall_s : 1;
    result[i].other_cpu_s = isnan(busy_s) ? NAN : share * fmax(busy_s, 0);
    result[i].steal_s = share * (after->steal_s - before->steal_s);
    result[i].pressure_s = share * (after->pressure_s - before->pressure_s);
    result[i].runnable_other = runnable < 0 ? -1 : runnable < 1 ? 0 : runnable - 1;
  }
}

static running make_ready(const hx_process_spec *spec, hx_process_result *result) {
  memset(result, 0, sizeof *result);
  result->end = HX_PROCESS_EXITED;
  result->steal_s = result->pressure_s = result->other_cpu_s = NAN;
  result->runnable_other = -1;
  return (running){.spec = spec,
                   .result = result,
                   .pidfd = -1,
                   .telemetry_fd = -1,
                   .stderr_fd = -1,
                   .look_every_s = 0.01,
                   .next_look_s = 0.01};
}

static void give_up(running *r) {
  if (r->telemetry_fd >= 0)
    close(r->telemetry_fd);
  r->telemetry_fd = -1;
}

static void finish(running *r) {
  if (r->result->end != HX_PROCESS_NOT_STARTED)
    keep_stderr(r);
  if (r->stderr_fd >= 0)
    close(r->stderr_fd);
}

static const hx_cpuset *watched(const hx_process_spec *spec) {
  static const hx_cpuset all = {{0}};
  return spec->watch ? spec->watch : &all;
}

void hx_process_run(const hx_process_spec *spec, hx_process_result *result) {
  running r = make_ready(spec, result);
  hx_counters before = hx_counters_read("/proc", watched(spec));
  double own_s = own_cpu_s();
  hx_utc_now(result->start_utc);
  if (start(&r)) {
    watch(&r, INFINITY);
    hx_utc_now(result->end_utc);
    hx_counters after = hx_counters_read("/proc", watched(spec));
    reap(&r);
    compare_counters(result, 1, &before, &after, own_cpu_s() - own_s);
  } else {
    give_up(&r);
  }
  finish(&r);
}

/* ---- two in turns ---- */

static bool note_turn(running *r, double end_s) {
  hx_process_result *result = r->result;
  size_t n = result->n_turns;
  r->ran_before_s += end_s - r->turn_began_s;
  if ((n & (n - 1)) == 0) { /* 0, 1, 2, 4, 8, ...: it is full */
    hx_process_turn *grown = reallocarray(result->turns, n ? 2 * n : 1, sizeof *grown);
    if (!grown)
      return false;
    result->turns = grown;
  }
  result->turns[result->n_turns++] = (hx_process_turn){r->turn_began_s, end_s};
  return true;
}

static void take_turn(running *r, double turn_s) {
  hx_process_result *result = r->result;
  bool first = result->n_turns == 0;
  if (first) {
    hx_utc_now(result->start_utc);
    if (!start(r)) {
      give_up(r);
      r->ended = true;
      return;
    }
  } else {
    r->turn_began_s = hx_clock_s();
    kill(-r->pid, SIGCONT);
  }
  r->ended = watch(r, turn_s);
  /* That it has stopped is not waited for: that takes microseconds, and a process that something
   * traces (a leak check at its end, say) tells its tracer and never us. */
  if (!r->ended)
    kill(-r->pid, SIGSTOP);
  double end_s = r->ended ? result->end_s : hx_clock_s();
  if (r->ended)
    hx_utc_now(result->end_utc);
  if (!note_turn(r, end_s) && !r->ended) {
    snprintf(result->message, sizeof result->message, "out of memory");
    stop(r, HX_PROCESS_NOT_STARTED);
    r->ended = true;
  }
  if (r->ended)
    reap(r);
}

void hx_process_run_in_turns(const hx_process_spec spec[2], double turn_s,
                             hx_process_result result[2]) {
  static const double golden = 0.6180339887498949; /* multiples of it fill 0..1 evenly */
  running r[2] = {make_ready(&spec[0], &result[0]), make_ready(&spec[1], &result[1])};
  r[0].in_turns = r[1].in_turns = true;
  hx_counters before = hx_counters_read("/proc", watched(spec));
  double own_s = own_cpu_s();
  for (int k = 0; !r[0].ended || !r[1].ended; k++) {
    double length_s = k == 0 ? turn_s / 2 : turn_s * (0.75 + 0.5 * fmod(golden * k, 1));
    running *next = &r[k % 2];
    if (!next->ended)
      take_turn(next, r[(k + 1) % 2].ended ? INFINITY : length_s);
  }
  hx_counters after = hx_counters_read("/proc", watched(spec));
  compare_counters(result, 2, &before, &after, own_cpu_s() - own_s);
  finish(&r[0]);
  finish(&r[1]);
}

double hx_process_ran_s(const hx_process_result *result, double from_s, double to_s) {
  double sum_s = 0;
  if (!result->turns)
    return to_s - from_s;
  for (size_t i = 0; i < result->n_turns; i++)
    sum_s += fmax(0, fmin(to_s, result->turns[i].end_s) - fmax(from_s, result->turns[i].start_s));
  return sum_s;
}

void hx_process_result_deinit(hx_process_result *result) {
  free(result->telemetry);
  free(result->turns);
  result->telemetry = NULL;
  result->turns = NULL;
  result->telemetry_size = result->n_turns = 0;
}
