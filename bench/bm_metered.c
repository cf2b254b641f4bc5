#include "bm_metered.h"

#include <math.h>
#include <string.h>

bool bm_metered_init(bm_metered *m, char *why) {
  *m = (bm_metered){.building = bm_building_get(HX_SYNTH_STATIC, 18, 620, 365, why)};
  if (!m->building)
    return false;
  const struct pvs_study *study = m->building->study;
  m->stride = study->stride;
  m->chunk = study->chunk;
  m->metering.calendar = study->metering.calendar;
  m->metering.num_days = study->metering.num_days;
  pvs_arena_init(&m->arena);
  pvs_days_compile(&m->metering.days, &m->metering.calendar, 0, NULL, &m->arena);
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    pvs_blocks_compile(&m->metering.blocks[kind], (pvs_block_kind)kind, &m->metering.calendar,
                       &m->arena);
  m->load = study->loads[0].series[study->folders[0].cp == 0];
  m->gen = pvs_arena_alloc(&m->arena, m->stride, sizeof(double));
  m->import = pvs_arena_alloc(&m->arena, m->stride, sizeof(double));
  m->export = pvs_arena_alloc(&m->arena, m->stride, sizeof(double));
  m->consumption = pvs_arena_alloc(&m->arena, m->stride, sizeof(double));
  const double *pv = study->pvs[0].total;
  double most = 0;
  for (uint32_t t = 0; t < m->stride; t++)
    most = fmax(most, pv[t]);
  for (uint32_t t = 0; t < m->stride; t++) {
    m->gen[t] = pv[t] / most; /* about 2 kW at noon */
    m->import[t] = fmax(m->load[t] - m->gen[t], 0);
    m->export[t] = fmax(m->gen[t] - m->load[t], 0);
    m->consumption[t] = fmin(m->gen[t], m->load[t]);
    m->import_kwh += m->import[t];
    m->export_kwh += m->export[t];
  }
  return true;
}

void bm_metered_deinit(bm_metered *m) {
  pvs_arena_deinit(&m->arena);
}

#define CLOCK(hours) ((hours)*3600)

const pvs_tariff_terms *bm_terms(const char *kind) {
  static const pvs_tariff_terms terms[] = {
      {.id = "flat", .type = "Flat_Rate", .flat_c_per_kwh = 29.5, .export_c_per_kwh = 8},
      {.id = "time_of_use",
       .type = "TOU",
       .export_c_per_kwh = 7,
       .periods = {{true, false, {0, CLOCK(24) - 60, PVS_WEEK_BOTH}, 15.4},
                   {true, false, {CLOCK(7), CLOCK(22), PVS_WEEK_BOTH}, 24.2},
                   {true, false, {CLOCK(14), CLOCK(20), PVS_WEEK_DAY}, 52.8}}},
      {.id = "solar",
       .type = "Solar_Inst_TOU",
       .export_c_per_kwh = 5,
       .solar_rate_name = "solar_sc",
       .periods = {{true, false, {0, CLOCK(24) - 60, PVS_WEEK_BOTH}, 21.3},
                   {true, true, {0, CLOCK(24) - 60, PVS_WEEK_BOTH}, 14.5},
                   {true, true, {CLOCK(16), CLOCK(20), PVS_WEEK_BOTH}, 18}}},
      {.id = "block_daily",
       .type = "Block_Daily",
       .block_rate_c_per_kwh = {24.1, 27.9, 33.5},
       .block_high_kwh = {8, 16}},
      {.id = "block_weekly",
       .type = "Block_Weekly",
       .block_rate_c_per_kwh = {24.1, 27.9, 33.5},
       .block_high_kwh = {50, 110}},
      {.id = "block_quarterly",
       .type = "Block_Quarterly",
       .block_rate_c_per_kwh = {24.1, 27.9, 33.5},
       .block_high_kwh = {700, 1300}},
      {.id = "demand",
       .type = "Flat_Demand",
       .flat_c_per_kwh = 19.5,
       .demand_period = {CLOCK(15), CLOCK(21), PVS_WEEK_DAY},
       .demand_c_per_kw_day = 31,
       .demand_power_factor = 1},
  };
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    if (strcmp(terms[i].id, kind) == 0)
      return &terms[i];
  return NULL;
}
