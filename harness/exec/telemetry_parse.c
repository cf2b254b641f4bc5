#include "exec/telemetry.h"

#include "base/fail.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_key[] = "pvtune-record ";

/* ---- values -------------------------------------------------------------------------------- */

static bool parse_number(const char *text, int64_t *value) {
  char *end;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.ArraySubscript): text is a line's rest */
  if (end == text || *end != '\0' || errno != 0 || isspace((unsigned char)text[0]))
    return false;
  *value = number;
  return true;
}

static bool parse_count(const char *text, uint64_t *value) {
  int64_t number;
  if (!parse_number(text, &number) || number < 0)
    return false;
  *value = (uint64_t)number;
  return true;
}

static bool parse_int(const char *text, int *value) {
  int64_t number;
  if (!parse_number(text, &number) || number < INT32_MIN || number > INT32_MAX)
    return false;
  *value = (int)number;
  return true;
}

static bool parse_digest(const char *text, uint64_t *value) {
  if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
    return false;
  *value = strtoull(text, NULL, 16);
  return true;
}

static bool parse_cpus(const char *text, hx_cpuset *set) {
  return hx_cpuset_parse(strcmp(text, "-") == 0 ? "" : text, set, NULL);
}

static bool copy_text(char *to, size_t cap, const char *from) {
  snprintf(to, cap, "%s", from);
  return true;
}

/* ---- lines --------------------------------------------------------------------------------- */

static bool parse_worker_word(const char *key, const char *value, hx_telemetry_worker *worker) {
  if (strcmp(key, "asked") == 0)
    return parse_cpus(value, &worker->asked);
  if (strcmp(key, "seen") == 0)
    return parse_cpus(value, &worker->seen);
  if (strcmp(key, "node") == 0)
    return parse_int(value, &worker->mem_node);
  if (strcmp(key, "cpu") == 0)
    return parse_int(value, &worker->last_cpu);
  if (strcmp(key, "units") == 0)
    return parse_count(value, &worker->units);
  if (strcmp(key, "scenarios") == 0)
    return parse_count(value, &worker->scenarios);
  if (strcmp(key, "busy_ns") == 0)
    return parse_count(value, &worker->busy_ns);
  if (strcmp(key, "held") == 0) {
    worker->held = strcmp(value, "1") == 0;
    return worker->held || strcmp(value, "0") == 0;
  }
  return true;
}

/* "INDEX KEY=VALUE ...": workers stand in order, each index once. */
static bool parse_worker(char *text, hx_telemetry *telemetry) {
  hx_telemetry_worker worker = {.mem_node = -1, .last_cpu = -1};
  char *rest = text;
  const char *index_text = strsep(&rest, " ");
  uint64_t index;
  if (!parse_count(index_text, &index) || index != telemetry->n_workers)
    return false;
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    char *value = strchr(word, '=');
    if (!value)
      return false;
    *value = '\0';
    if (!parse_worker_word(word, value + 1, &worker))
      return false;
  }
  hx_telemetry_worker *grown =
      reallocarray(telemetry->workers, telemetry->n_workers + 1, sizeof *telemetry->workers);
  if (!grown)
    return false;
  telemetry->workers = grown;
  telemetry->workers[telemetry->n_workers++] = worker;
  return true;
}

static bool parse_line(const char *key, char *value, hx_telemetry *telemetry) {
#define PARSE_NUMBER(name)                                                                         \
  if (strcmp(key, #name) == 0)                                                                     \
    return parse_number(value, &telemetry->name);
  HX_TELEMETRY_NUMBERS(PARSE_NUMBER)
#undef PARSE_NUMBER
  if (strcmp(key, "worker") == 0)
    return parse_worker(value, telemetry);
  if (strcmp(key, "digest") == 0)
    return parse_digest(value, &telemetry->digest);
  if (strcmp(key, "input_digest") == 0)
    return parse_digest(value, &telemetry->input_digest);
#define PARSE_TEXT(name, member)                                                                   \
  if (strcmp(key, #name) == 0)                                                                     \
    return copy_text(telemetry->member, sizeof telemetry->member, value);
  HX_TELEMETRY_TEXTS(PARSE_TEXT)
#undef PARSE_TEXT
  return true;
}

/* ---- the whole ----------------------------------------------------------------------------- */

/* Cuts the next whole line off; NULL when there is none. */
static char *next_line(char **rest) {
  char *line = *rest;
  char *end = strchr(line, '\n');
  if (!end)
    return NULL;
  *end = '\0';
  *rest = end + 1;
  return line;
}

static bool parse_lines(char *text, hx_telemetry *telemetry, pvs_error *error) {
  char *line;
  do
    line = next_line(&text);
  while (line && strncmp(line, first_key, sizeof first_key - 1) != 0);
  if (!line)
    return hx_fail(error, PVS_BAD_VALUE, "found no telemetry, expected a line '%s%d'", first_key,
                   HX_TELEMETRY_PROTOCOL);
  int64_t protocol;
  if (!parse_number(line + sizeof first_key - 1, &protocol) || protocol != HX_TELEMETRY_PROTOCOL)
    return hx_fail(error, PVS_BAD_VALUE, "found telemetry of protocol '%s', expected %d",
                   line + sizeof first_key - 1, HX_TELEMETRY_PROTOCOL);
  while ((line = next_line(&text)) != NULL) {
    if (strcmp(line, "end") == 0) {
      telemetry->complete = true;
      return true;
    }
    char *value = strchr(line, ' ');
    if (!value)
      continue;
    *value++ = '\0';
    char shown[80];
    snprintf(shown, sizeof shown, "%s", value);
    if (!parse_line(line, value, telemetry))
      return hx_fail(error, PVS_BAD_VALUE, "telemetry without a valid %s: '%s'", line, shown);
  }
  return true;
}

bool hx_telemetry_parse(const char *text, size_t length, hx_telemetry *telemetry,
                        pvs_error *error) {
  hx_telemetry_init(telemetry);
  char *copy = malloc(length + 1);
  if (!copy)
    return hx_fail_memory(error);
  /* NUL bytes would hide what follows them. */
  for (size_t i = 0; i < length; i++)
    copy[i] = text[i] ? text[i] : ' ';
  copy[length] = '\0';
  bool ok = parse_lines(copy, telemetry, error);
  if (!ok)
    hx_telemetry_deinit(telemetry);
  free(copy);
  return ok;
}
