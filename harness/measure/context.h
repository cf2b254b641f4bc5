/* Everything that a sweep or a comparison needs to measure: the runner, the machine and its folder
 * in the store, the interrupt flag, and a listener for progress and messages. */
#ifndef HX_MEASURE_CONTEXT_H
#define HX_MEASURE_CONTEXT_H

#include "machine/topo.h"
#include "measure/runner.h"
#include "measure/store.h"

#include <signal.h>
#include <stddef.h>

/* About to be run. `config` NULL: a warm-up. */
typedef struct hx_run_progress {
  const char *workload;
  const hx_config *config;
  const char *why;    /* what a search is doing with it; NULL: it is one of a round */
  int block;          /* round, from 1; 0: warm-up */
  size_t run, of_run; /* in this block, from 1 */
  double spent_s, budget_s;
} hx_run_progress;

typedef enum hx_saying {
  HX_SAY_NOTE, /* for the user; not an error */
  HX_SAY_WARNING,
  HX_SAY_DETAIL /* shown with -v only */
} hx_saying;

/* Each function may be NULL. */
typedef struct hx_listener {
  void (*progress)(void *ctx, const hx_run_progress *progress);
  void (*say)(void *ctx, hx_saying kind, const char *text);
  void *ctx;
} hx_listener;

/* The format is printf's. The listener may be NULL, and so may its functions. */
void hx_listener_say(const hx_listener *listener, hx_saying kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define hx_listener_note(listener, ...)   hx_listener_say(listener, HX_SAY_NOTE, __VA_ARGS__)
#define hx_listener_warn(listener, ...)   hx_listener_say(listener, HX_SAY_WARNING, __VA_ARGS__)
#define hx_listener_detail(listener, ...) hx_listener_say(listener, HX_SAY_DETAIL, __VA_ARGS__)
/* Warns of `n` processes that a run left behind; n 0: says nothing. `side`: "A", "B" or NULL. */
void hx_listener_left_behind(const hx_listener *listener, const char *workload, const char *side,
                             int n);
void hx_listener_progress(const hx_listener *listener, const hx_run_progress *progress);

/* All borrowed. */
typedef struct hx_measure_context {
  const hx_runner *runner; /* makes the runs; NULL where each side of a comparison has its own */
  const hx_topo *topo;
  const char *folder; /* results/<machine>, exists */
  const char *machine, *allocation, *environment, *boot, *kernel, *binary, *revision;
  const volatile sig_atomic_t *interrupts; /* NULL: nobody does */
  const hx_listener *listener;             /* NULL: nobody listens */
} hx_measure_context;

/* Begins the row of a run: a key of its own, the command, its key, machine and program. All borrowed. */
void hx_measure_context_begin_row(const hx_measure_context *context, const char *command,
                                  const char *sweep, char key[HX_UUID_TEXT], hx_run_row *row);

#endif
