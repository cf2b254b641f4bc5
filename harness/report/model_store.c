/* Rows of the store, as they are. */
#include "report/model.h"

#include <string.h>

enum { VERDICTS_MAX = 60, SWEEPS_MAX = 40 };

json_t *hx_model_row(const hx_store_schema *schema, const void *row) {
  json_t *object = json_object();
  for (size_t i = 0; i < schema->n_columns; i++) {
    const hx_store_column *c = &schema->columns[i];
    const void *cell = (const char *)row + c->offset;
    const long long *number = cell;
    json_object_set_new(object, c->name,
                        c->cell == HX_CELL_TEXT    ? HX_MODEL_TEXT(*(const char *const *)cell)
                        : c->cell == HX_CELL_REAL  ? hx_model_number(*(const double *)cell)
                        : *number == HX_STORE_NONE ? json_null()
                                                   : json_integer(*number));
  }
  return object;
}

json_t *hx_model_verdicts(const hx_report_data *data) {
  const hx_verdict_row *row = data->verdicts.rows;
  json_t *verdicts = json_array();
  for (size_t i = data->verdicts.n; i-- > 0 && json_array_size(verdicts) < VERDICTS_MAX;)
    if (strcmp(row[i].command, "record") != 0) { /* which is a point of a history */
      json_t *one = hx_model_row(data->verdicts.schema, &row[i]);
      json_object_set_new(one, "counted",
                          json_boolean(strcmp(row[i].decided_by, "instructions") == 0));
      json_array_append_new(verdicts, one);
    }
  return verdicts;
}

json_t *hx_model_sweeps(const hx_report_data *data) {
  const hx_sweep_row *row = data->sweeps.rows;
  json_t *sweeps = json_array(), *seen = json_object();
  for (size_t i = data->sweeps.n; i-- > 0 && json_array_size(sweeps) < SWEEPS_MAX;)
    if (!json_object_get(seen, row[i].sweep)) {
      json_object_set_new_nocheck(seen, row[i].sweep, json_true());
      json_array_append_new(sweeps, hx_model_row(data->sweeps.schema, &row[i]));
    }
  json_decref(seen);
  return sweeps;
}
