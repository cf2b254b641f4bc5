#include "cli/measure_options.h"
#include "cli/text.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cluster/cluster.h"
#include "machine/pin.h"
#include "measure/command_text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- tables ---- */

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_workload_options, MEMBER, __VA_ARGS__)

const hx_option hx_base_group[] = {
    ROW(STRING, base, "base", .short_name = 'b', .metavar = "DIR",
        .help = "base folder of a study; -b, -p and -s together mean --workload "
                "study:BASE/PROJECT/STUDY"),
    {0}};

const hx_option hx_workload_group[] = {
    ROW(LIST, workloads, "workload", .metavar = "W",
        .help = "what to run: study:BASE/PROJECT/STUDY, builtin:NAME[:SIZE] or cmd:'COMMAND'"),
    ROW(STRING, project, "project", .short_name = 'p', .metavar = "NAME",
        .help = "project within the base folder"),
    ROW(LIST, studies, "study", .short_name = 's', .metavar = "NAME",
        .help = "study of the project"),
    {0}};

#undef ROW
#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_measuring_options, MEMBER, __VA_ARGS__)

const hx_option hx_measuring_group[] = {
    ROW(DURATION, budget_s, "budget", .metavar = "TIME", .min = 0.1, .max = 1e7,
        .help = "how long to measure, all workloads together; building does not count"),
    ROW(DURATION, timeout_s, "timeout", .metavar = "TIME", .min = 0.001, .max = 1e7,
        .help = "stop a run that takes longer; it counts as failed"),
    ROW(FLAG, lock, "lock", .default_text = "on", .flags = HX_OPT_NEGATABLE,
        .excludes = "lock-wait", .help = "wait until no other measurement runs on this machine"),
    ROW(DURATION, lock_wait_s, "lock-wait", .metavar = "TIME", .default_text = "1h", .max = 1e7,
        .help = "wait at most this long for the other measurement"),
    ROW(STRING, note, "note", .metavar = "TEXT", .help = "store this note with every run"),
    ROW(STRING, scratch, "scratch", .metavar = "DIR", .default_text = "$TMPDIR, else /tmp",
        .help = "folder for the outputs of runs"),
    {0}};

#undef ROW
#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_life_options, MEMBER, __VA_ARGS__)

const hx_option hx_around_group[] = {
    ROW(STRING, life.setup, "setup", .metavar = "CMD",
        .help = "run this command once, before the first run"),
    ROW(STRING, life.prepare, "prepare", .metavar = "CMD",
        .help = "run this command before each run, untimed; it may have placeholders such as "
                "{workers}"),
    ROW(STRING, life.conclude, "conclude", .metavar = "CMD",
        .help = "run this command after each run, untimed; it may have placeholders"),
    ROW(STRING, life.cleanup, "cleanup", .metavar = "CMD",
        .help =
            "run this command at the end, also after a failure or Ctrl-C; a second signal while it "
            "runs ends it"),
    ROW(STRING, life.input, "input", .metavar = "FILE", .default_text = "/dev/null",
        .help = "stdin of commands"),
    ROW(STRING, life.folder, "cwd", .metavar = "DIR", .default_text = "the current folder",
        .help = "folder in which everything is run"),
    ROW(STRING, life.filter, "output-filter", .metavar = "CMD",
        .help = "send the outputs through this command before they are compared, for instance to "
                "drop time stamps"),
    ROW(FLAG, life.ignore_failure, "ignore-failure", .help = "accept runs with any exit code"),
    ROW(FLAG, life.show_output, "show-output", .help = "show on stderr what commands print"),
    {0}};

static const hx_option life_group[] = {
    {.group = hx_around_group},
    ROW(INT, warm_ups, "warmup", .metavar = "N", .default_text = "1", .min = 1, .max = 1000,
        .help = "serial runs before the first that counts; the last of them gives the outputs that "
                "all others are compared with"),
    ROW(CHOICE, outputs, "outputs", .metavar = "HOW", .default_text = "check",
        .choices = "check|ignore",
        .help = "check: every run must give the same outputs as the serial run; ignore: discard "
                "outputs"),
    {0}};

#undef ROW
#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_sweeping_options, MEMBER, __VA_ARGS__)

const hx_option hx_sweeping_group[] = {
    {.group = hx_base_group, .offset = offsetof(hx_sweeping_options, what)},
    {.group = hx_workload_group,
     .offset = offsetof(hx_sweeping_options, what),
     .default_text = "builtin:batteries"},
    ROW(LIST, expect, "expect", .metavar = "PATH", .flags = HX_OPT_READS, .choices = "FILE",
        .help = "outputs that the serial run must give; one for each workload, in their order"),
    {.group = life_group, .offset = offsetof(hx_sweeping_options, life)},
    {.group = hx_goal_group, .offset = offsetof(hx_sweeping_options, goal)},
    ROW(LIST, params, "param", .metavar = "NAME=VALUES",
        .help = "try values of a parameter that the command has as {NAME}: 1,3,9 or 1..64 or "
                "16..1024*2"),
    ROW(LIST, environment, "env", .metavar = "NAME=VALUES",
        .help = "set a variable of the command; several values are tried like a parameter's"),
    ROW(LIST, where, "where", .metavar = "CONDITION",
        .help = "only try combinations that meet this condition, such as 'block * workers <= "
                "4096'"),
    ROW(STRING, workers, "workers", .short_name = 'w', .instead_of = "threads|processes|jobs",
        .metavar = "LIST",
        .help = "worker counts to try: auto, all, or a list such as 1,2,4-6,2x4"),
    ROW(STRING, executors, "executors", .short_name = 'x', .metavar = "LIST",
        .choices = "serial,threads,processes,hybrid,mpi",
        .help = "executors to try: serial, threads, processes, hybrid, mpi; mpi is tried only if "
                "it is named here, and serial is always measured"),
    ROW(STRING, pins, "pins", .metavar = "LIST", .choices = HX_PIN_NAMES(","),
        .help = "pin strategies to try; pvtune topo shows them"),
    ROW(STRING, schedules, "schedules", .metavar = "LIST", .choices = "dynamic,static",
        .help = "schedules to try: dynamic, static"),
    ROW(INT, chunk, "chunk", .metavar = "N", .default_text = "the executor's own",
        .max = HX_CHUNK_MAX, .help = "units of work that a worker takes at once"),
    ROW(INT, rounds, "rounds", .metavar = "N", .default_text = "2, or 10 with --exhaustive",
        .min = 1, .max = 1000,
        .help = "measure each listed configuration this many times before the final runs; from the "
                "second time on, only those near the best"),
    ROW(FLAG, exhaustive, "exhaustive",
        .help =
            "run every listed configuration in every round, stop none of them early, and ignore "
            "the budget"),
    ROW(FLAG, fresh, "fresh", .help = "do not resume an interrupted measurement"),
    ROW(FLAG, explain, "explain", .help = "explain how the result was found"),
    ROW(FLAG, dry_run, "dry-run", .help = "only print what would be measured"),
    {0}};

/* ---- workloads ---- */

static bool add(bool parsed, hx_measure_workloads *out, const pvs_error *error) {
  out->n += parsed;
  return parsed || hx_error("%s", HX_FAIL_LINE(error));
}

/* The command behind "--". */
static bool parse_rest(const hx_context *cx, const hx_config *known, hx_measure_workloads *out) {
  pvs_error error = {0};
  if (cx->n_rest == 0)
    return true;
  char *command = hx_command_text_join(cx->rest, cx->n_rest);
  char *text = command ? hx_format("cmd:%s", command) : NULL;
  bool ok =
      text ? hx_workload_parse(text, known, &out->items[out->n], &error) : hx_fail_memory(&error);
  free(text);
  free(command);
  return add(ok, out, &error);
}

static bool parse_all(const hx_workload_options *o, const hx_config *known,
                      hx_measure_workloads *out) {
  pvs_error error = {0};
  const char *missing = !o->base ? "-b" : !o->project ? "-p" : "-s";
  bool any = o->base || o->project || o->studies.count;
  if (any && !(o->base && o->project && o->studies.count))
    return hx_error("a study needs all of -b BASE, -p PROJECT and -s STUDY; %s is missing",
                    missing);
  for (size_t i = 0; i < o->workloads.count; i++)
    if (!add(hx_workload_parse(o->workloads.items[i], known, &out->items[out->n], &error), out,
             &error))
      return false;
  for (size_t i = 0; i < o->studies.count; i++)
    if (!add(hx_workload_study(o->base, o->project, o->studies.items[i], &out->items[out->n],
                               &error),
             out, &error))
      return false;
  return true;
}

bool hx_measure_workloads_parse(const hx_context *cx, const hx_workload_options *o,
                                const hx_config *known, const char *fallback,
                                hx_measure_workloads *out) {
  size_t most = o->workloads.count + o->studies.count + 1;
  pvs_error error = {0};
  *out = (hx_measure_workloads){.items = calloc(most, sizeof *out->items),
                                .expected = calloc(most, sizeof *out->expected)};
  if (!out->items || !out->expected)
    return hx_error("out of memory");
  if (!parse_all(o, known, out) || !parse_rest(cx, known, out))
    return false;
  out->named = out->n > 0;
  return out->named || !fallback ||
         add(hx_workload_parse(fallback, known, &out->items[0], &error), out, &error);
}

bool hx_measure_expected_take(const hx_strings *expect, hx_measure_workloads *out) {
  if (expect->count > out->n)
    return hx_error("--expect is given %zu times for %zu workload%s: at most one for each",
                    expect->count, out->n, HX_S(out->n));
  for (size_t i = 0; i < expect->count; i++) {
    const char *path = expect->items[i];
    if (out->items[i].kind == HX_WORKLOAD_BUILTIN)
      return hx_error(
          "--expect %s: %s has no expected outputs; its runs are compared with its serial run",
          path, out->items[i].key);
    struct stat st;
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
      return hx_error("--expect %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
      return hx_error("--expect %s: found a device or pipe, expected a file or folder", path);
    out->expected[i] = path;
  }
  return true;
}

size_t hx_measure_count_commands(const hx_workload *workloads, size_t n) {
  size_t commands = 0;
  for (size_t i = 0; i < n; i++)
    commands += workloads[i].kind == HX_WORKLOAD_COMMAND;
  return commands;
}

void hx_measure_workloads_free(hx_measure_workloads *workloads) {
  for (size_t i = 0; i < workloads->n; i++)
    hx_workload_deinit(&workloads->items[i]);
  free(workloads->items);
  free(workloads->expected);
  *workloads = (hx_measure_workloads){0};
}

bool hx_measure_has_executors(const hx_context *cx, const hx_sweeping_options *o) {
  pvs_error error = {0};
  if (!o->executors || !strstr(o->executors, "mpi") || hx_cluster_load(cx->self_path, &error))
    return true;
  return hx_error("--executors mpi: %s", HX_FAIL_LINE(&error));
}

/* ---- around runs ---- */

bool hx_life_take(const hx_life_options *options, bool commands, const hx_config *known,
                  bool expects, hx_run_life *life, pvs_error *error) {
  *life = options->life;
  life->ignore_outputs = options->outputs == HX_LIFE_IGNORE;
  const char *unused = commands            ? NULL
                       : life->input       ? "--input"
                       : life->filter      ? "--output-filter"
                       : life->show_output ? "--show-output"
                                           : NULL;
  if (unused)
    return hx_fail(error, PVS_BAD_VALUE, "%s is for commands, but no workload is a command",
                   unused);
  if (expects && life->ignore_outputs)
    return hx_fail(error, PVS_BAD_VALUE, "--expect has nothing to compare with --outputs ignore");
  return hx_run_life_check(life, known, error);
}

bool hx_life_is_plain(const hx_life_options *o) {
  const hx_run_life *l = &o->life;
  return !l->setup && !l->prepare && !l->conclude && !l->cleanup && !l->input && !l->folder &&
         !l->filter && !l->ignore_failure && !l->show_output && o->outputs == HX_LIFE_CHECK &&
         o->warm_ups == 1;
}

/* ---- what a sweep needs ---- */

enum { LIST_ROUNDS = 2, EXHAUSTIVE_ROUNDS = 10 };

hx_sweep_options hx_measure_sweep_options(const hx_sweeping_options *o, const char *command,
                                          const hx_measure_workloads *workloads,
                                          const hx_params *params, const char *describe) {
  hx_sweep_options options = {
      .params = params->n > 0 ? params : NULL,
      .serial = hx_config_serial(),
      .command = command,
      .workloads = workloads->items,
      .n_workloads = workloads->n,
      .expected = workloads->expected,
      .grid = {.workers = o->workers,
               .executors = o->executors,
               .pins = o->pins,
               .schedules = o->schedules,
               .chunk = (int)o->chunk},
      .budget_s = o->exhaustive ? INFINITY : o->how.budget_s,
      .timeout_s = o->how.timeout_s > 0 ? o->how.timeout_s : INFINITY,
      .warm_ups = (int)o->life.warm_ups,
      .fresh = o->fresh,
      .note = o->how.note,
      .describe = describe,
  };
  /* What was listed is measured as listed; otherwise the best of all is searched. */
  options.listed =
      o->workers || o->rounds || o->exhaustive || (o->pins && strstr(o->pins, "list:"));
  options.exhaustive = o->exhaustive;
  options.rounds = o->rounds ? (int)o->rounds : o->exhaustive ? EXHAUSTIVE_ROUNDS : LIST_ROUNDS;
  return options;
}
