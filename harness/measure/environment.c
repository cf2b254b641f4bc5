#include "measure/environment.h"

#include "measure/tool.h"
#include "pvs/pvs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

void hx_bytes_hash(const void *data, size_t size, char hash[HX_HASH_TEXT]) {
  snprintf(hash, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits(data, size));
}

/* Block by block: outputs may be larger than memory. */
void hx_file_hash(const char *path, char hash[HX_HASH_TEXT]) {
  char block[1 << 14];
  ssize_t n = -1;
  XXH3_state_t *state = XXH3_createState();
  int fd = state ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    XXH3_64bits_reset(state);
    while ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR))
      if (n > 0)
        XXH3_64bits_update(state, block, (size_t)n);
    close(fd);
  }
  hash[0] = 0;
  if (n == 0)
    snprintf(hash, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  XXH3_freeState(state);
}

void hx_revision_of(const char *path, char revision[HX_REVISION_TEXT]) {
  char folder[PATH_MAX];
  const char *slash = strrchr(path, '/');
  revision[0] = 0;
  if (!slash || snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path) >= PATH_MAX)
    return;
  char *commit = hx_tool_read(
      (char *[]){"git", "rev-parse", "--verify", "--short=12", "HEAD", NULL}, folder, NULL);
  /* Nothing is written there: no monitor that the user set for all repositories, and no index with a
   * lock, which would stay if this were killed. */
  char *changes = hx_tool_read(
      (char *[]){"git", "--no-optional-locks", "-c", "core.fsmonitor=false", "status",
                 "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude)results", NULL},
      folder, NULL);
  if (commit && strlen(commit) + sizeof "-dirty" <= HX_REVISION_TEXT)
    snprintf(revision, HX_REVISION_TEXT, "%s%s", commit, changes && changes[0] ? "-dirty" : "");
  free(commit);
  free(changes);
}

/* ---- environment ---- */

/* Every text column but the key and those that change from minute to minute. */
static void hash_row(const hx_environment_row *row, char hash[HX_HASH_TEXT]) {
  XXH3_state_t *state = XXH3_createState();
  hash[0] = 0;
  if (!state)
    return;
  XXH3_64bits_reset(state);
  for (size_t i = 0; i < hx_environments_schema.n_columns; i++) {
    const hx_store_column *column = &hx_environments_schema.columns[i];
    const char *text;
    memcpy(&text, (const char *)row + column->offset, sizeof text);
    if (strcmp(column->name, "environment") != 0 && strcmp(column->name, "seen_utc") != 0 &&
        strcmp(column->name, "load_1min") != 0)
      XXH3_64bits_update(state, text, strlen(text) + 1);
  }
  snprintf(hash, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  XXH3_freeState(state);
}

void hx_environment_read(const hx_topo *topo, hx_environment *out) {
  hx_store_row_clear(&hx_environments_schema, &out->row);
  out->identity = hx_identity_of(topo);
  int n = hx_facts_read(topo, NULL, out->facts);
  for (int f = 0; f < n; f++)
    for (size_t i = 0; i < hx_environments_schema.n_columns; i++)
      if (strcmp(hx_environments_schema.columns[i].name, out->facts[f].name) == 0) {
        const char *value = out->facts[f].value;
        memcpy((char *)&out->row + hx_environments_schema.columns[i].offset, &value, sizeof value);
      }
  hx_utc_now(out->seen_utc);
  out->row.seen_utc = out->seen_utc;
  out->row.machine = out->identity.machine;
  out->row.allocation = out->identity.allocation;
  out->row.version = PVS_VERSION;
#ifdef __clang__
  out->row.compiler = __VERSION__;
#else
  out->row.compiler = "GCC " __VERSION__;
#endif
  hash_row(&out->row, out->hash);
  out->row.environment = out->hash;
}

static bool is_stored(const char *folder, const char *hash, bool *stored, pvs_error *error) {
  hx_store_rows rows;
  if (!hx_store_rows_read(folder, &hx_environments_schema, &rows, error))
    return false;
  const hx_environment_row *row = rows.rows;
  *stored = false;
  for (size_t i = 0; i < rows.n && !*stored; i++)
    *stored = strcmp(row[i].environment, hash) == 0;
  hx_store_rows_deinit(&rows);
  return true;
}

bool hx_environment_store(const char *folder, const hx_topo *topo, const hx_environment *env,
                          pvs_error *error) {
  char xml[4096];
  bool stored;
  if (!is_stored(folder, env->hash, &stored, error))
    return false;
  if (!stored && !hx_store_row_keep(folder, &hx_environments_schema, &env->row, error))
    return false;
  snprintf(xml, sizeof xml, "%s/machine.xml", folder);
  return access(xml, F_OK) == 0 || hx_topo_export_xml(topo, xml, error);
}
