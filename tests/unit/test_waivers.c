/* What only one revision has, accepted slowdowns, and outputs on disk. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/presence.h"
#include "compare/waivers.h"
#include "measure/outputs.h"

#include <sys/stat.h>

/* a has x, both and d/e; b has y and both. */
static void test_presence(void **state) {
  (void)state;
  static const struct {
    const char *command;
    hx_presence expected;
  } cases[] = {
      {"", HX_PRESENT_IN_BOTH},
      {"./x", HX_PRESENT_ONLY_IN_A},
      {"x", HX_PRESENT_ONLY_IN_A},
      {"run y", HX_PRESENT_ONLY_IN_B},
      {"x y", HX_PRESENT_IN_BOTH},
      {"both", HX_PRESENT_IN_BOTH},
      {"both x", HX_PRESENT_ONLY_IN_A},
      {"nothing", HX_PRESENT_IN_BOTH},
      {"sh 'd/e'", HX_PRESENT_ONLY_IN_A},
      {"cd d;ls", HX_PRESENT_ONLY_IN_A},
      {"(x)&", HX_PRESENT_ONLY_IN_A},
      {"-x", HX_PRESENT_IN_BOTH},
      {"x=y", HX_PRESENT_IN_BOTH},
      {"$x `y` *x", HX_PRESENT_IN_BOTH},
      {"a|y|\"both\"", HX_PRESENT_ONLY_IN_B},
      {"xx", HX_PRESENT_IN_BOTH},
      {"\tx\n", HX_PRESENT_ONLY_IN_A},
      {"{x}", HX_PRESENT_IN_BOTH},
      {"/x", HX_PRESENT_IN_BOTH},
  };
  char a[128], b[128];
  in_shell("mkdir -p a/d b; touch a/x a/both a/d/e b/y b/both a/-x 'a/x=y' 'a/$x'");
  snprintf(a, sizeof a, "%s/a", compare_folder);
  snprintf(b, sizeof b, "%s/b", compare_folder);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (hx_presence_of(cases[i].command, a, b) != cases[i].expected)
      fail_msg("'%s': %d", cases[i].command, hx_presence_of(cases[i].command, a, b));
}

static hx_repository repository_with(const char *file) {
  hx_repository r;
  char path[300];
  pvs_error error;
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  if (!hx_repository_open(path, &r, afresh(&error)))
    fail_msg("%s", error.message);
  snprintf(path, sizeof path, "%s/repo/.pvtune", compare_folder);
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/repo/%s", compare_folder, HX_WAIVERS_FILE);
  if (!file) {
    unlink(path);
    return r;
  }
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(file, f);
  assert_int_equal(fclose(f), 0);
  return r;
}

static void check_refused(const char *file, const char *column, long row, const char *message) {
  hx_repository r = repository_with(file);
  hx_waivers waivers;
  pvs_error error;
  assert_false(hx_waivers_read(&r, &waivers, afresh(&error)));
  assert_string_equal(error.message, message);
  assert_string_equal(error.column, column);
  assert_int_equal(error.row, row);
  hx_waivers_deinit(&waivers);
}

static void test_waivers_refused(void **state) {
  (void)state;
  make_repository();
  check_refused("", "", 0, "found nothing, expected the columns workload, until, reason, who");
  check_refused("workload,until,why,who\n", "why", 1,
                "unknown or repeated, expected the columns workload, until, reason, who");
  check_refused("workload,until,until,who\n", "until", 1,
                "unknown or repeated, expected the columns workload, until, reason, who");
  check_refused("workload,until,who\n", "reason", 1,
                "missing, expected the columns workload, until, reason, who");
  check_refused("who,reason,until,workload\nme,it is,v1,w\nme,,v1,x\n", "reason", 3,
                "found an empty cell; a waiver says for which workload it is, until which "
                "revision, why, and who "
                "accepted it");
  check_refused("who,reason,until,workload\nme,it is,v1\n", "workload", 2,
                "found an empty cell; a waiver says for which workload it is, until which "
                "revision, why, and who "
                "accepted it");
  check_refused("workload,until,reason,who\nw,v1,a,b\nv,v1,a,b\nw,v2,c,d\n", "workload", 4,
                "found 'w' a second time, expected one waiver for each workload");
  check_refused("workload,until,reason,who\nw,v1,a,b\nw,v2,c,d\n", "workload", 3,
                "found 'w' a second time, expected one waiver for each workload");
}

/* Until a commit contains the revision named, which need not be there yet. */
static void test_waivers_hold(void **state) {
  (void)state;
  char first[HX_COMMIT_TEXT], second[HX_COMMIT_TEXT];
  hx_waivers waivers;
  pvs_error error;
  make_repository();
  in_shell("cd repo; git commit -q --allow-empty -m one; git tag v1; git commit -q --allow-empty "
           "-m two; git tag v2");
  hx_repository r = repository_with(NULL);
  assert_true(hx_waivers_read(&r, &waivers, afresh(&error)));
  assert_int_equal(waivers.n, 0);
  assert_true(hx_repository_resolve(&r, "v1", first, afresh(&error)));
  assert_true(hx_repository_resolve(&r, "v2", second, afresh(&error)));
  repository_with("who,reason,until,workload\nme,it is,v2,w\nyou,so,v9,x\n");
  assert_true(hx_waivers_read(&r, &waivers, afresh(&error)));
  assert_int_equal(waivers.n, 2);
  const hx_waiver *w = hx_waivers_find(&waivers, &r, "w", first);
  assert_non_null(w);
  assert_string_equal(w->workload, "w");
  assert_string_equal(w->until, "v2");
  assert_string_equal(w->reason, "it is");
  assert_string_equal(w->who, "me");
  assert_true(w->used && !waivers.items[1].used);
  assert_null(hx_waivers_find(&waivers, &r, "w", second));
  assert_non_null(hx_waivers_find(&waivers, &r, "x", second));
  assert_null(hx_waivers_find(&waivers, &r, "y", second));
  hx_waivers_deinit(&waivers);
}

static void check_outputs(const char *expected, const char *actual, hx_expected found,
                          const char *said) {
  char e[128], a[128], message[400] = "", with[500];
  snprintf(e, sizeof e, "%s/%s", compare_folder, expected);
  snprintf(a, sizeof a, "%s/%s", compare_folder, actual);
  assert_int_equal(hx_outputs_compare(e, a, message, sizeof message), found);
  snprintf(with, sizeof with, said, e);
  assert_string_equal(message, with);
}

static void test_outputs(void **state) {
  (void)state;
  char path[128], other[128], digest[HX_HASH_TEXT], same[HX_HASH_TEXT];
  in_shell("mkdir -p f/sub g/sub h empty; printf 'k,x\\n1,2\\n' >f/a.csv; printf 'k,x\\n1,2.0\\n' "
           ">g/a.csv;"
           "printf 'k,x\\n1,3\\n' >h/a.csv; printf y >f/sub/b; printf y >g/sub/b; : "
           ">empty/nothing; : >zero;"
           "printf one >t1; printf one >t2; printf two >t3; cp -r f f2");
  check_outputs("f", "f2", HX_EXPECTED_AGREES, "");
  check_outputs("f", "g", HX_EXPECTED_AGREES, "");
  check_outputs("f", "h", HX_EXPECTED_DIFFERS,
                "a.csv: row '1', column 'x': found '3', expected '2'");
  check_outputs("f/a.csv", "g/a.csv", HX_EXPECTED_AGREES, "");
  check_outputs("t1", "t2", HX_EXPECTED_AGREES, "");
  check_outputs("t1", "t3", HX_EXPECTED_DIFFERS, "the bytes are not those of %s");
  check_outputs("none", "t3", HX_EXPECTED_ERROR, "%s cannot be read");
  check_outputs("empty", "f", HX_EXPECTED_ERROR,
                "%s: found no .csv file, expected some to compare with");
  snprintf(path, sizeof path, "%s/f", compare_folder);
  snprintf(other, sizeof other, "%s/f2", compare_folder);
  hx_outputs_digest(path, digest);
  hx_outputs_digest(other, same);
  assert_int_equal(strlen(digest), 16);
  assert_string_equal(digest, same);
  in_shell("mv f2/sub/b f2/sub/c");
  hx_outputs_digest(other, same);
  assert_string_not_equal(digest, same);
  in_shell("printf x >least");
  snprintf(path, sizeof path, "%s/least", compare_folder);
  hx_outputs_digest(path, digest);
  assert_int_equal(strlen(digest), 16);
  static const char *const nothing[] = {"zero", "empty", "nowhere"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", compare_folder, nothing[i]);
    hx_outputs_digest(path, digest);
    assert_string_equal(digest, "");
  }
}

/* Two folders alike but for what the commands make in them, "$PWD" being the folder itself. */
static void check_alike(const char *in_a, const char *in_b, bool alike) {
  char command[512], path[128], a[HX_HASH_TEXT], b[HX_HASH_TEXT];
  snprintf(command, sizeof command,
           "rm -rf a b; mkdir a b; printf x | tee a/file >b/file; (cd a; %s); (cd b; %s)", in_a,
           in_b);
  in_shell(command);
  snprintf(path, sizeof path, "%s/a", compare_folder);
  hx_outputs_digest(path, a);
  snprintf(path, sizeof path, "%s/b", compare_folder);
  hx_outputs_digest(path, b);
  assert_int_equal(strlen(a), 16);
  if (alike)
    assert_string_equal(a, b);
  else
    assert_string_not_equal(a, b);
}

static void test_outputs_that_are_no_files(void **state) {
  (void)state;
  check_alike("ln -s /t1 l", "ln -s /t1 l", true);
  check_alike("ln -s /t1 l", "ln -s /t2 l", false);
  check_alike("ln -s \"$PWD/t\" l", "ln -s \"$PWD/t\" l", true); /* each into its own folder */
  check_alike("ln -s \"$PWD/t\" l", "ln -s \"$PWD/u\" l", false);
  check_alike("ln -s file l", "cp file l", true); /* the bytes count, as for whoever reads it */
  check_alike("ln -s /bin l", "ln -s /usr l", false);
  check_alike("mkdir e", "mkdir f", false);
  check_alike("mkdir e", ":", false);
  check_alike("mkdir -p e/f", "mkdir e", false);
  check_alike("mkdir e; : >e/f", "mkdir e; : >e/f", true);
  check_alike("mkfifo p", "mkfifo p", true);
  check_alike("mkfifo p", "mkfifo q", false);
  check_alike("mkfifo p", "mkdir p", false);
  check_alike("rm file; mkfifo p", "rm file; mkfifo q", false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_presence, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_waivers_refused, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_waivers_hold, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_outputs, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_outputs_that_are_no_files, compare_setup,
                                      compare_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
