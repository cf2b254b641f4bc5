#include "cli/results_dir.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *joined(const char *folder, const char *name) {
  char *path;
  return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool has(const char *folder, const char *name) {
  char *path = joined(folder, name);
  bool found = path != NULL && access(path, F_OK) == 0;
  free(path);
  return found;
}

/* The results folder of the checkout that holds `folder`, which is cut to the checkout's root; NULL
 * outside of one. */
static char *checkout_results(char *folder) {
  while (folder[0] != '\0') {
    if (has(folder, "results") && has(folder, "core/include/pvs/pvs.h"))
      return joined(folder, "results");
    *strrchr(folder, '/') = '\0';
  }
  return NULL;
}

static bool is_set(const char *text) {
  return text != NULL && text[0] != '\0';
}

char *hx_results_dir(const char *option) {
  if (option != NULL && is_set(option))
    return strdup(option);
  const char *named = getenv("PVTUNE_RESULTS");
  if (named != NULL && is_set(named))
    return strdup(named);
  char *folder = getcwd(NULL, 0);
  char *results = folder != NULL && folder[0] == '/' ? checkout_results(folder) : NULL;
  free(folder);
  if (results != NULL)
    return results;
  if (is_set(getenv("XDG_DATA_HOME")))
    return joined(getenv("XDG_DATA_HOME"), "pvtune");
  const char *home = getenv("HOME");
  if (!is_set(home)) {
    const struct passwd *user = getpwuid(getuid());
    home = user != NULL ? user->pw_dir : NULL;
  }
  return is_set(home) ? joined(home, ".local/share/pvtune") : strdup("results");
}
