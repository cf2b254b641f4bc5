#include "compare/revision.h"

#include "base/fail.h"

#include "compare/tool.h"
#include "measure/environment.h"
#include "measure/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Part of the key: raised when the recipe itself changes what comes out. */
static const char own_recipe[] = "cmake Release, target pvtune, recipe 1";

bool hx_revision_cache(char *path, size_t cap, pvs_error *error) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  int n = -1;
  if (cache && cache[0] == '/')
    n = snprintf(path, cap, "%s/pvtune/builds", cache);
  else if (home && home[0])
    n = snprintf(path, cap, "%s/.cache/pvtune/builds", home);
  if (n > 0 && (size_t)n < cap)
    return true;
  hx_fail(error, PVS_IO, "there is no place for builds: neither XDG_CACHE_HOME nor HOME is set");
  return false;
}

static const char *from_environment(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

/* First line of `cc --version`; "?" when it does not say. */
static void compiler_version(const char *variable, const char *otherwise, char *text, size_t cap) {
  pvs_error error = {0};
  char *compiler = strdup(from_environment(variable, otherwise));
  char *argv[] = {compiler, "--version", NULL};
  char *said = compiler ? hx_tool_read(argv, NULL, &error) : NULL;
  snprintf(text, cap, "%s: %.*s", compiler ? compiler : otherwise,
           said ? (int)strcspn(said, "\n") : 1, said ? said : "?");
  free(said);
  free(compiler);
}

/* Everything that decides what a build gives, as text for people; its hash is the key. */
static char *describe(const hx_recipe *recipe, const char *commit) {
  static const char *const flags[] = {"CFLAGS", "CXXFLAGS", "LDFLAGS"};
  char cc[256], cxx[256], *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f)
    return NULL;
  compiler_version("CC", "cc", cc, sizeof cc);
  compiler_version("CXX", "c++", cxx, sizeof cxx);
  fprintf(f, "commit %s\nCC %s\nCXX %s\n", commit, cc, cxx);
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    fprintf(f, "%s %s\n", flags[i], from_environment(flags[i], ""));
  fprintf(f, "build %s\n", recipe->command ? recipe->command : own_recipe);
  if (fclose(f) == 0)
    return text;
  free(text);
  return NULL;
}

/* The places of one build. */
typedef struct site {
  const hx_repository *repository;
  const hx_recipe *recipe;
  char *tree, *objects, *program, *built, *log, *done, *lock, *memory;
} site;

static bool place(site *s, const char *key, pvs_error *error) {
  static const char *const names[] = {"tree", "build", "pvtune", "build/pvtune",
                                      "log",  "done",  "lock"};
  char **members[] = {&s->tree, &s->objects, &s->program, &s->built, &s->log, &s->done, &s->lock};
  size_t length = strlen(s->recipe->cache) + strlen(key) + 32;
  if (length >= PATH_MAX) {
    hx_fail(error, PVS_IO, "the cache folder's path is too long: %s", s->recipe->cache);
    return false;
  }
  s->memory = calloc(sizeof names / sizeof *names, length);
  if (!s->memory) {
    hx_fail_memory(error);
    return false;
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    *members[i] = s->memory + i * length;
    snprintf(*members[i], length, "%s/%s/%s", s->recipe->cache, key, names[i]);
  }
  return true;
}

static bool git_worktree(const site *s, char *argv[], pvs_error *error) {
  return hx_tool_run(argv, s->repository->top, s->log, NULL, error);
}

static bool check_out(const site *s, char *commit, pvs_error *error) {
  char *argv[] = {"git",     "worktree", "add",  "--force", "--detach",
                  "--quiet", s->tree,    commit, NULL};
  hx_outputs_remove(s->tree);
  hx_outputs_remove(s->objects);
  unlink(s->log);
  return git_worktree(s, argv, error);
}

/* The repository forgets the worktree as well. */
static void remove_tree(const site *s) {
  pvs_error error = {0};
  char *argv[] = {"git", "worktree", "remove", "--force", s->tree, NULL};
  git_worktree(s, argv, &error);
  hx_outputs_remove(s->tree);
}

static bool build_by_command(const site *s, pvs_error *error) {
  char *command = strdup(s->recipe->command);
  char *argv[] = {"/bin/sh", "-c", command, NULL};
  bool ok = command && hx_tool_run(argv, s->tree, s->log, s->recipe->interrupts, error);
  free(command);
  return ok;
}

static bool build_pvtune(const site *s, pvs_error *error) {
  char header[PATH_MAX];
  int n = snprintf(header, sizeof header, "%s/core/include/pvs/pvs.h", s->tree);
  if (n >= (int)sizeof header || access(header, F_OK) != 0) {
    hx_fail(error, PVS_IO, "that revision is not one of pvtune: say how it is built with --build");
    return false;
  }
  char *configure[] = {"cmake",
                       "-S",
                       s->tree,
                       "-B",
                       s->objects,
                       "-DCMAKE_BUILD_TYPE=Release",
                       "-DPVTUNE_BENCH=OFF",
                       hx_tool_exists("ninja") ? "-GNinja" : "-GUnix Makefiles",
                       NULL};
  char jobs[16]; /* a bare --parallel sets no limit to make */
  snprintf(jobs, sizeof jobs, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
  char *make[] = {"cmake", "--build", s->objects, "--target", "pvtune", "--parallel", jobs, NULL};
  const volatile sig_atomic_t *interrupts = s->recipe->interrupts;
  if (!hx_tool_run(configure, s->tree, s->log, interrupts, error) ||
      !hx_tool_run(make, s->tree, s->log, interrupts, error))
    return false;
  if (rename(s->built, s->program) == 0)
    return true;
  hx_fail(error, PVS_IO, "%s was not built: %s", s->built, strerror(errno));
  return false;
}

static bool is_done(const site *s) {
  return access(s->done, F_OK) == 0 && access(s->recipe->command ? s->tree : s->program, X_OK) == 0;
}

static bool write_done(const site *s, const char *description, pvs_error *error) {
  FILE *f = fopen(s->done, "we");
  bool ok = f && fputs(description, f) >= 0;
  ok = f && fclose(f) == 0 && ok;
  if (!ok)
    hx_fail(error, PVS_IO, "%s cannot be written: %s", s->done, strerror(errno));
  return ok;
}

static bool make(const site *s, const char *description, char *commit, pvs_error *error) {
  unlink(s->done);
  if (!check_out(s, commit, error))
    return false;
  bool ok = s->recipe->command ? build_by_command(s, error) : build_pvtune(s, error);
  if (!ok || !s->recipe->command)
    remove_tree(s);
  hx_outputs_remove(s->objects);
  return ok && write_done(s, description, error);
}

static int take_lock(const site *s, pvs_error *error) {
  char *folder = strdup(s->lock);
  if (folder)
    *strrchr(folder, '/') = 0;
  bool made = folder && hx_tool_make_folder(folder);
  free(folder);
  int fd = made ? open(s->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
  if (fd < 0)
    hx_fail(error, PVS_IO, "the cache folder for builds cannot be used: %s: %s", s->lock,
            strerror(errno));
  while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR) {
  }
  return fd;
}

bool hx_revision_build(const hx_repository *repository, const hx_recipe *recipe, const char *commit,
                       hx_build *build, pvs_error *error) {
  char key[HX_HASH_TEXT];
  site s = {.repository = repository, .recipe = recipe};
  *build = (hx_build){0};
  snprintf(build->commit, sizeof build->commit, "%s", commit);
  char *description = describe(recipe, commit);
  if (!description) {
    hx_fail_memory(error);
    return false;
  }
  hx_bytes_hash(description, strlen(description), key);
  bool ok = place(&s, key, error);
  int lock = ok ? take_lock(&s, error) : -1;
  ok = lock >= 0;
  if (ok) {
    build->reused = is_done(&s);
    ok = build->reused || make(&s, description, build->commit, error);
  }
  if (ok)
    snprintf(recipe->command ? build->folder : build->program, PATH_MAX, "%s",
             recipe->command ? s.tree : s.program);
  if (lock >= 0)
    close(lock);
  free(s.memory);
  free(description);
  return ok;
}
