#include "base/fail.h"
#include "base/files.h"
#include "base/publish.h"
#include "synth/first_study.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct folder_sink {
  const char *folder;
  pvs_error *error;
  char name[PATH_MAX]; /* of the file that is open, in the folder */
  char path[PATH_MAX];
  int fd; /* -1: none */
  hx_synth_made made;
} folder_sink;

static bool is_ours(const char *name) {
  static const char *const ours[] = {"load_profiles", "pv_profiles", "reference", "studies"};
  for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
    if (strcmp(name, ours[i]) == 0)
      return true;
  return false;
}

/* What a folder that is to be replaced may hold: nothing, or only what a base folder holds. The error is
 * PVS_DUPLICATE where `force` would help. */
static bool check_replaceable(const hx_publish_rule *rule, const char *folder, pvs_error *error) {
  char found[NAME_MAX + 1] = "";
  bool foreign = false;
  DIR *dir = opendir(folder);
  if (!dir)
    return hx_fail_errno(error, errno, folder, "cannot list the folder");
  for (struct dirent *entry; !foreign && (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    foreign = !is_ours(entry->d_name);
    snprintf(found, sizeof found, "%s", entry->d_name);
  }
  closedir(dir);
  if (!found[0] || (rule->force && !foreign))
    return true;
  if (rule->force)
    return hx_fail_at(error, PVS_MISMATCH, folder, 0, NULL,
                      "the folder holds '%.200s', which no base folder has; it is not replaced",
                      found);
  return hx_fail_at(error, foreign ? PVS_MISMATCH : PVS_DUPLICATE, folder, 0, NULL,
                    "the folder is not empty (it holds '%.200s'); expected a new or an empty one",
                    found);
}

static bool close_file(folder_sink *s) {
  int fd = s->fd;
  s->fd = -1;
  return fd < 0 || close(fd) == 0 || hx_fail_errno(s->error, errno, s->path, "cannot write");
}

/* Makes the folders of a relative path below the base folder, then the file. */
static bool open_file(folder_sink *s, const char *path) {
  if (snprintf(s->path, sizeof s->path, "%s/%s", s->folder, path) >= (int)sizeof s->path)
    return hx_fail_errno(s->error, ENAMETOOLONG, s->folder, "cannot use this name");
  char *slash = strrchr(s->path, '/');
  *slash = '\0';
  bool made = hx_files_make_folder(s->path, NULL);
  *slash = '/';
  s->fd = made ? open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
  if (s->fd < 0)
    return hx_fail_errno(s->error, errno, s->path, "cannot make the file");
  snprintf(s->name, sizeof s->name, "%s", path);
  s->made.files++;
  return true;
}

static const volatile sig_atomic_t *stop;

void hx_synth_stop_at(const volatile sig_atomic_t *number) {
  stop = number;
}

static pvs_code take(void *ctx, const char *path, const char *bytes, size_t size) {
  folder_sink *s = ctx;
  bool open = s->fd >= 0 && strcmp(path, s->name) == 0;
  if (stop && *stop) {
    hx_fail(s->error, PVS_CANCELLED, "interrupted");
    return s->error->code;
  }
  if (!open && !(close_file(s) && open_file(s, path)))
    return s->error->code;
  s->made.bytes += size;
  if (!hx_files_write_fd(s->fd, bytes, size)) {
    hx_fail_errno(s->error, errno, s->path, "cannot write");
    return s->error->code;
  }
  return PVS_OK;
}

/* The files of the first study when there is no spec. */
static pvs_code render(const hx_synth_spec *spec, folder_sink *sink) {
  if (spec)
    return hx_synth_render(spec, take, sink, sink->error);
  pvs_code code = PVS_OK;
  for (const hx_embedded_file *file = hx_first_study_files; file->path && code == PVS_OK; file++)
    code = take(sink, file->path, (const char *)file->bytes, file->size);
  return code;
}

static pvs_code write_folder(const hx_synth_spec *spec, const char *path, bool replace,
                             hx_synth_made *made, pvs_error *error) {
  pvs_error ours = {0};
  error = error ? error : &ours;
  hx_publish place;
  const hx_publish_rule rule = {.check = check_replaceable, .force = replace};
  if ((spec && hx_synth_check(spec, error) != PVS_OK) ||
      !hx_publish_begin(&place, path, &rule, error))
    return error->code;
  folder_sink sink = {.folder = place.temp, .error = error, .fd = -1};
  pvs_code code = render(spec, &sink);
  bool ok = close_file(&sink) && code == PVS_OK && hx_publish_put(&place, error);
  if (!ok)
    hx_publish_name(&place, error);
  hx_publish_abandon(&place);
  if (!ok)
    return code != PVS_OK ? code : error->code;
  if (made)
    *made = sink.made;
  return PVS_OK;
}

pvs_code hx_synth_write_folder(const hx_synth_spec *spec, const char *path, bool replace,
                               hx_synth_made *made, pvs_error *error) {
  return write_folder(spec, path, replace, made, error);
}

pvs_code hx_first_study_write(const char *path, hx_synth_made *made, pvs_error *error) {
  return write_folder(NULL, path, false, made, error);
}
