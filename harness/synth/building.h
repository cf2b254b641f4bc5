/* What all files of a base folder must agree on: names, sizes, the PV systems. */
#ifndef HX_SYNTH_BUILDING_H
#define HX_SYNTH_BUILDING_H

#include "synth/synth.h"

#include <stdint.h>

/* Which way panels may face. */
typedef enum hx_synth_face {
  HX_FACE_NORTH,
  HX_FACE_FLAT,
  HX_FACE_EAST,
  HX_FACE_WEST,
  HX_FACES
} hx_synth_face;

enum {
  HX_SYNTH_NAME_SIZE = 16,
  HX_SYNTH_MAX_PV_HOUSEHOLDS =
      24, /* with panels of their own: a column each in pv_ind.csv and in the studies */
};

typedef struct hx_synth_pv_owner {
  char name[HX_SYNTH_NAME_SIZE]; /* "cp" or a household */
  hx_synth_face face;
  double kwp; /* one decimal */
} hx_synth_pv_owner;

typedef struct hx_synth_building {
  uint32_t households;
  int name_digits;
  double total_kwp, central_kwp; /* of pv_total.csv and pv_central.csv; one decimal */
  uint32_t n_owners;             /* of pv_ind.csv, cp first */
  hx_synth_pv_owner owners[1 + HX_SYNTH_MAX_PV_HOUSEHOLDS];
} hx_synth_building;

void hx_synth_building_init(hx_synth_building *building, const hx_synth_spec *spec);
/* "U01" for household 0. Returns buffer. */
const char *hx_synth_household_name(const hx_synth_building *building, uint32_t household,
                                    char buffer[HX_SYNTH_NAME_SIZE]);

#endif
