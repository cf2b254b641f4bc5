#include "bm_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool bm_wrong(char *why, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(why, BM_WHY_BYTES, format, args);
  va_end(args);
  return false;
}

void *bm_no_setup(char *why, const pvs_error *error) {
  pvs_error_text(error, why, BM_WHY_BYTES);
  return NULL;
}

uint64_t bm_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

double bm_uniform(uint64_t *state) {
  return (double)(bm_random(state) >> 11) * 0x1p-53;
}

/* ---- buildings ---- */

static bm_building *buildings;

static bool same_building(const bm_building *b, hx_synth_kind kind, const hx_synth_spec *spec) {
  return b->kind == kind && b->spec.customers == spec->customers &&
         b->spec.scenarios == spec->scenarios && b->spec.days == spec->days;
}

pvs_study_options bm_building_options(const bm_building *building) {
  return (pvs_study_options){.base = hx_synth_memory_base(building->memory),
                             .project = HX_SYNTH_PROJECT,
                             .study = hx_synth_kind_name(building->kind),
                             .source = hx_synth_memory_source(building->memory)};
}

static void building_free(bm_building *building) {
  pvs_study_close(building->study);
  hx_synth_memory_destroy(building->memory);
  free(building);
}

const bm_building *bm_building_get(hx_synth_kind kind, uint32_t customers, uint32_t scenarios,
                                   uint32_t days, char *why) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  spec.customers = customers;
  spec.scenarios = scenarios;
  spec.days = days;
  spec.kinds = 1u << kind;
  for (bm_building *b = buildings; b; b = b->next)
    if (same_building(b, kind, &spec))
      return b;
  bm_building *building = bm_alloc(1, sizeof *building);
  building->spec = spec;
  building->kind = kind;
  pvs_error error = {0};
  pvs_code code = hx_synth_memory_create(&spec, &building->memory, &error);
  if (!code) {
    pvs_study_options options = bm_building_options(building);
    code = pvs_study_open(&options, &building->study, &error);
  }
  if (code) {
    building_free(building);
    return bm_no_setup(why, &error);
  }
  building->next = buildings;
  buildings = building;
  return building;
}

void bm_data_free(void) {
  while (buildings) {
    bm_building *next = buildings->next;
    building_free(buildings);
    buildings = next;
  }
}

bool bm_building_file(const bm_building *building, const char *relative, pvs_bytes *bytes,
                      char *why) {
  const pvs_source *source = hx_synth_memory_source(building->memory);
  char path[256];
  snprintf(path, sizeof path, "%s/%s", hx_synth_memory_base(building->memory), relative);
  pvs_error error = {0};
  if (source->read(source->ctx, path, bytes, &error) == PVS_OK)
    return true;
  bm_no_setup(why, &error);
  return false;
}

/* ---- the rest ---- */

const pvs_kernels *bm_kernels(const char *level) {
  return pvs_kernels_choose(level);
}

void *bm_alloc(size_t n, size_t size) {
  size_t bytes = (n * size + PVS_ALIGN - 1) / PVS_ALIGN * PVS_ALIGN;
  void *memory = aligned_alloc(PVS_ALIGN, bytes ? bytes : PVS_ALIGN);
  if (!memory) {
    fputs("pvtune_bench: out of memory\n", stderr);
    exit(1);
  }
  return memset(memory, 0, bytes);
}

bool bm_same_bits(const double *a, const double *b, size_t n) {
  const void *from = a, *to = b;
  return memcmp(from, to, n * sizeof *a) == 0;
}

bool bm_close_to(double a, double b, double relative) {
  return fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}
