/* Runs as real processes: `pvtune run --record` for studies and built-ins, anything else pinned
 * from outside and judged by its output. */
#include "machine/pin.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/command_text.h"
#include "measure/outputs.h"
#include "measure/runner.h"

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

/* Where a run's outputs go. Commands have two places: {output}, and what they print. */
typedef struct places {
  char output[PATH_MAX], printed[PATH_MAX];
} places;

static int64_t ran_ns(const hx_process_result *process, int64_t *from_ns, int64_t length_ns) {
  double from_s = 1e-9 * (double)*from_ns;
  *from_ns += length_ns;
  return llround(1e9 * hx_process_ran_s(process, from_s, 1e-9 * (double)*from_ns));
}

/* A run's own clock goes on while it waits for its turns. Its phases follow each other without a
 * gap; what single workers added up cannot be told apart. */
static void leave_out_waiting(const hx_process_result *process, hx_telemetry *r) {
  int64_t at_ns = r->main_start_mono_ns, began_ns = at_ns;
  r->total_ns = ran_ns(process, &began_ns, r->total_ns);
  r->setup_ns = ran_ns(process, &at_ns, r->setup_ns);
  r->read_ns = ran_ns(process, &at_ns, r->read_ns);
  r->plan_ns = ran_ns(process, &at_ns, r->plan_ns);
  r->simulate_ns = ran_ns(process, &at_ns, r->simulate_ns);
  r->output_ns = ran_ns(process, &at_ns, r->output_ns);
  r->publish_ns = ran_ns(process, &at_ns, r->publish_ns);
  r->work_ns = r->plan_ns + r->simulate_ns + r->output_ns;
}

static void take_telemetry(const hx_runner_job *job, hx_measured *out) {
  pvs_error error = {0};
  const hx_process_result *process = &out->process;
  bool parsed =
      process->telemetry_size > 0 &&
      hx_telemetry_parse(process->telemetry, process->telemetry_size, &out->telemetry, &error);
  out->has_telemetry = parsed && out->telemetry.complete;
  if (!out->has_telemetry) {
    if (process->end == HX_PROCESS_EXITED && process->exit_code == 0)
      not_started(out, parsed       ? "its telemetry was cut off"
                       : error.code ? error.message
                                    : "it said nothing");
    return;
  }
  if (process->turns)
    leave_out_waiting(process, &out->telemetry);
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
  const hx_bind_sample *seen = &process->seen.tasks;
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

/* A short-lived process leaves its stdout in a file: a pipe would need us to read while it runs. */
static int open_printed(const hx_workload *workload, const char *path) {
  if (workload->kind != HX_WORKLOAD_COMMAND)
    return -1;
  return open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static bool outputs_of(const hx_runner_job *job, const hx_process_runner *runner, places *at) {
  int a = snprintf(at->output, sizeof at->output, "%s/output", runner->scratch);
  int b = snprintf(at->printed, sizeof at->printed, "%s/printed", runner->scratch);
  return a < (int)sizeof at->output && b < (int)sizeof at->printed && hx_files_remove(at->output) &&
         hx_files_remove(at->printed) &&
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

static void check_outputs(const hx_runner_job *job, const places *at, hx_measured *out) {
  bool command = job->workload->kind == HX_WORKLOAD_COMMAND;
  const char *actual =
      command && !hx_command_text_slots(job->workload->command).output ? at->printed : at->output;
  char study[PATH_MAX + 256];
  if (command)
    hx_outputs_digest(actual, out->digest);
  if (!job->expected || out->process.end != HX_PROCESS_EXITED || out->process.exit_code != 0)
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

/* False, with *out saying why, when it cannot be run. Release it in any case. */
static bool prepare(attempt *a, const hx_process_runner *runner, const hx_runner_job *job,
                    hx_measured *out) {
  pvs_error error = {0};
  *a = (attempt){.runner = runner,
                 .job = job,
                 .command = job->workload->kind == HX_WORKLOAD_COMMAND,
                 .printed = -1};
  int n = hx_config_workers(job->config);
  hx_place *place = calloc((size_t)n, sizeof *place);
  if (!outputs_of(job, runner, &a->at)) {
    hx_fail(&error, PVS_IO, "the scratch folder %s cannot be used: %s", runner->scratch,
            strerror(errno));
  } else if (!place) {
    hx_fail_memory(&error);
  } else if (!a->command || hx_pin_place_config(runner->topo, job->config, place, &error)) {
    if (a->command)
      a->pinned = hx_place_union(place, n);
    a->argv = hx_workload_argv(job->workload, job->config, runner->self, a->at.output,
                               HX_PROCESS_TELEMETRY_FD, &error);
  }
  free(place);
  a->environment = environment_of(job->config);
  if (!a->argv || !a->environment) {
    if (!error.code)
      hx_fail_memory(&error);
    not_started(out, error.message);
    return false;
  }
  a->cpus = hx_cpuset_is_empty(&a->pinned) ? job->confined : a->pinned;
  a->printed = open_printed(job->workload, a->at.printed);
  a->spec = (hx_process_spec){.argv = a->argv,
                              .environment = a->environment,
                              .folder = runner->folder,
                              .cpus = &a->cpus,
                              .watch = &hx_topo_get_allocation(runner->topo)->allowed,
                              .watch_tasks = a->command && !hx_cpuset_is_empty(&a->pinned),
                              .telemetry = !a->command,
                              .stdout_fd = a->printed,
                              .cap_s = job->cap_s,
                              .timeout_s = job->timeout_s,
                              .interrupts = runner->interrupts};
  return true;
}

static void conclude(const attempt *a, hx_measured *out) {
  out->seconds = out->process.wall_s;
  snprintf(out->message, sizeof out->message, "%s", out->process.message);
  if (a->command) {
    judge_binding(&a->pinned, out);
    strcpy(out->workload_class, "command");
  } else {
    take_telemetry(a->job, out);
  }
  one_line(out->message);
  check_outputs(a->job, &a->at, out);
}

static void release(attempt *a) {
  if (a->printed >= 0)
    close(a->printed);
  hx_files_remove(a->at.output);
  hx_files_remove(a->at.printed);
  free(a->environment);
  free(a->argv);
}

static void process_run(void *ctx, const hx_runner_job *job, hx_measured *out) {
  attempt a;
  if (prepare(&a, ctx, job, out)) {
    hx_process_run(&a.spec, &out->process);
    conclude(&a, out);
  }
  release(&a);
}

static void process_run_in_turns(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                                 hx_measured out[2]) {
  attempt a[2];
  bool ready[2];
  for (int i = 0; i < 2; i++)
    ready[i] = prepare(&a[i], ctx[i], &job[i], &out[i]);
  if (ready[0] && ready[1]) {
    hx_process_result result[2];
    hx_process_run_in_turns((hx_process_spec[]){a[0].spec, a[1].spec}, turn_s, result);
    for (int i = 0; i < 2; i++) {
      out[i].process = result[i];
      conclude(&a[i], &out[i]);
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
