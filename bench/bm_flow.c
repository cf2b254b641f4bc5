/* A building's static energy flow with its bills, as a unit of work makes them: each customer's
 * generation, import and export, what its tariff needs to know, the bill. */
#include "bm_list.h"
#include "bm_metered.h"
#include "bm_plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct flow_case {
  bm_metered metered;
  const pvs_kernels *k;
  bool split; /* generation in proportion to load, else equal parts */
  uint32_t customers;
  const double *const *loads;
  const double *total, *pv;
  double pv_scale;
  pvs_tariff tariff;
  double *generation, *import[2], *network_import, *network_export, *divisor, *reciprocal,
      *equal; /* of a chunk */
  uint8_t surplus[PVS_CHUNK / PVS_LANES];
  pvs_daylight daylight;
  pvs_flow_lanes *sums;
  pvs_determinants *determinants;
  pvs_bill *bills, *expected;
} flow_case;

static void set_customer(flow_case *c, uint32_t i, unsigned place, uint32_t first,
                         pvs_flow_customer *customer) {
  customer->load = c->loads[i] + first;
  customer->gen = c->generation;
  customer->next = c->loads[i + 2 < c->customers ? i + 2 : i] + first;
  customer->import = c->import[place];
  customer->consumption = NULL;
  customer->sums = &c->sums[i];
}

static void run_chunk(flow_case *c, uint32_t first, uint32_t n, uint32_t *run,
                      size_t *daylight_from) {
  pvs_day_rows rows[PVS_CHUNK], kept[PVS_CHUNK];
  const pvs_days *days = &c->metered.metering.days;
  size_t n_rows = pvs_days_cut(days, run, first, n, rows);
  size_t n_kept = pvs_daylight_rows(&c->daylight, days, n_rows, rows, kept);
  const pvs_kernels *k = c->k;
  memset(c->network_import, 0, n * sizeof(double));
  memset(c->network_export, 0, n * sizeof(double));
  pvs_daylight_span spans[PVS_CHUNK / PVS_LANES];
  pvs_flow_stretch stretch = {.n_spans =
                                  pvs_daylight_cut(&c->daylight, daylight_from, first, n, spans),
                              .spans = spans,
                              .network_import = c->network_import,
                              .network_export = c->network_export,
                              .split = {.total = c->divisor,
                                        .reciprocal = c->reciprocal,
                                        .equal = c->equal,
                                        .surplus = c->surplus}};
  if (c->split) {
    stretch.split.pv = c->pv + first;
    stretch.split.plain =
        k->split_begin(n, c->pv + first, c->total + first, c->customers, &stretch.split);
  } else {
    k->scale(n, c->pv + first, c->pv_scale, 1.0 / c->customers, c->generation);
    k->sum(n, c->generation, c->sums[0].generation);
  }
  for (uint32_t i = 0; i < c->customers;) {
    unsigned count = i + 1 == c->customers ? 1 : 2;
    pvs_flow_customer customers[2];
    for (unsigned j = 0; j < count; j++)
      set_customer(c, i + j, j, first, &customers[j]);
    if (c->split)
      k->flow_split(&stretch, count, customers);
    else
      k->flow_static(&stretch, count, customers);
    for (unsigned j = 0; j < count; j++)
      pvs_determinants_add(&c->determinants[i + j], &c->metered.metering, c->tariff.needs, k, first,
                           n, customers[j].import, NULL, n_kept, kept);
    i += count;
  }
}

static void flow_run(void *ctx) {
  flow_case *c = ctx;
  const bm_metered *m = &c->metered;
  memset(c->sums, 0, c->customers * sizeof *c->sums);
  const pvs_determinants *loads = m->building->study->loads[0].determinants;
  for (uint32_t i = 0; i < c->customers; i++)
    pvs_daylight_begin_determinants(&c->daylight, &c->determinants[i], &loads[i], &m->metering,
                                    c->tariff.needs);
  size_t daylight_from = 0;
  for (uint32_t first = 0, run = 0; first < m->stride; first += m->chunk) {
    run_chunk(c, first, m->stride - first < m->chunk ? m->stride - first : m->chunk, &run,
              &daylight_from);
  }
  for (uint32_t i = 0; i < c->customers; i++)
    pvs_tariff_bill(&c->tariff, &m->metering, c->k, &c->determinants[i],
                    pvs_lanes_sum(c->sums[i].import) +
                        pvs_daylight_night_kwh(&c->daylight, &loads[i], &m->metering.days, c->k),
                    pvs_lanes_sum(c->sums[i].export), &c->bills[i]);
}

static void expect(flow_case *c, const pvs_tariff_terms *terms) {
  bm_metered *m = &c->metered;
  for (uint32_t i = 0; i < c->customers; i++) {
    for (uint32_t t = 0; t < m->stride; t++) {
      double gen = c->pv_scale * c->pv[t] / c->customers;
      if (c->split)
        gen =
            c->total[t] != 0 ? c->pv[t] * (c->loads[i][t] / c->total[t]) : c->pv[t] / c->customers;
      m->import[t] = fmax(c->loads[i][t] - gen, 0);
      m->export[t] = fmax(gen - c->loads[i][t], 0);
    }
    bm_plain_bill(terms, &m->metering.calendar, m->metering.num_days, m->import, m->export,
                  m->consumption, &c->expected[i]);
  }
}

static void flow_teardown(void *ctx) {
  if (ctx)
    bm_metered_deinit(&((flow_case *)ctx)->metered);
  free(ctx);
}

static void *flow_setup(const bm_param *param, char *why) {
  flow_case *c = bm_alloc(1, sizeof *c);
  bm_metered *m = &c->metered;
  if (!bm_metered_init(m, why)) {
    flow_teardown(c);
    return NULL;
  }
  const struct pvs_study *study = m->building->study;
  const pvs_tariff_terms *terms = bm_terms("time_of_use");
  c->k = bm_kernels(param->level);
  c->split = strcmp(param->variant, "split") == 0;
  c->customers = study->folders[0].n_residents;
  c->loads = study->loads[0].series;
  c->total = study->loads[0].total;
  c->pv = study->pvs[0].total;
  c->pv_scale = c->split ? 1 : 20 / study->pvs[0].total[24]; /* about 20 kWh at noon */
  pvs_tariff_compile(&c->tariff, terms, &m->metering, &m->arena, NULL);
  double **series[] = {&c->generation,     &c->import[0], &c->import[1],  &c->network_import,
                       &c->network_export, &c->divisor,   &c->reciprocal, &c->equal};
  pvs_daylight_find(&c->daylight, study, &study->pvs[0].profile, &m->arena);
  for (size_t i = 0; i < sizeof series / sizeof *series; i++)
    *series[i] = pvs_arena_alloc(&m->arena, PVS_CHUNK + PVS_LANES, sizeof(double));
  c->sums = pvs_arena_alloc(&m->arena, c->customers, sizeof *c->sums);
  c->determinants = pvs_arena_alloc(&m->arena, c->customers, sizeof *c->determinants);
  c->bills = pvs_arena_alloc(&m->arena, c->customers, sizeof *c->bills);
  c->expected = pvs_arena_alloc(&m->arena, c->customers, sizeof *c->expected);
  for (uint32_t i = 0; i < c->customers; i++)
    pvs_determinants_init(&c->determinants[i], &m->metering, c->tariff.needs, &m->arena);
  expect(c, terms);
  return c;
}

static bool flow_check(void *ctx, bm_work *work, char *why) {
  flow_case *c = ctx;
  work->item = "customer_step";
  work->items = (double)c->customers * c->metered.metering.calendar.steps;
  for (uint32_t i = 0; i < c->customers; i++)
    if (!bm_close_to(c->bills[i].energy_charge_c, c->expected[i].energy_charge_c, 1e-9) ||
        !bm_close_to(c->bills[i].feed_in_credit_c, c->expected[i].feed_in_credit_c, 1e-9))
      return bm_wrong(why, "customer %u pays %.17g c less %.17g, step by step %.17g less %.17g", i,
                      c->bills[i].energy_charge_c, c->bills[i].feed_in_credit_c,
                      c->expected[i].energy_charge_c, c->expected[i].feed_in_credit_c);
  return true;
}

const bm_ops bm_flow_bill = {flow_setup, NULL, flow_run, flow_check, flow_teardown};
