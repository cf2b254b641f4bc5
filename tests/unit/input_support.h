/* What the tests of bad and suspicious inputs share: the files of the base in memory, and what is
 * told about them. */
#ifndef TESTS_UNIT_INPUT_SUPPORT_H
#define TESTS_UNIT_INPUT_SUPPORT_H

#include "core_support.h"

#define TARIFFS    "reference/tariff_lookup.csv"
#define BATTERIES  "reference/battery_lookup.csv"
#define STRATEGIES "reference/battery_control_strategies.csv"
#define EN_CAPEX   "reference/capex_en_lookup.csv"
#define PV_CAPEX   "reference/capex_pv_lookup.csv"
#define SUMMERS    "reference/dst_lookup.csv"
#define LOAD       "load_profiles/site/load.csv"
#define ROOF       "pv_profiles/roof.csv"
#define STUDY      MEMORY_STUDY

/* A tariff that charges less on the public holidays of the text, and one without charges. */
static inline void put_holiday_tariffs(memory_base *base, const char *holidays) {
  memory_put(base, TARIFFS,
             "tariff_id,tariff_type,daily_fixed_rate,flat_rate\nflat,Calendar,90,\n"
             "zero,Zero_Rate,0,\n");
  memory_put(base, "reference/holidays.csv", holidays);
  memory_put(base, "reference/tariff_calendar.csv",
             "tariff_id,charge,rate,unit,days\nflat,import,30,c/kWh,all\n"
             "flat,import,20,c/kWh,holiday\n");
}

/* All warnings, or the error, one per line. */
static inline void warnings_of(const memory_base *base, char *text, size_t size) {
  pvs_study_options options = memory_options(base);
  pvs_study *study;
  pvs_error error = {0};
  char message[2048];
  text[0] = '\0';
  if (pvs_study_open(&options, &study, &error)) {
    snprintf(text, size, "error: %s\n", pvs_error_text(&error, message, sizeof message));
    return;
  }
  for (size_t i = 0; i < pvs_study_warnings(study); i++) {
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s\n", pvs_study_warning(study, i));
  }
  pvs_study_close(study);
}

#endif
