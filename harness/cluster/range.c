#include "cluster/range.h"

#include "base/fail.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A decimal number that fits; *end stands behind it. */
static bool read_number(const char *text, const char **end, uint32_t *value) {
  uint64_t n = 0;
  const char *at = text;
  for (; isdigit((unsigned char)*at); at++)
    if ((n = n * 10 + (uint64_t)(*at - '0')) >= UINT32_MAX)
      return false;
  *end = at;
  *value = (uint32_t)n;
  return at > text;
}

bool hx_range_parse_scenarios(const char *text, hx_range *range, pvs_error *error) {
  hx_range r = {.kind = HX_RANGE_SCENARIOS};
  const char *end;
  bool ok = read_number(text, &end, &r.first);
  r.last = r.first;
  if (ok && *end == '-')
    ok = read_number(end + 1, &end, &r.last);
  if (!ok || *end != '\0')
    return hx_fail(
        error, PVS_BAD_VALUE,
        "--scenarios: found '%s', expected FIRST-LAST or one number, counted from 0 and at "
        "most %u, such as 0-99999",
        text, UINT32_MAX - 1);
  if (r.first > r.last)
    return hx_fail(
        error, PVS_BAD_VALUE,
        "--scenarios: found '%s', which ends before it begins, expected the smaller number "
        "first: %u-%u",
        text, r.last, r.first);
  *range = r;
  return true;
}

bool hx_range_parse_shard(const char *text, hx_range *range, pvs_error *error) {
  hx_range r = {.kind = HX_RANGE_SHARD};
  const char *end;
  bool ok = read_number(text, &end, &r.shard) && *end == '/' && read_number(end + 1, &end, &r.of);
  if (!ok || *end != '\0' || r.shard < 1 || r.shard > r.of)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--shard: found '%s', expected I/N with I from 1 to N, such as 3/16", text);
  *range = r;
  return true;
}

bool hx_range_resolve(const hx_range *range, uint32_t scenarios, uint32_t *first, uint32_t *count,
                      pvs_error *error) {
  uint64_t begin = 0, end = scenarios;
  if (range->kind == HX_RANGE_SCENARIOS) {
    begin = range->first;
    end = (uint64_t)range->last + 1;
    if (end > scenarios)
      return hx_fail(
          error, PVS_BAD_VALUE,
          "--scenarios: found %u-%u, expected scenarios from 0 to %u, as the study has %u",
          range->first, range->last, scenarios - 1, scenarios);
  } else if (range->kind == HX_RANGE_SHARD) {
    begin = (uint64_t)(range->shard - 1) * scenarios / range->of;
    end = (uint64_t)range->shard * scenarios / range->of;
    if (range->of > scenarios)
      return hx_fail(error, PVS_BAD_VALUE,
                     "--shard: found %u shards, expected at most %u, as the study has so many "
                     "scenarios",
                     range->of, scenarios);
  }
  *first = (uint32_t)begin;
  *count = (uint32_t)(end - begin);
  return true;
}
