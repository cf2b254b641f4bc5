/* Worker processes, each with one worker, or with several threads (hybrid). */
#include "base/clock.h"
#include "exec/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

typedef struct team {
  hx_pool pool;
  uint32_t processes, threads; /* threads per process */
  pid_t *pid;                  /* 0: reaped, or never started */
} team;

/* ---- in the worker process ----------------------------------------------------------------- */

/* Exit status of a process that could not start its threads, plus the reason: a small errno value. */
enum { NO_THREADS = 100 };

static _Noreturn void be_process(const team *t, uint32_t process, pid_t parent) {
  /* No orphans: whatever happens to the parent happens to its workers. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  /* Ctrl-C reaches every process of the terminal; the parent decides what becomes of it. */
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGTERM, SIG_DFL);

  uint32_t first = process * t->threads;
  hx_threads others;
  int failure = hx_threads_start(&others, &t->pool, first + 1, t->threads - 1);
  hx_worker_loop(&t->pool, first);
  hx_threads_join(&others);
  _exit(failure == 0 ? 0 : NO_THREADS + failure);
}

/* ---- who died of what, doing what ---------------------------------------------------------- */

static void describe_end(int status, char *text, size_t size) {
  if (WIFSIGNALED(status)) {
    const char *name = sigabbrev_np(WTERMSIG(status));
    snprintf(text, size, "was killed by signal %d (SIG%s)", WTERMSIG(status), name ? name : "?");
  } else if (WEXITSTATUS(status) > NO_THREADS) {
    snprintf(text, size, "cannot start its threads: %s",
             strerror(WEXITSTATUS(status) - NO_THREADS));
  } else {
    snprintf(text, size, "ended with status %d", WEXITSTATUS(status));
  }
}

/* " while on scenario A" or " while on scenarios A, B": as written down before they were begun. */
static void describe_tasks(const team *t, uint32_t process, char *text, size_t size) {
  const hx_work *work = t->pool.work;
  size_t length = 0;
  text[0] = '\0';
  for (uint32_t w = process * t->threads; w < (process + 1) * t->threads; w++) {
    const hx_sched_worker *worker = hx_sched_worker_at(t->pool.sched, w);
    uint32_t task = atomic_load(&worker->task);
    if (task == HX_TASK_NONE || length >= size)
      continue;
    char label[256];
    if (task == HX_TASK_PART)
      snprintf(label, sizeof label, "(saved tariffs)");
    else
      work->ops->label(work->ctx, atomic_load(&worker->scenario), label, sizeof label);
    int n = snprintf(text + length, size - length, "%s%s",
                     length == 0 ? " while on scenario " : ", ", label);
    length += n > 0 ? (size_t)n : 0;
  }
}

static bool say_died(const team *t, uint32_t process, int status, hx_exec_result *result) {
  char end[128], tasks[400];
  describe_end(status, end, sizeof end);
  describe_tasks(t, process, tasks, sizeof tasks);
  return hx_exec_fail(result, HX_EXEC_DIED, PVS_IO, "worker process %u of %u %s%s", process + 1,
                      t->processes, end, tasks);
}

/* ---- in the parent ------------------------------------------------------------------------- */

static bool has_left(const team *t, uint32_t process) {
  for (uint32_t w = process * t->threads; w < (process + 1) * t->threads; w++)
    if (!atomic_load(&hx_sched_worker_at(t->pool.sched, w)->left))
      return false;
  return true;
}

/* Reaps a process when it has ended (or, with `block`, until it has). */
static bool reap(team *t, uint32_t process, bool block, hx_exec_result *result) {
  int status;
  pid_t ended;
  if (t->pid[process] == 0)
    return true;
  do
    ended = waitpid(t->pid[process], &status, block ? 0 : WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended == 0)
    return true;
  bool known = ended == t->pid[process];
  t->pid[process] = 0;
  if (!known || (WIFEXITED(status) && WEXITSTATUS(status) == 0 && has_left(t, process)))
    return true;
  return say_died(t, process, status, result);
}

static bool watch(void *ctx, hx_exec_result *result) {
  team *t = ctx;
  for (uint32_t p = 0; p < t->processes; p++)
    if (!reap(t, p, false, result))
      return false;
  return true;
}

/* They have nothing worth keeping: what they write goes to a folder that will be removed. */
static void kill_all(team *t) {
  for (uint32_t p = 0; p < t->processes; p++)
    if (t->pid[p] != 0)
      kill(t->pid[p], SIGKILL);
  hx_exec_result ignored;
  for (uint32_t p = 0; p < t->processes; p++)
    reap(t, p, true, &ignored);
}

static bool start(team *t, hx_exec_result *result) {
  pid_t parent = getpid();
  for (uint32_t p = 0; p < t->processes; p++) {
    pid_t pid = fork();
    if (pid == 0)
      be_process(t, p, parent);
    if (pid < 0)
      return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "cannot start %u processes: %s",
                          t->processes, strerror(errno));
    t->pid[p] = pid;
  }
  return true;
}

static void run_team(team *t, hx_exec_report *report, hx_exec_result *result) {
  if (!start(t, result)) {
    kill_all(t);
    return;
  }
  hx_coordinate(&t->pool, watch, t, report, result);
  if (result->status == HX_EXEC_OK || result->status == HX_EXEC_FAILED) {
    hx_exec_result late = {0};
    for (uint32_t p = 0; p < t->processes; p++)
      if (!reap(t, p, true, &late) && result->status == HX_EXEC_OK)
        *result = late;
  } else {
    kill_all(t);
  }
}

static bool run(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                hx_exec_result *result) {
  *report = (hx_exec_report){.bindings_held = -1};
  uint64_t start_ns = hx_clock_ns();
  team t = {.processes = (uint32_t)options->config.processes,
            .threads = (uint32_t)options->config.threads};
  if (!hx_pool_init(&t.pool, work, options, t.processes * t.threads, work->window, true, result))
    return false;
  t.pid = calloc(t.processes, sizeof *t.pid);
  if (t.pid)
    run_team(&t, report, result);
  else
    hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for the workers");
  free(t.pid);
  if (hx_pool_report(&t.pool, report, result))
    report->run_ns = hx_clock_ns() - start_ns;
  hx_pool_deinit(&t.pool);
  return result->status == HX_EXEC_OK;
}

const hx_exec_ops hx_exec_processes = {
    .name = "processes", .executor = HX_EXECUTOR_PROCESSES, .run = run};

const hx_exec_ops hx_exec_hybrid = {.name = "hybrid", .executor = HX_EXECUTOR_HYBRID, .run = run};
