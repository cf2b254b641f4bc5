/* The plain way to results that the core computes fast: one step after the other, as the model's
 * description says it, with the C library's calendar. Slow: used once per case, by its setup. */
#ifndef BM_PLAIN_H
#define BM_PLAIN_H

#include "model/battery.h"
#include "model/tariff.h"

/* Whether a step lies in the period; `seasonal`: on the clock of daylight saving. */
bool bm_plain_in_period(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                        uint32_t step);

/* One step of one battery: returns net, sets the step log. */
double bm_plain_dispatch(const pvs_battery *battery, pvs_battery_state *state, uint8_t flags,
                         double gen, double load, double *log);

/* The year's bill of a payer under a tariff of these terms. Series are kWh by step. */
void bm_plain_bill(const pvs_tariff_terms *terms, const pvs_calendar *calendar, uint32_t num_days,
                   const double *import, const double *export, const double *consumption,
                   pvs_bill *bill);

#endif
