/* What a sweep found, for all who show it: the verdict's sentence, and how each configuration came out,
 * which the store keeps. Tables, plots and the report have their figures from here, so that none can
 * contradict the verdict. */
#ifndef HX_TUNE_STANDINGS_H
#define HX_TUNE_STANDINGS_H

#include "pvs/pvs.h"

#include "measure/context.h"
#include "tune/sweep.h"

#include <stdbool.h>
#include <stddef.h>

/* The verdict on one workload in one sentence, without a full stop. */
void hx_standings_sentence(const hx_sweep_report *report, size_t workload, char *text, size_t size);

/* Whether the state says of two configurations which is better, or that they tie. */
bool hx_standings_are_decided(hx_search_verdict_state state);

/* Appends a row for each configuration that ran on a workload whose search ended. */
bool hx_standings_store(const hx_measure_context *context, const hx_sweep_report *report,
                        pvs_error *error);

#endif
