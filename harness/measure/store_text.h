/* Rows of the store as CSV text in a growing buffer. */
#ifndef HX_MEASURE_STORE_TEXT_H
#define HX_MEASURE_STORE_TEXT_H

#include "measure/store_file.h"

/* All zero is empty. `data` is the caller's to free. Out of memory is remembered, not returned. */
typedef struct hx_store_text {
  char *data;
  size_t size, cap;
  bool no_memory;
} hx_store_text;

void hx_store_text_put(hx_store_text *t, const char *data, size_t size);
/* The schema's header line, its newline included. */
void hx_store_text_header(hx_store_text *t, const hx_store_schema *schema);
/* One row as one line. Reals are the shortest decimals that read back as the same double. */
void hx_store_text_row(hx_store_text *t, const hx_store_schema *schema, const char *row);

#endif
