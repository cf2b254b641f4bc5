/* The objective (time by default) and the limits of a sweep. */
#ifndef HX_MEASURE_GOAL_H
#define HX_MEASURE_GOAL_H

#include "pvs/pvs.h"

#include "base/condition.h"
#include "base/text.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* What every run has. */
typedef enum hx_measure {
  HX_MEASURE_TIME,         /* seconds that configurations are ranked on */
  HX_MEASURE_USER,         /* seconds of CPU time in user mode */
  HX_MEASURE_CPU,          /* seconds of CPU time in all */
  HX_MEASURE_RSS,          /* bytes: the greatest resident set of one of its processes */
  HX_MEASURE_SIZE,         /* bytes of its outputs */
  HX_MEASURE_ENERGY,       /* joules of the packages while it ran */
  HX_MEASURE_INSTRUCTIONS, /* as the CPU counts them, in user mode; in the order of perf.h */
  HX_MEASURE_CYCLES,
  HX_MEASURE_LLC_MISSES,
  HX_MEASURES
} hx_measure;

enum { HX_METRICS_MAX = 8, HX_LIMITS_MAX = 8, HX_METRIC_NAME = 32 };

/* A number that the program prints. */
typedef struct hx_metric {
  char name[HX_METRIC_NAME];
  const char *pattern; /* borrowed */
  regex_t regex;
} hx_metric;

/* The measures and metrics of one run; NaN: unknown. */
typedef struct hx_measures {
  double of[HX_MEASURES + HX_METRICS_MAX];
} hx_measures;

/* All zero: time, no limits. */
typedef struct hx_goal {
  hx_metric metrics[HX_METRICS_MAX];
  size_t n_metrics;
  size_t what; /* hx_measure, or HX_MEASURES and the number of a metric */
  bool maximize;
  hx_condition *limits[HX_LIMITS_MAX];
  size_t n_limits;
} hx_goal;

/* Each returns false with an error that names the option, what was found and what was expected. */

/* --metric NAME=REGEX: a POSIX extended regular expression, whose first group is the number. */
bool hx_goal_add_metric(hx_goal *goal, const char *text, pvs_error *error);
/* --objective: a measure or a metric; metrics come first. */
bool hx_goal_set(hx_goal *goal, const char *objective, bool maximize, pvs_error *error);
/* --limit: a condition over measures and metrics. */
bool hx_goal_add_limit(hx_goal *goal, const char *option, const char *condition, pvs_error *error);
void hx_goal_deinit(hx_goal *goal); /* all zero is fine */

/* Names of measures and metrics; NULL beyond the last. */
const char *hx_goal_name(const hx_goal *goal, size_t what);
/* "s", "B", "J", or "" of counts and metrics. */
const char *hx_goal_unit(size_t what);
/* The same by the name of a measure or metric. */
const char *hx_goal_unit_named(const char *name);
/* "9 B", "1.234 MB": in powers of 1000, four digits; a cap of 16 is enough. Returns text. */
const char *hx_goal_show_bytes(double bytes, char *text, size_t cap);
bool hx_goal_is_time(const hx_goal *goal); /* NULL: it is */
/* Whether objective or limits need it. */
bool hx_goal_needs(const hx_goal *goal, size_t what);

/* Reads the number of the last match in the text. It is NaN if the match is no number, or is only a part
 * of one, such as 234.5 in "1,234.5". False: nothing matches. Lines end at newlines, returns and NULs.
 * Up to text[size] is written, and is as before afterwards. */
bool hx_metric_read(const hx_metric *metric, char *text, size_t size, double *number);
/* Where the first line begins that does not begin before the text; without one, where the first such word
 * begins; without one, 0. */
size_t hx_metric_line_begin(const char *text, size_t size);

/* Turns the objective's value into a rank, by which configurations are compared; a smaller rank is
 * better. It is the value, or, if that is to be maximised, one divided by it. And the reverse. */
double hx_goal_rank(const hx_goal *goal, double value);
double hx_goal_value(const hx_goal *goal, double rank);

typedef enum hx_goal_end { HX_GOAL_MET, HX_GOAL_OVER, HX_GOAL_UNKNOWN } hx_goal_end;
/* Whether a run is within the limits. If not, `reason` says which limit it exceeds, or which value
 * is unknown or not above zero. */
hx_goal_end hx_goal_judge(const hx_goal *goal, const hx_measures *measures, char *reason,
                          size_t cap);

/* Whether a run has a number for each metric, which judging needs only of those that decide. If not,
 * `reason` says for which. */
bool hx_goal_has_metrics(const hx_goal *goal, const hx_measures *measures, char *reason,
                         size_t cap);

/* Everything that decides what is measured, one line for each thing. */
void hx_goal_describe(const hx_goal *goal, hx_text *text);
/* "size=123 ratio=2.5": the metrics that are known. And the reverse. */
void hx_goal_format(const hx_goal *goal, const hx_measures *measures, char *text, size_t cap);
void hx_goal_parse(const hx_goal *goal, const char *text, hx_measures *measures);

#endif
