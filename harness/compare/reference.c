#include "compare/reference.h"

#include "base/fail.h"
#include "base/files.h"

#include "compare/revision_cache.h"
#include "compare/series.h"
#include "measure/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* bin: sides are stored relative to the folder: stores are copied and moved. */
static bool to_reference(const char *folder, const hx_reference_row *row, hx_reference *out,
                         pvs_error *error) {
  char path[PATH_MAX];
  snprintf(out->revision, sizeof out->revision, "%s", row->revision);
  if (strncmp(row->side, "bin:", 4) != 0) {
    out->found = snprintf(out->side, sizeof out->side, "%s", row->side) < (int)sizeof out->side;
    return out->found || hx_fail(error, PVS_BAD_VALUE, "%s/%s: the side %.40s... is too long",
                                 folder, hx_references_schema.file, row->side);
  }
  snprintf(path, sizeof path, "%s/%s", folder, row->side + 4);
  char *absolute = realpath(path, NULL);
  if (!absolute)
    return hx_fail(
        error, PVS_IO,
        "the reference binary %.900s is missing: choose another with --reference, which begins "
        "a new series",
        path);
  snprintf(out->side, sizeof out->side, "bin:%s", absolute);
  free(absolute);
  out->found = true;
  return true;
}

bool hx_reference_find(const char *folder, const char *build, hx_reference *out, pvs_error *error) {
  hx_store_rows rows;
  *out = (hx_reference){.found = false};
  if (!hx_store_rows_read(folder, &hx_references_schema, &rows, error))
    return false;
  const hx_reference_row *row = rows.rows, *last = NULL;
  for (size_t i = 0; i < rows.n; i++)
    if (strcmp(row[i].build, build ? build : "") == 0)
      last = &row[i];
  bool ok = true;
  if (last)
    ok = to_reference(folder, last, out, error);
  else if (rows.skipped) /* another one would begin a new series unasked */
    ok = hx_fail(error, PVS_BAD_VALUE,
                 "which reference is pinned cannot be read (%s): choose one with --reference, "
                 "which begins a new series",
                 rows.warning);
  hx_store_rows_deinit(&rows);
  return ok;
}

/* False with errno set. */
static bool copy_bytes(int in, int out) {
  struct stat st;
  if (fstat(in, &st) != 0 || fchmod(out, st.st_mode & 0777) != 0)
    return false;
  for (off_t left = st.st_size; left > 0;) {
    ssize_t n = sendfile(out, in, NULL, (size_t)left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n == 0)
      errno = EIO; /* it was cut short meanwhile */
    if (n <= 0)
      return false;
    left -= n;
  }
  return true;
}

/* To a name of our own beside `to` first: another process may keep the same program. False with errno
 * set. */
static bool copy_program(const char *from, const char *to) {
  char half[PATH_MAX + 8];
  snprintf(half, sizeof half, "%s.XXXXXX", to);
  int in = open(from, O_RDONLY | O_CLOEXEC);
  int out = in < 0 ? -1 : mkostemp(half, O_CLOEXEC);
  bool ok = out >= 0 && copy_bytes(in, out);
  int reason = errno;
  if (in >= 0)
    close(in);
  if (out >= 0 && close(out) != 0 && ok) {
    ok = false;
    reason = errno;
  }
  if (ok && rename(half, to) != 0) {
    ok = false;
    reason = errno;
  }
  if (out >= 0 && !ok)
    unlink(half);
  errno = reason;
  return ok;
}

/* reference/<hash>/pvtune, relative to the folder, in `side` behind bin:. */
static bool keep_program(const char *folder, const char *program, const char *hash, char *side,
                         size_t cap, pvs_error *error) {
  char path[PATH_MAX];
  int n = snprintf(path, sizeof path, "%s/reference/%s", folder, hash);
  bool fits = n + 16 < (int)sizeof path, ok = fits && hx_files_make_folder(path, NULL);
  if (ok) {
    strcat(path, "/pvtune");
    ok = access(path, X_OK) == 0 || copy_program(program, path);
  }
  if (!ok) {
    int reason = fits ? errno : ENAMETOOLONG;
    hx_fail(error, PVS_IO, "the reference binary cannot be kept at %.900s: %s", path,
            strerror(reason));
  }
  snprintf(side, cap, "bin:reference/%s/pvtune", hash);
  return ok;
}

bool hx_reference_pin(const char *folder, const hx_recipe *recipe, const hx_build *build,
                      hx_reference *out, pvs_error *error) {
  char utc[HX_UTC_TEXT], hash[HX_HASH_TEXT] = "", side[128], revision[HX_COMMIT_SHORT + 1] = "";
  hx_reference_row row;
  *out = (hx_reference){.found = false};
  memcpy(revision, build->commit, HX_COMMIT_SHORT);
  if (recipe->command) {
    snprintf(side, sizeof side, "rev:%s", build->commit);
  } else {
    hx_file_hash(build->program, hash);
    if (!keep_program(folder, build->program, hash, side, sizeof side, error))
      return false;
  }
  hx_store_row_clear(&hx_references_schema, &row);
  hx_utc_now(utc);
  row.pinned_utc = utc;
  row.build = recipe->command;
  row.side = side;
  row.revision = revision;
  row.binary = hash;
  return hx_store_row_keep(folder, &hx_references_schema, &row, error) &&
         to_reference(folder, &row, out, error);
}

bool hx_reference_get(const char *folder, const hx_repository *repository, const hx_recipe *wanted,
                      const char *revision, const char *otherwise, const hx_listener *listener,
                      hx_reference *out, pvs_error *error) {
  char cache[PATH_MAX], commit[HX_COMMIT_TEXT];
  hx_build built;
  out->found = false;
  if (!revision && !hx_reference_find(folder, wanted->command, out, error))
    return false;
  if (out->found)
    return true;
  hx_recipe recipe = *wanted;
  recipe.cache = cache;
  pvs_error why = {0};
  snprintf(commit, sizeof commit, "%s", otherwise);
  if ((revision && !hx_repository_resolve(repository, revision, commit, error)) ||
      !hx_cache_folder(cache, sizeof cache, error))
    return false;
  char said[HX_TOOL_LAST_WORDS];
  if (!hx_revision_build(repository, &recipe, commit, &built, &why))
    return hx_fail(error, PVS_IO, "the reference, %.*s, does not build: %s%s", HX_COMMIT_SHORT,
                   commit, HX_FAIL_LINE(&why), hx_tool_last_words(built.log, said, sizeof said));
  if (!hx_reference_pin(folder, &recipe, &built, out, error))
    return false;
  hx_listener_note(listener, "the reference is %.*s from now on", HX_COMMIT_SHORT, commit);
  return true;
}
