/* Runs as real processes: `pvtune run --record` for studies and built-ins, anything else pinned
 * from outside and judged by its output. */
#include "machine/pin.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/command_text.h"
#include "measure/energy.h"
#include "measure/outputs.h"
#include "measure/runner.h"
#include "measure/waiting.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void not_started(hx_measured *out, const char *why) {
  out->process.end = HX_PROCESS_NOT_STARTED;
  snprintf(out->message, sizeof out->message, "%s", why);
}

static bool exited_well(const hx_measured *out) {
  return out->process.end == HX_PROCESS_EXITED &&
         (out->process.exit_code == 0 || out->failure_ignored);
}

/* Where a run's outputs go. Commands have two places: {output}, and what they print. */
typedef struct places {
  char output[PATH_MAX], printed[PATH_MAX], filtered[PATH_MAX];
} places;

static void take_telemetry(const hx_runner_job *job, hx_measured *out) {
  pvs_error error = {0};
  const hx_process_result *process = &out->process;
  bool parsed =
      process->telemetry_size > 0 &&
      hx_telemetry_parse(process->telemetry, process->telemetry_size, &out->telemetry, &error);
  out->has_telemetry = parsed && out->telemetry.complete;
  if (!out->has_telemetry) {
    if (exited_well(out))
      not_started(out, parsed       ? "its telemetry was cut off"
                       : error.code ? error.message
                                    : "it sent no telemetry, so it is probably no pvtune "
                                      "(other programs are measured as cmd:'COMMAND')");
    return;
  }
  if (process->turns)
    hx_waiting_leave_out(process, &out->telemetry);
  const hx_telemetry *telemetry = &out->telemetry;
  snprintf(out->digest, sizeof out->digest, "%016llx", (unsigned long long)telemetry->digest);
  snprintf(out->input_digest, sizeof out->input_digest, "%016llx",
           (unsigned long long)telemetry->input_digest);
  snprintf(out->workload_class, sizeof out->workload_class, "%s", telemetry->workload_class);
  out->units = (int)telemetry->units;
  out->workers_seen = (int)telemetry->workers_seen;
  out->binding = telemetry->bindings_held < 0    ? HX_BINDING_NONE
                 : telemetry->bindings_held == 0 ? HX_BINDING_LOST
                                                 : HX_BINDING_HELD;
  for (size_t i = 0; i < telemetry->n_workers; i++)
    if (telemetry->workers[i].last_cpu >= 0 && telemetry->workers[i].last_cpu < HX_CPUSET_BITS)
      hx_cpuset_add(&out->ran_on, telemetry->workers[i].last_cpu);
  if (hx_workload_ranked_on_work(job->workload))
    out->seconds = 1e-9 * (double)telemetry->work_ns;
  if (telemetry->error[0])
    snprintf(out->message, sizeof out->message, "%s", telemetry->error);
}

/* A fault that tests inject (exec/fault.h) can be kept to the runs of one configuration. To be
 * freed. */
static char **environment_of(const hx_config *config) {
  static const char fault[] = "PVTUNE_TEST_FAULT=";
  const char *only = getenv("PVTUNE_TEST_FAULT_CONFIG");
  char text[HX_CONFIG_TEXT];
  size_t kept = 0;
  char **environment = hx_command_environment(config);
  hx_config_format(config, text, sizeof text);
  if (!environment || !only || hx_config_same(only, text))
    return environment;
  for (size_t i = 0; environment[i]; i++)
    if (strncmp(environment[i], fault, sizeof fault - 1) != 0)
      environment[kept++] = environment[i];
  environment[kept] = NULL;
  return environment;
}

/* What was seen of a command's processes against where they were put. It counts as proven when
 * nine tenths of their CPU time was used by processes that were looked at, at moments before their
 * last look; what was not watched may have been anywhere. */
static void judge_binding(const hx_cpuset *asked, hx_measured *out) {
  const hx_process_result *process = &out->process;
  const hx_bind_sample *seen = &process->seen.sample;
  double unseen_s = process->user_s + process->sys_s - hx_watch_cpu_s(&process->seen);
  out->ran_on = seen->ran_on;
  if (hx_cpuset_is_empty(asked))
    out->binding = HX_BINDING_NONE;
  else if (!hx_cpuset_is_inside(&seen->allowed, asked) ||
           !hx_cpuset_is_inside(&seen->ran_on, asked))
    out->binding = HX_BINDING_LOST;
  else if (!seen->tasks || unseen_s > 0.001 + 0.1 * (process->user_s + process->sys_s))
    out->binding = HX_BINDING_UNKNOWN;
  else
    out->binding = HX_BINDING_HELD;
}

static const hx_run_life nothing_around;

static const hx_run_life *life_of(const hx_process_runner *runner) {
  return runner->life ? runner->life : &nothing_around;
}

/* Whether what a program prints is needed even if outputs are ignored. */
static bool keeps_printed(const hx_goal *goal) {
  return goal && (goal->n_metrics > 0 || hx_goal_needs(goal, HX_MEASURE_SIZE));
}

/* A short-lived process leaves its stdout in a file: a pipe would need us to read while it runs. False
 * with errno when that cannot be made. */
static bool open_printed(const hx_runner_job *job, const hx_run_life *life, const hx_goal *goal,
                         const char *path, int *printed) {
  bool shown = life->show_output;
  if (job->workload->kind != HX_WORKLOAD_COMMAND)
    return true;
  if (!life->ignore_outputs || keeps_printed(goal))
    *printed = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  else if (shown)
    *printed = dup(STDERR_FILENO);
  else
    return true;
  return *printed >= 0;
}

static bool outputs_of(const hx_runner_job *job, const hx_process_runner *runner, places *at) {
  int a = snprintf(at->output, sizeof at->output, "%s/output", runner->scratch);
  int b = snprintf(at->printed, sizeof at->printed, "%s/printed", runner->scratch);
  int c = snprintf(at->filtered, sizeof at->filtered, "%s/filtered", runner->scratch);
  return c < (int)sizeof at->filtered && a < (int)sizeof at->output &&
         b < (int)sizeof at->printed && hx_files_remove(at->output) &&
         hx_files_remove(at->printed) && hx_files_remove(at->filtered) &&
         (job->workload->kind == HX_WORKLOAD_COMMAND || mkdir(at->output, 0777) == 0);
}

static void one_line(char *text) {
  /* The last line is where programs say what went wrong. */
  char *last = strrchr(text, '\n');
  if (last && last[1])
    memmove(text, last + 1, strlen(last + 1) + 1);
  for (; *text; text++)
    if (iscntrl((unsigned char)*text))
      *text = ' ';
}

static void check_outputs(const hx_runner_job *job, const places *at, bool filtered,
                          hx_measured *out) {
  bool command = job->workload->kind == HX_WORKLOAD_COMMAND;
  const char *actual = !command                                                    ? at->output
                       : filtered                                                  ? at->filtered
                       : hx_command_placeholders_in(job->workload->command).output ? at->output
                                                                                   : at->printed;
  char study[PATH_MAX + 256];
  if (command && !hx_outputs_digest(actual, out->digest) && exited_well(out))
    not_started(out, "its outputs cannot be read: expected files that this user may read");
  if (!job->expected || !exited_well(out))
    return;
  if (job->workload->kind == HX_WORKLOAD_STUDY) {
    snprintf(study, sizeof study, "%s/%s", at->output, job->workload->study);
    actual = study;
  }
  out->expected = hx_outputs_compare(job->expected, actual, out->message, sizeof out->message);
}

/* A run from its preparation to what is made of its end. Not to be moved. */
typedef struct attempt {
  const hx_process_runner *runner;
  const hx_runner_job *job;
  bool command;
  places at;
  hx_cpuset pinned, cpus; /* pinned: what was asked for */
  int printed;
  char **argv, **environment;
  hx_process_spec spec;
} attempt;

/* A command around the run. False when it failed or was interrupted: then so is the run. */
static bool call_with(const attempt *a, hx_life_call *call, hx_measured *out) {
  call->config = a->job->config;
  call->output = a->at.output;
  call->interrupts = a->runner->interrupts;
  hx_life_end end = hx_run_life_call(life_of(a->runner), call, &out->life_error);
  if (end == HX_LIFE_INTERRUPTED)
    out->process.end = HX_PROCESS_INTERRUPTED;
  else if (end == HX_LIFE_FAILED)
    not_started(out, out->life_error.message);
  return end == HX_LIFE_OK;
}

static bool call(const attempt *a, const char *option, const char *command, hx_measured *out) {
  return call_with(a, &(hx_life_call){.option = option, .command = command, .stdout_fd = -1}, out);
}

static const char *folder_of(const hx_process_runner *runner) {
  return runner->folder ? runner->folder : life_of(runner)->folder;
}

/* False, with *out saying why, when it cannot be run. Release it in any case. */
static bool make_ready(attempt *a, const hx_process_runner *runner, const hx_runner_job *job,
                       hx_measured *out) {
  pvs_error error = {0};
  *a = (attempt){.runner = runner,
                 .job = job,
                 .command = job->workload->kind == HX_WORKLOAD_COMMAND,
                 .printed = -1};
  if (!outputs_of(job, runner, &a->at)) {
    hx_fail(&error, PVS_IO, "the scratch folder %s cannot be used: %s", runner->scratch,
            strerror(errno));
  } else if (!a->command || hx_pin_union(runner->topo, job->config, &a->pinned, &error)) {
    a->argv = hx_workload_argv(job->workload, job->config, runner->self, a->at.output,
                               HX_PROCESS_TELEMETRY_FD, &error);
  }
  a->environment = environment_of(job->config);
  if (!a->argv || !a->environment) {
    hx_fail_memory(&error); /* unless there is another reason */
    not_started(out, error.message);
    return false;
  }
  a->cpus = hx_cpuset_is_empty(&a->pinned) ? job->confined : a->pinned;
  const hx_run_life *life = life_of(runner);
  if (!open_printed(job, life, runner->goal, a->at.printed, &a->printed)) {
    hx_fail_errno(&error, errno, a->at.printed, "what the command prints cannot be kept");
    not_started(out, HX_FAIL_LINE(&error));
    return false;
  }
  a->spec = (hx_process_spec){.argv = a->argv,
                              .environment = a->environment,
                              .folder = folder_of(runner),
                              .input = a->command ? life->input : NULL,
                              .show_stderr = a->command && life->show_output,
                              .cpus = &a->cpus,
                              .watch = &hx_topo_get_allocation(runner->topo)->allowed,
                              .watch_tasks = job->watch_groups ||
                                             (a->command && !hx_cpuset_is_empty(&a->pinned)),
                              .telemetry = !a->command,
                              .stdout_fd = a->printed,
                              .cap_s = job->cap_s,
                              .timeout_s = job->timeout_s,
                              .interrupts = runner->interrupts,
                              .expendable = job->expendable};
  return call(a, "--prepare", life->prepare, out);
}

/* What capturing costs: as many bytes, written to a file in the same place, in blocks as stdio
 * writes them. */
static double weigh(const attempt *a, long long bytes) {
  enum { CHUNK = 4096, TIMES = 3 };
  static const char zeros[CHUNK];
  double best_s = INFINITY;
  for (int i = 0; i < TIMES; i++) {
    int fd = open(a->at.filtered, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0;
    double began_s = hx_clock_s();
    for (long long left = bytes; ok && left > 0; left -= CHUNK)
      ok = write(fd, zeros, left < CHUNK ? (size_t)left : CHUNK) > 0;
    best_s = fmin(best_s, ok ? hx_clock_s() - began_s : INFINITY);
    if (fd >= 0)
      close(fd);
    hx_files_remove(a->at.filtered);
  }
  return isfinite(best_s) ? best_s : (double)NAN;
}

static void note_capture(const attempt *a, hx_measured *out) {
  struct stat st;
  if (a->printed < 0 || life_of(a->runner)->ignore_outputs || fstat(a->printed, &st) != 0)
    return;
  out->captured_bytes = st.st_size;
  if (a->job->weigh_capture)
    out->capture_s = weigh(a, out->captured_bytes);
}

/* The last match in what it printed, piece by piece from the end: most print what counts last. */
static bool read_printed(const attempt *a, const hx_metric *metric, off_t end, double *number) {
  enum { PIECE = 1 << 20 };
  char *text = malloc(PIECE + 1);
  bool found = false;
  while (text && !found && end > 0) {
    off_t from = end > PIECE ? end - PIECE : 0;
    ssize_t n = pread(a->printed, text, (size_t)(end - from), from);
    if (n <= 0)
      break;
    size_t begin = from > 0 ? hx_metric_line_begin(text, (size_t)n) : 0;
    if (from == 0 || begin > 0)
      found = hx_metric_read(metric, text + begin, (size_t)n - begin, number);
    end = from + (off_t)begin;
  }
  free(text);
  return found;
}

/* The size of its outputs, and the metrics in what it printed, else at the end of its stderr. */
static void note_measures(const attempt *a, hx_measured *out) {
  const hx_goal *goal = a->runner->goal;
  struct stat st = {0};
  bool printed = a->printed >= 0 && fstat(a->printed, &st) == 0 && S_ISREG(st.st_mode);
  bool named = !a->command || hx_command_placeholders_in(a->job->workload->command).output;
  if (named && access(a->at.output, F_OK) == 0)
    out->output_bytes = hx_files_bytes(a->at.output);
  else if (printed && !named)
    out->output_bytes = (double)st.st_size;
  for (size_t i = 0; goal && i < goal->n_metrics; i++) {
    const hx_metric *metric = &goal->metrics[i];
    char *said = out->process.message;
    if (!printed || !read_printed(a, metric, st.st_size, &out->metrics[i]))
      hx_metric_read(metric, said, strlen(said), &out->metrics[i]);
  }
}

static void show_printed(const attempt *a) {
  char block[1 << 14];
  ssize_t n;
  for (off_t at = 0; (n = pread(a->printed, block, sizeof block, at)) > 0; at += n)
    if (!hx_files_write_fd(STDERR_FILENO, block, (size_t)n))
      return;
}

/* The outputs as --output-filter makes them. */
static bool filter(const attempt *a, hx_measured *out) {
  bool named = hx_command_placeholders_in(a->job->workload->command).output;
  const char *outputs = named ? a->at.output : a->at.printed;
  if (access(outputs, F_OK) != 0)
    return true; /* it left none */
  pvs_error odd = {0};
  int from = hx_files_open(outputs, O_RDONLY, "a file that --output-filter can read", &odd);
  if (from < 0) {
    out->life_error = odd;
    return false;
  }
  close(from);
  int fd = open(a->at.filtered, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool ok = fd >= 0;
  if (!ok)
    hx_fail_errno(&out->life_error, errno, a->at.filtered, "the filtered outputs cannot be kept");
  else
    ok = call_with(a,
                   &(hx_life_call){.option = "--output-filter",
                                   .command = life_of(a->runner)->filter,
                                   .stdin_path = outputs,
                                   .stdout_fd = fd},
                   out);
  if (fd >= 0)
    close(fd);
  return ok;
}

static void finish(const attempt *a, hx_measured *out) {
  const hx_run_life *life = life_of(a->runner);
  bool filtered = a->command && life->filter;
  out->failure_ignored = life->ignore_failure;
  out->seconds = out->process.wall_s;
  snprintf(out->message, sizeof out->message, "%s", out->process.message);
  if (a->command) {
    judge_binding(&a->pinned, out);
    strcpy(out->workload_class, "command");
  } else {
    take_telemetry(a->job, out);
  }
  one_line(out->message);
  note_capture(a, out);
  note_measures(a, out);
  if (a->printed >= 0 && life->show_output &&
      (!life->ignore_outputs || keeps_printed(a->runner->goal)))
    show_printed(a);
  if (life->ignore_outputs)
    out->digest[0] = '\0';
  else if (!filtered || !exited_well(out) || filter(a, out))
    check_outputs(a->job, &a->at, filtered, out);
  call(a, "--conclude", life->conclude, out);
}

static void release(attempt *a) {
  if (a->printed >= 0)
    close(a->printed);
  hx_files_remove(a->at.output);
  hx_files_remove(a->at.printed);
  hx_files_remove(a->at.filtered);
  free(a->environment);
  free(a->argv);
}

/* Looks at the program before the run and after it: one that changes was perhaps not what ran. What
 * commands around the run may make is theirs. */
static bool is_same_program(hx_process_runner *runner, const hx_runner_job *job) {
  const hx_run_life *life = life_of(runner);
  char path[PATH_MAX];
  if (job->workload->kind != HX_WORKLOAD_COMMAND)
    return hx_programs_look(&runner->programs, runner->self);
  return life->prepare || life->conclude ||
         !hx_program_of_command(job->workload->command, folder_of(runner), path) ||
         hx_programs_look(&runner->programs, path);
}

static void check_program(hx_process_runner *runner, const hx_runner_job *job, hx_measured *out) {
  static const char changed[] = "the program changed while it was measured: measure again";
  if (out->process.end == HX_PROCESS_INTERRUPTED || is_same_program(runner, job))
    return;
  hx_fail(&out->life_error, PVS_IO, "%s: %s (tune and sweep: with --fresh)", job->workload->key,
          changed);
  not_started(out, changed);
}

static void process_run(void *ctx, const hx_runner_job *job, hx_measured *out) {
  attempt a;
  is_same_program(ctx, job);
  if (make_ready(&a, ctx, job, out)) {
    hx_energy before, after;
    hx_energy_read(HX_ENERGY_FOLDER, &before);
    hx_process_run(&a.spec, &out->process);
    hx_energy_read(HX_ENERGY_FOLDER, &after);
    out->energy_j = hx_energy_between(&before, &after);
    finish(&a, out);
    check_program(ctx, job, out);
  }
  release(&a);
}

static void process_run_in_turns(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                                 hx_measured out[2]) {
  attempt a[2];
  bool ready[2];
  for (int i = 0; i < 2; i++) {
    is_same_program(ctx[i], &job[i]);
    ready[i] = make_ready(&a[i], ctx[i], &job[i], &out[i]);
  }
  if (ready[0] && ready[1]) {
    hx_process_result result[2];
    hx_process_run_in_turns((hx_process_spec[]){a[0].spec, a[1].spec}, turn_s, result);
    for (int i = 0; i < 2; i++) {
      out[i].process = result[i];
      finish(&a[i], &out[i]);
      check_program(ctx[i], &job[i], &out[i]);
    }
  }
  for (int i = 0; i < 2; i++) {
    if (ready[i] && !ready[1 - i])
      not_started(&out[i], "the run it takes turns with cannot be started");
    release(&a[i]);
  }
}

static const hx_runner_ops process_ops = {
    .name = "processes", .run = process_run, .run_in_turns = process_run_in_turns};

hx_runner hx_runner_processes(hx_process_runner *runner) {
  return (hx_runner){.ops = &process_ops, .ctx = runner};
}
