/* A comparison: the way from two sides as text to verdicts on all workloads.
 *
 *   hx_comparison c;
 *   hx_comparison_init(&c, &options, a, b, &error)      sides, revisions; nothing is run
 *   hx_comparison_open(&c, session, &error)             builds, sizes of built-ins
 *   hx_comparison_measure(&c, &summary, &error)         all workloads; stores the verdicts
 *   hx_comparison_close(&c, &error)                     in any case
 *
 * A series of comparisons with the same A replaces B between measurements. */
#ifndef HX_COMPARE_COMPARISON_H
#define HX_COMPARE_COMPARISON_H

#include "pvs/pvs.h"

#include "compare/ready_side.h"
#include "compare/revision.h"
#include "compare/side.h"
#include "compare/verdict.h"
#include "measure/session.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* All borrowed. */
typedef struct hx_comparison_options {
  const char *command;                /* "compare", "gate", "record": kept with every run */
  hx_workload *workloads;             /* of both sides; sized by _open; cmd: sides have none */
  size_t n_workloads;                 /* at most HX_COMPARE_MAX_WORKLOADS */
  bool named;                         /* a person named them; otherwise they are the usual ones */
  const hx_config *config, *config_b; /* NULL: serial, and as A */
  const char *build;                  /* NULL: pvtune's own */
  const char *const *build_variables; /* more of the environment that builds depend on */
  size_t n_build_variables;
  double min_effect, margin;
  const double *margins;     /* by workload, NaN: margin; NULL: margin for all */
  double max_rss_growth;     /* of B's peak memory over A's; INFINITY: any */
  const hx_waivers *waivers; /* NULL: none */
  double budget_s;           /* of all workloads, without builds; INFINITY: none */
  double timeout_s;          /* of one run; INFINITY: none */
  const hx_run_life *life;   /* what happens around each run; NULL: nothing */
  int warm_ups;              /* of each side, 0: one */
  int blocks;                /* so many, whatever the verdict; 0: until there is one */
  hx_duet_interleave interleave;
  bool ignore_outputs, inconclusive_passes, new_fails, removed_fails;
  bool own_best;        /* each side runs as was recommended for it */
  bool instructions;    /* count instructions as well */
  bool by_instructions; /* instructions decide instead of time; outputs are compared as usual */
  bool b_later;         /* B is not made by _open, but by _replace_b before each measurement */
  const char *note;     /* NULL: none */
} hx_comparison_options;

/* Not to be moved once opened. */
typedef struct hx_comparison {
  hx_comparison_options options; /* margin and min_effect may be changed between measurements */
  hx_side side[2];
  hx_measure_session *session;
  hx_repository repository;     /* with a rev: side */
  hx_workload side_workload[2]; /* of cmd: sides */
  size_t n;                     /* workloads to compare on */
  hx_config config[2];          /* unless each runs at its own best */
  hx_ready_side ready[2];
  char commit[2][HX_COMMIT_TEXT]; /* of rev: sides; "" */
  char duet[HX_UUID_TEXT];
  hx_text around; /* `life` in words */
  char b_text[HX_COMMIT_TEXT + 8];
  char failed_log[PATH_MAX]; /* of the build that has just failed; "": none did */
} hx_comparison;

/* Parses the sides, checks that they can be compared and looks up revisions. Nothing is run or
 * written. `a` and `b` are borrowed. False with an error if the comparison is impossible. */
bool hx_comparison_init(hx_comparison *comparison, const hx_comparison_options *options,
                        const char *a, const char *b, pvs_error *error);
/* Builds the sides and chooses the sizes of built-in studies. The session is open and outlives
 * the comparison. False with a sentence in error; its code is PVS_BAD_VALUE when a named binary
 * cannot be run. When a side does not build the sentence says which, and `failed_log` is what
 * it printed. */
bool hx_comparison_open(hx_comparison *comparison, hx_measure_session *session, pvs_error *error);
/* Measures all workloads, concludes and stores. The summary's lines are malloc'd. False with a
 * sentence in error; then there is no summary. */
bool hx_comparison_measure(hx_comparison *comparison, hx_verdict_summary *summary,
                           pvs_error *error);
/* Runs --cleanup of both sides, unless that was done. False with a sentence in error if it failed. */
bool hx_comparison_clean_up(hx_comparison *comparison, pvs_error *error);
/* The same, and frees what is held. */
bool hx_comparison_close(hx_comparison *comparison, pvs_error *error);

/* Builds one commit (in full) and puts it in B's place. */
bool hx_comparison_replace_b(hx_comparison *comparison, const char *commit, pvs_error *error);

#endif
