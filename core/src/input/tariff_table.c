/* tariff_lookup.csv: rows that the study names become terms, then tariffs (MODEL.md section 3). */
#include "input/tariff_table.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Ids number the table's rows: a row without one gets a name that no cell can have. */
pvs_code pvs_tariffs_index(pvs_builder *builder, pvs_error *error) {
  int32_t column;
  pvs_code code = pvs_table_column(&builder->tariff_table, "tariff_id", true, &column, error);
  for (uint32_t row = 0; row < builder->tariff_table.n_rows && !code; row++) {
    const char *id = pvs_table_cell(&builder->tariff_table, row, column);
    int is_new;
    if (*id && pvs_intern_add(&builder->tariff_ids, id, strlen(id), &is_new) == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
    if (*id && !is_new)
      code = pvs_fail(error, PVS_DUPLICATE, pvs_table_where(&builder->tariff_table, row, column),
                      "found '%s' a second time, expected each id once", id);
    char nothing[16];
    int length = snprintf(nothing, sizeof nothing, "\n%u", row);
    if (!*id &&
        pvs_intern_add(&builder->tariff_ids, nothing, (size_t)length, NULL) == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  return code;
}

uint32_t pvs_tariff_row(const pvs_builder *builder, const char *id) {
  return pvs_intern_find(&builder->tariff_ids, id, strlen(id));
}

/* Reading one row: the first failure sticks, later calls do nothing. */
typedef struct row_reader {
  const pvs_table *table;
  uint32_t row;
  pvs_error *error;
  pvs_code code;
} row_reader;

static int32_t column(row_reader *r, const char *name, bool required) {
  int32_t index = -1;
  if (!r->code)
    r->code = pvs_table_column(r->table, name, required, &index, r->error);
  return index;
}

static const char *text(row_reader *r, const char *name) {
  int32_t index = column(r, name, false);
  return pvs_table_cell(r->table, r->row, index);
}

static double number(row_reader *r, const char *name, double absent) {
  double value = absent;
  int32_t index = column(r, name, false);
  if (!r->code)
    r->code = pvs_table_number(r->table, r->row, index, absent, &value, r->error);
  return value;
}

static void refuse(row_reader *r, const char *name, const char *expected) {
  int32_t index = column(r, name, false);
  if (r->code)
    return;
  pvs_where where = pvs_table_where(r->table, r->row, index);
  where.column = name;
  const char *cell = pvs_table_cell(r->table, r->row, index);
  r->code = pvs_fail(r->error, PVS_BAD_VALUE, where, PVS_FOUND ", expected %s",
                     PVS_FOUND_ARGS(cell), expected);
}

static double needed(row_reader *r, const char *name, const char *expected) {
  double value = number(r, name, NAN);
  if (!r->code && isnan(value))
    refuse(r, name, expected);
  return value;
}

static uint32_t clock_time(row_reader *r, const char *name) {
  uint32_t seconds = 0;
  const char *cell = text(r, name);
  if (!r->code && !pvs_parse_clock(cell, strlen(cell), &seconds))
    refuse(r, name, "a time of day h:mm");
  return seconds;
}

static pvs_period period(row_reader *r, const char *start, const char *end, const char *week) {
  pvs_period p = {.start_s = clock_time(r, start), .end_s = clock_time(r, end)};
  if (p.end_s == 23 * 3600 + 59 * 60)
    p.end_s = PVS_SECONDS_PER_DAY;
  const char *cell = text(r, week);
  if (!r->code && !pvs_parse_week(cell, &p.week))
    refuse(r, week, "day, end or both");
  return p;
}

static bool contains_solar(const char *name) {
  return strstr(name, "solar") || strstr(name, "Solar");
}

static void read_periods(row_reader *r, pvs_tariff_terms *terms, double discount) {
  for (int i = 0; i < PVS_TARIFF_PERIODS && !r->code; i++) {
    char start[16], end[16], week[16], rate[16], name[16];
    snprintf(start, sizeof start, "start_%d", i + 1);
    snprintf(end, sizeof end, "end_%d", i + 1);
    snprintf(week, sizeof week, "week_%d", i + 1);
    snprintf(rate, sizeof rate, "rate_%d", i + 1);
    snprintf(name, sizeof name, "name_%d", i + 1);
    if (!*text(r, start)) {
      if (*text(r, end))
        refuse(r, start, "the start of this period, which has an end");
      continue;
    }
    const char *label = text(r, name);
    bool solar = contains_solar(label);
    terms->periods[i].present = true;
    terms->periods[i].solar = solar;
    terms->periods[i].period = period(r, start, end, week);
    terms->periods[i].rate_c_per_kwh = needed(r, rate, "a rate in c/kWh") * (solar ? 1 : discount);
    if (solar)
      terms->solar_rate_name = label;
  }
}

static void read_blocks(row_reader *r, pvs_tariff_terms *terms, double discount) {
  static const char *const rates[] = {"block_rate_1", "block_rate_2", "block_rate_3"};
  static const char *const highs[] = {"high_1", "high_2"};
  for (int i = 0; i < 3 && !r->code; i++) {
    bool reached = i == 0 || isfinite(terms->block_high_kwh[i - 1]);
    double rate =
        reached ? needed(r, rates[i], "a rate in c/kWh (the band below has an upper limit)") : 0;
    terms->block_rate_c_per_kwh[i] = rate * discount;
    if (i == 2)
      continue;
    terms->block_high_kwh[i] = reached ? number(r, highs[i], INFINITY) : INFINITY;
    if (!(terms->block_high_kwh[i] >= (i == 0 ? 0 : terms->block_high_kwh[0])))
      refuse(r, highs[i], i == 0 ? "kWh, 0 or more" : "kWh, high_1 or more");
  }
}

static void read_demand(row_reader *r, pvs_tariff_terms *terms) {
  terms->demand_c_per_kw_day = needed(r, "demand_tariff", "a demand charge in c/kW/day");
  terms->demand_power_factor = 1.0; /* kVA: the reference takes a power factor of 1 */
  const char *type = text(r, "demand_type");
  if (!r->code && *type && strcasecmp(type, "kW") && strcasecmp(type, "kVA"))
    refuse(r, "demand_type", "kW or kVA");
  terms->demand_period = period(r, "demand_start", "demand_end", "demand_week");
}

static void read_feed_in(row_reader *r, pvs_tariff_terms *terms) {
  const char *type = text(r, "fit_type");
  if (r->code)
    return;
  if (strcasecmp(type, "Flat_Rate") == 0)
    terms->export_c_per_kwh = number(r, "fit_flat_rate", 0);
  else if (*type && strcasecmp(type, "Zero_Rate"))
    refuse(r, "fit_type", "Zero_Rate or Flat_Rate");
}

static pvs_code read_terms(const pvs_table *table, uint32_t row, pvs_tariff_terms *terms,
                           pvs_error *error) {
  row_reader r = {table, row, error, PVS_OK};
  *terms = (pvs_tariff_terms){.solar_rate_name = "", .block_high_kwh = {INFINITY, INFINITY}};
  terms->id = text(&r, "tariff_id");
  terms->type = pvs_table_cell(table, row, column(&r, "tariff_type", true));
  double discount = (100 - number(&r, "discount", 0)) / 100;
  terms->fixed_c_per_day =
      number(&r, "daily_fixed_rate", 0) * discount + number(&r, "metering_sc_non_cap", 0);
  if (pvs_tariff_flat.matches(terms->type))
    terms->flat_c_per_kwh = needed(&r, "flat_rate", "a rate in c/kWh") * discount;
  if (pvs_tariff_tou.matches(terms->type))
    read_periods(&r, terms, discount);
  if (pvs_tariff_block.matches(terms->type))
    read_blocks(&r, terms, discount);
  if (pvs_tariff_demand.matches(terms->type))
    read_demand(&r, terms);
  read_feed_in(&r, terms);
  return r.code;
}

pvs_code pvs_tariffs_compile(pvs_builder *builder, uint32_t *tariff_of_row, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_table *table = &builder->tariff_table;
  const bool *used = builder->tariff_used;
  uint32_t n = 0;
  for (uint32_t row = 0; row < table->n_rows; row++)
    n += used[row];
  study->tariffs = pvs_arena_alloc(builder->arena, n, sizeof *study->tariffs);
  if (!study->tariffs)
    return pvs_fail_memory(error);
  for (uint32_t row = 0; row < table->n_rows; row++) {
    tariff_of_row[row] = PVS_NONE;
    if (!used[row])
      continue;
    pvs_tariff_terms terms;
    pvs_code code = read_terms(table, row, &terms, error);
    if (!code)
      code = pvs_tariff_compile(&study->tariffs[study->n_tariffs], &terms, &study->metering,
                                builder->arena, error);
    if (code) {
      if (error && !error->file[0])
        snprintf(error->file, sizeof error->file, "%s", table->file);
      if (error && !error->row)
        error->row = table->rows[row];
      return code;
    }
    const pvs_tariff *made = &study->tariffs[study->n_tariffs];
    pvs_blocks *blocks = &study->metering.blocks[made->block];
    if (made->block && !blocks->first &&
        !pvs_blocks_compile(blocks, made->block, &study->metering.calendar, builder->arena))
      return pvs_fail_memory(error);
    study->needs |= made->needs;
    tariff_of_row[row] = study->n_tariffs++;
  }
  return PVS_OK;
}
