/* The text that decides which build of the cache is used: every line of it, and no other. */
#include "compare_support.h"

#include "compare/revision.h"

#include <sys/stat.h>

/* Tools that say `NAME OPTION` and a second line, all of one size and of one time. */
static const char make_tools[] =
    "mkdir bin; for name in cc c++ rustc go other my-cc helper; do"
    "  printf '#!/bin/sh\\necho %s \"$@\"\\necho more\\n%%-60s' $name '#' | head -c 60 >bin/$name;"
    "  chmod +x bin/$name; touch -d '2001-02-03 04:05:06 UTC' bin/$name; done";

static void check_key(const hx_recipe *recipe, const char *expected) {
  char *text = hx_revision_key_text(recipe, "0123abc");
  char where[128];
  assert_non_null(text);
  snprintf(where, sizeof where, "tool %s/bin/", compare_folder);
  /* The folder has another name each time. */
  for (char *at = text; (at = strstr(at, where)) != NULL; at += 5)
    memmove(at + 5, at + strlen(where), strlen(at + strlen(where)) + 1);
  assert_string_equal(text, expected);
  free(text);
}

#define TOOL(name) "tool " name " 60 981173106.000000000\n"
#define USUAL      TOOL("cc") TOOL("c++") TOOL("rustc") TOOL("go")

static void test_each_line(void **state) {
  (void)state;
  char path[128];
  in_shell(make_tools);
  clearenv();
  snprintf(path, sizeof path, "%s/bin", compare_folder);
  setenv("PATH", path, 1);
  setenv("HOME", "/proc/nowhere", 1);
  hx_recipe own = {.cache = "/proc/nowhere"},
            by_command = {.cache = "/proc/nowhere", .command = "other x"};
  check_key(&own, "commit 0123abc\ncc --version: cc --version\nc++ --version: c++ --version\n" USUAL
                  "tree 3\nbuild cmake Release, target pvtune, recipe 1\n");
  check_key(&by_command,
            "commit 0123abc\ncc --version: cc --version\nc++ --version: c++ --version\n"
            "rustc --version: rustc --version\ngo version: go version\n" USUAL TOOL(
                "other") "tree 3\nbuild other x\n");

  /* Variables: those that builds read, those that are named, sorted. */
  setenv("CC", "my-cc -m", 1);
  setenv("CXX", "nowhere-cxx", 1);
  setenv("RUSTC_WRAPPER", "helper", 1);
  setenv("OTHER", "1", 1);
  setenv("MINE", "2", 1);
  setenv("MINE_TOO", "3", 1);
  setenv("CARGO_", "4", 1);
  setenv("CARGO", "5", 1);
  by_command.command = "other $OTHER $PWD";
  by_command.variables = (const char *const[]){"MINE"};
  by_command.n_variables = 1;
  setenv("PWD", "/", 1);
  check_key(&by_command,
            "commit 0123abc\nmy-cc -m --version: my-cc -m --version\n"
            "nowhere-cxx --version: ?\n"
            "rustc --version: rustc --version\ngo version: go version\n" USUAL TOOL("my-cc")
                TOOL("helper")
                    TOOL("other") "CARGO_=4\nCC=my-cc "
                                  "-m\nCXX=nowhere-cxx\nMINE=2\nOTHER=1\nRUSTC_WRAPPER=helper\n"
                                  "tree 3\nbuild other $OTHER $PWD\n");

  /* Without Rust and Go nobody is asked for their versions. */
  in_shell("/bin/rm bin/rustc bin/go");
  clearenv();
  setenv("PATH", path, 1);
  setenv("CXX", "", 1);
  by_command = (hx_recipe){.cache = "/proc/nowhere", .command = "/bin/sh"};
  check_key(&by_command,
            "commit 0123abc\ncc --version: cc --version\nc++ --version: c++ --version\n" TOOL("cc")
                TOOL("c++") "CXX=\ntree 3\nbuild /bin/sh\n");
  setenv("PATH", "/usr/bin:/bin", 1);
}

/* Each tool that a build may call without being told to is part of the key, and no other. */
static void test_usual_tools(void **state) {
  (void)state;
  static const char usual[] =
      "cc c++ gcc g++ clang clang++ gfortran ld as ar make cmake ninja meson "
      "rustc cargo go java javac python3 node npm ghc zig dotnet mpicc nvcc";
  char path[128], script[1024], expected[2048] = "";
  snprintf(
      script, sizeof script,
      "mkdir bin; for name in %s nvc python perl; do printf '#!/bin/sh\\n%%-50s' '#' | head -c 60 "
      ">bin/$name; chmod +x bin/$name; touch -d '2001-02-03 04:05:06 UTC' bin/$name; done",
      usual);
  in_shell(script);
  clearenv();
  snprintf(path, sizeof path, "%s/bin", compare_folder);
  setenv("PATH", path, 1);
  size_t used = (size_t)snprintf(expected, sizeof expected,
                                 "commit 0123abc\ncc --version: \nc++ --version: \n");
  for (const char *at = usual; *at; at += strspn(at, " ")) {
    int length = (int)strcspn(at, " ");
    used += (size_t)snprintf(expected + used, sizeof expected - used,
                             "tool %.*s 60 981173106.000000000\n", length, at);
    at += length;
  }
  snprintf(expected + used, sizeof expected - used,
           "tree 3\nbuild cmake Release, target pvtune, recipe 1\n");
  check_key(&(hx_recipe){.cache = "/proc/nowhere"}, expected);
  setenv("PATH", "/usr/bin:/bin", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_usual_tools, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_each_line, compare_setup, compare_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
