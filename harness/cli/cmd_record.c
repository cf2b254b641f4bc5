/* pvtune record: commits' times relative to a pinned reference. */
#include "cli/versus.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cli/table.h"
#include "compare/reference.h"
#include "compare/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const hx_command hx_cmd_record;

typedef struct record_options {
  hx_versus_options versus;
  const char *pin;
  bool again;
} record_options;

static const hx_option option_table[] = {
    HX_VERSUS_WORKLOAD_ROWS(record_options, versus, "base", "builtin:batteries"),
    {.name = "pin",
     .type = HX_OPT_STRING,
     .offset = offsetof(record_options, pin),
     .metavar = "REV",
     .default_text = "the first commit recorded here",
     .help = "make this revision the reference from now on; a new series begins"},
    {.name = "again",
     .type = HX_OPT_FLAG,
     .offset = offsetof(record_options, again),
     .help = "record commits again that are recorded already"},
    {.name = "blocks",
     .type = HX_OPT_INT,
     .offset = HX_VERSUS_AT(record_options, versus, blocks),
     .metavar = "N",
     .default_text = "12",
     .min = 6,
     .max = HX_COMPARE_MAX_BLOCKS,
     .help = "blocks of four runs for each commit"},
    HX_VERSUS_MEASURE_ROWS(record_options, versus, "none"),
    {0}};

static void defaults(void *storage) {
  record_options *options = storage;
  *options = (record_options){.versus = hx_versus_defaults()};
  options->versus.blocks = 12;
  /* Outputs may change over a history; that is for tests to judge. */
  options->versus.outputs = HX_VERSUS_OUTPUTS_IGNORE;
}

/* ---- which commits ---- */

static bool add_commits(hx_commits *all, const hx_commit *items, size_t n) {
  hx_commit *grown = realloc(all->items, (all->n + n + 1) * sizeof *grown);
  if (!grown)
    return false;
  all->items = grown;
  if (n)
    memcpy(all->items + all->n, items, n * sizeof *items);
  all->n += n;
  return true;
}

/* REV, or FIRST..LAST as git has it: without the first. */
static bool add_argument(const hx_repository *repository, const char *argument, hx_commits *all,
                         pvs_error *error) {
  char first[HX_COMMIT_TEXT], last[HX_COMMIT_TEXT];
  const char *dots = strstr(argument, "..");
  hx_commits found;
  bool ok;
  if (dots) {
    char *name = strndup(argument, (size_t)(dots - argument));
    ok = name && hx_repository_resolve(repository, name, first, error) &&
         hx_repository_resolve(repository, dots[2] ? dots + 2 : "HEAD", last, error) &&
         hx_repository_list(repository, first, last, 0, &found, error);
    free(name);
  } else {
    ok = hx_repository_resolve(repository, argument, last, error) &&
         hx_repository_list(repository, NULL, last, 1, &found, error);
  }
  if (!ok)
    return false;
  size_t skip = dots && found.n ? 1 : 0;
  ok = add_commits(all, found.items + skip, found.n - skip);
  if (!ok)
    hx_fail_memory(error);
  hx_commits_deinit(&found);
  return ok;
}

static bool find_commits(const hx_context *cx, const hx_repository *repository, hx_commits *all,
                         pvs_error *error) {
  if (!cx->n_args)
    return add_argument(repository, "HEAD", all, error);
  for (int i = 0; i < cx->n_args; i++)
    if (!add_argument(repository, cx->args[i], all, error))
      return false;
  if (all->n)
    return true;
  hx_fail(error, PVS_IO, "%s has no commits", cx->args[0]);
  return false;
}

/* ---- the reference ---- */

static bool machine_folder(const hx_context *cx, char folder[PATH_MAX]) {
  hx_measure_session session;
  pvs_error error = {0};
  bool ok = hx_measure_session_look(&session, cx);
  if (ok && !hx_store_folder(cx->results_dir, session.env.identity.machine, true, folder, PATH_MAX,
                             &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    ok = false;
  }
  hx_measure_session_close(&session);
  return ok;
}

static bool get_reference(const record_options *options, const char *folder,
                          const hx_repository *repository, const char *otherwise,
                          hx_reference *reference, pvs_error *error) {
  char cache[PATH_MAX], commit[HX_COMMIT_TEXT];
  hx_build build;
  reference->found = false;
  if (!options->pin && !hx_reference_find(folder, options->versus.build, reference, error))
    return false;
  if (reference->found)
    return true;
  hx_recipe recipe = {.cache = cache, .command = options->versus.build};
  snprintf(commit, sizeof commit, "%s", otherwise);
  pvs_error why = {0};
  if ((options->pin && !hx_repository_resolve(repository, options->pin, commit, error)) ||
      !hx_revision_cache(cache, sizeof cache, error))
    return false;
  if (!hx_revision_build(repository, &recipe, commit, &build, &why)) {
    hx_fail(error, PVS_IO, "the reference, %.*s, does not build: %s", HX_COMMIT_SHORT, commit,
            why.message);
    return false;
  }
  if (!hx_reference_pin(folder, &recipe, &build, reference, error))
    return false;
  hx_note("the reference is %.*s from now on", HX_COMMIT_SHORT, commit);
  return true;
}

/* ---- recording ---- */

static bool is_recorded(const hx_versus *v, const hx_store_rows *verdicts, const char *config,
                        const hx_commit *commit) {
  for (size_t w = 0; w < v->n; w++) {
    bool found = false;
    const hx_verdict_row *row = verdicts->rows;
    for (size_t i = 0; i < verdicts->n && !found; i++)
      found = strcmp(row[i].command, "record") == 0 &&
              strncmp(row[i].b_revision, commit->id, HX_COMMIT_SHORT) == 0 &&
              strcmp(row[i].a_revision, v->subject[0].revision) == 0 &&
              strcmp(row[i].a_binary, v->subject[0].binary) == 0 &&
              strcmp(row[i].workload, v->workloads.items[w].key) == 0 &&
              strcmp(row[i].b_config, config) == 0 &&
              strcmp(row[i].allocation, v->session.context.allocation) == 0;
    if (!found)
      return false;
  }
  return true;
}

static hx_table *make_table(const hx_versus *v) {
  hx_table *t = hx_table_create("records", NULL);
  hx_table_fact(t, "reference", "%s", v->subject[0].revision);
  hx_table_column(t, "revision", "commit", HX_COL_TEXT);
  hx_table_column(t, "subject", "subject", HX_COL_TEXT);
  hx_table_column(t, "workload", "workload", HX_COL_TEXT);
  hx_table_column(t, "ratio", "x reference", HX_COL_NUMBER);
  hx_table_column(t, "lower", "from", HX_COL_NUMBER);
  hx_table_column(t, "upper", "to", HX_COL_NUMBER);
  hx_table_column(t, "runs", "runs", HX_COL_NUMBER);
  hx_table_column(t, "outputs", NULL, HX_COL_TEXT);
  return t;
}

static void add_rows(hx_table *t, const hx_commit *commit, const hx_verdict_summary *summary) {
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    const hx_compare_result *r = &line->duet.compare;
    if (line->verdict == HX_COMPARE_GO_ON) {
      hx_warn("%.*s on %s: %s", HX_COMMIT_SHORT, commit->id, line->workload, line->duet.reason);
      continue;
    }
    hx_table_row(t);
    hx_table_text(t, "%.*s", HX_COMMIT_SHORT, commit->id);
    hx_table_text(t, "%s", commit->subject);
    hx_table_text(t, "%s", line->workload);
    hx_table_number(t, 1 + r->change, 3);
    hx_table_number(t, r->lower > -1 ? 1 + r->lower : (double)NAN, 3);
    hx_table_number(t, isfinite(r->upper) ? 1 + r->upper : (double)NAN, 3);
    hx_table_number(t, r->runs, 0);
    hx_table_text(t, "%s", hx_duet_outputs_name(line->duet.outputs));
  }
}

static bool any_measured(const hx_verdict_summary *summary) {
  for (size_t i = 0; i < summary->n; i++)
    if (summary->lines[i].verdict != HX_COMPARE_GO_ON)
      return true;
  return false;
}

static int record_all(hx_versus *v, const record_options *options, const hx_commits *commits) {
  pvs_error error = {0};
  char config[HX_CONFIG_TEXT];
  hx_config as = hx_config_serial();
  hx_store_rows verdicts;
  size_t recorded = 0, known = 0;
  if (options->versus.config && !hx_config_parse(options->versus.config, &as, &error))
    return HX_EXIT_USAGE; /* said by hx_versus_init */
  hx_config_format(&as, config, sizeof config);
  if (!hx_store_rows_read(v->session.folder, &hx_verdicts_schema, &verdicts, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_FAILED;
  }
  hx_table *t = make_table(v);
  for (size_t i = 0; i < commits->n && !hx_measure_interrupts(); i++) {
    const hx_commit *commit = &commits->items[i];
    hx_verdict_summary summary;
    if (!options->again && is_recorded(v, &verdicts, config, commit)) {
      known++;
      continue;
    }
    if (!hx_versus_replace_b(v, commit->id, &error)) {
      hx_warn("%s", HX_FAIL_LINE(&error));
      continue;
    }
    if (!hx_versus_measure(v, &summary))
      break;
    recorded += any_measured(&summary);
    add_rows(t, commit, &summary);
    hx_versus_free(&summary);
  }
  if (known)
    hx_note("%zu commit%s recorded already (--again records once more)", known,
            known == 1 ? " is" : "s are");
  int status = recorded ? hx_command_print(v->cx, &t, 1) : HX_EXIT_OK;
  hx_table_destroy(t);
  hx_store_rows_deinit(&verdicts);
  if (recorded || known)
    return status;
  hx_error("nothing was recorded");
  return HX_EXIT_FAILED;
}

static int with_reference(const hx_context *cx, const record_options *options,
                          const hx_commits *commits, const hx_reference *reference) {
  char b[HX_COMMIT_TEXT + 8];
  hx_versus v;
  snprintf(b, sizeof b, "rev:%s", commits->items[0].id);
  int status = HX_EXIT_USAGE;
  if (!hx_versus_init(&v, cx, &options->versus, "record", reference->side, b)) {
    status = v.status;
  } else {
    v.b_later = true;
    if (!hx_versus_open(&v)) {
      status = v.status;
    } else {
      snprintf(v.subject[0].revision, sizeof v.subject[0].revision, "%s", reference->revision);
      status = record_all(&v, options, commits);
    }
  }
  hx_versus_close(&v);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  const record_options *options = storage;
  pvs_error error = {0};
  char folder[PATH_MAX];
  hx_repository repository;
  hx_commits commits = {0};
  hx_reference reference;
  int status = HX_EXIT_USAGE;
  if (!hx_repository_open(NULL, &repository, &error) ||
      !find_commits(cx, &repository, &commits, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
  } else if (!machine_folder(cx, folder)) {
    status = HX_EXIT_FAILED;
  } else if (!get_reference(options, folder, &repository, commits.items[0].id, &reference,
                            &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    status = HX_EXIT_FAILED;
  } else {
    status = with_reference(cx, options, &commits, &reference);
  }
  hx_commits_deinit(&commits);
  return status;
}

const hx_command hx_cmd_record = {
    .name = "record",
    .summary = "measure commits relative to a pinned reference, for history",
    .synopsis = "[REV|FIRST..LAST]...",
    .max_args = -1,
    .description =
        "Measures commits (HEAD unless others are named) in turns with a pinned reference, and "
        "stores how much longer they take. The machine may change from day to day: the reference "
        "changes with it, so the ratio stays comparable.\n\n"
        "The first commit recorded here becomes the reference unless --pin names another. Of "
        "pvtune itself the binary is kept in the results folder; of other programs (--build) the "
        "commit is built again when needed. pvtune history shows the series.",
    .examples = "pvtune record\n"
                "    the commit at hand\n"
                "pvtune record v1.0..HEAD\n"
                "    all commits since v1.0 that are not recorded yet\n"
                "pvtune record --build make --workload cmd:'./prog input' HEAD~30..HEAD\n"
                "    any program\n",
    .exit_codes = "1  nothing was recorded\n",
    .options = option_table,
    .options_size = sizeof(record_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
