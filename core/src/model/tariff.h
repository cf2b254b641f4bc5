/* Tariffs (MODEL.md section 3): their terms as a row of the table gives them, compiled to rates by day
 * table entry, charged on billing determinants. */
#ifndef PVS_MODEL_TARIFF_H
#define PVS_MODEL_TARIFF_H

#include "base/arena.h"
#include "base/calendar.h"
#include "model/billing.h"
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
  pvs_period demand_period;
  double demand_c_per_kw_day, demand_power_factor;
  double block_rate_c_per_kwh[3], block_high_kwh[2]; /* absent threshold: infinity */
  double export_c_per_kwh;
  size_t n_charges; /* of tariff_calendar.csv, if the type is Calendar */
  const pvs_charge *charges;
  uint32_t n_registers; /* of the study */
} pvs_tariff_terms;

typedef struct pvs_tariff {
  const char *id;
  unsigned needs; /* PVS_NEED_… of whoever pays it */
  double fixed_c_per_day;
  double flat_c_per_kwh;              /* the import rate where import_rate is NULL */
  const double *import_rate;          /* c/kWh by day table entry (determinants.h); NULL: flat */
  const double *solar_rate;           /* likewise, charged if charges_solar; NULL: 0 */
  const double *const *register_rate; /* c/kWh by register and entry; NULL, or one that is: none */
  bool charges_solar; /* solar rate name says self-consumption: local consumption is billed */
  double export_c_per_kwh;
  const double *demand_mask; /* 1 in the demand period, else 0, by entry; NULL: no demand charge */
  double demand_c_per_kw_day, demand_power_factor;
  pvs_block_kind block;
  double block_rate_c_per_kwh[3], block_high_kwh[2];
  const double *export_rate; /* c/kWh by entry; NULL: export_c_per_kwh in every step */
  uint32_t export_limit;     /* of what it pays for, where export_rate is given */
  uint32_t n_demands, n_tiers;
  const pvs_billing *demands, *tiers; /* of demand charges; of feed-in with a second rate */
} pvs_tariff;

/* Annual amounts in cents. */
typedef struct pvs_bill {
  double energy_charge_c, feed_in_credit_c, demand_charge_c, local_solar_c;
} pvs_bill;

/* A tariff kind. Each kind that matches the type text is compiled, in order: a tariff may be of
 * several. */
typedef struct pvs_tariff_kind {
  const char *name;
  bool (*matches)(const char *type);
  /* Sets the kind's members of tariff; tables are allocated in arena. */
  pvs_code (*compile)(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                      const pvs_metering *metering, pvs_arena *arena, pvs_error *error);
} pvs_tariff_kind;

extern const pvs_tariff_kind pvs_tariff_flat, pvs_tariff_tou, pvs_tariff_block, pvs_tariff_demand,
    pvs_tariff_calendar;

/* Whether a solar rate of that name is charged on local consumption. */
bool pvs_tariff_names_self_consumption(const char *name);

/* Errors name the tariff's type where it cannot be charged; the caller adds file and row. */
pvs_code pvs_tariff_compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                            const pvs_metering *metering, pvs_arena *arena, pvs_error *error);
/* The year's bill. import_kwh and export_kwh are the sums over all steps. */
void pvs_tariff_bill(const pvs_tariff *tariff, const pvs_metering *metering,
                     const pvs_kernels *kernels, const pvs_determinants *determinants,
                     double import_kwh, double export_kwh, pvs_bill *bill);
/* c for what a register measured; 0 where the tariff has no rate for it. */
double pvs_tariff_register_charge(const pvs_tariff *tariff, uint32_t number,
                                  const pvs_metering *metering, const pvs_kernels *kernels,
                                  const pvs_determinants *determinants);
/* A day table in the arena, zero but for `value` in the period's steps; `table` NULL makes one.
 * NULL: out of memory. */
double *pvs_rate_table(double *table, const pvs_metering *metering, pvs_period period, double value,
                       pvs_arena *arena);

#endif
