/* What the tables of sweep and tune say about the parameters of a command. */
#include "cli/measure_print.h"

#include "base/phrase.h"
#include "tune/param_effects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOLD_MAX = 6 }; /* values that a sentence names */

void hx_measure_param_columns(hx_table *t, const hx_params *params) {
  for (size_t i = 0; params && i < params->n; i++) {
    const hx_param *p = &params->items[i];
    char key[sizeof "param_" + HX_PARAM_NAME];
    snprintf(key, sizeof key, "param_%s", p->name);
    if (p->n > 1)
      hx_table_column(t, key, p->name, p->numbers ? HX_COL_NUMBER : HX_COL_TEXT);
  }
}

void hx_measure_param_cells(hx_table *t, const hx_params *params, const hx_config *config) {
  for (size_t i = 0; params && i < params->n; i++) {
    const hx_param *p = &params->items[i];
    hx_param_value value;
    double number;
    if (p->n < 2)
      continue;
    if (!hx_config_param_find(config, p->environment, p->name, &value))
      hx_table_empty(t);
    else if (p->numbers && hx_number_parse(value.value, &number))
      hx_table_number_as(t, number, "%s", value.value);
    else
      hx_table_text(t, "%s", value.value);
  }
}

/* "level: 3 is best; 1 takes 25 % longer, 9 is far slower (the rest as in the best)." */
static void add_note(hx_table *t, const hx_goal *goal, const hx_param *p,
                     const hx_param_effect *effects, size_t n) {
  char text[768];
  hx_phrase out = {text, sizeof text, 0};
  size_t told = 0;
  for (size_t i = 0; i < n; i++)
    if (effects[i].own)
      hx_phrase_add(&out, "%s: %s", p->name, effects[i].value);
  for (size_t i = 0; i < n; i++) {
    const hx_param_effect *e = &effects[i];
    if (e->own || told++ >= TOLD_MAX)
      continue;
    hx_phrase_add(&out, "%s %s ", told == 1 ? ";" : ",", e->value);
    bool time = hx_goal_is_time(goal);
    double ratio = hx_goal_rank(goal, e->ratio);
    if (e->over)
      hx_phrase_add(&out, "is over a limit");
    else if (e->stopped)
      hx_phrase_add(&out, "is far slower");
    else
      hx_phrase_add(&out, "%s %.0f %% %s", time ? "takes" : "has", 100 * fabs(ratio - 1),
                    ratio < 1 ? "less"
                    : time    ? "longer"
                              : "more");
    if (!time && !e->over)
      hx_phrase_add(&out, " %s", hx_goal_name(goal, goal->what));
  }
  if (told > TOLD_MAX)
    hx_phrase_add(&out, ", %zu other%s tried", told - TOLD_MAX,
                  told == TOLD_MAX + 1 ? " was" : "s were");
  if (told)
    hx_table_note(t, "%s (all else alike).", text);
}

void hx_measure_param_notes(hx_table *t, const hx_sweep_report *report,
                            const hx_sweep_result *result, const hx_choice *choice) {
  if (!choice->found || result->lines[choice->config].over)
    return; /* what differs then is not shown to be more than noise */
  for (size_t i = 0; report->params && i < report->params->n; i++) {
    const hx_param *p = &report->params->items[i];
    hx_param_effect *effects = p->n > 1 ? calloc(p->n, sizeof *effects) : NULL;
    if (effects)
      add_note(t, report->goal, p, effects,
               hx_param_effects(report, result, i, choice->config, effects));
    free(effects);
  }
}
