/* Day types, blocks and the sums by them, step by step; what tariffs of several kinds are compiled to. */
#include "core_support.h"

#include "model/tariff.h"
#include <math.h>

enum { MOST_STEPS = 1024 };

typedef struct clock_of {
  pvs_arena arena;
  pvs_metering metering;
  pvs_time summers[2][2];
} clock_of;

static void clock_begin(clock_of *c, pvs_time start, uint32_t interval_s, uint32_t steps) {
  pvs_arena_init(&c->arena);
  c->metering = (pvs_metering){.calendar = {.start = start,
                                            .steps = steps,
                                            .interval_s = interval_s,
                                            .n_days = 1 + steps * interval_s / PVS_DAY_S,
                                            .summers = c->summers}};
}

static void clock_compile(clock_of *c) {
  assert_true(pvs_days_compile(&c->metering.days, &c->metering.calendar, 0, NULL, &c->arena));
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    assert_true(pvs_blocks_compile(&c->metering.blocks[kind], (pvs_block_kind)kind,
                                   &c->metering.calendar, &c->arena));
}

/* ---- days ---- */

/* Days are of one type if they have the same class of weekday and the same hours of summer time. */
static void types_of_days(void **state) {
  (void)state;
  /* Monday 1 April 2013, twelve days. Summer time to the last hour of Wednesday, and from the last hour
   * of Monday the 8th to midnight of Tuesday. */
  const int64_t first = pvs_days_of(2013, 4, 1);
  clock_of c = {.summers = {{(first - 40) * PVS_DAY_S, (first + 2) * PVS_DAY_S + 23 * 3600},
                            {(first + 7) * PVS_DAY_S + 23 * 3600, (first + 9) * PVS_DAY_S}}};
  clock_begin(&c, first * PVS_DAY_S, 3600, 12 * 24);
  c.metering.calendar.n_summers = 2;
  clock_compile(&c);
  static const int type[12] = {0, 0, 1, 2, 2, 3, 3, 4, 0, 2, 2, 2};
  static const uint32_t alike[12] = {2, 1, 1, 2, 1, 2, 1, 1, 1, 3, 2, 1};
  const pvs_days *days = &c.metering.days;
  assert_int_equal(days->slots, 24);
  assert_int_equal(days->n_spans, 12);
  assert_int_equal(days->n_entries, 5 * 24);
  for (uint32_t i = 0; i < 12; i++) {
    assert_int_equal(days->spans[i].first, 24 * i);
    assert_int_equal(days->spans[i].n, 24);
    assert_int_equal(days->spans[i].at, 24 * type[i]);
    assert_int_equal(days->spans[i].alike, alike[i]);
  }
  pvs_arena_deinit(&c.arena);
}

/* Rows of any stretch have each step once, in its entry; days of one type are one piece. */
static void stretches_are_cut_into_rows(void **state) {
  (void)state;
  static const struct {
    int64_t begins_s;
    uint32_t interval_s, slots;
  } clocks[] = {{0, 3600, 24}, {5 * 3600, 3600, 24}, {1800, 3600, 0}, {0, 5000, 0}, {0, 86400, 1}};
  enum { STEPS = 200 };
  for (size_t k = 0; k < COUNT_OF(clocks); k++) {
    clock_of c = {.summers = {{0}}};
    clock_begin(&c, pvs_days_of(2013, 4, 4) * PVS_DAY_S + clocks[k].begins_s, clocks[k].interval_s,
                STEPS);
    clock_compile(&c);
    const pvs_days *days = &c.metering.days;
    assert_int_equal(days->slots, clocks[k].slots);
    assert_true(days->n_entries % PVS_LANES == 0);
    for (uint32_t stretch = 8; stretch <= STEPS; stretch += 8) {
      uint32_t span = 0, seen = 0;
      for (uint32_t first = 0; first < STEPS; first += stretch) {
        static pvs_day_rows rows[STEPS];
        const uint32_t n = STEPS - first < stretch ? STEPS - first : stretch;
        const size_t n_rows = pvs_days_cut(days, &span, first, n, rows);
        uint32_t at = first;
        for (size_t r = 0; r < n_rows; r++)
          for (uint32_t row = 0; row < rows[r].rows; row++) {
            assert_true(rows[r].n > 0);
            assert_int_equal(first + rows[r].skip + row * rows[r].stride, at);
            for (uint32_t i = 0; i < rows[r].n; i++, at++) {
              const pvs_day_span *s = days->spans;
              while (s->first + s->n <= at)
                s++;
              assert_int_equal(rows[r].at + i, s->at + at - s->first);
            }
          }
        assert_int_equal(at, first + n);
        seen += n;
        if (clocks[k].slots == 24 && clocks[k].begins_s == 0 && first == 0 && n == 192)
          assert_int_equal(n_rows, 3); /* Thursday and Friday, a weekend, Monday to Thursday */
      }
      assert_int_equal(seen, STEPS);
    }
    pvs_arena_deinit(&c.arena);
  }
}

/* ---- blocks ---- */

/* Each step is in one block, and blocks begin where the model says. */
static void blocks_have_their_steps(void **state) {
  (void)state;
  static const uint32_t intervals[] = {3600, 21600, 7000, 86400};
  for (size_t k = 0; k < COUNT_OF(intervals); k++) {
    clock_of c = {.summers = {{0}}};
    const pvs_time start = pvs_days_of(2013, 1, 1) * PVS_DAY_S + 22 * 3600;
    clock_begin(&c, start, intervals[k], MOST_STEPS);
    clock_compile(&c);
    for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++) {
      const pvs_blocks *blocks = &c.metering.blocks[kind];
      uint32_t n = 0;
      int64_t before = -1;
      for (uint32_t step = 0; step < MOST_STEPS; step++) {
        const int64_t since = (int64_t)step * intervals[k];
        const int64_t block = kind == PVS_BLOCK_DAILY    ? (start + since) / 86400
                              : kind == PVS_BLOCK_WEEKLY ? since / 604800
                                                         : since / 7884000;
        if (block != before)
          assert_int_equal(blocks->first[n++], step);
        before = block;
      }
      assert_int_equal(blocks->n, n);
      assert_int_equal(blocks->first[n], MOST_STEPS);
    }
    pvs_arena_deinit(&c.arena);
  }
}

static size_t calls, rows_summed;

static void count_row_sums(size_t n, size_t rows, const double *series, double *y) {
  calls++;
  rows_summed += rows;
  pvs_kernels_choose("portable")->row_sums(n, rows, series, y);
}

/* Stretches of any length, from anywhere, and with few calls: blocks of one length together. */
static void imports_are_added_by_block(void **state) {
  (void)state;
  static double import[MOST_STEPS], expected[MOST_STEPS];
  clock_of c = {.summers = {{0}}};
  dice d = {61};
  clock_begin(&c, pvs_days_of(2013, 1, 1) * PVS_DAY_S + 22 * 3600, 3600, MOST_STEPS);
  clock_compile(&c);
  pvs_kernels kernels = *pvs_kernels_choose("portable");
  kernels.row_sums = count_row_sums;
  for (int t = 0; t < MOST_STEPS; t++)
    import[t] = dice_between(&d, 0, 1);
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    for (uint32_t stretch = 8; stretch <= MOST_STEPS; stretch += 56) {
      const pvs_blocks *blocks = &c.metering.blocks[kind];
      const unsigned needs = (unsigned)PVS_NEED_BLOCK << kind;
      pvs_determinants sums;
      assert_true(pvs_determinants_init(&sums, &c.metering, needs, &c.arena));
      memset(expected, 0, sizeof expected);
      calls = rows_summed = 0;
      for (uint32_t first = 0; first < MOST_STEPS; first += stretch) {
        const uint32_t n = MOST_STEPS - first < stretch ? MOST_STEPS - first : stretch;
        pvs_determinants_add(&sums, &c.metering, needs, &kernels, first, n, import + first, NULL, 0,
                             NULL);
      }
      for (uint32_t b = 0; b < blocks->n; b++) {
        for (uint32_t t = blocks->first[b]; t < blocks->first[b + 1]; t++)
          expected[b] += import[t];
        assert_near(sums.block[kind][b], expected[b]);
      }
      if (kind == PVS_BLOCK_DAILY &&
          stretch == 8 + 56 * 18) /* 2 steps, 42 days, 6 steps; 8 steps */
        assert_int_equal(calls, 4);
      assert_true(rows_summed >= blocks->n);
    }
  /* One stretch: the rest of the first day; all days that are whole; the last. */
  pvs_determinants sums;
  assert_true(
      pvs_determinants_init(&sums, &c.metering, PVS_NEED_BLOCK << PVS_BLOCK_DAILY, &c.arena));
  calls = rows_summed = 0;
  pvs_determinants_add(&sums, &c.metering, PVS_NEED_BLOCK << PVS_BLOCK_DAILY, &kernels, 0,
                       2 + 42 * 24, import, NULL, 0, NULL);
  assert_int_equal(calls, 2);
  assert_int_equal(rows_summed, 43);
  pvs_arena_deinit(&c.arena);
}

/* ---- what is needed ---- */

/* A table for each need, none for others, all of them zero again when they are cleared; and no more memory
 * than is said. */
static void tables_are_those_that_are_needed(void **state) {
  (void)state;
  enum { ALL = 0x1ff };
  static const unsigned bits[] = {PVS_NEED_RATES,
                                  PVS_NEED_CONSUMPTION,
                                  PVS_NEED_PEAKS,
                                  PVS_NEED_BLOCK << PVS_BLOCK_DAILY,
                                  PVS_NEED_BLOCK << PVS_BLOCK_WEEKLY,
                                  PVS_NEED_BLOCK << PVS_BLOCK_QUARTERLY,
                                  PVS_NEED_EXPORT,
                                  PVS_NEED_EXPORT << 1,
                                  PVS_NEED_EXPORT << 2};
  clock_of c = {.summers = {{0}}};
  clock_begin(&c, pvs_days_of(2013, 4, 4) * PVS_DAY_S, 3600, 480);
  clock_compile(&c);
  c.metering.n_export_limits = 3;
  const uint32_t n = c.metering.days.n_entries;
  for (unsigned which = 0; which <= ALL; which++) {
    unsigned needs = 0;
    for (size_t i = 0; i < COUNT_OF(bits); i++)
      needs |= which >> i & 1 ? bits[i] : 0;
    pvs_determinants sums;
    assert_true(pvs_determinants_init(&sums, &c.metering, needs, &c.arena));
    double *tables[] = {sums.import,    sums.consumption, sums.peak,
                        sums.block[1],  sums.block[2],    sums.block[3],
                        sums.export[0], sums.export[1],   sums.export[2]};
    size_t bytes = 0;
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
      assert_int_equal(tables[i] != NULL, which >> i & 1);
      size_t entries = i >= 3 && i < 6 ? c.metering.blocks[i - 2].n : n;
      for (size_t e = 0; tables[i] && e < entries; e++)
        tables[i][e] = 1;
      bytes += tables[i] ? (entries * sizeof(double) + PVS_ALIGN - 1) / PVS_ALIGN * PVS_ALIGN : 0;
    }
    assert_true(bytes <= pvs_determinants_bytes(&c.metering, needs));
    assert_true(pvs_determinants_bytes(&c.metering, needs) <= bytes + 8 * PVS_ALIGN);
    pvs_determinants_clear(&sums, &c.metering, needs);
    for (size_t i = 0; i < COUNT_OF(bits); i++)
      for (size_t e = 0; tables[i] && e < (i >= 3 && i < 6 ? c.metering.blocks[i - 2].n : n); e++)
        assert_true(tables[i][e] == 0);
  }
  pvs_arena_deinit(&c.arena);
}

/* ---- tariffs of several kinds ---- */

static void kinds_of_tariff_go_together(void **state) {
  (void)state;
  static const struct {
    const char *type, *solar_name;
    bool solar_period, has_table, has_solar, charges_solar;
    double flat;
    unsigned needs;
  } cases[] = {
      {"Flat_Rate", "", false, false, false, false, 30, 0},
      {"flat_TOU", "", false, false, false, false, 30, 0},
      {"Flat_Block_Daily", "", false, false, false, false, 0, PVS_NEED_BLOCK << PVS_BLOCK_DAILY},
      {"TOU_Block_Weekly", "", false, false, false, false, 0, PVS_NEED_BLOCK << PVS_BLOCK_WEEKLY},
      {"Dynamic_Quarterly", "", false, false, false, false, 0,
       PVS_NEED_BLOCK << PVS_BLOCK_QUARTERLY},
      {"TOU_Demand", "", false, true, false, false, 0, PVS_NEED_RATES | PVS_NEED_PEAKS},
      {"Flat_Demand", "", false, false, false, false, 30, PVS_NEED_PEAKS},
      {"Flat_demand", "", false, false, false, false, 30, 0},
      {"TOU", "solar_sc", true, true, true, false, 0, PVS_NEED_RATES},
      {"Solar_Inst", "solar", true, true, true, false, 0, PVS_NEED_RATES},
      {"Solar_Inst", "solar_sc", true, true, true, true, 0, PVS_NEED_RATES | PVS_NEED_CONSUMPTION},
      {"TOU_solar", "solar_sc", true, true, true, true, 0, PVS_NEED_RATES | PVS_NEED_CONSUMPTION},
      {"Solar_Inst", "solar_sc", false, true, false, true, 0, PVS_NEED_RATES},
      {"Zero_Rate", "", false, false, false, false, 0, 0},
  };
  clock_of c = {.summers = {{0}}};
  clock_begin(&c, pvs_days_of(2013, 4, 4) * PVS_DAY_S, 3600, 48);
  clock_compile(&c);
  c.metering.num_days = 2;
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    pvs_tariff_terms terms = {.id = "t",
                              .type = cases[i].type,
                              .flat_c_per_kwh = 30,
                              .solar_rate_name = cases[i].solar_name,
                              .demand_power_factor = 1,
                              .demand_c_per_kw_day = 7,
                              .export_c_per_kwh = 6,
                              .block_high_kwh = {INFINITY, INFINITY},
                              .block_rate_c_per_kwh = {20}};
    terms.periods[0].present = terms.periods[1].present = true;
    terms.periods[0].period.end_s = terms.periods[1].period.end_s = terms.demand_period.end_s =
        PVS_DAY_S;
    terms.periods[0].rate_c_per_kwh = 10;
    terms.periods[1].rate_c_per_kwh = 4;
    terms.periods[1].solar = cases[i].solar_period;
    pvs_tariff tariff;
    assert_int_equal(pvs_tariff_compile(&tariff, &terms, &c.metering, &c.arena, NULL), PVS_OK);
    assert_int_equal(tariff.import_rate != NULL, cases[i].has_table);
    assert_int_equal(tariff.solar_rate != NULL, cases[i].has_solar);
    assert_int_equal(tariff.charges_solar, cases[i].charges_solar);
    assert_true(tariff.flat_c_per_kwh == cases[i].flat);
    assert_int_equal(tariff.needs, cases[i].needs);
    /* Imports of 12 kWh, 3 in one step at most; exports of 5 kWh; nothing is consumed locally. */
    pvs_determinants sums;
    const unsigned needs = cases[i].needs | PVS_NEED_CONSUMPTION;
    assert_true(pvs_determinants_init(&sums, &c.metering, needs, &c.arena));
    if (sums.import)
      sums.import[3] = 9, sums.import[15] = 3;
    if (sums.peak)
      sums.peak[3] = 3, sums.peak[15] = 2;
    for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
      for (uint32_t b = 0; sums.block[kind] && b < c.metering.blocks[kind].n; b++)
        sums.block[kind][b] = 12.0 / c.metering.blocks[kind].n;
    pvs_bill bill;
    pvs_tariff_bill(&tariff, &c.metering, pvs_kernels_choose(NULL), &sums, 12, 5, &bill);
    const double rate = cases[i].has_table ? (cases[i].solar_period ? 10 : 4) : cases[i].flat;
    const bool is_block = cases[i].needs & PVS_NEED_BLOCKS;
    assert_near(bill.energy_charge_c, is_block ? 240 : 12 * rate);
    assert_near(bill.feed_in_credit_c, 30);
    assert_near(bill.local_solar_c, cases[i].charges_solar ? 30 : 0);
    assert_near(bill.demand_charge_c, cases[i].needs & PVS_NEED_PEAKS ? 3 * 7 * 2 : 0);
  }
  pvs_arena_deinit(&c.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(types_of_days),
      cmocka_unit_test(stretches_are_cut_into_rows),
      cmocka_unit_test(blocks_have_their_steps),
      cmocka_unit_test(imports_are_added_by_block),
      cmocka_unit_test(tables_are_those_that_are_needed),
      cmocka_unit_test(kinds_of_tariff_go_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
