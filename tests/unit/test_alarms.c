/* compare/alarms.h: the store alone decides how many false alarms are told. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/alarms.h"

enum { BLOCKS = 60 };

/* Pairs of runs of A whose second is up to 4 % slower than the first, or much slower. */
static void store_runs(void) {
  pvs_error error;
  hx_store_file *file = hx_store_file_open(compare_folder, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  for (int i = 0; i < 2 * BLOCKS; i++) {
    hx_run_row row;
    hx_store_row_clear(&hx_runs_schema, &row);
    row.run = row.sweep = "s";
    row.allocation = "pus=4";
    row.workload = "w";
    row.side = "A";
    row.counted = 1;
    row.block = 1 + i / 2;
    row.position = 1 + i % 2;
    row.seconds = 1 + (i % 2) * (i % 5 == 0 ? 0.3 : 0.01 * (i % 7));
    assert_true(hx_store_file_append(file, &row, 1, afresh(&error)));
  }
  hx_store_file_close(file);
}

static void the_seed_of_a_comparison_changes_nothing(void **state) {
  (void)state;
  pvs_error error;
  hx_compare_options rule = hx_compare_defaults();
  hx_compare_alarms first, again;
  store_runs();
  assert_true(hx_alarms_read(compare_folder, "pus=4", &rule, &first, afresh(&error)));
  assert_true(first.n > 0);
  for (rule.seed = 2; rule.seed < 100; rule.seed++) {
    assert_true(hx_alarms_read(compare_folder, "pus=4", &rule, &again, afresh(&error)));
    assert_int_equal(again.n, first.n);
    assert_int_equal(again.k, first.k);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_seed_of_a_comparison_changes_nothing, compare_setup,
                                      compare_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
