/* What decides the result of a build, as text: its hash names the build in the cache. */
#ifndef HX_COMPARE_REVISION_KEY_H
#define HX_COMPARE_REVISION_KEY_H

#include "compare/revision.h"

/* A line for the commit (the first), for each compiler with its version, for each program that builds
 * usually call or that the build command, CC or CXX names (its path, size and time), for each
 * variable of the environment that is set and that builds commonly read, the recipe names or the build
 * command mentions, and for the build command as it is. malloc'd; NULL when out of memory. */
char *hx_revision_key_text(const hx_recipe *recipe, const char *commit);

#endif
