/* A unit of work: the energy flows of one group over one load file. Its data are of three kinds:
 *
 *   pvs_unit_plan    what stays the same from the first step to the last: who has which PV and
 *                    battery, and what each meter's tariffs need. Set before the first step.
 *   pvs_unit_state   what grows from step to step: charge levels, sums, billing determinants.
 *   pvs_chunk        a view of the steps that are worked on at a time, passed by value.
 *
 * A customer without generation and without battery imports its load in every scenario. It is
 * passive: its sums were made once, when the study was read. All others are active.
 *
 * Private to engine/. The loops over units, tiles, residents and chunks are in flow.c. */
#ifndef PVS_ENGINE_UNIT_H
#define PVS_ENGINE_UNIT_H

#include "engine/plan.h"

enum {
  /* Batteries that are dispatched together. */
  PVS_DISPATCH_LANES = 2 * PVS_BATTERY_LANES,
  /* Units that differ in nothing but the battery at the parent meter are variants of one another,
   * and so many of them are worked through as one unit with several parent meters. */
  PVS_PARENT_METERS = PVS_DISPATCH_LANES,
  /* Units of one load file that go through it together, so that it is fetched from memory once. */
  PVS_UNITS_TOGETHER = 4,
  /* Chunks of a tile. Some residents pass all of them before the next residents do. */
  PVS_TILE_CHUNKS = 8
};

/* One per variant: a parent meter, and where its results go. */
typedef struct pvs_parent_meter {
  pvs_flow_result *result;
  pvs_flow_view view;
  const pvs_installed_battery *battery; /* NULL: none */
} pvs_parent_meter;

typedef struct pvs_unit_plan {
  const struct pvs_plan *plan;
  const struct pvs_study *study;
  const pvs_metering *metering;
  const pvs_kernels *kernels;
  const pvs_scenario *scenario; /* the group's first */
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_pv *pv;                   /* NULL: no PV */
  const pvs_battery_set *battery_set; /* NULL: no battery */
  const pvs_daylight *daylight;       /* NULL: every step is worked through */
  const double *shared_load;          /* of all who share PV by load; n_sharers 0: nobody does */
  double n_sharers;
  uint32_t n_residents;
  uint32_t n_owners;       /* of individual batteries: owners[0 … n), ascending */
  uint32_t n_meters;       /* parent meters */
  bool any_active;         /* some resident is not passive */
  bool shown;              /* a listener wants the series that only it needs */
  const pvs_share *shares; /* by resident, then central */
  const bool *active;      /* by resident */
  const uint32_t
      *same_generation_as; /* by resident: the first of those whose generation is equal */
  const uint32_t *owners;
  const pvs_battery *batteries; /* with thresholds: by resident, then by parent meter */
  const unsigned *needs;        /* PVS_NEED_…: by resident, then of all parent meters */
  const pvs_parent_meter *meters;
} pvs_unit_plan;

/* Sums at a parent meter, in lanes. */
typedef struct pvs_meter_sums {
  _Alignas(PVS_ALIGN) double import[PVS_LANES], export[PVS_LANES], self_consumed[PVS_LANES];
} pvs_meter_sums;

typedef struct pvs_unit_state {
  pvs_flow_lanes *sums;           /* by resident */
  pvs_battery_state *batteries;   /* by resident, then by parent meter */
  pvs_determinants *determinants; /* by resident, then by parent meter */
  pvs_meter_sums *meters;         /* by parent meter */
  double *central_generation;     /* PVS_LANES */
} pvs_unit_state;

/* Steps [first, first + n), and where they are in the series of a tile. */
typedef struct pvs_chunk {
  uint32_t first, n;
  uint32_t n_spans, n_rows, n_daylight_rows;
  const pvs_daylight_span *spans;    /* that are worked through, counted from `first` */
  const pvs_day_rows *rows;          /* as rows of a day table */
  const pvs_day_rows *daylight_rows; /* those without the slots that are not worked through */
  double *residents_import, *residents_export; /* sums over residents */
  pvs_split split;                             /* shared PV */
} pvs_chunk;

/* The chunks of a tile with their memory. */
typedef struct pvs_tile {
  uint32_t n_chunks;
  pvs_chunk chunks[PVS_TILE_CHUNKS];
  uint32_t day_span;    /* where the next tile's search in the metering's day spans goes on */
  size_t daylight_span; /* likewise in the daylight's spans */
  double *residents_import, *residents_export;
  double *split_pv, *split_total, *split_reciprocal, *split_equal;
  uint8_t *split_surplus;
  pvs_daylight_span *spans;           /* PVS_CHUNK_SPANS per chunk */
  pvs_day_rows *rows, *daylight_rows; /* pvs_chunk_rows() per chunk */
} pvs_tile;

enum { PVS_CHUNK_SPANS = PVS_CHUNK / PVS_LANES + 1 };

/* The most day table rows that a chunk has. */
static inline uint32_t pvs_chunk_rows(const struct pvs_study *study) {
  uint32_t slots = study->metering.days.slots;
  return slots > 0 ? PVS_CHUNK / slots + 2 : 1;
}

/* Series of the chunk that is worked on, PVS_CHUNK values each: the next one overwrites them. */
typedef struct pvs_scratch {
  double *generation[2], *import[2], *consumption[2]; /* of two residents */
  double *central_generation;
  double *offered; /* central generation and the residents' exports */
  double *network_import, *network_export;
  double *export, *paid_export; /* of one resident, or paid for at one meter */
  double *central_level;
  double *discharge;              /* sum of all batteries' step logs */
  double *pv, *individual_levels; /* sums over all owners, for a listener only */
  double *slot_generation[PVS_DISPATCH_LANES], *slot_level[PVS_DISPATCH_LANES];
  pvs_battery_series slots[PVS_DISPATCH_LANES];
} pvs_scratch;

/* A unit under way: its plan, its state and its tile, with the memory of the first. */
typedef struct pvs_unit {
  pvs_unit_plan plan;
  pvs_unit_state state;
  pvs_tile tile;
  /* What `plan` points to. */
  pvs_share *shares;
  bool *active;
  uint32_t *same_generation_as, *owners;
  pvs_battery *batteries;
  unsigned *needs;
  pvs_parent_meter *meters;
} pvs_unit;

/* The resident's battery; NULL: none. */
static inline const pvs_installed_battery *pvs_unit_battery(const pvs_unit_plan *plan,
                                                            uint32_t owner) {
  return pvs_study_battery(plan->study, plan->battery_set, plan->n_residents, owner);
}

/* unit_begin.c: makes the plan of units number, number + 1 … number + n_variants - 1, which are
 * variants of one another, as one unit, and its state before the first step. */
void pvs_unit_begin(pvs_unit *unit, const struct pvs_plan *plan, uint32_t number,
                    uint32_t n_variants, bool shown, struct pvs_workspace *ws, void *results);
/* tile.c: the tile of steps [first, end), at most PVS_TILE_CHUNKS chunks. Tiles ascend. */
void pvs_tile_begin(pvs_tile *tile, const pvs_unit_plan *plan, const pvs_scratch *scratch,
                    uint32_t first, uint32_t end);
/* residents.c: residents [from, to) in the chunk. With individual batteries: all of them. */
void pvs_residents_run(const pvs_unit_plan *plan, const pvs_unit_state *state, pvs_scratch *scratch,
                       pvs_chunk chunk, uint32_t from, uint32_t to);
/* parent_meters.c: the parent meters in the chunk, after all residents. */
void pvs_parent_meters_run(const pvs_unit_plan *plan, const pvs_unit_state *state,
                           pvs_scratch *scratch, pvs_chunk chunk);
/* unit_finish.c: after the last step, fills the result blocks: sums and bills. */
void pvs_unit_finish(const pvs_unit_plan *plan, const pvs_unit_state *state, pvs_work_stats *stats);

/* The owner's generation in the chunk: the profile itself where nothing changes it, else computed
 * into `into`. NULL: none. */
const double *pvs_unit_generation(const pvs_unit_plan *plan, pvs_chunk chunk, uint32_t owner,
                                  double *into);

#endif
