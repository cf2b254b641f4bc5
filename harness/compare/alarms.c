#include "compare/alarms.h"

#include "base/fail.h"

#include "measure/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_block(const hx_run_row *a, const hx_run_row *b) {
  return a->block == b->block && strcmp(a->sweep, b->sweep) == 0 &&
         strcmp(a->workload, b->workload) == 0;
}

/* Differences of one side, in the order of measuring; returns how many. */
static size_t differences(const hx_store_rows *rows, const char *allocation, char side,
                          double *out) {
  const hx_run_row *row = rows->rows, *first = NULL;
  size_t n = 0;
  for (size_t i = 0; i < rows->n; i++) {
    if (row[i].side[0] != side || row[i].counted != 1 || !(row[i].seconds > 0) ||
        strcmp(row[i].allocation, allocation) != 0)
      continue;
    if (first && same_block(first, &row[i])) {
      out[n++] = log(row[i].seconds / first->seconds);
      first = NULL;
    } else {
      first = &row[i];
    }
  }
  return n;
}

bool hx_alarms_read(const char *folder, const char *allocation, const hx_compare_options *rule,
                    hx_compare_alarms *alarms, pvs_error *error) {
  hx_store_rows rows;
  *alarms = (hx_compare_alarms){.upper = 1};
  if (!hx_store_rows_read(folder, &hx_runs_schema, &rows, error))
    return false;
  double *all = malloc((rows.n + 1) * sizeof *all);
  if (all) {
    size_t n = differences(&rows, allocation, 'A', all);
    n += differences(&rows, allocation, 'B', all + n);
    *alarms = hx_compare_false_alarms(all, n, rule);
  } else {
    hx_fail_memory(error);
  }
  bool ok = all != NULL;
  free(all);
  hx_store_rows_deinit(&rows);
  return ok;
}
