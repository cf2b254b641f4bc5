/* Tariffs: terms as the table gives them, compiled to series, charged over series (MODEL.md section
 * 3). */
#ifndef PVS_MODEL_TARIFF_H
#define PVS_MODEL_TARIFF_H

#include "base/arena.h"
#include "base/calendar.h"
#include "model/kernels.h"
#include <stdbool.h>
#include <stdint.h>

enum { PVS_TARIFF_PERIODS = 8 };

/* A row of tariff_lookup.csv, discounted already. */
typedef struct pvs_tariff_terms {
  const char *id, *type;
  double fixed_c_per_day; /* daily and metering charges */
  double flat_c_per_kwh;
  struct {
    bool present, solar;
    pvs_period period;
    double rate_c_per_kwh;
  } periods[PVS_TARIFF_PERIODS];
  const char *solar_rate_name; /* of the last solar period; "" */
  bool has_demand;
  pvs_period demand_period;
  double demand_c_per_kw_day, demand_power_factor;
  double block_rate_c_per_kwh[3], block_high_kwh[2]; /* absent threshold: infinity */
  double export_c_per_kwh;
} pvs_tariff_terms;

typedef enum pvs_block_kind {
  PVS_BLOCK_NONE,
  PVS_BLOCK_DAILY,
  PVS_BLOCK_WEEKLY,
  PVS_BLOCK_QUARTERLY
} pvs_block_kind;

typedef struct pvs_tariff {
  const char *id;
  double fixed_c_per_day;
  double flat_c_per_kwh;     /* the import rate where import_rate is NULL */
  const double *import_rate; /* c/kWh a step, padded; NULL: flat */
  const double *solar_rate;  /* NULL: 0 */
  bool charges_solar; /* solar rate name says self-consumption: local consumption is billed */
  double export_c_per_kwh;
  bool has_demand;
  const double *demand_mask; /* 1 in the demand period, else 0 */
  double demand_c_per_kw_day, demand_power_factor;
  pvs_block_kind block;
  double block_rate_c_per_kwh[3], block_high_kwh[2];
} pvs_tariff;

/* What a payer has run up so far under one tariff. */
typedef struct pvs_charge {
  _Alignas(PVS_ALIGN) double energy_lanes[PVS_LANES];
  double solar_lanes[PVS_LANES];
  double demand_lanes[PVS_LANES]; /* max import kWh in the demand period */
  double block_cents;
  double block_used_kwh; /* of the current block */
  int64_t block_index;
} pvs_charge;

/* Annual amounts in cents. */
typedef struct pvs_bill {
  double energy_charge_c, feed_in_credit_c, demand_charge_c, local_solar_c;
} pvs_bill;

/* The tariff kinds that a type text can name, tried in order; several may apply to one tariff. */
typedef struct pvs_tariff_kind {
  const char *name;
  bool (*matches)(const char *type);
  /* Sets the kind's members of tariff; series are allocated in arena. */
  pvs_code (*compile)(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                      const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error);
} pvs_tariff_kind;

extern const pvs_tariff_kind pvs_tariff_flat, pvs_tariff_tou, pvs_tariff_block, pvs_tariff_demand;

/* Errors name the tariff's type where it cannot be charged; the caller adds file and row. */
pvs_code pvs_tariff_compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                            const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error);
/* Is there anything to do step by step? If not, pvs_tariff_charge may be left out. */
bool pvs_tariff_needs_steps(const pvs_tariff *tariff);
void pvs_charge_begin(pvs_charge *charge);
/* Steps [first, first + n): import and local consumption (NULL: 0) are of these steps only. */
void pvs_tariff_charge(const pvs_tariff *tariff, const pvs_kernels *kernels,
                       const pvs_calendar *calendar, uint32_t first, uint32_t n,
                       const double *import, const double *consumption, pvs_charge *charge);
/* The year's bill from what was run up and the flow's annual sums. */
void pvs_tariff_bill(const pvs_tariff *tariff, const pvs_calendar *calendar, uint32_t num_days,
                     const pvs_charge *charge, double import_kwh, double export_kwh,
                     pvs_bill *bill);
/* Block kinds: charges sequentially. */
void pvs_block_charge(const pvs_tariff *tariff, const pvs_calendar *calendar, uint32_t first,
                      uint32_t n, const double *import, pvs_charge *charge);
/* Writes value into series[first..first+n) for every step of the period. */
void pvs_series_fill(double *series, const pvs_calendar *calendar, pvs_period period, bool seasonal,
                     double value);

#endif
