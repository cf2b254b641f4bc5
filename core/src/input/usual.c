#include "input/usual.h"
#include <math.h>
#include <string.h>

/* A flat draws 5 to 15 kW at most. A customer may be many flats or a shop with more, but then its
 * greatest load is no more than some ten times its mean. */
enum { MOST_KW = 100, MOST_MEANS = 50 };
/* A value that does not change for days: at once suspicious in the middle of a load, after a month
 * also where nobody is at home. */
enum { STUCK_DAYS = 7, STUCK_DAYS_LOW = 28, LOOK_DAYS = 3 };

typedef struct series {
  const pvs_profile *profile;
  uint32_t index;
  const double *kwh;
} series;

static pvs_where at(const series *s, uint32_t step) {
  return (pvs_where){
      .file = s->profile->path, .row = (long)step + 2, .column = s->profile->names[s->index]};
}

static double kw(const series *s, double kwh) {
  return kwh * PVS_SECONDS_PER_HOUR / s->profile->interval_s;
}

static pvs_code warn_negative(pvs_builder *builder, const series *s, const char *what,
                              pvs_error *error) {
  uint32_t count = 0, first = 0;
  for (uint32_t t = s->profile->steps; t-- > 0;)
    if (s->kwh[t] < 0) {
      count++;
      first = t;
    }
  return count == 0 ? PVS_OK
                    : pvs_warn(&builder->notes, error, at(s, first),
                               "found %g kWh, like %u of %u steps: %s of less than 0 counts as it "
                               "is; meters usually count generation apart",
                               s->kwh[first], count, s->profile->steps, what);
}

static pvs_code warn_greatest(pvs_builder *builder, const series *s, double greatest_kwh,
                              double mean_kwh, pvs_error *error) {
  if (!(kw(s, greatest_kwh) > MOST_KW && greatest_kwh > MOST_MEANS * mean_kwh))
    return PVS_OK;
  uint32_t step = 0;
  while (s->kwh[step] != greatest_kwh)
    step++;
  return pvs_warn(
      &builder->notes, error, at(s, step),
      "found %g kWh, which is %g kW and %.0f times the mean of this column; usual are 5 "
      "to 30 times the mean",
      greatest_kwh, kw(s, greatest_kwh), greatest_kwh / mean_kwh);
}

/* The same value, other than 0, for days. Of a stretch of STUCK_DAYS two steps LOOK_DAYS apart are
 * equal, wherever it begins: looking at these alone touches little memory. */
static pvs_code warn_stuck(pvs_builder *builder, const series *s, double mean_kwh,
                           pvs_error *error) {
  uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  uint32_t apart = LOOK_DAYS * day;
  if (day < 2)
    return PVS_OK;
  for (uint32_t t = 0; t + apart < steps; t += apart) {
    if (s->kwh[t] == 0 || s->kwh[t] != s->kwh[t + apart])
      continue;
    uint32_t first = t, end = t;
    while (first > 0 && s->kwh[first - 1] == s->kwh[t])
      first--;
    while (end < steps && s->kwh[end] == s->kwh[t])
      end++;
    uint32_t days = s->kwh[t] >= mean_kwh ? STUCK_DAYS : STUCK_DAYS_LOW;
    if (end - first >= days * day)
      return pvs_warn(&builder->notes, error, at(s, first),
                      "found %g kWh in %u steps one after the other, %u days: is the meter stuck?",
                      s->kwh[first], end - first, (end - first) / day);
  }
  return PVS_OK;
}

/* Timestamps are the starts of steps; a file of interval ends begins one step after midnight and
 * ends at midnight. */
static pvs_code warn_interval_ends(pvs_builder *builder, const pvs_profile *profile,
                                   pvs_error *error) {
  pvs_time last = pvs_profile_time(profile, profile->steps - 1);
  if (profile->start % PVS_DAY_S != profile->interval_s || last % PVS_DAY_S != 0 ||
      profile->interval_s >= PVS_DAY_S / 2)
    return PVS_OK;
  return pvs_warn(&builder->notes, error,
                  (pvs_where){.file = profile->path, .row = 2, .column = "timestamp"},
                  "the series begins one step after midnight and ends at midnight, as if its times "
                  "were the ends of steps: they are taken as starts, so that tariffs apply a step "
                  "late");
}

pvs_code pvs_loads_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  pvs_code code = warn_interval_ends(builder, &study->loads[0].profile, error);
  for (uint32_t l = 0; l < study->n_loads && !code; l++) {
    const pvs_load *load = &study->loads[l];
    for (uint32_t i = 0; i < load->profile.n_series && !code; i++) {
      series s = {&load->profile, i, pvs_profile_series(&load->profile, i)};
      uint32_t resident = 0;
      while (load->series[resident] != s.kwh)
        resident++;
      double mean_kwh = load->sum_kwh[resident] / load->profile.steps;
      if (load->some[resident] & PVS_SOME_NEGATIVE)
        code = warn_negative(builder, &s, "a load", error);
      if (!code)
        code = warn_greatest(builder, &s, load->greatest_kwh[resident], mean_kwh, error);
      if (!code)
        code = warn_stuck(builder, &s, mean_kwh, error);
    }
  }
  return code;
}

/* No more than 0, and no less. Series are padded with zeros to whole lanes. */
static void find_extremes(const series *s, double *least, double *greatest) {
  double low[PVS_LANES] = {0}, high[PVS_LANES] = {0};
  for (uint32_t t = 0; t < s->profile->steps; t += PVS_LANES)
    for (uint32_t i = 0; i < PVS_LANES; i++) {
      low[i] = s->kwh[t + i] < low[i] ? s->kwh[t + i] : low[i];
      high[i] = s->kwh[t + i] > high[i] ? s->kwh[t + i] : high[i];
    }
  *least = *greatest = 0;
  for (uint32_t i = 0; i < PVS_LANES; i++) {
    *least = low[i] < *least ? low[i] : *least;
    *greatest = high[i] > *greatest ? high[i] : *greatest;
  }
}

pvs_code pvs_pvs_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  builder->pv_peaks_kw =
      pvs_arena_alloc(builder->arena, study->n_pvs, sizeof *builder->pv_peaks_kw);
  if (!builder->pv_peaks_kw)
    return pvs_fail_memory(error);
  pvs_code code = PVS_OK;
  for (uint32_t p = 0; p < study->n_pvs && !code; p++) {
    const pvs_profile *profile = &study->pvs[p].profile;
    for (uint32_t i = 0; i < profile->n_series && !code; i++) {
      series s = {profile, i, pvs_profile_series(profile, i)};
      double least, greatest;
      find_extremes(&s, &least, &greatest);
      builder->pv_peaks_kw[p] += kw(&s, greatest);
      if (least < 0)
        code = warn_negative(builder, &s, "generation", error);
    }
    if (!code && builder->pv_peaks_kw[p] == 0 && profile->steps > 0)
      code = pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                      "this PV file is 0 in all steps: it generates nothing");
  }
  return code;
}
