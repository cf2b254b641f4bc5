#include "selftest/noise.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_RECORD = 1500, DUET_PAIRS = 120 };

static const double MEAN_STRETCH = 150;

/* The simulated kind. */
static const double SIM_RHO = 0.6, SIM_SD = 0.015;
static const double SIM_BEGIN = 0.02, SIM_END = 0.25, SIM_COST = 0.12;

typedef struct record {
  size_t length;
  size_t part; /* runs of one slot, recorded one after the other */
  double ln_factor
      [LONGEST_RECORD]; /* ln(wall_s / median), the runs of slot 1 behind those of slot 0 */
  double mean_factor;
} record;

/* Reads the columns slot and wall_s. A broken checkout ends the program: nothing can be tested. */
static void load(const char *name, size_t part, record *r) {
  char path[1024], line[256];
  snprintf(path, sizeof path, "%s/replay/data/%s", PVT_TESTS_DIR, name);
  FILE *file = fopen(path, "r");
  size_t rows[2] = {0};
  double wall_s[LONGEST_RECORD], sum = 0;
  bool ok = file && fgets(line, sizeof line, file) && strncmp(line, "round,slot,wall_s,", 18) == 0;
  while (ok && fgets(line, sizeof line, file)) {
    unsigned slot;
    double seconds;
    ok = sscanf(line, "%*u,%u,%lf,", &slot, &seconds) == 2 && slot < 2 && seconds > 0 &&
         rows[slot] < part && slot * part + rows[slot] < LONGEST_RECORD;
    if (ok)
      wall_s[slot * part + rows[slot]++] = seconds;
  }
  if (file)
    fclose(file);
  r->length = rows[0] + rows[1];
  if (!ok || r->length % part != 0 || r->length == 0) {
    fprintf(stderr, "%s: expected the recorded noise, columns round,slot,wall_s\n", path);
    exit(2);
  }
  r->part = part;
  double sorted[LONGEST_RECORD];
  memcpy(sorted, wall_s, r->length * sizeof *sorted);
  double median = hx_stats_median(sorted, r->length);
  for (size_t i = 0; i < r->length; i++) {
    r->ln_factor[i] = log(wall_s[i] / median);
    sum += wall_s[i] / median;
  }
  r->mean_factor = sum / (double)r->length;
}

static const record *record_of(hx_noise_kind kind) {
  static record sequential, duet;
  if (sequential.length == 0) {
    load("pinned_sequential_1500.csv", LONGEST_RECORD, &sequential);
    load("duet_two_cores_120.csv", DUET_PAIRS, &duet);
  }
  return kind == HX_NOISE_DUET ? &duet : &sequential;
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

void hx_noise_draw(hx_noise_kind kind, hx_rng *rng, double *ln_factor, size_t n) {
  if (kind == HX_NOISE_SIMULATED) {
    draw_simulated(rng, ln_factor, n);
    return;
  }
  const record *r = record_of(kind);
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    bool go_on = i > 0 && (at + 1) % r->part != 0 && hx_rng_uniform(rng) >= 1 / MEAN_STRETCH;
    at = go_on ? at + 1 : hx_rng_below(rng, r->length);
    ln_factor[i] = r->ln_factor[at];
  }
}

double hx_noise_mean_factor(hx_noise_kind kind) {
  if (kind == HX_NOISE_SIMULATED) {
    double disturbed = SIM_BEGIN / (SIM_BEGIN + SIM_END * (1 - SIM_BEGIN));
    return exp(SIM_SD * SIM_SD / 2) * (1 + disturbed * SIM_COST);
  }
  return record_of(kind)->mean_factor;
}
