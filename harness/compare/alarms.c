#include "compare/alarms.h"

#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_block(const hx_run_row *a, const hx_run_row *b) {
  return a->block == b->block && strcmp(a->sweep, b->sweep) == 0 &&
         strcmp(a->workload, b->workload) == 0;
}

static size_t of_side(const hx_store_rows *rows, const char *allocation, const char *workload,
                      char side, double *out) {
  const hx_run_row *row = rows->rows, *first = NULL;
  size_t n = 0;
  for (size_t i = 0; i < rows->n; i++) {
    if (row[i].side[0] != side || row[i].counted != 1 || !(row[i].seconds > 0) ||
        strcmp(row[i].allocation, allocation) != 0 ||
        (workload && strcmp(row[i].workload, workload) != 0))
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

size_t hx_alarms_differences(const hx_store_rows *runs, const char *allocation,
                             const char *workload, double *out) {
  size_t n = of_side(runs, allocation, workload, 'A', out);
  return n + of_side(runs, allocation, workload, 'B', out + n);
}

bool hx_alarms_read(const char *folder, const char *allocation, const hx_compare_options *rule,
                    hx_compare_alarms *alarms, pvs_error *error) {
  hx_store_rows rows;
  *alarms = (hx_compare_alarms){.upper = 1};
  if (!hx_store_rows_read(folder, &hx_runs_schema, &rows, error))
    return false;
  double *all = malloc((rows.n + 1) * sizeof *all);
  if (all) {
    size_t n = hx_alarms_differences(&rows, allocation, NULL, all);
    *alarms = hx_compare_false_alarms(all, n, rule);
  } else {
    hx_fail_memory(error);
  }
  bool ok = all != NULL;
  free(all);
  hx_store_rows_deinit(&rows);
  return ok;
}
