#include "cluster/merge.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/paths.h"
#include "base/phrase.h"
#include "exec/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- do they belong together? -------------------------------------------------------------- */

static int by_first(const void *a, const void *b) {
  const hx_shard *x = &((const hx_merge_part *)a)->shard, *y = &((const hx_merge_part *)b)->shard;
  return x->first != y->first ? (x->first < y->first ? -1 : 1) : 0;
}

static bool differ(const hx_merge_part *part, const hx_merge_part *first, const char *what,
                   const char *found, const char *expected, pvs_error *error) {
  return hx_fail_at(error, PVS_MISMATCH, part->folder, 0, NULL,
                    "found a part of %s %s, expected %s as in %s", what, found, expected,
                    first->folder);
}

/* Whether both are of one study with the same inputs, written in the same way. */
static bool is_kin(const hx_merge_part *part, const hx_merge_part *first, pvs_error *error) {
  const hx_shard *a = &part->shard, *b = &first->shard;
  if (strcmp(a->study, b->study) != 0)
    return differ(part, first, "study", a->study, b->study, error);
  if (strcmp(a->project, b->project) != 0)
    return differ(part, first, "project", a->project, b->project, error);
  if (strcmp(a->region, b->region) != 0)
    return differ(part, first, "region", a->region, b->region, error);
  if (a->input_digest != b->input_digest || a->scenarios != b->scenarios)
    return hx_fail_at(error, PVS_MISMATCH, part->folder, 0, NULL,
                      "its inputs were not those of %s (digests %016llx and %016llx), expected the "
                      "same files",
                      first->folder, (unsigned long long)a->input_digest,
                      (unsigned long long)b->input_digest);
  if (strcmp(a->version, b->version) != 0)
    return hx_fail_at(error, PVS_MISMATCH, part->folder, 0, NULL,
                      "written by pvtune %s, expected %s as in %s", a->version, b->version,
                      first->folder);
  if (a->scenario_files != b->scenario_files)
    return hx_fail_at(error, PVS_MISMATCH, part->folder, 0, NULL,
                      "found --scenario-files %s, expected %s as in %s",
                      a->scenario_files ? "each" : "none", b->scenario_files ? "each" : "none",
                      first->folder);
  for (int i = 0; i < PVS_TABLES; i++)
    if (strcmp(a->tables[i].name, b->tables[i].name) != 0 ||
        a->tables[i].header_bytes != b->tables[i].header_bytes)
      return hx_fail_at(
          error, PVS_MISMATCH, part->folder, 0, NULL,
          "found the table '%s' with a header of %llu bytes, expected '%s' with %llu as "
          "in %s",
          a->tables[i].name, (unsigned long long)a->tables[i].header_bytes, b->tables[i].name,
          (unsigned long long)b->tables[i].header_bytes, first->folder);
  if (memcmp(a->tariff_digests, b->tariff_digests, sizeof a->tariff_digests) != 0)
    return hx_fail_at(error, PVS_MISMATCH, part->folder, 0, NULL,
                      "its saved tariffs are not those of %s", first->folder);
  return true;
}

static uint32_t end_of(const hx_merge_part *part) {
  return part->shard.first + part->shard.count;
}

static void add_gap(hx_phrase *gaps, uint64_t begin, uint64_t end) {
  if (begin < end)
    hx_phrase_add(gaps, "%s%llu-%llu", gaps->length ? ", " : "", (unsigned long long)begin,
                  (unsigned long long)end - 1);
}

static bool is_complete(const hx_merge *m, pvs_error *error) {
  char text[600];
  hx_phrase gaps = {text, sizeof text, 0};
  uint32_t next = 0, scenarios = m->parts[0].shard.scenarios;
  for (size_t i = 0; i < m->n; i++) {
    const hx_merge_part *part = &m->parts[i];
    if (i > 0 && part->shard.first < next)
      return hx_fail_at(error, PVS_DUPLICATE, part->folder, 0, NULL,
                        "scenarios %u-%u are in %s too, expected each scenario once",
                        part->shard.first, (next < end_of(part) ? next : end_of(part)) - 1,
                        m->parts[i - 1].folder);
    add_gap(&gaps, next, part->shard.first);
    next = end_of(part);
  }
  add_gap(&gaps, next, scenarios);
  return gaps.length == 0 ||
         hx_fail(error, PVS_EMPTY,
                 "scenarios %s of study %s are missing, expected all %u (counted from 0); run them "
                 "with --scenarios",
                 text, m->parts[0].shard.study, scenarios);
}

bool hx_merge_read(hx_merge *m, char *const *folders, size_t n, pvs_error *error) {
  *m = (hx_merge){.parts = calloc(n, sizeof *m->parts)};
  if (!m->parts)
    return hx_fail_memory(error);
  for (; m->n < n; m->n++) {
    hx_merge_part *part = &m->parts[m->n];
    part->folder = folders[m->n];
    if (!hx_shard_read(&part->shard, part->folder, error) ||
        (m->n > 0 && !is_kin(part, &m->parts[0], error))) {
      m->n++;
      return false;
    }
  }
  qsort(m->parts, m->n, sizeof *m->parts, by_first);
  return is_complete(m, error);
}

void hx_merge_deinit(hx_merge *m) {
  for (size_t i = 0; i < m->n; i++)
    free(m->parts[i].shard.digests);
  free(m->parts);
  *m = (hx_merge){0};
}

/* ---- copying ------------------------------------------------------------------------------- */

static bool refuse_path(const char *folder, const char *name, pvs_error *error) {
  return hx_fail_errno(error, ENAMETOOLONG, folder, "cannot use %s in it", name);
}

/* The rest of `from` behind what is in `to`. */
static bool append(int to, const char *to_path, int from, const char *from_path, pvs_error *error) {
  enum { PIECE = 1 << 20 };
  char *piece = malloc(PIECE);
  if (!piece)
    return hx_fail_memory(error);
  bool ok = true;
  ssize_t n;
  while (ok && (n = read(from, piece, PIECE)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      ok = hx_fail_errno(error, errno, from_path, "cannot be read");
    else if (!hx_files_write_fd(to, piece, (size_t)n))
      ok = hx_fail_errno(error, errno, to_path, "cannot be written");
  }
  free(piece);
  return ok;
}

static bool append_file(int to, const char *to_path, const char *from_path, uint64_t skip,
                        pvs_error *error) {
  int from = open(from_path, O_RDONLY | O_CLOEXEC);
  bool ok = from >= 0 && lseek(from, (off_t)skip, SEEK_SET) >= 0;
  if (!ok)
    hx_fail_errno(error, errno, from_path, "cannot be read");
  ok = ok && append(to, to_path, from, from_path, error);
  if (from >= 0)
    close(from);
  return ok;
}

static int create(const char *path, pvs_error *error) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    hx_fail_errno(error, errno, path, "cannot be made");
  return fd;
}

static bool finish(int fd, const char *path, bool ok, pvs_error *error) {
  if (close(fd) != 0 && ok)
    return hx_fail_errno(error, errno, path, "cannot be written");
  return ok;
}

/* The header row of the first part, then the rows of all. */
static bool merge_table(const hx_merge *m, int table, const char *folder, pvs_error *error) {
  const char *name = m->parts[0].shard.tables[table].name;
  char to_path[PATH_MAX], from_path[PATH_MAX];
  if (!name[0])
    return true;
  if (snprintf(to_path, sizeof to_path, "%s/%s", folder, name) >= (int)sizeof to_path)
    return refuse_path(folder, name, error);
  int to = create(to_path, error);
  bool ok = to >= 0;
  for (size_t i = 0; ok && i < m->n; i++) {
    const hx_merge_part *part = &m->parts[i];
    uint64_t skip = i == 0 ? 0 : part->shard.tables[table].header_bytes;
    ok = snprintf(from_path, sizeof from_path, "%s/%s", part->folder, name) <
             (int)sizeof from_path ||
         refuse_path(part->folder, name, error);
    ok = ok && append_file(to, to_path, from_path, skip, error);
  }
  return to >= 0 ? finish(to, to_path, ok, error) : false;
}

static bool link_or_copy(const char *from, const char *to, pvs_error *error) {
  if (link(from, to) == 0)
    return true;
  int fd = create(to, error);
  return fd >= 0 && finish(fd, to, append_file(fd, to, from, 0, error), error);
}

static bool is_dot(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* All files of one folder, into another. */
static bool merge_files(const char *from, const char *to, pvs_error *error) {
  DIR *entries = opendir(from);
  if (!entries)
    return hx_fail_errno(error, errno, from, "cannot be read");
  bool ok = true;
  for (struct dirent *entry; ok && (entry = readdir(entries)) != NULL;) {
    char from_path[PATH_MAX], to_path[PATH_MAX];
    if (is_dot(entry->d_name))
      continue;
    if (snprintf(from_path, sizeof from_path, "%s/%s", from, entry->d_name) >=
            (int)sizeof from_path ||
        snprintf(to_path, sizeof to_path, "%s/%s", to, entry->d_name) >= (int)sizeof to_path)
      ok = refuse_path(from, entry->d_name, error);
    else
      ok = link_or_copy(from_path, to_path, error);
  }
  closedir(entries);
  return ok;
}

/* Each part has files of its own scenarios in folders of the same names, but the saved tariffs are
 * those of the whole study. */
static bool merge_folders(const hx_merge_part *part, bool first, const char *folder,
                          pvs_error *error) {
  DIR *entries = opendir(part->folder);
  if (!entries)
    return hx_fail_errno(error, errno, part->folder, "cannot be read");
  bool ok = true;
  for (struct dirent *entry; ok && (entry = readdir(entries)) != NULL;) {
    char from[PATH_MAX], to[PATH_MAX];
    if (entry->d_name[0] == '.' || (!first && strcmp(entry->d_name, "saved_tariffs") == 0))
      continue;
    if (snprintf(from, sizeof from, "%s/%s", part->folder, entry->d_name) >= (int)sizeof from ||
        snprintf(to, sizeof to, "%s/%s", folder, entry->d_name) >= (int)sizeof to)
      ok = refuse_path(part->folder, entry->d_name, error);
    else if (hx_files_is_folder(from))
      ok = (mkdir(to, 0777) == 0 || errno == EEXIST ||
            hx_fail_errno(error, errno, to, "cannot be made")) &&
           merge_files(from, to, error);
  }
  closedir(entries);
  return ok;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static bool take_digest(hx_merge *m, pvs_error *error) {
  const hx_shard *first = &m->parts[0].shard;
  uint64_t *all = malloc(first->scenarios * sizeof *all);
  if (!all)
    return hx_fail_memory(error);
  for (size_t i = 0; i < m->n; i++)
    memcpy(all + m->parts[i].shard.first, m->parts[i].shard.digests,
           m->parts[i].shard.count * sizeof *all);
  m->digest = pvs_output_digest(all, first->scenarios, first->tariff_digests, first->tariff_parts);
  free(all);
  return true;
}

static bool fill(const hx_merge *m, const char *folder, pvs_error *error) {
  for (int i = 0; i < PVS_TABLES; i++)
    if (!merge_table(m, i, folder, error))
      return false;
  for (size_t i = 0; i < m->n; i++)
    if (!merge_folders(&m->parts[i], i == 0, folder, error))
      return false;
  return true;
}

/* The parts are not deleted, not even with --force. */
static bool spares_parts(const hx_merge *m, pvs_error *error) {
  for (size_t i = 0; i < m->n; i++)
    if (hx_path_overlap(m->folder, m->parts[i].folder))
      return hx_fail_at(error, PVS_BAD_VALUE, m->folder, 0, NULL,
                        "this output folder is, holds or lies in the part %s, expected one apart "
                        "from it",
                        m->parts[i].folder);
  return true;
}

bool hx_merge_write(hx_merge *m, const char *outputs, bool force, pvs_error *error) {
  const char *study = m->parts[0].shard.study;
  hx_publish dir;
  if (snprintf(m->folder, sizeof m->folder, "%s/%s", outputs, study) >= (int)sizeof m->folder)
    return refuse_path(outputs, study, error);
  if (!spares_parts(m, error) || !take_digest(m, error) ||
      !hx_outdir_begin(&dir, m->folder, study, force, error))
    return false;
  if (fill(m, dir.temp, error))
    return hx_outdir_publish(&dir, error);
  hx_publish_name(&dir, error);
  hx_publish_abandon(&dir);
  return false;
}
