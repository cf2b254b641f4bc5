#include "measure/process.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/grow.h"
#include "base/text.h"
#include "measure/counters.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TELEMETRY_MAX = 64 << 20, STDERR_KEPT = 2 * HX_PROCESS_MESSAGE };

/* How often a waiting harness wakes up at most: Ctrl-C is noticed this late. */
static const double wake_s = 0.2;

typedef struct running {
  const hx_process_spec *spec;
  hx_process_result *result;
  hx_guard guard;
  int telemetry_fd, stderr_fd; /* our ends; -1: closed */
  hx_text telemetry;
  char stderr_end[STDERR_KEPT]; /* of its stderr: whatever it writes, no more is kept */
  size_t stderr_size;
  double turn_began_s, ran_before_s; /* the turn it has, and what it ran before */
  double next_look_s;                /* at its processes, in seconds that it ran */
  bool ended;
} running;

static void close_fd(int *fd) {
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
}

/* ---- starting ---- */

static bool start(running *r) {
  int telemetry[2] = {-1, -1}, errors[2] = {-1, -1}, failed = 0;
  const char *input = r->spec->input ? r->spec->input : "/dev/null";
  int stdin_fd = open(input, O_RDONLY | O_CLOEXEC);
  if (stdin_fd < 0) {
    r->result->end = HX_PROCESS_NOT_STARTED;
    snprintf(r->result->message, sizeof r->result->message, "its input %s cannot be read: %s",
             input, strerror(errno));
    return false;
  }
  if (pipe2(errors, O_CLOEXEC) != 0 || (r->spec->telemetry && pipe2(telemetry, O_CLOEXEC) != 0))
    failed = errno;
  if (!failed)
    failed = hx_guard_begin(
        &r->guard,
        &(hx_guard_spec){.argv = r->spec->argv,
                         .environment = r->spec->environment,
                         .folder = r->spec->folder,
                         .cpus = r->spec->cpus,
                         .fixed_addresses = r->spec->fixed_addresses,
                         .stdin_fd = stdin_fd,
                         .stdout_fd = r->spec->stdout_fd,
                         .stderr_fd = r->spec->merge_stderr ? r->spec->stdout_fd : errors[1],
                         .telemetry_fd = telemetry[1]});
  close_fd(&stdin_fd);
  close_fd(&telemetry[1]);
  close_fd(&errors[1]);
  r->telemetry_fd = telemetry[0];
  r->stderr_fd = errors[0];
  if (failed) {
    r->result->end = HX_PROCESS_NOT_STARTED;
    snprintf(r->result->message, sizeof r->result->message, "%s cannot be started: %s",
             r->spec->argv[0][0] ? r->spec->argv[0] : "a program without a name", strerror(failed));
    return false;
  }
  fcntl(r->stderr_fd, F_SETFL, O_NONBLOCK);
  if (r->telemetry_fd >= 0)
    fcntl(r->telemetry_fd, F_SETFL, O_NONBLOCK);
  r->result->start_s = r->turn_began_s = r->guard.start_s;
  return true;
}

/* ---- while it runs ---- */

/* Reads what there is, without waiting for more; false when no more will come. */
static bool read_some(int fd, void *to, size_t size, size_t *got) {
  ssize_t n = read(fd, to, size);
  *got = n > 0 ? (size_t)n : 0;
  return n > 0 || (n < 0 && errno == EAGAIN);
}

static void drain_telemetry(running *r) {
  size_t got = 1;
  while (r->telemetry_fd >= 0 && got > 0) {
    /* A run that floods the pipe sends no telemetry: what is there does not parse. */
    char *to = r->telemetry.length < TELEMETRY_MAX ? hx_text_reserve(&r->telemetry, 4096) : NULL;
    if (!to || !read_some(r->telemetry_fd, to, 4096, &got)) {
      close_fd(&r->telemetry_fd);
      return;
    }
    r->telemetry.length += got;
    to[got] = '\0';
  }
}

static void drain_stderr(running *r) {
  size_t got = 1;
  while (r->stderr_fd >= 0 && got > 0) {
    if (r->stderr_size > STDERR_KEPT / 2) {
      size_t cut = r->stderr_size - STDERR_KEPT / 2;
      memmove(r->stderr_end, r->stderr_end + cut, r->stderr_size - cut);
      r->stderr_size -= cut;
    }
    if (!read_some(r->stderr_fd, r->stderr_end + r->stderr_size, STDERR_KEPT - r->stderr_size,
                   &got)) {
      close_fd(&r->stderr_fd);
      return;
    }
    if (r->spec->show_stderr)
      hx_files_write_fd(STDERR_FILENO, r->stderr_end + r->stderr_size, got);
    r->stderr_size += got;
  }
}

/* Stops the whole group. The guard reaps its leader, and not before we have finished with it. */
static void stop(running *r, hx_process_end why) {
  r->result->end = why;
  kill(-r->guard.run, SIGKILL);
}

/* Looks at all its processes, and plans the next look: as often as costs no more than 2 % of a
 * CPU, and not more than 50 times in all that it has run so far. */
static void look(running *r, double now_s) {
  double began_s = hx_clock_s();
  hx_watch_look(&r->result->seen, r->guard.pid, r->guard.run);
  double cost_s = hx_clock_s() - began_s;
  r->next_look_s = now_s + fmin(fmax(fmax(0.005, now_s / 50), 50 * cost_s), 1);
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
    else if (!stopped && spec->interrupts && *spec->interrupts >= (spec->expendable ? 1 : 2))
      stop(r, HX_PROCESS_INTERRUPTED);
    else if (turn_now_s >= turn_s)
      return false;
    if (spec->watch_tasks && !stopped) {
      if (now_s >= r->next_look_s)
        look(r, now_s);
      wait_s = fmin(wait_s, r->next_look_s - now_s);
    }
    wait_s = fmin(wait_s, fmin(spec->cap_s, spec->timeout_s) - now_s);
    wait_s = fmax(fmin(wait_s, turn_s - turn_now_s), 1e-5);
    struct pollfd fds[3] = {{.fd = r->guard.channel, .events = POLLIN},
                            {.fd = r->telemetry_fd, .events = POLLIN},
                            {.fd = r->stderr_fd, .events = POLLIN}};
    struct timespec wait = {.tv_nsec = (long)(1e9 * wait_s)};
    int n = ppoll(fds, 3, &wait, NULL);
    if (n > 0 && fds[0].revents)
      return true;
    if (n > 0 && fds[1].revents)
      drain_telemetry(r);
    if (n > 0 && fds[2].revents)
      drain_stderr(r);
  }
}

/* ---- afterwards ---- */

static double seconds(struct timeval t) {
  return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/* What the guard says of the end. */
static void take_end(running *r) {
  hx_process_result *result = r->result;
  hx_guard_end end = {.end_s = hx_clock_s(), .status = SIGKILL, .counts = hx_perf_unknown};
  hx_guard_finish(&r->guard, &end);
  const struct rusage *usage = &end.usage;
  result->end_s = end.end_s;
  if (result->end == HX_PROCESS_EXITED) {
    result->left_behind = end.left_behind;
    if (WIFSIGNALED(end.status)) {
      result->end = HX_PROCESS_SIGNALLED;
      result->signal = WTERMSIG(end.status);
    }
  }
  result->exit_code = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : -1;
  result->user_s = seconds(usage->ru_utime);
  result->sys_s = seconds(usage->ru_stime);
  result->max_rss_kib = usage->ru_maxrss;
  result->voluntary_switches = usage->ru_nvcsw;
  result->involuntary_switches = usage->ru_nivcsw;
  result->minor_faults = usage->ru_minflt;
  result->major_faults = usage->ru_majflt;
  result->counts = end.counts;
}

/* What it sent: its telemetry, and the end of what it said on stderr. */
static void take_texts(running *r) {
  hx_process_result *result = r->result;
  drain_telemetry(r);
  drain_stderr(r);
  result->telemetry_size = r->telemetry.length;
  result->telemetry = hx_text_take(&r->telemetry);
  size_t n = r->stderr_size;
  while (n > 0 && isspace((unsigned char)r->stderr_end[n - 1]))
    n--;
  size_t kept = n < HX_PROCESS_MESSAGE - 1 ? n : HX_PROCESS_MESSAGE - 1;
  memcpy(result->message, r->stderr_end + n - kept, kept);
  result->message[kept] = '\0';
}

static double own_cpu_s(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/* What of the CPUs' time between the two readings was neither the runs' nor ours, as far as it fell
 * into the runs; each run's share of it. */
static void compare_counters(hx_process_result *result, int n, const hx_counters *before,
                             const hx_counters *after, double own_s) {
  double busy_s = after->busy_s - before->busy_s - own_s, wall_s = 0, longest_s = 0;
  long runnable = before->runnable > after->runnable ? before->runnable : after->runnable;
  for (int i = 0; i < n; i++) {
    busy_s -= result[i].user_s + result[i].sys_s;
    wall_s += result[i].wall_s;
    longest_s = fmax(longest_s, result[i].wall_s);
  }
  /* Around a run of a millisecond there is more time than in it. */
  double within = fmin(1, longest_s / fmax(after->at_s - before->at_s, 1e-9));
  for (int i = 0; i < n; i++) {
    double share = within * (n > 1 && wall_s > 0 ? result[i].wall_s / wall_s : 1);
    result[i].other_cpu_s = share * busy_s;
    result[i].steal_s = share * (after->steal_s - before->steal_s);
    result[i].pressure_s = share * (after->pressure_s - before->pressure_s);
    result[i].runnable_other = runnable < 0 ? -1 : runnable < 1 ? 0 : runnable - 1;
  }
}

static void make_ready(running *r, const hx_process_spec *spec, hx_process_result *result) {
  memset(result, 0, sizeof *result);
  result->end = HX_PROCESS_EXITED;
  result->timeout_s = spec->timeout_s;
  result->steal_s = result->pressure_s = result->other_cpu_s = NAN;
  result->runnable_other = -1;
  result->counts = hx_perf_unknown;
  *r = (running){
      .spec = spec, .result = result, .telemetry_fd = -1, .stderr_fd = -1, .next_look_s = 0.005};
}

static void finish(running *r) {
  if (r->result->end != HX_PROCESS_NOT_STARTED)
    take_texts(r);
  close_fd(&r->telemetry_fd);
  close_fd(&r->stderr_fd);
  hx_text_deinit(&r->telemetry);
}

static const hx_cpuset *watched(const hx_process_spec *spec) {
  static const hx_cpuset all = {{0}};
  return spec->watch ? spec->watch : &all;
}

void hx_process_run(const hx_process_spec *spec, hx_process_result *result) {
  running r;
  make_ready(&r, spec, result);
  hx_counters before = hx_counters_read("/proc", watched(spec));
  double own_s = own_cpu_s();
  hx_utc_now(result->start_utc);
  if (start(&r)) {
    watch(&r, INFINITY);
    hx_utc_now(result->end_utc);
    hx_counters after = hx_counters_read("/proc", watched(spec));
    take_end(&r);
    result->wall_s = result->end_s - result->start_s;
    compare_counters(result, 1, &before, &after, own_cpu_s() - own_s);
  }
  finish(&r);
}

/* ---- two in turns ---- */

static bool note_turn(running *r, double end_s) {
  hx_process_result *result = r->result;
  r->ran_before_s += end_s - r->turn_began_s;
  if (!hx_grow(&result->turns, result->n_turns, sizeof *result->turns))
    return false;
  result->turns[result->n_turns++] = (hx_process_turn){r->turn_began_s, end_s};
  return true;
}

static void take_turn(running *r, double turn_s) {
  hx_process_result *result = r->result;
  bool first = result->n_turns == 0;
  if (first) {
    hx_utc_now(result->start_utc);
    if (!start(r)) {
      r->ended = true;
      return;
    }
  } else {
    r->turn_began_s = hx_clock_s();
    kill(-r->guard.run, SIGCONT);
  }
  r->ended = watch(r, turn_s);
  /* A tracer that is stopped together with what it traces may wait for it for ever. */
  for (double until_s = turn_s; !r->ended && hx_descendants_traced(r->guard.run);) {
    until_s += turn_s;
    r->ended = watch(r, until_s);
  }
  /* That it has stopped is not waited for: that takes microseconds. */
  if (!r->ended)
    hx_descendants_stop(r->guard.run, r->guard.run);
  if (r->ended) {
    hx_utc_now(result->end_utc);
    take_end(r);
  }
  if (!note_turn(r, r->ended ? result->end_s : hx_clock_s()) && !r->ended) {
    snprintf(result->message, sizeof result->message, "out of memory");
    stop(r, HX_PROCESS_NOT_STARTED);
    take_end(r);
    r->ended = true;
  }
  if (r->ended) {
    hx_process_end_turns(result, result->end_s);
    result->wall_s = hx_process_ran_s(result, result->start_s, result->end_s);
  }
}

void hx_process_run_in_turns(const hx_process_spec spec[2], double turn_s,
                             hx_process_result result[2]) {
  static const double golden = 0.6180339887498949; /* multiples of it fill 0..1 evenly */
  running r[2];
  make_ready(&r[0], &spec[0], &result[0]);
  make_ready(&r[1], &spec[1], &result[1]);
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

void hx_process_end_turns(hx_process_result *result, double end_s) {
  size_t n = result->n_turns;
  while (n > 1 && end_s <= result->turns[n - 1].start_s)
    n--;
  if (n > 0)
    result->turns[n - 1].end_s =
        fmax(result->turns[n - 1].start_s, fmin(result->turns[n - 1].end_s, end_s));
  result->n_turns = n;
}

double hx_process_ran_s(const hx_process_result *result, double from_s, double to_s) {
  double sum_s = 0;
  if (!result->turns)
    return to_s - from_s;
  for (size_t i = 0; i < result->n_turns; i++)
    sum_s += fmax(0, fmin(to_s, result->turns[i].end_s) - fmax(from_s, result->turns[i].start_s));
  return sum_s;
}

bool hx_process_ended_well(const hx_process_result *result, bool ignore_failure, const char *who,
                           pvs_error *error) {
  switch (result->end) {
  case HX_PROCESS_EXITED:
    return result->exit_code == 0 || ignore_failure ||
           hx_fail(error, PVS_IO, "%s failed (exit code %d)", who, result->exit_code);
  case HX_PROCESS_TIMEOUT:
    return hx_fail(error, PVS_IO, "%s took longer than --timeout", who);
  case HX_PROCESS_INTERRUPTED:
    return hx_fail(error, PVS_IO, "%s was interrupted", who);
  case HX_PROCESS_NOT_STARTED:
    return hx_fail(error, PVS_IO, "%s", result->message);
  default:
    return hx_fail(error, PVS_IO, "%s ended by signal %d", who, result->signal);
  }
}

void hx_process_result_deinit(hx_process_result *result) {
  free(result->telemetry);
  free(result->turns);
  hx_watch_deinit(&result->seen);
  result->telemetry = NULL;
  result->turns = NULL;
  result->telemetry_size = result->n_turns = 0;
}
