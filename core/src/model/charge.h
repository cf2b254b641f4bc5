/* Charges of tariff_calendar.csv (MODEL.md section 3): what a row charges for, on which days and at
 * which hours, and how its days divide into billing periods. */
#ifndef PVS_MODEL_CHARGE_H
#define PVS_MODEL_CHARGE_H

#include "base/day_set.h"

typedef enum pvs_charge_kind {
  PVS_CHARGE_IMPORT,  /* c/kWh */
  PVS_CHARGE_SOLAR,   /* c/kWh of local consumption */
  PVS_CHARGE_FEED_IN, /* c/kWh, paid for exports */
  PVS_CHARGE_DEMAND   /* per kW of the greatest import */
} pvs_charge_kind;

typedef enum pvs_billing_cycle {
  PVS_CYCLE_NONE,
  PVS_CYCLE_MONTH, /* calendar months */
  PVS_CYCLE_SEASON /* each time that the season comes */
} pvs_billing_cycle;

/* Months that a ratchet may look back, less than the ring that remembers them. */
enum { PVS_RATCHET_RING = 64, PVS_RATCHET_MONTHS = 60 };

typedef struct pvs_charge {
  pvs_charge_kind kind;
  uint32_t meter; /* import: 0: the main one, else 1 + the number of a register */
  pvs_day_set days;
  pvs_period period; /* of all days of the week */
  pvs_billing_cycle cycle;
  double rate;
  /* demand */
  bool is_monthly; /* the rate is for a month, not for a day */
  double power_factor, minimum_kw;
  double
      ratchet; /* the part of earlier months' greatest demand that is charged at least; 0: none */
  uint32_t ratchet_months;
  /* feed-in */
  double up_to_kwh_per_day, rate_above; /* infinity: one rate for everything */
  double limit_kw;                      /* power above it is not paid for; infinity: none */
  uint32_t limit;                       /* its number in metering.export_limit_kwh */
} pvs_charge;

/* Calls set(ctx, first, n) for each span of steps that is charged, in ascending order. */
void pvs_charge_steps(const pvs_charge *charge, const pvs_calendar *calendar,
                      void (*set)(void *ctx, uint32_t first, uint32_t n), void *ctx);

/* Days with the same number are alike for the charge, also as far as it remembers earlier months. */
uint32_t pvs_charge_class(const pvs_charge *charge, const pvs_calendar *calendar, int64_t day);

/* The number of the billing period of the day; consecutive months have consecutive numbers. */
uint32_t pvs_charge_cycle_number(const pvs_charge *charge, int64_t day);

#endif
