/* Bills from sums by day type and block, against hand-computed numbers and against charging step by
 * step. */
#include "core_support.h"

#include "model/kernels.h"
#include "model/tariff.h"
#include <math.h>

/* ---- time ---- */

typedef struct meter {
  pvs_arena arena;
  pvs_metering metering;
  pvs_time summers[4][2];
} meter;

static pvs_time at(const char *timestamp) {
  pvs_time time;
  assert_true(pvs_parse_timestamp(timestamp, strlen(timestamp), &time));
  return time;
}

static void meter_init(meter *m, pvs_time start, uint32_t interval_s, uint32_t steps) {
  pvs_arena_init(&m->arena);
  m->metering = (pvs_metering){
      .calendar = {.start = start, .steps = steps, .interval_s = interval_s, .summers = m->summers},
      .num_days = (uint32_t)((uint64_t)steps * interval_s / 86400)};
}

static void meter_summer(meter *m, pvs_time from, pvs_time to) {
  pvs_time *summer = m->summers[m->metering.calendar.n_summers++];
  summer[0] = from, summer[1] = to;
}

static void meter_seal(meter *m) {
  assert_true(pvs_days_compile(&m->metering.days, &m->metering.calendar, 0, NULL, &m->arena));
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    assert_true(pvs_blocks_compile(&m->metering.blocks[kind], (pvs_block_kind)kind,
                                   &m->metering.calendar, &m->arena));
}

static void meter_deinit(meter *m) {
  pvs_arena_deinit(&m->arena);
}

/* The bill over the whole series, metered in stretches of `stretch` steps (a multiple of
 * PVS_LANES). Series are padded to such a multiple. */
static pvs_bill bill_of(meter *m, const pvs_tariff_terms *terms, const double *import,
                        const double *export, const double *consumption, uint32_t stretch) {
  pvs_tariff tariff;
  pvs_error error = {0};
  assert_int_equal(pvs_tariff_compile(&tariff, terms, &m->metering, &m->arena, &error), PVS_OK);
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  pvs_determinants determinants;
  assert_true(pvs_determinants_init(&determinants, &m->metering, tariff.needs, &m->arena));
  uint32_t steps = m->metering.calendar.steps, padded = (steps + 7) / 8 * 8;
  double import_kwh = 0, export_kwh = 0;
  for (uint32_t t = 0; t < steps; t++) {
    import_kwh += import[t];
    export_kwh += export ? export[t] : 0;
  }
  for (int again = 0; again < 2; again++) { /* the second time must not remember the first */
    uint32_t run = 0;
    static pvs_day_rows rows[1 << 16];
    assert_true(stretch <= COUNT_OF(rows));
    pvs_determinants_clear(&determinants, &m->metering, tariff.needs);
    for (uint32_t first = 0; first < padded; first += stretch) {
      uint32_t n = padded - first < stretch ? padded - first : stretch;
      size_t n_rows = pvs_days_cut(&m->metering.days, &run, first, n, rows);
      pvs_determinants_add(&determinants, &m->metering, tariff.needs, kernels, first, n,
                           import + first, consumption ? consumption + first : NULL, n_rows, rows);
    }
  }
  pvs_bill bill;
  pvs_tariff_bill(&tariff, &m->metering, kernels, &determinants, import_kwh, export_kwh, &bill);
  return bill;
}

static pvs_period clock_period(const char *start, const char *end, pvs_week week) {
  pvs_period p = {.week = week};
  assert_true(pvs_parse_clock(start, strlen(start), &p.start_s));
  assert_true(pvs_parse_clock(end, strlen(end), &p.end_s));
  return p;
}

static pvs_tariff_terms terms_of(const char *type) {
  return (pvs_tariff_terms){.id = "t",
                            .type = type,
                            .solar_rate_name = "",
                            .demand_power_factor = 1,
                            .block_high_kwh = {INFINITY, INFINITY}};
}

static void add_period(pvs_tariff_terms *terms, int i, double rate, const char *start,
                       const char *end, pvs_week week) {
  terms->periods[i].present = true;
  terms->periods[i].rate_c_per_kwh = rate;
  terms->periods[i].period = clock_period(start, end, week);
}

/* ---- by hand ---- */

static void flat_charges_every_kwh_alike(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-01 00:00:00"), 1800, 48);
  meter_seal(&m);
  double import[48], export[48] = {[20] = 2, [21] = 3};
  for (int t = 0; t < 48; t++)
    import[t] = 0.25;
  pvs_tariff_terms terms = terms_of("Flat_Rate");
  terms.flat_c_per_kwh = 30;
  terms.export_c_per_kwh = 8;
  pvs_bill bill = bill_of(&m, &terms, import, export, NULL, 16);
  assert_near(bill.energy_charge_c, 12 * 30);
  assert_near(bill.feed_in_credit_c, 40);
  assert_true(bill.demand_charge_c == 0 && bill.local_solar_c == 0);
  terms.type = "Zero_Rate";
  assert_true(bill_of(&m, &terms, import, export, NULL, 16).energy_charge_c == 0);
  meter_deinit(&m);
}

/* 1 kWh in every half-hour of a Friday and a Saturday in winter: charges count steps. */
static void time_of_use_by_hand(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-03 00:00:00"), 1800, 96);
  meter_seal(&m);
  double import[96];
  for (int t = 0; t < 96; t++)
    import[t] = 1;
  pvs_tariff_terms terms = terms_of("TOU");
  add_period(&terms, 0, 10, "7:00", "22:00", PVS_WEEK_BOTH); /* 30 steps a day */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 32).energy_charge_c, 600);
  add_period(&terms, 1, 40, "14:00", "20:00", PVS_WEEK_DAY); /* 12 of Friday's, later wins */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 32).energy_charge_c, 600 + 12 * 30);
  add_period(&terms, 7, 1, "22:00", "7:00", PVS_WEEK_END); /* Saturday: 0-7 and 22-24 h */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 32).energy_charge_c, 960 + 18);
  add_period(&terms, 3, 500, "9:00", "9:00", PVS_WEEK_BOTH); /* empty */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 32).energy_charge_c, 978);
  add_period(&terms, 6, 2, "0:00", "23:59",
             PVS_WEEK_DAY); /* all of Friday, over all but the last */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 32).energy_charge_c, 96 + 300 + 18);
  meter_deinit(&m);
}

/* Sunday 7 April 2013: summer ends at 2:00 standard time, so that a period of 1:00-6:00 begins at
 * 0:00 on Saturday, and on Sunday is 0:00-5:00 until 2:00 and 1:00-6:00 from then on. */
static void clocks_change_within_a_day(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-04-06 00:00:00"), 3600, 72);
  meter_summer(&m, at("2013-01-01 00:00:00"), at("2013-04-07 02:00:00"));
  meter_summer(&m, at("2013-10-06 02:00:00"), at("2014-01-01 00:00:00"));
  meter_seal(&m);
  pvs_tariff_terms terms = terms_of("TOU");
  add_period(&terms, 0, 1, "1:00", "6:00", PVS_WEEK_BOTH);
  for (int t = 0; t < 72; t++) {
    double import[72] = {0};
    import[t] = 1;
    int hour = t % 24;
    bool expected = t < 24 ? hour < 5 : t < 48 ? hour < 6 : hour >= 1 && hour < 6;
    assert_near(bill_of(&m, &terms, import, NULL, NULL, 24).energy_charge_c, expected);
  }
  meter_deinit(&m);
}

/* 0:30-2:00 begins at 23:30 in summer: the steps before midnight belong to their own day. */
static void summer_moves_a_period_over_midnight(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-01-04 00:00:00"), 1800, 96); /* Friday, Saturday */
  meter_summer(&m, at("2013-01-01 00:00:00"), at("2013-04-07 02:00:00"));
  meter_seal(&m);
  double import[96];
  for (int t = 0; t < 96; t++)
    import[t] = 1;
  pvs_tariff_terms terms = terms_of("TOU");
  add_period(&terms, 0, 1, "0:30", "2:00", PVS_WEEK_DAY);
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 96).energy_charge_c, 3);
  add_period(&terms, 1, 100, "0:30", "2:00", PVS_WEEK_END);
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 96).energy_charge_c, 303);
  meter_deinit(&m);
}

static void blocks_by_hand(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-01 00:00:00"), 21600, 48); /* quarters of a day, twelve days */
  meter_seal(&m);
  double import[48] = {0};
  pvs_tariff_terms terms = terms_of("Block_Daily");
  memcpy(terms.block_rate_c_per_kwh, (double[]){10, 20, 40}, sizeof terms.block_rate_c_per_kwh);
  memcpy(terms.block_high_kwh, (double[]){2, 5}, sizeof terms.block_high_kwh);
  import[0] = 1, import[1] = 1; /* exactly the first threshold */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 20);
  import[2] = 3; /* exactly the second */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 20 + 60);
  import[3] = 0.5;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 80 + 20);
  import[6] = 10; /* the next day: both thresholds in one step */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 100 + 20 + 60 + 200);
  terms.type = "Block_Weekly"; /* 15.5 kWh in the first seven days, none in the rest */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 20 + 60 + 420);
  import[28] = 2.5;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 500 + 20 + 10);
  terms.type = "Block_Quarterly";
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 500 + 100);
  terms.block_high_kwh[1] = INFINITY;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 20 + 16 * 20);
  terms.block_high_kwh[0] = INFINITY;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 8).energy_charge_c, 180);
  meter_deinit(&m);
}

/* A quarter is 4380 half-hours from the first step, whatever the day. */
static void quarters_are_91_days_and_6_hours(void **state) {
  (void)state;
  enum { STEPS = 17520 };
  meter m = {0};
  meter_init(&m, at("2013-01-01 12:00:00"), 1800, STEPS);
  meter_seal(&m);
  double *import = calloc(STEPS, sizeof *import);
  assert_non_null(import);
  pvs_tariff_terms terms = terms_of("Block_Quarterly");
  memcpy(terms.block_rate_c_per_kwh, (double[]){1, 2, 2}, sizeof terms.block_rate_c_per_kwh);
  terms.block_high_kwh[0] = 1;
  import[4378] = import[4379] = 1; /* one block: 1 + 2 */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 1024).energy_charge_c, 3);
  import[4378] = 0, import[4380] = 1; /* two blocks: 1 + 1 */
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 1024).energy_charge_c, 2);
  terms.type = "Block_Daily"; /* days begin at midnight, not where the series begins */
  import[4379] = import[4380] = 0;
  import[23] = import[24] = 1;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 1024).energy_charge_c, 2);
  import[23] = 0, import[71] = 1;
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 1024).energy_charge_c, 3);
  free(import);
  meter_deinit(&m);
}

static void demand_by_hand(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-03 00:00:00"), 900, 2 * 96); /* Friday, Saturday */
  meter_seal(&m);
  double import[192] = {0};
  import[10] = 7;       /* Friday 2:30, outside */
  import[4 * 16] = 1.5; /* Friday 16:00: 6 kW */
  import[96 + 70] = 9;  /* Saturday */
  pvs_tariff_terms terms = terms_of("Flat_Demand");
  terms.flat_c_per_kwh = 2;
  terms.demand_c_per_kw_day = 25;
  terms.demand_period = clock_period("15:00", "20:00", PVS_WEEK_DAY);
  pvs_bill bill = bill_of(&m, &terms, import, NULL, NULL, 64);
  assert_near(bill.demand_charge_c, 6 * 25 * 2);
  assert_near(bill.energy_charge_c, 35);
  terms.demand_period = clock_period("17:00", "23:59", PVS_WEEK_END);
  assert_near(bill_of(&m, &terms, import, NULL, NULL, 64).demand_charge_c, 36 * 25 * 2);
  terms.demand_period = clock_period("17:45", "17:45", PVS_WEEK_BOTH);
  assert_true(bill_of(&m, &terms, import, NULL, NULL, 64).demand_charge_c == 0);
  meter_deinit(&m);
}

static void local_solar_is_billed_by_name(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-01 00:00:00"), 3600, 24);
  meter_seal(&m);
  double import[24] = {0}, export[24] = {[12] = 2}, consumption[24] = {[7] = 1, [8] = 3, [9] = 1};
  pvs_tariff_terms terms = terms_of("Solar_Inst");
  add_period(&terms, 0, 29, "0:00", "23:59", PVS_WEEK_BOTH);
  add_period(&terms, 1, 14, "8:00", "17:00", PVS_WEEK_BOTH);
  terms.periods[1].solar = true;
  terms.export_c_per_kwh = 6;
  static const struct {
    const char *name;
    bool billed;
  } names[] = {{"solar_sc", true},   {"solar self_con", true}, {"Solar_Self_Con", true},
               {"solar SC 2", true}, {"solar", false},         {"solar all", false},
               {"Solar self", false}};
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    terms.solar_rate_name = names[i].name;
    pvs_bill bill = bill_of(&m, &terms, import, export, consumption, 24);
    assert_near(bill.local_solar_c, names[i].billed ? 4 * 14 + 12 : 0);
    assert_true(bill.energy_charge_c == 0); /* the solar rate is not the import rate's */
  }
  terms.type = "TOU"; /* not a solar tariff */
  terms.solar_rate_name = "solar_sc";
  assert_true(bill_of(&m, &terms, import, export, consumption, 24).local_solar_c == 0);
  meter_deinit(&m);
}

static void types_that_cannot_be_charged_are_refused(void **state) {
  (void)state;
  meter m = {0};
  meter_init(&m, at("2013-05-01 00:00:00"), 3600, 24);
  meter_seal(&m);
  static const char *const types[] = {"Solar_Block_Daily", "Block", "Dynamic_Monthly"};
  for (size_t i = 0; i < COUNT_OF(types); i++) {
    pvs_tariff_terms terms = terms_of(types[i]);
    pvs_tariff tariff;
    pvs_error error = {0};
    assert_int_equal(pvs_tariff_compile(&tariff, &terms, &m.metering, &m.arena, &error),
                     PVS_UNSUPPORTED);
    assert_string_equal(error.column, "tariff_type");
    assert_non_null(strstr(error.message, types[i]));
  }
  meter_deinit(&m);
}

/* ---- step by step ---- */

static bool is_in(const meter *m, const pvs_period *p, pvs_time t) {
  bool summer = false;
  for (uint32_t i = 0; i < m->metering.calendar.n_summers; i++)
    summer = summer || (t >= m->summers[i][0] && t < m->summers[i][1]);
  if (p->week != PVS_WEEK_BOTH && pvs_is_weekend(t) != (p->week == PVS_WEEK_END))
    return false;
  int64_t end = p->end_s == 86340 ? 86400 : p->end_s, length = end - p->start_s;
  if (length < 0)
    length += 86400;
  int64_t start = (int64_t)p->start_s - (summer ? 3600 : 0);
  int64_t since = ((t - start) % 86400 + 86400) % 86400;
  return since < length;
}

typedef struct stepwise {
  double energy, demand, solar;
} stepwise;

static stepwise charge_step_by_step(const meter *m, const pvs_tariff_terms *terms,
                                    const double *import, const double *consumption) {
  const pvs_calendar *c = &m->metering.calendar;
  stepwise sum = {0};
  double peak = 0, used = 0;
  int64_t block = -1;
  for (uint32_t step = 0; step < c->steps; step++) {
    pvs_time t = c->start + (pvs_time)step * c->interval_s;
    double rate = 0, solar = 0;
    for (int i = 0; i < PVS_TARIFF_PERIODS; i++)
      if (terms->periods[i].present && is_in(m, &terms->periods[i].period, t))
        *(terms->periods[i].solar ? &solar : &rate) = terms->periods[i].rate_c_per_kwh;
    if (strstr(terms->type, "Block")) {
      int64_t since = (int64_t)step * c->interval_s;
      int64_t now = strstr(terms->type, "Daily")    ? (c->start + since) / 86400
                    : strstr(terms->type, "Weekly") ? since / (7 * 86400)
                                                    : since / 7884000;
      if (now != block)
        block = now, used = 0;
      double bands[] = {0, terms->block_high_kwh[0], terms->block_high_kwh[1], INFINITY};
      for (int b = 0; b < 3; b++)
        sum.energy += fmax(0, fmin(used + import[step], bands[b + 1]) - fmax(used, bands[b])) *
                      terms->block_rate_c_per_kwh[b];
      used += import[step];
    } else {
      sum.energy += import[step] * rate;
    }
    sum.solar += consumption[step] * solar;
    if (is_in(m, &terms->demand_period, t))
      peak = fmax(peak, import[step]);
  }
  sum.demand = peak * 3600 / c->interval_s * terms->demand_c_per_kw_day * m->metering.num_days;
  return sum;
}

static pvs_period random_period(dice *d) {
  static const uint32_t grains[] = {1800, 900, 60, 3600};
  uint32_t grain = grains[dice_below(d, 4)];
  pvs_period p = {.start_s = dice_below(d, 86400 / grain) * grain,
                  .end_s = dice_below(d, 86400 / grain + 1) * grain,
                  .week = (pvs_week)dice_below(d, 3)};
  if (dice_below(d, 5) == 0)
    p.end_s = 86340;
  return p;
}

/* Any interval, start within a day, summers anywhere: the sums by day type and block give what
 * charging step by step does, however the series is cut into stretches. */
static void bills_equal_charging_step_by_step(void **state) {
  (void)state;
  enum { MOST = 3000 };
  static double import[MOST + 8], consumption[MOST + 8];
  static const uint32_t intervals[] = {300, 900, 1800, 1800, 3600, 3000, 5400, 7200, 86400, 100000};
  static const char *const types[] = {"TOU",         "TOU_Demand",   "Solar_Inst",
                                      "Block_Daily", "Block_Weekly", "Block_Quarterly"};
  dice d = {99};
  for (int round = 0; round < 400; round++) {
    meter m = {0};
    uint32_t interval_s = intervals[dice_below(&d, COUNT_OF(intervals))];
    uint32_t steps = 1 + dice_below(&d, MOST);
    pvs_time start = at("2013-01-01 00:00:00") + (pvs_time)dice_below(&d, 400) * 86400;
    if (dice_below(&d, 2))
      start += dice_below(&d, 86400 / 60) * 60;
    meter_init(&m, start, interval_s, steps);
    pvs_time from = start - 86400 * 5, span = (pvs_time)steps * interval_s;
    for (uint32_t i = 0, n = dice_below(&d, 3); i < n; i++) {
      pvs_time begin = from + 1800 * (pvs_time)dice_below(&d, 1 + (uint32_t)(span / 3600));
      from = begin + 1800 * (pvs_time)(1 + dice_below(&d, 1 + (uint32_t)(span / 3600)));
      meter_summer(&m, begin, from);
    }
    meter_seal(&m);
    memset(import, 0, sizeof import);
    memset(consumption, 0, sizeof consumption);
    for (uint32_t t = 0; t < steps; t++) {
      import[t] = dice_below(&d, 4) ? dice_between(&d, 0, 2) : 0;
      consumption[t] = dice_below(&d, 3) ? 0 : dice_between(&d, 0, 1);
    }
    pvs_tariff_terms terms = terms_of(types[dice_below(&d, COUNT_OF(types))]);
    terms.solar_rate_name = "solar_sc";
    for (int i = 0; i < PVS_TARIFF_PERIODS; i++) {
      terms.periods[i].present = dice_below(&d, 2);
      terms.periods[i].solar = dice_below(&d, 3) == 0;
      terms.periods[i].period = random_period(&d);
      terms.periods[i].rate_c_per_kwh = dice_between(&d, 1, 50);
    }
    terms.demand_period = random_period(&d);
    terms.demand_c_per_kw_day = 30;
    for (int i = 0; i < 3; i++)
      terms.block_rate_c_per_kwh[i] = dice_between(&d, 10, 40);
    terms.block_high_kwh[0] = dice_between(&d, 0, 30);
    terms.block_high_kwh[1] = terms.block_high_kwh[0] + dice_between(&d, 0, 30);
    uint32_t stretch = 8 * (1 + dice_below(&d, 200));
    pvs_bill bill = bill_of(&m, &terms, import, NULL, consumption, stretch);
    stepwise expected = charge_step_by_step(&m, &terms, import, consumption);
    assert_near(bill.energy_charge_c, expected.energy);
    assert_near(bill.demand_charge_c, strstr(terms.type, "Demand") ? expected.demand : 0);
    assert_near(bill.local_solar_c, strstr(terms.type, "Solar") ? expected.solar : 0);
    meter_deinit(&m);
  }
}

/* Every step belongs to exactly one entry, and steps of one entry have the same rate. */
static void projecting_a_rate_loses_nothing(void **state) {
  (void)state;
  meter m = {0};
  enum { STEPS = 17520 };
  meter_init(&m, at("2013-01-01 00:00:00"), 1800, STEPS);
  meter_summer(&m, at("2013-01-01 00:00:00"), at("2013-04-07 02:00:00"));
  meter_summer(&m, at("2013-10-06 02:00:00"), at("2014-01-01 00:00:00"));
  meter_seal(&m);
  const pvs_days *days = &m.metering.days;
  assert_true(days->n_entries < STEPS / 20); /* a handful of day types, not 365 */
  pvs_period period = clock_period("6:30", "21:30", PVS_WEEK_DAY);
  double *table = pvs_rate_table(NULL, &m.metering, period, 7, &m.arena);
  assert_non_null(table);
  uint32_t expected_first = 0;
  for (uint32_t r = 0; r < days->n_spans; r++) {
    const pvs_day_span *span = &days->spans[r];
    assert_int_equal(span->first, expected_first);
    assert_true(span->at + span->n <= days->n_entries);
    for (uint32_t i = 0; i < span->n; i++) {
      pvs_time t = m.metering.calendar.start + (pvs_time)(span->first + i) * 1800;
      assert_true(table[span->at + i] == (is_in(&m, &period, t) ? 7 : 0));
    }
    expected_first += span->n;
  }
  assert_int_equal(expected_first, STEPS);
  meter_deinit(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(flat_charges_every_kwh_alike),
      cmocka_unit_test(time_of_use_by_hand),
      cmocka_unit_test(clocks_change_within_a_day),
      cmocka_unit_test(summer_moves_a_period_over_midnight),
      cmocka_unit_test(blocks_by_hand),
      cmocka_unit_test(quarters_are_91_days_and_6_hours),
      cmocka_unit_test(demand_by_hand),
      cmocka_unit_test(local_solar_is_billed_by_name),
      cmocka_unit_test(types_that_cannot_be_charged_are_refused),
      cmocka_unit_test(bills_equal_charging_step_by_step),
      cmocka_unit_test(projecting_a_rate_loses_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
