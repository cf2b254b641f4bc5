/* What decides the result of a build, as text: its hash names the build in the cache. */
#ifndef HX_COMPARE_REVISION_KEY_H
#define HX_COMPARE_REVISION_KEY_H

#include "compare/revision.h"

/* One line for each of these: the commit (first); each compiler, with its version; each program that
 * builds usually call or that the build command, CC or CXX names, with its path, size and time; each
 * variable of the environment that is set and that builds commonly read, the recipe names or the build
 * command mentions; and the build command itself. malloc'd; NULL when out of memory. */
char *hx_revision_key_text(const hx_recipe *recipe, const char *commit);

#endif
