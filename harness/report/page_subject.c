/* One workload: what to use and why, what ties with it, every configuration, the plots. */
#include "report/html.h"
#include "report/page.h"
#include "report/plot.h"

#include "measure/workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As the figures were recommended; those of the replayed search where nothing was. */
typedef struct figures {
  double seconds, lower_s, upper_s, speedup, speedup_lower, speedup_upper, noise;
  long long blocks, runs;
} figures;

static figures figures_of(const hx_report_subject *s, int best) {
  const hx_report_config *c = &s->configs[best];
  const hx_recommendation_row *r = s->recommendation;
  if (r && best == s->chosen && strcmp(r->sweep, s->sweep) == 0)
    return (figures){r->seconds, r->seconds_lower, r->seconds_upper,
                     r->speedup, r->speedup_lower, r->speedup_upper,
                     r->noise,   r->blocks,        r->runs};
  return (figures){c->estimate.seconds, c->estimate.lower_s, c->estimate.upper_s,
                   c->speedup,          c->speedup_lower,    c->speedup_upper,
                   s->search.noise,     s->search.blocks,    (long long)s->search.runs};
}

static size_t count_tied(const hx_report_subject *s) {
  size_t n = 0;
  for (size_t i = 0; i < s->n_configs; i++)
    n += hx_report_is_tied(s, (int)i);
  return n;
}

/* ---- the answer ---- */

static void write_card(FILE *out, const char *name, const char *value, const char *detail) {
  fputs("<div><dt>", out);
  hx_html_text(out, name);
  fputs("</dt><dd>", out);
  hx_html_text(out, value);
  fputs("<small>", out);
  hx_html_text(out, detail);
  fputs("</small></dd></div>\n", out);
}

static const char *pin_words(const char *pin) {
  static const struct {
    const char *pin, *words;
  } all[] = {{"none", "not pinned: the kernel places the workers"},
             {"compact", "pinned close together"},
             {"cores", "pinned, one a physical core"},
             {"spread", "pinned far from each other"},
             {"numa", "bound to NUMA nodes, memory too"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i].pin, pin) == 0)
      return all[i].words;
  return "pinned to a list of CPUs";
}

static void write_cards(const hx_report_subject *s, int best, FILE *out) {
  const hx_report_config *c = &s->configs[best];
  figures f = figures_of(s, best);
  char value[64], detail[128], low[HX_DURATION_TEXT], high[HX_DURATION_TEXT];
  fputs("<dl class=\"cards\">\n", out);
  write_card(out, s->chosen == best ? "Recommended" : "Fastest", c->words,
             c->config.executor == HX_EXECUTOR_SERIAL ? "one worker in one process"
                                                      : pin_words(c->config.pin));
  if (!isnan(f.speedup) && best != s->serial) {
    snprintf(value, sizeof value, "%.2f×", f.speedup);
    if (isnan(f.speedup_lower))
      snprintf(detail, sizeof detail, "as fast as serial");
    else
      snprintf(detail, sizeof detail, "as fast as serial; 95 %%: %.2f to %.2f", f.speedup_lower,
               f.speedup_upper);
    write_card(out, "Speed-up", value, detail);
  }
  hx_html_duration(f.seconds, value);
  if (isnan(f.lower_s))
    snprintf(detail, sizeof detail, "a run");
  else
    snprintf(detail, sizeof detail, "a run; 95 %%: %s to %s", hx_html_duration(f.lower_s, low),
             hx_html_duration(f.upper_s, high));
  write_card(out, "Time", value, detail);
  if (f.runs > 0) {
    snprintf(value, sizeof value, "%lld runs", f.runs);
    snprintf(detail, sizeof detail, "in %lld round%s", f.blocks, f.blocks == 1 ? "" : "s");
    if (!isnan(f.noise))
      snprintf(detail, sizeof detail, "in %lld round%s; a run scatters by %.1f %%", f.blocks,
               f.blocks == 1 ? "" : "s", 100 * f.noise);
    write_card(out, "Measured", value, detail);
  }
  fputs("</dl>\n", out);
}

/* The first configuration, by time, that does not tie. */
static const hx_report_config *best_beaten(const hx_report_subject *s) {
  for (size_t i = 0; i < s->n_configs; i++)
    if (!hx_report_is_tied(s, (int)i) && !isnan(s->configs[i].estimate.seconds))
      return &s->configs[i];
  return NULL;
}

static void write_why(const hx_report_subject *s, int best, FILE *out) {
  const hx_report_config *c = &s->configs[best];
  const hx_report_config *beaten = best_beaten(s);
  size_t ties = count_tied(s);
  fputs("<h3>Why</h3>\n<p>", out);
  if (s->recommendation && best == s->chosen) {
    hx_html_say(out, "What chose %s: %s. ", c->words, s->recommendation->reason);
  } else {
    hx_html_say(out,
                "%s has the least time of what was measured; pvtune tune has not chosen one "
                "for this workload yet. ",
                c->words);
  }
  hx_html_say(out, "%zu configuration%s took part. ", s->n_configs, s->n_configs == 1 ? "" : "s");
  if (beaten && beaten != c)
    hx_html_say(out, "The next one that does not tie, %s, takes %.2f times as long. ",
                beaten->words, beaten->estimate.seconds / c->estimate.seconds);
  if (ties > 1)
    fputs("Among those that tie the policy prefers fewer workers, then threads before processes, "
          "then the simpler pinning: so that the answer is the same next time.",
          out);
  fputs("</p>\n", out);
}

static void write_ties(const hx_report_subject *s, int best, FILE *out) {
  fputs("<h3>What ties with it</h3>\n", out);
  if (isnan(s->search.noise)) {
    fputs("<p>Not known: it takes a second round to tell a difference from chance.</p>\n", out);
    return;
  }
  if (count_tied(s) < 2) {
    fputs("<p>Nothing: every other configuration is slower.</p>\n", out);
    return;
  }
  fputs("<p>Not shown to be slower than the fastest by more than 2 %:</p>\n<ul class=\"ties\">\n",
        out);
  for (size_t i = 0; i < s->n_configs; i++) {
    const hx_report_config *c = &s->configs[i];
    if (!hx_report_is_tied(s, (int)i))
      continue;
    fprintf(out, "<li%s>", (int)i == best ? " class=\"chosen\"" : "");
    hx_html_text(out, c->words);
    if (!isnan(c->estimate.ratio))
      hx_html_say(out, " %.2f×", c->estimate.ratio);
    fputs("</li>\n", out);
  }
  fputs("</ul>\n<p class=\"note\">The factor is the time relative to the fastest estimate.</p>\n",
        out);
}

static void write_command(const hx_report_subject *s, int best, FILE *out) {
  const hx_config *config = &s->configs[best].config;
  hx_workload workload;
  pvs_error error = {0};
  char *line = NULL;
  if (hx_workload_parse(s->workload, &workload, &error)) {
    line = hx_workload_line(&workload, config, "pvtune", NULL);
    hx_workload_deinit(&workload);
  }
  fputs("<h3>How to use it</h3>\n<pre><code>", out);
  if (line)
    hx_html_text(out, line);
  else /* a study whose folder has gone */
    hx_html_say(out, "pvtune run -x %s -w %d --pin %s", hx_executor_name(config->executor),
                hx_config_workers(config), config->pin);
  fputs("</code></pre>\n", out);
  if (s->chosen == best && strncmp(s->workload, "cmd:", 4) != 0)
    fputs("<p class=\"note\"><code>pvtune run</code> takes it by itself on this machine.</p>\n",
          out);
  free(line);
}

/* ---- the table ---- */

static const char *verdict_of(const hx_report_subject *s, size_t i) {
  const hx_report_config *c = &s->configs[i];
  if ((int)i == s->chosen)
    return "recommended";
  if (i == 0 && s->chosen == HX_REPORT_NOWHERE && c->estimate.fate == HX_SEARCH_TIED)
    return "fastest";
  switch (c->estimate.fate) {
  case HX_SEARCH_TIED:
    return c->estimate.ratio <= 1.02 ? "ties" : "may tie";
  case HX_SEARCH_SURVIVED:
    return "likely slower";
  case HX_SEARCH_DROPPED:
    return "slower";
  case HX_SEARCH_HOPELESS:
    return "far slower";
  case HX_SEARCH_BROKEN:
    return strcmp(c->problem, "wrong") == 0     ? "wrong outputs"
           : strcmp(c->problem, "failed") == 0  ? "failed"
           : strcmp(c->problem, "timeout") == 0 ? "ran out of time"
                                                : "did not run as asked";
  case HX_SEARCH_UNKNOWN:
    break;
  }
  return "warm-up only";
}

static void write_table(const hx_report_subject *s, size_t index, FILE *out) {
  char id[64], text[HX_DURATION_TEXT], low[HX_DURATION_TEXT], high[HX_DURATION_TEXT];
  snprintf(id, sizeof id, "configurations-%zu", index);
  fputs("<h3>Every configuration</h3>\n", out);
  hx_html_table_start(out, id,
                      "configuration|verdict|#workers|#runs|#time|#95 % interval|#speed-up|"
                      "#efficiency|#× fastest");
  for (size_t i = 0; i < s->n_configs; i++) {
    const hx_report_config *c = &s->configs[i];
    const hx_search_estimate *e = &c->estimate;
    int workers = hx_config_workers(&c->config);
    hx_html_row(out, (int)i == s->chosen ? "chosen" : hx_report_is_tied(s, (int)i) ? "tied" : NULL);
    hx_html_cell(out, "%s", c->words);
    hx_html_cell(out, "%s", verdict_of(s, i));
    hx_html_number(out, workers, "%d", workers);
    hx_html_number(out, (double)c->runs, "%zu", c->runs);
    hx_html_number(out, e->seconds, "%s", hx_html_duration(e->seconds, text));
    hx_html_number(out, e->lower_s, "%s to %s", hx_html_duration(e->lower_s, low),
                   hx_html_duration(e->upper_s, high));
    hx_html_number(out, c->speedup, "%.2f", c->speedup);
    hx_html_number(out, c->speedup / workers, "%.0f %%", 100 * c->speedup / workers);
    hx_html_number(out, e->ratio, "%.2f", e->ratio);
    hx_html_row_end(out);
  }
  hx_html_table_end(out);
  fputs("<p class=\"note\">Times are corrected for what disturbed whole rounds; the interval is "
        "theirs. Click a heading to sort.</p>\n",
        out);
}

void hx_page_subject(hx_report_page *page, size_t index, FILE *out) {
  const hx_report_subject *s = &page->data->subjects[index];
  int best = hx_page_best(s);
  char text[512];
  fprintf(out, "<section id=\"workload-%zu\">\n<h2>", index);
  hx_html_text(out, hx_page_workload_name(s->workload, text, sizeof text));
  fputs("</h2>\n<p class=\"key\">", out);
  hx_html_say(out, "%s", s->workload);
  if (s->units > 0)
    hx_html_say(out, " · %lld units of work", s->units);
  hx_html_say(out, " · allowed %s", s->allocation);
  fputs("</p>\n", out);
  if (best == HX_REPORT_NOWHERE) {
    fputs("<p>No configuration ran validly.</p>\n", out);
  } else {
    write_cards(s, best, out);
    hx_page_interference(s, text, sizeof text);
    if (text[0]) {
      fputs("<p class=\"disturbed\"><strong>Disturbed:</strong> ", out);
      hx_html_say(out, "%s. Repeat it on a quieter machine for narrower intervals.", text);
      fputs("</p>\n", out);
    }
    fputs("<div class=\"columns\"><div>\n", out);
    write_why(s, best, out);
    fputs("</div><div>\n", out);
    write_ties(s, best, out);
    fputs("</div></div>\n", out);
    write_command(s, best, out);
  }
  hx_page_plot(page, HX_PLOT_SPEEDUP, s,
               "Speed-up and efficiency against the number of workers; of several pinnings and "
               "schedules the fastest.",
               out);
  write_table(s, index, out);
  hx_page_plot(page, HX_PLOT_DISTRIBUTIONS, s, "Every run of every configuration, fastest on top.",
               out);
  hx_page_plot(page, HX_PLOT_HEATMAP, s, "Workers across, executor and pinning down; dark is fast.",
               out);
  hx_page_plot(page, HX_PLOT_RUNS, s,
               "The chosen configuration's runs in the order they were made, above what other jobs "
               "and the hypervisor took.",
               out);
  hx_page_plot(page, HX_PLOT_TIME, s, "Where the time of one run of it goes, medians.", out);
  fputs("</section>\n", out);
}

/* ---- several workloads ---- */

void hx_page_joint(hx_report_page *page, FILE *out) {
  const hx_recommendation_row *joint = page->data->joint;
  if (joint) {
    hx_config config;
    pvs_error error = {0};
    char words[HX_REPORT_WORDS];
    fputs("<section id=\"together\">\n<h2>Workloads together</h2>\n<p>", out);
    if (hx_config_parse(joint->config, &config, &error))
      hx_report_config_words(&config, words, sizeof words);
    else
      snprintf(words, sizeof words, "%.300s", joint->config);
    hx_html_say(out, "One configuration for all of them: %s", words);
    if (!isnan(joint->worst_regret))
      hx_html_say(out, ", which loses at most %.1f %% on any", 100 * joint->worst_regret);
    hx_html_say(out, " (%s).", joint->workload);
    fputs("</p>\n", out);
    hx_page_plot(page, HX_PLOT_REGRET, NULL,
                 "What each configuration loses on each workload against that workload's best.",
                 out);
    fputs("</section>\n", out);
  }
}

/* ---- workloads measured with one configuration: to see how cost grows, mostly ---- */

void hx_page_single_configurations(hx_report_page *page, FILE *out) {
  const hx_report_data *data = page->data;
  size_t n = 0;
  for (size_t i = 0; i < data->n_subjects; i++)
    n += !hx_page_is_comparison(&data->subjects[i]);
  if (n == 0)
    return;
  fputs("<section id=\"single\">\n<h2>Measured with one configuration</h2>\n", out);
  hx_page_plot(page, HX_PLOT_GROWTH, NULL,
               "Serial time of workloads that were measured at several sizes.", out);
  hx_html_table_start(out, "single-table", "workload|configuration|#runs|#time|#95 % interval|on");
  for (size_t i = 0; i < data->n_subjects; i++) {
    const hx_report_subject *s = &data->subjects[i];
    const hx_report_config *c = s->configs;
    char name[512], text[HX_DURATION_TEXT], low[HX_DURATION_TEXT], high[HX_DURATION_TEXT];
    if (hx_page_is_comparison(s))
      continue;
    hx_html_row(out, NULL);
    hx_html_cell(out, "%s", hx_page_workload_name(s->workload, name, sizeof name));
    hx_html_cell(out, "%s", c->words);
    hx_html_number(out, (double)c->runs, "%zu", c->runs);
    hx_html_number(out, c->estimate.seconds, "%s", hx_html_duration(c->estimate.seconds, text));
    hx_html_number(out, c->estimate.lower_s, "%s to %s", hx_html_duration(c->estimate.lower_s, low),
                   hx_html_duration(c->estimate.upper_s, high));
    hx_html_cell(out, "%.10s", s->runs[0]->start_utc);
    hx_html_row_end(out);
  }
  hx_html_table_end(out);
  fputs("</section>\n", out);
}
