/* A whole comparison: sides made ready, configurations chosen, verdicts stored. The pvtunes compared
 * are shell scripts that say what took how long; what a run really took is never asserted. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/comparison.h"
#include "compare/recording.h"

#include <sys/stat.h>
#include <sys/wait.h>

enum { A, B };

static hx_measure_session session;
static hx_listener listener;
static char results[128], said[2048], bins[2][160];

static void on_say(void *ctx, const char *text) {
  (void)ctx;
  size_t used = strlen(said);
  snprintf(said + used, sizeof said - used, "%s\n", text);
}

/* `NAME` says that its work took `ms` milliseconds, whatever it is asked to run. */
static void make_pvtune(const char *name, int ms) {
  char script[800];
  snprintf(script, sizeof script,
           "cat >%s <<'END'\n#!/bin/sh\n# %s\necho \"$*\" >>%s/asked-%s\n"
           "printf 'pvtune-record 1\\nbindings_held -1\\nworkers_seen 1\\n"
           "digest 00000000000000aa\\nwork_ns %d000000\\nend\\n' >&3\nEND\nchmod +x %s",
           name, name, compare_folder, name, ms, name);
  in_shell(script);
}

static int set_up(void **state) {
  pvs_error error;
  int failed = compare_setup(state);
  said[0] = '\0';
  setenv("XDG_CACHE_HOME", compare_folder, 1);
  snprintf(results, sizeof results, "%s/results", compare_folder);
  make_pvtune("pa", 100);
  make_pvtune("pb", 110);
  for (int s = A; s <= B; s++)
    snprintf(bins[s], sizeof bins[s], "bin:%s/p%c", compare_folder, "ab"[s]);
  listener = (hx_listener){.note = on_say, .warn = on_say, .detail = on_say};
  hx_measure_request request = {.results = results,
                                .self_path = bins[A] + 4,
                                .command = "test",
                                .scratch = compare_folder,
                                .listener = &listener};
  bool ok = hx_measure_session_look(&session, afresh(&error)) &&
            hx_measure_session_open(&session, &request, afresh(&error));
  return failed || !ok ? -1 : 0;
}

static int tear_down(void **state) {
  hx_measure_session_close(&session);
  assert_int_equal(chdir("/"), 0);
  return compare_teardown(state);
}

static hx_comparison_options options_of(hx_workload *workload, const char *text) {
  pvs_error error;
  assert_true(hx_workload_parse(text, NULL, workload, afresh(&error)));
  return (hx_comparison_options){.command = "compare",
                                 .workloads = workload,
                                 .n_workloads = 1,
                                 .named = true,
                                 .min_effect = 0.005,
                                 .margin = 0.03,
                                 .max_rss_growth = INFINITY,
                                 .budget_s = INFINITY,
                                 .timeout_s = INFINITY,
                                 .blocks = 1,
                                 .interleave = HX_DUET_INTERLEAVE_NEVER};
}

static void measure(hx_comparison *c, const hx_comparison_options *options, const char *a,
                    const char *b, hx_verdict_summary *summary) {
  pvs_error error;
  if (!hx_comparison_init(c, options, a, b, afresh(&error)) ||
      !hx_comparison_open(c, &session, afresh(&error)) ||
      !hx_comparison_measure(c, summary, afresh(&error)))
    fail_msg("%s %s", error.file, error.message);
}

/* The session may have another one. */
static void close_it(hx_comparison *c) {
  pvs_error error;
  assert_true(hx_comparison_close(c, afresh(&error)));
  in_shell("rm -f pvtune-scratch-*/pvtune-?");
}

static void end(hx_comparison *c, hx_verdict_summary *summary) {
  hx_workload *workload = c->options.workloads;
  close_it(c);
  hx_verdict_deinit(summary);
  hx_workload_deinit(workload);
}

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
  assert_true(hx_comparison_init(&c, &options, bins[A], "bin:/nowhere", afresh(&error)));
  assert_false(hx_comparison_open(&c, &session, afresh(&error)));
  assert_int_equal(error.code, PVS_BAD_VALUE);
  assert_non_null(strstr(error.message, "/nowhere cannot be run"));
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

/* ---- revisions ---- */

/* Three commits: `one` has a program, `two` another one besides, `three` does not build. */
static void make_revisions(void) {
  make_repository();
  in_shell("cd repo; printf '#!/bin/sh\\nsleep 0.01\\n' >prog; chmod +x prog; echo true >build;"
           "git add .; git commit -q -m one; git tag one;"
           "cp prog extra; printf '#!/bin/sh\\nexit 3\\n' >broken; chmod +x broken;"
           "git add .; git commit -q -m two; git tag two;"
           "echo 'echo why not; false' >build; git commit -q -a -m three; git tag three");
  char path[128];
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  assert_int_equal(chdir(path), 0);
}

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

static void check_no_build(hx_comparison_options *options, const char *a, const char *b,
                           const char *side, const char *what) {
  hx_comparison c;
  pvs_error error;
  char expected[300];
  assert_true(hx_comparison_init(&c, options, a, b, afresh(&error)));
  bool ok = hx_comparison_open(&c, &session, afresh(&error));
  char commit[HX_COMMIT_TEXT];
  strcpy(commit, c.commit[B]);
  if (ok)
    ok = hx_comparison_replace_b(&c, commit, afresh(&error));
  assert_false(ok);
  int s = strcmp(side, "A ") == 0 ? A : B;
  snprintf(expected, sizeof expected, "%s%s%.12s%s does not build: /bin/sh failed (exit code 1)",
           side, what, c.commit[s], what[0] ? ")" : "");
  assert_string_equal(error.message, expected);
  snprintf(expected, sizeof expected, "grep -qx 'why not' %.200s", c.failed_log);
  in_shell(expected);
  close_it(&c);
}

static void test_a_revision_that_does_not_build(void **state) {
  (void)state;
  hx_workload workload;
  char id[HX_COMMIT_TEXT + 8] = "rev:";
  make_revisions();
  hx_comparison_options options = options_of(&workload, "cmd:./prog");
  options.build = "sh build";
  check_no_build(&options, "rev:three", "rev:one", "A ", "(rev:three, ");
  check_no_build(&options, "rev:one", "rev:three", "B ", "(rev:three, ");
  hx_repository repository;
  pvs_error error;
  assert_true(hx_repository_open(NULL, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "three", id + 4, afresh(&error)));
  check_no_build(&options, "rev:one", id, "B ", "(rev:");
  options.b_later = true;
  check_no_build(&options, "rev:one", "rev:three", "", "");
  assert_null(strstr(said, "uncommitted"));
  /* The last commit is meant, whatever the folder has. */
  in_shell("echo x >>repo/prog");
  check_no_build(&options, "rev:one", "rev:HEAD", "", "");
  assert_null(strstr(said, "uncommitted"));
  options.b_later = false;
  check_no_build(&options, "rev:one", "rev:HEAD", "B ", "(rev:HEAD, ");
  assert_non_null(strstr(said, "rev:HEAD is the last commit: uncommitted changes are not part"));
  hx_workload_deinit(&workload);
}

/* One build at a time: who comes second waits, and finds what the first has built. */
static void test_a_build_under_way_is_waited_for(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char cache[128], commit[HX_COMMIT_TEXT];
  make_revisions();
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
  hx_recipe recipe = {.cache = cache,
                      .command = "echo x >>../../../built; while [ ! -e ../../../go ]; do sleep "
                                 "0.01; done"};
  assert_true(hx_repository_open(NULL, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "one", commit, afresh(&error)));
  pid_t first = fork();
  if (first == 0)
    _exit(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)) ? 0 : 1);
  in_shell("while [ ! -e built ]; do sleep 0.01; done; (sleep 0.3; touch go) &");
  assert_true(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  int status = -1;
  assert_int_equal(waitpid(first, &status, 0), first);
  assert_int_equal(status, 0);
  assert_true(build.reused);
  in_shell("test $(wc -l <built) = 1");
}

/* pvtune's own build, by a cmake that only says what it was asked. */
static void test_a_pvtune_is_built_by_cmake(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char cache[128], commit[HX_COMMIT_TEXT], path[4096], usual[4096];
  make_repository();
  in_shell("mkdir bin; printf '#!/bin/sh\necho \"$*\" >>'$PWD'/asked\n[ \"$1\" = -S ] || "
           "{ mkdir -p \"$2\" && cp /bin/true \"$2/pvtune\"; }\n' >bin/cmake; chmod +x "
           "bin/cmake; cd repo; mkdir -p core/include/pvs; touch core/include/pvs/pvs.h; git add .;"
           "git commit -q -m pvtune");
  snprintf(usual, sizeof usual, "%s", getenv("PATH"));
  snprintf(path, sizeof path, "%s/bin:%.3000s", compare_folder, usual);
  setenv("PATH", path, 1);
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
  hx_recipe recipe = {.cache = cache};
  assert_true(hx_repository_open(path, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "HEAD", commit, afresh(&error)));
  bool ok = hx_revision_build(&repository, &recipe, commit, &build, afresh(&error));
  setenv("PATH", usual, 1);
  if (!ok)
    fail_msg("%s", error.message);
  assert_string_equal(build.folder, "");
  in_shell("key=$(basename cache/*); d=$PWD/cache/$key; test -x $d/pvtune && test ! -e $d/tree && "
           "test ! -e $d/build && grep -qx -e \"-S $d/tree -B $d/build -DCMAKE_BUILD_TYPE=Release "
           "-DPVTUNE_BENCH=OFF -DBUILD_TESTING=OFF -G.*\" asked && grep -qxE -e \"--build $d/build "
           "--target pvtune --parallel [1-9][0-9]*\" asked && test $(wc -l <asked) = 2");
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

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_two_binaries),
      CASE(test_what_is_refused),
      cmocka_unit_test(test_padding),
      CASE(test_commands_are_their_own_workloads),
      CASE(test_each_at_its_best),
      CASE(test_two_revisions),
      CASE(test_what_only_one_revision_has),
      CASE(test_a_revision_that_does_not_build),
      CASE(test_a_build_under_way_is_waited_for),
      CASE(test_a_pvtune_is_built_by_cmake),
      CASE(test_which_commits_are_recorded),
      CASE(test_which_commits_are_recorded_already),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
