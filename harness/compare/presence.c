#include "compare/presence.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_in(const char *folder, const char *word, size_t length) {
  char path[PATH_MAX];
  return snprintf(path, sizeof path, "%s/%.*s", folder, (int)length, word) < (int)sizeof path &&
         access(path, F_OK) == 0;
}

static bool tells(const char *word, size_t length) {
  return length > 0 && word[0] != '-' && word[0] != '/' && strcspn(word, "$`*?[]{}~<>=") >= length;
}

hx_presence hx_presence_of(const char *command, const char *a_folder, const char *b_folder) {
  static const char ends[] = " \t\n'\";|&()";
  bool only_a = false, only_b = false;
  for (const char *word = command; *word; word += strspn(word, ends)) {
    size_t length = strcspn(word, ends);
    if (tells(word, length)) {
      bool a = is_in(a_folder, word, length), b = is_in(b_folder, word, length);
      only_a |= a && !b;
      only_b |= b && !a;
    }
    word += length;
  }
  return only_a == only_b ? HX_PRESENT_IN_BOTH
         : only_a         ? HX_PRESENT_ONLY_IN_A
                          : HX_PRESENT_ONLY_IN_B;
}
