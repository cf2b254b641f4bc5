/* Accepted slowdowns: .pvtune/waivers.csv at the top of a repository, so that a waiver is reviewed
 * like code. Columns: workload, until, reason, who. A waiver holds for commits that do not contain
 * the revision `until`, which need not exist yet. */
#ifndef HX_COMPARE_WAIVERS_H
#define HX_COMPARE_WAIVERS_H

#include "compare/revision.h"

#include <stddef.h>

#define HX_WAIVERS_FILE ".pvtune/waivers.csv"

typedef struct hx_waiver {
  char *workload, *until, *reason, *who; /* owned by the list */
  bool used;
} hx_waiver;

typedef struct hx_waivers {
  hx_waiver *items;
  size_t n;
} hx_waivers;

/* Reads the repository's file; without one there are no waivers. The error names row and column: a
 * missing or empty cell, an unknown column, a workload twice. Deinit in any case. */
bool hx_waivers_read(const hx_repository *repository, hx_waivers *waivers, pvs_error *error);

/* The waiver that applies to a workload at a commit (full id); NULL if there is none. */
hx_waiver *hx_waivers_find(const hx_waivers *waivers, const hx_repository *repository,
                           const char *workload, const char *commit);

void hx_waivers_deinit(hx_waivers *waivers);

#endif
