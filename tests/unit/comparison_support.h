/* A whole comparison: sides made ready, configurations chosen, verdicts stored. The pvtunes compared
 * are shell scripts that say what took how long; what a run really took is never asserted. */
#ifndef TESTS_UNIT_COMPARISON_SUPPORT_H
#define TESTS_UNIT_COMPARISON_SUPPORT_H

#include "compare_support.h"
#include "error_support.h"

#include "compare/comparison.h"
#include "compare/recording.h"

#include <sys/stat.h>
#include <sys/wait.h>

enum { A, B };

static hx_measure_session session;
static hx_listener listener;
static char results[128], said[2048], bins[2][160];

static void on_say(void *ctx, hx_saying kind, const char *text) {
  (void)ctx, (void)kind;
  size_t used = strlen(said);
  snprintf(said + used, sizeof said - used, "%s\n", text);
}

/* `NAME` says that its work took `ms` milliseconds, whatever it is asked to run. */
static void make_pvtune(const char *name, int ms) {
  char script[800];
  snprintf(script, sizeof script,
           "cat >%s <<'END'\n#!/bin/sh\n# %s\necho \"$*\" >>%s/asked-%s\n"
           "printf 'pvtune-record 1\\nbindings_held -1\\nworkers_seen 1\\n"
           "digest 00000000000000aa\\nwork_ns %d000000\\nend\\n' >&3\nEND\nchmod +x %s",
           name, name, compare_folder, name, ms, name);
  in_shell(script);
}

static int set_up(void **state) {
  pvs_error error;
  int failed = compare_setup(state);
  said[0] = '\0';
  setenv("XDG_CACHE_HOME", compare_folder, 1);
  snprintf(results, sizeof results, "%s/results", compare_folder);
  make_pvtune("pa", 100);
  make_pvtune("pb", 110);
  for (int s = A; s <= B; s++)
    snprintf(bins[s], sizeof bins[s], "bin:%s/p%c", compare_folder, "ab"[s]);
  listener = (hx_listener){.say = on_say};
  hx_measure_request request = {.results = results,
                                .self_path = bins[A] + 4,
                                .command = "test",
                                .scratch = compare_folder,
                                .listener = &listener};
  bool ok = hx_measure_session_look(&session, afresh(&error)) &&
            hx_measure_session_open(&session, &request, afresh(&error));
  return failed || !ok ? -1 : 0;
}

static int tear_down(void **state) {
  hx_measure_session_close(&session);
  assert_int_equal(chdir("/"), 0);
  return compare_teardown(state);
}

static hx_comparison_options options_of(hx_workload *workload, const char *text) {
  pvs_error error;
  assert_true(hx_workload_parse(text, NULL, workload, afresh(&error)));
  return (hx_comparison_options){.command = "compare",
                                 .workloads = workload,
                                 .n_workloads = 1,
                                 .named = true,
                                 .min_effect = 0.005,
                                 .margin = 0.03,
                                 .max_rss_growth = INFINITY,
                                 .budget_s = INFINITY,
                                 .timeout_s = INFINITY,
                                 .blocks = 1,
                                 .interleave = HX_DUET_INTERLEAVE_NEVER};
}

__attribute__((unused)) static void measure(hx_comparison *c, const hx_comparison_options *options,
                                            const char *a, const char *b,
                                            hx_verdict_summary *summary) {
  pvs_error error;
  if (!hx_comparison_init(c, options, a, b, afresh(&error)) ||
      !hx_comparison_open(c, &session, afresh(&error)) ||
      !hx_comparison_measure(c, summary, afresh(&error)))
    fail_msg("%s %s", error.file, error.message);
}

/* The session may have another one. */
__attribute__((unused)) static void close_it(hx_comparison *c) {
  pvs_error error;
  assert_true(hx_comparison_close(c, afresh(&error)));
  in_shell("rm -f pvtune-scratch-*/pvtune-?");
}

__attribute__((unused)) static void end(hx_comparison *c, hx_verdict_summary *summary) {
  hx_workload *workload = c->options.workloads;
  close_it(c);
  hx_verdict_deinit(summary);
  hx_workload_deinit(workload);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Three commits: `one` has a program, `two` another one besides, `three` does not build. */
__attribute__((unused)) static void make_revisions(void) {
  make_repository();
  in_shell("cd repo; printf '#!/bin/sh\\nsleep 0.01\\n' >prog; chmod +x prog; echo true >build;"
           "git add .; git commit -q -m one; git tag one;"
           "cp prog extra; printf '#!/bin/sh\\nexit 3\\n' >broken; chmod +x broken;"
           "git add .; git commit -q -m two; git tag two;"
           "echo 'echo why not; false' >build; git commit -q -a -m three; git tag three");
  char path[128];
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  assert_int_equal(chdir(path), 0);
}

#endif
