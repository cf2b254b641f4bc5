/* Recommendations: how they are chosen, stored, and found again by `best` and `run -w auto`. */
#ifndef HX_TUNE_RECOMMEND_H
#define HX_TUNE_RECOMMEND_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "machine/topo.h"
#include "measure/environment.h"
#include "measure/store.h"
#include "tune/sweep.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- choosing and storing ---- */

typedef struct hx_choice {
  bool found;
  size_t config;    /* index into the report */
  size_t runner_up; /* the best of those it does not tie with, else of the others; config itself
                       when there is no other */
  bool kept;        /* the incumbent ties with the policy's choice, so it stays: a repeated tuning
                       gives the same answer */
} hx_choice;

/* For one workload of the report. `incumbent`: what was recommended before, NULL for none. */
hx_choice hx_recommend_choose(const hx_sweep_report *report, size_t workload,
                              const hx_config *incumbent);
/* For all of them together; found only when the report has a joint result. */
hx_choice hx_recommend_choose_jointly(const hx_sweep_report *report, const hx_config *incumbent);

/* In words: "nothing else that was measured to the end is as good", "fewest workers of the 3 that tie", ... Returns text. */
const char *hx_recommend_reason(const hx_sweep_report *report, size_t workload,
                                const hx_choice *choice, char *text, size_t cap);

/* Appends one row per workload with a choice, and one for the joint choice. `choices`: one per
 * workload. */
bool hx_recommend_store(const hx_measure_context *context, const hx_sweep_options *options,
                        const hx_sweep_report *report, const hx_choice *choices,
                        const hx_choice *joint, pvs_error *error);

/* ---- finding ---- */

typedef struct hx_recommendations {
  hx_store_rows stored; /* owns the texts */
  hx_recommendation_row *rows;
  size_t n;                       /* the last of each (allocation, scope, workload), oldest first */
  hx_recommendation_row *refused; /* those left out of them, for they cannot be used here */
  size_t n_refused;
} hx_recommendations;

/* Those of one machine, by its folder in the store (results/<machine>, which need not exist) and its
 * id (NULL: whichever); a machine without any has n = 0. Free with _deinit. */
bool hx_recommendations_read(const char *folder, const char *machine, hx_recommendations *out,
                             pvs_error *error);
/* Why a refused one is not used, in one sentence. Returns text. */
const char *hx_recommendation_why_refused(const hx_recommendation_row *row, const char *machine,
                                          char *text, size_t cap);
void hx_recommendations_deinit(hx_recommendations *recommendations);
/* The refused ones alone, for the functions that find one; not for _deinit. */
hx_recommendations hx_recommendations_refused(const hx_recommendations *recommendations);
/* The recommendation for exactly this workload and allocation; NULL if there is none. */
const hx_recommendation_row *hx_recommendations_find(const hx_recommendations *recommendations,
                                                     const char *allocation, const char *workload);

/* What is about to be run. */
typedef struct hx_auto_query {
  const char *results;        /* results folder */
  const hx_topo *topo;        /* live */
  const char *self_path;      /* this pvtune */
  const char *workload;       /* key, see workload.h */
  const char *workload_class; /* "static", "batteries", "mixed"; NULL unknown */
  int units;                  /* of work; 0 unknown */
} hx_auto_query;

typedef enum hx_auto_kind {
  HX_AUTO_NONE,    /* nothing fits: config is not set */
  HX_AUTO_EXACT,   /* tuned for this workload */
  HX_AUTO_NEAREST, /* tuned for others; `says` names which */
} hx_auto_kind;

typedef struct hx_auto_found {
  hx_auto_kind kind;
  hx_config config;
  bool is_of_these_cpus; /* tuned with the same CPUs allowed */
  char says[640];        /* one sentence: what is used and why */
  char warning[640];     /* binary, kernel or allocation changed since, in one sentence; "" */
} hx_auto_found;

/* The one call behind `run -w auto`. False with a sentence in error only when the store cannot be
 * read; a machine never tuned is HX_AUTO_NONE. */
bool hx_recommend_auto(const hx_auto_query *query, hx_auto_found *found, pvs_error *error);

#endif
