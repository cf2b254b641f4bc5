#include "cli/suggest.h"

#include <string.h>

enum { LONGEST_WORD = 63 };

static size_t min_size(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Edit distance in which swapping two neighbours counts once (optimal string alignment): the
 * commonest slip of all. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST_WORD + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= b_length; j++)
    last[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = min_size(min_size(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = min_size(now[j], before[j - 2] + 1);
    }
    size_t *oldest = before;
    before = last;
    last = now;
    now = oldest;
  }
  return last[b_length];
}

hx_suggestion hx_suggest_start(const char *typed) {
  return (hx_suggestion){.typed = typed, .best = NULL, .distance = (size_t)-1};
}

void hx_suggest_offer(hx_suggestion *s, const char *candidate) {
  size_t typed_length = strlen(s->typed), length = strlen(candidate);
  if (typed_length == 0 || typed_length > LONGEST_WORD || length > LONGEST_WORD)
    return;
  size_t distance = edit_distance(s->typed, typed_length, candidate, length);
  if (typed_length >= 2 && strncmp(s->typed, candidate, typed_length) == 0)
    distance = 0; /* the beginning of a word is surely meant for it */
  size_t longest = typed_length > length ? typed_length : length;
  if (distance <= (longest + 2) / 4 && distance < s->distance) {
    s->best = candidate;
    s->distance = distance;
  }
}
