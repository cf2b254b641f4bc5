/* Load files: every household and the common property, under one weather. */
#ifndef HX_SYNTH_LOADS_H
#define HX_SYNTH_LOADS_H

#include "synth/building.h"
#include "synth/climate.h"
#include "synth/text.h"

/* Saturday, Sunday, or a public holiday of fixed date in New South Wales. */
bool hx_synth_day_off(long day_number);

/* Writes load_profiles/building/load_1.csv and so on. */
pvs_code hx_synth_put_load_files(hx_synth_text *t, const hx_synth_spec *spec,
                                 const hx_synth_building *building,
                                 const hx_synth_climate *climate);

#endif
