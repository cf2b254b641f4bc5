#include "synth/sweep.h"

#include "synth/files.h"

#include <assert.h>
#include <math.h>

/* Flows come from families in turn, so that a short sweep has something of everything. */
enum { STATIC_FAMILIES = 6, MIXED_FAMILIES = 7 };

/* Value k of n from low to high, round and yet distinct from its neighbours; the middle when n
 * is 1. */
static double spread(uint32_t k, uint32_t n, double low, double high) {
  double value = n > 1 ? low + (high - low) * k / (n - 1) : 0.5 * (low + high);
  double unit = 10;
  while (n > 1 && (high - low) / (n - 1) < 1.5 / unit && unit < 1e6)
    unit *= 10;
  return floor(value * unit + 0.5) / unit;
}

static uint32_t gcd(uint32_t a, uint32_t b) {
  while (b) {
    uint32_t r = a % b;
    a = b;
    b = r;
  }
  return a;
}

/* A permutation of 0 … n-1 that jumps about evenly, so that sizes do not rise together with
 * everything else. */
static uint32_t shuffled(uint32_t k, uint32_t n) {
  assert(n > 0);
  uint32_t stride = (uint32_t)(n * 0.618034) + 1;
  while (gcd(stride, n) != 1)
    stride++;
  return (uint32_t)((uint64_t)k * stride % n);
}

/* Members of family `family` among `count` dealt out in turn to `families`. */
static uint32_t share_of(uint32_t count, uint32_t family, uint32_t families) {
  return count / families + (family < count % families);
}

/* In every other round the second arrangement of a family comes first: with a scenario a flow it
 * would never come up otherwise. */
static hx_synth_flow alternate(hx_synth_flow flow, uint32_t round) {
  const char *first = flow.arrangements[0], *second = flow.arrangements[1];
  if (round % 2 == 1 && second) {
    flow.arrangements[0] = second;
    flow.arrangements[1] = first;
  }
  return flow;
}

static hx_synth_flow static_flow(const hx_synth_building *b, uint32_t index, uint32_t count) {
  static const hx_synth_flow fixed[] = {
      {.arrangements = {"bau", "en"}},
      {.arrangements = {"en_pv"}, .pv = HX_PV_CENTRAL},
      {.arrangements = {"btm_s_c", "btm_p_c"}, .pv = HX_PV_TOTAL},
      {.arrangements = {"btm_i_c"}, .pv = HX_PV_IND},
  };
  static const struct {
    const char *arrangements[2];
    double base_kwp, low_kwp, high_kwp; /* the last two: per household */
  } families[] = {
      {{"en_pv"}, 0.5, 0.4, 2.4},
      {{"btm_s_u", "btm_p_u"}, 0.5, 0.4, 1.8},
      {{"cp_only"}, 1, 0.1, 0.7},
      {{"btm_i_c"}, 0.5, 0.4, 1.8},
      {{"btm_s_c", "btm_p_c"}, 0.5, 0.4, 1.8},
      {{"btm_i_u"}, 0.5, 0.4, 1.8},
  };
  enum { FIXED = sizeof fixed / sizeof fixed[0] };
  _Static_assert(sizeof families / sizeof families[0] == STATIC_FAMILIES, "each family has a turn");
  if (index < FIXED)
    return fixed[index];
  uint32_t i = index - FIXED, family = i % STATIC_FAMILIES, k = i / STATIC_FAMILIES;
  uint32_t n = share_of(count - FIXED, family, STATIC_FAMILIES);
  double households = b->households;
  hx_synth_flow flow = {
      .arrangements = {families[family].arrangements[0], families[family].arrangements[1]},
      .pv = HX_PV_SCALED,
      .kwp = spread(k, n, families[family].base_kwp + families[family].low_kwp * households,
                    families[family].base_kwp + families[family].high_kwp * households)};
  return alternate(flow, k);
}

static const char *nth(hx_synth_ids ids, uint32_t n) {
  return ids.ids[n % ids.count];
}

/* Kilowatt-hours of a central battery: rank k of n, from half an hour of an evening to several. */
static double central_kwh(const hx_synth_building *b, uint32_t k, uint32_t n) {
  return spread(k, n, 2 + 0.4 * b->households, 6 + 4.0 * b->households);
}

bool hx_synth_home_batteries(hx_synth_kind kind, const hx_synth_building *building) {
  return kind == HX_SYNTH_MIXED || (kind == HX_SYNTH_BATTERIES && building->households <= 12);
}

/* Each strategy in turn; every third battery is one of fixed size as long as there are new pairs of
 * size and strategy. */
static hx_synth_flow battery_flow(const hx_synth_building *b, uint32_t index, uint32_t count) {
  const hx_synth_choices *choose = &hx_synth_choose;
  hx_synth_flow flow = {.arrangements = {"en_pv"}, .pv = HX_PV_CENTRAL};
  uint32_t third = index / 3, sizes = choose->central.count;
  if (index % 3 == 2 && third < sizes * choose->strategies.count) {
    uint32_t size = third % sizes;
    flow.central =
        (hx_synth_battery){.id = nth(choose->central, size),
                           .strategy = nth(choose->strategies, third / sizes + 4 * size + 2)};
  } else {
    flow.central = (hx_synth_battery){.id = choose->central_scaled,
                                      .strategy = nth(choose->strategies, index),
                                      .kwh = central_kwh(b, shuffled(index, count), count)};
  }
  if (hx_synth_home_batteries(HX_SYNTH_BATTERIES, b) && index % 6 == 4)
    flow.all =
        (hx_synth_battery){.id = choose->home, .strategy = nth(choose->grid_strategies, index / 6)};
  return flow;
}

/* The part of the mixed study with batteries. */
static hx_synth_flow mixed_battery_flow(const hx_synth_building *b, uint32_t index,
                                        uint32_t count) {
  const hx_synth_choices *choose = &hx_synth_choose;
  uint32_t family = index % MIXED_FAMILIES, k = index / MIXED_FAMILIES,
           n = share_of(count, family, MIXED_FAMILIES);
  double households = b->households;
  double kwh = central_kwh(b, shuffled(k, n), n), home_kwh = spread(k, n, 3, 16);
  const char *strategy = nth(choose->strategies, k), *from_grid = nth(choose->grid_strategies, k);
  hx_synth_battery central = {choose->central_scaled, strategy, kwh};
  hx_synth_battery home = {choose->home_scaled, strategy, home_kwh};
  switch (family) {
  case 0:
    return (hx_synth_flow){.arrangements = {"en_pv"}, .pv = HX_PV_CENTRAL, .central = central};
  case 1:
    return (hx_synth_flow){.arrangements = {"btm_i_c"}, .pv = HX_PV_IND, .all = home};
  case 2:
    return (hx_synth_flow){
        .arrangements = {"en_pv"},
        .pv = HX_PV_IND,
        .central = central,
        .few = {{choose->home, "self_consumption", 0}, {"home_13", "evening_peak", 0}}};
  case 3:
    return (hx_synth_flow){.arrangements = {"bau_bat"},
                           .all = {choose->home_scaled, from_grid, home_kwh}};
  case 4:
    return (hx_synth_flow){.arrangements = {"cp_only"},
                           .pv = HX_PV_SCALED,
                           .kwp = spread(k, n, 1 + 0.1 * households, 1 + 0.7 * households),
                           .cp = {"home_13", "self_consumption", 0}};
  case 5:
    return alternate(
        (hx_synth_flow){.arrangements = {"btm_s_u", "btm_p_u"}, .pv = HX_PV_TOTAL, .all = home}, k);
  default:
    return (hx_synth_flow){.arrangements = {"en"},
                           .central = {choose->central_scaled, from_grid, kwh}};
  }
}

/* Of five flows the third and the fifth have batteries. */
static uint32_t battery_flows_before(uint32_t index) {
  return index / 5 * 2 + (index % 5 > 2);
}

static hx_synth_flow mixed_flow(const hx_synth_building *b, uint32_t index, uint32_t count) {
  uint32_t before = battery_flows_before(index), all = battery_flows_before(count);
  if (battery_flows_before(index + 1) > before)
    return mixed_battery_flow(b, before, all);
  return static_flow(b, index - before, count - all);
}

hx_synth_flow hx_synth_flow_of(hx_synth_kind kind, const hx_synth_building *building,
                               uint32_t index, uint32_t count) {
  switch (kind) {
  case HX_SYNTH_BATTERIES:
    return battery_flow(building, index, count);
  case HX_SYNTH_MIXED:
    return mixed_flow(building, index, count);
  default:
    return static_flow(building, index, count);
  }
}
