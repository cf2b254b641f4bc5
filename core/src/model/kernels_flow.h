/* Generation that is split by load, and the flows of customers (MODEL.md sections 5 and 6): a part of
 * kernels_body.h. */

/* ---- generation that is split by load ---- */

/* If dividend and divisor lie between these, `quotient` gives the bits of a division. */
#define LEAST_KWH 1e-200
#define MOST_KWH  1e200

#define NO_SIGN ((bits){0} + INT64_MAX)

/* 1 - 2^-50: load / total x pv is two roundings of at most 2^-53 each. */
#define SURELY_LESS 0x1.ffffffffffff8p-1

static bool k_split_begin(size_t n, const double *pv, const double *total, double n_sharers,
                          const pvs_split *split) {
  const vec zero = {0}, one = zero + 1.0, least = zero + LEAST_KWH, most = zero + MOST_KWH,
            infinity = zero + (double)INFINITY;
  lanes_set odd = PVS_NOBODY;
  for (size_t first = 0; first < n; first += PVS_LANES) {
    lanes_set surplus = PVS_NOBODY;
    for (size_t p = 0, i = first; p < PVS_REGS; p++, i += PVS_WIDTH) {
      const vec energy = CAT(pv, i);
      vec divisor = one, reciprocal = one, equal = zero;
      const lanes_set generates = PVS_EITHER(PVS_GREATER(energy, zero), PVS_GREATER(zero, energy));
      /* A division is worth avoiding, and at night there is nothing to share. */
      if (PVS_ANY(generates)) {
        const vec whole = CAT(total, i), size = (vec)((bits)whole & NO_SIGN);
        const vec less = whole * SURELY_LESS;
        divisor = PVS_SELECT(generates, whole, one);
        const lanes_set none = PVS_WITHOUT(generates, PVS_GREATER(size, zero));
        odd = PVS_EITHER(odd, PVS_LESS_OF(generates, size, least));
        odd = PVS_EITHER(odd, PVS_LESS_OF(generates, most, size));
        surplus = PVS_EITHER(surplus, PVS_WITHOUT(generates, PVS_GREATER(less, energy)));
        if (PVS_ANY(none)) {
          divisor = PVS_SELECT(none, infinity, divisor);
          equal = energy / n_sharers;
          equal = PVS_KEEP(none, equal);
        }
        reciprocal = one / divisor;
      }
      AT(split->total, i) = divisor;
      AT(split->reciprocal, i) = reciprocal;
      AT(split->equal, i) = equal;
    }
    split->surplus[first / PVS_LANES] = PVS_ANY(surplus);
  }
  return !PVS_ANY(odd);
}

static unsigned k_survey(size_t n, const double *x, pvs_survey_lanes *lanes) {
  const vec zero = {0}, tiny = zero + LEAST_KWH, huge = zero + MOST_KWH;
  sums sum = sums_load(lanes->sum), low = sums_load(lanes->least),
       high = sums_load(lanes->greatest);
  lanes_set negative = PVS_NOBODY, odd = PVS_NOBODY;
  EACH(i, p, n) {
    const vec value = CAT(x, i), size = (vec)((bits)value & NO_SIGN);
    sum.reg[p] += value;
    low.reg[p] = PVS_MIN(value, low.reg[p]);
    high.reg[p] = PVS_MAX(value, high.reg[p]);
    odd = PVS_EITHER(odd, PVS_LESS_OF(PVS_GREATER(size, zero), size, tiny));
  }
  for (size_t p = 0; p < PVS_REGS; p++) {
    negative = PVS_EITHER(negative, PVS_GREATER(zero, low.reg[p]));
    odd = PVS_EITHER(odd, PVS_GREATER(high.reg[p], huge));
    odd = PVS_EITHER(odd, PVS_GREATER(zero - huge, low.reg[p]));
  }
  sums_store(&sum, lanes->sum);
  sums_store(&low, lanes->least);
  sums_store(&high, lanes->greatest);
  return (PVS_ANY(negative) ? PVS_SOME_NEGATIVE : 0) | (PVS_ANY(odd) ? PVS_SOME_ODD : 0);
}

/* A sharer's generation in steps t … t + PVS_WIDTH - 1. */
static inline __attribute__((always_inline)) vec split_at(const pvs_split *s, bool plain, vec load,
                                                          size_t t) {
  const vec total = CAT(s->total, t), pv = CAT(s->pv, t);
  if (plain)
    return quotient(load, total, CAT(s->reciprocal, t)) * pv;
  const vec share = load / total * pv;
  return share + CAT(s->equal, t);
}

static void k_split(size_t n, const double *load, const pvs_split *split, double *y) {
  const pvs_split s = *split;
  if (s.plain)
    EACH(i, p, n) AT(y, i) = split_at(&s, true, CAT(load, i), i);
  else
    EACH(i, p, n) AT(y, i) = split_at(&s, false, CAT(load, i), i);
}

/* One register of a customer: in = max(-net, 0) and out = max(net, 0). */
#if PVS_WIDTH == 8
#define SPLIT_NET(net, in, out)                                                                    \
  const vec out = PVS_MAX(net, zero);                                                              \
  const vec in = out - net
#else
/* The same bits by logic operations on those of net and out, which leaves the adders to others. */
#define SPLIT_NET(net, in, out)                                                                    \
  const vec out = PVS_MAX(net, zero);                                                              \
  const vec in = (vec)(((bits)(net) ^ (bits)(out)) & NO_SIGN)
#endif

/* Steps from i to `end` without generation: the customer imports its load. */
static inline __attribute__((always_inline)) void
flow_night(size_t i, size_t end, const pvs_flow_customer *c, bool consumption, sums *imports) {
  const vec zero = {0};
  const double *restrict load = c->load, *next = c->next;
  double *restrict import = c->import, *restrict consumed = c->consumption;
  for (; i < end; i += PVS_LANES) {
    __builtin_prefetch(next + i);
    for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
      vec l = CAT(load, t);
      AT(import, t) = l;
      if (consumption)
        AT(consumed, t) = zero;
      imports->reg[p] += l;
    }
  }
}

/* Works on copies of its arguments, because the compiler must assume that writing a series changes
 * what pointers point to. */
static inline __attribute__((always_inline)) void flow_one(const pvs_flow_stretch *stretch,
                                                           const pvs_flow_customer *customer,
                                                           bool split, bool plain,
                                                           bool consumption) {
  const pvs_flow_stretch s = *stretch;
  const pvs_flow_customer c = *customer;
  const vec zero = {0};
  const double *restrict load = c.load, *restrict gen = c.gen, *next = c.next;
  const pvs_split shared = s.split;
  double *restrict import = c.import, *restrict consumed = c.consumption;
  double *restrict ni = s.network_import, *restrict ne = s.network_export;
  sums generation = sums_load(c.sums->generation), imports = sums_load(c.sums->import),
       exports = sums_load(c.sums->export);
  for (size_t k = 0; k < s.n_spans; k++) {
    const pvs_daylight_span span = s.spans[k];
    flow_night(span.first, span.dawn, &c, consumption, &imports);
    for (size_t i = span.dawn; i < span.dusk; i += PVS_LANES) {
      __builtin_prefetch(next + i);
      if (split && plain && !shared.surplus[i / PVS_LANES]) { /* nothing is exported */
        for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
          const vec l = CAT(load, t), g = split_at(&shared, true, l, t), in = l - g;
          generation.reg[p] += g;
          AT(import, t) = in;
          if (consumption)
            AT(consumed, t) = g;
          AT(ni, t) += in;
          imports.reg[p] += in;
        }
        continue;
      }
      for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
        vec l = CAT(load, t), g;
        if (split) {
          g = split_at(&shared, plain, l, t);
          generation.reg[p] += g;
        } else {
          g = CAT(gen, t);
        }
        vec net = g - l;
        SPLIT_NET(net, in, out);
        AT(import, t) = in;
        if (consumption)
          AT(consumed, t) = PVS_MIN(g, l);
        AT(ni, t) += in;
        AT(ne, t) += out;
        imports.reg[p] += in;
        exports.reg[p] += out;
      }
    }
    flow_night(span.dusk, span.end, &c, consumption, &imports);
  }
  sums_store(&generation, c.sums->generation);
  sums_store(&imports, c.sums->import);
  sums_store(&exports, c.sums->export);
}

/* Two customers at a time, so that what they share (the network's sums, the split's series) is read
 * once for both. A split is plain. */
static inline __attribute__((always_inline)) void flow_two(const pvs_flow_stretch *stretch,
                                                           const pvs_flow_customer *customers,
                                                           bool split, bool consumption) {
  const pvs_flow_stretch copy = *stretch, *s = &copy;
  const pvs_flow_customer copy_a = customers[0], *a = &copy_a, copy_b = customers[1], *b = &copy_b;
  const pvs_split shared = s->split;
  const vec zero = {0};
  const double *restrict load_a = a->load, *restrict load_b = b->load;
  const double *gen_a = a->gen, *gen_b = b->gen, *next_a = a->next, *next_b = b->next;
  double *restrict import_a = a->import, *restrict import_b = b->import;
  double *restrict consumed_a = a->consumption, *restrict consumed_b = b->consumption;
  double *restrict ni = s->network_import, *restrict ne = s->network_export;
  sums generation_a = sums_load(a->sums->generation), generation_b = sums_load(b->sums->generation);
  sums imports_a = sums_load(a->sums->import), exports_a = sums_load(a->sums->export);
  sums imports_b = sums_load(b->sums->import), exports_b = sums_load(b->sums->export);
  for (size_t k = 0; k < s->n_spans; k++) {
    const pvs_daylight_span span = s->spans[k];
    flow_night(span.first, span.dawn, a, consumption, &imports_a);
    flow_night(span.first, span.dawn, b, consumption, &imports_b);
    for (size_t i = span.dawn; i < span.dusk; i += PVS_LANES) {
      __builtin_prefetch(next_a + i);
      __builtin_prefetch(next_b + i);
      const bool surplus = !split || shared.surplus[i / PVS_LANES]; /* else nothing is exported */
      for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
        const vec l_a = CAT(load_a, t), l_b = CAT(load_b, t);
        const vec g_a = split ? split_at(&shared, true, l_a, t) : CAT(gen_a, t);
        const vec g_b = split ? split_at(&shared, true, l_b, t) : CAT(gen_b, t);
        if (split) {
          generation_a.reg[p] += g_a;
          generation_b.reg[p] += g_b;
        }
        if (consumption) {
          AT(consumed_a, t) = surplus ? PVS_MIN(g_a, l_a) : g_a;
          AT(consumed_b, t) = surplus ? PVS_MIN(g_b, l_b) : g_b;
        }
        if (!surplus) {
          const vec in_a = l_a - g_a, in_b = l_b - g_b;
          AT(import_a, t) = in_a;
          AT(import_b, t) = in_b;
          AT(ni, t) = CAT(ni, t) + in_a + in_b;
          imports_a.reg[p] += in_a;
          imports_b.reg[p] += in_b;
          continue;
        }
        const vec net_a = g_a - l_a, net_b = g_b - l_b;
        SPLIT_NET(net_a, in_a, out_a);
        SPLIT_NET(net_b, in_b, out_b);
        AT(import_a, t) = in_a;
        AT(import_b, t) = in_b;
        AT(ni, t) = CAT(ni, t) + in_a + in_b;
        AT(ne, t) = CAT(ne, t) + out_a + out_b;
        imports_a.reg[p] += in_a;
        exports_a.reg[p] += out_a;
        imports_b.reg[p] += in_b;
        exports_b.reg[p] += out_b;
      }
    }
    flow_night(span.dusk, span.end, a, consumption, &imports_a);
    flow_night(span.dusk, span.end, b, consumption, &imports_b);
  }
  if (split) {
    sums_store(&generation_a, a->sums->generation);
    sums_store(&generation_b, b->sums->generation);
  }
  sums_store(&imports_a, a->sums->import);
  sums_store(&exports_a, a->sums->export);
  sums_store(&imports_b, b->sums->import);
  sums_store(&exports_b, b->sums->export);
}

static bool are_two(unsigned n_customers, const pvs_flow_customer *customers) {
  return n_customers == 2 && !customers[0].consumption == !customers[1].consumption;
}

static void k_flow_split(const pvs_flow_stretch *s, unsigned n_customers,
                         const pvs_flow_customer *customers) {
  if (s->split.plain && are_two(n_customers, customers)) {
    if (customers->consumption)
      flow_two(s, customers, true, true);
    else
      flow_two(s, customers, true, false);
    return;
  }
  for (const pvs_flow_customer *c = customers; c < customers + n_customers; c++)
    if (s->split.plain && c->consumption)
      flow_one(s, c, true, true, true);
    else if (s->split.plain)
      flow_one(s, c, true, true, false);
    else if (c->consumption)
      flow_one(s, c, true, false, true);
    else
      flow_one(s, c, true, false, false);
}

static void k_flow_static(const pvs_flow_stretch *s, unsigned n_customers,
                          const pvs_flow_customer *customers) {
  if (are_two(n_customers, customers)) {
    if (customers->consumption)
      flow_two(s, customers, false, true);
    else
      flow_two(s, customers, false, false);
    return;
  }
  for (unsigned i = 0; i < n_customers; i++)
    if (customers[i].consumption)
      flow_one(s, &customers[i], false, false, true);
    else
      flow_one(s, &customers[i], false, false, false);
}

static void k_flow_net(size_t n, const double *load, const double *gen, const double *net,
                       const double *log, double *import, double *consumption,
                       double *network_import, double *network_export, pvs_flow_lanes *lanes) {
  const vec zero = {0};
  sums generation = sums_load(lanes->generation), imports = sums_load(lanes->import),
       exports = sums_load(lanes->export), self_consumed = sums_load(lanes->self_consumed);
  EACH(i, p, n) {
    vec l = CAT(load, i), g = CAT(gen, i), x = CAT(net, i), served = g + CAT(log, i);
    vec out = PVS_MAX(x, zero), in = out - x;
    AT(import, i) = in;
    if (consumption)
      AT(consumption, i) = PVS_MIN(g, l);
    AT(network_import, i) += in;
    AT(network_export, i) += out;
    generation.reg[p] += g;
    imports.reg[p] += in;
    exports.reg[p] += out;
    self_consumed.reg[p] += PVS_MIN(l, served);
  }
  sums_store(&generation, lanes->generation);
  sums_store(&imports, lanes->import);
  sums_store(&exports, lanes->export);
  sums_store(&self_consumed, lanes->self_consumed);
}
