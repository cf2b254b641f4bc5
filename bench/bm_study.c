/* Whole studies, from their bytes to their outputs: in memory, and with files written. */
#include "bm_list.h"
#include "bm_run.h"
#include "engine/workspace.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct study_case {
  const bm_building *building;
  bool writes;
  char folder[64];
  uint64_t read_ns, digest, expected;
  pvs_work_stats stats;
  char failed[BM_WHY_BYTES];
} study_case;

/* ---- folders ---- */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk) {
  (void)status, (void)kind, (void)walk;
  return remove(path);
}

static void remove_folder(study_case *c) {
  if (c->folder[0])
    nftw(c->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  c->folder[0] = '\0';
}

const char *bm_output_parent(void) {
  return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static void study_prepare(void *ctx) {
  study_case *c = ctx;
  remove_folder(c);
  snprintf(c->folder, sizeof c->folder, "%s/pvtune_bench.XXXXXX", bm_output_parent());
  if (!mkdtemp(c->folder)) {
    bm_wrong(c->failed, "cannot make a folder in %s", bm_output_parent());
    c->folder[0] = '\0';
  }
}

/* ---- the case ---- */

static void study_run(void *ctx) {
  study_case *c = ctx;
  pvs_study_options options = bm_building_options(c->building);
  pvs_study *study = NULL;
  pvs_error error = {0};
  uint64_t started = pvs_now_ns();
  pvs_code code = pvs_study_open(&options, &study, &error);
  c->read_ns = pvs_now_ns() - started;
  if (!code)
    code = bm_job_run(study, &(bm_job_options){.folder = c->writes ? c->folder : NULL}, &c->stats,
                      NULL, &c->digest, &error);
  pvs_study_close(study);
  if (code)
    bm_no_setup(c->failed, &error);
}

static bool expect(study_case *c, char *why) {
  pvs_error error = {0};
  pvs_work_stats stats;
  if (bm_job_run(c->building->study, &(bm_job_options){.plain = true}, &stats, NULL, &c->expected,
                 &error) == PVS_OK)
    return true;
  bm_no_setup(why, &error);
  return false;
}

static study_case *make(const bm_building *building, bool writes, char *why) {
  if (!building)
    return NULL;
  study_case *c = bm_alloc(1, sizeof *c);
  c->building = building;
  c->writes = writes;
  if (expect(c, why))
    return c;
  free(c);
  return NULL;
}

static const bm_building *building_of(const char *variant, char *why) {
  hx_synth_kind kind = hx_synth_kind_named(variant);
  return kind == HX_SYNTH_BATTERIES ? bm_building_get(kind, 72, 12, 365, why)
         : kind == HX_SYNTH_MIXED   ? bm_building_get(kind, 18, 200, 365, why)
                                    : bm_building_get(kind, 18, 620, 365, why);
}

static void *memory_setup(const bm_param *param, char *why) {
  return make(building_of(param->variant, why), false, why);
}

static void *files_setup(const bm_param *param, char *why) {
  return make(building_of(param->variant, why), true, why);
}

/* One dimension grows, the others stay small. */
static void *growth_setup(const bm_param *param, char *why) {
  uint32_t customers = 18, scenarios = 4, days = 30;
  if (strcmp(param->variant, "scenarios") == 0) {
    scenarios = (uint32_t)param->n;
    days = 7;
  } else if (strcmp(param->variant, "customers") == 0) {
    customers = (uint32_t)param->n;
  } else {
    days = (uint32_t)param->n;
  }
  return make(bm_building_get(HX_SYNTH_STATIC, customers, scenarios, days, why), false, why);
}

static bool study_check(void *ctx, bm_work *work, char *why) {
  study_case *c = ctx;
  const pvs_work_stats *s = &c->stats;
  const struct {
    const char *name;
    uint64_t ns;
  } stages[] = {{"read_s", c->read_ns},
                {"flow_s", s->flow_ns},
                {"bill_s", s->bill_ns},
                {"finish_s", s->finish_ns},
                {"write_s", s->write_ns}};
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
    work->counters[i].name = stages[i].name;
    work->counters[i].value = (double)stages[i].ns * 1e-9;
  }
  work->item = "scenario";
  work->items = c->building->spec.scenarios;
  if (c->failed[0])
    return bm_wrong(why, "%s", c->failed);
  return c->digest == c->expected ||
         bm_wrong(why, "output digest %016llx, with nothing shared and plain kernels %016llx",
                  (unsigned long long)c->digest, (unsigned long long)c->expected);
}

static void study_teardown(void *ctx) {
  if (ctx)
    remove_folder(ctx);
  free(ctx);
}

const bm_ops bm_memory = {memory_setup, NULL, study_run, study_check, study_teardown};
const bm_ops bm_files = {files_setup, study_prepare, study_run, study_check, study_teardown};
const bm_ops bm_growth = {growth_setup, NULL, study_run, study_check, study_teardown};
