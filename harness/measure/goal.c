#include "measure/goal.h"

#include "base/config.h"
#include "base/fail.h"
#include "base/phrase.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name, *unit;
} measures_of_all[HX_MEASURES] = {
    [HX_MEASURE_TIME] = {"time", "s"},
    [HX_MEASURE_USER] = {"user", "s"},
    [HX_MEASURE_CPU] = {"cpu", "s"},
    [HX_MEASURE_RSS] = {"rss", "B"},
    [HX_MEASURE_SIZE] = {"size", "B"},
    [HX_MEASURE_ENERGY] = {"energy", "J"},
    [HX_MEASURE_INSTRUCTIONS] = {"instructions", ""},
    [HX_MEASURE_CYCLES] = {"cycles", ""},
    [HX_MEASURE_LLC_MISSES] = {"llc_misses", ""},
};

const char *hx_goal_name(const hx_goal *goal, size_t what) {
  if (what < HX_MEASURES)
    return measures_of_all[what].name;
  size_t metric = what - HX_MEASURES;
  return goal && metric < goal->n_metrics ? goal->metrics[metric].name : NULL;
}

const char *hx_goal_unit(size_t what) {
  return what < HX_MEASURES ? measures_of_all[what].unit : "";
}

const char *hx_goal_show_bytes(double bytes, char *text, size_t cap) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  for (; bytes >= 999.95 && unit + 1 < sizeof units / sizeof *units; unit++)
    bytes /= 1000;
  snprintf(text, cap, "%.4g %s", bytes, units[unit]);
  return text;
}

const char *hx_goal_unit_named(const char *name) {
  for (size_t what = 0; what < HX_MEASURES; what++)
    if (strcmp(measures_of_all[what].name, name) == 0)
      return measures_of_all[what].unit;
  return "";
}

bool hx_goal_is_time(const hx_goal *goal) {
  return !goal || (goal->what == HX_MEASURE_TIME && !goal->maximize);
}

bool hx_goal_needs(const hx_goal *goal, size_t what) {
  bool needs = goal && goal->what == what;
  for (size_t i = 0; goal && i < goal->n_limits; i++)
    needs = needs || hx_condition_names(goal->limits[i], what);
  return needs;
}

/* ---- options ---- */

static size_t find_name(const hx_goal *goal, const char *name) {
  size_t what = 0;
  while (hx_goal_name(goal, what) && strcmp(hx_goal_name(goal, what), name) != 0)
    what++;
  return what;
}

/* Behind an opening bracket, the closing one. A ']' that comes first is a character like others, and one
 * of [:alnum:], [.-.] or [=e=] ends only that. */
static const char *end_of_bracket(const char *at) {
  at += *at == '^';
  at += *at == ']';
  for (; *at && *at != ']'; at++) {
    const char close[] = {at[1], ']', '\0'};
    const char *end = *at == '[' && at[1] && strchr(":.=", at[1]) ? strstr(at + 2, close) : NULL;
    at = end ? end + 1 : at;
  }
  return at;
}

/* A repetition of a repetition, which POSIX leaves open: "*?" is not lazy, and "+++" would double the
 * memory of regcomp with each sign. NULL: there is none. */
static const char *second_repetition(const char *pattern) {
  bool repeats = false;
  for (const char *at = pattern; *at; at++) {
    bool again = strchr("*+?{", *at) != NULL;
    if (again && repeats)
      return at - 1;
    repeats = again;
    if (*at == '\\' && at[1])
      at++;
    else if (*at == '[')
      at = end_of_bracket(at + 1);
    else if (*at == '{')
      at += strcspn(at, "}");
    if (!*at)
      break;
  }
  return NULL;
}

bool hx_goal_add_metric(hx_goal *goal, const char *text, pvs_error *error) {
  const char *equals = strchr(text, '=');
  size_t length = equals ? (size_t)(equals - text) : 0;
  if (!equals || !hx_param_name_is_valid(text, length))
    return hx_fail(error, PVS_BAD_VALUE,
                   "--metric: found '%s', expected NAME=REGEX such as size='([0-9]+) bytes'", text);
  if (goal->n_metrics == HX_METRICS_MAX)
    return hx_fail(error, PVS_BAD_VALUE, "--metric: found more than %d, expected at most that many",
                   HX_METRICS_MAX);
  hx_metric *m = &goal->metrics[goal->n_metrics];
  *m = (hx_metric){.pattern = equals + 1};
  memcpy(m->name, text, length);
  if (hx_goal_name(goal, find_name(goal, m->name)))
    return hx_fail(error, PVS_BAD_VALUE, "--metric: the name %s is taken, expected another",
                   m->name);
  const char *second = second_repetition(m->pattern);
  if (second)
    return hx_fail(
        error, PVS_BAD_VALUE,
        "--metric %s: found '%.2s' in '%s', expected one repetition at a time: POSIX has "
        "no lazy ones",
        m->name, second, m->pattern);
  int failed = regcomp(&m->regex, m->pattern, REG_EXTENDED);
  if (failed == REG_ESPACE)
    return hx_fail_memory(error);
  if (failed) {
    char why[128];
    regerror(failed, &m->regex, why, sizeof why);
    return hx_fail(error, PVS_BAD_VALUE,
                   "--metric %s: '%s' is no POSIX extended regular expression: %s", m->name,
                   m->pattern, why);
  }
  if (m->regex.re_nsub < 1) {
    regfree(&m->regex);
    return hx_fail(error, PVS_BAD_VALUE,
                   "--metric %s: found no group in '%s', expected the number in one, such as "
                   "([0-9.]+)",
                   m->name, m->pattern);
  }
  goal->n_metrics++;
  return true;
}

bool hx_goal_set(hx_goal *goal, const char *objective, bool maximize, pvs_error *error) {
  goal->maximize = maximize;
  if (!objective)
    return !maximize || hx_fail(error, PVS_BAD_VALUE,
                                "--maximize: found no --objective, expected what to maximise");
  goal->what = find_name(goal, objective);
  if (maximize && goal->what == HX_MEASURE_TIME)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--maximize: found the objective time, expected one that can be maximised");
  if (hx_goal_name(goal, goal->what))
    return true;
  goal->what = HX_MEASURE_TIME;
  char known[512];
  hx_phrase list = {known, sizeof known, 0};
  for (size_t i = 0; hx_goal_name(goal, i); i++)
    hx_phrase_add(&list, "%s%s", i ? ", " : "", hx_goal_name(goal, i));
  return hx_fail(error, PVS_BAD_VALUE,
                 "--objective: found '%s', expected one of %s, or the name of a --metric",
                 objective, known);
}

bool hx_goal_add_limit(hx_goal *goal, const char *option, const char *condition, pvs_error *error) {
  hx_condition_name names[HX_MEASURES + HX_METRICS_MAX];
  size_t n = 0;
  if (goal->n_limits == HX_LIMITS_MAX)
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s: found more than %d limits, expected at most that many", option,
                   HX_LIMITS_MAX);
  for (; hx_goal_name(goal, n); n++)
    names[n] = (hx_condition_name){.name = hx_goal_name(goal, n)};
  hx_condition *limit = hx_condition_parse(option, condition, names, n, error);
  if (limit)
    goal->limits[goal->n_limits++] = limit;
  return limit != NULL;
}

void hx_goal_deinit(hx_goal *goal) {
  for (size_t i = 0; i < goal->n_metrics; i++)
    regfree(&goal->metrics[i].regex);
  for (size_t i = 0; i < goal->n_limits; i++)
    hx_condition_free(goal->limits[i]);
  *goal = (hx_goal){0};
}

/* ---- values ---- */

static double number_in(const char *line, const regmatch_t *group) {
  char text[64];
  size_t n = group->rm_so < 0 ? 0 : (size_t)(group->rm_eo - group->rm_so);
  double number;
  if (n == 0 || n >= sizeof text)
    return (double)NAN;
  memcpy(text, line + group->rm_so, n);
  text[n] = '\0';
  return hx_number_parse(text, &number) ? number : (double)NAN;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Whether a number goes on behind `at`: 3 in "3,14", 3.5 in "3.5e6". A NUL is at `end`. */
static bool goes_on(const char *at, const char *end) {
  if (at < end && is_digit(*at))
    return true;
  bool exponent = at < end && (*at == 'e' || *at == 'E');
  const char *next = at + 1;
  next += exponent && next < end && (*next == '+' || *next == '-');
  return at < end && (exponent || strchr(".,'_", *at)) && is_digit(*next);
}

/* Whether a number began before `at`: 234.5 in "1,234.5", 3 in "-3", 6 in "3.5e6". */
static bool began_before(const char *line, const char *at) {
  char before = at > line ? at[-1] : ' ', two_before = at > line + 1 ? at[-2] : ' ';
  if (is_digit(before) || (strchr(".,'_eE", before) && is_digit(two_before)))
    return true;
  return (before == '-' || before == '+') && strchr(" \t=:(eE", two_before);
}

/* A part of a number is none: the rest of the number is not in the group, though the expression says
 * nothing of what stands beside it. */
static bool is_part(const char *line, const char *end, const regmatch_t groups[2]) {
  return groups[1].rm_so >= 0 &&
         ((groups[0].rm_so == groups[1].rm_so && began_before(line, line + groups[1].rm_so)) ||
          (groups[0].rm_eo == groups[1].rm_eo && goes_on(line + groups[1].rm_eo, end)));
}

static bool ends_line(char c) {
  return c == '\n' || c == '\r' || c == '\0';
}

bool hx_metric_read(const hx_metric *metric, char *text, size_t size, double *number) {
  bool found = false;
  *number = (double)NAN;
  for (size_t at = 0, n; at < size; at += n + 1) {
    n = 0;
    while (at + n < size && !ends_line(text[at + n]))
      n++;
    char *line = text + at, end = line[n];
    regmatch_t groups[2];
    line[n] = '\0';
    bool matches = regexec(&metric->regex, line, 2, groups, 0) == 0;
    line[n] = end;
    if (!matches)
      continue;
    found = true;
    *number = is_part(line, line + n, groups) ? (double)NAN : number_in(line, &groups[1]);
  }
  return found;
}

size_t hx_metric_line_begin(const char *text, size_t size) {
  size_t word = 0;
  for (size_t i = 0; i + 1 < size; i++) {
    if (ends_line(text[i]))
      return i + 1;
    if (word == 0 && (text[i] == ' ' || text[i] == '\t'))
      word = i + 1;
  }
  return word;
}

double hx_goal_rank(const hx_goal *goal, double value) {
  return goal && goal->maximize ? 1 / value : value;
}

double hx_goal_value(const hx_goal *goal, double rank) {
  return hx_goal_rank(goal, rank);
}

static bool no_match(const hx_metric *metric, char *reason, size_t cap) {
  snprintf(reason, cap,
           "it prints no number that matches --metric %s=%s (a part of one, as 234 of 1,234, is "
           "none)",
           metric->name, metric->pattern);
  return false;
}

bool hx_goal_has_metrics(const hx_goal *goal, const hx_measures *m, char *reason, size_t cap) {
  for (size_t i = 0; goal && i < goal->n_metrics; i++)
    if (isnan(m->of[HX_MEASURES + i]))
      return no_match(&goal->metrics[i], reason, cap);
  return true;
}

static bool is_known(const hx_goal *goal, const hx_measures *m, char *reason, size_t cap) {
  for (size_t what = 0; hx_goal_name(goal, what); what++) {
    if (!isnan(m->of[what]) || !hx_goal_needs(goal, what))
      continue;
    if (what >= HX_MEASURES)
      return no_match(&goal->metrics[what - HX_MEASURES], reason, cap);
    snprintf(reason, cap, "its %s is not known", hx_goal_name(goal, what));
    return false;
  }
  double value = m->of[goal->what];
  if (!(value > 0) || !isfinite(value)) {
    snprintf(reason, cap, "its %s is %.6g, expected a number above 0",
             hx_goal_name(goal, goal->what), value);
    return false;
  }
  return true;
}

hx_goal_end hx_goal_judge(const hx_goal *goal, const hx_measures *m, char *reason, size_t cap) {
  hx_condition_value values[HX_MEASURES + HX_METRICS_MAX] = {{0}};
  if (!goal)
    return HX_GOAL_MET;
  if (!is_known(goal, m, reason, cap))
    return HX_GOAL_UNKNOWN;
  for (size_t what = 0; hx_goal_name(goal, what); what++)
    values[what].number = m->of[what];
  for (size_t i = 0; i < goal->n_limits; i++) {
    if (hx_condition_holds(goal->limits[i], values))
      continue;
    hx_phrase out = {reason, cap, 0};
    const char *name;
    for (size_t what = 0; (name = hx_goal_name(goal, what)) != NULL; what++) {
      const char *unit = hx_goal_unit(what);
      if (!hx_condition_names(goal->limits[i], what))
        continue;
      hx_phrase_add(&out, "%s%s is ", out.length ? ", " : "", name);
      if (strcmp(unit, "B") == 0)
        hx_phrase_add(&out, "%.0f bytes", m->of[what]);
      else
        hx_phrase_add(&out, "%.6g%s%s", m->of[what], *unit ? " " : "", unit);
    }
    hx_phrase_add(&out, ", the limit is '%s'", hx_condition_text(goal->limits[i]));
    return HX_GOAL_OVER;
  }
  return HX_GOAL_MET;
}

/* ---- as text ---- */

void hx_goal_describe(const hx_goal *goal, hx_text *text) {
  hx_text_printf(text, "objective %s%s\n", hx_goal_name(goal, goal->what),
                 goal->maximize ? " maximized" : "");
  for (size_t i = 0; i < goal->n_metrics; i++)
    hx_text_printf(text, "metric %s=%s\n", goal->metrics[i].name, goal->metrics[i].pattern);
  for (size_t i = 0; i < goal->n_limits; i++)
    hx_text_printf(text, "limit %s\n", hx_condition_text(goal->limits[i]));
}

void hx_goal_format(const hx_goal *goal, const hx_measures *m, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  *text = '\0';
  for (size_t i = 0; goal && i < goal->n_metrics; i++)
    if (!isnan(m->of[HX_MEASURES + i]))
      hx_phrase_add(&out, "%s%s=%.17g", out.length ? " " : "", goal->metrics[i].name,
                    m->of[HX_MEASURES + i]);
}

void hx_goal_parse(const hx_goal *goal, const char *text, hx_measures *m) {
  for (size_t i = 0; goal && i < goal->n_metrics; i++) {
    size_t length = strlen(goal->metrics[i].name);
    m->of[HX_MEASURES + i] = (double)NAN;
    for (const char *at = text; *at; at += strcspn(at, " "), at += *at == ' ')
      if (strncmp(at, goal->metrics[i].name, length) == 0 && at[length] == '=')
        m->of[HX_MEASURES + i] = strtod(at + length + 1, NULL);
  }
}
