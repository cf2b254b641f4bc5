#include "cli/goal_options.h"

#include "base/fail.h"
#include "cli/measure_print.h"
#include "measure/energy.h"
#include "measure/perf.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_goal_options, MEMBER, __VA_ARGS__)

const hx_option hx_goal_group[] = {
    ROW(STRING, objective, "objective", .metavar = "WHAT", .default_text = "time",
        .help = "what to minimize: time, user, cpu, rss, size (of outputs), energy, instructions, "
                "cycles, llc_misses, or a metric"),
    ROW(LIST, metrics, "metric", .metavar = "NAME=REGEX",
        .help = "a number that the command prints: what the first group of the regular expression "
                "matches"),
    ROW(FLAG, maximize, "maximize", .help = "maximize the objective instead"),
    ROW(LIST, limits, "limit", .metavar = "CONDITION",
        .help = "never recommend a configuration that does not meet this, such as 'size <= 12M'"),
    ROW(STRING, max_rss, "max-rss", .metavar = "SIZE",
        .help = "never recommend a configuration that needs more memory than this, such as 4GB; "
                "the same as --limit 'rss <= 4GB'"),
    {0}};

bool hx_goal_take(const hx_goal_options *o, hx_goal *out, pvs_error *error) {
  double bytes;
  bool ok = true;
  *out = (hx_goal){0};
  for (size_t i = 0; ok && i < o->metrics.count; i++)
    ok = hx_goal_add_metric(out, o->metrics.items[i], error);
  ok = ok && hx_goal_set(out, o->objective, o->maximize, error);
  for (size_t i = 0; ok && i < o->limits.count; i++)
    ok = hx_goal_add_limit(out, "--limit", o->limits.items[i], error);
  if (ok && o->max_rss) {
    char condition[80];
    if (!hx_size_parse(o->max_rss, &bytes) || bytes <= 0 || strlen(o->max_rss) > 40)
      return hx_fail(error, PVS_BAD_VALUE,
                     "--max-rss: found '%s', expected a size such as 500MB, 4GB or 4G", o->max_rss);
    snprintf(condition, sizeof condition, "rss <= %s", o->max_rss);
    ok = hx_goal_add_limit(out, "--max-rss", condition, error);
  }
  hx_energy energy;
  hx_energy_read(HX_ENERGY_FOLDER, &energy);
  if (ok && hx_goal_needs(out, HX_MEASURE_ENERGY) && energy.n == 0)
    return hx_fail(
        error, PVS_BAD_VALUE,
        "energy cannot be measured here: found no counter that can be read in " HX_ENERGY_FOLDER
        "/intel-rapl:0, expected RAPL and the right to read it");
  for (int i = 0; ok && i < HX_PERFS; i++)
    if (hx_goal_needs(out, HX_MEASURE_INSTRUCTIONS + (size_t)i) && !hx_perf_has(i))
      return hx_fail(error, PVS_BAD_VALUE,
                     "%s cannot be counted here: perf_event_open says '%s', expected a CPU that "
                     "counts and /proc/sys/kernel/perf_event_paranoid of 2 or less",
                     hx_goal_name(out, HX_MEASURE_INSTRUCTIONS + (size_t)i), strerror(errno));
  return ok;
}

/* ---- values ---- */

const char *hx_goal_show(const hx_goal *goal, double rank, char *text, size_t cap) {
  double value = hx_goal_value(goal, rank);
  const char *unit = goal ? hx_goal_unit(goal->what) : "s";
  if (strcmp(unit, "B") == 0)
    return hx_goal_show_bytes(value, text, cap);
  if (strcmp(unit, "s") == 0)
    return hx_measure_time(value, text, cap);
  const char *behind = *unit ? unit : hx_goal_name(goal, goal->what);
  snprintf(text, cap, "%.4g %s", value, behind);
  return text;
}

static const struct {
  hx_measure what;
  const char *header;
} counters[] = {{HX_MEASURE_INSTRUCTIONS, "instructions M"},
                {HX_MEASURE_CYCLES, "cycles M"},
                {HX_MEASURE_LLC_MISSES, "LLC misses M"}};

static bool is_known(const hx_sweep_line *lines, size_t n, hx_measure what) {
  for (size_t i = 0; i < n; i++)
    if (lines[i].estimate.n_valid > 0 && !isnan(lines[i].typical.of[what]))
      return true;
  return false;
}

void hx_goal_columns(hx_table *t, const hx_goal *goal, const hx_sweep_line *lines, size_t n) {
  bool time = hx_goal_is_time(goal);
  if (time) {
    hx_table_columns(t, "#median_s|#seconds=seconds|#lower_s=from|#upper_s=to|#speedup=speed-up");
  } else {
    hx_table_columns(t, "#median_s=seconds|#seconds|#lower_s|#upper_s");
    const char *unit = hx_goal_unit(goal->what);
    char header[HX_METRIC_NAME + 8];
    bool own_units = strcmp(unit, "B") == 0; /* each cell has one that suits it */
    snprintf(header, sizeof header, "%s%s%s", hx_goal_name(goal, goal->what),
             *unit && !own_units ? " " : "", own_units ? "" : unit);
    hx_table_column(t, "value", header, HX_COL_NUMBER);
    hx_table_columns(t, "#value_lower=from|#value_upper=to|#speedup=better");
  }
  hx_table_columns(t, "#speedup_lower|#speedup_upper");
  hx_table_column(t, "max_rss_mb", goal && goal->what == HX_MEASURE_RSS ? NULL : "MB",
                  HX_COL_NUMBER);
  hx_table_columns(t, "#max_rss_mb_per_worker|#output_bytes|#user_s|#energy_j");
  for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) /* few CPUs count all of them */
    hx_table_column(t, hx_goal_name(NULL, counters[i].what),
                    is_known(lines, n, counters[i].what) &&
                            !(goal && goal->what == (size_t)counters[i].what)
                        ? counters[i].header
                        : NULL,
                    HX_COL_NUMBER);
  for (size_t i = 0; goal && i < goal->n_metrics; i++) {
    char key[sizeof "metric_" + HX_METRIC_NAME];
    snprintf(key, sizeof key, "metric_%s", goal->metrics[i].name);
    bool shown = goal->what != HX_MEASURES + i;
    hx_table_column(t, key, shown ? goal->metrics[i].name : NULL, HX_COL_NUMBER);
  }
}

static void add_value(hx_table *t, const hx_goal *goal, double rank) {
  char text[32];
  double value = hx_goal_value(goal, rank);
  if (strcmp(hx_goal_unit(goal->what), "B") == 0)
    hx_table_number_as(t, value, "%s", hx_goal_show_bytes(value, text, sizeof text));
  else
    hx_table_number_as(t, value, "%.4g", value);
}

void hx_goal_cells(hx_table *t, const hx_goal *goal, const hx_config *config,
                   const hx_sweep_line *line) {
  const hx_search_estimate *e = &line->estimate;
  const double *of = line->typical.of;
  bool ran = e->n_valid > 0;
  double mb = ran ? 1e-6 * of[HX_MEASURE_RSS] : (double)NAN;
  if (hx_goal_is_time(goal)) {
    int decimals = e->seconds < 0.1 ? 4 : 3;
    hx_table_cells(t, HX_N(e->seconds, decimals), HX_N(e->seconds, decimals),
                   HX_N(e->lower_s, decimals), HX_N(e->upper_s, decimals));
  } else {
    double time = ran ? of[HX_MEASURE_TIME] : (double)NAN;
    hx_table_cells(t, HX_N(time, time < 0.1 ? 4 : 3), HX_N(NAN, 0), HX_N(NAN, 0), HX_N(NAN, 0));
    add_value(t, goal, e->seconds);
    add_value(t, goal, goal->maximize ? e->upper_s : e->lower_s);
    add_value(t, goal, goal->maximize ? e->lower_s : e->upper_s);
  }
  hx_table_cells(t, HX_N(line->speedup, 2), HX_N(line->speedup_lower, 2),
                 HX_N(line->speedup_upper, 2), HX_N(mb, mb < 10 ? 1 : 0),
                 HX_N(mb / config->threads, 1), HX_N(ran ? of[HX_MEASURE_SIZE] : (double)NAN, 0),
                 HX_N(ran ? of[HX_MEASURE_USER] : (double)NAN, 3),
                 HX_N(ran ? of[HX_MEASURE_ENERGY] : (double)NAN, 2));
  for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
    double count = ran ? of[counters[i].what] : (double)NAN;
    hx_table_number_as(t, count, "%.4g", 1e-6 * count);
  }
  for (size_t i = 0; goal && i < goal->n_metrics; i++) {
    double value = ran ? of[HX_MEASURES + i] : (double)NAN;
    hx_table_number_as(t, value, "%.6g", value);
  }
}
