#include "measure/session.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- signals ---- */

static volatile sig_atomic_t interrupts, interrupted_by;
static volatile sig_atomic_t cleaning_up, cleanup_interrupts; /* those while --cleanup ran */
static const char *stopping;
static struct sigaction old_int, old_term, old_hup;

int hx_measure_interrupted(void) {
  return interrupted_by;
}

static void tell_terminal(const char *text) {
  if (text && isatty(STDERR_FILENO) && write(STDERR_FILENO, text, strlen(text)) < 0)
    return; /* nobody to tell */
}

/* At the first Ctrl-C the run under way is finished; TERM and HUP end it at once. --cleanup goes on at
 * the first signal that comes while it runs, whichever it is, and ends at the second. */
static void on_signal(int number) {
  static const char again[] = "\nfinishing --cleanup; once more ends it\n";
  int interrupted_errno = errno;
  if (!interrupted_by)
    interrupted_by = number;
  if (number != SIGINT)
    interrupts = 2;
  else if (interrupts < 2)
    interrupts = interrupts + 1;
  if (cleaning_up && cleanup_interrupts < 2)
    cleanup_interrupts = cleanup_interrupts + 1;
  if (cleaning_up ? cleanup_interrupts == 1 : interrupts == 1)
    tell_terminal(cleaning_up ? again : stopping);
  errno = interrupted_errno;
}

bool hx_measure_clean_up(const hx_run_life *life, pvs_error *error) {
  cleaning_up = 1;
  hx_life_end end = hx_run_life_call(life,
                                     &(hx_life_call){.option = "--cleanup",
                                                     .command = life->cleanup,
                                                     .stdout_fd = -1,
                                                     .interrupts = &cleanup_interrupts},
                                     error);
  cleaning_up = 0;
  if (end == HX_LIFE_INTERRUPTED)
    hx_fail(error, PVS_IO, "--cleanup '%s' was ended: a second signal came while it ran",
            life->cleanup);
  return end == HX_LIFE_OK;
}

static void catch_signals(const char *text) {
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  interrupts = interrupted_by = cleanup_interrupts = 0;
  stopping = text;
  sigaction(SIGINT, &action, &old_int);
  sigaction(SIGTERM, &action, &old_term);
  sigaction(SIGHUP, &action, &old_hup);
}

static void release_signals(void) {
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  sigaction(SIGHUP, &old_hup, NULL);
}

/* ---- scratch folder ---- */

static const char scratch_prefix[] = "pvtune-scratch-";

/* Locked, it is in use, also by a process of another machine or container, whose number says nothing
 * here. -1: somebody else has it, or the file system knows no locks. */
static int lock_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  int reason = errno;
  if (fd >= 0)
    close(fd);
  errno = reason;
  return -1;
}

static void remove_if_unlocked(const char *path) {
  int fd = lock_folder(path);
  if (fd < 0)
    return;
  hx_files_remove(path);
  close(fd);
}

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
      remove_if_unlocked(path);
  }
  closedir(folder);
}

/* In the moment before it is locked another process, for which our number says nothing, may take it for
 * left behind: then it is made again. False with errno set. */
static bool make_locked(char path[PATH_MAX], int *lock) {
  char form[PATH_MAX];
  strcpy(form, path);
  for (int attempt = 0; attempt < 100; attempt++) {
    if (!mkdtemp(strcpy(path, form)))
      return false;
    *lock = lock_folder(path);
    if (*lock >= 0 || (errno != EWOULDBLOCK && errno != ENOENT))
      return true;
  }
  return false;
}

static bool make_scratch(hx_measure_session *session, const char *asked, pvs_error *error) {
  const char *tmp = getenv("TMPDIR");
  const char *parent = asked ? asked : tmp && *tmp ? tmp : "/tmp";
  char path[PATH_MAX];
  remove_stale_scratch(parent);
  int n = snprintf(path, sizeof path, "%s/%s%ld-XXXXXX", parent, scratch_prefix, (long)getpid());
  if (n >= (int)sizeof path || !make_locked(path, &session->scratch_fd))
    return hx_fail_errno(error, n >= (int)sizeof path ? ENAMETOOLONG : errno, parent,
                         "no scratch folder can be made there (--scratch names another place)");
  if (realpath(path, session->scratch))
    return true;
  hx_fail_errno(error, errno, path, "the scratch folder cannot be used");
  session->scratch[0] = '\0';
  rmdir(path);
  return false;
}

/* ---- opening and closing ---- */

static void on_waiting(const char *holder, void *ctx) {
  hx_listener_note(ctx, "waiting for another measurement to end (%s); --no-lock does not wait",
                   holder);
}

static bool take_lock(hx_measure_session *session, const hx_measure_request *request,
                      pvs_error *error) {
  char path[PATH_MAX], who[64];
  snprintf(who, sizeof who, "pvtune %s", request->command);
  hx_lock_path(path, sizeof path);
  hx_lock_wait wait = {.patience_s = request->lock_wait_s,
                       .waiting = on_waiting,
                       .ctx = (void *)request->listener,
                       .interrupts = &interrupts};
  return hx_lock_take(&session->lock, path, who, &wait, error);
}

bool hx_measure_session_look(hx_measure_session *session, pvs_error *error) {
  *session = (hx_measure_session){.lock = {.fd = -1}, .scratch_fd = -1};
  session->topo = hx_topo_open(&(hx_topo_origin){0}, error);
  if (session->topo)
    hx_environment_read(session->topo, &session->env);
  return session->topo != NULL;
}

bool hx_measure_session_look_at(hx_measure_session *session, const char *results,
                                pvs_error *error) {
  return hx_measure_session_look(session, error) &&
         hx_store_folder(results, session->env.identity.machine, false, session->folder,
                         sizeof session->folder, error);
}

bool hx_measure_session_open(hx_measure_session *session, const hx_measure_request *request,
                             pvs_error *error) {
  const hx_identity *identity = &session->env.identity;
  if (!hx_store_folder(request->results, identity->machine, true, session->folder,
                       sizeof session->folder, error) ||
      !hx_environment_store(session->folder, session->topo, &session->env, error))
    return false;
  hx_file_hash(request->self_path, session->binary);
  hx_revision_of(request->self_path, session->revision);
  catch_signals(request->stopping);
  session->catches_signals = true;
  if (!make_scratch(session, request->scratch, error) ||
      (request->lock && !take_lock(session, request, error)))
    return false;
  session->processes = (hx_process_runner){.self = request->self_path,
                                           .topo = session->topo,
                                           .scratch = session->scratch,
                                           .interrupts = &interrupts};
  session->runner = hx_runner_processes(&session->processes);
  session->context = (hx_measure_context){.runner = &session->runner,
                                          .topo = session->topo,
                                          .folder = session->folder,
                                          .machine = identity->machine,
                                          .allocation = identity->allocation,
                                          .environment = session->env.hash,
                                          .boot = session->env.row.boot_id,
                                          .kernel = session->env.row.kernel,
                                          .binary = session->binary,
                                          .revision = session->revision,
                                          .interrupts = &interrupts,
                                          .listener = request->listener};
  return true;
}

void hx_measure_session_close(hx_measure_session *session) {
  if (session->catches_signals)
    release_signals();
  if (session->scratch[0])
    hx_files_remove(session->scratch);
  if (session->scratch_fd >= 0)
    close(session->scratch_fd);
  hx_lock_release(&session->lock);
  hx_topo_close(session->topo);
}
