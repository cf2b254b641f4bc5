#include "input/tariff_usual.h"
#include <stdio.h>
#include <strings.h>

/* Rates are in c/kWh, fixed charges in c/day. Large customers do pay networks less than 1 c/kWh at night
 * and more than 5000 c/day. Rates of one tariff seldom differ by more than MOST_APART times; one below
 * 1 c/kWh may be in $/kWh where, taken so, it is no more than MOST_PEAK times the highest. */
enum { MOST_RATE = 200, MOST_APART = 50, MOST_PEAK = 10, MOST_RATES = 1 + PVS_TARIFF_PERIODS + 3 };

typedef struct named_rate {
  char column[24];
  double value;
} named_rate;

static size_t list_rates(const pvs_tariff_terms *terms, named_rate rates[MOST_RATES]) {
  size_t n = 0;
  rates[n++] = (named_rate){.column = "flat_rate", .value = terms->flat_c_per_kwh};
  for (int i = 0; i < PVS_TARIFF_PERIODS; i++) {
    if (!terms->periods[i].present)
      continue;
    rates[n].value = terms->periods[i].rate_c_per_kwh;
    snprintf(rates[n++].column, sizeof rates->column, "rate_%d", i + 1);
  }
  for (int i = 0; i < 3; i++) {
    rates[n].value = terms->block_rate_c_per_kwh[i];
    snprintf(rates[n++].column, sizeof rates->column, "block_rate_%d", i + 1);
  }
  return n;
}

static void warn_rates(pvs_table_row *r, const pvs_tariff_terms *terms) {
  named_rate rates[MOST_RATES];
  size_t n = list_rates(terms, rates);
  const named_rate *highest = rates, *lowest = rates, *least = NULL; /* least: above 0 */
  for (const named_rate *rate = rates; rate < rates + n; rate++) {
    highest = rate->value > highest->value ? rate : highest;
    lowest = rate->value < lowest->value ? rate : lowest;
    if (rate->value > 0 && (!least || rate->value < least->value))
      least = rate;
  }
  if (highest->value > 0 && highest->value < 1)
    pvs_table_row_warn(r, highest->column,
                       "the highest rate of this tariff is %g c/kWh; usual are 5 to 60 (is it in "
                       "$/kWh?)",
                       highest->value);
  if (highest->value > MOST_RATE)
    pvs_table_row_warn(r, highest->column, "found a rate of %g c/kWh; usual are 5 to 60",
                       highest->value);
  else if (least && highest->value >= 1 &&
           (least->value * MOST_APART < highest->value ||
            (least->value < 1 && 100 * least->value <= MOST_PEAK * highest->value)))
    pvs_table_row_warn(r, least->column,
                       "found a rate of %g c/kWh in a tariff with one of %g (is it in $/kWh?%s)",
                       least->value, highest->value, PVS_LOW_AT_NIGHT);
  if (lowest->value < 0)
    pvs_table_row_warn(r, lowest->column, "found a negative rate: imports earn %g c/kWh",
                       -lowest->value);
}

static void warn_fixed(pvs_table_row *r, const pvs_tariff_terms *terms) {
  static const pvs_usual metering[] = {{"metering_sc_non_cap", 0.5, 300, "5 to 100 c/day"}};
  double fixed = terms->fixed_c_per_day;
  if (strcasecmp(terms->type, "Zero_Rate") != 0)
    pvs_table_row_warn_empty(r, "daily_fixed_rate",
                             "there is no daily supply charge (0 says so too)");
  if (fixed < 0)
    pvs_table_row_warn(r, "daily_fixed_rate", "found a negative charge: %g c/day", fixed);
  if (fixed > 0 && fixed < 5)
    pvs_table_row_warn(r, "daily_fixed_rate", "found %g c/day; usual are 50 to 200 (is it in $?)",
                       fixed);
  if (fixed > PVS_MOST_FIXED)
    pvs_table_row_warn(r, "daily_fixed_rate", "found %g c/day; usual are 50 to 200", fixed);
  pvs_table_row_warn_unusual(r, metering, 1);
  if (pvs_table_row_number(r, "metering_sc_cap", 0) != 0)
    pvs_table_row_warn(r, "metering_sc_cap",
                       "found a charge, which is not used: metering_sc_non_cap alone is charged");
}

void pvs_warn_demand(pvs_table_row *r, const char *column, double rate, const char *unit,
                     bool is_monthly) {
  const char *usual = is_monthly ? "100 to 3000" : "5 to 100";
  if (rate < 0)
    pvs_table_row_warn(r, column, "found a negative charge: %g %.20s", rate, unit);
  if (rate > 0 && rate < (is_monthly ? 50 : 1))
    pvs_table_row_warn(r, column, "found %g %.20s; usual are %s (is it in $?)", rate, unit, usual);
  if (rate > (is_monthly ? 7500 : 250))
    pvs_table_row_warn(r, column, "found %g %.20s; usual are %s (is it a charge per %s?)", rate,
                       unit, usual, is_monthly ? "year" : "month");
}

void pvs_tariff_warn_unusual(pvs_table_row *r, const pvs_tariff_terms *terms) {
  double demand = terms->demand_c_per_kw_day, feed_in = terms->export_c_per_kwh;
  warn_rates(r, terms);
  warn_fixed(r, terms);
  if (feed_in > 100)
    pvs_table_row_warn(r, "fit_flat_rate", "found %g c/kWh; usual are 0 to 20", feed_in);
  if (feed_in > 0 && feed_in < 0.5)
    pvs_table_row_warn(r, "fit_flat_rate", "found %g c/kWh; usual are 0 to 20 (is it in $/kWh?)",
                       feed_in);
  if (feed_in < 0)
    pvs_table_row_warn(r, "fit_flat_rate", "found %g c/kWh: exports cost money", feed_in);
  pvs_warn_demand(r, "demand_tariff", demand, "c/kW/day", false);
}
