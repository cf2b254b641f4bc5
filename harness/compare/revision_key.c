#include "compare/revision_key.h"

#include "base/text.h"
#include "compare/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static bool is_key_part(const hx_recipe *recipe, const char *name, size_t length) {
  for (size_t i = 0; i < sizeof read_by_builds / sizeof *read_by_builds; i++)
    if (is_meant(read_by_builds[i], name, length))
      return true;
  for (size_t i = 0; i < recipe->n_variables; i++)
    if (is_meant(recipe->variables[i], name, length))
      return true;
  return false;
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

char *hx_revision_key_text(const hx_recipe *recipe, const char *commit) {
  hx_text text = {0};
  hx_text_printf(&text, "commit %s\n", commit);
  put_version("CC", "cc", "--version", &text);
  put_version("CXX", "c++", "--version", &text);
  if (recipe->command && hx_tool_exists("rustc"))
    put_version("RUSTC", "rustc", "--version", &text);
  if (recipe->command && hx_tool_exists("go"))
    put_version(NULL, "go", "version", &text);
  put_variables(recipe, &text);
  hx_text_printf(&text, "%s\nbuild %s\n", tree_layout,
                 recipe->command ? recipe->command : own_recipe);
  return hx_text_take(&text);
}
