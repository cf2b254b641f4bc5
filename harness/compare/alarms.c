#include "compare/alarms.h"

#include "base/fail.h"
#include "base/grow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool add(struct hx_alarms_side *side, const hx_run_row *row) {
  hx_text block = {0};
  hx_text_printf(&block, "%s %lld %s", row->sweep, row->block, row->workload);
  if (block.failed) {
    hx_text_deinit(&block);
    return false;
  }
  if (!side->block.length || strcmp(side->block.at, block.at) != 0) {
    hx_text_deinit(&side->block);
    side->block = block;
    side->first_s = row->seconds;
    return true;
  }
  hx_text_deinit(&block);
  hx_text_deinit(&side->block);
  if (!hx_grow(&side->differences, side->n, sizeof *side->differences))
    return false;
  side->differences[side->n++] = log(row->seconds / side->first_s);
  return true;
}

bool hx_alarms_add(hx_alarms_pairs *pairs, const hx_run_row *row) {
  const char side = row->side[0];
  if ((side != 'A' && side != 'B') || row->counted != 1 || !(row->seconds > 0) ||
      strcmp(row->allocation, pairs->allocation) != 0 ||
      (pairs->workload && strcmp(row->workload, pairs->workload) != 0))
    return true;
  return add(&pairs->side[side - 'A'], row);
}

double *hx_alarms_take(hx_alarms_pairs *pairs, size_t *n) {
  const struct hx_alarms_side *a = &pairs->side[0], *b = &pairs->side[1];
  double *both = malloc((a->n + b->n + 1) * sizeof *both);
  if (both && a->n)
    memcpy(both, a->differences, a->n * sizeof *both);
  if (both && b->n)
    memcpy(both + a->n, b->differences, b->n * sizeof *both);
  *n = both ? a->n + b->n : 0;
  hx_alarms_pairs_deinit(pairs);
  return both;
}

void hx_alarms_pairs_deinit(hx_alarms_pairs *pairs) {
  for (int i = 0; i < 2; i++) {
    hx_text_deinit(&pairs->side[i].block);
    free(pairs->side[i].differences);
    pairs->side[i] = (struct hx_alarms_side){0};
  }
}

static bool visit(void *ctx, const void *row) {
  return hx_alarms_add(ctx, row);
}

bool hx_alarms_read(const char *folder, const char *allocation, const hx_compare_options *rule,
                    hx_compare_alarms *alarms, pvs_error *error) {
  hx_alarms_pairs pairs = {.allocation = allocation};
  size_t n;
  *alarms = (hx_compare_alarms){.upper = 1};
  if (!hx_store_rows_each(folder, &hx_runs_schema, visit, &pairs, error)) {
    hx_alarms_pairs_deinit(&pairs);
    return false;
  }
  double *differences = hx_alarms_take(&pairs, &n);
  if (!differences)
    return hx_fail_memory(error);
  hx_compare_options replayed = *rule;
  replayed.seed = hx_compare_defaults().seed;
  *alarms = hx_compare_false_alarms(differences, n, &replayed);
  free(differences);
  return true;
}
