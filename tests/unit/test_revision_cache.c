/* The folder of builds: where it is, what it holds, and what makes room. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/revision_cache.h"

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>

#define KEY_A "0123456789abcdef"
#define KEY_B "fedcba9876543210"

static void check_folder(const char *cache, const char *home, size_t cap, const char *expected) {
  pvs_error error;
  char path[256];
  cache ? setenv("XDG_CACHE_HOME", cache, 1) : unsetenv("XDG_CACHE_HOME");
  home ? setenv("HOME", home, 1) : unsetenv("HOME");
  assert_int_equal(hx_cache_folder(path, cap, afresh(&error)), expected != NULL);
  if (expected)
    assert_string_equal(path, expected);
  else
    assert_string_equal(error.message, "there is no place for builds: neither XDG_CACHE_HOME nor "
                                       "HOME is set");
}

static void test_where_it_is(void **state) {
  (void)state;
  char home[256], known[256];
  snprintf(home, sizeof home, "%s", getenv("HOME") ? getenv("HOME") : "/");
  check_folder("/c", "/h", 64, "/c/pvtune/builds");
  check_folder("/c", NULL, 64, "/c/pvtune/builds");
  check_folder("c", "/h", 64, "/h/.cache/pvtune/builds");
  check_folder("", "/h", 64, "/h/.cache/pvtune/builds");
  check_folder(NULL, "/h", 24, "/h/.cache/pvtune/builds");
  check_folder(NULL, "/h", 23, NULL);
  /* Else that of the user database. */
  const struct passwd *user = getpwuid(getuid());
  snprintf(known, sizeof known, "%s/.cache/pvtune/builds", user ? user->pw_dir : "");
  check_folder(NULL, "", sizeof known, user ? known : NULL);
  check_folder(NULL, NULL, sizeof known, user ? known : NULL);
  setenv("HOME", home, 1);
}

static void check_limit(const char *text, double expected) {
  pvs_error error;
  double bytes = 0;
  text ? setenv("PVTUNE_CACHE_LIMIT", text, 1) : unsetenv("PVTUNE_CACHE_LIMIT");
  assert_int_equal(hx_cache_limit(&bytes, afresh(&error)), !isnan(expected));
  unsetenv("PVTUNE_CACHE_LIMIT");
  assert_true(isnan(expected) || bytes == expected);
}

static void test_how_much_it_may_take(void **state) {
  (void)state;
  check_limit(NULL, 10e9);
  check_limit("", 10e9);
  check_limit("0.5GiB", 536870912);
  check_limit("20GB", 20e9);
  check_limit("20", 20e9);
  check_limit("0", INFINITY);
  check_limit("-1", NAN);
  check_limit("inf", NAN);
  check_limit("1g", NAN);
}

/* Two builds and things that are none. */
static hx_cache_list look_at(const char *cache) {
  hx_cache_list list;
  pvs_error error;
  char path[128];
  snprintf(path, sizeof path, "%s/%s", compare_folder, cache);
  assert_true(hx_cache_read(path, &list, afresh(&error)));
  return list;
}

static void make_builds(void) {
  in_shell("mkdir -p c/" KEY_A "/tree c/" KEY_B " c/0123456789abcde c/0123456789abcdeg c/other;"
           "printf 'commit 111222\\nnot this\\n' >c/" KEY_B "/done;"
           "head -c 100000 /dev/urandom >c/" KEY_A "/tree/data; ln -s / c/" KEY_A "/link;"
           "touch -d '2001-01-01 UTC' c/" KEY_B "/done; touch -d '2002-01-01 UTC' c/" KEY_A);
}

static void test_what_it_holds(void **state) {
  (void)state;
  make_builds();
  hx_cache_list list = look_at("c");
  assert_int_equal(list.n, 2);
  assert_string_equal(list.items[0].key, KEY_B);
  assert_string_equal(list.items[0].what, "111222");
  assert_int_equal(list.items[0].used, 978307200);
  assert_true(list.items[0].bytes < 20000);
  assert_string_equal(list.items[1].key, KEY_A);
  assert_string_equal(list.items[1].what, "unfinished");
  assert_int_equal(list.items[1].used, 1009843200);
  assert_true(list.items[1].bytes >= 100000 && list.items[1].bytes < 200000);
  char script[200];
  snprintf(script, sizeof script,
           "sum=0; for b in $(find c/" KEY_A " ! -type l -printf '%%b '); do sum=$((sum+b)); "
           "done; test $((sum*512)) = %.0f",
           list.items[1].bytes);
  in_shell(script);
  hx_cache_list_deinit(&list);
  assert_int_equal(list.n, 0);
  /* A name may have as many characters as there is room for. */
  in_shell("mkdir -p long/$(printf 'a%.0s' $(seq 64)) long/$(printf 'a%.0s' $(seq 65))");
  list = look_at("long");
  assert_int_equal(list.n, 1);
  assert_int_equal(strlen(list.items[0].key), 64);
  hx_cache_list_deinit(&list);
  /* The one used for longest ago is the first, whatever the order of names. */
  in_shell("printf 'neither\\n' >c/" KEY_A "/done; touch -d '2000-01-01 UTC' c/" KEY_A "/done");
  list = look_at("c");
  assert_string_equal(list.items[0].key, KEY_A);
  assert_string_equal(list.items[0].what, "unfinished");
  assert_int_equal(list.items[0].used, 946684800);
  hx_cache_list_deinit(&list);
  list = look_at("nowhere");
  assert_int_equal(list.n, 0);
  pvs_error error;
  char path[128];
  in_shell("touch file");
  snprintf(path, sizeof path, "%s/file", compare_folder);
  assert_false(hx_cache_read(path, &list, afresh(&error)));
  assert_string_equal(error.file, path);
}

static void test_a_build_is_touched_and_removed(void **state) {
  (void)state;
  pvs_error error;
  char cache[128], *long_cache = malloc(PATH_MAX + 1);
  assert_non_null(long_cache);
  make_builds();
  snprintf(cache, sizeof cache, "%s/c", compare_folder);
  hx_cache_touch(cache, KEY_B);
  hx_cache_touch(cache, KEY_A); /* unfinished: nothing to touch */
  in_shell("test ! -e c/" KEY_A "/done; test $(($(date +%s) - $(stat -c %Y c/" KEY_B
           "/done))) -lt 1000");
  char lock[160];
  snprintf(lock, sizeof lock, "%s/" KEY_A "/lock", cache);
  int fd = open(lock, O_RDWR | O_CREAT, 0666);
  assert_true(fd >= 0 && flock(fd, LOCK_EX) == 0);
  assert_false(hx_cache_remove(cache, KEY_A, afresh(&error)));
  assert_int_equal(error.code, 0);
  in_shell("test -e c/" KEY_A "/tree/data");
  close(fd);
  in_shell("rm c/" KEY_A "/lock; mkdir c/" KEY_A "/lock"); /* it cannot be locked */
  assert_false(hx_cache_remove(cache, KEY_A, afresh(&error)));
  assert_string_equal(error.message, "cannot be locked: Is a directory");
  in_shell("test -e c/" KEY_A "/tree/data; rmdir c/" KEY_A "/lock");
  assert_true(hx_cache_remove(cache, KEY_A, afresh(&error)));
  in_shell("test ! -e c/" KEY_A "; test -e c/" KEY_B "/done");
  memset(long_cache, '/', PATH_MAX);
  long_cache[PATH_MAX] = 0;
  assert_false(hx_cache_remove(long_cache, KEY_A, afresh(&error)));
  assert_non_null(strstr(error.message, "cannot be used"));
  free(long_cache);
}

/* No more than needed is removed, and nothing of the last hour. */
static void test_room_is_made(void **state) {
  (void)state;
  char cache[128];
  make_builds();
  snprintf(cache, sizeof cache, "%s/c", compare_folder);
  in_shell("mkdir c/1111111111111111 c/2222222222222222;"
           "touch -d '2003-01-01' c/1111111111111111; touch c/2222222222222222");
  hx_cache_list list = look_at("c");
  double total = 0;
  for (size_t i = 0; i < list.n; i++)
    total += list.items[i].bytes;
  double first = list.items[0].bytes, second = list.items[1].bytes;
  hx_cache_list_deinit(&list);
  hx_cache_trim(cache, total);
  in_shell("test $(ls c | grep -c '^[0-9a-f]\\{16\\}$') = 4");
  hx_cache_trim(cache, total - first);
  in_shell("test ! -e c/" KEY_B "; test $(ls c | grep -c '^[0-9a-f]\\{16\\}$') = 3");
  hx_cache_trim(cache, total - first - second + 1);
  in_shell("test ! -e c/" KEY_A "; test -e c/1111111111111111");
  hx_cache_trim(cache, 0);
  in_shell("test ! -e c/1111111111111111; test -e c/2222222222222222; test -e c/other");
  hx_cache_trim("/proc/nowhere", 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_where_it_is),   CASE(test_how_much_it_may_take),
      CASE(test_what_it_holds), CASE(test_a_build_is_touched_and_removed),
      CASE(test_room_is_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
