#include "measure/tool.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"

#include "measure/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *last_line(const char *text) {
  const char *newline = strrchr(text, '\n');
  return newline ? newline + 1 : text;
}

/* What became of it, as a sentence, unless all is well. */
static bool ended_well(const char *name, const hx_process_result *result, const char *more,
                       pvs_error *error) {
  const char *said = last_line(result->message);
  switch (result->end) {
  case HX_PROCESS_EXITED:
    if (result->exit_code == 0)
      return true;
    return hx_fail(error, PVS_IO, "%s failed (exit code %d)%s%s%s", name, result->exit_code,
                   said[0] ? ": " : "", said, more);
  case HX_PROCESS_NOT_STARTED:
    return hx_fail(error, PVS_IO, "%s%s", result->message, more);
  case HX_PROCESS_INTERRUPTED:
    return hx_fail(error, PVS_IO, "%s was interrupted%s", name, more);
  default:
    return hx_fail(error, PVS_IO, "%s ended by signal %d%s%s%s", name, result->signal,
                   said[0] ? ": " : "", said, more);
  }
}

static hx_process_spec spec_of(char *const argv[], const char *folder, int stdout_fd) {
  return (hx_process_spec){.argv = argv,
                           .folder = folder,
                           .stdout_fd = stdout_fd,
                           .cap_s = INFINITY,
                           .timeout_s = INFINITY};
}

char *hx_tool_read(char *const argv[], const char *folder, pvs_error *error) {
  int fd = memfd_create("pvtune-tool", MFD_CLOEXEC);
  if (fd < 0) {
    hx_fail(error, PVS_IO, "%s cannot be run: %s", argv[0], strerror(errno));
    return NULL;
  }
  hx_process_spec spec = spec_of(argv, folder, fd);
  hx_process_result result;
  hx_text said = {0};
  hx_process_run(&spec, &result);
  bool ok = ended_well(argv[0], &result, "", error) && hx_files_read_fd(fd, argv[0], &said, error);
  hx_process_result_deinit(&result);
  close(fd);
  if (!ok) {
    hx_text_deinit(&said);
    return NULL;
  }
  if (said.length > 0 && said.at[said.length - 1] == '\n')
    said.at[said.length - 1] = '\0';
  return hx_text_take(&said);
}

/* A full disk has no room for the log that would say so. */
static const char *if_full(int log, const char *path, char *text, size_t cap) {
  struct statvfs disk;
  bool full =
      fstatvfs(log, &disk) == 0 && disk.f_blocks > 0 && disk.f_bavail * disk.f_frsize < 65536;
  snprintf(text, cap, "%s%s", full ? ": No space left on device for " : "", full ? path : "");
  return text;
}

const char *hx_tool_last_words(const char *log, char *text, size_t cap) {
  char end[2048];
  int fd = log[0] ? open(log, O_RDONLY | O_CLOEXEC) : -1;
  off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
  off_t from = size > (off_t)sizeof end - 1 ? size - (off_t)sizeof end + 1 : 0;
  ssize_t n = fd >= 0 ? pread(fd, end, sizeof end - 1, from) : -1;
  size_t length = n > 0 ? (size_t)n : 0;
  if (fd >= 0)
    close(fd);
  end[length] = 0;
  for (size_t i = 0; i < length; i++)
    end[i] = end[i] ? end[i] : ' ';
  while (length && strchr(" \n\t", end[length - 1]))
    end[--length] = 0;
  snprintf(text, cap, "%s%s%s%s%s", length ? ": " : "", length ? last_line(end) : "",
           length ? " (all of it: " : "", length ? log : "", length ? ")" : "");
  return text;
}

bool hx_tool_run(char *const argv[], const char *folder, const char *log,
                 const volatile sig_atomic_t *interrupts, pvs_error *error) {
  int fd = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0)
    return hx_fail_errno(error, errno, log, "cannot be written");
  hx_process_spec spec = spec_of(argv, folder, fd);
  hx_process_result result;
  spec.merge_stderr = true;
  spec.interrupts = interrupts;
  hx_process_run(&spec, &result);
  char full[PATH_MAX + 32];
  while (argv[1] && (strcmp(argv[0], "env") == 0 || strchr(argv[0], '=')))
    argv++; /* the program that env starts */
  bool named = strcmp(argv[0], "/bin/sh") == 0 && argv[1] && argv[2] && argv[3]; /* its $0 */
  bool ok = ended_well(argv[named ? 3 : 0], &result, if_full(fd, log, full, sizeof full), error);
  hx_process_result_deinit(&result);
  close(fd);
  return ok;
}

/* If not, errno is what exec would say. */
static bool is_program(const char *path) {
  struct stat status;
  if (access(path, X_OK) != 0 || stat(path, &status) != 0)
    return false;
  errno = EACCES;
  return S_ISREG(status.st_mode);
}

/* Relative paths are seen from `from`. */
static bool is_program_from(const char *from, const char *folder, int length, const char *name,
                            char path[PATH_MAX]) {
  bool relative = from && (length ? *folder : *name) != '/';
  int n = snprintf(path, PATH_MAX, "%s%s%.*s%s%s", relative ? from : "", relative ? "/" : "",
                   length, folder, length ? "/" : "", name);
  errno = ENAMETOOLONG;
  return n < PATH_MAX && is_program(path);
}

/* As execvp does: without $PATH in the system's folders, and an empty folder is the current one. */
bool hx_tool_find_along(const char *name, const char *along, const char *from,
                        char path[PATH_MAX]) {
  if (strchr(name, '/'))
    return is_program_from(from, "", 0, name, path);
  const char *folder = along ? along : getenv("PATH"), *end;
  for (folder = folder ? folder : "/bin:/usr/bin";; folder = end + 1) {
    end = folder + strcspn(folder, ":");
    bool here = end == folder;
    if (is_program_from(from, here ? "." : folder, here ? 1 : (int)(end - folder), name, path))
      return true;
    if (!*end)
      return false;
  }
}

bool hx_tool_find(const char *name, char path[PATH_MAX]) {
  return hx_tool_find_along(name, NULL, NULL, path);
}

bool hx_tool_exists(const char *name) {
  char path[PATH_MAX];
  return hx_tool_find(name, path);
}
