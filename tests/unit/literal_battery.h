/* MODEL.md section 7, word for word. */
#ifndef TESTS_UNIT_LITERAL_BATTERY_H
#define TESTS_UNIT_LITERAL_BATTERY_H

#include <math.h>
#include <stdbool.h>

typedef struct literal {
  double cap, max_soc, max_dod, efficiency, cmax, dmax, threshold;
  bool prioritise;
  double level, cycles, losses, log;
} literal;

static inline double literal_charge(literal *b, double d) {
  double a = fmin(fmin(b->cap * b->max_soc - b->level, b->cmax * b->efficiency), d * b->efficiency);
  b->level += a;
  double e = a / b->efficiency;
  if (a > 0)
    b->cycles += 0.5 * a / (b->cap * (b->max_soc - 1 + b->max_dod));
  b->losses += e * (1 - b->efficiency);
  b->log = -e;
  return d - e;
}

static inline double literal_discharge(literal *b, double d) {
  double a = 0;
  if (b->level > b->cap * (1 - b->max_dod)) {
    a = fmin(fmin(d, b->level - b->cap * (1 - b->max_dod)), b->dmax);
    b->level -= a;
    b->cycles += 0.5 * a / (b->cap * (b->max_soc - 1 + b->max_dod));
  }
  b->log = a;
  return a;
}

static inline double literal_dispatch(literal *b, double gen, double load, bool charge_period,
                                      bool discharge_period) {
  double x;
  b->log = 0;
  if (!b->prioritise) {
    x = gen - load;
    if (x > 0)
      x = literal_charge(b, x);
    if (x < -b->threshold && discharge_period)
      x += literal_discharge(b, -x);
    if (x <= 0 && charge_period)
      x -= b->cmax - literal_charge(b, b->cmax);
  } else if (discharge_period) {
    x = gen - load;
    if (x < -b->threshold)
      x += literal_discharge(b, -x);
    else if (x > 0)
      x = literal_charge(b, x);
  } else {
    if (gen > 0)
      gen = literal_charge(b, gen);
    x = gen - load;
    if (x <= 0 && charge_period)
      x -= b->cmax - literal_charge(b, b->cmax);
  }
  return x;
}

#endif
