#include "decide/replay.h"

#include <math.h>
#include <stdlib.h>

/* The k-th row of a configuration, k from 0; n when it has fewer. */
static size_t find_row(const hx_replay_row *rows, size_t n, size_t config, size_t k) {
  for (size_t i = 0; i < n; i++)
    if (rows[i].config == config && k-- == 0)
      return i;
  return n;
}

bool hx_replay_search(hx_search *s, size_t m, const hx_replay_row *rows, size_t n) {
  size_t *order = calloc(m, sizeof *order), count;
  if (!order)
    return false;
  for (size_t block = 0; (count = hx_search_next_block(s, order)) > 0; block++) {
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
      size_t row = find_row(rows, n, order[i], block);
      if (row == n)
        continue;
      double cap = hx_search_cap_s(s, order[i]);
      bool capped = rows[row].seconds > cap;
      hx_search_add(s, &(hx_search_run){.config = order[i],
                                        .seconds = capped ? cap : rows[row].seconds,
                                        .outcome = capped ? HX_SEARCH_CENSORED : HX_SEARCH_VALID});
      added++;
    }
    if (added == 0)
      hx_search_end(s, HX_SEARCH_STOP_BLOCKS);
    else
      hx_search_decide(s, INFINITY);
  }
  free(order);
  return true;
}
