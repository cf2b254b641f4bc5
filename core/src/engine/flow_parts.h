/* Units on their way through their chunks; for flow.c and flow_chunk.c only. */
#ifndef PVS_ENGINE_FLOW_PARTS_H
#define PVS_ENGINE_FLOW_PARTS_H

#include "engine/flow.h"

/* What a unit has for itself: its parent meter, and what that leaves behind. */
typedef struct pvs_flow_net {
  pvs_flow_result *result;
  pvs_flow_parts parts;
  const pvs_battery_unit *battery; /* at the parent meter; NULL: none */
  _Alignas(PVS_ALIGN) double import_lanes[PVS_LANES], export_lanes[PVS_LANES],
      coincidence_lanes[PVS_LANES];
} pvs_flow_net;

/* What stays the same over the chunks of one unit, or of several that are alike but for their
 * parent meter's battery. */
typedef struct pvs_flow {
  const struct pvs_plan *plan;
  const struct pvs_study *study;
  const pvs_metering *metering;
  const pvs_kernels *k;
  struct pvs_workspace *ws;
  pvs_flow_memory *own;         /* of ws->flows */
  const pvs_scenario *scenario; /* the first group's first */
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_pv *pv; /* NULL: no PV */
  double split_among;
  const double *split_total;
  const pvs_battery_set *set; /* NULL: no battery */
  uint32_t n_batteries;       /* of residents: own->owners[0 … n) */
  uint32_t battery;           /* number of the next in this chunk */
  uint32_t n_nets;
  bool any_active, listened;
  uint32_t part, part_end; /* residents that go through the window */
  const pvs_lit *lit;      /* its dark needs no work but that of adding loads; NULL: all steps do */
  uint32_t run;            /* place in the metering's day runs */
  size_t lit_from;         /* place in its lights */
  uint32_t window_run;     /* the same places where the window begins */
  size_t window_lit;
  size_t n_rows;     /* of this chunk: f->ws->day_rows */
  size_t n_awake;    /* of this chunk, the nights left out: f->ws->awake_rows */
  size_t n_lights;   /* of this chunk: f->ws->lights */
  bool split_equal;  /* this chunk has a step of generation without load */
  uint32_t at_hand;  /* the source whose generation is known in this chunk, PVS_NONE: none */
  const double *gen; /* it */
  unsigned next;     /* of the two places of generation at hand, the one to overwrite next */
  _Alignas(PVS_ALIGN) double generation_lanes[PVS_LANES]; /* of the parent meter */
  pvs_flow_net nets[PVS_NETS];
} pvs_flow;

/* The resident's battery; NULL: it has none. */
static inline const pvs_battery_unit *pvs_flow_battery(const pvs_flow *f, uint32_t owner) {
  return pvs_study_battery(f->study, f->set, f->folder->n_residents, owner);
}

/* Works through steps [window, end): whole chunks, but for the study's end. Windows ascend. The
 * `count` flows are of the same load file. */
void pvs_flow_window(pvs_flow *flows, uint32_t count, uint32_t window, uint32_t end);

#endif
