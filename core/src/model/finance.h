/* Capital costs and what they come to in a year (MODEL.md section 8), and present value (section
 * 9). */
#ifndef PVS_MODEL_FINANCE_H
#define PVS_MODEL_FINANCE_H

#include "model/battery.h"
#include <stdint.h>

/* 12 level payments a year at the end of each month over a_term years at a_rate a year (compounded
 * monthly), $ a year: the annuity formula P r / (1 - (1 + r)^-n), r = a_rate / 12, n = 12 a_term; P
 * / n when r = 0. */
double pvs_annual_repayment(double principal_dollars, double a_term_years, double a_rate);

/* What an annual cost is multiplied with: sum over t = 1 … ceil(12 a_term) - 1 of
 * 1 / (12 (1 + a_rate/12)^t), years; npv = -cost x factor (MODEL.md section 9). */
double pvs_present_value_factor(double a_term_years, double a_rate);

/* Bought again when worn out or old: $ a year for a battery that used `cycles` in the year.
 * capex_per_kwh > 0 replaces the table's costs. */
double pvs_battery_repayment(const pvs_battery_terms *terms, double cycles, double capex_per_kwh,
                             double a_term_years, double a_rate);

#endif
