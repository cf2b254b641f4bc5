#include "compare/revision_cache.h"

#include "base/condition.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/grow.h"
#include "base/home.h"
#include "base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const double default_limit = 10e9;

bool hx_cache_folder(char *path, size_t cap, pvs_error *error) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = hx_home();
  int n = -1;
  if (cache && cache[0] == '/')
    n = snprintf(path, cap, "%s/pvtune/builds", cache);
  else if (home)
    n = snprintf(path, cap, "%s/.cache/pvtune/builds", home);
  if (n > 0 && (size_t)n < cap)
    return true;
  return hx_fail(error, PVS_IO,
                 "there is no place for builds: neither XDG_CACHE_HOME nor HOME is set");
}

bool hx_cache_limit(double *bytes, pvs_error *error) {
  const char *text = getenv("PVTUNE_CACHE_LIMIT");
  double limit = default_limit;
  double number = 0;
  if (text && hx_number_parse(text, &number) && strspn(text, "0123456789.") == strlen(text))
    limit = number * 1e9;
  else if (text && *text && !hx_size_parse(text, &limit))
    return hx_fail(error, PVS_BAD_VALUE,
                   "PVTUNE_CACHE_LIMIT: found '%s', expected a size such as 20GB (20 too), or 0",
                   text);
  *bytes = limit > 0 ? limit : (double)INFINITY;
  return true;
}

static bool is_key(const char *name) {
  size_t length = strlen(name);
  return length >= 16 && length < sizeof((hx_cached *)0)->key &&
         strspn(name, "0123456789abcdef") == length;
}

static hx_walk_step add_blocks(void *context, const hx_walked *entry) {
  mode_t mode = entry->status->st_mode;
  if ((S_ISREG(mode) || S_ISDIR(mode)) && !entry->after)
    *(double *)context += 512.0 * (double)entry->status->st_blocks;
  return HX_WALK_ON;
}

/* `done` holds what the build was made of, the commit first. */
static void describe(const char *path, hx_cached *out) {
  char done[PATH_MAX], line[96] = "";
  struct stat status;
  snprintf(out->what, sizeof out->what, "unfinished");
  if (snprintf(done, sizeof done, "%s/done", path) >= (int)sizeof done)
    return;
  FILE *f = fopen(done, "re");
  if (f && fgets(line, sizeof line, f) && strncmp(line, "commit ", 7) == 0)
    snprintf(out->what, sizeof out->what, "%.*s", (int)strcspn(line + 7, "\n"), line + 7);
  if (f)
    fclose(f);
  if (stat(done, &status) == 0 || stat(path, &status) == 0)
    out->used = status.st_mtime;
}

static int by_use(const void *a, const void *b) {
  time_t x = ((const hx_cached *)a)->used, y = ((const hx_cached *)b)->used;
  return (x > y) - (x < y);
}

bool hx_cache_read(const char *cache, hx_cache_list *list, pvs_error *error) {
  *list = (hx_cache_list){0};
  DIR *folder = opendir(cache);
  if (!folder)
    return errno == ENOENT || hx_fail_errno(error, errno, cache, "cannot be read");
  bool ok = true;
  for (struct dirent *entry; ok && (entry = readdir(folder)) != NULL;) {
    char path[PATH_MAX];
    if (!is_key(entry->d_name) ||
        snprintf(path, sizeof path, "%s/%s", cache, entry->d_name) >= (int)sizeof path)
      continue;
    ok = hx_grow(&list->items, list->n, sizeof *list->items) || hx_fail_memory(error);
    if (!ok)
      break;
    hx_cached *out = &list->items[list->n++];
    *out = (hx_cached){0};
    snprintf(out->key, sizeof out->key, "%.64s", entry->d_name);
    describe(path, out);
    hx_walk(path, HX_WALK_ONE_FS, add_blocks, &out->bytes);
  }
  closedir(folder);
  if (ok && list->n)
    qsort(list->items, list->n, sizeof *list->items, by_use);
  return ok;
}

void hx_cache_list_deinit(hx_cache_list *list) {
  free(list->items);
  *list = (hx_cache_list){0};
}

void hx_cache_touch(const char *cache, const char *key) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s/done", cache, key) < (int)sizeof path)
    utimensat(AT_FDCWD, path, NULL, 0);
}

bool hx_cache_remove(const char *cache, const char *key, pvs_error *error) {
  char path[PATH_MAX], lock[PATH_MAX + 8];
  if (snprintf(path, sizeof path, "%s/%s", cache, key) >= (int)sizeof path)
    return hx_fail_errno(error, ENAMETOOLONG, cache, "cannot be used");
  snprintf(lock, sizeof lock, "%s/lock", path);
  int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 && errno != ENOENT)
    return hx_fail_errno(error, errno, lock, "cannot be locked");
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return false;
  }
  bool ok = hx_files_remove(path) || hx_fail_errno(error, errno, path, "cannot be removed");
  if (fd >= 0)
    close(fd);
  return ok;
}

void hx_cache_trim(const char *cache, double bytes) {
  time_t spared = time(NULL) - 3600;
  hx_cache_list list;
  double total = 0;
  if (!hx_cache_read(cache, &list, NULL))
    return;
  for (size_t i = 0; i < list.n; i++)
    total += list.items[i].bytes;
  for (size_t i = 0; i < list.n && total > bytes; i++)
    if (list.items[i].used < spared && hx_cache_remove(cache, list.items[i].key, NULL))
      total -= list.items[i].bytes;
  hx_cache_list_deinit(&list);
}
