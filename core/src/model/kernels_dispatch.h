/* Battery dispatch (MODEL.md section 7), one battery at a time: a part of kernels_body.h. Energy
 * through and taken is summed; cycles and losses follow from the sums, which saves a division per
 * step. kernels_lanes.h does the same for eight batteries at a time. */

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
        /* The period is tested first: after charging, rounding decides whether x is just below 0, which no
         * branch predictor can know. */
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
  /* Stored one by one: otherwise gcc keeps level and through packed in one register, and each step
   * waits for the packing. */
  volatile pvs_battery_state *end = state;
  end->level_kwh = s.level_kwh;
  end->through_kwh = s.through_kwh;
  end->taken_kwh = s.taken_kwh;
}
