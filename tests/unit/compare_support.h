/* Comparisons without timing anything: a runner whose runs take the time written in a file. */
#ifndef COMPARE_SUPPORT_H
#define COMPARE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare/duet.h"
#include "compare/revision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char compare_folder[64]; /* empty at the beginning of each test */

static int compare_setup(void **state) {
  (void)state;
  strcpy(compare_folder, "/tmp/pvtune-test-compare-XXXXXX");
  umask(022);
  return mkdtemp(compare_folder) ? 0 : -1;
}

static int compare_teardown(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", compare_folder);
  return system(command);
}

/* Runs a shell script in the test's folder; each of its commands must succeed. */
__attribute__((unused)) static void in_shell(const char *script) {
  char command[4096];
  int n = snprintf(command, sizeof command, "set -e; cd %s; { %s\n}", compare_folder, script);
  assert_true(n > 0 && n < (int)sizeof command);
  assert_int_equal(system(command), 0);
}

/* A git repository `repo` in the test's folder, without the caller's git configuration. */
__attribute__((unused)) static void make_repository(void) {
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
  setenv("GIT_AUTHOR_NAME", "tester", 1);
  setenv("GIT_AUTHOR_EMAIL", "tester@example.org", 1);
  setenv("GIT_COMMITTER_NAME", "tester", 1);
  setenv("GIT_COMMITTER_EMAIL", "tester@example.org", 1);
  /* Before each build it is asked for its version, which takes longer than all the rest of ours. */
  setenv("RUSTC", "echo", 1);
  in_shell("git init -q -b main repo");
}

/* ---- runs that take given times ---- */

/* One side: the seconds of its runs, over and over; noise alternates by run. */
typedef struct timed {
  double seconds;     /* of an undisturbed run */
  const char *digest; /* "" none */
  int fails_at;       /* this run (from 1) fails; 0: none does */
  int changes_at;     /* from this run on the digest is another; 0: never */
  int runs;           /* made so far */
  int presses_at;     /* somebody interrupts during this run; 0: nobody does */
  volatile sig_atomic_t *interrupts;
  bool leaves_group; /* a process of it starts a group of its own */
  int looks;         /* at its processes; 0: none */
  int processes, tasks;
  double waits;       /* share of its time in which it does not compute */
  bool takes_turns;   /* it can */
  int turns;          /* runs made in turns */
  int leaves;         /* processes that run on when it ends */
  hx_cpuset confined; /* of the last run */
  char folder[256];   /* "": `seconds`; else the file `seconds` there says them */
} timed;

static void timed_run(void *ctx, const hx_runner_job *job, hx_measured *out) {
  static const double noise[] = {1.000, 1.004, 0.997, 1.002, 0.999, 1.006, 0.998};
  timed *t = ctx;
  double seconds = t->seconds;
  t->runs++;
  if (t->runs == t->presses_at)
    *t->interrupts = 1;
  t->confined = job->confined;
  if (t->folder[0]) {
    char path[300];
    snprintf(path, sizeof path, "%s/seconds", t->folder);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lf", &seconds), 1);
    fclose(f);
  }
  out->process.end = HX_PROCESS_EXITED;
  out->process.exit_code = t->runs == t->fails_at ? 7 : 0;
  out->process.wall_s = out->seconds =
      seconds * noise[t->runs % (int)(sizeof noise / sizeof *noise)];
  out->process.seen.left_group = job->watch_groups && t->leaves_group;
  out->process.seen.looks = t->looks;
  out->process.seen.processes = t->looks * t->processes;
  out->process.seen.tasks = t->looks * t->tasks;
  out->process.left_behind = t->leaves;
  out->process.telemetry = strdup("owned"); /* and given back by whoever measures */
  out->process.user_s = out->process.wall_s * (1 - t->waits);
  snprintf(out->digest, sizeof out->digest, "%s",
           t->changes_at && t->runs >= t->changes_at ? "other" : t->digest);
}

static void timed_run_in_turns(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                               hx_measured out[2]) {
  assert_true(turn_s > 0);
  for (int i = 0; i < 2; i++) {
    timed_run(ctx[i], &job[i], &out[i]);
    ((timed *)ctx[i])->turns++;
  }
}

static const hx_runner_ops timed_ops = {.name = "timed", .run = timed_run};
static const hx_runner_ops turning_ops = {
    .name = "timed", .run = timed_run, .run_in_turns = timed_run_in_turns};

__attribute__((unused)) static hx_runner timed_runner(timed *t) {
  return (hx_runner){.ops = t->takes_turns ? &turning_ops : &timed_ops, .ctx = t};
}

__attribute__((unused)) static hx_measure_context compare_context(void) {
  return (hx_measure_context){.folder = compare_folder,
                              .machine = "m-0123456789",
                              .allocation = "pus=4",
                              .environment = "e",
                              .boot = "boot",
                              .binary = "binary",
                              .revision = ""};
}

#endif
