/* The same study gives the same bits: in any order of units, with any window, shared or not, at any
 * SIMD level, with or without files; and a different study does not. */
#include "core_support.h"

#include "engine/plan.h"

typedef struct outcome {
  uint64_t digest;
  pvs_work_stats stats;
  pvs_plan_info info;
} outcome;

/* level NULL: the best. */
static outcome run_with(const memory_base *base, pvs_plan_options options, const char *level,
                        dice *shuffle) {
  outcome out;
  pvs_study *study;
  pvs_plan *plan;
  pvs_error error = {0};
  char text[2048];
  open_base(base, options, &study, &plan);
  if (level)
    plan->kernels = pvs_kernels_choose(level);
  assert_non_null(plan->kernels);
  pvs_plan_describe(plan, &out.info);
  pvs_output_options nothing = {0};
  if (run_plan(plan, &nothing, shuffle, &out.digest, &out.stats, &error))
    fail_msg("%s", pvs_error_text(&error, text, sizeof text));
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  return out;
}

static void order_and_window_do_not_matter(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  outcome expected = run_with(&base, (pvs_plan_options){0}, NULL, NULL);
  assert_int_equal(expected.stats.flows_computed, expected.info.flows);
  assert_int_equal(expected.stats.bills_computed, expected.info.bills);
  dice d = {3};
  for (uint32_t window = 1; window <= 9; window++)
    for (int round = 0; round < 5; round++) {
      outcome found = run_with(&base, (pvs_plan_options){.window = window}, NULL, &d);
      assert_int_equal(found.digest, expected.digest);
      assert_int_equal(found.stats.flows_computed, expected.stats.flows_computed);
      assert_int_equal(found.stats.bills_computed, expected.stats.bills_computed);
      assert_int_equal(found.stats.customer_steps, expected.stats.customer_steps);
      assert_int_equal(found.stats.battery_steps, expected.stats.battery_steps);
    }
  memory_base_deinit(&base);
}

static void sharing_saves_flows_and_changes_no_bit(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  /* The same flow under other tariffs, costs and retailers. */
  memory_put(
      &base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "en_capex_id,pv_filename,pv_cap_id,all_battery_id,all_battery_strategy\n"
      "1,two,btm_s_c,tou,flat,zero,demand,20,0.06,usual,roof,legacy,,\n"
      "2,two,btm_p_c,solar,solar,zero,demand,20,0.06,usual,roof,legacy,,\n"
      "3,two,bau,tou,block,zero,demand,20,0.06,usual,,,,\n"
      "4,two,en,tou,flat,demand,flat,10,0,usual,,,,\n"
      "5,two,btm_s_c,tou,flat,block,flat,5,0.01,,roof,my_pricepoint,,\n"
      "6,two,btm_s_u,tou,flat,block,flat,5,0.01,,roof,,,\n"
      "7,two,bau_bat,tou,flat,block,flat,5,0.01,,,,big,any\n"
      "8,two,btm_s_c,tou,flat,block,flat,5,0.01,,roof,,big,any\n");
  outcome shared = run_with(&base, (pvs_plan_options){0}, NULL, NULL);
  outcome alone = run_with(&base, (pvs_plan_options){.no_share = true}, NULL, NULL);
  assert_int_equal(shared.digest, alone.digest);
  assert_int_equal(shared.info.groups, 5);
  assert_int_equal(shared.stats.flows_computed, 2 * 5); /* two load files */
  assert_int_equal(alone.info.groups, 8);
  assert_int_equal(alone.stats.flows_computed, 2 * 8);
  assert_true(alone.stats.bills_computed > shared.stats.bills_computed);
  memory_base_deinit(&base);
}

static void every_simd_level_gives_the_same_bits(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  outcome expected = run_with(&base, (pvs_plan_options){0}, "portable", NULL);
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    assert_int_equal(run_with(&base, (pvs_plan_options){0}, (*k)->name, NULL).digest,
                     expected.digest);
  assert_null(pvs_kernels_choose("sse9"));
  memory_base_deinit(&base);
}

/* Otherwise the digests of this test would prove nothing. */
static void another_study_has_another_digest(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  outcome expected = run_with(&base, (pvs_plan_options){0}, NULL, NULL);
  memory_file *load = memory_find(&base, "load_profiles/site/load.csv");
  char *last = load->data + load->size - 2; /* the last digit of the last load */
  *last = *last == '7' ? '8' : '7';
  assert_int_not_equal(run_with(&base, (pvs_plan_options){0}, NULL, NULL).digest, expected.digest);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(order_and_window_do_not_matter),
      cmocka_unit_test(sharing_saves_flows_and_changes_no_bit),
      cmocka_unit_test(every_simd_level_gives_the_same_bits),
      cmocka_unit_test(another_study_has_another_digest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
