/* The program that a series of records is compared with: kept whole, or not at all. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/reference.h"
#include "compare/series.h"

#include <errno.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>

static int interrupted_copies; /* calls of sendfile that a signal ends */
static bool cut;               /* the program ends early */

ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
  if (cut)
    return 0;
  if (interrupted_copies == 0)
    return syscall(SYS_sendfile, out, in, offset, count);
  interrupted_copies--;
  errno = EINTR;
  return -1;
}

static bool pin(hx_reference *pinned, pvs_error *error) {
  hx_build build = {.commit = "0123456789abcdef0123456789abcdef01234567"};
  snprintf(build.program, sizeof build.program, "%s/prog", compare_folder);
  return hx_reference_pin(compare_folder, &(hx_recipe){0}, &build, pinned, afresh(error));
}

static void test_a_program_is_kept(void **state) {
  (void)state;
  hx_reference pinned;
  pvs_error error;
  in_shell("echo 'exit 7' >prog; chmod 751 prog");
  cut = true;
  assert_false(pin(&pinned, &error));
  assert_non_null(strstr(error.message, "cannot be kept at"));
  assert_non_null(strstr(error.message, ": Input/output error"));
  in_shell("test -z \"$(ls -A reference/*)\"");
  cut = false;
  interrupted_copies = 2;
  if (!pin(&pinned, &error))
    fail_msg("%s", error.message);
  assert_true(pinned.found);
  in_shell("cmp prog reference/*/pvtune; test $(stat -c %a reference/*/pvtune) = 751");
  in_shell("test \"$(ls -A reference/*)\" = pvtune");
}

static void test_a_side_that_is_too_long(void **state) {
  (void)state;
  hx_reference found;
  pvs_error error;
  hx_reference_row row;
  static char side[2 * sizeof found.side];
  memset(side, 'x', sizeof side - 1);
  hx_store_row_clear(&hx_references_schema, &row);
  row.side = side;
  assert_true(hx_store_row_keep(compare_folder, &hx_references_schema, &row, afresh(&error)));
  assert_false(hx_reference_find(compare_folder, NULL, &found, afresh(&error)));
  assert_non_null(strstr(error.message, "is too long"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_program_is_kept, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_a_side_that_is_too_long, compare_setup,
                                      compare_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
