/* What a researcher looks for first in a study's results. */
#include "base/grow.h"
#include "cli/run.h"
#include "cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than rounding makes of exactly 100 %, or of 0. */
static const double more_than_all = 100 + 1e-6, less_than_none = -1e-6;

static run_headline *find(run_headlines *headlines, const char *arrangement) {
  for (size_t i = 0; i < headlines->n; i++)
    if (strcmp(headlines->items[i].arrangement, arrangement) == 0)
      return &headlines->items[i];
  char *name = strdup(arrangement); /* the study is closed before this is told */
  if (!name || !hx_grow(&headlines->items, headlines->n, sizeof *headlines->items)) {
    free(name);
    return NULL;
  }
  headlines->items[headlines->n] = (run_headline){.arrangement = name,
                                                  .cheapest.total_cost = NAN,
                                                  .dearest.total_cost = NAN,
                                                  .least_self_consumption = NAN,
                                                  .most_self_consumption = NAN};
  return &headlines->items[headlines->n++];
}

void run_headlines_add(run_headlines *headlines, const hx_scenario_figures *figures) {
  run_headline *h = find(headlines, figures->arrangement);
  if (!h)
    return;
  const run_extreme this_one = {figures->id, figures->total_cost};
  if (this_one.total_cost < h->cheapest.total_cost || isnan(h->cheapest.total_cost))
    h->cheapest = this_one;
  if (this_one.total_cost > h->dearest.total_cost || isnan(h->dearest.total_cost))
    h->dearest = this_one;
  h->least_self_consumption = fmin(h->least_self_consumption, figures->self_consumption);
  h->most_self_consumption = fmax(h->most_self_consumption, figures->self_consumption);
  if (figures->self_consumption > more_than_all && headlines->n_over++ == 0)
    headlines->first_over = figures->id;
  if (figures->self_consumption < less_than_none && headlines->n_under++ == 0)
    headlines->first_under = figures->id;
}

void run_headlines_deinit(run_headlines *headlines) {
  for (size_t i = 0; i < headlines->n; i++)
    free(headlines->items[i].arrangement);
  free(headlines->items);
  *headlines = (run_headlines){0};
}

static void put_extreme(hx_table *t, const run_extreme *extreme) {
  if (isnan(extreme->total_cost)) {
    hx_table_empty(t);
    hx_table_empty(t);
    return;
  }
  hx_table_number(t, (double)extreme->id, 0);
  hx_table_number(t, extreme->total_cost, 2);
}

/* "31.0 to 78.2 %", "78.2 %", "" without PV. */
static void put_self_consumption(hx_table *t, const run_headline *h) {
  char least[32], most[32];
  snprintf(least, sizeof least, "%.1f", h->least_self_consumption);
  snprintf(most, sizeof most, "%.1f", h->most_self_consumption);
  if (isnan(h->most_self_consumption))
    hx_table_empty(t);
  else if (strcmp(least, most) == 0)
    hx_table_text(t, "%s %%", most);
  else
    hx_table_text(t, "%s to %s %%", least, most);
}

static void put_headline(hx_table *t, const run_headline *h) {
  bool is_one = h->cheapest.id == h->dearest.id;
  hx_table_row(t);
  hx_table_text(t, "%s", h->arrangement);
  put_extreme(t, &h->cheapest);
  put_extreme(t, is_one ? &(run_extreme){.total_cost = NAN} : &h->dearest);
  put_self_consumption(t, h);
}

static void put_self_remark(run_remark *remark, const char *limit, uint32_t n, long first,
                            const char *why) {
  if (n == 1)
    snprintf(remark->text, sizeof remark->text, "Self-consumption of %s in scenario %ld: %s.",
             limit, first, why);
  else if (n > 1)
    snprintf(remark->text, sizeof remark->text,
             "Self-consumption of %s in %u scenarios, the first of them number %ld: %s.", limit, n,
             first, why);
}

run_remark run_remark_of(const run_study *study, int which) {
  const run_headlines *h = &study->headlines;
  const uint32_t days = study->info.num_days;
  run_remark remark = {""};
  if (which == RUN_REMARK_OVER)
    put_self_remark(&remark, "more than 100 %", h->n_over, h->first_over,
                    "batteries begin half charged, and that energy counts as PV");
  else if (which == RUN_REMARK_UNDER)
    put_self_remark(&remark, "less than 0 %", h->n_under, h->first_under,
                    "what batteries take from the grid counts against PV");
  else if (study->info.has_yearly_costs && days != 365 && days != 366) {
    char period[32] = "less than a day";
    if (days > 0)
      snprintf(period, sizeof period, "%u day%s", days, days == 1 ? "" : "s");
    snprintf(remark.text, sizeof remark.text,
             "Bills are those of %s, repayments and operating costs those of a year: arrangements "
             "are comparable with a year of data.",
             period);
  }
  return remark;
}

hx_table *run_headlines_table(const run_study *study) {
  char title[PATH_MAX + 64];
  snprintf(title, sizeof title, "%s: cheapest and dearest scenarios (total$_building_costs)",
           study->name);
  hx_table *t = hx_table_create("headlines", title);
  hx_table_columns(t, "arrangement=arrangement|#cheapest=cheapest|"
                      "#cheapest_cost=cost $|#dearest=dearest|#dearest_cost=cost $|"
                      "self_consumption=self-consumption");
  for (size_t i = 0; i < study->headlines.n; i++)
    put_headline(t, &study->headlines.items[i]);
  for (int which = 0; which < RUN_REMARKS; which++) {
    const run_remark remark = run_remark_of(study, which);
    if (remark.text[0])
      hx_table_note(t, "%s", remark.text);
  }
  if (study->warnings.n == 0)
    hx_table_note(t, "warnings: none");
  else
    hx_table_note(t, "warnings: %zu", study->warnings.n);
  return t;
}
