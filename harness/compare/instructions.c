#include "compare/instructions.h"
#include "base/files.h"

#include "base/fail.h"

#include "measure/tool.h"

#include "measure/command_text.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGV_MAX = 256 };

/* ---- the CPU's counter ---- */

/* pid 0: our own process, just to see whether it is allowed. */
static int open_counter(pid_t pid) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_HARDWARE,
                                       .size = sizeof attributes,
                                       .config = PERF_COUNT_HW_INSTRUCTIONS,
                                       .disabled = 1,
                                       .inherit = 1,
                                       .enable_on_exec = 1,
                                       .exclude_kernel = 1,
                                       .exclude_hv = 1};
  return (int)syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/* In the child: waits until it is counted, then becomes the program. */
static _Noreturn void become(char *const argv[], char *const environment[],
                             const hx_ready_side *side, const char *input, const int ready[2]) {
  char go;
  int null_fd = open("/dev/null", O_RDWR), input_fd = input ? open(input, O_RDONLY) : null_fd;
  close(ready[1]);
  personality(ADDR_NO_RANDOMIZE); /* the loader's work depends on addresses */
  ssize_t n = read(ready[0], &go, 1);
  if (n == 1 && null_fd >= 0 && input_fd >= 0 && dup2(input_fd, 0) == 0 && dup2(null_fd, 1) == 1 &&
      dup2(null_fd, 2) == 2 && (!side->folder[0] || chdir(side->folder) == 0) &&
      signal(SIGXFSZ, SIG_DFL) != SIG_ERR && close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
    execvpe(argv[0], argv, environment);
  _exit(127);
}

static double count_on_cpu(char *const argv[], char *const environment[], const hx_ready_side *side,
                           const char *input, const hx_instructions_limits *limits,
                           pvs_error *error) {
  int ready[2], status = -1;
  unsigned long long count = 0;
  if (pipe2(ready, O_CLOEXEC) != 0) {
    hx_fail(error, PVS_IO, "no pipe: %s", strerror(errno));
    return (double)NAN;
  }
  pid_t pid = fork();
  if (pid == 0)
    become(argv, environment, side, input, ready);
  int counter = pid > 0 ? open_counter(pid) : -1;
  bool counted = counter >= 0 && write(ready[1], "g", 1) == 1;
  close(ready[1]); /* a child that is not counted reads the end and leaves */
  close(ready[0]);
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
    if (limits->interrupts && *limits->interrupts)
      kill(pid, SIGKILL);
  bool ok = counted && WIFEXITED(status) &&
            (WEXITSTATUS(status) == 0 || side->life.ignore_failure) &&
            read(counter, &count, sizeof count) == (ssize_t)sizeof count;
  if (counter >= 0)
    close(counter);
  if (!ok)
    hx_fail(error, PVS_IO, counted ? "the counted run failed" : "it cannot be counted");
  return ok ? (double)count : (double)NAN;
}

/* ---- callgrind ---- */

/* Sum of what its processes say: "==4711== Collected : 123456". */
static double collected(const char *said) {
  double sum = 0;
  for (const char *at = said; (at = strstr(at, "Collected : ")) != NULL;) {
    at += strlen("Collected : ");
    sum += strtod(at, NULL);
  }
  return sum;
}

static double count_by_callgrind(char *const argv[], char *const environment[],
                                 const hx_ready_side *side, const char *input,
                                 const hx_instructions_limits *limits, pvs_error *error) {
  char *all[ARGV_MAX] = {"valgrind", "--tool=callgrind", "--trace-children=yes",
                         "--callgrind-out-file=/dev/null"};
  size_t n = 4;
  for (size_t i = 0; argv[i] && n + 1 < ARGV_MAX; i++)
    all[n++] = argv[i];
  hx_process_spec spec = {.argv = all,
                          .environment = environment,
                          .folder = side->folder[0] ? side->folder : NULL,
                          .input = input,
                          .stdout_fd = -1,
                          .cap_s = INFINITY,
                          .timeout_s = limits->timeout_s,
                          .interrupts = limits->interrupts};
  hx_process_result result;
  hx_process_run(&spec, &result);
  double sum = collected(result.message);
  bool ok = result.end == HX_PROCESS_EXITED &&
            (result.exit_code == 0 || side->life.ignore_failure) && sum > 0;
  if (!ok && result.end == HX_PROCESS_TIMEOUT)
    hx_fail(error, PVS_IO, "the run under callgrind took longer than --timeout");
  else if (!ok)
    hx_fail(error, PVS_IO, "the run under callgrind failed (exit code %d)", result.exit_code);
  hx_process_result_deinit(&result);
  return ok ? sum : (double)NAN;
}

/* ---- */

hx_instructions_by hx_instructions_find(char *why, size_t cap) {
  int counter = open_counter(0), refused = errno;
  if (counter >= 0) {
    close(counter);
    return HX_INSTRUCTIONS_COUNTER;
  }
  if (hx_tool_exists("valgrind"))
    return HX_INSTRUCTIONS_CALLGRIND;
  snprintf(why, cap,
           "instructions cannot be counted: perf_event_open says '%s' (see "
           "/proc/sys/kernel/perf_event_paranoid), and valgrind is not installed (apt-get install "
           "valgrind)",
           strerror(refused));
  return HX_INSTRUCTIONS_NOBODY;
}

double hx_instructions_count(hx_instructions_by by, const hx_ready_side *ready,
                             const hx_workload *workload, const char *output,
                             const hx_instructions_limits *limits, pvs_error *error) {
  hx_config serial = hx_config_serial();
  double count = (double)NAN;
  bool study = workload->kind == HX_WORKLOAD_STUDY;
  if (!hx_files_remove(output) || (study && mkdir(output, 0777) != 0)) {
    hx_fail(error, PVS_IO, "%s cannot be used: %s", output, strerror(errno));
    return count;
  }
  char **argv = hx_workload_argv(workload, &serial, ready->program, output, -1, error);
  const char *input = workload->kind == HX_WORKLOAD_COMMAND ? ready->life.input : NULL;
  char **environment = hx_command_environment(&serial);
  hx_life_call around = {.option = "--prepare",
                         .command = ready->life.prepare,
                         .config = &serial,
                         .output = output,
                         .stdout_fd = -1,
                         .interrupts = limits->interrupts};
  if (!environment)
    hx_fail_memory(error);
  else if (argv && hx_ready_side_call(ready, around, error))
    count = by == HX_INSTRUCTIONS_COUNTER
                ? count_on_cpu(argv, environment, ready, input, limits, error)
                : count_by_callgrind(argv, environment, ready, input, limits, error);
  around.option = "--conclude";
  around.command = ready->life.conclude;
  if (!isnan(count) && !hx_ready_side_call(ready, around, error))
    count = (double)NAN;
  free(environment);
  free(argv);
  hx_files_remove(output);
  return count;
}

/* Scenarios of the built-ins that instructions are counted on: callgrind is slow. */
static const int counted_sizes[2] = {12, 36};

static double count_one(hx_instructions_by by, const hx_ready_side *side,
                        const hx_workload *workload, const char *output,
                        const hx_instructions_limits *limits, pvs_error *error) {
  char key[2][128];
  hx_workload sized[2] = {*workload, *workload};
  double count[2] = {0, 0};
  bool built_in = workload->kind == HX_WORKLOAD_BUILTIN;
  for (int i = built_in ? 0 : 1; i < 2; i++) {
    if (built_in) {
      snprintf(key[i], sizeof key[i], "builtin:%s:%d", workload->name, counted_sizes[i]);
      sized[i].key = key[i];
    }
    count[i] = hx_instructions_count(by, side, &sized[i], output, limits, error);
  }
  return count[1] - count[0];
}

void hx_instructions_compare(const hx_ready_side sides[2], const hx_workload *const workload[2],
                             const char *scratch, const hx_instructions_limits *limits,
                             double count[2], char *note, size_t note_cap) {
  char output[PATH_MAX + 16], why[512] = "";
  count[0] = count[1] = (double)NAN;
  hx_instructions_by by = hx_instructions_find(why, sizeof why);
  snprintf(note, note_cap, "%s", why);
  snprintf(output, sizeof output, "%s/counted", scratch);
  for (int s = 0; by != HX_INSTRUCTIONS_NOBODY && s < 2; s++) {
    pvs_error error = {0};
    count[s] = count_one(by, &sides[s], workload[s], output, limits, &error);
    if (isnan(count[s])) {
      snprintf(note, note_cap, "instructions of %s: %s", s ? "B" : "A", HX_FAIL_LINE(&error));
      return;
    }
  }
  const char *who = by == HX_INSTRUCTIONS_COUNTER ? "counted by the CPU" : "by callgrind";
  if (by == HX_INSTRUCTIONS_NOBODY)
    return;
  if (workload[0]->kind == HX_WORKLOAD_BUILTIN)
    snprintf(note, note_cap, "%s, serially, work of %d scenarios", who,
             counted_sizes[1] - counted_sizes[0]);
  else
    snprintf(note, note_cap, "%s, a whole serial run", who);
}

const char hx_instructions_blind[] = "instructions do not show waiting, slow memory, wider or "
                                     "narrower vectors, nor how well work is "
                                     "spread over cores";

bool hx_instructions_decide(const hx_compare_options *rule, const double first[2],
                            const double second[2], hx_compare_result *result, int *side, char *why,
                            size_t cap) {
  static const double deterministic = 1e-4;
  for (int s = 0; s < 2; s++) {
    double spread = fabs(second[s] / first[s] - 1);
    if (spread <= deterministic)
      continue;
    snprintf(
        why, cap,
        "two runs of %s executed %.0f and %.0f instructions (%.2g %% apart, at most 0.01 %% is "
        "allowed): it is not deterministic, so compare its time",
        s ? "B" : "A", first[s], second[s], 100 * spread);
    *side = s;
    return false;
  }
  double change = (first[1] + second[1]) / (first[0] + second[0]) - 1;
  hx_compare_verdict verdict = change > rule->min_effect      ? HX_COMPARE_SLOWER
                               : change < -rule->min_effect   ? HX_COMPARE_FASTER
                               : fabs(change) <= rule->margin ? HX_COMPARE_SAME
                                                              : HX_COMPARE_INCONCLUSIVE;
  *result = (hx_compare_result){.verdict = verdict,
                                .blocks = 1,
                                .runs = 4,
                                .change = change,
                                .lower = change,
                                .upper = change,
                                .p_slower = verdict == HX_COMPARE_SLOWER ? 0 : 1,
                                .p_faster = verdict == HX_COMPARE_FASTER ? 0 : 1,
                                .detectable = rule->min_effect};
  return true;
}
