/* What is not right with a file of the store is told, whoever reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[64], told[4096];

static void tell(const char *warning) {
  snprintf(told + strlen(told), sizeof told - strlen(told), "%s\n", warning);
}

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-told-XXXXXX");
  hx_store_set_teller(tell);
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static bool count(void *ctx, const void *row) {
  *(size_t *)ctx += row != NULL;
  return true;
}

/* Both ways of reading have n rows, and tell `what`; "": nothing. */
static void check(const hx_store_schema *schema, const char *text, size_t n, const char *what) {
  pvs_error error;
  hx_store_rows rows;
  char path[128];
  size_t visited = 0;
  snprintf(path, sizeof path, "%s/%s", folder, schema->file);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
  for (int way = 0; way < 2; way++) {
    told[0] = '\0';
    if (way == 0) {
      assert_true(hx_store_rows_read(folder, schema, &rows, afresh(&error)));
      assert_int_equal(rows.n, n);
      hx_store_rows_deinit(&rows);
    } else {
      assert_true(hx_store_rows_each(folder, schema, count, &visited, afresh(&error)));
      assert_int_equal(visited, n);
    }
    if (!strstr(told, what) || !*what != !*told)
      fail_msg("told '%s', not '%s'", told, what);
  }
}

static void test_torn_rows(void **state) {
  (void)state;
  check(&hx_runs_schema, "run,note,schema_1\na,x,.\n", 1, "");
  check(&hx_runs_schema, "run,note,schema_1\na,x,.\nb,", 1,
        "runs.csv: line 3 is no whole row (an interrupted write?): 1 line skipped");
}

static void test_files_that_are_none_of_ours(void **state) {
  (void)state;
  check(&hx_verdicts_schema, "", 0, "");
  check(&hx_verdicts_schema, "<!DOCTYPE html>\n<html>\n", 0,
        "verdicts.csv: line 1 is neither a row nor a header of this table (another file?): 2 lines "
        "skipped");
  check(&hx_verdicts_schema, "\x01\xff\n", 0, "line 1 is neither");
  check(&hx_verdicts_schema, "verdict_id,wor", 0, "line 1 is neither");
}

/* Some names are in several tables; whose rows they are decides the header as a whole. */
static void test_another_table(void **state) {
  (void)state;
  check(&hx_verdicts_schema, "run,sweep,command,machine,workload,schema_1\na,b,c,d,e,.\n", 0,
        "line 1 is the header of another table: 2 lines skipped");
  check(&hx_sweeps_schema, "sweep,made_utc,machine,config,standing,ratio,schema_1\na,b,c,d,e,1,.\n",
        0, "line 1 is the header of another table: 2 lines skipped");
  check(&hx_runs_schema, "run,note,schema_1\na,x,.\nverdict_id,a,b,schema_1\nv,a,b,.\n", 1,
        "line 3 is the header of another table: 2 lines skipped");
}

static void test_a_newer_version(void **state) {
  (void)state;
  check(&hx_runs_schema, "run,note,of_tomorrow,schema_9\na,x,y,.\n", 1,
        "was written by a newer pvtune (schema_9, this one knows schema_1)");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_torn_rows),
      IN_FOLDER(test_files_that_are_none_of_ours),
      IN_FOLDER(test_another_table),
      IN_FOLDER(test_a_newer_version),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
