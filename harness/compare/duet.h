/* A duet: two sides are measured in blocks, ABBA or BAAB, until decide/compare has a verdict. Every
 * run is a fresh process; it is checked and stored.
 *
 * Where that is sound, the first two runs of a block take turns of some milliseconds (process.h), and
 * then the other two. It is sound if the runs compute rather than wait, because a wait goes on
 * while its process is stopped; if both sides have about as many processes and threads, each of which
 * takes time to stop and to wake; and if these stay in the run's process group, which is all that can
 * be stopped (mpirun starts other groups). Runs
 * that use no more CPUs than they have workers are then confined to as many CPUs, which both share
 * and which change from block to block.
 *
 *   hx_duet_result result;
 *   if (hx_duet_run(&context, &options, &a, &b, &result, &error)) ... result ...
 *
 * Each side begins with a warm-up, which is stored and not counted. Every further run of the side
 * must give the outputs of its warm-up, and B must give those of A. */
#ifndef HX_COMPARE_DUET_H
#define HX_COMPARE_DUET_H

#include "pvs/pvs.h"

#include "decide/compare.h"
#include "measure/check.h"
#include "measure/context.h"
#include "measure/interference.h"

#include <stdbool.h>
#include <stddef.h>

/* One side on one workload. All borrowed. */
typedef struct hx_duet_player {
  const hx_runner *runner;
  const hx_workload *workload;
  const hx_config *config;
  const char *binary, *revision; /* for the store; "" none */
} hx_duet_player;

typedef enum hx_duet_interleave {
  HX_DUET_INTERLEAVE_AUTO,  /* when the warm-ups computed, and for long enough */
  HX_DUET_INTERLEAVE_NEVER, /* one run after the other */
  HX_DUET_INTERLEAVE_ALWAYS,
} hx_duet_interleave;

typedef hx_expected (*hx_duet_outputs_fn)(void *ctx, const hx_duet_player *a,
                                          const hx_duet_player *b, char *message, size_t cap);

typedef struct hx_duet_options {
  const char *command; /* "compare", "gate", "record" */
  const char *duet;    /* uuid of the comparison: its key in runs.csv */
  const char *note;    /* NULL: none */
  hx_compare_options rule;
  int warm_ups;     /* of each side; 0: one */
  int blocks;       /* so many, whatever the verdict; 0: until there is one */
  double budget_s;  /* INFINITY: none */
  double timeout_s; /* of one run; INFINITY: none */
  hx_duet_interleave interleave;
  const hx_cpuset *allowed;           /* CPUs that runs may share; NULL: they are not confined */
  double max_rss_growth;              /* fraction; INFINITY: any */
  bool only_check;                    /* the warm-ups only: do both run, and agree? No blocks */
  bool ignore_outputs;                /* they are reported, and nothing more */
  hx_duet_outputs_fn compare_outputs; /* asked when digests differ: are the outputs the same within
                                         tolerance? NULL: digests decide */
  void *outputs_ctx;
  void (*pad)(size_t bytes); /* called before each block; NULL: no padding */
} hx_duet_options;

typedef enum hx_duet_outputs {
  HX_DUET_OUTPUTS_UNCHECKED, /* there are none */
  HX_DUET_OUTPUTS_SAME,
  HX_DUET_OUTPUTS_CLOSE, /* other bytes, equal within tolerance */
  HX_DUET_OUTPUTS_DIFFER,
  HX_DUET_OUTPUTS_VARY, /* from run to run of one side; known only while differences are ignored */
} hx_duet_outputs;

enum { HX_DUET_REASON = 512 };

typedef struct hx_duet_result {
  hx_compare_result compare;   /* of the blocks that were measured */
  double a_s, b_s;             /* medians of single runs; NaN: none */
  double a_rss_kib, b_rss_kib; /* medians of the runs' peak memory; NaN: none */
  bool grew;                   /* B needs more memory than max_rss_growth allows */
  double noise;                /* robust spread of a block's difference, ln; NaN below 4 blocks */
  bool left_group;             /* a warm-up had processes in other groups: no turns */
  bool unlike;                 /* no turns, since they would cost one side more than the other */
  double turn_s;               /* length of the turns the runs took; 0: one after the other */
  int workers;                 /* A's, B's are the same unless each runs at its own best */
  hx_duet_outputs outputs;
  char b_digest[HX_HASH_TEXT]; /* of B's outputs; "": none, they vary, or it did not run */
  bool failed;                 /* a run was not valid, or outputs differ: `reason` says which */
  bool b_failed;               /* the run that was not valid is B's */
  char reason[HX_DUET_REASON]; /* also how outputs differ when that is ignored */
  bool interrupted;
  hx_interference interference;
} hx_duet_result;

/* Does not use the runner of `context`. False with a sentence in error when the harness itself failed
 * (store, memory); what was measured until then is in the store. */
bool hx_duet_run(const hx_measure_context *context, const hx_duet_options *options,
                 const hx_duet_player *a, const hx_duet_player *b, hx_duet_result *result,
                 pvs_error *error);

/* "same", ...; as in the column `outputs` of verdicts.csv. */
const char *hx_duet_outputs_name(hx_duet_outputs outputs);

#endif
