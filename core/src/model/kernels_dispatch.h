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
    *(m8 *)g->may_charge[step] = (m8){0} + g->may_charge[step][0];
    *(m8 *)g->may_discharge[step] = (m8){0} + g->may_discharge[step][0];
  }
}

static inline void group_step(lane_group *g, pvs_battery_lanes *b, int step) {
  const v8 zero = {0};
  const v8 gen = CAT(g->gen_tile.step[step], 0), load = CAT(g->load_tile.step[step], 0);
  const v8 efficiency = CAT(b->efficiency, 0), top = CAT(b->top_kwh, 0),
           floor = CAT(b->floor_kwh, 0);
  const v8 charge_max_in = CAT(b->charge_max_in_kwh, 0), lowest = -CAT(b->threshold_kwh, 0);
  const m8 prioritise = *(const m8 *)b->prioritise,
           may_discharge = *(const m8 *)g->may_discharge[step];
  v8 level = CAT(b->level_kwh, 0), through = CAT(b->through_kwh, 0);

  /* Charge from what is left over; a prioritised battery outside its discharge period from all
   * generation. */
  const v8 surplus = gen - load;
  const m8 from_all = prioritise & ~may_discharge;
  const v8 offered = SELECT(from_all, gen, surplus);
  const m8 charges = (m8)(offered > zero);
  v8 in = MIN8(top - level, charge_max_in), by_offer = offered * efficiency;
  in = MIN8(in, by_offer);
  in = (v8)((m8)in & charges);
  level += in;
  const v8 taken = in / efficiency;
  through += MAX8(in, zero);
  v8 all_taken = CAT(b->taken_kwh, 0) + taken;
  const v8 rest = offered - taken;
  v8 x = SELECT(from_all, rest - load, rest);
  v8 log = SELECT(charges, -taken, zero);

  const v8 shortage = SELECT(prioritise, surplus, x);
  const m8 discharges = may_discharge & (m8)(shortage < lowest);
  const v8 left = level - floor, discharge_max = CAT(b->discharge_max_kwh, 0);
  v8 out = -x;
  out = MIN8(out, left);
  out = MIN8(out, discharge_max);
  out = (v8)((m8)out & discharges & (m8)(level > floor));
  level -= out;
  through += out;
  x = SELECT(discharges, x + out, x);
  log = SELECT(discharges, out, log);

  if (g->any >> (8 * step) & PVS_MAY_CHARGE) {
    const v8 charge_max = CAT(b->charge_max_kwh, 0);
    const m8 grid =
        *(const m8 *)g->may_charge[step] & ~(prioritise & may_discharge) & (m8)(x <= zero);
    v8 bought = MIN8(top - level, charge_max_in);
    bought = (v8)((m8)bought & grid);
    level += bought;
    const v8 paid = bought / efficiency;
    through += MAX8(bought, zero);
    all_taken += paid;
    x = SELECT(grid, x - (charge_max - (charge_max - paid)), x);
    log = SELECT(grid, -paid, log);
  }
  AT(b->level_kwh, 0) = level;
  AT(b->through_kwh, 0) = through;
  AT(b->taken_kwh, 0) = all_taken;
  AT(g->net_tile.step[step], 0) = x;
  AT(g->log_tile.step[step], 0) = log;
  AT(g->level_tile.step[step], 0) = level;
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
    /* Two groups in turn: each waits for its own level from step to step, the other fills the time.
     */
    if (n_groups == 2)
      for (int step = 0; step < PVS_BATTERY_LANES; step++) {
        group_step(&groups[0], &held[0], step);
        group_step(&groups[1], &held[1], step);
      }
    else
      for (int step = 0; step < PVS_BATTERY_LANES; step++)
        group_step(&groups[0], &held[0], step);
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
