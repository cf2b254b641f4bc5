#include "compare/revision.h"

#include "base/fail.h"
#include "base/files.h"
#include "compare/revision_cache.h"
#include "machine/allocation.h"
#include "measure/environment.h"
#include "measure/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The places of one build. With a build command, `tree` is where it is built and run, and
 * `pristine` a copy of it that nothing ever runs in: each use begins with that copy, so that what
 * an earlier run left beside the program is not measured. */
typedef struct places {
  const hx_repository *repository;
  const hx_recipe *recipe;
  char *tree, *fresh, *pristine, *objects, *program, *built, *log, *done, *lock, *memory;
} places;

static bool place(places *p, const char *key, pvs_error *error) {
  static const char *const names[] = {"tree",         "tree.new", "pristine", "build", "pvtune",
                                      "build/pvtune", "log",      "done",     "lock"};
  char **members[] = {&p->tree,  &p->fresh, &p->pristine, &p->objects, &p->program,
                      &p->built, &p->log,   &p->done,     &p->lock};
  size_t length = strlen(p->recipe->cache) + strlen(key) + 32;
  if (length >= PATH_MAX)
    return hx_fail_errno(error, ENAMETOOLONG, p->recipe->cache, "cannot hold builds");
  p->memory = calloc(sizeof names / sizeof *names, length);
  if (!p->memory)
    return hx_fail_memory(error);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    *members[i] = p->memory + i * length;
    snprintf(*members[i], length, "%s/%s/%s", p->recipe->cache, key, names[i]);
  }
  return true;
}

/* ---- building ---- */

static bool build_by_command(const places *p, pvs_error *error) {
  char *command = strdup(p->recipe->command);
  char *argv[] = {"/bin/sh", "-c", command, "--build", NULL};
  bool ok = command ? hx_tool_run(argv, p->tree, p->log, p->recipe->interrupts, error)
                    : hx_fail_memory(error);
  free(command);
  return ok;
}

static bool build_pvtune(const places *p, pvs_error *error) {
  char header[PATH_MAX];
  int n = snprintf(header, sizeof header, "%s/core/include/pvs/pvs.h", p->tree);
  if (n >= (int)sizeof header || access(header, F_OK) != 0)
    return hx_fail(error, PVS_UNSUPPORTED,
                   "this revision is not pvtune: say with --build how it is built");
  char *configure[] = {"cmake",
                       "-S",
                       p->tree,
                       "-B",
                       p->objects,
                       "-DCMAKE_BUILD_TYPE=Release",
                       "-DPVTUNE_BENCH=OFF",
                       "-DBUILD_TESTING=OFF",
                       hx_tool_exists("ninja") ? "-GNinja" : "-GUnix Makefiles",
                       NULL};
  char jobs[16]; /* a bare --parallel sets no limit to make */
  snprintf(jobs, sizeof jobs, "%d", hx_cpus_usable(NULL));
  char *make[] = {"cmake", "--build", p->objects, "--target", "pvtune", "--parallel", jobs, NULL};
  const volatile sig_atomic_t *interrupts = p->recipe->interrupts;
  if (!hx_tool_run(configure, p->tree, p->log, interrupts, error) ||
      !hx_tool_run(make, p->tree, p->log, interrupts, error))
    return false;
  return rename(p->built, p->program) == 0 ||
         hx_fail_errno(error, errno, p->built, "was not built");
}

static bool copy_tree(const places *p, char *from, char *to, pvs_error *error) {
  char *argv[] = {"cp", "-a", "--reflink=auto", "--", from, to, NULL};
  return (hx_files_remove(to) || hx_fail_errno(error, errno, to, "cannot be removed")) &&
         hx_tool_run(argv, p->recipe->cache, p->log, NULL, error);
}

/* The tree as it was right after the build. */
static bool restore(const places *p, pvs_error *error) {
  return copy_tree(p, p->pristine, p->fresh, error) &&
         (hx_files_remove(p->tree) || hx_fail_errno(error, errno, p->tree, "cannot be removed")) &&
         (rename(p->fresh, p->tree) == 0 ||
          hx_fail_errno(error, errno, p->tree, "cannot be put in place"));
}

static bool is_done(const places *p) {
  return access(p->done, F_OK) == 0 &&
         access(p->recipe->command ? p->pristine : p->program, X_OK) == 0;
}

static const char notice_line[] = "notice ";

static bool write_done(const places *p, const char *description, const char *notice,
                       pvs_error *error) {
  FILE *f = fopen(p->done, "we");
  bool ok = f && fputs(description, f) >= 0 && fprintf(f, "%s%s\n", notice_line, notice) > 0;
  ok = f && fclose(f) == 0 && ok;
  return ok || hx_fail_errno(error, errno, p->done, "cannot be written");
}

/* What was said when it was built is as true when it is used again. */
static void read_notice(const places *p, hx_build *build) {
  char line[sizeof build->notice + sizeof notice_line];
  FILE *f = fopen(p->done, "re");
  while (f && fgets(line, sizeof line, f))
    if (strncmp(line, notice_line, sizeof notice_line - 1) == 0)
      snprintf(build->notice, sizeof build->notice, "%.*s",
               (int)strcspn(line + sizeof notice_line - 1, "\n"), line + sizeof notice_line - 1);
  if (f)
    fclose(f);
}

static bool make(const places *p, const char *description, hx_build *build, pvs_error *error) {
  unlink(p->done);
  unlink(p->log);
  if (!hx_revision_tree_make(p->repository, build->commit, p->tree, p->log, build->notice,
                             sizeof build->notice, error))
    return false;
  bool ok = p->recipe->command
                ? build_by_command(p, error) && copy_tree(p, p->tree, p->pristine, error)
                : build_pvtune(p, error);
  if (!ok || !p->recipe->command)
    hx_files_remove(p->tree);
  hx_files_remove(p->objects);
  return ok && write_done(p, description, build->notice, error);
}

/* A build that was removed from the cache while we waited for its lock is begun anew. */
static int take_lock(const places *p, pvs_error *error) {
  char *folder = strdup(p->lock);
  if (folder)
    *strrchr(folder, '/') = 0;
  int fd = -1;
  struct stat status = {0};
  for (bool held = false; folder && !held;) {
    fd =
        hx_files_make_folder(folder, NULL) ? open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
      break;
    while (flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    held = fstat(fd, &status) == 0 && status.st_nlink > 0;
    if (!held)
      close(fd);
  }
  if (fd < 0)
    hx_fail_errno(error, errno, p->lock, "the cache folder for builds cannot be used");
  free(folder);
  return fd;
}

static bool use(const places *p, const char *key, const char *description, hx_build *build,
                pvs_error *error) {
  double limit;
  if (!hx_cache_limit(&limit, error))
    return false;
  snprintf(build->log, sizeof build->log, "%s", p->log);
  build->reused = is_done(p);
  if (!build->reused && !make(p, description, build, error))
    return false;
  if (build->reused) {
    read_notice(p, build);
    if (p->recipe->command && !restore(p, error))
      return false;
  }
  snprintf(p->recipe->command ? build->folder : build->program, PATH_MAX, "%s",
           p->recipe->command ? p->tree : p->program);
  hx_cache_touch(p->recipe->cache, key);
  if (!build->reused)
    hx_cache_trim(p->recipe->cache, limit);
  return true;
}

bool hx_revision_build(const hx_repository *repository, const hx_recipe *recipe, const char *commit,
                       hx_build *build, pvs_error *error) {
  char key[HX_HASH_TEXT];
  places p = {.repository = repository, .recipe = recipe};
  *build = (hx_build){0};
  snprintf(build->commit, sizeof build->commit, "%s", commit);
  char *description = hx_revision_key_text(recipe, commit);
  if (!description)
    return hx_fail_memory(error);
  hx_bytes_hash(description, strlen(description), key);
  bool ok = place(&p, key, error);
  int lock = ok ? take_lock(&p, error) : -1;
  ok = lock >= 0 && use(&p, key, description, build, error);
  if (lock >= 0)
    close(lock);
  free(p.memory);
  free(description);
  return ok;
}
