/* Executors: how work is spread over workers. An executor knows nothing of the model; it
 * sees parts, units and scenarios behind hx_work_ops (study_work.h puts libpvs there, the tests a
 * fake). Serial, threads, processes and hybrid give the same bytes in the same order.
 *
 *   hx_exec_report report;
 *   hx_exec_result result;
 *   if (hx_exec_find(config.executor)->run(&work, &options, &report, &result)) ...
 *   hx_exec_report_deinit(&report);
 *
 * To add one: exec_<name>.c with a const hx_exec_ops, a line in exec_list.c. */
#ifndef HX_EXEC_EXEC_H
#define HX_EXEC_EXEC_H

#include "base/config.h"
#include "machine/bind.h"
#include "machine/pin.h"
#include "pvs/pvs.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What there is to do. Four kinds of tasks, each to be done exactly once:
 *   part      independent of everything else
 *   unit      independent of each other; belongs to one group
 *   scenario  once all units of its group are done; fills one buffer
 *   write     buffers of consecutive scenarios, once those before are filled too, whose sizes tell the
 *             place of these
 * and, in the caller's thread and in the order of scenarios, emit takes the written buffers away.
 * All calls but emit may come from any worker, in its own process, several at a time. Everything
 * that has to survive the worker lies in `results` and `buffer`. */
typedef struct hx_work_ops {
  /* A worker's own state, made in the worker after it was bound. */
  pvs_code (*worker_open)(void *ctx, void **worker, pvs_error *error);
  void (*worker_stats)(void *ctx, const void *worker, pvs_work_stats *stats);
  void (*worker_close)(void *ctx, void *worker); /* NULL worker is fine */
  pvs_code (*run_part)(void *ctx, void *worker, uint32_t part, uint64_t *digest, pvs_error *error);
  /* Units first … first + *count - 1. On failure *count is set to how many before the one that
   * failed are done. */
  pvs_code (*run_units)(void *ctx, void *worker, uint32_t first, uint32_t *count, void *results,
                        pvs_error *error);
  pvs_code (*finish)(void *ctx, void *worker, uint32_t scenario, const void *results, void *buffer,
                     pvs_error *error);
  /* Adds the bytes of a filled buffer to a size. */
  void (*measure)(void *ctx, const void *buffer, pvs_extent *size);
  /* The buffers of count consecutive scenarios, from the place `at` on. */
  pvs_code (*write)(void *ctx, void *worker, const void *const *buffers, uint32_t count,
                    const pvs_extent *at, pvs_error *error);
  pvs_code (*emit)(void *ctx, uint32_t scenario, const void *buffer, pvs_error *error);
  /* Units of a group are consecutive, groups in order of their first scenario, units in order of
   * groups. */
  uint32_t (*scenario_group)(void *ctx, uint32_t scenario);
  uint32_t (*unit_group)(void *ctx, uint32_t unit);
  uint32_t (*group_units)(void *ctx, uint32_t group);
  uint32_t (*group_first_scenario)(void *ctx, uint32_t group);
  /* For messages: what the user calls this scenario. Returns buffer. */
  const char *(*label)(void *ctx, uint32_t scenario, char *buffer, size_t size);
} hx_work_ops;

typedef struct hx_work {
  const hx_work_ops *ops;
  void *ctx;
  uint32_t parts, units, groups, scenarios;
  uint32_t units_at_once; /* how many consecutive units are best done together; at least 1 */
  uint32_t window; /* a unit may start while its group's first scenario < finished without a gap +
                      window; as many buffers there are. At least 1 */
  size_t results_bytes;   /* handed zeroed and 64-byte aligned to run_units and finish */
  size_t buffer_bytes;    /* of one buffer, 64-byte aligned */
  void *kept_buffers;     /* the caller's memory for all of them, from one run of threads to the
                             next (hx_memory_map of hx_memory_buffers_bytes); NULL: of this run */
  pvs_extent begin;       /* the place of the first scenario */
  uint64_t *part_digests; /* room for `parts`, filled when the run succeeded */
} hx_work;

/* Faults that tests inject, to see that they are noticed; see fault.h. */
struct hx_fault;

typedef struct hx_exec_options {
  hx_config config; /* valid; the executor itself is chosen by the caller */
  /* One per worker, those of process 0 first; NULL: none is bound. Serial binds the calling thread
   * to place 0. */
  const hx_place *places;
  /* Not 0: give up as soon as possible. Set by a signal handler, or by another thread with
   * __atomic_store_n. May be NULL. */
  const volatile sig_atomic_t *cancel;
  /* Called by the calling thread, about 20 times a second and at the end. May be NULL. */
  void (*progress)(void *ctx, uint32_t scenarios_done, uint32_t scenarios);
  void *progress_ctx;
  const struct hx_fault *fault; /* NULL: none */
} hx_exec_options;

static inline bool hx_exec_cancelled(const hx_exec_options *options) {
  return options->cancel && __atomic_load_n(options->cancel, __ATOMIC_RELAXED);
}

/* What one worker was and did. Plain data: lies in shared memory while it works. */
typedef struct hx_exec_worker {
  hx_place place;
  hx_bind_proof at_start, at_end; /* right after binding; when its work was done */
  bool held;                      /* both proofs hold */
  pid_t pid;                      /* of its process */
  uint64_t parts, units, scenarios;
  uint64_t busy_ns;   /* inside tasks */
  uint64_t append_ns; /* of that, inside write */
  pvs_work_stats stats;
} hx_exec_worker;

typedef struct hx_exec_report {
  hx_exec_worker *workers; /* workers_asked of them */
  uint32_t workers_asked;
  uint32_t workers_seen;   /* that did at least one unit or scenario */
  int bindings_held;       /* 1 all, 0 not all, -1 none was to be bound */
  uint32_t scenarios;      /* emitted */
  uint64_t run_ns;         /* workers started to workers gone */
  uint64_t append_ns;      /* of the workers, inside write: putting rows into the tables */
  uint64_t coordinator_ns; /* of the coordinator, inside emit: counting them */
  pvs_work_stats total;    /* over the workers */
} hx_exec_report;

typedef enum hx_exec_status {
  HX_EXEC_OK,
  HX_EXEC_FAILED,    /* the work itself: of several errors the one a serial run would have met */
  HX_EXEC_DIED,      /* a worker process ended early; the error names it and what it was doing */
  HX_EXEC_SYSTEM,    /* no memory, no thread, no process */
  HX_EXEC_CANCELLED, /* *cancel was set */
} hx_exec_status;

typedef struct hx_exec_result {
  hx_exec_status status;
  pvs_error error; /* filled but for OK and CANCELLED */
  bool abandoned;  /* threads are stuck inside tasks (only after a cancel): the work must not
                      be freed, the process should exit */
} hx_exec_result;

typedef struct hx_exec_ops {
  const char *name;
  hx_executor executor;
  /* No other thread may be alive when that of processes and hybrid is called, since they fork.
   * Blocks until all is emitted or has failed; no worker is left afterwards (but see abandoned).
   * The report is filled as far as things went and always to be deinit'ed. True when
   * result->status is HX_EXEC_OK. */
  bool (*run)(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
              hx_exec_result *result);
} hx_exec_ops;

const hx_exec_ops *hx_exec_find(hx_executor executor);

extern const hx_exec_ops hx_exec_serial, hx_exec_threads, hx_exec_processes, hx_exec_hybrid;

/* Fills what follows from the workers: those seen, bindings, sums. */
void hx_exec_report_sum(hx_exec_report *report);
void hx_exec_report_deinit(hx_exec_report *report);

#endif
