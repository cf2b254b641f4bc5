/* Runs of commands through the runner: outputs digested and judged, bindings and process groups
 * observed. What a run took is never asserted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/files.h"
#include "measure/check.h"
#include "measure/outputs.h"
#include "measure/runner.h"
#include "topo_support.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-runner-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  return hx_files_remove(folder) ? 0 : -1;
}

static bool watch_groups;
static char self[128] = "pvtune";

static hx_measured run_command(const char *text, const char *configuration, const char *expected) {
  pvs_error error;
  hx_workload workload;
  hx_config config;
  hx_measured measured;
  assert_true(hx_workload_parse(text, NULL, &workload, afresh(&error)));
  assert_true(hx_config_parse(configuration, &config, afresh(&error)));
  char scratch[128];
  snprintf(scratch, sizeof scratch, "%s", folder);
  hx_process_runner processes = {.self = self, .topo = topo, .scratch = scratch};
  hx_runner runner = hx_runner_processes(&processes);
  hx_runner_run(&runner,
                &(hx_runner_job){.workload = &workload,
                                 .config = &config,
                                 .cap_s = INFINITY,
                                 .timeout_s = INFINITY,
                                 .watch_groups = watch_groups,
                                 .expected = expected},
                &measured);
  hx_workload_deinit(&workload);
  return measured;
}

/* A run whose processes are looked at must last until that was done: tried with $LASTS of more and more
 * seconds, until it is as expected or there is no doubt that it is not. */
static hx_measured run_long_enough(const char *command, const char *configuration,
                                   bool (*as_expected)(const hx_measured *m)) {
  for (double lasts_s = 0.2;; lasts_s *= 2) {
    char text[32];
    snprintf(text, sizeof text, "%g", lasts_s);
    setenv("LASTS", text, 1);
    hx_measured m = run_command(command, configuration, NULL);
    if (lasts_s > 5 || as_expected(&m))
      return m;
    hx_measured_deinit(&m);
  }
}

static bool is_held(const hx_measured *m) {
  return m->binding == HX_BINDING_HELD;
}

static bool is_lost(const hx_measured *m) {
  return m->binding == HX_BINDING_LOST;
}

static bool has_left_group(const hx_measured *m) {
  return m->process.seen.left_group;
}

static void test_a_commands_output_is_digested(void **state) {
  (void)state;
  hx_measured a = run_command("cmd:echo one", "serial", NULL);
  hx_measured b = run_command("cmd:printf 'one\\n' > {output}", "serial", NULL);
  hx_measured c = run_command("cmd:mkdir {output} && echo one > {output}/file", "serial", NULL);
  hx_measured d = run_command("cmd:true", "serial", NULL);
  assert_int_equal(strlen(a.digest), 16);
  assert_string_equal(a.digest, b.digest);
  assert_int_equal(strlen(c.digest), 16);
  assert_string_not_equal(a.digest, c.digest);
  assert_string_equal(d.digest, "");
  hx_measured_deinit(&a);
  hx_measured_deinit(&b);
  hx_measured_deinit(&c);
  hx_measured_deinit(&d);
}

static void test_expected_outputs(void **state) {
  (void)state;
  char good[128], near[128], bad[128], reason[256];
  hx_config serial = hx_config_serial();
  const char *const names[] = {"good.csv", "near.csv", "bad.csv"};
  const char *const texts[] = {"a,b\n1,2\n", "a,b\n1,2.0000000001\n", "a,b\n1,3\n"};
  char *const paths[] = {good, near, bad};
  for (int i = 0; i < 3; i++) {
    snprintf(paths[i], 128, "%s/%s", folder, names[i]);
    FILE *f = fopen(paths[i], "w");
    assert_non_null(f);
    fputs(texts[i], f);
    fclose(f);
  }
  hx_measured m = run_command("cmd:printf 'a,b\\n1,2\\n'", "serial", good);
  assert_int_equal(m.expected, HX_EXPECTED_AGREES);
  hx_measured_deinit(&m);
  m = run_command("cmd:printf 'a,b\\n1,2\\n' > {output}", "serial", near);
  assert_int_equal(m.expected, HX_EXPECTED_AGREES);
  hx_measured_deinit(&m);
  m = run_command("cmd:printf 'a,b\\n1,2\\n'", "serial", bad);
  assert_int_equal(m.expected, HX_EXPECTED_DIFFERS);
  assert_int_equal(hx_check_run(&m, &serial, (hx_check_reference){"", NULL}, reason, sizeof reason),
                   HX_RUN_WRONG);
  hx_measured_deinit(&m);
  m = run_command("cmd:echo", "serial", "/nonexistent/file");
  assert_int_equal(hx_check_run(&m, &serial, (hx_check_reference){"", NULL}, reason, sizeof reason),
                   HX_RUN_WRONG);
  assert_non_null(strstr(reason, "/nonexistent/file"));
  hx_measured_deinit(&m);
}

/* Of folders the first file that differs is named, and whether there are others. */
static void test_folders_that_differ(void **state) {
  (void)state;
  char script[900], a[128], b[128], message[256] = "";
  snprintf(a, sizeof a, "%s/expected", folder);
  snprintf(b, sizeof b, "%s/actual", folder);
  snprintf(script, sizeof script,
           "mkdir %s %s && for f in %s %s; do printf 'k,v\\na,1\\n' >$f/1.csv; "
           "cp $f/1.csv $f/2.csv; done; printf 'k,v\\na,2\\n' >%s/2.csv",
           a, b, a, b, b);
  assert_int_equal(system(script), 0);
  assert_int_equal(hx_outputs_compare(a, b, message, sizeof message), HX_EXPECTED_DIFFERS);
  assert_string_equal(message, "2.csv: row 'a', column 'v': found '2', expected '1'");
  snprintf(script, sizeof script, "cp %s/2.csv %s/1.csv", b, b);
  assert_int_equal(system(script), 0);
  assert_int_equal(hx_outputs_compare(a, b, message, sizeof message), HX_EXPECTED_DIFFERS);
  assert_string_equal(message,
                      "1.csv: row 'a', column 'v': found '2', expected '1', and other files");
}

/* Other outputs of other inputs are no wrong outputs. */
static void test_changed_inputs_are_told_as_such(void **state) {
  (void)state;
  char reason[HX_RUN_REASON];
  hx_config serial;
  pvs_error error;
  assert_true(hx_config_parse("serial", &serial, afresh(&error)));
  hx_measured m = {.seconds = 1,
                   .process.end = HX_PROCESS_EXITED,
                   .digest = "0000000000000002",
                   .input_digest = "000000000000000b"};
  const struct {
    hx_check_reference reference;
    hx_run_outcome outcome;
    const char *reason;
  } cases[] = {
      {{"", NULL}, HX_RUN_VALID, ""},
      {{"", ""},
       HX_RUN_WRONG,
       "outputs differ from the serial run's (digest 0000000000000002 instead of none)"},
      {{"000000000000000b", "0000000000000002"}, HX_RUN_VALID, ""},
      {{"000000000000000b", "0000000000000001"},
       HX_RUN_WRONG,
       "outputs differ from the serial run's (digest 0000000000000002 instead of "
       "0000000000000001)"},
      {{"000000000000000a", "0000000000000001"},
       HX_RUN_INVALID,
       "the inputs changed while it was measured (input digest 000000000000000b, before "
       "000000000000000a): measure again"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(hx_check_run(&m, &serial, cases[i].reference, reason, sizeof reason),
                     cases[i].outcome);
    assert_string_equal(reason, cases[i].reason);
  }
}

static void test_a_run_without_outputs_is_wrong(void **state) {
  (void)state;
  char reason[HX_RUN_REASON];
  hx_config serial = hx_config_serial();
  hx_measured m = {.seconds = 1, .process.end = HX_PROCESS_EXITED};
  assert_int_equal(hx_check_run(&m, &serial, (hx_check_reference){"", "0000000000000001"}, reason,
                                sizeof reason),
                   HX_RUN_WRONG);
  assert_string_equal(
      reason, "outputs differ from the serial run's (digest none instead of 0000000000000001)");
}

/* What stands in for pvtune here ends well, and tells this much of its run. */
static void test_a_run_that_does_not_tell_all_has_failed(void **state) {
  (void)state;
  static const struct {
    const char *says;
    hx_run_outcome outcome;
    const char *reason;
  } cases[] = {
      {"", HX_RUN_FAILED,
       "it sent no telemetry, so it is probably no pvtune (other programs are measured as "
       "cmd:'COMMAND')"},
      {"pvtune-record 1\n", HX_RUN_FAILED, "its telemetry was cut off"},
      {"pvtune-record 1\nscenarios twelve\nend\n", HX_RUN_FAILED, "scenarios"},
      {"pvtune-record 1\nconfig serial/pin=none\ndigest 0000000000000001\nwork_ns 5\nend\n",
       HX_RUN_VALID, ""},
  };
  char reason[HX_RUN_REASON];
  hx_config serial = hx_config_serial();
  snprintf(self, sizeof self, "%s/pvtune", folder);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    FILE *f = fopen(self, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\nprintf '%s' >&%d\n", cases[i].says, HX_PROCESS_TELEMETRY_FD);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(self, 0755), 0);
    hx_measured m = run_command("builtin:static:10", "serial", NULL);
    hx_run_outcome outcome =
        hx_check_run(&m, &serial, (hx_check_reference){"", NULL}, reason, sizeof reason);
    if (outcome != cases[i].outcome || !strstr(reason, cases[i].reason))
      fail_msg("case %zu: outcome %d, reason '%s'", i, outcome, reason);
    hx_measured_deinit(&m);
  }
  strcpy(self, "pvtune");
}

/* Pinned from outside, it stays where it was put; unless it leaves, which is noticed. */
static void test_binding_of_a_command(void **state) {
  (void)state;
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  if (hx_cpuset_count(allowed) < 2 || system("taskset -V >/dev/null 2>&1") != 0)
    skip();
  char all[HX_CPUSET_TEXT], command[HX_CPUSET_TEXT + 64], reason[256];
  hx_cpuset_format(allowed, all, sizeof all);
  hx_config pinned;
  pvs_error error;
  char text[64];
  snprintf(text, sizeof text, "threads:1/pin=list:%d", hx_cpuset_next(allowed, -1));
  assert_true(hx_config_parse(text, &pinned, afresh(&error)));

  hx_measured m = run_long_enough("cmd:sleep $LASTS", text, is_held);
  assert_int_equal(m.binding, HX_BINDING_HELD);
  assert_int_equal(hx_check_run(&m, &pinned, (hx_check_reference){"", NULL}, reason, sizeof reason),
                   HX_RUN_VALID);
  hx_measured_deinit(&m);

  snprintf(command, sizeof command, "cmd:taskset -c %s sleep $LASTS", all);
  m = run_long_enough(command, text, is_lost);
  assert_int_equal(m.binding, HX_BINDING_LOST);
  assert_int_equal(hx_check_run(&m, &pinned, (hx_check_reference){"", NULL}, reason, sizeof reason),
                   HX_RUN_INVALID);
  hx_measured_deinit(&m);

  /* A worker that leaves its group, and then its CPU. */
  snprintf(command, sizeof command, "cmd:setsid taskset -c %s sleep $LASTS & wait", all);
  m = run_long_enough(command, text, is_lost);
  assert_int_equal(m.binding, HX_BINDING_LOST);
  hx_measured_deinit(&m);

  /* Hundreds of processes that come and go between two looks. */
  m = run_command("cmd:i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done", text, NULL);
  assert_int_equal(m.binding, HX_BINDING_UNKNOWN);
  hx_measured_deinit(&m);

  cpu_set_t ours;
  assert_int_equal(sched_getaffinity(0, sizeof ours, &ours), 0);
  assert_int_equal(CPU_COUNT(&ours), hx_cpuset_count(allowed)); /* we ourselves are where we were */
}

/* Whether a process leaves the run's group is only looked for where it matters. */
static void test_another_process_group_is_noticed(void **state) {
  (void)state;
  static const struct {
    const char *command;
    bool watched, left;
  } cases[] = {{"cmd:sleep 0.2 & wait", true, false},
               {"cmd:setsid sleep $LASTS & wait", true, true},
               {"cmd:setsid sleep 0.2 & wait", false, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    watch_groups = cases[i].watched;
    hx_measured m = cases[i].left ? run_long_enough(cases[i].command, "serial", has_left_group)
                                  : run_command(cases[i].command, "serial", NULL);
    watch_groups = false;
    assert_int_equal(m.process.seen.left_group, cases[i].left);
    hx_measured_deinit(&m);
  }
}

/* Whichever of two runs in turns cannot be started, the other is not run alone. */
static void test_both_runs_in_turns_start_or_neither(void **state) {
  (void)state;
  for (int broken = 0; broken < 2; broken++) {
    hx_process_runner processes[2];
    hx_runner kinds[2];
    const hx_runner *runners[2];
    hx_workload workload[2];
    pvs_error error;
    char text[192], mark[128];
    hx_config serial = hx_config_serial();
    snprintf(mark, sizeof mark, "%s/started", folder);
    snprintf(text, sizeof text, "cmd:touch %s", mark);
    hx_runner_job job[2];
    for (int i = 0; i < 2; i++) {
      processes[i] = (hx_process_runner){
          .self = self, .topo = topo, .scratch = i == broken ? "/nonexistent" : folder};
      kinds[i] = hx_runner_processes(&processes[i]);
      runners[i] = &kinds[i];
      assert_true(hx_workload_parse(i == broken ? "builtin:batteries:8" : text, NULL, &workload[i],
                                    afresh(&error)));
      job[i] = (hx_runner_job){
          .workload = &workload[i], .config = &serial, .cap_s = INFINITY, .timeout_s = INFINITY};
    }
    hx_measured out[2];
    hx_runner_run_in_turns(runners, job, 0.01, out);
    assert_int_equal(out[broken].process.end, HX_PROCESS_NOT_STARTED);
    assert_int_equal(out[1 - broken].process.end, HX_PROCESS_NOT_STARTED);
    assert_non_null(strstr(out[broken].message, "the scratch folder /nonexistent cannot be used"));
    assert_string_equal(out[1 - broken].message, "the run it takes turns with cannot be started");
    for (int i = 0; i < 2; i++)
      assert_true(isnan(out[i].process.steal_s) && isnan(out[i].process.pressure_s) &&
                  isnan(out[i].process.other_cpu_s) && out[i].process.runnable_other == -1);
    assert_int_not_equal(access(mark, F_OK), 0);
    for (int i = 0; i < 2; i++) {
      hx_measured_deinit(&out[i]);
      hx_workload_deinit(&workload[i]);
    }
  }
}

/* Each has its own outputs and its own end. */
static void test_two_runs_in_turns(void **state) {
  (void)state;
  const char *const texts[] = {"cmd:printf one", "cmd:printf 'two %s' {workers}; exit 3"};
  char scratch[2][128], digest[2][HX_HASH_TEXT];
  hx_process_runner processes[2];
  hx_runner kinds[2];
  hx_workload workload[2];
  hx_runner_job job[2];
  hx_measured out[2];
  pvs_error error;
  hx_config serial = hx_config_serial();
  for (int i = 0; i < 2; i++) {
    snprintf(scratch[i], sizeof scratch[i], "%s/%d", folder, i);
    assert_true(hx_files_make_folder(scratch[i], NULL));
    processes[i] = (hx_process_runner){.self = self, .topo = topo, .scratch = scratch[i]};
    kinds[i] = hx_runner_processes(&processes[i]);
    assert_true(hx_workload_parse(texts[i], NULL, &workload[i], afresh(&error)));
    job[i] = (hx_runner_job){
        .workload = &workload[i], .config = &serial, .cap_s = INFINITY, .timeout_s = INFINITY};
    hx_measured alone = run_command(texts[i], "serial", NULL);
    strcpy(digest[i], alone.digest);
    hx_measured_deinit(&alone);
  }
  hx_runner_run_in_turns((const hx_runner *[]){&kinds[0], &kinds[1]}, job, 0.01, out);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(out[i].process.end, HX_PROCESS_EXITED);
    assert_int_equal(out[i].process.exit_code, i ? 3 : 0);
    assert_true(out[i].process.n_turns >= 1);
    assert_string_equal(out[i].digest, digest[i]);
    assert_true(out[i].digest[0] && rmdir(scratch[i]) == 0);
    hx_measured_deinit(&out[i]);
    hx_workload_deinit(&workload[i]);
  }
}

static void measure_nothing(void *ctx, const hx_runner_job *job, hx_measured *out) {
  (void)ctx, (void)job, (void)out;
}

/* 0 would be a measurement. */
static void test_what_is_not_measured_is_unknown(void **state) {
  (void)state;
  const hx_runner_ops ops = {.run = measure_nothing};
  hx_measured m;
  memset(&m, 0x55, sizeof m);
  hx_runner_run(&(hx_runner){.ops = &ops}, NULL, &m);
  for (int i = 0; i < HX_METRICS_MAX; i++)
    assert_true(isnan(m.metrics[i]));
  assert_true(isnan(m.seconds) && isnan(m.capture_s) && isnan(m.energy_j) && isnan(m.output_bytes));
  assert_true(isnan(m.process.steal_s) && isnan(m.process.pressure_s) &&
              isnan(m.process.other_cpu_s));
  for (int i = 0; i < HX_PERFS; i++)
    assert_true(isnan(m.process.counts.of[i]));
  assert_int_equal(m.process.runnable_other, -1);
  assert_int_equal(m.binding, HX_BINDING_UNKNOWN);
  assert_true(!m.digest[0] && !m.message[0] && !m.workload_class[0]);
}

static void test_measures(void **state) {
  (void)state;
  hx_measured m = {.seconds = 1,
                   .process = {.user_s = 2, .sys_s = 3, .max_rss_kib = 4},
                   .output_bytes = 5,
                   .energy_j = 6};
  hx_measures found;
  for (int i = 0; i < HX_PERFS; i++)
    m.process.counts.of[i] = 10 + i;
  for (int i = 0; i < HX_METRICS_MAX; i++)
    m.metrics[i] = 100 + i;
  hx_measured_measures(&m, &found);
  assert_true(found.of[HX_MEASURE_TIME] == 1 && found.of[HX_MEASURE_USER] == 2);
  assert_true(found.of[HX_MEASURE_CPU] == 5 && found.of[HX_MEASURE_RSS] == 4096);
  assert_true(found.of[HX_MEASURE_SIZE] == 5 && found.of[HX_MEASURE_ENERGY] == 6);
  for (int i = 0; i < HX_PERFS; i++)
    assert_true(found.of[HX_MEASURE_INSTRUCTIONS + i] == 10 + i);
  for (int i = 0; i < HX_METRICS_MAX; i++)
    assert_true(found.of[HX_MEASURES + i] == 100 + i);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_a_commands_output_is_digested),
      IN_FOLDER(test_expected_outputs),
      IN_FOLDER(test_folders_that_differ),
      cmocka_unit_test(test_changed_inputs_are_told_as_such),
      IN_FOLDER(test_binding_of_a_command),
      IN_FOLDER(test_another_process_group_is_noticed),
      IN_FOLDER(test_both_runs_in_turns_start_or_neither),
      cmocka_unit_test(test_a_run_without_outputs_is_wrong),
      cmocka_unit_test(test_measures),
      IN_FOLDER(test_two_runs_in_turns),
      cmocka_unit_test(test_what_is_not_measured_is_unknown),
      IN_FOLDER(test_a_run_that_does_not_tell_all_has_failed),
  };
  return cmocka_run_group_tests(tests, open_topo, close_topo);
}
