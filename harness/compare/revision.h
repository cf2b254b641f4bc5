/* Revisions of a git repository: named, listed, and built side by side under a cache folder.
 *
 * A build lies in CACHE/<key>/, where the key is a hash of all that decides what it gives
 * (hx_revision_key_text): paths of all builds are equally long, and the same build is made once. pvtune's
 * own revisions leave one file there, `pvtune`. With a build command the whole checkout stays, as
 * the program may need it, and every use begins with the checkout as it was right after the build.
 * Two processes that want the same build wait for each other. */
#ifndef HX_COMPARE_REVISION_H
#define HX_COMPARE_REVISION_H

#include "pvs/pvs.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum { HX_COMMIT_TEXT = 65, HX_COMMIT_SHORT = 12 };

typedef struct hx_repository {
  char top[PATH_MAX]; /* of its worktree */
} hx_repository;

/* The repository around `folder` (NULL: the current one). What git hooks put in the environment
 * (GIT_DIR and the like) is removed from it: it names the repository the hook runs in, and would
 * misdirect every worktree. False with a sentence in error. */
bool hx_repository_open(const char *folder, hx_repository *repository, pvs_error *error);

/* The commit a revision means, in full. False with a sentence in error, which says so when the
 * clone is a shallow one. */
bool hx_repository_resolve(const hx_repository *repository, const char *revision,
                           char commit[HX_COMMIT_TEXT], pvs_error *error);

/* True when `last` is `first` or comes after it. Both are full commits. */
bool hx_repository_contains(const hx_repository *repository, const char *last, const char *first);

/* Tracked files differ from HEAD. False as well when git cannot tell. */
bool hx_repository_is_dirty(const hx_repository *repository);

typedef struct hx_commit {
  char id[HX_COMMIT_TEXT];
  char when[32];     /* committed, ISO 8601 */
  char subject[128]; /* shortened to fit */
} hx_commit;

typedef struct hx_commits {
  hx_commit *items; /* oldest first */
  size_t n;
} hx_commits;

/* The line of first parents that ends with `last`: from `first` on, that included, or the newest
 * `most` when first is NULL. Both are full commits. False with a sentence in error, also when first
 * is not an ancestor of last. */
bool hx_repository_list(const hx_repository *repository, const char *first, const char *last,
                        size_t most, hx_commits *out, pvs_error *error);
void hx_commits_deinit(hx_commits *commits);

typedef struct hx_recipe {
  const char *cache;            /* folder for builds; made when needed */
  const char *command;          /* a shell command run in the checkout; NULL: pvtune's
                                              own build: CMake, Release */
  const char *const *variables; /* more names of the environment that a build reads */
  size_t n_variables;
  const volatile sig_atomic_t *interrupts; /* NULL: nobody interrupts */
} hx_recipe;

typedef struct hx_build {
  char commit[HX_COMMIT_TEXT];
  char program[PATH_MAX]; /* the pvtune; "" with a command */
  char folder[PATH_MAX];  /* the checkout, with a command; "" otherwise */
  char log[PATH_MAX];     /* what the build printed, also of one that failed */
  char notice[512];       /* a sentence for the person, about a checkout that lacks something; "" */
  bool reused;
} hx_build;

/* Finds or makes the build of a full commit. The environment (CC, CFLAGS, RUSTFLAGS, ...) is the
 * same for all revisions. If a build fails, the error says how it ended, and hx_tool_last_words
 * (tool.h) of its log says why. */
bool hx_revision_build(const hx_repository *repository, const hx_recipe *recipe, const char *commit,
                       hx_build *build, pvs_error *error);

/* ---- internal to revision_*.c ---- */

/* What decides the result of a build, as text; its hash names the build in the cache. One line for
 * each of these: the commit (first); each compiler, with its version; each program that
 * builds usually call or that the build command, CC or CXX names, with its path, size and time; each
 * variable of the environment that is set and that builds commonly read, the recipe names or the build
 * command mentions; and the build command itself. malloc'd; NULL when out of memory. */
char *hx_revision_key_text(const hx_recipe *recipe, const char *commit);

/* A checkout of one commit that belongs to pvtune alone. It borrows the objects of the user's
 * repository (git's alternates), so that it costs one copy of the files and no history, and leaves
 * no trace there: it is not in `git worktree list`, it keeps no commit alive, no hook of the user
 * runs, and HEAD, index and configuration stay untouched. Shallow, partial, SHA-256 and linked
 * repositories are fine, and so is a commit that no branch names. */
/* Checks `commit` (a full id) out into `tree`, replacing what is there; submodules too. What git
 * says goes to the file `log`, which the error names. `notice` becomes a sentence, or "", about
 * files of Git LFS whose contents are not on this machine: their pointers are left in place.
 * Contents that are here already are put in place without network. */
bool hx_revision_tree_make(const hx_repository *repository, const char *commit, const char *tree,
                           const char *log, char *notice, size_t cap, pvs_error *error);

#endif
