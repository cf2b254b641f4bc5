#include "run/lit.h"

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

bool pvs_lit_find(pvs_lit *lit, const struct pvs_study *study, const pvs_profile *pv,
                  pvs_arena *arena) {
  uint32_t slots = PVS_SECONDS_PER_DAY / study->metering.calendar.interval_s;
  uint32_t day = slots > 0 && slots % PVS_LANES == 0 && slots < study->chunk ? slots : study->chunk;
  lit->n = 0;
  lit->spans = pvs_arena_alloc(arena, study->stride / day + study->stride / study->chunk + 2,
                               sizeof *lit->spans);
  if (!lit->spans)
    return false;
  for (uint32_t first = 0; first < study->stride; first += study->chunk) {
    uint32_t end = study->stride - first < study->chunk ? study->stride : first + study->chunk;
    pvs_span hours = lit_hours(pv, first, end, day);
    for (uint32_t at = first; at < end && hours.first < hours.end; at += day) {
      pvs_span span = {at + hours.first, at + hours.end};
      if (span.end > end)
        span.end = end;
      pvs_span *last = lit->n > 0 ? &lit->spans[lit->n - 1] : NULL;
      if (last && last->end >= span.first)
        last->end = span.end;
      else if (span.first < span.end)
        lit->spans[lit->n++] = span;
    }
  }
  return true;
}

size_t pvs_lit_cut(const pvs_lit *lit, size_t *from, uint32_t first, uint32_t n, pvs_span *spans) {
  uint32_t end = first + n;
  size_t count = 0;
  while (*from < lit->n && lit->spans[*from].end <= first)
    ++*from;
  for (size_t i = *from; i < lit->n && lit->spans[i].first < end; i++) {
    const pvs_span *s = &lit->spans[i];
    spans[count++] =
        (pvs_span){s->first > first ? s->first - first : 0, (s->end < end ? s->end : end) - first};
  }
  return count;
}
