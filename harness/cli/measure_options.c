#include "cli/measure_options.h"

#include "base/fail.h"

#include "cli/message.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool parse_studies(const hx_measure_options *o, hx_measure_workloads *out) {
  pvs_error error = {0};
  for (size_t i = 0; i < o->studies.count; i++) {
    if (!hx_workload_study(o->base, o->project, o->studies.items[i], &out->items[out->n], &error)) {
      hx_error("%s", HX_FAIL_LINE(&error));
      return false;
    }
    out->n++;
  }
  return true;
}

static bool parse_named(const hx_measure_options *o, hx_measure_workloads *out) {
  pvs_error error = {0};
  for (size_t i = 0; i < o->workloads.count; i++) {
    if (!hx_workload_parse(o->workloads.items[i], &out->items[out->n], &error)) {
      hx_error("%s", HX_FAIL_LINE(&error));
      return false;
    }
    out->n++;
  }
  return true;
}

static void warn_about_placeholders(const hx_workload *workload) {
  hx_workload_slots slots = hx_workload_slots_of(workload);
  if (workload->kind == HX_WORKLOAD_COMMAND && !slots.workers && !slots.processes && !slots.threads)
    hx_warn("%s: without {workers}, {processes} or {threads} in the command its worker count stays "
            "as it is",
            workload->key);
}

static bool give_expected(const hx_measure_options *o, hx_measure_workloads *out) {
  if (o->expect.count > out->n) {
    hx_error("--expect is given %zu times for %zu workload%s: at most one for each",
             o->expect.count, out->n, out->n == 1 ? "" : "s");
    return false;
  }
  for (size_t i = 0; i < o->expect.count; i++) {
    if (out->items[i].kind == HX_WORKLOAD_BUILTIN) {
      hx_error("--expect %s: %s has no reference outputs; it is checked against its serial run",
               o->expect.items[i], out->items[i].key);
      return false;
    }
    if (access(o->expect.items[i], R_OK) != 0) {
      hx_error("--expect %s: %s", o->expect.items[i], strerror(errno));
      return false;
    }
    out->expected[i] = o->expect.items[i];
  }
  return true;
}

bool hx_measure_workloads_parse(const hx_measure_options *o, const char *fallback,
                                hx_measure_workloads *out) {
  size_t most = o->workloads.count + o->studies.count + 1;
  *out = (hx_measure_workloads){.items = calloc(most, sizeof *out->items),
                                .expected = calloc(most, sizeof *out->expected)};
  bool ok = out->items && out->expected;
  if (!ok)
    hx_error("out of memory");
  if (ok && (o->base || o->project || o->studies.count) &&
      !(o->base && o->project && o->studies.count)) {
    hx_error("a study needs all of -b BASE, -p PROJECT and -s STUDY; %s is missing", !o->base ? "-b"
                                                                                     : !o->project
                                                                                         ? "-p"
                                                                                         : "-s");
    ok = false;
  }
  ok = ok && parse_named(o, out) && parse_studies(o, out);
  pvs_error error = {0};
  if (ok && out->n == 0) {
    ok = hx_workload_parse(fallback, &out->items[0], &error);
    out->n = ok;
    if (!ok)
      hx_error("%s", HX_FAIL_LINE(&error));
  }
  ok = ok && give_expected(o, out);
  for (size_t i = 0; ok && i < out->n; i++)
    warn_about_placeholders(&out->items[i]);
  if (!ok)
    hx_measure_workloads_free(out);
  return ok;
}

void hx_measure_workloads_free(hx_measure_workloads *workloads) {
  for (size_t i = 0; i < workloads->n; i++)
    hx_workload_deinit(&workloads->items[i]);
  free(workloads->items);
  free(workloads->expected);
  *workloads = (hx_measure_workloads){0};
}

hx_sweep_options hx_measure_sweep_options(const hx_measure_options *o, const char *command,
                                          const hx_measure_workloads *workloads,
                                          const char *describe) {
  hx_sweep_options options = {
      .command = command,
      .workloads = workloads->items,
      .n_workloads = workloads->n,
      .expected = workloads->expected,
      .grid = {.workers = o->workers,
               .executors = o->executors,
               .pins = o->pins,
               .schedules = o->schedules,
               .chunk = (int)o->chunk},
      .search = hx_search_defaults(),
      .budget_s = o->exhaustive ? INFINITY : o->budget_s,
      .timeout_s = o->timeout_s > 0 ? o->timeout_s : INFINITY,
      .fresh = o->fresh,
      .note = o->note,
      .describe = describe,
  };
  options.search.exhaustive = o->exhaustive;
  if (o->rounds)
    options.search.max_blocks = (int)o->rounds;
  return options;
}
