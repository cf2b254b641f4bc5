#include "tune/sweep_journal.h"

#include "base/fail.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding an unfinished sweep ---- */

static const char *text_or_empty(const char *text) {
  return text ? text : "";
}

/* Everything that decides which runs are made in which order: when all of it is the same, the
 * stored runs are the beginning of this sweep. */
static bool make_key(hx_sweep_journal *journal) {
  const hx_sweep_options *o = journal->options;
  const hx_measure_context *context = journal->context;
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f)
    return false;
  fprintf(f, "%s|%s|%s|%s|%s|%s\n", o->command, journal->workloads, context->machine,
          context->allocation, context->binary, context->boot);
  for (size_t w = 0; o->expected && w < o->n_workloads; w++)
    fprintf(f, "expect %s\n", text_or_empty(o->expected[w]));
  fprintf(f, "%s %s|%s|%s|%s|%d\n", o->listed || o->configs ? "list" : "search",
          text_or_empty(o->grid.workers), text_or_empty(o->grid.executors),
          text_or_empty(o->grid.pins), text_or_empty(o->grid.schedules), o->grid.chunk);
  for (size_t i = 0; i < o->n_configs; i++) {
    char config[HX_CONFIG_TEXT];
    hx_config_format(&o->configs[i], config, sizeof config);
    fprintf(f, "%s\n", config);
  }
  fprintf(f, "%d %d %.17g %.17g\n", o->rounds, o->exhaustive, o->budget_s, o->timeout_s);
  hx_text life = {0};
  if (o->goal)
    hx_goal_describe(o->goal, &life);
  if (o->params)
    hx_params_describe(o->params, &life);
  if (o->life)
    hx_run_life_describe(o->life, &life);
  fprintf(f, "warm-ups %d\n%s\n", o->warm_ups, text_or_empty(life.at));
  for (size_t w = 0; w < o->n_workloads; w++) /* ./prog is another program in another folder */
    if (o->workloads[w].kind == HX_WORKLOAD_COMMAND) {
      char *folder = realpath(o->life && o->life->folder ? o->life->folder : ".", NULL);
      fprintf(f, "in %s\n", text_or_empty(folder));
      free(folder);
    }
  bool ok = !life.failed;
  hx_text_deinit(&life);
  ok = hx_text_stream_close(f, &text) && ok;
  if (ok)
    hx_bytes_hash(text, size, journal->resume_key);
  free(text);
  return ok;
}

/* The last sweep with our key, when its last row does not say that it is finished. */
static bool find_unfinished(hx_sweep_journal *journal, pvs_error *error) {
  hx_store_rows rows;
  if (!hx_store_rows_read(journal->context->folder, &hx_sweeps_schema, &rows, error))
    return false;
  const hx_sweep_row *row = rows.rows, *last = NULL;
  for (size_t i = 0; i < rows.n; i++)
    if (strcmp(row[i].resume_key, journal->resume_key) == 0 &&
        strcmp(row[i].boot, journal->context->boot) == 0 &&
        strcmp(row[i].command, journal->options->command) == 0)
      last = &row[i];
  if (last && strcmp(last->state, "finished") != 0 && strlen(last->sweep) < HX_UUID_TEXT) {
    strcpy(journal->sweep, last->sweep);
    journal->resumed = true;
  }
  hx_store_rows_deinit(&rows);
  return true;
}

static bool write_state(hx_sweep_journal *journal, const char *state, const hx_sweep_report *report,
                        pvs_error *error) {
  char utc[HX_UTC_TEXT], sentence[512] = "";
  hx_sweep_row row;
  hx_store_row_clear(&hx_sweeps_schema, &row);
  hx_utc_now(utc);
  row.sweep = journal->sweep;
  row.state = state;
  row.at_utc = utc;
  row.command = journal->options->command;
  row.resume_key = journal->resume_key;
  row.boot = journal->context->boot;
  row.machine = journal->context->machine;
  row.allocation = journal->context->allocation;
  row.environment = journal->context->environment;
  row.binary = journal->context->binary;
  row.workloads = journal->workloads;
  row.options = journal->options->describe;
  row.note = journal->options->note;
  if (report) {
    row.configurations = (long long)report->n_configs;
    row.runs = 0;
    for (size_t w = 0; w < report->n_results; w++)
      row.runs += (long long)report->results[w].runs;
    row.spent_s = report->spent_s;
    row.interference = hx_interference_sentence(&report->interference, sentence, sizeof sentence);
  }
  return hx_store_file_append(journal->sweeps, &row, 1, error) &&
         hx_store_file_sync(journal->sweeps, error);
}

bool hx_sweep_journal_open(hx_sweep_journal *journal, const hx_measure_context *context,
                           const hx_sweep_options *options, pvs_error *error) {
  *journal = (hx_sweep_journal){.context = context, .options = options};
  journal->stored.schema = &hx_runs_schema;
  hx_uuid(journal->sweep);
  journal->workloads = hx_workload_join(options->workloads, options->n_workloads);
  if (!journal->workloads || !make_key(journal))
    return hx_fail_memory(error);
  if (!options->fresh && !find_unfinished(journal, error))
    return false;
  if (journal->resumed &&
      !hx_store_rows_read(context->folder, &hx_runs_schema, &journal->stored, error))
    return false;
  journal->runs = hx_store_file_open(context->folder, &hx_runs_schema, error);
  journal->sweeps =
      journal->runs ? hx_store_file_open(context->folder, &hx_sweeps_schema, error) : NULL;
  return journal->sweeps && write_state(journal, "started", NULL, error);
}

void hx_sweep_journal_close(hx_sweep_journal *journal) {
  hx_store_file_close(journal->runs);
  hx_store_file_close(journal->sweeps);
  hx_store_rows_deinit(&journal->stored);
  free(journal->workloads);
  *journal = (hx_sweep_journal){0};
}

bool hx_sweep_journal_sync(hx_sweep_journal *journal, pvs_error *error) {
  return hx_store_file_sync(journal->runs, error);
}

bool hx_sweep_journal_finish(hx_sweep_journal *journal, const hx_sweep_report *report,
                             pvs_error *error) {
  return hx_sweep_journal_sync(journal, error) &&
         write_state(journal, report->interrupted ? "interrupted" : "finished", report, error);
}

/* ---- runs ---- */

static double known(long long number) {
  return number == HX_STORE_NONE ? (double)NAN : (double)number;
}

bool hx_sweep_journal_find(const hx_sweep_journal *journal, const hx_workload *workload,
                           const hx_config *config, int block, hx_sweep_fact *fact) {
  const hx_run_row *row = journal->stored.rows;
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  for (size_t i = 0; i < journal->stored.n; i++) {
    if (row[i].block != block || !hx_config_same(row[i].config, text) ||
        strcmp(row[i].sweep, journal->sweep) != 0 || strcmp(row[i].workload, workload->key) != 0 ||
        !hx_run_outcome_parse(row[i].outcome, &fact->outcome))
      continue;
    const hx_goal *goal = journal->options->goal;
    double *of = fact->measures.of;
    of[HX_MEASURE_TIME] = fact->seconds = row[i].seconds;
    of[HX_MEASURE_USER] = row[i].user_s;
    of[HX_MEASURE_CPU] = row[i].user_s + row[i].sys_s;
    of[HX_MEASURE_RSS] = known(row[i].max_rss_kib) * 1024;
    of[HX_MEASURE_SIZE] = known(row[i].output_bytes);
    of[HX_MEASURE_ENERGY] = row[i].energy_j;
    of[HX_MEASURE_INSTRUCTIONS] = row[i].instructions;
    of[HX_MEASURE_CYCLES] = row[i].cycles;
    of[HX_MEASURE_LLC_MISSES] = row[i].llc_misses;
    hx_goal_parse(goal, row[i].metrics, &fact->measures);
    if (!hx_goal_is_time(goal))
      fact->seconds = hx_goal_rank(goal, row[i].value);
    fact->spent_s = row[i].spent_s;
    fact->wall_s = row[i].wall_s;
    fact->other_cpu_s = row[i].other_cpu_s;
    fact->steal_s = row[i].steal_s;
    fact->major_faults = row[i].major_faults == HX_STORE_NONE ? 0 : row[i].major_faults;
    fact->units = row[i].units == HX_STORE_NONE ? 0 : (int)row[i].units;
    fact->seen = row[i].workers_seen == HX_STORE_NONE ? 0 : (int)row[i].workers_seen;
    fact->exit_code = row[i].exit == HX_STORE_NONE ? 0 : (int)row[i].exit;
    snprintf(fact->digest, sizeof fact->digest, "%s", row[i].digest);
    snprintf(fact->input_digest, sizeof fact->input_digest, "%s", row[i].input_digest);
    snprintf(fact->workload_class, sizeof fact->workload_class, "%s", row[i].workload_class);
    snprintf(fact->reason, sizeof fact->reason, "%s", row[i].reason);
    return true;
  }
  return false;
}

bool hx_sweep_journal_add(hx_sweep_journal *journal, const hx_sweep_moment *moment,
                          const hx_measured *measured, const hx_sweep_fact *fact,
                          pvs_error *error) {
  char key[HX_UUID_TEXT];
  hx_check_texts texts;
  hx_run_row row;
  hx_measure_context_begin_row(journal->context, journal->options->command, journal->sweep, key,
                               &row);
  row.workload = moment->workload->key;
  row.grid = journal->resume_key;
  hx_check_fill_row(measured, moment->config, &texts, &row);
  const hx_goal *goal = journal->options->goal;
  char metrics[512];
  hx_goal_format(goal, &fact->measures, metrics, sizeof metrics);
  row.metrics = metrics;
  if (!hx_goal_is_time(goal)) {
    row.objective = hx_goal_name(goal, goal->what);
    row.value = fact->measures.of[goal->what];
    row.maximize = goal->maximize;
  }
  row.block = moment->block;
  row.position = (long long)moment->position;
  row.counted = fact->outcome == HX_RUN_VALID && moment->block > 0;
  row.outcome = hx_run_outcome_name(fact->outcome);
  row.reason = fact->reason;
  row.spent_s = fact->spent_s;
  row.reference_digest = moment->reference;
  row.expected = moment->expected;
  row.cap_s = moment->cap_s;
  row.note = journal->options->note;
  return hx_store_file_append(journal->runs, &row, 1, error);
}
