#include "input/usual_series.h"

pvs_where pvs_series_at(const pvs_series *s, uint32_t step) {
  return (pvs_where){.file = s->profile->path,
                     .row = pvs_profile_row(s->profile, step),
                     .column = s->profile->names[s->index]};
}

pvs_where pvs_series_header(const pvs_series *s) {
  pvs_where where = pvs_series_at(s, 0);
  where.row = pvs_profile_header_row(s->profile);
  return where;
}

double pvs_series_kw(const pvs_series *s, double kwh) {
  return kwh * PVS_SECONDS_PER_HOUR / s->profile->interval_s;
}

uint32_t pvs_series_run(const double *kwh, uint32_t steps, uint32_t *first) {
  const double value = kwh[*first];
  uint32_t end = *first;
  while (*first > 0 && kwh[*first - 1] == value)
    --*first;
  while (end < steps && kwh[end] == value)
    end++;
  return end - *first;
}

pvs_code pvs_series_warn_negative(pvs_builder *builder, const pvs_series *s, const char *what,
                                  pvs_error *error) {
  uint32_t count = 0, first = 0;
  for (uint32_t t = s->profile->steps; t-- > 0;)
    if (s->kwh[t] < 0) {
      count++;
      first = t;
    }
  return count == 0 ? PVS_OK
                    : pvs_warn(&builder->notes, error, pvs_series_at(s, first),
                               "found %.10g kWh, like %u of %u steps: %s of less than 0 counts as "
                               "it is; meters usually count generation apart",
                               s->kwh[first], count, s->profile->steps, what);
}

pvs_code pvs_series_refuse(pvs_builder *builder, const pvs_series *s, double kwh,
                           const char *expected, pvs_error *error) {
  char found[PVS_NUMBER_MAX];
  uint32_t step = 0;
  while (s->kwh[step] != kwh)
    step++;
  return pvs_settle(&builder->notes,
                    pvs_fail(error, PVS_BAD_VALUE, pvs_series_at(s, step),
                             "found %.*s kWh, expected %s", (int)pvs_format_double(found, kwh),
                             found, expected),
                    error);
}

pvs_code pvs_series_refuse_huge(pvs_builder *builder, const pvs_series *s, double least,
                                double greatest, pvs_error *error) {
  return pvs_series_refuse(builder, s, greatest > PVS_GREATEST_KWH ? greatest : least,
                           "at most 1000000 kWh in a step", error);
}
