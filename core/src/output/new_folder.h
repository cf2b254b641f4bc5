/* A folder that appears as a whole: written under another name beside its place, then renamed. */
#ifndef PVS_OUTPUT_NEW_FOLDER_H
#define PVS_OUTPUT_NEW_FOLDER_H

#include "pvs/pvs.h"

#include <limits.h>

typedef struct pvs_new_folder {
  char target[PATH_MAX];
  char partial[PATH_MAX]; /* where to write until then */
} pvs_new_folder;

/* Makes `partial`. The target must not exist, or be an empty folder; the error says what it is. */
pvs_code pvs_new_folder_begin(pvs_new_folder *folder, const char *target, pvs_error *error);
/* Renames it to the target. A failure removes it. */
pvs_code pvs_new_folder_publish(const pvs_new_folder *folder, pvs_error *error);
/* Removes it with all that it holds. */
void pvs_new_folder_abandon(const pvs_new_folder *folder);

#endif
