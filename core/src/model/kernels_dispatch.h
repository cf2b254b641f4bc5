/* Battery dispatch (MODEL.md section 7), one battery at a time and eight side by side: the second
 * part of kernels_body.h. Both make the same operations in the same order on each battery. Energy
 * through and taken is summed; cycles and losses follow from the sums, which saves a division a
 * step. */

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
        if (x < -b.threshold_kwh && (may & PVS_MAY_DISCHARGE))
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
  *state = s;
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

static inline void tile_in(tile *to, const double *const from[PVS_BATTERY_LANES], size_t t) {
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane += 4)
    for (int step = 0; step < PVS_BATTERY_LANES; step += 4) {
      v4 row[4];
      for (int i = 0; i < 4; i++)
        row[i] = *(const v4 *)(from[lane + i] + t + step);
      turn4(&row[0], &row[1], &row[2], &row[3]);
      for (int i = 0; i < 4; i++)
        *(v4 *)&to->step[step + i][lane] = row[i];
    }
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

/* A group's pointers by series, and its state between tiles. */
typedef struct lane_group {
  const double *gen[PVS_BATTERY_LANES], *load[PVS_BATTERY_LANES];
  double *net[PVS_BATTERY_LANES], *log[PVS_BATTERY_LANES], *level[PVS_BATTERY_LANES];
  const uint8_t *flags[PVS_BATTERY_LANES];
  bool same_flags, wants_level;
  tile gen_tile, load_tile, net_tile, log_tile, level_tile;
  _Alignas(64) int64_t may_charge[PVS_BATTERY_LANES][PVS_BATTERY_LANES],
      may_discharge[PVS_BATTERY_LANES][PVS_BATTERY_LANES];
  uint64_t any; /* flags of eight steps, or-ed over the lanes: a byte a step */
} lane_group;

static void group_begin(lane_group *g, const pvs_battery_series *series) {
  g->same_flags = true;
  g->wants_level = series[0].level != NULL;
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane++) {
    g->gen[lane] = series[lane].gen;
    g->load[lane] = series[lane].load;
    g->net[lane] = series[lane].net;
    g->log[lane] = series[lane].log;
    g->level[lane] = series[lane].level;
    g->flags[lane] = series[lane].flags;
    if (series[lane].flags != series[0].flags)
      g->same_flags = false;
  }
}

static inline void group_flags(lane_group *g, size_t t) {
  memcpy(&g->any, g->flags[0] + t, sizeof g->any);
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane++) {
    if (g->same_flags && lane > 0)
      break;
    uint64_t word;
    memcpy(&word, g->flags[lane] + t, sizeof word);
    g->any |= word;
    for (int step = 0; step < PVS_BATTERY_LANES; step++) {
      int64_t may = (int64_t)(word >> (8 * step));
      g->may_charge[step][lane] = -(may & 1);
      g->may_discharge[step][lane] = -(may >> 1 & 1);
    }
  }
  if (!g->same_flags)
    return;
  for (int step = 0; step < PVS_BATTERY_LANES; step++) {
    for (int lane = 1; lane < PVS_BATTERY_LANES; lane++) {
      g->may_charge[step][lane] = g->may_charge[step][0];
      g->may_discharge[step][lane] = g->may_discharge[step][0];
    }
  }
}

/* What a step reads and changes of the batteries in one part of a group. */
typedef struct part_state {
  vec level, through, taken, x, log;
} part_state;

/* Charges in's lanes; returns what is taken outside for it. */
static inline vec part_charge(part_state *s, vec in, vec efficiency) {
  const vec zero = {0};
  s->level += in;
  s->through += PVS_MAX(in, zero);
  const vec taken = in / efficiency;
  s->taken += taken;
  return taken;
}

/* From what is left over; a prioritised battery outside its discharge period from all generation.
 */
static inline void part_store(part_state *s, const pvs_battery_lanes *b, size_t at, vec gen,
                              vec load, mask from_all) {
  const vec zero = {0}, efficiency = CAT(b->efficiency, at);
  const vec offered = PVS_SELECT(from_all, gen, s->x);
  const mask charges = (mask)(offered > zero);
  if (!PVS_ANY(charges))
    return;
  vec in = CAT(b->top_kwh, at) - s->level, by_offer = offered * efficiency;
  in = PVS_MIN(in, CAT(b->charge_max_in_kwh, at));
  in = PVS_MIN(in, by_offer);
  const vec taken = part_charge(s, (vec)((mask)in & charges), efficiency);
  const vec rest = offered - taken;
  s->x = PVS_SELECT(from_all, rest - load, rest);
  s->log = (vec)((mask)-taken & charges);
}

static inline void part_give(part_state *s, const pvs_battery_lanes *b, size_t at,
                             mask discharges) {
  const vec floor = CAT(b->floor_kwh, at), left = s->level - floor;
  vec out = -s->x;
  out = PVS_MIN(out, left);
  out = PVS_MIN(out, CAT(b->discharge_max_kwh, at));
  out = (vec)((mask)out & discharges & (mask)(s->level > floor));
  s->level -= out;
  s->through += out;
  s->x = PVS_SELECT(discharges, s->x + out, s->x);
  s->log = PVS_SELECT(discharges, out, s->log);
}

static inline void part_buy(part_state *s, const pvs_battery_lanes *b, size_t at, mask may_buy) {
  const vec zero = {0}, charge_max = CAT(b->charge_max_kwh, at);
  const mask buys = may_buy & (mask)(s->x <= zero);
  if (!PVS_ANY(buys))
    return;
  vec in = CAT(b->top_kwh, at) - s->level;
  in = PVS_MIN(in, CAT(b->charge_max_in_kwh, at));
  const vec taken = part_charge(s, (vec)((mask)in & buys), CAT(b->efficiency, at));
  s->x = PVS_SELECT(buys, s->x - (charge_max - (charge_max - taken)), s->x);
  s->log = PVS_SELECT(buys, -taken, s->log);
}

/* One step of the batteries in part p of a group. What no battery may do, or none has reason to, is
 * skipped: the periods and the sun are the same for most of them. */
static inline void part_step(lane_group *g, pvs_battery_lanes *b, int step, size_t p) {
  const size_t at = p * PVS_WIDTH;
  const unsigned any = (unsigned)(g->any >> (8 * step));
  const vec gen = CAT(g->gen_tile.step[step], at), load = CAT(g->load_tile.step[step], at);
  const vec surplus = gen - load;
  const mask prioritise = *(const mask *)(b->prioritise + at);
  const mask may_discharge = *(const mask *)(g->may_discharge[step] + at);
  part_state s = {.level = CAT(b->level_kwh, at),
                  .through = CAT(b->through_kwh, at),
                  .taken = CAT(b->taken_kwh, at),
                  .x = surplus};
  part_store(&s, b, at, gen, load, prioritise & ~may_discharge);
  if (any & PVS_MAY_DISCHARGE) {
    const vec shortage = PVS_SELECT(prioritise, surplus, s.x);
    const mask discharges = may_discharge & (mask)(shortage < -CAT(b->threshold_kwh, at));
    if (PVS_ANY(discharges))
      part_give(&s, b, at, discharges);
  }
  if (any & PVS_MAY_CHARGE)
    part_buy(&s, b, at, *(const mask *)(g->may_charge[step] + at) & ~(prioritise & may_discharge));
  AT(b->level_kwh, at) = s.level;
  AT(b->through_kwh, at) = s.through;
  AT(b->taken_kwh, at) = s.taken;
  AT(g->net_tile.step[step], at) = s.x;
  AT(g->log_tile.step[step], at) = s.log;
  AT(g->level_tile.step[step], at) = s.level;
}

static void k_dispatch_lanes(size_t n, unsigned n_groups, pvs_battery_lanes *batteries,
                             const pvs_battery_series *series) {
  lane_group groups[2];
  pvs_battery_lanes held[2];
  for (unsigned i = 0; i < n_groups; i++) {
    group_begin(&groups[i], series + i * PVS_BATTERY_LANES);
    held[i] = batteries[i];
  }
  for (size_t t = 0; t < n; t += PVS_BATTERY_LANES) {
    for (unsigned i = 0; i < n_groups; i++) {
      tile_in(&groups[i].gen_tile, groups[i].gen, t);
      tile_in(&groups[i].load_tile, groups[i].load, t);
      group_flags(&groups[i], t);
    }
    /* Each battery waits for its own level from step to step; the others fill the time. */
    for (int step = 0; step < PVS_BATTERY_LANES; step++)
      for (unsigned i = 0; i < n_groups; i++)
        for (size_t p = 0; p < PVS_PARTS; p++)
          part_step(&groups[i], &held[i], step, p);
    for (unsigned i = 0; i < n_groups; i++) {
      tile_out(&groups[i].net_tile, groups[i].net, t);
      tile_out(&groups[i].log_tile, groups[i].log, t);
      if (groups[i].wants_level)
        tile_out(&groups[i].level_tile, groups[i].level, t);
    }
  }
  for (unsigned i = 0; i < n_groups; i++)
    batteries[i] = held[i];
}
