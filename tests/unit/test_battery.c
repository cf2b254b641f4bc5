/* Dispatch against the model's text taken literally, one battery at a time and side by side, at
 * every SIMD level; derived quantities. */
#include "core_support.h"
#include "literal_battery.h"

#include "model/dispatch.h"
#include "model/kernels.h"
#include <fenv.h>
#include <float.h>
#include <math.h>

enum { STEPS = 400, MAX_BATTERIES = 16 };

/* ---- a random battery with its series ---- */

typedef struct sample {
  pvs_battery_terms terms;
  pvs_strategy strategy;
  pvs_battery battery;
  pvs_battery_state start;
  _Alignas(64) uint8_t flags[STEPS];
  _Alignas(64) double gen[STEPS], load[STEPS], net[STEPS], log[STEPS], level[STEPS];
} sample;

static double maybe(dice *d, double low, double high, double otherwise) {
  return dice_below(d, 3) ? dice_between(d, low, high) : otherwise;
}

static void sample_make(sample *s, dice *d) {
  memset(s, 0, sizeof *s);
  s->terms = (pvs_battery_terms){.cap_kwh = dice_between(d, 0.5, 20),
                                 .max_charge_kw = maybe(d, 0, 8, 2.5),
                                 .efficiency = maybe(d, 0.5, 1, 1),
                                 .max_dod = maybe(d, 0.6, 1, 1),
                                 .max_soc = maybe(d, 0.45, 1, 0.9),
                                 .max_cycles = 3000};
  s->strategy =
      (pvs_strategy){.charge_c_rate = maybe(d, 0, 1, NAN),
                     .discharge_c_rate = maybe(d, 0, 1, NAN),
                     /* of 100 %: at the peak the shortage is just the threshold */
                     .peak_demand_percentage = dice_below(d, 4) ? maybe(d, 0, 100, 0) : 100,
                     .prioritise = dice_below(d, 2),
                     .flags = s->flags};
  uint32_t charges = dice_below(d, 3), discharges = dice_below(d, 3);
  for (int t = 0; t < STEPS; t++) {
    bool by_day = t % 48 > 12 && t % 48 < 36;
    s->gen[t] = by_day ? maybe(d, 0, 4, 0) : 0;
    s->load[t] = maybe(d, 0, 3, 0.5);
    if (dice_below(d, 20) == 0)
      s->load[t] = s->gen[t]; /* nothing over, nothing short */
    if (dice_below(d, 50) == 0)
      s->gen[t] = -0.01; /* an inverter's standby */
    if (dice_below(d, 30) == 0) {
      s->gen[t] = -0.0; /* whose sign stays in net */
      s->load[t] = 0;
    }
    bool charge = charges == 2 ? dice_below(d, 2) : charges && t % 48 < 10;
    bool discharge = discharges == 2 ? dice_below(d, 2) : !discharges || t % 48 > 30;
    s->flags[t] = (uint8_t)((charge ? PVS_MAY_CHARGE : 0) | (discharge ? PVS_MAY_DISCHARGE : 0));
  }
  pvs_battery_compile(&s->battery, &s->terms, &s->strategy, 0.5);
  s->battery.threshold_kwh = pvs_battery_threshold(&s->strategy, s->load, STEPS);
  pvs_battery_begin(&s->start, &s->terms);
}

static void sample_dispatch(const pvs_kernels *k, sample *s, pvs_battery_state *state) {
  *state = s->start;
  k->dispatch(STEPS, &s->battery, state, s->flags, s->gen, s->load, s->net, s->log, s->level);
}

static void dispatch_is_the_models_text(void **state) {
  (void)state;
  static sample s;
  dice d = {71};
  for (int round = 0; round < 300; round++) {
    sample_make(&s, &d);
    double peak = 0;
    for (int t = 0; t < STEPS; t++)
      if (s.flags[t] & PVS_MAY_DISCHARGE)
        peak = fmax(peak, s.load[t]);
    double power = s.terms.max_charge_kw, charge = s.strategy.charge_c_rate * s.terms.cap_kwh,
           discharge = s.strategy.discharge_c_rate * s.terms.cap_kwh;
    literal b = {.cap = s.terms.cap_kwh,
                 .max_soc = s.terms.max_soc,
                 .max_dod = s.terms.max_dod,
                 .efficiency = s.terms.efficiency,
                 .cmax = (isnan(charge) ? power : fmin(power, charge)) * 0.5,
                 .dmax = (isnan(discharge) ? power : fmin(power, discharge)) * 0.5,
                 .threshold = peak * s.strategy.peak_demand_percentage / 100,
                 .prioritise = s.strategy.prioritise,
                 .level = 0.5 * s.terms.cap_kwh};
    pvs_battery_state after;
    sample_dispatch(pvs_kernels_choose("portable"), &s, &after);
    for (int t = 0; t < STEPS; t++) {
      double x = literal_dispatch(&b, s.gen[t], s.load[t], s.flags[t] & PVS_MAY_CHARGE,
                                  s.flags[t] & PVS_MAY_DISCHARGE);
      assert_true(s.net[t] == x);
      assert_true(s.log[t] == b.log);
      assert_true(s.level[t] == b.level);
    }
    assert_true(after.level_kwh == b.level);
    assert_near(pvs_battery_cycles(&s.battery, &after), b.cycles);
    assert_near(pvs_battery_losses_kwh(&s.battery, &after), b.losses);
  }
}

/* ---- the same bits everywhere ---- */

static void assert_same_series(const char *level, const double *a, const double *b) {
  for (int t = 0; t < STEPS; t++)
    if (bits_of(a[t]) != bits_of(b[t])) {
      print_error("%s: step %d: %.17g, expected %.17g\n", level, t, b[t], a[t]);
      fail();
    }
}

static void assert_same_state(const pvs_battery_state *a, const pvs_battery_state *b) {
  assert_int_equal(bits_of(a->level_kwh), bits_of(b->level_kwh));
  assert_int_equal(bits_of(a->through_kwh), bits_of(b->through_kwh));
  assert_int_equal(bits_of(a->taken_kwh), bits_of(b->taken_kwh));
}

static void every_level_dispatches_the_same_bits(void **state) {
  (void)state;
  static sample one, other;
  dice d = {5};
  for (int round = 0; round < 100; round++) {
    pvs_battery_state expected, found;
    sample_make(&one, &d);
    other = one;
    other.strategy.flags = other.flags;
    sample_dispatch(pvs_kernels_choose("portable"), &one, &expected);
    for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
      sample_dispatch(*k, &other, &found);
      assert_same_series((*k)->name, one.net, other.net);
      assert_same_series((*k)->name, one.log, other.log);
      assert_same_series((*k)->name, one.level, other.level);
      assert_same_state(&expected, &found);
    }
  }
}

/* Which of the first battery's series all read. */
typedef enum sharing { SHARED_NONE, SHARED_GEN, SHARED_LOAD, SHARED_BOTH } sharing;

/* Batteries to be dispatched together: what each must come to, and what it comes to. */
typedef struct fleet {
  uint32_t count, owners[MAX_BATTERIES];
  sharing shared;
  sample s[MAX_BATTERIES];
  pvs_battery batteries[2 * MAX_BATTERIES];
  pvs_battery_state expected[MAX_BATTERIES];
  _Alignas(64) double net[MAX_BATTERIES][STEPS], log[MAX_BATTERIES][STEPS],
      level[MAX_BATTERIES][STEPS];
} fleet;

/* Owners in any order. The samples may be changed before it is called. */
static void fleet_expect(fleet *f, uint32_t shift) {
  for (uint32_t i = 0; i < f->count; i++) {
    if ((f->shared & SHARED_GEN) && i > 0)
      memcpy(f->s[i].gen, f->s[0].gen, sizeof f->s[i].gen);
    if ((f->shared & SHARED_LOAD) && i > 0)
      memcpy(f->s[i].load, f->s[0].load, sizeof f->s[i].load);
    sample_dispatch(pvs_kernels_choose("portable"), &f->s[i], &f->expected[i]);
    f->owners[i] = 2 * i + (i + shift) % 2;
    f->batteries[f->owners[i]] = f->s[i].battery;
  }
  for (uint32_t i = f->count; i < MAX_BATTERIES; i++) /* not to be touched */
    f->owners[i] = f->owners[f->count - 1];
}

/* In two stretches. */
static void fleet_check(fleet *f, const pvs_kernels *kernels, bool wants_level) {
  enum { FIRST = 136 };
  pvs_battery_state states[2 * MAX_BATTERIES];
  for (uint32_t i = 0; i < f->count; i++)
    states[f->owners[i]] = f->s[i].start;
  for (int part = 0; part < 2; part++) {
    size_t from = part ? FIRST : 0, n = part ? STEPS - FIRST : FIRST;
    pvs_battery_series series[MAX_BATTERIES];
    for (uint32_t i = 0; i < f->count; i++)
      series[i] = (pvs_battery_series){.flags = f->s[i].flags + from,
                                       .gen = f->s[f->shared & SHARED_GEN ? 0 : i].gen + from,
                                       .load = f->s[f->shared & SHARED_LOAD ? 0 : i].load + from,
                                       .net = f->net[i] + from,
                                       .log = f->log[i] + from,
                                       .level = wants_level ? f->level[i] + from : NULL};
    pvs_dispatch_slots(kernels, n, f->count, f->owners, f->batteries, states, series);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    assert_same_series(kernels->name, f->s[i].net, f->net[i]);
    assert_same_series(kernels->name, f->s[i].log, f->log[i]);
    if (wants_level)
      assert_same_series(kernels->name, f->s[i].level, f->level[i]);
    assert_same_state(&f->expected[i], &states[f->owners[i]]);
  }
}

/* At every level, side by side and one by one, whichever is faster: `lanes_from` decides. */
static void fleet_check_all(fleet *f, bool wants_level) {
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
    pvs_kernels kernels = **k;
    kernels.lanes_from = f->count;
    kernels.dispatch = NULL;
    fleet_check(f, &kernels, wants_level);
    kernels = **k;
    kernels.lanes_from = f->count + 1;
    kernels.dispatch_lanes = NULL;
    fleet_check(f, &kernels, wants_level);
  }
}

static void many_fleets(sharing shared) {
  static fleet f;
  dice d = {17};
  f.shared = shared;
  for (f.count = 1; f.count <= MAX_BATTERIES; f.count++)
    for (uint32_t round = 0; round < 6; round++) {
      for (uint32_t i = 0; i < f.count; i++) {
        sample_make(&f.s[i], &d);
        if (round % 3 == 0) /* the lanes' own loop without prioritised batteries */
          f.s[i].battery.prioritise = false;
      }
      fleet_expect(&f, round);
      fleet_check_all(&f, round % 2);
    }
}

static void batteries_side_by_side_give_the_same_bits(void **state) {
  (void)state;
  many_fleets(SHARED_NONE);
}

static void batteries_of_one_building_give_the_same_bits(void **state) {
  (void)state;
  many_fleets(SHARED_BOTH);
}

/* Batteries with the first one's generation or load, and the other series of their own. */
static void batteries_that_share_one_series_give_the_same_bits(void **state) {
  (void)state;
  static fleet f;
  dice d = {23};
  f.count = MAX_BATTERIES;
  for (int shared = SHARED_GEN; shared <= SHARED_LOAD; shared++)
    for (uint32_t round = 0; round < 2; round++) {
      f.shared = (sharing)shared;
      for (uint32_t i = 0; i < f.count; i++) {
        sample_make(&f.s[i], &d);
        f.s[i].battery.prioritise &= round == 0;
      }
      fleet_expect(&f, round);
      fleet_check_all(&f, true);
    }
}

/* Everything in a battery's day times 2^power. */
static void sample_scale(sample *s, int power) {
  double *scaled[] = {&s->battery.top_kwh,
                      &s->battery.floor_kwh,
                      &s->battery.charge_max_kwh,
                      &s->battery.charge_max_in_kwh,
                      &s->battery.discharge_max_kwh,
                      &s->battery.threshold_kwh,
                      &s->start.level_kwh};
  for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++)
    *scaled[i] = ldexp(*scaled[i], power);
  s->battery.charge_max_in_kwh = s->battery.charge_max_kwh * s->battery.efficiency;
  for (int t = 0; t < STEPS; t++) {
    s->gen[t] = ldexp(s->gen[t], power);
    s->load[t] = ldexp(s->load[t], power);
  }
}

/* Where a quotient made from a reciprocal would be another: subnormal remainders, and products that
 * overflow. What the processor had noted before is still there afterwards. */
static void energies_of_any_size_give_the_same_bits(void **state) {
  (void)state;
  static const int powers[] = {-1070, -1040, -1022, -1000, -970, -960, -900, 900, 1015};
  static fleet f;
  dice d = {29};
  f.count = MAX_BATTERIES;
  for (size_t p = 0; p < sizeof powers / sizeof *powers; p++)
    for (uint32_t round = 0; round < 10; round++) {
      for (uint32_t i = 0; i < f.count; i++) {
        sample_make(&f.s[i], &d);
        if (round % 2 == 0 || i == round) /* one of them is enough */
          sample_scale(&f.s[i], powers[p]);
      }
      fleet_expect(&f, round);
      feclearexcept(FE_ALL_EXCEPT);
      volatile double tiny = DBL_MIN;
      if (round % 3 == 0)
        tiny *= 1.0 / 3;
      assert_true(tiny > 0);
      fleet_check_all(&f, true);
      assert_true(round % 3 != 0 || fetestexcept(FE_UNDERFLOW));
    }
}

/* Divisors whose reciprocals are poor, all with 1 + k / 2^52 or 2 - k / 2^52 in front. */
static void efficiencies_of_any_digits_give_the_same_bits(void **state) {
  (void)state;
  static fleet f;
  dice d = {31};
  f.count = MAX_BATTERIES;
  for (int round = 0; round < 60; round++) {
    for (uint32_t i = 0; i < f.count; i++) {
      sample_make(&f.s[i], &d);
      double ulps = ldexp(dice_below(&d, 8), -52);
      f.s[i].battery.efficiency = i % 2 ? (1 + ulps) / 2 : (2 - 2 * ulps) / 2;
      f.s[i].battery.charge_max_in_kwh = f.s[i].battery.charge_max_kwh * f.s[i].battery.efficiency;
    }
    fleet_expect(&f, 0);
    fleet_check_all(&f, true);
  }
}

/* The level stays between floor and top once it is there, energy is neither lost nor made. */
static void energy_is_conserved(void **state) {
  (void)state;
  static sample s;
  dice d = {23};
  for (int round = 0; round < 200; round++) {
    pvs_battery_state after;
    sample_make(&s, &d);
    sample_dispatch(pvs_kernels_choose(NULL), &s, &after);
    double net = 0, surplus = 0;
    bool inside = false;
    for (int t = 0; t < STEPS; t++) {
      net += s.net[t];
      surplus += s.gen[t] - s.load[t];
      bool now =
          s.level[t] >= s.battery.floor_kwh - 1e-12 && s.level[t] <= s.battery.top_kwh + 1e-12;
      assert_true(now || !inside);
      inside = now;
    }
    /* What was not stored or lost has left. */
    double stored = after.level_kwh - s.start.level_kwh;
    assert_near(net, surplus - stored - pvs_battery_losses_kwh(&s.battery, &after));
  }
}

static unsigned groups_seen;

static void see_groups(size_t n, unsigned n_groups, pvs_battery_lanes *groups,
                       const pvs_battery_series *series) {
  groups_seen = n_groups;
  pvs_kernels_choose("portable")->dispatch_lanes(n, n_groups, groups, series);
}

/* A second group is for those that the first one has no lanes for. */
static void few_batteries_take_one_group(void **state) {
  (void)state;
  static fleet f;
  dice d = {37};
  for (f.count = 1; f.count <= MAX_BATTERIES; f.count++) {
    for (uint32_t i = 0; i < f.count; i++)
      sample_make(&f.s[i], &d);
    fleet_expect(&f, 0);
    pvs_kernels kernels = *pvs_kernels_choose("portable");
    kernels.lanes_from = 1;
    kernels.dispatch_lanes = see_groups;
    fleet_check(&f, &kernels, true);
    assert_int_equal(groups_seen, f.count <= PVS_BATTERY_LANES ? 1 : 2);
  }
}

/* ---- derived quantities ---- */

static void limits_come_from_power_and_c_rate(void **state) {
  (void)state;
  pvs_battery_terms terms = {
      .cap_kwh = 10, .max_charge_kw = 4, .efficiency = 0.8, .max_dod = 0.75, .max_soc = 0.9};
  pvs_strategy strategy = {.charge_c_rate = 0.2, .discharge_c_rate = NAN, .prioritise = true};
  pvs_battery b;
  pvs_battery_compile(&b, &terms, &strategy, 0.25);
  assert_near(b.charge_max_kwh, 0.5); /* 0.2 x 10 kW for a quarter of an hour */
  assert_near(b.charge_max_in_kwh, 0.4);
  assert_near(b.discharge_max_kwh, 1);
  assert_near(b.top_kwh, 9);
  assert_near(b.floor_kwh, 2.5);
  assert_near(b.cycle_kwh, 6.5);
  assert_true(b.prioritise && b.threshold_kwh == 0);
  strategy.charge_c_rate = 3; /* more than the battery can */
  pvs_battery_compile(&b, &terms, &strategy, 1);
  assert_near(b.charge_max_kwh, 4);
  pvs_battery_state s;
  pvs_battery_begin(&s, &terms);
  assert_true(s.level_kwh == 5 && s.through_kwh == 0 && s.taken_kwh == 0);
}

static void threshold_looks_at_discharge_steps_alone(void **state) {
  (void)state;
  const double load[] = {1, 9, 4, 2};
  const uint8_t flags[] = {PVS_MAY_DISCHARGE, PVS_MAY_CHARGE, PVS_MAY_DISCHARGE | PVS_MAY_CHARGE,
                           0};
  pvs_strategy strategy = {.peak_demand_percentage = 80, .flags = flags};
  assert_near(pvs_battery_threshold(&strategy, load, 4), 3.2);
  assert_near(pvs_battery_threshold(&strategy, load, 1), 0.8);
  assert_near(pvs_battery_threshold(&strategy, load, 2), 0.8);
  assert_near(pvs_battery_threshold(&strategy, (const double[]){0.25, 0, 0.5}, 3), 0.4);
  strategy.peak_demand_percentage = 0.5;
  assert_near(pvs_battery_threshold(&strategy, load, 4), 0.02);
  strategy.peak_demand_percentage = 0;
  assert_true(pvs_battery_threshold(&strategy, load, 4) == 0);
}

static void wear_is_counted(void **state) {
  (void)state;
  pvs_battery_terms terms = {
      .cap_kwh = 10, .max_soc = 0.9, .max_dod = 0.9, .efficiency = 0.9, .max_cycles = 400};
  pvs_strategy strategy = {.charge_c_rate = NAN, .discharge_c_rate = NAN};
  pvs_battery b;
  pvs_battery_compile(&b, &terms, &strategy, 0.5);
  pvs_battery_state s = {.through_kwh = 32, .taken_kwh = 20};
  assert_near(pvs_battery_cycles(&b, &s),
              2); /* 32 kWh in and out of 8 usable: twice there and back */
  assert_near(pvs_battery_losses_kwh(&b, &s), 2);
  assert_near(pvs_battery_soh(2, &terms), 99.5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dispatch_is_the_models_text),
      cmocka_unit_test(every_level_dispatches_the_same_bits),
      cmocka_unit_test(batteries_side_by_side_give_the_same_bits),
      cmocka_unit_test(batteries_of_one_building_give_the_same_bits),
      cmocka_unit_test(batteries_that_share_one_series_give_the_same_bits),
      cmocka_unit_test(energies_of_any_size_give_the_same_bits),
      cmocka_unit_test(efficiencies_of_any_digits_give_the_same_bits),
      cmocka_unit_test(few_batteries_take_one_group),
      cmocka_unit_test(energy_is_conserved),
      cmocka_unit_test(limits_come_from_power_and_c_rate),
      cmocka_unit_test(threshold_looks_at_discharge_steps_alone),
      cmocka_unit_test(wear_is_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
