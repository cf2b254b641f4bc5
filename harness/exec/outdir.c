#include "exec/outdir.h"

#include "base/fail.h"
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void marker_in(const char *folder, char path[PATH_MAX + sizeof HX_OUTDIR_MARKER]) {
  snprintf(path, PATH_MAX + sizeof HX_OUTDIR_MARKER, "%s/" HX_OUTDIR_MARKER, folder);
}

static bool is_ours_or_empty(const char *folder) {
  char marker[PATH_MAX + sizeof HX_OUTDIR_MARKER];
  DIR *entries = opendir(folder);
  if (!entries)
    return false;
  bool empty = true;
  for (struct dirent *entry; empty && (entry = readdir(entries)) != NULL;)
    empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  closedir(entries);
  marker_in(folder, marker);
  return empty || access(marker, F_OK) == 0;
}

static bool check_owner(const char *folder, bool force, pvs_error *error) {
  return force || is_ours_or_empty(folder) ||
         hx_fail_at(error, PVS_BAD_VALUE, folder, 0, NULL,
                    "found files that pvtune did not write, expected its own outputs or nothing "
                    "(--force replaces the folder)");
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
