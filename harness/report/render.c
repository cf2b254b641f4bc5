#include "report/render.h"

#include "base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
    hx_fail(error, PVS_IO, "PVTUNE_PLOTS is %s, which has no common.gp", asked);
    return false;
  }
  const char *slash = strrchr(self_path, '/');
  for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++)
    if (snprintf(folder, PATH_MAX, "%.*s/%s", (int)(slash - self_path), self_path, beside[i]) <
            PATH_MAX &&
        is_plots_folder(folder))
      return true;
  hx_fail(error, PVS_IO,
          "the plots folder was found neither at ../plots, ../../plots nor ../share/pvtune/plots "
          "from %s: set PVTUNE_PLOTS to it",
          self_path);
  return false;
}

char *hx_file_read(const char *path, size_t *size, pvs_error *error) {
  FILE *in = fopen(path, "rb");
  char *text = NULL;
  size_t length = 0;
  FILE *out = in ? open_memstream(&text, &length) : NULL;
  char part[65536];
  bool ok = out != NULL;
  for (size_t n; ok && (n = fread(part, 1, sizeof part, in)) > 0;)
    ok = fwrite(part, 1, n, out) == n;
  ok = ok && !ferror(in);
  if (out)
    ok = fclose(out) == 0 && ok;
  if (!ok) {
    hx_fail(error, PVS_IO, "%s: %s", path, strerror(errno));
    free(text);
    text = NULL;
  }
  if (in)
    fclose(in);
  if (size)
    *size = length;
  return text;
}

/* ---- gnuplot ---- */

enum { BAD_INPUT = 3 }; /* a script's exit status when the input lacks a column; it says which */

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

/* 0, an errno when it could not be started, -BAD_INPUT, or -1. */
static int spawn_and_wait(char *const argv[], int said) {
  posix_spawn_file_actions_t actions;
  pid_t pid;
  int status = 0;
  if (posix_spawn_file_actions_init(&actions) != 0)
    return ENOMEM;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, said, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
  int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed)
    return failed;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  return !WIFEXITED(status)                 ? -1
         : WEXITSTATUS(status) == BAD_INPUT ? -BAD_INPUT
         : WEXITSTATUS(status) == 0         ? 0
                                            : -1;
}

hx_drawn hx_plot_draw(const char *folder, hx_plot plot, const char *input, const char *output,
                      bool inline_style, const char *option, pvs_error *error) {
  char script[PATH_MAX + 64], words[400];
  snprintf(script, sizeof script, "%s/%s", folder, hx_plot_get(plot)->script);
  int said = memfd_create("gnuplot", MFD_CLOEXEC);
  if (said < 0) {
    hx_fail(error, PVS_IO, "gnuplot cannot be started: %s", strerror(errno));
    return HX_DRAWN_FAILED;
  }
  /* -d: not with the settings of somebody's ~/.gnuplot */
  char *argv[] = {"gnuplot",
                  "-d",
                  "-c",
                  script,
                  (char *)(uintptr_t)input,
                  (char *)(uintptr_t)output,
                  inline_style ? "inline" : "",
                  (char *)(uintptr_t)(option ? option : ""),
                  NULL};
  int failed = spawn_and_wait(argv, said);
  read_words(said, words, sizeof words);
  close(said);
  if (failed == 0 && !words[0])
    return HX_DRAWN;
  if (failed == ENOENT)
    hx_fail(error, PVS_IO, "gnuplot is not installed (Debian: gnuplot-nox)");
  else if (failed > 0)
    hx_fail(error, PVS_IO, "gnuplot cannot be started: %s", strerror(failed));
  else if (failed == -BAD_INPUT)
    hx_fail(error, PVS_IO, "%s", words);
  else
    hx_fail(error, PVS_IO, "gnuplot on %s: %s", hx_plot_get(plot)->script,
            words[0] ? words : "failed without a word");
  return failed == -BAD_INPUT ? HX_DRAWN_BAD_INPUT : HX_DRAWN_FAILED;
}
