#include "report/fleet_page.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "report/model.h"
#include "report/template.h"

static json_t *model_of(const hx_fleet *fleet, const char *style, const char *version,
                        const char *made_utc) {
  json_t *machines = json_array();
  for (size_t i = 0; i < fleet->n; i++) {
    const hx_fleet_machine *m = &fleet->machines[i];
    json_array_append_new(
        machines,
        json_pack("{so so so so so so so}", "machine", HX_MODEL_TEXT(m->machine), "allocation",
                  HX_MODEL_TEXT(m->allocation), "config", HX_MODEL_TEXT(m->config), "seconds",
                  hx_model_number(m->seconds), "speedup", hx_model_number(m->speedup), "tuned",
                  HX_MODEL_TEXT(m->tuned), "loss", hx_model_number(m->loss)));
  }
  return json_pack("{so so sb so so sI sb so ss ss}", "machines", machines, "workload",
                   HX_MODEL_TEXT(fleet->workload), "several", fleet->n != 1, "serves_all",
                   HX_MODEL_TEXT(fleet->serves_all), "worst_loss",
                   hx_model_number(fleet->worst_loss), "candidates", (json_int_t)fleet->candidates,
                   "choices", fleet->candidates != 1, "style", HX_MODEL_TEXT(style), "version",
                   version, "made_utc", made_utc);
}

bool hx_report_write_fleet(const hx_fleet *fleet, const char *plots_folder, const char *version,
                           const char *made_utc, FILE *out, pvs_error *error) {
  char page[PATH_MAX + 16], style[PATH_MAX + 16];
  hx_text texts[2] = {0};
  snprintf(page, sizeof page, "%s/fleet.html", plots_folder);
  snprintf(style, sizeof style, "%s/report.css", plots_folder);
  bool ok = hx_files_read(page, &texts[0], error) && hx_files_read(style, &texts[1], error);
  json_t *model = ok ? model_of(fleet, texts[1].at, version, made_utc) : NULL;
  if (ok)
    ok = model ? hx_template_fill(texts[0].at, page, model, out, error) : hx_fail_memory(error);
  json_decref(model);
  hx_text_deinit(&texts[0]);
  hx_text_deinit(&texts[1]);
  return ok;
}
