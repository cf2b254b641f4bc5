#include "base/home.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

const char *hx_home(void) {
  const char *home = getenv("HOME");
  if (!home || !*home) {
    const struct passwd *user = getpwuid(getuid());
    home = user ? user->pw_dir : NULL;
  }
  return home && *home ? home : NULL;
}
