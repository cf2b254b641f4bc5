/* The folder in which builds of revisions are kept, a folder for each build named by its key. When
 * the cache exceeds its limit, the builds whose last use is longest ago are removed. */
#ifndef HX_COMPARE_REVISION_CACHE_H
#define HX_COMPARE_REVISION_CACHE_H

#include "pvs/pvs.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* $XDG_CACHE_HOME/pvtune/builds, by default below ~/.cache. */
bool hx_cache_folder(char *path, size_t cap, pvs_error *error);

/* Bytes that builds may take: $PVTUNE_CACHE_LIMIT, a size or a number of GB; 10 GB by default;
 * INFINITY for 0, no limit. False with a sentence in error when it is neither. */
bool hx_cache_limit(double *bytes, pvs_error *error);

typedef struct hx_cached {
  char key[65];
  char what[80]; /* the commit, or "unfinished" */
  double bytes;  /* on disk */
  time_t used;   /* last time it was built or measured */
} hx_cached;

typedef struct hx_cache_list {
  hx_cached *items; /* the one not used for longest first */
  size_t n;
} hx_cache_list;

/* All builds of a cache folder; a folder that is not there has none. */
bool hx_cache_read(const char *cache, hx_cache_list *list, pvs_error *error);
void hx_cache_list_deinit(hx_cache_list *list);

/* Notes that a build is used now. */
void hx_cache_touch(const char *cache, const char *key);

/* Removes one build. False, with no error, while another process uses it. */
bool hx_cache_remove(const char *cache, const char *key, pvs_error *error);

/* Removes builds until they take no more than `bytes`, beginning with the one whose last use is
 * longest ago. Builds used within the last hour stay, since another comparison may be using them. */
void hx_cache_trim(const char *cache, double bytes);

#endif
