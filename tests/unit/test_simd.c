#include "base/simd.h"
#include "input/profile_block.h"
#include "model/kernels.h"
#include "unit/base_support.h"

/* What each part of the core chooses, by name: all of one level, and none that is missing here. */
static void test_every_part_goes_by_one_level(void **state) {
  (void)state;
  for (int i = 0; i < PVS_SIMD_LEVELS; i++) {
    const char *name = pvs_simd_name((pvs_simd)i);
    const bool here = i <= (int)pvs_simd_best();
    pvs_simd level;
    assert_int_equal(pvs_simd_find(name, &level), here);
    const pvs_kernels *kernels = pvs_kernels_choose(name);
    if (here) {
      assert_int_equal((int)level, i);
      assert_string_equal(kernels->name, name);
    } else {
      assert_null(kernels);
    }
    assert_int_equal(pvs_block_choose(name) != NULL, here && i > PVS_SIMD_PORTABLE);
  }
}

static void test_the_best_is_taken_where_none_is_named(void **state) {
  (void)state;
  const char *best = pvs_simd_name(pvs_simd_best());
  assert_ptr_equal(pvs_kernels_choose(NULL), pvs_kernels_choose(best));
  assert_ptr_equal(pvs_kernels_available()[0], pvs_kernels_choose(best));
  assert_ptr_equal(pvs_block_choose(NULL), pvs_block_choose(best));
}

static void test_unknown_levels_are_refused(void **state) {
  (void)state;
  pvs_simd level;
  assert_false(pvs_simd_find("AVX2", &level));
  assert_false(pvs_simd_find("", &level));
  assert_null(pvs_kernels_choose("sse9"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_part_goes_by_one_level),
      cmocka_unit_test(test_the_best_is_taken_where_none_is_named),
      cmocka_unit_test(test_unknown_levels_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
