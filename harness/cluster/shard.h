/* What a folder of outputs of a part of a study says about itself: two hidden files beside the
 * outputs, from which `pvtune merge` knows that parts belong together. */
#ifndef HX_CLUSTER_SHARD_H
#define HX_CLUSTER_SHARD_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stdint.h>

#define HX_SHARD_MANIFEST ".pvtune-shard.json"
#define HX_SHARD_DIGESTS  ".pvtune-shard.digests" /* 8 bytes per scenario, as in memory */

enum { HX_SHARD_NAME = 512, HX_SHARD_PARTS = 8 };

typedef struct hx_shard_table {
  char name[HX_SHARD_NAME]; /* of its file; "": the study has no such table */
  uint64_t header_bytes, bytes;
  uint64_t hash; /* of its bytes */
} hx_shard_table;

/* One part of a study. Texts are shortened to fit, which is far more than there is room for in a
 * file's name. */
typedef struct hx_shard {
  char version[32]; /* of pvtune */
  char study[HX_SHARD_NAME], project[HX_SHARD_NAME], region[64];
  uint64_t input_digest;
  uint32_t scenarios;    /* of the whole study */
  uint32_t first, count; /* of this part */
  bool scenario_files;
  hx_shard_table tables[PVS_TABLES];
  uint64_t files, file_bytes; /* in its folders: of scenarios, time series and saved tariffs */
  uint64_t files_hash;        /* of their names and bytes */
  uint64_t tariff_digests[HX_SHARD_PARTS];
  uint32_t tariff_parts;
  uint64_t digests_hash;
  uint64_t *digests; /* of its scenarios, `count` of them; owned by whoever filled the struct */
} hx_shard;

/* Writes both files. All outputs must be closed, as their sizes are taken from the folder. */
bool hx_shard_write(hx_shard *shard, const char *folder, pvs_error *error);
/* Reads them; free() digests. An error names the file: there is none, as in a folder of a whole
 * study's outputs, or it is damaged, or the tables or the other files are not what they were. */
bool hx_shard_read(hx_shard *shard, const char *folder, pvs_error *error);

#endif
