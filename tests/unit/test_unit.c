/* What a unit begins with: nothing of the unit that its workspace had before. */
#include "core_support.h"

#include "engine/workspace.h"

/* Begins the units of the plan in that order in one workspace, and copies the needs of the last one. */
static void needs_after(const pvs_plan *plan, size_t n, const uint32_t *units, unsigned *needs,
                        size_t meters) {
  pvs_workspace *workspace;
  pvs_plan_info info;
  pvs_plan_describe(plan, &info);
  void *results = aligned_alloc(64, (info.results_bytes + 63) / 64 * 64);
  assert_non_null(results);
  assert_int_equal(pvs_workspace_create(plan, &workspace, NULL), PVS_OK);
  for (size_t i = 0; i < n; i++)
    pvs_unit_begin(&workspace->units[0], plan, units[i], 1, true, workspace, results);
  for (size_t meter = 0; meter < meters; meter++)
    needs[meter] = workspace->units[0].needs[meter];
  pvs_workspace_destroy(workspace);
  free(results);
}

/* Residents with a demand tariff, then with a flat one, and the parent meter likewise. */
static void only_what_its_own_tariffs_need_is_added_up(void **state) {
  (void)state;
  enum { METERS = 3 + 1 }; /* of the base's three customers, and the building */
  memory_base base;
  memory_base_init(&base);
  memory_put(&base, MEMORY_STUDY,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate\n"
             "1,site,en,demand,demand,demand,demand,20,0.06\n"
             "2,site,bau,flat,flat,zero,flat,20,0.06\n");
  pvs_study *study;
  pvs_plan *plan;
  open_base(&base, (pvs_plan_options){.no_share = true}, &study, &plan);
  unsigned rich[METERS], plain[METERS], after[METERS];
  needs_after(plan, 1, (uint32_t[]){0}, rich, METERS);
  needs_after(plan, 1, (uint32_t[]){1}, plain, METERS);
  needs_after(plan, 2, (uint32_t[]){0, 1}, after, METERS);
  for (size_t meter = 0; meter < METERS; meter++)
    assert_int_equal(after[meter], plain[meter]);
  assert_int_not_equal(rich[0], plain[0]);
  assert_int_not_equal(rich[METERS - 1], plain[METERS - 1]);
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(only_what_its_own_tariffs_need_is_added_up)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
