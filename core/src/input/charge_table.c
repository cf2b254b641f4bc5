#include "input/charge_table.h"
#include "input/charge_terms.h"
#include "input/holiday_table.h"
#include "input/tariff_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t pvs_charges_count(const pvs_builder *builder) {
  return builder->first_charge[builder->tariff_table.n_rows];
}

/* ---- which rows belong to which tariff ---- */

typedef struct sorting {
  uint32_t *tariff_of; /* by row of the table: the row of tariff_lookup.csv; PVS_NONE: not used */
  uint32_t *filled;    /* by row of tariff_lookup.csv */
  uint32_t *rows;      /* ordered by tariff, then as in the table */
} sorting;

static pvs_code find_tariff(pvs_builder *builder, uint32_t row, int32_t column, uint32_t *tariff,
                            pvs_error *error) {
  const pvs_table *table = &builder->charge_table;
  const char *id = pvs_table_cell(table, row, column);
  *tariff = PVS_NONE;
  if (!*id)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                    "found an empty cell, expected an id of reference/tariff_lookup.csv");
  uint32_t found = pvs_tariff_row(builder, id);
  if (found == PVS_NONE)
    return pvs_warn(&builder->notes, error, pvs_table_where(table, row, column),
                    "no tariff of reference/tariff_lookup.csv is called '%.80s': this row is "
                    "ignored",
                    id);
  if (builder->tariff_used[found])
    *tariff = found;
  return PVS_OK;
}

static pvs_code sort_rows(pvs_builder *builder, sorting *s, pvs_error *error) {
  const pvs_table *table = &builder->charge_table;
  const uint32_t n_tariffs = builder->tariff_table.n_rows;
  int32_t column;
  pvs_code code = pvs_table_column(table, "tariff_id", true, &column, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  for (uint32_t row = 0; row < table->n_rows && !code; row++) {
    code = pvs_settle(&builder->notes, find_tariff(builder, row, column, &s->tariff_of[row], error),
                      error);
    if (s->tariff_of[row] != PVS_NONE)
      builder->first_charge[s->tariff_of[row] + 1]++;
  }
  for (uint32_t tariff = 0; tariff < n_tariffs; tariff++)
    builder->first_charge[tariff + 1] += builder->first_charge[tariff];
  for (uint32_t row = 0; row < table->n_rows && !code; row++) {
    uint32_t tariff = s->tariff_of[row];
    if (tariff != PVS_NONE)
      s->rows[builder->first_charge[tariff] + s->filled[tariff]++] = row;
  }
  return code;
}

/* ---- limits of exports ---- */

/* The number of the charge's limit in the study; a new one is added. */
static void number_limit(pvs_table_row *r, pvs_metering *metering, pvs_charge *charge) {
  double most = charge->limit_kw * metering->calendar.interval_s / PVS_SECONDS_PER_HOUR;
  if (metering->n_export_limits == 0)
    metering->export_limit_kwh[metering->n_export_limits++] = INFINITY;
  for (charge->limit = 0; charge->limit < metering->n_export_limits; charge->limit++)
    if (metering->export_limit_kwh[charge->limit] == most)
      return;
  if (metering->n_export_limits < PVS_EXPORT_LIMITS) {
    metering->export_limit_kwh[metering->n_export_limits++] = most;
    return;
  }
  charge->limit = 0;
  pvs_table_row_refuse(r, "limit_kW", "at most seven different limits in the tariffs of a study");
}

static void check_limit(pvs_table_row *r, const pvs_charge *first, const pvs_charge *charge) {
  for (; first < charge; first++)
    if (first->kind == PVS_CHARGE_FEED_IN && first->limit_kw != charge->limit_kw) {
      pvs_table_row_refuse(r, "limit_kW", "the same limit in all feed_in rows of a tariff");
      return;
    }
}

/* ---- steps ---- */

/* The charges of one tariff and where they are in the table. */
typedef struct tariff_rows {
  pvs_builder *builder;
  pvs_charge *charges;
  const uint32_t *rows;
  uint32_t n;
  pvs_error *error;
} tariff_rows;

/* Which steps charges select and keep. */
typedef struct step_owners {
  uint32_t *by_step;  /* 1 + the number of the last charge that selects it; 0: none */
  uint32_t *selected; /* by charge: how many */
  uint32_t charge;    /* that is asked */
} step_owners;

static void own(void *ctx, uint32_t first, uint32_t n) {
  step_owners *o = ctx;
  o->selected[o->charge] += n;
  for (uint32_t step = first; step < first + n; step++)
    o->by_step[step] = o->charge + 1;
}

static pvs_table_row row_of(const tariff_rows *t, uint32_t i) {
  return (pvs_table_row){.table = &t->builder->charge_table,
                         .row = t->rows[i],
                         .calendar = &t->builder->study->metering.calendar,
                         .notes = &t->builder->notes,
                         .error = t->error};
}

/* Whether some day of the series is in the season, or should be. */
static bool reaches_season(const pvs_charge *charge, const pvs_calendar *calendar) {
  const int64_t first = pvs_floor_div(calendar->start, PVS_DAY_S);
  bool reaches = calendar->n_days >= 365;
  for (uint32_t day = 0; day < calendar->n_days && !reaches; day++)
    reaches = pvs_is_in_season(charge->days, first + day);
  return reaches;
}

/* A season that a short series does not reach is no mistake. */
static pvs_code warn_not_selected(const tariff_rows *t, uint32_t i) {
  const pvs_charge *charge = &t->charges[i];
  pvs_table_row r = row_of(t, i);
  if (charge->period.start_s != charge->period.end_s &&
      reaches_season(charge, &t->builder->study->metering.calendar))
    pvs_table_row_warn(&r, "days", "this row selects no step of the series");
  return r.code;
}

/* A row that tells public holidays from other days, where nothing does. */
static pvs_code warn_no_holidays(const tariff_rows *t) {
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < t->n && !code; i++) {
    const unsigned kinds = t->charges[i].days.kinds;
    if (kinds / PVS_DAYS_WEEKDAY_HOLIDAY == kinds % PVS_DAYS_WEEKDAY_HOLIDAY)
      continue;
    pvs_table_row r = row_of(t, i);
    pvs_table_row_warn(
        &r, "days",
        "there is no reference/holidays.csv: no day counts as a public holiday (day, "
        "end and both take public holidays for days like others)");
    code = r.code;
  }
  return code;
}

static pvs_code warn_replaced(const tariff_rows *t, uint32_t i, const uint32_t *by_step) {
  const uint32_t steps = t->builder->study->metering.calendar.steps;
  for (uint32_t step = 0; step < steps; step++)
    if (by_step[step] == i + 1)
      return PVS_OK;
  pvs_table_row r = row_of(t, i);
  pvs_table_row_warn(&r, "charge",
                     "this row has no effect: later rows of its tariff replace it in all its "
                     "steps");
  return r.code;
}

static bool charges_the_same(const pvs_charge *a, const pvs_charge *b) {
  return a->kind == b->kind && a->rate == b->rate && a->is_monthly == b->is_monthly &&
         a->cycle == b->cycle && a->power_factor == b->power_factor &&
         a->minimum_kw == b->minimum_kw && a->ratchet == b->ratchet &&
         a->ratchet_months == b->ratchet_months && a->days.kinds == b->days.kinds &&
         a->days.from == b->days.from && a->days.to == b->days.to &&
         a->period.start_s == b->period.start_s && a->period.end_s == b->period.end_s;
}

/* Demand charges add up, which is hardly meant of two equal ones. */
static pvs_code warn_twice(const tariff_rows *t, uint32_t i) {
  for (uint32_t before = 0; before < i; before++)
    if (charges_the_same(&t->charges[before], &t->charges[i])) {
      pvs_table_row r = row_of(t, i);
      pvs_table_row_warn(&r, "charge",
                         "this row is equal to row %ld: demand charges add up, so that it is paid "
                         "twice",
                         t->builder->charge_table.rows[t->rows[before]]);
      return r.code;
    }
  return PVS_OK;
}

static pvs_code warn_uncovered(const tariff_rows *t, const uint32_t *by_step, uint32_t row) {
  const pvs_calendar *calendar = &t->builder->study->metering.calendar;
  char time[PVS_TIMESTAMP_LENGTH];
  uint32_t count = 0, first = 0;
  for (uint32_t step = calendar->steps; step-- > 0;)
    if (!by_step[step]) {
      count++;
      first = step;
    }
  if (count == 0)
    return PVS_OK;
  pvs_table_row r = row_of(t, row);
  pvs_format_timestamp(time, calendar->start + (pvs_time)first * calendar->interval_s);
  pvs_table_row_warn(&r, "charge",
                     "%u of %u steps are in no import row of this %s, and their imports cost "
                     "nothing: the first is %.16s",
                     count, calendar->steps, t->charges[row].meter ? "register" : "tariff", time);
  return r.code;
}

static bool is_of(const pvs_charge *charge, pvs_charge_kind kind, uint32_t meter) {
  return charge->kind == kind && charge->meter == meter;
}

/* Rows of one kind and meter that select nothing or are replaced everywhere, and imports that cost
 * nothing. */
static pvs_code check_steps(const tariff_rows *t, pvs_charge_kind kind, uint32_t meter,
                            step_owners *o) {
  const pvs_calendar *calendar = &t->builder->study->metering.calendar;
  memset(o->by_step, 0, calendar->steps * sizeof *o->by_step);
  uint32_t first = PVS_NONE;
  for (uint32_t i = t->n; i-- > 0;)
    first = is_of(&t->charges[i], kind, meter) ? i : first;
  for (uint32_t i = 0; i < t->n; i++) {
    o->charge = i;
    if (is_of(&t->charges[i], kind, meter))
      pvs_charge_steps(&t->charges[i], calendar, own, o);
  }
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < t->n && !code; i++)
    if (is_of(&t->charges[i], kind, meter) && o->selected[i] == 0)
      code = warn_not_selected(t, i);
    else if (is_of(&t->charges[i], kind, meter))
      code = kind == PVS_CHARGE_DEMAND ? warn_twice(t, i) : warn_replaced(t, i, o->by_step);
  if (code || kind != PVS_CHARGE_IMPORT)
    return code;
  if (first != PVS_NONE)
    return warn_uncovered(t, o->by_step, first);
  if (meter > 0)
    return PVS_OK;
  pvs_table_row r = row_of(t, 0);
  pvs_table_row_warn(&r, "charge", "this tariff has no import row: imports cost nothing");
  return r.code;
}

static pvs_code check_tariff(const tariff_rows *t) {
  const pvs_charge_kind kinds[] = {PVS_CHARGE_IMPORT, PVS_CHARGE_SOLAR, PVS_CHARGE_FEED_IN,
                                   PVS_CHARGE_DEMAND};
  step_owners o = {
      .by_step =
          malloc(((size_t)t->builder->study->metering.calendar.steps + 1) * sizeof *o.by_step),
      .selected = calloc(t->n, sizeof *o.selected),
  };
  pvs_code code = o.by_step && o.selected ? PVS_OK : pvs_fail_memory(t->error);
  if (!code && t->builder->holiday_table.n_columns == 0)
    code = warn_no_holidays(t);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !code; i++)
    code = check_steps(t, kinds[i], 0, &o);
  for (uint32_t i = 1; i <= t->builder->study->n_registers && !code; i++)
    code = check_steps(t, PVS_CHARGE_IMPORT, i, &o);
  free(o.by_step);
  free(o.selected);
  return code;
}

/* ---- reading ---- */

static bool is_metered(const pvs_study *study, uint32_t number) {
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (uint32_t i = 0; i < study->folders[f].n_registers; i++)
      if (study->folders[f].registers[i].number == number)
        return true;
  return false;
}

static void read_register(pvs_table_row *r, const pvs_builder *builder, pvs_charge *charge) {
  const char *name = pvs_table_row_text(r, "register");
  if (r->code || !*name)
    return;
  if (charge->kind != PVS_CHARGE_IMPORT) {
    pvs_table_row_refuse(r, "register", "an empty cell: only import is charged by register");
    return;
  }
  const uint32_t number = pvs_intern_find(&builder->register_names, name, strlen(name));
  charge->meter = number + 1;
  if (!is_metered(builder->study, number))
    pvs_table_row_warn(r, "register",
                       "no load file of the study has a column CUSTOMER:%.80s: this row charges "
                       "nothing",
                       name);
}

static pvs_code read_tariff(const tariff_rows *t, uint32_t tariff) {
  pvs_builder *builder = t->builder;
  pvs_table_row lookup = {
      .table = &builder->tariff_table, .row = tariff, .notes = &builder->notes, .error = t->error};
  const char *type = pvs_table_row_text(&lookup, "tariff_type");
  pvs_code code = lookup.code;
  if (!code && !pvs_tariff_calendar.matches(type))
    code = pvs_settle(
        &builder->notes,
        pvs_fail(t->error, PVS_BAD_VALUE,
                 (pvs_where){.file = builder->charge_table.file,
                             .row = builder->charge_table.rows[t->rows[0]],
                             .column = "tariff_id"},
                 "found '%.80s', which reference/tariff_lookup.csv has as '%.80s': expected the "
                 "type Calendar there, or no row here",
                 pvs_table_row_text(&lookup, "tariff_id"), type),
        t->error);
  double discount = pvs_table_row_number(&lookup, "discount", 0);
  code = code ? code : lookup.code;
  for (uint32_t i = 0; i < t->n && !code; i++) {
    pvs_table_row r = row_of(t, i);
    pvs_charge *charge = &t->charges[i];
    pvs_charge_terms_read(&r, (100 - discount) / 100, charge);
    read_register(&r, builder, charge);
    if (!r.code && charge->kind == PVS_CHARGE_FEED_IN) {
      number_limit(&r, &builder->study->metering, charge);
      check_limit(&r, t->charges, charge);
    }
    code = r.code;
  }
  return code || builder->notes.n_errors > 0 ? code : check_tariff(t);
}

static pvs_code read_all(pvs_builder *builder, const sorting *s, pvs_error *error) {
  const uint32_t *first = builder->first_charge;
  pvs_code code = PVS_OK;
  builder->charges =
      pvs_arena_alloc(builder->arena, pvs_charges_count(builder), sizeof *builder->charges);
  if (!builder->charges)
    return pvs_fail_memory(error);
  for (uint32_t tariff = 0; tariff < builder->tariff_table.n_rows && !code; tariff++) {
    tariff_rows t = {.builder = builder,
                     .charges = builder->charges + first[tariff],
                     .rows = s->rows + first[tariff],
                     .n = first[tariff + 1] - first[tariff],
                     .error = error};
    if (t.n > 0)
      code = read_tariff(&t, tariff);
  }
  return code;
}

pvs_code pvs_charges_read(pvs_builder *builder, pvs_error *error) {
  const pvs_table *table = &builder->charge_table;
  const uint32_t n_tariffs = builder->tariff_table.n_rows;
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  builder->first_charge =
      pvs_arena_alloc(builder->arena, (size_t)n_tariffs + 1, sizeof *builder->first_charge);
  sorting s = {
      .tariff_of = pvs_arena_alloc(&scratch, table->n_rows, sizeof *s.tariff_of),
      .filled = pvs_arena_alloc(&scratch, n_tariffs, sizeof *s.filled),
      .rows = pvs_arena_alloc(&scratch, table->n_rows, sizeof *s.rows),
  };
  pvs_code code =
      builder->first_charge && s.tariff_of && s.filled && s.rows ? PVS_OK : pvs_fail_memory(error);
  if (!code && table->n_columns > 0)
    code = sort_rows(builder, &s, error);
  if (!code && pvs_charges_count(builder) > 0)
    code = pvs_holidays_fill(builder, error);
  if (!code && pvs_charges_count(builder) > 0)
    code = read_all(builder, &s, error);
  pvs_arena_deinit(&scratch);
  return code;
}
