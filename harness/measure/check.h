/* Judges whether a run is valid, and fills its row for the store. */
#ifndef HX_MEASURE_CHECK_H
#define HX_MEASURE_CHECK_H

#include "decide/explore.h"
#include "measure/runner.h"
#include "measure/store.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_run_outcome {
  HX_RUN_VALID,
  HX_RUN_CENSORED,    /* stopped at its cap: took at least that long */
  HX_RUN_WRONG,       /* its outputs are not the serial run's, or not the expected ones */
  HX_RUN_INVALID,     /* binding lost, or not run as asked */
  HX_RUN_FAILED,      /* ended with an error, by a signal, or never started */
  HX_RUN_TIMEOUT,     /* stopped at the time limit */
  HX_RUN_OVER,        /* valid, but over a limit: never recommended */
  HX_RUN_INTERRUPTED, /* stopped by the person who measures: as if it had never been */
} hx_run_outcome;

/* "valid", ...; as in the column `outcome`. The reverse gives false for an unknown name. */
const char *hx_run_outcome_name(hx_run_outcome outcome);
bool hx_run_outcome_parse(const char *name, hx_run_outcome *outcome);
/* The same for the search, which tells fewer outcomes apart. */
hx_explore_outcome hx_run_outcome_for_search(hx_run_outcome outcome);

enum { HX_RUN_REASON = 320 };

/* What a run is compared with: digests of the serial run's inputs, "" when they are not known, and of
 * its outputs, NULL when there is nothing to compare with; "" says that it had none. */
typedef struct hx_check_reference {
  const char *inputs, *outputs;
} hx_check_reference;

/* Judges a run. `reason` becomes a sentence unless the run is valid. If a run's inputs differ from
 * those of the reference, its outputs cannot be judged: it is invalid, not wrong. */
hx_run_outcome hx_check_run(const hx_measured *measured, const hx_config *config,
                            hx_check_reference reference, char *reason, size_t reason_cap);

/* Fills the columns that depend on the run alone. Texts point into measured and into *texts. */
typedef struct hx_check_texts {
  char config[HX_CONFIG_TEXT], ran_on[HX_CPUSET_TEXT];
} hx_check_texts;
void hx_check_fill_row(const hx_measured *measured, const hx_config *config, hx_check_texts *texts,
                       hx_run_row *row);

#endif
