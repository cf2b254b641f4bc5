/* Parts of a study, put together to what a single run writes. */
#ifndef HX_CLUSTER_MERGE_H
#define HX_CLUSTER_MERGE_H

#include "cluster/shard.h"

#include <limits.h>
#include <stddef.h>

typedef struct hx_merge_part {
  const char *folder; /* borrowed */
  hx_shard shard;
} hx_merge_part;

/* In order of their scenarios once read. */
typedef struct hx_merge {
  hx_merge_part *parts;
  size_t n;
  char folder[PATH_MAX]; /* OUTPUTS/STUDY, where the outputs are once written */
  uint64_t digest;       /* that of a single run */
} hx_merge;

/* Reads what the folders say about themselves, and makes sure that they are parts of one study, each
 * scenario once. The error names what does not fit: a folder that is no part, or of another study,
 * other inputs or another version; scenarios that two folders have; all scenarios that none has.
 * deinit it in any case. */
bool hx_merge_read(hx_merge *merge, char *const *folders, size_t n, pvs_error *error);
/* Writes OUTPUTS/STUDY, which appears as a whole (exec/outdir.h); `force` replaces any folder.
 * Files of scenarios become hard links to those of the parts where the file system allows it,
 * otherwise copies. If it returns true with a filled error, old outputs could not be deleted. */
bool hx_merge_write(hx_merge *merge, const char *outputs, bool force, pvs_error *error);
void hx_merge_deinit(hx_merge *merge);

#endif
