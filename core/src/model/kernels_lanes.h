/* Battery dispatch (MODEL.md section 7) of eight or sixteen batteries side by side: a part of
 * kernels_body.h. Each battery is a lane and goes through the operations of kernels_dispatch.h in
 * the same order, some of them with all signs reversed, which changes no bit. */

/* ---- dividing by an efficiency ---- */

typedef enum dividing { BY_DIVISION, BY_RECIPROCAL } dividing;

#ifdef PVS_PLUS_PRODUCT

/* Divides by `quotient`, and once more by division if the processor has noted an operation that may
 * have made it inexact. */
#define FASTEST BY_RECIPROCAL
enum { NOTED = _MM_EXCEPT_INVALID | _MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW };

/* Returns the exception flags so far, for exceptions_end. */
static inline unsigned exceptions_begin(void) {
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before & ~(unsigned)NOTED);
  return before;
}

static inline bool exceptions_end(unsigned before) {
  const unsigned now = _mm_getcsr();
  _mm_setcsr(now | (before & NOTED));
  return (now & NOTED) != 0;
}

#else

#define FASTEST BY_DIVISION

static inline unsigned exceptions_begin(void) {
  return 0;
}

static inline bool exceptions_end(unsigned before) {
  (void)before;
  return false;
}

#endif

/* ---- transposing: eight steps of eight series into steps of eight lanes, and back ---- */

/* Eight steps of eight lanes, step by step. */
typedef struct tile {
  _Alignas(64) double step[PVS_BATTERY_LANES][PVS_BATTERY_LANES];
} tile;

/* A processor prefetches fewer series by itself than there are here: fetches four tiles ahead. */
static inline void fetch_ahead(const double *x) {
  __builtin_prefetch((const void *)((uintptr_t)x + 4 * PVS_BATTERY_LANES * sizeof *x));
}

#if PVS_WIDTH == 8

/* Rows become columns. */
static inline void turn8(vec r[8]) {
  vec pair[8], quad[8];
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pair[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int odd = 0; odd < 2; odd++) {
      const vec a = pair[i + odd], b = pair[i + odd + 2];
      quad[i + odd] = __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13);
      quad[i + odd + 2] = __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    r[i] = __builtin_shufflevector(quad[i], quad[i + 4], 0, 1, 4, 5, 8, 9, 12, 13);
    r[i + 4] = __builtin_shufflevector(quad[i], quad[i + 4], 2, 3, 6, 7, 10, 11, 14, 15);
  }
}

/* Series x, or x - less where that is not NULL. */
static inline void tile_in(tile *to, const double *const x[PVS_BATTERY_LANES],
                           const double *const *less, size_t t) {
  vec row[8];
  for (int lane = 0; lane < 8; lane++) {
    row[lane] = (vec) * (const loose *)(x[lane] + t);
    fetch_ahead(x[lane] + t);
    if (less) {
      row[lane] -= (vec) * (const loose *)(less[lane] + t);
      fetch_ahead(less[lane] + t);
    }
  }
  turn8(row);
  for (int step = 0; step < 8; step++)
    AT(to->step[step], 0) = row[step];
}

/* In halves of four steps: stores of half a register replace the shuffles that would cross its middle,
 * because they are cheaper. */
static inline void tile_out(const tile *from, double *const to[PVS_BATTERY_LANES], size_t t) {
  for (int half = 0; half < 8; half += 4) {
    const double(*step)[PVS_BATTERY_LANES] = from->step + half;
    const vec a = CAT(step[0], 0), b = CAT(step[1], 0), c = CAT(step[2], 0), d = CAT(step[3], 0);
    const vec even_ab = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14),
              odd_ab = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15),
              even_cd = __builtin_shufflevector(c, d, 0, 8, 2, 10, 4, 12, 6, 14),
              odd_cd = __builtin_shufflevector(c, d, 1, 9, 3, 11, 5, 13, 7, 15);
    /* Lanes i and i + 4. */
    const vec two[4] = {__builtin_shufflevector(even_ab, even_cd, 0, 1, 8, 9, 4, 5, 12, 13),
                        __builtin_shufflevector(odd_ab, odd_cd, 0, 1, 8, 9, 4, 5, 12, 13),
                        __builtin_shufflevector(even_ab, even_cd, 2, 3, 10, 11, 6, 7, 14, 15),
                        __builtin_shufflevector(odd_ab, odd_cd, 2, 3, 10, 11, 6, 7, 14, 15)};
    for (int lane = 0; lane < 4; lane++) {
      _mm256_storeu_pd(to[lane] + t + half, _mm512_castpd512_pd256((__m512d)two[lane]));
      _mm256_storeu_pd(to[lane + 4] + t + half, _mm512_extractf64x4_pd((__m512d)two[lane], 1));
    }
  }
}

#else

static inline void turn4(four r[4]) {
  const four ab_low = __builtin_shufflevector(r[0], r[1], 0, 4, 2, 6),
             ab_high = __builtin_shufflevector(r[0], r[1], 1, 5, 3, 7),
             cd_low = __builtin_shufflevector(r[2], r[3], 0, 4, 2, 6),
             cd_high = __builtin_shufflevector(r[2], r[3], 1, 5, 3, 7);
  r[0] = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  r[1] = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  r[2] = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  r[3] = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

/* Series x, or x - less where that is not NULL. */
static inline void tile_in(tile *to, const double *const x[PVS_BATTERY_LANES],
                           const double *const *less, size_t t) {
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane += 4)
    for (int step = 0; step < PVS_BATTERY_LANES; step += 4) {
      four row[4];
      for (int i = 0; i < 4; i++) {
        row[i] = *(const four *)(x[lane + i] + t + step);
        if (step == 0)
          fetch_ahead(x[lane + i] + t);
        if (less)
          row[i] -= *(const four *)(less[lane + i] + t + step);
        if (less && step == 0)
          fetch_ahead(less[lane + i] + t);
      }
      turn4(row);
      for (int i = 0; i < 4; i++)
        *(four *)&to->step[step + i][lane] = row[i];
    }
}

static inline void tile_out(const tile *from, double *const to[PVS_BATTERY_LANES], size_t t) {
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane += 4)
    for (int step = 0; step < PVS_BATTERY_LANES; step += 4) {
      four row[4];
      for (int i = 0; i < 4; i++)
        row[i] = *(const four *)&from->step[step + i][lane];
      turn4(row);
      for (int i = 0; i < 4; i++)
        *(four *)(to[lane + i] + t + step) = row[i];
    }
}

#endif

/* The same eight steps in all lanes. */
static inline void tile_fill(tile *to, const double *x, const double *less) {
  for (int step = 0; step < PVS_BATTERY_LANES; step++) {
    const double one = less ? x[step] - less[step] : x[step];
    const vec value = one - (vec){0}; /* in every lane, and a -0 stays one */
    for (size_t p = 0; p < PVS_REGS; p++)
      AT(to->step[step], p * PVS_WIDTH) = value;
  }
}

/* ---- a group: eight batteries ---- */

/* A group's pointers by series, and what its lanes read and write in eight steps. `gen` is
 * generation where a battery of the call is prioritised, elsewhere generation - load, and `load` is
 * unused: all that the others need. */
typedef struct lane_group {
  const double *gen_of[PVS_BATTERY_LANES], *load_of[PVS_BATTERY_LANES];
  double *net_of[PVS_BATTERY_LANES], *log_of[PVS_BATTERY_LANES], *level_of[PVS_BATTERY_LANES];
  const uint8_t *flags_of[PVS_BATTERY_LANES];
  bool wants_level;
  bool same; /* all lanes read the same gen and load */
  tile gen, load;
  tile net[2], log[2], level[2]; /* of these eight steps and of the eight before */
  bits flags[PVS_REGS];          /* of each lane, one byte per step */
} lane_group;

static void group_begin(lane_group *g, const pvs_battery_series *series) {
  g->wants_level = series[0].level != NULL;
  g->same = true;
  for (int lane = 0; lane < PVS_BATTERY_LANES; lane++) {
    g->gen_of[lane] = series[lane].gen;
    g->load_of[lane] = series[lane].load;
    g->net_of[lane] = series[lane].net;
    g->log_of[lane] = series[lane].log;
    g->level_of[lane] = series[lane].level;
    g->flags_of[lane] = series[lane].flags;
    g->same &= series[lane].gen == series[0].gen && series[lane].load == series[0].load;
  }
}

/* Built in registers, because reading a whole register just after its parts were written is slow. */
static inline bits lanes_of(const int64_t x[PVS_WIDTH]) {
#if PVS_WIDTH == 8
  const __m256i low = _mm256_set_epi64x(x[3], x[2], x[1], x[0]),
                high = _mm256_set_epi64x(x[7], x[6], x[5], x[4]);
  return (bits)_mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
#elif PVS_WIDTH == 4
  return (bits){x[0], x[1], x[2], x[3]};
#else
  return (bits){x[0], x[1]};
#endif
}

/* Reads eight steps. Returns the flags of all lanes or-ed, one byte per step. */
static inline uint64_t group_in(lane_group *g, size_t t, bool prioritised) {
  int64_t any = 0;
  for (int p = 0, lane = 0; p < PVS_REGS; p++) {
    int64_t flags[PVS_WIDTH];
    for (int i = 0; i < PVS_WIDTH; i++, lane++) {
      memcpy(&flags[i], g->flags_of[lane] + t, sizeof flags[i]);
      any |= flags[i];
    }
    g->flags[p] = lanes_of(flags);
  }
  if (g->same) {
    tile_fill(&g->gen, g->gen_of[0] + t, prioritised ? NULL : g->load_of[0] + t);
    if (prioritised)
      tile_fill(&g->load, g->load_of[0] + t, NULL);
  } else {
    tile_in(&g->gen, g->gen_of, prioritised ? NULL : g->load_of, t);
    if (prioritised)
      tile_in(&g->load, g->load_of, NULL, t);
  }
  return (uint64_t)any;
}

/* Which of the two tiles steps t … t + 7 are in. */
static inline size_t tile_of(size_t t) {
  return t / PVS_BATTERY_LANES % 2;
}

static inline void group_out(const lane_group *g, size_t t) {
  tile_out(&g->net[tile_of(t)], g->net_of, t);
  tile_out(&g->log[tile_of(t)], g->log_of, t);
  if (g->wants_level)
    tile_out(&g->level[tile_of(t)], g->level_of, t);
}

/* ---- a step ---- */

/* The batteries in the lanes of one register. Energy that they give is negative here, and so are its
 * limits, because x is negative then. That saves changing signs, and subtracting 0 from x keeps a -0
 * that adding 0 would lose. */
typedef struct reg {
  vec level, through, taken;
  vec offered,
      later; /* what may be charged: generation, less the load that is served first; the load served after */
  vec x, log;
} reg;

/* The lanes whose battery has the flag in this step. */
static inline lanes_set reg_may(const lane_group *g, size_t at, int step, unsigned flag) {
  return PVS_FLAGGED(g->flags[at / PVS_WIDTH], (int64_t)((uint64_t)flag << (8 * step)));
}

/* In the lanes `from_all`, prioritised batteries outside their discharge period, charging comes
 * before the load. */
static inline void reg_offer_all(reg *s, const lane_group *g, size_t at, int step,
                                 lanes_set from_all) {
  const vec load = CAT(g->load.step[step], at);
  s->later = PVS_KEEP(from_all, load);
  s->offered -= PVS_KEEP(PVS_NOT(from_all), load);
}

/* Stores `in`. Returns the energy taken for it outside the battery, negative; -0 where `in` is 0. */
static inline vec reg_charge(reg *s, const pvs_battery_lanes *b, size_t at, vec in, dividing how) {
  const vec zero = {0}, divisor = CAT(b->minus_efficiency, at);
  s->level += in;
  s->through += PVS_MAX(in, zero);
  vec log;
  if (how == BY_RECIPROCAL)
    log = quotient(in, divisor, CAT(b->reciprocal, at));
  else
    log = in / divisor;
  s->taken -= log;
  return log;
}

static inline void reg_store(reg *s, const pvs_battery_lanes *b, size_t at, lanes_set charges,
                             dividing how) {
  vec in = CAT(b->top_kwh, at) - s->level, most = s->offered * CAT(b->efficiency, at);
  most = PVS_MIN(most, CAT(b->charge_max_in_kwh, at));
  in = PVS_MIN(in, most);
  const vec log = reg_charge(s, b, at, PVS_KEEP(charges, in), how);
  s->x = s->offered + log;
  s->log = PVS_KEEP(charges, log);
}

static inline void reg_give(reg *s, const pvs_battery_lanes *b, size_t at, vec shortage,
                            lanes_set may) {
  const vec zero = {0};
  const lanes_set discharges = PVS_LESS_OF(may, shortage, CAT(b->minus_threshold_kwh, at));
  vec out = PVS_MAX(s->x, CAT(b->minus_discharge_max_kwh, at));
  vec left = CAT(b->floor_kwh, at) - s->level;
  left = PVS_MIN(left, zero);
  out = PVS_MAX(out, left);
  out = PVS_KEEP(discharges, out);
  s->level += out;
  s->through -= out;
  s->x -= out;
  out = zero - out;
  s->log = PVS_SELECT(discharges, out, s->log);
}

static inline void reg_buy(reg *s, const pvs_battery_lanes *b, size_t at, lanes_set may,
                           dividing how) {
  const vec zero = {0}, charge_max = CAT(b->charge_max_kwh, at);
  const lanes_set buys = PVS_AT_MOST_OF(may, s->x, zero);
  vec in = CAT(b->top_kwh, at) - s->level;
  in = PVS_MIN(in, CAT(b->charge_max_in_kwh, at));
  const vec log = reg_charge(s, b, at, PVS_KEEP(buys, in), how);
  vec bought = charge_max - (charge_max + log);
  s->x -= PVS_KEEP(buys, bought);
  s->log = PVS_SELECT(buys, log, s->log);
}

#define EACH_REG                                                                                   \
  for (unsigned i = 0; i < n_groups; i++)                                                          \
    for (size_t p = 0, at = 0; p < PVS_REGS; p++, at += PVS_WIDTH)

/* Eight steps of all groups. Each battery waits for its own level from step to step; the others
 * fill the time. What no battery may do, or none has reason to, is skipped: the periods and the sun
 * are the same for most of them. `flags`: or-ed over all lanes. Inlined so that n_groups is a
 * constant and the parts stay in registers. */
__attribute__((always_inline)) static inline void groups_step(lane_group *g, pvs_battery_lanes *b,
                                                              unsigned n_groups, bool prioritised,
                                                              dividing how, size_t tile_at,
                                                              uint64_t flags) {
  const vec zero = {0};
  reg s[2][PVS_REGS];
  EACH_REG {
    s[i][p].level = CAT(b[i].level_kwh, at);
    s[i][p].through = CAT(b[i].through_kwh, at);
    s[i][p].taken = CAT(b[i].taken_kwh, at);
  }
  lanes_set prior[2][PVS_REGS];
  if (prioritised)
    EACH_REG prior[i][p] = PVS_NEGATIVE(*(const bits *)(b[i].prioritise + at));
  for (int step = 0; step < PVS_BATTERY_LANES; step++, flags >>= 8) {
    lanes_set may[2][PVS_REGS], charges[2][PVS_REGS], any = PVS_NOBODY;
    if (prioritised || (flags & PVS_MAY_DISCHARGE))
      EACH_REG may[i][p] = reg_may(&g[i], at, step, PVS_MAY_DISCHARGE);
    else
      EACH_REG may[i][p] = PVS_NOBODY;
    EACH_REG {
      s[i][p].offered = CAT(g[i].gen.step[step], at);
      if (prioritised)
        reg_offer_all(&s[i][p], &g[i], at, step, PVS_WITHOUT(prior[i][p], may[i][p]));
      charges[i][p] = PVS_GREATER(s[i][p].offered, zero);
      any = PVS_EITHER(any, charges[i][p]);
    }
    if (PVS_ANY(any))
      EACH_REG reg_store(&s[i][p], &b[i], at, charges[i][p], how);
    else
      EACH_REG {
        s[i][p].x = s[i][p].offered;
        s[i][p].log = zero;
      }
    if (prioritised)
      EACH_REG s[i][p].x -= s[i][p].later;
    if (flags & PVS_MAY_DISCHARGE)
      EACH_REG {
        vec shortage = s[i][p].x;
        if (prioritised) /* they discharge for a shortage before charging only */
          shortage = PVS_SELECT(prior[i][p], s[i][p].offered, shortage);
        reg_give(&s[i][p], &b[i], at, shortage, may[i][p]);
      }
    if (flags & PVS_MAY_CHARGE)
      EACH_REG {
        lanes_set buys = reg_may(&g[i], at, step, PVS_MAY_CHARGE);
        if (prioritised)
          buys = PVS_WITHOUT(buys, PVS_BOTH(prior[i][p], may[i][p]));
        reg_buy(&s[i][p], &b[i], at, buys, how);
      }
    EACH_REG {
      AT(g[i].net[tile_at].step[step], at) = s[i][p].x;
      AT(g[i].log[tile_at].step[step], at) = s[i][p].log;
      AT(g[i].level[tile_at].step[step], at) = s[i][p].level;
    }
  }
  EACH_REG {
    AT(b[i].level_kwh, at) = s[i][p].level;
    AT(b[i].through_kwh, at) = s[i][p].through;
    AT(b[i].taken_kwh, at) = s[i][p].taken;
  }
}

/* Each tile is written out when the next one has been computed, so that no load waits for a store. */
__attribute__((always_inline)) static inline void groups_run(size_t n, lane_group *g,
                                                             pvs_battery_lanes *b,
                                                             unsigned n_groups, bool prioritised,
                                                             dividing how) {
  for (size_t t = 0; t < n; t += PVS_BATTERY_LANES) {
    uint64_t flags = 0;
    for (unsigned i = 0; i < n_groups; i++)
      flags |= group_in(&g[i], t, prioritised);
    groups_step(g, b, n_groups, prioritised, how, tile_of(t), flags);
    for (unsigned i = 0; i < n_groups && t > 0; i++)
      group_out(&g[i], t - PVS_BATTERY_LANES);
  }
  for (unsigned i = 0; i < n_groups; i++)
    group_out(&g[i], n - PVS_BATTERY_LANES);
}

/* ---- a call ---- */

/* Not inlined, so that the compiler moves none of it across the reading of the exception flags before
 * and after the call. */
__attribute__((noinline)) static void groups_fast(size_t n, lane_group *g, pvs_battery_lanes *b,
                                                  unsigned n_groups, bool prioritised) {
  if (n_groups == 1 && prioritised)
    groups_run(n, g, b, 1, true, FASTEST);
  else if (n_groups == 1)
    groups_run(n, g, b, 1, false, FASTEST);
  else if (prioritised)
    groups_run(n, g, b, 2, true, FASTEST);
  else
    groups_run(n, g, b, 2, false, FASTEST);
}

static void hold(pvs_battery_lanes *held, const pvs_battery_lanes *batteries, unsigned n_groups) {
  for (unsigned i = 0; i < n_groups; i++)
    held[i] = batteries[i];
}

static void k_dispatch_lanes(size_t n, unsigned n_groups, pvs_battery_lanes *batteries,
                             const pvs_battery_series *series) {
  lane_group groups[2];
  pvs_battery_lanes held[2];
  int64_t prioritised = 0;
  for (unsigned i = 0; i < n_groups; i++) {
    group_begin(&groups[i], series + i * PVS_BATTERY_LANES);
    for (int lane = 0; lane < PVS_BATTERY_LANES; lane++)
      prioritised |= batteries[i].prioritise[lane];
  }
  hold(held, batteries, n_groups);
  const unsigned before = exceptions_begin();
  groups_fast(n, groups, held, n_groups, prioritised != 0);
  if (exceptions_end(before)) {
    /* Some operand was too small or too large for `quotient`: compute it again by division. */
    hold(held, batteries, n_groups);
    for (unsigned i = 0; i < n_groups; i++)
      groups_run(n, &groups[i], &held[i], 1, true, BY_DIVISION);
  }
  hold(batteries, held, n_groups);
}
