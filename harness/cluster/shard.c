#include "cluster/shard.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { FORMAT = 3, HEX_TEXT = 17 };

static bool join(char path[PATH_MAX], const char *folder, const char *name, pvs_error *error) {
  return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX ||
         hx_fail_errno(error, ENAMETOOLONG, folder, "cannot use this folder");
}

/* ---- writing ------------------------------------------------------------------------------- */

/* JSON numbers are doubles to many readers: 64 bits are written as text. */
static json_t *hex(uint64_t value) {
  char text[HEX_TEXT];
  snprintf(text, sizeof text, "%016" PRIx64, value);
  return json_string(text);
}

static bool hash_file(const char *path, uint64_t *hash, pvs_error *error) {
  enum { PIECE = 1 << 20 };
  int fd = hx_files_open(path, O_RDONLY, "a table", error);
  char *piece = malloc(PIECE);
  XXH3_state_t *state = XXH3_createState();
  bool ok = fd >= 0 && ((piece && state) || hx_fail_memory(error));
  if (ok)
    XXH3_64bits_reset(state);
  for (ssize_t n = 1; ok && n != 0;) {
    n = read(fd, piece, PIECE);
    if (n > 0)
      XXH3_64bits_update(state, piece, (size_t)n);
    else if (n < 0 && errno != EINTR)
      ok = hx_fail_errno(error, errno, path, "cannot be read");
  }
  *hash = ok ? XXH3_64bits_digest(state) : 0;
  XXH3_freeState(state);
  free(piece);
  if (fd >= 0)
    close(fd);
  return ok;
}

static bool measure_tables(hx_shard *shard, const char *folder, pvs_error *error) {
  for (int i = 0; i < PVS_TABLES; i++) {
    char path[PATH_MAX];
    struct stat status;
    if (!shard->tables[i].name[0])
      continue;
    if (!join(path, folder, shard->tables[i].name, error))
      return false;
    if (stat(path, &status) != 0)
      return hx_fail_errno(error, errno, path, "cannot look at this table");
    shard->tables[i].bytes = (uint64_t)status.st_size;
    if (!hash_file(path, &shard->tables[i].hash, error))
      return false;
  }
  return true;
}

typedef struct count {
  size_t root_length;
  hx_shard *shard;
  pvs_error *error;
  bool failed; /* error says why */
} count;

/* Of its name and what is in it. */
static bool hash_named(const char *path, const char *name, uint64_t *hash, pvs_error *error) {
  uint64_t of[2] = {XXH3_64bits(name, strlen(name)), 0};
  bool ok = hash_file(path, &of[1], error);
  *hash = XXH3_64bits(of, sizeof of);
  return ok;
}

static hx_walk_step count_file(void *context, const hx_walked *entry) {
  count *c = context;
  uint64_t hash;
  const char *below = entry->path + c->root_length;
  if (*below && entry->name[0] == '.')
    return HX_WALK_PAST;
  if (S_ISREG(entry->status->st_mode) && strchr(below + 1, '/')) {
    c->shard->files++;
    c->shard->file_bytes += (uint64_t)entry->status->st_size;
    c->failed = !hash_named(entry->path, below, &hash, c->error);
    if (c->failed)
      return HX_WALK_END;
    c->shard->files_hash += hash; /* a sum: folders have no order */
  }
  return HX_WALK_ON;
}

/* Those in folders. */
static bool measure_files(hx_shard *shard, const char *folder, pvs_error *error) {
  char path[PATH_MAX];
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/')
    length--;
  shard->files = shard->file_bytes = shard->files_hash = 0;
  if (snprintf(path, sizeof path, "%.*s", (int)length, folder) >= (int)sizeof path)
    return hx_fail_errno(error, ENAMETOOLONG, folder, "cannot use this folder");
  count all = {.root_length = length, .shard = shard, .error = error};
  return hx_walk(path, HX_WALK_FOLLOW, count_file, &all) ||
         (!all.failed && hx_fail_errno(error, errno, path, "cannot be read"));
}

static json_t *manifest_of(const hx_shard *s) {
  json_t *tables = json_array(), *tariffs = json_array();
  for (int i = 0; i < PVS_TABLES; i++)
    json_array_append_new(tables, json_pack("{s:s, s:I, s:I, s:o}", "name", s->tables[i].name,
                                            "header_bytes", (json_int_t)s->tables[i].header_bytes,
                                            "bytes", (json_int_t)s->tables[i].bytes, "hash",
                                            hex(s->tables[i].hash)));
  for (uint32_t i = 0; i < s->tariff_parts; i++)
    json_array_append_new(tariffs, hex(s->tariff_digests[i]));
  return json_pack(
      "{s:i, s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:b, s:I, s:I, s:o, s:o, s:o, s:o}", "format",
      FORMAT, "version", s->version, "project", s->project, "study", s->study, "region", s->region,
      "input_digest", hex(s->input_digest), "scenarios", (json_int_t)s->scenarios, "first",
      (json_int_t)s->first, "count", (json_int_t)s->count, "scenario_files", s->scenario_files,
      "files", (json_int_t)s->files, "file_bytes", (json_int_t)s->file_bytes, "files_hash",
      hex(s->files_hash), "tables", tables, "tariff_digests", tariffs, "digests_hash",
      hex(s->digests_hash));
}

bool hx_shard_write(hx_shard *shard, const char *folder, pvs_error *error) {
  char path[PATH_MAX];
  shard->digests_hash = XXH3_64bits(shard->digests, shard->count * sizeof *shard->digests);
  if (!measure_tables(shard, folder, error) || !measure_files(shard, folder, error) ||
      !join(path, folder, HX_SHARD_DIGESTS, error) ||
      !hx_files_replace(path, shard->digests, shard->count * sizeof *shard->digests, error) ||
      !join(path, folder, HX_SHARD_MANIFEST, error))
    return false;
  json_t *manifest = manifest_of(shard);
  char *text = manifest ? json_dumps(manifest, JSON_INDENT(2)) : NULL;
  json_decref(manifest);
  bool ok = text ? hx_files_replace(path, text, strlen(text), error) : hx_fail_memory(error);
  free(text);
  return ok;
}

/* ---- reading ------------------------------------------------------------------------------- */

/* A name of one file or folder. */
static bool is_name(const char *text) {
  return *text && !strchr(text, '/') && strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static bool take_text(const json_t *root, const char *key, char *to, size_t size) {
  const char *text = json_string_value(json_object_get(root, key));
  return text && snprintf(to, size, "%s", text) < (int)size;
}

static bool take_number(const json_t *root, const char *key, uint64_t most, uint64_t *to) {
  const json_t *value = json_object_get(root, key);
  json_int_t n = json_integer_value(value);
  *to = (uint64_t)n;
  return json_is_integer(value) && n >= 0 && (uint64_t)n <= most;
}

static bool take_u32(const json_t *root, const char *key, uint32_t *to) {
  uint64_t n;
  bool ok = take_number(root, key, UINT32_MAX, &n);
  *to = (uint32_t)n;
  return ok;
}

static bool take_hex(const json_t *value, uint64_t *to) {
  const char *text = json_string_value(value);
  char *end = NULL;
  *to = text ? strtoull(text, &end, 16) : 0;
  return text && strlen(text) == HEX_TEXT - 1 && *end == '\0';
}

static bool take_lists(const json_t *root, hx_shard *s) {
  const json_t *tables = json_object_get(root, "tables"),
               *tariffs = json_object_get(root, "tariff_digests");
  bool ok = json_array_size(tables) == PVS_TABLES && json_array_size(tariffs) <= HX_SHARD_PARTS;
  for (size_t i = 0; ok && i < PVS_TABLES; i++) {
    const json_t *table = json_array_get(tables, i);
    ok = take_text(table, "name", s->tables[i].name, sizeof s->tables[i].name) &&
         (!s->tables[i].name[0] || (is_name(s->tables[i].name) && s->tables[i].name[0] != '.')) &&
         take_number(table, "bytes", INT64_MAX, &s->tables[i].bytes) &&
         take_number(table, "header_bytes", s->tables[i].bytes, &s->tables[i].header_bytes) &&
         take_hex(json_object_get(table, "hash"), &s->tables[i].hash);
  }
  s->tariff_parts = (uint32_t)json_array_size(tariffs);
  for (size_t i = 0; ok && i < s->tariff_parts; i++)
    ok = take_hex(json_array_get(tariffs, i), &s->tariff_digests[i]);
  return ok;
}

static bool take_manifest(const json_t *root, hx_shard *s) {
  uint64_t format;
  s->scenario_files = json_is_true(json_object_get(root, "scenario_files"));
  return take_number(root, "format", FORMAT, &format) && format == FORMAT &&
         take_text(root, "version", s->version, sizeof s->version) &&
         take_text(root, "project", s->project, sizeof s->project) &&
         take_text(root, "study", s->study, sizeof s->study) && is_name(s->study) &&
         take_text(root, "region", s->region, sizeof s->region) &&
         take_hex(json_object_get(root, "input_digest"), &s->input_digest) &&
         take_u32(root, "scenarios", &s->scenarios) && take_u32(root, "first", &s->first) &&
         take_u32(root, "count", &s->count) && s->count > 0 &&
         take_number(root, "files", INT64_MAX, &s->files) &&
         take_hex(json_object_get(root, "digests_hash"), &s->digests_hash) &&
         take_hex(json_object_get(root, "files_hash"), &s->files_hash) &&
         take_number(root, "file_bytes", INT64_MAX, &s->file_bytes) &&
         (uint64_t)s->first + s->count <= s->scenarios && take_lists(root, s);
}

static bool check_tables(const hx_shard *shard, const char *folder, pvs_error *error) {
  hx_shard now = *shard;
  if (!measure_tables(&now, folder, error))
    return false;
  for (int i = 0; i < PVS_TABLES; i++) {
    const hx_shard_table *is = &now.tables[i], *was = &shard->tables[i];
    char path[PATH_MAX];
    if (is->bytes == was->bytes && is->hash == was->hash)
      continue;
    if (!join(path, folder, was->name, error))
      return false;
    return is->bytes != was->bytes
               ? hx_fail_at(error, PVS_MISMATCH, path, 0, NULL,
                            "found %" PRIu64 " bytes, expected %" PRIu64 " as when it was written",
                            is->bytes, was->bytes)
               : hx_fail_at(error, PVS_MISMATCH, path, 0, NULL,
                            "found other bytes than when it was written, expected the same");
  }
  return true;
}

static bool check_files(const hx_shard *shard, const char *folder, pvs_error *error) {
  hx_shard now = *shard;
  if (!measure_files(&now, folder, error))
    return false;
  if (now.files == shard->files && now.file_bytes == shard->file_bytes)
    return now.files_hash == shard->files_hash ||
           hx_fail_at(error, PVS_MISMATCH, folder, 0, NULL,
                      "found other names or bytes in the files of its folders than when they were "
                      "written, expected the same");
  return hx_fail_at(
      error, PVS_MISMATCH, folder, 0, NULL,
      "found %" PRIu64 " file%s of %" PRIu64 " bytes in its folders, expected %" PRIu64
      " of %" PRIu64 " bytes as when it was written",
      now.files, now.files == 1 ? "" : "s", now.file_bytes, shard->files, shard->file_bytes);
}

static bool read_digests(hx_shard *shard, const char *folder, pvs_error *error) {
  char path[PATH_MAX];
  hx_text bytes = {0};
  bool ok = join(path, folder, HX_SHARD_DIGESTS, error) && hx_files_read(path, &bytes, error);
  size_t expected = shard->count * sizeof *shard->digests;
  if (ok && bytes.length != expected)
    ok = hx_fail_at(error, PVS_MISMATCH, path, 0, NULL, "found %zu bytes, expected %zu",
                    bytes.length, expected);
  if (ok && XXH3_64bits(bytes.at, expected) != shard->digests_hash)
    ok = hx_fail_at(error, PVS_MISMATCH, path, 0, NULL,
                    "found other bytes than when it was written, expected the same");
  shard->digests = ok ? malloc(expected) : NULL;
  if (ok && shard->digests)
    memcpy(shard->digests, bytes.at, expected);
  else if (ok)
    ok = hx_fail_memory(error);
  hx_text_deinit(&bytes);
  return ok;
}

bool hx_shard_read(hx_shard *shard, const char *folder, pvs_error *error) {
  *shard = (hx_shard){0};
  char path[PATH_MAX];
  if (!hx_files_is_folder(folder))
    return hx_fail_at(error, PVS_NOT_FOUND, folder, 0, NULL,
                      "no such folder, expected the outputs of a part of a study");
  if (!join(path, folder, HX_SHARD_MANIFEST, error))
    return false;
  struct stat status;
  if (stat(path, &status) != 0 && errno == ENOENT)
    return hx_fail_at(error, PVS_NOT_FOUND, folder, 0, NULL,
                      "found no " HX_SHARD_MANIFEST
                      ", expected the outputs of run --shard or run --scenarios");
  hx_text text = {0};
  bool ok = hx_files_read(path, &text, error);
  json_t *root = ok ? json_loadb(text.at ? text.at : "", text.length, 0, NULL) : NULL;
  if (ok && !take_manifest(root, shard))
    ok = hx_fail_at(error, PVS_SYNTAX, path, 0, NULL,
                    "not a description of a part of a study, or by another version of pvtune; "
                    "expected format %d",
                    FORMAT);
  json_decref(root);
  hx_text_deinit(&text);
  return ok && check_tables(shard, folder, error) && check_files(shard, folder, error) &&
         read_digests(shard, folder, error);
}
