#include "base/name_set.h"
#include "unit/base_support.h"

static void test_the_first_name_that_looks_the_same_is_told(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int is_new;
    const char *twin;
  } cases[] = {
      {"TOU", 1, NULL}, {"flat", 1, NULL},       {"tou", 1, "TOU"},   {"tou", 0, NULL},
      {"TOU", 0, NULL}, {"tou\u00a0", 1, "TOU"}, {"Flat", 1, "flat"}, {"TOU 2", 1, NULL},
  };
  pvs_name_set set;
  pvs_name_set_init(&set);
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    int is_new = -1;
    const char *twin = "";
    assert_int_equal(pvs_name_set_add(&set, cases[i].name, &is_new, &twin, NULL), PVS_OK);
    assert_int_equal(is_new, cases[i].is_new);
    if (cases[i].twin == NULL) {
      assert_null(twin);
    } else {
      assert_string_equal(twin, cases[i].twin);
    }
  }
  pvs_name_set_deinit(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_first_name_that_looks_the_same_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
