/* Records as a series: which of them, in which order, where the level changes, what is accepted. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/reference.h"
#include "compare/series.h"

#include <errno.h>
#include <limits.h>

enum { N = 30, STEP_AT = 14 };

typedef struct world {
  hx_verdict_row rows[3 * N];
  char revision[3 * N][16];
  hx_commit commit[N];
  hx_commits commits;
  hx_store_rows verdicts, accepted;
  hx_accepted_row accepted_row[2];
  hx_series series;
} world;

/* The index-th commit, in full or as records have it. */
static void commit_id(size_t index, size_t length, char *text) {
  size_t n = (size_t)snprintf(text, length + 1, "%08zx", 0x1000000 + index * 0x10101);
  for (; n < length; n++)
    text[n] = 'f';
  text[length] = 0;
}

static void add(world *w, size_t index, double change) {
  hx_verdict_row *row = &w->rows[w->verdicts.n];
  commit_id(index, 12, w->revision[w->verdicts.n]);
  hx_store_row_clear(&hx_verdicts_schema, row);
  row->command = "record";
  row->allocation = "pus=2";
  row->workload = "cmd:./prog";
  row->a_config = row->b_config = "serial/pin=none";
  row->a_revision = "reference";
  row->a_binary = "";
  row->b_revision = w->revision[w->verdicts.n];
  row->change = change;
  row->lower = change - 0.01;
  row->upper = change + 0.01;
  w->verdicts.n++;
}

static void make_world(world *w) {
  *w = (world){.verdicts = {.schema = &hx_verdicts_schema},
               .accepted = {.schema = &hx_accepted_schema}};
  w->verdicts.rows = w->rows;
  w->accepted.rows = w->accepted_row;
  for (size_t i = 0; i < N; i++)
    commit_id(i, 40, w->commit[i].id);
  w->commits = (hx_commits){.items = w->commit, .n = N};
}

/* Noise of 0.3 %, and 5 % more from STEP_AT on. */
static double stepped(size_t i) {
  static const double noise[] = {0.001, -0.003, 0.002, 0.000, -0.001, 0.003, -0.002};
  return noise[i % 7] + (i >= STEP_AT ? 0.05 : 0);
}

static void make(world *w, const hx_series_key *key, bool ordered) {
  static const hx_series_key any = {NULL, NULL, NULL};
  assert_true(hx_series_make(&w->verdicts, &w->accepted, key ? key : &any,
                             ordered ? &w->commits : NULL, &w->series));
}

static void test_a_step_is_found_whatever_the_order_of_recording(void **state) {
  (void)state;
  world w;
  make_world(&w);
  for (size_t i = 0; i < N; i++)
    add(&w, i * 7 % N, stepped(i * 7 % N));
  make(&w, NULL, true);
  assert_int_equal(w.series.n, N);
  assert_int_equal(w.series.n_changes, 1);
  assert_int_equal(w.series.n_open, 1);
  size_t at = w.series.changes[0].at;
  assert_int_equal(at, STEP_AT);
  assert_ptr_equal(w.series.points[at].change, &w.series.changes[0]);
  assert_true(fabs(w.series.changes[0].change - 0.05) < 0.005);
  assert_true(fabs(w.series.points[0].level - 1) < 0.003);
  assert_true(fabs(w.series.points[N - 1].level - 1.05) < 0.003);
  assert_string_equal(w.series.reference, "reference");
  size_t good, bad;
  hx_series_bracket(&w.series, &w.series.changes[0], &good, &bad);
  assert_int_equal(good, STEP_AT - 1 - HX_SERIES_SLACK);
  assert_int_equal(bad, STEP_AT + HX_SERIES_SLACK);
  hx_series_deinit(&w.series);
}

/* Neighbouring changes bound each other. */
static void test_where_to_look_for_a_change(void **state) {
  (void)state;
  hx_history_change changes[] = {{.at = 2}, {.at = 10}, {.at = 13}, {.at = 44}, {.at = 47}};
  const hx_series s = {.n = 50, .changes = changes, .n_changes = 5};
  static const size_t expected[][2] = {{0, 5}, {6, 12}, {10, 16}, {40, 46}, {44, 49}};
  for (size_t i = 0; i < 5; i++) {
    size_t good, bad;
    hx_series_bracket(&s, &changes[i], &good, &bad);
    assert_int_equal(good, expected[i][0]);
    assert_int_equal(bad, expected[i][1]);
  }
}

/* Relative to the point before, though records say how outputs compare with the reference's. */
static void test_commits_with_new_outputs(void **state) {
  (void)state;
  static const struct {
    const char *outputs, *digest;
    enum { KEPT, NEW, UNKNOWN } are;
  } records[] = {{"", "", UNKNOWN}, /* of an older store */
                 {"same", "a", KEPT},      {"close", "b", KEPT},    {"differ", "c", NEW},
                 {"differ", "c", KEPT},    {"vary", "", UNKNOWN},   {"unchecked", "", UNKNOWN},
                 {"differ", "c", KEPT},    {"differ", "", UNKNOWN}, /* of an older store */
                 {"differ", "e", UNKNOWN}, {"differ", "f", NEW},    {"same", "a", NEW},
                 {"same", "a", KEPT}};
  enum { RECORDS = sizeof records / sizeof *records };
  world w;
  make_world(&w);
  for (size_t i = 0; i < RECORDS; i++) {
    add(&w, i, 0);
    w.rows[i].outputs = records[i].outputs;
    w.rows[i].b_digest = records[i].digest;
  }
  make(&w, NULL, true);
  assert_int_equal(w.series.n, RECORDS);
  assert_int_equal(w.series.n_new_outputs, 3);
  for (size_t i = 0; i < RECORDS; i++)
    assert_int_equal(!w.series.points[i].outputs_known ? UNKNOWN
                     : w.series.points[i].new_outputs  ? NEW
                                                       : KEPT,
                     records[i].are);
  hx_series_deinit(&w.series);

  make_world(&w);
  add(&w, 0, 0); /* the first is told against the reference */
  w.rows[0].outputs = "differ";
  make(&w, NULL, true);
  assert_true(w.series.points[0].new_outputs);
  hx_series_deinit(&w.series);
}

static void test_without_a_repository_the_order_is_that_of_recording(void **state) {
  (void)state;
  world w;
  make_world(&w);
  for (size_t i = 0; i < N; i++)
    add(&w, N - 1 - i, stepped(i));
  make(&w, NULL, false);
  assert_int_equal(w.series.n_changes, 1);
  assert_int_equal(w.series.changes[0].at, STEP_AT);
  assert_null(w.series.points[0].commit);
  hx_series_deinit(&w.series);
}

static void test_what_belongs_to_the_series(void **state) {
  (void)state;
  world w;
  make_world(&w);
  add(&w, 0, 0.9);
  w.rows[0].a_revision = "older"; /* another reference: an older series */
  add(&w, 1, 0.9);
  w.rows[1].workload = "cmd:./other";
  add(&w, 2, 0.9);
  w.rows[2].allocation = "pus=4";
  add(&w, 3, 0.9);
  w.rows[3].command = "compare";
  add(&w, 4, 0.9); /* recorded again below */
  add(&w, 4, 0.1);
  add(&w, 5, 0.2);
  add(&w, 1000, 0.3); /* of no commit on this branch */
  make(&w, &(hx_series_key){.allocation = "pus=2", .workload = "cmd:./prog"}, true);
  assert_int_equal(w.series.n, 2);
  assert_true(w.series.points[0].ratio == 1.1);
  assert_true(w.series.points[1].ratio == 1.2);
  assert_int_equal(w.series.elsewhere, 1);
  assert_int_equal(hx_series_find(&w.series, w.commit[5].id), 1);
  assert_int_equal(hx_series_find(&w.series, w.commit[6].id), 2);
  hx_series_deinit(&w.series);
  make(&w, &(hx_series_key){.workload = "cmd:./other"}, true);
  assert_int_equal(w.series.n, 1);
  hx_series_deinit(&w.series);
}

static void test_nothing_recorded(void **state) {
  (void)state;
  world w;
  make_world(&w);
  make(&w, NULL, true);
  assert_int_equal(w.series.n, 0);
  hx_series_deinit(&w.series);
}

static void test_an_accepted_step_is_the_new_level(void **state) {
  (void)state;
  world w;
  char id[41];
  make_world(&w);
  for (size_t i = 0; i < N; i++)
    add(&w, i, stepped(i));
  commit_id(STEP_AT + 1, 12, id);
  w.accepted_row[0] = (hx_accepted_row){.commit = id, .workload = "cmd:./prog", .reason = "meant"};
  w.accepted.n = 1;
  make(&w, NULL, true);
  assert_int_equal(w.series.n_changes, 1);
  assert_int_equal(w.series.n_open, 0);
  assert_true(w.series.changes[0].accepted);
  hx_series_deinit(&w.series);
  w.accepted_row[0].workload = "cmd:./other";
  make(&w, NULL, true);
  assert_int_equal(w.series.n_open, 1);
  hx_series_deinit(&w.series);
}

static void test_a_spike_is_none(void **state) {
  (void)state;
  world w;
  make_world(&w);
  for (size_t i = 0; i < N; i++)
    add(&w, i, i == 11 ? 0.4 : stepped(0) + 0.001 * (double)(i % 3));
  make(&w, NULL, true);
  assert_int_equal(w.series.n_changes, 0);
  hx_series_deinit(&w.series);
}

/* A change near an end, or near another change, brackets only what lies between. */
static void test_brackets_stay_within(void **state) {
  (void)state;
  hx_history_change changes[] = {{.at = 4}, {.at = 8}};
  hx_series series = {.n = 10, .changes = changes, .n_changes = 2};
  size_t good, bad;
  hx_series_bracket(&series, &changes[0], &good, &bad);
  assert_int_equal(good, 0);
  assert_int_equal(bad, 7);
  hx_series_bracket(&series, &changes[1], &good, &bad);
  assert_int_equal(good, 4);
  assert_int_equal(bad, 9);
  changes[1].at = 9;
  hx_series_bracket(&series, &changes[1], &good, &bad);
  assert_int_equal(good, 5);
  assert_int_equal(bad, 9);
}

/* ---- the pinned reference ---- */

static void test_a_pinned_binary_survives_its_build(void **state) {
  (void)state;
  pvs_error error;
  char store[128], moved[128];
  hx_recipe recipe = {.command = NULL};
  hx_build build = {.commit = "0123456789abcdef0123456789abcdef01234567"};
  hx_reference pinned, found;
  in_shell("mkdir store; echo program >built; chmod +x built");
  snprintf(store, sizeof store, "%s/store", compare_folder);
  snprintf(moved, sizeof moved, "%s/moved", compare_folder);
  snprintf(build.program, sizeof build.program, "%s/built", compare_folder);
  assert_true(hx_reference_find(store, NULL, &found, afresh(&error)));
  assert_false(found.found);
  if (!hx_reference_pin(store, &recipe, &build, &pinned, afresh(&error)))
    fail_msg("%s", error.message);
  in_shell("rm built; mv store moved; test $(stat -c %a moved/reference/*/pvtune) = 755");
  assert_true(hx_reference_find(moved, NULL, &found, afresh(&error)));
  assert_true(found.found);
  assert_string_equal(found.revision, "0123456789ab");
  assert_true(strncmp(found.side, "bin:/", 5) == 0);
  assert_int_equal(access(found.side + 4, X_OK), 0);
  char hash[HX_HASH_TEXT], expected[600];
  hx_file_hash(found.side + 4, hash);
  in_shell("rm -r moved/reference");
  assert_false(hx_reference_find(moved, NULL, &found, afresh(&error)));
  assert_false(found.found);
  snprintf(expected, sizeof expected,
           "the reference binary %s/reference/%s/pvtune is missing: choose another with "
           "--reference, which begins a new series",
           moved, hash);
  assert_string_equal(error.message, expected);
  assert_int_equal(error.code, PVS_IO);
}

static void check_not_kept(const char *folder, const hx_build *build, const char *path,
                           const char *why) {
  pvs_error error;
  hx_recipe recipe = {.command = NULL};
  hx_reference pinned;
  char expected[2048];
  assert_false(hx_reference_pin(folder, &recipe, build, &pinned, afresh(&error)));
  assert_false(pinned.found);
  snprintf(expected, sizeof expected, "the reference binary cannot be kept at %.900s: %s", path,
           why);
  if (strlen(path) < 500)
    assert_string_equal(error.message, expected);
  else
    assert_non_null(strstr(error.message, why));
  in_shell("test ! -e store/references.csv");
}

static void test_a_binary_that_cannot_be_kept(void **state) {
  (void)state;
  pvs_error error;
  hx_recipe recipe = {.command = NULL};
  hx_build build = {.commit = "0123456789abcdef0123456789abcdef01234567"};
  hx_reference pinned;
  char store[128], path[512], hash[HX_HASH_TEXT], *deep = calloc(1, PATH_MAX);
  assert_non_null(deep);
  in_shell("mkdir store folder; touch store/reference; echo program >built; chmod +x built");
  snprintf(store, sizeof store, "%s/store", compare_folder);
  snprintf(build.program, sizeof build.program, "%s/built", compare_folder);
  hx_file_hash(build.program, hash);
  snprintf(path, sizeof path, "%s/reference/%s", store, hash);
  check_not_kept(store, &build, path, "Not a directory");
  in_shell("rm store/reference");
  /* There is room for the folder's name, and none for that of the program. */
  memset(deep, '/', PATH_MAX - strlen("/reference//pvtune.new") - HX_HASH_TEXT);
  memcpy(deep, store, strlen(store));
  errno = 0;
  check_not_kept(deep, &build, deep, "File name too long");
  free(deep);
  assert_true(hx_reference_pin(store, &recipe, &build, &pinned, afresh(&error)));
  in_shell("cmp built store/reference/*/pvtune; test $(ls -A store/reference/* | wc -l) = 1;"
           "touch -d '2001-01-01 UTC' store/reference/*/pvtune");
  /* It is there already. */
  assert_true(hx_reference_pin(store, &recipe, &build, &pinned, afresh(&error)));
  in_shell("test $(stat -c %Y store/reference/*/pvtune) = 978307200");
}

/* Half a copy is no binary, and is not left beside one. */
static void test_a_program_that_cannot_be_copied(void **state) {
  (void)state;
  hx_build build = {.commit = "0123456789abcdef0123456789abcdef01234567"};
  char store[128], path[256];
  in_shell("mkdir -p store folder; touch folder/file");
  snprintf(store, sizeof store, "%s/store", compare_folder);
  snprintf(path, sizeof path, "%s/reference//pvtune", store); /* what cannot be read has no hash */
  snprintf(build.program, sizeof build.program, "%s/folder", compare_folder);
  check_not_kept(store, &build, path, "Invalid argument");
  in_shell("test -z \"$(find store/reference -type f)\"");
  snprintf(build.program, sizeof build.program, "%s/nowhere", compare_folder);
  check_not_kept(store, &build, path, "No such file or directory");
  in_shell("test -z \"$(find store/reference -type f)\"");
}

static void test_references_of_other_programs_are_commits(void **state) {
  (void)state;
  pvs_error error;
  hx_recipe recipe = {.command = "make"};
  hx_build build = {.commit = "0123456789abcdef0123456789abcdef01234567"};
  hx_reference pinned, found;
  assert_true(hx_reference_pin(compare_folder, &recipe, &build, &pinned, afresh(&error)));
  assert_true(hx_reference_find(compare_folder, "make", &found, afresh(&error)));
  assert_string_equal(found.side, "rev:0123456789abcdef0123456789abcdef01234567");
  assert_true(hx_reference_find(compare_folder, "make -j", &found, afresh(&error)));
  assert_false(found.found);
  build.commit[0] = '9'; /* pinned last: it holds */
  assert_true(hx_reference_pin(compare_folder, &recipe, &build, &pinned, afresh(&error)));
  assert_true(hx_reference_find(compare_folder, "make", &found, afresh(&error)));
  assert_string_equal(found.revision, "9123456789ab");
  in_shell("head -n 1 references.csv >torn; echo 2026-01-01,make >>torn; mv torn references.csv");
  assert_false(hx_reference_find(compare_folder, "make", &found, afresh(&error)));
  assert_non_null(strstr(error.message, "which reference is pinned cannot be read ("));
}

/* ---- results/README.md says what the tables hold ---- */

static void test_the_readme_is_the_schema(void **state) {
  (void)state;
  static char readme[1 << 16];
  const hx_store_schema *const schemas[] = {&hx_references_schema, &hx_accepted_schema};
  FILE *f = fopen(PVT_TESTS_DIR "/../results/README.md", "r");
  assert_non_null(f);
  readme[fread(readme, 1, sizeof readme - 1, f)] = 0;
  fclose(f);
  for (size_t s = 0; s < 2; s++) {
    char line[512];
    snprintf(line, sizeof line, "\n## %s\n", schemas[s]->file);
    const char *at = strstr(readme, line);
    assert_non_null(at);
    for (size_t i = 0; i < schemas[s]->n_columns; i++) {
      const hx_store_column *c = &schemas[s]->columns[i];
      snprintf(line, sizeof line, "\n| `%s` | %s | %s |\n", c->name, c->unit, c->meaning);
      at = strstr(at, line);
      if (!at)
        fail_msg("results/README.md lacks, or has elsewhere, the column %s of %s", c->name,
                 schemas[s]->file);
    }
  }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_a_step_is_found_whatever_the_order_of_recording),
      cmocka_unit_test(test_where_to_look_for_a_change),
      CASE(test_commits_with_new_outputs),
      CASE(test_without_a_repository_the_order_is_that_of_recording),
      CASE(test_what_belongs_to_the_series),
      CASE(test_nothing_recorded),
      CASE(test_an_accepted_step_is_the_new_level),
      CASE(test_a_spike_is_none),
      CASE(test_brackets_stay_within),
      CASE(test_a_pinned_binary_survives_its_build),
      CASE(test_a_binary_that_cannot_be_kept),
      CASE(test_a_program_that_cannot_be_copied),
      CASE(test_references_of_other_programs_are_commits),
      cmocka_unit_test(test_the_readme_is_the_schema),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
