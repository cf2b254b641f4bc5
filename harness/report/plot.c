#include "report/plot.h"

#include <math.h>
#include <string.h>

static const hx_plot_info plots[HX_PLOT_COUNT] = {
    [HX_PLOT_SPEEDUP] = {"speedup", "speedup.gp", "speed-up and efficiency against workers", false,
                         true},
    [HX_PLOT_HEATMAP] = {"heatmap", "heatmap.gp", "workers by executor and pinning", false, true},
    [HX_PLOT_RUNS] = {"runs", "runs.gp", "runs over time, with what disturbed them", false, true},
    [HX_PLOT_DISTRIBUTIONS] = {"distributions", "distributions.gp",
                               "every run, with median and interval", false, true},
    [HX_PLOT_TIME] = {"time", "time.gp", "where the time of a run goes", false, true},
    [HX_PLOT_REGRET] = {"regret", "regret.gp", "loss of each configuration on each workload", false,
                        false},
    [HX_PLOT_GROWTH] = {"growth", "growth.gp", "cost as the work grows", false, false},
    [HX_PLOT_HISTORY] = {"history", "history.gp", "speed over commits, with change points", false,
                         false},
    [HX_PLOT_DAY] = {"day", "study_day.gp", "a scenario's day: load, PV, battery, grid", true,
                     false},
    [HX_PLOT_YEAR] = {"year", "study_year.gp", "a scenario's year, day by day", true, false},
    [HX_PLOT_SCENARIOS] = {"scenarios", "study_scenarios.gp",
                           "cost and self-consumption over a study's scenarios", true, false},
};

const hx_plot_info *hx_plot_get(hx_plot plot) {
  return &plots[plot];
}

hx_plot hx_plot_find(const char *name) {
  int i = 0;
  while (i < HX_PLOT_COUNT && strcmp(plots[i].name, name) != 0)
    i++;
  return (hx_plot)i;
}

size_t hx_plot_write_csv(hx_plot plot, const hx_report_data *data, const hx_report_subject *subject,
                         FILE *out) {
  switch (plot) {
  case HX_PLOT_SPEEDUP:
    return hx_plot_speedup(subject, out);
  case HX_PLOT_HEATMAP:
    return hx_plot_heatmap(subject, out);
  case HX_PLOT_RUNS:
    return hx_plot_runs(subject, out);
  case HX_PLOT_DISTRIBUTIONS:
    return hx_plot_distributions(subject, out);
  case HX_PLOT_TIME:
    return hx_plot_time(subject, out);
  case HX_PLOT_REGRET:
    return hx_plot_regret(data, out);
  case HX_PLOT_GROWTH:
    return hx_plot_growth(data, out);
  case HX_PLOT_HISTORY:
    return hx_plot_history(data, out);
  case HX_PLOT_DAY:
  case HX_PLOT_YEAR:
  case HX_PLOT_SCENARIOS:
  case HX_PLOT_COUNT:
    break;
  }
  return 0;
}

/* Commas go (labels such as "2 threads, compact"), what could mean something becomes '_'; UTF-8
 * stays. */
void hx_plot_text(FILE *out, const char *text, char behind) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') ||
                 *c >= 0x80 || strchr(" :/=._+-%()", *c) != NULL;
    if (*c != ',')
      fputc(plain ? *c : '_', out);
  }
  fputc(behind, out);
}

void hx_plot_number(FILE *out, double value, char behind) {
  if (isfinite(value))
    fprintf(out, "%.9g", value);
  fputc(behind, out);
}
