/* PV profiles: clear-sky sun on panels of different orientation, dimmed by the day's sky. */
#ifndef HX_SYNTH_PV_H
#define HX_SYNTH_PV_H

#include "synth/building.h"
#include "synth/climate.h"
#include "synth/text.h"

/* Writes pv_profiles/{pv_total,pv_1kW,pv_ind,pv_central}.csv, all under the same clouds. */
pvs_code hx_synth_put_pv_files(hx_synth_text *t, const hx_synth_spec *spec,
                               const hx_synth_building *building, const hx_synth_climate *climate);

#endif
