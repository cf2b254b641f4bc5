/* Battery dispatch (MODEL.md section 7), one battery at a time and eight side by side: the second
 * part of kernels_body.h. Both make the same operations in the same order on each battery, some
 * with both signs turned. Energy through and taken is summed; cycles and losses follow from the
 * sums, which saves a division a step. */

/* ---- one battery ---- */

static inline double least(double a, double b) {
  return a < b ? a : b;
}

/* Stores what it can of `offered` kWh; returns what was not stored. */
static inline double charge(const pvs_battery *b, pvs_battery_state *s, double offered,
                            double *log) {
  double in =
      least(least(b->top_kwh - s->level_kwh, b->charge_max_in_kwh), offered * b->efficiency);
  s->level_kwh += in;
  double taken = in / b->efficiency;
  s->through_kwh += in > 0 ? in : 0;
  s->taken_kwh += taken;
  *log = -taken;
  return offered - taken;
}

/* Gives what it can of `wanted` kWh. */
static inline double discharge(const pvs_battery *b, pvs_battery_state *s, double wanted,
                               double *log) {
  double out = 0;
  if (s->level_kwh > b->floor_kwh) {
    out = least(least(wanted, s->level_kwh - b->floor_kwh), b->discharge_max_kwh);
    s->level_kwh -= out;
    s->through_kwh += out;
  }
  *log = out;
  return out;
}

static void k_dispatch(size_t n, const pvs_battery *battery, pvs_battery_state *state,
                       const uint8_t *flags, const double *gen, const double *load, double *net,
                       double *log, double *level) {
  const pvs_battery b = *battery;
  pvs_battery_state s = *state;
  for (size_t t = 0; t < n; t++) {
    double g = gen[t], x, step = 0;
    unsigned may = flags[t];
    if (b.prioritise && !(may & PVS_MAY_DISCHARGE)) {
      if (g > 0)
        g = charge(&b, &s, g, &step);
      x = g - load[t];
    } else {
      x = g - load[t];
      if (b.prioritise) {
        if (x < -b.threshold_kwh)
          x += discharge(&b, &s, -x, &step);
        else if (x > 0)
          x = charge(&b, &s, x, &step);
      } else {
        if (x > 0)
          x = charge(&b, &s, x, &step);
        /* The period first: that rounding leaves x just below 0 no branch predictor foresees. */
        if ((may & PVS_MAY_DISCHARGE) && x < -b.threshold_kwh)
          x += discharge(&b, &s, -x, &step);
      }
    }
    bool grid = (may & PVS_MAY_CHARGE) && !(b.prioritise && (may & PVS_MAY_DISCHARGE));
    if (grid && x <= 0)
      x -= b.charge_max_kwh - charge(&b, &s, b.charge_max_kwh, &step);
    net[t] = x;
    log[t] = step;
    if (level)
      level[t] = s.level_kwh;
  }
  /* One by one: for a store of two, gcc packs level and through into one register, and every step
   * waits for the shuffling. */
  volatile pvs_battery_state *end = state;
  end->level_kwh = s.level_kwh;
  end->through_kwh = s.through_kwh;
  end->taken_kwh = s.taken_kwh;
}

/* ---- eight side by side ---- */

typedef double v4 __attribute__((vector_size(32), aligned(8), may_alias));

/* Eight steps of eight lanes, step by step; and back. */
typedef struct tile {
  _Alignas(64) double step[PVS_BATTERY_LANES][PVS_BATTERY_LANES];
} tile;

static inline void turn4(v4 *a, v4 *b, v4 *c, v4 *d) {
  v4 ab_low = __builtin_shufflevector(*a, *b, 0, 4, 2, 6),
     ab_high = __builtin_shufflevector(*a, *b, 1, 5, 3, 7);
  v4 cd_low = __builtin_shufflevector(*c, *d, 0, 4, 2, 6),
     cd_high = __builtin_shufflevector(*c, *d, 1, 5, 3, 7);
  *a = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *b = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *c = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *d = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

static inline void tile_set(tile *to, int lane, int step, v4 row[4]) {
  turn4(&row[0], &row[1], &row[2], &row[3]);
  for (int i = 0; i < 4; i++)
    *(v4 *)&to->step[step + i][lane] = row[i];
}

static inline void tile_out(const tile *from, double *const to[PVS_BATTERY_LANES], size_t t) {
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane += 4)
    for (int step = 0; step < PVS_BATTERY_LANES; step += 4) {
      v4 row[4];
      for (int i = 0; i < 4; i++)
        row[i] = *(const v4 *)&from->step[step + i][lane];
      turn4(&row[0], &row[1], &row[2], &row[3]);
      for (int i = 0; i < 4; i++)
        *(v4 *)(to[lane + i] + t + step) = row[i];
    }
}

/* A group's pointers by series, and what its lanes read and write in eight steps. `gen` is
 * generation where a battery of the call is prioritised, elsewhere generation - load, and `load` is
 * unused: all that the others need. */
typedef struct lane_group {
  const double *gen_of[PVS_BATTERY_LANES], *load_of[PVS_BATTERY_LANES];
  double *net_of[PVS_BATTERY_LANES], *log_of[PVS_BATTERY_LANES], *level_of[PVS_BATTERY_LANES];
  const uint8_t *flags_of[PVS_BATTERY_LANES];
  bool wants_level;
  tile gen, load, net, log, level;
  _Alignas(64) int64_t flags[PVS_BATTERY_LANES]; /* of each lane, a byte a step */
} lane_group;

static void group_begin(lane_group *g, const pvs_battery_series *series) {
  g->wants_level = series[0].level != NULL;
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane++) {
    g->gen_of[lane] = series[lane].gen;
    g->load_of[lane] = series[lane].load;
    g->net_of[lane] = series[lane].net;
    g->log_of[lane] = series[lane].log;
    g->level_of[lane] = series[lane].level;
    g->flags_of[lane] = series[lane].flags;
  }
}

/* So many series at once are more than a processor foresees: fetched four tiles ahead. */
static inline void fetch_ahead(const double *x) {
  __builtin_prefetch((const void *)((uintptr_t)x + 4 * PVS_BATTERY_LANES * sizeof *x));
}

/* Returns the flags or-ed over the lanes, a byte a step. */
static inline uint64_t group_in(lane_group *g, size_t t, bool prioritised) {
  int64_t any = 0;
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane++) {
    memcpy(&g->flags[lane], g->flags_of[lane] + t, sizeof g->flags[lane]);
    any |= g->flags[lane];
  }
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane += 4)
    for (int step = 0; step < PVS_BATTERY_LANES; step += 4) {
      v4 gen[4], load[4];
      for (int i = 0; i < 4; i++) {
        gen[i] = *(const v4 *)(g->gen_of[lane + i] + t + step);
        load[i] = *(const v4 *)(g->load_of[lane + i] + t + step);
        if (step == 0) {
          fetch_ahead(g->gen_of[lane + i] + t);
          fetch_ahead(g->load_of[lane + i] + t);
        }
        if (!prioritised)
          gen[i] -= load[i];
      }
      tile_set(&g->gen, lane, step, gen);
      if (prioritised)
        tile_set(&g->load, lane, step, load);
    }
  return (uint64_t)any;
}

static inline void group_out(const lane_group *g, size_t t) {
  tile_out(&g->net, g->net_of, t);
  tile_out(&g->log, g->log_of, t);
  if (g->wants_level)
    tile_out(&g->level, g->level_of, t);
}

/* The batteries in one register's lanes. What they give is negative here, and so are its limits, as
 * x is then: that spares turning signs, and taking 0 from x keeps a -0 that adding it would not. */
typedef struct part {
  vec level, through, taken;
  vec offered, later; /* generation less the load that comes before charging; the load after it */
  vec x, log;
} part;

/* Which lanes have a flag in a step. */
static inline mask part_may(const lane_group *g, size_t at, int step, unsigned flag) {
  const mask bit = (mask){0} + (int64_t)((uint64_t)flag << (8 * step));
  return (mask)((*(const mask *)(g->flags + at) & bit) == bit);
}

/* Lanes of prioritised batteries outside their discharge period charge from all generation. */
static inline void part_offer(part *s, const lane_group *g, const pvs_battery_lanes *b, size_t at,
                              int step, bool prioritised) {
  s->offered = CAT(g->gen.step[step], at);
  if (!prioritised)
    return;
  const vec load = CAT(g->load.step[step], at);
  const mask from_all =
      *(const mask *)(b->prioritise + at) & ~part_may(g, at, step, PVS_MAY_DISCHARGE);
  s->offered -= (vec)((mask)load & ~from_all);
  s->later = (vec)((mask)load & from_all);
}

/* Charges; returns what is taken outside for it, negative: -0 where `in` is 0. */
static inline vec part_charge(part *s, const pvs_battery_lanes *b, size_t at, vec in) {
  const vec zero = {0};
  s->level += in;
  s->through += PVS_MAX(in, zero);
  const vec log = in / CAT(b->minus_efficiency, at);
  s->taken -= log;
  return log;
}

static inline void part_store(part *s, const pvs_battery_lanes *b, size_t at) {
  const vec zero = {0};
  const mask charges = (mask)(s->offered > zero);
  vec in = CAT(b->top_kwh, at) - s->level, most = s->offered * CAT(b->efficiency, at);
  most = PVS_MIN(most, CAT(b->charge_max_in_kwh, at));
  in = PVS_MIN(in, most);
  const vec log = part_charge(s, b, at, (vec)((mask)in & charges));
  s->x = s->offered + log;
  s->log = (vec)((mask)log & charges);
}

static inline void part_give(part *s, const pvs_battery_lanes *b, size_t at, vec shortage,
                             mask may) {
  const vec zero = {0};
  const mask discharges = may & (mask)(shortage < CAT(b->minus_threshold_kwh, at));
  vec out = PVS_MAX(s->x, CAT(b->minus_discharge_max_kwh, at));
  vec left = CAT(b->floor_kwh, at) - s->level;
  left = PVS_MIN(left, zero);
  out = PVS_MAX(out, left);
  out = (vec)((mask)out & discharges);
  s->level += out;
  s->through -= out;
  s->x -= out;
  out = zero - out;
  s->log = PVS_SELECT(discharges, out, s->log);
}

static inline void part_buy(part *s, const pvs_battery_lanes *b, size_t at, mask may) {
  const vec zero = {0}, charge_max = CAT(b->charge_max_kwh, at);
  const mask buys = may & (mask)(s->x <= zero);
  vec in = CAT(b->top_kwh, at) - s->level;
  in = PVS_MIN(in, CAT(b->charge_max_in_kwh, at));
  const vec log = part_charge(s, b, at, (vec)((mask)in & buys));
  s->x -= (vec)((mask)(charge_max - (charge_max + log)) & buys);
  s->log = PVS_SELECT(buys, log, s->log);
}

#define EACH_PART                                                                                  \
  for (unsigned i = 0; i < n_groups; i++)                                                          \
    for (size_t p = 0, at = 0; p < PVS_PARTS; p++, at += PVS_WIDTH)

/* Eight steps of all groups. Each battery waits for its own level from step to step; the others
 * fill the time. What no battery may do, or none has reason to, is skipped: the periods and the sun
 * are the same for most of them. `flags`: or-ed over all lanes. Inlined so that n_groups is a
 * constant and the parts stay in registers. */
__attribute__((always_inline)) static inline void groups_step(lane_group *g, pvs_battery_lanes *b,
                                                              unsigned n_groups, bool prioritised,
                                                              uint64_t flags) {
  const vec zero = {0};
  part s[2][PVS_PARTS];
  EACH_PART {
    s[i][p].level = CAT(b[i].level_kwh, at);
    s[i][p].through = CAT(b[i].through_kwh, at);
    s[i][p].taken = CAT(b[i].taken_kwh, at);
  }
  for (int step = 0; step < PVS_BATTERY_LANES; step++, flags >>= 8) {
    vec most = zero;
    EACH_PART {
      part_offer(&s[i][p], &g[i], &b[i], at, step, prioritised);
      most = PVS_MAX(s[i][p].offered, most);
    }
    if (PVS_ANY((mask)(most > zero)))
      EACH_PART part_store(&s[i][p], &b[i], at);
    else
      EACH_PART {
        s[i][p].x = s[i][p].offered;
        s[i][p].log = zero;
      }
    if (prioritised)
      EACH_PART s[i][p].x -= s[i][p].later;
    if (flags & PVS_MAY_DISCHARGE)
      EACH_PART {
        vec shortage = s[i][p].x;
        if (prioritised) /* what charging leaves is no shortage of theirs */
          shortage = PVS_SELECT(*(const mask *)(b[i].prioritise + at), s[i][p].offered, shortage);
        part_give(&s[i][p], &b[i], at, shortage, part_may(&g[i], at, step, PVS_MAY_DISCHARGE));
      }
    if (flags & PVS_MAY_CHARGE)
      EACH_PART {
        mask may = part_may(&g[i], at, step, PVS_MAY_CHARGE);
        if (prioritised)
          may &= ~(*(const mask *)(b[i].prioritise + at) &
                   part_may(&g[i], at, step, PVS_MAY_DISCHARGE));
        part_buy(&s[i][p], &b[i], at, may);
      }
    EACH_PART {
      AT(g[i].net.step[step], at) = s[i][p].x;
      AT(g[i].log.step[step], at) = s[i][p].log;
      AT(g[i].level.step[step], at) = s[i][p].level;
    }
  }
  EACH_PART {
    AT(b[i].level_kwh, at) = s[i][p].level;
    AT(b[i].through_kwh, at) = s[i][p].through;
    AT(b[i].taken_kwh, at) = s[i][p].taken;
  }
}

__attribute__((always_inline)) static inline void
groups_run(size_t n, lane_group *g, pvs_battery_lanes *b, unsigned n_groups, bool prioritised) {
  for (size_t t = 0; t < n; t += PVS_BATTERY_LANES) {
    uint64_t flags = 0;
    for (unsigned i = 0; i < n_groups; i++)
      flags |= group_in(&g[i], t, prioritised);
    groups_step(g, b, n_groups, prioritised, flags);
    for (unsigned i = 0; i < n_groups; i++)
      group_out(&g[i], t);
  }
}

static void k_dispatch_lanes(size_t n, unsigned n_groups, pvs_battery_lanes *batteries,
                             const pvs_battery_series *series) {
  lane_group groups[2];
  pvs_battery_lanes held[2];
  int64_t prioritised = 0;
  for (unsigned i = 0; i < n_groups; i++) {
    group_begin(&groups[i], series + i * PVS_BATTERY_LANES);
    held[i] = batteries[i];
    for (int lane = 0; lane < PVS_BATTERY_LANES; lane++)
      prioritised |= held[i].prioritise[lane];
  }
  if (n_groups == 1 && prioritised)
    groups_run(n, groups, held, 1, true);
  else if (n_groups == 1)
    groups_run(n, groups, held, 1, false);
  else if (prioritised)
    groups_run(n, groups, held, 2, true);
  else
    groups_run(n, groups, held, 2, false);
  for (unsigned i = 0; i < n_groups; i++)
    batteries[i] = held[i];
}
