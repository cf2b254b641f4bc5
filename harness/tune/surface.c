#include "tune/surface.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"

enum { TOPOLOGY = 256 };

/* Commas would end a field; the names are for a person only. */
static void put_name(hx_text *out, const char *name) {
  for (; *name; name++)
    hx_text_put_char(out, *name == ',' || *name == '"' || (unsigned char)*name < ' ' ? '_' : *name);
}

/* The parameters with several values, and the chunk size if some were tried. */
static void put_parameter_names(hx_text *out, const hx_sweep_report *report, bool chunks) {
  hx_text_put(out, chunks ? ",chunk" : "");
  for (size_t i = 0; report->params && i < report->params->n; i++)
    if (report->params->items[i].n > 1)
      hx_text_printf(out, ",%s", report->params->items[i].name);
}

static void put_parameters(hx_text *out, const hx_sweep_report *report, bool chunks,
                           const hx_config *config) {
  if (chunks)
    hx_text_printf(out, ",%d", config->chunk);
  for (size_t i = 0; report->params && i < report->params->n; i++) {
    const hx_param *p = &report->params->items[i];
    hx_param_value value;
    if (p->n < 2)
      continue;
    hx_text_put_char(out, ',');
    if (hx_config_param_find(config, p->environment, p->name, &value))
      put_name(out, value.value);
  }
}

static void put_result(hx_text *out, const hx_sweep_report *report, const hx_sweep_result *result,
                       const char *topology, bool chunks) {
  for (size_t i = 0; result->lines && i < report->n_configs; i++) {
    const hx_config *c = &report->configs[i];
    const hx_search_estimate *e = &result->lines[i].estimate;
    if (!(e->seconds > 0) || e->n_invalid > 0)
      continue;
    put_name(out, result->workload->key);
    hx_text_printf(out, ",%s,", topology);
    if (result->units > 0)
      hx_text_printf(out, "%d", result->units);
    hx_text_printf(
        out, ",%s,%d,%d,%s,%s,%.9g", hx_executor_name(c->executor), c->processes, c->threads,
        c->pin, c->executor == HX_EXECUTOR_SERIAL ? "" : hx_schedule_name(c->schedule), e->seconds);
    put_parameters(out, report, chunks, c);
    hx_text_put_char(out, '\n');
  }
}

bool hx_surface_export(const hx_sweep_report *report, const hx_topo *topo, const char *path,
                       pvs_error *error) {
  char topology[TOPOLOGY];
  hx_text text = {0};
  hx_topo_synthetic(topo, topology, sizeof topology);
  bool chunks = false;
  for (size_t i = 0; i < report->n_configs; i++)
    chunks = chunks || report->configs[i].chunk > 0;
  hx_text_put(&text, "surface,topology,units,executor,processes,threads,pin,schedule,seconds");
  put_parameter_names(&text, report, chunks);
  hx_text_put_char(&text, '\n');
  for (size_t w = 0; w < report->n_results; w++)
    put_result(&text, report, &report->results[w], topology, chunks);
  bool ok =
      text.failed ? hx_fail_memory(error) : hx_files_replace(path, text.at, text.length, error);
  hx_text_deinit(&text);
  return ok;
}
