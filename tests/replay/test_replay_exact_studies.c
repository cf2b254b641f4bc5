/* What studies held in memory are worked out to, number by number as it is stored: how scenarios are
 * grouped and how much work that is, the energy flows, the bills. */
#include "engine/plan.h"

#include "replay/exact_support.h"
#include "unit/memory_base.h"

static void put_results(hx_text *t, const pvs_plan *plan, const void *results) {
  for (uint32_t g = 0; g < plan->info.groups; g++) {
    const pvs_group *group = &plan->groups[g];
    uint32_t first, n;
    pvs_plan_group_units(plan, g, &first, &n);
    hx_text_printf(t, "group %u: scenarios %u to %u, %u units from %u, %u bills, %u variants, %u\n",
                   g, group->first_scenario, group->last_scenario, n, first, group->n_bills,
                   group->variants, group->same_load);
    for (uint32_t file = 0; file < n; file++) {
      pvs_flow_result *r = pvs_plan_result(plan, results, g, file);
      pvs_flow_view view;
      pvs_flow_result_view(r, &view);
      EXACT(t, " flow", r->generation_kwh, r->self_consumed_kwh, r->network_import_kwh,
            r->network_export_kwh, r->residents_import_kwh, r->residents_export_kwh,
            r->central_cycles, r->battery_losses_kwh);
      exact_numbers(t, " generation", view.generation_kwh, r->n_residents);
      exact_numbers(t, " cycles", view.cycles, r->n_residents);
      for (uint32_t b = 0; b < r->n_bills; b++)
        EXACT(t, " bill", view.tariffs[b], view.bills[b].energy_charge_c,
              view.bills[b].feed_in_credit_c, view.bills[b].demand_charge_c,
              view.bills[b].local_solar_c);
    }
  }
}

static void study_run(hx_text *t, const memory_base *base, pvs_plan_options options) {
  pvs_study *study;
  pvs_plan *plan;
  pvs_workspace *workspace;
  pvs_output *output;
  pvs_study_options study_options = memory_options(base);
  pvs_error error = {0};
  char message[2048];
  if (pvs_study_open(&study_options, &study, &error))
    fail_msg("%s", pvs_error_text(&error, message, sizeof message));
  assert_int_equal(pvs_plan_create(study, &options, &plan, NULL), PVS_OK);
  assert_int_equal(pvs_output_create(plan, &(pvs_output_options){0}, &output, NULL), PVS_OK);
  assert_int_equal(pvs_workspace_create(plan, &workspace, NULL), PVS_OK);
  const pvs_plan_info *info = &plan->info;
  hx_text_printf(t, "study: %u scenarios, %u groups, %u units, %u at once, window %u, %u shared\n",
                 info->scenarios, info->groups, info->units, info->units_at_once, info->window,
                 info->shared_groups);
  EXACT(t, " work", (double)info->flows, (double)info->bills, (double)info->customer_steps,
        (double)info->battery_steps, (double)info->results_bytes, (double)info->rows_bytes,
        (double)info->workspace_bytes);
  void *results = aligned_alloc(64, (info->results_bytes + 63) / 64 * 64);
  pvs_rows *row = malloc(info->rows_bytes);
  assert_true(results && row);
  memset(results, 0, info->results_bytes);
  for (uint32_t unit = 0, n; unit < info->units; unit += n) {
    n = info->units - unit;
    if (n > info->units_at_once)
      n = info->units_at_once;
    assert_int_equal(pvs_units_run(plan, unit, &n, workspace, results, output, NULL), PVS_OK);
  }
  put_results(t, plan, results);
  for (uint32_t i = 0; i < info->scenarios; i++) {
    assert_int_equal(pvs_scenario_finish(plan, i, workspace, results, output, row, NULL), PVS_OK);
    hx_text_printf(t, "warned in %u bytes\n", row->warning_length);
    assert_int_equal(pvs_output_emit(output, row, NULL), PVS_OK);
  }
  uint64_t digests[16] = {0}, all;
  for (uint32_t part = 0; part < pvs_output_tariff_parts(output); part++)
    assert_int_equal(pvs_output_write_tariffs(output, part, workspace, &digests[part], NULL),
                     PVS_OK);
  pvs_work_stats s;
  pvs_workspace_stats(workspace, &s);
  EXACT(t, "worked", (double)s.flows_computed, (double)s.bills_computed,
        (double)s.scenarios_finished, (double)s.customer_steps, (double)s.battery_steps);
  pvs_workspace_destroy(workspace);
  assert_int_equal(pvs_output_close(output, digests, &all, NULL), PVS_OK);
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  free(results);
  free(row);
}

static void studies(void **state) {
  (void)state;
  static const char *const pv[] = {"roof", "owners", ""}, *const arrangements_with_pv[] = {
                                                              "btm_s_c", "en_pv",   "btm_p_u",
                                                              "btm_i_c", "btm_s_u", "btm_i_u",
                                                              "btm_p_c", "cp_only"};
  static const char *const tariff[] = {"flat", "tou", "demand", "block", "solar", "cal"};
  hx_text t = {0};
  dice d = {12};
  memory_base base;
  memory_base_init(&base);
  study_run(&t, &base, (pvs_plan_options){0});
  char text[8192];
  memory_put_calendar_tariff(
      &base,
      "tariff_id,charge,rate,unit,days,start,end,per,up_to_kWh_per_day,rate_above\n"
      "cal,import,20,c/kWh,all,,,,,\ncal,import,45,c/kWh,weekday,15:00,21:00,,,\n"
      "cal,feed_in,9,c/kWh,all,,,month,0.5,3\ncal,demand,30,c/kW/day,weekday,16:00,20:00,month,,\n"
      "cal,solar,12,c/kWh,all,,,,,\n");
  for (uint32_t k = 0; k < 8; k++) {
    int used = snprintf(
        text, sizeof text,
        "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
        "en_capex_id,pv_filename,pv_cap_id,central_battery_id,central_battery_strategy,"
        "all_battery_id,all_battery_strategy\n");
    for (uint32_t i = 1; i <= 10; i++) {
      uint32_t which = dice_below(&d, 3);
      bool has_pv = which<2, embedded = which> 0 || dice_below(&d, 2);
      const char *arrangement = !has_pv    ? (dice_below(&d, 2) ? "bau_bat" : "en")
                                : embedded ? "en_pv"
                                           : arrangements_with_pv[dice_below(&d, 8)];
      bool central = strcmp(arrangement, "en_pv") == 0 && dice_below(&d, 2);
      bool each = strncmp(arrangement, "btm_i", 5) == 0 && dice_below(&d, 2);
      used += snprintf(text + used, sizeof text - (size_t)used,
                       "%u,%s,%s,%s,%s,%s,%s,20,0.06,usual,%s,%s,%s,%s\n", i,
                       k % 2 ? "two" : "site", arrangement, tariff[dice_below(&d, 6)],
                       tariff[dice_below(&d, 6)], embedded ? "demand" : "zero",
                       tariff[dice_below(&d, 6)], pv[which], has_pv ? "legacy" : "",
                       !central            ? ","
                       : dice_below(&d, 2) ? "big,evening"
                                           : "any_scale,first",
                       each ? "big,any" : ",");
    }
    memory_put(&base, MEMORY_STUDY, text);
    study_run(&t, &base, (pvs_plan_options){.no_share = k == 7, .window = k == 3 ? 2 : 0});
  }
  memory_base_deinit(&base);
  exact_check(&t, "studies");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(studies)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
