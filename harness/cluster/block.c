#include "cluster/block.h"

#include "base/fail.h"
#include "base/text.h"
#include "exec/memory.h"
#include "exec/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

/* The context of an item's hx_work. Scenarios, groups and units are counted within the item. Of a
 * block's groups the last one stands for all that are shared: it has no units, as they were computed
 * before. */
typedef struct item {
  hx_block_maker *maker;
  hx_study_work study; /* a copy that counts scenarios from the item's first */
  hx_fault fault;
  uint32_t part;
  uint32_t *units, *group_of_unit, *group_of_scenario, *group_first, *group_units;
  uint32_t n_units, n_groups;
  hx_block_text *text;
  hx_block_packet *packet;
  hx_text warnings;
} item;

/* ---- operations ---------------------------------------------------------------------------- */

static const hx_work_ops *base_of(const item *it) {
  return it->maker->plan->study->work.ops;
}

static pvs_code item_open_worker(void *ctx, void **worker, pvs_error *error) {
  hx_block_maker *m = ((item *)ctx)->maker;
  pvs_code code = PVS_OK;
  if (!m->workspace)
    code = pvs_workspace_create(m->plan->study->plan, &m->workspace, error);
  *worker = m->workspace;
  return code;
}

/* They are counted once, at the end. */
static void item_worker_stats(void *ctx, const void *worker, pvs_work_stats *stats) {
  (void)ctx;
  (void)worker;
  *stats = (pvs_work_stats){0};
}

static void item_close_worker(void *ctx, void *worker) {
  (void)ctx;
  (void)worker;
}

static pvs_code item_run_part(void *ctx, void *worker, uint32_t part, uint64_t *digest,
                              pvs_error *error) {
  item *it = ctx;
  return base_of(it)->run_part(&it->study, worker, it->part + part, digest, error);
}

/* Consecutive units of the item, in pieces that are consecutive in the plan too. */
static pvs_code item_run_units(void *ctx, void *worker, uint32_t first, uint32_t *count,
                               void *results, pvs_error *error) {
  item *it = ctx;
  const uint32_t *units = it->units + first;
  uint32_t done = 0;
  pvs_code code = PVS_OK;
  (void)results;
  while (done < *count && code == PVS_OK) {
    uint32_t n = 1;
    while (done + n < *count && units[done + n] == units[done] + n)
      n++;
    code = base_of(it)->run_units(&it->study, worker, units[done], &n, it->maker->results, error);
    done += n;
  }
  *count = done;
  return code;
}

static pvs_code item_finish(void *ctx, void *worker, uint32_t scenario, const void *results,
                            void *buffer, pvs_error *error) {
  item *it = ctx;
  (void)results;
  return base_of(it)->finish(&it->study, worker, scenario, it->maker->results, buffer, error);
}

static void item_measure(void *ctx, const void *buffer, pvs_extent *size) {
  item *it = ctx;
  base_of(it)->measure(&it->study, buffer, size);
}

static pvs_code item_write_rows(void *ctx, void *worker, const void *const *buffers, uint32_t count,
                                const pvs_extent *at, pvs_error *error) {
  item *it = ctx;
  pvs_extent place = *at;
  (void)worker;
  (void)error;
  for (uint32_t i = 0; i < count; i++) {
    const pvs_rows *rows = hx_study_rows(buffers[i]);
    for (int table = 0; table < PVS_TABLES; table++) {
      size_t length;
      const char *text = pvs_rows_text(rows, table, &length);
      memcpy(it->text->rows[table] + place.bytes[table], text, length);
    }
    pvs_rows_add(rows, &place);
  }
  return PVS_OK;
}

static pvs_code item_emit(void *ctx, uint32_t scenario, const void *buffer, pvs_error *error) {
  item *it = ctx;
  const hx_scenario_figures *figures = buffer;
  const pvs_rows *rows = hx_study_rows(buffer);
  hx_block_scenario *to = &hx_block_scenarios(it->packet)[scenario];
  (void)error;
  *to = (hx_block_scenario){.digest = rows->digest,
                            .id = figures->id,
                            .total_cost = figures->total_cost,
                            .self_consumption = figures->self_consumption};
  snprintf(to->arrangement, sizeof to->arrangement, "%s", figures->arrangement);
  pvs_rows_add(rows, &it->packet->size);
  if (rows->warning_length > 0) {
    size_t at = (size_t)rows->results_length + rows->std_dev_length + rows->customers_length;
    hx_text_add(&it->warnings, rows->text + at, rows->warning_length);
    hx_text_put_char(&it->warnings, '\n');
  }
  return PVS_OK;
}

static uint32_t item_scenario_group(void *ctx, uint32_t scenario) {
  return ((item *)ctx)->group_of_scenario[scenario];
}
static uint32_t item_unit_group(void *ctx, uint32_t unit) {
  return ((item *)ctx)->group_of_unit[unit];
}
static uint32_t item_group_units(void *ctx, uint32_t group) {
  return ((item *)ctx)->group_units[group];
}
static uint32_t item_group_first_scenario(void *ctx, uint32_t group) {
  return ((item *)ctx)->group_first[group];
}
static const char *item_label(void *ctx, uint32_t scenario, char *buffer, size_t size) {
  item *it = ctx;
  return base_of(it)->label(&it->study, scenario, buffer, size);
}

static const hx_work_ops ops = {
    .worker_open = item_open_worker,
    .worker_stats = item_worker_stats,
    .worker_close = item_close_worker,
    .run_part = item_run_part,
    .run_units = item_run_units,
    .finish = item_finish,
    .measure = item_measure,
    .write = item_write_rows,
    .emit = item_emit,
    .scenario_group = item_scenario_group,
    .unit_group = item_unit_group,
    .group_units = item_group_units,
    .group_first_scenario = item_group_first_scenario,
    .label = item_label,
};

/* ---- an item ------------------------------------------------------------------------------- */

static bool no_memory(hx_exec_result *result) {
  return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a block of scenarios");
}

static bool item_init(item *it, hx_block_maker *maker, size_t units, size_t scenarios) {
  *it = (item){.maker = maker, .study = *maker->plan->study};
  it->units = calloc(units + 1, sizeof(uint32_t));
  it->group_of_unit = calloc(units + 1, sizeof(uint32_t));
  it->group_first = calloc(scenarios + 1, sizeof(uint32_t));
  it->group_units = calloc(scenarios + 1, sizeof(uint32_t));
  it->group_of_scenario = calloc(scenarios + 1, sizeof(uint32_t));
  return it->units && it->group_of_unit && it->group_first && it->group_units &&
         it->group_of_scenario;
}

static void item_deinit(item *it) {
  free(it->units);
  free(it->group_of_unit);
  free(it->group_first);
  free(it->group_units);
  free(it->group_of_scenario);
  hx_text_deinit(&it->warnings);
}

static void add_report(hx_block_maker *m, const hx_exec_report *report) {
  if (report->workers_asked == 0)
    return;
  const hx_exec_worker *one = &report->workers[0], before = m->worker;
  const bool first = before.pid == 0;
  m->worker = *one;
  m->worker.at_start = first ? one->at_start : before.at_start;
  m->worker.held = one->held && (first || before.held);
  m->worker.parts += before.parts;
  m->worker.units += before.units;
  m->worker.scenarios += before.scenarios;
  m->worker.busy_ns += before.busy_ns;
  m->worker.append_ns += before.append_ns;
  m->emit_ns += report->coordinator_ns;
  m->scenarios += report->scenarios;
}

static bool run_item(item *it, hx_work *work, hx_exec_result *result) {
  hx_block_maker *m = it->maker;
  hx_exec_report report;
  const hx_work *whole = &m->plan->study->work;
  work->ops = &ops;
  work->ctx = it;
  work->units = it->n_units;
  work->groups = it->n_groups;
  work->units_at_once = whole->units_at_once;
  work->window = whole->window;
  work->buffer_bytes = whole->buffer_bytes;
  work->kept_buffers = m->buffers;
  bool ok = hx_exec_find(HX_EXECUTOR_SERIAL)->run(work, m->options, &report, result);
  add_report(m, &report);
  hx_exec_report_deinit(&report);
  return ok;
}

bool hx_block_part(hx_block_maker *m, uint32_t part, uint64_t *digest, hx_exec_result *result) {
  item it;
  hx_work work = {.parts = 1, .part_digests = digest};
  bool ok = item_init(&it, m, 0, 0) ? true : no_memory(result);
  it.part = part;
  ok = ok && run_item(&it, &work, result);
  item_deinit(&it);
  return ok;
}

bool hx_block_flows(hx_block_maker *m, uint32_t first, uint32_t count, hx_exec_result *result) {
  item it;
  hx_work work = {0};
  bool ok = item_init(&it, m, count, 0) ? true : no_memory(result);
  if (ok) {
    memcpy(it.units, m->plan->shared_units + first, count * sizeof *it.units);
    it.n_units = count;
    it.n_groups = 1;
    it.group_units[0] = count;
    ok = run_item(&it, &work, result);
  }
  item_deinit(&it);
  return ok;
}

/* The groups that begin in this block and end in it, with their units; then one for the rest. */
static void list_block(item *it, uint32_t first, uint32_t count) {
  const pvs_plan *plan = it->maker->plan->study->plan;
  for (uint32_t s = 0; s < count; s++) {
    uint32_t group = pvs_plan_scenario_group(plan, first + s), unit, n;
    if (pvs_plan_group_is_shared(plan, group))
      continue;
    uint32_t begin = pvs_plan_group_first_scenario(plan, group) - first;
    if (begin != s) {
      it->group_of_scenario[s] = it->group_of_scenario[begin];
      continue;
    }
    pvs_plan_group_units(plan, group, &unit, &n);
    it->group_of_scenario[s] = it->n_groups;
    it->group_first[it->n_groups] = s;
    it->group_units[it->n_groups] = n;
    for (uint32_t i = 0; i < n; i++) {
      it->units[it->n_units] = unit + i;
      it->group_of_unit[it->n_units++] = it->n_groups;
    }
    it->n_groups++;
  }
  for (uint32_t s = 0; s < count; s++)
    if (pvs_plan_group_is_shared(plan, pvs_plan_scenario_group(plan, first + s)))
      it->group_of_scenario[s] = it->n_groups;
  it->n_groups++;
}

static size_t count_units(const hx_block_maker *m, uint32_t first, uint32_t count) {
  const pvs_plan *plan = m->plan->study->plan;
  size_t units = 0;
  for (uint32_t s = first; s < first + count; s++) {
    uint32_t group = pvs_plan_scenario_group(plan, s), unit, n;
    pvs_plan_group_units(plan, group, &unit, &n);
    units += pvs_plan_group_first_scenario(plan, group) == s ? n : 0;
  }
  return units;
}

/* Deliberate faults are counted from the plan's first scenario. */
static void take_fault(item *it, hx_exec_options *options, uint32_t offset, uint32_t count) {
  const hx_fault *fault = it->maker->plan->study->fault;
  it->study.fault = options->fault = NULL;
  if (!fault || fault->kind == HX_FAULT_UNBIND || fault->index < offset ||
      fault->index >= offset + count)
    return;
  it->fault = (hx_fault){fault->kind, fault->index - offset};
  it->study.fault = options->fault = &it->fault;
}

uint64_t hx_block_rows_digest(char *const rows[PVS_TABLES], const pvs_extent *size) {
  uint64_t digest = 0;
  for (int table = 0; table < PVS_TABLES; table++)
    digest = XXH3_64bits_withSeed(rows[table], size->bytes[table], digest);
  return digest;
}

static bool seal_packet(item *it, hx_block_packet **packet) {
  size_t bytes = hx_block_packet_bytes(it->packet);
  if (it->warnings.failed)
    return false;
  hx_block_packet *grown = realloc(it->packet, bytes + it->warnings.length);
  if (!grown)
    return false;
  if (it->warnings.length > 0)
    memcpy((char *)grown + bytes, it->warnings.at, it->warnings.length);
  grown->warning_bytes = (uint32_t)it->warnings.length;
  grown->rows_digest = hx_block_rows_digest(it->text->rows, &grown->size);
  it->packet = NULL;
  *packet = grown;
  return true;
}

bool hx_block_scenarios_run(hx_block_maker *m, uint32_t block, hx_block_text *text,
                            hx_block_packet **packet, hx_exec_result *result) {
  item it;
  const hx_study_work *study = m->plan->study;
  uint32_t offset = block * m->plan->block, left = study->work.scenarios - offset;
  uint32_t count = left < m->plan->block ? left : m->plan->block, first = study->first + offset;
  hx_work work = {.scenarios = count};
  hx_exec_options options = *m->options;
  const hx_exec_options *before = m->options;
  *packet = NULL;
  bool ok = item_init(&it, m, count_units(m, first, count), count);
  it.packet = ok ? calloc(1, sizeof *it.packet + count * sizeof(hx_block_scenario)) : NULL;
  if (!it.packet) {
    item_deinit(&it);
    return no_memory(result);
  }
  it.packet->item = block;
  it.packet->count = count;
  it.text = text;
  it.study.first = first;
  list_block(&it, first, count);
  take_fault(&it, &options, offset, count);
  m->options = &options;
  ok = run_item(&it, &work, result);
  m->options = before;
  if (ok && !seal_packet(&it, packet))
    ok = no_memory(result);
  free(it.packet);
  item_deinit(&it);
  return ok;
}

/* ---- what a rank's threads have in common --------------------------------------------------- */

static bool list_shared(hx_block_plan *p) {
  const pvs_plan *plan = p->study->plan;
  p->shared_units = calloc((size_t)p->info.units + 1, sizeof *p->shared_units);
  for (uint32_t unit = 0; p->shared_units && unit < p->info.units; unit++)
    if (pvs_plan_group_is_shared(plan, pvs_plan_unit_group(plan, unit)))
      p->shared_units[p->n_shared_units++] = unit;
  return p->shared_units;
}

bool hx_block_plan_init(hx_block_plan *p, hx_study_work *study, uint32_t block, pvs_error *error) {
  *p = (hx_block_plan){.study = study, .block = block, .shared_results = -1};
  pvs_plan_describe(study->plan, &p->info);
  if (!list_shared(p))
    return hx_fail_memory(error);
  if (p->info.shared_bytes == 0)
    return true;
  p->shared_results = memfd_create("shared flows", MFD_CLOEXEC);
  return (p->shared_results >= 0 &&
          ftruncate(p->shared_results, (off_t)p->info.shared_bytes) == 0) ||
         hx_fail_memory(error);
}

void hx_block_plan_deinit(hx_block_plan *p) {
  if (p->study && p->shared_results >= 0)
    close(p->shared_results);
  free(p->shared_units);
  *p = (hx_block_plan){.shared_results = -1};
}

/* ---- one thread's part ---------------------------------------------------------------------- */

static void *map_results(const hx_block_plan *p) {
  void *results = hx_memory_map(p->info.results_bytes, false);
  if (results && p->info.shared_bytes > 0 &&
      mmap(results, p->info.shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
           p->shared_results, 0) == MAP_FAILED) {
    hx_memory_unmap(results, p->info.results_bytes);
    return NULL;
  }
  return results;
}

static size_t buffers_bytes(const hx_block_plan *p) {
  return hx_memory_buffers_bytes(&p->study->work, p->study->work.window);
}

bool hx_block_maker_init(hx_block_maker *m, const hx_block_plan *plan,
                         const hx_exec_options *options, pvs_error *error) {
  *m = (hx_block_maker){.plan = plan,
                        .options = options,
                        .results = map_results(plan),
                        .buffers = hx_memory_map(buffers_bytes(plan), false)};
  return (m->results && m->buffers) || hx_fail_memory(error);
}

void hx_block_maker_deinit(hx_block_maker *m) {
  if (!m->plan)
    return;
  pvs_workspace_destroy(m->workspace);
  hx_memory_unmap(m->results, m->plan->info.results_bytes);
  hx_memory_unmap(m->buffers, buffers_bytes(m->plan));
  *m = (hx_block_maker){0};
}

void hx_block_maker_count(hx_block_maker *m) {
  if (m->workspace)
    pvs_workspace_stats(m->workspace, &m->worker.stats);
}

/* ---- rows ----------------------------------------------------------------------------------- */

bool hx_block_text_init(hx_block_text *text, const hx_block_plan *plan) {
  *text = (hx_block_text){.room = plan->study->work.buffer_bytes * plan->block};
  bool ok = true;
  for (int i = 0; i < PVS_TABLES; i++)
    ok = (text->rows[i] = hx_memory_map(text->room, false)) && ok;
  if (!ok)
    hx_block_text_deinit(text);
  return ok;
}

void hx_block_text_deinit(hx_block_text *text) {
  for (int i = 0; i < PVS_TABLES; i++)
    hx_memory_unmap(text->rows[i], text->room);
  *text = (hx_block_text){0};
}
