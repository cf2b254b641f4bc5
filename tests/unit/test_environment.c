/* The environment of a measurement: what its hash is of, and that it is stored once. */
#include "compare_support.h"
#include "topo_support.h"

#include "base/text.h"
#include "measure/environment.h"

static bool is_left_out(const char *column) {
  return strcmp(column, "environment") == 0 || strcmp(column, "seen_utc") == 0 ||
         strcmp(column, "load_1min") == 0;
}

static void test_the_hash_is_of_all_that_lasts(void **state) {
  (void)state;
  hx_environment env;
  hx_text all = {0};
  char hash[HX_HASH_TEXT];
  hx_environment_read(topo, &env);
  for (size_t i = 0; i < hx_environments_schema.n_columns; i++) {
    const hx_store_column *column = &hx_environments_schema.columns[i];
    const char *text;
    memcpy(&text, (const char *)&env.row + column->offset, sizeof text);
    if (!is_left_out(column->name))
      hx_text_add(&all, text, strlen(text) + 1);
  }
  assert_false(all.failed);
  hx_bytes_hash(all.at, all.length, hash);
  assert_string_equal(env.hash, hash);
  assert_string_equal(env.row.environment, hash);
  hx_text_deinit(&all);
}

static void test_what_is_in_the_row(void **state) {
  (void)state;
  hx_environment env;
  hx_identity identity = hx_identity_of(topo);
  hx_fact facts[HX_FACTS_MAX];
  hx_environment_read(topo, &env);
  assert_string_equal(env.row.machine, identity.machine);
  assert_string_equal(env.row.allocation, identity.allocation);
  assert_string_equal(env.row.version, PVS_VERSION);
  assert_ptr_equal(env.row.seen_utc, env.seen_utc);
  assert_true(strlen(env.seen_utc) > 10);
  assert_non_null(strpbrk(env.row.compiler, "0123456789"));
  int n = hx_facts_read(topo, NULL, facts), found = 0;
  for (int f = 0; f < n; f++)
    for (size_t i = 0; i < hx_environments_schema.n_columns; i++) {
      const hx_store_column *column = &hx_environments_schema.columns[i];
      const char *text;
      memcpy(&text, (const char *)&env.row + column->offset, sizeof text);
      if (strcmp(column->name, facts[f].name) != 0)
        continue;
      found++;
      if (!is_left_out(column->name))
        assert_string_equal(text, facts[f].value);
    }
  assert_int_equal(found, n);
}

static size_t rows_stored(void) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(compare_folder, &hx_environments_schema, &rows, afresh(&error)));
  size_t n = rows.n;
  hx_store_rows_deinit(&rows);
  return n;
}

static void test_each_environment_is_stored_once(void **state) {
  (void)state;
  hx_environment env, other;
  pvs_error error;
  hx_environment_read(topo, &env);
  hx_environment_read(topo, &other);
  other.row.environment = "other";
  strcpy(other.hash, "other");
  assert_true(hx_environment_store(compare_folder, topo, &other, afresh(&error)));
  in_shell("test -s machine.xml; echo mine >machine.xml");
  assert_true(hx_environment_store(compare_folder, topo, &env, afresh(&error)));
  assert_true(hx_environment_store(compare_folder, topo, &env, afresh(&error)));
  assert_true(hx_environment_store(compare_folder, topo, &other, afresh(&error)));
  assert_int_equal(rows_stored(), 2);
  in_shell("grep -qx mine machine.xml");
  assert_false(hx_environment_store("/proc/nowhere", topo, &env, afresh(&error)));
  assert_string_equal(error.file, "/proc/nowhere/machine.csv");
  in_shell("rm machine.csv; mkdir machine.csv");
  assert_false(hx_environment_store(compare_folder, topo, &env, afresh(&error)));
}

/* A path with no folder, or one that is too long, has no commit. */
static void test_no_folder_no_revision(void **state) {
  (void)state;
  char revision[HX_REVISION_TEXT] = "x", *path = malloc(2 * PATH_MAX);
  assert_non_null(path);
  hx_revision_of("pvtune", revision);
  assert_string_equal(revision, "");
  memset(path, '/', 2 * PATH_MAX);
  path[2 * PATH_MAX - 1] = 0;
  strcpy(revision, "x");
  hx_revision_of(path, revision);
  assert_string_equal(revision, "");
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_hash_is_of_all_that_lasts),
      cmocka_unit_test(test_what_is_in_the_row),
      cmocka_unit_test_setup_teardown(test_each_environment_is_stored_once, compare_setup,
                                      compare_teardown),
      cmocka_unit_test(test_no_folder_no_revision),
  };
  return cmocka_run_group_tests(tests, open_topo, close_topo);
}
