#include "compare/hunt.h"

#include "decide/history.h"

static hx_hunt_end confirm(size_t n, hx_hunt_fn compare, void *ctx, hx_hunt_result *result) {
  if (compare(ctx, n - 1, &result->whole) != HX_HUNT_COMPARED)
    return HX_HUNT_FAILED;
  result->comparisons++;
  switch (result->whole.verdict) {
  case HX_COMPARE_SLOWER:
    return HX_HUNT_NAMED;
  case HX_COMPARE_SAME:
  case HX_COMPARE_FASTER:
    return HX_HUNT_NOT_CONFIRMED;
  default:
    return HX_HUNT_UNDECIDED;
  }
}

bool hx_hunt(size_t n, hx_hunt_fn compare, void *ctx, hx_hunt_result *result) {
  *result = (hx_hunt_result){.first_bad = n - 1};
  result->end = confirm(n, compare, ctx, result);
  if (result->end != HX_HUNT_NAMED)
    return true;
  hx_bisect *bisect = hx_bisect_create(n);
  if (!bisect)
    return false;
  size_t index;
  while (result->end == HX_HUNT_NAMED && hx_bisect_next(bisect, &index)) {
    hx_compare_result found;
    switch (compare(ctx, index, &found)) {
    case HX_HUNT_COMPARED:
      result->comparisons++;
      hx_bisect_tell(bisect, index, found.verdict);
      break;
    case HX_HUNT_SKIP:
      hx_bisect_skip(bisect, index);
      break;
    case HX_HUNT_STOP:
      result->end = HX_HUNT_FAILED;
      break;
    }
  }
  hx_bisect_get(bisect, &result->last_good, &result->first_bad, NULL);
  if (result->end == HX_HUNT_NAMED && result->first_bad - result->last_good > 1)
    result->end = HX_HUNT_NARROWED;
  hx_bisect_destroy(bisect);
  return true;
}
