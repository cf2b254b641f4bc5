#include "base/config.h"

#include "base/fail.h"
#include "base/phrase.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const executor_names[HX_EXECUTOR_COUNT] = {
    [HX_EXECUTOR_SERIAL] = "serial",
    [HX_EXECUTOR_THREADS] = "threads",
    [HX_EXECUTOR_PROCESSES] = "processes",
    [HX_EXECUTOR_HYBRID] = "hybrid",
    [HX_EXECUTOR_MPI] = "mpi",
};

static const char *const schedule_names[HX_SCHEDULE_COUNT] = {
    [HX_SCHEDULE_DYNAMIC] = "dynamic",
    [HX_SCHEDULE_STATIC] = "static",
};

/* Index of the name equal to the first `length` characters of `text`, or -1. */
static int find_name(const char *const *names, int n, const char *text, size_t length) {
  for (int i = 0; i < n; i++)
    if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0)
      return i;
  return -1;
}

const char *hx_executor_name(hx_executor executor) {
  return executor_names[executor];
}

const char *hx_schedule_name(hx_schedule schedule) {
  return schedule_names[schedule];
}

bool hx_executor_parse(const char *name, hx_executor *executor) {
  int found = find_name(executor_names, HX_EXECUTOR_COUNT, name, strlen(name));
  if (found >= 0)
    *executor = (hx_executor)found;
  return found >= 0;
}

bool hx_schedule_parse(const char *name, hx_schedule *schedule) {
  int found = find_name(schedule_names, HX_SCHEDULE_COUNT, name, strlen(name));
  if (found >= 0)
    *schedule = (hx_schedule)found;
  return found >= 0;
}

hx_config hx_config_serial(void) {
  hx_config config = {.executor = HX_EXECUTOR_SERIAL, .processes = 1, .threads = 1};
  strcpy(config.pin, "none");
  return config;
}

int hx_config_workers(const hx_config *config) {
  return config->processes * config->threads;
}

bool hx_config_equal(const hx_config *a, const hx_config *b) {
  /* Grids compare millions of pairs. Most of them differ in one of these, and need no text. */
  if (a->executor != b->executor || strcmp(a->pin, b->pin) != 0 ||
      (a->executor != HX_EXECUTOR_SERIAL && hx_config_workers(a) != hx_config_workers(b)))
    return false;
  char text_a[HX_CONFIG_TEXT], text_b[HX_CONFIG_TEXT];
  hx_config_format(a, text_a, sizeof text_a);
  hx_config_format(b, text_b, sizeof text_b);
  return strcmp(text_a, text_b) == 0;
}

bool hx_config_validate(const hx_config *c, pvs_error *error) {
  const char *name = hx_executor_name(c->executor);
  if (c->processes < 1 || c->threads < 1 || c->processes > HX_WORKERS_MAX / c->threads)
    return hx_fail(error, PVS_BAD_VALUE, "%s: found %d x %d workers, expected 1 to %d in all", name,
                   c->processes, c->threads, HX_WORKERS_MAX);
  if (c->executor == HX_EXECUTOR_SERIAL && hx_config_workers(c) != 1)
    return hx_fail(error, PVS_BAD_VALUE, "serial: found %d workers, expected 1",
                   hx_config_workers(c));
  if (c->executor == HX_EXECUTOR_THREADS && c->processes != 1)
    return hx_fail(error, PVS_BAD_VALUE, "threads: found the shape %dx%d, expected one count",
                   c->processes, c->threads);
  if (c->executor == HX_EXECUTOR_PROCESSES && c->threads != 1)
    return hx_fail(error, PVS_BAD_VALUE, "processes: found the shape %dx%d, expected one count",
                   c->processes, c->threads);
  if (c->chunk < 0)
    return hx_fail(error, PVS_BAD_VALUE, "%s: found a chunk size of %d, expected 0 or more", name,
                   c->chunk);
  size_t pin = strnlen(c->pin, sizeof c->pin);
  if (pin == 0 || pin == sizeof c->pin || strcspn(c->pin, "/ \t\n") != pin)
    return hx_fail(error, PVS_BAD_VALUE, "pin \"%.*s\": expected a strategy's name", (int)pin,
                   c->pin);
  return true;
}

/* Whether its shape is processes x threads. */
static bool has_two_counts(hx_executor executor) {
  return executor == HX_EXECUTOR_HYBRID || executor == HX_EXECUTOR_MPI;
}

const char *hx_config_shape(const hx_config *c, char *text, size_t cap) {
  if (has_two_counts(c->executor))
    snprintf(text, cap, "%dx%d", c->processes, c->threads);
  else
    snprintf(text, cap, "%d", hx_config_workers(c));
  return text;
}

size_t hx_config_format(const hx_config *c, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  char shape[32];
  bool serial = c->executor == HX_EXECUTOR_SERIAL;
  hx_phrase_add(&out, "%s", hx_executor_name(c->executor));
  if (!serial)
    hx_phrase_add(&out, ":%s", hx_config_shape(c, shape, sizeof shape));
  if (strcmp(c->pin, "none") != 0)
    hx_phrase_add(&out, "/pin=%s", c->pin);
  if (!serial && c->schedule != HX_SCHEDULE_DYNAMIC)
    hx_phrase_add(&out, "/schedule=%s", hx_schedule_name(c->schedule));
  if (!serial && c->chunk > 0)
    hx_phrase_add(&out, "/chunk=%d", c->chunk);
  if (c->params[0])
    hx_phrase_add(&out, "/%s", c->params);
  return out.length;
}

const char *hx_config_words(const hx_config *c, bool command, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  const char *what = command && c->executor == HX_EXECUTOR_THREADS ? "worker" : "thread";
  if (c->executor == HX_EXECUTOR_SERIAL)
    hx_phrase_add(&out, "serial");
  if (c->executor == HX_EXECUTOR_PROCESSES || c->executor == HX_EXECUTOR_HYBRID)
    hx_phrase_add(&out, "%d process%s", c->processes, c->processes == 1 ? "" : "es");
  if (c->executor == HX_EXECUTOR_MPI)
    hx_phrase_add(&out, "%d rank%s", c->processes, c->processes == 1 ? "" : "s");
  if (has_two_counts(c->executor))
    hx_phrase_add(&out, " of ");
  if (c->executor == HX_EXECUTOR_THREADS || has_two_counts(c->executor))
    hx_phrase_add(&out, "%d %s%s", c->threads, what, c->threads == 1 ? "" : "s");
  if (strcmp(c->pin, "none") != 0)
    hx_phrase_add(&out, " pinned %s", c->pin);
  if (c->schedule == HX_SCHEDULE_STATIC && c->executor != HX_EXECUTOR_SERIAL)
    hx_phrase_add(&out, ", static schedule");
  if (c->chunk > 0 && c->executor != HX_EXECUTOR_SERIAL)
    hx_phrase_add(&out, ", %d unit%s at a time", c->chunk, c->chunk == 1 ? "" : "s");
  char params[HX_PARAMS_TEXT + 64];
  if (hx_config_param_words(c, params, sizeof params)[0])
    hx_phrase_add(&out, " with %s", params);
  return text;
}

bool hx_config_is_plural(const hx_config *c) {
  return c->executor == HX_EXECUTOR_THREADS ? c->threads > 1 : c->processes > 1;
}

/* A decimal number without leading zeros, of `length` characters, between min and max; false for anything else. */
static bool read_number(const char *text, size_t length, int min, int max, int *value) {
  int n = 0;
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)text[i]) || n > max / 10 || (n = 10 * n + (text[i] - '0')) > max)
      return false;
  }
  *value = n;
  return length > 0 && text[0] != '0' && n >= min;
}

static bool read_shape(const char *text, size_t length, int *first, int *threads) {
  const char *x = memchr(text, 'x', length);
  *threads = 0;
  if (x == NULL)
    return read_number(text, length, 1, HX_WORKERS_MAX, first);
  return read_number(text, (size_t)(x - text), 1, HX_WORKERS_MAX, first) &&
         read_number(x + 1, length - (size_t)(x + 1 - text), 1, HX_WORKERS_MAX, threads) &&
         *first <= HX_WORKERS_MAX / *threads;
}

bool hx_shape_parse(const char *text, int *count_or_processes, int *threads, pvs_error *error) {
  int first, second;
  if (!read_shape(text, strlen(text), &first, &second))
    return hx_fail(
        error, PVS_BAD_VALUE,
        "--workers: found '%s', expected a count like 8 or PROCESSESxTHREADS like 2x4, 1 to %d "
        "workers in all",
        text, HX_WORKERS_MAX);
  *count_or_processes = first;
  *threads = second;
  return true;
}

bool hx_config_set_shape(hx_config *c, const char *text, pvs_error *error) {
  int first = 0, threads = 0;
  if (!hx_shape_parse(text, &first, &threads, error))
    return false;
  bool hybrid = c->executor == HX_EXECUTOR_HYBRID, flat = c->executor == HX_EXECUTOR_THREADS;
  if (c->executor == HX_EXECUTOR_MPI)
    hybrid = threads > 0;
  if (hybrid != (threads > 0))
    return hx_fail(error, PVS_BAD_VALUE, "--workers: found '%s' for %s, expected %s", text,
                   hx_executor_name(c->executor),
                   hybrid ? "PROCESSESxTHREADS such as 2x4" : "a number");
  c->processes = flat ? 1 : first;
  c->threads = hybrid ? threads : flat ? first : 1;
  return true;
}

bool hx_config_set_pin(hx_config *c, const char *text, pvs_error *error) {
  bool bare = isdigit((unsigned char)text[0]);
  int n = snprintf(NULL, 0, "%s%s", bare ? "list:" : "", text);
  if (n >= (int)sizeof c->pin)
    return hx_fail(error, PVS_BAD_VALUE, "pin: found %d characters, expected at most %zu", n,
                   sizeof c->pin - 1);
  snprintf(c->pin, sizeof c->pin, "%s%s", bare ? "list:" : "", text);
  return true;
}

/* "threads:4": the executor and its shape. */
static bool read_head(const char *text, hx_config *c, pvs_error *error) {
  const char *colon = strchr(text, ':');
  size_t name_length = colon != NULL ? (size_t)(colon - text) : strlen(text);
  int executor = find_name(executor_names, HX_EXECUTOR_COUNT, text, name_length);
  int first = 0, threads = 0;
  if (executor < 0)
    return hx_fail(error, PVS_BAD_VALUE,
                   "executor \"%.*s\": expected serial, threads, processes, hybrid or mpi",
                   (int)name_length, text);
  c->executor = (hx_executor)executor;
  if (c->executor == HX_EXECUTOR_SERIAL)
    return colon == NULL ||
           hx_fail(error, PVS_BAD_VALUE, "\"%s\": expected serial, which has no count", text);
  bool hybrid = c->executor == HX_EXECUTOR_HYBRID;
  if (colon == NULL || !hx_shape_parse(colon + 1, &first, &threads, NULL) ||
      (hybrid && threads == 0))
    return hx_fail(error, PVS_BAD_VALUE, "\"%s\": expected a text such as %s:%s", text,
                   executor_names[executor], has_two_counts((hx_executor)executor) ? "2x4" : "4");
  bool flat_threads = c->executor == HX_EXECUTOR_THREADS && threads == 0;
  c->processes = flat_threads ? 1 : first;
  c->threads = flat_threads ? first : threads == 0 ? 1 : threads;
  return true;
}

/* "dynamic:16": how a schedule and its chunk were written before version 0.2. */
static bool read_old_schedule(const char *text, hx_config *c) {
  size_t name_length = strcspn(text, ":");
  int schedule = find_name(schedule_names, HX_SCHEDULE_COUNT, text, name_length);
  if (schedule < 0)
    return false;
  c->schedule = (hx_schedule)schedule;
  const char *chunk = text + name_length;
  return *chunk == '\0' || read_number(chunk + 1, strlen(chunk + 1), 1, HX_CHUNK_MAX, &c->chunk);
}

enum { PART_PIN = 1, PART_SCHEDULE = 2, PART_CHUNK = 4, PART_PARAM = 8 };

/* Which parts the text sets, as PART_ bits; 0: it is none of them. */
static int read_part(const char *text, hx_config *c) {
  pvs_error error = {0};
  if (strncmp(text, "pin=", 4) == 0)
    return text[4] && hx_config_set_pin(c, text + 4, &error) ? PART_PIN : 0;
  if (strncmp(text, "schedule=", 9) == 0)
    return hx_schedule_parse(text + 9, &c->schedule) ? PART_SCHEDULE : 0;
  if (strncmp(text, "chunk=", 6) == 0)
    return read_number(text + 6, strlen(text + 6), 1, HX_CHUNK_MAX, &c->chunk) ? PART_CHUNK : 0;
  if (strchr(text, '='))
    return hx_config_param_read(c, text, NULL) ? PART_PARAM : 0;
  if (!read_old_schedule(text, c))
    return 0;
  return strchr(text, ':') ? PART_SCHEDULE | PART_CHUNK : PART_SCHEDULE;
}

bool hx_config_parse(const char *text, hx_config *config, pvs_error *error) {
  hx_config c = hx_config_serial();
  char part[HX_CONFIG_TEXT];
  int seen = 0;
  for (const char *at = text; at != NULL; at = strchr(at, '/')) {
    at += at != text;
    size_t length = strcspn(at, "/");
    snprintf(part, sizeof part, "%.*s", (int)length, at);
    if (at == text) {
      if (!read_head(part, &c, error))
        return false;
      continue;
    }
    int sets = length < sizeof part ? read_part(part, &c) : 0;
    if (sets == 0 || (seen & sets) != 0)
      return hx_fail(error, PVS_BAD_VALUE,
                     "configuration \"%s\": found \"%s\", expected at most one each of pin=NAME, "
                     "schedule=dynamic or static, chunk=N up to %d, and parameters such as level=9",
                     text, part, HX_CHUNK_MAX);
    seen |= sets & ~PART_PARAM;
  }
  if (c.executor == HX_EXECUTOR_SERIAL) {
    c.schedule = HX_SCHEDULE_DYNAMIC;
    c.chunk = 0;
  }
  if (!hx_config_validate(&c, error))
    return false;
  *config = c;
  return true;
}

bool hx_config_same(const char *a, const char *b) {
  hx_config x, y;
  size_t head = strcspn(a, "/");
  if (strcmp(a, b) == 0)
    return true;
  if (strcspn(b, "/") != head || memcmp(a, b, head) != 0) /* most pairs differ here already */
    return false;
  return hx_config_parse(a, &x, NULL) && hx_config_parse(b, &y, NULL) && hx_config_equal(&x, &y);
}
