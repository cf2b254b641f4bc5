/* Billing determinants: the sums of a meter's series that its tariffs are charged on.
 *
 * A tariff's rate depends only on the class of weekday, daylight saving and the time of day. So the
 * days of a year fall into a handful of day types: working day or weekend, summer or winter, and each
 * day on which the clock changes. Energy is summed over the days of each type, slot by slot: one
 * addition per step, whatever the number of tariffs. A time-of-use charge is then the product of a
 * few hundred sums with as many rates. A block tariff charges each kWh of a block at its band's rate,
 * so the totals of the blocks are all it needs. A demand charge needs the greatest import of each
 * slot. Charges of a tariff calendar only divide the types further: into months, or public holidays. */
#ifndef PVS_MODEL_DETERMINANTS_H
#define PVS_MODEL_DETERMINANTS_H

#include "base/arena.h"
#include "base/calendar.h"
#include "model/charge.h"
#include "model/kernels.h"
#include <stdbool.h>
#include <stdint.h>

/* Steps [first, first + n) of one day belong to entries [at, at + n) of a day table. */
typedef struct pvs_day_span {
  uint32_t first, n, at;
  uint32_t alike; /* how many spans from this one on, itself included, have the same n and at */
} pvs_day_span;

typedef struct pvs_days {
  uint32_t slots;     /* of a day; 0: every step is an entry of its own */
  uint32_t n_entries; /* of a day table: types x slots, rounded up to PVS_LANES */
  uint32_t n_spans;
  pvs_day_span *spans; /* ascending, every step once */
} pvs_days;

typedef enum pvs_block_kind {
  PVS_BLOCK_NONE,
  PVS_BLOCK_DAILY,     /* calendar days */
  PVS_BLOCK_WEEKLY,    /* seven days from the first step */
  PVS_BLOCK_QUARTERLY, /* 91.25 days (4380 half-hours) from the first step */
  PVS_BLOCK_KINDS
} pvs_block_kind;

/* Block b has the steps [first[b], first[b + 1]). */
typedef struct pvs_blocks {
  uint32_t n;
  uint32_t *first; /* n + 1; NULL: no tariff needs this kind */
} pvs_blocks;

/* Which sums a payer's tariffs need. */
typedef enum pvs_need {
  PVS_NEED_RATES = 1,       /* import by day table entry */
  PVS_NEED_CONSUMPTION = 2, /* local consumption by entry */
  PVS_NEED_PEAKS = 4,       /* greatest import by entry */
  PVS_NEED_BLOCK = 8,       /* << kind: import by block */
  PVS_NEED_BLOCKS = 0x70,   /* any of them */
  PVS_NEED_EXPORT = 0x80,   /* << limit: export by entry, no more than the limit in each step */
  PVS_NEED_EXPORTS = 0x7f80 /* any of them */
} pvs_need;

/* Different limits of paid exports in a study, of which the first is infinite. */
enum { PVS_EXPORT_LIMITS = 8 };

/* Time as tariffs see it; immutable. */
typedef struct pvs_metering {
  pvs_calendar calendar;
  pvs_days days;
  pvs_blocks blocks[PVS_BLOCK_KINDS];
  uint32_t num_days;
  uint32_t n_export_limits; /* 0: no tariff pays for exports by time */
  double export_limit_kwh[PVS_EXPORT_LIMITS];
} pvs_metering;

typedef struct pvs_determinants {
  double *import, *consumption, *peak; /* n_entries */
  double *block[PVS_BLOCK_KINDS];      /* blocks[kind].n */
  double *export[PVS_EXPORT_LIMITS];   /* n_entries */
} pvs_determinants;

/* Day types and spans of the calendar: days of one type are alike for each of the charges, too. False:
 * out of memory. */
bool pvs_days_compile(pvs_days *days, const pvs_calendar *calendar, size_t n_charges,
                      const pvs_charge *charges, pvs_arena *arena);
bool pvs_blocks_compile(pvs_blocks *blocks, pvs_block_kind kind, const pvs_calendar *calendar,
                        pvs_arena *arena);

/* Allocates what `needs` asks for. False: out of memory. */
bool pvs_determinants_init(pvs_determinants *determinants, const pvs_metering *metering,
                           unsigned needs, pvs_arena *arena);
size_t pvs_determinants_bytes(const pvs_metering *metering, unsigned needs);
void pvs_determinants_clear(const pvs_determinants *determinants, const pvs_metering *metering,
                            unsigned needs);
/* Cuts steps [first, first + n) into rows of a day table. Writes them to `rows`, which has room for
 * n, and returns their number. *span is 0 before the first call and remembers where the next one
 * searches: `first` must ascend from call to call. */
size_t pvs_days_cut(const pvs_days *days, uint32_t *span, uint32_t first, uint32_t n,
                    pvs_day_rows *rows);
/* Adds steps [first, first + n), cut into `rows` by pvs_days_cut. consumption NULL: 0. */
void pvs_determinants_add(const pvs_determinants *determinants, const pvs_metering *metering,
                          unsigned needs, const pvs_kernels *kernels, uint32_t first, uint32_t n,
                          const double *import, const double *consumption, size_t n_rows,
                          const pvs_day_rows *rows);
/* Adds the exports of n steps, kWh, cut likewise. `scratch` has room for n. */
void pvs_determinants_add_export(const pvs_determinants *determinants, const pvs_metering *metering,
                                 unsigned needs, const pvs_kernels *kernels, uint32_t n,
                                 const double *export, size_t n_rows, const pvs_day_rows *rows,
                                 double *scratch);

#endif
