/* Each kernel alone, over a stretch as long as those that a flow works in. */
#include "bm_data.h"
#include "bm_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = PVS_CHUNK, DAYS = 8, ROWS = 4, OUTPUTS = 4, SUMS = 4 };

/* What kernels write; each uses some of it. */
typedef struct outputs {
  _Alignas(64) double series[OUTPUTS][STEPS];
  _Alignas(64) double lanes[2][PVS_LANES];
  pvs_flow_lanes flow, second;
} outputs;

/* The same step by step, sums without lanes. */
typedef struct plain_outputs {
  double series[OUTPUTS][STEPS];
  double sums[SUMS]; /* of a flow: generation, import, export, self_consumed */
} plain_outputs;

typedef struct kernel_case {
  _Alignas(64) double load[STEPS];
  double gen[STEPS], total[STEPS], net[STEPS], log[STEPS], reciprocal[STEPS];
  uint8_t surplus[STEPS / PVS_LANES];
  outputs made;
  plain_outputs expected;
  const pvs_kernels *k;
  const struct kernel *kernel;
} kernel_case;

static void run_sum(kernel_case *c) {
  c->k->sum(STEPS, c->load, c->made.lanes[0]);
}
static void step_sum(const kernel_case *c, plain_outputs *o, size_t t) {
  o->sums[0] += c->load[t];
}

static void run_dot(kernel_case *c) {
  c->k->dot(STEPS, c->load, c->gen, c->made.lanes[0]);
}
static void step_dot(const kernel_case *c, plain_outputs *o, size_t t) {
  o->sums[0] += c->load[t] * c->gen[t];
}

static void run_accumulate(kernel_case *c) {
  c->k->accumulate(1, &(pvs_day_rows){.n = STEPS, .stride = STEPS, .rows = 1}, c->load,
                   c->made.series[0]);
}
/* Days of half-hours: each row's sum where a step's value would be. */
static void run_row_sums(kernel_case *c) {
  c->k->row_sums(STEPS / DAYS, DAYS, c->load, c->made.series[0]);
}
static void step_row_sums(const kernel_case *c, plain_outputs *o, size_t t) {
  if (t % (STEPS / DAYS) == 0 && t / (STEPS / DAYS) < DAYS) {
    double four[4] = {0};
    for (size_t i = 0; i < STEPS / DAYS; i++)
      four[i % 4] += c->load[t + i];
    o->series[0][t / (STEPS / DAYS)] = (four[0] + four[1]) + (four[2] + four[3]);
  }
}
static void run_add(kernel_case *c) {
  c->k->add(STEPS, c->load, c->made.series[0]);
}
static void step_add(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] += c->load[t];
}

/* Of residents who import their loads. */
static void run_add_rows(kernel_case *c) {
  c->k->add_rows(STEPS, ROWS, (const double *const[]){c->load, c->gen, c->total, c->net}, 0,
                 c->made.series[0]);
}
static void step_add_rows(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = o->series[0][t] + c->load[t] + c->gen[t] + c->total[t] + c->net[t];
}

static void run_maximum(kernel_case *c) {
  c->k->maximum(1, &(pvs_day_rows){.n = STEPS, .stride = STEPS, .rows = 1}, c->net,
                c->made.series[0]);
}
static void step_maximum(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = fmax(o->series[0][t], c->net[t]);
}

static void run_difference(kernel_case *c) {
  c->k->difference(STEPS, c->gen, c->load, c->made.series[0]);
}
static void step_difference(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = c->gen[t] - c->load[t];
}

static void run_split_net(kernel_case *c) {
  c->k->split_net(STEPS, c->net, c->made.series[0], c->made.series[1], c->made.lanes[0],
                  c->made.lanes[1]);
}
static void step_split_net(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = fmax(-c->net[t], 0);
  o->series[1][t] = fmax(c->net[t], 0);
  o->sums[0] += o->series[0][t];
  o->sums[1] += o->series[1][t];
}

static void run_self_consumed(kernel_case *c) {
  c->k->self_consumed(STEPS, c->load, c->gen, c->log, c->made.lanes[0]);
}
static void step_self_consumed(const kernel_case *c, plain_outputs *o, size_t t) {
  o->sums[0] += fmin(c->load[t], c->gen[t] + c->log[t]);
}

static void run_scale(kernel_case *c) {
  c->k->scale(STEPS, c->gen, 4.5, 0.3, c->made.series[0]);
}
static void step_scale(const kernel_case *c, plain_outputs *o, size_t t) {
  double scaled = c->gen[t] * 4.5;
  o->series[0][t] = scaled * 0.3;
}

static pvs_split split_of(kernel_case *c) {
  return (pvs_split){.pv = c->gen,
                     .total = c->total,
                     .reciprocal = c->reciprocal,
                     .surplus = c->surplus,
                     .plain = true};
}
static void run_split_begin(kernel_case *c) {
  const pvs_split split = {.total = c->made.series[0],
                           .reciprocal = c->made.series[3],
                           .equal = c->made.series[1],
                           .surplus = c->surplus};
  c->k->split_begin(STEPS, c->gen, c->total, 19, &split);
}
static void step_split_begin(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = c->gen[t] > 0 ? c->total[t] : 1;
  o->series[3][t] = 1 / o->series[0][t];
}
static void run_split(kernel_case *c) {
  const pvs_split split = split_of(c);
  c->k->split(STEPS, c->load, &split, c->made.series[0]);
}
static void step_split(const kernel_case *c, plain_outputs *o, size_t t) {
  o->series[0][t] = c->load[t] / c->total[t] * c->gen[t];
}

static const pvs_daylight_span all_daylight = {0, 0, STEPS, STEPS};

static pvs_flow_stretch stretch_of(kernel_case *c) {
  return (pvs_flow_stretch){.n_spans = 1,
                            .spans = &all_daylight,
                            .network_import = c->made.series[2],
                            .network_export = c->made.series[3],
                            .split = split_of(c)};
}
static pvs_flow_customer customer_of(kernel_case *c) {
  return (pvs_flow_customer){.load = c->load,
                             .gen = c->gen,
                             .next = c->load,
                             .import = c->made.series[0],
                             .consumption = c->made.series[1],
                             .sums = &c->made.flow};
}
static void run_flow_static(kernel_case *c) {
  pvs_flow_stretch stretch = stretch_of(c);
  pvs_flow_customer customer = customer_of(c);
  c->k->flow_static(&stretch, 1, &customer);
}
/* The second customer's import stands where the first's consumption would; their sums are added. */
static void run_flow_pair(kernel_case *c) {
  pvs_flow_stretch stretch = stretch_of(c);
  pvs_flow_customer customers[2] = {customer_of(c), customer_of(c)};
  customers[0].consumption = customers[1].consumption = NULL;
  customers[1].load = c->total;
  customers[1].import = c->made.series[1];
  customers[1].sums = &c->made.second;
  c->k->flow_static(&stretch, 2, customers);
}
static void run_flow_split(kernel_case *c) {
  pvs_flow_stretch stretch = stretch_of(c);
  pvs_flow_customer customer = customer_of(c);
  c->k->flow_split(&stretch, 1, &customer);
}
static void step_flow(plain_outputs *o, size_t t, double load, double gen, double net) {
  o->series[0][t] = fmax(-net, 0);
  o->series[1][t] = fmin(gen, load);
  o->series[2][t] += fmax(-net, 0);
  o->series[3][t] += fmax(net, 0);
  o->sums[0] += gen;
  o->sums[1] += fmax(-net, 0);
  o->sums[2] += fmax(net, 0);
}
static void step_flow_static(const kernel_case *c, plain_outputs *o, size_t t) {
  step_flow(o, t, c->load[t], c->gen[t], c->gen[t] - c->load[t]);
  o->sums[0] = 0; /* it does not sum generation */
}
static void step_flow_pair(const kernel_case *c, plain_outputs *o, size_t t) {
  step_flow_static(c, o, t);
  double net = c->gen[t] - c->total[t];
  o->series[1][t] = fmax(-net, 0);
  o->series[2][t] += fmax(-net, 0);
  o->series[3][t] += fmax(net, 0);
  o->sums[1] += fmax(-net, 0);
  o->sums[2] += fmax(net, 0);
}
static void step_flow_split(const kernel_case *c, plain_outputs *o, size_t t) {
  double gen = c->load[t] / c->total[t] * c->gen[t];
  step_flow(o, t, c->load[t], gen, gen - c->load[t]);
}

static void run_flow_net(kernel_case *c) {
  c->k->flow_net(STEPS, c->load, c->gen, c->net, c->log, c->made.series[0], c->made.series[1],
                 c->made.series[2], c->made.series[3], &c->made.flow);
}
static void step_flow_net(const kernel_case *c, plain_outputs *o, size_t t) {
  step_flow(o, t, c->load[t], c->gen[t], c->net[t]);
  o->sums[3] += fmin(c->load[t], c->gen[t] + c->log[t]);
}

typedef struct kernel {
  const char *name;
  void (*run)(kernel_case *c);
  void (*step)(const kernel_case *c, plain_outputs *o, size_t t);
} kernel;

static const kernel kernels[] = {
    {"sum", run_sum, step_sum},
    {"dot", run_dot, step_dot},
    {"accumulate", run_accumulate, step_add},
    {"row_sums", run_row_sums, step_row_sums},
    {"maximum", run_maximum, step_maximum},
    {"add", run_add, step_add},
    {"add_rows", run_add_rows, step_add_rows},
    {"difference", run_difference, step_difference},
    {"split_net", run_split_net, step_split_net},
    {"self_consumed", run_self_consumed, step_self_consumed},
    {"scale", run_scale, step_scale},
    {"split_begin", run_split_begin, step_split_begin},
    {"split", run_split, step_split},
    {"flow_static", run_flow_static, step_flow_static},
    {"flow_pair", run_flow_pair, step_flow_pair},
    {"flow_split", run_flow_split, step_flow_split},
    {"flow_net", run_flow_net, step_flow_net},
};

static void draw(kernel_case *c) {
  uint64_t random = 17;
  for (size_t t = 0; t < STEPS; t++) {
    double sun = fmax(sin((double)t * 2 * M_PI / 48), 0);
    c->load[t] = 2 * bm_uniform(&random);
    c->gen[t] = 3 * sun * bm_uniform(&random);
    c->total[t] = c->load[t] + 18 * bm_uniform(&random);
    c->log[t] = bm_uniform(&random) - 0.5;
    c->net[t] = c->gen[t] - c->load[t] + c->log[t];
    c->reciprocal[t] = 1 / c->total[t];
    c->surplus[t / PVS_LANES] |= c->gen[t] > 0.99 * c->total[t];
  }
}

static void *kernel_setup(const bm_param *param, char *why) {
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
    if (strcmp(kernels[i].name, param->variant) != 0)
      continue;
    kernel_case *c = bm_alloc(1, sizeof *c);
    c->k = bm_kernels(param->level);
    c->kernel = &kernels[i];
    draw(c);
    for (size_t t = 0; t < STEPS; t++)
      c->kernel->step(c, &c->expected, t);
    return c;
  }
  bm_wrong(why, "no kernel \"%s\"", param->variant);
  return NULL;
}

static void kernel_run(void *ctx) {
  kernel_case *c = ctx;
  c->kernel->run(c);
}

static bool kernel_check(void *ctx, bm_work *work, char *why) {
  kernel_case *c = ctx;
  outputs *o = &c->made;
  work->item = "customer_step";
  work->items = STEPS;
  memset(o, 0, sizeof *o); /* kernels add to what is there */
  c->kernel->run(c);
  for (size_t s = 0; s < OUTPUTS; s++)
    for (size_t t = 0; t < STEPS; t++)
      if (o->series[s][t] != c->expected.series[s][t])
        return bm_wrong(why, "series %zu, step %zu: %.17g, expected %.17g", s, t, o->series[s][t],
                        c->expected.series[s][t]);
  const double sums[SUMS] = {
      pvs_lanes_sum(o->lanes[0]) + pvs_lanes_sum(o->flow.generation),
      pvs_lanes_sum(o->lanes[1]) + pvs_lanes_sum(o->flow.import) + pvs_lanes_sum(o->second.import),
      pvs_lanes_sum(o->flow.export) + pvs_lanes_sum(o->second.export),
      pvs_lanes_sum(o->flow.self_consumed),
  };
  for (size_t s = 0; s < SUMS; s++)
    if (!bm_close_to(sums[s], c->expected.sums[s], 1e-12))
      return bm_wrong(why, "sum %zu: %.17g, expected %.17g", s, sums[s], c->expected.sums[s]);
  return true;
}

const bm_ops bm_kernel = {kernel_setup, NULL, kernel_run, kernel_check, free};
