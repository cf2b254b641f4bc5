/* Rows of the plot of parameters: what each value costs, with all else as in the best, and at best. */
#include "report/plot.h"

#include "base/condition.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIMENSIONS = 16, VALUES = 30 };

typedef struct value {
  char text[HX_PARAM_VALUE];
  double ratio,
      any_ratio;      /* over the best: all else as there; the fastest with this value. NaN: none */
  bool stopped, over; /* none finished: stopped as too slow; over a limit */
  bool recommended;
} value;

typedef struct dimension {
  hx_param_value param; /* its name */
  value values[VALUES];
  size_t n;
  double spread; /* greatest ratio of all values */
} dimension;

static int by_value(const void *a, const void *b) {
  const value *x = a, *y = b;
  double p, q;
  if (hx_number_parse(x->text, &p) && hx_number_parse(y->text, &q) && (p < q || p > q))
    return p < q ? -1 : 1;
  return strcmp(x->text, y->text);
}

static int by_spread(const void *a, const void *b) {
  const dimension *x = a, *y = b;
  if (x->spread < y->spread || x->spread > y->spread)
    return x->spread > y->spread ? -1 : 1;
  return strcmp(x->param.name, y->param.name);
}

static double smaller(double a, double b) {
  return isnan(a) || b < a ? b : a;
}

/* The configuration's part in what is known of its value. */
static void take(dimension *d, const hx_report_config *c, const hx_report_config *best) {
  hx_param_value own;
  if (!hx_config_param_find(&c->config, d->param.environment, d->param.name, &own))
    return;
  size_t i = 0;
  while (i < d->n && strcmp(d->values[i].text, own.value) != 0)
    i++;
  if (i == VALUES)
    return;
  value *v = &d->values[i];
  if (i == d->n) {
    *v = (value){.ratio = (double)NAN, .any_ratio = (double)NAN, .recommended = c == best};
    memcpy(v->text, own.value, sizeof v->text);
    d->n++;
  }
  hx_config alike = best->config;
  hx_param_value param = own;
  bool same = hx_config_param_set(&alike, &param, NULL) && hx_config_equal(&alike, &c->config);
  double ratio = c->estimate.seconds / best->estimate.seconds;
  v->recommended = v->recommended || c == best;
  v->any_ratio = smaller(v->any_ratio, ratio);
  if (same)
    v->ratio = ratio;
  v->stopped = isnan(v->any_ratio) && (v->stopped || c->estimate.n_censored > 0);
  v->over = isnan(v->any_ratio) && !v->stopped && (v->over || strcmp(c->problem, "over") == 0);
}

static void fill(dimension *d, const hx_report_topic *s, const hx_report_config *best) {
  for (size_t i = 0; i < s->n_configs; i++)
    take(d, &s->configs[i], best);
  qsort(d->values, d->n, sizeof *d->values, by_value);
  for (size_t i = 0; i < d->n; i++) {
    d->spread = fmax(d->spread, isnan(d->values[i].ratio) ? 0 : d->values[i].ratio);
    d->spread = fmax(d->spread, isnan(d->values[i].any_ratio) ? 0 : d->values[i].any_ratio);
  }
}

/* Parameters that were tried with several values, the one that matters most first, an empty row
 * between them. */
HX_PLOT_ROWS(params) {
  (void)data;
  (void)workload;
  json_t *rows = json_array();
  dimension *all = calloc(DIMENSIONS, sizeof *all);
  int best = hx_report_best(s);
  size_t n = 0;
  hx_param_value p;
  for (size_t i = 0; all && best >= 0 && n < DIMENSIONS; i++) {
    if (!hx_config_param_at(&s->configs[best].config, i, &p))
      break;
    all[n] = (dimension){.param = p};
    fill(&all[n], s, &s->configs[best]);
    n += all[n].n > 1;
  }
  if (all)
    qsort(all, n, sizeof *all, by_spread);
  int row = 0;
  for (size_t k = 0; k < n; k++, row++)
    for (size_t i = 0; i < all[k].n; i++, row++) {
      const value *v = &all[k].values[i];
      json_array_append_new(rows,
                            json_pack("{ss ss si si ss so so sb sb sb ss}", "workload", s->workload,
                                      "param", all[k].param.name, "param_rank", (int)k, "row", row,
                                      "value", v->text, "ratio", hx_model_number(v->ratio),
                                      "any_ratio", hx_model_number(v->any_ratio), "stopped",
                                      v->stopped, "over", v->over, "recommended", v->recommended,
                                      "objective", s->objective[0] ? s->objective : "time"));
    }
  free(all);
  return rows;
}
