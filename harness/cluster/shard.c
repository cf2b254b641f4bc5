#include "cluster/shard.h"

#include "base/fail.h"
#include "base/files.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FORMAT = 1, HEX_TEXT = 17 };

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
  }
  return true;
}

static json_t *manifest_of(const hx_shard *s) {
  json_t *tables = json_array(), *tariffs = json_array();
  for (int i = 0; i < PVS_TABLES; i++)
    json_array_append_new(tables, json_pack("{s:s, s:I, s:I}", "name", s->tables[i].name,
                                            "header_bytes", (json_int_t)s->tables[i].header_bytes,
                                            "bytes", (json_int_t)s->tables[i].bytes));
  for (uint32_t i = 0; i < s->tariff_parts; i++)
    json_array_append_new(tariffs, hex(s->tariff_digests[i]));
  return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:b, s:o, s:o}", "format", FORMAT,
                   "version", s->version, "project", s->project, "study", s->study, "region",
                   s->region, "input_digest", hex(s->input_digest), "scenarios",
                   (json_int_t)s->scenarios, "first", (json_int_t)s->first, "count",
                   (json_int_t)s->count, "scenario_files", s->scenario_files, "tables", tables,
                   "tariff_digests", tariffs);
}

bool hx_shard_write(hx_shard *shard, const char *folder, pvs_error *error) {
  char path[PATH_MAX];
  if (!measure_tables(shard, folder, error) || !join(path, folder, HX_SHARD_DIGESTS, error) ||
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
         !strchr(s->tables[i].name, '/') &&
         take_number(table, "bytes", INT64_MAX, &s->tables[i].bytes) &&
         take_number(table, "header_bytes", s->tables[i].bytes, &s->tables[i].header_bytes);
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
         take_text(root, "study", s->study, sizeof s->study) &&
         take_text(root, "region", s->region, sizeof s->region) &&
         take_hex(json_object_get(root, "input_digest"), &s->input_digest) &&
         take_u32(root, "scenarios", &s->scenarios) && take_u32(root, "first", &s->first) &&
         take_u32(root, "count", &s->count) && s->count > 0 &&
         (uint64_t)s->first + s->count <= s->scenarios && take_lists(root, s);
}

static bool check_tables(const hx_shard *shard, const char *folder, pvs_error *error) {
  hx_shard now = *shard;
  if (!measure_tables(&now, folder, error))
    return false;
  for (int i = 0; i < PVS_TABLES; i++)
    if (now.tables[i].bytes != shard->tables[i].bytes) {
      char path[PATH_MAX];
      return join(path, folder, shard->tables[i].name, error) &&
             hx_fail_at(error, PVS_MISMATCH, path, 0, NULL,
                        "found %" PRIu64 " bytes, expected %" PRIu64 " as when it was written",
                        now.tables[i].bytes, shard->tables[i].bytes);
    }
  return true;
}

static bool read_digests(hx_shard *shard, const char *folder, pvs_error *error) {
  char path[PATH_MAX];
  hx_text bytes = {0};
  bool ok = join(path, folder, HX_SHARD_DIGESTS, error) && hx_files_read(path, &bytes, error);
  size_t expected = shard->count * sizeof *shard->digests;
  if (ok && bytes.length != expected)
    ok = hx_fail_at(error, PVS_MISMATCH, path, 0, NULL, "found %zu bytes, expected %zu",
                    bytes.length, expected);
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
  return ok && check_tables(shard, folder, error) && read_digests(shard, folder, error);
}
