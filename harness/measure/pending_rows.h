/* Rows waiting for their partner on the other side, found by their key: the first field. */
#ifndef HX_MEASURE_PENDING_ROWS_H
#define HX_MEASURE_PENDING_ROWS_H

#include "measure/csv_rows.h"

typedef struct hx_pending_row hx_pending_row;

typedef struct hx_pending {
  hx_pending_row **buckets;
  size_t n_buckets, count;
  hx_pending_row *oldest, *newest; /* all rows, in the order they came */
} hx_pending;

/* Keys are equal when they are the same text or the same number. */
int hx_pending_same_key(hx_csv_field a, hx_csv_field b);

/* Keeps a copy. Returns 0, or -1 when out of memory. */
int hx_pending_add(hx_pending *p, const hx_csv_row *row);

/* Takes out the oldest row with that key; NULL if there is none. The caller frees it with free().
 */
hx_pending_row *hx_pending_take(hx_pending *p, hx_csv_field key);

hx_csv_row hx_pending_view(const hx_pending_row *row);

void hx_pending_release(hx_pending *p);

#endif
