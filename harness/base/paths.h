/* Which paths lead to the same place. */
#ifndef HX_BASE_PATHS_H
#define HX_BASE_PATHS_H

#include <limits.h>
#include <stdbool.h>

/* The path with links resolved, also of something that is not there yet: what is missing counts as
 * folders that will be made. False with errno set. */
bool hx_path_resolve(const char *path, char resolved[PATH_MAX]);

/* Whether both are the same path once links are resolved. */
bool hx_path_is_same(const char *a, const char *b);

/* Whether the path is, or lies in, `holder`. */
bool hx_path_is_in(const char *path, const char *holder);

/* Whether one of them is, or lies in, the other, so that who replaces one of them replaces what the
 * other has. */
bool hx_path_overlap(const char *a, const char *b);

#endif
