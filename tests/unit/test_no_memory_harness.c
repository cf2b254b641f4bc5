/* Whichever allocation fails: a folder is emptied, compared and summed as with all the memory there
 * is, or it is said that memory ran out; a machine keeps its id; and a statistic is computed. */
#include "base/files.h"
#include "decide/stats.h"
#include "machine/identity.h"
#include "machine/topo.h"
#include "measure/compare_files.h"
#include "measure/outputs.h"

#include "refused_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char scratch[] = "/tmp/test_no_memory_harness_XXXXXX";

static void fill(const char *folder) {
  static const char *const names[] = {"b/c/one.csv", "b.csv", "b/two.csv", "a.csv"};
  char path[256];
  snprintf(path, sizeof path, "%s/b/c", folder);
  assert_true(hx_files_make_folder(path, NULL));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "row,value\n%s,%zu\n", names[i], i);
    assert_int_equal(fclose(f), 0);
  }
  snprintf(path, sizeof path, "%s/b/up", folder); /* around in a circle */
  assert_int_equal(symlink("..", path), 0);
}

static void begin(long which) {
  made = 0;
  refused = which;
}

/* Whether that allocation was asked for. */
static bool end(void) {
  bool asked = made >= refused;
  refused = 0;
  return asked;
}

static void a_folder_is_removed(void **state) {
  (void)state;
  bool asked = true;
  for (long which = 1; which == 1 || asked; which++) {
    fill("r");
    begin(which);
    bool ok = hx_files_remove("r");
    asked = end();
    if (!ok || access("r", F_OK) == 0)
      fail_msg("allocation %ld refused: something is left", which);
  }
}

static void outputs_are_weighed_and_compared(void **state) {
  (void)state;
  char usual[HX_HASH_TEXT], digest[HX_HASH_TEXT];
  fill("e");
  fill("a");
  hx_outputs_digest("e", usual);
  double bytes = hx_files_bytes("e");
  assert_true(usual[0] && bytes > 0);
  bool asked = true;
  long failed = 0;
  for (long which = 1; asked; which++) {
    long before = held;
    begin(which);
    hx_outputs_digest("e", digest);
    double now = hx_files_bytes("e");
    end();
    if ((digest[0] && strcmp(digest, usual) != 0) || now != bytes)
      fail_msg("allocation %ld refused: digest %s, %g bytes", which, digest, now);
    hx_verify_report report;
    pvs_error error = {0};
    begin(which);
    bool ok = hx_verify_paths("e", "a", 0, 0, &report, &error);
    asked = end();
    failed += !ok;
    if (ok ? report.n_compared != 4 || report.n_different
           : error.code != PVS_NO_MEMORY && error.os_errno != ENOMEM)
      fail_msg("allocation %ld refused: error %d, %zu files compared, %zu differ", which,
               (int)error.code, report.n_compared, report.n_different);
    hx_verify_release(&report);
    if (held != before)
      fail_msg("allocation %ld refused: %ld blocks were not given back", which, held - before);
  }
  assert_true(failed > 8);
}

static void a_machine_keeps_its_id(void **state) {
  (void)state;
  hx_topo *topo = hx_topo_open(&(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/hybrid_pe.xml"}, NULL);
  assert_non_null(topo);
  hx_identity usual = hx_identity_of(topo);
  bool asked = true;
  for (long which = 1; asked; which++) {
    begin(which);
    hx_identity id = hx_identity_of(topo);
    asked = end();
    assert_string_equal(id.machine, usual.machine);
    assert_string_equal(id.allocation, usual.allocation);
  }
  hx_topo_close(topo);
}

/* Some functions of Rmath end the program instead. */
static void a_rank_sum_needs_no_memory(void **state) {
  (void)state;
  static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  begin(1);
  hx_signed_rank bounds = hx_stats_signed_rank(x, 8, 0.025);
  double p = hx_stats_signed_rank_above(x, 8, 0);
  end();
  assert_true(bounds.lower > 1.99 && bounds.lower < 2.01);
  assert_true(p > 0.0039 && p < 0.0040);
}

static int make_scratch(void **state) {
  (void)state;
  return mkdtemp(scratch) ? chdir(scratch) : -1;
}

static int remove_scratch(void **state) {
  (void)state;
  return chdir("/") | !hx_files_remove(scratch);
}

int main(void) {
  if (!REFUSES)
    return 77;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_folder_is_removed),
      cmocka_unit_test(outputs_are_weighed_and_compared),
      cmocka_unit_test(a_machine_keeps_its_id),
      cmocka_unit_test(a_rank_sum_needs_no_memory),
  };
  return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
