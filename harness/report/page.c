#include "report/page.h"

#include "base/fail.h"

#include "report/draw.h"
#include "report/html.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

const char *hx_page_date(const char *utc, char *text, size_t cap) {
  static const char *const months[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
  int year, month, day;
  if (sscanf(utc, "%4d-%2d-%2d", &year, &month, &day) == 3 && month >= 1 && month <= 12)
    snprintf(text, cap, "%d %s %d", day, months[month - 1], year);
  else
    snprintf(text, cap, "%s", utc);
  return text;
}

const char *hx_page_workload_name(const char *workload, char *text, size_t cap) {
  const char *slash = strrchr(workload, '/'), *colon = strrchr(workload, ':');
  if (strncmp(workload, "study:", 6) == 0 && slash)
    snprintf(text, cap, "Study %s", slash + 1);
  else if (strncmp(workload, "builtin:", 8) == 0 && colon > workload + 8)
    snprintf(text, cap, "Built-in study: %.*s, %s scenarios", (int)(colon - workload - 8),
             workload + 8, colon + 1);
  else if (strncmp(workload, "cmd:", 4) == 0)
    snprintf(text, cap, "%s", workload + 4);
  else
    snprintf(text, cap, "%s", workload);
  return text;
}

int hx_page_best(const hx_report_subject *subject) {
  if (subject->chosen != HX_REPORT_NOWHERE)
    return subject->chosen;
  return subject->n_configs > 0 && !isnan(subject->configs[0].estimate.seconds) ? 0
                                                                                : HX_REPORT_NOWHERE;
}

bool hx_page_is_comparison(const hx_report_subject *subject) {
  return subject->recommendation || subject->n_configs > 1;
}

const char *hx_page_interference(const hx_report_subject *subject, char *text, size_t cap) {
  return hx_interference_sentence(&subject->interference, text, cap);
}

/* ---- plots ---- */

/* Its table; NULL when there is nothing to see. */
static char *table_of(const hx_report_page *page, hx_plot plot, const hx_report_subject *subject) {
  char *table = NULL;
  size_t size;
  FILE *csv = open_memstream(&table, &size);
  size_t rows = csv ? hx_plot_write_csv(plot, page->data, subject, csv) : 0;
  if (csv && fclose(csv) == 0 && rows > 0)
    return table;
  free(table);
  return NULL;
}

void hx_page_plot(hx_report_page *page, int plot, const hx_report_subject *subject,
                  const char *words, FILE *out) {
  char prefix[64], *svg = NULL;
  size_t size;
  pvs_error error = {0};
  snprintf(prefix, sizeof prefix, "%s%zu", hx_plot_get((hx_plot)plot)->name,
           subject ? (size_t)(subject - page->data->subjects) : 0);
  char *table = page->plots ? table_of(page, (hx_plot)plot, subject) : NULL;
  if (!table)
    return;
  page->n_plots++;
  if (!page->no_gnuplot) {
    hx_drawn drawn = hx_plot_draw_table(page->plots_folder, (hx_plot)plot, table, HX_PICTURE_INLINE,
                                        &svg, &size, &error);
    page->no_gnuplot = drawn == HX_DRAWN_NO_GNUPLOT;
    if (drawn != HX_DRAWN && !page->problem[0])
      snprintf(page->problem, sizeof page->problem, "%s", error.message);
  }
  free(table);
  page->n_missing += svg == NULL;
  if (!svg)
    return;
  fprintf(out, "<figure id=\"%s\">\n", prefix);
  hx_svg_inline(svg, prefix, words, out);
  fputs("<figcaption>", out);
  hx_html_text(out, words);
  fputs("</figcaption></figure>\n", out);
  free(svg);
}

/* ---- the page ---- */

/* Text inside <style> and <script> cannot be escaped; ours never holds "</". */
static void write_raw(FILE *out, const char *element, const char *text) {
  if (strstr(text, "</") == NULL)
    fprintf(out, "<%s>\n%s</%s>\n", element, text, element);
}

static const hx_environment_row *last_environment(const hx_report_data *data) {
  const hx_environment_row *row = data->environments.rows;
  return data->environments.n > 0 ? &row[data->environments.n - 1] : NULL;
}

static void write_headline(const hx_report_page *page, FILE *out) {
  const hx_report_data *data = page->data;
  const hx_report_subject *s = data->n_subjects > 0 ? &data->subjects[0] : NULL;
  int best = s ? hx_page_best(s) : HX_REPORT_NOWHERE;
  if (best == HX_REPORT_NOWHERE) {
    fputs(s ? "No configuration ran validly" : "Comparisons", out);
    return;
  }
  const hx_report_config *c = &s->configs[best];
  hx_html_text(out, c->words);
  if (best == s->serial)
    fputs(": as fast as it gets", out);
  else if (!isnan(c->speedup))
    hx_html_say(out, ": %.*f× as fast as serial", c->speedup < 9.95 ? 1 : 0, c->speedup);
  else
    fputs(" is fastest", out);
}

static void write_header(const hx_report_page *page, FILE *out) {
  char date[64];
  const hx_report_data *data = page->data;
  const hx_environment_row *environment = last_environment(data);
  fputs("<header>\n<p class=\"eyebrow\">pvtune report</p>\n<h1>", out);
  write_headline(page, out);
  fputs("</h1>\n<p class=\"lead\">", out);
  if (environment && environment->cpu_model[0]) {
    hx_html_text(out, environment->cpu_model);
    fputs(", ", out);
  }
  if (page->topo) {
    const hx_topo_counts *c = hx_topo_get_counts(page->topo);
    fprintf(out, "%d core%s, ", c->cores_whole, c->cores_whole == 1 ? "" : "s");
  }
  hx_html_say(out, "machine %s", data->machine);
  if (data->n_subjects > 0) {
    const hx_report_subject *s = &data->subjects[0];
    hx_html_say(out, " · %s on %s", s->recommendation ? "tuned" : "measured",
                hx_page_date(s->runs[0]->start_utc, date, sizeof date));
  }
  fputs("</p>\n</header>\n", out);
}

static void write_contents(const hx_report_page *page, FILE *out) {
  const hx_report_data *data = page->data;
  char text[256];
  fputs("<nav aria-label=\"Contents\"><ul>\n", out);
  for (size_t i = 0; i < data->n_subjects; i++) {
    if (!hx_page_is_comparison(&data->subjects[i]))
      continue;
    fprintf(out, "<li><a href=\"#workload-%zu\">", i);
    hx_html_text(out, hx_page_workload_name(data->subjects[i].workload, text, sizeof text));
    fputs("</a></li>\n", out);
  }
  if (data->joint)
    fputs("<li><a href=\"#together\">Workloads together</a></li>\n", out);
  if (data->verdicts.n > 0)
    fputs("<li><a href=\"#verdicts\">Comparisons</a></li>\n", out);
  fputs("<li><a href=\"#trust\">Can it be trusted?</a></li>\n"
        "<li><a href=\"#machine\">The machine</a></li>\n"
        "<li><a href=\"#method\">How it was measured</a></li>\n</ul></nav>\n",
        out);
}

void hx_report_write_page(hx_report_page *page, FILE *out) {
  page->problem[0] = '\0';
  page->n_plots = page->n_missing = 0;
  page->no_gnuplot = false;
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        out);
  hx_html_say(out, "pvtune report: %s", page->data->machine);
  fputs("</title>\n<link rel=\"icon\" href=\"data:,\">\n", out);
  write_raw(out, "style", page->style);
  fputs("</head>\n<body>\n<main>\n", out);
  write_header(page, out);
  write_contents(page, out);
  for (size_t i = 0; i < page->data->n_subjects; i++)
    if (hx_page_is_comparison(&page->data->subjects[i]))
      hx_page_subject(page, i, out);
  hx_page_joint(page, out);
  hx_page_single_configurations(page, out);
  hx_page_verdicts(page, out);
  hx_page_trust(page, out);
  hx_page_machine(page, out);
  hx_page_method(page, out);
  fputs("<footer><p>", out);
  hx_html_say(out,
              "Made by pvtune %s on %s from %s. The page needs nothing else: it can be kept, "
              "printed and sent as it is.",
              page->version, page->made_utc, page->data->folder);
  fputs("</p></footer>\n</main>\n", out);
  write_raw(out, "script", page->script);
  fputs("</body>\n</html>\n", out);
}
