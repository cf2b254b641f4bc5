/* Comparisons of revisions, and which commits `record` has to measure. */
#include "comparison_support.h"

/* ---- revisions ---- */

static void compare_revisions(hx_comparison *c, hx_workload *workload, const char *command,
                              const char *a, const char *b, hx_verdict_summary *summary) {
  hx_comparison_options options = options_of(workload, command);
  options.build = "sh build";
  measure(c, &options, a, b, summary);
}

static void test_two_revisions(void **state) {
  (void)state;
  hx_comparison c;
  hx_workload workload;
  hx_verdict_summary summary;
  make_revisions();
  compare_revisions(&c, &workload, "cmd:./prog", "rev:one", "rev:two", &summary);
  const hx_verdict_line *line = &summary.lines[0];
  assert_int_equal(line->presence, HX_PRESENT_IN_BOTH);
  assert_true(line->duet.a_s >= 0.01 && line->duet.compare.blocks == 1);
  assert_int_equal(strlen(summary.a.revision), HX_COMMIT_SHORT);
  assert_string_not_equal(summary.a.revision, summary.b.revision);
  assert_string_equal(summary.build, "sh build");
  char expected[300];
  snprintf(expected, sizeof expected, "building %.12s\n%.12s: built: %.200s", summary.a.revision,
           summary.a.revision, c.ready[A].folder);
  assert_int_equal(strncmp(said, expected, strlen(expected)), 0);
  /* B later is another commit, under a name of its own. */
  pvs_error error;
  char duet[HX_UUID_TEXT];
  strcpy(duet, c.duet);
  assert_true(hx_comparison_replace_b(&c, c.commit[A], afresh(&error)));
  assert_string_not_equal(c.duet, duet);
  assert_string_equal(c.ready[B].revision, c.ready[A].revision);
  snprintf(expected, sizeof expected, "rev:%.12s", c.commit[A]);
  assert_string_equal(c.side[B].text, expected);
  assert_non_null(strstr(said, ": built before: "));
  end(&c, &summary);
}

static void test_what_only_one_revision_has(void **state) {
  (void)state;
  hx_comparison c;
  hx_workload workload;
  hx_verdict_summary summary;
  make_revisions();
  compare_revisions(&c, &workload, "cmd:./extra", "rev:one", "rev:two", &summary);
  assert_int_equal(summary.lines[0].presence, HX_PRESENT_ONLY_IN_B);
  assert_true(isnan(summary.lines[0].duet.a_s) && summary.lines[0].duet.b_s >= 0.01);
  assert_false(summary.lines[0].duet.failed);
  assert_int_equal(summary.lines[0].fate, HX_FATE_NEW);
  end(&c, &summary);
  compare_revisions(&c, &workload, "cmd:./broken", "rev:one", "rev:two", &summary);
  assert_true(summary.lines[0].duet.failed && summary.lines[0].duet.b_failed);
  assert_string_equal(summary.lines[0].duet.reason,
                      "only B has it, and its run is not valid: exit code 3");
  assert_int_equal(summary.lines[0].fate, HX_FATE_BROKEN);
  end(&c, &summary);
  compare_revisions(&c, &workload, "cmd:./extra", "rev:two", "rev:one", &summary);
  assert_int_equal(summary.lines[0].presence, HX_PRESENT_ONLY_IN_A);
  assert_true(isnan(summary.lines[0].duet.a_s) && isnan(summary.lines[0].duet.b_s));
  assert_int_equal(summary.lines[0].fate, HX_FATE_REMOVED);
  end(&c, &summary);
}

/* ---- what `record` has to measure ---- */
static void check_commits(const hx_repository *repository, const char *const *arguments, int n,
                          const char *subjects) {
  hx_commits commits;
  pvs_error error;
  char found[2048] = "", *words[4] = {0};
  for (int i = 0; i < n; i++)
    words[i] = strdup(arguments[i]);
  if (!hx_recording_commits(repository, words, n, &commits, afresh(&error)))
    snprintf(found, sizeof found, "%s", error.message);
  else
    for (size_t i = 0; i < commits.n; i++)
      snprintf(found + strlen(found), sizeof found - strlen(found), "%s ",
               commits.items[i].subject);
  if (strncmp(found, subjects, strlen(subjects)) != 0 || (!subjects[0] && found[0]))
    fail_msg("%s instead of %s", found, subjects);
  hx_commits_deinit(&commits);
  assert_int_equal(commits.n, 0);
  assert_null(commits.items);
  for (int i = 0; i < n; i++)
    free(words[i]);
}

static void test_which_commits_are_recorded(void **state) {
  (void)state;
  hx_repository repository;
  pvs_error error;
  make_revisions();
  assert_true(hx_repository_open(NULL, &repository, afresh(&error)));
  check_commits(&repository, NULL, 0, "three ");
  check_commits(&repository, (const char *const[]){"one"}, 1, "one ");
  check_commits(&repository, (const char *const[]){"one..three"}, 1, "two three ");
  check_commits(&repository, (const char *const[]){"two..", "one"}, 2, "three one ");
  check_commits(&repository, (const char *const[]){"two..two"}, 1, "");
  check_commits(&repository, (const char *const[]){"one", "four"}, 2, "four names no commit of");
  check_commits(&repository, (const char *const[]){"four..one"}, 1, "four names no commit of");
  check_commits(&repository, (const char *const[]){"one..four"}, 1, "four names no commit of");
}

static void test_which_commits_are_recorded_already(void **state) {
  (void)state;
  hx_workload workloads[2] = {{.key = (char[]){"cmd:x"}}, {.key = (char[]){"cmd:y"}}};
  hx_commit commit = {.id = "0123456789abcdef"};
  hx_verdict_row row[2];
  hx_store_rows verdicts = {.rows = row, .n = 2};
  static hx_comparison c;
  c = (hx_comparison){.options = {.workloads = workloads}, .session = &session, .n = 2};
  c.config[1] = hx_config_serial();
  strcpy(c.ready[0].revision, "abc");
  strcpy(c.ready[0].binary, "bin");
  for (int i = 0; i < 2; i++) {
    hx_store_row_clear(&hx_verdicts_schema, &row[i]);
    row[i].command = "record";
    row[i].b_revision = "0123456789ab";
    row[i].a_revision = "abc";
    row[i].a_binary = "bin";
    row[i].workload = workloads[i].key;
    row[i].b_config = "serial";
    row[i].allocation = session.context.allocation;
  }
  assert_true(hx_recording_is_known(&c, &verdicts, &commit));
  const char **of_the_second[] = {&row[1].command,  &row[1].b_revision, &row[1].a_revision,
                                  &row[1].a_binary, &row[1].workload,   &row[1].b_config,
                                  &row[1].build,    &row[1].around,     &row[1].allocation};
  for (size_t i = 0; i < sizeof of_the_second / sizeof *of_the_second; i++) {
    const char *before = *of_the_second[i];
    *of_the_second[i] = "threads:2";
    assert_false(hx_recording_is_known(&c, &verdicts, &commit));
    *of_the_second[i] = before;
  }
  c.options.build = "make";
  assert_false(hx_recording_is_known(&c, &verdicts, &commit));
  row[0].build = row[1].build = "make";
  assert_true(hx_recording_is_known(&c, &verdicts, &commit));
  c.around.at = (char[]){"--prepare true"};
  assert_false(hx_recording_is_known(&c, &verdicts, &commit));
  row[0].around = row[1].around = "--prepare true";
  assert_true(hx_recording_is_known(&c, &verdicts, &commit));
  verdicts.n = 1;
  assert_false(hx_recording_is_known(&c, &verdicts, &commit));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_two_revisions),
      CASE(test_what_only_one_revision_has),
      CASE(test_which_commits_are_recorded),
      CASE(test_which_commits_are_recorded_already),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
