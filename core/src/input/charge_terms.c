#include "input/charge_terms.h"
#include "input/tariff_usual.h"
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- what is charged ---- */

static void read_kind(pvs_table_row *r, pvs_charge *charge) {
  static const char *const names[] = {
      [PVS_CHARGE_IMPORT] = "import",
      [PVS_CHARGE_SOLAR] = "solar",
      [PVS_CHARGE_FEED_IN] = "feed_in",
      [PVS_CHARGE_DEMAND] = "demand",
  };
  const char *cell = pvs_table_row_text(r, "charge");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcasecmp(cell, names[i]) == 0) {
      charge->kind = (pvs_charge_kind)i;
      return;
    }
  pvs_table_row_refuse(r, "charge", "import, solar, feed_in or demand");
}

static void read_demand_unit(pvs_table_row *r, const char *unit, pvs_charge *charge) {
  bool is_kva = strncasecmp(unit, "c/kVA", 5) == 0;
  if (!is_kva && strncasecmp(unit, "c/kW", 4) != 0) {
    pvs_table_row_refuse(r, "unit", "c/kW/day, c/kW/month, c/kVA/day or c/kVA/month");
    return;
  }
  const char *time = unit + (is_kva ? 5 : 4);
  charge->is_monthly = strcasecmp(time, "/month") == 0;
  if (!charge->is_monthly && strcasecmp(time, "/day") != 0)
    pvs_table_row_refuse(r, "unit", "c/kW/day, c/kW/month, c/kVA/day or c/kVA/month");
  if (is_kva) {
    charge->power_factor = pvs_table_row_needed(
        r, "power_factor", "a power factor, more than 0 and at most 1, for a charge per kVA");
    if (!r->code && !(charge->power_factor > 0 && charge->power_factor <= 1))
      pvs_table_row_refuse(r, "power_factor", "more than 0 and at most 1");
  } else if (*pvs_table_row_text(r, "power_factor")) {
    pvs_table_row_warn(r, "power_factor", "found %.40s, which is not used: the charge is per kW",
                       pvs_table_row_text(r, "power_factor"));
  }
}

static void read_unit(pvs_table_row *r, pvs_charge *charge) {
  const char *unit = pvs_table_row_text(r, "unit");
  charge->power_factor = 1;
  if (charge->kind == PVS_CHARGE_DEMAND)
    read_demand_unit(r, unit, charge);
  else if (strcasecmp(unit, "c/kWh") != 0)
    pvs_table_row_refuse(r, "unit", "c/kWh");
}

/* ---- when ---- */

static void read_season(pvs_table_row *r, pvs_charge *charge) {
  const char *from = pvs_table_row_text(r, "from"), *to = pvs_table_row_text(r, "to");
  if (r->code || (!*from && !*to))
    return;
  if (!pvs_parse_month_day(from, &charge->days.from))
    pvs_table_row_refuse(r, "from", "the first day of the season, d/m");
  if (!r->code && !pvs_parse_month_day(to, &charge->days.to))
    pvs_table_row_refuse(r, "to", "the last day of the season, d/m");
}

static void read_days(pvs_table_row *r, pvs_charge *charge) {
  const char *days = pvs_table_row_text(r, "days");
  charge->days.kinds = PVS_DAYS_ALL;
  if (*days && !pvs_parse_day_kinds(days, &charge->days.kinds))
    pvs_table_row_refuse(r, "days",
                         "all, weekday, saturday, sunday, weekend, holiday, or several joined by "
                         "+ (day, end, both: with public holidays)");
  charge->period = (pvs_period){.end_s = PVS_DAY_S};
  if (*pvs_table_row_text(r, "start") || *pvs_table_row_text(r, "end"))
    charge->period = pvs_table_row_hours(r, "start", "end");
}

static void read_cycle(pvs_table_row *r, pvs_charge *charge) {
  const char *per = pvs_table_row_text(r, "per");
  if (strcasecmp(per, "month") == 0)
    charge->cycle = PVS_CYCLE_MONTH;
  else if (strcasecmp(per, "season") == 0)
    charge->cycle = PVS_CYCLE_SEASON;
  else
    pvs_table_row_refuse(r, "per", "month or season");
}

/* ---- demand and feed-in ---- */

static double not_negative(pvs_table_row *r, const char *column) {
  double value = pvs_table_row_number(r, column, 0);
  if (!r->code && value < 0)
    pvs_table_row_refuse(r, column, "0 or more");
  return value;
}

static void read_ratchet(pvs_table_row *r, pvs_charge *charge) {
  double percent = not_negative(r, "ratchet_percent");
  if (r->code)
    return;
  if (percent > 100)
    pvs_table_row_refuse(r, "ratchet_percent", "a percentage, 0 to 100");
  if (percent == 0) {
    if (*pvs_table_row_text(r, "ratchet_months"))
      pvs_table_row_warn(r, "ratchet_months",
                         "found %.40s, which is not used: there is no ratchet_percent",
                         pvs_table_row_text(r, "ratchet_months"));
    return;
  }
  double months = pvs_table_row_needed(r, "ratchet_months", "months that the ratchet looks back");
  bool usable = months >= 1 && months <= PVS_RATCHET_MONTHS && months == floor(months);
  if (!r->code && !usable)
    pvs_table_row_refuse(r, "ratchet_months", "a whole number of months, 1 to 60");
  if (!r->code && charge->cycle != PVS_CYCLE_MONTH)
    pvs_table_row_refuse(r, "per", "month: a ratchet looks at the months before");
  if (r->code || !usable) /* where all errors are told, a refused one leaves no code */
    return;
  charge->ratchet = percent / 100;
  charge->ratchet_months = (uint32_t)months;
}

static void read_demand(pvs_table_row *r, pvs_charge *charge) {
  read_cycle(r, charge);
  charge->minimum_kw = not_negative(r, "minimum");
  read_ratchet(r, charge);
}

static void read_feed_in(pvs_table_row *r, pvs_charge *charge) {
  charge->limit_kw = pvs_table_row_number(r, "limit_kW", INFINITY);
  if (!r->code && !(charge->limit_kw > 0))
    pvs_table_row_refuse(r, "limit_kW", "more than 0");
  charge->up_to_kwh_per_day = pvs_table_row_number(r, "up_to_kWh_per_day", INFINITY);
  if (r->code)
    return;
  if (!(charge->up_to_kwh_per_day >= 0))
    pvs_table_row_refuse(r, "up_to_kWh_per_day", "0 or more");
  if (isfinite(charge->up_to_kwh_per_day)) {
    charge->rate_above = pvs_table_row_needed(r, "rate_above",
                                              "a rate in c/kWh for exports above the limit in "
                                              "up_to_kWh_per_day");
    read_cycle(r, charge);
    return;
  }
  static const char *const unused[] = {"rate_above", "per"};
  for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
    if (*pvs_table_row_text(r, unused[i]))
      pvs_table_row_warn(r, unused[i],
                         "found '%.40s', which is not used: there is no up_to_kWh_per_day",
                         pvs_table_row_text(r, unused[i]));
}

/* ---- what has no effect, or no real tariff has ---- */

enum { MOST_EXPORT_CHARGE = -4 }; /* c/kWh; networks charge 1 or 2 for exports at noon */

static void warn_unused(pvs_table_row *r, pvs_charge_kind kind) {
  static const struct {
    const char *column;
    bool demand, feed_in;
  } columns[] = {
      {"per", true, true},
      {"minimum", true, false},
      {"ratchet_percent", true, false},
      {"ratchet_months", true, false},
      {"power_factor", true, false},
      {"up_to_kWh_per_day", false, true},
      {"rate_above", false, true},
      {"limit_kW", false, true},
  };
  for (size_t i = 0; i < sizeof columns / sizeof *columns && !r->code; i++) {
    bool is_used = (kind == PVS_CHARGE_DEMAND && columns[i].demand) ||
                   (kind == PVS_CHARGE_FEED_IN && columns[i].feed_in);
    const char *cell = pvs_table_row_text(r, columns[i].column);
    if (*cell && !is_used)
      pvs_table_row_warn(r, columns[i].column,
                         "found '%.40s', which is not used by a charge of the kind %.40s", cell,
                         pvs_table_row_text(r, "charge"));
  }
}

static void warn_per_kwh(pvs_table_row *r, const char *column, double rate, pvs_charge_kind kind) {
  bool feed_in = kind == PVS_CHARGE_FEED_IN;
  const char *usual = feed_in ? "0 to 20" : "5 to 60";
  if (rate > (feed_in ? 100 : 200))
    pvs_table_row_warn(r, column, "found %g c/kWh; usual are %s", rate, usual);
  else if (rate > 0 && rate < (feed_in ? 0.5 : 1))
    pvs_table_row_warn(r, column, "found %g c/kWh; usual are %s (is it in $/kWh?%s)", rate, usual,
                       feed_in ? "" : PVS_LOW_AT_NIGHT);
  else if (rate < 0 && !feed_in)
    pvs_table_row_warn(r, column, "found %g c/kWh: imports earn money", rate);
  else if (rate < MOST_EXPORT_CHARGE)
    pvs_table_row_warn(r, column,
                       "found %g c/kWh: exports cost money; usual are 0 to 20, or -2 to 0", rate);
}

static int64_t day_of(pvs_month_day day) {
  return pvs_days_of(1970, day / 32, day % 32); /* no leap year: 29/2 is 1/3 */
}

/* A season of nearly the whole year, or of a few days in January, as 11/1 to 4/1 and 4/1 to 11/1 are
 * whose months come first. */
static void warn_season(pvs_table_row *r, pvs_day_set days) {
  enum { YEAR = 365, LEAST = 15, MONTH = 30 };
  if (days.from == 0)
    return;
  const int64_t length = (day_of(days.to) - day_of(days.from) + YEAR) % YEAR + 1;
  const bool in_january = days.from / 32 == 1 && days.to / 32 == 1 && days.from != days.to;
  if ((length > YEAR - MONTH && length < YEAR) || (in_january && length < LEAST))
    pvs_table_row_warn(r, "from",
                       "found '%.10s' to '%.10s', a season of %d of the 365 days of a year: days "
                       "come before months (d/m)",
                       pvs_table_row_text(r, "from"), pvs_table_row_text(r, "to"), (int)length);
}

static void warn_unusual(pvs_table_row *r, const pvs_charge *charge) {
  static const pvs_usual columns[] = {{"minimum", 0, 400, "1 to 200 kW"},
                                      {"limit_kW", 0.2, 300, "1.5 to 100 kW"},
                                      {"power_factor", 0.5, 1, "0.8 to 1"},
                                      {"ratchet_percent", 20, 100, "50 to 100 %"},
                                      {"up_to_kWh_per_day", 0.1, 60, "5 to 20 kWh/day"}};
  pvs_table_row_warn_unusual(r, columns, sizeof columns / sizeof *columns);
  double rate = charge->rate;
  if (charge->kind == PVS_CHARGE_DEMAND)
    pvs_warn_demand(r, "rate", rate, pvs_table_row_text(r, "unit"), charge->is_monthly);
  else
    warn_per_kwh(r, "rate", rate, charge->kind);
  warn_season(r, charge->days);
  if (isfinite(charge->up_to_kwh_per_day))
    warn_per_kwh(r, "rate_above", charge->rate_above, charge->kind);
}

void pvs_charge_terms_read(pvs_table_row *r, double discount, pvs_charge *charge) {
  *charge = (pvs_charge){.up_to_kwh_per_day = INFINITY, .limit_kw = INFINITY};
  read_kind(r, charge);
  if (r->code)
    return;
  charge->rate = pvs_table_row_needed(r, "rate", "a rate in the unit of column unit");
  read_unit(r, charge);
  read_days(r, charge);
  read_season(r, charge);
  if (charge->kind == PVS_CHARGE_DEMAND)
    read_demand(r, charge);
  else if (charge->kind == PVS_CHARGE_FEED_IN)
    read_feed_in(r, charge);
  if (r->code)
    return;
  warn_unused(r, charge->kind);
  warn_unusual(r, charge);
  if (charge->kind == PVS_CHARGE_IMPORT)
    charge->rate *= discount;
}
