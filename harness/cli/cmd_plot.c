/* pvtune plot: one plot as a file, or the table it is drawn from. */
#include "cli/command.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/report_store.h"
#include "cli/suggest.h"
#include "report/draw.h"
#include "report/plot.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct plot_options {
  const char *output, *machine, *workload, *day;
  bool data;
  char standard[64]; /* output, if none is given */
} plot_options;

static bool ends_in(const char *text, const char *end) {
  size_t length = strlen(text), n = strlen(end);
  return length > n && strcmp(text + length - n, end) == 0;
}

/* Year, month and day; the script refuses a day that the file does not have. */
static bool is_date(const char *text) {
  for (int i = 0; i < 10; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
      return false;
  return text[10] == '\0';
}

static bool check(const hx_context *cx, const plot_options *o, hx_plot plot) {
  if (plot == HX_PLOT_COUNT) {
    hx_suggestion meant = hx_suggest_start(cx->args[0]);
    for (int i = 0; i < HX_PLOT_COUNT; i++)
      hx_suggest_offer(&meant, hx_plot_get((hx_plot)i)->name);
    if (meant.best != NULL)
      return hx_error("there is no plot '%s': did you mean '%s'?", cx->args[0], meant.best);
    return hx_error("there is no plot '%s': pvtune plot --help lists them", cx->args[0]);
  }
  const hx_plot_info *info = hx_plot_get(plot);
  if (info->about == HX_ABOUT_STUDY && cx->n_args < 2)
    return hx_error("pvtune plot %s needs the file to draw: %s", info->name,
                    plot == HX_PLOT_SCENARIOS ? "<study>_results.csv" : "a file of timeseries_d/");
  if (cx->n_args == 2 && o->data && plot != HX_PLOT_TIME)
    return hx_error("--data prints tables made from the store; %s is a table already", cx->args[1]);
  if (cx->n_args == 2 && (o->workload != NULL || o->machine != NULL))
    return hx_error("--%s chooses from the store, but %s is drawn as it is",
                    o->workload != NULL ? "workload" : "machine", cx->args[1]);
  if (o->data && o->output != NULL)
    return hx_error("--data prints a table and draws nothing: omit --output");
  if (o->output != NULL && !ends_in(o->output, ".svg") && !ends_in(o->output, ".png"))
    return hx_error("--output: %s ends neither in .svg nor in .png", o->output);
  if (o->day != NULL && (plot != HX_PLOT_DAY || !is_date(o->day)))
    return hx_error(plot != HX_PLOT_DAY ? "--day belongs to pvtune plot day"
                                        : "--day: %s is no date; expected one such as 2018-01-15",
                    o->day);
  return true;
}

/* False after saying why there is nothing about that workload. */
static bool find_workload(const plot_options *o, const hx_report_data *data, hx_plot plot,
                          const hx_report_topic **topic) {
  if (hx_plot_get(plot)->about == HX_ABOUT_STORE && o->workload != NULL)
    return hx_error("--workload: pvtune plot %s shows all workloads", hx_plot_get(plot)->name);
  if (hx_plot_get(plot)->about != HX_ABOUT_TOPIC)
    return true;
  *topic = o->workload          ? hx_report_find(data, o->workload)
           : data->n_topics > 0 ? data->topics
                                : NULL;
  if (*topic == NULL && o->workload != NULL)
    hx_error("--workload: nothing is stored about %s", o->workload);
  else if (*topic == NULL)
    hx_error("no sweep or tuning is stored; measure first, with pvtune tune");
  return *topic != NULL;
}

/* Writes the plot's table from the store. */
static int write_table(const hx_context *cx, const plot_options *o, hx_plot plot, FILE *out) {
  hx_report_data data;
  const hx_report_topic *topic = NULL;
  int opened = hx_report_store_open(cx, o->machine, &data);
  if (opened != HX_EXIT_OK)
    return opened;
  bool ok =
      o->machine && hx_report_is_empty(&data)
          ? hx_error("--machine: nothing is stored about %s in %s", o->machine, cx->results_dir)
          : find_workload(o, &data, plot, &topic);
  json_t *rows = ok ? hx_plot_rows(plot, &data, topic, o->workload) : NULL;
  if (ok && rows == NULL)
    ok = hx_error("%s", pvs_code_text(PVS_NO_MEMORY));
  if (rows != NULL && json_array_size(rows) == 0) {
    if (hx_plot_get(plot)->about == HX_ABOUT_RECORDS && o->workload != NULL) {
      hx_error("--workload: nothing is recorded about %s", o->workload);
      ok = false;
    } else {
      hx_note("nothing %sis stored for this plot yet, so it is empty",
              hx_report_warning(&data)[0] ? "that can be read " : "");
    }
  }
  if (ok)
    hx_plot_write_csv(plot, rows, out);
  json_decref(rows);
  hx_report_close(&data);
  return ok ? HX_EXIT_OK : HX_EXIT_FAILED;
}

/* Draws a file, or a table in memory when `input` is NULL, into the output file. */
static int draw(const hx_context *cx, const plot_options *o, hx_plot plot, const char *input,
                const char *table) {
  pvs_error error = {0};
  char folder[PATH_MAX];
  hx_text picture = {0};
  hx_picture form = ends_in(o->output, ".png") ? HX_PICTURE_PNG : HX_PICTURE_SVG;
  hx_drawn drawn = HX_DRAWN_FAILED;
  if (hx_plots_folder(cx->self_path, folder, &error))
    drawn = input ? hx_plot_draw_file(folder, plot, input, form, o->day, &picture, &error)
                  : hx_plot_draw_table(folder, plot, table, form, &picture, &error);
  int code = drawn == HX_DRAWN_BAD_INPUT ? HX_EXIT_USAGE : HX_EXIT_FAILED;
  if (drawn == HX_DRAWN && hx_files_replace(o->output, picture.at, picture.length, &error)) {
    printf("%s\n", o->output);
    code = HX_EXIT_OK;
  } else {
    code = hx_command_fail(&error, drawn == HX_DRAWN ? hx_command_exit_of(&error) : code);
  }
  hx_text_deinit(&picture);
  return code;
}

/* The table to draw: from the store, or from a run's --timing. */
static int make_table(const hx_context *cx, const plot_options *o, hx_plot plot, FILE *out) {
  pvs_error error = {0};
  if (cx->n_args < 2)
    return write_table(cx, o, plot, out);
  json_t *rows = hx_plot_timing_rows(cx->args[1], &error);
  if (rows == NULL)
    return hx_command_fail(&error, HX_EXIT_USAGE);
  hx_plot_write_csv(plot, rows, out);
  json_decref(rows);
  return HX_EXIT_OK;
}

static int make_and_draw(const hx_context *cx, const plot_options *o, hx_plot plot) {
  char *table = NULL;
  size_t size;
  FILE *csv = open_memstream(&table, &size);
  int code = csv ? make_table(cx, o, plot, csv) : HX_EXIT_OK;
  if (!hx_text_stream_close(csv, &table) && code == HX_EXIT_OK) {
    hx_error("%s", pvs_code_text(PVS_NO_MEMORY));
    code = HX_EXIT_FAILED;
  }
  if (code == HX_EXIT_OK)
    code = draw(cx, o, plot, NULL, table);
  free(table);
  return code;
}

static void settle(const hx_context *cx, void *storage) {
  plot_options *o = storage;
  const hx_plot plot = hx_plot_find(cx->args[0]);
  if (o->output || o->data || plot == HX_PLOT_COUNT)
    return;
  snprintf(o->standard, sizeof o->standard, "%s.svg", hx_plot_get(plot)->name);
  o->output = o->standard;
}

static int run(const hx_context *cx, void *storage) {
  const plot_options *o = storage;
  hx_plot plot = hx_plot_find(cx->args[0]);
  if (!check(cx, o, plot))
    return HX_EXIT_USAGE;
  if (o->data)
    return make_table(cx, o, plot, stdout);
  bool as_it_is = cx->n_args == 2 && plot != HX_PLOT_TIME;
  return as_it_is ? draw(cx, o, plot, cx->args[1], NULL) : make_and_draw(cx, o, plot);
}

static const hx_option options[] = {
    HX_OPTION(STRING, plot_options, output, "output", .short_name = 'o', .metavar = "FILE",
              .flags = HX_OPT_WRITES, .default_text = "NAME.svg", .choices = "FILE",
              .help = "picture to write: FILE.svg or FILE.png"),
    HX_OPTION(STRING, plot_options, workload, "workload", .metavar = "W",
              .default_text = "the one measured last",
              .help = "the workload to show, as pvtune best and pvtune history list it"),
    HX_OPTION(STRING, plot_options, day, "day", .metavar = "DATE",
              .default_text = "the one with the most PV",
              .help = "for the plot day: the date to show, such as 2018-01-15"),
    HX_OPTION(FLAG, plot_options, data, "data",
              .help = "print the table behind the plot as CSV instead of drawing"),
    HX_OPTION(STRING, plot_options, machine, "machine", .metavar = "ID", .default_text = "this one",
              .help = "a machine of the store, such as m-0123456789"),
    {0}};

const hx_command hx_cmd_plot = {
    .name = "plot",
    .summary = "draw a plot of measurements or of a study's outputs",
    .synopsis = "NAME [FILE]",
    .min_args = 1,
    .max_args = 2,
    .words =
        "speedup|heatmap|distributions|runs|time|params|regret|growth|history|day|year|scenarios",
    .description =
        "Draws one plot with gnuplot (Debian: gnuplot-nox) and prints its path to stdout.\n"
        "\n"
        "  speedup        speed-up and efficiency by number of workers\n"
        "  heatmap        times by workers, executor, pinning and parameters\n"
        "  distributions  every run, with estimate and interval\n"
        "  runs           runs over time, with what disturbed them\n"
        "  time           where the time of a run goes\n"
        "  params         what each value of a command's parameters costs\n"
        "  regret         loss of each configuration on each workload against the best\n"
        "  growth         time as the work grows\n"
        "  history        speed over recorded commits, with its changes\n"
        "  day            one day of a scenario: load, PV, battery (timeseries_d/ file)\n"
        "  year           all days of a scenario (timeseries_d/ file)\n"
        "  scenarios      cost and self-consumption (<study>_results.csv)\n"
        "\n"
        "The first nine are drawn from the store, or from FILE, a table with the columns listed "
        "in "
        "plots/README.md. For the plot time, FILE is the output of pvtune run --timing --csv, "
        "which also has the limit of each stage.",
    .examples = "pvtune plot speedup -o speedup.png\n"
                "    speed-up of the workload that was measured last\n"
                "pvtune plot distributions --data > runs.csv\n"
                "    the table behind a plot, for other programs\n"
                "pvtune plot day out/s/timeseries_d/s_004_en_pv_load.csv --day 2018-01-15\n"
                "    a day of one scenario\n",
    .options = options,
    .options_size = sizeof(plot_options),
    .settle = settle,
    .run = run,
};
