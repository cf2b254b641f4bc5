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

const pvs_scenario_results *pvs_workspace_results(const pvs_workspace *ws) {
  return &ws->results;
}

/* A column over the load files of a scenario. */
typedef struct column_view {
  const double *first;
  size_t stride;
  uint32_t n;
} column_view;

static double mean(column_view v) {
  double sum = 0;
  for (uint32_t i = 0; i < v.n; i++)
    sum += v.first[i * v.stride];
  return sum / v.n;
}

static double squares(column_view v, double centre) {
  double sum = 0;
  for (uint32_t i = 0; i < v.n; i++) {
    double d = v.first[i * v.stride] - centre;
    sum += d * d;
  }
  return sum;
}

/* With n - 1; NaN for one value. */
static double deviation(double squares_sum, uint32_t n) {
  return n < 2 ? NAN : sqrt(squares_sum / (n - 1));
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
  double sum = 0, squares_sum = 0;
  uint32_t n = 0;
  for (uint32_t customer = 1; customer < s->folder->n_residents; customer++)
    if (customers[customer].averaged) {
      sum += customers[customer].value[kind];
      n++;
    }
  *value = n ? sum / n : NAN;
  for (uint32_t customer = 1; customer < s->folder->n_residents; customer++)
    if (customers[customer].averaged) {
      column_view v = customer_column(s, kind, customer);
      for (uint32_t i = 0; i < v.n; i++) {
        double d = v.first[i * v.stride] - *value;
        squares_sum += d * d;
      }
    }
  *spread = deviation(squares_sum, n * s->folder->n_loads);
}

static void summarise_customers(const summary *s, pvs_customer_results *customers) {
  for (uint32_t customer = 0; customer < s->folder->n_residents; customer++) {
    pvs_customer_results *c = &customers[customer];
    c->name = s->folder->residents[pvs_customer_resident(s->folder, customer)];
    c->averaged = customer > 0 && s->folder->averaged[customer];
    for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++) {
      column_view v = customer_column(s, (pvs_customer_result)kind, customer);
      c->value[kind] = mean(v);
      c->deviation[kind] = deviation(squares(v, c->value[kind]), v.n);
    }
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
    r->deviation[i] = deviation(0, folder->n_loads);
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++) {
    average_households(&s, (pvs_customer_result)kind, &r->value[PVS_RESULT_AVERAGE_BILL + kind],
                       &r->deviation[PVS_RESULT_AVERAGE_BILL + kind]);
    r->value[PVS_RESULT_CP_BILL + kind] = ws->customers[0].value[kind];
    r->deviation[PVS_RESULT_CP_BILL + kind] = ws->customers[0].deviation[kind];
  }
  for (size_t i = 0; i < PVS_FIXED_COLUMNS; i++) {
    column_view v = column(&s, i);
    r->value[PVS_RESULT_BUILDING_COSTS + i] = mean(v);
    r->deviation[PVS_RESULT_BUILDING_COSTS + i] =
        deviation(squares(v, r->value[PVS_RESULT_BUILDING_COSTS + i]), v.n);
  }
}
