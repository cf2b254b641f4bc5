#include "input/row_memo.h"
#include "base/digest.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_ENTRIES = 1 << 14, LEAST_ENTRIES = 1 << 6, TRIED = 4096 };

/* No larger than the rows need, since each page of it that is touched costs a page fault. */
void pvs_row_memo_init(pvs_row_memo *memo, size_t most_rows) {
  uint32_t n = LEAST_ENTRIES;
  while (n < MOST_ENTRIES && n / 2 < most_rows)
    n *= 2;
  *memo = (pvs_row_memo){.entries = calloc(n, sizeof *memo->entries), .n_entries = n};
}

void pvs_row_memo_deinit(pvs_row_memo *memo) {
  free(memo->entries);
  memo->entries = NULL;
}

static pvs_row_memo_entry *place(const pvs_row_memo *memo, uint64_t hash, const char *text,
                                 size_t length) {
  for (uint64_t at = hash;; at++) {
    pvs_row_memo_entry *entry = &memo->entries[at % memo->n_entries];
    if (!entry->text ||
        (entry->hash == hash && entry->length == length && memcmp(entry->text, text, length) == 0))
      return entry;
  }
}

bool pvs_row_memo_find(pvs_row_memo *memo, const char *text, size_t length, uint32_t *value) {
  if (!memo->entries)
    return false;
  if (memo->looked == TRIED) {
    if (memo->found < TRIED / 4) {
      pvs_row_memo_deinit(memo);
      return false;
    }
    memo->looked = memo->found = 0;
  }
  const pvs_row_memo_entry *entry = place(memo, pvs_digest_add(0, text, length), text, length);
  memo->looked++;
  memo->found += entry->text != NULL;
  *value = entry->value;
  return entry->text != NULL;
}

void pvs_row_memo_keep(pvs_row_memo *memo, const char *text, size_t length, uint32_t value) {
  if (!memo->entries || memo->used == memo->n_entries / 2 || length > UINT32_MAX)
    return;
  uint64_t hash = pvs_digest_add(0, text, length);
  pvs_row_memo_entry *entry = place(memo, hash, text, length);
  memo->used += !entry->text;
  *entry = (pvs_row_memo_entry){hash, text, (uint32_t)length, value};
}
