#include "base/similar.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 64 };

/* Lower case without separators. Returns the length. */
static size_t simplify(const char *name, char text[NAME_MAX_LENGTH]) {
  size_t length = 0;
  for (; *name != '\0' && length < NAME_MAX_LENGTH; name++) {
    const char c = *name;
    if (c != '_' && c != '-' && c != ' ') {
      text[length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
  }
  return length;
}

static bool is_digit(char c) {
  return (unsigned char)(c - '0') < 10;
}

static bool has_same_digits(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t i = 0, j = 0;
  for (;;) {
    while (i < a_length && !is_digit(a[i])) {
      i++;
    }
    while (j < b_length && !is_digit(b[j])) {
      j++;
    }
    if (i == a_length || j == b_length) {
      return i == a_length && j == b_length;
    }
    if (a[i++] != b[j++]) {
      return false;
    }
  }
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal
 * string alignment: Damerau 1964). */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][NAME_MAX_LENGTH + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= b_length; j++) {
    last[j] = j;
  }
  for (size_t i = 1; i <= a_length; i++) {
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      const size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
      now[j] = least(replaced, least(last[j], now[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = least(now[j], before[j - 2] + 1);
      }
    }
    size_t *const oldest = before;
    before = last;
    last = now;
    now = oldest;
  }
  return last[b_length];
}

int pvs_similarity(const char *found, const char *known) {
  if (strcmp(found, known) == 0 || strlen(found) >= NAME_MAX_LENGTH) {
    return 0;
  }
  char a[NAME_MAX_LENGTH], b[NAME_MAX_LENGTH];
  const size_t a_length = simplify(found, a), b_length = simplify(known, b);
  if (a_length == b_length && memcmp(a, b, a_length) == 0) {
    return 2;
  }
  const size_t shorter = least(a_length, b_length);
  const size_t longer = a_length > b_length ? a_length : b_length;
  const size_t allowed = shorter >= 8 ? 2 : (shorter >= 5 ? 1 : 0);
  return allowed > 0 && longer - shorter <= allowed && has_same_digits(a, a_length, b, b_length) &&
         distance(a, a_length, b, b_length) <= allowed;
}
