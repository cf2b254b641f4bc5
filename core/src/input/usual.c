#include "input/usual.h"
#include "input/load_compare.h"
#include "input/usual_series.h"
#include "study/load_sums.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A flat draws 5 to 15 kW at most. A customer may be many flats or a shop with more, but then its
 * greatest load is no more than some ten times its mean. */
enum { MOST_KW = 50, MOST_MEANS = 10 };
/* Means. A flat's is 0.1 to 2 kW, a shop's or a school's up to 20, a large building's common property's
 * 5 to 50: a thousand times a flat's is in Wh, a thousandth in MWh. */
#define MOST_MEAN_KW    30
#define MOST_MEAN_CP_KW 200
#define LEAST_MEAN_KW   0.002
/* A value that does not change for days: at once suspicious in the middle of a load, after a month
 * also where nobody is at home. */
enum { MOST_INTERVAL_S = 6 * 3600 };
enum { STUCK_DAYS = 7, STUCK_DAYS_LOW = 28 };

static pvs_code warn_greatest(pvs_builder *builder, const pvs_series *s, double greatest_kwh,
                              double mean_kwh, pvs_error *error) {
  if (!(pvs_series_kw(s, greatest_kwh) > MOST_KW && greatest_kwh > MOST_MEANS * mean_kwh))
    return PVS_OK;
  uint32_t step = 0;
  while (s->kwh[step] != greatest_kwh)
    step++;
  return pvs_warn(
      &builder->notes, error, pvs_series_at(s, step),
      "found %.10g kWh, which is %.10g kW and %.0f times the mean of this column; usual are "
      "at most 15 kW "
      "for a flat, and 5 times the mean for many together",
      greatest_kwh, pvs_series_kw(s, greatest_kwh), greatest_kwh / mean_kwh);
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
  pvs_series series;
  const pvs_folder *folder;
  uint32_t number;
  double sum_kwh, mean_kwh, greatest_kwh;
  bool is_cp, is_register, has_negative, is_still, is_copy;
} load_column;

static pvs_code warn_load(pvs_builder *builder, const load_column *c, const char *text,
                          pvs_error *error) {
  return pvs_warn(&builder->notes, error, pvs_series_header(&c->series), "%s", text);
}

/* The same value, other than 0, for days. Of a stretch of STUCK_DAYS two steps PVS_STILL_DAYS apart are
 * equal, wherever it begins. Lights and fans of the common property may be on all the time. */
static pvs_code warn_stuck(pvs_builder *builder, const load_column *c, pvs_error *error) {
  const pvs_series *s = &c->series;
  uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  uint32_t apart = PVS_STILL_DAYS * day;
  if (day < 2)
    return PVS_OK;
  for (uint32_t t = 0; t + apart < steps; t += apart) {
    if (s->kwh[t] == 0 || s->kwh[t] != s->kwh[t + apart])
      continue;
    uint32_t first = t, n = pvs_series_run(s->kwh, steps, &first);
    uint32_t days = s->kwh[t] >= c->mean_kwh ? STUCK_DAYS : STUCK_DAYS_LOW;
    if (n >= days * day && !(c->is_cp && n == steps))
      return pvs_warn(
          &builder->notes, error, pvs_series_at(s, first),
          "found %.10g kWh in %u steps one after the other, %u days: is the meter stuck?",
          s->kwh[first], n, n / day);
  }
  return PVS_OK;
}

/* Whether the rows are numbered by this column. */
static bool counts_rows(const pvs_series *s) {
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

/* Whether the column holds whole numbers that change at one or two times of day, as what marks
 * weekends, seasons or hours of peak does. */
static bool is_mark(const pvs_series *s) {
  const uint32_t steps = s->profile->steps, day = PVS_DAY_S / s->profile->interval_s;
  uint32_t slots[2], n_slots = 0;
  if (day < 2 || steps < STUCK_DAYS * day)
    return false;
  for (uint32_t t = 0; t < steps; t++) {
    if (s->kwh[t] != floor(s->kwh[t]))
      return false;
    if (t == 0 || s->kwh[t] == s->kwh[t - 1])
      continue;
    uint32_t slot = t % day, i = 0;
    while (i < n_slots && slots[i] != slot)
      i++;
    if (i == 2)
      return false;
    if (i == n_slots)
      slots[n_slots++] = slot;
  }
  return n_slots > 0;
}

/* Whether each step is the mean of the `n` other loads in `sum`, but for the third decimal. */
static bool is_mean_of(const pvs_series *s, const double *sum, uint32_t n) {
  const double most = 0.00051;
  uint32_t step = 0;
  while (step < s->profile->steps && fabs((sum[step] - s->kwh[step]) / n - s->kwh[step]) <= most)
    step++;
  return step == s->profile->steps;
}

static bool is_average(const pvs_load *load, const load_column *c) {
  const uint32_t others = c->folder->n_residents - 1;
  return others > 3 && c->greatest_kwh > 0.05 && !c->is_copy &&
         (is_mean_of(&c->series, load->households, others - 1) ||
          is_mean_of(&c->series, load->residents, others));
}

/* The PV column that has the values of this load; NULL: none has. */
static const char *pv_with_values_of(const pvs_study *study, const load_column *c) {
  for (uint32_t p = 0; p < study->n_pvs && c->greatest_kwh > 0; p++) {
    const pvs_profile *pv = &study->pvs[p].profile;
    for (uint32_t i = 0; i < pv->n_series && pv->steps == c->series.profile->steps; i++)
      if (memcmp(pvs_profile_series(pv, i), c->series.kwh, pv->steps * sizeof(double)) == 0)
        return study->pvs[p].name;
  }
  return NULL;
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
  if (is_average(load, c))
    return warn_load(builder, c,
                     "this column counts as a household, but it is the mean of the others in all "
                     "steps: is it their average?",
                     error);
  if (is_mark(&c->series))
    return warn_load(builder, c,
                     "this column counts as a household, but it holds whole numbers that change at "
                     "the same times of day: does it mark weekends or hours?",
                     error);
  const char *pv = pv_with_values_of(builder->study, c);
  if (pv)
    return pvs_warn(&builder->notes, error, pvs_series_header(&c->series),
                    "this column counts as a household, but its values are those of %.200s: is it "
                    "generation?",
                    pv);
  if (is_constant)
    return warn_load(builder, c, "this load is the same in all steps: is the meter stuck?", error);
  return PVS_OK;
}

static pvs_code check_mean(pvs_builder *builder, const load_column *c, pvs_error *error) {
  const double mean_kw = pvs_series_kw(&c->series, c->mean_kwh),
               rest_kwh = (c->sum_kwh - c->greatest_kwh) / c->series.profile->steps;
  const pvs_where where = pvs_series_header(&c->series);
  if (pvs_series_kw(&c->series, rest_kwh) > (c->is_cp ? MOST_MEAN_CP_KW : MOST_MEAN_KW))
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

static double least_of(const pvs_series *s) {
  double least = 0;
  for (uint32_t step = 0; step < s->profile->steps; step++)
    least = s->kwh[step] < least ? s->kwh[step] : least;
  return least;
}

static pvs_code check_load(pvs_builder *builder, const pvs_load *load, const load_column *c,
                           pvs_error *error) {
  double least = c->has_negative ? least_of(&c->series) : 0;
  if (pvs_kwh_are_huge(least, c->greatest_kwh))
    return pvs_series_refuse_huge(builder, &c->series, least, c->greatest_kwh, error);
  if (c->is_register && least < 0)
    return pvs_series_refuse(builder, &c->series, least, "a controlled load of 0 or more", error);
  pvs_code code =
      c->has_negative ? pvs_series_warn_negative(builder, &c->series, "a load", error) : PVS_OK;
  if (!code)
    code = check_mean(builder, c, error);
  if (!code && !c->is_cp && !c->is_register)
    code = check_household(builder, load, c, error);
  return code || !c->is_still || is_mark(&c->series) ? code : warn_stuck(builder, c, error);
}

pvs_code pvs_loads_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  pvs_code code = warn_interval(builder, &study->loads[0].profile, error);
  for (uint32_t l = 0; l < study->n_loads && !code; l++) {
    const pvs_load *load = &study->loads[l];
    const pvs_folder *folder = &study->folders[load->folder];
    bool *copies = calloc((size_t)folder->n_residents + folder->n_registers, sizeof *copies);
    code = copies ? pvs_load_compare(builder, load, copies, error) : pvs_fail_memory(error);
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
      c.is_copy = copies[c.number];
      code = check_load(builder, load, &c, error);
    }
    free(copies);
  }
  return code ? code : pvs_loads_warn_copies(builder, error);
}
