/* Battery dispatch: each strategy field, one battery and several side by side, a year of
 * half-hours in the chunks that a flow works in. */
#include "bm_data.h"
#include "bm_list.h"
#include "bm_plain.h"

#include "model/dispatch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 2 * PVS_BATTERY_LANES };

typedef struct dispatch_case {
  const pvs_kernels *kernels;
  const struct pvs_study *study;
  uint32_t count, steps, stride, chunk;
  pvs_strategy strategy;
  uint8_t *flags;
  double *gen[MOST];
  const double *load[MOST];
  pvs_battery batteries[MOST];
  pvs_battery_state begin[MOST], states[MOST], expected[MOST];
  uint32_t owners[MOST];
  pvs_battery_series series[MOST];         /* net, log and perhaps level of one chunk */
  double *last_net[MOST], *last_log[MOST]; /* of the last chunk, as expected */
} dispatch_case;

/* One field or more of battery_control_strategies.csv each. */
typedef struct strategy_row {
  const char *variant;
  bool prioritise;
  double peak_demand_percentage, c_rate; /* c_rate 0: absent */
  bool charges, discharges;              /* has such periods */
  bool levels;                           /* are written too, as for time series */
  pvs_period charge, discharge;
} strategy_row;

#define CLOCK(hours) ((hours)*3600)
#define NIGHT                                                                                      \
  { CLOCK(1), CLOCK(5), PVS_WEEK_BOTH }
#define EVENING                                                                                    \
  { CLOCK(16), CLOCK(21), PVS_WEEK_DAY }

static const strategy_row rows[] = {
    {.variant = "plain"},
    {.variant = "evening", .discharges = true, .discharge = EVENING},
    {.variant = "night_charge",
     .charges = true,
     .charge = NIGHT,
     .discharges = true,
     .discharge = EVENING},
    {.variant = "peak_shave",
     .peak_demand_percentage = 40,
     .discharges = true,
     .discharge = EVENING},
    {.variant = "c_rates", .c_rate = 0.2},
    {.variant = "prioritise", .prioritise = true, .discharges = true, .discharge = EVENING},
    {.variant = "all_fields",
     .prioritise = true,
     .peak_demand_percentage = 30,
     .c_rate = 0.25,
     .charges = true,
     .charge = NIGHT,
     .discharges = true,
     .discharge = EVENING},
    {.variant = "time_series", .levels = true, .discharges = true, .discharge = EVENING},
};

typedef struct flag_setter {
  uint8_t *flags, flag;
} flag_setter;

static void set_flag(void *ctx, uint32_t first, uint32_t n) {
  flag_setter *s = ctx;
  for (uint32_t t = first; t < first + n; t++)
    s->flags[t] |= s->flag;
}

static void make_strategy(dispatch_case *c, const strategy_row *row) {
  const pvs_calendar *calendar = &c->study->metering.calendar;
  c->flags = bm_alloc(c->stride, 1);
  flag_setter setter = {c->flags, PVS_MAY_DISCHARGE};
  if (row->discharges)
    pvs_period_steps(calendar, row->discharge, false, set_flag, &setter);
  else
    memset(c->flags, PVS_MAY_DISCHARGE, c->steps);
  setter.flag = PVS_MAY_CHARGE;
  if (row->charges)
    pvs_period_steps(calendar, row->charge, false, set_flag, &setter);
  double c_rate = row->c_rate > 0 ? row->c_rate : NAN;
  c->strategy = (pvs_strategy){.id = row->variant,
                               .charge_c_rate = c_rate,
                               .discharge_c_rate = c_rate,
                               .peak_demand_percentage = row->peak_demand_percentage,
                               .prioritise = row->prioritise,
                               .flags = c->flags};
}

/* Customer i: own load, PV of 1 to 4 kWp, a battery of 4 to 12 kWh. */
static void make_owner(dispatch_case *c, uint32_t i, double pv_peak, bool levels) {
  const double *pv = c->study->pvs[0].total;
  c->owners[i] = i;
  c->load[i] = c->study->loads[0].series[i];
  c->gen[i] = bm_alloc(c->stride, sizeof(double));
  for (uint32_t t = 0; t < c->steps; t++)
    c->gen[i][t] = pv[t] / pv_peak * (0.5 + 0.1 * i);
  pvs_battery_terms terms = {.cap_kwh = 4 + 0.5 * i,
                             .max_charge_kw = 2 + 0.1 * i,
                             .efficiency = 0.88 + 0.005 * i,
                             .max_dod = 0.8,
                             .max_soc = 0.95,
                             .max_cycles = 4000};
  pvs_battery_compile(&c->batteries[i], &terms, &c->strategy, 0.5);
  c->batteries[i].threshold_kwh = pvs_battery_threshold(&c->strategy, c->load[i], c->steps);
  pvs_battery_begin(&c->begin[i], &terms);
  c->series[i] = (pvs_battery_series){.net = bm_alloc(PVS_CHUNK, sizeof(double)),
                                      .log = bm_alloc(PVS_CHUNK, sizeof(double)),
                                      .level = levels ? bm_alloc(PVS_CHUNK, sizeof(double)) : NULL};
}

static void expect_owner(dispatch_case *c, uint32_t i) {
  uint32_t last = (c->stride - 1) / c->chunk * c->chunk;
  c->expected[i] = c->begin[i];
  c->last_net[i] = bm_alloc(PVS_CHUNK, sizeof(double));
  c->last_log[i] = bm_alloc(PVS_CHUNK, sizeof(double));
  for (uint32_t t = 0; t < c->stride; t++) {
    double log, net = bm_plain_dispatch(&c->batteries[i], &c->expected[i], c->flags[t],
                                        c->gen[i][t], c->load[i][t], &log);
    if (t >= last) {
      c->last_net[i][t - last] = net;
      c->last_log[i][t - last] = log;
    }
  }
}

static void *dispatch_setup(const bm_param *param, char *why) {
  const bm_building *building = bm_building_get(HX_SYNTH_STATIC, 18, 620, 365, why);
  const strategy_row *row = rows;
  while (strcmp(row->variant, param->variant) != 0)
    row++;
  if (!building)
    return NULL;
  dispatch_case *c = bm_alloc(1, sizeof *c);
  c->kernels = bm_kernels(param->level);
  c->study = building->study;
  c->count = (uint32_t)param->n;
  c->steps = c->study->metering.calendar.steps;
  c->stride = c->study->stride;
  c->chunk = c->study->chunk;
  make_strategy(c, row);
  double pv_peak = 0;
  for (uint32_t t = 0; t < c->steps; t++)
    pv_peak = fmax(pv_peak, c->study->pvs[0].total[t]);
  for (uint32_t i = 0; i < c->count; i++) {
    make_owner(c, i, pv_peak, row->levels);
    expect_owner(c, i);
  }
  return c;
}

static void dispatch_run(void *ctx) {
  dispatch_case *c = ctx;
  memcpy(c->states, c->begin, sizeof c->states);
  for (uint32_t first = 0; first < c->stride; first += c->chunk) {
    uint32_t n = c->stride - first < c->chunk ? c->stride - first : c->chunk;
    for (uint32_t i = 0; i < c->count; i++) {
      c->series[i].flags = c->flags + first;
      c->series[i].gen = c->gen[i] + first;
      c->series[i].load = c->load[i] + first;
    }
    pvs_dispatch_slots(c->kernels, n, c->count, c->owners, c->batteries, c->states, c->series);
  }
}

static bool dispatch_check(void *ctx, bm_work *work, char *why) {
  dispatch_case *c = ctx;
  size_t last = (c->stride - 1) % c->chunk + 1;
  work->item = "battery_step";
  work->items = (double)c->count * c->steps;
  for (uint32_t i = 0; i < c->count; i++) {
    const pvs_battery_state *s = &c->states[i], *e = &c->expected[i];
    if (!bm_same_bits(&s->level_kwh, &e->level_kwh, 1) ||
        !bm_same_bits(&s->through_kwh, &e->through_kwh, 1) ||
        !bm_same_bits(&s->taken_kwh, &e->taken_kwh, 1))
      return bm_wrong(why,
                      "battery %u ends at %.17g kWh after %.17g through, step by step %.17g "
                      "after %.17g",
                      i, s->level_kwh, s->through_kwh, e->level_kwh, e->through_kwh);
    if (!bm_same_bits(c->series[i].net, c->last_net[i], last) ||
        !bm_same_bits(c->series[i].log, c->last_log[i], last))
      return bm_wrong(why, "battery %u: the last steps' series differ from step by step", i);
  }
  return true;
}

static void dispatch_teardown(void *ctx) {
  dispatch_case *c = ctx;
  for (uint32_t i = 0; c && i < c->count; i++) {
    free(c->gen[i]);
    free(c->last_net[i]);
    free(c->last_log[i]);
    free(c->series[i].net);
    free(c->series[i].log);
    free(c->series[i].level);
  }
  if (c)
    free(c->flags);
  free(c);
}

const bm_ops bm_dispatch = {dispatch_setup, NULL, dispatch_run, dispatch_check, dispatch_teardown};
