/* Tariffs of tariff_calendar.csv: any number of charges, each for its days and hours. Where charges of
 * one kind overlap, the later one replaces the earlier one; demand charges add up. */
#include "base/error.h"
#include "model/tariff.h"
#include <math.h>
#include <string.h>

static bool matches(const char *type) {
  return strcasestr(type, "Calendar") != NULL;
}

/* By entry: 1 + the number of the last charge that is for it; 0: none. */
typedef struct owners {
  const pvs_days *days;
  uint32_t *by_entry, number, span;
} owners;

static void own_steps(void *ctx, uint32_t first, uint32_t n) {
  owners *o = ctx;
  const pvs_days *days = o->days;
  for (uint32_t step = first; step < first + n; step++) {
    while (step >= days->spans[o->span].first + days->spans[o->span].n)
      o->span++;
    o->by_entry[days->spans[o->span].at + (step - days->spans[o->span].first)] = o->number;
  }
}

/* False: no charge is of that kind and meter. */
static bool find_owners(uint32_t *by_entry, const pvs_tariff_terms *terms, pvs_charge_kind kind,
                        uint32_t meter, const pvs_metering *metering) {
  bool any = false;
  memset(by_entry, 0, metering->days.n_entries * sizeof *by_entry);
  for (uint32_t i = 0; i < terms->n_charges; i++) {
    if (terms->charges[i].kind != kind || terms->charges[i].meter != meter)
      continue;
    owners o = {.days = &metering->days, .by_entry = by_entry, .number = i + 1};
    pvs_charge_steps(&terms->charges[i], &metering->calendar, own_steps, &o);
    any = true;
  }
  return any;
}

/* *rates stays NULL where no charge is of that kind and meter. False: out of memory. */
static bool make_rates(const double **rates, uint32_t *by_entry, const pvs_tariff_terms *terms,
                       pvs_charge_kind kind, uint32_t meter, const pvs_metering *metering,
                       pvs_arena *arena) {
  if (!find_owners(by_entry, terms, kind, meter, metering))
    return true;
  double *table = pvs_arena_alloc(arena, metering->days.n_entries, sizeof *table);
  for (uint32_t i = 0; table && i < metering->days.n_entries; i++)
    table[i] = by_entry[i] ? terms->charges[by_entry[i] - 1].rate : 0;
  *rates = table;
  return table != NULL;
}

static bool make_register_rates(pvs_tariff *tariff, uint32_t *by_entry,
                                const pvs_tariff_terms *terms, const pvs_metering *metering,
                                pvs_arena *arena) {
  if (terms->n_registers == 0)
    return true;
  const double **rates = pvs_arena_alloc(arena, terms->n_registers, sizeof *rates);
  bool ok = rates != NULL;
  for (uint32_t i = 0; ok && i < terms->n_registers; i++)
    ok = make_rates(&rates[i], by_entry, terms, PVS_CHARGE_IMPORT, i + 1, metering, arena);
  tariff->register_rate = rates;
  return ok;
}

static bool has_tier(const pvs_charge *charge) {
  return charge->kind == PVS_CHARGE_FEED_IN && isfinite(charge->up_to_kwh_per_day);
}

/* by_entry: the owners of the feed-in charges. */
static bool make_billings(pvs_tariff *tariff, const uint32_t *by_entry,
                          const pvs_tariff_terms *terms, const pvs_metering *metering,
                          pvs_arena *arena) {
  pvs_billing *demands = pvs_arena_alloc(arena, terms->n_charges, sizeof *demands),
              *tiers = pvs_arena_alloc(arena, terms->n_charges, sizeof *tiers);
  bool ok = demands && tiers;
  for (uint32_t i = 0; ok && i < terms->n_charges; i++) {
    const pvs_charge *charge = &terms->charges[i];
    if (charge->kind == PVS_CHARGE_DEMAND)
      ok = pvs_billing_compile(&demands[tariff->n_demands++], charge, metering, NULL, 0, arena);
    else if (has_tier(charge))
      ok = pvs_billing_compile(&tiers[tariff->n_tiers++], charge, metering, by_entry, i + 1, arena);
    if (charge->kind == PVS_CHARGE_FEED_IN)
      tariff->export_limit = charge->limit;
  }
  tariff->demands = demands;
  tariff->tiers = tiers;
  return ok;
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  uint32_t *by_entry = pvs_arena_alloc(&scratch, metering->days.n_entries, sizeof *by_entry);
  bool ok =
      by_entry && make_register_rates(tariff, by_entry, terms, metering, arena) &&
      make_rates(&tariff->import_rate, by_entry, terms, PVS_CHARGE_IMPORT, 0, metering, arena) &&
      make_rates(&tariff->solar_rate, by_entry, terms, PVS_CHARGE_SOLAR, 0, metering, arena) &&
      make_rates(&tariff->export_rate, by_entry, terms, PVS_CHARGE_FEED_IN, 0, metering, arena) &&
      make_billings(tariff, by_entry, terms, metering, arena);
  tariff->charges_solar = tariff->solar_rate != NULL;
  pvs_arena_deinit(&scratch);
  return ok ? PVS_OK : pvs_fail_memory(error);
}

const pvs_tariff_kind pvs_tariff_calendar = {"calendar", matches, compile};
