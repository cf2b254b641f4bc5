/* The mock executor's table: times and outcomes given beforehand, so that everything built on runs
 * (search, sweep, check, store) can be tested and recorded timings be replayed without running
 * anything. It never sleeps. Pure: the same table, configuration and repetition give the same run.
 */
#ifndef HX_EXEC_EXEC_MOCK_H
#define HX_EXEC_EXEC_MOCK_H

#include "exec/record.h"
#include "machine/config.h"
#include "machine/pin.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum hx_mock_outcome {
  HX_MOCK_OK,
  HX_MOCK_WRONG,   /* the digest is not that of the others */
  HX_MOCK_UNBOUND, /* one worker's binding did not hold */
  HX_MOCK_FAILS,   /* exit status 1, an error text */
  HX_MOCK_DIES,    /* killed by a signal: no record at all */
} hx_mock_outcome;

typedef struct hx_mock_run {
  char config[HX_CONFIG_TEXT]; /* hx_config_format */
  char workload[128];          /* "": any */
  double seconds;
  int workers_seen; /* 0: as many as asked */
  hx_mock_outcome outcome;
} hx_mock_run;

typedef struct hx_mock {
  const hx_mock_run *runs; /* of one configuration in the order of its repetitions */
  size_t n;
  size_t repetition; /* used by hx_exec_mock.run; hx_mock_record takes it as an argument */
  uint64_t digest;   /* of right outputs */
} hx_mock;

/* The run that `repetition` (from 0) of a configuration on a workload gives: past its last run it
 * starts over. NULL when the table has none. */
const hx_mock_run *hx_mock_find(const hx_mock *mock, const hx_config *config, const char *workload,
                                size_t repetition);

/* The record such a run would have written; all of its time is simulate_ns (= work_ns =
 * total_ns). `places` as in hx_exec_options, may be NULL. False when there is none: the run is
 * missing in the table, died, or memory is short. The record is initialised by the call. */
bool hx_mock_record(const hx_mock *mock, const hx_config *config, const char *workload,
                    size_t repetition, const hx_place *places, hx_record *record);

/* "ok", "wrong", "unbound", "fails", "dies"; the reverse gives false for an unknown name. */
const char *hx_mock_outcome_name(hx_mock_outcome outcome);
bool hx_mock_outcome_parse(const char *name, hx_mock_outcome *outcome);

#endif
