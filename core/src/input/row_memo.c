#include "input/row_memo.h"
#include "base/digest.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_ENTRIES = 1 << 14, LEAST_ENTRIES = 1 << 6, LEAST_TRIED = 1 << 5, MOST_TRIED = 1 << 12 };

/* No larger than the rows need, since each page of it that is touched costs a page fault. */
void pvs_row_memo_init(pvs_row_memo *memo, size_t rows) {
  uint32_t n = LEAST_ENTRIES;
  while (n < MOST_ENTRIES && n / 2 < rows)
    n *= 2;
  const size_t tried = rows / 16;
  *memo = (pvs_row_memo){.entries = calloc(n, sizeof *memo->entries),
                         .n_entries = n,
                         .tried = tried < LEAST_TRIED  ? LEAST_TRIED
                                  : tried > MOST_TRIED ? MOST_TRIED
                                                       : (uint32_t)tried};
}

void pvs_row_memo_deinit(pvs_row_memo *memo) {
  free(memo->entries);
  memo->entries = NULL;
}

void pvs_row_memo_clear(pvs_row_memo *memo) {
  if (memo->entries)
    memset(memo->entries, 0, memo->n_entries * sizeof *memo->entries);
  memo->used = 0;
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

bool pvs_row_memo_is_poor(pvs_row_memo *memo) {
  if (memo->looked < memo->tried)
    return false;
  const bool is_poor = memo->found < memo->looked / 4;
  memo->looked = memo->found = 0;
  return is_poor;
}

bool pvs_row_memo_find(pvs_row_memo *memo, const char *text, size_t length, uint32_t *value) {
  if (!memo->entries)
    return false;
  const pvs_row_memo_entry *entry = place(memo, pvs_digest_add(0, text, length), text, length);
  memo->looked++;
  memo->found += entry->text != NULL;
  *value = entry->value;
  return entry->text != NULL;
}

bool pvs_row_memo_has_room(const pvs_row_memo *memo) {
  return memo->entries && memo->used < memo->n_entries / 2;
}

void pvs_row_memo_keep(pvs_row_memo *memo, const char *text, size_t length, uint32_t value) {
  if (!pvs_row_memo_has_room(memo) || length > UINT32_MAX)
    return;
  uint64_t hash = pvs_digest_add(0, text, length);
  pvs_row_memo_entry *entry = place(memo, hash, text, length);
  memo->used += !entry->text;
  *entry = (pvs_row_memo_entry){hash, text, (uint32_t)length, value};
}
