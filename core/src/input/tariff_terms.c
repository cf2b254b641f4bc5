#include "input/tariff_terms.h"
#include "input/coverage.h"
#include "input/tariff_usual.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool has(const char *type, const char *word) {
  return strcasestr(type, word) != NULL;
}

static bool contains_solar(const char *name) {
  return strstr(name, "solar") || strstr(name, "Solar");
}

/* ---- the kinds of tariff ---- */

static double flat_rate(pvs_table_row *r, const char *type) {
  if (pvs_tariff_flat.matches(type))
    return pvs_table_row_needed(r, "flat_rate", "a rate in c/kWh");
  if (pvs_table_row_number(r, "flat_rate", 0) != 0)
    pvs_table_row_warn(r, "flat_rate",
                       "found %.40s, which is not used: the type '%.80s' has no Flat",
                       pvs_table_row_text(r, "flat_rate"), type);
  return 0;
}

/* The column `stem`_n of a period. */
static const char *numbered(char name[24], const char *stem, int n) {
  snprintf(name, 24, "%s_%d", stem, n);
  return name;
}

static void read_period(pvs_table_row *r, int n, double discount, pvs_tariff_terms *terms) {
  char start[24], end[24], week[24], rate[24], name[24];
  numbered(start, "start", n);
  numbered(end, "end", n);
  numbered(rate, "rate", n);
  if (!*pvs_table_row_text(r, start)) {
    if (*pvs_table_row_text(r, end))
      pvs_table_row_refuse(r, start, "the start of this period, which has an end");
    else if (*pvs_table_row_text(r, rate))
      pvs_table_row_warn(r, rate, "found %.40s, which is not used: there is no %s",
                         pvs_table_row_text(r, rate), start);
    return;
  }
  const char *label = pvs_table_row_text(r, numbered(name, "name", n));
  bool solar = contains_solar(label);
  terms->periods[n - 1].present = true;
  terms->periods[n - 1].solar = solar;
  terms->periods[n - 1].period = pvs_table_row_period(r, start, end, numbered(week, "week", n));
  terms->periods[n - 1].rate_c_per_kwh =
      pvs_table_row_needed(r, rate, "a rate in c/kWh") * (solar ? 1 : discount);
  if (solar)
    terms->solar_rate_name = label;
  else if (strcasestr(label, "solar"))
    pvs_table_row_warn(r, name,
                       "found '%.80s', which is no name of a solar rate: that has solar or Solar "
                       "in it",
                       label);
}

/* Whether solar rates are charged at all. */
static void warn_free_solar(pvs_table_row *r, const pvs_tariff_terms *terms) {
  char name[24];
  int solar = 0;
  for (int n = 1; n <= PVS_TARIFF_PERIODS; n++)
    if (terms->periods[n - 1].present && terms->periods[n - 1].solar)
      solar = n;
  bool is_solar_tariff = contains_solar(terms->type);
  if (solar == 0 && has(terms->type, "solar_inst"))
    pvs_table_row_warn(r, "name_1",
                       "no period of this solar tariff has a name with solar: local solar energy "
                       "costs nothing");
  else if (solar > 0 && !is_solar_tariff)
    pvs_table_row_warn(r, numbered(name, "name", solar),
                       "found '%.80s', whose rate is not used: names with solar are rates for the "
                       "building's PV, which '%.80s' does not charge",
                       terms->solar_rate_name, terms->type);
  else if (solar > 0 && !pvs_tariff_names_self_consumption(terms->solar_rate_name))
    pvs_table_row_warn(r, numbered(name, "name", solar),
                       "found '%.80s', whose rate is not used: only names with self_con or sc in "
                       "them are charged",
                       terms->solar_rate_name);
}

/* Periods behind the last that is read: start_9 and on. */
static void warn_more_periods(pvs_table_row *r) {
  for (uint32_t i = 0; i < r->table->n_columns; i++) {
    const char *header = r->table->header[i];
    char *end;
    if (strncmp(header, "start_", 6) != 0 || !*pvs_table_cell(r->table, r->row, (int32_t)i))
      continue;
    long n = strtol(header + 6, &end, 10);
    if (n > PVS_TARIFF_PERIODS && !*end)
      pvs_table_row_warn(r, header, "found period %ld, which is not used: a tariff has at most %d",
                         n, PVS_TARIFF_PERIODS);
  }
}

static void warn_uncovered(pvs_table_row *r, const pvs_calendar *calendar,
                           const pvs_tariff_terms *terms) {
  pvs_period imports[PVS_TARIFF_PERIODS];
  size_t n = 0;
  char start[24], time[PVS_TIMESTAMP_LENGTH];
  for (int i = 0; i < PVS_TARIFF_PERIODS && !r->code; i++) {
    if (!terms->periods[i].present)
      continue;
    pvs_period period = terms->periods[i].period;
    uint32_t length_s = (period.end_s + PVS_DAY_S - period.start_s) % PVS_DAY_S;
    if (length_s > 0 && length_s < calendar->interval_s && !pvs_period_is_used(calendar, period))
      pvs_table_row_warn(r, numbered(start, "start", i + 1),
                         "this period selects no step of the series, which has one every %u "
                         "minutes",
                         calendar->interval_s / 60);
    if (!terms->periods[i].solar)
      imports[n++] = period;
  }
  uint32_t first = 0, uncovered = pvs_uncovered_steps(calendar, imports, n, &first);
  if (uncovered == PVS_NO_COVER && !r->code)
    r->code = pvs_fail_memory(r->error);
  if (uncovered == 0 || r->code)
    return;
  pvs_format_timestamp(time, calendar->start + (pvs_time)first * calendar->interval_s);
  pvs_table_row_warn(r, "start_1",
                     "%u of %u steps are in no period, and their imports cost nothing: the first "
                     "is %.16s; a period ends where the next begins, and a whole day is 0:00 to "
                     "23:59",
                     uncovered, calendar->steps, time);
}

/* Periods that later ones replace at all times. */
static void warn_replaced(pvs_table_row *r, const pvs_tariff_terms *terms, bool solar) {
  pvs_period periods[PVS_TARIFF_PERIODS];
  int numbers[PVS_TARIFF_PERIODS];
  size_t n = 0;
  char start[24];
  for (int i = 0; i < PVS_TARIFF_PERIODS; i++)
    if (terms->periods[i].present && terms->periods[i].solar == solar &&
        terms->periods[i].period.start_s != terms->periods[i].period.end_s) {
      numbers[n] = i + 1;
      periods[n++] = terms->periods[i].period;
    }
  unsigned left = pvs_periods_left(periods, n);
  for (size_t i = 0; i < n; i++)
    if (!(left & (1u << i)))
      pvs_table_row_warn(r, numbered(start, "start", numbers[i]),
                         "this period has no effect: later ones replace it in all its steps");
}

static void read_periods(pvs_table_row *r, const pvs_calendar *calendar, double discount,
                         pvs_tariff_terms *terms) {
  bool any = false;
  for (int n = 1; n <= PVS_TARIFF_PERIODS && !r->code; n++) {
    read_period(r, n, discount, terms);
    any = any || terms->periods[n - 1].present;
  }
  if (r->code || pvs_tariff_block.matches(terms->type))
    return;
  if (!any) {
    pvs_table_row_refuse(r, "start_1",
                         "the periods of a time-of-use tariff: start_1, end_1, week_1, rate_1 …");
    return;
  }
  warn_more_periods(r);
  warn_uncovered(r, calendar, terms);
  warn_free_solar(r, terms);
  warn_replaced(r, terms, false);
  warn_replaced(r, terms, true);
}

/* Of a tariff whose charge does not depend on the time of day. */
static void warn_unused_periods(pvs_table_row *r, const char *type) {
  if (*pvs_table_row_text(r, "start_1") && *pvs_table_row_text(r, "rate_1"))
    pvs_table_row_warn(r, "start_1", "found periods, which are not used: %s '%.80s' %s",
                       pvs_tariff_calendar.matches(type) ? "the periods of" : "the rate of", type,
                       pvs_tariff_calendar.matches(type) ? "are in reference/tariff_calendar.csv"
                                                         : "does not depend on the time of day");
}

static void read_blocks(pvs_table_row *r, pvs_tariff_terms *terms, double discount) {
  static const char *const rates[] = {"block_rate_1", "block_rate_2", "block_rate_3"};
  static const char *const highs[] = {"high_1", "high_2"};
  static const pvs_usual daily[] = {{"high_1", 1, 100, "5 to 30 kWh per day"}},
                         quarterly[] = {{"high_1", 100, 10000, "300 to 3000 kWh per quarter"}};
  for (int i = 0; i < 3 && !r->code; i++) {
    bool reached = i == 0 || isfinite(terms->block_high_kwh[i - 1]);
    const char *expected =
        i == 0 ? "a rate in c/kWh" : "a rate in c/kWh (the band below has an upper limit)";
    double rate = reached ? pvs_table_row_needed(r, rates[i], expected) : 0;
    terms->block_rate_c_per_kwh[i] = rate * discount;
    if (!reached && *pvs_table_row_text(r, rates[i]))
      pvs_table_row_warn(r, rates[i],
                         "found %.40s, which is not used: the band below has no limit in "
                         "%s",
                         pvs_table_row_text(r, rates[i]), highs[i - 1]);
    if (i == 2)
      continue;
    terms->block_high_kwh[i] = reached ? pvs_table_row_number(r, highs[i], INFINITY) : INFINITY;
    if (!(terms->block_high_kwh[i] >= (i == 0 ? 0 : terms->block_high_kwh[0])))
      pvs_table_row_refuse(r, highs[i], i == 0 ? "kWh, 0 or more" : "kWh, high_1 or more");
    if (!reached && *pvs_table_row_text(r, highs[i]))
      pvs_table_row_warn(r, highs[i], "found %.40s, which is not used: there is no %s",
                         pvs_table_row_text(r, highs[i]), highs[0]);
  }
  if (has(terms->type, "daily"))
    pvs_table_row_warn_unusual(r, daily, 1);
  if (has(terms->type, "quarterly"))
    pvs_table_row_warn_unusual(r, quarterly, 1);
}

static void read_demand(pvs_table_row *r, const pvs_calendar *calendar, pvs_tariff_terms *terms) {
  terms->demand_c_per_kw_day =
      pvs_table_row_needed(r, "demand_tariff", "a demand charge in c/kW/day");
  terms->demand_power_factor = 1.0; /* kVA: the reference takes a power factor of 1 */
  const char *type = pvs_table_row_text(r, "demand_type");
  if (*type && strcasecmp(type, "kW") && strcasecmp(type, "kVA"))
    pvs_table_row_refuse(r, "demand_type", "kW or kVA");
  terms->demand_period = pvs_table_row_period(r, "demand_start", "demand_end", "demand_week");
  if (!r->code && terms->demand_period.start_s != terms->demand_period.end_s &&
      !pvs_period_is_used(calendar, terms->demand_period))
    pvs_table_row_warn(
        r, "demand_start",
        "the demand period selects no step of the series: there is no demand charge");
}

static void read_feed_in(pvs_table_row *r, pvs_tariff_terms *terms) {
  const char *type = pvs_table_row_text(r, "fit_type"),
             *rate = pvs_table_row_text(r, "fit_flat_rate");
  double value = pvs_table_row_number(r, "fit_flat_rate", 0);
  if (r->code)
    return;
  if (strcasecmp(type, "Flat_Rate") == 0) {
    terms->export_c_per_kwh = value;
    pvs_table_row_warn_empty(r, "fit_flat_rate", "exports earn nothing (0 says so too)");
  } else if (*type && strcasecmp(type, "Zero_Rate"))
    pvs_table_row_refuse(r, "fit_type", "Zero_Rate or Flat_Rate");
  else if (value != 0)
    pvs_table_row_warn(r, "fit_flat_rate",
                       "found %.40s, which is not used: fit_type is not Flat_Rate", rate);
}

static void check_type(pvs_table_row *r, const char *type) {
  static const char *const words[] = {"zero",       "flat",  "tou",     "solar_block",
                                      "solar_inst", "block", "dynamic", "demand"};
  if (pvs_tariff_calendar.matches(type)) {
    if (strcasecmp(type, "Calendar") != 0)
      pvs_table_row_refuse(r, "tariff_type",
                           "Calendar alone: reference/tariff_calendar.csv has all its charges");
    return;
  }
  bool known = false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    known = known || has(type, words[i]);
  if (!known)
    pvs_table_row_refuse(r, "tariff_type",
                         "a type with Zero, Flat, TOU, Solar_Inst, Block_Daily, Block_Weekly, "
                         "Block_Quarterly, Demand or Calendar in it");
}

static double discount_factor(pvs_table_row *r) {
  double discount = pvs_table_row_number(r, "discount", 0);
  if (discount > 60 && discount <= 100)
    pvs_table_row_warn(r, "discount", "found %g %%; usual are 0 to 40", discount);
  if (discount > 100)
    pvs_table_row_refuse(r, "discount", "a percentage, 0 to 100");
  if (discount < 0)
    pvs_table_row_warn(r, "discount", "found %g %%, which raises all rates; usual are 0 to 40",
                       discount);
  if (discount > 0 && discount < 1)
    pvs_table_row_warn(r, "discount",
                       "found %g %%; usual are 0 to 40 (is it a fraction instead of a percentage?)",
                       discount);
  return (100 - discount) / 100;
}

void pvs_tariff_terms_read(pvs_table_row *r, const pvs_calendar *calendar,
                           pvs_tariff_terms *terms) {
  *terms = (pvs_tariff_terms){.solar_rate_name = "", .block_high_kwh = {INFINITY, INFINITY}};
  uint32_t errors_before = r->notes ? r->notes->n_errors : 0;
  int32_t type_column;
  r->code = pvs_table_column(r->table, "tariff_type", true, &type_column, r->error);
  terms->id = pvs_table_row_text(r, "tariff_id");
  const char *type = terms->type = pvs_table_row_text(r, "tariff_type");
  check_type(r, type);
  double discount = discount_factor(r);
  terms->fixed_c_per_day = pvs_table_row_number(r, "daily_fixed_rate", 0) * discount +
                           pvs_table_row_number(r, "metering_sc_non_cap", 0);
  terms->flat_c_per_kwh = flat_rate(r, type) * discount;
  bool is_block = pvs_tariff_block.matches(type), is_tou = pvs_tariff_tou.matches(type);
  if (is_tou)
    read_periods(r, calendar, discount, terms);
  if (is_block || !is_tou)
    warn_unused_periods(r, type);
  if (is_block)
    read_blocks(r, terms, discount);
  else if (pvs_table_row_number(r, "block_rate_1", 0) != 0)
    pvs_table_row_warn(r, "block_rate_1",
                       "found %.40s, which is not used: the type '%.80s' has no Block",
                       pvs_table_row_text(r, "block_rate_1"), type);
  if (pvs_tariff_demand.matches(type))
    read_demand(r, calendar, terms);
  else if (pvs_table_row_number(r, "demand_tariff", 0) != 0)
    pvs_table_row_warn(r, "demand_tariff",
                       "found %.40s, which is not used: the type '%.80s' has no Demand (with a "
                       "capital D)",
                       pvs_table_row_text(r, "demand_tariff"), type);
  read_feed_in(r, terms);
  if (!r->code && (!r->notes || r->notes->n_errors == errors_before))
    pvs_tariff_warn_unusual(r, terms);
}
