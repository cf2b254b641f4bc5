/* The pinned reference: what recorded times are relative to. For pvtune itself it is a binary in
 * the store, so that neither a new compiler nor an empty cache changes it. For another program it
 * is a commit, which is built again when needed. */
#ifndef HX_COMPARE_REFERENCE_H
#define HX_COMPARE_REFERENCE_H

#include "pvs/pvs.h"

#include "compare/revision.h"
#include "measure/context.h"
#include "measure/environment.h"

#include <limits.h>
#include <stdbool.h>

typedef struct hx_reference {
  bool found;
  char side[PATH_MAX + 8];         /* bin: with an absolute path, or rev: */
  char revision[HX_REVISION_TEXT]; /* short */
} hx_reference;

/* The one pinned last for this build command (NULL: pvtune). False with a sentence in error;
 * nothing pinned yet is not an error. `folder`: results/<machine>. */
bool hx_reference_find(const char *folder, const char *build, hx_reference *out, pvs_error *error);

/* The reference to use for this build command. It is `revision` if that is not NULL, otherwise the
 * one pinned last, otherwise the commit `otherwise`. A revision that was not the reference before is
 * pinned, and the listener is told. False with a sentence in error. */
bool hx_reference_get(const char *folder, const hx_repository *repository, const hx_recipe *wanted,
                      const char *revision, const char *otherwise, const hx_listener *listener,
                      hx_reference *out, pvs_error *error);

/* Pins a build of the recipe. False with a sentence in error. */
bool hx_reference_pin(const char *folder, const hx_recipe *recipe, const hx_build *build,
                      hx_reference *out, pvs_error *error);

#endif
