/* Tariffs: compiling their tables, gathering what they need of a series, the bill. */
#include "bm_list.h"
#include "bm_metered.h"
#include "bm_plain.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct tariff_case {
  bm_metered metered;
  const pvs_kernels *kernels;
  const pvs_tariff_terms *terms;
  unsigned needs;
  pvs_tariff tariff;
  pvs_determinants determinants;
  pvs_bill bill, expected;
  pvs_arena compiled;
} tariff_case;

static void determinants_run(void *ctx) {
  tariff_case *c = ctx;
  const bm_metered *m = &c->metered;
  pvs_determinants_clear(&c->determinants, &m->metering, c->needs);
  for (uint32_t first = 0, run = 0; first < m->stride; first += m->chunk) {
    uint32_t n = m->stride - first < m->chunk ? m->stride - first : m->chunk;
    pvs_day_rows rows[PVS_CHUNK];
    size_t n_rows = pvs_days_cut(&m->metering.days, &run, first, n, rows);
    pvs_determinants_add(&c->determinants, &m->metering, c->needs, c->kernels, first, n,
                         m->import + first, m->consumption + first, n_rows, rows);
  }
}

static void bill_run(void *ctx) {
  tariff_case *c = ctx;
  pvs_tariff_bill(&c->tariff, &c->metered.metering, c->kernels, &c->determinants,
                  c->metered.import_kwh, c->metered.export_kwh, &c->bill);
}

static void tariff_teardown(void *ctx) {
  tariff_case *c = ctx;
  if (!c)
    return;
  pvs_arena_deinit(&c->compiled);
  bm_metered_deinit(&c->metered);
  free(c);
}

static void *tariff_setup(const bm_param *param, char *why) {
  tariff_case *c = bm_alloc(1, sizeof *c);
  c->kernels = bm_kernels(param->level);
  c->terms = bm_terms(param->variant);
  pvs_arena_init(&c->compiled);
  if (!c->terms || !bm_metered_init(&c->metered, why)) {
    tariff_teardown(c);
    return NULL;
  }
  bm_metered *m = &c->metered;
  pvs_tariff_compile(&c->tariff, c->terms, &m->metering, &m->arena, NULL);
  c->needs = c->tariff.needs;
  pvs_determinants_init(&c->determinants, &m->metering, c->needs, &m->arena);
  determinants_run(c);
  bm_plain_bill(c->terms, &m->metering.calendar, m->metering.num_days, m->import, m->export,
                m->consumption, &c->expected);
  return c;
}

static bool same_amount(double cents, double expected, const char *what, char *why) {
  return bm_close_to(cents, expected, 1e-9) ||
         bm_wrong(why, "%s of %.17g c, step by step %.17g c", what, cents, expected);
}

/* Whatever was measured, compiling, gathering or charging: the bill shows whether it is right. */
static bool tariff_check(void *ctx, bm_work *work, char *why) {
  tariff_case *c = ctx;
  bill_run(c);
  work->item = "bill";
  work->items = 1;
  return same_amount(c->bill.energy_charge_c, c->expected.energy_charge_c, "energy charge", why) &&
         same_amount(c->bill.feed_in_credit_c, c->expected.feed_in_credit_c, "feed-in credit",
                     why) &&
         same_amount(c->bill.demand_charge_c, c->expected.demand_charge_c, "demand charge", why) &&
         same_amount(c->bill.local_solar_c, c->expected.local_solar_c, "solar bill", why);
}

static bool determinants_check(void *ctx, bm_work *work, char *why) {
  tariff_case *c = ctx;
  bool right = tariff_check(ctx, work, why);
  work->item = "customer_step";
  work->items = c->metered.metering.calendar.steps;
  return right;
}

static void compile_run(void *ctx) {
  tariff_case *c = ctx;
  pvs_arena_deinit(&c->compiled);
  pvs_tariff_compile(&c->tariff, c->terms, &c->metered.metering, &c->compiled, NULL);
}

static bool compile_check(void *ctx, bm_work *work, char *why) {
  bool right = tariff_check(ctx, work, why);
  work->item = NULL;
  return right;
}

const bm_ops bm_compile = {tariff_setup, NULL, compile_run, compile_check, tariff_teardown};
const bm_ops bm_determinants = {tariff_setup, NULL, determinants_run, determinants_check,
                                tariff_teardown};
const bm_ops bm_bill = {tariff_setup, NULL, bill_run, tariff_check, tariff_teardown};
