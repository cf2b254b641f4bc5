/* Whether the figures can be trusted: interference, checked outputs, binding; comparisons. */
#include "report/html.h"
#include "report/page.h"
#include "report/plot.h"

#include <math.h>
#include <string.h>

enum { PROBLEMS_MAX = 20, VERDICTS_MAX = 60 };

typedef struct tally {
  size_t runs, valid, censored, wrong, invalid, failed, timeout;
  size_t with_digest, checked; /* digest equal to the serial run's */
  size_t pinned, held, disturbed;
  size_t told_workers; /* runs that said how many workers were at work */
  size_t few_workers;  /* fewer at work than asked for, although there were units enough */
  const char *digest, *expected;
} tally;

static void count(tally *t, const hx_run_row *run) {
  static const char *const names[] = {"valid", "censored", "wrong", "invalid", "failed", "timeout"};
  size_t *const counts[] = {&t->valid,   &t->censored, &t->wrong,
                            &t->invalid, &t->failed,   &t->timeout};
  t->runs++;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    *counts[i] += strcmp(run->outcome, names[i]) == 0;
  t->with_digest += run->digest[0] != '\0';
  t->checked += run->digest[0] && strcmp(run->digest, run->reference_digest) == 0;
  /* A run that was stopped or failed could not tell. */
  t->pinned += strcmp(run->pin, "none") != 0 &&
               (run->binding[0] ? strcmp(run->binding, "unknown") != 0 : run->counted == 1);
  t->held += strcmp(run->binding, "held") == 0;
  t->disturbed += run->disturbed == 1;
  t->told_workers += run->workers_seen > 0;
  t->few_workers += run->workers_seen > 0 && run->workers_seen < run->workers &&
                    (run->units < 1 || run->units >= run->workers);
  if (run->digest[0])
    t->digest = run->digest;
  if (run->expected[0])
    t->expected = run->expected;
}

static tally tally_of(const hx_report_subject *s) {
  tally t = {.digest = "", .expected = ""};
  for (size_t i = 0; i < s->n_runs; i++)
    if (s->runs[i]->block > 0)
      count(&t, s->runs[i]);
    else if (s->runs[i]->expected[0])
      t.expected = s->runs[i]->expected;
  return t;
}

/* ---- per workload ---- */

static void write_outputs(const tally *t, FILE *out) {
  if (t->with_digest == 0) {
    fputs("<p>Outputs were not compared: these runs have none that pvtune knows of.</p>\n", out);
    return;
  }
  fputs("<p>", out);
  if (t->wrong == 0 && t->checked == t->with_digest)
    hx_html_say(out,
                "All %zu runs that finished wrote the same outputs as the serial run (digest %s). ",
                t->with_digest, t->digest);
  else
    hx_html_say(out, "%zu of %zu runs wrote the same outputs as the serial run. ", t->checked,
                t->with_digest);
  if (t->expected[0])
    hx_html_say(out, "The serial run's outputs agree with the reference in %s.", t->expected);
  else
    fputs("No reference outputs were given (<code>--expect</code>).", out);
  fputs("</p>\n", out);
}

static void write_binding(const tally *t, FILE *out) {
  fputs("<p>", out);
  if (t->pinned == 0)
    fputs("No run was pinned. ", out);
  else if (t->held == t->pinned)
    hx_html_say(out, "Every worker of the %zu pinned runs stayed on the CPUs it was given. ",
                t->pinned);
  else
    hx_html_say(out, "In %zu of %zu pinned runs every worker was seen to stay on its CPUs. ",
                t->held, t->pinned);
  if (t->told_workers == 0)
    fputs("How many workers were at work is not known.", out);
  else if (t->few_workers > 0)
    hx_html_say(out, "In %zu runs fewer workers were at work than were asked for.", t->few_workers);
  else
    fputs("As many workers did work as were asked for.", out);
  fputs("</p>\n", out);
}

static void write_problems(const hx_report_subject *s, size_t index, FILE *out) {
  char id[64];
  size_t shown = 0, n = 0;
  for (size_t i = 0; i < s->n_runs; i++)
    n += s->runs[i]->reason[0] != '\0' && strcmp(s->runs[i]->outcome, "censored") != 0;
  if (n == 0)
    return;
  snprintf(id, sizeof id, "problems-%zu", index);
  hx_html_table_start(out, id, "#round|configuration|outcome|what was wrong");
  for (size_t i = 0; i < s->n_runs && shown < PROBLEMS_MAX; i++) {
    const hx_run_row *run = s->runs[i];
    if (!run->reason[0] || strcmp(run->outcome, "censored") == 0)
      continue;
    hx_html_row(out, NULL);
    hx_html_number(out, (double)run->block, "%lld", run->block);
    hx_html_cell(out, "%s", run->config);
    hx_html_cell(out, "%s", run->outcome);
    hx_html_cell(out, "%s", run->reason);
    hx_html_row_end(out);
    shown++;
  }
  hx_html_table_end(out);
  if (shown < n)
    hx_html_say(out, "The first %zu of %zu; runs.csv has all.", shown, n);
}

static void write_workload(const hx_report_subject *s, size_t index, FILE *out) {
  tally t = tally_of(s);
  char text[512];
  fputs("<h3>", out);
  hx_html_text(out, hx_page_workload_name(s->workload, text, sizeof text));
  fputs("</h3>\n<p>", out);
  hx_page_interference(s, text, sizeof text);
  if (text[0])
    hx_html_say(out,
                "Interference: %s. %zu of %zu runs are marked as disturbed; they count, since "
                "leaving runs out is how one fools oneself.",
                text, t.disturbed, t.runs);
  else
    hx_html_say(out,
                "Nothing disturbed it: no round in which other jobs took more than 5 %% of a core "
                "or the hypervisor more than 2 %%.");
  fputs("</p>\n", out);
  write_outputs(&t, out);
  write_binding(&t, out);
  fputs("<p>", out);
  hx_html_say(out, "Of %zu runs %zu are valid", t.runs, t.valid);
  if (t.censored)
    hx_html_say(out, ", %zu were stopped because they were far slower than the best", t.censored);
  if (t.wrong)
    hx_html_say(out, ", %zu wrote other outputs", t.wrong);
  if (t.invalid)
    hx_html_say(out, ", %zu did not run as asked", t.invalid);
  if (t.failed)
    hx_html_say(out, ", %zu failed", t.failed);
  if (t.timeout)
    hx_html_say(out, ", %zu ran out of time", t.timeout);
  fputs(".</p>\n", out);
  write_problems(s, index, out);
}

void hx_page_trust(const hx_report_page *page, FILE *out) {
  fputs("<section id=\"trust\">\n<h2>Can it be trusted?</h2>\n", out);
  for (size_t i = 0; i < page->data->n_subjects; i++)
    if (hx_page_is_comparison(&page->data->subjects[i]))
      write_workload(&page->data->subjects[i], i, out);
  if (page->data->n_subjects == 0)
    fputs("<p>Nothing was tuned or swept; comparisons carry their own checks above.</p>\n", out);
  if (page->data->runs.warning[0]) {
    fputs("<p class=\"disturbed\">", out);
    hx_html_text(out, page->data->runs.warning);
    fputs("</p>\n", out);
  }
  fputs("</section>\n", out);
}

/* ---- comparisons ---- */

static void write_verdict(const hx_verdict_row *v, FILE *out) {
  hx_html_row(out, strcmp(v->verdict, "SLOWER") == 0 ? "slower" : NULL);
  hx_html_cell(out, "%.10s", v->made_utc);
  hx_html_cell(out, "%s", v->a);
  hx_html_cell(out, "%s", v->b);
  hx_html_cell(out, "%s", v->verdict);
  hx_html_number(out, v->change, "%+.1f %%", 100 * v->change);
  hx_html_number(out, v->lower, "%+.1f %%", 100 * v->lower);
  hx_html_number(out, v->upper, "%+.1f %%", 100 * v->upper);
  if (v->runs == HX_STORE_NONE)
    hx_html_number(out, (double)NAN, "%s", "");
  else
    hx_html_number(out, (double)v->runs, "%lld", v->runs);
  hx_html_cell(out, "%s", v->outputs);
  hx_html_cell(out, "%s", v->workload);
  hx_html_row_end(out);
}

/* What `record` measured is a point of the history. */
static bool is_comparison(const hx_verdict_row *v) {
  return strcmp(v->command, "record") != 0;
}

void hx_page_verdicts(hx_report_page *page, FILE *out) {
  const hx_verdict_row *row = page->data->verdicts.rows;
  size_t n = 0, shown = 0;
  for (size_t i = 0; i < page->data->verdicts.n; i++)
    n += is_comparison(&row[i]);
  if (n > 0) {
    fputs("<section id=\"verdicts\">\n<h2>Comparisons</h2>\n", out);
    hx_html_table_start(out, "verdict-table",
                        "on|A|B|verdict|#change|#from|#to|#runs|outputs|workload");
    for (size_t i = page->data->verdicts.n; i > 0 && shown < VERDICTS_MAX; i--)
      if (is_comparison(&row[i - 1])) {
        write_verdict(&row[i - 1], out);
        shown++;
      }
    hx_html_table_end(out);
    fputs("<p class=\"note\">Change: how much longer B takes than A, with its interval.</p>\n",
          out);
    fputs("</section>\n", out);
  }
  hx_page_plot(page, HX_PLOT_HISTORY, NULL, "Speed of recorded commits against the reference.",
               out);
}
