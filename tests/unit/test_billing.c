/* Billing periods of charges where calendars are unusual: many years, days that begin within a step,
 * single registers. By hand, from MODEL.md section 3. */
#include "core_support.h"

#include "model/tariff.h"
#include <math.h>

enum { MOST_STEPS = 2200 };

/* A meter, and what a tariff of charges makes of it. */
typedef struct site {
  pvs_arena arena;
  pvs_metering metering;
  pvs_tariff tariff;
  pvs_determinants determinants;
  pvs_bill bill;
  double import[MOST_STEPS], export[MOST_STEPS], paid[MOST_STEPS];
} site;

static site *new_site(pvs_time start, uint32_t interval_s, uint32_t steps) {
  site *s = calloc(1, sizeof *s);
  assert_non_null(s);
  assert_true(steps <= MOST_STEPS);
  pvs_arena_init(&s->arena);
  const int64_t first = start / PVS_DAY_S,
                last = (start + (int64_t)(steps - 1) * interval_s) / PVS_DAY_S;
  s->metering = (pvs_metering){.calendar = {.start = start,
                                            .steps = steps,
                                            .interval_s = interval_s,
                                            .n_days = (uint32_t)(last - first + 1)},
                               .num_days = (uint32_t)((uint64_t)steps * interval_s / PVS_DAY_S),
                               .n_export_limits = 1,
                               .export_limit_kwh = {INFINITY}};
  return s;
}

static void free_site(site *s) {
  pvs_arena_deinit(&s->arena);
  free(s);
}

static void charge_site(site *s, const pvs_charge *charges, size_t n, uint32_t n_registers) {
  static pvs_day_rows rows[MOST_STEPS];
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  const uint32_t steps = s->metering.calendar.steps;
  s->metering.days = (pvs_days){0};
  assert_true(pvs_days_compile(&s->metering.days, &s->metering.calendar, n, charges, &s->arena));
  const pvs_tariff_terms terms = {.id = "t",
                                  .type = "Calendar",
                                  .solar_rate_name = "",
                                  .n_charges = n,
                                  .charges = charges,
                                  .n_registers = n_registers};
  assert_int_equal(pvs_tariff_compile(&s->tariff, &terms, &s->metering, &s->arena, NULL), PVS_OK);
  const unsigned needs = s->tariff.needs | PVS_NEED_RATES; /* of registers */
  assert_true(pvs_determinants_init(&s->determinants, &s->metering, needs, &s->arena));
  uint32_t span = 0;
  size_t n_rows = pvs_days_cut(&s->metering.days, &span, 0, steps, rows);
  pvs_determinants_add(&s->determinants, &s->metering, needs, kernels, 0, steps, s->import, NULL,
                       n_rows, rows);
  pvs_determinants_add_export(&s->determinants, &s->metering, needs, kernels, steps, s->export,
                              n_rows, rows, s->paid);
  pvs_tariff_bill(&s->tariff, &s->metering, kernels, &s->determinants, 0, 0, &s->bill);
}

static double register_charge(const site *s, uint32_t number) {
  return pvs_tariff_register_charge(&s->tariff, number, &s->metering, pvs_kernels_choose(NULL),
                                    &s->determinants);
}

static pvs_charge charge_of(pvs_charge_kind kind, double rate) {
  return (pvs_charge){.kind = kind,
                      .days.kinds = PVS_DAYS_ALL,
                      .period.end_s = PVS_DAY_S,
                      .cycle = kind == PVS_CHARGE_DEMAND ? PVS_CYCLE_MONTH : PVS_CYCLE_NONE,
                      .rate = rate,
                      .is_monthly = true,
                      .power_factor = 1,
                      .up_to_kwh_per_day = INFINITY,
                      .limit_kw = INFINITY};
}

static void set_season(pvs_charge *charge, const char *from, const char *to) {
  assert_true(pvs_parse_month_day(from, &charge->days.from));
  assert_true(pvs_parse_month_day(to, &charge->days.to));
}

/* More months than a ratchet remembers: the first one's demand is forgotten in time. */
static void a_ratchet_forgets(void **state) {
  (void)state;
  const int64_t first = pvs_days_of(2010, 1, 1);
  const uint32_t days = (uint32_t)(pvs_days_of(2015, 11, 1) - first); /* 70 months */
  for (uint32_t months = 12; months <= PVS_RATCHET_MONTHS; months += 48) {
    site *s = new_site(first * PVS_DAY_S, PVS_DAY_S, days);
    s->import[3] = 100 * 24; /* 100 kW for a day */
    pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1);
    charge.ratchet = 0.5;
    charge.ratchet_months = months;
    charge_site(s, &charge, 1, 0);
    assert_near(s->bill.demand_charge_c, 100 + 50.0 * months);
    free_site(s);
  }
}

/* Of 100 %, and from months that are not charged themselves. */
static void a_whole_ratchet_looks_out_of_the_season(void **state) {
  (void)state;
  site *s = new_site(pvs_days_of(2013, 1, 1) * PVS_DAY_S, PVS_DAY_S, 365);
  s->import[10] = 10 * 24;
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1);
  set_season(&charge, "1/2", "31/3");
  charge.ratchet = 1;
  charge.ratchet_months = 1;
  charge_site(s, &charge, 1, 0);
  assert_near(s->bill.demand_charge_c, 10); /* February, from January; March has forgotten it */
  charge.ratchet = 0;
  charge.ratchet_months = 0;
  charge_site(s, &charge, 1, 0);
  assert_near(s->bill.demand_charge_c, 0);
  free_site(s);
}

/* A month whose days of the season are at both its ends is one billing period. */
static void a_season_may_begin_and_end_in_one_month(void **state) {
  (void)state;
  site *s = new_site(pvs_days_of(2013, 3, 1) * PVS_DAY_S, PVS_DAY_S, 31);
  s->import[2] = 4 * 24;
  s->import[15] = 90 * 24; /* out of the season */
  s->import[29] = 6 * 24;
  s->export[2] = 100;
  s->export[29] = 200;
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1), feed_in = charge_of(PVS_CHARGE_FEED_IN, 10);
  set_season(&charge, "22/3", "10/3");
  charge.is_monthly = false;
  charge_site(s, &charge, 1, 0);
  assert_near(s->bill.demand_charge_c, 6 * 20);
  charge.ratchet = 0.1; /* what is out of the season is remembered, for later months */
  charge.ratchet_months = 3;
  charge_site(s, &charge, 1, 0);
  assert_near(s->bill.demand_charge_c, 6 * 20);
  feed_in.days = charge.days;
  feed_in.cycle = PVS_CYCLE_MONTH;
  feed_in.up_to_kwh_per_day = 7; /* 140 kWh in 20 days */
  feed_in.rate_above = 1;
  charge_site(s, &feed_in, 1, 0);
  assert_near(s->bill.feed_in_credit_c, 140 * 10 + 160 * 1);
  feed_in.up_to_kwh_per_day = 15; /* just what there is */
  charge_site(s, &feed_in, 1, 0);
  assert_near(s->bill.feed_in_credit_c, 300 * 10);
  free_site(s);
}

/* Steps that begin one second before the hour: a step's day is the one in which it begins. */
static void steps_belong_to_the_day_they_begin_in(void **state) {
  (void)state;
  site *s = new_site(pvs_days_of(2013, 1, 1) * PVS_DAY_S - 1, 3600, 49);
  for (int t = 0; t < 49; t++)
    s->import[t] = t == 0 ? 5 : 3;
  pvs_charge charges[] = {charge_of(PVS_CHARGE_IMPORT, 10), charge_of(PVS_CHARGE_IMPORT, 20),
                          charge_of(PVS_CHARGE_DEMAND, 1)};
  set_season(&charges[1], "1/1", "31/1");
  charges[2].is_monthly = false;
  charge_site(s, charges, 3, 0);
  assert_near(s->bill.energy_charge_c, 5 * 10 + 48 * 3 * 20);
  assert_near(s->bill.demand_charge_c, 5 / 24.0 + 3 * 2);
  free_site(s);
}

static void registers_have_rates_of_their_own(void **state) {
  (void)state;
  for (uint32_t n = 1; n <= 3; n++) {
    site *s = new_site(pvs_days_of(2013, 1, 1) * PVS_DAY_S, 3600, 24);
    s->import[5] = 2;
    s->import[12] = 4;
    pvs_charge charges[] = {charge_of(PVS_CHARGE_IMPORT, 10), charge_of(PVS_CHARGE_IMPORT, 7)};
    charges[1].meter = n; /* the last of them */
    charges[1].period = (pvs_period){.start_s = 6 * 3600, .end_s = 18 * 3600};
    charge_site(s, charges, 2, n);
    assert_near(s->bill.energy_charge_c, 60);
    assert_near(register_charge(s, n - 1), 28);
    for (uint32_t i = 0; i + 1 < n; i++)
      assert_true(register_charge(s, i) == 0);
    charge_site(s, charges, 1, n);
    assert_true(register_charge(s, n - 1) == 0);
    charge_site(s, charges, 1, 0);
    assert_true(register_charge(s, 0) == 0);
    free_site(s);
  }
}

/* Charges of other kinds change neither energy charge nor local solar bill. */
static void kinds_of_charge_keep_apart(void **state) {
  (void)state;
  site *s = new_site(pvs_days_of(2013, 1, 1) * PVS_DAY_S, 3600, 24);
  s->import[5] = 2;
  s->export[12] = 3;
  pvs_charge charges[] = {charge_of(PVS_CHARGE_IMPORT, 10), charge_of(PVS_CHARGE_FEED_IN, 4),
                          charge_of(PVS_CHARGE_SOLAR, 5)};
  charge_site(s, charges, 2, 0);
  assert_near(s->bill.energy_charge_c, 20);
  assert_near(s->bill.feed_in_credit_c, 12);
  assert_true(s->bill.local_solar_c == 0 && s->bill.demand_charge_c == 0);
  assert_int_equal(s->tariff.n_demands + s->tariff.n_tiers, 0);
  assert_int_equal(s->tariff.needs, PVS_NEED_RATES | PVS_NEED_EXPORT);
  charge_site(s, charges, 1, 0);
  assert_true(s->bill.feed_in_credit_c == 0 && s->bill.local_solar_c == 0);
  free_site(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_ratchet_forgets),
      cmocka_unit_test(a_whole_ratchet_looks_out_of_the_season),
      cmocka_unit_test(a_season_may_begin_and_end_in_one_month),
      cmocka_unit_test(steps_belong_to_the_day_they_begin_in),
      cmocka_unit_test(registers_have_rates_of_their_own),
      cmocka_unit_test(kinds_of_charge_keep_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
