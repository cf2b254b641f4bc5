/* pvtune gate: compare, for build servers. */
#include "cli/comparing.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/table.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const hx_command hx_cmd_gate;

typedef struct gate_command {
  hx_comparing_options common;
  const char *base, *head;
  int on_inconclusive, on_new, on_removed;
  const char *junit, *markdown, *benchmark_action, *bencher;
} gate_command;

enum { ON_PASS, ON_FAIL };

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, gate_command, MEMBER, __VA_ARGS__)

static const hx_option option_table[] = {
    ROW(STRING, base, "against", .metavar = "REV", .flags = HX_OPT_REQUIRED,
        .help = "git revision to compare with, such as origin/main, or a side of pvtune "
                "compare, such as bin:PATH"),
    ROW(STRING, base, "base", .metavar = "REV", .flags = HX_OPT_HIDDEN,
        .help = "as it was called before 'against'"),
    ROW(STRING, head, "head", .metavar = "REV", .default_text = "HEAD",
        .help = "git revision to judge, or a side of pvtune compare"),
    ROW(CHOICE, on_inconclusive, "on-inconclusive", .metavar = "WHAT", .default_text = "pass",
        .choices = "pass|fail",
        .help = "what to do if there is no verdict within the budget; pass gives a warning"),
    ROW(CHOICE, on_new, "on-new", .metavar = "WHAT", .default_text = "pass", .choices = "pass|fail",
        .help = "what to do if a workload's command names a file that only the head has"),
    ROW(CHOICE, on_removed, "on-removed", .metavar = "WHAT", .default_text = "pass",
        .choices = "pass|fail",
        .help = "what to do if a workload's command names a file that only the base has"),
    ROW(STRING, junit, "junit", .metavar = "FILE", .flags = HX_OPT_WRITES,
        .help = "write a JUnit XML report"),
    ROW(STRING, markdown, "markdown", .metavar = "FILE", .flags = HX_OPT_WRITES,
        .help = "append a summary for a merge request"),
    ROW(STRING, benchmark_action, "export-benchmark-action", .metavar = "FILE",
        .flags = HX_OPT_WRITES,
        .help = "write the head's times as JSON for github-action-benchmark "
                "(customSmallerIsBetter)"),
    ROW(STRING, bencher, "export-bencher", .metavar = "FILE", .flags = HX_OPT_WRITES,
        .help = "write the head's times and memory in Bencher's metric format (JSON)"),
    ROW(STRING, common.what.base, "base-folder", .short_name = 'b', .metavar = "DIR",
        .help = "base folder of a study; -b, -p and -s together mean --workload "
                "study:BASE/PROJECT/STUDY"),
    {.group = hx_workload_group,
     .offset = offsetof(gate_command, common.what),
     .default_text = "builtin:batteries"},
    {.group = hx_config_group, .offset = offsetof(gate_command, common)},
    {.group = hx_comparing_group, .offset = offsetof(gate_command, common)},
    {.group = hx_effect_group, .offset = offsetof(gate_command, common)},
    {.group = hx_evidence_group, .offset = offsetof(gate_command, common)},
    {.group = hx_measuring_group,
     .offset = offsetof(gate_command, common.how),
     .default_text = "120s"},
    {0}};

static void defaults(void *storage) {
  *(gate_command *)storage = (gate_command){.common = hx_comparing_defaults(), .head = "HEAD"};
  ((gate_command *)storage)->common.how.budget_s = 120;
}

/* A bare revision is a side too. malloc'd. */
static char *as_side(const char *text) {
  static const char *const prefixes[] = {"rev:", "bin:", "cmd:", "stored:"};
  char *side = NULL;
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
      return strdup(text);
  return asprintf(&side, "rev:%s", text) < 0 ? NULL : side;
}

/* ---- reports ---- */

/* The last lines of a build's log, where compilers say what is wrong, without NUL bytes. malloc'd;
 * NULL: none. */
static char *end_of_log(const char *path) {
  enum { LOG_END = 4000 };
  hx_text text = {0};
  if (!path[0] || !hx_files_read(path, &text, NULL) || !text.at) {
    hx_text_deinit(&text);
    return NULL;
  }
  size_t length = 0;
  for (size_t i = 0; i < text.length; i++)
    if (text.at[i])
      text.at[length++] = text.at[i];
  text.at[length] = '\0';
  const char *from = length > LOG_END ? text.at + length - LOG_END : text.at;
  const char *line = from > text.at ? strchr(from, '\n') : NULL;
  char *end = strdup(line && line[1] ? line + 1 : from);
  hx_text_deinit(&text);
  return end;
}

/* Frees the bytes; says what went wrong. Returns an exit code. */
static int put_report(bool ok, char *bytes, const pvs_error *error) {
  free(bytes);
  return ok ? HX_EXIT_OK : hx_command_fail(error, hx_command_exit_of(error));
}

static int write_junit(const char *path, const hx_verdict_summary *summary,
                       const hx_verdict_failure *failure) {
  char *bytes = NULL;
  size_t size = 0;
  pvs_error error = {0};
  if (!path)
    return HX_EXIT_OK;
  FILE *out = open_memstream(&bytes, &size);
  if (out && summary)
    hx_verdict_write_junit(summary, out);
  else if (out)
    hx_verdict_write_junit_failure(failure, out);
  bool ok = hx_text_stream_close(out, &bytes) || hx_fail_memory(&error);
  return put_report(ok && hx_files_replace(path, bytes, size, &error), bytes, &error);
}

/* Appends, as files of job summaries want it. */
static int write_markdown(const char *path, const hx_verdict_summary *summary,
                          const hx_verdict_failure *failure) {
  char *bytes = NULL;
  size_t size = 0;
  pvs_error error = {0};
  if (!path)
    return HX_EXIT_OK;
  FILE *out = open_memstream(&bytes, &size);
  if (out && summary)
    hx_verdict_write_markdown(summary, out);
  else if (out && failure)
    hx_verdict_write_markdown_failure(failure, out);
  bool ok = hx_text_stream_close(out, &bytes) || hx_fail_memory(&error);
  return put_report(ok && hx_files_append(path, bytes, size, &error), bytes, &error);
}

/* Two minutes are too long to learn of a typo, and whatever ends this process before the reports
 * are written, a passed report of an earlier gate must not stay. */
static int begin_reports(const hx_context *cx, const gate_command *command) {
  if (command->common.dry_run)
    return HX_EXIT_OK;
  const hx_verdict_failure unfinished = {.command = "gate",
                                         .interrupted = true,
                                         .message =
                                             "The gate was ended before it had measured anything"};
  pvs_error error = {0};
  if ((command->benchmark_action &&
       !hx_table_file_check("--export-benchmark-action", command->benchmark_action, &error)) ||
      (command->bencher && !hx_table_file_check("--export-bencher", command->bencher, &error)) ||
      (command->junit && !hx_table_file_check("--junit", command->junit, &error)))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  if (command->markdown && strcmp(command->markdown, "-") == 0)
    return hx_error_exit(HX_EXIT_USAGE,
                         "--markdown -: found -, expected a file; /dev/stdout is one");
  hx_command_begin_exports(cx);
  hx_table_file_begin(command->benchmark_action);
  hx_table_file_begin(command->bencher);
  bool keeps = command->junit && hx_table_file_is_replaced(command->junit);
  int status = write_junit(keeps ? command->junit : NULL, NULL, &unfinished);
  return status != HX_EXIT_OK ? status : write_markdown(command->markdown, NULL, NULL);
}

static int write_export(const char *path, const hx_verdict_summary *summary,
                        hx_verdict_format format) {
  pvs_error error = {0};
  if (!path || !summary)
    return HX_EXIT_OK;
  char *bytes = hx_verdict_export(summary, format);
  bool ok = bytes ? hx_files_replace(path, bytes, strlen(bytes), &error) : hx_fail_memory(&error);
  return put_report(ok, bytes, &error);
}

static bool end_reports(const gate_command *command, const hx_comparing *c,
                        const hx_verdict_summary *summary) {
  if (command->common.dry_run)
    return true;
  char *details = summary ? NULL : end_of_log(c->comparison.failed_log);
  char why[HX_FAIL_TEXT] = "Nothing was measured";
  bool interrupted = hx_measure_interrupted() != 0;
  if (interrupted)
    snprintf(why, sizeof why, "Interrupted before there was a verdict");
  else if (c->failure.code != PVS_OK)
    pvs_error_text(&c->failure, why, sizeof why);
  hx_verdict_failure failure = {.command = "gate",
                                .a = command->base,
                                .b = command->head,
                                .interrupted = interrupted,
                                .message = why,
                                .details = details};
  int failed = write_junit(command->junit, summary, &failure);
  failed |= write_markdown(command->markdown, summary, &failure);
  failed |= write_export(command->benchmark_action, summary, HX_VERDICT_BENCHMARK_ACTION);
  failed |= write_export(command->bencher, summary, HX_VERDICT_BENCHER);
  free(details);
  return failed == HX_EXIT_OK;
}

/* ---- */

static int measure(hx_comparing *c, const gate_command *command) {
  hx_verdict_summary summary;
  if (c->options->dry_run)
    return hx_comparing_print_costs(c);
  int status = hx_comparing_open(c);
  if (status == HX_EXIT_OK)
    status = hx_comparing_measure(c, &summary);
  if (status != HX_EXIT_OK) {
    end_reports(command, c, NULL);
    return status;
  }
  hx_comparing_clean_up(c, &summary);
  bool written = end_reports(command, c, &summary);
  status = hx_comparing_print(c->cx, &summary);
  if (status == HX_EXIT_OK && summary.joint == HX_COMPARE_INCONCLUSIVE)
    hx_warn("no verdict within the budget; passed, because of --on-inconclusive pass");
  hx_verdict_deinit(&summary);
  return written ? status : hx_command_exit_after(status);
}

static int gate(const hx_context *cx, const gate_command *command, const char *a, const char *b) {
  hx_comparing c;
  int status = hx_comparing_parse(&c, cx, &command->common, "gate");
  c.how.new_fails = command->on_new == ON_FAIL;
  c.how.removed_fails = command->on_removed == ON_FAIL;
  c.how.inconclusive_passes = command->on_inconclusive == ON_PASS;
  hx_waivers waivers = {0};
  c.how.waivers = &waivers;
  int reports = status == HX_EXIT_OK ? begin_reports(cx, command) : status;
  if (reports == HX_EXIT_OK)
    status = hx_comparing_init(&c, a, b);
  if (reports == HX_EXIT_OK && status == HX_EXIT_OK && c.comparison.repository.top[0] &&
      !hx_waivers_read(&c.comparison.repository, &waivers, &c.failure)) {
    hx_error("%s", HX_FAIL_LINE(&c.failure));
    status = HX_EXIT_USAGE;
  }
  if (reports == HX_EXIT_OK && status == HX_EXIT_OK &&
      c.comparison.side[0].kind == HX_SIDE_STORED) {
    hx_fail(
        &c.failure, PVS_BAD_VALUE,
        "a gate needs a verdict, and stored results only give advice; use pvtune compare for them");
    hx_error("%s", c.failure.message);
    status = HX_EXIT_USAGE;
  }
  if (reports != HX_EXIT_OK)
    status = reports;
  else if (status == HX_EXIT_OK)
    status = measure(&c, command);
  else
    end_reports(command, &c, NULL);
  bool judged = status == HX_EXIT_OK && !command->common.dry_run;
  for (size_t i = 0; judged && i < waivers.n; i++)
    if (!waivers.items[i].used)
      hx_note("%s: the waiver for %s concerns no workload of this gate", HX_WAIVERS_FILE,
              waivers.items[i].workload);
  status = hx_comparing_close(&c, status);
  hx_waivers_deinit(&waivers);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  const gate_command *command = storage;
  char *a = as_side(command->base), *b = as_side(command->head);
  int status = HX_EXIT_FAILED;
  if (a && b)
    status = gate(cx, command, a, b);
  else
    hx_error("out of memory");
  free(a);
  free(b);
  return status;
}

const hx_command hx_cmd_gate = {
    .name = "gate",
    .summary = "fail a build that is slower than a base revision",
    .synopsis = "",
    .description =
        "For build servers: compares the current revision with a base revision, and its exit code "
        "says whether it is slower. Both are built with the same compiler and flags and measured "
        "in turns on the same machine, so no figures from other days or machines are needed. If "
        "nothing could be measured the gate fails.\n\n"
        "The clone must contain the base: `fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab. "
        "examples/ci has a workflow for each.",
    .named_by = "revisions are named by --against and --head",
    .examples = "pvtune gate --against origin/main\n"
                "    is this branch as fast as main?\n"
                "pvtune gate --against origin/main --budget 5m --junit a.xml --markdown a.md\n"
                "    with reports, and more time for a verdict\n"
                "pvtune gate --against origin/main --margin 1% --dry-run\n"
                "    what would a margin of 1 % cost?\n"
                "pvtune gate --against HEAD~1 --build 'make -j' --workload cmd:'./prog input'\n"
                "    for any program in a git repository\n",
    .exit_codes = "1  nothing was measured\n"
                  "3  outputs differ\n"
                  "4  slower, or needs more memory than --max-rss-growth allows\n"
                  "5  inconclusive, with --on-inconclusive fail\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(gate_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
