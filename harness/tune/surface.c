#include "tune/surface.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOPOLOGY = 256 };

/* Commas would end a field; the names are for a person only. */
static void put_name(FILE *f, const char *name) {
  for (; *name; name++)
    fputc(*name == ',' || *name == '"' || (unsigned char)*name < ' ' ? '_' : *name, f);
}

/* The parameters with several values, and the chunk size if some were tried. */
static void put_parameter_names(FILE *f, const hx_sweep_report *report, bool chunks) {
  if (chunks)
    fputs(",chunk", f);
  for (size_t i = 0; report->params && i < report->params->n; i++)
    if (report->params->items[i].n > 1)
      fprintf(f, ",%s", report->params->items[i].name);
}

static void put_parameters(FILE *f, const hx_sweep_report *report, bool chunks,
                           const hx_config *config) {
  if (chunks)
    fprintf(f, ",%d", config->chunk);
  for (size_t i = 0; report->params && i < report->params->n; i++) {
    const hx_param *p = &report->params->items[i];
    hx_param_value value;
    if (p->n < 2)
      continue;
    fputc(',', f);
    for (size_t k = 0; hx_config_param_at(config, k, &value); k++)
      if (value.environment == p->environment && strcmp(value.name, p->name) == 0)
        put_name(f, value.value);
  }
}

static void put_result(FILE *f, const hx_sweep_report *report, const hx_sweep_result *result,
                       const char *topology, bool chunks) {
  for (size_t i = 0; result->lines && i < report->n_configs; i++) {
    const hx_config *c = &report->configs[i];
    const hx_search_estimate *e = &result->lines[i].estimate;
    if (!(e->seconds > 0) || e->n_invalid > 0)
      continue;
    put_name(f, result->workload->key);
    fprintf(f, ",%s,", topology);
    if (result->units > 0)
      fprintf(f, "%d", result->units);
    fprintf(f, ",%s,%d,%d,%s,%s,%.9g", hx_executor_name(c->executor), c->processes, c->threads,
            c->pin, c->executor == HX_EXECUTOR_SERIAL ? "" : hx_schedule_name(c->schedule),
            e->seconds);
    put_parameters(f, report, chunks, c);
    fputc('\n', f);
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
  bool chunks = false;
  for (size_t i = 0; i < report->n_configs; i++)
    chunks = chunks || report->configs[i].chunk > 0;
  fputs("surface,topology,units,executor,processes,threads,pin,schedule,seconds", f);
  put_parameter_names(f, report, chunks);
  fputc('\n', f);
  for (size_t w = 0; w < report->n_results; w++)
    put_result(f, report, &report->results[w], topology, chunks);
  bool ok = hx_text_stream_close(f, &text) ? hx_files_replace(path, text, size, error)
                                           : hx_fail_memory(error);
  free(text);
  return ok;
}
