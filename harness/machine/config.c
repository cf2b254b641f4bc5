#include "machine/config.h"
#include "base/phrase.h"

#include "base/fail.h"

#include <ctype.h>
#include <string.h>

static const char *const executor_names[HX_EXECUTOR_COUNT] = {
    [HX_EXECUTOR_SERIAL] = "serial",
    [HX_EXECUTOR_THREADS] = "threads",
    [HX_EXECUTOR_PROCESSES] = "processes",
    [HX_EXECUTOR_HYBRID] = "hybrid",
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
  char text_a[HX_CONFIG_TEXT], text_b[HX_CONFIG_TEXT];
  hx_config_format(a, text_a, sizeof text_a);
  hx_config_format(b, text_b, sizeof text_b);
  return strcmp(text_a, text_b) == 0;
}

bool hx_config_validate(const hx_config *c, pvs_error *error) {
  const char *name = hx_executor_name(c->executor);
  if (c->processes < 1 || c->threads < 1 || c->processes > HX_WORKERS_MAX / c->threads)
    return hx_fail(error, PVS_BAD_VALUE, "%s: %d x %d workers found, expected 1 to %d in all", name,
                   c->processes, c->threads, HX_WORKERS_MAX);
  if (c->executor == HX_EXECUTOR_SERIAL && hx_config_workers(c) != 1)
    return hx_fail(error, PVS_BAD_VALUE, "serial: %d workers found, expected 1",
                   hx_config_workers(c));
  if (c->executor == HX_EXECUTOR_THREADS && c->processes != 1)
    return hx_fail(error, PVS_BAD_VALUE, "threads: a shape of %dx%d found, expected one count",
                   c->processes, c->threads);
  if (c->executor == HX_EXECUTOR_PROCESSES && c->threads != 1)
    return hx_fail(error, PVS_BAD_VALUE, "processes: a shape of %dx%d found, expected one count",
                   c->processes, c->threads);
  if (c->chunk < 0)
    return hx_fail(error, PVS_BAD_VALUE, "%s: a chunk of %d found, expected 0 or more", name,
                   c->chunk);
  size_t pin = strnlen(c->pin, sizeof c->pin);
  if (pin == 0 || pin == sizeof c->pin || strcspn(c->pin, "/ \t\n") != pin)
    return hx_fail(error, PVS_BAD_VALUE, "pin \"%.*s\": expected a strategy's name", (int)pin,
                   c->pin);
  return true;
}

size_t hx_config_format(const hx_config *c, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  hx_phrase_add(&out, "%s", hx_executor_name(c->executor));
  switch (c->executor) {
  case HX_EXECUTOR_THREADS:
    hx_phrase_add(&out, ":%d", c->threads);
    break;
  case HX_EXECUTOR_PROCESSES:
    hx_phrase_add(&out, ":%d", c->processes);
    break;
  case HX_EXECUTOR_HYBRID:
    hx_phrase_add(&out, ":%dx%d", c->processes, c->threads);
    break;
  case HX_EXECUTOR_SERIAL:
  case HX_EXECUTOR_COUNT:
    break;
  }
  hx_phrase_add(&out, "/pin=%s", c->pin);
  if (c->executor != HX_EXECUTOR_SERIAL) {
    hx_phrase_add(&out, "/%s", hx_schedule_name(c->schedule));
    if (c->chunk > 0)
      hx_phrase_add(&out, ":%d", c->chunk);
  }
  return out.length;
}

/* A decimal number of `length` characters between min and max; false for anything else. */
static bool read_number(const char *text, size_t length, int min, int max, int *value) {
  int n = 0;
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)text[i]) || (n = n * 10 + (text[i] - '0')) > max)
      return false;
  }
  *value = n;
  return length > 0 && n >= min;
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
    return hx_fail(error, PVS_BAD_VALUE,
                   "workers \"%s\": expected a count like 8 or PROCESSESxTHREADS like 2x4, 1 to %d "
                   "workers in all",
                   text, HX_WORKERS_MAX);
  *count_or_processes = first;
  *threads = second;
  return true;
}

/* "threads:4": the executor and its shape. */
static bool read_head(const char *text, size_t length, hx_config *c, pvs_error *error) {
  const char *colon = memchr(text, ':', length);
  size_t name_length = colon != NULL ? (size_t)(colon - text) : length;
  int executor = find_name(executor_names, HX_EXECUTOR_COUNT, text, name_length);
  if (executor < 0)
    return hx_fail(error, PVS_BAD_VALUE,
                   "executor \"%.*s\": expected serial, threads, processes or hybrid",
                   (int)name_length, text);
  c->executor = (hx_executor)executor;
  if (c->executor == HX_EXECUTOR_SERIAL)
    return colon == NULL ||
           hx_fail(error, PVS_BAD_VALUE, "\"%.*s\": expected serial, which has no count",
                   (int)length, text);
  int first = 0, threads = 0;
  if (colon == NULL || !read_shape(colon + 1, length - name_length - 1, &first, &threads))
    return hx_fail(error, PVS_BAD_VALUE, "\"%.*s\": expected %s:COUNT or %s:PROCESSESxTHREADS",
                   (int)length, text, executor_names[executor], executor_names[executor]);
  bool flat_threads = c->executor == HX_EXECUTOR_THREADS && threads == 0;
  c->processes = flat_threads ? 1 : first;
  c->threads = flat_threads ? first : threads == 0 ? 1 : threads;
  return true;
}

static bool read_schedule(const char *text, size_t length, hx_config *c) {
  const char *colon = memchr(text, ':', length);
  size_t name_length = colon != NULL ? (size_t)(colon - text) : length;
  int schedule = find_name(schedule_names, HX_SCHEDULE_COUNT, text, name_length);
  if (schedule < 0)
    return false;
  c->schedule = (hx_schedule)schedule;
  return colon == NULL ||
         read_number(colon + 1, length - name_length - 1, 1, 1000000000, &c->chunk);
}

bool hx_config_parse(const char *text, hx_config *config, pvs_error *error) {
  hx_config c = hx_config_serial();
  size_t head = strcspn(text, "/");
  if (!read_head(text, head, &c, error))
    return false;
  bool has_pin = false, has_schedule = false;
  for (const char *part = text + head; *part == '/';) {
    part++;
    size_t length = strcspn(part, "/");
    bool is_pin = length > 4 && memcmp(part, "pin=", 4) == 0;
    if (is_pin && !has_pin && length - 4 < sizeof c.pin) {
      memcpy(c.pin, part + 4, length - 4);
      c.pin[length - 4] = '\0';
      has_pin = true;
    } else if (!is_pin && !has_schedule && read_schedule(part, length, &c)) {
      has_schedule = true;
    } else {
      return hx_fail(error, PVS_BAD_VALUE,
                     "configuration \"%s\": \"%.*s\" found, expected at most one pin=NAME and one "
                     "of dynamic[:CHUNK] and static[:CHUNK]",
                     text, (int)length, part);
    }
    part += length;
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
