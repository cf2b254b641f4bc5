/* pvtune gate: compare, for build servers. */
#include "cli/comparing.h"

#include "cli/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_gate;

typedef struct gate_command {
  hx_comparing_options common;
  const char *base, *head;
  int on_inconclusive;
  const char *junit, *markdown;
} gate_command;

enum { ON_INCONCLUSIVE_PASS, ON_INCONCLUSIVE_FAIL };

static const hx_option option_table[] = {
    HX_OPTION(STRING, gate_command, base, "base", .metavar = "REV", .flags = HX_OPT_REQUIRED,
              .help = "git revision to compare with, such as origin/main, or a side as in pvtune "
                      "compare"),
    HX_OPTION(STRING, gate_command, head, "head", .metavar = "REV", .default_text = "HEAD",
              .help = "git revision to judge, or a side"),
    HX_OPTION(CHOICE, gate_command, on_inconclusive, "on-inconclusive", .metavar = "WHAT",
              .default_text = "pass", .choices = "pass|fail",
              .help = "without a verdict within the budget: pass with a warning, or fail"),
    HX_OPTION(STRING, gate_command, junit, "junit", .metavar = "FILE", .choices = "FILE",
              .help = "write a JUnit XML report"),
    HX_OPTION(STRING, gate_command, markdown, "markdown", .metavar = "FILE", .choices = "FILE",
              .help = "append a summary for a merge request"),
    HX_OPTION(STRING, gate_command, common.what.base, "base-folder", .metavar = "DIR",
              .choices = "DIR",
              .help = "base folder of a study; with -p and -s short for --workload study:"),
    {.group = hx_workload_group,
     .offset = offsetof(gate_command, common.what),
     .default_text = "builtin:batteries"},
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

/* Reports are opened before anything is measured: two minutes are too long to learn of a typo. */
typedef struct reports {
  FILE *junit, *markdown;
} reports;

static bool open_one(const char *path, const char *mode, FILE **file) {
  *file = path ? fopen(path, mode) : NULL;
  if (path && !*file)
    hx_error("%s cannot be written: %s", path, strerror(errno));
  return !path || *file;
}

static bool close_one(const char *path, FILE *file) {
  if (!file || fclose(file) == 0)
    return true;
  hx_error("%s cannot be written: %s", path, strerror(errno));
  return false;
}

static int measure(hx_comparing *c, const reports *out) {
  hx_verdict_summary summary;
  int status = hx_comparing_open(c);
  if (status == HX_EXIT_OK)
    status = hx_comparing_measure(c, &summary);
  if (status != HX_EXIT_OK)
    summary = (hx_verdict_summary){.command = "gate",
                                   .a.text = c->comparison.side[0].text,
                                   .b.text = c->comparison.side[1].text,
                                   .failure = c->failure,
                                   .status = status};
  if (out->junit)
    hx_verdict_write_junit(&summary, out->junit);
  if (out->markdown)
    hx_verdict_write_markdown(&summary, out->markdown);
  if (status != HX_EXIT_OK)
    return status;
  status = hx_comparing_print(c->cx, &summary);
  if (status == HX_EXIT_OK && summary.joint == HX_COMPARE_INCONCLUSIVE)
    hx_warn("no verdict within the budget; passed, because of --on-inconclusive pass");
  hx_verdict_deinit(&summary);
  return status;
}

static int gate(const hx_context *cx, const gate_command *command, const char *a, const char *b) {
  hx_comparing c;
  reports out = {0};
  int status = hx_comparing_parse(&c, cx, &command->common, "gate");
  c.how.inconclusive_passes = command->on_inconclusive == ON_INCONCLUSIVE_PASS;
  if (status == HX_EXIT_OK)
    status = hx_comparing_init(&c, a, b);
  if (status == HX_EXIT_OK && c.comparison.side[0].kind == HX_SIDE_STORED) {
    hx_error(
        "a gate needs a verdict, and stored results only give advice; use pvtune compare for them");
    status = HX_EXIT_USAGE;
  }
  if (status == HX_EXIT_OK)
    status = open_one(command->junit, "we", &out.junit) &&
                     open_one(command->markdown, "ae", &out.markdown)
                 ? measure(&c, &out)
                 : HX_EXIT_USAGE;
  bool written = close_one(command->junit, out.junit);
  written = close_one(command->markdown, out.markdown) && written;
  hx_comparing_close(&c);
  return !written && status == HX_EXIT_OK ? HX_EXIT_FAILED : status;
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
    .examples = "pvtune gate --base origin/main\n"
                "    is this branch as fast as main?\n"
                "pvtune gate --base origin/main --budget 5m --junit speed.xml --markdown a.md\n"
                "    with reports, and more time for a verdict\n"
                "pvtune gate --base HEAD~1 --build 'make -j' --workload cmd:'./prog input'\n"
                "    for any program in a git repository\n",
    .exit_codes = "1  nothing was measured\n"
                  "3  outputs differ\n"
                  "4  slower\n"
                  "5  inconclusive, with --on-inconclusive fail\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(gate_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
