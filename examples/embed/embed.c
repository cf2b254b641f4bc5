/* Runs a study and prints what each scenario costs the building and each customer. */
#include <pvs/pvs.h>
#include <stdio.h>

static void print_scenario(void *ctx, const pvs_scenario_results *r) {
  (void)ctx;
  printf("scenario %ld (%s): %s %.2f %s, %s %.1f %s\n", r->id, r->arrangement,
         pvs_result_name(PVS_RESULT_BUILDING_COSTS), r->value[PVS_RESULT_BUILDING_COSTS],
         pvs_result_unit(PVS_RESULT_BUILDING_COSTS), pvs_result_name(PVS_RESULT_SELF_SUFFICIENCY),
         r->value[PVS_RESULT_SELF_SUFFICIENCY], pvs_result_unit(PVS_RESULT_SELF_SUFFICIENCY));
  for (uint32_t i = 0; i < r->n_customers; i++)
    printf("  %s pays %.2f $\n", r->customers[i].name, r->customers[i].value[PVS_CUSTOMER_TOTAL]);
}

static bool show_progress(void *ctx, uint64_t done, uint64_t total) {
  fprintf(stderr, "\r%d %%%s", (int)(100 * done / total), done == total ? "\n" : "");
  return ctx == NULL; /* false would cancel the run */
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: embed BASE PROJECT STUDY OUTPUT-FOLDER\n");
    return 2;
  }
  pvs_study *study = NULL;
  pvs_error error = {0};
  pvs_study_options input = {.base = argv[1], .project = argv[2], .study = argv[3]};
  pvs_run_options run = {.folder = argv[4], .scenario = print_scenario, .progress = show_progress};
  uint64_t digest = 0;
  if (pvs_study_open(&input, &study, &error) == PVS_OK &&
      pvs_study_run(study, &run, &digest, &error) == PVS_OK)
    printf("digest %016llx, by libpvs %s\n", (unsigned long long)digest, pvs_version());
  pvs_study_close(study);
  if (error.code == PVS_OK)
    return 0;
  char text[4096];
  fprintf(stderr, "embed: %s\n", pvs_error_text(&error, text, sizeof text));
  return 1;
}
