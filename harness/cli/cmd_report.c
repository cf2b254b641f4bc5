/* pvtune report: what is stored about a machine as one page. */
#include "cli/best.h"
#include "cli/command.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/report_store.h"
#include "pvs/pvs.h"
#include "report/draw.h"
#include "report/page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct report_options {
  const char *output, *machine;
  bool plots, fleet;
} report_options;

static void defaults(void *storage) {
  *(report_options *)storage = (report_options){.output = "report.html", .plots = true};
}

/* Everything the page is made of; released in one place. */
typedef struct job {
  hx_report_data data;
  hx_topo *topo;
  char plots[PATH_MAX], made_utc[HX_UTC_TEXT];
  char *html;
  size_t size;
} job;

static void job_deinit(job *j) {
  hx_report_close(&j->data);
  hx_topo_close(j->topo);
  free(j->html);
}

/* The topology stored beside the measurements; a store without it has no picture. */
static void open_topology(job *j) {
  pvs_error error = {0};
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/machine.xml", j->data.folder);
  if (access(path, R_OK) != 0)
    return;
  hx_topo_origin stored = {.xml = path};
  j->topo = hx_topo_open(&stored, &error);
  if (j->topo == NULL)
    hx_warn("no picture of the machine: %s", HX_FAIL_LINE(&error));
}

/* *complete: it has all its plots. */
static bool write_machine(job *j, bool plots, bool *complete, FILE *out, pvs_error *error) {
  hx_report_page page = {.data = &j->data,
                         .topo = j->topo,
                         .plots_folder = j->plots,
                         .plots = plots,
                         .version = PVS_VERSION,
                         .made_utc = j->made_utc};
  bool ok = hx_report_write_page(&page, out, error);
  *complete = page.n_missing == 0;
  if (ok && !*complete)
    hx_error("%zu of the page's %zu plots could not be drawn: %s", page.n_missing, page.n_plots,
             page.problem.message);
  return ok;
}

static bool write_fleet(const hx_context *cx, const job *j, FILE *out, pvs_error *error) {
  hx_fleet fleet;
  bool ok = hx_fleet_read(&fleet, cx->results_dir, NULL, error) &&
            hx_report_write_fleet(&fleet, j->plots, PVS_VERSION, j->made_utc, out, error);
  if (ok)
    hx_best_warn_of_unknown(&fleet);
  hx_fleet_deinit(&fleet);
  return ok;
}

/* False with an error when there is no page. */
static bool make_page(const hx_context *cx, const report_options *o, job *j, bool *complete,
                      pvs_error *error) {
  if (!hx_plots_folder(cx->self_path, j->plots, error))
    return false;
  hx_utc_now(j->made_utc);
  FILE *out = open_memstream(&j->html, &j->size);
  bool ok = out && (o->fleet ? write_fleet(cx, j, out, error)
                             : write_machine(j, o->plots, complete, out, error));
  return (hx_text_stream_close(out, &j->html) || hx_fail_memory(error)) && ok;
}

static bool put_page(const job *j, const char *path, pvs_error *error) {
  if (strcmp(path, "-") == 0)
    return (fwrite(j->html, 1, j->size, stdout) == j->size && fflush(stdout) == 0) ||
           hx_fail_errno(error, errno, NULL, "the page cannot be written");
  if (!hx_files_replace(path, j->html, j->size, error))
    return false;
  printf("%s\n", path);
  return true;
}

static int run(const hx_context *cx, void *storage) {
  const report_options *o = storage;
  pvs_error error = {0};
  if (o->fleet && o->machine)
    return hx_error_exit(HX_EXIT_USAGE, "--fleet is about all machines: omit --machine");
  job j = {.data.runs.schema = NULL};
  bool complete = true;
  int code = o->fleet ? HX_EXIT_OK : hx_report_store_open(cx, o->machine, &j.data);
  if (code != HX_EXIT_OK)
    return code;
  if (!o->fleet)
    open_topology(&j);
  if (!o->fleet && hx_report_is_empty(&j.data))
    code = hx_error_exit(
        HX_EXIT_FAILED,
        "nothing %sis stored about machine %s in %s; measure first, with pvtune tune",
        hx_report_warning(&j.data)[0] ? "that can be read " : "", j.data.machine, cx->results_dir);
  else if (!make_page(cx, o, &j, &complete, &error))
    code = hx_command_fail(&error, HX_EXIT_FAILED);
  else if (!put_page(&j, o->output, &error))
    code = hx_command_fail(&error, hx_command_exit_of(&error));
  else if (!complete)
    code = HX_EXIT_FAILED;
  job_deinit(&j);
  return code;
}

static const hx_option options[] = {
    HX_OPTION(STRING, report_options, output, "output", .short_name = 'o', .metavar = "FILE",
              .flags = HX_OPT_WRITES, .default_text = "report.html", .choices = "FILE",
              .help = "file to write; - is standard output"),
    HX_OPTION(FLAG, report_options, plots, "plots", .default_text = "on", .flags = HX_OPT_NEGATABLE,
              .help = "draw the plots, which needs gnuplot"),
    HX_OPTION(STRING, report_options, machine, "machine", .metavar = "ID",
              .default_text = "this one", .help = "a machine of the store, such as m-0123456789"),
    HX_OPTION(FLAG, report_options, fleet, "fleet",
              .help = "one table of all machines of the store instead, as pvtune best --fleet"),
    {0}};

const hx_command hx_cmd_report = {
    .name = "report",
    .summary = "write one HTML page about everything measured here",
    .synopsis = "",
    .description =
        "Writes one HTML page about this machine from the stored measurements: the recommendation "
        "and its reason, ties, all configurations, plots, what disturbed the measurements, how "
        "outputs "
        "were checked, comparisons, recorded commits, and the machine itself. The page needs no "
        "network, no other file and no scripts; with scripts its tables can be sorted.\n"
        "\n"
        "Plots are drawn by gnuplot (Debian: gnuplot-nox). If it is missing the page is written "
        "without plots and the exit code is 1, unless --no-plots is given. The path of the page is "
        "printed to stdout.",
    .named_by = "the page is named by -o",
    .examples = "pvtune report\n"
                "    report.html about this machine\n"
                "pvtune report --results copied/results --machine m-0123456789\n"
                "    about another machine whose results were copied here\n",
    .options = options,
    .options_size = sizeof(report_options),
    .defaults = defaults,
    .run = run,
};
