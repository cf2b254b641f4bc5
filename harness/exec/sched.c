#include "exec/sched.h"

#include "exec/memory.h"

#include <assert.h>
#include <errno.h>

/* A scenario is finished in tens of microseconds: taking several at once keeps the lock cool. */
enum { SCENARIOS_AT_ONCE = 8 };

/* Slots to write that are worth a task of their own. */
enum { WRITES_WORTH = 32 };

/* ---- order --------------------------------------------------------------------------------- */

enum stage { STAGE_UNIT, STAGE_SCENARIO, STAGE_WRITE, STAGE_EMIT, STAGES };

static hx_order order_at(uint32_t scenario, enum stage stage, uint32_t minor) {
  return (hx_order){1 + STAGES * (uint64_t)scenario + (uint64_t)stage, minor};
}

hx_order hx_order_of(const hx_work *work, hx_task_kind kind, uint32_t index) {
  switch (kind) {
  case HX_TASK_UNIT: {
    uint32_t group = work->ops->unit_group(work->ctx, index);
    return order_at(work->ops->group_first_scenario(work->ctx, group), STAGE_UNIT, index);
  }
  case HX_TASK_SCENARIO:
    return order_at(index, STAGE_SCENARIO, 0);
  case HX_TASK_WRITE:
    return order_at(index, STAGE_WRITE, 0);
  case HX_TASK_PART:
  case HX_TASK_NONE:
    break;
  }
  return (hx_order){0, index};
}

hx_order hx_order_of_emit(uint32_t scenario) {
  return order_at(scenario, STAGE_EMIT, 0);
}

static bool is_before(hx_order a, hx_order b) {
  return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

/* ---- making -------------------------------------------------------------------------------- */

static size_t reserve(size_t *end, size_t count, size_t size) {
  size_t at = (*end + 63) / 64 * 64;
  *end = at + count * size;
  return at;
}

static uint32_t *units_left(hx_sched *s) {
  return (uint32_t *)(void *)((char *)s + s->units_left_at);
}

/* Of each buffer in the window. */
enum buffer_state { BUFFER_FREE, BUFFER_FILLED, BUFFER_WRITTEN };

static uint8_t *buffer_state(hx_sched *s, uint32_t scenario) {
  return (uint8_t *)s + s->states_at + scenario % s->window;
}

pvs_extent *hx_sched_buffer_size(hx_sched *s, uint32_t scenario) {
  return (pvs_extent *)(void *)((char *)s + s->sizes_at) + scenario % s->window;
}

hx_sched_worker *hx_sched_worker_at(hx_sched *s, uint32_t worker) {
  assert(worker < s->workers);
  return (hx_sched_worker *)(void *)((char *)s + s->workers_at) + worker;
}

uint64_t *hx_sched_part_digests(hx_sched *s) {
  return (uint64_t *)(void *)((char *)s + s->part_digests_at);
}

static bool init_lock(pthread_mutex_t *lock) {
  pthread_mutexattr_t attributes;
  if (pthread_mutexattr_init(&attributes) != 0)
    return false;
  bool ok = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
            pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0 &&
            pthread_mutex_init(lock, &attributes) == 0;
  pthread_mutexattr_destroy(&attributes);
  return ok;
}

/* A worker's static share is at least four bites. */
static uint32_t units_at_once(const hx_work *work, hx_schedule schedule, uint32_t workers) {
  uint32_t share = work->units / (4 * workers), n = work->units_at_once;
  if (schedule == HX_SCHEDULE_STATIC && n > share)
    n = share;
  return n > 0 ? n : 1;
}

hx_sched *hx_sched_create(const hx_work *work, const hx_config *config, uint32_t workers,
                          bool shared) {
  assert(work->window > 0 && workers > 0);
  size_t size = sizeof(hx_sched);
  size_t workers_at = reserve(&size, workers, sizeof(hx_sched_worker));
  size_t units_left_at = reserve(&size, work->groups, sizeof(uint32_t));
  size_t states_at = reserve(&size, work->window, sizeof(uint8_t));
  size_t sizes_at = reserve(&size, work->window, sizeof(pvs_extent));
  size_t part_digests_at = reserve(&size, work->parts, sizeof(uint64_t));
  hx_sched *s = hx_memory_map(size, shared);
  if (!s)
    return NULL;
  uint32_t chunk = config->chunk > 0 ? (uint32_t)config->chunk : 0;
  *s = (hx_sched){.parts = work->parts,
                  .units = work->units,
                  .groups = work->groups,
                  .scenarios = work->scenarios,
                  .window = work->window,
                  .workers = workers,
                  .schedule = config->schedule,
                  .unit_chunk = chunk ? chunk : units_at_once(work, config->schedule, workers),
                  .scenario_chunk = chunk                                     ? chunk
                                    : config->schedule == HX_SCHEDULE_DYNAMIC ? SCENARIOS_AT_ONCE
                                                                              : 1,
                  .size = size,
                  .workers_at = workers_at,
                  .units_left_at = units_left_at,
                  .states_at = states_at,
                  .sizes_at = sizes_at,
                  .write_at = work->begin,
                  .part_digests_at = part_digests_at,
                  .active = workers};
  if (!init_lock(&s->lock)) {
    hx_memory_unmap(s, size);
    return NULL;
  }
  for (uint32_t g = 0; g < work->groups; g++)
    units_left(s)[g] = work->ops->group_units(work->ctx, g);
  for (uint32_t w = 0; w < workers; w++) {
    hx_sched_worker *worker = hx_sched_worker_at(s, w);
    worker->next_part = w;
    worker->next_unit = (uint64_t)w * s->unit_chunk;
    worker->next_scenario = (uint64_t)w * s->scenario_chunk;
    atomic_init(&worker->task, HX_TASK_NONE);
    atomic_init(&worker->scenario, 0);
    atomic_init(&worker->left, 0);
  }
  return s;
}

void hx_sched_destroy(hx_sched *s) {
  if (s)
    hx_memory_unmap(s, s->size);
}

/* ---- lock and wake-ups --------------------------------------------------------------------- */

/* Who finds that a worker died inside stops the run: what it guarded may be half changed. */
static void lock(hx_sched *s) {
  if (pthread_mutex_lock(&s->lock) == EOWNERDEAD) {
    pthread_mutex_consistent(&s->lock);
    s->stop = true;
    s->coordinator_waiting = false;
    hx_futex_raise(&s->workers_event, true);
    hx_futex_raise(&s->coordinator_event, true);
  }
}

static void unlock(hx_sched *s) {
  pthread_mutex_unlock(&s->lock);
}

static void wake_coordinator(hx_sched *s) {
  if (s->coordinator_waiting) {
    s->coordinator_waiting = false;
    hx_futex_raise(&s->coordinator_event, true);
  }
}

/* Half a ring: the coordinator wakes seldom, and nobody has to wait for it. */
static bool is_worth_emitting(const hx_sched *s) {
  return s->written - s->emitted >= s->window / 2 + s->window % 2;
}

/* ---- what may be taken --------------------------------------------------------------------- */

/* The cursors a worker takes from: shared, or its own. */
typedef struct cursors {
  uint64_t part, unit, scenario;
} cursors;

static cursors cursors_of(hx_sched *s, uint32_t worker) {
  if (s->schedule == HX_SCHEDULE_DYNAMIC)
    return (cursors){s->next_part, s->next_unit, s->next_scenario};
  const hx_sched_worker *own = hx_sched_worker_at(s, worker);
  return (cursors){own->next_part, own->next_unit, own->next_scenario};
}

static bool is_within_horizon(const hx_sched *s, const hx_work *work, hx_task_kind kind,
                              uint64_t index) {
  return !s->failed || is_before(hx_order_of(work, kind, (uint32_t)index), s->horizon);
}

/* Tasks of a kind are ordered, so that one beyond the horizon means all later ones are. */
static bool is_left(const hx_sched *s, const hx_work *work, hx_task_kind kind, uint64_t cursor,
                    uint32_t end) {
  return cursor < end && is_within_horizon(s, work, kind, cursor);
}

static bool may_take(hx_sched *s, const hx_work *work, hx_task_kind kind, uint64_t index) {
  switch (kind) {
  case HX_TASK_PART:
    return is_left(s, work, kind, index, s->parts);
  case HX_TASK_UNIT: {
    if (!is_left(s, work, kind, index, s->units))
      return false;
    uint32_t group = work->ops->unit_group(work->ctx, (uint32_t)index);
    uint32_t first = work->ops->group_first_scenario(work->ctx, group);
    return first < (uint64_t)s->finished + s->window;
  }
  case HX_TASK_SCENARIO: {
    if (!is_left(s, work, kind, index, s->scenarios))
      return false;
    uint32_t group = work->ops->scenario_group(work->ctx, (uint32_t)index);
    return index < (uint64_t)s->emitted + s->window && units_left(s)[group] == 0;
  }
  case HX_TASK_WRITE:
    return index < s->finished && is_left(s, work, kind, index, s->scenarios);
  case HX_TASK_NONE:
    break;
  }
  return false;
}

static bool can_take_any(hx_sched *s, const hx_work *work, uint32_t worker) {
  cursors c = cursors_of(s, worker);
  return may_take(s, work, HX_TASK_PART, c.part) ||
         may_take(s, work, HX_TASK_SCENARIO, c.scenario) ||
         may_take(s, work, HX_TASK_UNIT, c.unit) || may_take(s, work, HX_TASK_WRITE, s->next_write);
}

/* Nothing left that this worker could ever take. */
static bool is_exhausted(hx_sched *s, const hx_work *work, uint32_t worker) {
  cursors c = cursors_of(s, worker);
  return !is_left(s, work, HX_TASK_PART, c.part, s->parts) &&
         !is_left(s, work, HX_TASK_UNIT, c.unit, s->units) &&
         !is_left(s, work, HX_TASK_SCENARIO, c.scenario, s->scenarios) &&
         !is_left(s, work, HX_TASK_WRITE, s->next_write, s->scenarios);
}

/* Wakes sleepers when there is something for them. Dynamic: one, who wakes the next after having
 * taken its own. Static: all when something changed, as only they know what is theirs. */
static void wake_workers(hx_sched *s, const hx_work *work, bool changed) {
  if (s->waiting == 0)
    return;
  if (s->schedule == HX_SCHEDULE_STATIC) {
    if (changed)
      hx_futex_raise(&s->workers_event, true);
  } else if (is_exhausted(s, work, 0)) {
    hx_futex_raise(&s->workers_event, true);
  } else if (can_take_any(s, work, 0)) {
    hx_futex_raise(&s->workers_event, false);
  }
}

/* ---- taking -------------------------------------------------------------------------------- */

/* Consecutive tasks from `first` on that may be taken now, at most `limit`. */
static uint32_t count_takeable(hx_sched *s, const hx_work *work, hx_task_kind kind, uint64_t first,
                               uint32_t limit) {
  uint32_t n = 0;
  while (n < limit && may_take(s, work, kind, first + n))
    n++;
  return n;
}

/* Near the end smaller bites, so that the last ones are shared as well, if there is anybody to share
 * them with. Of tasks that are best done `together` at least half of these: flows that are computed side
 * by side take as long when they are half as many, and fewer are computed one by one. */
static uint32_t bite(const hx_sched *s, uint32_t left, uint32_t chunk, uint32_t together) {
  uint32_t share = s->workers > 1 ? left / (2 * s->workers) : left, least = (together + 1) / 2;
  share = share < least ? least : share;
  return share < 1 ? 1 : share < chunk ? share : chunk;
}

/* Filled buffers, but not a few at a time while there is other work. */
static bool take_write(hx_sched *s, const hx_work *work, uint32_t worker, bool any, hx_task *task) {
  uint32_t enough = s->window / 4 < WRITES_WORTH ? s->window / 4 : WRITES_WORTH;
  if (!any && s->finished - s->next_write < enough && s->finished < s->scenarios)
    return false;
  uint32_t n = count_takeable(s, work, HX_TASK_WRITE, s->next_write, HX_WRITES_AT_ONCE);
  if (n == 0)
    return false;
  *task = (hx_task){HX_TASK_WRITE, s->next_write, n};
  hx_sched_worker_at(s, worker)->write_at = s->write_at;
  for (uint32_t end = s->next_write + n; s->next_write < end; s->next_write++)
    for (int i = 0; i < PVS_TABLES; i++)
      s->write_at.bytes[i] += hx_sched_buffer_size(s, s->next_write)->bytes[i];
  return true;
}

static bool take_dynamic(hx_sched *s, const hx_work *work, hx_task *task) {
  const struct {
    hx_task_kind kind;
    uint32_t *cursor;
    uint32_t limit;
  } choices[] = {{HX_TASK_PART, &s->next_part, 1},
                 {HX_TASK_SCENARIO, &s->next_scenario,
                  bite(s, s->scenarios - s->next_scenario, s->scenario_chunk, 1)},
                 {HX_TASK_UNIT, &s->next_unit,
                  bite(s, s->units - s->next_unit, s->unit_chunk, work->units_at_once)}};
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    uint32_t n = count_takeable(s, work, choices[i].kind, *choices[i].cursor, choices[i].limit);
    if (n > 0) {
      *task = (hx_task){choices[i].kind, *choices[i].cursor, n};
      *choices[i].cursor += n;
      return true;
    }
  }
  return false;
}

static bool take_static(hx_sched *s, const hx_work *work, uint32_t worker, hx_task *task) {
  hx_sched_worker *own = hx_sched_worker_at(s, worker);
  const struct {
    hx_task_kind kind;
    uint64_t *cursor;
    uint32_t chunk;
  } choices[] = {{HX_TASK_PART, &own->next_part, 1},
                 {HX_TASK_SCENARIO, &own->next_scenario, s->scenario_chunk},
                 {HX_TASK_UNIT, &own->next_unit, s->unit_chunk}};
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    uint32_t chunk = choices[i].chunk;
    uint64_t at = *choices[i].cursor;
    uint32_t n = count_takeable(s, work, choices[i].kind, at, chunk - (uint32_t)(at % chunk));
    if (n > 0) {
      *task = (hx_task){choices[i].kind, (uint32_t)at, n};
      uint64_t next = at + n;
      /* Past its chunk, the worker goes on with the next one of its own. */
      *choices[i].cursor = next % chunk ? next : next + (uint64_t)(s->workers - 1) * chunk;
      return true;
    }
  }
  return false;
}

static bool take(hx_sched *s, const hx_work *work, uint32_t worker, hx_task *task) {
  if (take_write(s, work, worker, false, task))
    return true;
  bool taken = s->schedule == HX_SCHEDULE_STATIC ? take_static(s, work, worker, task)
                                                 : take_dynamic(s, work, task);
  return taken || take_write(s, work, worker, true, task);
}

/* True when that may have opened a task to somebody. */
static bool complete(hx_sched *s, const hx_work *work, const hx_task *done) {
  bool opened = false;
  if (done->kind == HX_TASK_UNIT) {
    for (uint32_t i = 0; i < done->count; i++)
      opened |= --units_left(s)[work->ops->unit_group(work->ctx, done->first + i)] == 0;
  } else if (done->kind == HX_TASK_SCENARIO) {
    for (uint32_t i = 0; i < done->count; i++)
      *buffer_state(s, done->first + i) = BUFFER_FILLED;
    while (s->finished < s->scenarios && s->finished < (uint64_t)s->emitted + s->window &&
           *buffer_state(s, s->finished) == BUFFER_FILLED) {
      s->finished++;
      opened = true;
    }
  } else if (done->kind == HX_TASK_WRITE) {
    for (uint32_t i = 0; i < done->count; i++)
      *buffer_state(s, done->first + i) = BUFFER_WRITTEN;
    while (s->written < s->next_write && *buffer_state(s, s->written) == BUFFER_WRITTEN)
      *buffer_state(s, s->written++) = BUFFER_FREE;
    if (is_worth_emitting(s))
      wake_coordinator(s);
  }
  return opened;
}

hx_task hx_sched_next(hx_sched *s, const hx_work *work, uint32_t worker, const hx_task *done) {
  hx_task task = {HX_TASK_NONE, 0, 0};
  lock(s);
  bool opened = complete(s, work, done);
  for (;;) {
    if (s->stop)
      break;
    if (take(s, work, worker, &task))
      break;
    if (is_exhausted(s, work, worker))
      break;
    wake_workers(s, work, opened);
    opened = false;
    if (s->written > s->emitted)
      wake_coordinator(s); /* it may be a buffer that is missing */
    uint32_t ticket = atomic_load(&s->workers_event);
    s->waiting++;
    unlock(s);
    hx_futex_wait(&s->workers_event, ticket, -1);
    lock(s);
    s->waiting--;
  }
  /* Whoever has nothing left but buffers to write may leave when others have taken them. */
  wake_workers(s, work, opened || task.kind == HX_TASK_WRITE);
  if (task.kind == HX_TASK_NONE) {
    atomic_store(&hx_sched_worker_at(s, worker)->left, 1);
    if (--s->active == 0)
      wake_coordinator(s);
  }
  unlock(s);
  return task;
}

void hx_sched_fail(hx_sched *s, hx_order order, const pvs_error *error) {
  lock(s);
  if (!s->failed || is_before(order, s->horizon)) {
    s->failed = true;
    s->horizon = order;
    s->error = *error;
  }
  hx_futex_raise(&s->workers_event, true);
  unlock(s);
}

void hx_sched_stop(hx_sched *s) {
  lock(s);
  s->stop = true;
  hx_futex_raise(&s->workers_event, true);
  unlock(s);
}

hx_sched_view hx_sched_wait(hx_sched *s, const hx_work *work, uint32_t emitted, int timeout_ms) {
  lock(s);
  if (emitted > s->emitted) {
    s->emitted = emitted;
    wake_workers(s, work, true);
  }
  /* A worker may have gone to sleep for want of a buffer while nobody was here to be woken. */
  bool wanted = s->written > s->emitted && (is_worth_emitting(s) || s->waiting > 0);
  if (s->active > 0 && !wanted) {
    uint32_t ticket = atomic_load(&s->coordinator_event);
    s->coordinator_waiting = true;
    unlock(s);
    hx_futex_wait(&s->coordinator_event, ticket, timeout_ms);
    lock(s);
    s->coordinator_waiting = false;
  }
  hx_sched_view view = {s->written, s->active, s->stop};
  unlock(s);
  return view;
}
