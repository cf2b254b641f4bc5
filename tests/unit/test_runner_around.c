/* What a runner takes from a run beside its time: metrics, sizes, telemetry, and the commands around
 * it. What a run took is never asserted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/files.h"
#include "measure/goal.h"
#include "measure/life.h"
#include "measure/runner.h"
#include "topo_support.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-around-XXXXXX");
  umask(022);
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  return hx_files_remove(folder) ? 0 : -1;
}

static hx_measured run(const char *text, const char *configuration, const hx_run_life *life,
                       const hx_goal *goal, bool weigh, const char *self) {
  pvs_error error;
  hx_workload workload;
  hx_config config;
  hx_measured m;
  assert_true(hx_workload_parse(text, NULL, &workload, afresh(&error)));
  assert_true(hx_config_parse(configuration, &config, afresh(&error)));
  hx_process_runner processes = {
      .self = self, .topo = topo, .scratch = folder, .life = life, .goal = goal};
  hx_runner runner = hx_runner_processes(&processes);
  hx_runner_job job = {.workload = &workload,
                       .config = &config,
                       .cap_s = INFINITY,
                       .timeout_s = INFINITY,
                       .weigh_capture = weigh};
  hx_runner_run(&runner, &job, &m);
  hx_workload_deinit(&workload);
  return m;
}

static void check_noted(const char *text, const hx_run_life *life, double weight, double rate,
                        double output_bytes, long long captured_bytes, const char *same_as) {
  pvs_error error;
  hx_goal goal = {0};
  assert_true(hx_goal_add_metric(&goal, "weight=weighs ([0-9]+)", afresh(&error)));
  assert_true(hx_goal_add_metric(&goal, "rate=rate ([0-9.]+)", afresh(&error)));
  hx_measured m = run(text, "serial", life, &goal, true, "pvtune");
  assert_int_equal(m.process.exit_code, 0);
  assert_true(isnan(weight) ? isnan(m.metrics[0]) : fabs(m.metrics[0] - weight) < 1e-9);
  assert_true(isnan(rate) ? isnan(m.metrics[1]) : fabs(m.metrics[1] - rate) < 1e-9);
  assert_true(isnan(output_bytes) ? isnan(m.output_bytes)
                                  : fabs(m.output_bytes - output_bytes) < 0.5);
  assert_int_equal(m.captured_bytes, captured_bytes);
  assert_true(captured_bytes == 0 || m.capture_s > 0);
  assert_string_equal(m.workload_class, "command");
  assert_int_equal(m.binding, HX_BINDING_NONE);
  hx_measured again = run(same_as, "serial", NULL, NULL, false, "pvtune");
  assert_string_equal(m.digest, again.digest);
  assert_true(isnan(again.capture_s));
  hx_measured_deinit(&again);
  hx_measured_deinit(&m);
  hx_goal_deinit(&goal);
}

static void test_what_is_printed(void **state) {
  (void)state;
  const double nan = (double)NAN;
  const hx_run_life ignoring = {.ignore_outputs = true}, filtering = {.filter = "tr a-z A-Z"};
  check_noted("cmd:echo weighs 12; echo rate 2.5 >&2", NULL, 12, 2.5, 10, 10, "cmd:echo weighs 12");
  check_noted("cmd:echo rate 7; printf abc >{output}", NULL, nan, 7, 3, 7, "cmd:printf abc");
  check_noted("cmd:true", NULL, nan, nan, 0, 0, "cmd:true");
  check_noted("cmd:echo weighs 3", &ignoring, 3, nan, 9, 0, "cmd:true");
  check_noted("cmd:echo ab", &filtering, nan, nan, 3, 3, "cmd:echo AB");
  check_noted("cmd:printf ab >{output}", &filtering, nan, nan, 2, 0, "cmd:printf AB");
  const hx_run_life looking = {.filter = "stat -L -c %a /dev/fd/1"};
  check_noted("cmd:stat -L -c %a /dev/fd/1", NULL, nan, nan, 4, 4, "cmd:echo 644");
  check_noted("cmd:echo x", &looking, nan, nan, 2, 2, "cmd:echo 644");
  /* The first line of much. */
  check_noted("cmd:echo weighs 1; head -c 2000000 /dev/zero | tr '\\0' '\\n'; echo rate 3", NULL, 1,
              3, 2000016, 2000016,
              "cmd:echo weighs 1; head -c 2000000 /dev/zero | tr '\\0' '\\n'; echo rate 3");
}

/* On stderr: stdout is for tables. */
static void check_shown(const char *text, const hx_run_life *life, const char *expected) {
  char shown[64] = "";
  FILE *kept = tmpfile();
  int before = dup(STDERR_FILENO);
  assert_true(kept && before >= 0 && dup2(fileno(kept), STDERR_FILENO) >= 0);
  hx_measured m = run(text, "serial", life, NULL, false, "pvtune");
  dup2(before, STDERR_FILENO);
  close(before);
  rewind(kept);
  assert_true(fread(shown, 1, sizeof shown - 1, kept) < sizeof shown);
  fclose(kept);
  assert_string_equal(shown, expected);
  hx_measured_deinit(&m);
}

static void test_what_is_shown(void **state) {
  (void)state;
  const hx_run_life all = {.show_output = true}, none = {.ignore_outputs = true},
                    both = {.show_output = true, .ignore_outputs = true};
  check_shown("cmd:echo one; echo two", NULL, "");
  check_shown("cmd:echo one; echo two", &all, "one\ntwo\n");
  check_shown("cmd:echo one; echo two", &none, "");
  check_shown("cmd:echo one; echo two", &both, "one\ntwo\n");
  check_shown("cmd:echo one >{output}", &all, "");
}

static void check_file(const char *name, const char *expected) {
  char path[128], text[300] = "";
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int fd = open(path, O_RDONLY);
  assert_true(fd >= 0);
  assert_true(read(fd, text, sizeof text - 1) >= 0);
  close(fd);
  assert_string_equal(text, expected);
}

static void test_commands_around_a_run(void **state) {
  (void)state;
  char input[128];
  snprintf(input, sizeof input, "%s/input", folder);
  FILE *f = fopen(input, "w");
  assert_non_null(f);
  fputs("fed", f);
  assert_int_equal(fclose(f), 0);
  hx_run_life life = {.prepare = "echo before {workers} >>log",
                      .conclude = "echo after $PVTUNE_WORKERS >>log",
                      .input = input,
                      .folder = folder};
  hx_measured m =
      run("cmd:cat >>log; echo >>log; exit 3", "threads:2", &life, NULL, false, "pvtune");
  assert_int_equal(m.process.exit_code, 3);
  assert_false(m.failure_ignored);
  check_file("log", "before 2\nfed\nafter 2\n");
  hx_measured_deinit(&m);
  pvs_error error;
  life = (hx_run_life){.prepare = "false", .ignore_failure = true};
  m = run("cmd:true", "serial", &life, NULL, false, "pvtune");
  assert_true(hx_measured_cannot_go_on(&m, afresh(&error)));
  assert_string_equal(error.message, "--prepare 'false' failed: exit code 1");
  hx_measured_deinit(&m);
  life = (hx_run_life){.ignore_failure = true};
  m = run("cmd:echo x; exit 4", "serial", &life, NULL, false, "pvtune");
  assert_true(m.failure_ignored && m.digest[0]);
  assert_false(hx_measured_cannot_go_on(&m, afresh(&error)));
  hx_measured_deinit(&m);
  life = (hx_run_life){.filter = "false"};
  m = run("cmd:echo x", "serial", &life, NULL, false, "pvtune");
  assert_true(hx_measured_cannot_go_on(&m, afresh(&error)));
  hx_measured_deinit(&m);
  /* Neither where the program left a folder, nor where it put one in the way, can be filtered. */
  life = (hx_run_life){.filter = "cat"};
  m = run("cmd:mkdir {output}", "serial", &life, NULL, false, "pvtune");
  assert_true(hx_measured_cannot_go_on(&m, afresh(&error)));
  assert_non_null(strstr(error.message, "expected a file that --output-filter can read"));
  assert_string_equal(m.digest, "");
  hx_measured_deinit(&m);
  m = run("cmd:echo x >{output}; mkdir $(dirname {output})/filtered", "serial", &life, NULL, false,
          "pvtune");
  assert_true(hx_measured_cannot_go_on(&m, afresh(&error)));
  assert_non_null(strstr(error.message, "the filtered outputs cannot be kept: Is a directory"));
  hx_measured_deinit(&m);
  m = run("cmd:rmdir $(dirname {output})/filtered; printf 'one\\ntwo\\n' >&2; exit 1", "serial",
          NULL, NULL, false, "pvtune");
  assert_string_equal(m.message, "two");
  hx_measured_deinit(&m);
}

/* A pvtune that says what we want of its work. */
static hx_measured run_that_says(const hx_telemetry *telemetry) {
  char self[128], path[128], text[300];
  snprintf(path, sizeof path, "%s/said", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  assert_true(fd >= 0 && hx_telemetry_write(telemetry, fd));
  close(fd);
  snprintf(self, sizeof self, "%s/pvtune", folder);
  snprintf(text, sizeof text, "#!/bin/sh\ncat %s >&3; stat -c %%a %s/output >%s/mode\n", path,
           folder, folder);
  FILE *f = fopen(self, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
  assert_int_equal(chmod(self, 0755), 0);
  return run("builtin:mixed:5", "threads:2", NULL, NULL, false, self);
}

static void test_telemetry(void **state) {
  (void)state;
  hx_telemetry said;
  hx_telemetry_init(&said);
  said.digest = 0xabc;
  said.input_digest = 0xdef;
  said.units = 17;
  said.workers_seen = 2;
  said.bindings_held = 1;
  said.work_ns = 1500000000;
  strcpy(said.workload_class, "mixed");
  said.n_workers = 3;
  hx_telemetry_worker workers[3] = {{.last_cpu = 3}, {.last_cpu = -1}, {.last_cpu = 0}};
  said.workers = workers;
  hx_measured m = run_that_says(&said);
  assert_true(m.has_telemetry);
  assert_string_equal(m.digest, "0000000000000abc");
  assert_string_equal(m.input_digest, "0000000000000def");
  assert_string_equal(m.workload_class, "mixed");
  assert_int_equal(m.units, 17);
  assert_int_equal(m.workers_seen, 2);
  assert_int_equal(m.binding, HX_BINDING_HELD);
  assert_int_equal(hx_cpuset_count(&m.ran_on), 2);
  assert_true(hx_cpuset_has(&m.ran_on, 3) && hx_cpuset_has(&m.ran_on, 0));
  assert_true(fabs(m.seconds - 1.5) < 1e-12);
  check_file("mode", "755\n");
  hx_measured_deinit(&m);
  said.bindings_held = 0;
  strcpy(said.error, "what went wrong");
  m = run_that_says(&said);
  assert_int_equal(m.binding, HX_BINDING_LOST);
  assert_string_equal(m.message, "what went wrong");
  hx_measured_deinit(&m);
  said.bindings_held = -1;
  m = run_that_says(&said);
  assert_int_equal(m.binding, HX_BINDING_NONE);
  hx_measured_deinit(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_what_is_printed, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_what_is_shown, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_commands_around_a_run, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_telemetry, make_folder, remove_folder),
  };
  return cmocka_run_group_tests(tests, open_topo, close_topo);
}
