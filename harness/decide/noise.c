#include "decide/noise.h"

#include <assert.h>
#include <math.h>

enum { LONGEST_RECORD = 1500 };

static const double MEAN_STRETCH = 150;

/* The simulated kind. */
static const double SIM_RHO = 0.6, SIM_SD = 0.015;
static const double SIM_BEGIN = 0.02, SIM_END = 0.25, SIM_COST = 0.12;

static const hx_noise_record *record_of(hx_noise_kind kind) {
  return kind == HX_NOISE_DUET ? &hx_noise_duet : &hx_noise_pinned_sequential;
}

const char *hx_noise_name(hx_noise_kind kind) {
  static const char *const names[HX_NOISE_KINDS] = {"recorded", "recorded duet", "simulated"};
  return names[kind];
}

static void draw_simulated(hx_rng *rng, double *ln_factor, size_t n) {
  double state = SIM_SD * hx_rng_normal(rng), extra = 0;
  for (size_t i = 0; i < n; i++) {
    if (extra > 0 && hx_rng_uniform(rng) < SIM_END)
      extra = 0;
    if (extra <= 0 && hx_rng_uniform(rng) < SIM_BEGIN)
      extra = SIM_COST * hx_rng_exponential(rng);
    ln_factor[i] = state + log1p(extra);
    state = SIM_RHO * state + sqrt(1 - SIM_RHO * SIM_RHO) * SIM_SD * hx_rng_normal(rng);
  }
}

static double record_median(const hx_noise_record *record) {
  double x[LONGEST_RECORD];
  assert(record->length <= LONGEST_RECORD);
  for (size_t i = 0; i < record->length; i++)
    x[i] = record->wall_us[i];
  return hx_stats_median(x, record->length);
}

void hx_noise_draw(hx_noise_kind kind, hx_rng *rng, double *ln_factor, size_t n) {
  if (kind == HX_NOISE_SIMULATED) {
    draw_simulated(rng, ln_factor, n);
    return;
  }
  const hx_noise_record *record = record_of(kind);
  double median = record_median(record);
  size_t part = record->part > 0 ? record->part : record->length, at = 0;
  for (size_t i = 0; i < n; i++) {
    bool go_on = i > 0 && (at + 1) % part != 0 && hx_rng_uniform(rng) >= 1 / MEAN_STRETCH;
    at = go_on ? at + 1 : hx_rng_below(rng, record->length);
    ln_factor[i] = log(record->wall_us[at] / median);
  }
}

double hx_noise_mean_factor(hx_noise_kind kind) {
  if (kind == HX_NOISE_SIMULATED) {
    double disturbed = SIM_BEGIN / (SIM_BEGIN + SIM_END * (1 - SIM_BEGIN));
    return exp(SIM_SD * SIM_SD / 2) * (1 + disturbed * SIM_COST);
  }
  const hx_noise_record *record = record_of(kind);
  double sum = 0;
  for (size_t i = 0; i < record->length; i++)
    sum += record->wall_us[i];
  return sum / (double)record->length / record_median(record);
}
