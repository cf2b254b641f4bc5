/* A side that is ready to run: a program, whose path is as long as the other side's, or a folder in
 * which its command runs. Both sides get the same environment. */
#ifndef HX_COMPARE_READY_SIDE_H
#define HX_COMPARE_READY_SIDE_H

#include "pvs/pvs.h"

#include "compare/duet.h"
#include "measure/runner.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct hx_ready_side {
  char program[PATH_MAX];          /* a link of our own, so that argv is as long on both sides; ""
                                      for commands */
  char folder[PATH_MAX];           /* everything runs here; "": the caller's folder */
  char scratch[PATH_MAX];          /* the side's own: both may run at a time */
  char binary[HX_HASH_TEXT];       /* "" for commands */
  char revision[HX_REVISION_TEXT]; /* "" none */
  hx_run_life life;                /* what happens around each run; its folder is `folder` */
  bool set_up;                     /* --setup has been run, --cleanup is due */
  hx_process_runner processes;
  hx_runner runner; /* what to measure with */
} hx_ready_side;

/* `name`: "a" or "b"; `scratch`: an existing folder, absolute. `program` (a pvtune) or `folder` (a
 * checkout) are NULL where there is none. `like` gives everything else of the runner; the folder of
 * its life is one inside of the checkout. The ready side must not be moved afterwards. False with a
 * sentence in error. */
bool hx_ready_side_init(hx_ready_side *ready, const char *name, const char *scratch,
                        const char *program, const char *folder, const hx_process_runner *like,
                        pvs_error *error);

/* Run --setup before the side's first run and --cleanup after its last. False with a sentence in
 * error. --cleanup is only run if --setup was tried. */
bool hx_ready_side_set_up(hx_ready_side *ready, pvs_error *error);
bool hx_ready_side_clean_up(hx_ready_side *ready, pvs_error *error);

/* Calls one of the commands around a run, such as --prepare; see measure/life.h. */
bool hx_ready_side_call(const hx_ready_side *ready, hx_life_call call, pvs_error *error);

/* Puts `bytes` into the environment of all runs from now on: the speed of some programs depends on
 * where their stack starts, and a single start must not decide a comparison. */
void hx_ready_side_pad(size_t bytes);

/* What hx_duet_outputs_fn asks for: runs A once more, keeps its outputs and compares those of one
 * more run of B with them, cell by cell. ctx: an hx_ready_side_pair. */
typedef struct hx_ready_side_pair {
  const hx_ready_side *a;
  const char *scratch;
  double timeout_s; /* of each of the two runs; INFINITY: none */
} hx_ready_side_pair;
hx_expected hx_ready_side_compare_outputs(void *ctx, const hx_duet_player *a,
                                          const hx_duet_player *b, char *message, size_t cap);

#endif
