#include "cli/measure_session.h"

#include "base/fail.h"

#include "machine/topo.h"
#include "measure/outputs.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Ctrl-C ---- */

static volatile sig_atomic_t interrupts;
static struct sigaction old_int, old_term, old_hup;

int hx_measure_interrupts(void) {
  return interrupts;
}

/* The run under way is finished first; who is asked to end (not by Ctrl-C) does so at once. */
static void on_signal(int number) {
  static const char text[] = "\npvtune: finishing this run; press Ctrl-C again to stop it\n";
  int interrupted_errno = errno;
  if (number != SIGINT)
    interrupts = 2;
  else if (interrupts < 2)
    interrupts = interrupts + 1;
  if (interrupts == 1 && isatty(STDERR_FILENO) && write(STDERR_FILENO, text, sizeof text - 1) < 0)
    interrupts = 1; /* nobody to tell */
  errno = interrupted_errno;
}

static void catch_signals(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  interrupts = 0;
  sigaction(SIGINT, &action, &old_int);
  sigaction(SIGTERM, &action, &old_term);
  sigaction(SIGHUP, &action, &old_hup);
}

static void release_signals(void) {
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  sigaction(SIGHUP, &old_hup, NULL);
}

/* ---- progress ---- */

static void on_progress(void *ctx, const hx_run_progress *p) {
  hx_measure_session *session = ctx;
  char config[HX_CONFIG_TEXT] = "serial", detail[HX_CONFIG_TEXT + 96];
  if (p->config)
    hx_config_format(p->config, config, sizeof config);
  if (p->block)
    snprintf(detail, sizeof detail, "round %d, run %zu of %zu: %s", p->block, p->run, p->of_run,
             config);
  else
    snprintf(detail, sizeof detail, "warming up");
  hx_verbose("%s: %s", p->workload, detail);
  if (session->progress)
    hx_progress_update(session->progress, (unsigned long)p->spent_s, detail);
}

static void on_note(void *ctx, const char *text) {
  (void)ctx;
  hx_note("%s", text);
}

static void on_warn(void *ctx, const char *text) {
  (void)ctx;
  hx_warn("%s", text);
}

void hx_measure_progress_start(hx_measure_session *session, const char *what, double budget_s) {
  session->progress =
      hx_progress_start(what, isfinite(budget_s) ? (unsigned long)ceil(budget_s) : 0);
}

void hx_measure_progress_stop(hx_measure_session *session) {
  hx_progress_finish(session->progress);
  session->progress = NULL;
}

/* ---- opening ---- */

bool hx_measure_session_look(hx_measure_session *session, const hx_context *cx) {
  pvs_error error = {0};
  *session = (hx_measure_session){.cx = cx, .lock = {.fd = -1}};
  session->topo = hx_topo_open(&(hx_topo_source){0}, &error);
  if (!session->topo) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return false;
  }
  hx_environment_read(session->topo, &session->env);
  return true;
}

bool hx_measure_session_try_grid(const hx_measure_session *session,
                                 const hx_sweep_options *options) {
  hx_grid grid;
  pvs_error error = {0};
  if (!hx_sweep_grid(session->topo, options, 0, &grid, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return false;
  }
  hx_grid_deinit(&grid);
  return true;
}

static const char scratch_prefix[] = "pvtune-scratch-";

/* Those of our own that a kill left behind: their names say whose they were. */
static void remove_stale_scratch(const char *parent) {
  DIR *folder = opendir(parent);
  if (!folder)
    return;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char path[PATH_MAX];
    struct stat st;
    long pid = 0;
    bool ours = strncmp(entry->d_name, scratch_prefix, sizeof scratch_prefix - 1) == 0;
    if (ours)
      pid = strtol(entry->d_name + sizeof scratch_prefix - 1, NULL, 10);
    int n = snprintf(path, sizeof path, "%s/%s", parent, entry->d_name);
    if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH && n < (int)sizeof path &&
        lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid())
      hx_outputs_remove(path);
  }
  closedir(folder);
}

static bool make_scratch(hx_measure_session *session, const char *asked) {
  const char *tmp = getenv("TMPDIR");
  const char *parent = asked ? asked : tmp && *tmp ? tmp : "/tmp";
  char path[PATH_MAX];
  remove_stale_scratch(parent);
  int n = snprintf(path, sizeof path, "%s/%s%ld-XXXXXX", parent, scratch_prefix, (long)getpid());
  if (n >= (int)sizeof path || !mkdtemp(path)) {
    hx_error("no scratch folder can be made in %s: %s (--scratch names another place)", parent,
             strerror(errno));
    return false;
  }
  strcpy(session->scratch, path);
  return true;
}

static void on_waiting(const char *holder, void *ctx) {
  (void)ctx;
  hx_note("waiting for another measurement to end (%s); --no-lock does not wait", holder);
}

static bool take_lock(hx_measure_session *session, const char *command) {
  pvs_error error = {0};
  char path[PATH_MAX], who[64];
  snprintf(who, sizeof who, "pvtune %s", command);
  hx_lock_path(path, sizeof path);
  if (hx_lock_take(&session->lock, path, who, on_waiting, NULL, &interrupts, &error))
    return true;
  hx_error("%s", HX_FAIL_LINE(&error));
  return false;
}

bool hx_measure_session_open(hx_measure_session *session, const hx_measure_options *options,
                             const char *command) {
  pvs_error error = {0};
  const hx_context *cx = session->cx;
  const hx_identity *identity = &session->env.identity;
  if (!hx_store_folder(cx->results_dir, identity->machine, true, session->folder,
                       sizeof session->folder, &error) ||
      !hx_environment_store(session->folder, session->topo, &session->env, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return false;
  }
  hx_file_hash(cx->self_path, session->binary);
  hx_revision_of(cx->self_path, session->revision);
  catch_signals();
  session->catches_signals = true;
  if (!make_scratch(session, options->scratch) || (options->lock && !take_lock(session, command)))
    return false;
  session->processes = (hx_process_source){.self = cx->self_path,
                                           .topo = session->topo,
                                           .scratch = session->scratch,
                                           .lock_fd = session->lock.fd,
                                           .interrupts = &interrupts};
  session->source = hx_source_processes(&session->processes);
  session->listener =
      (hx_listener){.progress = on_progress, .note = on_note, .warn = on_warn, .ctx = session};
  session->context = (hx_measure_context){.source = &session->source,
                                          .topo = session->topo,
                                          .folder = session->folder,
                                          .machine = identity->machine,
                                          .allocation = identity->allocation,
                                          .environment = session->env.hash,
                                          .boot = session->env.row.boot_id,
                                          .binary = session->binary,
                                          .revision = session->revision,
                                          .interrupts = &interrupts,
                                          .listener = &session->listener};
  return true;
}

void hx_measure_session_close(hx_measure_session *session) {
  hx_measure_progress_stop(session);
  if (session->catches_signals)
    release_signals();
  if (session->scratch[0])
    hx_outputs_remove(session->scratch);
  hx_lock_release(&session->lock);
  hx_topo_close(session->topo);
}

/* ---- sizes of built-ins ---- */

static const double wanted_serial_s = 1.0;
enum { FIRST_SIZE = 12, SIZE_MAX_TRIED = 1 << 20 };

/* The size that the last run of this built-in had here; 0: never measured. */
static long size_measured_before(const hx_measure_session *session, const char *name) {
  pvs_error error = {0};
  hx_store_rows rows;
  long size = 0;
  if (!hx_store_rows_read(session->folder, &hx_runs_schema, &rows, &error))
    return 0;
  const hx_run_row *row = rows.rows;
  for (size_t i = rows.n; i-- > 0 && !size;) {
    hx_workload workload;
    if (!hx_workload_parse(row[i].workload, &workload, &error))
      continue;
    if (workload.kind == HX_WORKLOAD_BUILTIN && strcmp(workload.name, name) == 0)
      size = workload.size;
    hx_workload_deinit(&workload);
  }
  hx_store_rows_deinit(&rows);
  return size;
}

/* Seconds of work of one serial run; negative after saying why there is none. */
static double try_size(hx_measure_session *session, hx_workload *workload, long size) {
  hx_config serial = hx_config_serial();
  hx_measured measured;
  char reason[HX_RUN_REASON];
  double seconds = -1;
  if (!hx_workload_resize(workload, size)) {
    hx_error("out of memory");
    return seconds;
  }
  hx_source_job job = {
      .workload = workload, .config = &serial, .cap_s = INFINITY, .timeout_s = INFINITY};
  hx_source_run(&session->source, &job, &measured);
  if (hx_check_run(&measured, &serial, "", reason, sizeof reason) == HX_RUN_VALID)
    seconds = measured.seconds;
  else
    hx_error("%s: %s", workload->key, reason);
  hx_measured_deinit(&measured);
  return seconds;
}

static bool choose_size(hx_measure_session *session, hx_workload *workload) {
  long size = size_measured_before(session, workload->name);
  if (size)
    return hx_workload_resize(workload, size);
  for (size = FIRST_SIZE; size < SIZE_MAX_TRIED && !interrupts;) {
    double seconds = try_size(session, workload, size);
    if (seconds < 0)
      return false;
    if (seconds >= wanted_serial_s) {
      hx_note("%s: sized so that serial work takes a second on this machine (%.2f s)",
              workload->key, seconds);
      return true;
    }
    /* A little over what the time so far suggests, in round numbers. */
    double next = (double)size * fmin(1.15 * wanted_serial_s / fmax(seconds, 1e-4), 16);
    size = 12 * (long)ceil(fmax(next, (double)size + 1) / 12);
  }
  hx_error("%s cannot be sized: %s", workload->key,
           interrupts ? "interrupted" : "it takes no time");
  return false;
}

bool hx_measure_choose_sizes(hx_measure_session *session, hx_measure_workloads *workloads) {
  for (size_t i = 0; i < workloads->n; i++) {
    hx_workload *workload = &workloads->items[i];
    if (workload->kind == HX_WORKLOAD_BUILTIN && !workload->size && !choose_size(session, workload))
      return false;
  }
  return true;
}
