/* One configuration: how a study is run on this machine. Plain data, no heap, no hwloc: shared by
 * exec (runs it), measure (stores its text as a key), decide (compares texts) and cli. */
#ifndef HX_MACHINE_CONFIG_H
#define HX_MACHINE_CONFIG_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_executor {
  HX_EXECUTOR_SERIAL,
  HX_EXECUTOR_THREADS,
  HX_EXECUTOR_PROCESSES,
  HX_EXECUTOR_HYBRID,
  HX_EXECUTOR_COUNT
} hx_executor;

typedef enum hx_schedule { HX_SCHEDULE_DYNAMIC, HX_SCHEDULE_STATIC, HX_SCHEDULE_COUNT } hx_schedule;

enum {
  HX_PIN_TEXT = 192,    /* a pin strategy's name, or "list:" and an explicit CPU list */
  HX_CONFIG_TEXT = 256, /* any configuration as text, with its NUL */
  HX_WORKERS_MAX = 4096 /* processes x threads of one configuration */
};

/* Invariants of a valid configuration (hx_config_validate):
 *
 *   serial     1 x 1
 *   threads    1 x n
 *   processes  n x 1
 *   hybrid     P x T, with P * T <= HX_WORKERS_MAX
 *
 * chunk is the number of units a worker takes at once; 0 leaves it to the executor. */
typedef struct hx_config {
  hx_executor executor;
  int processes;
  int threads; /* per process */
  hx_schedule schedule;
  int chunk;
  char pin[HX_PIN_TEXT];
} hx_config;

/* serial, 1 x 1, pin none, dynamic. */
hx_config hx_config_serial(void);
/* processes x threads. */
int hx_config_workers(const hx_config *config);
bool hx_config_equal(const hx_config *a, const hx_config *b);
bool hx_config_validate(const hx_config *config, pvs_error *error);

/* Canonical text: EXECUTOR[:SHAPE]/pin=PIN[/SCHEDULE[:CHUNK]], every part written except what
 * cannot matter (shape and schedule of serial, a chunk of 0):
 *
 *   serial/pin=none
 *   threads:4/pin=compact/dynamic
 *   processes:2/pin=list:0,8/static
 *   hybrid:2x4/pin=numa/dynamic:16
 *
 * Equal configurations have equal text and the reverse. Returns the length, like snprintf. */
size_t hx_config_format(const hx_config *config, char *text, size_t cap);
/* Reads that text; missing parts take their defaults (pin none, dynamic, chunk 0).
 * The pin's name is only checked for form here; hx_pin_find knows which names exist. On failure:
 * false, *config untouched, one sentence with what was found and what was expected in err. */
bool hx_config_parse(const char *text, hx_config *config, pvs_error *error);

/* "serial", "threads", ... ; "dynamic", "static". The reverse gives false for an unknown name. */
const char *hx_executor_name(hx_executor executor);
const char *hx_schedule_name(hx_schedule schedule);
bool hx_executor_parse(const char *name, hx_executor *executor);
bool hx_schedule_parse(const char *name, hx_schedule *schedule);

/* "8" gives 8 with *threads = 0 (a flat count, for whatever executor), "2x4" gives processes 2,
 * threads 4. Both between 1 and HX_WORKERS_MAX, the product too. On failure false and a sentence in
 * err. */
bool hx_shape_parse(const char *text, int *count_or_processes, int *threads, pvs_error *error);

#endif
