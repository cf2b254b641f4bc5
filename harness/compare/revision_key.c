#include "compare/revision.h"

#include "base/text.h"
#include "measure/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Raised when our own way of building changes what comes out. */
static const char own_recipe[] = "cmake Release, target pvtune, recipe 1";
static const char tree_layout[] = "tree 3";

/* Variables that compilers and build tools read. A name that ends with '*' stands for all that
 * begin so. */
static const char *const read_by_builds[] = {
    "CC",
    "CXX",
    "CPP",
    "FC",
    "F77",
    "AR",
    "LD",
    "NM",
    "RANLIB",
    "STRIP",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "FFLAGS",
    "FCFLAGS",
    "LDFLAGS",
    "LDLIBS",
    "LIBS",
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "LIBRARY_PATH",
    "PKG_CONFIG*",
    "MAKEFLAGS",
    "CMAKE_*",
    "MESON*",
    "NINJA*",
    "RUSTC*",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUSTUP_TOOLCHAIN",
    "CARGO_*",
    "GO*",
    "CGO_*",
    "JAVA_*",
    "JDK_*",
    "MAVEN_*",
    "GRADLE_*",
    "NODE_*",
    "NPM_CONFIG_*",
    "npm_config_*",
    "PYTHON*",
    "OPENBLAS*",
    "MPI*",
    "OMPI_*",
    "MPICH_*",
    "ZIG_*",
    "GHC*",
    "DOTNET_*",
    "SOURCE_DATE_EPOCH",
    "CCC_OVERRIDE_OPTIONS",
    "LD_LIBRARY_PATH",
    "ASFLAGS",
};

static bool is_meant(const char *pattern, const char *name, size_t length) {
  size_t n = strlen(pattern);
  return pattern[n - 1] == '*' ? length >= n - 1 && strncmp(pattern, name, n - 1) == 0
                               : length == n && strncmp(pattern, name, n) == 0;
}

/* The build command itself says $NAME, or sets it from what it is. */
static bool is_named(const char *command, const char *name, size_t length) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  for (const char *at = command; at && *at;) {
    at += strcspn(at, letters);
    size_t word = strspn(at, letters);
    if (word == length && strncmp(at, name, length) == 0)
      return strncmp(name, "PWD=", 4) != 0; /* the shell's own: its folder */
    at += word;
  }
  return false;
}

static bool is_key_part(const hx_recipe *recipe, const char *name, size_t length) {
  for (size_t i = 0; i < sizeof read_by_builds / sizeof *read_by_builds; i++)
    if (is_meant(read_by_builds[i], name, length))
      return true;
  for (size_t i = 0; i < recipe->n_variables; i++)
    if (is_meant(recipe->variables[i], name, length))
      return true;
  return is_named(recipe->command, name, length);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_variables(const hx_recipe *recipe, hx_text *text) {
  size_t n = 0, total = 0;
  while (environ[total])
    total++;
  const char **kept = calloc(total + 1, sizeof *kept);
  if (!kept) {
    text->failed = true;
    return;
  }
  for (size_t i = 0; i < total; i++)
    if (is_key_part(recipe, environ[i], strcspn(environ[i], "=")))
      kept[n++] = environ[i];
  qsort(kept, n, sizeof *kept, by_text);
  for (size_t i = 0; i < n; i++)
    hx_text_printf(text, "%s\n", kept[i]);
  free(kept);
}

/* First line of what the tool that a variable names (words: `ccache gcc`) says of its version. */
static void put_version(const char *variable, const char *usual, const char *option,
                        hx_text *text) {
  const char *set = variable ? getenv(variable) : NULL;
  hx_text command = {0};
  hx_text_printf(&command, "%s %s", set && *set ? set : usual, option);
  if (command.failed) {
    text->failed = true;
    return;
  }
  char *said = hx_tool_read((char *[]){"/bin/sh", "-c", command.at, NULL}, NULL, NULL);
  hx_text_printf(text, "%s: %.*s\n", command.at, said ? (int)strcspn(said, "\n") : 1,
                 said ? said : "?");
  free(said);
  hx_text_deinit(&command);
}

/* Tools that builds call without being told to, by a makefile for instance. */
static const char usual_tools[] = "cc c++ gcc g++ clang clang++ gfortran ld as ar make cmake ninja "
                                  "meson rustc cargo go java javac "
                                  "python3 node npm ghc zig dotnet mpicc nvcc";

/* Each program of $PATH that the words name: where it is found, and whether it is still the same file. So
 * another $PATH, a wrapper, or an update that keeps its version, makes another build. */
static void put_tools(const char *words, hx_text *text) {
  static const char between[] = " \t\n;&|()<>\"'`$={}";
  char path[PATH_MAX], name[NAME_MAX + 1];
  struct stat status;
  for (const char *at = words + strspn(words, between); *at; at += strspn(at, between)) {
    size_t length = strcspn(at, between);
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    at += length;
    if (!strchr(name, '/') && hx_tool_find(name, path) && stat(path, &status) == 0)
      hx_text_printf(text, "tool %s %lld %lld.%09ld\n", path, (long long)status.st_size,
                     (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
}

static void put_tools_of(const char *variable, hx_text *text) {
  const char *value = getenv(variable);
  if (value)
    put_tools(value, text);
}

char *hx_revision_key_text(const hx_recipe *recipe, const char *commit) {
  hx_text text = {0};
  hx_text_printf(&text, "commit %s\n", commit);
  put_version("CC", "cc", "--version", &text);
  put_version("CXX", "c++", "--version", &text);
  if (recipe->command && hx_tool_exists("rustc"))
    put_version("RUSTC", "rustc", "--version", &text);
  if (recipe->command && hx_tool_exists("go"))
    put_version(NULL, "go", "version", &text);
  put_tools(usual_tools, &text);
  put_tools_of("CC", &text);
  put_tools_of("CXX", &text);
  put_tools_of("RUSTC_WRAPPER", &text);
  if (recipe->command)
    put_tools(recipe->command, &text);
  put_variables(recipe, &text);
  hx_text_printf(&text, "%s\nbuild %s\n", tree_layout,
                 recipe->command ? recipe->command : own_recipe);
  return hx_text_take(&text);
}
