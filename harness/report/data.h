/* A machine's store, arranged for the report: one topic for every workload that was tuned or
 * swept, with one line per configuration. */
#ifndef HX_REPORT_DATA_H
#define HX_REPORT_DATA_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "compare/revision.h"
#include "decide/estimate.h"
#include "decide/usl.h"
#include "measure/interference.h"
#include "measure/store.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
  HX_REPORT_WORDS = 320,
  HX_REPORT_NOWHERE = -1,
  HX_REPORT_COUNTS = 3,
  HX_REPORT_FINDING = 1024,
  HX_REPORT_COMMITS = 1000 /* the newest of a branch; as many as pvtune history shows */
};

/* One configuration of a topic. */
typedef struct hx_report_config {
  const char *key; /* as the store writes it */
  hx_config config;
  char words[HX_REPORT_WORDS]; /* "2 threads, compact" */
  hx_search_estimate estimate; /* in what it is ranked by, the less the better: mostly seconds */
  double seconds, lower_s, upper_s; /* its time */
  double joint_loss; /* of workloads tuned together, against the best on this one; NaN unknown */
  double value;      /* median of the objective, where that is not time */
  double rss_bytes;  /* peak memory of its valid runs; NaN unknown */
  double counts[HX_REPORT_COUNTS]; /* medians of instructions, cycles, LLC misses; NaN unknown */
  double speedup, speedup_lower, speedup_upper; /* over serial; NaN unknown */
  size_t runs;                                  /* of every outcome, as n_counted */
  const char *problem; /* outcome of its first run that is neither valid nor stopped early; "" */
} hx_report_config;

/* One workload under one allocation: the sweep that its recommendation comes from, else the last.
 */
typedef struct hx_report_topic {
  const char *workload, *allocation, *sweep;
  const hx_recommendation_row *recommendation; /* the last one; NULL: swept only */
  const hx_run_row **runs;                     /* of that sweep, warm-up included, in their order */
  size_t n_runs;
  hx_report_config *configs; /* the best, what ties with it, the rest, each fastest first */
  size_t n_configs;
  const char *finding;   /* the search's verdict as a sentence; "": nothing was concluded */
  bool decided;          /* standings are those of a search that ended */
  const char *objective; /* what it is ranked on instead of time; "" */
  bool maximize;
  int serial, chosen, answer; /* index into configs; HX_REPORT_NOWHERE: none. chosen: recommended;
                                 answer: what the verdict is about, if it found something */
  size_t n_counted;           /* runs without the warm-up */
  hx_interference interference;
  long long units; /* 0 unknown */
} hx_report_topic;

typedef struct hx_report_data {
  char machine[64];
  char folder[PATH_MAX];
  hx_store_rows runs, sweeps, standings, recommendations, verdicts, accepted, environments;
  hx_report_topic *topics; /* those tuned before those swept, newest first */
  size_t n_topics;
  hx_commits commits;   /* of the current branch, where the records may lie; none outside of a
                         repository */
  size_t n_allocations; /* different ones among the topics */
  const hx_recommendation_row *joint; /* the last recommendation over several workloads, or NULL */
} hx_report_data;

/* Reads <results>/<machine>/, and, if commits were recorded, the line of commits of the repository
 * around the current folder. False with an error when a table cannot be read or memory
 * is short. A folder that does not exist has no rows and no topics: see hx_report_is_empty. *out
 * is initialised by the call; free with _close. */
bool hx_report_open(const char *results, const char *machine, hx_report_data *out,
                    pvs_error *error);
void hx_report_close(hx_report_data *data);

/* Nothing to show: no topic and no verdict. */
bool hx_report_is_empty(const hx_report_data *data);

/* What was told about the first table that has lines that are no rows of it; "": none has. */
const char *hx_report_warning(const hx_report_data *data);

/* The topic of that workload, under whatever allocation was measured last. NULL when there is
 * none. */
const hx_report_topic *hx_report_find(const hx_report_data *data, const char *workload);
/* The configuration with that key; HX_REPORT_NOWHERE: not one of them. */
int hx_report_config_index(const hx_report_topic *topic, const char *key);
/* The recommended configuration, else the verdict's answer, else the fastest; HX_REPORT_NOWHERE: none
 * ran validly. */
int hx_report_best(const hx_report_topic *topic);
/* Whether there was a choice: several configurations. */
bool hx_report_is_choice(const hx_report_topic *topic);
/* Whether the configuration was not shown to be slower than the best, which is one of them. */
bool hx_report_is_tied(const hx_report_topic *topic, int config);

/* What limits the program: the scaling law fitted to the executor, pinning and schedule of which most
 * counts were measured. *series: one of its configurations, NULL: nothing is fitted, or without
 * intervals; may be NULL. */
hx_usl hx_report_limits(const hx_report_topic *topic, const hx_config **series);

/* What was found, as a sentence without a full stop that agrees with every figure of the topic; ""
 * where nothing was decided. Returns text. */
const char *hx_report_finding(const hx_report_topic *topic, char *text, size_t cap);

/* Whether it is a command of the user's. */
bool hx_report_is_command(const hx_report_topic *topic);

/* Internal to data: fills configs, finding, n_counted and interference from the topic's runs and
 * standings. False when out of memory. */
bool hx_report_judge(hx_report_topic *topic, const hx_store_rows *standings);

#endif
