#include "selftest/surface_params.h"

#include <math.h>
#include <string.h>

enum { NUMBERS = 9, WORDS = 4, LAST_EXECUTOR = 1 /* threads */ };

/* What the values cost, in ln(seconds). */
typedef struct effects {
  double best, steepness, drift; /* of the number: where it is best, at one worker; with more */
  double word[WORDS];
} effects;

static effects draw(bool effect, hx_rng *rng) {
  effects e = {.best = (NUMBERS + 1) * hx_rng_uniform(rng) - 1};
  if (!effect)
    return e;
  e.steepness = 0.002 * exp(3.5 * hx_rng_uniform(rng));
  e.drift = hx_rng_normal(rng) / 2;
  for (int i = 1; i < WORDS; i++)
    e.word[i] = 0.15 * hx_rng_normal(rng);
  return e;
}

static double cost(const effects *e, int number, int word, int workers) {
  double away = number - e->best - e->drift * log(workers);
  return e->steepness * away * away + e->word[word];
}

static surface *base_of(void *context) {
  return ((surface *)context)->owned;
}

static uint64_t place(void *context, const hx_point *point) {
  hx_point plain = *point;
  surface *base = base_of(context);
  memset(plain.value + base->space.n_axes, 0,
         sizeof plain.value - (size_t)base->space.n_axes * sizeof *plain.value);
  return base->space.place(base->space.context, &plain);
}

static bool can_run(void *context, const hx_point *point) {
  return surface_find(context, point) != NULL;
}

static void disown(void *owned) {
  surface_destroy(owned);
}

surface *surface_with_params(surface *base, int n_params, bool effect, hx_rng *rng) {
  int words = n_params > 1 ? WORDS : 1, first = base->space.n_axes;
  surface *s = surface_create(base->n * NUMBERS * (size_t)words);
  effects e = draw(effect, rng);
  if (!s) {
    surface_destroy(base);
    return NULL;
  }
  s->machine = base->machine;
  s->space = base->space;
  s->owned = base;
  s->disown = disown;
  s->space.context = s;
  s->space.place = place;
  s->space.can_run = can_run;
  s->space.n_executors = LAST_EXECUTOR + 1;
  s->space.axes[first] = (hx_space_axis){.name = "level", .n_values = NUMBERS, .ordered = true};
  s->space.axes[first + 1] = (hx_space_axis){.name = "mode", .n_values = words};
  s->space.n_axes = first + n_params;
  for (size_t i = 0; i < base->n; i++) {
    surface_config c = base->configs[i];
    double seconds = c.seconds;
    if (c.point.executor > LAST_EXECUTOR || c.point.value[1] != 0) /* how it schedules is its own */
      continue;
    for (int k = 0; k < NUMBERS * words; k++) {
      c.point.value[first] = k % NUMBERS;
      c.point.value[first + 1] = k / NUMBERS;
      c.seconds = seconds * exp(cost(&e, k % NUMBERS, k / NUMBERS, hx_point_workers(&c.point)));
      surface_add(s, &c);
    }
  }
  surface_find_best(s);
  return s;
}
