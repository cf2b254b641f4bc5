/* Counting instructions: a counter of the CPU that says what the test wants, and a valgrind that is
 * a shell script. What runs under them is real. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/instructions.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* ---- the counter ---- */

/* Shared with the guards of the runs, which count. */
static struct {
  bool allowed;      /* one may be opened */
  bool silent;       /* it counts, and nothing can be read */
  uint64_t count[2]; /* what the first and the second run execute */
  int opened;        /* by guards */
  pid_t tests;       /* the process of the tests itself only asks whether it may */
} * cpu;

/* Half of the time somebody else has it. */
static int fake_counter(const struct perf_event_attr *attributes) {
  assert_int_equal(attributes->type, PERF_TYPE_HARDWARE);
  assert_true(attributes->disabled && attributes->enable_on_exec && attributes->inherit);
  assert_true(attributes->exclude_kernel && attributes->exclude_hv);
  bool instructions = attributes->config == PERF_COUNT_HW_INSTRUCTIONS;
  int fd = cpu->allowed && instructions ? memfd_create("counter", MFD_CLOEXEC) : -1;
  if (fd < 0)
    errno = EACCES;
  if (fd < 0 || getpid() == cpu->tests)
    return fd;
  uint64_t said[3] = {cpu->count[cpu->opened++ % 2] / 2, 2000, 1000};
  if (!cpu->silent)
    assert_int_equal(pwrite(fd, said, sizeof said, 0), (ssize_t)sizeof said);
  return fd;
}

/* Stands before libc's. */
long syscall(long number, ...) {
  va_list list;
  long a[6] = {0};
  int n = number == SYS_perf_event_open ? 5 : 6;
  va_start(list, number);
  for (int i = 0; i < n; i++)
    a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_perf_event_open)
    return fake_counter((const struct perf_event_attr *)a[0]);
  long (*real)(long, ...);
  *(void **)&real = dlsym(RTLD_NEXT, "syscall");
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- a side ---- */

static hx_ready_side side;
static hx_workload workload;
static char output[PATH_MAX];
static hx_instructions_limits limits;

static int set_up(void **state) {
  if (!cpu)
    cpu = mmap(NULL, sizeof *cpu, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(cpu != MAP_FAILED);
  memset(cpu, 0, sizeof *cpu);
  cpu->tests = getpid();
  cpu->allowed = true;
  cpu->count[0] = 1000;
  cpu->count[1] = 4000;
  limits = (hx_instructions_limits){.timeout_s = INFINITY};
  side = (hx_ready_side){0};
  int failed = compare_setup(state);
  snprintf(output, sizeof output, "%s/out", compare_folder);
  return failed;
}

/* A count of a command, or NaN with the sentence in error. */
static double count(hx_instructions_by by, const char *text, pvs_error *error) {
  pvs_error parsing;
  assert_true(hx_workload_parse(text, NULL, &workload, afresh(&parsing)));
  double n = hx_instructions_count(by, &side, &workload, output, &limits, afresh(error));
  assert_int_equal(isnan(n), error->code != 0);
  assert_int_equal(access(output, F_OK), -1);
  hx_workload_deinit(&workload);
  return n;
}

static void check_count(hx_instructions_by by, const char *text, double expected) {
  pvs_error error;
  double n = count(by, text, &error);
  if (n != expected) /* not NaN */
    fail_msg("%s: %g, %s", text, n, error.message);
}

static void check_failure(hx_instructions_by by, const char *text, const char *said) {
  pvs_error error;
  assert_true(isnan(count(by, text, &error)));
  assert_string_equal(error.message, said);
}

/* ---- by the CPU ---- */

static void test_the_cpu_counts_a_whole_run(void **state) {
  (void)state;
  char input[PATH_MAX];
  pvs_error error;
  cpu->opened = 1; /* 2 is --prepare, 1 the run, 2 --conclude; then 1 is --prepare, 2 the run */
  in_shell("echo fed >input; mkdir in");
  snprintf(input, sizeof input, "%s/input", compare_folder);
  snprintf(side.folder, sizeof side.folder, "%s/in", compare_folder);
  side.life = (hx_run_life){.input = input,
                            .folder = side.folder,
                            .prepare = "sh -c 'echo prepared >>log'",
                            .conclude = "sh -c 'echo concluded >>log'"};
  check_count(HX_INSTRUCTIONS_COUNTER,
              "cmd:sh -c 'cat >>log; echo $PVTUNE_WORKERS >>log; echo x >{output}; echo printed; "
              "echo said >&2; out=$(readlink /proc/$$/fd/1); echo \"$out\" >>log; ls "
              "/proc/self/fd >>log'",
              1000);
  /* 3: the folder that ls itself reads. */
  in_shell("printf '%s\\n' prepared fed 1 /dev/null 0 1 2 3 concluded | diff - in/log");
  side.life.input = NULL;
  check_count(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'cat >empty; touch {output}'", 4000);
  in_shell("test -e in/empty && test ! -s in/empty");
  side.life.conclude = "false";
  assert_true(isnan(count(HX_INSTRUCTIONS_COUNTER, "cmd:true", &error)));
  assert_non_null(strstr(error.message, "--conclude 'false' failed"));
  side.life.prepare = "false";
  assert_true(isnan(count(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'touch run'", &error)));
  assert_non_null(strstr(error.message, "--prepare 'false' failed"));
  in_shell("test ! -e in/run");
}

/* The loader's work depends on addresses: they are the same for each run. */
static void test_addresses_are_not_random(void **state) {
  (void)state;
  snprintf(side.folder, sizeof side.folder, "%s", compare_folder);
  check_count(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'cat /proc/self/personality >log'", 1000);
  in_shell("test $((0x$(cat log) & 0x0040000)) != 0");
}

static void test_a_run_that_fails_is_not_counted(void **state) {
  (void)state;
  static const char failed[] = "the counted run failed (exit code 1)";
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:false", failed);
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'kill -9 $$'",
                "the counted run ended by signal 9");
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:/proc/nowhere/at/all",
                "/proc/nowhere/at/all cannot be started: No such file or directory");
  cpu->opened = 0;
  side.life.ignore_failure = true;
  check_count(HX_INSTRUCTIONS_COUNTER, "cmd:false", 1000);
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'kill -9 $$'",
                "the counted run ended by signal 9");
  side.life.ignore_failure = false;
  cpu->silent = true;
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:true", "it cannot be counted");
  cpu->silent = false;
  cpu->allowed = false;
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:true", "it cannot be counted");
  limits.timeout_s = 0.2;
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:sleep 100",
                "the counted run took longer than --timeout");
}

/* What it leaves behind is ended, as with a run that is timed. */
static void test_a_counted_run_leaves_nothing_behind(void **state) {
  (void)state;
  snprintf(side.folder, sizeof side.folder, "%s", compare_folder);
  check_count(HX_INSTRUCTIONS_COUNTER, "cmd:sh -c 'setsid sleep 100 & echo $! >left'", 1000);
  in_shell("! kill -0 $(cat left)");
}

static void test_ctrl_c_ends_a_counted_run(void **state) {
  (void)state;
  static volatile sig_atomic_t once = 1;
  limits.interrupts = &once;
  check_failure(HX_INSTRUCTIONS_COUNTER, "cmd:sleep 100", "the counted run was interrupted");
}

static void test_outputs_that_cannot_be_put_anywhere(void **state) {
  (void)state;
  pvs_error error;
  hx_workload study = {.kind = HX_WORKLOAD_STUDY, .key = "study:x"};
  assert_true(isnan(hx_instructions_count(HX_INSTRUCTIONS_COUNTER, &side, &study,
                                          "/proc/nowhere/out", &limits, afresh(&error))));
  assert_string_equal(error.message, "/proc/nowhere/out cannot be used: No such file or directory");
}

static void test_a_study_has_a_folder_for_its_outputs(void **state) {
  (void)state;
  pvs_error error;
  hx_workload study = {
      .kind = HX_WORKLOAD_STUDY, .key = "study:x", .base = "b", .project = "p", .study = "s"};
  in_shell(
      "printf '#!/bin/sh\\nstat -c %%a %s/out >%s/mode\\n' $PWD $PWD >pvtune; chmod +x pvtune");
  snprintf(side.program, sizeof side.program, "%s/pvtune", compare_folder);
  double n = hx_instructions_count(HX_INSTRUCTIONS_COUNTER, &side, &study, output, &limits,
                                   afresh(&error));
  assert_true(fabs(n - 1000) < 0.5);
  in_shell("test $(cat mode) = 755");
}

/* ---- by callgrind ---- */

/* `valgrind` of $PATH: says what it has collected and then runs the program. */
static char *usual_path;

static void make_valgrind(const char *script) {
  char text[1024], path[PATH_MAX];
  usual_path = strdup(getenv("PATH"));
  snprintf(
      text, sizeof text,
      "mkdir bin; cat >bin/valgrind <<'END'\n#!/bin/sh\nlog=${4#--log-file=}; echo \"$1 $2 $3\" "
      ">%s/options; shift 4\n%s\nEND\nchmod +x bin/valgrind",
      compare_folder, script);
  in_shell(text);
  snprintf(path, sizeof path, "%s/bin:%s", compare_folder, usual_path);
  setenv("PATH", path, 1);
}

static int restore_path(void **state) {
  if (usual_path)
    setenv("PATH", usual_path, 1);
  free(usual_path);
  usual_path = NULL;
  return compare_teardown(state);
}

static void test_callgrind_counts_all_processes(void **state) {
  (void)state;
  char input[PATH_MAX];
  make_valgrind("echo '==1== Collected : 100' >${log%???}/1; echo '==2== Collected : 23' "
                ">${log%???}/2; exec \"$@\"");
  in_shell("echo fed >input");
  snprintf(input, sizeof input, "%s/input", compare_folder);
  snprintf(side.folder, sizeof side.folder, "%s", compare_folder);
  side.life.input = input;
  check_count(HX_INSTRUCTIONS_CALLGRIND, "cmd:sh -c 'cat >log; echo $PVTUNE_WORKERS >>log'", 123);
  in_shell("printf 'fed\\n1\\n' | cmp - log; grep -qx -e '--tool=callgrind --trace-children=yes "
           "--callgrind-out-file=/dev/null' options");
  check_failure(HX_INSTRUCTIONS_CALLGRIND, "cmd:sh -c 'exit 3'",
                "the run under callgrind failed (exit code 3)");
  side.life.ignore_failure = true;
  check_count(HX_INSTRUCTIONS_CALLGRIND, "cmd:sh -c 'exit 3'", 123);
  check_failure(HX_INSTRUCTIONS_CALLGRIND, "cmd:sh -c 'kill -9 $$'",
                "the run under callgrind ended by signal 9");
  side.life.ignore_failure = false;
  limits.timeout_s = 0.2;
  check_failure(HX_INSTRUCTIONS_CALLGRIND, "cmd:sleep 100",
                "the run under callgrind took longer than --timeout");
  limits.timeout_s = INFINITY;
  sig_atomic_t twice = 2;
  limits.interrupts = &twice;
  check_failure(HX_INSTRUCTIONS_CALLGRIND, "cmd:sleep 100",
                "the run under callgrind was interrupted");
}

/* What the program says is no count, and processes of a run may say more than stderr's end holds. */
static void test_callgrind_counts_many_processes(void **state) {
  (void)state;
  make_valgrind("for i in $(seq 300); do echo \"==$i== Collected : 10\" >${log%???}/$i; done; exec "
                "\"$@\"");
  check_count(HX_INSTRUCTIONS_CALLGRIND, "cmd:sh -c 'echo \"Collected : 999999999\" >&2'", 3000);
}

/* However many arguments there are, the last one arrives. */
static void test_callgrind_passes_all_arguments(void **state) {
  (void)state;
  char text[2048] = "cmd:sh -c 'shift 300; echo \"$1\" >last' sh";
  make_valgrind("echo 'Collected : 7' >${log%???}/1; exec \"$@\"");
  snprintf(side.folder, sizeof side.folder, "%s", compare_folder);
  for (int i = 0; i < 300; i++)
    strcat(text, " x");
  check_count(HX_INSTRUCTIONS_CALLGRIND, strcat(text, " matters"), 7);
  in_shell("grep -qx matters last");
}

/* A percent sign in the scratch folder's name is none of valgrind's. */
static void test_a_percent_sign_in_the_scratch_folder(void **state) {
  (void)state;
  make_valgrind("echo \"$log\" >asked; echo 'Collected : 7' >'o%p.logs/1'; exec \"$@\"");
  snprintf(side.folder, sizeof side.folder, "%s", compare_folder);
  snprintf(output, sizeof output, "%s/o%%p", compare_folder);
  check_count(HX_INSTRUCTIONS_CALLGRIND, "cmd:true", 7);
  in_shell("grep -q '/o%%p.logs/%p$' asked && test ! -e 'o%p.logs'");
}

static void test_callgrind_that_counts_nothing(void **state) {
  (void)state;
  make_valgrind("exec \"$@\"");
  check_failure(HX_INSTRUCTIONS_CALLGRIND, "cmd:true", "callgrind did not say what it counted");
}

/* ---- who counts, and both sides ---- */

static void test_who_can_count(void **state) {
  (void)state;
  char why[512] = "";
  make_valgrind(":");
  assert_int_equal(hx_instructions_find(why, sizeof why), HX_INSTRUCTIONS_COUNTER);
  cpu->allowed = false;
  assert_int_equal(hx_instructions_find(why, sizeof why), HX_INSTRUCTIONS_CALLGRIND);
  assert_string_equal(why, "");
  setenv("PATH", "/proc/nowhere", 1);
  assert_int_equal(hx_instructions_find(why, sizeof why), HX_INSTRUCTIONS_NOBODY);
  assert_non_null(strstr(why, "perf_event_open says 'Permission denied'"));
  assert_non_null(strstr(why, "valgrind is not installed"));
}

static void compare_both(const char *text, const char *b_text, double a, double b,
                         const char *expected) {
  pvs_error error;
  hx_ready_side sides[2] = {side, side};
  hx_workload of[2];
  char note[512];
  double found[2];
  cpu->opened = 0;
  assert_true(hx_workload_parse(text, NULL, &of[0], afresh(&error)));
  assert_true(hx_workload_parse(b_text, NULL, &of[1], afresh(&error)));
  hx_instructions_compare(sides, (const hx_workload *const[]){&of[0], &of[1]}, compare_folder,
                          &limits, found, note, sizeof note);
  assert_string_equal(note, expected);
  assert_true(found[0] == a || (isnan(a) && isnan(found[0])));
  assert_true(found[1] == b || (isnan(b) && isnan(found[1])));
  hx_workload_deinit(&of[0]);
  hx_workload_deinit(&of[1]);
}

static void test_both_sides(void **state) {
  (void)state;
  make_valgrind("echo 'Collected : 7' >${log%???}/1; exec \"$@\"");
  compare_both("cmd:true", "cmd:true", 1000, 4000, "counted by the CPU, a whole serial run");
  compare_both("cmd:false", "cmd:true", NAN, NAN,
               "instructions of A: the counted run failed (exit code 1)");
  compare_both("cmd:true", "cmd:false", 1000, NAN,
               "instructions of B: the counted run failed (exit code 1)");
  /* Of a built-in, the work of 36 - 12 scenarios. */
  snprintf(side.program, sizeof side.program, "%s/pvtune", compare_folder);
  in_shell("printf '#!/bin/sh\\necho \"$*\" >>%s/asked\\n' $PWD >pvtune; chmod +x pvtune");
  compare_both("builtin:static:50", "builtin:static:50", 3000, 3000,
               "counted by the CPU, serially, work of 24 scenarios");
  in_shell("test $(grep -c builtin:static:12 asked) = 2; test $(grep -c builtin:static:36 asked) = "
           "2; test $(wc -l <asked) = 4");
  cpu->allowed = false;
  compare_both("cmd:true", "cmd:true", 7, 7, "by callgrind, a whole serial run");
  setenv("PATH", "/proc/nowhere", 1);
  cpu->opened = 0;
  compare_both("cmd:true", "cmd:true", NAN, NAN,
               "instructions cannot be counted: perf_event_open says 'Permission denied' (see "
               "/proc/sys/kernel/perf_event_paranoid), and valgrind is not installed (apt-get "
               "install valgrind)");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, restore_path)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_the_cpu_counts_a_whole_run),
      CASE(test_addresses_are_not_random),
      CASE(test_a_run_that_fails_is_not_counted),
      CASE(test_a_counted_run_leaves_nothing_behind),
      CASE(test_ctrl_c_ends_a_counted_run),
      CASE(test_outputs_that_cannot_be_put_anywhere),
      CASE(test_a_study_has_a_folder_for_its_outputs),
      CASE(test_callgrind_counts_all_processes),
      CASE(test_callgrind_counts_many_processes),
      CASE(test_callgrind_passes_all_arguments),
      CASE(test_a_percent_sign_in_the_scratch_folder),
      CASE(test_callgrind_that_counts_nothing),
      CASE(test_who_can_count),
      CASE(test_both_sides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
