/* What a comparison found, over all its workloads: the joint verdict, the exit code it deserves,
 * its words, its rows in the store, and what a build server wants to see of it. */
#ifndef HX_COMPARE_VERDICT_H
#define HX_COMPARE_VERDICT_H

#include "pvs/pvs.h"

#include "compare/duet.h"
#include "compare/presence.h"
#include "compare/waivers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What becomes of a workload. */
typedef enum hx_verdict_fate {
  HX_FATE_PASSED,
  HX_FATE_SLOWER,
  HX_FATE_DIFFERENT,   /* outputs differ, and that matters */
  HX_FATE_BROKEN,      /* a run failed, or nothing was measured */
  HX_FATE_INTERRUPTED, /* stopped by a signal before there was a verdict: never a pass */
  HX_FATE_OPEN_PASSED, /* no verdict, which passes, or fails */
  HX_FATE_OPEN_FAILED,
  HX_FATE_LARGER,  /* as fast, or without a verdict, but needs more memory than is allowed */
  HX_FATE_WAIVED,  /* slower or larger, which a waiver accepts */
  HX_FATE_NEW,     /* only B has it */
  HX_FATE_REMOVED, /* only A has it */
} hx_verdict_fate;

/* One workload. */
typedef struct hx_verdict_line {
  const char *workload, *b_workload; /* keys; they differ for cmd: sides; borrowed */
  char a_config[HX_CONFIG_TEXT], b_config[HX_CONFIG_TEXT];
  hx_duet_result duet; /* not run when only one side has the workload */
  hx_presence presence;
  double margin, max_rss_growth; /* of this workload, as fractions; growth INFINITY: any */
  const hx_waiver *waiver;       /* borrowed; NULL: none holds */
  double instructions[2];        /* exact counts of A and B; NaN: not asked for */
  bool by_instructions;          /* they decided: duet.compare is about them, not about time */
  char instructions_note[256];   /* what they were counted on, or why they were not */
  /* From here on hx_verdict_conclude's. */
  bool measured;
  hx_compare_verdict verdict; /* after Holm over all workloads; GO_ON when it was not measured */
  hx_verdict_fate fate;
} hx_verdict_line;

typedef struct hx_verdict_side {
  const char *text; /* as given; borrowed */
  char binary[HX_HASH_TEXT], revision[HX_REVISION_TEXT];
} hx_verdict_side;

typedef struct hx_verdict_summary {
  const char *command, *duet, *note; /* borrowed; note NULL: none */
  const char *build;                 /* borrowed; NULL: pvtune's own */
  const char *around;                /* borrowed; what happened around the runs, NULL: nothing */
  hx_verdict_side a, b;
  hx_compare_options rule; /* as for one workload alone */
  hx_verdict_line *lines;
  size_t n;
  bool ignore_outputs;
  bool inconclusive_passes, new_fails, removed_fails;
  hx_compare_verdict joint; /* of the workloads that were measured; GO_ON: none was */
  hx_compare_alarms alarms;
  int interrupted_by; /* signal that ended it early; 0: none */
  /* What went wrong after the measurement, in a sentence without its full stop, with its
   * exit code in `status`; "": nothing did. */
  char afterwards[512];
  int status; /* exit code: the gravest of 3 outputs differ, 4 slower, 128 + signal
                         interrupted, 1 failed or nothing measured, 5 inconclusive; else 0 */
} hx_verdict_summary;

/* The rule for one of n workloads: with n of them each has to be n times as sure. */
hx_compare_options hx_verdict_rule(const hx_compare_options *rule, size_t n);

/* Fills joint, status and the members of every line that are marked as its own. Verdicts are
 * concluded nowhere else. */
void hx_verdict_conclude(hx_verdict_summary *summary);
/* Frees the lines. */
void hx_verdict_deinit(hx_verdict_summary *summary);

/* "SLOWER", or why there is no verdict: "RUN FAILED", "OUTPUTS DIFFER", "INTERRUPTED". */
const char *hx_verdict_word(const hx_verdict_line *line);
/* Why there is no verdict, in a sentence that names the side and its workload. Only for a line whose
 * fate is HX_FATE_BROKEN or HX_FATE_DIFFERENT. Returns text. */
const char *hx_verdict_reason(const hx_verdict_line *line, char *text, size_t cap);

/* "B takes 3.1 % longer than A (2.2 to 4.0 %)", ... one sentence without full stop. Returns text.
 */
const char *hx_verdict_sentence(const hx_verdict_summary *summary, size_t line, char *text,
                                size_t cap);
/* "0 of 24 replayed comparisons, of stored runs of one side with one another, gave a false alarm (95 %
 * upper bound: 12 %)". Returns text. */
const char *hx_verdict_alarms(const hx_compare_alarms *alarms, char *text, size_t cap);

/* One row in verdicts.csv for each workload that was measured to its end. */
bool hx_verdict_store(const hx_measure_context *context, const hx_verdict_summary *summary,
                      pvs_error *error);

/* JUnit XML with one test case per workload. It failed if the workload is slower or its outputs
 * differ, and is an error if it could not be measured. Inconclusive ones are skipped or failed, as
 * the summary says. */
void hx_verdict_write_junit(const hx_verdict_summary *summary, FILE *out);
/* A Markdown section for a merge request. */
void hx_verdict_write_markdown(const hx_verdict_summary *summary, FILE *out);

/* Formats that dashboards read: github-action-benchmark's "customSmallerIsBetter" and Bencher's
 * metric format. Workloads without a time of B are left out. malloc'd; NULL when out of memory. */
typedef enum hx_verdict_format {
  HX_VERDICT_BENCHMARK_ACTION,
  HX_VERDICT_BENCHER
} hx_verdict_format;
char *hx_verdict_export(const hx_verdict_summary *summary, hx_verdict_format format);

/* What these reports say when nothing could be compared: a build failed, a revision is unknown, the
 * disk is full, or somebody interrupted. */
typedef struct hx_verdict_failure {
  const char *command;
  const char *a, *b;   /* the sides as given */
  bool interrupted;    /* by a person or a time-out */
  const char *message; /* one sentence */
  const char *details; /* lines of a log, any bytes; NULL: none */
} hx_verdict_failure;

/* Both are UTF-8 whatever the log holds. */
void hx_verdict_write_junit_failure(const hx_verdict_failure *failure, FILE *out);
void hx_verdict_write_markdown_failure(const hx_verdict_failure *failure, FILE *out);

#endif
