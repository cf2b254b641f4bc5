#include "engine/daylight.h"
#include <assert.h>
#include <string.h>

/* ---- the hours of generation ---- */

/* Whether some column generates in the eight steps from `step` on. */
static bool generates(const pvs_profile *pv, uint32_t step) {
  bool any = false;
  for (uint32_t column = 0; column < pv->n_series; column++) {
    const double *x = pvs_profile_series(pv, column) + step;
    for (int i = 0; i < PVS_LANES; i++)
      any |= x[i] != 0;
  }
  return any;
}

/* From the first to the last generation of a day, over the days [from, to) of `day` steps each. */
static pvs_step_range hours_of(const pvs_profile *pv, uint32_t from, uint32_t to, uint32_t day) {
  pvs_step_range hours = {day, 0};
  for (uint32_t step = from; step < to; step += PVS_LANES) {
    uint32_t hour = (step - from) % day;
    if ((hour >= hours.first && hour < hours.end) || !generates(pv, step))
      continue;
    if (hour < hours.first)
      hours.first = hour;
    if (hour >= hours.end)
      hours.end = hour + PVS_LANES;
  }
  return hours;
}

/* Steps with generation, a range per day at most, ascending and apart; returns their number. */
static size_t find_ranges(const struct pvs_study *study, const pvs_profile *pv, uint32_t day,
                          pvs_step_range *ranges) {
  size_t n = 0;
  for (uint32_t first = 0; first < study->stride; first += study->chunk) {
    uint32_t end = study->stride - first < study->chunk ? study->stride : first + study->chunk;
    pvs_step_range hours = hours_of(pv, first, end, day);
    for (uint32_t at = first; at < end && hours.first < hours.end; at += day) {
      pvs_step_range range = {at + hours.first, at + hours.end};
      if (range.end > end)
        range.end = end;
      pvs_step_range *last = n > 0 ? &ranges[n - 1] : NULL;
      if (last && last->end >= range.first)
        last->end = range.end;
      else if (range.first < range.end)
        ranges[n++] = range;
    }
  }
  return n;
}

/* ---- the slots of a day ---- */

static uint32_t end_of(const struct pvs_study *study, const pvs_day_span *day) {
  const pvs_days *days = &study->metering.days;
  return day + 1 < days->spans + days->n_spans ? day->first + day->n : study->stride;
}

/* Whether slots and steps fall into the same registers of eight. */
static bool has_slots(const pvs_days *days) {
  return days->slots > 0 && days->slots % PVS_LANES == 0 && days->spans[0].at % PVS_LANES == 0;
}

/* By day type, from the first slot with generation on some day to the last one. */
static void find_slots(pvs_daylight *daylight, const struct pvs_study *study, size_t n_ranges,
                       const pvs_step_range *ranges) {
  const pvs_days *days = &study->metering.days;
  assert(days->slots > 0); /* has_slots */
  const uint32_t n_types = days->n_entries / days->slots;
  for (uint32_t type = 0; type < n_types; type++)
    daylight->slots[type] = (pvs_step_range){days->slots, 0};
  size_t r = 0;
  for (const pvs_day_span *day = days->spans; day < days->spans + days->n_spans; day++) {
    uint32_t end = end_of(study, day), slot = day->at % days->slots;
    pvs_step_range *slots = &daylight->slots[day->at / days->slots];
    while (r < n_ranges && ranges[r].end <= day->first)
      r++;
    for (size_t i = r; i < n_ranges && ranges[i].first < end; i++) {
      uint32_t from = ranges[i].first > day->first ? ranges[i].first : day->first;
      uint32_t to = ranges[i].end < end ? ranges[i].end : end;
      from = slot + (from - day->first);
      to = slot + (to - day->first);
      slots->first = from < slots->first ? from : slots->first;
      slots->end = to > slots->end ? to : slots->end;
    }
  }
  for (uint32_t type = 0; type < n_types; type++)
    if (daylight->slots[type].end <= daylight->slots[type].first)
      daylight->slots[type] = (pvs_step_range){0, 0};
}

/* ---- the spans ---- */

/* Covers steps [first, end) with spans, one for each of the ranges in it, which are looked for from
 * ranges[*r] on. */
static void add_spans(pvs_daylight *daylight, uint32_t first, uint32_t end, size_t n_ranges,
                      const pvs_step_range *ranges, size_t *r) {
  if (first >= end)
    return;
  while (*r < n_ranges && ranges[*r].end <= first)
    ++*r;
  pvs_daylight_span *last = NULL;
  for (size_t i = *r; i < n_ranges && ranges[i].first < end; i++) {
    uint32_t dawn = ranges[i].first > first ? ranges[i].first : first;
    uint32_t dusk = ranges[i].end < end ? ranges[i].end : end;
    uint32_t from = first;
    if (last)
      from = last->end = dawn;
    last = &daylight->spans[daylight->n_spans++];
    *last = (pvs_daylight_span){from, dawn, dusk, end};
  }
  if (!last)
    daylight->spans[daylight->n_spans++] = (pvs_daylight_span){first, first, first, end};
}

static void find_spans(pvs_daylight *daylight, const struct pvs_study *study, size_t n_ranges,
                       const pvs_step_range *ranges) {
  const pvs_days *days = &study->metering.days;
  size_t r = 0;
  if (!daylight->slots) {
    add_spans(daylight, 0, study->stride, n_ranges, ranges, &r);
    return;
  }
  assert(days->slots > 0);
  for (const pvs_day_span *day = days->spans; day < days->spans + days->n_spans; day++) {
    const pvs_step_range *slots = &daylight->slots[day->at / days->slots];
    uint32_t slot = day->at % days->slots, end = end_of(study, day);
    uint32_t from = slots->first > slot ? day->first + (slots->first - slot) : day->first;
    uint32_t to = slots->end > slot ? day->first + (slots->end - slot) : day->first;
    add_spans(daylight, from, to < end ? to : end, n_ranges, ranges, &r);
  }
}

bool pvs_daylight_find(pvs_daylight *daylight, const struct pvs_study *study, const pvs_profile *pv,
                       pvs_arena *arena) {
  const pvs_days *days = &study->metering.days;
  uint32_t slots = days->slots;
  uint32_t day = slots > 0 && slots % PVS_LANES == 0 && slots < study->chunk ? slots : study->chunk;
  size_t room = study->stride / day + study->stride / study->chunk + 2;
  *daylight = (pvs_daylight){0};
  pvs_step_range *ranges = pvs_arena_alloc(arena, room, sizeof *ranges);
  daylight->spans =
      pvs_arena_alloc(arena, room + 2 * (size_t)days->n_spans, sizeof *daylight->spans);
  if (has_slots(days))
    daylight->slots = pvs_arena_alloc(arena, days->n_entries / slots, sizeof *daylight->slots);
  if (!ranges || !daylight->spans || (has_slots(days) && !daylight->slots))
    return false;
  size_t n_ranges = find_ranges(study, pv, day, ranges);
  if (daylight->slots)
    find_slots(daylight, study, n_ranges, ranges);
  find_spans(daylight, study, n_ranges, ranges);
  return true;
}

static uint32_t within(uint32_t step, uint32_t first, uint32_t end) {
  return (step < first ? first : step < end ? step : end) - first;
}

size_t pvs_daylight_cut(const pvs_daylight *daylight, size_t *from, uint32_t first, uint32_t n,
                        pvs_daylight_span *spans) {
  uint32_t end = first + n;
  size_t count = 0;
  while (*from < daylight->n_spans && daylight->spans[*from].end <= first)
    ++*from;
  for (size_t i = *from; i < daylight->n_spans && daylight->spans[i].first < end; i++) {
    const pvs_daylight_span *span = &daylight->spans[i];
    spans[count++] =
        (pvs_daylight_span){within(span->first, first, end), within(span->dawn, first, end),
                            within(span->dusk, first, end), within(span->end, first, end)};
  }
  return count;
}

/* ---- billing determinants ---- */

size_t pvs_daylight_rows(const pvs_daylight *daylight, const pvs_days *days, size_t n_rows,
                         const pvs_day_rows *rows, pvs_day_rows *kept) {
  if (!daylight->slots) {
    memcpy(kept, rows, n_rows * sizeof *rows);
    return n_rows;
  }
  size_t count = 0;
  for (size_t r = 0; r < n_rows; r++) {
    const pvs_day_rows *row = &rows[r];
    const pvs_step_range *slots = &daylight->slots[row->at / days->slots];
    uint32_t slot = row->at % days->slots;
    uint32_t from = within(slots->first, slot, slot + row->n),
             to = within(slots->end, slot, slot + row->n);
    if (from >= to)
      continue;
    kept[count] = *row;
    kept[count].skip += from;
    kept[count].at += from;
    kept[count++].n = to - from;
  }
  return count;
}

void pvs_daylight_begin_determinants(const pvs_daylight *daylight,
                                     const pvs_determinants *determinants,
                                     const pvs_determinants *load, const pvs_metering *metering,
                                     unsigned needs) {
  const pvs_days *days = &metering->days;
  pvs_determinants_clear(determinants, metering, needs);
  if (!daylight->slots)
    return;
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++) {
    uint32_t first = type * days->slots;
    const pvs_step_range nights[] = {{first, first + daylight->slots[type].first},
                                     {first + daylight->slots[type].end, first + days->slots}};
    for (size_t k = 0; k < 2; k++) {
      size_t bytes = (nights[k].end - nights[k].first) * sizeof(double);
      if (needs & PVS_NEED_RATES)
        memcpy(determinants->import + nights[k].first, load->import + nights[k].first, bytes);
      if (needs & PVS_NEED_PEAKS)
        memcpy(determinants->peak + nights[k].first, load->peak + nights[k].first, bytes);
    }
  }
}

double pvs_daylight_night_kwh(const pvs_daylight *daylight, const pvs_determinants *load,
                              const pvs_days *days, const pvs_kernels *kernels) {
  _Alignas(PVS_ALIGN) double lanes[PVS_LANES] = {0};
  if (!daylight->slots)
    return 0;
  for (uint32_t type = 0; type < days->n_entries / days->slots; type++) {
    const double *table = load->import + (size_t)type * days->slots;
    const pvs_step_range *slots = &daylight->slots[type];
    kernels->sum(slots->first, table, lanes);
    kernels->sum(days->slots - slots->end, table + slots->end, lanes);
  }
  return pvs_lanes_sum(lanes);
}
