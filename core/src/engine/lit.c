#include "engine/lit.h"
#include <string.h>

/* ---- lit hours ---- */

/* Whether some column generates in the eight steps at `step`. */
static bool is_lit(const pvs_profile *pv, uint32_t step) {
  bool any = false;
  for (uint32_t column = 0; column < pv->n_series; column++) {
    const double *x = pvs_profile_series(pv, column) + step;
    for (int i = 0; i < PVS_LANES; i++)
      any |= x[i] != 0;
  }
  return any;
}

/* The first and the last lit steps of a day, over the days [from, to) of `day` steps each. */
static pvs_span lit_hours(const pvs_profile *pv, uint32_t from, uint32_t to, uint32_t day) {
  pvs_span hours = {day, 0};
  for (uint32_t step = from; step < to; step += PVS_LANES) {
    uint32_t hour = (step - from) % day;
    if ((hour >= hours.first && hour < hours.end) || !is_lit(pv, step))
      continue;
    if (hour < hours.first)
      hours.first = hour;
    if (hour >= hours.end)
      hours.end = hour + PVS_LANES;
  }
  return hours;
}

/* Spans with generation, ascending, apart from one another; returns their number. */
static size_t find_spans(const struct pvs_study *study, const pvs_profile *pv, uint32_t day,
                         pvs_span *spans) {
  size_t n = 0;
  for (uint32_t first = 0; first < study->stride; first += study->chunk) {
    uint32_t end = study->stride - first < study->chunk ? study->stride : first + study->chunk;
    pvs_span hours = lit_hours(pv, first, end, day);
    for (uint32_t at = first; at < end && hours.first < hours.end; at += day) {
      pvs_span span = {at + hours.first, at + hours.end};
      if (span.end > end)
        span.end = end;
      pvs_span *last = n > 0 ? &spans[n - 1] : NULL;
      if (last && last->end >= span.first)
        last->end = span.end;
      else if (span.first < span.end)
        spans[n++] = span;
    }
  }
  return n;
}

/* ---- nights ---- */

static uint32_t end_of(const struct pvs_study *study, const pvs_day_run *run) {
  return run + 1 < study->metering.days.runs + study->metering.days.n_runs ? run->first + run->n
                                                                           : study->stride;
}

/* Entries and steps go by the same eights. */
static bool has_nights(const struct pvs_study *study) {
  const pvs_days *days = &study->metering.days;
  return days->slots > 0 && days->slots % PVS_LANES == 0 && days->runs[0].at % PVS_LANES == 0;
}

/* By day type the slots from the first that is lit on some day to the last. */
static void find_awake(pvs_lit *lit, const struct pvs_study *study, size_t n_spans,
                       const pvs_span *spans) {
  const pvs_days *days = &study->metering.days;
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++)
    lit->awake[type] = (pvs_span){days->slots, 0};
  size_t s = 0;
  for (const pvs_day_run *run = days->runs; run < days->runs + days->n_runs; run++) {
    uint32_t end = end_of(study, run), slot = run->at % days->slots;
    pvs_span *awake = &lit->awake[run->at / days->slots];
    while (s < n_spans && spans[s].end <= run->first)
      s++;
    for (size_t i = s; i < n_spans && spans[i].first < end; i++) {
      uint32_t from = spans[i].first > run->first ? spans[i].first : run->first;
      uint32_t to = spans[i].end < end ? spans[i].end : end;
      from = slot + (from - run->first);
      to = slot + (to - run->first);
      awake->first = from < awake->first ? from : awake->first;
      awake->end = to > awake->end ? to : awake->end;
    }
  }
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++)
    if (lit->awake[type].end <= lit->awake[type].first)
      lit->awake[type] = (pvs_span){0, 0};
}

/* ---- lights ---- */

/* Steps [first, end) with the spans in them, from spans[*s] on: one light a span. */
static void add_lights(pvs_lit *lit, uint32_t first, uint32_t end, size_t n_spans,
                       const pvs_span *spans, size_t *s) {
  if (first >= end)
    return;
  while (*s < n_spans && spans[*s].end <= first)
    ++*s;
  pvs_light *begun = NULL;
  for (size_t i = *s; i < n_spans && spans[i].first < end; i++) {
    uint32_t dawn = spans[i].first > first ? spans[i].first : first;
    uint32_t dusk = spans[i].end < end ? spans[i].end : end;
    uint32_t from = first;
    if (begun)
      from = begun->end = dawn;
    begun = &lit->lights[lit->n++];
    *begun = (pvs_light){from, dawn, dusk, end};
  }
  if (!begun)
    lit->lights[lit->n++] = (pvs_light){first, first, first, end};
}

static void find_lights(pvs_lit *lit, const struct pvs_study *study, size_t n_spans,
                        const pvs_span *spans) {
  const pvs_days *days = &study->metering.days;
  size_t s = 0;
  if (!lit->awake) {
    add_lights(lit, 0, study->stride, n_spans, spans, &s);
    return;
  }
  for (const pvs_day_run *run = days->runs; run < days->runs + days->n_runs; run++) {
    const pvs_span *awake = &lit->awake[run->at / days->slots];
    uint32_t slot = run->at % days->slots, end = end_of(study, run);
    uint32_t from = awake->first > slot ? run->first + (awake->first - slot) : run->first;
    uint32_t to = awake->end > slot ? run->first + (awake->end - slot) : run->first;
    add_lights(lit, from, to < end ? to : end, n_spans, spans, &s);
  }
}

bool pvs_lit_find(pvs_lit *lit, const struct pvs_study *study, const pvs_profile *pv,
                  pvs_arena *arena) {
  const pvs_days *days = &study->metering.days;
  uint32_t slots = days->slots;
  uint32_t day = slots > 0 && slots % PVS_LANES == 0 && slots < study->chunk ? slots : study->chunk;
  size_t room = study->stride / day + study->stride / study->chunk + 2;
  *lit = (pvs_lit){0};
  pvs_span *spans = pvs_arena_alloc(arena, room, sizeof *spans);
  lit->lights = pvs_arena_alloc(arena, room + 2 * (size_t)days->n_runs, sizeof *lit->lights);
  if (has_nights(study))
    lit->awake = pvs_arena_alloc(arena, days->n_entries / slots, sizeof *lit->awake);
  if (!spans || !lit->lights || (has_nights(study) && !lit->awake))
    return false;
  size_t n_spans = find_spans(study, pv, day, spans);
  if (lit->awake)
    find_awake(lit, study, n_spans, spans);
  find_lights(lit, study, n_spans, spans);
  return true;
}

static uint32_t within(uint32_t step, uint32_t first, uint32_t end) {
  return (step < first ? first : step < end ? step : end) - first;
}

size_t pvs_lit_cut(const pvs_lit *lit, size_t *from, uint32_t first, uint32_t n,
                   pvs_light *lights) {
  uint32_t end = first + n;
  size_t count = 0;
  while (*from < lit->n && lit->lights[*from].end <= first)
    ++*from;
  for (size_t i = *from; i < lit->n && lit->lights[i].first < end; i++) {
    const pvs_light *l = &lit->lights[i];
    lights[count++] = (pvs_light){within(l->first, first, end), within(l->dawn, first, end),
                                  within(l->dusk, first, end), within(l->end, first, end)};
  }
  return count;
}

/* ---- usage ---- */

size_t pvs_lit_rows(const pvs_lit *lit, const pvs_days *days, size_t n_rows,
                    const pvs_day_rows *rows, pvs_day_rows *awake) {
  if (!lit->awake) {
    memcpy(awake, rows, n_rows * sizeof *rows);
    return n_rows;
  }
  size_t count = 0;
  for (size_t r = 0; r < n_rows; r++) {
    const pvs_day_rows *row = &rows[r];
    const pvs_span *hours = &lit->awake[row->at / days->slots];
    uint32_t slot = row->at % days->slots;
    uint32_t from = within(hours->first, slot, slot + row->n),
             to = within(hours->end, slot, slot + row->n);
    if (from >= to)
      continue;
    awake[count] = *row;
    awake[count].skip += from;
    awake[count].at += from;
    awake[count++].n = to - from;
  }
  return count;
}

void pvs_lit_begin_usage(const pvs_lit *lit, const pvs_usage *usage, const pvs_usage *load,
                         const pvs_metering *metering, unsigned needs) {
  const pvs_days *days = &metering->days;
  pvs_usage_clear(usage, metering, needs);
  if (!lit->awake)
    return;
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++) {
    uint32_t first = type * days->slots;
    const pvs_span nights[] = {{first, first + lit->awake[type].first},
                               {first + lit->awake[type].end, first + days->slots}};
    for (size_t k = 0; k < 2; k++) {
      size_t bytes = (nights[k].end - nights[k].first) * sizeof(double);
      if (needs & PVS_NEED_RATES)
        memcpy(usage->import + nights[k].first, load->import + nights[k].first, bytes);
      if (needs & PVS_NEED_PEAKS)
        memcpy(usage->peak + nights[k].first, load->peak + nights[k].first, bytes);
    }
  }
}

double pvs_lit_night_kwh(const pvs_lit *lit, const pvs_usage *load, const pvs_days *days,
                         const pvs_kernels *kernels) {
  _Alignas(PVS_ALIGN) double lanes[PVS_LANES] = {0};
  if (!lit->awake)
    return 0;
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++) {
    const double *table = load->import + (size_t)type * days->slots;
    const pvs_span *awake = &lit->awake[type];
    kernels->sum(awake->first, table, lanes);
    kernels->sum(days->slots - awake->end, table + awake->end, lanes);
  }
  return pvs_lanes_sum(lanes);
}
