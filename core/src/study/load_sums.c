#include "study/load_sums.h"
#include <math.h>
#include <string.h>

static bool allocate_sums(struct pvs_study *study, pvs_load *load) {
  const pvs_folder *folder = &study->folders[load->folder];
  uint32_t n = folder->n_residents + folder->n_registers;
  pvs_arena *arena = &study->arena;
  load->sum_kwh = pvs_arena_alloc(arena, n, sizeof *load->sum_kwh);
  load->total = pvs_arena_alloc(arena, study->stride, sizeof *load->total);
  load->residents = folder->n_registers
                        ? pvs_arena_alloc(arena, study->stride, sizeof *load->residents)
                        : load->total;
  load->households = pvs_arena_alloc(arena, study->stride, sizeof *load->households);
  load->determinants = pvs_arena_alloc(arena, n, sizeof *load->determinants);
  load->some = pvs_arena_alloc(arena, n, sizeof *load->some);
  load->greatest_kwh = pvs_arena_alloc(arena, n, sizeof *load->greatest_kwh);
  bool ok = load->sum_kwh && load->total && load->residents && load->households &&
            load->determinants && load->some && load->greatest_kwh;
  for (uint32_t i = 0; i < n && ok; i++)
    ok = pvs_determinants_init(&load->determinants[i], &study->metering, study->needs, arena);
  return ok;
}

/* Whether the next of the steps that are PVS_STILL_DAYS apart have the value of the one before;
 * looked at while they are in the cache. */
typedef struct still {
  uint32_t apart, next; /* steps */
  double before;
} still;

static uint8_t look_for_still(still *s, const double *series, uint32_t end) {
  bool found = false;
  for (; s->apart && s->next < end; s->next += s->apart) {
    found |= s->next && series[s->next] != 0 && series[s->next] == s->before;
    s->before = series[s->next];
  }
  return found ? PVS_SOME_STILL : 0;
}

/* The sums over several loads that load number i belongs to. All are sums over the first loads, and equal
 * as long as they have the same ones: then only the total is added to. */
static void begin_shared_sums(const struct pvs_study *study, const pvs_load *load, uint32_t i) {
  const pvs_folder *folder = &study->folders[load->folder];
  size_t bytes = study->stride * sizeof(double);
  if (i == folder->cp)
    memcpy(load->households, load->total, bytes);
  if (i == folder->n_residents && load->residents != load->total)
    memcpy(load->residents, load->total, bytes);
}

/* Fetches quarter number `quarter` of n steps: memory works while something else is computed. */
static void fetch(const double *x, uint32_t n, uint32_t quarter) {
  for (uint32_t t = n / 4 * quarter; t < n / 4 * (quarter + 1); t += PVS_LANES)
    __builtin_prefetch(x + t);
}

/* Load number i, of a resident or a register. Chunk by chunk, so that its steps are fetched from memory
 * once for all sums. */
static void meter_load(const struct pvs_study *study, pvs_load *load, uint32_t i,
                       const pvs_kernels *kernels) {
  const pvs_folder *folder = &study->folders[load->folder];
  const bool later_household = i > folder->cp && i < folder->n_residents;
  unsigned needs = study->needs & ~(unsigned)PVS_NEED_CONSUMPTION;
  pvs_survey_lanes found = {{0}, {0}, {0}};
  still s = {.apart = PVS_STILL_DAYS * (PVS_DAY_S / study->metering.calendar.interval_s)};
  pvs_day_rows rows[PVS_CHUNK];
  uint32_t span = 0;
  begin_shared_sums(study, load, i);
  for (uint32_t first = 0; first < study->stride; first += study->chunk) {
    const double *x = load->series[i] + first, *next = x + study->chunk;
    uint32_t n = study->stride - first < study->chunk ? study->stride - first : study->chunk;
    size_t n_rows = pvs_days_cut(&study->metering.days, &span, first, n, rows);
    fetch(next, n, 0);
    load->some[i] |= (uint8_t)kernels->survey(n, x, &found);
    fetch(next, n, 1);
    load->some[i] |= look_for_still(&s, load->series[i], first + n);
    kernels->add(n, x, load->total + first);
    if (later_household)
      kernels->add(n, x, load->households + first);
    fetch(next, n, 2);
    pvs_determinants_add(&load->determinants[i], &study->metering, needs, kernels, first, n, x,
                         NULL, n_rows, rows);
    fetch(next, n, 3);
  }
  for (uint32_t lane = 0; lane < PVS_LANES; lane++)
    load->greatest_kwh[i] = fmax(load->greatest_kwh[i], found.greatest[lane]);
  load->sum_kwh[i] = pvs_lanes_sum(found.sum);
  load->total_kwh += load->sum_kwh[i];
}

bool pvs_load_sums_make(struct pvs_study *study) {
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  for (uint32_t f = 0; f < study->n_loads; f++) {
    pvs_load *load = &study->loads[f];
    if (!allocate_sums(study, load))
      return false;
    const pvs_folder *folder = &study->folders[load->folder];
    for (uint32_t i = 0; i < folder->n_residents + folder->n_registers; i++)
      meter_load(study, load, i, kernels);
  }
  return true;
}
