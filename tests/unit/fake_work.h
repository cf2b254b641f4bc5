/* A work source that computes nothing and checks everything: each task exactly once, groups
 * complete before their scenarios, no place in the results reused too early, buffers emitted in
 * order. What it finds wrong it counts in shared memory, so that worker processes can tell. */
#ifndef FAKE_WORK_H
#define FAKE_WORK_H

#include "exec/exec.h"
#include "exec/memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAKE_MAX = 2000 };

#define FAKE_NOWHERE UINT32_MAX

typedef struct fake_shared {
  _Atomic uint32_t part_runs[FAKE_MAX], unit_runs[FAKE_MAX], scenario_runs[FAKE_MAX],
      scenario_writes[FAKE_MAX];
  _Atomic uint32_t wrong, open_workers, opened_workers;
} fake_shared;

typedef struct fake {
  hx_work work;
  uint64_t part_digests[FAKE_MAX];
  uint32_t scenario_group[FAKE_MAX], unit_group[FAKE_MAX];
  uint32_t group_units[FAKE_MAX], group_first[FAKE_MAX], group_place[FAKE_MAX];
  uint32_t emitted;
  unsigned max_task_us; /* tasks take a random time up to this */
  uint32_t fail_part, fail_unit, fail_scenario, fail_scenario_2, fail_write, fail_emit,
      fail_open_call;
  uint64_t seed;
  fake_shared *shared;
} fake;

static uint32_t fake_random(uint64_t *state, uint32_t below) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)((*state >> 33) % below);
}

static void fake_take_time(const fake *f, uint32_t kind, uint32_t index) {
  if (f->max_task_us == 0)
    return;
  uint64_t state = f->seed ^ ((uint64_t)kind << 40) ^ index;
  fake_random(&state, 2);
  usleep(fake_random(&state, f->max_task_us + 1));
}

static pvs_code fake_fail(pvs_error *error, const char *what, uint32_t index) {
  *error = (pvs_error){.code = PVS_IO};
  snprintf(error->message, sizeof error->message, "%s %u", what, index);
  return PVS_IO;
}

static pvs_code fake_open(void *ctx, void **worker, pvs_error *error) {
  fake *f = ctx;
  if (atomic_fetch_add(&f->shared->opened_workers, 1) == f->fail_open_call)
    return fake_fail(error, "open", f->fail_open_call);
  atomic_fetch_add(&f->shared->open_workers, 1);
  *worker = f;
  return PVS_OK;
}

static void fake_stats(void *ctx, const void *worker, pvs_work_stats *stats) {
  (void)ctx;
  (void)worker;
  *stats = (pvs_work_stats){.files_written = 1};
}

static void fake_close(void *ctx, void *worker) {
  fake *f = ctx;
  if (worker)
    atomic_fetch_sub(&f->shared->open_workers, 1);
}

static pvs_code fake_part(void *ctx, void *worker, uint32_t part, uint64_t *digest,
                          pvs_error *error) {
  fake *f = ctx;
  (void)worker;
  if (part == f->fail_part)
    return fake_fail(error, "part", part);
  atomic_fetch_add(&f->shared->part_runs[part], 1);
  *digest = part + 100;
  return PVS_OK;
}

/* results: uint32_t[places]; a unit leaves its group's number there. */
static pvs_code fake_unit(void *ctx, void *worker, uint32_t unit, void *results, pvs_error *error) {
  fake *f = ctx;
  (void)worker;
  fake_take_time(f, 1, unit);
  if (unit == f->fail_unit)
    return fake_fail(error, "unit", unit);
  uint32_t group = f->unit_group[unit];
  _Atomic uint32_t *places = results;
  atomic_store(&places[f->group_place[group]], group + 1);
  atomic_fetch_add(&f->shared->unit_runs[unit], 1);
  return PVS_OK;
}

static pvs_code fake_finish(void *ctx, void *worker, uint32_t scenario, const void *results,
                            void *buffer, pvs_error *error) {
  fake *f = ctx;
  (void)worker;
  fake_take_time(f, 2, scenario);
  if (scenario == f->fail_scenario || scenario == f->fail_scenario_2)
    return fake_fail(error, "scenario", scenario);
  uint32_t group = f->scenario_group[scenario];
  const _Atomic uint32_t *places = results;
  if (f->group_units[group] > 0 && atomic_load(&places[f->group_place[group]]) != group + 1)
    atomic_fetch_add(&f->shared->wrong, 1);
  for (uint32_t u = 0; u < f->work.units; u++)
    if (f->unit_group[u] == group && atomic_load(&f->shared->unit_runs[u]) != 1)
      atomic_fetch_add(&f->shared->wrong, 1);
  *(uint32_t *)buffer = scenario + 1;
  atomic_fetch_add(&f->shared->scenario_runs[scenario], 1);
  return PVS_OK;
}

/* A buffer of scenario i has i % 5 bytes in the first table and one in the last. */
static void fake_measure(void *ctx, const void *buffer, pvs_extent *size) {
  (void)ctx;
  size->bytes[0] += (*(const uint32_t *)buffer - 1) % 5;
  size->bytes[PVS_TABLES - 1]++;
}

static pvs_code fake_write(void *ctx, void *worker, const void *const *buffers, uint32_t count,
                           const pvs_extent *at, pvs_error *error) {
  fake *f = ctx;
  (void)worker;
  uint32_t first = *(const uint32_t *)buffers[0] - 1;
  uint64_t before = f->work.begin.bytes[0];
  for (uint32_t i = 0; i < first; i++)
    before += i % 5;
  if (at->bytes[0] != before || at->bytes[1] != f->work.begin.bytes[1] ||
      at->bytes[PVS_TABLES - 1] != f->work.begin.bytes[PVS_TABLES - 1] + first)
    atomic_fetch_add(&f->shared->wrong, 1);
  fake_take_time(f, 3, first);
  for (uint32_t i = first; i < first + count; i++) {
    if (i == f->fail_write)
      return fake_fail(error, "write", i);
    if (*(const uint32_t *)buffers[i - first] != i + 1 ||
        atomic_load(&f->shared->scenario_runs[i]) != 1)
      atomic_fetch_add(&f->shared->wrong, 1);
    atomic_fetch_add(&f->shared->scenario_writes[i], 1);
  }
  return PVS_OK;
}

static pvs_code fake_emit(void *ctx, uint32_t scenario, const void *buffer, pvs_error *error) {
  fake *f = ctx;
  if (scenario == f->fail_emit)
    return fake_fail(error, "emit", scenario);
  if (scenario != f->emitted || *(const uint32_t *)buffer != scenario + 1 ||
      atomic_load(&f->shared->scenario_writes[scenario]) != 1)
    atomic_fetch_add(&f->shared->wrong, 1);
  f->emitted++;
  return PVS_OK;
}

static uint32_t fake_scenario_group(void *ctx, uint32_t scenario) {
  return ((fake *)ctx)->scenario_group[scenario];
}
static uint32_t fake_unit_group(void *ctx, uint32_t unit) {
  return ((fake *)ctx)->unit_group[unit];
}
static uint32_t fake_group_units(void *ctx, uint32_t group) {
  return ((fake *)ctx)->group_units[group];
}
static uint32_t fake_group_first(void *ctx, uint32_t group) {
  return ((fake *)ctx)->group_first[group];
}
static const char *fake_label(void *ctx, uint32_t scenario, char *buffer, size_t size) {
  (void)ctx;
  snprintf(buffer, size, "fake_%03u", scenario);
  return buffer;
}

static pvs_code fake_units(void *ctx, void *worker, uint32_t first, uint32_t *count, void *results,
                           pvs_error *error) {
  for (uint32_t i = 0; i < *count; i++) {
    pvs_code code = fake_unit(ctx, worker, first + i, results, error);
    if (code != PVS_OK) {
      *count = i;
      return code;
    }
  }
  return PVS_OK;
}

static const hx_work_ops fake_ops = {
    .worker_open = fake_open,
    .worker_stats = fake_stats,
    .worker_close = fake_close,
    .run_part = fake_part,
    .run_units = fake_units,
    .finish = fake_finish,
    .measure = fake_measure,
    .write = fake_write,
    .emit = fake_emit,
    .scenario_group = fake_scenario_group,
    .unit_group = fake_unit_group,
    .group_units = fake_group_units,
    .group_first_scenario = fake_group_first,
    .label = fake_label,
};

/* Places as a plan would hand them out: one is free again for group g once the last scenario of the
 * group before is sure to be finished when g may start. */
static uint32_t fake_assign_places(fake *f) {
  uint32_t places = 0, last[FAKE_MAX] = {0}, owner[FAKE_MAX];
  for (uint32_t s = 0; s < f->work.scenarios; s++)
    last[f->scenario_group[s]] = s;
  for (uint32_t g = 0; g < f->work.groups; g++) {
    uint32_t p = 0;
    while (p < places && last[owner[p]] + (uint64_t)f->work.window > f->group_first[g])
      p++;
    places += p == places;
    owner[p] = g;
    f->group_place[g] = p;
  }
  return places;
}

/* `fresh` of 100 scenarios begin a new group of 1..max_units units, the others join an old one. */
static void fake_init(fake *f, uint32_t scenarios, uint32_t fresh, uint32_t max_units,
                      uint32_t window, uint32_t parts, uint64_t seed) {
  memset(f, 0, sizeof *f);
  f->seed = seed;
  f->fail_part = f->fail_unit = f->fail_scenario = f->fail_scenario_2 = FAKE_NOWHERE;
  f->fail_write = f->fail_emit = f->fail_open_call = FAKE_NOWHERE;
  f->shared = hx_memory_map(sizeof *f->shared, true);
  f->work = (hx_work){.ops = &fake_ops,
                      .ctx = f,
                      .parts = parts,
                      .scenarios = scenarios,
                      .window = window,
                      .units_at_once = 1,
                      .buffer_bytes = sizeof(uint32_t),
                      .begin = {{100, 200, 300}},
                      .part_digests = f->part_digests};
  uint32_t groups = 0, units = 0;
  for (uint32_t s = 0; s < scenarios; s++) {
    if (groups > 0 && fake_random(&seed, 100) >= fresh) {
      f->scenario_group[s] = fake_random(&seed, groups);
      continue;
    }
    f->scenario_group[s] = groups;
    f->group_first[groups] = s;
    f->group_units[groups] = 1 + fake_random(&seed, max_units);
    for (uint32_t u = 0; u < f->group_units[groups] && units < FAKE_MAX; u++)
      f->unit_group[units++] = groups;
    groups++;
  }
  f->work.groups = groups;
  f->work.units = units;
  f->work.results_bytes = fake_assign_places(f) * sizeof(uint32_t);
}

static void fake_deinit(fake *f) {
  hx_memory_unmap(f->shared, sizeof *f->shared);
}

#endif
