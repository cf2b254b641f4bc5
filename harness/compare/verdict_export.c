/* B's times in the formats that dashboards take in. */
#include "compare/verdict.h"

#include <jansson.h>
#include <math.h>

/* NaN and infinity are no JSON. */
static void set_real(json_t *object, const char *key, double value) {
  if (isfinite(value))
    json_object_set_new(object, key, json_real(value));
}

/* Names may hold any bytes; JSON may not. */
static json_t *text(const char *bytes) {
  json_t *value = json_string(bytes);
  return value ? value : json_string("(a name that is no UTF-8)");
}

static bool has_time(const hx_verdict_line *line) {
  return line->duet.b_s > 0; /* NaN: not measured */
}

/* [{"name", "unit", "value", "range", "extra"}], smaller is better. */
static json_t *benchmark_action(const hx_verdict_summary *summary) {
  json_t *list = json_array();
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    char sentence[1024], range[64];
    if (!has_time(line))
      continue;
    json_t *one = json_object();
    json_object_set_new(one, "name", text(line->workload));
    json_object_set_new(one, "unit", json_string("s"));
    set_real(one, "value", line->duet.b_s);
    if (isfinite(line->duet.noise)) {
      snprintf(range, sizeof range, "± %.2g s", line->duet.noise * line->duet.b_s);
      json_object_set_new(one, "range", json_string(range));
    }
    hx_verdict_sentence(summary, i, sentence, sizeof sentence);
    json_object_set_new(one, "extra", text(sentence));
    json_array_append_new(list, one);
  }
  return list;
}

/* Bencher Metric Format: {NAME: {MEASURE: {"value", "lower_value", "upper_value"}}}; latency in
 * nanoseconds, peak memory in bytes. */
static json_t *bencher(const hx_verdict_summary *summary) {
  json_t *all = json_object();
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    const hx_compare_result *r = &line->duet.compare;
    if (!has_time(line))
      continue;
    json_t *one = json_object(), *latency = json_object(), *memory = json_object();
    set_real(latency, "value", 1e9 * line->duet.b_s);
    if (line->measured && isfinite(r->upper)) {
      set_real(latency, "lower_value", 1e9 * line->duet.b_s * (1 + r->lower) / (1 + r->change));
      set_real(latency, "upper_value", 1e9 * line->duet.b_s * (1 + r->upper) / (1 + r->change));
    }
    set_real(memory, "value", 1024 * line->duet.b_rss_kib);
    json_object_set_new(one, "latency", latency);
    if (json_object_size(memory))
      json_object_set(one, "peak-memory", memory);
    json_decref(memory);
    if (json_object_set_new(all, line->workload, one) != 0) /* the name is no UTF-8 */
      continue;
  }
  return all;
}

char *hx_verdict_export(const hx_verdict_summary *summary, hx_verdict_format format) {
  json_t *root = format == HX_VERDICT_BENCHER ? bencher(summary) : benchmark_action(summary);
  char *bytes = json_dumps(root, JSON_INDENT(2));
  json_decref(root);
  return bytes;
}
