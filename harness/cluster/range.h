/* Which scenarios of a study are run: all, those from A to B, or one of N shards. */
#ifndef HX_CLUSTER_RANGE_H
#define HX_CLUSTER_RANGE_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum hx_range_kind { HX_RANGE_ALL, HX_RANGE_SCENARIOS, HX_RANGE_SHARD } hx_range_kind;

/* A zeroed struct means all scenarios. Scenarios are counted from 0 in the order of the study file,
 * whatever numbers they have there; shards from 1. */
typedef struct hx_range {
  hx_range_kind kind;
  uint32_t first, last; /* scenarios, both included */
  uint32_t shard, of;
} hx_range;

/* "0-99999" or "17", and "3/16". False, with what was found and expected in error, otherwise. */
bool hx_range_parse_scenarios(const char *text, hx_range *range, pvs_error *error);
bool hx_range_parse_shard(const char *text, hx_range *range, pvs_error *error);

/* The scenarios that the range means in a study of that many, N. Shard i of n has scenarios
 * (i - 1) x N / n up to i x N / n: neighbours join without a gap, and sizes differ by one at most. An error when the study
 * has fewer scenarios than are named, or than there are shards. */
bool hx_range_resolve(const hx_range *range, uint32_t scenarios, uint32_t *first, uint32_t *count,
                      pvs_error *error);

#endif
