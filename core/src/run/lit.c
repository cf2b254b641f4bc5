#include "run/lit.h"

/* Darkness shorter than this is not worth a span's end. */
enum { SHORTEST_DARK = 2 * PVS_LANES };

static bool is_lit(const pvs_profile *pv, uint32_t step) {
  for (uint32_t column = 0; column < pv->n_series; column++) {
    const double *x = pvs_profile_series(pv, column) + step;
    bool any = false;
    for (int i = 0; i < PVS_LANES; i++)
      any |= x[i] != 0;
    if (any)
      return true;
  }
  return false;
}

bool pvs_lit_find(pvs_lit *lit, const pvs_profile *pv, pvs_arena *arena) {
  lit->n = 0;
  lit->spans =
      pvs_arena_alloc(arena, pv->stride / (PVS_LANES + SHORTEST_DARK) + 1, sizeof *lit->spans);
  if (!lit->spans)
    return false;
  for (uint32_t step = 0; step < pv->stride; step += PVS_LANES) {
    if (!is_lit(pv, step))
      continue;
    pvs_span *last = lit->n > 0 ? &lit->spans[lit->n - 1] : NULL;
    if (last && step - last->end < SHORTEST_DARK)
      last->end = step + PVS_LANES;
    else
      lit->spans[lit->n++] = (pvs_span){step, step + PVS_LANES};
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
