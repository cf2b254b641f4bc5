#include "exec/outdir.h"

#include "base/fail.h"
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static void marker_in(const char *folder, char path[PATH_MAX + sizeof HX_OUTDIR_MARKER]) {
  snprintf(path, PATH_MAX + sizeof HX_OUTDIR_MARKER, "%s/" HX_OUTDIR_MARKER, folder);
}

static bool ends_in(const char *name, const char *end) {
  size_t length = strlen(name), n = strlen(end);
  return length > n && strcasecmp(name + length - n, end) == 0; /* as load files end */
}

static bool is_our_folder(const char *name) {
  static const char *const ours[] = {"saved_tariffs", "scenarios", "timeseries_d", "timeseries_b"};
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
    if (strcmp(name, ours[i]) == 0)
      return true;
  return false;
}

/* Not every file system tells it with the name. */
static bool is_folder(int dir, const struct dirent *entry) {
  struct stat status;
  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return fstatat(dir, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

/* What core/src/output and hx_shard_write make. */
static bool is_ours(const char *name, bool folder, bool top) {
  if (folder)
    return top && is_our_folder(name);
  if (!top)
    return ends_in(name, ".csv");
  return strncmp(name, HX_OUTDIR_MARKER, strlen(HX_OUTDIR_MARKER)) == 0 ||
         ends_in(name, "_results.csv") || /* _customer_results.csv, too */
         ends_in(name, "_results_std_dev.csv");
}

/* The first entry that a run does not write, with the name of its folder if that is inside; "": none.
 * False with errno set. */
static bool find_foreign(const char *folder, bool top, size_t *entries, char found[PATH_MAX]) {
  DIR *dir = opendir(folder);
  if (!dir)
    return errno == ENOENT; /* another run has replaced it meanwhile */
  bool ok = true;
  for (struct dirent *entry; ok && !found[0] && (entry = readdir(dir)) != NULL;) {
    char inside[PATH_MAX];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    ++*entries;
    const bool inner = is_folder(dirfd(dir), entry);
    if (!is_ours(entry->d_name, inner, top))
      snprintf(found, PATH_MAX, "%s", entry->d_name);
    else if (inner &&
             snprintf(inside, sizeof inside, "%s/%s", folder, entry->d_name) < (int)sizeof inside)
      ok = find_foreign(inside, false, entries, found);
  }
  int reason = errno;
  closedir(dir);
  errno = reason;
  return ok;
}

/* Also with the marker, a folder may hold what somebody has put there since. */
static bool check_owner(const char *folder, bool force, pvs_error *error) {
  char marker[PATH_MAX + sizeof HX_OUTDIR_MARKER], found[PATH_MAX] = "";
  size_t entries = 0;
  if (force)
    return true;
  if (!find_foreign(folder, true, &entries, found))
    return hx_fail_errno(error, errno, folder, "cannot be read");
  marker_in(folder, marker);
  if (entries == 0 || (!found[0] && access(marker, F_OK) == 0))
    return true;
  return hx_fail_at(error, PVS_BAD_VALUE, folder, 0, NULL,
                    "found %s, expected outputs of pvtune alone or nothing (--force replaces the "
                    "folder)",
                    found[0] ? found : "no " HX_OUTDIR_MARKER);
}

bool hx_outdir_begin(hx_publish *dir, const char *folder, bool force, pvs_error *error) {
  return hx_publish_begin(dir, folder, force, check_owner, error);
}

bool hx_outdir_adopt(hx_publish *dir, const char *folder, bool force, const char *file,
                     pvs_error *error) {
  return hx_publish_adopt(dir, folder, force, check_owner, file, error);
}

static bool write_marker(const char *folder, pvs_error *error) {
  char path[PATH_MAX + sizeof HX_OUTDIR_MARKER];
  marker_in(folder, path);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  bool ok = fd >= 0 && hx_files_write_fd(fd, HX_OUTDIR_MARKER_TEXT, strlen(HX_OUTDIR_MARKER_TEXT));
  int reason = errno;
  if (fd >= 0 && close(fd) != 0 && ok) {
    ok = false;
    reason = errno;
  }
  return ok || hx_fail_errno(error, reason, folder, "cannot write");
}

bool hx_outdir_publish(hx_publish *dir, pvs_error *error) {
  if (write_marker(dir->temp, error))
    return hx_publish_put(dir, error);
  hx_publish_abandon(dir);
  return false;
}
