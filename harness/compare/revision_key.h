/* What decides the result of a build, as text: its hash names the build in the cache. */
#ifndef HX_COMPARE_REVISION_KEY_H
#define HX_COMPARE_REVISION_KEY_H

#include "compare/revision.h"

/* A line for the commit (the first), for each compiler with its version, for each variable of the
 * environment that builds commonly read and that is set, for those that the recipe names, and for
 * the build command. malloc'd; NULL when out of memory. */
char *hx_revision_key_text(const hx_recipe *recipe, const char *commit);

#endif
