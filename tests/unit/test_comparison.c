/* Comparisons of binaries and commands, with one configuration or each at its best. */
#include "comparison_support.h"

/* ---- two binaries ---- */

static void test_two_binaries(void **state) {
  (void)state;
  hx_comparison c;
  hx_workload workload;
  hx_verdict_summary summary;
  char hash[HX_HASH_TEXT];
  hx_comparison_options options = options_of(&workload, "builtin:static:10");
  double margin = 0.07;
  options.note = "a note";
  options.margins = &margin;
  options.max_rss_growth = 2;
  measure(&c, &options, bins[A], bins[B], &summary);
  assert_int_equal(summary.n, 1);
  const hx_verdict_line *line = &summary.lines[0];
  assert_true(fabs(line->duet.compare.change - 0.1) < 1e-9);
  assert_true(fabs(line->duet.a_s - 0.1) < 1e-12 && fabs(line->duet.b_s - 0.11) < 1e-12);
  assert_int_equal(line->duet.compare.blocks, 1);
  assert_string_equal(line->workload, "builtin:static:10");
  assert_string_equal(line->b_workload, "builtin:static:10");
  assert_string_equal(line->a_config, "serial");
  assert_string_equal(line->b_config, "serial");
  assert_true(line->margin == 0.07 && line->max_rss_growth == 2);
  assert_true(isnan(line->instructions[A]) && isnan(line->instructions[B]));
  assert_false(line->by_instructions);
  hx_file_hash(bins[B] + 4, hash);
  assert_string_equal(summary.b.binary, hash);
  assert_string_equal(summary.b.text, bins[B]);
  assert_string_equal(summary.a.revision, "");
  assert_string_equal(summary.note, "a note");
  assert_true(summary.rule.alpha == 0.025 && summary.rule.min_effect == 0.005);
  assert_true(summary.rule.margin == 0.03);
  assert_int_equal(summary.interrupted_by, 0);
  /* A warm-up and two runs of each. */
  in_shell("test $(wc -l <asked-pa) = 3 && test $(wc -l <asked-pb) = 3");
  in_shell("test $(grep -c 'builtin:static:10' results/*/runs.csv) = 6 && "
           "test $(grep -c '^[0-9a-f]' results/*/verdicts.csv) = 1");
  in_shell(
      "test \"$(stat -c %a results/*/runs.csv pvtune-scratch-*/a pvtune-scratch-*/b | xargs)\" = "
      "'644 755 755'");
  end(&c, &summary);

  /* Without a margin of its own, and without a fixed number of blocks. */
  options = options_of(&workload, "builtin:static:10");
  margin = NAN;
  options.margins = &margin;
  options.blocks = 0;
  measure(&c, &options, bins[A], bins[B], &summary);
  assert_true(summary.lines[0].margin == 0.03);
  assert_int_equal(summary.lines[0].verdict, HX_COMPARE_SLOWER);
  assert_int_equal(summary.lines[0].duet.compare.blocks, 8);
  assert_int_equal(summary.status, 4);
  end(&c, &summary);
}

static void test_what_is_refused(void **state) {
  (void)state;
  hx_comparison c;
  hx_workload workload;
  pvs_error error;
  hx_config two, other;
  hx_comparison_options options = options_of(&workload, "builtin:static:10");
  assert_true(hx_config_parse("threads:2/pin=none", &two, afresh(&error)));
  assert_true(hx_config_parse("processes:2/pin=none", &other, afresh(&error)));
  options.config_b = &two;
  assert_false(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_non_null(strstr(error.message, "--config serial has 1 worker and --config-b threads:2"));
  assert_non_null(strstr(error.message, "has 2: use pvtune sweep"));
  options.config = &two;
  options.config_b = &other;
  assert_true(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_true(hx_config_workers(&c.config[A]) == 2 && c.config[B].processes == 2);
  options.own_best = true;
  assert_false(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_string_equal(error.message, "--config-b and --own-best cannot be used together");
  options.config_b = NULL;
  options.n_workloads = HX_COMPARE_MAX_WORKLOADS + 1;
  options.workloads = calloc(options.n_workloads, sizeof workload);
  assert_non_null(options.workloads);
  assert_false(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_string_equal(error.message, "1025 workloads found, expected at most 1024");
  options.n_workloads--;
  assert_true(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_int_equal(c.n, 1024);
  free(options.workloads);
  hx_workload_deinit(&workload);

  options = options_of(&workload, "builtin:static:10");
  assert_true(hx_comparison_init(&c, &options, bins[A], "bin:/proc/nowhere", afresh(&error)));
  assert_false(hx_comparison_open(&c, &session, afresh(&error)));
  assert_int_equal(error.code, PVS_BAD_VALUE);
  assert_non_null(strstr(error.message, "/proc/nowhere cannot be run"));
  assert_true(hx_comparison_close(&c, afresh(&error)));
  hx_workload_deinit(&workload);
}

/* The stack of the runs begins elsewhere by that much. */
static void test_padding(void **state) {
  (void)state;
  hx_ready_side_pad(3);
  assert_string_equal(getenv("PVTUNE_PADDING"), "xxx");
  hx_ready_side_pad(0);
  assert_string_equal(getenv("PVTUNE_PADDING"), "");
}

static void test_commands_are_their_own_workloads(void **state) {
  (void)state;
  hx_comparison c;
  hx_workload workload;
  hx_verdict_summary summary;
  hx_comparison_options options = options_of(&workload, "builtin:static:10");
  options.named = false;
  measure(&c, &options, "cmd:sleep 0.01", "cmd:sleep 0.010", &summary);
  assert_int_equal(summary.n, 1);
  assert_string_equal(summary.lines[0].workload, "cmd:sleep 0.01");
  assert_string_equal(summary.lines[0].b_workload, "cmd:sleep 0.010");
  assert_true(summary.lines[0].duet.a_s >= 0.01);
  assert_string_equal(summary.a.binary, "");
  end(&c, &summary);
}

/* ---- each at its best ---- */

static void recommend(const char *allocation, const char *workload, const char *binary,
                      const char *config) {
  pvs_error error;
  hx_recommendation_row row;
  hx_store_row_clear(&hx_recommendations_schema, &row);
  row.machine = session.context.machine;
  row.allocation = allocation ? allocation : session.context.allocation;
  row.scope = "workload";
  row.workload = workload;
  row.binary = binary;
  row.config = config;
  hx_store_file *file =
      hx_store_file_open(session.folder, &hx_recommendations_schema, afresh(&error));
  assert_non_null(file);
  assert_true(hx_store_file_append(file, &row, 1, afresh(&error)));
  hx_store_file_close(file);
}

static void test_each_at_its_best(void **state) {
  (void)state;
  static const char key[] = "builtin:static:10";
  hx_comparison c;
  hx_workload workload;
  hx_verdict_summary summary;
  pvs_error error;
  char a[HX_HASH_TEXT];
  hx_comparison_options options = options_of(&workload, key);
  options.own_best = true;
  hx_file_hash(bins[A] + 4, a);
  recommend("pus=1", key, a, "threads:7/pin=none");
  recommend(NULL, "builtin:static:11", a, "threads:6/pin=none");
  assert_true(hx_comparison_init(&c, &options, bins[A], bins[B], afresh(&error)));
  assert_true(hx_comparison_open(&c, &session, afresh(&error)));
  assert_false(hx_comparison_measure(&c, &summary, afresh(&error)));
  assert_int_equal(error.code, PVS_NOT_FOUND);
  assert_string_equal(error.message, "--own-best: there is no recommendation for "
                                     "builtin:static:10 here; tune it with each side first, or "
                                     "omit --own-best");
  close_it(&c);

  recommend(NULL, key, a, "threads:3/pin=none");
  recommend(NULL, key, a, "threads:2/pin=none");
  recommend(NULL, key, "another", "processes:2/pin=none");
  said[0] = '\0';
  measure(&c, &options, bins[A], bins[B], &summary);
  assert_string_equal(summary.lines[0].a_config, "threads:2");
  assert_string_equal(summary.lines[0].b_config, "processes:2");
  char expected[300];
  snprintf(expected, sizeof expected,
           "%s itself was not tuned: the recommendation for another build is used "
           "(processes:2/pin=none)\n",
           bins[B]);
  assert_string_equal(said, expected);
  end(&c, &summary);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_two_binaries),        CASE(test_what_is_refused),
      cmocka_unit_test(test_padding), CASE(test_commands_are_their_own_workloads),
      CASE(test_each_at_its_best),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
