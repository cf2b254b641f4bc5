/* Google Benchmark for cases written in C.
 *
 * A case is a table of functions: `setup` makes what is measured, once per process and argument;
 * `run` does the work, timed, as often as Google Benchmark wants, leaving the same result each
 * time; `check` compares that result with one computed another way. A case whose result is wrong is
 * reported as an error, not as a time. */
#ifndef BM_SHIM_H
#define BM_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { BM_WHY_BYTES = 800, BM_COUNTERS = 6 };

typedef struct bm_param {
  const char *variant; /* which of the things that these ops can measure: their own words */
  const char *level;   /* SIMD level; NULL: the best, or none plays a part */
  int64_t n;           /* the argument; 0: none */
} bm_param;

/* What one run does, for the counters beside the time. */
typedef struct bm_work {
  double bytes;     /* 0: no bytes_per_second */
  const char *item; /* NULL, or what `items` counts: counter per_<item>, seconds of each */
  double items;
  struct {
    const char *name; /* shown as it is */
    double value;
  } counters[BM_COUNTERS]; /* up to the first without a name */
} bm_work;

/* `why` has room for BM_WHY_BYTES: the reason, a sentence without full stop. */
typedef struct bm_ops {
  void *(*setup)(const bm_param *param, char *why); /* NULL: could not, the case fails */
  void (*prepare)(void *ctx);                       /* untimed, before each run; NULL: nothing */
  void (*run)(void *ctx);
  /* After the last run. Fills *work, which is zeroed; false: the result is wrong. */
  bool (*check)(void *ctx, bm_work *work, char *why);
  void (*teardown)(void *ctx); /* gets NULL after a failed setup */
} bm_ops;

typedef struct bm_family {
  const char *name; /* copied */
  const bm_ops *ops;
  bm_param param;       /* n is filled from args */
  const char *arg_name; /* NULL: no argument */
  const int64_t *args;  /* ends with 0 */
  bool growth;          /* fit time against the argument */
} bm_family;

void bm_register(const bm_family *family);

/* One more line in the context that tables and JSON files begin with. */
void bm_note(const char *key, const char *value);

/* Runs what is registered and args select: the program's name and Google Benchmark's options, of
 * which later ones win. Exit code: 0; 1: a case failed, or none was run; 2: an unknown option. */
int bm_run(int n_args, const char *const *args);

#ifdef __cplusplus
}
#endif
#endif
