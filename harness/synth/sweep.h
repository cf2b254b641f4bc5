/* Which energy flows a study has: the technical side of a parameter sweep, one struct for each
 * distinct flow. */
#ifndef HX_SYNTH_SWEEP_H
#define HX_SYNTH_SWEEP_H

#include "synth/building.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum hx_synth_pv {
  HX_PV_NONE,
  HX_PV_SCALED, /* pv_1kW.csv times kwp */
  HX_PV_TOTAL,
  HX_PV_CENTRAL,
  HX_PV_IND,
  HX_PV_KINDS
} hx_synth_pv;

typedef struct hx_synth_battery {
  const char *id, *strategy; /* NULL: none */
  double kwh;                /* of a scaled one, else 0 */
} hx_synth_battery;

enum { HX_SYNTH_FEW = 2 }; /* households with batteries of their own */

typedef struct hx_synth_flow {
  const char *arrangements[2]; /* that have this flow; the second may be NULL */
  hx_synth_pv pv;
  double kwp; /* HX_PV_SCALED only */
  hx_synth_battery central, cp, all,
      few[HX_SYNTH_FEW]; /* few: of the first households in building->owners */
} hx_synth_flow;

/* Flow `index` of `count`: no two flows of a study are equal in arrangement, PV and batteries. */
hx_synth_flow hx_synth_flow_of(hx_synth_kind kind, const hx_synth_building *building,
                               uint32_t index, uint32_t count);

/* Small buildings also get household batteries in the study of central ones. */
bool hx_synth_home_batteries(hx_synth_kind kind, const hx_synth_building *building);

#endif
