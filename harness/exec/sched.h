/* The scheduler: which worker does which task when. One struct without pointers that may lie in
 * memory shared by threads or processes; it knows numbers, not the work itself.
 *
 * A worker picks, in this order: a part; buffers to write, if enough are filled without a gap; the next
 * scenarios whose group is complete and whose buffers are free (finishing first keeps the window moving
 * and the results in cache); the next unit inside the window; any buffers to write; else it waits.
 * Dynamic: all share one cursor per kind. Static: part, unit and scenario i belong to worker
 * (i / chunk) % workers; buffers are written by whoever comes first. In both everybody takes tasks in
 * ascending order, and that is why none can be stuck: the lowest open task never waits for a higher
 * one.
 *
 * Errors: every task has a place in the order of a serial run. A failed task is a horizon: tasks
 * before it are still done, tasks behind it are not begun. So the error that remains is the one a
 * serial run meets, whatever the number of workers. */
#ifndef HX_EXEC_SCHED_H
#define HX_EXEC_SCHED_H

#include "exec/exec.h"
#include "exec/futex.h"

#include <pthread.h>

typedef enum hx_task_kind {
  HX_TASK_NONE,
  HX_TASK_PART,
  HX_TASK_UNIT,
  HX_TASK_SCENARIO,
  HX_TASK_WRITE /* of scenarios' buffers */
} hx_task_kind;

/* The most buffers that one task writes. */
enum { HX_WRITES_AT_ONCE = 64 };

/* `count` consecutive tasks of one kind. */
typedef struct hx_task {
  hx_task_kind kind;
  uint32_t first, count;
} hx_task;

/* A task's place in the order of a serial run. */
typedef struct hx_order {
  uint64_t major; /* 4 x (group's first) scenario + stage; 0 for parts */
  uint32_t minor;
} hx_order;

hx_order hx_order_of(const hx_work *work, hx_task_kind kind, uint32_t index);
hx_order hx_order_of_emit(uint32_t scenario);

/* One worker, on cache lines of its own. */
typedef struct hx_sched_worker {
  _Alignas(64) hx_exec_worker report;
  uint64_t next_part, next_unit, next_scenario; /* static schedule */
  pvs_extent write_at;                          /* with a task WRITE: its place */
  /* What it is on, written before it begins: read by the coordinator when the worker has died. */
  _Atomic uint32_t task;     /* hx_task_kind */
  _Atomic uint32_t scenario; /* of a unit: its group's first */
  _Atomic uint32_t left;     /* 1: it has done all it will do */
} hx_sched_worker;

typedef struct hx_sched {
  pthread_mutex_t lock; /* robust, shared between processes: guards all of the following */
  /* constant */
  uint32_t parts, units, groups, scenarios, window;
  uint32_t workers;
  hx_schedule schedule;
  uint32_t unit_chunk, scenario_chunk;
  size_t size; /* bytes of the mapping */
  /* offsets from the struct */
  size_t workers_at, units_left_at, states_at, sizes_at, part_digests_at;
  /* cursors of the dynamic schedule */
  uint32_t next_part, next_unit, next_scenario;
  uint32_t next_write;
  pvs_extent write_at; /* the place of next_write */
  uint32_t finished;   /* scenarios without a gap from 0 */
  uint32_t written;    /* likewise; emitted <= written <= next_write <= finished */
  uint32_t emitted;
  uint32_t active;  /* workers that have not left */
  uint32_t waiting; /* workers that may be asleep */
  bool coordinator_waiting;
  bool stop; /* nobody begins anything any more */
  bool failed;
  hx_order horizon; /* with failed: of the error below */
  pvs_error error;
  hx_futex workers_event, coordinator_event;
} hx_sched;

/* Maps and fills a scheduler; shared: between processes that fork later. NULL when out of memory.
 */
hx_sched *hx_sched_create(const hx_work *work, const hx_config *config, uint32_t workers,
                          bool shared);
void hx_sched_destroy(hx_sched *s); /* unmaps, in the calling process; NULL is fine */

hx_sched_worker *hx_sched_worker_at(hx_sched *s, uint32_t worker);
uint64_t *hx_sched_part_digests(hx_sched *s);
/* Where the worker that filled a scenario's buffer leaves its size, before it reports that. */
pvs_extent *hx_sched_buffer_size(hx_sched *s, uint32_t scenario);

/* Called by a worker in a loop: reports what it did (*done: kind NONE at first, count cut down to
 * what succeeded) and takes the next task, sleeping while there is none to take. Kind NONE: the
 * worker has left, and must not call again. */
hx_task hx_sched_next(hx_sched *s, const hx_work *work, uint32_t worker, const hx_task *done);

/* Records an error at that place; the one that is first in order stays. */
void hx_sched_fail(hx_sched *s, hx_order order, const pvs_error *error);
/* Nobody begins anything any more. */
void hx_sched_stop(hx_sched *s);

/* The coordinator's side. */
typedef struct hx_sched_view {
  uint32_t written, active;
  bool stop;
} hx_sched_view;
/* Tells that scenarios below `emitted` are out, then sleeps until enough is there to emit, a worker
 * needs a buffer, the last worker left, or timeout_ms. */
hx_sched_view hx_sched_wait(hx_sched *s, const hx_work *work, uint32_t emitted, int timeout_ms);

#endif
