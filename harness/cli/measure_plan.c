/* --dry-run: the configurations of a list, or where a search begins to look and what it will cost. */
#include "cli/measure_print.h"

#include "base/phrase.h"
#include "decide/explore.h"
#include "tune/sweep_space.h"

#include <math.h>
#include <stdio.h>

int hx_measure_print_search(const hx_context *cx, const hx_topo *topo,
                            const hx_sweep_options *options) {
  pvs_error error = {0};
  hx_sweep_space s;
  if (!hx_sweep_space_init(&s, topo, &options->workloads[0], &options->grid, options->params, 0,
                           &error))
    return hx_command_fail(&error, HX_EXIT_USAGE);
  int counts[HX_SPACE_COUNTS], n = hx_space_ladder(&s.space, counts);
  hx_table *t = hx_table_create("ladder", NULL);
  hx_table_fact(t, "workload", "%s", options->workloads[0].key);
  hx_table_columns(t, "#workers=workers|executors=executors");
  int most = 1;
  for (int i = 0; i < n; i++) {
    char names[128] = "";
    hx_phrase text = {names, sizeof names, 0};
    for (int e = 0; e < s.space.n_executors; e++)
      if (hx_sweep_space_has(&s, e, counts[i]))
        hx_phrase_add(&text, "%s%s", text.length ? ", " : "", hx_executor_name(s.executors[e]));
    if (!text.length)
      continue;
    hx_table_line(t, HX_N(counts[i], 0), HX_T(names));
    most = counts[i];
  }
  bool one = most == 1 && !options->params;
  if (most > 1)
    hx_table_note(t,
                  "The search begins with these counts and goes on between and around the best: "
                  "%d pin strategies%s%s, every count from 1 to %d.",
                  s.space.axes[0].n_values, s.n_schedules > 1 ? ", both schedules" : "",
                  s.tries_chunks ? ", chunk sizes" : "", most);
  else if (one)
    hx_table_note(t, "There is one configuration only.");
  for (size_t i = 0; options->params && i < options->params->n; i++)
    if (options->params->items[i].n > 1)
      hx_table_note(t, "%s: %zu values, %s to %s.", options->params->items[i].name,
                    options->params->items[i].n, options->params->items[i].values[0],
                    options->params->items[i].values[options->params->items[i].n - 1]);
  if (!one)
    hx_table_note(t,
                  "It takes about as long as the serial run and %.0f runs of the best "
                  "configuration; each run is a fresh process.",
                  round(hx_explore_usual_runs(&s.space)));
  return hx_command_print(cx, t);
}

int hx_measure_print_grid(const hx_context *cx, const hx_grid *grid,
                          const hx_sweep_options *options) {
  hx_table *t = hx_table_create("configurations", NULL);
  for (size_t w = 0; w < options->n_workloads; w++)
    hx_table_fact(t, "workload", "%s", options->workloads[w].key);
  hx_table_columns(t, "config=configuration|words=");
  for (size_t i = 0; i < grid->n; i++) {
    char config[HX_CONFIG_TEXT], words[320];
    hx_config_format(&grid->config[i], config, sizeof config);
    hx_table_line(
        t, HX_T(config),
        HX_T(hx_config_words(&grid->config[i], options->workloads[0].kind == HX_WORKLOAD_COMMAND,
                             words, sizeof words)));
  }
  char times[96] = "each at least once";
  if (options->exhaustive)
    snprintf(times, sizeof times, "each %d times, whatever the budget is", options->rounds);
  hx_table_note(t,
                "%zu configurations%s, %s, the best of them again in a final; one "
                "fresh process per run%s",
                grid->n, options->n_workloads > 1 ? " of each workload" : "", times,
                grid->merged_n ? "; duplicates are left out (pvtune topo names them)" : "");
  return hx_command_print(cx, t);
}
