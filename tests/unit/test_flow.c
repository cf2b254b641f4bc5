/* Energy flows step by step: balances that hold whatever the arrangement, against the profiles
 * themselves; sums and bills do not depend on how the steps are cut. */
#include "flow_support.h"

#include <math.h>
#include <time.h>

/* Every arrangement, with and without batteries. */
static const char all_arrangements[] =
    "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
    "pv_filename,central_battery_id,central_battery_strategy,all_battery_id,all_battery_strategy\n"
    "1,site,bau,tou,flat,zero,demand,20,0,,,,,\n"
    "2,two,bau_bat,tou,flat,zero,demand,20,0,,,,big,evening\n"
    "3,site,en,tou,flat,tou,demand,20,0,,big,evening,,\n"
    "4,site,en_pv,tou,flat,tou,demand,20,0,roof,,,,\n"
    "5,two,en_pv,tou,flat,tou,demand,20,0,owners,big,first,any_scale,any\n"
    "6,site,cp_only,tou,flat,tou,demand,20,0,roof,,,,\n"
    "7,site,btm_i_u,solar,solar,tou,demand,20,0,roof,,,,\n"
    "8,two,btm_i_c,solar,block,tou,demand,20,0,roof,,,big,first\n"
    "9,site,btm_s_u,solar,demand,tou,demand,20,0,roof,,,,\n"
    "10,two,btm_s_c,solar,solar,tou,demand,20,0,roof,,,any_scale,evening\n"
    "11,site,btm_p_u,solar,solar,tou,demand,20,0,owners,,,,\n"
    "12,site,btm_p_c,solar,solar,tou,demand,20,0,owners,big,any,,\n";

static void energy_is_conserved_in_every_arrangement(void **state) {
  (void)state;
  fixture b;
  heard h;
  fixture_open(&b, all_arrangements, 0);
  assert_int_equal(b.info.groups, 12);
  for (uint32_t unit = 0; unit < b.info.units; unit++) {
    const pvs_flow_result *r = fixture_run(&b, unit, &h);
    uint32_t scenario = pvs_plan_group_first_scenario(b.plan, pvs_plan_unit_group(b.plan, unit));
    const pvs_scenario *s = &b.study->scenarios.items[scenario];
    assert_int_equal(h.steps, STEPS);
    /* Sums of series are the unit's results. */
    assert_near(r->network_import_kwh, sum(h.import));
    assert_near(r->network_export_kwh, sum(h.export));
    assert_near(r->residents_import_kwh, sum(h.residents_import));
    assert_near(r->residents_export_kwh, sum(h.residents_export));
    assert_near(r->generation_kwh, sum(h.pv));
    /* What came in, was made or was in the batteries is used, goes out, is lost or still there. */
    double stored = 0;
    if (h.has_central)
      stored += h.central_level[STEPS - 1] - 0.5 * h.central_cap_kwh;
    if (h.has_individual)
      stored += h.individual_level[STEPS - 1] - 0.5 * h.individual_cap_kwh;
    assert_near(sum(h.import) + sum(h.pv),
                sum(h.load) + sum(h.export) + stored + r->battery_losses_kwh);
    assert_int_equal(h.has_central || h.has_individual, s->batteries != PVS_NONE);
    for (int t = 0; t < STEPS; t++) {
      assert_true(h.import[t] >= 0 && h.export[t] >= 0 && !(h.import[t] > 0 && h.export[t] > 0));
      if (s->batteries == PVS_NONE)
        assert_near(h.import[t] - h.export[t], h.load[t] - h.pv[t]);
    }
  }
  fixture_close(&b);
}

/* All the PV is somebody's, in every arrangement. */
static void generation_is_the_profiles(void **state) {
  (void)state;
  fixture b;
  heard h;
  fixture_open(&b, all_arrangements, 0);
  for (uint32_t unit = 0; unit < b.info.units; unit++) {
    fixture_run(&b, unit, &h);
    uint32_t scenario = pvs_plan_group_first_scenario(b.plan, pvs_plan_unit_group(b.plan, unit));
    const pvs_scenario *s = &b.study->scenarios.items[scenario];
    for (int t = 0; t < STEPS; t++)
      assert_near(h.pv[t], s->pv == PVS_NONE ? 0 : b.study->pvs[s->pv].total[t]);
  }
  fixture_close(&b);
}

/* Every other step has no load in all (some with single ones that cancel): then each sharer gets
 * the same. */
static void shared_pv_without_load_is_split_evenly(void **state) {
  (void)state;
  fixture b;
  heard h;
  memory_base_init(&b.base);
  char load[8192] = "timestamp,cp,A1,A2\n", pv[8192] = "timestamp,pv\n", line[96];
  for (int t = 0; t < STEPS; t++) {
    int minute = 23 * 60 + 30 * t;
    snprintf(line, sizeof line, "%d/04/2013 %d:%02d,%s\n", 5 + minute / 1440, minute / 60 % 24,
             minute % 60,
             t % 4 == 1 ? "0,1,-1"
             : t % 2    ? "0,0,0"
                        : "1,2,1");
    strcat(load, line);
    snprintf(line, sizeof line, "%d/04/2013 %d:%02d,6\n", 5 + minute / 1440, minute / 60 % 24,
             minute % 60);
    strcat(pv, line);
  }
  memory_put(&b.base, "load_profiles/site/load.csv", load);
  memory_put(&b.base, "pv_profiles/roof.csv", pv);
  memory_put(
      &b.base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "pv_filename\n1,site,btm_s_c,tou,flat,zero,zero,20,0,roof\n"
      "2,site,btm_s_u,tou,flat,zero,zero,20,0,roof\n");
  fixture_begin(&b, 0);
  static const double expected[2][3] = {{50 * 1.5 + 50 * 2, 50 * 3 + 50 * 2, 50 * 1.5 + 50 * 2},
                                        {0, 50 * 4 + 50 * 3, 50 * 2 + 50 * 3}};
  for (uint32_t unit = 0; unit < 2; unit++) {
    pvs_flow_result *r = fixture_run(&b, unit, &h);
    pvs_flow_view parts;
    pvs_flow_result_view(r, &parts);
    for (int i = 0; i < 3; i++)
      assert_near(parts.generation_kwh[i], expected[unit][i]);
  }
  fixture_close(&b);
}

/* The same bits in any order of units, by a workspace that did other things before, and when
 * somebody listens. */
static void order_and_listeners_change_no_bit(void **state) {
  (void)state;
  fixture expected, other;
  heard h;
  fixture_open(&expected, all_arrangements, 0);
  fixture_open(&other, all_arrangements, 0);
  for (uint32_t unit = 0; unit < expected.info.units; unit++)
    fixture_run(&expected, unit, NULL);
  for (int listened = 0; listened < 2; listened++) {
    for (uint32_t unit = other.info.units; unit-- > 0;)
      fixture_run(&other, unit, listened ? &h : NULL);
    assert_memory_equal(other.results, expected.results, expected.info.results_bytes);
  }
  fixture_close(&other);
  fixture_close(&expected);
}

static pvs_code write_slowly(void *ctx, const pvs_flow_chunk *chunk, pvs_error *error) {
  (void)chunk, (void)error;
  nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  ++*(uint64_t *)ctx;
  return PVS_OK;
}

/* What a listener does is the writing of time series, whose time is not that of flows: the parts are no
 * more than the whole. */
static void a_listener_s_time_is_for_writing(void **state) {
  (void)state;
  fixture b;
  uint64_t calls = 0;
  pvs_work_stats stats;
  pvs_error error = {0};
  fixture_open(&b, all_arrangements, 8);
  const uint64_t began = pvs_now_ns();
  fixture_run(&b, 0, NULL);
  pvs_workspace_stats(b.workspace, &stats);
  assert_int_equal(stats.write_ns, 0);
  assert_true(stats.flow_ns > 0 && stats.bill_ns > 0);
  assert_int_equal(pvs_flow_run(b.plan, 0, b.workspace, b.results, write_slowly, &calls, &error),
                   PVS_OK);
  const uint64_t whole = pvs_now_ns() - began;
  pvs_workspace_stats(b.workspace, &stats);
  assert_true(calls > 0 && stats.write_ns >= 2000000 * calls);
  assert_true(stats.flow_ns <= whole && stats.bill_ns <= whole && stats.write_ns <= whole);
  assert_true(stats.flow_ns + stats.bill_ns + stats.write_ns <= whole);
  fixture_close(&b);
}

static void the_clock_is_the_monotonic_one(void **state) {
  (void)state;
  struct timespec now;
  const uint64_t before = pvs_now_ns();
  assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
  const uint64_t ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
  assert_true(before <= ns && ns <= pvs_now_ns());
}

static pvs_code refuse_third(void *ctx, const pvs_flow_chunk *chunk, pvs_error *error) {
  (void)chunk;
  return ++*(uint64_t *)ctx == 3 ? pvs_fail(error, PVS_IO, (pvs_where){0}, "refused") : PVS_OK;
}

/* A listener that fails ends the unit, with its own code. */
static void a_listener_may_end_a_unit(void **state) {
  (void)state;
  fixture b;
  uint64_t calls = 0;
  pvs_error error = {0};
  fixture_open(&b, all_arrangements, 8);
  assert_int_equal(pvs_flow_run(b.plan, 0, b.workspace, b.results, refuse_third, &calls, &error),
                   PVS_IO);
  assert_int_equal(calls, 3);
  assert_string_equal(error.message, "refused");
  fixture_close(&b);
}

static void assert_near_bills(const pvs_flow_result *a, const pvs_flow_result *b) {
  pvs_flow_view x, y;
  pvs_flow_result_view((pvs_flow_result *)(uintptr_t)a, &x);
  pvs_flow_result_view((pvs_flow_result *)(uintptr_t)b, &y);
  assert_int_equal(a->n_bills, b->n_bills);
  for (uint32_t i = 0; i < a->n_bills; i++) {
    assert_near(x.bills[i].energy_charge_c, y.bills[i].energy_charge_c);
    assert_near(x.bills[i].feed_in_credit_c, y.bills[i].feed_in_credit_c);
    assert_near(x.bills[i].demand_charge_c, y.bills[i].demand_charge_c);
    assert_near(x.bills[i].local_solar_c, y.bills[i].local_solar_c);
  }
}

/* However many steps are worked on at a time (a study has one such number), the model is the same.
 */
static void cutting_the_steps_changes_no_result(void **state) {
  (void)state;
  static const uint32_t chunks[] = {8, 48, 96, 104, 1024};
  fixture expected, other;
  fixture_open(&expected, all_arrangements, 0);
  for (size_t i = 0; i < COUNT_OF(chunks); i++) {
    fixture_open(&other, all_arrangements, chunks[i]);
    for (uint32_t unit = 0; unit < expected.info.units; unit++) {
      const pvs_flow_result *a = fixture_run(&expected, unit, NULL),
                            *b = fixture_run(&other, unit, NULL);
      assert_near(a->network_import_kwh, b->network_import_kwh);
      assert_near(a->self_consumed_kwh, b->self_consumed_kwh);
      assert_near(a->central_cycles, b->central_cycles);
      assert_near(a->battery_losses_kwh, b->battery_losses_kwh);
      assert_near_bills(a, b);
    }
    fixture_close(&other);
  }
  fixture_close(&expected);
}

/* Bills of a unit against charging the series step by step, for those that a listener hears of: the
 * parent meter's. */
static void the_parent_meter_is_billed_for_its_series(void **state) {
  (void)state;
  fixture b;
  heard h;
  fixture_open(
      &b,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "pv_filename,central_battery_id,central_battery_strategy\n"
      "1,site,en_pv,tou,flat,flat,demand,20,0,roof,big,evening\n",
      0);
  pvs_flow_result *r = fixture_run(&b, 0, &h);
  pvs_flow_view parts;
  pvs_flow_result_view(r, &parts);
  const pvs_bill *network = &parts.bills[parts.payer_first[PVS_PAYER_NETWORK(3)]],
                 *retailer = &parts.bills[parts.payer_first[PVS_PAYER_RETAILER(3)]];
  assert_near(network->energy_charge_c, sum(h.import) * 27); /* 30 less 10 % */
  assert_near(network->feed_in_credit_c, sum(h.export) * 8);
  double peak = 0;
  /* 15:00-20:00; Friday 23:00 is the first step, and the clock changes early on Sunday. */
  for (int t = 0; t < STEPS; t++) {
    int hour = (46 + t) / 2 % 24, day = (46 + t) / 48, begins = day < 2 ? 14 : 15;
    if (hour >= begins && hour < begins + 5)
      peak = fmax(peak, h.import[t]);
  }
  assert_near(retailer->demand_charge_c, peak * 2 * 25 * 2);
  assert_near(retailer->energy_charge_c, sum(h.import) * 20);
  fixture_close(&b);
}

/* Lights cover what generates, are cut to stretches, and what is in none of them is night: entries
 * of a day table that no light of any day of the type touches. */
static void daylight_spans_cover_all_generation(void **state) {
  (void)state;
  enum { DAYS = 23, SLOTS = 48, STEPS_DAYLIGHT = DAYS * SLOTS, STRETCH = 240 };
  _Alignas(64) static double series[2][STEPS_DAYLIGHT];
  pvs_profile pv = {.n_series = 2, .stride = STEPS_DAYLIGHT, .values = series[0]};
  dice d = {59};
  for (int round = 0; round < 60; round++) {
    pvs_arena arena;
    pvs_arena_init(&arena);
    struct pvs_study study = {.stride = STEPS_DAYLIGHT, .chunk = 10 * SLOTS};
    pvs_calendar *calendar = &study.metering.calendar;
    /* Days that begin at midnight, at eight in the morning, at half past six. */
    static const uint32_t starts_s[] = {0, 28800, 23400};
    uint32_t begins_s = starts_s[round % 3];
    *calendar = (pvs_calendar){.start = begins_s, .steps = STEPS_DAYLIGHT - 3, .interval_s = 1800};
    assert_true(pvs_days_compile(&study.metering.days, calendar, 0, NULL, &arena));
    const pvs_days *days = &study.metering.days;
    memset(series, 0, sizeof series);
    bool anywhere = round % 5 == 0;
    for (int i = 0; i < 40; i++) {
      uint32_t step = anywhere ? (uint32_t)dice_below(&d, STEPS_DAYLIGHT)
                               : (uint32_t)(SLOTS * dice_below(&d, DAYS) + 18 + dice_below(&d, 12));
      series[dice_below(&d, 2)][step] = -1;
    }
    pvs_daylight found;
    assert_true(pvs_daylight_find(&found, &study, &pv, &arena));
    assert_true((found.slots != NULL) == (begins_s != 23400));
    enum { NIGHT, DARK, DAYLIGHT };
    int is[STEPS_DAYLIGHT] = {NIGHT};
    bool entry_kept[STEPS_DAYLIGHT] = {false}, row_kept[STEPS_DAYLIGHT] = {false};
    size_t from = 0, dark = 0;
    uint32_t run = 0;
    for (uint32_t first = 0; first < STEPS_DAYLIGHT; first += STRETCH) {
      pvs_daylight_span spans[STRETCH / PVS_LANES];
      uint32_t n = STEPS_DAYLIGHT - first < STRETCH ? STEPS_DAYLIGHT - first : STRETCH, end = 0;
      size_t count = pvs_daylight_cut(&found, &from, first, n, spans);
      assert_true(count <= COUNT_OF(spans));
      for (size_t s = 0; s < count; s++) {
        const pvs_daylight_span *l = &spans[s];
        assert_true(l->first >= end && l->first < l->end && l->end <= n);
        assert_true(l->first <= l->dawn && l->dawn <= l->dusk && l->dusk <= l->end);
        assert_int_equal((l->first | l->dawn | l->dusk | l->end) % PVS_LANES, 0);
        end = l->end;
        for (uint32_t t = l->first; t < end; t++)
          is[first + t] = t >= l->dawn && t < l->dusk ? DAYLIGHT : DARK;
      }
      pvs_day_rows rows[STRETCH], kept[STRETCH];
      size_t n_rows = pvs_days_cut(days, &run, first, n, rows);
      size_t n_kept = pvs_daylight_rows(&found, days, n_rows, rows, kept);
      for (size_t r = 0; r < n_kept; r++)
        for (uint32_t row = 0; row < kept[r].rows; row++)
          for (uint32_t i = 0; i < kept[r].n; i++) {
            entry_kept[kept[r].at + i] = true;
            row_kept[first + kept[r].skip + row * kept[r].stride + i] = true;
          }
    }
    for (uint32_t t = 0; t < STEPS_DAYLIGHT; t++) {
      assert_true(is[t] == DAYLIGHT || (series[0][t] == 0 && series[1][t] == 0));
      dark += is[t] != DAYLIGHT;
      if (t < calendar->steps)
        assert_int_equal(is[t] != NIGHT, row_kept[t]);
    }
    for (uint32_t r = 0; r < days->n_spans; r++)
      for (uint32_t i = 0; i < days->spans[r].n; i++)
        assert_int_equal(entry_kept[days->spans[r].at + i], row_kept[days->spans[r].first + i]);
    if (!anywhere)
      assert_true(dark >= STEPS_DAYLIGHT / 2); /* 30 slots of 48 are never reached */
    pvs_arena_deinit(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(daylight_spans_cover_all_generation),
      cmocka_unit_test(energy_is_conserved_in_every_arrangement),
      cmocka_unit_test(generation_is_the_profiles),
      cmocka_unit_test(shared_pv_without_load_is_split_evenly),
      cmocka_unit_test(order_and_listeners_change_no_bit),
      cmocka_unit_test(a_listener_s_time_is_for_writing),
      cmocka_unit_test(a_listener_may_end_a_unit),
      cmocka_unit_test(the_clock_is_the_monotonic_one),
      cmocka_unit_test(cutting_the_steps_changes_no_result),
      cmocka_unit_test(the_parent_meter_is_billed_for_its_series),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
