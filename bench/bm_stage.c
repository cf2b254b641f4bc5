/* The stages of a study, each alone: reading, the plan, one unit of work, finishing scenarios. */
#include "bm_list.h"
#include "bm_run.h"

#include "base/digest.h"
#include "base/error.h"
#include "input/profile.h"
#include "output/output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

typedef struct open_case {
  pvs_study_options options;
  pvs_study *study;
  uint64_t expected; /* digest of the load series, by the slow reader */
  char failed[BM_WHY_BYTES];
} open_case;

static uint64_t series_digest(const pvs_profile *profile) {
  uint64_t digest = 0;
  for (uint32_t s = 0; s < profile->n_series; s++)
    digest =
        pvs_digest_add(digest, pvs_profile_series(profile, s), profile->steps * sizeof(double));
  return digest;
}

static void *open_setup(const bm_param *param, char *why) {
  hx_synth_kind kind = hx_synth_kind_named(param->variant);
  const bm_building *building = kind == HX_SYNTH_BATTERIES
                                    ? bm_building_get(kind, 72, 12, 365, why)
                                    : bm_building_get(kind, 18, 620, 365, why);
  if (!building)
    return NULL;
  char path[256];
  snprintf(path, sizeof path, "load_profiles/" HX_SYNTH_LOAD_FOLDER "/%s",
           building->study->loads[0].file_name);
  pvs_bytes bytes;
  if (!bm_building_file(building, path, &bytes, why))
    return NULL;
  pvs_error error = {0};
  pvs_profile profile;
  if (pvs_profile_parse_slow(&profile, NULL, path, bytes.data, bytes.size, &error))
    return bm_no_setup(why, &error);
  open_case *c = bm_alloc(1, sizeof *c);
  c->options = bm_building_options(building);
  c->expected = series_digest(&profile);
  pvs_profile_deinit(&profile);
  return c;
}

static void open_run(void *ctx) {
  open_case *c = ctx;
  pvs_error error = {0};
  pvs_study_close(c->study);
  if (pvs_study_open(&c->options, &c->study, &error))
    bm_no_setup(c->failed, &error);
}

static bool open_check(void *ctx, bm_work *work, char *why) {
  open_case *c = ctx;
  if (!c->study)
    return bm_wrong(why, "%s", c->failed);
  pvs_study_info info;
  pvs_study_describe(c->study, &info);
  work->bytes = (double)info.input_bytes;
  return series_digest(&c->study->loads[0].profile) == c->expected ||
         bm_wrong(why, "loads differ from what libcsv and strtod read");
}

static void open_teardown(void *ctx) {
  if (ctx)
    pvs_study_close(((open_case *)ctx)->study);
  free(ctx);
}

const bm_ops bm_open = {open_setup, NULL, open_run, open_check, open_teardown};

/* ---- plan ---- */

typedef struct plan_case {
  const bm_building *building;
  pvs_plan *plan;
} plan_case;

static void *plan_setup(const bm_param *param, char *why) {
  hx_synth_kind kind = hx_synth_kind_named(param->variant);
  const bm_building *building = bm_building_get(kind, 18, (uint32_t)param->n, 7, why);
  if (!building)
    return NULL;
  plan_case *c = bm_alloc(1, sizeof *c);
  c->building = building;
  return c;
}

static void plan_run(void *ctx) {
  plan_case *c = ctx;
  pvs_plan_destroy(c->plan);
  pvs_plan_create(c->building->study, &(pvs_plan_options){0}, &c->plan, NULL);
}

static bool plan_check(void *ctx, bm_work *work, char *why) {
  plan_case *c = ctx;
  uint32_t flows = hx_synth_flows(&c->building->spec, c->building->kind);
  pvs_plan_info info;
  pvs_plan_describe(c->plan, &info);
  work->item = "scenario";
  work->items = info.scenarios;
  return info.flows == flows ||
         bm_wrong(why, "%u flows, the study was made of %u", (unsigned)info.flows, flows);
}

static void plan_teardown(void *ctx) {
  if (ctx)
    pvs_plan_destroy(((plan_case *)ctx)->plan);
  free(ctx);
}

const bm_ops bm_plan = {plan_setup, NULL, plan_run, plan_check, plan_teardown};

/* ---- one unit of work ---- */

typedef struct unit_case {
  bm_job job, plain;
  uint32_t unit, plain_unit;
  double load_kwh;
  bool static_flow;
  pvs_work_stats one;
} unit_case;

static void unit_teardown(void *ctx) {
  unit_case *c = ctx;
  if (c) {
    bm_job_abandon(&c->job);
    bm_job_abandon(&c->plain);
  }
  free(c);
}

static uint32_t unit_of(const bm_job *job, uint32_t scenario) {
  uint32_t first, n;
  pvs_plan_group_units(job->plan, pvs_plan_scenario_group(job->plan, scenario), &first, &n);
  return first;
}

static pvs_flow_result *result_of(const bm_job *job, uint32_t unit) {
  return pvs_plan_result(job->plan, job->results, pvs_plan_unit_group(job->plan, unit), 0);
}

/* The first scenario that fits, of a group that writes no time series: of an arrangement without
 * batteries, with PV if it can have some; "household_batteries"; "central_battery" alone. PVS_NONE:
 * there is none. */
static uint32_t find_scenario(const bm_job *job, const char *variant) {
  const struct pvs_study *study = job->study;
  for (uint32_t s = 0; s < study->scenarios.count; s++) {
    const pvs_scenario *scenario = &study->scenarios.items[s];
    const pvs_arrangement *arrangement = pvs_scenario_arrangement(scenario);
    const pvs_battery_set *set =
        scenario->batteries == PVS_NONE ? NULL : &study->battery_sets.items[scenario->batteries];
    bool fits = !set && strcmp(variant, arrangement->id) == 0 &&
                (scenario->pv != PVS_NONE || !arrangement->has_pv);
    if (strcmp(variant, "household_batteries") == 0)
      fits = set && set->n_individual > PVS_BATTERY_LANES;
    if (strcmp(variant, "central_battery") == 0)
      fits = set && set->central != PVS_NONE && set->n_individual == 0;
    if (fits && !pvs_plan_logs(job->plan, pvs_plan_scenario_group(job->plan, s)))
      return s;
  }
  return PVS_NONE;
}

/* Opens both jobs and runs the plain one's unit. */
static pvs_code unit_begin(unit_case *c, const struct pvs_study *study, const bm_param *param,
                           pvs_error *error) {
  pvs_code code = bm_job_begin(&c->job, study, &(bm_job_options){0}, error);
  if (!code)
    code = bm_job_begin(&c->plain, study, &(bm_job_options){.plain = true}, error);
  if (code)
    return code;
  uint32_t scenario = find_scenario(&c->job, param->variant);
  if (scenario == PVS_NONE) {
    return pvs_fail(error, PVS_UNKNOWN_ID, (pvs_where){0}, "the study has no scenario with %s",
                    param->variant);
  }
  c->job.plan->kernels = bm_kernels(param->level);
  c->unit = unit_of(&c->job, scenario);
  c->plain_unit = unit_of(&c->plain, scenario);
  c->static_flow = study->scenarios.items[scenario].batteries == PVS_NONE;
  c->load_kwh = study->loads[0].total_kwh;
  code = pvs_unit_run(c->plain.plan, c->plain_unit, c->plain.workspace, c->plain.results,
                      c->plain.output, error);
  pvs_workspace_stats(c->plain.workspace, &c->one);
  return code;
}

static void *unit_setup(const bm_param *param, char *why) {
  const bm_building *building = bm_building_get(HX_SYNTH_MIXED, 18, 200, 365, why);
  if (!building)
    return NULL;
  unit_case *c = bm_alloc(1, sizeof *c);
  pvs_error error = {0};
  if (unit_begin(c, building->study, param, &error) == PVS_OK)
    return c;
  unit_teardown(c);
  return bm_no_setup(why, &error);
}

static void unit_run(void *ctx) {
  unit_case *c = ctx;
  pvs_unit_run(c->job.plan, c->unit, c->job.workspace, c->job.results, c->job.output, NULL);
}

/* The same bits as the plain way, and no energy lost: what comes in less what goes out is load less
 * generation. */
static bool unit_check(void *ctx, bm_work *work, char *why) {
  unit_case *c = ctx;
  const pvs_flow_result *r = result_of(&c->job, c->unit), *e = result_of(&c->plain, c->plain_unit);
  bool batteries = c->one.battery_steps >= c->one.customer_steps / 2;
  work->item = batteries ? "battery_step" : "customer_step";
  work->items = (double)(batteries ? c->one.battery_steps : c->one.customer_steps);
  double net = r->network_import_kwh - r->network_export_kwh;
  if (c->static_flow && fabs(net - (c->load_kwh - r->generation_kwh)) > 1e-9 * c->load_kwh)
    return bm_wrong(why, "%.17g kWh drawn for %.17g of load and %.17g of generation", net,
                    c->load_kwh, r->generation_kwh);
  return memcmp(r, e, offsetof(pvs_flow_result, n_residents)) == 0 ||
         bm_wrong(why, "the sums differ from the plain way's");
}

const bm_ops bm_unit = {unit_setup, NULL, unit_run, unit_check, unit_teardown};

/* ---- finishing scenarios: money, metrics, their text ---- */

typedef struct finish_case {
  bm_job job;
  uint32_t count;
  uint64_t *digests, *expected;
  pvs_work_stats one;
} finish_case;

static void finish_teardown(void *ctx) {
  finish_case *c = ctx;
  if (c) {
    bm_job_abandon(&c->job);
    free(c->digests);
    free(c->expected);
  }
  free(c);
}

static void finish_run(void *ctx) {
  finish_case *c = ctx;
  for (uint32_t s = 0; s < c->count; s++) {
    pvs_scenario_finish(c->job.plan, s, c->job.workspace, c->job.results, c->job.output,
                        c->job.rows, NULL);
    c->digests[s] = c->job.rows->digest;
  }
}

static void *finish_setup(const bm_param *param, char *why) {
  (void)param;
  const bm_building *building = bm_building_get(HX_SYNTH_STATIC, 18, 200, 365, why);
  if (!building)
    return NULL;
  finish_case *c = bm_alloc(1, sizeof *c);
  pvs_error error = {0};
  uint64_t digest;
  c->count = building->spec.scenarios;
  c->digests = bm_alloc(c->count, sizeof *c->digests);
  c->expected = bm_alloc(c->count, sizeof *c->expected);
  pvs_code code = bm_job_run(building->study, &(bm_job_options){.plain = true}, &c->one,
                             c->expected, &digest, &error);
  if (!code)
    code = bm_job_begin(&c->job, building->study, &(bm_job_options){0}, &error);
  for (uint32_t unit = 0; unit < c->job.info.units && !code; unit++)
    code = pvs_unit_run(c->job.plan, unit, c->job.workspace, c->job.results, c->job.output, &error);
  if (!code) {
    finish_run(c);
    pvs_workspace_stats(c->job.workspace, &c->one);
    return c;
  }
  finish_teardown(c);
  return bm_no_setup(why, &error);
}

static bool finish_check(void *ctx, bm_work *work, char *why) {
  finish_case *c = ctx;
  work->item = "number";
  work->items = (double)c->one.numbers_written;
  for (uint32_t s = 0; s < c->count; s++)
    if (c->digests[s] != c->expected[s])
      return bm_wrong(why, "scenario %u: other bytes than without shared flows", s);
  return true;
}

const bm_ops bm_finish = {finish_setup, NULL, finish_run, finish_check, finish_teardown};
