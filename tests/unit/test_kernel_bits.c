/* Kernels give the same bits at every SIMD level, and compute what their declarations say. */
#include "core_support.h"

#include "engine/plan.h"
#include <math.h>

enum { STEPS = 264 };

typedef struct arrays {
  _Alignas(64) double load[STEPS], gen[STEPS], log[STEPS], net[STEPS], import[STEPS], export[STEPS],
      consumption[STEPS], network_import[STEPS], network_export[STEPS], scaled[STEPS], total[STEPS],
      reciprocal[STEPS], equal[STEPS], split[STEPS], most[STEPS], sums[STEPS];
  uint8_t surplus[STEPS / PVS_LANES];
  _Alignas(64) double lanes[6][PVS_LANES];
  double second_import[STEPS], second_consumption[STEPS];
  pvs_flow_lanes flow[3];
} arrays;

static pvs_split split_of(arrays *a, bool plain) {
  return (pvs_split){.pv = a->scaled,
                     .total = a->total,
                     .reciprocal = a->reciprocal,
                     .equal = a->equal,
                     .surplus = a->surplus,
                     .plain = plain};
}

static unsigned survey(const pvs_kernels *k, const double *x) {
  pvs_survey_lanes lanes = {{0}, {0}, {0}};
  return k->survey(STEPS, x, &lanes);
}

/* All ways of a customer without a battery: alone or with another, with and without consumption,
 * equal parts and darkness. */
static void use_static(const pvs_kernels *k, arrays *a, size_t odd, bool plain) {
  static const pvs_daylight_span spans[] = {{0, 8, 64, 96}, {120, 128, 264, 264}};
  pvs_flow_stretch stretch = {.n_spans = odd == 1 ? 1 : 2,
                              .spans = spans,
                              .network_import = a->network_import,
                              .network_export = a->network_export,
                              .split = split_of(a, plain)};
  pvs_flow_customer customers[] = {
      {.load = a->load, .gen = a->gen, .next = a->load, .import = a->import, .sums = &a->flow[0]},
      {.load = a->most,
       .gen = a->scaled,
       .next = a->most,
       .import = a->second_import,
       .consumption = odd ? a->second_consumption : NULL,
       .sums = &a->flow[2]}};
  k->flow_static(&stretch, 2, customers);
  k->flow_split(&stretch, 2, customers);
  stretch.split.plain = false;
  customers[0].consumption = a->consumption;
  k->flow_static(&stretch, 1, customers);
  k->flow_split(&stretch, 1, &customers[odd != 0]);
}

static void use_all(const pvs_kernels *k, arrays *a, size_t odd) {
  k->sum(STEPS, a->load, a->lanes[0]);
  k->dot(STEPS, a->load, a->gen, a->lanes[1]);
  k->difference(STEPS, a->gen, a->load, a->net);
  k->split_net(STEPS, a->net, a->import, a->export, a->lanes[2], a->lanes[3]);
  k->self_consumed(STEPS, a->load, a->gen, a->log, a->lanes[4]);
  k->self_consumed(STEPS, a->load, NULL, a->log, a->lanes[5]);
  k->scale(STEPS, a->gen, 1.7, 0.3, a->scaled);
  pvs_split split = split_of(a, false);
  const bool ordinary = k->split_begin(STEPS, a->scaled, a->most, 3, &split);
  const bool plain = ordinary && !survey(k, a->load) && !survey(k, a->most);
  split.plain = plain;
  k->split(STEPS, a->load, &split, a->split);
  k->scale_rest(STEPS, a->gen, 1.7, 0.3, 3, a->net);
  const uint32_t all = STEPS, less = (uint32_t)odd;
  const pvs_day_rows days[] = {
      {3, all - 3 - less, 0, 1, less}, {less, 48, 48, 4, 6}, {7, 96 + less, 101, 2, 9}};
  k->accumulate(COUNT_OF(days), days, a->load, a->sums);
  k->maximum(COUNT_OF(days), days, a->net, a->sums);
  k->add(STEPS, a->split, a->sums);
  k->add_rows(STEPS - 8 * (odd + 1), 2 + odd,
              (const double *const[]){a->load, a->gen, a->log, a->most}, 8, a->sums);
  k->row_sums(STEPS / 11 + odd, 9, a->load, a->sums + 20);
  use_static(k, a, odd, plain);
  k->flow_net(STEPS, a->load, a->gen, a->net, a->log, a->import, odd ? a->consumption : NULL,
              a->network_import, a->network_export, &a->flow[1]);
}

static void kernels_give_the_same_bits_at_every_level(void **state) {
  (void)state;
  static arrays start, expected, found;
  dice d = {41};
  for (size_t round = 0; round < 50; round++) {
    for (int t = 0; t < STEPS; t++) {
      start.load[t] = dice_below(&d, 5) ? dice_between(&d, round % 2 ? 0 : -0.1, 2) : 0;
      start.gen[t] = dice_below(&d, 3) ? dice_between(&d, -0.1, 3) : start.load[t];
      start.log[t] = dice_below(&d, 2) ? dice_between(&d, -1, 1) : 0;
      start.most[t] =
          dice_below(&d, 4) || round % 2 ? dice_between(&d, round % 2 ? 0.1 : -1, 5) : 0;
    }
    expected = start;
    use_all(pvs_kernels_choose("portable"), &expected, round % 3);
    for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
      found = start;
      use_all(*k, &found, round % 3);
      assert_memory_equal(&expected, &found, sizeof expected);
    }
  }
}

/* A customer's flow by hand: lit steps cut from net, dark ones its load, nights left alone; two at
 * a time as one by one; split as given. */
static void static_flows_are_net_parted(void **state) {
  (void)state;
  static arrays a, b;
  dice d = {47};
  static const pvs_daylight_span spans[] = {{8, 16, 48, 56}, {56, 56, 248, 256}};
  for (int t = 0; t < STEPS; t++) {
    bool bright = (t >= 16 && t < 48) || (t >= 56 && t < 248);
    a.load[t] = dice_between(&d, 0, 2);
    a.most[t] = dice_below(&d, 3) ? dice_between(&d, 0, 2) : 0;
    a.gen[t] = bright ? dice_between(&d, 0, 3) : 0;
    a.scaled[t] = bright ? dice_between(&d, 0, 2) : 0;
    a.sums[t] = t % 5 ? a.most[t] + dice_between(&d, 0, 2) : 0;
  }
  const pvs_kernels *k = pvs_kernels_choose(NULL);
  pvs_split split = split_of(&a, false);
  assert_false(k->split_begin(STEPS, a.scaled, a.sums, 3, &split));
  b = a;
  k->split(STEPS, a.most, &split, a.split);
  pvs_flow_stretch stretch = {.n_spans = 2,
                              .spans = spans,
                              .network_import = a.network_import,
                              .network_export = a.network_export};
  const pvs_flow_customer two[] = {
      {.load = a.load, .gen = a.gen, .next = a.load, .import = a.import, .sums = &a.flow[0]},
      {.load = a.most,
       .gen = a.split,
       .next = a.load,
       .import = a.second_import,
       .sums = &a.flow[2]}};
  k->flow_static(&stretch, 2, two);
  stretch.network_import = b.network_import;
  stretch.network_export = b.network_export;
  stretch.split = split_of(&b, false);
  pvs_flow_customer one = {.load = b.load,
                           .gen = b.gen,
                           .next = b.load,
                           .import = b.import,
                           .consumption = b.consumption,
                           .sums = &b.flow[0]};
  k->flow_static(&stretch, 1, &one);
  for (int t = 0; t < STEPS; t++) {
    double net = b.gen[t] - b.load[t];
    bool night = t < 8 || t >= 256;
    assert_true(b.import[t] == (net < 0 && !night ? -net : 0));
    assert_true(b.consumption[t] == (b.gen[t] < b.load[t] ? b.gen[t] : b.load[t]));
  }
  one = (pvs_flow_customer){.load = b.most,
                            .next = b.most,
                            .import = b.second_import,
                            .consumption = b.second_consumption,
                            .sums = &b.flow[2]};
  k->flow_split(&stretch, 1, &one);
  k->sum(STEPS, a.split, a.flow[2].generation);
  assert_memory_equal(a.import, b.import, sizeof a.import);
  assert_memory_equal(a.second_import, b.second_import, sizeof a.import);
  assert_memory_equal(a.network_import, b.network_import, sizeof a.import);
  assert_memory_equal(a.network_export, b.network_export, sizeof a.import);
  assert_memory_equal(a.flow, b.flow, sizeof a.flow);
  for (int t = 0; t < STEPS; t++) {
    bool bright = (t >= 16 && t < 48) || (t >= 56 && t < 248);
    double sum = a.import[t] + a.second_import[t];
    assert_true(a.network_import[t] == (bright ? sum : 0));
    assert_true(b.second_consumption[t] == (a.split[t] < a.most[t] ? a.split[t] : a.most[t]));
  }
}

/* Whatever the loads, dividing by a reciprocal gives the bits of a division: ordinary numbers, the
 * largest and the smallest, and those in between that no reciprocal serves. */
static void splitting_divides_whatever_the_loads(void **state) {
  (void)state;
  static arrays a;
  dice d = {53};
  for (int round = 0; round < 400; round++) {
    int wide = round % 4;
    for (int t = 0; t < STEPS; t++) {
      static const uint32_t exponents[] = {0, 600, 700, 1060};
      int by = (int)dice_below(&d, 2 * exponents[wide] + 1) - (int)exponents[wide];
      by = by < 1000 ? by : 1000;
      a.load[t] = dice_below(&d, 6) ? ldexp(dice_between(&d, 0, 2), by) : 0;
      a.most[t] = a.load[t] + (dice_below(&d, 6) ? ldexp(dice_between(&d, 0, 2), by) : 0);
      if (wide < 2 && a.most[t] == 0)
        a.most[t] = 1;
      a.scaled[t] = dice_below(&d, 4) ? dice_between(&d, 0, 2) : 0;
    }
    for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
      pvs_split split = split_of(&a, false);
      split.plain = (*k)->split_begin(STEPS, a.scaled, a.most, 3, &split) &&
                    !(survey(*k, a.load) & PVS_SOME_ODD);
      assert_int_equal(split.plain, wide < 2);
      (*k)->split(STEPS, a.load, &split, a.split);
      for (int t = 0; t < STEPS; t++) {
        double ratio = a.load[t] / a.most[t];
        double expected = a.scaled[t] == 0 ? 0
                          : a.most[t] == 0 ? a.scaled[t] / 3
                                           : ratio * a.scaled[t];
        if (!(a.split[t] == expected))
          fail_msg("%s: %a / %a x %a: %a, expected %a", (*k)->name, a.load[t], a.most[t],
                   a.scaled[t], a.split[t], expected);
      }
    }
  }
}

static pvs_flow_customer customer_of(arrays *a, bool consumption, bool second) {
  double *consumed = second ? a->second_consumption : a->consumption;
  const double *load = second ? a->most : a->load;
  return (pvs_flow_customer){.load = load,
                             .next = load,
                             .import = second ? a->second_import : a->import,
                             .consumption = consumption ? consumed : NULL,
                             .sums = &a->flow[second ? 2 : 0]};
}

/* Where generation is about the load, rounding decides who exports: a plain split must not skip
 * exports that there are. */
static void plain_splits_export_what_rounding_leaves(void **state) {
  (void)state;
  static arrays a, b;
  static const pvs_daylight_span all = {0, 0, STEPS, STEPS};
  dice d = {59};
  for (int round = 0; round < 200; round++) {
    for (int t = 0; t < STEPS; t++) {
      double near = 1 + (double)(int)dice_below(&d, 40) * 0x1p-53 - 0x1p-48;
      a.load[t] = dice_below(&d, 9) ? dice_between(&d, 0, 2) : 0;
      a.most[t] = a.load[t] + dice_between(&d, 0.1, 2);
      a.scaled[t] = a.most[t] * (dice_below(&d, 4) ? near : dice_between(&d, 0, 2));
    }
    for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
      pvs_split split = split_of(&a, true);
      assert_true((*k)->split_begin(STEPS, a.scaled, a.most, 3, &split));
      memset(a.network_import, 0, sizeof a.network_import);
      memset(a.network_export, 0, sizeof a.network_export);
      memset(a.flow, 0, sizeof a.flow);
      b = a;
      pvs_flow_stretch stretch = {.n_spans = 1,
                                  .spans = &all,
                                  .network_import = a.network_import,
                                  .network_export = a.network_export,
                                  .split = split};
      pvs_flow_customer c = {.load = a.load,
                             .next = a.load,
                             .import = a.import,
                             .consumption = a.consumption,
                             .sums = &a.flow[0]};
      (*k)->flow_split(&stretch, 1, &c);
      (*k)->split(STEPS, a.load, &split, b.split);
      (*k)->sum(STEPS, b.split, b.flow[0].generation);
      stretch.network_import = b.network_import;
      stretch.network_export = b.network_export;
      c.gen = b.split;
      c.import = b.import;
      c.consumption = b.consumption;
      c.sums = &b.flow[0];
      (*k)->flow_static(&stretch, 1, &c);
      assert_memory_equal(a.import, b.import, sizeof a.import);
      assert_memory_equal(a.consumption, b.consumption, sizeof a.consumption);
      assert_memory_equal(a.network_import, b.network_import, sizeof a.network_import);
      assert_memory_equal(a.network_export, b.network_export, sizeof a.network_export);
      assert_memory_equal(&a.flow[0], &b.flow[0], sizeof a.flow[0]);
      const bool consumption = round % 2;
      pvs_flow_customer two[] = {customer_of(&b, consumption, false),
                                 customer_of(&b, consumption, true)};
      (*k)->flow_split(&stretch, 2, two);
      stretch.network_import = a.network_import;
      stretch.network_export = a.network_export;
      for (int i = 0; i < 2; i++) {
        c = customer_of(&a, consumption, i);
        (*k)->flow_split(&stretch, 1, &c);
      }
      memcpy(a.split, b.split, sizeof a.split);
      assert_memory_equal(&a, &b, sizeof a);
    }
  }
}

/* One odd number among ordinary ones is found wherever it is. */
static void survey_finds_what_there_is(void **state) {
  (void)state;
  static const struct {
    double value;
    unsigned some;
  } cases[] = {{1, 0},
               {0, 0},
               {-0.0, 0},
               {1e-199, 0},
               {1e199, 0},
               {-1e-3, PVS_SOME_NEGATIVE},
               {1e-201, PVS_SOME_ODD},
               {5e-324, PVS_SOME_ODD},
               {1e201, PVS_SOME_ODD},
               {-1e-300, PVS_SOME_NEGATIVE | PVS_SOME_ODD}};
  static _Alignas(64) double x[STEPS];
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (int at = 0; at < STEPS; at++)
      for (size_t i = 0; i < COUNT_OF(cases); i++) {
        x[at] = cases[i].value;
        assert_int_equal(survey(*k, x), cases[i].some);
        x[at] = at % 3;
      }
}

static void survey_adds_and_finds_extremes(void **state) {
  (void)state;
  static _Alignas(64) double x[STEPS];
  for (int t = 0; t < STEPS; t++)
    x[t] = t % 7 - 3;
  x[100] = 40;
  x[STEPS - 1] = -50;
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
    _Alignas(64) double sum[PVS_LANES] = {0}, least = 0, greatest = 0;
    pvs_survey_lanes lanes = {{0}, {0}, {0}};
    (*k)->sum(STEPS, x, sum);
    (*k)->survey(STEPS, x, &lanes);
    for (int i = 0; i < PVS_LANES; i++) {
      least = fmin(least, lanes.least[i]);
      greatest = fmax(greatest, lanes.greatest[i]);
    }
    assert_memory_equal(lanes.sum, sum, sizeof sum);
    assert_near(least, -50);
    assert_near(greatest, 40);
  }
}

/* What the kernels say they compute, for one round of numbers. */
static void kernels_compute_what_they_say(void **state) {
  (void)state;
  static arrays a;
  dice d = {43};
  for (int t = 0; t < STEPS; t++) {
    a.load[t] = dice_between(&d, 0, 2);
    a.gen[t] = dice_below(&d, 2) ? dice_between(&d, 0, 2) : 0;
    a.log[t] = dice_between(&d, -1, 1);
    a.most[t] = t % 7 ? dice_between(&d, 1, 3) : 0;
  }
  arrays before = a;
  const pvs_kernels *k = pvs_kernels_choose(NULL);
  k->flow_net(STEPS, a.load, a.gen, a.log, a.log, a.import, a.consumption, a.network_import,
              a.network_export, &a.flow[0]);
  pvs_split split = split_of(&a, false);
  split.pv = a.gen;
  assert_false(k->split_begin(STEPS, a.gen, a.most, 4, &split));
  k->split(STEPS, a.load, &split, a.split);
  k->add_rows(STEPS - 8, 3, (const double *const[]){a.load, a.gen, a.log}, 8, a.scaled);
  k->row_sums(STEPS / 6, 6, a.load, a.sums);
  for (int t = 0; t < STEPS - 8; t++)
    assert_true(a.scaled[t] == a.load[t + 8] + a.gen[t + 8] + a.log[t + 8]);
  for (int row = 0; row < 6; row++) {
    double sum = 0;
    for (int t = 0; t < STEPS / 6; t++)
      sum += a.load[row * (STEPS / 6) + t];
    assert_near(a.sums[row], sum);
  }
  k->split_net(STEPS, a.log, a.net, a.export, a.lanes[0], a.lanes[1]);
  double import = 0, export = 0, generation = 0, met = 0;
  for (int t = 0; t < STEPS; t++) {
    double net = before.log[t], in = net < 0 ? -net : 0, out = net > 0 ? net : 0;
    double given = before.gen[t] + before.log[t];
    assert_true(a.import[t] == in && a.network_import[t] == in && a.net[t] == in);
    assert_true(a.network_export[t] == out && a.export[t] == out);
    assert_true(a.consumption[t] == (a.gen[t] < a.load[t] ? a.gen[t] : a.load[t]));
    double ratio = a.load[t] / a.most[t];
    assert_true(a.split[t] == (a.most[t] != 0 ? ratio * a.gen[t] : a.gen[t] / 4));
    import += in;
    export += out;
    generation += before.gen[t];
    met += given < before.load[t] ? given : before.load[t];
  }
  assert_near(pvs_lanes_sum(a.flow[0].import), import);
  assert_near(pvs_lanes_sum(a.flow[0].export), export);
  assert_near(pvs_lanes_sum(a.flow[0].generation), generation);
  assert_near(pvs_lanes_sum(a.flow[0].self_consumed), met);
  assert_near(pvs_lanes_sum(a.lanes[0]), import);
  assert_near(pvs_lanes_sum(a.lanes[1]), export);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernels_give_the_same_bits_at_every_level),
      cmocka_unit_test(static_flows_are_net_parted),
      cmocka_unit_test(splitting_divides_whatever_the_loads),
      cmocka_unit_test(plain_splits_export_what_rounding_leaves),
      cmocka_unit_test(survey_finds_what_there_is),
      cmocka_unit_test(survey_adds_and_finds_extremes),
      cmocka_unit_test(kernels_compute_what_they_say),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
