/* Study files: each energy flow of the sweep with tariffs and costs varied around it. */
#ifndef HX_SYNTH_STUDY_H
#define HX_SYNTH_STUDY_H

#include "synth/building.h"
#include "synth/text.h"

/* Writes studies/synthetic/inputs/study_<kind>.csv: exactly the spec's distinct flows, those of one
 * flow next to each other. */
pvs_code hx_synth_put_study(hx_synth_text *t, const hx_synth_spec *spec,
                            const hx_synth_building *building, hx_synth_kind kind);

#endif
