/* Rows of the store as CSV text. */
#ifndef HX_MEASURE_STORE_TEXT_H
#define HX_MEASURE_STORE_TEXT_H

#include "base/text.h"
#include "measure/store_file.h"

/* The schema's header line, its newline included. */
void hx_store_text_header(hx_text *t, const hx_store_schema *schema);
/* One row as one line. Reals are the shortest decimals that read back as the same double. */
void hx_store_text_row(hx_text *t, const hx_store_schema *schema, const char *row);

#endif
