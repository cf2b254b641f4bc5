/* Billing periods of a charge: the months or seasons of a series, each with the entries of the day
 * table that hold its demand or its energy. */
#ifndef PVS_MODEL_BILLING_H
#define PVS_MODEL_BILLING_H

#include "model/charge.h"
#include "model/determinants.h"

typedef struct pvs_billing_period {
  uint32_t number;     /* of the month, ascending; of the season */
  bool is_charged;     /* false: known to the ratchet only */
  double days, months; /* that are charged, parts included */
  uint32_t n_entries;
  const uint32_t *entries; /* of the day table, ascending */
} pvs_billing_period;

typedef struct pvs_billing {
  const pvs_charge *charge;
  uint32_t n;
  pvs_billing_period *periods; /* ascending */
} pvs_billing;

/* Leaves out entries that belong to another charge: those whose `owner` is not `self`. With owner
 * NULL all entries belong to this one. False: out of memory. */
bool pvs_billing_compile(pvs_billing *billing, const pvs_charge *charge,
                         const pvs_metering *metering, const uint32_t *owner, uint32_t self,
                         pvs_arena *arena);
/* c for the greatest imports, of which `peak` has the kWh by entry. */
double pvs_billing_demand(const pvs_billing *billing, double interval_h, const double *peak);
/* c to add to a feed-in credit that was computed at the first rate alone, because exports (kWh by
 * entry) exceed the amount that earns this rate. */
double pvs_billing_above(const pvs_billing *billing, const double *export);

#endif
