#include "input/load_compare.h"
#include "input/usual_series.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All households without any load for so long is no holiday. */
enum { MOST_DAYS_WITHOUT = 3 };
/* What half of the households use in a year, in kWh: usual are 2000 to 8000. A part of a year tells it
 * when it is long enough. */
enum { LEAST_YEARLY = 500, MOST_YEARLY = 12000, LEAST_DAYS = 180, DAYS_OF_YEAR = 365 };
enum { TOLD_YEARLY = 250000 }; /* of each household: it is taken for Wh */
enum { LEAST_STEPS = 12 };     /* that are hardly equal by chance */

static const char *name_of(const pvs_folder *folder, uint32_t number) {
  return number < folder->n_residents ? folder->residents[number]
                                      : folder->registers[number - folder->n_residents].column;
}

/* ---- columns ---- */

typedef struct numbered {
  double sum;
  uint32_t number;
} numbered;

static int by_sum(const void *a, const void *b) {
  const numbered *x = a, *y = b;
  return x->sum != y->sum ? (x->sum > y->sum) - (x->sum < y->sum)
                          : (x->number > y->number) - (x->number < y->number);
}

static bool is_constant(const pvs_load *load, uint32_t number) {
  const double all = load->greatest_kwh[number] * load->profile.steps;
  return fabs(all - load->sum_kwh[number]) <= 1e-9 * all;
}

/* Loads with equal sums lie beside each other. */
static pvs_code warn_copies(pvs_builder *builder, const pvs_load *load, const numbered *sorted,
                            uint32_t n, bool *copies, pvs_error *error) {
  const pvs_folder *folder = &builder->study->folders[load->folder];
  uint32_t n_copies = 0, copy = 0, original = 0;
  for (uint32_t i = 1, first = 0; i < n; i++) {
    uint32_t a = sorted[first].number, b = sorted[i].number;
    if (sorted[i].sum != sorted[first].sum || is_constant(load, a) ||
        memcmp(load->series[a], load->series[b], load->profile.steps * sizeof(double)) != 0) {
      first = i;
      continue;
    }
    if (n_copies++ == 0 || b < copy) {
      copy = b;
      original = a;
    }
    copies[a] = copies[b] = true;
  }
  if (n_copies == 0)
    return PVS_OK;
  return pvs_warn(
      &builder->notes, error,
      (pvs_where){.file = load->profile.path,
                  .row = pvs_profile_header_row(&load->profile),
                  .column = name_of(folder, copy)},
      "this load is that of column '%.100s' in all steps: was it copied? Copies in this file: %u",
      name_of(folder, original), n_copies);
}

/* ---- households ---- */

static pvs_code warn_gap(pvs_builder *builder, const pvs_load *load, uint32_t n_households,
                         pvs_error *error) {
  const pvs_profile *profile = &load->profile;
  const uint32_t day = PVS_DAY_S / profile->interval_s, apart = MOST_DAYS_WITHOUT * day;
  for (uint32_t t = 0; day > 0 && t < profile->steps; t += apart) {
    uint32_t first = t, n = load->households[t] == 0
                                ? pvs_series_run(load->households, profile->steps, &first)
                                : 0;
    if (n >= apart && n < profile->steps)
      return pvs_warn(&builder->notes, error,
                      (pvs_where){.file = profile->path, .row = pvs_profile_row(profile, first)},
                      "found 0 kWh of all %u households in %u steps one after the other, %u days: "
                      "are data missing?",
                      n_households, n, n / day);
  }
  return PVS_OK;
}

/* `sorted`: those with a load. */
static pvs_code warn_median(pvs_builder *builder, const pvs_load *load, const numbered *sorted,
                            uint32_t n, pvs_error *error) {
  const pvs_profile *profile = &load->profile;
  const double days = (double)profile->steps * profile->interval_s / PVS_DAY_S;
  if (n < 3 || days < LEAST_DAYS)
    return PVS_OK;
  const double yearly = sorted[n / 2].sum / days * DAYS_OF_YEAR;
  return (yearly >= LEAST_YEARLY && yearly <= MOST_YEARLY) || yearly > TOLD_YEARLY
             ? PVS_OK
             : pvs_warn(&builder->notes, error, (pvs_where){.file = profile->path},
                        "half of the households use %s than %.0f kWh a year; usual are 2000 to "
                        "8000 (are values the kWh of each step?)",
                        yearly < LEAST_YEARLY ? "less" : "more", yearly);
}

pvs_code pvs_load_compare(pvs_builder *builder, const pvs_load *load, bool *copies,
                          pvs_error *error) {
  const pvs_folder *folder = &builder->study->folders[load->folder];
  const uint32_t n = folder->n_residents + folder->n_registers;
  uint32_t n_loads = 0, n_households = 0;
  numbered *sorted = calloc(n, sizeof *sorted);
  if (!sorted)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    if (load->sum_kwh[i] != 0)
      sorted[n_loads++] = (numbered){load->sum_kwh[i], i};
  qsort(sorted, n_loads, sizeof *sorted, by_sum);
  pvs_code code = load->profile.steps < LEAST_STEPS
                      ? PVS_OK
                      : warn_copies(builder, load, sorted, n_loads, copies, error);
  for (uint32_t i = 0; i < n_loads; i++)
    if (sorted[i].number != folder->cp && sorted[i].number < folder->n_residents)
      sorted[n_households++] = sorted[i];
  if (!code && n_households > 1)
    code = warn_gap(builder, load, n_households, error);
  if (!code)
    code = warn_median(builder, load, sorted, n_households, error);
  free(sorted);
  return code;
}

/* ---- files ---- */

/* A copy of a load file would count as a variant of the loads like any other. */
static bool have_same_loads(const pvs_load *a, const pvs_load *b, uint32_t n) {
  uint32_t i = 0;
  while (i < n && memcmp(a->series[i], b->series[i], a->profile.steps * sizeof(double)) == 0)
    i++;
  return i == n;
}

static pvs_code warn_copies_in(pvs_builder *builder, const pvs_folder *folder, uint32_t *first,
                               pvs_intern *known, pvs_error *error) {
  const pvs_load *loads = builder->study->loads + folder->first_load;
  const uint32_t n = folder->n_residents + folder->n_registers;
  for (uint32_t i = 0; i < folder->n_loads; i++) {
    int is_new = 1;
    uint32_t number =
        pvs_intern_add(known, loads[i].sum_kwh, n * sizeof *loads[i].sum_kwh, &is_new);
    if (number == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
    if (is_new)
      first[number] = i;
    else if (have_same_loads(&loads[first[number]], &loads[i], n)) {
      pvs_code code = pvs_warn(&builder->notes, error, (pvs_where){.file = loads[i].profile.path},
                               "this file has the same loads as %.200s: both count as variants",
                               loads[first[number]].file_name);
      if (code)
        return code;
    }
  }
  return PVS_OK;
}

pvs_code pvs_loads_warn_copies(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  pvs_code code = PVS_OK;
  for (uint32_t f = 0; f < study->n_folders && !code; f++) {
    const pvs_folder *folder = &study->folders[f];
    uint32_t *first = calloc(folder->n_loads, sizeof *first);
    pvs_intern known;
    pvs_intern_init(&known, builder->arena);
    code = first ? warn_copies_in(builder, folder, first, &known, error) : pvs_fail_memory(error);
    pvs_intern_deinit(&known);
    free(first);
  }
  return code;
}
