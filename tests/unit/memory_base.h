/* A small base folder held in memory, whose files a test can replace, and running its study whole.
 * Apart from cmocka, so that fuzz targets can use it too. */
#ifndef TESTS_UNIT_MEMORY_BASE_H
#define TESTS_UNIT_MEMORY_BASE_H

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What only a wrong test can break. */
static inline void need(bool truth) {
  if (!truth)
    abort();
}

/* ---- numbers from a seed (splitmix64) ---- */

typedef struct dice {
  uint64_t state;
} dice;

static inline uint64_t dice_bits(dice *d) {
  uint64_t z = d->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
/* 0 … n - 1 */
static inline uint32_t dice_below(dice *d, uint32_t n) {
  return (uint32_t)(dice_bits(d) % n);
}
/* [low, high) */
static inline double dice_between(dice *d, double low, double high) {
  return low + (high - low) * (double)(dice_bits(d) >> 11) / 9007199254740992.0;
}

/* ---- a base folder in memory ---- */

enum { MEMORY_FILES = 24 };

typedef struct memory_file {
  char path[128]; /* below the base, which is called "base" */
  char *data;
  size_t size;
} memory_file;

typedef struct memory_base {
  memory_file files[MEMORY_FILES];
  size_t count;
  int held; /* files read and not released */
  pvs_source source;
} memory_base;

static inline memory_file *memory_find(memory_base *base, const char *path) {
  for (size_t i = 0; i < base->count; i++)
    if (strcmp(base->files[i].path, path) == 0)
      return &base->files[i];
  return NULL;
}

/* Replaces the file or adds it. The bytes are copied to a block of just their size, so that a
 * sanitizer sees every access behind them. */
static inline void memory_put_bytes(memory_base *base, const char *path, const void *data,
                                    size_t size) {
  memory_file *file = memory_find(base, path);
  if (!file) {
    need(base->count < MEMORY_FILES);
    file = &base->files[base->count++];
    snprintf(file->path, sizeof file->path, "%s", path);
    file->data = NULL;
  }
  free(file->data);
  file->data = malloc(size ? size : 1);
  need(file->data != NULL);
  if (size)
    memcpy(file->data, data, size);
  file->size = size;
}

static inline void memory_put(memory_base *base, const char *path, const char *text) {
  memory_put_bytes(base, path, text, strlen(text));
}

static inline void memory_remove(memory_base *base, const char *path) {
  memory_file *file = memory_find(base, path);
  need(file != NULL);
  free(file->data);
  *file = base->files[--base->count];
}

static inline pvs_code memory_list(void *ctx, const char *path,
                                   pvs_code (*each)(void *each_ctx, const char *name),
                                   void *each_ctx, pvs_error *error) {
  const memory_base *base = ctx;
  bool found = false;
  for (size_t i = 0; i < base->count; i++) {
    char whole[160];
    snprintf(whole, sizeof whole, "base/%s", base->files[i].path);
    size_t length = strlen(path);
    if (strncmp(whole, path, length) != 0 || whole[length] != '/')
      continue;
    found = true;
    if (strchr(whole + length + 1, '/'))
      continue;
    pvs_code code = each(each_ctx, whole + length + 1);
    if (code)
      return code;
  }
  return found ? PVS_OK
               : pvs_fail(error, PVS_NOT_FOUND, (pvs_where){.file = path}, "no such folder");
}

static inline pvs_code memory_read(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  memory_base *base = ctx;
  memory_file *file = strncmp(path, "base/", 5) == 0 ? memory_find(base, path + 5) : NULL;
  if (!file)
    return pvs_fail(error, PVS_NOT_FOUND, (pvs_where){.file = path}, "no such file");
  *out = (pvs_bytes){.data = file->data, .size = file->size};
  __atomic_add_fetch(&base->held, 1, __ATOMIC_RELAXED);
  return PVS_OK;
}

static inline void memory_release(void *ctx, pvs_bytes *bytes) {
  memory_base *base = ctx;
  (void)bytes;
  __atomic_sub_fetch(&base->held, 1, __ATOMIC_RELAXED);
}

/* A series of half-hours from 5 April 2013, 23:00 on (southern summer time ends on the 7th): 100
 * steps, a column a name; loads, or PV by day. */
static inline void memory_put_series(memory_base *base, const char *path, const char *const *names,
                                     size_t n_names, bool pv, uint64_t seed) {
  enum { STEPS = 100, ROOM = 32768 };
  dice d = {seed};
  char *text = malloc(ROOM);
  need(text != NULL);
  int used = snprintf(text, ROOM, "timestamp");
  for (size_t i = 0; i < n_names; i++)
    used += snprintf(text + used, (size_t)(ROOM - used), ",%s", names[i]);
  for (int t = 0; t < STEPS; t++) {
    int minute = 23 * 60 + 30 * t, hour = minute / 60 % 24;
    used += snprintf(text + used, (size_t)(ROOM - used), "\n%d/04/2013 %d:%02d", 5 + minute / 1440,
                     hour, minute % 60);
    for (size_t i = 0; i < n_names; i++) {
      double kwh = pv ? (hour >= 7 && hour < 17 ? dice_between(&d, 0, 0.5) : 0)
                      : dice_between(&d, 0.05, hour >= 17 ? 1.5 : 0.6);
      used += snprintf(text + used, (size_t)(ROOM - used), ",%.3f", kwh);
    }
  }
  used += snprintf(text + used, (size_t)(ROOM - used), "\n");
  memory_put_bytes(base, path, text, (size_t)used);
  free(text);
}

#define MEMORY_STUDY "studies/p/inputs/study_s.csv"

/* A valid base that draws no warning: 3 customers, 6 tariffs and all else, a study of a handful of
 * scenarios that uses everything. */
static inline void memory_base_init(memory_base *base) {
  *base = (memory_base){.count = 0};
  base->source = (pvs_source){memory_list, memory_read, memory_release, base};
  static const char *const residents[] = {"cp", "A1", "A2"}, *const roof[] = {"pv"},
                           *const owners[] = {"central", "A2"};
  memory_put_series(base, "load_profiles/site/load.csv", residents, 3, false, 1);
  memory_put_series(base, "load_profiles/two/a.csv", residents, 3, false, 2);
  memory_put_series(base, "load_profiles/two/b.csv", residents, 3, false, 3);
  memory_put_series(base, "pv_profiles/roof.csv", roof, 1, true, 4);
  memory_put_series(base, "pv_profiles/owners.csv", owners, 2, true, 5);
  memory_put(
      base, "reference/tariff_lookup.csv",
      "tariff_id,tariff_type,fit_type,daily_fixed_rate,flat_rate,discount,demand_tariff,"
      "demand_type,demand_start,demand_end,demand_week,name_1,rate_1,start_1,end_1,week_1,"
      "name_2,rate_2,start_2,end_2,week_2,block_rate_1,high_1,block_rate_2,high_2,"
      "block_rate_3,fit_flat_rate,metering_sc_non_cap\n"
      "zero,Zero_Rate,Zero_Rate,0,,,,,,,,,,,,,,,,,,,,,,,,\n"
      "flat,Flat_Rate,Flat_Rate,100,30,10,,,,,,,,,,,,,,,,,,,,,8,3\n"
      "tou,TOU,Flat_Rate,90,,,,,,,,peak,40,14:00,20:00,both,rest,15,20:00,14:00,both,,,,,,5,\n"
      "demand,TOU_Demand,,50,,,25,kW,15:00,20:00,both,all,20,0:00,23:59,both,,,,,,,,,,,,\n"
      "block,Block_Daily,,80,,,,,,,,,,,,,,,,,,20,3,30,9,40,,\n"
      "solar,Solar_Inst,Flat_Rate,70,,,,,,,,all,28,0:00,23:59,both,solar_sc,14,8:00,17:00,"
      "both,,,,,,6,\n");
  memory_put(base, "reference/battery_lookup.csv",
             "battery_id,capacity_kWh,max_charge_kW,efficiency_cycle,maxDOD,maxSOC,max_cycles,"
             "battery_cost,battery_inv_cost,battery_life_years,life_bat_inv\n"
             "big,13.2,5,0.89,1,0.9,7300,12500,1500,9,7\n"
             "any_scale,1,0.4,0.9,0.9,0.95,4000,900,,12,\n");
  memory_put(
      base, "reference/battery_control_strategies.csv",
      "battery_strategy,charge_start1,charge_end1,charge_day1,discharge_start1,discharge_end1,"
      "discharge_day1,charge_c_rate,discharge_c_rate,seasonal_strategy,prioritise_battery,"
      "peak_demand_percentage\n"
      "any,,,,,,,,,,,\n"
      "evening,1:00,5:00,both,17:00,20:00,both,0.2,0.3,TRUE,FALSE,30\n"
      "first,,,,16:00,22:00,both,,,,TRUE,\n");
  memory_put(base, "reference/capex_en_lookup.csv",
             "en_capex_id,site_capex,unit_capex,site_opex,unit_opex\nusual,4950,490,10,59.88\n");
  memory_put(base, "reference/capex_pv_lookup.csv",
             "pv_cap_id,pv_capex,inverter_cost,inverter_life,sys_0_2,sys_2_20,inv_0_2,inv_2_20\n"
             "legacy,24830,3945,10,,,,\nmy_pricepoint,,,10,1.8,1.4,1.1,0.9\n"
             "per_kw,1100,200,10,,,,\n");
  memory_put(base, "reference/dst_lookup.csv",
             "year,nsw_start,nsw_end\n2013,6/10/2013 2:00,7/04/2013 2:00\n");
  memory_put(
      base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
      "en_capex_id,pv_filename,pv_cap_id,pv_scaleable,pv_kW_peak,central_kWp,A2_kWp,"
      "central_battery_id,central_battery_strategy,central_battery_capacity_kWh,"
      "all_battery_id,all_battery_strategy,battery_capex_per_kWh,output_types\n"
      "1,site,bau,tou,flat,zero,demand,20,0.06,usual,,,,,,,,,,,,,\n"
      "2,site,en_pv,tou,flat,demand,flat,20,0.06,usual,roof,legacy,,,,,big,evening,,,,,\n"
      "3,site,en_pv,block,demand,tou,flat,10,0,usual,owners,my_pricepoint,,,3,1.5,any_scale,"
      "first,8,,,700,log_timeseries_detailed\n"
      "4,two,btm_s_c,tou,block,zero,demand,20,0.06,usual,roof.csv,per_kw,TRUE,2.5,,,,,,"
      "any_scale,any,,log_timeseries_brief\n"
      "5,two,btm_p_u,solar,solar,zero,demand,20,0.06,usual,roof,legacy,,,,,,,,,,,\n"
      "6,site,btm_i_c,tou,flat,zero,demand,20,0.06,usual,roof,legacy,,,,,,,,big,first,,\n"
      "7,site,cp_only,tou,flat,zero,demand,20,0.06,usual,roof,legacy,,,,,,,,,,,\n");
}

/* A tariff `cal` whose charges are these rows of tariff_calendar.csv, header included. */
static inline void memory_put_calendar_tariff(memory_base *base, const char *charges) {
  const memory_file *table = memory_find(base, "reference/tariff_lookup.csv");
  need(table != NULL);
  char text[8192];
  snprintf(text, sizeof text, "%.*scal,Calendar,,60,,,,,,,,,,,,,,,,,,,,,,,,\n", (int)table->size,
           table->data);
  memory_put(base, "reference/tariff_lookup.csv", text);
  memory_put(base, "reference/tariff_calendar.csv", charges);
}

static inline void memory_base_deinit(memory_base *base) {
  for (size_t i = 0; i < base->count; i++)
    free(base->files[i].data);
}

static inline pvs_study_options memory_options(const memory_base *base) {
  return (pvs_study_options){.base = "base", .project = "p", .study = "s", .source = &base->source};
}

/* ---- running a whole study ---- */

/* One after the other in this thread, in the order that `shuffle` gives (NULL: ascending): what any
 * executor does. Returns the first failure. `digest` and `stats` may be NULL. */
static inline pvs_code run_plan(const pvs_plan *plan, const pvs_output_options *options,
                                dice *shuffle, uint64_t *digest, pvs_work_stats *stats,
                                pvs_error *error) {
  pvs_plan_info info;
  pvs_plan_describe(plan, &info);
  pvs_output *output = NULL;
  pvs_code code = pvs_output_create(plan, options, &output, error);
  if (code)
    return code;
  pvs_workspace *workspace = NULL;
  code = pvs_workspace_create(plan, &workspace, error);
  /* Just the bytes that were asked for: a sanitizer sees every access behind them. */
  void *results = NULL;
  need(posix_memalign(&results, 64, info.results_bytes ? info.results_bytes : 64) == 0);
  pvs_rows *rows = malloc(info.rows_bytes);
  bool *done = calloc(info.units, sizeof *done);
  uint64_t tariff_digests[16] = {0}, all = 0;
  need(results && rows && done);
  memset(results, 0, info.results_bytes);
  uint32_t emitted = 0;
  while (!code && emitted < info.scenarios) {
    /* Units that may run now; a shuffled run takes any of them until the next scenario is ready. */
    uint32_t group = pvs_plan_scenario_group(plan, emitted), first, n;
    pvs_plan_group_units(plan, group, &first, &n);
    bool ready = true;
    for (uint32_t u = first; u < first + n; u++)
      ready = ready && done[u];
    if (!ready) {
      uint32_t unit = first;
      while (done[unit])
        unit++;
      if (shuffle) {
        uint32_t other = dice_below(shuffle, info.units);
        uint32_t needs = pvs_plan_group_first_scenario(plan, pvs_plan_unit_group(plan, other));
        if (!done[other] && needs < emitted + info.window)
          unit = other;
      }
      code = pvs_unit_run(plan, unit, workspace, results, output, error);
      done[unit] = true;
      continue;
    }
    code = pvs_scenario_finish(plan, emitted, workspace, results, output, rows, error);
    if (!code)
      code = pvs_output_emit(output, rows, error);
    emitted++;
  }
  for (uint32_t part = 0; part < pvs_output_tariff_parts(output) && !code; part++)
    code = pvs_output_write_tariffs(output, part, workspace, &tariff_digests[part], error);
  if (stats)
    pvs_workspace_stats(workspace, stats);
  pvs_workspace_destroy(workspace);
  pvs_code closed = pvs_output_close(output, tariff_digests, code ? NULL : &all, error);
  if (digest)
    *digest = all;
  free(results);
  free(rows);
  free(done);
  return code ? code : closed;
}

#endif
