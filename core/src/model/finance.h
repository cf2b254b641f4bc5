/* Capital costs as yearly repayments (MODEL.md section 8) and net present value (section 9). */
#ifndef PVS_MODEL_FINANCE_H
#define PVS_MODEL_FINANCE_H

#include "model/battery.h"

/* Repayment per year, $, of a principal of P dollars: twelve level payments at the ends of the months,
 * over a_term years at a_rate per year, compounded monthly. The annuity formula: a payment is
 * P r / (1 - (1 + r)^-n), where r = a_rate / 12 and n = 12 a_term; P / n when r = 0. */
double pvs_annual_repayment(double principal_dollars, double a_term_years, double a_rate);

/* The present value of $1 of cost per year, in years: the sum over t = 1 … ceil(12 a_term) - 1 of
 * 1 / (12 (1 + a_rate/12)^t). The net present value is -cost x factor (MODEL.md section 9). */
double pvs_present_value_factor(double a_term_years, double a_rate);

/* Repayment per year, $, of a battery that used `cycles` in the year and is bought again whenever it is
 * worn out or too old. capex_per_kwh > 0 replaces the table's costs. */
double pvs_battery_repayment(const pvs_battery_terms *terms, double cycles, double capex_per_kwh,
                             double a_term_years, double a_rate);

#endif
