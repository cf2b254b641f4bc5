/* A whole study in memory of which one file is replaced: whatever stands in it, the study is
 * refused with an error that names a file, or runs to the end with the same digest at every SIMD level;
 * and a check of it agrees.
 *
 * The first byte says which file ('a' + index in the list below), the rest is the file. */
#include "base/simd.h"
#include "unit/memory_base.h"
#include "unit/study_support.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {
    MEMORY_STUDY,
    "reference/tariff_lookup.csv",
    "reference/battery_lookup.csv",
    "reference/battery_control_strategies.csv",
    "reference/capex_en_lookup.csv",
    "reference/capex_pv_lookup.csv",
    "reference/dst_lookup.csv",
    "load_profiles/site/load.csv",
    "pv_profiles/roof.csv",
    "reference/tariff_calendar.csv",
    "reference/holidays.csv",
};
enum { FILES = sizeof files / sizeof *files, MOST_BYTES = 1 << 14 };

/* Series alone, so that a replaced one need not fit another: a study of one load folder. */
static const char alone[] =
    "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
    "central_battery_id,central_battery_strategy,output_types\n"
    "1,site,en,tou,flat,demand,block,20,0.06,big,evening,log_timeseries_detailed\n"
    "2,site,bau,block,tou,zero,demand,20,0.06,,,\n";

/* A study that the two optional tables matter to. */
static void put_calendar(memory_base *base) {
  memory_put(base, "reference/tariff_lookup.csv",
             "tariff_id,tariff_type,daily_fixed_rate\nzero,Zero_Rate,\ncal,Calendar,100\n");
  memory_put(base, "reference/tariff_calendar.csv",
             "tariff_id,charge,rate,unit,days\ncal,import,20,c/kWh,\ncal,import,9,c/kWh,holiday\n");
  memory_put(base, MEMORY_STUDY,
             "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
             "a_rate,pv_filename,pv_cap_id\n"
             "1,site,btm_s_c,zero,cal,zero,cal,20,0.06,roof,legacy\n"
             "2,site,en_pv,cal,cal,cal,zero,20,0.06,roof,legacy\n");
}

static uint64_t run_once(const pvs_study *study, pvs_plan_options options) {
  pvs_plan *plan = NULL;
  pvs_error error = {0};
  uint64_t digest = 0;
  pvs_output_options nothing = {0};
  need(pvs_plan_create(study, &options, &plan, &error) == PVS_OK);
  need(run_plan(plan, &nothing, NULL, &digest, NULL, &error) == PVS_OK);
  pvs_plan_destroy(plan);
  return digest;
}

typedef struct findings {
  uint32_t errors, warnings;
} findings;

static void take_finding(void *ctx, bool is_error, const char *text) {
  findings *f = ctx;
  need(text[0] != '\0');
  f->errors += is_error;
  f->warnings += !is_error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > MOST_BYTES)
    return 0;
  memory_base base;
  memory_base_init(&base);
  const char *file = files[(unsigned)(data[0] - 'a') % FILES];
  if (strcmp(file, "load_profiles/site/load.csv") == 0)
    memory_put(&base, MEMORY_STUDY, alone);
  if (strcmp(file, "reference/tariff_calendar.csv") == 0 ||
      strcmp(file, "reference/holidays.csv") == 0)
    put_calendar(&base);
  memory_put_bytes(&base, file, data + 1, size - 1);
  pvs_study_options options = memory_options(&base);
  pvs_study *study = NULL;
  pvs_error error = {0};
  pvs_code code = pvs_study_open(&options, &study, &error);
  need(code == error.code && (code == PVS_OK) == (study != NULL));
  need(code == PVS_OK || code == PVS_NO_MEMORY || (error.file[0] && error.message[0]));
  if (study) {
    const uint64_t digest = run_once(study, (pvs_plan_options){.window = 1});
    need(digest == run_once(study, (pvs_plan_options){.no_share = true}));
    for (pvs_simd level = PVS_SIMD_PORTABLE; level <= pvs_simd_best(); level++)
      need(digest == run_once(study, (pvs_plan_options){.simd = pvs_simd_name(level)}));
  }
  /* In parts, in any order, it is the same study or the same error. */
  dice d = {size};
  shuffler order = {.d = &d};
  const pvs_parallel parallel = shuffled(&order, 2, 40);
  pvs_study_options in_parts = options;
  in_parts.parallel = &parallel;
  pvs_study *again = NULL;
  pvs_error found_again = {0};
  need(pvs_study_open(&in_parts, &again, &found_again) == code);
  char text[4096], text_again[4096];
  need(strcmp(pvs_error_text(&error, text, sizeof text),
              pvs_error_text(&found_again, text_again, sizeof text_again)) == 0);
  need(!study || pvs_study_warnings(study) == pvs_study_warnings(again));
  if (study)
    need(run_once(study, (pvs_plan_options){0}) == run_once(again, (pvs_plan_options){0}));
  pvs_study_close(again);
  /* A check finds errors just where opening fails, and then the same warnings. */
  findings found = {0};
  pvs_error check_error = {0};
  if (code != PVS_NO_MEMORY &&
      pvs_study_check(&options, take_finding, &found, &check_error) == PVS_OK) {
    need((found.errors == 0) == (code == PVS_OK));
    need(!study || found.warnings == pvs_study_warnings(study));
  }
  pvs_study_close(study);
  need(base.held == 0);
  memory_base_deinit(&base);
  return 0;
}
