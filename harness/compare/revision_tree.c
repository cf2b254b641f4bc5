#include "compare/revision.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "base/walk.h"
#include "measure/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POINTER_MAX = 1024 };

static const char pointer_begins[] = "version https://git-lfs.github.com/spec/";

typedef struct checkout {
  const hx_repository *repository;
  const char *tree, *log;
  char *filters;      /* keys of a person's settings, a line each: "filter.NAME.smudge" */
  char lfs[PATH_MAX]; /* where Git LFS keeps contents of the user's repository */
} checkout;

/* ---- git ---- */

/* What is checked out is decided by the commit alone: no hooks, none of a person's settings that
 * change files. Contents of Git LFS are put in place by us, from what is here; and submodules may
 * come from this machine's own disk. */
static const char *const settings[] = {
    "core.hooksPath=/dev/null",  "core.fsmonitor=false",    "core.autocrlf=false",
    "core.eol=native",           "core.symlinks=true",      "core.sparseCheckout=false",
    "core.ignoreCase=false",     "submodule.recurse=false", "core.attributesFile=/dev/null",
    "protocol.file.allow=always"};

static void add_word(hx_text *words, const char *word) {
  hx_text_add(words, word, strlen(word) + 1);
}

/* A person's filters would make something else of the files, or need what is not here. */
static void add_filters(const checkout *c, hx_text *words) {
  static const char *const members[] = {"smudge=", "process=", "required=false"};
  for (const char *at = c->filters; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
    size_t length = strcspn(at, "\n");
    while (length && at[length - 1] != '.')
      length--;
    for (size_t i = 0; length && i < sizeof members / sizeof *members; i++) {
      add_word(words, "-c");
      hx_text_printf(words, "%.*s%s", (int)length, at, members[i]);
      hx_text_add(words, "", 1);
    }
  }
}

/* git in the tree; it asks no questions. */
static bool git(const checkout *c, const char *const arguments[], pvs_error *error) {
  hx_text words = {0};
  add_word(&words, "env");
  add_word(&words, "GIT_TERMINAL_PROMPT=0");
  add_word(&words, "GIT_DEFAULT_REF_FORMAT=files");
  add_word(&words, "git");
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    add_word(&words, "-c");
    add_word(&words, settings[i]);
  }
  add_filters(c, &words);
  for (size_t i = 0; arguments[i]; i++)
    add_word(&words, arguments[i]);
  char **argv = hx_text_take_argv(&words);
  bool ok = argv ? hx_tool_run(argv, c->tree, c->log, NULL, error) : hx_fail_memory(error);
  free(argv);
  return ok;
}

/* What git says about the user's repository; NULL when it says nothing or fails. */
static char *ask(const hx_repository *repository, char *argv[]) {
  char *answer = hx_tool_read(argv, repository->top, NULL);
  if (answer && answer[0])
    return answer;
  free(answer);
  return NULL;
}

static char *ask_config(const hx_repository *repository, char *name) {
  return ask(repository, (char *[]){"git", "config", "--get", name, NULL});
}

/* A path of the repository's git folder, absolute. */
static bool ask_path(const hx_repository *repository, char *what, char path[PATH_MAX]) {
  char *answer = ask(repository, (char *[]){"git", "rev-parse", "--git-path", what, NULL});
  int n = !answer            ? -1
          : answer[0] == '/' ? snprintf(path, PATH_MAX, "%s", answer)
                             : snprintf(path, PATH_MAX, "%s/%s", repository->top, answer);
  free(answer);
  return n > 0 && n < PATH_MAX;
}

/* ---- borrowing ---- */

static bool write_file(const checkout *c, const char *name, const char *bytes, size_t size,
                       pvs_error *error) {
  char path[PATH_MAX];
  return snprintf(path, sizeof path, "%s/.git/%s", c->tree, name) < (int)sizeof path
             ? hx_files_replace(path, bytes, size, error)
             : hx_fail_errno(error, ENAMETOOLONG, path, "cannot be written");
}

static bool borrow_objects(const checkout *c, pvs_error *error) {
  char objects[PATH_MAX], shallow[PATH_MAX];
  if (!ask_path(c->repository, "objects", objects) || !ask_path(c->repository, "shallow", shallow))
    return hx_fail(error, PVS_IO, "git does not say where the objects of %s are",
                   c->repository->top);
  hx_text line = {0}, boundary = {0};
  hx_text_printf(&line, "%s\n", objects);
  bool ok = (!line.failed || hx_fail_memory(error)) &&
            write_file(c, "objects/info/alternates", line.at, line.length, error);
  if (ok && access(shallow, F_OK) == 0)
    ok = hx_files_read(shallow, &boundary, error) &&
         write_file(c, "shallow", boundary.at ? boundary.at : "", boundary.length, error);
  hx_text_deinit(&line);
  hx_text_deinit(&boundary);
  return ok;
}

/* Builds ask `git describe` for their version. */
static bool borrow_tags(const checkout *c, pvs_error *error) {
  char *tags =
      ask(c->repository, (char *[]){"git", "for-each-ref", "--format=%(objectname) %(refname)",
                                    "refs/tags", NULL});
  hx_text lines = {0};
  if (tags)
    hx_text_printf(&lines, "%s\n", tags);
  bool ok = !tags || ((!lines.failed || hx_fail_memory(error)) &&
                      write_file(c, "packed-refs", lines.at, lines.length, error));
  free(tags);
  hx_text_deinit(&lines);
  return ok;
}

/* The remote that a partial clone gets missing files from: "remote.NAME", or NULL. */
static char *promisor_of(const hx_repository *repository) {
  char *said = ask(repository, (char *[]){"git", "config", "--get-regexp",
                                          "^remote\\..*\\.promisor$", "true", NULL});
  char *end = said ? strstr(said, ".promisor ") : NULL;
  if (end)
    *end = '\0';
  return said;
}

/* Where submodules are relative to, and where a partial clone gets the files it lacks. */
static bool borrow_remote(const checkout *c, pvs_error *error) {
  char *promisor = promisor_of(c->repository);
  hx_text name = {0};
  hx_text_printf(&name, "%s.url", promisor ? promisor : "remote.origin");
  char *url = name.failed ? NULL : ask_config(c->repository, name.at);
  bool ok =
      git(c, (const char *[]){"config", "remote.origin.url", url ? url : c->repository->top, NULL},
          error);
  if (ok && promisor && url)
    ok = git(c, (const char *[]){"config", "remote.origin.promisor", "true", NULL}, error) &&
         git(c, (const char *[]){"config", "remote.origin.partialclonefilter", "blob:none", NULL},
             error) &&
         git(c, (const char *[]){"config", "core.repositoryformatversion", "1", NULL}, error) &&
         git(c, (const char *[]){"config", "extensions.partialClone", "origin", NULL}, error);
  free(promisor);
  free(url);
  hx_text_deinit(&name);
  return ok;
}

static bool make_empty(const checkout *c, pvs_error *error) {
  char *format = ask(c->repository, (char *[]){"git", "rev-parse", "--show-object-format", NULL});
  hx_text option = {0};
  hx_text_printf(&option, "--object-format=%s", format ? format : "sha1");
  free(format);
  bool ok = (!option.failed || hx_fail_memory(error)) &&
            git(c, (const char *[]){"init", "--quiet", "--template=", option.at, NULL}, error);
  hx_text_deinit(&option);
  return ok;
}

/* ---- submodules ---- */

static bool has_file(const checkout *c, const char *name) {
  char path[PATH_MAX];
  return snprintf(path, sizeof path, "%s/%s", c->tree, name) < (int)sizeof path &&
         access(path, F_OK) == 0;
}

/* Submodules that the user's clone has already come from there: no network, and a commit that was
 * never pushed is found. `lines`: "submodule.NAME.path PATH" of .gitmodules. */
static bool point_submodules_here(const checkout *c, char *lines, pvs_error *error) {
  bool ok = true;
  char *rest = NULL;
  for (char *line = strtok_r(lines, "\n", &rest); ok && line; line = strtok_r(NULL, "\n", &rest)) {
    char *end = strstr(line, ".path "), what[PATH_MAX], here[PATH_MAX];
    if (!end)
      continue;
    *end = '\0';
    hx_text key = {0};
    hx_text_printf(&key, "%s.url", line);
    if (snprintf(what, sizeof what, "modules/%s", line + 10) < (int)sizeof what &&
        ask_path(c->repository, what, here) && hx_files_is_folder(here))
      ok = (!key.failed || hx_fail_memory(error)) &&
           git(c, (const char *[]){"config", key.at, here, NULL}, error);
    hx_text_deinit(&key);
  }
  return ok;
}

static bool add_submodules(const checkout *c, pvs_error *error) {
  static const char *const update[] = {"submodule", "--quiet",     "update",
                                       "--init",    "--recursive", NULL};
  if (!has_file(c, ".gitmodules"))
    return true;
  char *lines = hx_tool_read((char *[]){"git", "config", "--file", ".gitmodules", "--get-regexp",
                                        "^submodule\\..*\\.path$", NULL},
                             c->tree, NULL);
  bool ok = !lines || point_submodules_here(c, lines, error);
  free(lines);
  return ok && git(c, update, error);
}

/* ---- Git LFS ---- */

/* The contents' id of a pointer file, "" when the file is none. */
static void pointed_at(const char *path, char oid[65]) {
  char text[POINTER_MAX + 1];
  oid[0] = '\0';
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
  if (fd >= 0)
    close(fd);
  text[n > 0 ? n : 0] = '\0';
  const char *at = strstr(text, "\noid sha256:");
  if (strncmp(text, pointer_begins, sizeof pointer_begins - 1) != 0 || !at)
    return;
  at += strlen("\noid sha256:");
  if (strspn(at, "0123456789abcdef") == 64)
    snprintf(oid, 65, "%.64s", at);
}

static bool fetch_contents(const checkout *c, const char *oid, const char *path) {
  char from[PATH_MAX];
  if (!c->lfs[0] ||
      snprintf(from, sizeof from, "%s/%.2s/%.2s/%s", c->lfs, oid, oid + 2, oid) >=
          (int)sizeof from ||
      access(from, R_OK) != 0)
    return false;
  return hx_tool_run((char *[]){"cp", "--reflink=auto", "--", from, (char *)(uintptr_t)path, NULL},
                     c->tree, c->log, NULL, NULL);
}

typedef struct filling {
  const checkout *checkout;
  size_t missing;
  char first[PATH_MAX];
} filling;

/* Puts contents in place of pointers; counts those that are not on this machine. */
static hx_walk_step fill_pointer(void *context, const hx_walked *entry) {
  filling *f = context;
  char oid[65];
  if (S_ISDIR(entry->status->st_mode) && strcmp(entry->name, ".git") == 0)
    return HX_WALK_PAST;
  if (!S_ISREG(entry->status->st_mode) || entry->status->st_size > POINTER_MAX)
    return HX_WALK_ON;
  pointed_at(entry->path, oid);
  if (oid[0] && !fetch_contents(f->checkout, oid, entry->path) && f->missing++ == 0)
    snprintf(f->first, PATH_MAX, "%s", entry->path + strlen(f->checkout->tree) + 1);
  return HX_WALK_ON;
}

static void add_contents(checkout *c, char *notice, size_t cap) {
  filling f = {.checkout = c};
  char path[PATH_MAX];
  if (!ask_path(c->repository, "lfs/objects", c->lfs))
    c->lfs[0] = '\0';
  if (snprintf(path, sizeof path, "%s", c->tree) < (int)sizeof path)
    hx_walk(path, HX_WALK_ONE_FS, fill_pointer, &f);
  if (f.missing)
    snprintf(notice, cap,
             "the contents of %zu Git LFS file%s are not on this machine (the first: %s): the "
             "pointers are used as they are; git lfs fetch --all gets the contents",
             f.missing, f.missing == 1 ? "" : "s", f.first);
}

/* ---- */

bool hx_revision_tree_make(const hx_repository *repository, const char *commit, const char *tree,
                           const char *log, char *notice, size_t cap, pvs_error *error) {
  checkout c = {.repository = repository, .tree = tree, .log = log};
  notice[0] = '\0';
  if (!hx_files_remove(tree) || !hx_files_make_folder(tree, NULL))
    return hx_fail_errno(error, errno, tree, "cannot be made anew");
  bool ok = make_empty(&c, error);
  c.filters = hx_tool_read((char *[]){"git", "config", "--name-only", "--get-regexp",
                                      "^filter\\..*\\.(smudge|process|required)$", NULL},
                           tree, NULL);
  ok = ok && borrow_objects(&c, error) && borrow_tags(&c, error) && borrow_remote(&c, error) &&
       git(&c, (const char *[]){"checkout", "--quiet", "--force", "--detach", commit, NULL},
           error) &&
       add_submodules(&c, error);
  free(c.filters);
  if (ok)
    add_contents(&c, notice, cap);
  return ok;
}
