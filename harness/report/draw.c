#include "report/draw.h"

#include "base/fail.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the folder ---- */

static bool is_plots_folder(const char *folder) {
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/common.gp", folder);
  return access(path, R_OK) == 0;
}

bool hx_plots_folder(const char *self_path, char folder[PATH_MAX], pvs_error *error) {
  /* build/pvtune, build/asan/pvtune, PREFIX/bin/pvtune */
  static const char *const beside[] = {"../plots", "../../plots", "../share/pvtune/plots"};
  const char *asked = getenv("PVTUNE_PLOTS");
  if (asked && asked[0]) {
    if (snprintf(folder, PATH_MAX, "%s", asked) < PATH_MAX && is_plots_folder(folder))
      return true;
    return hx_fail(error, PVS_IO, "PVTUNE_PLOTS is %s, which has no common.gp", asked);
  }
  const char *slash = strrchr(self_path, '/');
  for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++)
    if (snprintf(folder, PATH_MAX, "%.*s/%s", (int)(slash - self_path), self_path, beside[i]) <
            PATH_MAX &&
        is_plots_folder(folder))
      return true;
  return hx_fail(
      error, PVS_IO,
      "the plots folder was found neither at ../plots, ../../plots nor ../share/pvtune/plots "
      "from %s: set PVTUNE_PLOTS to it",
      self_path);
}

/* ---- gnuplot ---- */

enum { BAD_INPUT = 3 }; /* a script's exit status when the input lacks a column; it says which */

/* gnuplot's descriptors, and how it is told of them: it opens them anew, at their beginning. */
enum { INPUT_FD = 3, PICTURE_FD = 4 };
#define INPUT_NAME   "/dev/fd/3"
#define PICTURE_NAME "/dev/fd/4"

/* What a process said to `fd`, in one line. */
static void read_words(int fd, char *words, size_t cap) {
  ssize_t n = pread(fd, words, cap - 1, 0);
  words[n > 0 ? n : 0] = '\0';
  for (char *c = words; *c; c++)
    if (*c == '\n' || *c == '\t')
      *c = ' ';
  for (size_t i = strlen(words); i > 0 && words[i - 1] == ' '; i--)
    words[i - 1] = '\0';
}

/* The environment without what changes a picture: gnuplot complains about every locale that is not
 * UTF-8, as cron's and most containers' are. For free(); NULL when memory runs out. */
static char **environment(void) {
  static const char *const ours[] = {"LC_", "LANG", "GNUTERM=", "GNUPLOT_"};
  size_t n = 0, kept = 0;
  while (environ && environ[n])
    n++;
  char **all = calloc(n + 2, sizeof *all);
  for (size_t i = 0; all && i < n; i++) {
    bool skip = false;
    for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
      skip = skip || strncmp(environ[i], ours[k], strlen(ours[k])) == 0;
    if (!skip)
      all[kept++] = environ[i];
  }
  if (all)
    all[kept] = "LC_ALL=C.UTF-8";
  return all;
}

typedef struct streams {
  int input, picture, said;
} streams;

static volatile sig_atomic_t drawing; /* the process group of gnuplot; 0: none */

/* Whoever ends us ends gnuplot, with all that it has started. */
static void on_signal(int number) {
  if (drawing)
    kill(-(pid_t)drawing, SIGKILL);
  signal(number, SIG_DFL);
  raise(number);
}

/* Starts it in a process group of its own; no signal comes before that is known. */
static int spawn(char *const argv[], const posix_spawn_file_actions_t *actions, char **env,
                 pid_t *pid) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  posix_spawnattr_t attributes;
  sigset_t all, before;
  int failed = posix_spawnattr_init(&attributes);
  if (failed)
    return failed;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &before);
  failed = posix_spawnp(pid, argv[0], actions, &attributes, argv, env);
  drawing = failed ? 0 : *pid;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (signal(numbers[i], on_signal) == SIG_IGN)
      signal(numbers[i], SIG_IGN);
  sigprocmask(SIG_SETMASK, &before, NULL);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

/* 0, an errno when it could not be started, -BAD_INPUT, or -1. */
static int spawn_and_wait(char *const argv[], const streams *s) {
  posix_spawn_file_actions_t actions;
  pid_t pid;
  int status = 0;
  char **env = environment();
  if (!env || posix_spawn_file_actions_init(&actions) != 0) {
    free(env);
    return ENOMEM;
  }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, s->said, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, s->said, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, s->input, INPUT_FD);
  posix_spawn_file_actions_adddup2(&actions, s->picture, PICTURE_FD);
  int failed = spawn(argv, &actions, env, &pid);
  posix_spawn_file_actions_destroy(&actions);
  free(env);
  if (failed)
    return failed;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  drawing = 0;
  return !WIFEXITED(status)                 ? -1
         : WEXITSTATUS(status) == BAD_INPUT ? -BAD_INPUT
         : WEXITSTATUS(status) == 0         ? 0
                                            : -1;
}

/* The file's own name, without what XML and gnuplot could misread. */
static void write_about(const char *path, char *about, size_t cap) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  snprintf(about, cap, "%s", slash ? slash + 1 : path ? path : "");
  for (char *c = about; *c; c++)
    if (*c < 0x20 || *c > 0x7e || strchr("<>&\"'`$\\", *c))
      *c = '_';
}

/* `input` is open; `name` is what to call it in errors, NULL: a table of ours. */
static hx_drawn draw(const char *folder, hx_plot plot, const streams *s, const char *name,
                     hx_picture form, const char *option, pvs_error *error) {
  static const char *const styles[] = {"", "png", "inline"};
  char script[PATH_MAX + 64], words[400], about[100];
  snprintf(script, sizeof script, "%s/%s", folder, hx_plot_get(plot)->script);
  write_about(name, about, sizeof about);
  /* -d: not with the settings of somebody's ~/.gnuplot */
  char *argv[] = {"gnuplot",
                  "-d",
                  "-c",
                  script,
                  INPUT_NAME,
                  PICTURE_NAME,
                  (char *)(uintptr_t)styles[form],
                  (char *)(uintptr_t)(option ? option : ""),
                  about,
                  NULL};
  int failed = spawn_and_wait(argv, s);
  read_words(s->said, words, sizeof words);
  if (failed == 0 && !words[0])
    return HX_DRAWN;
  if (failed == -BAD_INPUT && name) {
    hx_fail_at(error, PVS_MISSING_COLUMN, name, 0, NULL, "%s", words);
    return HX_DRAWN_BAD_INPUT;
  }
  if (failed > 0) {
    if (failed == ENOENT)
      hx_fail(error, PVS_NOT_FOUND, "gnuplot is not installed (Debian: gnuplot-nox)");
    else
      hx_fail_errno(error, failed, NULL, "gnuplot cannot be started");
    return HX_DRAWN_NO_GNUPLOT;
  }
  hx_fail(error, PVS_IO, "gnuplot on %s: %s", hx_plot_get(plot)->script,
          words[0] ? words : "failed without a word");
  return HX_DRAWN_FAILED;
}

/* gnuplot says nothing when it could not write all of a picture. */
static bool is_whole(const hx_text *picture, hx_picture form) {
  const char *end = form == HX_PICTURE_PNG ? "IEND\xae\x42\x60\x82" : "</svg>";
  size_t length = strlen(end), size = picture->length;
  while (size > 0 && picture->at[size - 1] == '\n')
    size--;
  return size > length && memcmp(picture->at + size - length, end, length) == 0;
}

/* Above all descriptors that gnuplot is given, so that none is in another's way. -1 with errno. */
static int out_of_the_way(int fd) {
  int moved = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, PICTURE_FD + 1);
  int reason = errno;
  if (fd >= 0)
    close(fd);
  errno = reason;
  return moved;
}

/* Takes `input` over. */
static hx_drawn draw_fd(const char *folder, hx_plot plot, int input, const char *name,
                        hx_picture form, const char *option, hx_text *picture, pvs_error *error) {
  streams s = {out_of_the_way(input), out_of_the_way(memfd_create("picture", MFD_CLOEXEC)),
               out_of_the_way(memfd_create("said", MFD_CLOEXEC))};
  hx_drawn drawn = HX_DRAWN_FAILED;
  if (s.input < 0 || s.picture < 0 || s.said < 0)
    hx_fail_errno(error, errno, NULL, "gnuplot cannot be started");
  else
    drawn = draw(folder, plot, &s, name, form, option, error);
  if (drawn == HX_DRAWN && !hx_files_read_fd(s.picture, "the picture", picture, error))
    drawn = HX_DRAWN_FAILED;
  if (drawn == HX_DRAWN && !is_whole(picture, form)) {
    hx_fail(error, PVS_IO, "gnuplot wrote only the beginning of the picture (ulimit -f, memory?)");
    drawn = HX_DRAWN_FAILED;
  }
  const int all[] = {s.input, s.picture, s.said};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i] >= 0)
      close(all[i]);
  return drawn;
}

hx_drawn hx_plot_draw_file(const char *folder, hx_plot plot, const char *input, hx_picture form,
                           const char *option, hx_text *picture, pvs_error *error) {
  int fd = hx_files_open(input, O_RDONLY, "a CSV file", error);
  if (fd < 0)
    return HX_DRAWN_BAD_INPUT;
  if (!hx_plot_check_file(plot, input, error)) {
    close(fd);
    return HX_DRAWN_BAD_INPUT;
  }
  return draw_fd(folder, plot, fd, input, form, option, picture, error);
}

hx_drawn hx_plot_draw_table(const char *folder, hx_plot plot, const char *table, hx_picture form,
                            hx_text *picture, pvs_error *error) {
  int fd = memfd_create("table", MFD_CLOEXEC);
  if (fd < 0 || !hx_files_write_fd(fd, table, strlen(table))) {
    hx_fail_errno(error, errno, NULL, "the table of the plot cannot be handed to gnuplot");
    if (fd >= 0)
      close(fd);
    return HX_DRAWN_FAILED;
  }
  return draw_fd(folder, plot, fd, NULL, form, NULL, picture, error);
}
