/* An output folder that appears as a whole or not at all.
 *
 * Outputs are made in a hidden sibling folder and then swapped in with one rename (RENAME_EXCHANGE
 * when there is something to replace), so that whoever looks sees the old outputs or the new ones;
 * several runs of one study at a time each have their own, and the last to finish stays. A folder
 * of outputs carries the file `.pvtune`; one without it that is not empty belongs to somebody else
 * and is refused. What a killed run left behind is removed by the next one of the same study: as
 * long as a run lives it holds a lock on its temporary folder. Not thread safe: begin, publish and
 * abandon where no other thread runs. */
#ifndef HX_EXEC_OUTDIR_H
#define HX_EXEC_OUTDIR_H

#include "pvs/pvs.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define HX_OUTDIR_MARKER ".pvtune"
/* The marker's content is always the same, so that `diff -r` of two runs finds nothing. */
#define HX_OUTDIR_MARKER_TEXT "Outputs written by pvtune, which replaces this folder as a whole.\n"

typedef struct hx_outdir {
  char final[PATH_MAX]; /* where it will be, links resolved */
  char temp[PATH_MAX];  /* where it is made: exists and is empty after begin */
  bool force;
  int lock_fd;      /* of temp; only of use to others */
  int made_parents; /* folders above `final` that begin had to make */
} hx_outdir;

/* Checks `folder` and makes what is needed. On failure nothing is left behind and err says which
 * path, what was found and what was expected. */
bool hx_outdir_begin(hx_outdir *dir, const char *folder, bool force, pvs_error *error);
/* Swaps the folder in and deletes what was there before. On failure the old one is still there and
 * nothing else is. Leftovers of the old folder that could not be deleted are no failure: `err` then
 * names them, else it is "". */
bool hx_outdir_publish(hx_outdir *dir, pvs_error *error);
/* Removes everything begin made. */
void hx_outdir_abandon(hx_outdir *dir);

/* mkdir -p. False with errno set. */
bool hx_outdir_make_path(const char *path);

#endif
