/* A scenario over all its load files: means and standard deviations (MODEL.md section 11). */
#include "engine/scenario.h"
#include <math.h>

const char *pvs_result_name(pvs_result result) {
  static const char *const names[] = {
#define NAME(name, text, unit) text,
      PVS_RESULTS(NAME)
#undef NAME
  };
  return (size_t)result < PVS_RESULT_COUNT ? names[result] : "";
}

const char *pvs_result_unit(pvs_result result) {
  static const char *const units[] = {
#define UNIT(name, text, unit) unit,
      PVS_RESULTS(UNIT)
#undef UNIT
  };
  return (size_t)result < PVS_RESULT_COUNT ? units[result] : "";
}

const char *pvs_customer_prefix(pvs_customer_result kind) {
  static const char *const prefixes[] = {
#define PREFIX(name, text, unit) text,
      PVS_CUSTOMER_RESULTS(PREFIX)
#undef PREFIX
  };
  return prefixes[kind];
}

size_t pvs_study_single_customers(const struct pvs_study *study) {
  size_t n = 0;
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (uint32_t customer = 0; customer < study->folders[f].n_residents; customer++)
      n += !study->folders[f].averaged[customer];
  return n;
}

const pvs_scenario_results *pvs_workspace_results(const pvs_workspace *ws) {
  return &ws->results;
}

/* A column over the load files of a scenario. Absent values (NaN) do not count. */
typedef struct column_view {
  const double *first;
  size_t stride;
  uint32_t n;
} column_view;

/* Values that are there: how many, their sum, and that of the squares of what they differ from a
 * centre by. */
typedef struct moments {
  uint32_t n;
  double sum, squares;
} moments;

static void add(moments *m, column_view v, double centre) {
  for (uint32_t i = 0; i < v.n; i++) {
    double value = v.first[i * v.stride], d = value - centre;
    if (isnan(value))
      continue;
    m->n++;
    m->sum += value;
    m->squares += d * d;
  }
}

static double mean(const moments *m) {
  return m->n ? m->sum / m->n : NAN;
}

/* With n - 1; NaN for one value. */
static double deviation(const moments *m) {
  return m->n < 2 ? NAN : sqrt(m->squares / (m->n - 1));
}

static void summarise(column_view v, double *value, double *spread) {
  moments first = {0}, second = {0};
  if (v.n == 1) {
    *value = v.first[0];
    *spread = NAN;
    return;
  }
  add(&first, v, 0);
  *value = mean(&first);
  add(&second, v, *value);
  *spread = deviation(&second);
}

typedef struct summary {
  const pvs_folder *folder;
  const struct pvs_workspace *ws;
  size_t width;
} summary;

static column_view column(const summary *s, size_t index) {
  return (column_view){s->ws->columns + index, s->width, s->folder->n_loads};
}

static column_view customer_column(const summary *s, pvs_customer_result kind, uint32_t customer) {
  return column(s, pvs_customer_index(kind, s->folder->n_residents, customer));
}

/* The mean over the households of their means, NaN without households; the deviation over all
 * values of households and load files. */
static void average_households(const summary *s, pvs_customer_result kind, double *value,
                               double *spread) {
  const pvs_customer_results *customers = s->ws->customers;
  moments means = {0}, values = {0};
  for (uint32_t customer = 1; customer < s->folder->n_residents; customer++)
    if (customers[customer].averaged)
      add(&means, (column_view){&customers[customer].value[kind], 1, 1}, 0);
  *value = mean(&means);
  for (uint32_t customer = 1; customer < s->folder->n_residents; customer++)
    if (customers[customer].averaged)
      add(&values, customer_column(s, kind, customer), *value);
  *spread = deviation(&values);
}

static void summarise_customers(const summary *s, pvs_customer_results *customers) {
  for (uint32_t customer = 0; customer < s->folder->n_residents; customer++) {
    pvs_customer_results *c = &customers[customer];
    c->name = s->folder->residents[pvs_customer_resident(s->folder, customer)];
    c->averaged = customer > 0 && s->folder->averaged[customer];
    for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++)
      summarise(customer_column(s, (pvs_customer_result)kind, customer), &c->value[kind],
                &c->deviation[kind]);
  }
}

void pvs_scenario_summarise(const struct pvs_plan *plan, uint32_t scenario,
                            struct pvs_workspace *ws) {
  const struct pvs_study *study = plan->study;
  const pvs_scenario *of = &study->scenarios.items[scenario];
  const pvs_costing *costing = &study->costings.items[of->costing];
  const pvs_folder *folder = &study->folders[of->folder];
  summary s = {folder, ws, pvs_scenario_width(folder->n_residents)};
  summarise_customers(&s, ws->customers);

  pvs_scenario_results *r = &ws->results;
  r->scenario = scenario;
  r->id = of->id;
  r->arrangement = pvs_scenario_arrangement(of)->id;
  r->load_folder = folder->name;
  r->n_customers = folder->n_residents;
  r->customers = ws->customers;
  r->value[PVS_RESULT_HOUSEHOLDS] = folder->n_residents - 1;
  r->value[PVS_RESULT_EN_OPEX] = costing->en_opex;
  r->value[PVS_RESULT_EN_REPAYMENT] = costing->en_repayment;
  r->value[PVS_RESULT_PV_REPAYMENT] = costing->pv_total_repayment;
  for (int i = 0; i < PVS_RESULT_AVERAGE_BILL; i++) /* the same in every load file */
    r->deviation[i] = folder->n_loads < 2 ? NAN : 0;
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++) {
    average_households(&s, (pvs_customer_result)kind, &r->value[PVS_RESULT_AVERAGE_BILL + kind],
                       &r->deviation[PVS_RESULT_AVERAGE_BILL + kind]);
    r->value[PVS_RESULT_CP_BILL + kind] = ws->customers[0].value[kind];
    r->deviation[PVS_RESULT_CP_BILL + kind] = ws->customers[0].deviation[kind];
  }
  for (size_t i = 0; i < PVS_FIXED_COLUMNS; i++)
    summarise(column(&s, i), &r->value[PVS_RESULT_BUILDING_COSTS + i],
              &r->deviation[PVS_RESULT_BUILDING_COSTS + i]);
}
