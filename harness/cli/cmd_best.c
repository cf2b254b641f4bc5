/* pvtune best: what is recommended for this machine, for people and for scripts. */
#include "cli/best.h"
#include "cli/measure_print.h"

#include "base/text.h"
#include "cli/message.h"
#include "cli/table.h"
#include "measure/shell_reading.h"
#include "tune/recommend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum best_get {
  GET_NOTHING = -1,
  GET_WORKERS,
  GET_EXECUTOR,
  GET_PIN,
  GET_COMMAND,
  GET_CONFIG
} best_get;

enum { EXPORT_NOTHING = -1 };

typedef struct best_options {
  int get;
  const char *workload;
  bool all, fleet;
  int export;
} best_options;

#define OF_TABLES "all|fleet|json|csv|export-json|export-csv|export-markdown"

static const hx_option option_table[] = {
    HX_OPTION(CHOICE, best_options, get, "get", .metavar = "WHAT", .excludes = "export|" OF_TABLES,
              .choices = "workers|executor|pin|command|config",
              .help = "print only this value, for scripts"),
    HX_OPTION(CHOICE, best_options, export, "export", .metavar = "FORM", .choices = HX_BEST_EXPORTS,
              .excludes = OF_TABLES,
              .help = "print the recommendation for a script: environment variables, a prefix for "
                      "commands, a job header, or JSON"),
    HX_OPTION(STRING, best_options, workload, "workload", .metavar = "W",
              .default_text = "the one tuned last",
              .help = "the workload that was tuned, as pvtune best lists it"),
    HX_OPTION(FLAG, best_options, all, "all", .short_name = 'a',
              .help = "also print recommendations for other CPU allocations"),
    HX_OPTION(
        FLAG, best_options, fleet, "fleet", .excludes = "all",
        .help = "compare the machines of the store: the best configuration of each, and what each "
                "loses if all use the same one"),
    {0}};

static void defaults(void *storage) {
  *(best_options *)storage = (best_options){.get = GET_NOTHING, .export = EXPORT_NOTHING};
}

static void print_command(const hx_topo *topo, const hx_recommendation_row *row,
                          const hx_config *config) {
  char text[HX_CONFIG_TEXT];
  hx_workload workload;
  bool single = strcmp(row->scope, "single") == 0;
  if (single && hx_workload_parse(row->workload, NULL, &workload, NULL)) {
    char *line = hx_measure_line(topo, &workload, config);
    printf("%s\n", line ? line : "");
    free(line);
    hx_workload_deinit(&workload);
  } else { /* a joint one, or a study whose folder has gone: the configuration alone */
    hx_config_format(config, text, sizeof text);
    hx_text word = {0};
    hx_shell_quote(&word, text);
    printf("pvtune run --config %s\n", word.at ? word.at : "");
    hx_text_deinit(&word);
  }
}

static void print_one(best_get what, const hx_topo *topo, const hx_recommendation_row *row) {
  char text[HX_CONFIG_TEXT];
  hx_config config;
  if (!hx_config_parse(row->config, &config, NULL))
    return; /* recommendations that do not parse are not read */
  switch (what) {
  case GET_WORKERS:
    printf("%s\n", hx_config_shape(&config, text, sizeof text));
    break;
  case GET_EXECUTOR:
    printf("%s\n", hx_executor_name(config.executor));
    break;
  case GET_PIN:
    printf("%s\n", config.pin);
    break;
  case GET_CONFIG:
    hx_config_format(&config, text, sizeof text);
    printf("%s\n", text);
    break;
  case GET_COMMAND:
    print_command(topo, row, &config);
    break;
  case GET_NOTHING:
    break;
  }
}

static void add_row(hx_table *t, const hx_recommendation_row *row) {
  pvs_error error = {0};
  char words[320] = "", tuned[11];
  hx_config config;
  snprintf(tuned, sizeof tuned, "%.10s", row->made_utc);
  if (hx_config_parse(row->config, &config, &error))
    hx_config_words(&config, strcmp(row->workload_class, "command") == 0, words, sizeof words);
  hx_table_line(t, HX_T(row->workload), HX_T(words), HX_T(row->config), HX_T(row->executor),
                HX_N(row->workers == HX_STORE_NONE ? NAN : (double)row->workers, 0), HX_T(row->pin),
                HX_N(row->seconds, row->seconds < 0.1 ? 4 : 3), HX_N(row->speedup, 2),
                HX_N(row->speedup_lower, 2), HX_N(row->speedup_upper, 2), HX_T(tuned),
                HX_T(row->allocation), HX_T(row->ties), HX_T(row->reason), HX_T(row->interference),
                HX_T(row->objective[0] ? row->objective : "time"), HX_N(row->value, 6));
}

/* Only a gain in time is a speed-up. */
static hx_table *make_table(bool all_time) {
  hx_table *t = hx_table_create("recommendations", NULL);
  hx_table_columns(t, "workload=workload|words=best|config|executor|#workers|pin|#seconds=seconds");
  hx_table_column(t, "speedup", all_time ? "speed-up" : "times as good", HX_COL_NUMBER);
  hx_table_columns(t,
                   "#speedup_lower|#speedup_upper|tuned=tuned|allocation|ties|reason|interference");
  hx_table_column(t, "objective", all_time ? NULL : "in", HX_COL_TEXT);
  hx_table_columns(t, "#value");
  return t;
}

static bool is_here(const hx_measure_session *session, const hx_recommendation_row *row) {
  return strcmp(row->allocation, session->env.identity.allocation) == 0;
}

static bool is_shown(const hx_measure_session *session, const hx_recommendation_row *row,
                     const best_options *options) {
  bool asked = !options->workload || strcmp(row->workload, options->workload) == 0;
  return asked && (options->all || is_here(session, row));
}

static int print_table(const hx_context *cx, const hx_measure_session *session,
                       const hx_recommendations *all, const best_options *options) {
  size_t shown = 0, elsewhere = 0;
  bool all_time = true;
  for (size_t i = 0; i < all->n; i++)
    all_time =
        all_time && !(is_shown(session, &all->rows[i], options) && all->rows[i].objective[0]);
  hx_table *t = make_table(all_time);
  hx_table_fact(t, "machine", "%s", session->env.identity.machine);
  hx_table_fact(t, "allocation", "%s", session->env.identity.allocation);
  for (size_t i = 0; i < all->n; i++) {
    if (is_shown(session, &all->rows[i], options)) {
      add_row(t, &all->rows[i]);
      if (all->rows[i].interference[0])
        hx_table_note(t, "%s was measured while disturbed: %s", all->rows[i].workload,
                      all->rows[i].interference);
      shown++;
    }
    elsewhere += !is_here(session, &all->rows[i]);
  }
  if (elsewhere && !options->all)
    hx_table_note(t, "%zu more for other sets of allowed CPUs; --all shows them", elsewhere);
  if (shown)
    return hx_command_print(cx, t);
  hx_table_destroy(t);
  return -1;
}

/* Of another machine the allocation says nothing. */
static bool is_of_another(const hx_measure_session *session, const hx_recommendation_row *row,
                          const best_options *options) {
  return strcmp(row->machine, session->env.identity.machine) != 0 &&
         (!options->workload || strcmp(row->workload, options->workload) == 0);
}

/* Those that were to be shown, and are not used. */
static size_t warn_of_refused(const hx_measure_session *session, const hx_recommendations *all,
                              const best_options *options) {
  size_t n = 0;
  char text[640];
  for (size_t i = 0; i < all->n_refused; i++)
    if (is_shown(session, &all->refused[i], options) ||
        is_of_another(session, &all->refused[i], options)) {
      hx_warn("%s: %s", all->refused[i].workload,
              hx_recommendation_why_refused(&all->refused[i], session->env.identity.machine, text,
                                            sizeof text));
      n++;
    }
  return n;
}

/* Nothing can be recommended. */
static int say_why_not(const hx_measure_session *session, const hx_recommendations *all,
                       const best_options *options, size_t refused) {
  const hx_identity *identity = &session->env.identity;
  const best_options anywhere = {.workload = options->workload, .all = true};
  hx_text what = {0}, how = {0};
  size_t elsewhere = 0;
  for (size_t i = 0; i < all->n; i++)
    elsewhere += is_shown(session, &all->rows[i], &anywhere);
  hx_text_printf(&how, "run pvtune tune");
  if (options->workload) {
    hx_text_printf(&what, "%s", options->workload);
    hx_text_printf(&how, " --workload ");
    hx_shell_quote(&how, options->workload);
  } else {
    hx_text_printf(&what, "this machine (%s, %s)", identity->machine, identity->allocation);
  }
  const char *of = what.at ? what.at : "this machine", *tune = how.at ? how.at : "run pvtune tune";
  if (refused || all->stored.skipped)
    hx_error("no recommendation for %s can be used; %s", of, tune);
  else if (elsewhere)
    hx_error("%s has been tuned only with other sets of allowed CPUs (pvtune best --all shows "
             "%zu); %s",
             of, elsewhere, tune);
  else
    hx_error("%s has not been tuned%s; %s", of, options->workload ? " on this machine" : "", tune);
  hx_text_deinit(&what);
  hx_text_deinit(&how);
  return HX_EXIT_FAILED;
}

static const hx_recommendation_row *last_tuned(const hx_recommendations *all,
                                               const hx_identity *identity, const char *workload) {
  const hx_recommendation_row *last = NULL;
  for (size_t i = 0; i < all->n; i++)
    if (strcmp(all->rows[i].allocation, identity->allocation) == 0 &&
        (!workload || strcmp(all->rows[i].workload, workload) == 0))
      last = &all->rows[i];
  return last;
}

static int print(const hx_context *cx, const hx_measure_session *session,
                 const hx_recommendations *all, const best_options *options) {
  const hx_identity *identity = &session->env.identity;
  const hx_recommendation_row *row = last_tuned(all, identity, options->workload);
  int status = -1;
  if (options->export != EXPORT_NOTHING && row) {
    pvs_error error = {0};
    status = hx_best_print_export((hx_best_export)options->export, session->topo, row, &error)
                 ? HX_EXIT_OK
                 : hx_command_fail(&error, HX_EXIT_FAILED);
  } else if (options->get == GET_NOTHING && options->export == EXPORT_NOTHING) {
    status = print_table(cx, session, all, options);
  } else if (row && options->get != GET_NOTHING) {
    print_one((best_get)options->get, session->topo, row);
    status = HX_EXIT_OK;
  }
  size_t refused = warn_of_refused(session, all, options);
  return status >= 0 ? status : say_why_not(session, all, options, refused);
}

static int run(const hx_context *cx, void *storage) {
  hx_measure_session session;
  hx_recommendations all = {0};
  pvs_error error = {0};
  const best_options *o = storage;
  int status = HX_EXIT_FAILED;
  if (o->fleet)
    return hx_best_print_fleet(cx, o->workload);
  if (!hx_measure_session_look_at(&session, cx->results_dir, &error) ||
      !hx_recommendations_read(session.folder, session.env.identity.machine, &all, &error)) {
    status = hx_command_fail(&error, hx_command_exit_of(&error));
  } else {
    status = print(cx, &session, &all, storage);
  }
  hx_recommendations_deinit(&all);
  hx_measure_session_close(&session);
  return status;
}

const hx_command hx_cmd_best = {
    .name = "best",
    .summary = "print the recommendations for this machine",
    .synopsis = "",
    .description =
        "Prints what pvtune tune found for this machine and the allowed CPUs: the latest "
        "recommendation of each workload, newest last. With --get it prints a single "
        "value, of the workload that was tuned last or that --workload names. In a printed "
        "command, `" HX_WORKLOAD_OUTPUT "` stands for {output}.",
    .named_by = "a workload is named by --workload",
    .examples = "pvtune best\n"
                "    all recommendations of this machine\n"
                "OMP_NUM_THREADS=$(pvtune best --get workers) prog\n"
                "    use the recommended number of workers in a script\n"
                "env $(pvtune best --export env) prog\n"
                "    all its numbers as variables: PVTUNE_WORKERS, OMP_NUM_THREADS, ...\n"
                "$(pvtune best --export taskset) prog\n"
                "    on the recommended CPUs\n"
                "pvtune best --fleet --results all_results\n"
                "    the best of each machine, from stores that were copied into one folder\n",
    .exit_codes = "1  nothing has been tuned\n",
    .options = option_table,
    .options_size = sizeof(best_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
