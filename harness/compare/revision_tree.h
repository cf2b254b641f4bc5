/* A checkout of one commit that belongs to pvtune alone. It borrows the objects of the user's
 * repository (git's alternates), so that it costs one copy of the files and no history, and leaves
 * no trace there: it is not in `git worktree list`, it keeps no commit alive, no hook of the user
 * runs, and HEAD, index and configuration stay untouched. Shallow, partial, SHA-256 and linked
 * repositories are fine, and so is a commit that no branch names. */
#ifndef HX_COMPARE_REVISION_TREE_H
#define HX_COMPARE_REVISION_TREE_H

#include "compare/revision.h"

/* Checks `commit` (a full id) out into `tree`, replacing what is there; submodules too. What git
 * says goes to the file `log`, which the error names. `notice` becomes a sentence, or "", about
 * files of Git LFS whose contents are not on this machine: their pointers are left in place.
 * Contents that are here already are put in place without network. */
bool hx_revision_tree_make(const hx_repository *repository, const char *commit, const char *tree,
                           const char *log, char *notice, size_t cap, pvs_error *error);

#endif
