#include "synth/files.h"

#include "synth/portable_math.h"
#include "synth/rng.h"
#include "synth/sun.h"

#include <math.h>
#include <stdlib.h>

/* The unit vectors that panels face: tilt and azimuth north 20° (0°), flat 10° (0°), east 15°
 * (90°), west 15° (270°). */
static const hx_synth_direction normals[HX_FACES] = {
    [HX_FACE_NORTH] = {0, 0.342020, 0.939693},
    [HX_FACE_FLAT] = {0, 0.173648, 0.984808},
    [HX_FACE_EAST] = {0.258819, 0, 0.965926},
    [HX_FACE_WEST] = {-0.258819, 0, 0.965926},
};

/* Clouds pass over in minutes and banks of them in an hour: two first-order processes, both of
 * deviation 1. */
typedef struct clouds {
  hx_rng rng;
  double slow, fast;
  double slow_keep, fast_keep; /* from sample to sample */
} clouds;

static clouds clouds_init(uint64_t seed, double sample_min) {
  return (clouds){.rng = hx_synth_rng(seed, HX_STREAM_SKY, 0, 0),
                  .slow_keep = hx_synth_exp(-sample_min / 70),
                  .fast_keep = hx_synth_exp(-sample_min / 7)};
}

/* The part of the sky that is covered, in [0, 1]. */
static double clouds_next(clouds *c, hx_synth_sky sky) {
  static const double mean[] = {0.03, 0.40, 0.83}, spread[] = {0.04, 0.42, 0.20},
                      most[] = {0.25, 0.95, 1};
  c->slow =
      c->slow_keep * c->slow + sqrt(1 - c->slow_keep * c->slow_keep) * hx_synth_normal(&c->rng);
  c->fast =
      c->fast_keep * c->fast + sqrt(1 - c->fast_keep * c->fast_keep) * hx_synth_normal(&c->rng);
  return hx_synth_clamp(mean[sky] + spread[sky] * (0.7 * c->slow + 0.7 * c->fast), 0, most[sky]);
}

/* Yield of 1 kWp on each face, kW, added times `hours`. */
static void add_yield(const hx_synth_direction *sun, double cover, double air_c, double hours,
                      double *kwh[HX_FACES], uint32_t step) {
  double beam_clear = 1.02 * hx_synth_exp(-0.14 / (sun->up + 0.04)); /* kW/m2 */
  double diffuse_clear = 0.11 * sqrt(sun->up);
  double level_clear = beam_clear * sun->up + diffuse_clear;
  double open = 1 - cover;
  double beam = beam_clear * open * sqrt(open);
  double diffuse = open * diffuse_clear + cover * (0.22 + 0.30 * open) * level_clear;
  for (int f = 0; f < HX_FACES; f++) {
    const hx_synth_direction *n = &normals[f];
    double cosine = n->east * sun->east + n->north * sun->north + n->up * sun->up;
    double irradiance = diffuse * 0.5 * (1 + n->up) + (cosine > 0 ? beam * cosine : 0);
    double cell_c = air_c + 29 * irradiance;
    kwh[f][step] += hours * 0.88 * irradiance * (1 - 0.004 * (cell_c - 25));
  }
}

/* A column is a weighted sum over faces. */
typedef struct column {
  const char *name;
  double kwp[HX_FACES];
} column;

static pvs_code put_file(hx_synth_text *t, const hx_synth_spec *spec,
                         const hx_synth_climate *climate, const char *path, const column *columns,
                         uint32_t n_columns, int decimals) {
  uint32_t steps = 1440 / spec->interval_min;
  uint32_t samples = (spec->interval_min + 9) / 10;
  double sample_min = (double)spec->interval_min / samples;
  double *values = calloc((size_t)steps * (n_columns + HX_FACES), sizeof *values);
  if (!values)
    return PVS_NO_MEMORY;
  double *kwh[HX_FACES];
  for (int f = 0; f < HX_FACES; f++)
    kwh[f] = values + (size_t)steps * (n_columns + (uint32_t)f);

  hx_synth_text_begin(t, path);
  hx_synth_put(t, "timestamp");
  for (uint32_t c = 0; c < n_columns; c++)
    hx_synth_putf(t, ",%s", columns[c].name);
  hx_synth_put_char(t, '\n');
  clouds sky = clouds_init(spec->seed, sample_min);
  for (uint32_t day = 0; day < spec->days && t->code == PVS_OK; day++) {
    hx_synth_sun sun = hx_synth_sun_of(climate->first_day + (long)day);
    for (uint32_t step = 0; step < steps; step++) {
      for (int f = 0; f < HX_FACES; f++)
        kwh[f][step] = 0;
      for (uint32_t s = 0; s < samples; s++) {
        double minute = step * spec->interval_min + (s + 0.5) * sample_min;
        hx_synth_direction at = hx_synth_sun_at(&sun, minute);
        if (at.up <= 0.01)
          continue;
        double cover = clouds_next(&sky, hx_synth_climate_day(climate, day)->sky);
        add_yield(&at, cover, hx_synth_temperature_c(climate, day, minute), sample_min / 60, kwh,
                  step);
      }
      for (uint32_t c = 0; c < n_columns; c++) {
        double sum = 0;
        for (int f = 0; f < HX_FACES; f++)
          sum += columns[c].kwp[f] * kwh[f][step];
        values[(size_t)c * steps + step] = sum;
      }
    }
    hx_synth_put_day(t, climate->first_day + (long)day, spec->interval_min, values, n_columns,
                     decimals);
  }
  free(values);
  return hx_synth_text_end(t);
}

pvs_code hx_synth_put_pv_files(hx_synth_text *t, const hx_synth_spec *spec,
                               const hx_synth_building *building, const hx_synth_climate *climate) {
  double total = building->total_kwp;
  column total_column = {.name = "pv",
                         .kwp = {[HX_FACE_NORTH] = 0.5 * total,
                                 [HX_FACE_EAST] = 0.2 * total,
                                 [HX_FACE_WEST] = 0.3 * total}};
  column one_column = {.name = "pv", .kwp = {[HX_FACE_NORTH] = 1}};
  column central_column = {.name = "central", .kwp = {[HX_FACE_FLAT] = building->central_kwp}};
  column owner_columns[1 + HX_SYNTH_MAX_PV_HOUSEHOLDS] = {0};
  for (uint32_t i = 0; i < building->n_owners; i++) {
    owner_columns[i].name = building->owners[i].name;
    owner_columns[i].kwp[building->owners[i].face] = building->owners[i].kwp;
  }
  int decimals = hx_synth_decimals(spec->interval_min);
  const struct {
    const char *path;
    const column *columns;
    uint32_t n;
    int decimals;
  } files[] = {
      {"pv_profiles/pv_total.csv", &total_column, 1, decimals},
      /* Scaled by tens of kWp later, so a digit more. */
      {"pv_profiles/pv_1kW.csv", &one_column, 1, decimals + 1},
      {"pv_profiles/pv_ind.csv", owner_columns, building->n_owners, decimals},
      {"pv_profiles/pv_central.csv", &central_column, 1, decimals},
  };
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    pvs_code code =
        put_file(t, spec, climate, files[i].path, files[i].columns, files[i].n, files[i].decimals);
    if (code != PVS_OK)
      return code;
  }
  return PVS_OK;
}
