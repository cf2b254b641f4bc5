#include "input/row_memo.h"
#include "base/digest.h"
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 1 << 14, MOST_USED = ENTRIES / 2, TRIED = 4096 };

void pvs_row_memo_init(pvs_row_memo *memo) {
  *memo = (pvs_row_memo){.entries = calloc(ENTRIES, sizeof *memo->entries)};
}

void pvs_row_memo_deinit(pvs_row_memo *memo) {
  free(memo->entries);
  memo->entries = NULL;
}

static pvs_row_memo_entry *place(const pvs_row_memo *memo, uint64_t hash, const char *text,
                                 size_t length) {
  for (uint64_t at = hash;; at++) {
    pvs_row_memo_entry *entry = &memo->entries[at % ENTRIES];
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
  if (!memo->entries || memo->used == MOST_USED || length > UINT32_MAX)
    return;
  uint64_t hash = pvs_digest_add(0, text, length);
  pvs_row_memo_entry *entry = place(memo, hash, text, length);
  memo->used += !entry->text;
  *entry = (pvs_row_memo_entry){hash, text, (uint32_t)length, value};
}
