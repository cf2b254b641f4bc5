#include "base/number.h"
#include "input/usual.h"
#include "input/usual_series.h"
#include <math.h>

enum { MOST_PV_KW = 3000, MOST_DAYS_WITHOUT = 14 };
enum { LEAST_DAYS = 28 }; /* that show how much a system usually generates */

/* Series are padded with zeros to whole lanes. */
static void find_extremes(const pvs_series *s, double *least, double *greatest) {
  pvs_survey_lanes found = {{0}, {0}, {0}};
  *least = *greatest = 0;
  pvs_kernels_choose(NULL)->survey(s->profile->stride, s->kwh, &found);
  for (uint32_t i = 0; i < PVS_LANES; i++) {
    *least = fmin(*least, found.least[i]);
    *greatest = fmax(*greatest, found.greatest[i]);
  }
}

/* Energy from nine in the evening to four in the morning: of another time zone, or of none. `total` of
 * all columns. */
static pvs_code warn_night(pvs_builder *builder, const pvs_profile *profile, const double *total,
                           pvs_error *error) {
  enum { FIRST_S = 21 * 3600, LENGTH_S = 7 * 3600 };
  const uint32_t day = PVS_DAY_S / profile->interval_s, night = LENGTH_S / profile->interval_s;
  const int64_t since_night =
      profile->start - FIRST_S - pvs_floor_div(profile->start - FIRST_S, PVS_DAY_S) * PVS_DAY_S;
  _Alignas(PVS_ALIGN) double lanes[PVS_LANES] = {0};
  double at_night = 0;
  if (profile->interval_s > 3600)
    return PVS_OK;
  pvs_kernels_choose(NULL)->sum(profile->stride, total, lanes);
  const double all = pvs_lanes_sum(lanes);
  int64_t first = (PVS_DAY_S - since_night) / profile->interval_s % day;
  for (int64_t from = first - day; from < profile->steps; from += day)
    for (int64_t t = from < 0 ? 0 : from; t < from + night && t < profile->steps; t++)
      at_night += total[t];
  return !(at_night > 0.05 * all)
             ? PVS_OK
             : pvs_warn(&builder->notes, error,
                        (pvs_where){.file = profile->path, .column = "timestamp"},
                        "%.0f %% of this PV is generated from 21:00 to 4:00: are its times in "
                        "another zone? Expected is local standard time",
                        100 * at_night / all);
}

/* No generation for weeks: snow lies shorter. A run of as many days has a step that is a multiple of
 * them. */
static pvs_code warn_gap(pvs_builder *builder, const pvs_series *s, pvs_error *error) {
  const uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  for (uint32_t t = 0; day > 0 && t < steps; t += MOST_DAYS_WITHOUT * day) {
    uint32_t first = t, n = s->kwh[t] == 0 ? pvs_series_run(s->kwh, steps, &first) : 0;
    if (n >= MOST_DAYS_WITHOUT * day)
      return pvs_warn(&builder->notes, error, pvs_series_at(s, first),
                      "found no generation in %u steps one after the other, %u days: are data "
                      "missing?",
                      n, n / day);
  }
  return PVS_OK;
}

/* On most days PV generates much more than a quarter of its greatest power, so that a few days tell that
 * there is no spike. */
static pvs_code warn_spike(pvs_builder *builder, const pvs_series *s, double greatest,
                           pvs_error *error) {
  const uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  uint32_t step = 0, n_days = 0, n_high = 0;
  double usual = 0;
  for (uint32_t first = 0; day > 0 && first + day <= steps; first += day) {
    double most = 0;
    for (uint32_t t = first; t < first + day; t++)
      most = s->kwh[t] > most ? s->kwh[t] : most;
    n_days += most > 0;
    n_high += most > greatest / 4;
    usual = most > greatest / 4 ? usual : fmax(usual, most);
    if (n_high > 1 + steps / day / 50)
      return PVS_OK;
  }
  if (n_days < LEAST_DAYS || n_high > 1 + n_days / 50)
    return PVS_OK;
  while (s->kwh[step] != greatest)
    step++;
  return pvs_warn(&builder->notes, error, pvs_series_at(s, step),
                  "found %.10g kWh, which is %.6g kW; on %u of %u days this PV has at most %.6g kW",
                  greatest, pvs_series_kw(s, greatest), n_days - n_high, n_days,
                  pvs_series_kw(s, usual));
}

static pvs_code check_system(pvs_builder *builder, const pvs_series *s, double least,
                             double greatest, pvs_error *error) {
  pvs_code code = PVS_OK;
  if (least < 0)
    code = pvs_series_warn_negative(builder, s, "generation", error);
  if (!code && greatest > 0)
    code = warn_gap(builder, s, error);
  return code || greatest == 0 ? code : warn_spike(builder, s, greatest, error);
}

/* peak_kw: of each column. */
static pvs_code check_pv(pvs_builder *builder, const pvs_pv *pv, double *peak_kw, double *all_kw,
                         pvs_error *error) {
  const pvs_profile *profile = &pv->profile;
  double least_of_all = 0;
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < profile->n_series && !code; i++) {
    const pvs_series s = {profile, i, pvs_profile_series(profile, i)};
    double least, greatest;
    find_extremes(&s, &least, &greatest);
    if (pvs_kwh_are_huge(least, greatest))
      return pvs_series_refuse_huge(builder, &s, least, greatest, error);
    peak_kw[i] = pvs_series_kw(&s, greatest);
    *all_kw += peak_kw[i];
    least_of_all = fmin(least_of_all, least);
    code = check_system(builder, &s, least, greatest, error);
  }
  if (code || profile->steps == 0)
    return code;
  if (*all_kw == 0)
    return pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                    least_of_all < 0
                        ? "no step of this PV file is more than 0: is its sign reversed?"
                        : "this PV file is 0 in all steps: it generates nothing");
  if (*all_kw > MOST_PV_KW)
    return pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                    "found up to %.6g kW; PV of buildings has 1 to 500 (is it in Wh instead of "
                    "kWh?)",
                    *all_kw);
  return pv->total ? warn_night(builder, profile, pv->total, error) : PVS_OK;
}

pvs_code pvs_pvs_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  builder->pv_peaks_kw =
      pvs_arena_alloc(builder->arena, study->n_pvs, sizeof *builder->pv_peaks_kw);
  builder->pv_columns_kw =
      pvs_arena_alloc(builder->arena, study->n_pvs, sizeof *builder->pv_columns_kw);
  if (!builder->pv_peaks_kw || !builder->pv_columns_kw)
    return pvs_fail_memory(error);
  pvs_code code = PVS_OK;
  for (uint32_t p = 0; p < study->n_pvs && !code; p++) {
    double *peak_kw =
        pvs_arena_alloc(builder->arena, study->pvs[p].profile.n_series + 1, sizeof *peak_kw);
    builder->pv_columns_kw[p] = peak_kw;
    code = peak_kw ? check_pv(builder, &study->pvs[p], peak_kw, &builder->pv_peaks_kw[p], error)
                   : pvs_fail_memory(error);
  }
  return code;
}
