/* pvtune gate: compare, for build servers. */
#include "cli/versus.h"

#include "cli/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_gate;

typedef struct gate_options {
  hx_versus_options versus;
  const char *base, *head;
  int on_inconclusive;
  const char *junit, *markdown;
} gate_options;

enum { ON_INCONCLUSIVE_PASS, ON_INCONCLUSIVE_FAIL };

static const hx_option option_table[] = {
    {.name = "base",
     .type = HX_OPT_STRING,
     .offset = offsetof(gate_options, base),
     .metavar = "REV",
     .help = "git revision to be as fast as, such as origin/main; or a side as compare takes it",
     .flags = HX_OPT_REQUIRED},
    {.name = "head",
     .type = HX_OPT_STRING,
     .offset = offsetof(gate_options, head),
     .metavar = "REV",
     .default_text = "HEAD",
     .help = "git revision that is judged, or a side"},
    {.name = "on-inconclusive",
     .type = HX_OPT_CHOICE,
     .offset = offsetof(gate_options, on_inconclusive),
     .metavar = "WHAT",
     .default_text = "pass",
     .choices = "pass|fail",
     .help = "when the budget does not give a verdict: pass with a warning, or fail"},
    {.name = "junit",
     .type = HX_OPT_STRING,
     .offset = offsetof(gate_options, junit),
     .metavar = "FILE",
     .choices = "FILE",
     .help = "write a JUnit XML report"},
    {.name = "markdown",
     .type = HX_OPT_STRING,
     .offset = offsetof(gate_options, markdown),
     .metavar = "FILE",
     .choices = "FILE",
     .help = "append a summary for a merge request"},
    HX_VERSUS_WORKLOAD_ROWS(gate_options, versus, "base-folder", "builtin:batteries"),
    HX_VERSUS_EFFECT_ROWS(gate_options, versus),
    HX_VERSUS_EVIDENCE_ROWS(gate_options, versus),
    HX_VERSUS_MEASURE_ROWS(gate_options, versus, "120s"),
    {0}};

static void defaults(void *storage) {
  *(gate_options *)storage = (gate_options){.versus = hx_versus_defaults(), .head = "HEAD"};
  ((gate_options *)storage)->versus.budget_s = 120;
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

static int measure(const hx_context *cx, hx_versus *v, const gate_options *options,
                   const reports *out) {
  hx_verdict_summary summary;
  if (!hx_versus_open(v) || !hx_versus_measure(v, &summary))
    return v->status;
  summary.inconclusive_passes = options->on_inconclusive == ON_INCONCLUSIVE_PASS;
  hx_verdict_conclude(&summary);
  if (out->junit)
    hx_verdict_write_junit(&summary, out->junit);
  if (out->markdown)
    hx_verdict_write_markdown(&summary, out->markdown);
  int status = hx_versus_print(cx, &summary);
  if (status == HX_EXIT_OK && summary.joint == HX_COMPARE_INCONCLUSIVE)
    hx_warn("no verdict within the budget: passed, as --on-inconclusive says");
  hx_versus_free(&summary);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  const gate_options *options = storage;
  char *a = as_side(options->base), *b = as_side(options->head);
  hx_versus v = {0};
  reports out = {0};
  int status = HX_EXIT_USAGE;
  if (!a || !b) {
    hx_error("out of memory");
    status = HX_EXIT_FAILED;
  } else if (!hx_versus_init(&v, cx, &options->versus, "gate", a, b)) {
    status = v.status;
  } else if (v.side[0].kind == HX_SIDE_STORED) {
    hx_error("stored results are advice, and a gate needs a verdict: use compare for them");
  } else if (open_one(options->junit, "we", &out.junit) &&
             open_one(options->markdown, "ae", &out.markdown)) {
    status = measure(cx, &v, options, &out);
  }
  bool written = close_one(options->junit, out.junit);
  written = close_one(options->markdown, out.markdown) && written;
  hx_versus_close(&v);
  free(a);
  free(b);
  return !written && status == HX_EXIT_OK ? HX_EXIT_FAILED : status;
}

const hx_command hx_cmd_gate = {
    .name = "gate",
    .summary = "fail a build whose speed is worse than that of a base revision",
    .synopsis = "",
    .description =
        "One command for a build server: compares the revision at hand with a base and says with "
        "its exit code what became of the speed. Both are built side by side with the same "
        "compiler and flags and measured in turns on the same machine, so that no numbers of "
        "other days or machines are needed. A gate that could not measure fails.\n\n"
        "The clone must have the base: `fetch-depth: 0` on GitHub, GIT_DEPTH: 0 on GitLab. "
        "examples/ci has a workflow for each.",
    .examples = "pvtune gate --base origin/main\n"
                "    is this branch as fast as main?\n"
                "pvtune gate --base origin/main --budget 5m --junit speed.xml --markdown a.md\n"
                "    with reports, and more time for a verdict\n"
                "pvtune gate --base HEAD~1 --build 'make -j' --workload cmd:'./prog input'\n"
                "    any program in a git repository\n",
    .exit_codes = "1  nothing was measured\n"
                  "3  outputs differ\n"
                  "4  slower\n"
                  "5  inconclusive, with --on-inconclusive fail\n",
    .options = option_table,
    .options_size = sizeof(gate_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
