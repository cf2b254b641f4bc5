/* A configuration: how a program is run in parallel on a machine, as one value with one text.
 *
 *   serial
 *   threads:4
 *   threads:4/pin=compact
 *   processes:2/pin=list:0,8/schedule=static
 *   hybrid:2x4/pin=numa/chunk=16
 *   mpi:8x2
 *   threads:4/level=9/env:OMP_PLACES=cores
 *
 * It is given to `run --config` and `compare --config` in this form, stored as such, and printed by
 * `best`. Plain data, no heap, no hwloc. */
#ifndef HX_BASE_CONFIG_H
#define HX_BASE_CONFIG_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_executor {
  HX_EXECUTOR_SERIAL,
  HX_EXECUTOR_THREADS,
  HX_EXECUTOR_PROCESSES,
  HX_EXECUTOR_HYBRID,
  HX_EXECUTOR_MPI, /* processes are ranks, perhaps on several machines */
  HX_EXECUTOR_COUNT
} hx_executor;

typedef enum hx_schedule { HX_SCHEDULE_DYNAMIC, HX_SCHEDULE_STATIC, HX_SCHEDULE_COUNT } hx_schedule;

enum {
  HX_PIN_TEXT = 192,     /* a pin strategy's name, or "list:" and an explicit CPU list */
  HX_PARAM_NAME = 32,    /* a parameter's name */
  HX_PARAM_VALUE = 128,  /* its value */
  HX_PARAMS_TEXT = 256,  /* all parameters of a configuration */
  HX_CONFIG_TEXT = 512,  /* any configuration as text, with its NUL */
  HX_WORKERS_MAX = 4096, /* processes x threads of one configuration */
  HX_CHUNK_MAX = 1000000 /* units of work that a worker takes at once */
};

/* Invariants of a valid configuration (hx_config_validate):
 *
 *   serial     1 x 1
 *   threads    1 x n
 *   processes  n x 1
 *   hybrid     P x T, with P * T <= HX_WORKERS_MAX
 *   mpi        P x T, likewise
 *
 * chunk is the number of units a worker takes at once; 0 leaves it to the executor. */
typedef struct hx_config {
  hx_executor executor;
  int processes;
  int threads; /* per process */
  hx_schedule schedule;
  int chunk;
  char pin[HX_PIN_TEXT];
  char params[HX_PARAMS_TEXT]; /* as in the text, sorted; "": none. See hx_config_param_at */
} hx_config;

/* serial, 1 x 1, pin none, dynamic. */
hx_config hx_config_serial(void);
/* processes x threads. */
int hx_config_workers(const hx_config *config);
bool hx_config_equal(const hx_config *a, const hx_config *b);
bool hx_config_validate(const hx_config *config, pvs_error *error);

/* EXECUTOR[:SHAPE][/pin=PIN][/schedule=SCHEDULE][/chunk=N][/NAME=VALUE][/env:NAME=VALUE], in this
 * order, parameters sorted by name. Parts that have their default (pin none, schedule dynamic,
 * chunk 0) or have no effect (schedule and chunk of serial) are left out. In a value, %, /, spaces
 * and control characters are written as % and two hexadecimal digits. Two configurations are equal
 * exactly if their texts are. Returns the length, like snprintf. */
size_t hx_config_format(const hx_config *config, char *text, size_t cap);
/* Reads that text; its parts may be in any order. Also reads the form that was stored before
 * version 0.2, which has every part, and the schedule without its name:
 * threads:4/pin=none/dynamic:16. The pin's name is only checked for form here; hx_pin_find knows
 * which names exist. On failure: false, *config untouched. */
bool hx_config_parse(const char *text, hx_config *config, pvs_error *error);
/* Whether both stored texts mean the same configuration, whichever version wrote them. Texts that
 * are no configuration are the same only if they are equal. */
bool hx_config_same(const char *a, const char *b);

/* In words: "4 threads pinned compact", "serial with level=9", "2 processes of 4 threads, static
 * schedule"; with `command`, for programs that may use workers as they like, "4 workers". Returns
 * text. */
const char *hx_config_words(const hx_config *config, bool command, char *text, size_t cap);
/* Whether these words are followed by "are": "4 threads", but "1 process of 4 threads". */
bool hx_config_is_plural(const hx_config *config);

/* ---- parameters of a command ---- */

/* NAME=VALUE is put into the command in the place of {NAME}; env:NAME=VALUE is a variable of its
 * environment, whose value may have placeholders itself. */
typedef struct hx_param_value {
  bool environment;
  char name[HX_PARAM_NAME], value[HX_PARAM_VALUE];
} hx_param_value;

/* The index-th one, sorted by text; false beyond the last. */
bool hx_config_param_at(const hx_config *config, size_t index, hx_param_value *out);
/* All of them as they are told to people: "level=9, mode=fast", "" for none. Returns text. */
const char *hx_config_param_words(const hx_config *config, char *text, size_t cap);
/* Finds the parameter, or the variable, of that name. False if there is none. */
bool hx_config_param_find(const hx_config *config, bool environment, const char *name,
                          hx_param_value *out);
/* Adds it, or replaces the one of that name. */
bool hx_config_param_set(hx_config *config, const hx_param_value *param, pvs_error *error);
/* Whether `length` characters are a name: a letter or _, then letters, digits and _, shorter than
 * HX_PARAM_NAME. */
bool hx_param_name_is_valid(const char *name, size_t length);
/* True for the names that mean something in every command or configuration: workers, pin ... */
bool hx_param_name_is_taken(const char *name);
/* Reads NAME=VALUE or env:NAME=VALUE as it stands in a configuration's text. */
bool hx_config_param_read(hx_config *config, const char *text, pvs_error *error);
/* False, with a sentence, when it has parameters: pvtune's own studies have none. */
bool hx_config_param_refuse(const hx_config *config, pvs_error *error);

/* ---- parts ---- */

/* "serial", "threads", ... ; "dynamic", "static". The reverse gives false for an unknown name. */
const char *hx_executor_name(hx_executor executor);
const char *hx_schedule_name(hx_schedule schedule);
bool hx_executor_parse(const char *name, hx_executor *executor);
bool hx_schedule_parse(const char *name, hx_schedule *schedule);

/* "8" gives 8 with *threads = 0 (a flat count, for whatever executor), "2x4" gives processes 2,
 * threads 4. Both between 1 and HX_WORKERS_MAX, the product too. */
bool hx_shape_parse(const char *text, int *count_or_processes, int *threads, pvs_error *error);
/* The same count or shape in `config`, whose executor is set; "2x4" is for hybrid and mpi only. A
 * count is the ranks of mpi, of one thread each. */
bool hx_config_set_shape(hx_config *config, const char *text, pvs_error *error);
/* "4" or "2x4", as hx_config_set_shape takes it. Returns text. */
const char *hx_config_shape(const hx_config *config, char *text, size_t cap);
/* A strategy's name, or a list of CPUs such as 0-3,8 (also with "list:" in front). */
bool hx_config_set_pin(hx_config *config, const char *text, pvs_error *error);

#endif
