#include "synth/fault.h"
#include "synth/synth.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a base folder goes and what it is made in: `hidden` is ".<name>.XXXXXX" beside the target,
 * `work` a folder in it, with a new folder's rights (mkdtemp's are the owner's alone). */
typedef struct places {
  char target[PATH_MAX], hidden[PATH_MAX], work[PATH_MAX];
  bool exists; /* the target, as a folder */
} places;

typedef struct folder_sink {
  const places *at;
  pvs_error *error;
  char path[PATH_MAX]; /* of the file that is open */
  int fd;              /* -1: none */
  hx_synth_made made;
} folder_sink;

static pvs_code fault_errno(pvs_error *error, const char *path, const char *what) {
  int number = errno;
  pvs_code code = number == ENOENT ? PVS_NOT_FOUND : number == ENOMEM ? PVS_NO_MEMORY : PVS_IO;
  return hx_synth_fault(error, code, number, path, NULL, "%s: %s", what, strerror(number));
}

static bool join(char out[PATH_MAX], const char *folder, const char *name) {
  int length = snprintf(out, PATH_MAX, "%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
  return length > 0 && length < PATH_MAX;
}

static pvs_code too_long(pvs_error *error, const char *path) {
  errno = ENAMETOOLONG;
  return fault_errno(error, path, "cannot use this name");
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
  (void)st;
  (void)kind;
  (void)ftw;
  return remove(path);
}

static void remove_tree(const char *path) {
  nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Entries of a folder that is to be replaced: none at all, or only what a base folder holds. */
static pvs_code check_replaceable(const char *folder, bool replace, pvs_error *error) {
  static const char *const ours[] = {".",           "..",        "load_profiles",
                                     "pv_profiles", "reference", "studies"};
  DIR *dir = opendir(folder);
  if (!dir)
    return fault_errno(error, folder, "cannot list the folder");
  pvs_code code = PVS_OK;
  for (struct dirent *entry; code == PVS_OK && (entry = readdir(dir));) {
    size_t i = 0;
    while (i < sizeof ours / sizeof ours[0] && strcmp(entry->d_name, ours[i]) != 0)
      i++;
    if (i < 2)
      continue;
    if (!replace)
      code = hx_synth_fault(
          error, PVS_DUPLICATE, 0, folder, NULL,
          "the folder is not empty (it holds '%.200s'); expected a new or an empty one",
          entry->d_name);
    else if (i == sizeof ours / sizeof ours[0])
      code = hx_synth_fault(
          error, PVS_MISMATCH, 0, folder, NULL,
          "the folder holds '%.200s', which no base folder has; it is not replaced", entry->d_name);
  }
  closedir(dir);
  return code;
}

static pvs_code find_places(const char *path, bool replace, places *at, pvs_error *error) {
  struct stat st;
  char resolved[PATH_MAX];
  if (!*path)
    return hx_synth_fault(error, PVS_BAD_VALUE, 0, NULL, NULL,
                          "found an empty folder name, expected one");
  at->exists = stat(path, &st) == 0;
  if (at->exists) {
    if (!S_ISDIR(st.st_mode))
      return hx_synth_fault(error, PVS_DUPLICATE, 0, path, NULL,
                            "there is a file of this name, expected a folder or nothing");
    if (!realpath(path, at->target))
      return fault_errno(error, path, "cannot find the folder");
    pvs_code code = check_replaceable(at->target, replace, error);
    if (code != PVS_OK)
      return code;
  } else {
    /* The parent must exist; what comes behind its last '/' is the new name. */
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy)
      return too_long(error, path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/')
      copy[--length] = '\0';
    char *slash = strrchr(copy, '/');
    const char *name = slash ? slash + 1 : copy;
    const char *parent = !slash ? "." : slash == copy ? "/" : copy;
    if (slash)
      *slash = '\0';
    if (!realpath(parent, resolved))
      return fault_errno(error, parent, "cannot find the folder to make it in");
    if (!join(at->target, resolved, name))
      return too_long(error, path);
  }
  char *slash = strrchr(at->target, '/');
  int length = snprintf(at->hidden, PATH_MAX, "%.*s/.%s.XXXXXX", (int)(slash - at->target),
                        at->target, slash + 1);
  if (length < 0 || length >= PATH_MAX)
    return too_long(error, path);
  return PVS_OK;
}

static pvs_code close_file(folder_sink *s) {
  if (s->fd < 0)
    return PVS_OK;
  int closed = close(s->fd);
  s->fd = -1;
  return closed == 0 ? PVS_OK : fault_errno(s->error, s->path, "cannot write");
}

/* Makes the folders of a relative path below `work`, then the file. */
static pvs_code open_file(folder_sink *s, const char *path) {
  char full[PATH_MAX];
  if (!join(full, s->at->work, path))
    return too_long(s->error, path);
  for (char *p = full + strlen(s->at->work) + 1; (p = strchr(p, '/')); p++) {
    *p = '\0';
    if (mkdir(full, 0777) != 0 && errno != EEXIST)
      return fault_errno(s->error, full, "cannot make the folder");
    *p = '/';
  }
  s->fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (s->fd < 0)
    return fault_errno(s->error, full, "cannot make the file");
  snprintf(s->path, sizeof s->path, "%s", path);
  s->made.files++;
  return PVS_OK;
}

static pvs_code take(void *ctx, const char *path, const char *bytes, size_t size) {
  folder_sink *s = ctx;
  if (s->fd < 0 || strcmp(path, s->path) != 0) {
    pvs_code code = close_file(s);
    if (code == PVS_OK)
      code = open_file(s, path);
    if (code != PVS_OK)
      return code;
  }
  s->made.bytes += size;
  while (size > 0) {
    ssize_t written = write(s->fd, bytes, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fault_errno(s->error, s->path, "cannot write");
    bytes += written;
    size -= (size_t)written;
  }
  return PVS_OK;
}

/* An empty or missing target is replaced by a plain rename, a full one by an exchange; both leave
 * no moment without a folder. */
static pvs_code put_in_place(const places *at, pvs_error *error) {
  if (rename(at->work, at->target) == 0)
    return PVS_OK;
  if (at->exists && (errno == ENOTEMPTY || errno == EEXIST) &&
      renameat2(AT_FDCWD, at->work, AT_FDCWD, at->target, RENAME_EXCHANGE) == 0)
    return PVS_OK;
  return fault_errno(error, at->target, "cannot put the new folder in place");
}

pvs_code hx_synth_write_folder(const hx_synth_spec *spec, const char *path, bool replace,
                               hx_synth_made *made, pvs_error *error) {
  places at;
  pvs_code code = hx_synth_check(spec, error);
  if (code == PVS_OK)
    code = find_places(path, replace, &at, error);
  if (code != PVS_OK)
    return code;
  if (!mkdtemp(at.hidden))
    return fault_errno(error, at.target, "cannot make a folder beside it");
  folder_sink sink = {.at = &at, .error = error, .fd = -1};
  if (!join(at.work, at.hidden, "base"))
    code = too_long(error, path);
  else if (mkdir(at.work, 0777) != 0)
    code = fault_errno(error, at.work, "cannot make the folder");
  if (code == PVS_OK)
    code = hx_synth_render(spec, take, &sink, error);
  pvs_code closed = close_file(&sink);
  if (code == PVS_OK)
    code = closed;
  if (code == PVS_OK)
    code = put_in_place(&at, error);
  remove_tree(at.hidden);
  if (code == PVS_OK && made)
    *made = sink.made;
  return code;
}
