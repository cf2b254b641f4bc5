/* Speed over commits: what `record` left in verdicts.csv, put in the order of the commits, with the
 * changes decide/history finds and those that people accepted. */
#ifndef HX_COMPARE_SERIES_H
#define HX_COMPARE_SERIES_H

#include "compare/revision.h"
#include "decide/history.h"
#include "measure/store.h"

#include <stdbool.h>
#include <stddef.h>

/* accepted.csv: steps that are meant to be. X(cell, name, unit, meaning) */
#define HX_ACCEPTED_COLUMNS(X)                                                                     \
  X(TEXT, commit, "commit", "the commit that made the step")                                       \
  X(TEXT, workload, "key", "the workload it was seen on")                                          \
  X(REAL, change, "ratio", "the step: 0.03 takes 3 % longer")                                      \
  X(TEXT, reason, "text", "why it is fine")                                                        \
  X(TEXT, accepted_utc, "ISO 8601", "when it was accepted")

/* references.csv: what times are relative to. */
#define HX_REFERENCE_COLUMNS(X)                                                                    \
  X(TEXT, pinned_utc, "ISO 8601", "when; the last row for a build command holds")                  \
  X(TEXT, build, "text", "--build of the program; empty: pvtune itself")                           \
  X(TEXT, side, "text", "bin: with a path in this folder, or rev: with a commit to be built")      \
  X(TEXT, revision, "commit", "the commit it is")                                                  \
  X(TEXT, binary, "hash", "XXH3 of the binary; empty with --build")

typedef struct hx_accepted_row {
  HX_ACCEPTED_COLUMNS(HX_STORE_MEMBER)
} hx_accepted_row;
typedef struct hx_reference_row {
  HX_REFERENCE_COLUMNS(HX_STORE_MEMBER)
} hx_reference_row;

extern const hx_store_schema hx_accepted_schema, hx_references_schema;

/* Which of the records: texts that are NULL take those of the last record. */
typedef struct hx_series_key {
  const char *allocation, *workload, *config;
} hx_series_key;

typedef struct hx_series_point {
  const hx_verdict_row *row;       /* the last record of the commit */
  const hx_commit *commit;         /* NULL: unknown to the repository, or there is none */
  double ratio, lower, upper;      /* time relative to the reference; bounds NaN: none */
  double level;                    /* between the changes around it */
  const hx_history_change *change; /* that begins here; NULL: none */
  bool outputs_known;              /* false: nothing says whether they are new */
  bool new_outputs; /* they differ from those of the last record whose outputs are known, or of
                         the reference for the first */
} hx_series_point;

/* Borrows rows and commits. */
typedef struct hx_series {
  hx_series_point *points; /* oldest first */
  size_t n;
  hx_history_change *changes;
  size_t n_changes, n_open; /* open: slower, and not accepted */
  size_t n_new_outputs;
  hx_history_fit fit;
  size_t elsewhere; /* records of commits that are not on the line of `commits` */
  const char *workload, *config, *reference; /* reference: its revision, or its binary's hash */
  const char *around;                        /* what happened around the runs; "": nothing */
} hx_series;

/* The records of one key relative to the reference of the last of them. `commits` gives the order
 * (NULL: that of recording). A series without any points is fine. False when out of memory. */
bool hx_series_make(const hx_store_rows *verdicts, const hx_store_rows *accepted,
                    const hx_series_key *key, const hx_commits *commits, hx_series *out);
void hx_series_deinit(hx_series *series);

/* The point of a commit given by the beginning of its id; n when there is none. */
size_t hx_series_find(const hx_series *series, const char *commit);

/* Points that certainly lie before and after a change: HX_SERIES_SLACK commits away from it, but not
 * beyond the neighbouring changes. */
void hx_series_bracket(const hx_series *series, const hx_history_change *change, size_t *good,
                       size_t *bad);

enum { HX_SERIES_SLACK = 3 }; /* how many commits a change may be misplaced */

#endif
