#include "base/intern.h"
#include "unit/base_support.h"

static void test_numbers_come_in_order_of_first_sight(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_intern names;
  pvs_arena_init(&arena);
  pvs_intern_init(&names, &arena);
  assert_int_equal(pvs_intern_find(&names, "cp", 2), PVS_INTERN_NONE);
  int is_new = -1;
  assert_int_equal(pvs_intern_add(&names, "cp", 2, &is_new), 0);
  assert_int_equal(is_new, 1);
  assert_int_equal(pvs_intern_add(&names, "", 0, &is_new), 1);
  assert_int_equal(pvs_intern_add(&names, "cp2", 2, &is_new), 0); /* two bytes of it */
  assert_int_equal(is_new, 0);
  assert_int_equal(pvs_intern_add(&names, "cp2", 3, NULL), 2);
  assert_int_equal(names.count, 3);
  assert_string_equal(names.keys[0], "cp");
  assert_string_equal(names.keys[1], "");
  assert_int_equal(names.lengths[2], 3);
  pvs_intern_deinit(&names);
  pvs_arena_deinit(&arena);
}

static void test_many_keys_with_zero_bytes(void **state) {
  (void)state;
  enum { KEYS = 20000 };
  pvs_arena arena;
  pvs_intern keys;
  pvs_arena_init(&arena);
  pvs_intern_init(&keys, &arena);
  for (uint32_t round = 0; round < 2; round++) {
    for (uint32_t i = 0; i < KEYS; i++) {
      const uint64_t key[2] = {i % 100, i / 100};
      int is_new;
      assert_int_equal(pvs_intern_add(&keys, key, sizeof key, &is_new), i);
      assert_int_equal(is_new, round == 0);
    }
  }
  for (uint32_t i = 0; i < KEYS; i++) {
    const uint64_t key[2] = {i % 100, i / 100};
    assert_memory_equal(keys.keys[i], key, sizeof key);
    assert_int_equal(pvs_intern_find(&keys, key, sizeof key), i);
  }
  const uint64_t absent[2] = {100, 0};
  assert_int_equal(pvs_intern_find(&keys, absent, sizeof absent), PVS_INTERN_NONE);
  pvs_intern_deinit(&keys);
  pvs_arena_deinit(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_come_in_order_of_first_sight),
      cmocka_unit_test(test_many_keys_with_zero_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
