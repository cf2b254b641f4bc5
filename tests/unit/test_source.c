#include "base/csv.h"
#include "base/digest.h"
#include "unit/base_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/pvs_source_XXXXXX";

static const char *path_of(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void write_file(const char *name, const char *data) {
  FILE *file = fopen(path_of(name), "wb");
  assert_non_null(file);
  assert_int_equal(fputs(data, file) < 0, 0);
  assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) {
    return -1;
  }
  write_file("one.csv", "a,b\n1,2\n");
  write_file(".hidden", "x");
  write_file("empty.csv", "");
  return mkdir(path_of("inner"), 0700) | symlink("one.csv", path_of("link.csv")) |
         symlink("absent", path_of("nowhere.csv")) | mkfifo(path_of("pipe.csv"), 0600);
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const names[] = {"one.csv",  ".hidden",     "empty.csv",
                                      "link.csv", "nowhere.csv", "pipe.csv"};
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    unlink(path_of(names[i]));
  }
  return rmdir(path_of("inner")) | rmdir(folder);
}

static void test_reads_whole_files(void **state) {
  (void)state;
  const pvs_source *files = pvs_source_files();
  pvs_error error = {0};
  pvs_bytes bytes;
  assert_int_equal(files->read(files->ctx, path_of("link.csv"), &bytes, &error), PVS_OK);
  assert_int_equal(bytes.size, 8);
  assert_memory_equal(bytes.data, "a,b\n1,2\n", 8);
  files->release(files->ctx, &bytes);
  assert_int_equal(files->read(files->ctx, path_of("empty.csv"), &bytes, &error), PVS_OK);
  assert_int_equal(bytes.size, 0);
  assert_non_null(bytes.data);
  files->release(files->ctx, &bytes);
}

static void test_what_cannot_be_read_is_named(void **state) {
  (void)state;
  const pvs_source *files = pvs_source_files();
  static const struct {
    const char *name, *text;
    pvs_code code;
  } cases[] = {
      {"absent.csv", "no such file", PVS_NOT_FOUND},
      {"one.csv/inside", "no such file", PVS_NOT_FOUND},
      {"inner", "this is a folder, expected a file", PVS_UNSUPPORTED},
      {"pipe.csv", "this is not a regular file, expected a file", PVS_UNSUPPORTED},
      {"nowhere.csv", "this is a link to a file that does not exist", PVS_NOT_FOUND},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    pvs_error error = {0};
    pvs_bytes bytes;
    assert_int_equal(files->read(files->ctx, path_of(cases[i].name), &bytes, &error),
                     cases[i].code);
    assert_string_equal(error.file, path_of(cases[i].name));
    assert_string_equal(error.message, cases[i].text);
  }
}

static pvs_code count_name(void *ctx, const char *name) {
  unsigned *seen = ctx;
  static const char *const names[] = {"one.csv", ".hidden",  "empty.csv",  "link.csv",
                                      "inner",   "pipe.csv", "nowhere.csv"};
  for (size_t i = 0; i < COUNT_OF(names); i++) {
    if (strcmp(name, names[i]) == 0) {
      seen[i]++;
      return PVS_OK;
    }
  }
  fail_msg("unexpected \"%s\"", name);
  return PVS_OK;
}

static pvs_code stop_at_once(void *ctx, const char *name) {
  (void)name;
  ++*(int *)ctx;
  return PVS_MISMATCH;
}

static void test_lists_what_is_there(void **state) {
  (void)state;
  const pvs_source *files = pvs_source_files();
  pvs_error error = {0};
  unsigned seen[7] = {0};
  assert_int_equal(files->list(files->ctx, folder, count_name, seen, &error), PVS_OK);
  for (size_t i = 0; i < COUNT_OF(seen); i++) {
    assert_int_equal(seen[i], 1);
  }
  int calls = 0;
  assert_int_equal(files->list(files->ctx, folder, stop_at_once, &calls, &error), PVS_MISMATCH);
  assert_int_equal(calls, 1);
  assert_int_equal(files->list(files->ctx, path_of("absent"), count_name, seen, &error),
                   PVS_NOT_FOUND);
  assert_string_equal(error.file, path_of("absent"));
}

static void test_tables_are_loaded_and_digested(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_table table;
  pvs_error error = {0};
  uint64_t digest = 0;
  uint64_t bytes = 100;
  pvs_arena_init(&arena);
  assert_int_equal(pvs_table_load(&table, pvs_source_files(), folder, "one.csv", &arena, &digest,
                                  &bytes, &error),
                   PVS_OK);
  assert_string_equal(table.file, path_of("one.csv"));
  assert_string_equal(pvs_table_cell(&table, 0, 1), "2");
  assert_int_equal(bytes, 108);
  assert_true(digest == pvs_digest_add(0, "a,b\n1,2\n", 8));
  assert_int_equal(
      pvs_table_load(&table, pvs_source_files(), folder, "absent.csv", &arena, NULL, NULL, &error),
      PVS_NOT_FOUND);
  assert_string_equal(error.file, path_of("absent.csv"));
  pvs_arena_deinit(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_whole_files),
      cmocka_unit_test(test_what_cannot_be_read_is_named),
      cmocka_unit_test(test_lists_what_is_there),
      cmocka_unit_test(test_tables_are_loaded_and_digested),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
