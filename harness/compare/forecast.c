#include "compare/forecast.h"

#include "base/config.h"
#include "base/fail.h"
#include "compare/alarms.h"
#include "decide/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_of(const hx_run_row *row, const char *allocation, const hx_workload *workload) {
  size_t length = strlen(workload->key);
  const char *rest =
      strncmp(row->workload, workload->key, length) == 0 ? row->workload + length : NULL;
  return rest && strcmp(row->allocation, allocation) == 0 &&
         (*rest == '\0' || (workload->kind == HX_WORKLOAD_BUILTIN && *rest == ':'));
}

/* The newest stored key that the workload means; NULL: none. */
static const char *stored_key(const hx_store_rows *runs, const char *allocation,
                              const hx_workload *workload) {
  const hx_run_row *row = runs->rows;
  for (size_t i = runs->n; i-- > 0;)
    if (is_of(&row[i], allocation, workload))
      return row[i].workload;
  return NULL;
}

bool hx_forecast_make(const hx_store_rows *runs, const char *allocation,
                      const hx_workload *workload, const char *config, hx_forecast *out,
                      pvs_error *error) {
  const hx_run_row *row = runs->rows;
  const char *key = stored_key(runs, allocation, workload);
  *out = (hx_forecast){.run_s = (double)NAN};
  hx_alarms_pairs pairs = {.allocation = allocation, .workload = key};
  double *spent_s = malloc((runs->n + 1) * sizeof *spent_s);
  bool ok = spent_s != NULL;
  for (size_t i = 0; ok && key && i < runs->n; i++) {
    ok = hx_alarms_add(&pairs, &row[i]);
    if (strcmp(row[i].workload, key) == 0 && strcmp(row[i].allocation, allocation) == 0 &&
        row[i].counted == 1 && row[i].spent_s > 0 && hx_config_same(row[i].config, config))
      spent_s[out->runs++] = row[i].spent_s;
  }
  if (ok && out->runs) {
    out->run_s = hx_stats_median(spent_s, out->runs);
    ok = (out->differences = hx_alarms_take(&pairs, &out->n)) != NULL;
  }
  hx_alarms_pairs_deinit(&pairs);
  free(spent_s);
  return ok || hx_fail_memory(error);
}

void hx_forecast_deinit(hx_forecast *forecast) {
  free(forecast->differences);
  *forecast = (hx_forecast){0};
}
