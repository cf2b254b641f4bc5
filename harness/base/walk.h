/* Goes through a folder. glibc's fts and nftw need memory, and without it they crash, leave
 * something out, or leave something behind; this asks for none. */
#ifndef HX_BASE_WALK_H
#define HX_BASE_WALK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

typedef struct hx_walked {
  const char *path; /* begins with the root */
  const char *name; /* its last part; the root's is all of its path */
  const struct stat *status;
  bool after; /* a folder for the second time, after what is in it */
} hx_walked;

typedef enum hx_walk_step {
  HX_WALK_ON,
  HX_WALK_PAST, /* a folder that is not entered, nor seen a second time */
  HX_WALK_END,  /* hx_walk returns false, with errno as it is */
} hx_walk_step;

typedef hx_walk_step (*hx_walk_visit)(void *context, const hx_walked *entry);

typedef enum hx_walk_way {
  HX_WALK_INSIDE = 0, /* links are entries themselves */
  HX_WALK_FOLLOW = 1, /* links are followed, but never into a folder that is being walked already;
                       * a link to nothing is an entry itself */
  HX_WALK_ONE_FS = 2, /* what is mounted inside is passed by */
} hx_walk_way;

/* The root first, then what is in it, in no order; what is gone by then is left out. False, with
 * errno, at what cannot be read: it is in `path` then, which holds the root at first. */
bool hx_walk(char path[PATH_MAX], hx_walk_way way, hx_walk_visit visit, void *context);

#endif
