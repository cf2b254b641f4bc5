#include "model/tariff.h"
#include <string.h>

static const pvs_tariff_kind *const kinds[] = {&pvs_tariff_flat, &pvs_tariff_tou, &pvs_tariff_block,
                                               &pvs_tariff_demand};

pvs_code pvs_tariff_compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                            const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error) {
  *tariff = (pvs_tariff){
      .id = terms->id,
      .fixed_c_per_day = terms->fixed_c_per_day,
      .export_c_per_kwh = terms->export_c_per_kwh,
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!kinds[i]->matches(terms->type))
      continue;
    pvs_code code = kinds[i]->compile(tariff, terms, calendar, arena, error);
    if (code)
      return code;
  }
  return PVS_OK;
}

bool pvs_tariff_needs_steps(const pvs_tariff *tariff) {
  return tariff->import_rate || tariff->charges_solar || tariff->has_demand || tariff->block;
}

void pvs_charge_begin(pvs_charge *charge) {
  *charge = (pvs_charge){.block_index = -1};
}

void pvs_tariff_charge(const pvs_tariff *tariff, const pvs_kernels *kernels,
                       const pvs_calendar *calendar, uint32_t first, uint32_t n,
                       const double *import, const double *consumption, pvs_charge *charge) {
  if (tariff->import_rate)
    kernels->dot(n, import, tariff->import_rate + first, charge->energy_lanes);
  if (tariff->charges_solar && tariff->solar_rate && consumption)
    kernels->dot(n, consumption, tariff->solar_rate + first, charge->solar_lanes);
  if (tariff->has_demand)
    kernels->masked_max(n, import, tariff->demand_mask + first, charge->demand_lanes);
  if (tariff->block)
    pvs_block_charge(tariff, calendar, first, n, import, charge);
}

void pvs_tariff_bill(const pvs_tariff *tariff, const pvs_calendar *calendar, uint32_t num_days,
                     const pvs_charge *charge, double import_kwh, double export_kwh,
                     pvs_bill *bill) {
  double feed_in = export_kwh * tariff->export_c_per_kwh;
  bill->feed_in_credit_c = feed_in;
  if (tariff->block)
    bill->energy_charge_c = charge->block_cents;
  else if (tariff->import_rate)
    bill->energy_charge_c = pvs_lanes_sum(charge->energy_lanes);
  else
    bill->energy_charge_c = import_kwh * tariff->flat_c_per_kwh;
  bill->demand_charge_c = 0;
  if (tariff->has_demand) {
    double most_kwh = 0;
    for (int i = 0; i < PVS_LANES; i++)
      if (charge->demand_lanes[i] > most_kwh)
        most_kwh = charge->demand_lanes[i];
    double most_kw =
        most_kwh * PVS_SECONDS_PER_HOUR / calendar->interval_s / tariff->demand_power_factor;
    bill->demand_charge_c = most_kw * tariff->demand_c_per_kw_day * num_days;
  }
  bill->local_solar_c = tariff->charges_solar ? pvs_lanes_sum(charge->solar_lanes) + feed_in : 0;
}

typedef struct fill {
  double *series;
  double value;
} fill;

static void fill_run(void *ctx, uint32_t first, uint32_t n) {
  const fill *f = ctx;
  for (uint32_t t = first; t < first + n; t++)
    f->series[t] = f->value;
}

void pvs_series_fill(double *series, const pvs_calendar *calendar, pvs_period period, bool seasonal,
                     double value) {
  pvs_period_steps(calendar, period, seasonal, fill_run, &(fill){series, value});
}
