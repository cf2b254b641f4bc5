#include "model/tariff.h"
#include <math.h>
#include <stdlib.h>

static const pvs_tariff_kind *const kinds[] = {&pvs_tariff_flat, &pvs_tariff_tou, &pvs_tariff_block,
                                               &pvs_tariff_demand, &pvs_tariff_calendar};

static unsigned needs_of(const pvs_tariff *tariff) {
  unsigned needs = 0;
  if (tariff->import_rate)
    needs |= PVS_NEED_RATES;
  if (tariff->charges_solar && tariff->solar_rate)
    needs |= PVS_NEED_CONSUMPTION;
  if (tariff->demand_mask || tariff->n_demands)
    needs |= PVS_NEED_PEAKS;
  if (tariff->export_rate)
    needs |= (unsigned)PVS_NEED_EXPORT << tariff->export_limit;
  if (tariff->block)
    needs |= (unsigned)PVS_NEED_BLOCK << tariff->block;
  return needs;
}

pvs_code pvs_tariff_compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                            const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  *tariff = (pvs_tariff){
      .id = terms->id,
      .fixed_c_per_day = terms->fixed_c_per_day,
      .export_c_per_kwh = terms->export_c_per_kwh,
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!kinds[i]->matches(terms->type))
      continue;
    pvs_code code = kinds[i]->compile(tariff, terms, metering, arena, error);
    if (code)
      return code;
  }
  tariff->needs = needs_of(tariff);
  return PVS_OK;
}

typedef struct fill {
  const pvs_days *days;
  double *table, value;
  uint32_t span;
} fill;

static void fill_steps(void *ctx, uint32_t first, uint32_t n) {
  fill *f = ctx;
  const pvs_days *days = f->days;
  for (uint32_t end = first + n; first < end;) {
    const pvs_day_span *span = &days->spans[f->span];
    uint32_t stop = span->first + span->n < end ? span->first + span->n : end;
    for (; first < stop; first++)
      f->table[span->at + (first - span->first)] = f->value;
    if (first < end)
      f->span++;
  }
}

double *pvs_rate_table(double *table, const pvs_metering *metering, pvs_period period, double value,
                       pvs_arena *arena) {
  if (!table)
    table = pvs_arena_alloc(arena, metering->days.n_entries, sizeof *table);
  if (!table)
    return NULL;
  fill f = {.days = &metering->days, .table = table, .value = value};
  pvs_period_steps(&metering->calendar, period, true, fill_steps, &f);
  return table;
}

static double weighted_sum(const pvs_kernels *kernels, uint32_t n, const double *x,
                           const double *y) {
  _Alignas(PVS_ALIGN) double lanes[PVS_LANES] = {0};
  kernels->dot(n, x, y, lanes);
  return pvs_lanes_sum(lanes);
}

static double within(double total, double low, double high) {
  double most = (total < high ? total : high) - low;
  return most > 0 ? most : 0;
}

/* Each kWh at the rate of its own band. */
static double block_charge(const pvs_tariff *tariff, uint32_t n, const double *block_kwh) {
  const double *rate = tariff->block_rate_c_per_kwh, *high = tariff->block_high_kwh;
  double cents = 0;
  for (uint32_t b = 0; b < n; b++) {
    double total = block_kwh[b];
    cents += within(total, 0, high[0]) * rate[0];
    cents += within(total, high[0], high[1]) * rate[1];
    cents += within(total, high[1], INFINITY) * rate[2];
  }
  return cents;
}

static double demand_charge(const pvs_tariff *tariff, const pvs_metering *metering,
                            const double *peak) {
  double most[PVS_LANES] = {0}, most_kwh = 0;
  for (uint32_t i = 0; i < metering->days.n_entries; i += PVS_LANES)
    for (uint32_t lane = 0; lane < PVS_LANES; lane++) {
      double value = peak[i + lane] * tariff->demand_mask[i + lane];
      most[lane] = value > most[lane] ? value : most[lane];
    }
  for (uint32_t lane = 0; lane < PVS_LANES; lane++)
    most_kwh = most[lane] > most_kwh ? most[lane] : most_kwh;
  double most_kw =
      most_kwh * PVS_SECONDS_PER_HOUR / metering->calendar.interval_s / tariff->demand_power_factor;
  return most_kw * tariff->demand_c_per_kw_day * metering->num_days;
}

static double feed_in_credit(const pvs_tariff *tariff, uint32_t n, const pvs_kernels *kernels,
                             const pvs_determinants *determinants, double export_kwh) {
  if (!tariff->export_rate)
    return export_kwh * tariff->export_c_per_kwh;
  const double *export = determinants->export[tariff->export_limit];
  double credit = weighted_sum(kernels, n, export, tariff->export_rate);
  for (uint32_t i = 0; i < tariff->n_tiers; i++)
    credit += pvs_billing_above(&tariff->tiers[i], export);
  return credit;
}

double pvs_tariff_register_charge(const pvs_tariff *tariff, uint32_t number,
                                  const pvs_metering *metering, const pvs_kernels *kernels,
                                  const pvs_determinants *determinants) {
  const double *rate = tariff->register_rate ? tariff->register_rate[number] : NULL;
  return rate ? weighted_sum(kernels, metering->days.n_entries, determinants->import, rate) : 0;
}

void pvs_tariff_bill(const pvs_tariff *tariff, const pvs_metering *metering,
                     const pvs_kernels *kernels, const pvs_determinants *determinants,
                     double import_kwh, double export_kwh, pvs_bill *bill) {
  uint32_t n = metering->days.n_entries;
  double feed_in = feed_in_credit(tariff, n, kernels, determinants, export_kwh);
  *bill = (pvs_bill){.feed_in_credit_c = feed_in};
  if (tariff->block)
    bill->energy_charge_c =
        block_charge(tariff, metering->blocks[tariff->block].n, determinants->block[tariff->block]);
  else if (tariff->import_rate)
    bill->energy_charge_c = weighted_sum(kernels, n, determinants->import, tariff->import_rate);
  else
    bill->energy_charge_c = import_kwh * tariff->flat_c_per_kwh;
  if (tariff->demand_mask)
    bill->demand_charge_c = demand_charge(tariff, metering, determinants->peak);
  for (uint32_t i = 0; i < tariff->n_demands; i++)
    bill->demand_charge_c += pvs_billing_demand(
        &tariff->demands[i], metering->calendar.interval_s / PVS_SECONDS_PER_HOUR,
        determinants->peak);
  if (tariff->charges_solar)
    bill->local_solar_c =
        feed_in + (tariff->solar_rate
                       ? weighted_sum(kernels, n, determinants->consumption, tariff->solar_rate)
                       : 0);
}
