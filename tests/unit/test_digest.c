#include "base/digest.h"
#include "unit/base_support.h"

#include <stdlib.h>

static void test_long_digests_are_the_same(void **state) {
  (void)state;
  enum { SIZE = 70000 };
  unsigned char *data = malloc(SIZE);
  assert_non_null(data);
  for (size_t i = 0; i < SIZE; i++) {
    data[i] = (unsigned char)(i * i / 7);
  }
  for (size_t size = 0; size <= SIZE; size += size < 600 ? 1 : 6940) {
    for (uint64_t digest = 0; digest < 2; digest++) {
      assert_int_equal(pvs_digest_add_long(digest, data, size), pvs_digest_add(digest, data, size));
    }
  }
  free(data);
}

static void test_division_matters(void **state) {
  (void)state;
  assert_int_equal(pvs_digest_add(0, "", 0), 0x2d06800538d394c2);
  assert_int_not_equal(pvs_digest_add(pvs_digest_add(0, "a", 1), "b", 1),
                       pvs_digest_add(0, "ab", 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_long_digests_are_the_same),
      cmocka_unit_test(test_division_matters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
