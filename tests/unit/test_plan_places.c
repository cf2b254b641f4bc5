/* Where results lie and which units are neighbours, against slow and simple ways to say so. */
#include "core_support.h"

#include "engine/workspace.h"

typedef struct opened {
  memory_base base;
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
} opened;

/* o->base is there. */
static void open_plan(opened *o, pvs_plan_options options) {
  open_base(&o->base, options, &o->study, &o->plan);
  pvs_plan_describe(o->plan, &o->info);
}

static void close_plan(opened *o) {
  pvs_plan_destroy(o->plan);
  pvs_study_close(o->study);
}

static void discard(opened *o) {
  close_plan(o);
  memory_base_deinit(&o->base);
}

/* ---- places ---- */

/* All of a block's arrays are in it, and no other block is in its last line. */
static void a_block_holds_its_arrays(void **state) {
  (void)state;
  static _Alignas(64) char memory[1 << 16];
  for (uint32_t residents = 1; residents < 60; residents++)
    for (uint32_t bills = 3; bills < 200; bills += 7) {
      pvs_flow_result *r = (pvs_flow_result *)(void *)memory;
      pvs_flow_view view;
      *r = (pvs_flow_result){.n_residents = residents, .n_bills = bills};
      pvs_flow_result_view(r, &view);
      const char *ends[] = {(char *)(view.generation_kwh + residents),
                            (char *)(view.cycles + residents),
                            (char *)(view.payer_first + residents + 3),
                            (char *)(view.tariffs + bills), (char *)(view.bills + bills)};
      const char *starts[] = {(char *)view.generation_kwh, (char *)view.cycles,
                              (char *)view.payer_first, (char *)view.tariffs, (char *)view.bills};
      const size_t size = pvs_flow_result_bytes(residents, bills);
      size_t used = 0;
      for (size_t i = 0; i < COUNT_OF(ends); i++) {
        assert_true(starts[i] >= memory + sizeof *r);
        for (size_t k = 0; k < i; k++)
          assert_true(ends[k] <= starts[i] || ends[i] <= starts[k]);
        used = (size_t)(ends[i] - memory) > used ? (size_t)(ends[i] - memory) : used;
      }
      assert_int_equal(size % PVS_ALIGN, 0);
      assert_true(used + PVS_ALIGN <= size && size < used + 2 * PVS_ALIGN);
    }
}

/* Rows that share flows at random: `kinds` of them. */
static void put_rows(memory_base *base, dice *d, uint32_t n, uint32_t kinds) {
  static char text[1 << 17];
  static const char *const folders[] = {"site", "two"}, *const tariffs[] = {"flat", "tou", "demand",
                                                                            "block", "solar"};
  int used = snprintf(text, sizeof text,
                      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,"
                      "a_term,a_rate,pv_filename,pv_scaleable,pv_kW_peak\n");
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t kind = dice_below(d, kinds);
    used += snprintf(text + used, sizeof text - (size_t)used,
                     "%u,%s,en_pv,%s,%s,flat,%s,20,0.05,roof,1,%u\n", i, folders[kind % 2],
                     tariffs[dice_below(d, 5)], tariffs[dice_below(d, 5)],
                     tariffs[dice_below(d, 5)], 1 + kind);
  }
  memory_put(base, MEMORY_STUDY, text);
}

static uint64_t size_of(const opened *o, uint32_t g) {
  const struct pvs_plan *plan = o->plan;
  const pvs_group *group = &plan->groups[g];
  const pvs_scenario *s = &o->study->scenarios.items[group->first_scenario];
  const pvs_folder *folder = &o->study->folders[s->folder];
  const uint64_t bytes =
      (uint64_t)folder->n_loads * pvs_flow_result_bytes(folder->n_residents, group->n_bills);
  uint64_t size = 512;
  while (size < bytes)
    size *= 2;
  return size;
}

/* Of the places that are free when a group begins, of its size, the one that is free longest is taken: then
 * the memory is no more than this. */
static void check_places(const opened *o, uint32_t block, uint32_t window) {
  struct {
    uint64_t size, last;
    bool shared;
  } places[600];
  const uint32_t start = o->info.first_scenario;
  uint64_t shared_bytes = 0, bytes = 0;
  uint32_t n = 0, n_shared = 0;
  for (uint32_t g = 0; g < o->info.groups; g++) {
    const pvs_group *group = &o->plan->groups[g];
    const uint64_t size = size_of(o, g), first = group->first_scenario - start,
                   last = group->last_scenario - start;
    const bool shared = block > 0 && first / block != last / block;
    assert_int_equal(group->shared, shared);
    assert_int_equal(pvs_plan_group_is_shared(o->plan, g), shared);
    if (shared) {
      assert_int_equal(group->offset, shared_bytes);
      shared_bytes += size;
      n_shared++;
      continue;
    }
    uint32_t best = n;
    for (uint32_t i = 0; i < n; i++)
      if (places[i].size == size && (best == n || places[i].last < places[best].last))
        best = i;
    const bool is_free = best < n && (block > 0 ? places[best].last / block < first / block
                                                : places[best].last + window <= first);
    if (!is_free) {
      best = n++;
      assert_true(n <= COUNT_OF(places));
      places[best].size = size;
      bytes += size;
    }
    places[best].last = last;
  }
  const uint64_t rounded = (shared_bytes + PVS_SHARED_UNIT - 1) / PVS_SHARED_UNIT * PVS_SHARED_UNIT;
  assert_int_equal(o->info.shared_groups, n_shared);
  assert_int_equal(o->info.shared_bytes, rounded);
  assert_int_equal(o->info.results_bytes, rounded + bytes);
}

static void places_are_used_again_as_soon_as_they_may_be(void **state) {
  (void)state;
  opened o;
  dice d = {19};
  memory_base_init(&o.base);
  for (int round = 0; round < 40; round++) {
    const uint32_t n = 20 + dice_below(&d, 400), from = dice_below(&d, n / 2),
                   window = 1 + dice_below(&d, 30), block = round % 2 ? 1 + dice_below(&d, 20) : 0;
    put_rows(&o.base, &d, n, 1 + dice_below(&d, 2 * n));
    open_plan(&o, (pvs_plan_options){.window = window,
                                     .block = block,
                                     .first_scenario = from,
                                     .scenarios = n - from - dice_below(&d, n / 4)});
    check_places(&o, block, window);
    close_plan(&o);
  }
  memory_base_deinit(&o.base);
}

/* ---- parts of a study ---- */

static void a_part_lies_within_the_study(void **state) {
  (void)state;
  static const struct {
    uint32_t first, n;
    const char *message; /* NULL: there is such a part */
  } cases[] = {
      {0, 7, NULL},
      {6, 1, NULL},
      {3, 4, NULL},
      {0, 8, "found scenarios 0 to 7, expected at most 0 to 6, as study s has 7"},
      {6, 2, "found scenarios 6 to 7, expected at most 0 to 6, as study s has 7"},
      {7, 1, "found scenarios 7 to 7, expected at most 0 to 6, as study s has 7"},
      {UINT32_MAX, UINT32_MAX,
       "found scenarios 4294967295 to 8589934589, expected at most 0 to 6, as study s has 7"}};
  opened o;
  memory_base_init(&o.base);
  open_plan(&o, (pvs_plan_options){0});
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    pvs_plan *part = NULL;
    pvs_error error = {0};
    pvs_plan_info info;
    pvs_plan_options options = {.first_scenario = cases[i].first, .scenarios = cases[i].n};
    pvs_code code = pvs_plan_create(o.study, &options, &part, &error);
    assert_int_equal(code, cases[i].message ? PVS_BAD_VALUE : PVS_OK);
    if (cases[i].message) {
      assert_string_equal(error.message, cases[i].message);
      assert_null(part);
      continue;
    }
    pvs_plan_describe(part, &info);
    assert_int_equal(info.first_scenario, cases[i].first);
    assert_int_equal(info.scenarios, cases[i].n);
    assert_int_equal(info.window, 256);
    pvs_plan_destroy(part);
  }
  discard(&o);
}

/* ---- neighbours ---- */

/* Half-hours of `residents` and of a roof. */
static void put_long_series(memory_base *base, uint32_t residents, uint32_t steps) {
  char *load = malloc((size_t)steps * (residents * 2 + 24) + 4096), *pv = malloc(steps * 32ul + 64);
  assert_true(load && pv);
  char *end = load + sprintf(load, "timestamp,cp"), *pv_end = pv + sprintf(pv, "timestamp,pv");
  for (uint32_t i = 1; i < residents; i++)
    end += sprintf(end, ",R%u", i);
  for (uint32_t t = 0; t < steps; t++) {
    char stamp[PVS_TIMESTAMP_LENGTH + 1] = "";
    pvs_format_timestamp(stamp, (pvs_days_of(2013, 1, 1) * 48 + t) * 1800);
    end += sprintf(end, "\n%s", stamp);
    pv_end += sprintf(pv_end, "\n%s,%d", stamp, t % 48 == 24);
    for (uint32_t i = 0; i < residents; i++)
      end += sprintf(end, ",1");
  }
  strcpy(end, "\n");
  strcpy(pv_end, "\n");
  memory_put(base, "load_profiles/site/load.csv", load);
  memory_put(base, "pv_profiles/roof.csv", pv);
  free(load);
  free(pv);
}

/* Units of one load file go through it together where it is larger than half of a second-level cache of
 * 2 MiB: 32 residents with 4,096 steps are just that. */
static void units_of_a_large_load_file_go_together(void **state) {
  (void)state;
  for (uint32_t more = 0; more < 2; more++) {
    opened o;
    memory_base_init(&o.base);
    put_long_series(&o.base, 32, 4096 + more);
    memory_put(&o.base, MEMORY_STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename,pv_scaleable,pv_kW_peak\n"
               "1,site,btm_s_c,tou,flat,zero,demand,20,0.06,roof,1,1\n"
               "2,site,btm_s_c,tou,flat,zero,demand,20,0.06,roof,1,2\n");
    open_plan(&o, (pvs_plan_options){0});
    assert_int_equal(o.plan->groups[0].same_load, 2);
    assert_int_equal(o.plan->together, more ? PVS_UNITS_TOGETHER : 1);
    assert_int_equal(o.info.units_at_once, more ? PVS_UNITS_TOGETHER : 1);
    discard(&o);
  }
}

/* Rows "load_folder, arrangement, pv_filename, pv_kW_peak, central_battery_id, all_battery_id": neighbours
 * of which the second differs in one thing from the first, and so is no variant. */
static void variants_differ_in_the_central_battery_alone(void **state) {
  (void)state;
  static const struct {
    const char *row;
    uint32_t variants;
  } rows[] = {
      {"site,en_pv,roof,5,a,", 2},
      {"site,en_pv,roof,5,b,", 1},
      {"one,en_pv,roof,5,a,", 1},
      {"one,en_pv,short,5,b,", 1},
      {"one,btm_s_c,short,5,c,", 1},
      {"one,btm_i_c,short,5,a,", 1},
      {"one,btm_i_c,short,6,b,", 1},
      {"one,btm_i_c,short,6,,a", 1},
      {"one,btm_i_c,short,6,c,", 1},
      {"one,btm_i_c,short,6,c,b", 1},
      {"one,btm_i_c,short,6,b,b", 1},
      {"two,en,,1,a,", 1},
      {"two,en,,1,b,", 1},
      {"one,en,,1,a,", 3},
      {"one,en,,1,b,", 2},
      {"one,en,,1,c,", 1},
  };
  opened o;
  memory_base_init(&o.base);
  memory_put_series(&o.base, "load_profiles/one/load.csv", (const char *const[]){"cp", "A1", "A2"},
                    3, false, 41);
  memory_put_series(&o.base, "pv_profiles/short.csv", (const char *const[]){"pv"}, 1, true, 42);
  memory_put(&o.base, "reference/battery_lookup.csv", "battery_id,capacity_kWh\na,5\nb,6\nc,7\n");
  char text[4096], *end = text;
  end += sprintf(end, "scenario,cp,all_residents,parent,network_tariff,a_term,a_rate,"
                      "central_battery_strategy,all_battery_strategy,pv_scaleable,load_folder,"
                      "arrangement,pv_filename,pv_kW_peak,central_battery_id,all_battery_id\n");
  for (size_t i = 0; i < COUNT_OF(rows); i++)
    end += sprintf(end, "%zu,tou,flat,zero,demand,20,0.06,any,any,true,%s\n", i, rows[i].row);
  memory_put(&o.base, MEMORY_STUDY, text);
  open_plan(&o, (pvs_plan_options){0});
  assert_int_equal(o.info.groups, COUNT_OF(rows));
  for (uint32_t g = 0; g < COUNT_OF(rows); g++)
    if (o.plan->groups[g].variants != rows[g].variants)
      fail_msg("%s: %u variants, expected %u", rows[g].row, o.plan->groups[g].variants,
               rows[g].variants);
  discard(&o);
}

/* Of one flow in three. */
static void a_class_between(void **state) {
  (void)state;
  opened o;
  memory_base_init(&o.base);
  memory_put(&o.base, MEMORY_STUDY,
             "scenario,arrangement,pv_filename,all_battery_strategy,all_battery_id,load_folder,cp,"
             "all_residents,parent,network_tariff,a_term,a_rate\n"
             "1,bau_bat,,any,big,site,tou,flat,zero,flat,20,0\n"
             "2,bau,,,,site,tou,flat,zero,flat,20,0\n"
             "3,cp_only,roof,,,site,tou,flat,zero,flat,20,0\n");
  open_plan(&o, (pvs_plan_options){0});
  assert_int_equal(o.info.groups, 3);
  assert_int_equal(o.info.workload_class, PVS_CLASS_MIXED);
  discard(&o);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_block_holds_its_arrays),
      cmocka_unit_test(places_are_used_again_as_soon_as_they_may_be),
      cmocka_unit_test(a_part_lies_within_the_study),
      cmocka_unit_test(units_of_a_large_load_file_go_together),
      cmocka_unit_test(variants_differ_in_the_central_battery_alone),
      cmocka_unit_test(a_class_between),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
