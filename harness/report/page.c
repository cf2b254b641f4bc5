#include "report/page.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "report/draw.h"
#include "report/model.h"
#include "report/plot.h"
#include "report/template.h"

#include <stdlib.h>
#include <string.h>

/* ---- plots ---- */

static char *table_of(hx_plot plot, const json_t *rows) {
  char *table = NULL;
  size_t size;
  FILE *csv = open_memstream(&table, &size);
  if (csv)
    hx_plot_write_csv(plot, rows, csv);
  if (hx_text_stream_close(csv, &table))
    return table;
  free(table);
  return NULL;
}

/* {"id", "svg", "caption"} of the plot of these rows (taken over); null when there is nothing to
 * see or it cannot be drawn. */
static json_t *figure(hx_report_page *page, hx_plot plot, size_t number, json_t *rows) {
  json_t *found = json_null();
  char id[64], *text = NULL;
  hx_text svg = {0};
  size_t size;
  pvs_error error = {0};
  const char *caption = hx_plot_get(plot)->caption;
  bool wanted = page->plots && json_array_size(rows) > 0;
  char *table = wanted ? table_of(plot, rows) : NULL;
  json_decref(rows);
  if (!wanted)
    return found;
  page->n_plots++;
  snprintf(id, sizeof id, "%s%zu", hx_plot_get(plot)->name, number);
  FILE *out = open_memstream(&text, &size);
  bool drawn = false;
  if (!table || !out)
    hx_fail_memory(&error);
  else if (page->problem.code == PVS_NOT_FOUND) /* no gnuplot: not asked for again */
    hx_fail(&error, PVS_NOT_FOUND, "no gnuplot");
  else
    drawn = hx_plot_draw_table(page->plots_folder, plot, table, HX_PICTURE_INLINE, &svg, &error) ==
            HX_DRAWN;
  if (drawn)
    hx_svg_inline(svg.at, id, caption, out);
  if (hx_text_stream_close(out, &text) && drawn)
    found = json_pack("{ss so ss}", "id", id, "svg", HX_MODEL_TEXT(text), "caption", caption);
  if (!drawn && page->problem.code == PVS_OK)
    page->problem = error;
  page->n_missing += !drawn;
  free(table);
  hx_text_deinit(&svg);
  free(text);
  return found;
}

/* ---- parts of the page ---- */

static json_t *model_topic(hx_report_page *page, size_t i) {
  const hx_report_data *data = page->data;
  json_t *topic = hx_model_topic(data, &data->topics[i]);
  for (hx_plot plot = 0; hx_report_is_choice(&data->topics[i]) && plot < HX_PLOT_COUNT; plot++)
    if (hx_plot_get(plot)->about == HX_ABOUT_TOPIC)
      json_object_set_new(topic, hx_plot_get(plot)->name,
                          figure(page, plot, i, hx_plot_rows(plot, data, &data->topics[i], NULL)));
  return topic;
}

static json_t *model_joint(hx_report_page *page) {
  const hx_recommendation_row *joint = page->data->joint;
  hx_config config;
  char words[HX_REPORT_WORDS];
  if (!joint)
    return json_null();
  if (hx_config_parse(joint->config, &config, NULL))
    hx_config_words(&config, false, words, sizeof words);
  else
    snprintf(words, sizeof words, "%s", joint->config);
  return json_pack(
      "{so so so so}", "label", HX_MODEL_TEXT(words), "workloads", HX_MODEL_TEXT(joint->workload),
      "worst_regret", hx_model_number(joint->worst_regret), "regret",
      figure(page, HX_PLOT_REGRET, 0, hx_plot_rows(HX_PLOT_REGRET, page->data, NULL, NULL)));
}

/* One for each workload that was recorded, the last recorded first. */
static json_t *model_histories(hx_report_page *page) {
  const hx_verdict_row *row = page->data->verdicts.rows;
  json_t *list = json_array(), *seen = json_object();
  for (size_t i = page->data->verdicts.n; i-- > 0;) {
    char name[512];
    const char *workload = row[i].workload;
    if (strcmp(row[i].command, "record") != 0 || json_object_get(seen, workload))
      continue;
    json_object_set_new_nocheck(seen, workload, json_true());
    json_t *commits = hx_plot_rows(HX_PLOT_HISTORY, page->data, NULL, workload),
           *newest = json_array();
    for (size_t k = json_array_size(commits); k-- > 0;)
      json_array_append(newest, json_array_get(commits, k));
    if (json_array_size(commits) == 0) {
      json_decref(commits);
      json_decref(newest);
      continue;
    }
    size_t number = json_array_size(list);
    json_array_append_new(
        list, json_pack("{sI so so so so}", "index", (json_int_t)number, "name",
                        HX_MODEL_TEXT(hx_model_workload_name(workload, name, sizeof name)),
                        "workload", HX_MODEL_TEXT(workload), "history",
                        figure(page, HX_PLOT_HISTORY, number, commits), "commits", newest));
  }
  json_decref(seen);
  return list;
}

static json_t *model_page(hx_report_page *page) {
  const hx_report_data *data = page->data;
  json_t *choices = json_array(), *singles = json_array();
  for (size_t i = 0; i < data->n_topics; i++)
    json_array_append_new(hx_report_is_choice(&data->topics[i]) ? choices : singles,
                          model_topic(page, i));
  size_t n = json_array_size(choices);
  json_t *model = json_pack(
      "{so ss ss so sb sI sO so so so so so so so so}", "folder", HX_MODEL_TEXT(data->folder),
      "version", page->version, "made_utc", page->made_utc, "warning",
      HX_MODEL_TEXT(hx_report_warning(data)), "several", n > 1, "n_workloads", (json_int_t)n,
      "workloads", choices, "first", n > 0 ? json_incref(json_array_get(choices, 0)) : json_null(),
      "singles", singles, "growth",
      figure(page, HX_PLOT_GROWTH, 0, hx_plot_rows(HX_PLOT_GROWTH, data, NULL, NULL)), "joint",
      model_joint(page), "verdicts", hx_model_verdicts(data), "histories", model_histories(page),
      "sweeps", hx_model_sweeps(data), "machine", hx_model_machine(data, page->topo));
  json_decref(choices);
  return model;
}

/* ---- the pages ---- */

/* Fills a page of the plots folder with the model, which is taken over (NULL: out of memory), and the
 * style and script that all pages share. */
static bool fill(const char *folder, const char *name, json_t *model, FILE *out, pvs_error *error) {
  static const char *const shared[][2] = {{"style", "report.css"}, {"script", "report.js"}};
  char path[PATH_MAX + 16];
  bool ok = model != NULL || hx_fail_memory(error);
  for (size_t i = 0; ok && i < sizeof shared / sizeof *shared; i++) {
    hx_text text = {0};
    snprintf(path, sizeof path, "%s/%s", folder, shared[i][1]);
    ok = hx_files_read(path, &text, error);
    if (ok)
      json_object_set_new(model, shared[i][0], HX_MODEL_TEXT(text.at));
    hx_text_deinit(&text);
  }
  hx_text page = {0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  ok =
      ok && hx_files_read(path, &page, error) && hx_template_fill(page.at, path, model, out, error);
  hx_text_deinit(&page);
  json_decref(model);
  return ok;
}

bool hx_report_write_page(hx_report_page *page, FILE *out, pvs_error *error) {
  page->n_plots = page->n_missing = 0;
  page->problem = (pvs_error){0};
  json_t *model = model_page(page);
  json_object_set_new(model, "n_plots", json_integer((json_int_t)page->n_plots));
  json_object_set_new(model, "n_missing", json_integer((json_int_t)page->n_missing));
  json_object_set_new(model, "problem", HX_MODEL_TEXT(page->problem.message));
  return fill(page->plots_folder, "report.html", model, out, error);
}

static json_t *model_fleet(const hx_fleet *fleet, const char *version, const char *made_utc) {
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
  return json_pack("{so so sb so so sI sb ss ss}", "machines", machines, "workload",
                   HX_MODEL_TEXT(fleet->workload), "several", fleet->n != 1, "serves_all",
                   HX_MODEL_TEXT(fleet->serves_all), "worst_loss",
                   hx_model_number(fleet->worst_loss), "candidates", (json_int_t)fleet->candidates,
                   "choices", fleet->candidates != 1, "version", version, "made_utc", made_utc);
}

bool hx_report_write_fleet(const hx_fleet *fleet, const char *plots_folder, const char *version,
                           const char *made_utc, FILE *out, pvs_error *error) {
  return fill(plots_folder, "fleet.html", model_fleet(fleet, version, made_utc), out, error);
}
