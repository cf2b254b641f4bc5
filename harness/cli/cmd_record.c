/* pvtune record: commits' times relative to a pinned reference. */
#include "cli/comparing.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cli/table.h"
#include "compare/recording.h"
#include "compare/reference.h"
#include "measure/tool.h"

#include <math.h>
#include <stdio.h>

extern const hx_command hx_cmd_record;

typedef struct record_command {
  hx_comparing_options common;
  const char *reference;
  bool again;
} record_command;

static const hx_option option_table[] = {
    {.group = hx_base_group, .offset = offsetof(record_command, common.what)},
    {.group = hx_workload_group,
     .offset = offsetof(record_command, common.what),
     .default_text = "builtin:batteries"},
    {.group = hx_config_group, .offset = offsetof(record_command, common)},
    {.group = hx_comparing_group, .offset = offsetof(record_command, common)},
    HX_OPTION(STRING, record_command, reference, "reference", .metavar = "REV",
              .default_text = "the first commit recorded here",
              .help = "make this revision the reference from now on, which begins a new series"),
    HX_OPTION(STRING, record_command, reference, "pin", .metavar = "REV", .flags = HX_OPT_HIDDEN,
              .help = "as it was called before 'reference'"),
    HX_OPTION(FLAG, record_command, again, "again",
              .help = "also measure commits that are already recorded"),
    HX_OPTION(INT, record_command, common.blocks, "blocks", .metavar = "N", .default_text = "12",
              .min = 6, .max = HX_COMPARE_MAX_BLOCKS,
              .help = "ABBA blocks, of four runs each, for each commit"),
    {.group = hx_measuring_group,
     .offset = offsetof(record_command, common.how),
     .default_text = "none"},
    {0}};

static void defaults(void *storage) {
  record_command *command = storage;
  *command = (record_command){.common = hx_comparing_defaults()};
  command->common.blocks = 12;
  /* Outputs may change over a history: every commit is measured, and differences are told. */
  command->common.outputs = HX_OUTPUTS_IGNORE;
}

static hx_table *make_table(const hx_comparison *c) {
  hx_table *t = hx_table_create("records", NULL);
  hx_table_fact(t, "reference", "%s", c->ready[0].revision);
  hx_table_columns(t, "revision=commit|subject=subject|workload=workload|#ratio=x reference|"
                      "#lower=from|#upper=to|#runs=runs|outputs=outputs");
  return t;
}

/* A commit may change outputs on purpose, so that this is no error; but nobody should miss it. */
static void warn_of_outputs(const hx_comparison *c, const hx_commit *commit,
                            const hx_verdict_line *line) {
  if (line->duet.outputs == HX_DUET_OUTPUTS_DIFFER)
    hx_warn("%.*s on %s: %s (A is the reference, %s)", HX_COMMIT_SHORT, commit->id, line->workload,
            line->duet.reason, c->ready[0].revision);
  else if (line->duet.outputs == HX_DUET_OUTPUTS_VARY)
    hx_warn("%.*s on %s: outputs cannot be compared: %s (A is the reference, %s; B is %.*s)",
            HX_COMMIT_SHORT, commit->id, line->workload, line->duet.reason, c->ready[0].revision,
            HX_COMMIT_SHORT, commit->id);
}

/* Returns how many workloads were measured. */
static size_t add_rows(hx_table *t, const hx_comparison *c, const hx_commit *commit,
                       const hx_verdict_summary *summary) {
  size_t n = 0;
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    const hx_compare_result *r = &line->duet.compare;
    if (!line->measured || line->fate == HX_FATE_INTERRUPTED) {
      if (line->duet.failed)
        hx_warn("%.*s on %s: %s", HX_COMMIT_SHORT, commit->id, line->workload, line->duet.reason);
      continue;
    }
    char id[HX_COMMIT_SHORT + 1];
    snprintf(id, sizeof id, "%.*s", HX_COMMIT_SHORT, commit->id);
    hx_table_line(t, HX_T(id), HX_T(commit->subject), HX_T(line->workload), HX_N(1 + r->change, 3),
                  HX_N(r->lower > -1 ? 1 + r->lower : (double)NAN, 3),
                  HX_N(isfinite(r->upper) ? 1 + r->upper : (double)NAN, 3), HX_N(r->runs, 0),
                  HX_T(hx_duet_outputs_name(line->duet.outputs)));
    warn_of_outputs(c, commit, line);
    n++;
  }
  return n;
}

static int conclude(hx_comparing *c, hx_table *t, size_t recorded, size_t known, bool failed) {
  int number = hx_measure_interrupted();
  if (known)
    hx_note("%zu commit%s already recorded (--again measures them again)", known,
            known == 1 ? " is" : "s are");
  int status = recorded ? hx_command_print(c->cx, t) : HX_EXIT_OK;
  if (!recorded)
    hx_table_destroy(t);
  if (number) {
    hx_note("interrupted: what was recorded is kept");
    return HX_EXIT_SIGNAL + number;
  }
  if (recorded || known)
    return failed ? HX_EXIT_FAILED : status;
  return hx_error_exit(HX_EXIT_FAILED, "nothing was recorded");
}

static int record_all(hx_comparing *c, bool again, const hx_commits *commits) {
  pvs_error error = {0};
  hx_store_rows verdicts;
  size_t recorded = 0, known = 0;
  bool failed = false;
  if (!hx_store_rows_read(c->session.folder, &hx_verdicts_schema, &verdicts, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  hx_table *t = make_table(&c->comparison);
  for (size_t i = 0; i < commits->n && !failed && !hx_measure_interrupted(); i++) {
    const hx_commit *commit = &commits->items[i];
    hx_verdict_summary summary;
    pvs_error why = {0};
    char said[HX_TOOL_LAST_WORDS];
    if (!again && hx_recording_is_known(&c->comparison, &verdicts, commit)) {
      known++;
    } else if (!hx_comparison_replace_b(&c->comparison, commit->id, &why)) {
      if (!hx_measure_interrupted())
        hx_warn("%s%s", HX_FAIL_LINE(&why),
                hx_tool_last_words(c->comparison.failed_log, said, sizeof said));
    } else if (hx_comparing_measure(c, &summary) != HX_EXIT_OK) {
      failed = true;
    } else {
      recorded += add_rows(t, &c->comparison, commit, &summary) > 0;
      hx_verdict_deinit(&summary);
    }
  }
  int status = conclude(c, t, recorded, known, failed);
  hx_store_rows_deinit(&verdicts);
  return status;
}

static int with_reference(hx_comparing *c, const record_command *command, const hx_commits *commits,
                          const hx_reference *reference) {
  char b[HX_COMMIT_TEXT + 8];
  hx_ready_side *a = &c->comparison.ready[0];
  snprintf(b, sizeof b, "rev:%s", commits->items[0].id);
  c->how.b_later = true;
  int status = hx_comparing_init(c, reference->side, b);
  if (status == HX_EXIT_OK)
    status = hx_comparing_open(c);
  if (status != HX_EXIT_OK)
    return status;
  snprintf(a->revision, sizeof a->revision, "%s", reference->revision);
  return record_all(c, command->again, commits);
}

/* results/<machine>, made when needed. */
static bool machine_folder(const hx_context *cx, char folder[PATH_MAX], pvs_error *error) {
  hx_measure_session session;
  bool ok =
      hx_measure_session_look(&session, error) &&
      hx_store_folder(cx->results_dir, session.env.identity.machine, true, folder, PATH_MAX, error);
  hx_measure_session_close(&session);
  return ok;
}

static int run(const hx_context *cx, void *storage) {
  const record_command *command = storage;
  pvs_error error = {0};
  char folder[PATH_MAX];
  hx_repository repository;
  hx_commits commits = {0};
  hx_reference reference;
  hx_comparing c;
  int status = hx_comparing_parse(&c, cx, &command->common, "record");
  hx_recipe recipe = {.command = c.how.build,
                      .variables = c.how.build_variables,
                      .n_variables = c.how.n_build_variables};
  if (status != HX_EXIT_OK) {
  } else if (!hx_repository_open(NULL, &repository, &error) ||
             !hx_recording_commits(&repository, cx->args, cx->n_args, &commits, &error)) {
    hx_command_fail(&error, HX_EXIT_FAILED);
    status = HX_EXIT_USAGE;
  } else if (!hx_comparing_check_revisions(&c, &error)) {
    status = hx_command_fail(&error, HX_EXIT_USAGE);
  } else if (!commits.n) {
    hx_note("nothing to record: %s has no commits", cx->args[0]);
  } else if (!machine_folder(cx, folder, &error) ||
             !hx_reference_get(folder, &repository, &recipe, command->reference,
                               commits.items[0].id, &c.teller.listener, &reference, &error)) {
    status = hx_command_fail(&error, HX_EXIT_FAILED);
  } else {
    status = with_reference(&c, command, &commits, &reference);
  }
  status = hx_comparing_close(&c, status);
  hx_commits_deinit(&commits);
  return status;
}

const hx_command hx_cmd_record = {
    .name = "record",
    .summary = "measure commits against a pinned reference, for history",
    .synopsis = "[REV|FIRST..LAST]...",
    .max_args = -1,
    .description =
        "Measures commits (by default HEAD) in turns with a pinned reference, and stores how much "
        "longer they take. FIRST..LAST means the commits after FIRST up to LAST, along first "
        "parents; as in git, FIRST itself is not one of them. If the machine is slower on another "
        "day, so is the reference, so the "
        "ratios stay comparable. A warning names each commit whose outputs are not those of the "
        "reference; that is no error, because a commit may change them on purpose.\n\n"
        "The first recorded commit becomes the reference unless --reference names another. For "
        "pvtune itself, the binary of the reference is kept in the results folder; for other "
        "programs (--build), the commit is built again when it is needed. pvtune history shows "
        "the records.",
    .examples = "pvtune record\n"
                "    the current commit\n"
                "pvtune record v1.0..HEAD\n"
                "    all commits since v1.0 that are not recorded yet\n"
                "pvtune record --build make --workload cmd:'./prog input' HEAD~30..HEAD\n"
                "    any program\n",
    .exit_codes = "1  nothing was recorded\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(record_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
