/* A folder that appears as a whole or not at all.
 *
 * It is made under a hidden name beside its place and then put there with one rename
 * (RENAME_EXCHANGE when there is something to replace), so that whoever looks sees the old folder
 * or the new one. Several processes may do this with the same place at once: each has a folder of
 * its own, and the last to finish stays. What a killed process left behind is removed by the next
 * one with the same place: as long as a process lives it holds a lock on its hidden folder. Not
 * thread-safe: call begin, put and abandon where no other thread runs. */
#ifndef HX_BASE_PUBLISH_H
#define HX_BASE_PUBLISH_H

#include "pvs/pvs.h"

#include <limits.h>
#include <stdbool.h>

/* Which folders may be replaced. */
typedef struct hx_publish_rule {
  /* Whether the existing folder `path`, which may be empty, may be. False with an error that says why
   * not. Asked at the beginning and again before each replacement. */
  bool (*check)(const struct hx_publish_rule *rule, const char *path, pvs_error *error);
  const char *study; /* these two are only for check; the name lives until put or abandon */
  bool force;
} hx_publish_rule;

typedef struct hx_publish {
  char final[PATH_MAX]; /* its place, links resolved */
  char temp[PATH_MAX];  /* where it is made: exists and is empty after begin */
  hx_publish_rule rule;
  int lock_fd;      /* of temp; only of use to other processes */
  int made_parents; /* folders above `final` that begin had to make */
} hx_publish;

/* Makes the hidden folder and missing parents. On failure nothing is left behind, and the error
 * names the path, what was found and what was expected. */
bool hx_publish_begin(hx_publish *p, const char *folder, const hx_publish_rule *rule,
                      pvs_error *error);
/* Takes up what an earlier process for the same place left behind: the newest hidden folder that no
 * process holds and that has `file` in it. False with nothing in error when there is none. */
bool hx_publish_adopt(hx_publish *p, const char *folder, const hx_publish_rule *rule,
                      const char *file, pvs_error *error);
/* Leaves the hidden folder where it is, for hx_publish_adopt. The next hx_publish_begin for the same
 * place removes it. */
void hx_publish_leave(hx_publish *p);
/* Puts the folder in its place and deletes what was there before. On failure the old one is still
 * there and nothing else is. When parts of the old folder could not be deleted, true is returned
 * all the same, and the error names them. */
bool hx_publish_put(hx_publish *p, pvs_error *error);
/* Removes everything that begin made. May be called after put, and after a begin that failed. */
void hx_publish_abandon(hx_publish *p);

/* An error about a file of the hidden folder names the place that the file was meant for. */
void hx_publish_name(const hx_publish *publish, pvs_error *error);

#endif
