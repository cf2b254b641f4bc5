/* Plans of random studies: groups, units, windows, and where results lie. */
#include "core_support.h"

#include "engine/workspace.h"

enum { TEXT_ROOM = 1 << 18 };

/* A study of n random scenarios over the base's tables. */
static void put_random_study(memory_base *base, dice *d, uint32_t n, bool distinct) {
  static const char *const arrangements[] = {"bau",     "bau_bat", "en",      "en_pv",
                                             "cp_only", "btm_i_u", "btm_i_c", "btm_s_u",
                                             "btm_s_c", "btm_p_u", "btm_p_c"};
  static const char *const tariffs[] = {"zero", "flat", "tou", "demand", "block", "solar"};
  static const char *const folders[] = {"site", "two"}, *const strategies[] = {"any", "evening",
                                                                               "first"};
  char *text = malloc(TEXT_ROOM), *end = text;
  assert_non_null(text);
  end +=
      sprintf(end, "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
                   "a_rate,pv_filename,pv_scaleable,pv_kW_peak,all_battery_id,all_battery_strategy,"
                   "all_battery_capacity_kWh,output_types\n");
  for (uint32_t i = 0; i < n; i++) {
    end += sprintf(end, "%u,%s,%s", i, folders[dice_below(d, 2)],
                   arrangements[distinct ? 3 : dice_below(d, COUNT_OF(arrangements))]);
    for (int k = 0; k < 4; k++)
      end += sprintf(end, ",%s", tariffs[dice_below(d, COUNT_OF(tariffs))]);
    end += sprintf(end, ",20,0.05");
    if (distinct)
      end += sprintf(end, ",roof,1,%u,,,,", i + 1);
    else if (dice_below(d, 2))
      end += sprintf(end, ",roof,,,,,,");
    else
      end += sprintf(end, ",roof,1,%u,any_scale,%s,%u,", 1 + dice_below(d, 2),
                     strategies[dice_below(d, 3)], 1 + dice_below(d, 2));
    *end++ = '\n';
    assert_true(end < text + TEXT_ROOM - 512);
  }
  memory_put_bytes(base, MEMORY_STUDY, text, (size_t)(end - text));
  free(text);
}

typedef struct opened {
  pvs_study *study;
  pvs_plan *plan;
  pvs_plan_info info;
} opened;

static opened open_plan(const memory_base *base, pvs_plan_options options) {
  opened o;
  open_base(base, options, &o.study, &o.plan);
  pvs_plan_describe(o.plan, &o.info);
  return o;
}

static void close_plan(opened *o) {
  pvs_plan_destroy(o->plan);
  pvs_study_close(o->study);
}

/* What the header says of groups and units. */
static void check_groups(const opened *o) {
  uint32_t unit = 0, first_before = 0;
  for (uint32_t g = 0; g < o->info.groups; g++) {
    uint32_t first, n, first_scenario = pvs_plan_group_first_scenario(o->plan, g);
    pvs_plan_group_units(o->plan, g, &first, &n);
    const pvs_scenario *s = &o->study->scenarios.items[first_scenario];
    assert_int_equal(first, unit);
    assert_int_equal(n, o->study->folders[s->folder].n_loads);
    assert_int_equal(pvs_plan_scenario_group(o->plan, first_scenario), g);
    assert_true(g == 0 || first_scenario > first_before);
    first_before = first_scenario;
    for (; unit < first + n; unit++)
      assert_int_equal(pvs_plan_unit_group(o->plan, unit), g);
  }
  assert_int_equal(unit, o->info.units);
  assert_int_equal(unit, o->info.flows);
  for (uint32_t s = 0; s < o->info.scenarios; s++)
    assert_true(pvs_plan_group_first_scenario(o->plan, pvs_plan_scenario_group(o->plan, s)) <= s);
}

/* Scenarios of a group have the same loads, PV, allocation and batteries; those of different groups
 * do not. */
static bool same_flow(const struct pvs_study *study, const pvs_scenario *a, const pvs_scenario *b) {
  if (a->folder != b->folder || a->pv != b->pv || a->batteries != b->batteries)
    return false;
  if (a->pv == PVS_NONE)
    return true;
  (void)study;
  return a->pv_scale == b->pv_scale && strcmp(pvs_scenario_arrangement(a)->allocation,
                                              pvs_scenario_arrangement(b)->allocation) == 0;
}

static void check_sharing(const opened *o) {
  for (uint32_t a = 0; a < o->info.scenarios; a++)
    for (uint32_t b = a + 1; b < o->info.scenarios; b++) {
      bool same = same_flow(o->study, &o->study->scenarios.items[a], &o->study->scenarios.items[b]);
      assert_int_equal(pvs_plan_scenario_group(o->plan, a) == pvs_plan_scenario_group(o->plan, b),
                       same);
    }
}

/* Two groups may lie in the same place only when every scenario of the first is certainly finished
 * before a unit of the second may start. */
static void check_placement(const opened *o) {
  const struct pvs_plan *plan = o->plan;
  for (uint32_t a = 0; a < o->info.groups; a++) {
    const pvs_group *g = &plan->groups[a];
    uint32_t first, n;
    pvs_plan_group_units(plan, a, &first, &n);
    uint32_t residents =
        o->study->folders[o->study->scenarios.items[g->first_scenario].folder].n_residents;
    uint64_t size = n * (uint64_t)pvs_flow_result_bytes(residents, g->n_bills);
    assert_true(g->offset % 64 == 0 && g->offset + size <= o->info.results_bytes);
    for (uint32_t b = a + 1; b < o->info.groups; b++) {
      const pvs_group *h = &plan->groups[b];
      uint32_t other_first, other_n;
      pvs_plan_group_units(plan, b, &other_first, &other_n);
      uint32_t other_residents =
          o->study->folders[o->study->scenarios.items[h->first_scenario].folder].n_residents;
      uint64_t other = other_n * (uint64_t)pvs_flow_result_bytes(other_residents, h->n_bills);
      bool apart = g->offset + size <= h->offset || h->offset + other <= g->offset;
      if (!apart)
        assert_true((uint64_t)g->last_scenario + o->info.window <= h->first_scenario);
    }
  }
}

static void random_plans_keep_their_promises(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  dice d = {1234};
  for (int round = 0; round < 60; round++) {
    put_random_study(&base, &d, 1 + dice_below(&d, 120), round % 4 == 0);
    pvs_plan_options options = {.window = 1 + dice_below(&d, 40)};
    opened o = open_plan(&base, options);
    assert_int_equal(o.info.window, options.window);
    check_groups(&o);
    check_sharing(&o);
    check_placement(&o);
    close_plan(&o);
    options.no_share = true;
    o = open_plan(&base, options);
    assert_int_equal(o.info.groups, o.info.scenarios);
    check_groups(&o);
    check_placement(&o);
    close_plan(&o);
  }
  memory_base_deinit(&base);
}

/* Distinct flows through a small window: the memory for results does not grow with them. */
static void results_do_not_grow_with_scenarios(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  size_t bytes[2];
  for (int i = 0; i < 2; i++) {
    dice d = {8};
    put_random_study(&base, &d, i ? 1200 : 60, true);
    opened o = open_plan(&base, (pvs_plan_options){.window = 8});
    assert_int_equal(o.info.groups, o.info.scenarios);
    bytes[i] = o.info.results_bytes;
    check_placement(&o);
    close_plan(&o);
  }
  assert_true(bytes[1] <= 2 * bytes[0]);
  memory_base_deinit(&base);
}

static void random_studies_run_in_any_order(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  dice d = {77};
  for (int round = 0; round < 8; round++) {
    put_random_study(&base, &d, 1 + dice_below(&d, 40), round % 4 == 0);
    uint64_t expected = 0;
    for (int way = 0; way < 5; way++) {
      opened o = open_plan(
          &base, (pvs_plan_options){.no_share = way == 1, .window = way < 2 ? 0 : (uint32_t)way});
      uint64_t digest;
      pvs_error error = {0};
      pvs_work_stats stats;
      pvs_output_options nothing = {0};
      assert_int_equal(run_plan(o.plan, &nothing, way < 2 ? NULL : &d, &digest, &stats, &error),
                       PVS_OK);
      assert_int_equal(stats.flows_computed, o.info.flows);
      assert_int_equal(stats.bills_computed, o.info.bills);
      assert_int_equal(stats.customer_steps, o.info.customer_steps);
      assert_int_equal(stats.battery_steps, o.info.battery_steps);
      assert_int_equal(stats.scenarios_finished, o.info.scenarios);
      if (way == 0)
        expected = digest;
      assert_int_equal(digest, expected);
      close_plan(&o);
    }
  }
  memory_base_deinit(&base);
}

static void batteries_that_differ_in_anything_physical_share_no_flow(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, "reference/battery_lookup.csv",
             "battery_id,capacity_kWh,max_charge_kW,efficiency_cycle,maxDOD,maxSOC\n"
             "a,5,3,0.9,0.8,1\nb,6,3,0.9,0.8,1\nc,5,4,0.9,0.8,1\nd,5,3,0.95,0.8,1\n"
             "e,5,3,0.9,0.7,1\nf,5,3,0.9,0.8,0.9\n");
  char study[2048] = "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,"
                     "a_term,a_rate,central_battery_id,central_battery_strategy\n";
  for (const char *id = "abcdef"; *id; id++)
    sprintf(study + strlen(study), "%d,site,en,tou,flat,zero,demand,20,0.06,%c,any\n", *id, *id);
  memory_put(&base, MEMORY_STUDY, study);
  opened o = open_plan(&base, (pvs_plan_options){0});
  assert_int_equal(o.info.groups, 6);
  close_plan(&o);
  memory_base_deinit(&base);
}

static void batteries_that_differ_in_price_alone_share_flows(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(
      &base, "reference/battery_lookup.csv",
      "battery_id,capacity_kWh,battery_cost,max_cycles\na,5,100,3000\nb,5,900,10\nc,6,100,3000\n");
  memory_put(
      &base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "central_battery_id,central_battery_strategy\n"
      "1,site,en,tou,flat,zero,demand,20,0.06,a,any\n"
      "2,site,en,tou,flat,zero,demand,20,0.06,b,any\n"
      "3,site,en,tou,flat,zero,demand,20,0.06,c,any\n"
      "4,site,en,tou,flat,zero,demand,20,0.06,a,first\n");
  opened o = open_plan(&base, (pvs_plan_options){0});
  assert_int_equal(o.info.groups, 3);
  assert_int_equal(pvs_plan_scenario_group(o.plan, 1), pvs_plan_scenario_group(o.plan, 0));
  close_plan(&o);
  memory_base_deinit(&base);
}

/* Rows "arrangement, pv_filename, pv_kW_peak, central_battery_id, all_battery_id, output_types"
 * and, for each, how many units from its own on are run together. */
static void batteries_at_the_parent_meter_are_run_together(void **state) {
  (void)state;
  static const struct {
    const char *row;
    uint32_t variants;
  } rows[] = {
      {"en,,,a,,", 2},
      {"en,,,b,,", 1},
      {"en_pv,roof,5,a,,", 3},
      {"en_pv,roof,5,b,,", 2},
      {"en_pv,roof,5,c,,", 1},
      {"en_pv,roof,6,a,,", 2}, /* more PV */
      {"en_pv,roof,6,b,,", 1},
      {"en_pv,roof,6,,,", 1},   /* no battery */
      {"en_pv,roof,6,c,a,", 1}, /* households have some, too */
      {"en_pv,roof,7,a,,log_timeseries_brief", 1},
      {"en_pv,roof,7,b,,", 2},
      {"en_pv,roof,7,c,,", 1},
  };
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, "reference/battery_lookup.csv", "battery_id,capacity_kWh\na,5\nb,6\nc,7\n");
  char text[4096], *end = text;
  end += sprintf(end, "scenario,load_folder,cp,all_residents,parent,network_tariff,a_term,a_rate,"
                      "central_battery_strategy,all_battery_strategy,pv_scaleable,arrangement,"
                      "pv_filename,pv_kW_peak,central_battery_id,all_battery_id,output_types\n");
  for (size_t i = 0; i < COUNT_OF(rows); i++)
    end += sprintf(end, "%zu,site,tou,flat,zero,demand,20,0.06,any,any,true,%s\n", i, rows[i].row);
  memory_put(&base, MEMORY_STUDY, text);
  opened o = open_plan(&base, (pvs_plan_options){0});
  assert_int_equal(o.info.units, COUNT_OF(rows));
  for (uint32_t i = 0; i < COUNT_OF(rows); i++)
    assert_int_equal(pvs_plan_variants(o.plan, i), rows[i].variants);
  assert_int_equal(o.info.units_at_once, 1); /* too few in a row */
  close_plan(&o);
  memory_base_deinit(&base);
}

/* Each unit's results, run with as many others as there are and one by one, at every SIMD level. */
static void variants_leave_what_each_leaves_alone(void **state) {
  (void)state;
  enum { N = 23 };
  memory_base base;
  memory_base_init(&base);
  char text[8192], *end = text;
  end += sprintf(end, "battery_id,capacity_kWh,efficiency_cycle,max_charge_kW\n");
  for (int i = 0; i < N; i++)
    end += sprintf(end, "b%d,%d,0.%d,%d\n", i, 2 + i, 80 + i % 20, 1 + i % 4);
  memory_put(&base, "reference/battery_lookup.csv", text);
  end = text;
  end += sprintf(end, "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,"
                      "a_term,a_rate,pv_filename,central_battery_strategy,central_battery_id\n");
  for (int i = 0; i < N; i++)
    end += sprintf(end, "%d,site,en_pv,tou,%s,%s,demand,20,0.06,roof,%s,b%d\n", i,
                   i % 2 ? "flat" : "tou", i % 3 ? "zero" : "block", i % 4 ? "any" : "first", i);
  memory_put(&base, MEMORY_STUDY, text);
  opened o = open_plan(&base, (pvs_plan_options){0});
  assert_int_equal(o.info.units, N);
  const pvs_kernels *best = pvs_kernels_choose(NULL);
  assert_int_equal(o.info.units_at_once, best->lanes_from <= N ? PVS_PARENT_METERS : 1);
  size_t size = (o.info.results_bytes + 63) / 64 * 64;
  char *alone = aligned_alloc(64, size), *together = aligned_alloc(64, size);
  pvs_output *output;
  pvs_error error = {0};
  assert_int_equal(pvs_output_create(o.plan, &(pvs_output_options){0}, &output, &error), PVS_OK);
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
    pvs_workspace *workspace;
    ((struct pvs_plan *)(uintptr_t)o.plan)->kernels = *k;
    assert_int_equal(pvs_workspace_create(o.plan, &workspace, &error), PVS_OK);
    memset(alone, 0, size);
    memset(together, 0, size);
    for (uint32_t unit = 0; unit < N; unit++)
      assert_int_equal(pvs_unit_run(o.plan, unit, workspace, alone, output, &error), PVS_OK);
    for (uint32_t first = 0, count; first < N; first += count) {
      count = first == 0 ? 3 : N - first;
      assert_int_equal(pvs_units_run(o.plan, first, &count, workspace, together, output, &error),
                       PVS_OK);
    }
    assert_memory_equal(alone, together, size);
    pvs_work_stats stats;
    pvs_workspace_stats(workspace, &stats);
    assert_int_equal(stats.flows_computed, 2 * o.info.flows);
    assert_int_equal(stats.bills_computed, 2 * o.info.bills);
    assert_int_equal(stats.battery_steps, 2 * o.info.battery_steps);
    pvs_workspace_destroy(workspace);
  }
  pvs_output_close(output, NULL, NULL, NULL);
  free(alone);
  free(together);
  close_plan(&o);
  memory_base_deinit(&base);
}

/* Units of one load file, as many together as there is room for, and one by one. */
static void units_together_leave_what_each_leaves_alone(void **state) {
  (void)state;
  enum { RESIDENTS = 37 }; /* more than one part of them */
  static const struct {
    const char *row;
    uint32_t same_load;
  } rows[] = {
      {"many,btm_s_u,tou,roof,1,,", 5},
      {"many,btm_s_u,flat,roof,2,,", 4},
      {"many,en_pv,block,roof,1,,", 3}, /* no resident has anything */
      {"many,btm_s_c,solar,roof,1,,", 2},
      {"many,en_pv,tou,roof,1,any,", 1}, /* a battery at the parent meter */
      {"many,en,tou,,,,", 1},            /* no PV */
      {"many,btm_s_u,tou,roof,3,,log_timeseries_brief", 1},
      {"many,cp_only,tou,roof,1,,", 2},
      {"many,btm_s_u,tou,roof,4,,", 1},
      {"site,btm_s_u,tou,roof,1,,", 2},
      {"site,btm_s_u,tou,roof,2,,", 1},
      {"two,btm_s_u,tou,roof,1,,", 1}, /* two files: units of the same are no neighbours */
      {"two,btm_s_u,tou,roof,2,,", 1},
  };
  char names[RESIDENTS][8];
  const char *residents[RESIDENTS] = {"cp"};
  for (int i = 1; i < RESIDENTS; i++) {
    snprintf(names[i], sizeof names[i], "R%d", i);
    residents[i] = names[i];
  }
  memory_base base;
  memory_base_init(&base);
  memory_put_series(&base, "load_profiles/many/load.csv", residents, RESIDENTS, false, 9);
  char text[4096], *end = text;
  end += sprintf(end, "scenario,cp,parent,network_tariff,a_term,a_rate,pv_scaleable,"
                      "central_battery_id,load_folder,arrangement,all_residents,pv_filename,"
                      "pv_kW_peak,central_battery_strategy,output_types\n");
  for (size_t i = 0; i < COUNT_OF(rows); i++)
    end += sprintf(end, "%zu,tou,zero,demand,20,0.06,true,%s,%s\n", i,
                   strstr(rows[i].row, ",any,") ? "big" : "", rows[i].row);
  memory_put(&base, MEMORY_STUDY, text);
  opened o = open_plan(&base, (pvs_plan_options){0});
  struct pvs_plan *plan = (struct pvs_plan *)(uintptr_t)o.plan;
  assert_int_equal(o.info.groups, COUNT_OF(rows));
  for (uint32_t g = 0; g < o.info.groups; g++)
    if (plan->groups[g].same_load != rows[g].same_load)
      fail_msg("%s: %u, expected %u", rows[g].row, plan->groups[g].same_load, rows[g].same_load);
  assert_int_equal(plan->together, 1); /* all of it stays in a cache */
  plan->together = PVS_UNITS_TOGETHER;
  size_t size = (o.info.results_bytes + 63) / 64 * 64;
  char *alone = aligned_alloc(64, size), *together = aligned_alloc(64, size);
  memset(alone, 0, size);
  memset(together, 0, size);
  pvs_output *output;
  pvs_workspace *workspace;
  pvs_error error = {0};
  assert_int_equal(pvs_output_create(o.plan, &(pvs_output_options){0}, &output, &error), PVS_OK);
  assert_int_equal(pvs_workspace_create(o.plan, &workspace, &error), PVS_OK);
  for (uint32_t unit = 0, count; unit < o.info.units; unit++) {
    count = o.info.units - unit;
    assert_int_equal(pvs_unit_run(o.plan, unit, workspace, alone, output, &error), PVS_OK);
    /* From each unit on, so that what the one before left in the workspace does not matter. */
    assert_int_equal(pvs_units_run(o.plan, unit, &count, workspace, together, output, &error),
                     PVS_OK);
    assert_int_equal(count, o.info.units - unit);
  }
  assert_memory_equal(alone, together, size);
  pvs_workspace_destroy(workspace);
  pvs_output_close(output, NULL, NULL, NULL);
  free(alone);
  free(together);
  close_plan(&o);
  memory_base_deinit(&base);
}

static void studies_have_a_class(void **state) {
  (void)state;
  static const struct {
    const char *rows;
    pvs_workload_class class;
  } cases[] = {
      {"1,bau,\n2,en,\n", PVS_CLASS_STATIC},
      {"1,bau_bat,any\n2,en,any\n", PVS_CLASS_BATTERIES},
      {"1,bau_bat,any\n2,en,\n3,cp_only,\n4,btm_s_c,\n", PVS_CLASS_BATTERIES}, /* two flows */
      {"1,bau,any\n", PVS_CLASS_STATIC},
  };
  memory_base base;
  memory_base_init(&base);
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char text[2048], *end = text;
    end += sprintf(end, "scenario,arrangement,all_battery_strategy,all_battery_id,load_folder,cp,"
                        "all_residents,parent,network_tariff,a_term,a_rate\n");
    for (const char *row = cases[i].rows; *row; row = strchr(row, '\n') + 1)
      end += sprintf(end, "%.*s,big,site,tou,flat,zero,flat,20,0\n", (int)strcspn(row, "\n"), row);
    memory_put(&base, MEMORY_STUDY, text);
    opened o = open_plan(&base, (pvs_plan_options){0});
    assert_int_equal(o.info.workload_class, cases[i].class);
    close_plan(&o);
  }
  memory_base_deinit(&base);
}

/* What several blocks need keeps its own place, before that of all else. */
static void shared_groups_have_places_of_their_own(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  dice d = {.state = 11};
  put_random_study(&base, &d, 40, false);
  opened o = open_plan(&base, (pvs_plan_options){.block = 4});
  uint32_t shared = 0;
  size_t end = 0;
  for (uint32_t g = 0; g < o.info.groups; g++) {
    size_t offset = o.plan->groups[g].offset;
    if (!pvs_plan_group_is_shared(o.plan, g)) {
      assert_true(offset >= o.info.shared_bytes);
      continue;
    }
    assert_true(shared == 0 ? offset == 0 : offset > end);
    end = offset;
    shared++;
  }
  assert_true(shared > 1);
  assert_int_equal(shared, o.info.shared_groups);
  assert_true(end < o.info.shared_bytes);
  assert_int_equal(o.info.shared_bytes % PVS_SHARED_UNIT, 0);
  close_plan(&o);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_plans_keep_their_promises),
      cmocka_unit_test(results_do_not_grow_with_scenarios),
      cmocka_unit_test(random_studies_run_in_any_order),
      cmocka_unit_test(batteries_that_differ_in_anything_physical_share_no_flow),
      cmocka_unit_test(batteries_that_differ_in_price_alone_share_flows),
      cmocka_unit_test(batteries_at_the_parent_meter_are_run_together),
      cmocka_unit_test(variants_leave_what_each_leaves_alone),
      cmocka_unit_test(units_together_leave_what_each_leaves_alone),
      cmocka_unit_test(studies_have_a_class),
      cmocka_unit_test(shared_groups_have_places_of_their_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
