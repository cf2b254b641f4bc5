/* Rows of a study file that were seen before, but for their scenario number: studies of many
 * scenarios repeat what their columns combine. Keys point into the file. */
#ifndef PVS_INPUT_ROW_MEMO_H
#define PVS_INPUT_ROW_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pvs_row_memo_entry {
  uint64_t hash;
  const char *text; /* NULL: free */
  uint32_t length, value;
} pvs_row_memo_entry;

typedef struct pvs_row_memo {
  pvs_row_memo_entry *entries; /* NULL: nothing is kept */
  uint32_t n_entries, used, looked, found;
  uint32_t tried; /* after so many rows it is seen whether texts come again */
} pvs_row_memo;

/* For a file of about so many rows. Without memory it works, and keeps nothing. */
void pvs_row_memo_init(pvs_row_memo *memo, size_t rows);
void pvs_row_memo_deinit(pvs_row_memo *memo);
/* Whether hardly any text comes again, as far as was seen lately. */
bool pvs_row_memo_is_poor(pvs_row_memo *memo);
bool pvs_row_memo_find(pvs_row_memo *memo, const char *text, size_t length, uint32_t *value);
void pvs_row_memo_clear(pvs_row_memo *memo);
bool pvs_row_memo_has_room(const pvs_row_memo *memo);
/* Of the text that was looked for last. Keeps it if there is room. */
void pvs_row_memo_keep(pvs_row_memo *memo, const char *text, size_t length, uint32_t value);

#endif
