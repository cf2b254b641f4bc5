#include "synth/building.h"

#include "synth/rng.h"

#include <math.h>
#include <stdio.h>

static double one_decimal(double x) {
  return floor(x * 10 + 0.5) / 10;
}

const char *hx_synth_household_name(const hx_synth_building *building, uint32_t household,
                                    char buffer[HX_SYNTH_NAME_SIZE]) {
  snprintf(buffer, HX_SYNTH_NAME_SIZE, "U%0*u", building->name_digits, household + 1);
  return buffer;
}

void hx_synth_building_init(hx_synth_building *building, const hx_synth_spec *spec) {
  static const hx_synth_face household_faces[] = {HX_FACE_NORTH, HX_FACE_WEST, HX_FACE_NORTH,
                                                  HX_FACE_EAST};
  uint32_t n = spec->customers;
  *building = (hx_synth_building){
      .households = n,
      .name_digits = n < 100     ? 2
                     : n < 1000  ? 3
                     : n < 10000 ? 4
                                 : 5,
      .total_kwp = one_decimal(1.3 * n + 1),
      .central_kwp = one_decimal(1.1 * n + 1),
  };
  /* Taller buildings have less roof per household. */
  double cp_kwp = one_decimal(1 + 0.25 * (n < 120 ? n : 120));
  building->owners[0] = (hx_synth_pv_owner){.name = "cp", .face = HX_FACE_FLAT, .kwp = cp_kwp};
  building->n_owners = 1;
  uint32_t wanted = (n + 2) / 3;
  if (wanted > HX_SYNTH_MAX_PV_HOUSEHOLDS)
    wanted = HX_SYNTH_MAX_PV_HOUSEHOLDS;
  hx_rng rng = hx_synth_rng(spec->seed, HX_STREAM_PANELS, 0, 0);
  for (uint32_t i = 0; i < wanted; i++) {
    hx_synth_pv_owner *owner = &building->owners[building->n_owners++];
    hx_synth_household_name(building, (uint32_t)((uint64_t)i * n / wanted), owner->name);
    owner->face = household_faces[hx_synth_below(&rng, 4)];
    owner->kwp = one_decimal(hx_synth_between(&rng, 1.0, 3.2));
  }
}
