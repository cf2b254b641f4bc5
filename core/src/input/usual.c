#include "input/usual.h"
#include "base/number.h"
#include "study/load_sums.h"
#include <math.h>
#include <string.h>
#include <strings.h>

/* A flat draws 5 to 15 kW at most. A customer may be many flats or a shop with more, but then its
 * greatest load is no more than some ten times its mean. */
enum { MOST_KW = 50, MOST_MEANS = 10 };
/* Means. A flat's is 0.1 to 2 kW, a large building's common property 5 to 50 kW: a thousand times as
 * much is in Wh, a thousandth in MWh. */
#define MOST_MEAN_KW    10
#define MOST_MEAN_CP_KW 200
#define LEAST_MEAN_KW   0.002
enum { MOST_PV_KW = 3000 };
/* A value that does not change for days: at once suspicious in the middle of a load, after a month
 * also where nobody is at home. */
enum { MOST_INTERVAL_S = 6 * 3600 };
enum { STUCK_DAYS = 7, STUCK_DAYS_LOW = 28 };

typedef struct series {
  const pvs_profile *profile;
  uint32_t index;
  const double *kwh;
} series;

static pvs_where at(const series *s, uint32_t step) {
  return (pvs_where){.file = s->profile->path,
                     .row = pvs_profile_row(s->profile, step),
                     .column = s->profile->names[s->index]};
}

static pvs_where at_header(const series *s) {
  pvs_where where = at(s, 0);
  where.row = pvs_profile_header_row(s->profile);
  return where;
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
  return pvs_warn(&builder->notes, error, at(s, step),
                  "found %g kWh, which is %g kW and %.0f times the mean of this column; usual are "
                  "at most 15 kW "
                  "for a flat, and 5 times the mean for many together",
                  greatest_kwh, kw(s, greatest_kwh), greatest_kwh / mean_kwh);
}

/* The same value, other than 0, for days. Of a stretch of STUCK_DAYS two steps PVS_STILL_DAYS apart are
 * equal, wherever it begins. */
static pvs_code warn_stuck(pvs_builder *builder, const series *s, double mean_kwh,
                           pvs_error *error) {
  uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  uint32_t apart = PVS_STILL_DAYS * day;
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
  return pvs_warn(
      &builder->notes, error,
      (pvs_where){.file = profile->path, .row = pvs_profile_row(profile, 0), .column = "timestamp"},
      "the series begins one step after midnight and ends at midnight, as if its times "
      "were the ends of steps: they are taken as starts, so that tariffs apply a step "
      "late");
}

static pvs_code warn_interval(pvs_builder *builder, const pvs_profile *profile, pvs_error *error) {
  if (profile->interval_s > MOST_INTERVAL_S)
    return pvs_warn(&builder->notes, error,
                    (pvs_where){.file = profile->path,
                                .row = pvs_profile_row(profile, 1),
                                .column = "timestamp"},
                    "found steps of %u minutes; usual are 5 to 60: with longer ones times of day "
                    "and PV mean little",
                    profile->interval_s / 60);
  return warn_interval_ends(builder, profile, error);
}

/* ---- loads ---- */

/* A load of the file and its sums. `number` is that of a resident or a register. */
typedef struct load_column {
  series series;
  const pvs_folder *folder;
  uint32_t number;
  double sum_kwh, mean_kwh, greatest_kwh;
  bool is_cp, is_register, has_negative, is_still;
} load_column;

static pvs_code warn_load(pvs_builder *builder, const load_column *c, const char *text,
                          pvs_error *error) {
  return pvs_warn(&builder->notes, error, at_header(&c->series), "%s", text);
}

/* Whether the rows are numbered by this column. */
static bool counts_rows(const series *s) {
  uint32_t step = 0, steps = s->profile->steps < 100 ? s->profile->steps : 100;
  while (step < steps && s->kwh[step] == s->kwh[0] + step)
    step++;
  return steps >= 10 && step == steps;
}

/* Whether the column is the sum of all other customers, with or without the common property. */
static bool is_total(const pvs_load *load, const load_column *c) {
  double others = load->total_kwh - c->sum_kwh, cp = load->sum_kwh[c->folder->cp];
  double most = 1e-6 * c->sum_kwh;
  return c->folder->n_residents > 3 && c->sum_kwh > 0 &&
         (fabs(others - c->sum_kwh) <= most || fabs(others - cp - c->sum_kwh) <= most);
}

/* Columns that are hardly households. */
static pvs_code check_household(pvs_builder *builder, const pvs_load *load, const load_column *c,
                                pvs_error *error) {
  const pvs_profile *profile = c->series.profile;
  bool is_short = (uint64_t)profile->steps * profile->interval_s < STUCK_DAYS * (uint64_t)PVS_DAY_S;
  bool is_constant = is_short && profile->steps >= 12 && c->greatest_kwh > 0 &&
                     fabs(c->greatest_kwh - c->mean_kwh) <= 1e-9 * c->greatest_kwh;
  if (strcasecmp(profile->names[c->series.index], "cp") == 0)
    return warn_load(builder, c,
                     "this column counts as a household: the common property is called 'cp', in "
                     "small letters",
                     error);
  if (counts_rows(&c->series))
    return warn_load(builder, c,
                     "this column counts as a household, but it numbers the rows of the file",
                     error);
  if (is_total(load, c))
    return warn_load(builder, c,
                     "this column counts as a household, but it is as great as all others "
                     "together: is it their total?",
                     error);
  if (is_constant)
    return warn_load(builder, c, "this load is the same in all steps: is the meter stuck?", error);
  return PVS_OK;
}

static pvs_code check_mean(pvs_builder *builder, const load_column *c, pvs_error *error) {
  const double mean_kw = kw(&c->series, c->mean_kwh),
               rest_kwh = (c->sum_kwh - c->greatest_kwh) / c->series.profile->steps;
  const pvs_where where = at_header(&c->series);
  if (kw(&c->series, rest_kwh) > (c->is_cp ? MOST_MEAN_CP_KW : MOST_MEAN_KW))
    return pvs_warn(&builder->notes, error, where,
                    "found a mean load of %.4g kW; usual are %s (is it in Wh instead of kWh?)",
                    mean_kw, c->is_cp ? "1 to 50 for a building" : "0.1 to 2 for a flat");
  if (mean_kw > 0 && mean_kw < LEAST_MEAN_KW && !c->is_cp && !c->is_register)
    return pvs_warn(&builder->notes, error, where,
                    "found a mean load of %.4g kW; usual are 0.1 to 2 for a flat (is it in kWh?)",
                    mean_kw);
  if (c->greatest_kwh == 0 && !c->has_negative && !c->is_cp)
    return pvs_warn(&builder->notes, error, where,
                    "this load is 0 in all steps: is the meter connected?");
  return warn_greatest(builder, &c->series, c->greatest_kwh, c->mean_kwh, error);
}

static double least_of(const series *s) {
  double least = 0;
  for (uint32_t step = 0; step < s->profile->steps; step++)
    least = s->kwh[step] < least ? s->kwh[step] : least;
  return least;
}

static pvs_code refuse_kwh(pvs_builder *builder, const series *s, double kwh, const char *expected,
                           pvs_error *error) {
  uint32_t step = 0;
  while (s->kwh[step] != kwh)
    step++;
  return pvs_settle(
      &builder->notes,
      pvs_fail(error, PVS_BAD_VALUE, at(s, step), "found %g kWh, expected %s", kwh, expected),
      error);
}

static pvs_code check_load(pvs_builder *builder, const pvs_load *load, const load_column *c,
                           pvs_error *error) {
  double least = c->has_negative ? least_of(&c->series) : 0;
  if (c->greatest_kwh > PVS_GREATEST_KWH || least < -PVS_GREATEST_KWH)
    return refuse_kwh(builder, &c->series, least < -PVS_GREATEST_KWH ? least : c->greatest_kwh,
                      "at most 1e+06 kWh in a step", error);
  if (c->is_register && least < 0)
    return refuse_kwh(builder, &c->series, least, "a controlled load of 0 or more", error);
  pvs_code code = c->has_negative ? warn_negative(builder, &c->series, "a load", error) : PVS_OK;
  if (!code)
    code = check_mean(builder, c, error);
  if (!code && !c->is_cp && !c->is_register)
    code = check_household(builder, load, c, error);
  return code || !c->is_still ? code : warn_stuck(builder, &c->series, c->mean_kwh, error);
}

pvs_code pvs_loads_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  pvs_code code = warn_interval(builder, &study->loads[0].profile, error);
  for (uint32_t l = 0; l < study->n_loads && !code; l++) {
    const pvs_load *load = &study->loads[l];
    const pvs_folder *folder = &study->folders[load->folder];
    for (uint32_t i = 0; i < load->profile.n_series && !code; i++) {
      load_column c = {.series = {&load->profile, i, pvs_profile_series(&load->profile, i)},
                       .folder = folder};
      while (load->series[c.number] != c.series.kwh)
        c.number++;
      c.sum_kwh = load->sum_kwh[c.number];
      c.mean_kwh = c.sum_kwh / load->profile.steps;
      c.greatest_kwh = load->greatest_kwh[c.number];
      c.is_cp = c.number == folder->cp;
      c.is_register = c.number >= folder->n_residents;
      c.has_negative = load->some[c.number] & PVS_SOME_NEGATIVE;
      c.is_still = load->some[c.number] & PVS_SOME_STILL;
      code = check_load(builder, load, &c, error);
    }
  }
  return code;
}

/* ---- PV ---- */

/* Series are padded with zeros to whole lanes. */
static void find_extremes(const series *s, double *least, double *greatest) {
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

static pvs_code check_pv(pvs_builder *builder, const pvs_pv *pv, double *peak_kw,
                         pvs_error *error) {
  const pvs_profile *profile = &pv->profile;
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < profile->n_series && !code; i++) {
    series s = {profile, i, pvs_profile_series(profile, i)};
    double least, greatest;
    find_extremes(&s, &least, &greatest);
    if (greatest > PVS_GREATEST_KWH || least < -PVS_GREATEST_KWH)
      return refuse_kwh(builder, &s, least < -PVS_GREATEST_KWH ? least : greatest,
                        "at most 1e+06 kWh in a step", error);
    *peak_kw += kw(&s, greatest);
    if (least < 0)
      code = warn_negative(builder, &s, "generation", error);
  }
  if (code || profile->steps == 0)
    return code;
  if (*peak_kw == 0)
    return pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                    "this PV file is 0 in all steps: it generates nothing");
  if (*peak_kw > MOST_PV_KW)
    return pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                    "found up to %.4g kW; PV of buildings has 1 to 500 (is it in Wh instead of "
                    "kWh?)",
                    *peak_kw);
  return pv->total ? warn_night(builder, profile, pv->total, error) : PVS_OK;
}

pvs_code pvs_pvs_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  builder->pv_peaks_kw =
      pvs_arena_alloc(builder->arena, study->n_pvs, sizeof *builder->pv_peaks_kw);
  if (!builder->pv_peaks_kw)
    return pvs_fail_memory(error);
  pvs_code code = PVS_OK;
  for (uint32_t p = 0; p < study->n_pvs && !code; p++)
    code = check_pv(builder, &study->pvs[p], &builder->pv_peaks_kw[p], error);
  return code;
}
