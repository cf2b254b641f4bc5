#include "compare/instructions.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/command_text.h"
#include "measure/perf.h"
#include "measure/tool.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- callgrind ---- */

/* The folder in which each of its processes has a log of its own: what the program itself prints is no
 * count. */
static void name_logs(const char *output, char path[PATH_MAX + 16]) {
  snprintf(path, PATH_MAX + 16, "%s.logs", output);
}

/* --log-file: %p is the process, %% a percent sign. */
static void put_log_option(const char *logs, hx_text *words) {
  hx_text_printf(words, "--log-file=");
  for (const char *c = logs; *c; c++)
    hx_text_printf(words, *c == '%' ? "%%%%" : "%c", *c);
  hx_text_printf(words, "/%%p");
  hx_text_add(words, "", 1);
}

/* Its own words before those of argv. NULL without memory. */
static char **under_callgrind(char *const argv[], const char *logs) {
  static const char *const begin[] = {"valgrind", "--tool=callgrind", "--trace-children=yes",
                                      "--callgrind-out-file=/dev/null"};
  hx_text words = {0};
  for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
    hx_text_add(&words, begin[i], strlen(begin[i]) + 1);
  put_log_option(logs, &words);
  for (size_t i = 0; argv[i]; i++)
    hx_text_add(&words, argv[i], strlen(argv[i]) + 1);
  return hx_text_take_argv(&words);
}

/* Sum of what all processes say: "==4711== Collected : 123456". NaN: nothing. */
static double collected(const char *logs) {
  DIR *folder = opendir(logs);
  double sum = (double)NAN;
  for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
    char path[2 * PATH_MAX];
    hx_text said = {0};
    snprintf(path, sizeof path, "%s/%s", logs, entry->d_name);
    const char *at = hx_files_read(path, &said, NULL) && said.at ? said.at : "";
    while ((at = strstr(at, "Collected : ")) != NULL) {
      at += strlen("Collected : ");
      sum = (isnan(sum) ? 0 : sum) + strtod(at, NULL);
    }
    hx_text_deinit(&said);
  }
  if (folder)
    closedir(folder);
  return sum;
}

/* ---- one run, whoever counts ---- */

static double count_run(hx_instructions_by by, char *const argv[], char *const environment[],
                        const hx_ready_side *side, const char *input, const char *logs,
                        const hx_instructions_limits *limits, pvs_error *error) {
  bool callgrind = by == HX_INSTRUCTIONS_CALLGRIND;
  char **words = callgrind ? under_callgrind(argv, logs) : NULL;
  if (callgrind && !words) {
    hx_fail_memory(error);
    return (double)NAN;
  }
  /* The loader's work depends on addresses. */
  hx_process_spec spec = {.argv = words ? words : argv,
                          .environment = environment,
                          .folder = side->folder[0] ? side->folder : NULL,
                          .fixed_addresses = true,
                          .input = input,
                          .stdout_fd = -1,
                          .cap_s = INFINITY,
                          .timeout_s = limits->timeout_s,
                          .interrupts = limits->interrupts,
                          .expendable = true};
  hx_process_result result;
  hx_process_run(&spec, &result);
  double count = (double)NAN;
  if (hx_process_ended_well(&result, side->life.ignore_failure,
                            callgrind ? "the run under callgrind" : "the counted run", error)) {
    count = callgrind ? collected(logs) : result.counts.of[HX_PERF_INSTRUCTIONS];
    if (isnan(count))
      hx_fail(error, PVS_IO,
              callgrind ? "callgrind did not say what it counted" : "it cannot be counted");
  }
  hx_process_result_deinit(&result);
  free(words);
  return count;
}

/* ---- */

hx_instructions_by hx_instructions_find(char *why, size_t cap) {
  if (hx_perf_has(HX_PERF_INSTRUCTIONS))
    return HX_INSTRUCTIONS_COUNTER;
  int refused = errno;
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
  char logs[PATH_MAX + 16];
  name_logs(output, logs);
  if (!hx_files_remove(output) || !hx_files_remove(logs) || (study && mkdir(output, 0777) != 0) ||
      mkdir(logs, 0777) != 0) {
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
    count = count_run(by, argv, environment, ready, input, logs, limits, error);
  around.option = "--conclude";
  around.command = ready->life.conclude;
  if (!isnan(count) && !hx_ready_side_call(ready, around, error))
    count = (double)NAN;
  free(environment);
  free(argv);
  hx_files_remove(output);
  hx_files_remove(logs);
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
    if (limits->interrupts && *limits->interrupts) {
      hx_fail(error, PVS_IO, "interrupted");
      return (double)NAN;
    }
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
