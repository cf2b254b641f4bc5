/* What checks of load and PV series share: where a step is, and what is wrong with any series. */
#ifndef PVS_INPUT_USUAL_SERIES_H
#define PVS_INPUT_USUAL_SERIES_H

#include "base/number.h"
#include "input/builder.h"

typedef struct pvs_series {
  const pvs_profile *profile;
  uint32_t index;
  const double *kwh;
} pvs_series;

pvs_where pvs_series_at(const pvs_series *s, uint32_t step);
pvs_where pvs_series_header(const pvs_series *s);
double pvs_series_kw(const pvs_series *s, double kwh);

/* From step `first` on, how many steps have one value; moves *first to where it begins. */
uint32_t pvs_series_run(const double *kwh, uint32_t steps, uint32_t *first);

/* `what`: a load or generation. */
pvs_code pvs_series_warn_negative(pvs_builder *builder, const pvs_series *s, const char *what,
                                  pvs_error *error);
/* An error at the first step that has so many kWh. */
pvs_code pvs_series_refuse(pvs_builder *builder, const pvs_series *s, double kwh,
                           const char *expected, pvs_error *error);

static inline bool pvs_kwh_are_huge(double least, double greatest) {
  return greatest > PVS_GREATEST_KWH || least < -PVS_GREATEST_KWH;
}
/* An error about the one that is. */
pvs_code pvs_series_refuse_huge(pvs_builder *builder, const pvs_series *s, double least,
                                double greatest, pvs_error *error);

#endif
