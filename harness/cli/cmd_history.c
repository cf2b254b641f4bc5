/* pvtune history: speed over commits, and who changed it. */
#include "cli/comparing.h"

#include "base/fail.h"
#include "base/text.h"

#include "cli/message.h"
#include "cli/table.h"
#include "cli/text.h"
#include "compare/bisect.h"
#include "compare/series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

extern const hx_command hx_cmd_history;

typedef struct history_command {
  hx_comparing_options common;
  bool bisect;
  const char *good, *bad;      /* ends of a bisection; NULL: those of the open changes */
  const char *accept, *reason; /* a commit */
  long last;
} history_command;

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, history_command, MEMBER, __VA_ARGS__)

static const hx_option option_table[] = {
    ROW(FLAG, bisect, "bisect", .excludes = "accept",
        .help = "compare commits to confirm that the program became slower, and find the commit "
                "that made it slower"),
    ROW(STRING, good, "good", .metavar = "REV", .needs = "bisect",
        .help = "with --bisect: begin at this revision, recorded or not"),
    ROW(STRING, bad, "bad", .metavar = "REV", .default_text = "HEAD", .needs = "good",
        .help = "with --bisect and --good: end at this revision"),
    ROW(STRING, accept, "accept", .metavar = "COMMIT",
        .help = "accept the change at this commit as intended"),
    ROW(STRING, reason, "reason", .metavar = "TEXT", .needs = "accept",
        .help = "with --accept: the reason, which is stored"),
    ROW(INT, last, "last", .metavar = "N", .default_text = "1000", .min = 2, .max = 1e6,
        .help = "show the newest N commits of the current branch"),
    {.group = hx_base_group, .offset = offsetof(history_command, common.what)},
    {.group = hx_workload_group,
     .offset = offsetof(history_command, common.what),
     .default_text = "the one recorded last"},
    {.group = hx_config_group, .offset = offsetof(history_command, common)},
    {.group = hx_comparing_group, .offset = offsetof(history_command, common), .needs = "bisect"},
    {.group = hx_effect_group, .offset = offsetof(history_command, common), .needs = "bisect"},
    {.group = hx_measuring_group,
     .offset = offsetof(history_command, common.how),
     .needs = "bisect",
     .default_text = "none"},
    {0}};

static void defaults(void *storage) {
  history_command *command = storage;
  *command = (history_command){.common = hx_comparing_defaults(), .last = 1000};
  command->common.outputs = HX_OUTPUTS_IGNORE;
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

static bool read_store(const hx_context *cx, stored *s, pvs_error *error) {
  hx_measure_session session;
  bool ok = hx_measure_session_look_at(&session, cx->results_dir, error) &&
            hx_store_rows_read(session.folder, &hx_verdicts_schema, &s->verdicts, error) &&
            hx_store_rows_read(session.folder, &hx_accepted_schema, &s->accepted, error);
  snprintf(s->folder, sizeof s->folder, "%s", session.folder);
  snprintf(s->allocation, sizeof s->allocation, "%s", session.env.identity.allocation);
  hx_measure_session_close(&session);
  return ok;
}

/* The order of commits; without a repository that of recording has to do. */
static bool read_repository(const history_command *command, stored *s, pvs_error *error) {
  char head[HX_COMMIT_TEXT];
  s->has_repository = hx_repository_open(NULL, &s->repository, NULL);
  return !s->has_repository || (hx_repository_resolve(&s->repository, "HEAD", head, error) &&
                                hx_repository_list(&s->repository, NULL, head,
                                                   (size_t)command->last, &s->commits, error));
}

static bool make_series(const hx_comparing *c, stored *s, pvs_error *error) {
  char config[HX_CONFIG_TEXT];
  hx_series_key key = {.allocation = s->allocation};
  if (c->how.config) {
    hx_config_format(c->how.config, config, sizeof config);
    key.config = config;
  }
  if (c->workloads.named)
    key.workload = c->workloads.items[0].key;
  return hx_series_make(&s->verdicts, &s->accepted, &key, s->has_repository ? &s->commits : NULL,
                        &s->series) ||
         hx_fail_memory(error);
}

static void stored_deinit(stored *s) {
  hx_series_deinit(&s->series);
  hx_commits_deinit(&s->commits);
  hx_store_rows_deinit(&s->verdicts);
  hx_store_rows_deinit(&s->accepted);
}

/* ---- the table ---- */

static const char *sentence(const hx_series *series, char *text, size_t cap) {
  const size_t fewest = 2 * hx_history_defaults().min_segment;
  if (series->n < fewest)
    snprintf(text, cap, "%zu commit%s %s too few to see a change: %zu are needed.", series->n,
             HX_S(series->n), series->n == 1 ? "is" : "are", fewest);
  else if (!series->n_changes)
    snprintf(text, cap, "No change over %zu commit%s.", series->n, HX_S(series->n));
  else if (!series->n_open)
    snprintf(text, cap, "%zu change%s over %zu commits, none of them slower and unexplained.",
             series->n_changes, HX_S(series->n_changes), series->n);
  else
    snprintf(text, cap,
             "%zu place%s where it seems to have become slower: --bisect confirms %s and names the "
             "commit, --accept COMMIT --reason TEXT says that it is meant.",
             series->n_open, HX_S(series->n_open), series->n_open == 1 ? "it" : "them");
  return text;
}

static void add_point(hx_table *t, const hx_series_point *point, size_t position) {
  const hx_verdict_row *row = point->row;
  hx_table_line(
      t, HX_N(position, 0), HX_T(row->b_revision), HX_T(point->commit ? point->commit->when : ""),
      HX_T(row->made_utc), HX_T(point->commit ? point->commit->subject : ""), HX_N(point->ratio, 3),
      HX_N(point->lower, 3), HX_N(point->upper, 3), HX_N(point->level, 3),
      HX_P(point->change ? point->change->change : (double)NAN, true),
      HX_T(point->change && point->change->accepted ? "accepted" : ""), HX_T(row->outputs));
  if (point->outputs_known)
    hx_table_bool(t, point->new_outputs);
  else
    hx_table_empty(t);
}

static int print_series(const hx_context *cx, const stored *s) {
  const hx_series *series = &s->series;
  char text[512];
  hx_table *t = hx_table_create("history", NULL);
  hx_table_fact(t, "workload", "%s", series->workload);
  hx_table_fact(t, "config", "%s", series->config);
  hx_table_fact(t, "reference", "%s", series->reference);
  hx_table_columns(t, "#position|revision=commit|committed|at_utc|subject=subject|"
                      "#ratio=x reference|#lower=from|#upper=to|#level=level|#change=change|"
                      "accepted=|outputs");
  hx_table_columns(t, series->n_new_outputs ? "?new_outputs=new outputs" : "?new_outputs");
  for (size_t i = 0; i < series->n; i++)
    add_point(t, &series->points[i], i + 1);
  hx_table_note(t, "%s", sentence(series, text, sizeof text));
  if (series->n_new_outputs)
    hx_table_note(t, "The outputs changed at %zu commit%s.", series->n_new_outputs,
                  HX_S(series->n_new_outputs));
  if (!s->has_repository)
    hx_table_note(t, "Without the commits' git repository their order is that of recording.");
  if (series->elsewhere)
    hx_table_note(t, "%zu record%s of commits outside of this branch: left out.", series->elsewhere,
                  HX_S(series->elsewhere));
  return hx_command_print(cx, t);
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

static int accept(const history_command *command, const stored *s) {
  pvs_error error = {0};
  char commit[HX_COMMIT_TEXT], utc[HX_UTC_TEXT];
  if (!command->reason || !command->reason[strspn(command->reason, " \t")])
    return hx_error_exit(HX_EXIT_USAGE,
                         "--accept needs --reason TEXT, for those who read the history later");
  snprintf(commit, sizeof commit, "%s", command->accept);
  if (s->has_repository && !hx_repository_resolve(&s->repository, command->accept, commit, &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  size_t at = hx_series_find(&s->series, commit);
  const hx_history_change *change = at < s->series.n ? change_near(&s->series, at) : NULL;
  if (!change)
    return hx_error_exit(HX_EXIT_USAGE, "--accept %s: %s", command->accept,
                         at < s->series.n
                             ? "there is no change near this commit"
                             : "this commit is not recorded; name one of those that pvtune "
                               "history lists");
  hx_accepted_row row;
  hx_store_row_clear(&hx_accepted_schema, &row);
  hx_utc_now(utc);
  row.commit = s->series.points[at].row->b_revision;
  row.workload = s->series.workload;
  row.change = change->change;
  row.reason = command->reason;
  row.accepted_utc = utc;
  if (!hx_store_row_keep(s->folder, &hx_accepted_schema, &row, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  const char *place = s->series.points[change->at].row->b_revision;
  hx_note("accepted: %+.1f %% at %s%s%s", hx_text_percent(change->change), place,
          change->at == at ? "" : ", the change nearest to ", change->at == at ? "" : row.commit);
  return HX_EXIT_OK;
}

/* ---- --bisect ---- */

static int bisection_status(const hx_bisection *r, const hx_commits *commits, hx_table *t) {
  const hx_commit *items = commits->items;
  double percent = hx_text_percent(r->whole.change), margin = 100 * r->margin;
  switch (r->end) {
  case HX_BISECTION_NAMED:
    hx_table_note(t, "%.*s made it slower: %s", HX_COMMIT_SHORT, items[r->first_bad].id,
                  items[r->first_bad].subject);
    return HX_EXIT_SLOWER;
  case HX_BISECTION_NARROWED:
    hx_table_note(t,
                  "one of the %zu commits after %.*s, up to %.*s, made it slower; those between "
                  "could not be judged",
                  r->first_bad - r->last_good, HX_COMMIT_SHORT, items[r->last_good].id,
                  HX_COMMIT_SHORT, items[r->first_bad].id);
    return HX_EXIT_SLOWER;
  case HX_BISECTION_NOT_CONFIRMED:
    hx_table_note(t, "not confirmed: %.*s is not slower than %.*s (%+.1f %%, margin %.3g %%)",
                  HX_COMMIT_SHORT, items[commits->n - 1].id, HX_COMMIT_SHORT, items[0].id, percent,
                  margin);
    return HX_EXIT_OK;
  case HX_BISECTION_UNDECIDED:
    hx_table_note(t,
                  "no verdict on %.*s against %.*s (%+.1f %%, margin %.3g %%): measure when the "
                  "machine is quieter",
                  HX_COMMIT_SHORT, items[commits->n - 1].id, HX_COMMIT_SHORT, items[0].id, percent,
                  margin);
    return HX_EXIT_INCONCLUSIVE;
  case HX_BISECTION_INTERRUPTED:
    hx_table_note(t, "interrupted after %zu comparison%s: no commit is named", r->comparisons,
                  HX_S(r->comparisons));
    return hx_measure_exit(HX_EXIT_FAILED);
  case HX_BISECTION_FAILED:
    break;
  }
  hx_table_note(t, "no result after %zu comparison%s", r->comparisons, HX_S(r->comparisons));
  return HX_EXIT_FAILED;
}

static void note_outputs(hx_table *t, const hx_bisection *r, const hx_commit *items) {
  if (r->differs_from == r->same_until + 1)
    hx_table_note(t, "%.*s changed the outputs: %s", HX_COMMIT_SHORT, items[r->differs_from].id,
                  items[r->differs_from].subject);
  else if (r->differs_from)
    hx_table_note(t, "one of the %zu commits after %.*s, up to %.*s, changed the outputs",
                  r->differs_from - r->same_until, HX_COMMIT_SHORT, items[r->same_until].id,
                  HX_COMMIT_SHORT, items[r->differs_from].id);
  if (r->n_varying)
    hx_table_note(t,
                  "outputs changed from run to run in %zu of %zu comparison%s, which therefore "
                  "%s nothing about them",
                  r->n_varying, r->comparisons, HX_S(r->comparisons),
                  r->n_varying == 1 ? "says" : "say");
}

static int print_bisection(const hx_context *cx, const hx_bisection *r, const hx_commits *commits) {
  static const char *const names[] = {"named",     "narrowed", "not confirmed",
                                      "undecided", "failed",   "interrupted"};
  bool named = r->end == HX_BISECTION_NAMED || r->end == HX_BISECTION_NARROWED;
  const hx_compare_result *whole = &r->whole;
  double bounds[3] = {whole->change, whole->lower > -1 ? whole->lower : (double)NAN, whole->upper};
  hx_table *t = hx_table_create("bisection", NULL);
  hx_table_columns(t, "result=result|commit=commit|subject=subject|#change=difference|#lower=from|"
                      "#upper=to|#margin=margin|last_good|#comparisons=comparisons|outputs_differ");
  hx_table_row(t);
  hx_table_text(t, "%s", names[r->end]);
  hx_table_text(t, "%.*s", HX_COMMIT_SHORT, named ? commits->items[r->first_bad].id : "");
  hx_table_text(t, "%s", named ? commits->items[r->first_bad].subject : "");
  for (int i = 0; i < 3; i++)
    hx_table_percent(t, r->comparisons ? bounds[i] : (double)NAN, true);
  hx_table_percent(t, r->margin, false);
  hx_table_text(t, "%.*s", HX_COMMIT_SHORT, named ? commits->items[r->last_good].id : "");
  hx_table_number(t, (double)r->comparisons, 0);
  hx_table_text(t, "%.*s", HX_COMMIT_SHORT,
                r->differs_from ? commits->items[r->differs_from].id : "");
  int status = bisection_status(r, commits, t);
  note_outputs(t, r, commits->items);
  int printed = hx_command_print(cx, t);
  return printed == HX_EXIT_OK ? status : printed;
}

/* The commits from `good` to `bad` (in full), with c ready to be initialised; `change`: suspected,
 * NaN unknown. */
static int bisect(hx_comparing *c, const hx_repository *repository, const char *good,
                  const char *bad, double change) {
  pvs_error error = {0};
  char a[HX_COMMIT_TEXT + 8], b[HX_COMMIT_TEXT + 8];
  hx_commits commits = {0};
  hx_bisection result;
  snprintf(a, sizeof a, "rev:%.*s", HX_COMMIT_SHORT, good);
  snprintf(b, sizeof b, "rev:%.*s", HX_COMMIT_SHORT, bad);
  c->how.b_later = true;
  int status = HX_EXIT_USAGE;
  if (!hx_repository_list(repository, good, bad, 0, &commits, &error)) {
    hx_command_fail(&error, HX_EXIT_FAILED);
  } else if (commits.n < 2) {
    hx_error("there is no commit between %.*s and %.*s", HX_COMMIT_SHORT, good, HX_COMMIT_SHORT,
             bad);
  } else if (c->workloads.n > 1) {
    hx_error("--bisect needs exactly one workload");
  } else {
    status = hx_comparing_init(c, a, b);
    status = status == HX_EXIT_OK ? hx_comparing_open(c) : status;
    if (status == HX_EXIT_OK)
      status = hx_bisection_of_commits(&c->comparison, &commits, change, &result, &error)
                   ? print_bisection(c->cx, &result, &commits)
                   : hx_command_fail(&error, HX_EXIT_FAILED);
  }
  hx_commits_deinit(&commits);
  return status;
}

/* The options, but for what the series was recorded with. They point into it. */
static hx_comparing_options as_recorded(const history_command *command, const hx_series *series,
                                        const hx_series_point *point) {
  hx_comparing_options options = command->common;
  options.what =
      (hx_workload_options){.workloads = {.items = (const char **)&series->workload, .count = 1}};
  options.config = series->config;
  if (!options.build && point->row->build[0])
    options.build = point->row->build;
  return options;
}

/* One change of the series, on the workload and configuration it was recorded with. */
static int bisect_change(const hx_context *cx, const history_command *command, const stored *s,
                         const hx_history_change *change) {
  size_t good, bad;
  hx_series_bracket(&s->series, change, &good, &bad);
  const hx_series_point *points = s->series.points;
  hx_comparing_options options = as_recorded(command, &s->series, &points[bad]);
  hx_comparing c;
  int status = hx_comparing_parse(&c, cx, &options, "compare");
  hx_text around = {0};
  hx_run_life_describe(&options.life.life, &around);
  if (status == HX_EXIT_OK && strcmp(around.at ? around.at : "", s->series.around) != 0) {
    hx_error("these records were made %s%s, and a bisection compares in the same way",
             s->series.around[0] ? "with " : "without anything around the runs", s->series.around);
    status = HX_EXIT_USAGE;
  }
  hx_text_deinit(&around);
  if (status == HX_EXIT_OK)
    status =
        bisect(&c, &s->repository, points[good].commit->id, points[bad].commit->id, change->change);
  status = hx_comparing_close(&c, status);
  return status;
}

static int bisect_open_changes(const hx_context *cx, const history_command *command,
                               const stored *s) {
  int worst = HX_EXIT_OK;
  for (size_t i = 0; i < s->series.n_changes; i++) {
    const hx_history_change *change = &s->series.changes[i];
    if (change->change <= 0 || change->accepted)
      continue;
    int status = bisect_change(cx, command, s, change);
    if (status == HX_EXIT_FAILED || status > HX_EXIT_SIGNAL)
      return status;
    worst = status == HX_EXIT_SLOWER || worst == HX_EXIT_OK ? status : worst;
  }
  return worst;
}

static int bisect_given(hx_comparing *c, const history_command *command) {
  pvs_error error = {0};
  char good[HX_COMMIT_TEXT], bad[HX_COMMIT_TEXT];
  hx_repository repository;
  if (hx_repository_open(NULL, &repository, &error) &&
      hx_repository_resolve(&repository, command->good, good, &error) &&
      hx_repository_resolve(&repository, command->bad ? command->bad : "HEAD", bad, &error))
    return bisect(c, &repository, good, bad, (double)NAN);
  return hx_command_fail(&error, HX_EXIT_USAGE);
}

static bool read_series(const hx_comparing *c, const history_command *command, stored *s,
                        pvs_error *error) {
  return read_store(c->cx, s, error) && read_repository(command, s, error) &&
         make_series(c, s, error);
}

/* The same where no workload is named: on the one that was recorded last. */
static int bisect_given_as_recorded(hx_comparing *c, const history_command *command, stored *s) {
  pvs_error error = {0};
  if (!read_series(c, command, s, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  if (!s->series.n)
    return command->common.build
               ? hx_error_exit(HX_EXIT_USAGE,
                               "--build: found no --workload, and nothing is recorded "
                               "here; expected --workload cmd:'COMMAND', which runs "
                               "what was built")
               : bisect_given(c, command);
  hx_comparing_options options =
      as_recorded(command, &s->series, &s->series.points[s->series.n - 1]);
  hx_comparing recorded;
  int status = hx_comparing_parse(&recorded, c->cx, &options, "compare");
  if (status == HX_EXIT_OK)
    status = bisect_given(&recorded, command);
  return hx_comparing_close(&recorded, status);
}

/* ---- */

static int show(hx_comparing *c, const history_command *command, stored *s) {
  pvs_error error = {0};
  if (!read_series(c, command, s, &error))
    return hx_command_fail(&error, HX_EXIT_FAILED);
  if (!s->series.n)
    return hx_error_exit(HX_EXIT_FAILED, "nothing %sis recorded here%s; run pvtune record",
                         s->verdicts.skipped ? "that can be read " : "",
                         s->series.elsewhere ? " of this branch" : "");
  if (command->accept)
    return accept(command, s);
  if (!command->bisect)
    return print_series(c->cx, s);
  if (!s->has_repository)
    return hx_error_exit(HX_EXIT_USAGE,
                         "--bisect needs the git repository of the commits; run it inside of that");
  if (!s->series.n_open) {
    hx_note("there is no unexplained slowdown to bisect");
    return print_series(c->cx, s);
  }
  return bisect_open_changes(c->cx, command, s);
}

static int run(const hx_context *cx, void *storage) {
  const history_command *command = storage;
  stored s = {.verdicts = {.schema = &hx_verdicts_schema},
              .accepted = {.schema = &hx_accepted_schema}};
  hx_comparing c;
  int status = hx_comparing_parse(&c, cx, &command->common, "compare");
  if (status == HX_EXIT_OK)
    status = !command->good      ? show(&c, command, &s)
             : c.workloads.named ? bisect_given(&c, command)
                                 : bisect_given_as_recorded(&c, command, &s);
  status = hx_comparing_close(&c, status);
  stored_deinit(&s);
  return status;
}

const hx_command hx_cmd_history = {
    .name = "history",
    .summary = "show speed over commits, and find the commit of a change",
    .synopsis = "",
    .description =
        "Shows what pvtune record measured, in the order of the commits, and where the speed "
        "changed. Single outliers do not count as changes. Commits whose outputs are other than "
        "those of the record before are marked. A change shown here is only a "
        "suspicion: --bisect compares the commits before and after it and, if the later one is "
        "slower, bisects the commits between them, recorded or not. Commits that do not build are "
        "skipped.\n\n"
        "An intended change can be accepted with a reason. Later commits are then judged by the "
        "new speed.",
    .named_by = "a workload is named by --workload",
    .examples = "pvtune history\n"
                "    the records of the current branch on this machine\n"
                "pvtune history --bisect\n"
                "    which commits made it slower?\n"
                "pvtune history --bisect --good v1.0 --build make --workload cmd:'./prog input'\n"
                "    without records: which commit since v1.0 made a program slower?\n"
                "pvtune history --accept 1a2b3c4 --reason 'outputs are checked now'\n"
                "    accept an intended change\n",
    .exit_codes = "1  nothing is recorded, or a comparison failed\n"
                  "4  --bisect: confirmed to be slower\n"
                  "5  --bisect: no verdict\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(history_command),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
