#include "base/arena.h"
#include "unit/base_support.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define IS_POISONED(at) __asan_address_is_poisoned(at)
#else
#define IS_POISONED(at) ((void)(at), 1)
#endif

static void assert_zero(const unsigned char *data, size_t size) {
  for (size_t i = 0; i < size; i++) {
    assert_int_equal(data[i], 0);
  }
}

static void test_blocks_are_aligned_zeroed_and_apart(void **state) {
  (void)state;
  static const size_t sizes[] = {1, 8, 63, 64, 65, 1000, 16384, 16385, 70000, 1 << 21};
  enum { ROUNDS = 20 };
  unsigned char *blocks[ROUNDS * COUNT_OF(sizes)];
  pvs_arena arena;
  pvs_arena_init(&arena);
  for (size_t i = 0; i < COUNT_OF(blocks); i++) {
    const size_t size = sizes[i % COUNT_OF(sizes)];
    blocks[i] = pvs_arena_alloc(&arena, size, 1);
    assert_non_null(blocks[i]);
    assert_int_equal((uintptr_t)blocks[i] % PVS_ALIGN, 0);
    assert_zero(blocks[i], size);
    memset(blocks[i], (int)(i % 255) + 1, size);
    assert_true(IS_POISONED(blocks[i] + size)); /* so that sanitizers notice a step too far */
  }
  for (size_t i = 0; i < COUNT_OF(blocks); i++) {
    for (size_t j = 0; j < sizes[i % COUNT_OF(sizes)]; j++) {
      if (blocks[i][j] != i % 255 + 1) {
        fail_msg("block %zu was overwritten at %zu", i, j);
      }
    }
  }
  pvs_arena_deinit(&arena);
}

static void test_small_blocks_and_strings(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_arena_init(&arena);
  for (size_t i = 0; i < 20000; i++) {
    char *text = pvs_arena_string(&arena, "customer 12", i % 12);
    void *small = pvs_arena_small(&arena, 24);
    assert_int_equal((uintptr_t)small % 8, 0);
    assert_zero(small, 24);
    memset(small, 0xff, 24);
    assert_int_equal(strlen(text), i % 12);
    assert_memory_equal(text, "customer 12", i % 12);
    assert_true(IS_POISONED(text + i % 12 + 1));
    assert_true(IS_POISONED((char *)small + 24));
  }
  pvs_arena_deinit(&arena);
}

static void test_empty_and_impossible_sizes(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_arena_init(&arena);
  assert_non_null(pvs_arena_alloc(&arena, 0, 8));
  assert_non_null(pvs_arena_alloc(&arena, 8, 0));
  assert_null(pvs_arena_alloc(&arena, SIZE_MAX / 8 + 1, 8));
  assert_null(pvs_arena_alloc(&arena, SIZE_MAX, 1));
  assert_non_null(pvs_arena_alloc(&arena, 1, 8));
  pvs_arena_deinit(&arena);
}

static void test_may_be_used_again(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_arena_init(&arena);
  pvs_arena_deinit(&arena);
  unsigned char *block = pvs_arena_alloc(&arena, 100, 10);
  assert_zero(block, 1000);
  pvs_arena_deinit(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_blocks_are_aligned_zeroed_and_apart),
      cmocka_unit_test(test_small_blocks_and_strings),
      cmocka_unit_test(test_empty_and_impossible_sizes),
      cmocka_unit_test(test_may_be_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
