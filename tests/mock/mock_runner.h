/* A runner for tests: times and outcomes come from a table, so that everything built on runs
 * (search, sweep, check, store) is tested, and recorded timings are replayed, without running
 * anything. It never sleeps. The same table, configuration and repetition give the same run. */
#ifndef PVT_MOCK_RUNNER_H
#define PVT_MOCK_RUNNER_H

#include "measure/runner.h"

typedef enum mock_outcome {
  MOCK_OK,
  MOCK_WRONG,   /* the digest is not that of the others */
  MOCK_UNBOUND, /* one worker's binding did not hold */
  MOCK_FAILS,   /* exit status 1, an error text */
  MOCK_DIES,    /* killed by a signal */
} mock_outcome;

typedef struct mock_run {
  char config[HX_CONFIG_TEXT]; /* hx_config_format */
  char workload[128];          /* "": any */
  double seconds;
  int workers_seen; /* 0: as many as asked */
  mock_outcome outcome;
} mock_run;

typedef struct mock_table {
  const mock_run *runs; /* of one configuration in the order of its repetitions; then from the
                           beginning again */
  size_t n;
  uint64_t digest; /* of right outputs */
} mock_table;

/* The table must outlive the runner. A configuration that the table lacks is not started. */
hx_runner mock_runner(mock_table *table);

#endif
