/* What the core's model and engine answer to many fixed questions is, number by number, what is stored.
 * Why the answers are right is shown by the tests of each module and by the golden studies; these notice
 * that one changes. */
#include "engine/plan.h"
#include "model/arrangement.h"
#include "model/dispatch.h"
#include "model/finance.h"
#include "model/tariff.h"

#include "replay/exact_support.h"
#include "unit/memory_base.h"

enum { STEPS = 8760, ROOM = STEPS + PVS_LANES };

/* ---- tariffs ---- */

/* Steps of some length from some time on, with summers, public holidays and limits of paid exports. */
typedef struct metered {
  pvs_arena arena;
  pvs_metering metering;
  pvs_time summers[2][2];
  bool holidays[400];
} metered;

static double import[ROOM], consumption[ROOM], exported[ROOM], paid[ROOM];
static pvs_day_rows rows[ROOM];

static void meter_begin(metered *m, dice *d, uint64_t k, size_t n_charges,
                        const pvs_charge *charges) {
  static const uint32_t intervals[] = {3600, 1800, 900, 3000, 7200};
  const uint32_t interval_s = intervals[k % 5];
  const uint32_t steps = interval_s == 7200 ? STEPS / 2 : 40 + dice_below(d, STEPS - 40);
  pvs_arena_init(&m->arena);
  m->metering.calendar = (pvs_calendar){.start = 1356998400 + 86400 * (pvs_time)dice_below(d, 700) +
                                                 1800 * (pvs_time)(k % 3),
                                        .steps = steps,
                                        .interval_s = interval_s,
                                        .summers = m->summers,
                                        .n_summers = (uint32_t)(k % 3),
                                        .holidays = k % 2 ? m->holidays : NULL};
  pvs_calendar *c = &m->metering.calendar;
  const int64_t span = (int64_t)steps * interval_s, first = c->start / 86400,
                last = (c->start + span - 1) / 86400;
  c->n_days = (uint32_t)(last - first + 1);
  assert_true(c->n_days <= 400);
  for (uint32_t i = 0; i < c->n_days; i++)
    m->holidays[i] = dice_below(d, 12) == 0;
  for (uint32_t i = 0; i < 2; i++) {
    m->summers[i][0] = c->start + span * (1 + 4 * i) / 8 / 1800 * 1800;
    m->summers[i][1] = c->start + span * (3 + 4 * i) / 8 / 1800 * 1800;
  }
  m->metering.num_days = (uint32_t)(span / 86400);
  m->metering.n_export_limits = 3;
  m->metering.export_limit_kwh[0] = INFINITY;
  m->metering.export_limit_kwh[1] = 0.9;
  m->metering.export_limit_kwh[2] = 0.3;
  assert_true(pvs_days_compile(&m->metering.days, c, n_charges, charges, &m->arena));
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    assert_true(pvs_blocks_compile(&m->metering.blocks[kind], (pvs_block_kind)kind, c, &m->arena));
  for (uint32_t t = 0; t < ROOM; t++) {
    bool in = t < steps;
    import[t] = in && dice_below(d, 4) ? dice_between(d, 0, 2) : 0;
    consumption[t] = in && dice_below(d, 3) ? dice_between(d, 0, 1) : 0;
    exported[t] = in && dice_below(d, 3) == 0 ? dice_between(d, 0, 1.5) : 0;
  }
}

static pvs_period period_of(dice *d) {
  return (pvs_period){.start_s = 1800 * dice_below(d, 48),
                      .end_s = 1800 * (1 + dice_below(d, 48)),
                      .week = (pvs_week)dice_below(d, 3)};
}

static pvs_charge charge_of(dice *d) {
  static const unsigned kinds[] = {PVS_DAYS_ALL, PVS_DAYS_WEEKDAY, PVS_DAYS_HOLIDAY,
                                   PVS_DAYS_SATURDAY | PVS_DAYS_SUNDAY, PVS_DAYS_ALL};
  pvs_charge c = {.kind = (pvs_charge_kind)dice_below(d, 4),
                  .days = {.kinds = kinds[dice_below(d, 5)]},
                  .period = {.start_s = 3600 * dice_below(d, 24), .end_s = 3600 * 24},
                  .cycle = (pvs_billing_cycle)(1 + dice_below(d, 2)),
                  .rate = dice_between(d, 1, 50),
                  .power_factor = 1,
                  .up_to_kwh_per_day = INFINITY,
                  .limit_kw = INFINITY};
  if (c.cycle == PVS_CYCLE_SEASON || dice_below(d, 2)) {
    c.days.from = (pvs_month_day)(32 * (1 + dice_below(d, 12)) + 1 + dice_below(d, 28));
    c.days.to = (pvs_month_day)(32 * (1 + dice_below(d, 12)) + 1 + dice_below(d, 28));
  }
  if (c.kind == PVS_CHARGE_IMPORT)
    c.meter = dice_below(d, 3);
  if (c.kind == PVS_CHARGE_DEMAND) {
    c.is_monthly = dice_below(d, 2);
    c.power_factor = dice_below(d, 2) ? 0.9 : 1;
    c.minimum_kw = dice_below(d, 2) ? 1.9 : 0;
    c.ratchet = dice_below(d, 2) ? dice_between(d, 0.5, 1) : 0;
    c.ratchet_months = c.ratchet > 0 ? 1 + dice_below(d, 12) : 0;
    if (c.ratchet > 0)
      c.cycle = PVS_CYCLE_MONTH;
  }
  if (c.kind == PVS_CHARGE_FEED_IN) {
    c.limit = 1;
    if (dice_below(d, 2)) {
      c.up_to_kwh_per_day = dice_between(d, 0, 4);
      c.rate_above = dice_between(d, 0, 20);
    }
  }
  return c;
}

static void put_bill(hx_text *t, metered *m, const pvs_tariff_terms *terms, uint32_t stretch) {
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  const pvs_metering *metering = &m->metering;
  const uint32_t steps = metering->calendar.steps, padded = (steps + 7) / 8 * 8;
  pvs_tariff tariff;
  pvs_determinants sums;
  pvs_bill bill;
  double import_kwh = 0, export_kwh = 0;
  assert_int_equal(pvs_tariff_compile(&tariff, terms, metering, &m->arena, NULL), PVS_OK);
  hx_text_printf(t, "needs %x: ", tariff.needs);
  tariff.needs |= PVS_NEED_RATES; /* of registers */
  assert_true(pvs_determinants_init(&sums, metering, tariff.needs, &m->arena));
  pvs_determinants_clear(&sums, metering, tariff.needs);
  uint32_t span = 0;
  for (uint32_t first = 0; first < padded; first += stretch) {
    uint32_t n = padded - first < stretch ? padded - first : stretch;
    size_t n_rows = pvs_days_cut(&metering->days, &span, first, n, rows);
    pvs_determinants_add(&sums, metering, tariff.needs, kernels, first, n, import + first,
                         consumption + first, n_rows, rows);
    if (tariff.needs & PVS_NEED_EXPORTS)
      pvs_determinants_add_export(&sums, metering, tariff.needs, kernels, n, exported + first,
                                  n_rows, rows, paid);
  }
  for (uint32_t i = 0; i < steps; i++) {
    import_kwh += import[i];
    export_kwh += exported[i];
  }
  pvs_tariff_bill(&tariff, metering, kernels, &sums, import_kwh, export_kwh, &bill);
  hx_text_printf(t, "%s needs %x, %u demands, %u tiers, %d bytes", terms->type, tariff.needs,
                 tariff.n_demands, tariff.n_tiers,
                 (int)pvs_determinants_bytes(metering, tariff.needs));
  EXACT(t, "", bill.energy_charge_c, bill.feed_in_credit_c, bill.demand_charge_c,
        bill.local_solar_c, tariff.fixed_c_per_day,
        pvs_tariff_register_charge(&tariff, 0, metering, kernels, &sums),
        pvs_tariff_register_charge(&tariff, 1, metering, kernels, &sums));
}

/* How the days of a series are cut, in few numbers. */
static void put_days(hx_text *t, const metered *m) {
  const pvs_days *days = &m->metering.days;
  double places = 0, alike = 0;
  for (uint32_t i = 0; i < days->n_spans; i++) {
    places += (i + 1.0) * days->spans[i].at + days->spans[i].n;
    alike += (i + 1.0) * days->spans[i].alike;
  }
  EXACT(t, "days", days->slots, days->n_entries, days->n_spans, places, alike,
        m->metering.blocks[PVS_BLOCK_DAILY].n, m->metering.blocks[PVS_BLOCK_WEEKLY].n,
        m->metering.blocks[PVS_BLOCK_QUARTERLY].n);
}

static void tariffs(void **state) {
  (void)state;
  static const char *const types[] = {"Flat_Rate",   "TOU",          "TOU_Demand",
                                      "Block_Daily", "Block_Weekly", "Block_Quarterly",
                                      "Solar_Inst",  "Zero_Rate"};
  hx_text t = {0};
  dice d = {7};
  for (uint64_t k = 0; k < 40; k++) {
    static metered m;
    memset(&m, 0, sizeof m);
    meter_begin(&m, &d, k, 0, NULL);
    put_days(&t, &m);
    for (size_t i = 0; i < 4; i++) {
      pvs_tariff_terms terms = {.id = "t",
                                .type = types[(k + 2 * i) % 8],
                                .fixed_c_per_day = 90,
                                .flat_c_per_kwh = 30,
                                .solar_rate_name = k % 4 ? "solar_sc" : "solar",
                                .demand_c_per_kw_day = 25,
                                .demand_power_factor = k % 2 ? 0.9 : 1,
                                .export_c_per_kwh = 8};
      for (size_t p = 0; p < PVS_TARIFF_PERIODS; p++) {
        terms.periods[p].present = p == 0 || dice_below(&d, 2);
        terms.periods[p].solar = p > 0 && dice_below(&d, 3) == 0;
        terms.periods[p].period = period_of(&d);
        terms.periods[p].rate_c_per_kwh = dice_between(&d, 1, 50);
      }
      terms.demand_period = period_of(&d);
      for (size_t b = 0; b < 3; b++)
        terms.block_rate_c_per_kwh[b] = dice_between(&d, 10, 40);
      terms.block_high_kwh[0] = dice_between(&d, 5, 30);
      terms.block_high_kwh[1] =
          k % 3 ? terms.block_high_kwh[0] + dice_between(&d, 0, 30) : INFINITY;
      put_bill(&t, &m, &terms, 8 * (1 + dice_below(&d, 200)));
    }
    pvs_arena_deinit(&m.arena);
  }
  exact_check(&t, "tariffs");
}

static void calendar_tariffs(void **state) {
  (void)state;
  hx_text t = {0};
  dice d = {8};
  for (uint64_t k = 0; k < 60; k++) {
    enum { MOST = 6 };
    static metered m;
    memset(&m, 0, sizeof m);
    pvs_charge charges[MOST];
    size_t n = 1 + k % MOST;
    for (size_t i = 0; i < n; i++)
      charges[i] = charge_of(&d);
    if (k % 4) { /* imports at the main meter, on which others may lie */
      charges[0].kind = PVS_CHARGE_IMPORT;
      charges[0].meter = 0;
      charges[0].days = (pvs_day_set){.kinds = PVS_DAYS_ALL};
      charges[0].up_to_kwh_per_day = INFINITY;
    }
    meter_begin(&m, &d, k, n, charges);
    put_days(&t, &m);
    put_bill(&t, &m,
             &(pvs_tariff_terms){.id = "t",
                                 .type = k % 7 ? "Calendar" : "calendar",
                                 .solar_rate_name = "",
                                 .demand_power_factor = 1,
                                 .export_c_per_kwh = 6,
                                 .n_charges = n,
                                 .charges = charges,
                                 .n_registers = 2},
             8 * (1 + dice_below(&d, 300)));
    pvs_arena_deinit(&m.arena);
  }
  exact_check(&t, "calendar_tariffs");
}

/* ---- arrangements ---- */

static void arrangements(void **state) {
  (void)state;
  enum { MOST = 5 };
  hx_text t = {0};
  dice d = {9};
  for (const pvs_arrangement *const *a = pvs_arrangements(); *a; a++)
    for (uint32_t k = 0; k < 10; k++) {
      const uint32_t n = 1 + k % MOST, cp = k % n;
      double load[MOST], battery[MOST], part[MOST], owner[MOST];
      int32_t column_of[MOST + 1];
      pvs_share shares[MOST + 1] = {{.kind = PVS_SHARE_NONE}};
      pvs_payment payments[MOST + 2] = {{0}};
      for (uint32_t i = 0; i < n; i++) {
        load[i] = dice_below(&d, 4) ? dice_between(&d, 1, 9) : 0;
        battery[i] = dice_between(&d, 1, 9);
        part[i] = dice_between(&d, 0, 1);
        owner[i] = dice_below(&d, 3) ? dice_between(&d, 10, 90) : (double)NAN;
      }
      uint32_t columns = k % 2 ? 1 : n + 1;
      for (uint32_t i = 0; i <= n; i++)
        column_of[i] = columns == 1 || dice_below(&d, 3) == 0 ? -1 : (int32_t)i;
      hx_text_printf(&t, "%s of %u, %u columns", (*a)->id, n, columns);
      if ((*a)->has_pv) {
        (*a)->allocate(&(pvs_allocation_input){n, cp, columns, column_of, load}, shares);
        for (uint32_t i = 0; i <= n; i++) {
          hx_text_printf(&t, " %d:%u", (int)shares[i].kind, shares[i].column);
          exact_numbers(&t, "", (const double[]){shares[i].factor, shares[i].among}, 2);
        }
      }
      (*a)->pay(&(pvs_costs){.en_opex = 100,
                             .en_repayment = 700,
                             .pv_by_owner = k % 3 == 0,
                             .pv_total_repayment = 3000,
                             .pv_central_repayment = k % 3 ? 3000 : 1200,
                             .pv_owner_repayment = k % 3 ? NULL : owner,
                             .central_battery = 90,
                             .battery = battery},
                n, cp, part, payments);
      for (uint32_t i = 0; i < n + 2; i++)
        EXACT(&t, "  pays", payments[i].pv, payments[i].en, payments[i].opex, payments[i].battery);
    }
  exact_check(&t, "arrangements");
}

/* ---- batteries and money ---- */

static void batteries(void **state) {
  (void)state;
  enum { N = 240, MOST = 11 };
  static _Alignas(PVS_ALIGN) double gen[MOST][N], load[MOST][N], net[MOST][N], logs[MOST][N],
      level[MOST][N];
  static uint8_t flags[N];
  hx_text t = {0};
  dice d = {10};
  for (uint32_t k = 0; k < 24; k++) {
    const uint32_t count = 1 + k % MOST;
    pvs_battery all[MOST];
    pvs_battery_state states[MOST];
    pvs_battery_terms terms[MOST];
    pvs_battery_series series[MOST];
    uint32_t owners[MOST];
    for (uint32_t i = 0; i < N; i++)
      flags[i] = (uint8_t)dice_below(&d, 4);
    for (uint32_t i = 0; i < count; i++) {
      terms[i] = (pvs_battery_terms){.cap_kwh = dice_between(&d, 1, 14),
                                     .max_charge_kw = dice_between(&d, 0.5, 5),
                                     .efficiency = dice_between(&d, 0.8, 1),
                                     .max_dod = dice_between(&d, 0.7, 1),
                                     .max_soc = dice_between(&d, 0.9, 1),
                                     .max_cycles = dice_between(&d, 100, 7000),
                                     .cost_dollars = 9000,
                                     .inverter_cost_dollars = 1200,
                                     .life_years = dice_between(&d, 3, 15),
                                     .inverter_life_years = k % 2 ? (double)NAN : 7};
      pvs_strategy strategy = {.charge_c_rate = k % 3 ? (double)NAN : 0.2,
                               .discharge_c_rate = k % 4 ? (double)NAN : 0.4,
                               .peak_demand_percentage = k % 5 ? 0 : 40,
                               .prioritise = dice_below(&d, 2),
                               .flags = flags};
      for (uint32_t s = 0; s < N; s++) {
        gen[i][s] = dice_below(&d, 2) ? dice_between(&d, 0, 2) : 0;
        load[i][s] = dice_between(&d, 0, 1.5);
      }
      pvs_battery_compile(&all[i], &terms[i], &strategy, k % 2 ? 0.5 : 1);
      all[i].threshold_kwh = pvs_battery_threshold(&strategy, load[i], N);
      pvs_battery_begin(&states[i], &terms[i]);
      owners[i] = i;
      series[i] = (pvs_battery_series){flags, gen[i], load[i], net[i], logs[i], level[i]};
    }
    pvs_dispatch_slots(pvs_kernels_choose(NULL), N, count, owners, all, states, series);
    for (uint32_t i = 0; i < count; i++) {
      double sums[3] = {0}, cycles = pvs_battery_cycles(&all[i], &states[i]);
      for (uint32_t s = 0; s < N; s++) {
        sums[0] += (s + 1) * net[i][s];
        sums[1] += (s + 1) * logs[i][s];
        sums[2] += (s + 1) * level[i][s];
      }
      EXACT(&t, "battery", all[i].threshold_kwh, sums[0], sums[1], sums[2], states[i].level_kwh,
            cycles, pvs_battery_losses_kwh(&all[i], &states[i]),
            pvs_battery_soh(cycles, &terms[i]));
      EXACT(&t, "  costs", pvs_battery_repayment(&terms[i], cycles, 0, 20, 0.06),
            pvs_battery_repayment(&terms[i], cycles * (i + 1) * 20, k % 2 ? 700 : 0, 12.5, 0));
    }
  }
  for (int years = 1; years < 30; years += 3)
    EXACT(&t, "loan", pvs_annual_repayment(1000, years + 0.3, 0.05),
          pvs_annual_repayment(1000, years, 0), pvs_present_value_factor(years + 0.3, 0.05),
          pvs_present_value_factor(years, 0));
  exact_check(&t, "batteries");
}

/* ---- daylight ---- */

static void daylight(void **state) {
  (void)state;
  hx_text t = {0};
  dice d = {11};
  for (uint64_t k = 0; k < 24; k++) {
    static metered m;
    memset(&m, 0, sizeof m);
    meter_begin(&m, &d, k, 0, NULL);
    const uint32_t steps = m.metering.calendar.steps, stride = (steps + 7) / 8 * 8;
    const uint32_t a_day = 86400 / m.metering.calendar.interval_s;
    static double values[2 * ROOM];
    pvs_profile pv = {.n_series = 1 + k % 2, .steps = steps, .stride = stride, .values = values};
    memset(values, 0, sizeof values);
    for (uint32_t i = 0; i < pv.n_series * stride; i++) {
      uint32_t hour = 24 * (i % stride % a_day) / a_day;
      if (i % stride < steps && dice_below(&d, k % 5 == 4 ? 300 : 2) == 0 && hour > 4 + k % 6 &&
          hour < 16)
        values[i] = dice_between(&d, 0, 1);
    }
    struct pvs_study study = {.metering = m.metering,
                              .stride = stride,
                              .chunk = k % 3 ? 8 * a_day : 40 + 8 * dice_below(&d, 50)};
    pvs_daylight found;
    assert_true(pvs_daylight_find(&found, &study, &pv, &m.arena));
    hx_text_printf(&t, "%zu spans, %s", found.n_spans, found.slots ? "slots" : "no slots");
    for (size_t i = 0; i < found.n_spans && i < 12; i++)
      hx_text_printf(&t, " %u-%u-%u-%u", found.spans[i].first, found.spans[i].dawn,
                     found.spans[i].dusk, found.spans[i].end);
    double sum = 0;
    for (size_t i = 0; i < found.n_spans; i++)
      sum += ((double)i + 1) * (found.spans[i].first + 3.0 * found.spans[i].dawn +
                                5.0 * found.spans[i].dusk + 7.0 * found.spans[i].end);
    EXACT(&t, "", sum);
    const pvs_days *days = &m.metering.days;
    for (uint32_t i = 0; found.slots && i < days->n_entries / days->slots; i++)
      hx_text_printf(&t, " %u-%u", found.slots[i].first, found.slots[i].end);
    size_t from = 0;
    uint32_t span = 0;
    for (uint32_t first = 0; first < stride; first += study.chunk) {
      static pvs_daylight_span spans[ROOM];
      static pvs_day_rows kept[ROOM];
      uint32_t n = stride - first < study.chunk ? stride - first : study.chunk;
      size_t n_spans = pvs_daylight_cut(&found, &from, first, n, spans);
      size_t n_rows = pvs_days_cut(days, &span, first, n, rows);
      size_t n_kept = pvs_daylight_rows(&found, days, n_rows, rows, kept);
      double places = 0;
      for (size_t i = 0; i < n_spans; i++)
        places += ((double)i + 1) *
                  (spans[i].first + 3.0 * spans[i].dawn + 5.0 * spans[i].dusk + 7.0 * spans[i].end);
      for (size_t i = 0; i < n_kept; i++)
        places += ((double)i + 1) * (kept[i].at + 3.0 * kept[i].skip + 5.0 * kept[i].n +
                                     7.0 * kept[i].stride + 11.0 * kept[i].rows);
      hx_text_printf(&t, " %zu %zu %zu", n_spans, n_rows, n_kept);
      EXACT(&t, "", places);
    }
    pvs_arena_deinit(&m.arena);
  }
  exact_check(&t, "daylight");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tariffs),   cmocka_unit_test(calendar_tariffs),
      cmocka_unit_test(daylight),  cmocka_unit_test(arrangements),
      cmocka_unit_test(batteries),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
