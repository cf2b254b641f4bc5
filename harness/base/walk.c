#include "base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct walk {
  char *path;
  hx_walk_way way;
  hx_walk_visit visit;
  void *context;
  dev_t file_system; /* of the root */
} walk;

typedef struct folder {
  const struct folder *above;
  const struct stat *status;
} folder;

static bool go(walk *w, const folder *above, const char *name, size_t length);

static bool is_inside_itself(const folder *above, const struct stat *status) {
  for (; above; above = above->above)
    if (above->status->st_dev == status->st_dev && above->status->st_ino == status->st_ino)
      return true;
  return false;
}

static bool go_on(walk *w, const folder *here, size_t length, const char *name) {
  size_t more = strlen(name), slash = w->path[length - 1] != '/';
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
    return true;
  if (length + slash + more >= PATH_MAX) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(w->path + length, "/", slash);
  memcpy(w->path + length + slash, name, more + 1);
  if (!go(w, here, w->path + length + slash, length + slash + more))
    return false;
  w->path[length] = '\0';
  return true;
}

/* Few entries at a time: folders inside each other each have theirs on the stack. */
static bool enter(walk *w, const folder *here, size_t length) {
  _Alignas(struct dirent64) char entries[1024];
  int fd = open(w->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
                             (here->above && !(w->way & HX_WALK_FOLLOW) ? O_NOFOLLOW : 0));
  if (fd < 0)
    return errno == ENOENT;
  ssize_t n;
  bool ok = true;
  while (ok && (n = getdents64(fd, entries, sizeof entries)) != 0) {
    ok = n > 0;
    for (ssize_t at = 0; ok && at < n;) {
      const struct dirent64 *entry = (const void *)(entries + at);
      ok = go_on(w, here, length, entry->d_name);
      at += entry->d_reclen;
    }
  }
  int reason = errno;
  close(fd);
  errno = reason;
  return ok;
}

static bool go(walk *w, const folder *above, const char *name, size_t length) {
  struct stat status;
  bool follows = w->way & HX_WALK_FOLLOW;
  bool there = (follows && stat(w->path, &status) == 0) || lstat(w->path, &status) == 0;
  if (!there)
    return above && errno == ENOENT;
  if (!above)
    w->file_system = status.st_dev;
  if ((w->way & HX_WALK_ONE_FS && status.st_dev != w->file_system) ||
      (follows && S_ISDIR(status.st_mode) && is_inside_itself(above, &status)))
    return true;
  hx_walked entry = {w->path, name, &status, false};
  hx_walk_step step = w->visit(w->context, &entry);
  if (step != HX_WALK_ON || !S_ISDIR(status.st_mode))
    return step != HX_WALK_END;
  if (!enter(w, &(folder){above, &status}, length))
    return false;
  entry.after = true;
  return w->visit(w->context, &entry) != HX_WALK_END;
}

bool hx_walk(char path[PATH_MAX], hx_walk_way way, hx_walk_visit visit, void *context) {
  walk w = {.path = path, .way = way, .visit = visit, .context = context};
  return go(&w, NULL, path, strlen(path));
}
