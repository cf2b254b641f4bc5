#include "model/finance.h"
#include <math.h>

double pvs_annual_repayment(double principal_dollars, double a_term_years, double a_rate) {
  double months = 12 * a_term_years, rate = a_rate / 12;
  double monthly = rate == 0 ? principal_dollars / months
                             : principal_dollars * rate / (1 - pow(1 + rate, -months));
  return 12 * monthly;
}

double pvs_present_value_factor(double a_term_years, double a_rate) {
  double factor = 0, growth = 1 + a_rate / 12;
  long months = (long)ceil(12 * a_term_years) - 1;
  double power = 1;
  for (long t = 1; t <= months; t++) {
    power *= growth;
    factor += 1 / (12 * power);
  }
  return factor;
}

double pvs_battery_repayment(const pvs_battery_terms *terms, double cycles, double capex_per_kwh,
                             double a_term_years, double a_rate) {
  double battery = terms->cost_dollars, inverters = 0;
  if (capex_per_kwh > 0) {
    battery = capex_per_kwh * terms->cap_kwh;
  } else {
    double inverter_life =
        isnan(terms->inverter_life_years) ? a_term_years : terms->inverter_life_years;
    inverters = terms->inverter_cost_dollars;
    if (inverter_life < a_term_years)
      inverters *= trunc(a_term_years / inverter_life - 0.001);
  }
  double lifetime = fmin(cycles > 0 ? terms->max_cycles / cycles : 1000, terms->life_years);
  double times = trunc(a_term_years / lifetime - 0.01) + 1;
  return pvs_annual_repayment(inverters + times * battery, a_term_years, a_rate);
}
