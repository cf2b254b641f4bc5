/* What the parts of explore.h share; nobody else includes this.
 *
 * The search is written as it reads, as functions that make runs one after the other. They are
 * executed anew for every question: runs that were added are taken from the log, and the first one
 * that is not there is the question. A function returns false to say "not further now". */
#ifndef HX_DECIDE_EXPLORE_STATE_H
#define HX_DECIDE_EXPLORE_STATE_H

#include "decide/explore.h"
#include "decide/final.h"
#include "decide/stats.h"

enum {
  HX_EXPLORE_RUNS = 1200, /* most runs of the exploring part, but for a given list */
  HX_EXPLORE_NODES = 2048,
  HX_EXPLORE_EACH = 12, /* runs remembered of a configuration */
  HX_EXPLORE_HASH = 8192,
};

#define HX_EXPLORE_CAP       1.6 /* a run is stopped at this multiple of the best */
#define HX_EXPLORE_PLAUSIBLE 0.35

typedef struct hx_node {
  hx_point point;
  int n, n_clean;            /* valid runs, those of them undisturbed */
  int n_stopped, n_censored; /* stopped at the cap; those of them undisturbed */
  double y[HX_EXPLORE_EACH]; /* ln(seconds) of the last valid runs, corrected for drift */
  double least;              /* ln(seconds) of the fastest valid run, as it was measured */
  double bound;              /* ln of the highest cap at which it was stopped */
  bool broken, over;         /* over: broken because it was over a limit */
  bool barred;               /* the baseline: measured, never to be recommended */
} hx_node;

/* Whether a run of it said something: that was valid, or undisturbed until it was stopped. */
static inline bool hx_node_has_run(const hx_node *node) {
  return node->n > 0 || node->n_censored > 0;
}

typedef enum hx_doing {
  HX_DOING_SERIAL,
  HX_DOING_CHECK,
  HX_DOING_PROBE,
  HX_DOING_WALK,
  HX_DOING_SAMPLE,
  HX_DOING_SCREEN,
  HX_DOING_REFINE,
  HX_DOING_CROSS,
  HX_DOING_SETTLE,
  HX_DOING_CONTROL,
  HX_DOING_LIST,
} hx_doing;

struct hx_explore {
  hx_space space;
  hx_explore_options options;

  /* Kept from execution to execution. */
  hx_node *nodes;
  int n_nodes;
  struct hx_alias {
    hx_point point;
    int node; /* -1: not part of the space */
    bool used;
  } * aliases;
  int n_aliases;
  hx_explore_run *log;
  size_t n_log, log_cap;
  hx_point *given; /* options.given; NULL: none */

  /* Of this execution. */
  int from[HX_SPACE_AXES]; /* values on the ladders */
  size_t cursor;           /* into the log */
  double spent_s, ran_s;   /* of the budget; seconds that the runs were judged by */
  hx_rng rng;
  double shift; /* ln of how much slower the machine is than at the start */
  bool check_due;
  int checks;                    /* serial runs made because outputs differed */
  bool walked;                   /* all ladders to their ends */
  hx_search_verdict_state fatal; /* HX_VERDICT_OPEN: none */
  int doing, doing_executor, doing_low, doing_high;

  int pending; /* node asked for; -1: none */
  double pending_cap_s;

  hx_final *final;   /* NULL while exploring */
  size_t n_final;    /* its runs */
  bool asked_serial; /* by the final */
  bool stopped, no_memory;
};

/* The node of a point, -1 when it is not part of the space. */
int hx_explore_node(hx_explore *x, hx_point point);

/* The same without making one. */
int hx_explore_known(hx_explore *x, const hx_point *point);

/* One run of a node, stopped at `ratio` times the best; INFINITY: not at all. */
bool hx_explore_run_node(hx_explore *x, int node, double ratio);

/* ln(seconds) of a node: lower median of its runs; INFINITY when none finished. */
double hx_explore_level(const hx_explore *x, int node);

/* Whether the serial run has other values to look at: parameters of a command. */
bool hx_explore_serial_varies(const hx_explore *x);

/* The node with the lowest level that may be recommended; the baseline when there is none, -1 before it
 * has run. */
int hx_explore_best(const hx_explore *x);

/* How much slower a node is than the best, as ln(seconds). HX_EXPLORE_PLAUSIBLE: it could be the best if
 * its run was disturbed. */
double hx_explore_distance(const hx_explore *x, int node);

/* The exploring part: explore_walk.c, explore_sample.c, explore_near.c and
 * explore_refine.c. */
bool hx_explore_probe(hx_explore *x);
bool hx_explore_ladders(hx_explore *x);
bool hx_explore_sample(hx_explore *x);
bool hx_explore_settle(hx_explore *x);
bool hx_explore_improve(hx_explore *x, bool first);
/* Other counts of workers in the strand of a node, near the best of it. Followed: also beyond those
 * that ran. */
bool hx_explore_refine(hx_explore *x, int node, bool followed);
/* The node with other workers in the strand of `node` if it was run; -1: not. */
int hx_explore_measured(hx_explore *x, int node, int workers);
/* The measured neighbours of `own` workers in the strand of a node; 0: none. */
void hx_explore_neighbours(hx_explore *x, int node, int own, int *low, int *high);
int hx_explore_best_of_strand(hx_explore *x, int node);
/* Instead of all these: the given points. */
bool hx_explore_list(hx_explore *x);
/* Runs each of the nodes that has not run (or, again: each of them) in random order, the incumbent
 * among them as a control. */
bool hx_explore_batch(hx_explore *x, int *nodes, int n, bool again);

/* Fills finalists[HX_FINAL_MOST] with nodes worth of fresh runs, returns how many. */
size_t hx_explore_finalists(const hx_explore *x, int *finalists);

#endif
