/* What a measuring command prints while it measures: progress, notes and warnings. */
#ifndef HX_CLI_MEASURE_TELL_H
#define HX_CLI_MEASURE_TELL_H

#include "cli/measure_options.h"
#include "cli/message.h"
#include "measure/session.h"

typedef struct hx_teller {
  hx_listener listener;
  hx_progress *progress;
  const hx_context *cx; /* NULL: nothing is exported */
  const char *folder;
  int round;
} hx_teller;

/* Must not be moved afterwards. */
void hx_teller_init(hx_teller *teller);
/* From this call on, the files of --export-json and its like are written after each round. Both are
 * borrowed; `folder`: results/<machine>. */
void hx_teller_export(hx_teller *teller, const hx_context *cx, const char *folder);
/* From this call until _stop, progress is shown as seconds of the budget (INFINITY: none). `what`: "tuning". */
void hx_teller_start(hx_teller *teller, const char *what, double budget_s);
void hx_teller_stop(hx_teller *teller);

/* Warns if the workload is a command that cannot be told its number of workers. */
void hx_measure_warn_about_placeholders(const hx_workload *workload);

/* What hx_measure_session_open needs from the command line. */
hx_measure_request hx_measure_request_of(const hx_context *cx, const char *command,
                                         const hx_measuring_options *how, const hx_teller *teller);

/* The exit code of a measurement: 128 and the number of the signal if one interrupted it, whatever was
 * found until then; else `status`. */
int hx_measure_exit(int status);

/* ---- what sweep and tune have in common ---- */

typedef struct hx_measuring {
  hx_teller teller;
  hx_measure_session session;
  hx_measure_workloads workloads;
  hx_params params;
  char *describe;
  hx_run_life life;
  hx_goal goal;
  bool looked, set_up;
} hx_measuring;

/* Turns the command line into the sweep's options. Measures and writes nothing. Prints what is
 * wrong and returns an hx_exit. Close the plan in any case, and do not move it. */
int hx_measuring_look(hx_measuring *m, const hx_context *cx, const hx_command *command,
                      const void *storage, const hx_sweeping_options *sweeping,
                      hx_sweep_options *options);
/* With --dry-run prints what would be measured; else opens the session and sizes the workloads. */
int hx_measuring_open(hx_measuring *m, const hx_context *cx, const hx_sweeping_options *sweeping,
                      const hx_sweep_options *options);
/* Runs --cleanup if --setup or any run may have been made. Returns `status`, changed by
 * hx_command_exit_after if the clean-up failed and then by hx_measure_exit. */
int hx_measuring_close(hx_measuring *m, int status);

#endif
