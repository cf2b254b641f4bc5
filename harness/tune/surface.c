#include "tune/surface.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOPOLOGY = 256 };

/* Commas would end a field; the names are for a person only. */
static void put_name(FILE *f, const char *name) {
  for (; *name; name++)
    fputc(*name == ',' || *name == '"' || (unsigned char)*name < ' ' ? '_' : *name, f);
}

static void put_result(FILE *f, const hx_sweep_report *report, const hx_sweep_result *result,
                       const char *topology) {
  for (size_t i = 0; result->lines && i < report->n_configs; i++) {
    const hx_config *c = &report->configs[i];
    const hx_search_estimate *e = &result->lines[i].estimate;
    if (!(e->seconds > 0) || e->n_invalid > 0)
      continue;
    put_name(f, result->workload->key);
    fprintf(f, ",%s,", topology);
    if (result->units > 0)
      fprintf(f, "%d", result->units);
    fprintf(f, ",%s,%d,%d,%s,%s,%.9g\n", hx_executor_name(c->executor), c->processes, c->threads,
            c->pin, c->executor == HX_EXECUTOR_SERIAL ? "" : hx_schedule_name(c->schedule),
            e->seconds);
  }
}

bool hx_surface_export(const hx_sweep_report *report, const hx_topo *topo, const char *path,
                       pvs_error *error) {
  char topology[TOPOLOGY];
  char *text = NULL;
  size_t size = 0;
  hx_topo_synthetic(topo, topology, sizeof topology);
  FILE *f = open_memstream(&text, &size);
  if (!f)
    return hx_fail_memory(error);
  fputs("surface,topology,units,executor,processes,threads,pin,schedule,seconds\n", f);
  for (size_t w = 0; w < report->n_results; w++)
    put_result(f, report, &report->results[w], topology);
  bool ok = hx_text_stream_close(f, &text) ? hx_files_replace(path, text, size, error)
                                           : hx_fail_memory(error);
  free(text);
  return ok;
}
