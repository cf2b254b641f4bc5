#include "exec/outdir.h"

#include "base/fail.h"
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static void marker_in(const char *folder, char path[PATH_MAX + sizeof HX_OUTDIR_MARKER]) {
  snprintf(path, PATH_MAX + sizeof HX_OUTDIR_MARKER, "%s/" HX_OUTDIR_MARKER, folder);
}

static bool is_any_of(const char *name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

/* ---- what core/src/output and hx_shard_write make ---- */

/* What follows the study's name and '_'; NULL: it does not begin so. */
static const char *behind_study(const char *name, const char *study) {
  size_t length = strlen(study);
  return strncmp(name, study, length) == 0 && name[length] == '_' ? name + length + 1 : NULL;
}

/* What follows the name of a scenario with any number, as pvs_study_label writes it. */
static const char *behind_label(const char *name, const char *study) {
  char number[32];
  const char *at = behind_study(name, study);
  if (!at)
    return NULL;
  int length = snprintf(number, sizeof number, "%03ld", strtol(at, NULL, 10));
  return strncmp(at, number, (size_t)length) == 0 ? at + length : NULL;
}

static bool is_our_table(const char *name, const char *study) {
  static const char *const tables[] = {"results.csv", "results_std_dev.csv",
                                       "customer_results.csv"};
  const char *rest = behind_study(name, study);
  return strcmp(name, HX_OUTDIR_MARKER) == 0 ||
         strncmp(name, HX_OUTDIR_MARKER "-", sizeof HX_OUTDIR_MARKER) == 0 ||
         (rest && is_any_of(rest, tables, sizeof tables / sizeof *tables));
}

static bool is_our_tariff(const char *name, const char *study) {
  static const char *const files[] = {
      "static_import_tariffs.csv", "static_solar_import_tariffs.csv", "static_export_tariffs.csv"};
  (void)study;
  return is_any_of(name, files, sizeof files / sizeof *files);
}

static bool is_our_scenario(const char *name, const char *study) {
  const char *rest = behind_label(name, study);
  return rest && strcmp(rest, ".csv") == 0;
}

/* The arrangement and the load file's name follow. */
static bool is_our_series(const char *name, const char *study) {
  const char *rest = behind_label(name, study);
  size_t length = rest && *rest == '_' ? strlen(rest) : 0;
  return length > 4 && strchr(rest + 1, '_') && strcasecmp(rest + length - 4, ".csv") == 0;
}

typedef struct made_folder {
  const char *name;
  bool (*is_ours)(const char *name, const char *study);
} made_folder;

static const made_folder top = {"", is_our_table};
static const made_folder inner[] = {{"saved_tariffs", is_our_tariff},
                                    {"scenarios", is_our_scenario},
                                    {"timeseries_d", is_our_series},
                                    {"timeseries_b", is_our_series}};

/* ---- whose the folder is ---- */

/* Not every file system tells the type with the name. */
static mode_t type_of(int dir, const struct dirent *entry) {
  struct stat status;
  if (entry->d_type != DT_UNKNOWN)
    return DTTOIF(entry->d_type);
  return fstatat(dir, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode : 0;
}

static const made_folder *find_inner(const char *name) {
  for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
    if (strcmp(name, inner[i].name) == 0)
      return &inner[i];
  return NULL;
}

/* The first entry that no run of the study writes, with the name of its folder if that is inside; "":
 * none. False with errno set. */
static bool find_foreign(const char *folder, const made_folder *made, const char *study,
                         size_t *entries, char found[PATH_MAX]) {
  DIR *dir = opendir(folder);
  if (!dir)
    return errno == ENOENT; /* another run has replaced it meanwhile */
  bool ok = true;
  for (struct dirent *entry; ok && !found[0] && (entry = readdir(dir)) != NULL;) {
    char inside[PATH_MAX];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    const mode_t type = type_of(dirfd(dir), entry);
    if (type == 0)
      continue; /* gone meanwhile */
    ++*entries;
    const made_folder *below = S_ISDIR(type) && made == &top ? find_inner(entry->d_name) : NULL;
    if (!below && !(S_ISREG(type) && made->is_ours(entry->d_name, study)))
      snprintf(found, PATH_MAX, "%s%s%s", made->name, made == &top ? "" : "/", entry->d_name);
    else if (below &&
             snprintf(inside, sizeof inside, "%s/%s", folder, entry->d_name) < (int)sizeof inside)
      ok = find_foreign(inside, below, study, entries, found);
  }
  int reason = errno;
  closedir(dir);
  errno = reason;
  return ok;
}

/* Also with the marker, a folder may hold what somebody has put there since. */
static bool check_owner(const hx_publish_rule *rule, const char *folder, pvs_error *error) {
  char marker[PATH_MAX + sizeof HX_OUTDIR_MARKER], found[PATH_MAX] = "";
  size_t entries = 0;
  if (rule->force)
    return true;
  if (!find_foreign(folder, &top, rule->study, &entries, found))
    return hx_fail_errno(error, errno, folder, "cannot be read");
  marker_in(folder, marker);
  if (entries == 0 || (!found[0] && access(marker, F_OK) == 0))
    return true;
  return hx_fail_at(error, PVS_BAD_VALUE, folder, 0, NULL,
                    "found %s, expected nothing but what pvtune wrote for %s (--force replaces the "
                    "folder)",
                    found[0] ? found : "no " HX_OUTDIR_MARKER, rule->study);
}

bool hx_outdir_begin(hx_publish *dir, const char *folder, const char *study, bool force,
                     pvs_error *error) {
  const hx_publish_rule rule = {check_owner, study, force};
  return hx_publish_begin(dir, folder, &rule, error);
}

bool hx_outdir_adopt(hx_publish *dir, const char *folder, const char *study, bool force,
                     const char *file, pvs_error *error) {
  const hx_publish_rule rule = {check_owner, study, force};
  return hx_publish_adopt(dir, folder, &rule, file, error);
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
