#include "model/determinants.h"
#include "base/intern.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK_S    (7.0 * PVS_SECONDS_PER_DAY)
#define QUARTER_S (91.25 * PVS_SECONDS_PER_DAY)

/* ---- days ---- */

static uint32_t slot_of(const pvs_calendar *calendar, uint32_t step) {
  pvs_time time = calendar->start + (pvs_time)step * calendar->interval_s;
  pvs_time of_day = (time % PVS_SECONDS_PER_DAY + PVS_SECONDS_PER_DAY) % PVS_SECONDS_PER_DAY;
  return (uint32_t)(of_day / calendar->interval_s);
}

static bool is_summer(const pvs_calendar *calendar, pvs_time time) {
  for (uint32_t i = 0; i < calendar->n_summers; i++)
    if (time >= calendar->summers[i][0] && time < calendar->summers[i][1])
      return true;
  return false;
}

/* A day's type: its weekday class and the daylight saving of each of its slots (of the whole day,
 * also where the series has only part of it), then its class for each charge. */
typedef struct day_typer {
  const pvs_calendar *calendar;
  size_t n_charges;
  const pvs_charge *charges;
  uint32_t slots;
  uint8_t *key;
  pvs_intern types;
} day_typer;

static size_t key_bytes(const day_typer *typer) {
  return typer->slots + 1 + typer->n_charges * sizeof(uint32_t);
}

static uint32_t type_of(day_typer *typer, uint32_t step) {
  const pvs_calendar *calendar = typer->calendar;
  uint8_t *key = typer->key;
  pvs_time day = calendar->start + (pvs_time)step * calendar->interval_s -
                 (pvs_time)slot_of(calendar, step) * calendar->interval_s;
  *key++ = pvs_is_weekend(day);
  for (uint32_t i = 0; i < typer->slots; i++)
    *key++ = is_summer(calendar, day + (pvs_time)i * calendar->interval_s);
  for (size_t i = 0; i < typer->n_charges; i++, key += sizeof(uint32_t)) {
    uint32_t class =
        pvs_charge_class(&typer->charges[i], calendar, pvs_floor_div(day, PVS_SECONDS_PER_DAY));
    memcpy(key, &class, sizeof class);
  }
  return pvs_intern_add(&typer->types, typer->key, key_bytes(typer), NULL);
}

/* For steps that do not divide the day or do not start on a slot: each step is an entry of its own. */
static bool one_entry_a_step(pvs_days *days, const pvs_calendar *calendar, pvs_arena *arena) {
  days->spans = pvs_arena_alloc(arena, 1, sizeof *days->spans);
  if (!days->spans)
    return false;
  days->spans[0] = (pvs_day_span){.n = calendar->steps, .alike = 1};
  days->n_spans = 1;
  days->n_entries = (calendar->steps + PVS_LANES - 1) / PVS_LANES * PVS_LANES;
  return true;
}

bool pvs_days_compile(pvs_days *days, const pvs_calendar *calendar, size_t n_charges,
                      const pvs_charge *charges, pvs_arena *arena) {
  pvs_time offset =
      (calendar->start % PVS_SECONDS_PER_DAY + PVS_SECONDS_PER_DAY) % PVS_SECONDS_PER_DAY;
  if (PVS_SECONDS_PER_DAY % calendar->interval_s != 0 || offset % calendar->interval_s != 0)
    return one_entry_a_step(days, calendar, arena);
  uint32_t slots = PVS_SECONDS_PER_DAY / calendar->interval_s;
  days->slots = slots;
  days->spans = pvs_arena_alloc(arena, (size_t)calendar->steps / slots + 2, sizeof *days->spans);
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  day_typer typer = {
      .calendar = calendar, .n_charges = n_charges, .charges = charges, .slots = slots};
  typer.key = malloc(key_bytes(&typer));
  pvs_intern_init(&typer.types, &scratch);
  bool ok = days->spans && typer.key;
  for (uint32_t step = 0; step < calendar->steps && ok;) {
    uint32_t slot = slot_of(calendar, step), n = slots - slot;
    if (n > calendar->steps - step)
      n = calendar->steps - step;
    uint32_t type = type_of(&typer, step);
    ok = type != PVS_INTERN_NONE;
    days->spans[days->n_spans++] = (pvs_day_span){.first = step, .n = n, .at = type * slots + slot};
    step += n;
  }
  for (uint32_t r = days->n_spans; ok && r-- > 0;) {
    pvs_day_span *span = &days->spans[r];
    bool goes_on = r + 1 < days->n_spans && span[1].at == span->at && span[1].n == span->n;
    span->alike = goes_on ? span[1].alike + 1 : 1;
  }
  days->n_entries = (typer.types.count * slots + PVS_LANES - 1) / PVS_LANES * PVS_LANES;
  pvs_intern_deinit(&typer.types);
  pvs_arena_deinit(&scratch);
  free(typer.key);
  return ok;
}

/* The span that has step `first`, or else the next one; `from` is that span or an earlier one. */
static uint32_t seek(const pvs_days *days, uint32_t from, uint32_t first) {
  while (from < days->n_spans && days->spans[from].first + days->spans[from].n <= first)
    from++;
  return from;
}

size_t pvs_days_cut(const pvs_days *days, uint32_t *span, uint32_t first, uint32_t n,
                    pvs_day_rows *rows) {
  *span = seek(days, *span, first);
  uint32_t end = first + n;
  size_t count = 0;
  for (uint32_t i = *span; i < days->n_spans && days->spans[i].first < end;) {
    const pvs_day_span *r = &days->spans[i];
    uint32_t from = r->first > first ? r->first : first,
             to = r->first + r->n < end ? r->first + r->n : end;
    pvs_day_rows *row = &rows[count++];
    *row = (pvs_day_rows){.skip = from - first,
                          .n = to - from,
                          .stride = to - from,
                          .rows = 1,
                          .at = r->at + (from - r->first)};
    /* Whole days of one type that follow one another make one piece, so that each entry of the table
     * is read and written once for all of them. */
    if (row->n == r->n) {
      uint32_t whole = (end - from) / row->n;
      row->rows = r->alike < whole ? r->alike : whole;
    }
    i += row->rows;
  }
  return count;
}

/* ---- blocks ---- */

static int64_t block_of(pvs_block_kind kind, const pvs_calendar *calendar, uint32_t step) {
  int64_t since_start = (int64_t)step * calendar->interval_s;
  if (kind == PVS_BLOCK_WEEKLY)
    return (int64_t)floor((double)since_start / WEEK_S);
  if (kind == PVS_BLOCK_QUARTERLY)
    return (int64_t)floor((double)since_start / QUARTER_S);
  return (int64_t)floor((double)(calendar->start + since_start) / PVS_SECONDS_PER_DAY);
}

bool pvs_blocks_compile(pvs_blocks *blocks, pvs_block_kind kind, const pvs_calendar *calendar,
                        pvs_arena *arena) {
  int64_t whole = block_of(kind, calendar, calendar->steps - 1) - block_of(kind, calendar, 0) + 1;
  blocks->first = pvs_arena_alloc(arena, (size_t)whole + 1, sizeof *blocks->first);
  if (!blocks->first)
    return false;
  int64_t last = INT64_MIN;
  for (uint32_t step = 0; step < calendar->steps; step++) {
    int64_t block = block_of(kind, calendar, step);
    if (block != last)
      blocks->first[blocks->n++] = step;
    last = block;
  }
  blocks->first[blocks->n] = calendar->steps;
  return true;
}

/* The block that step `step` is in. Blocks are of nearly equal length, so the first guess is close. */
static uint32_t block_with(const pvs_blocks *blocks, uint32_t step) {
  uint32_t steps = blocks->first[blocks->n], b = (uint32_t)((uint64_t)step * blocks->n / steps);
  while (blocks->first[b] > step)
    b--;
  while (blocks->first[b + 1] <= step)
    b++;
  return b;
}

/* Blocks of one length that lie within the steps are added with one call. */
static void add_blocks(const pvs_blocks *blocks, const pvs_kernels *kernels, uint32_t first,
                       uint32_t n, const double *import, double *sums) {
  const uint32_t *starts = blocks->first;
  uint32_t end = starts[blocks->n] < first + n ? starts[blocks->n] : first + n;
  for (uint32_t step = first, b = block_with(blocks, first); step < end;) {
    uint32_t stop = starts[b + 1] < end ? starts[b + 1] : end, count = stop - step, rows = 1;
    while (b + rows < blocks->n && starts[b + rows + 1] - starts[b + rows] == count &&
           step + (rows + 1) * count <= end)
      rows++;
    kernels->row_sums(count, rows, import + (step - first), sums + b);
    step += rows * count;
    b += rows;
  }
}

/* ---- determinants ---- */

static bool needs_block(unsigned needs, int kind) {
  return needs & ((unsigned)PVS_NEED_BLOCK << kind);
}

static bool needs_export(unsigned needs, uint32_t limit) {
  return needs & ((unsigned)PVS_NEED_EXPORT << limit);
}

bool pvs_determinants_init(pvs_determinants *determinants, const pvs_metering *metering,
                           unsigned needs, pvs_arena *arena) {
  bool ok = true;
  uint32_t n = metering->days.n_entries;
  *determinants = (pvs_determinants){0};
  if (needs & PVS_NEED_RATES)
    ok = (determinants->import = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  if (needs & PVS_NEED_CONSUMPTION)
    ok = (determinants->consumption = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  if (needs & PVS_NEED_PEAKS)
    ok = (determinants->peak = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    if (needs_block(needs, kind))
      ok = (determinants->block[kind] =
                pvs_arena_alloc(arena, metering->blocks[kind].n, sizeof(double))) &&
           ok;
  for (uint32_t limit = 0; limit < metering->n_export_limits; limit++)
    if (needs_export(needs, limit))
      ok = (determinants->export[limit] = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  return ok;
}

size_t pvs_determinants_bytes(const pvs_metering *metering, unsigned needs) {
  static const unsigned tables[] = {PVS_NEED_RATES, PVS_NEED_CONSUMPTION, PVS_NEED_PEAKS};
  size_t bytes = PVS_BLOCK_KINDS * PVS_ALIGN;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (needs & tables[i])
      bytes += metering->days.n_entries * sizeof(double);
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    if (needs_block(needs, kind))
      bytes += metering->blocks[kind].n * sizeof(double);
  for (uint32_t limit = 0; limit < metering->n_export_limits; limit++)
    if (needs_export(needs, limit))
      bytes += metering->days.n_entries * sizeof(double) + PVS_ALIGN;
  return bytes;
}

void pvs_determinants_clear(const pvs_determinants *determinants, const pvs_metering *metering,
                            unsigned needs) {
  size_t bytes = metering->days.n_entries * sizeof(double);
  if (needs & PVS_NEED_RATES)
    memset(determinants->import, 0, bytes);
  if (needs & PVS_NEED_CONSUMPTION)
    memset(determinants->consumption, 0, bytes);
  if (needs & PVS_NEED_PEAKS)
    memset(determinants->peak, 0, bytes);
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    if (needs_block(needs, kind))
      memset(determinants->block[kind], 0, metering->blocks[kind].n * sizeof(double));
  for (uint32_t limit = 0; limit < metering->n_export_limits; limit++)
    if (needs_export(needs, limit))
      memset(determinants->export[limit], 0, bytes);
}

void pvs_determinants_add(const pvs_determinants *determinants, const pvs_metering *metering,
                          unsigned needs, const pvs_kernels *kernels, uint32_t first, uint32_t n,
                          const double *import, const double *consumption, size_t n_rows,
                          const pvs_day_rows *rows) {
  if (needs & PVS_NEED_RATES)
    kernels->accumulate(n_rows, rows, import, determinants->import);
  if ((needs & PVS_NEED_CONSUMPTION) && consumption)
    kernels->accumulate(n_rows, rows, consumption, determinants->consumption);
  if (needs & PVS_NEED_PEAKS)
    kernels->maximum(n_rows, rows, import, determinants->peak);
  for (int kind = PVS_BLOCK_DAILY; kind < PVS_BLOCK_KINDS; kind++)
    if (needs_block(needs, kind))
      add_blocks(&metering->blocks[kind], kernels, first, n, import, determinants->block[kind]);
}

void pvs_determinants_add_export(const pvs_determinants *determinants, const pvs_metering *metering,
                                 unsigned needs, const pvs_kernels *kernels, uint32_t n,
                                 const double *export, size_t n_rows, const pvs_day_rows *rows,
                                 double *scratch) {
  for (uint32_t limit = 0; limit < metering->n_export_limits; limit++) {
    if (!needs_export(needs, limit))
      continue;
    const double most = metering->export_limit_kwh[limit], *paid = export;
    if (isfinite(most)) {
      for (uint32_t t = 0; t < n; t++)
        scratch[t] = export[t] < most ? export[t] : most;
      paid = scratch;
    }
    kernels->accumulate(n_rows, rows, paid, determinants->export[limit]);
  }
}
