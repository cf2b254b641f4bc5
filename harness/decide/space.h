/* The space that a search looks through: every worker count, executor, shape and value of the
 * further dimensions (pin strategy, schedule, chunk size, parameters of a command). Plain numbers:
 * what an executor or a pin strategy is called, and where it puts workers, the caller knows.
 *
 * Pure functions of their arguments. */
#ifndef HX_DECIDE_SPACE_H
#define HX_DECIDE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  HX_SPACE_AXES = 12, /* dimensions beside executor, processes and threads */
  HX_SPACE_EXECUTORS = 6,
  HX_SPACE_COUNTS = 64, /* most counts of a ladder */
  HX_SPACE_LEVELS = 8,  /* most numbers of processes tried for hybrids */
};

/* How an executor spreads n workers. */
typedef enum hx_space_shape {
  HX_SPACE_SERIAL,    /* 1 x 1 */
  HX_SPACE_THREADS,   /* 1 x n */
  HX_SPACE_PROCESSES, /* n x 1 */
  HX_SPACE_HYBRID,    /* processes x threads, both of at least two */
} hx_space_shape;

/* One configuration. */
typedef struct hx_point {
  int executor; /* index into the space's executors */
  int processes, threads;
  int value[HX_SPACE_AXES]; /* index into each axis' values; 0 beyond the last axis */
} hx_point;

typedef struct hx_space_axis {
  const char *name; /* as a sentence says it: "pin", "schedule"; borrowed */
  int n_values;     /* the first is the simplest: the policy prefers it */
  bool ordered;     /* numbers in rising or falling order: neighbours are alike */
  bool parallel;    /* means nothing to one worker, where its value is always 0 */
} hx_space_axis;

typedef struct hx_space {
  /* Executors in the policy's order; the first one is serial. */
  hx_space_shape executors[HX_SPACE_EXECUTORS];
  const char *executor_names[HX_SPACE_EXECUTORS]; /* plural: "threads"; borrowed */
  int n_executors;
  hx_space_axis axes[HX_SPACE_AXES];
  int n_axes;
  int base[HX_SPACE_AXES]; /* values of the baseline, with which the search begins */
  int cpus;      /* CPUs that may be used (allowed ones, or a quota if it is less), at least 1 */
  bool confined; /* an allocation or a quota: more workers than CPUs are not even tried */
  bool uneven;   /* CPUs of several kinds: some are faster */
  bool listed;   /* the points are given: can_run says which, and no count is too large for them */
  int units;     /* pieces of work; 0: unknown */
  /* Worker counts that the machine's make suggests: cores, one package's, one L3's ... */
  int counts[HX_SPACE_COUNTS], n_counts;
  /* Process counts for hybrids: packages, NUMA nodes, L3 caches; those above one are used. */
  int levels[HX_SPACE_LEVELS], n_levels;
  /* A number for where the workers of a point run. Points that differ only in the value of axis
   * `place_axis` and have equal numbers are one. NULL: all differ. */
  uint64_t (*place)(void *context, const hx_point *point);
  int place_axis;
  /* Whether a point can run at all; NULL: every one can. */
  bool (*can_run)(void *context, const hx_point *point);
  void *context;
} hx_space;

static inline int hx_point_workers(const hx_point *p) {
  return p->processes * p->threads;
}

/* Has it so many CPUs that more can hide in it, worth more runs? More than 16. */
bool hx_space_is_large(const hx_space *s);

/* Most workers that are tried: one more than CPUs (as many as CPUs if
 * it is confined), and never more than units of work. */
int hx_space_most_workers(const hx_space *s);

/* The point of an executor with that many workers; `processes` counts for hybrids only, where
 * workers are rounded down to a multiple of it. Values beyond what applies are set to 0. */
hx_point hx_space_point(const hx_space *s, int executor, int processes, int workers,
                        const int *value);

/* Rewrites a point as the simplest of those that are the same. Returns false when it is not part
 * of the space: too few or too many workers, or it cannot run. */
bool hx_space_canonical(const hx_space *s, hx_point *p);

bool hx_point_equal(const hx_point *a, const hx_point *b);

/* The fixed policy among ties: fewest workers, then executors in order, then fewer processes, then
 * the simplest values. Below 0 when a is preferred, 0 when they are equal. */
int hx_space_prefer(const hx_space *s, const hx_point *a, const hx_point *b);

/* The ladder: worker counts to walk along, ascending, each one that the machine (halves of the
 * CPUs, its topology) or the work (units in 1, 2, 3 ... equal rounds) suggests. Returns how many,
 * at most HX_SPACE_COUNTS. */
int hx_space_ladder(const hx_space *s, int *counts);

/* A count about halfway between low and high that is a multiple of `step`; 0: none. Where units are
 * few and CPUs alike it is one of ceil(units / rounds), since with others workers would idle in the
 * last round. */
int hx_space_between(const hx_space *s, int low, int high, int step);

#endif
