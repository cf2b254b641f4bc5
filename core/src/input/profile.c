#include "input/profile.h"

#include "input/profile_fast.h"

pvs_code pvs_profile_parse(pvs_profile *profile, const pvs_profile_rules *rules, const char *path,
                           const char *data, size_t size, pvs_error *error) {
  pvs_profile_range all;
  if (pvs_profile_fast_open(profile, path, data, size, &all, 1)) {
    if (pvs_profile_fast_read(profile, &all)) {
      return PVS_OK;
    }
    pvs_profile_deinit(profile);
  }
  return pvs_profile_parse_slow(profile, rules, path, data, size, error);
}

pvs_code pvs_profile_same_time(const pvs_profile *a, const pvs_profile *b, pvs_error *error) {
  uint32_t step = 0;
  if (a->has_zone && b->has_zone && a->zone_s != b->zone_s) {
    char zones[2][PVS_ZONE_LENGTH + 1];
    return pvs_fail(
        error, PVS_MISMATCH,
        (pvs_where){.file = b->path, .row = pvs_profile_row(b, 0), .column = "timestamp"},
        "times of the zone %s, expected %s, as in %.400s", pvs_format_zone(zones[0], b->zone_s),
        pvs_format_zone(zones[1], a->zone_s), a->path);
  }
  if (a->start == b->start && a->interval_s == b->interval_s && a->steps == b->steps) {
    return PVS_OK;
  }
  if (a->start == b->start) {
    step = a->interval_s != b->interval_s ? 1 : (a->steps < b->steps ? a->steps : b->steps);
  }
  const pvs_where where = {.file = b->path, .row = pvs_profile_row(b, step), .column = "timestamp"};
  char times[2][PVS_TIMESTAMP_LENGTH];
  pvs_format_timestamp(times[0], pvs_profile_time(a, step));
  pvs_format_timestamp(times[1], pvs_profile_time(b, step));
  if (step >= a->steps) {
    return pvs_fail(error, PVS_MISMATCH, where, "%.*s, expected the end, as in %.400s",
                    PVS_TIMESTAMP_LENGTH, times[1], a->path);
  }
  if (step >= b->steps) {
    return pvs_fail(error, PVS_MISMATCH, where, "the end, expected %.*s, as in %.400s",
                    PVS_TIMESTAMP_LENGTH, times[0], a->path);
  }
  return pvs_fail(error, PVS_MISMATCH, where, "%.*s, expected %.*s, as in %.400s",
                  PVS_TIMESTAMP_LENGTH, times[1], PVS_TIMESTAMP_LENGTH, times[0], a->path);
}
