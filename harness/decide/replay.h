/* Recorded timings through the search, as if they were being measured now. */
#ifndef HX_DECIDE_REPLAY_H
#define HX_DECIDE_REPLAY_H

#include "decide/search.h"

/* One recorded run, in the order the runs were made. */
typedef struct hx_replay_row {
  size_t config;
  double seconds;
} hx_replay_row;

/* Feeds the rows to a fresh search: the k-th block takes each survivor's k-th row, where there is
 * one, until the search stops or a block would be empty. m: the search's number of configurations.
 * Returns false when out of memory. */
bool hx_replay_search(hx_search *s, size_t m, const hx_replay_row *rows, size_t n);

#endif
