#include "input/row_cells.h"
#include "unit/base_support.h"
#include <stdio.h>

enum { COLUMNS = 3 };

static void take(pvs_row_cells *cells, pvs_cell_memo *memo, const char *const texts[COLUMNS]) {
  pvs_field fields[COLUMNS];
  for (uint32_t i = 0; i < COLUMNS; i++)
    fields[i] = (pvs_field){(char *)(uintptr_t)texts[i], strlen(texts[i])};
  pvs_row_cells_take(cells, fields);
  pvs_cell_memo_take(memo, cells);
}

static void start(pvs_row_cells *cells, pvs_cell_memo *memo, bool remembers) {
  assert_true(pvs_row_cells_init(cells, COLUMNS, remembers));
  assert_true(pvs_cell_memo_init(memo, COLUMNS, 2, pvs_cell_memo_slots(1)));
  memo->sets[0] = 1; /* set 0 reads columns 0 and 1, set 1 columns 1 and 2 */
  memo->sets[1] = 3;
  memo->sets[2] = 2;
}

static void stop(pvs_row_cells *cells, pvs_cell_memo *memo) {
  pvs_row_cells_deinit(cells);
  pvs_cell_memo_deinit(memo);
}

static void test_only_the_sets_columns_matter(void **state) {
  (void)state;
  pvs_row_cells cells;
  pvs_cell_memo memo;
  uint32_t slot, again;
  start(&cells, &memo, true);
  take(&cells, &memo, (const char *const[]){"a", "b", "c"});
  assert_int_equal(cells.n_filled, 3);
  assert_true(cells.filled[2].is_fresh);
  assert_false(pvs_cell_memo_find(&memo, 0, &slot));
  pvs_cell_memo_keep(&memo, 0, slot);
  take(&cells, &memo, (const char *const[]){"a", "b", "d"});
  assert_false(cells.filled[0].is_fresh);
  assert_true(cells.filled[2].is_fresh);
  assert_true(pvs_cell_memo_find(&memo, 0, &again));
  assert_int_equal(slot, again);
  assert_false(pvs_cell_memo_find(&memo, 1, &again));
  /* The same text in another column, or in one less, is another row. */
  take(&cells, &memo, (const char *const[]){"b", "a", "c"});
  assert_false(pvs_cell_memo_find(&memo, 0, &again));
  take(&cells, &memo, (const char *const[]){"a", "", "b"});
  assert_int_equal(cells.n_filled, 2);
  assert_false(pvs_cell_memo_find(&memo, 0, &again));
  stop(&cells, &memo);
}

static void test_a_long_text_is_never_found(void **state) {
  (void)state;
  static const char longer[] = "a text of more than twenty-four bytes";
  pvs_row_cells cells;
  pvs_cell_memo memo;
  uint32_t slot;
  start(&cells, &memo, true);
  for (int round = 0; round < 2; round++) {
    take(&cells, &memo, (const char *const[]){longer, "b", "c"});
    assert_true(cells.filled[0].is_fresh);
    assert_int_equal(cells.filled[0].number, 0);
    assert_false(pvs_cell_memo_find(&memo, 0, &slot));
    pvs_cell_memo_keep(&memo, 0, slot);
    assert_int_equal(pvs_cell_memo_find(&memo, 1, &slot), round);
    pvs_cell_memo_keep(&memo, 1, slot);
  }
  stop(&cells, &memo);
}

/* Whoever keeps a text that cannot be found has put something else into the slot. */
static void test_what_cannot_be_found_frees_the_slot(void **state) {
  (void)state;
  static const char longer[] = "a text of more than twenty-four bytes";
  pvs_row_cells cells;
  pvs_cell_memo memo;
  uint32_t slot;
  start(&cells, &memo, true);
  take(&cells, &memo, (const char *const[]){"a", "b", "c"});
  assert_false(pvs_cell_memo_find(&memo, 0, &slot));
  pvs_cell_memo_keep(&memo, 0, slot);
  assert_true(pvs_cell_memo_find(&memo, 0, &slot));
  const uint32_t kept = slot;
  take(&cells, &memo, (const char *const[]){longer, "b", "c"});
  pvs_cell_memo_keep(&memo, 0, kept);
  take(&cells, &memo, (const char *const[]){"a", "b", "c"});
  assert_false(pvs_cell_memo_find(&memo, 0, &slot));
  stop(&cells, &memo);
}

static void test_nothing_is_found_where_nothing_is_remembered(void **state) {
  (void)state;
  pvs_row_cells cells;
  pvs_cell_memo memo;
  uint32_t slot;
  start(&cells, &memo, false);
  for (int round = 0; round < 2; round++) {
    take(&cells, &memo, (const char *const[]){"a", "b", "c"});
    assert_true(cells.filled[0].is_fresh);
    assert_false(pvs_cell_memo_find(&memo, 0, &slot));
    pvs_cell_memo_keep(&memo, 0, slot);
  }
  stop(&cells, &memo);
}

/* More texts and rows than there is room for: whatever is found is what was kept last for it. */
static void test_found_is_the_same_text(void **state) {
  (void)state;
  enum { TEXTS = 300, SLOTS = 2 * 64 };
  char texts[TEXTS][24];
  int kept_a[SLOTS], kept_b[SLOTS], found = 0;
  for (int i = 0; i < TEXTS; i++)
    snprintf(texts[i], sizeof texts[i], "%.*s%d", i % 20, "abcdefghijklmnopqrst", i / 4);
  pvs_row_cells cells;
  pvs_cell_memo memo;
  start(&cells, &memo, true);
  uint64_t seed = 5;
  for (int round = 0; round < 100000; round++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const int most = round % 16 ? 8 : TEXTS, a = (int)(seed >> 40) % most,
              b = (int)(seed >> 20 & 0xfffff) % most;
    uint32_t slot;
    take(&cells, &memo, (const char *const[]){texts[a], texts[b], ""});
    if (pvs_cell_memo_find(&memo, 0, &slot)) {
      assert_string_equal(texts[kept_a[slot]], texts[a]);
      assert_string_equal(texts[kept_b[slot]], texts[b]);
      found++;
    } else {
      kept_a[slot] = a;
      kept_b[slot] = b;
      pvs_cell_memo_keep(&memo, 0, slot);
    }
  }
  assert_true(found > 10000);
  stop(&cells, &memo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_the_sets_columns_matter),
      cmocka_unit_test(test_a_long_text_is_never_found),
      cmocka_unit_test(test_what_cannot_be_found_frees_the_slot),
      cmocka_unit_test(test_nothing_is_found_where_nothing_is_remembered),
      cmocka_unit_test(test_found_is_the_same_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
