#include "base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One name more behind a path without links. */
static bool go_to(char at[PATH_MAX], const char *name, size_t length) {
  char next[PATH_MAX], found[PATH_MAX];
  if (length == 2 && memcmp(name, "..", 2) == 0) {
    char *slash = strrchr(at, '/');
    slash[slash == at] = '\0';
    return true;
  }
  if (snprintf(next, sizeof next, "%s/%.*s", strcmp(at, "/") == 0 ? "" : at, (int)length, name) >=
      (int)sizeof next) {
    errno = ENAMETOOLONG;
    return false;
  }
  bool exists = realpath(next, found) != NULL;
  if (!exists && errno != ENOENT)
    return false;
  strcpy(at, exists ? found : next);
  return true;
}

bool hx_path_resolve(const char *path, char resolved[PATH_MAX]) {
  if (realpath(path, resolved))
    return true;
  if (errno != ENOENT || !realpath(path[0] == '/' ? "/" : ".", resolved))
    return false;
  for (size_t length; *path; path += length) {
    path += strspn(path, "/");
    length = strcspn(path, "/");
    if (length > 0 && !(length == 1 && *path == '.') && !go_to(resolved, path, length))
      return false;
  }
  return true;
}

bool hx_path_is_same(const char *a, const char *b) {
  char places[2][PATH_MAX];
  return hx_path_resolve(a, places[0]) && hx_path_resolve(b, places[1]) &&
         strcmp(places[0], places[1]) == 0;
}

bool hx_path_is_in(const char *path, const char *holder) {
  char at[PATH_MAX], place[PATH_MAX];
  struct stat wanted, found;
  if (!hx_path_resolve(path, at) || !hx_path_resolve(holder, place))
    return false;
  const bool there = stat(place, &wanted) == 0; /* one folder may be mounted in two places */
  for (;;) {
    if (strcmp(at, place) == 0 || (there && stat(at, &found) == 0 &&
                                   found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino))
      return true;
    char *slash = strrchr(at, '/');
    if (!slash[1])
      return false;
    slash[slash == at] = '\0';
  }
}

bool hx_path_overlap(const char *a, const char *b) {
  return hx_path_is_in(a, b) || hx_path_is_in(b, a);
}
