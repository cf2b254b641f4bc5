/* The machine, and how it was measured. */
#include "report/html.h"
#include "report/machine_svg.h"
#include "report/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- the machine ---- */

static void write_fact(FILE *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void write_fact(FILE *out, const char *name, const char *format, ...) {
  va_list arguments;
  char *text;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (length < 0)
    return;
  if (length > 0) {
    fputs("<tr><th scope=\"row\">", out);
    hx_html_text(out, name);
    fputs("</th><td>", out);
    hx_html_text(out, text);
    fputs("</td></tr>\n", out);
  }
  free(text);
}

static void write_topology(const hx_topo *topo, FILE *out) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n;
  const hx_cache *caches = hx_topo_caches(topo, &n);
  write_fact(out, "Cores", "%d, with %d hardware thread%s, in %d package%s", c->cores_whole,
             c->pus_whole, c->pus_whole == 1 ? "" : "s", c->packages_whole,
             c->packages_whole == 1 ? "" : "s");
  if (c->numa_nodes_whole > 1)
    write_fact(out, "NUMA nodes", "%d", c->numa_nodes_whole);
  if (c->kinds > 1)
    write_fact(out, "Kinds of core", "%d", c->kinds);
  for (int i = 0; i < n; i++) {
    char name[32], bytes[HX_BYTES_TEXT];
    snprintf(name, sizeof name, "L%d%s cache", caches[i].level,
             caches[i].type == 'd'   ? " data"
             : caches[i].type == 'i' ? " instruction"
                                     : "");
    write_fact(out, name, "%d × %s, shared by %d hardware thread%s", caches[i].count,
               hx_bytes_text((double)caches[i].bytes, bytes), caches[i].pus,
               caches[i].pus == 1 ? "" : "s");
  }
}

static void write_environment(const hx_environment_row *e, FILE *out) {
  char bytes[HX_BYTES_TEXT];
  double memory = strtod(e->memory_bytes, NULL), swap = strtod(e->swap_bytes, NULL);
  write_fact(out, "Memory", "%s", memory > 0 ? hx_bytes_text(memory, bytes) : "");
  if (e->swap_bytes[0])
    write_fact(out, "Swap", "%s", swap > 0 ? hx_bytes_text(swap, bytes) : "none");
  write_fact(out, "Host", "%s", e->host);
  write_fact(out, "System", "%s", e->os);
  write_fact(out, "Kernel", "%s", e->kernel);
  write_fact(out, "Governor", "%s", e->governor);
  write_fact(out, "Turbo", "%s", e->turbo);
  write_fact(out, "SMT", "%s", e->smt);
  write_fact(out, "Virtual machine", "%s", e->hypervisor);
  write_fact(out, "Compiler", "%s", e->compiler);
  write_fact(out, "pvtune", "%s", e->version);
}

/* Where the recommended workers sit, for the picture; NULL when they are not bound. */
static hx_place *places_of(const hx_report_page *page, int *n) {
  const hx_report_subject *s = page->data->n_subjects > 0 ? &page->data->subjects[0] : NULL;
  int best = s ? hx_page_best(s) : HX_REPORT_NOWHERE;
  pvs_error error = {0};
  *n = 0;
  if (best == HX_REPORT_NOWHERE || strcmp(s->configs[best].config.pin, "none") == 0)
    return NULL;
  const hx_config *config = &s->configs[best].config;
  int workers = hx_config_workers(config);
  hx_place *places = calloc((size_t)workers, sizeof *places);
  if (places && hx_pin_place_config(page->topo, config, places, &error)) {
    *n = workers;
    return places;
  }
  free(places);
  return NULL;
}

static void write_picture(const hx_report_page *page, FILE *out) {
  int n;
  hx_place *places = places_of(page, &n);
  fputs("<figure id=\"machine-picture\">\n", out);
  hx_machine_svg(page->topo, places, n, out);
  fputs("<figcaption>Packages, caches, cores and their hardware threads, numbered as the system "
        "does. ",
        out);
  if (n > 0)
    hx_html_say(out, "Marked: where the %d worker%s of %s would sit.", n, n == 1 ? "" : "s",
                page->data->subjects[0].configs[hx_page_best(&page->data->subjects[0])].words);
  fputs("</figcaption></figure>\n", out);
  free(places);
}

void hx_page_machine(const hx_report_page *page, FILE *out) {
  const hx_report_data *data = page->data;
  const hx_environment_row *row = data->environments.rows;
  size_t n = data->environments.n;
  fputs("<section id=\"machine\">\n<h2>The machine</h2>\n", out);
  if (page->topo)
    write_picture(page, out);
  else
    fputs("<p>Its topology is not stored (machine.xml).</p>\n", out);
  fputs("<table class=\"facts\"><tbody>\n", out);
  write_fact(out, "Machine", "%s", data->machine);
  if (n > 0)
    write_fact(out, "CPU", "%s", row[n - 1].cpu_model);
  if (page->topo)
    write_topology(page->topo, out);
  if (n > 0) {
    write_environment(&row[n - 1], out);
    write_fact(out, "Allowed", "%s", row[n - 1].allocation);
  }
  fputs("</tbody></table>\n", out);
  if (n > 1)
    hx_html_say(out,
                "The newest of %zu environments it was measured in: kernel, compiler or settings "
                "changed between them.",
                n);
  fputs("</section>\n", out);
}

/* ---- how it was measured ---- */

enum { SWEEPS_MAX = 40 };

/* The last row of each sweep is the one that counts. */
static bool is_last_of_its_sweep(const hx_report_data *data, size_t i) {
  const hx_sweep_row *row = data->sweeps.rows;
  for (size_t k = i + 1; k < data->sweeps.n; k++)
    if (strcmp(row[k].sweep, row[i].sweep) == 0)
      return false;
  return true;
}

static void write_count(FILE *out, long long value) {
  if (value == HX_STORE_NONE)
    hx_html_number(out, (double)NAN, "%s", "");
  else
    hx_html_number(out, (double)value, "%lld", value);
}

static void write_sweeps(const hx_report_data *data, FILE *out) {
  const hx_sweep_row *row = data->sweeps.rows;
  size_t shown = 0;
  if (data->sweeps.n == 0)
    return;
  fputs("<h3>Sweeps</h3>\n", out);
  hx_html_table_start(
      out, "sweeps", "ended|command|workloads|state|#configurations|#runs|#time|interference|note");
  for (size_t i = data->sweeps.n; i-- > 0 && shown < SWEEPS_MAX;) {
    char text[HX_DURATION_TEXT];
    if (!is_last_of_its_sweep(data, i))
      continue;
    hx_html_row(out, NULL);
    hx_html_cell(out, "%.10s %.5s", row[i].at_utc,
                 strlen(row[i].at_utc) > 16 ? row[i].at_utc + 11 : "");
    hx_html_cell(out, "%s", row[i].command);
    hx_html_cell(out, "%s", row[i].workloads);
    hx_html_cell(out, "%s", row[i].state);
    write_count(out, row[i].configurations);
    write_count(out, row[i].runs);
    hx_html_number(out, row[i].spent_s, "%s", hx_html_duration(row[i].spent_s, text));
    hx_html_cell(out, "%s", row[i].interference);
    hx_html_cell(out, "%s", row[i].note);
    hx_html_row_end(out);
    shown++;
  }
  hx_html_table_end(out);
}

void hx_page_method(const hx_report_page *page, FILE *out) {
  fputs(
      "<section id=\"method\">\n<h2>How it was measured</h2>\n<ul>\n"
      "<li>Every run is a fresh process, timed from before its start to after its end. Built-in "
      "studies are ranked on their work alone, since they make their inputs in memory.</li>\n"
      "<li>Runs come in rounds. Each round runs every configuration still in the race once, in "
      "random order, so that a slow minute of the machine hits all alike.</li>\n"
      "<li>A configuration leaves the race when it is shown to be slower; a run that takes 1.6 "
      "times as long as the best is stopped and never averaged.</li>\n"
      "<li>Times are robust estimates, corrected for what whole rounds have in common; intervals "
      "are 95 %, with noise pooled over all configurations.</li>\n"
      "<li>The outputs of every run must be the serial run's, byte for byte; a worker must stay "
      "where it was bound, and as many must be at work as were asked for. What does not hold is "
      "invalid and never recommended.</li>\n"
      "<li>Nothing is left out: every run stands in <code>runs.csv</code>, also those that do not "
      "count.</li>\n</ul>\n",
      out);
  write_sweeps(page->data, out);
  fputs("</section>\n", out);
}
