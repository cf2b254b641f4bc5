/* A measuring session: everything that a measuring command opens before its first run and closes
 * after its last: topology, store, measuring lock, scratch folder, signals.
 *
 *   hx_measure_session session;
 *   if (hx_measure_session_look(&session, &error) &&
 *       hx_measure_session_open(&session, &request, &error))
 *     ... measure in session.context ...
 *   hx_measure_session_close(&session);
 *
 * One session at a time in a process, since signals belong to the process. */
#ifndef HX_MEASURE_SESSION_H
#define HX_MEASURE_SESSION_H

#include "pvs/pvs.h"

#include "measure/context.h"
#include "measure/environment.h"
#include "measure/life.h"
#include "measure/lock.h"

#include <limits.h>
#include <stdbool.h>

typedef struct hx_measure_session {
  hx_topo *topo;
  hx_environment env;
  char folder[PATH_MAX];  /* results/<machine> */
  char scratch[PATH_MAX]; /* ours, removed at the end; absolute; "": not yet */
  int scratch_fd;         /* locked while it is in use; -1: not open */
  char binary[HX_HASH_TEXT], revision[HX_REVISION_TEXT];
  hx_lock lock;
  bool catches_signals;
  hx_process_runner processes;
  hx_runner runner;
  hx_measure_context context; /* what sweeps and comparisons take */
} hx_measure_session;

typedef struct hx_measure_request {
  const char *results;   /* folder of the store; made when needed */
  const char *self_path; /* this pvtune, which makes the runs */
  const char *command;   /* "tune": whoever waits for the lock is told */
  const char *scratch;   /* where to make the scratch folder; NULL: $TMPDIR, else /tmp */
  const char *stopping;  /* written to a terminal at the first Ctrl-C; NULL: nothing */
  bool lock;
  double lock_wait_s;          /* how long to wait for another measurement to end */
  const hx_listener *listener; /* is told about waiting for the lock; NULL: nobody listens */
} hx_measure_request;

/* Opens only the topology and the machine's identity, which is enough for --dry-run and for reading
 * the store. */
bool hx_measure_session_look(hx_measure_session *session, pvs_error *error);
/* The same, and names the machine's folder in the store, which need not exist. */
bool hx_measure_session_look_at(hx_measure_session *session, const char *results, pvs_error *error);
/* Opens the rest, after _look. Waits for the measuring lock. From this call on, INT, TERM and HUP
 * only set the interrupt flag. `request` need not outlive the call, what it points to must. */
bool hx_measure_session_open(hx_measure_session *session, const hx_measure_request *request,
                             pvs_error *error);
/* Fine in any state after _look was called. */
void hx_measure_session_close(hx_measure_session *session);

/* The signal that interrupted the session opened last; 0: none did. */
int hx_measure_interrupted(void);
/* Runs --cleanup, also after an interruption. The second signal that comes while it runs ends it and its
 * process group; the --cleanup of the other side then ends at once, too. False with a sentence if it was
 * ended or has failed. */
bool hx_measure_clean_up(const hx_run_life *life, pvs_error *error);

#endif
