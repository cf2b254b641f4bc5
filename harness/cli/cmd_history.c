/* pvtune history: speed over commits; which commit changed it. */
#include "cli/versus.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cli/series_hunt.h"
#include "cli/table.h"
#include "compare/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_history;

typedef struct history_options {
  hx_versus_options versus;
  bool bisect;
  const char *good, *bad;      /* bisect these; NULL: the open changes */
  const char *accept, *reason; /* a commit */
  long last;
} history_options;

static const hx_option option_table[] = {
    {.name = "bisect",
     .type = HX_OPT_FLAG,
     .offset = offsetof(history_options, bisect),
     .help = "confirm what became slower, and find the commit that did it, by compare"},
    {.name = "good",
     .type = HX_OPT_STRING,
     .offset = offsetof(history_options, good),
     .metavar = "REV",
     .help = "with --bisect: begin here, whatever was recorded"},
    {.name = "bad",
     .type = HX_OPT_STRING,
     .offset = offsetof(history_options, bad),
     .metavar = "REV",
     .default_text = "HEAD",
     .help = "with --bisect and --good: end here"},
    {.name = "accept",
     .type = HX_OPT_STRING,
     .offset = offsetof(history_options, accept),
     .metavar = "COMMIT",
     .help = "the change at this commit is meant to be: the new level"},
    {.name = "reason",
     .type = HX_OPT_STRING,
     .offset = offsetof(history_options, reason),
     .metavar = "TEXT",
     .help = "why; kept with --accept"},
    {.name = "last",
     .type = HX_OPT_INT,
     .offset = offsetof(history_options, last),
     .metavar = "N",
     .default_text = "1000",
     .min = 2,
     .max = 1e6,
     .help = "of the newest N commits of the current branch"},
    HX_VERSUS_WORKLOAD_ROWS(history_options, versus, "base", "that recorded last"),
    HX_VERSUS_EFFECT_ROWS(history_options, versus),
    HX_VERSUS_MEASURE_ROWS(history_options, versus, "none"),
    {0}};

static void defaults(void *storage) {
  history_options *options = storage;
  *options = (history_options){.versus = hx_versus_defaults(), .last = 1000};
  options->versus.outputs = HX_VERSUS_OUTPUTS_IGNORE;
}

/* ---- what is stored ---- */

typedef struct stored {
  char folder[PATH_MAX], allocation[256];
  hx_store_rows verdicts, accepted;
  bool has_repository;
  hx_repository repository;
  hx_commits commits;
  hx_series series;
} stored;

static bool fail(const char *text) {
  hx_error("%s", text);
  return false;
}

static bool read_store(const hx_context *cx, stored *s) {
  pvs_error error = {0};
  hx_measure_session session;
  bool ok = hx_measure_session_look(&session, cx);
  if (ok) {
    const hx_identity *identity = &session.env.identity;
    snprintf(s->allocation, sizeof s->allocation, "%s", identity->allocation);
    ok = (hx_store_folder(cx->results_dir, identity->machine, false, s->folder, sizeof s->folder,
                          &error) &&
          hx_store_rows_read(s->folder, &hx_verdicts_schema, &s->verdicts, &error) &&
          hx_store_rows_read(s->folder, &hx_accepted_schema, &s->accepted, &error)) ||
         fail(HX_FAIL_LINE(&error));
  }
  hx_measure_session_close(&session);
  return ok;
}

/* The order of commits; without a repository that of recording has to do. */
static bool read_repository(const history_options *options, stored *s) {
  pvs_error error = {0};
  char head[HX_COMMIT_TEXT];
  s->has_repository = hx_repository_open(NULL, &s->repository, &error);
  if (!s->has_repository)
    return true;
  return (hx_repository_resolve(&s->repository, "HEAD", head, &error) &&
          hx_repository_list(&s->repository, NULL, head, (size_t)options->last, &s->commits,
                             &error)) ||
         fail(HX_FAIL_LINE(&error));
}

static bool make_series(const history_options *options, stored *s) {
  hx_series_key key = {.allocation = s->allocation};
  pvs_error error = {0};
  char config[HX_CONFIG_TEXT];
  hx_config parsed;
  hx_workload workload = {0};
  if (options->versus.config) {
    if (!hx_config_parse(options->versus.config, &parsed, &error))
      return fail(HX_FAIL_LINE(&error));
    hx_config_format(&parsed, config, sizeof config);
    key.config = config;
  }
  bool ok = true;
  const hx_versus_options *o = &options->versus;
  if (o->workloads.count) {
    ok = hx_workload_parse(o->workloads.items[0], &workload, &error);
    key.workload = workload.key;
  } else if (o->base && o->project && o->studies.count) {
    ok = hx_workload_study(o->base, o->project, o->studies.items[0], &workload, &error);
    key.workload = workload.key;
  }
  if (ok) {
    ok = hx_series_make(&s->verdicts, &s->accepted, &key, s->has_repository ? &s->commits : NULL,
                        &s->series) ||
         hx_fail_memory(&error);
  }
  hx_workload_deinit(&workload);
  return ok || fail(HX_FAIL_LINE(&error));
}

static void stored_deinit(stored *s) {
  hx_series_deinit(&s->series);
  hx_commits_deinit(&s->commits);
  hx_store_rows_deinit(&s->verdicts);
  hx_store_rows_deinit(&s->accepted);
}

/* ---- the table ---- */

static const char *sentence(const hx_series *series, char *text, size_t cap) {
  if (!series->n_changes)
    snprintf(text, cap, "No change over %zu commits.", series->n);
  else if (!series->n_open)
    snprintf(text, cap, "%zu change%s over %zu commits, none of them slower and unexplained.",
             series->n_changes, series->n_changes == 1 ? "" : "s", series->n);
  else
    snprintf(text, cap,
             "%zu place%s where it seems to have become slower: --bisect confirms %s and names the "
             "commit, --accept COMMIT --reason TEXT says that it is meant.",
             series->n_open, series->n_open == 1 ? "" : "s", series->n_open == 1 ? "it" : "them");
  return text;
}

static void add_point(hx_table *t, const hx_series_point *point, size_t position) {
  const hx_verdict_row *row = point->row;
  hx_table_row(t);
  hx_table_number(t, (double)position, 0);
  hx_table_text(t, "%s", row->b_revision);
  hx_table_text(t, "%s", point->commit ? point->commit->when : "");
  hx_table_text(t, "%s", row->made_utc);
  hx_table_text(t, "%s", point->commit ? point->commit->subject : "");
  hx_table_number(t, point->ratio, 3);
  hx_table_number(t, point->lower, 3);
  hx_table_number(t, point->upper, 3);
  hx_table_number(t, point->level, 3);
  if (point->change)
    hx_table_number_as(t, point->change->change, "%+.1f %%", 100 * point->change->change);
  else
    hx_table_empty(t);
  hx_table_text(t, "%s", point->change && point->change->accepted ? "accepted" : "");
}

static int print_series(const hx_context *cx, const hx_series *series) {
  char text[512];
  hx_table *t = hx_table_create("history", NULL);
  hx_table_fact(t, "workload", "%s", series->workload);
  hx_table_fact(t, "config", "%s", series->config);
  hx_table_fact(t, "reference", "%s", series->reference);
  hx_table_column(t, "position", NULL, HX_COL_NUMBER);
  hx_table_column(t, "revision", "commit", HX_COL_TEXT);
  hx_table_column(t, "committed", NULL, HX_COL_TEXT);
  hx_table_column(t, "at_utc", NULL, HX_COL_TEXT);
  hx_table_column(t, "subject", "subject", HX_COL_TEXT);
  hx_table_column(t, "ratio", "x reference", HX_COL_NUMBER);
  hx_table_column(t, "lower", "from", HX_COL_NUMBER);
  hx_table_column(t, "upper", "to", HX_COL_NUMBER);
  hx_table_column(t, "level", "level", HX_COL_NUMBER);
  hx_table_column(t, "change", "change", HX_COL_NUMBER);
  hx_table_column(t, "accepted", "", HX_COL_TEXT);
  for (size_t i = 0; i < series->n; i++)
    add_point(t, &series->points[i], i + 1);
  hx_table_note(t, "%s", sentence(series, text, sizeof text));
  if (series->elsewhere)
    hx_table_note(t, "%zu record%s of commits that are not on this branch left out.",
                  series->elsewhere, series->elsewhere == 1 ? "" : "s");
  int status = hx_command_print(cx, &t, 1);
  hx_table_destroy(t);
  return status;
}

/* ---- --accept ---- */

/* The change at the point, or the nearest within reach; NULL: none. */
static const hx_history_change *change_near(const hx_series *series, size_t at) {
  const hx_history_change *best = NULL;
  size_t least = HX_SERIES_SLACK + 1;
  for (size_t i = 0; i < series->n_changes; i++) {
    const hx_history_change *change = &series->changes[i];
    size_t distance = change->at > at ? change->at - at : at - change->at;
    if (distance < least) {
      least = distance;
      best = change;
    }
  }
  return best;
}

static int accept(const history_options *options, const stored *s) {
  pvs_error error = {0};
  char commit[HX_COMMIT_TEXT], utc[HX_UTC_TEXT];
  if (!options->reason || !options->reason[strspn(options->reason, " \t")]) {
    hx_error("--accept needs --reason TEXT: who reads the history later wants to know why");
    return HX_EXIT_USAGE;
  }
  snprintf(commit, sizeof commit, "%s", options->accept);
  if (s->has_repository &&
      !hx_repository_resolve(&s->repository, options->accept, commit, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_USAGE;
  }
  size_t at = hx_series_find(&s->series, commit);
  const hx_history_change *change = at < s->series.n ? change_near(&s->series, at) : NULL;
  if (!change) {
    hx_error("--accept %s: %s", options->accept,
             at < s->series.n ? "there is no change near this commit"
                              : "this commit is not recorded; name one of those that pvtune "
                                "history lists");
    return HX_EXIT_USAGE;
  }
  hx_accepted_row row;
  hx_store_row_clear(&hx_accepted_schema, &row);
  hx_utc_now(utc);
  row.commit = s->series.points[at].row->b_revision;
  row.workload = s->series.workload;
  row.change = change->change;
  row.reason = options->reason;
  row.accepted_utc = utc;
  hx_store_file *file = hx_store_file_open(s->folder, &hx_accepted_schema, &error);
  bool ok = file && hx_store_file_append(file, &row, 1, &error) && hx_store_file_sync(file, &error);
  hx_store_file_close(file);
  if (!ok) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_FAILED;
  }
  hx_note("accepted: %+.1f %% at %s", 100 * change->change, row.commit);
  return HX_EXIT_OK;
}

/* ---- --bisect ---- */

static int bisect_open_changes(const hx_context *cx, const history_options *options,
                               const stored *s) {
  int worst = HX_EXIT_OK;
  for (size_t i = 0; i < s->series.n_changes; i++) {
    const hx_history_change *change = &s->series.changes[i];
    if (change->change <= 0 || change->accepted)
      continue;
    size_t good, bad;
    hx_series_bracket(&s->series, change, &good, &bad);
    hx_series_hunt_request request = {.options = options->versus,
                                      .repository = &s->repository,
                                      .workload = s->series.workload,
                                      .config = s->series.config,
                                      .good = s->series.points[good].commit->id,
                                      .bad = s->series.points[bad].commit->id,
                                      .change = change->change};
    if (!request.options.build && s->series.points[bad].row->build[0])
      request.options.build = s->series.points[bad].row->build;
    int status = hx_series_hunt(cx, &request);
    worst = status == HX_EXIT_SLOWER || worst == HX_EXIT_OK ? status : worst;
    if (status == HX_EXIT_FAILED)
      return status;
  }
  return worst;
}

static int bisect_given(const hx_context *cx, const history_options *options) {
  pvs_error error = {0};
  char good[HX_COMMIT_TEXT], bad[HX_COMMIT_TEXT];
  hx_repository repository;
  if (!hx_repository_open(NULL, &repository, &error) ||
      !hx_repository_resolve(&repository, options->good, good, &error) ||
      !hx_repository_resolve(&repository, options->bad ? options->bad : "HEAD", bad, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_USAGE;
  }
  hx_series_hunt_request request = {.options = options->versus,
                                    .repository = &repository,
                                    .good = good,
                                    .bad = bad,
                                    .change = (double)NAN};
  return hx_series_hunt(cx, &request);
}

/* ---- */

static int show(const hx_context *cx, const history_options *options, stored *s) {
  if (!read_store(cx, s) || !read_repository(options, s) || !make_series(options, s))
    return HX_EXIT_FAILED;
  if (!s->series.n) {
    hx_error("nothing is recorded here%s: pvtune record does",
             s->series.elsewhere ? " of this branch" : "");
    return HX_EXIT_FAILED;
  }
  if (options->accept)
    return accept(options, s);
  if (!options->bisect)
    return print_series(cx, &s->series);
  if (!s->has_repository) {
    hx_error("--bisect needs the git repository of the commits: call it from within");
    return HX_EXIT_USAGE;
  }
  if (!s->series.n_open) {
    hx_note("nothing to bisect: no change for the slower is open");
    return print_series(cx, &s->series);
  }
  return bisect_open_changes(cx, options, s);
}

static int run(const hx_context *cx, void *storage) {
  const history_options *options = storage;
  const char *wrong =
      options->bisect && options->accept ? "--bisect and --accept do not go together"
      : (options->good || options->bad) && !options->bisect ? "--good and --bad are for --bisect"
      : options->bad && !options->good                      ? "--bad needs --good"
      : options->reason && !options->accept                 ? "--reason is for --accept"
                                                            : NULL;
  if (wrong) {
    hx_error("%s", wrong);
    return HX_EXIT_USAGE;
  }
  if (options->good)
    return bisect_given(cx, options);
  stored s = {.verdicts = {.schema = &hx_verdicts_schema},
              .accepted = {.schema = &hx_accepted_schema}};
  int status = show(cx, options, &s);
  stored_deinit(&s);
  return status;
}

const hx_command hx_cmd_history = {
    .name = "history",
    .summary = "speed over commits, with its changes and who made them",
    .synopsis = "",
    .description =
        "Shows what pvtune record measured, in the order of the commits, and where the level "
        "changed. Single outliers are no change; a change found here is a suspicion. --bisect "
        "confirms it with pvtune compare and bisects the commits between, recorded or not, with "
        "compare as the judge; commits that do not build are passed over.\n\n"
        "A change that is meant to be can be accepted with a reason: its level is the new one "
        "from then on.",
    .examples = "pvtune history\n"
                "    the current branch, as recorded on this machine\n"
                "pvtune history --bisect\n"
                "    which commits made it slower?\n"
                "pvtune history --bisect --good v1.0 --build make --workload cmd:'./prog input'\n"
                "    without records: which commit since v1.0 made this program slower?\n"
                "pvtune history --accept 1a2b3c4 --reason 'outputs are checked now'\n"
                "    it is meant to be\n",
    .exit_codes = "1  nothing is recorded, or a comparison failed\n"
                  "4  --bisect: confirmed to be slower\n"
                  "5  --bisect: no verdict\n",
    .options = option_table,
    .options_size = sizeof(history_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
