/* Comparisons and sweeps, as the store has them. */
#include "report/model.h"

#include <math.h>
#include <string.h>

#define T HX_MODEL_TEXT

enum { VERDICTS_MAX = 60, SWEEPS_MAX = 40, SIDE = 256 };

/* "rev:main (17465d7203)": what was asked for, and the commit it was then. */
static const char *side_of(const char *side, const char *revision, char *text, size_t cap) {
  if (revision[0] && strstr(side, revision) == NULL)
    snprintf(text, cap, "%s (%.12s)", side, revision);
  else if (strncmp(side, "rev:", 4) == 0 && strlen(side) == 44) /* a whole hash */
    snprintf(text, cap, "%.16s", side);
  else
    snprintf(text, cap, "%s", side);
  return text;
}

/* What `record` measured is a point of a history, not a comparison. */
static bool is_comparison(const hx_verdict_row *v) {
  return strcmp(v->command, "record") != 0;
}

json_t *hx_model_verdicts(const hx_report_data *data) {
  const hx_verdict_row *row = data->verdicts.rows;
  json_t *verdicts = json_array();
  for (size_t i = data->verdicts.n; i-- > 0 && json_array_size(verdicts) < VERDICTS_MAX;) {
    const hx_verdict_row *v = &row[i];
    char a[SIDE], b[SIDE];
    if (is_comparison(v))
      json_array_append_new(
          verdicts,
          json_pack("{so so so so so so so so so so so ss}", "made_utc", T(v->made_utc), "a",
                    T(side_of(v->a, v->a_revision, a, SIDE)), "b",
                    T(side_of(v->b, v->b_revision, b, SIDE)), "verdict", T(v->verdict), "change",
                    hx_model_number(v->change), "lower", hx_model_number(v->lower), "upper",
                    hx_model_number(v->upper), "margin", hx_model_number(v->margin), "runs",
                    hx_model_count(v->runs), "outputs", T(v->outputs), "workload", T(v->workload),
                    "class", strcmp(v->verdict, "SLOWER") == 0 ? "slower" : ""));
  }
  return verdicts;
}

/* The last row of each sweep is the one that counts. */
static bool is_last_of_its_sweep(const hx_report_data *data, size_t i) {
  const hx_sweep_row *row = data->sweeps.rows;
  for (size_t k = i + 1; k < data->sweeps.n; k++)
    if (strcmp(row[k].sweep, row[i].sweep) == 0)
      return false;
  return true;
}

json_t *hx_model_sweeps(const hx_report_data *data) {
  const hx_sweep_row *row = data->sweeps.rows;
  json_t *sweeps = json_array();
  for (size_t i = data->sweeps.n; i-- > 0 && json_array_size(sweeps) < SWEEPS_MAX;)
    if (is_last_of_its_sweep(data, i))
      json_array_append_new(
          sweeps,
          json_pack("{so so so so so so so so so}", "at_utc", T(row[i].at_utc), "command",
                    T(row[i].command), "workloads", T(row[i].workloads), "state", T(row[i].state),
                    "configurations", hx_model_count(row[i].configurations), "runs",
                    hx_model_count(row[i].runs), "spent_s", hx_model_number(row[i].spent_s),
                    "interference", T(row[i].interference), "note", T(row[i].note)));
  return sweeps;
}
