/* The folder of a study's outputs: appears as a whole or not at all (base/publish.h).
 *
 * A folder of outputs carries the file `.pvtune`. One without it that is not empty belongs to
 * somebody else and is refused, and so is one that holds anything that no run of this study writes, of
 * whatever scenarios. */
#ifndef HX_EXEC_OUTDIR_H
#define HX_EXEC_OUTDIR_H

#include "base/publish.h"

#define HX_OUTDIR_MARKER ".pvtune"
/* The marker's content is always the same, so that `diff -r` of two runs finds nothing. */
#define HX_OUTDIR_MARKER_TEXT "Outputs written by pvtune, which replaces this folder as a whole.\n"

/* As hx_publish_begin, put and hx_publish_abandon; `force` replaces any folder. `study`, which names the
 * files, must live until then. */
bool hx_outdir_begin(hx_publish *dir, const char *folder, const char *study, bool force,
                     pvs_error *error);
/* As hx_publish_adopt. */
bool hx_outdir_adopt(hx_publish *dir, const char *folder, const char *study, bool force,
                     const char *file, pvs_error *error);
bool hx_outdir_publish(hx_publish *dir, pvs_error *error);

#endif
