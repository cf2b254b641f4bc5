#include "report/plot.h"

#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

#define OF_SERIES                                                                                  \
  "!network_load,!pv_generation,!grid_import,!grid_export,battery_SOC,ind_battery_SOC"

static const hx_plot_info plots[HX_PLOT_COUNT] = {
    [HX_PLOT_SPEEDUP] =
        {"speedup", "speedup.gp", HX_ABOUT_TOPIC,
         "workload,series,workers,config,runs,seconds,seconds_lower,seconds_upper,speedup,"
         "speedup_lower,speedup_upper,efficiency,efficiency_lower,efficiency_upper,tied,"
         "recommended,fit_scale,fit_contention,fit_coherency,fit_peak,objective,finding",
         "!workers,runs,seconds,seconds_lower,seconds_upper,speedup,speedup_lower,speedup_upper,"
         "efficiency,efficiency_lower,efficiency_upper,tied,recommended,fit_scale,fit_contention,"
         "fit_coherency,fit_peak",
         "Speed-up by number of workers; if time is the objective, efficiency too. Where several "
         "pinnings and "
         "schedules were "
         "measured, the recommended or else the best one is shown.",
         hx_plot_speedup},
    [HX_PLOT_HEATMAP] =
        {"heatmap", "heatmap.gp", HX_ABOUT_TOPIC,
         "workload,row,row_rank,workers,workers_rank,config,runs,seconds,ratio,mark,objective,"
         "finding",
         "!row_rank,!workers,!workers_rank,runs,seconds,ratio",
         "Number of workers across, executor and pinning down. The darker, the better.",
         hx_plot_heatmap},
    [HX_PLOT_RUNS] = {"runs", "runs.gp", HX_ABOUT_TOPIC,
                      "workload,at_s,config,focus,block,seconds,median,counted,outcome,disturbed,"
                      "other_cores,objective,unit,value",
                      "!at_s,focus,block,seconds,median,counted,disturbed,other_cores,value",
                      "One configuration's runs in the order they were made, and below them how "
                      "much CPU time other jobs and the hypervisor took.",
                      hx_plot_runs},
    [HX_PLOT_DISTRIBUTIONS] =
        {"distributions", "distributions.gp", HX_ABOUT_TOPIC,
         "workload,config,label,rank,offset,seconds,counted,outcome,estimate,"
         "lower,upper,recommended,tied,objective,unit,value,finding",
         "!rank,offset,seconds,counted,estimate,lower,upper,recommended,tied,value",
         "Every run of every configuration, the best configuration on "
         "top.",
         hx_plot_distributions},
    [HX_PLOT_TIME] = {"time", "time.gp", HX_ABOUT_TOPIC, "workload,stage,rank,seconds,limit_s",
                      "!rank,seconds,limit_s",
                      "Where the time of one run goes: medians of wall time.", hx_plot_time},
    [HX_PLOT_PARAMS] =
        {"params", "params.gp", HX_ABOUT_TOPIC,
         "workload,param,param_rank,row,value,ratio,any_ratio,stopped,over,recommended,objective",
         "!param_rank,!row,ratio,any_ratio,stopped,over,recommended",
         "What each value of the command's parameters costs: all else as in the "
         "best configuration (dot), and the best with that value (ring).",
         hx_plot_params},
    [HX_PLOT_REGRET] =
        {"regret", "regret.gp", HX_ABOUT_STORE,
         "workload,workload_rank,config,config_rank,label,regret,worst,recommended,"
         "tied",
         "!workload_rank,!config_rank,regret,worst,recommended,tied",
         "How much is lost with each configuration on each workload against the best "
         "one for that workload.",
         hx_plot_regret},
    [HX_PLOT_GROWTH] = {"growth", "growth.gp", HX_ABOUT_STORE,
                        "series,size,seconds,seconds_lower,seconds_upper",
                        "!size,seconds,seconds_lower,seconds_upper",
                        "Serial time of workloads that were measured at three sizes or more.",
                        hx_plot_growth},
    [HX_PLOT_HISTORY] = {"history", "history.gp", HX_ABOUT_RECORDS,
                         "workload,position,revision,at_utc,ratio,lower,upper,level,change,"
                         "accepted,committed,new_outputs",
                         "!position,ratio,lower,upper,level,change,accepted,new_outputs",
                         "Time of the recorded commits relative to the reference.",
                         hx_plot_history},
    [HX_PLOT_DAY] = {"day", "study_day.gp", HX_ABOUT_STUDY, "", OF_SERIES, "", NULL},
    [HX_PLOT_YEAR] = {"year", "study_year.gp", HX_ABOUT_STUDY, "", OF_SERIES, "", NULL},
    [HX_PLOT_SCENARIOS] = {"scenarios", "study_scenarios.gp", HX_ABOUT_STUDY, "",
                           "!total$_building_costs,self-consumption,self-sufficiency,pv_ratio", "",
                           NULL},
};

const hx_plot_info *hx_plot_get(hx_plot plot) {
  return &plots[plot];
}

hx_plot hx_plot_find(const char *name) {
  int i = 0;
  while (i < HX_PLOT_COUNT && strcmp(plots[i].name, name) != 0)
    i++;
  return (hx_plot)i;
}

json_t *hx_plot_rows(hx_plot plot, const hx_report_data *data, const hx_report_topic *topic,
                     const char *workload) {
  return plots[plot].rows ? plots[plot].rows(data, topic, workload) : json_array();
}

/* Commas and double quotes become low and typographic quotes, which look like them and mean nothing
 * there (gnuplot ends a text at a comma, in quotes too); what could mean something to gnuplot or, at
 * the beginning, to a spreadsheet becomes '_'; UTF-8 stays, and so do '<', '>' and '&', which gnuplot
 * escapes in SVG. */
static void write_text(const char *text, FILE *out) {
  for (const char *c = text; *c;) {
    uint32_t code;
    size_t n = hx_utf8_decode(c, &code);
    bool formula = c == text && hx_text_is_formula(text);
    bool plain = !formula && ((n > 1 && !hx_utf8_is_harmful(code)) || isalnum((unsigned char)*c) ||
                              strchr(" :;/=._+-%(){}[]?*!~'<>&|", *c) != NULL);
    if (plain)
      fwrite(c, 1, n, out);
    else
      fputs(*c == ',' ? "‚" : *c == '"' ? "”" : "_", out);
    c += n;
  }
}

static void write_cell(const json_t *value, FILE *out) {
  if (json_is_string(value))
    write_text(json_string_value(value), out);
  else if (json_is_integer(value))
    fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  else if (json_is_real(value))
    fprintf(out, "%.9g", json_real_value(value));
  else if (json_is_boolean(value))
    fputc(json_is_true(value) ? '1' : '0', out);
}

void hx_plot_write_csv(hx_plot plot, const json_t *rows, FILE *out) {
  const char *columns = plots[plot].columns;
  fprintf(out, "%s\n", columns);
  for (size_t i = 0; i < json_array_size(rows); i++) {
    char name[64];
    for (const char *at = columns; *at;) {
      size_t length = strcspn(at, ",");
      snprintf(name, sizeof name, "%.*s", (int)length, at);
      write_cell(json_object_get(json_array_get(rows, i), name), out);
      at += length;
      fputc(*at ? ',' : '\n', out);
      at += *at == ',';
    }
  }
}
