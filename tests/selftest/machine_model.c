#include "selftest/machine_model.h"

#include <math.h>
#include <stdlib.h>

const model_shape model_machines[MODEL_TUNED + MODEL_HELD_OUT] = {
    {"2 cores", 1, 1, 1, 2, 1, 0},
    {"4 cores, 8 threads", 1, 1, 1, 4, 2, 0},
    {"6 / 12", 1, 1, 1, 6, 2, 0},
    {"8 / 16", 1, 1, 1, 8, 2, 0},
    {"16 / 32, 2 L3", 1, 1, 2, 8, 2, 0},
    {"8 P + 16 E", 1, 1, 1, 8, 2, 16},
    {"2 x 32", 2, 1, 1, 32, 1, 0},
    {"96 / 192, 12 L3", 1, 1, 12, 8, 2, 0},
    {"2 x 64 / 256, 8 NUMA", 2, 4, 2, 8, 2, 0},
    /* held out */
    {"3 cores", 1, 1, 1, 3, 1, 0},
    {"8 cores", 1, 1, 1, 8, 1, 0},
    {"6 P + 8 E", 1, 1, 1, 6, 2, 8},
    {"24 / 48, 6 L3", 1, 1, 6, 4, 2, 0},
    {"4 x 10 / 80", 4, 1, 1, 10, 2, 0},
    {"2 x 48 / 192, 2 NUMA", 2, 2, 3, 8, 2, 0},
};

static void make_pus(model *m) {
  const model_shape *s = &m->shape;
  int at = 0, core = 0;
  for (int l3 = 0; l3 < m->l3s; l3++)
    for (int c = 0; c < s->cores; c++, core++)
      for (int t = 0; t < s->smt; t++) {
        int node = l3 / s->l3s;
        m->pu[at++] = (model_pu){core, l3, node, node / s->nodes, false};
      }
  for (int c = 0; c < s->e_cores; c++, core++)
    m->pu[at++] = (model_pu){core, 0, 0, 0, true};
}

static int group_of(const model_pu *pu, int level) {
  return level == 0 ? pu->package : level == 1 ? pu->node : level == 2 ? pu->l3 : pu->core;
}

/* n workers divided evenly over packages, nodes, L3 caches and cores, by their hardware threads. */
static void distribute(const model *m, const int *pu, int n_pus, int level, int n, int *out) {
  if (n == 0)
    return;
  if (level == 4 || n_pus == 1) {
    for (int i = 0; i < n; i++)
      out[i] = pu[i % n_pus];
    return;
  }
  int given = 0;
  for (int begin = 0, end = 0; begin < n_pus; begin = end) {
    while (end < n_pus && group_of(&m->pu[pu[end]], level) == group_of(&m->pu[pu[begin]], level))
      end++;
    int upto = (int)ceil((double)n * end / n_pus - 1e-9);
    distribute(m, pu + begin, end - begin, level + 1, upto - given, out + given);
    given = upto;
  }
}

static void place_row(model *m, int pin, int n, const int *compact, const int *cores) {
  int row = model_row(m, pin, n);
  size_t at = (size_t)row * (size_t)m->width;
  int *w = m->worker_pu + at;
  m->row_workers[row] = n;
  bool by_cores =
      pin == MODEL_CORES || (m->shape.e_cores > 0 && (pin == MODEL_NONE || pin == MODEL_NUMA));
  if (pin == MODEL_COMPACT || by_cores)
    for (int i = 0; i < n; i++)
      w[i] = (by_cores ? cores : compact)[i % m->pus];
  else
    distribute(m, compact, m->pus, 0, n, w);

  int on[4][512] = {{0}}; /* cores, PUs, L3 caches, nodes */
  for (int i = 0; i < n; i++) {
    const model_pu *pu = &m->pu[w[i]];
    on[0][pu->core]++;
    on[1][w[i]]++;
    on[2][pu->l3]++;
    on[3][pu->node]++;
  }
  for (int i = 0; i < n; i++) {
    const model_pu *pu = &m->pu[w[i]];
    m->on_core[at + (size_t)i] = (float)on[0][pu->core];
    m->on_pu[at + (size_t)i] = (float)on[1][w[i]];
    m->on_l3[at + (size_t)i] = (float)on[2][pu->l3];
    m->on_node[at + (size_t)i] = (float)on[3][pu->node];
  }
  uint64_t hash = 1469598103934665603U;
  for (int i = 0; i < m->cores; i++) {
    m->active_cores[row] += on[0][i] > 0;
    hash = (hash ^ (uint64_t)on[0][i]) * 1099511628211U;
  }
  for (int i = 0; i < m->pus && n > m->pus; i++)
    hash = (hash ^ (uint64_t)on[1][i]) * 1099511628211U;
  for (int i = 0; i < m->l3s; i++)
    m->used_l3s[row] += on[2][i] > 0;
  for (int i = 0; i < m->nodes; i++)
    m->used_nodes[row] += on[3][i] > 0;
  bool is_free = pin == MODEL_NONE || pin == MODEL_NUMA;
  m->signature[row] = is_free ? (pin == MODEL_NUMA && m->nodes > 1 ? 2 : 1) : hash;
}

model *model_create(const model_shape *shape) {
  model *m = calloc(1, sizeof *m);
  if (!m)
    return NULL;
  m->shape = *shape;
  m->packages = shape->packages;
  m->nodes = shape->packages * shape->nodes;
  m->l3s = m->nodes * shape->l3s;
  m->cores = m->l3s * shape->cores + shape->e_cores;
  m->pus = m->l3s * shape->cores * shape->smt + shape->e_cores;
  m->cores_per_l3 = shape->cores + shape->e_cores;
  m->cores_per_node = shape->cores * shape->l3s + shape->e_cores;
  m->width = m->pus + 1;
  m->n_rows = MODEL_PINS * m->width;
  size_t rows = (size_t)m->n_rows, cells = rows * (size_t)m->width, pus = (size_t)m->pus;
  m->pu = calloc(pus, sizeof *m->pu);
  m->row_workers = calloc(4 * rows, sizeof *m->row_workers);
  m->worker_pu = calloc(cells, sizeof *m->worker_pu);
  m->on_core = calloc(4 * cells, sizeof *m->on_core);
  m->signature = calloc(rows, sizeof *m->signature);
  int *order = calloc(2 * pus, sizeof *order);
  if (!m->pu || !m->row_workers || !m->worker_pu || !m->on_core || !m->signature || !order) {
    free(order);
    model_destroy(m);
    return NULL;
  }
  m->active_cores = m->row_workers + rows;
  m->used_l3s = m->active_cores + rows;
  m->used_nodes = m->used_l3s + rows;
  m->on_pu = m->on_core + cells;
  m->on_l3 = m->on_pu + cells;
  m->on_node = m->on_l3 + cells;
  make_pus(m);
  /* One hardware thread of each core first, then the others. */
  int at = m->pus;
  for (int turn = 0; turn < shape->smt; turn++)
    for (int i = 0, thread = 0; i < m->pus; i++) {
      thread = i > 0 && m->pu[i].core == m->pu[i - 1].core ? thread + 1 : 0;
      if (thread == turn)
        order[at++] = i;
    }
  for (int i = 0; i < m->pus; i++)
    order[i] = i;
  for (int pin = 0; pin < MODEL_PINS; pin++)
    for (int n = 1; n <= m->width; n++)
      place_row(m, pin, n, order, order + m->pus);
  free(order);
  return m;
}

void model_destroy(model *m) {
  if (!m)
    return;
  free(m->pu);
  free(m->row_workers);
  free(m->worker_pu);
  free(m->on_core);
  free(m->signature);
  free(m);
}
