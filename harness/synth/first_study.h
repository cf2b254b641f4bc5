/* The small study that the program carries with it: the files of examples/tiny_study, to start a
 * base folder from. */
#ifndef HX_SYNTH_FIRST_STUDY_H
#define HX_SYNTH_FIRST_STUDY_H

#include "base/embedded.h"
#include "synth/synth.h"

/* In the order of their paths. */
extern const hx_embedded_file hx_first_study_files[];

#define HX_FIRST_STUDY_PROJECT "first"
#define HX_FIRST_STUDY_NAME    "compare"

/* Writes them to the folder `path`, which must be new or empty: whole or not at all. `made` may be
 * NULL. */
pvs_code hx_first_study_write(const char *path, hx_synth_made *made, pvs_error *error);

#endif
