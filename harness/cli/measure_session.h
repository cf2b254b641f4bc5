/* Everything a measuring command opens before its first run and closes after its last: topology,
 * store, lock, scratch folder, Ctrl-C. */
#ifndef HX_CLI_MEASURE_SESSION_H
#define HX_CLI_MEASURE_SESSION_H

#include "cli/measure_options.h"
#include "cli/message.h"
#include "measure/environment.h"
#include "measure/lock.h"

#include <limits.h>

typedef struct hx_measure_session {
  const hx_context *cx;
  hx_topo *topo;
  hx_environment env;
  char folder[PATH_MAX];  /* results/<machine> */
  char scratch[PATH_MAX]; /* made by us, removed at the end; "": not yet */
  char binary[HX_HASH_TEXT], revision[HX_REVISION_TEXT];
  hx_lock lock;
  bool catches_signals;
  hx_process_source processes;
  hx_source source;
  hx_listener listener;
  hx_progress *progress;
  hx_measure_context context; /* what hx_sweep_run takes */
} hx_measure_session;

/* Only the topology and who the machine is: enough for --dry-run and for reading the store. False
 * after saying why. */
bool hx_measure_session_look(hx_measure_session *session, const hx_context *cx);
/* Can there be such a grid? False after saying what is wrong (usage): before anything is run. */
bool hx_measure_session_try_grid(const hx_measure_session *session,
                                 const hx_sweep_options *options);
/* The rest. Waits for the measuring lock, saying so. False after saying why. */
bool hx_measure_session_open(hx_measure_session *session, const hx_measure_options *options,
                             const char *command);
/* Fine in any state after _look was called. */
void hx_measure_session_close(hx_measure_session *session);

/* How often Ctrl-C was pressed since the session was opened. */
int hx_measure_interrupts(void);

/* Shows progress while `fn` of a sweep runs: seconds of the budget. */
void hx_measure_progress_start(hx_measure_session *session, const char *what, double budget_s);
void hx_measure_progress_stop(hx_measure_session *session);

/* Gives every built-in without a size the one it was measured with on this machine before, else the
 * smallest of a doubling row whose serial work takes a second. False after saying why. */
bool hx_measure_choose_sizes(hx_measure_session *session, hx_measure_workloads *workloads);

#endif
