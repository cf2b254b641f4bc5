/* "Did you mean": the candidate nearest to a mistyped word. */
#ifndef HX_CLI_SUGGEST_H
#define HX_CLI_SUGGEST_H

#include <stddef.h>

typedef struct hx_suggestion {
  const char *typed;
  const char *best; /* NULL while no candidate is close enough to be meant */
  size_t distance;
} hx_suggestion;

hx_suggestion hx_suggest_start(const char *typed);
/* Remembers the candidate if it is close to what was typed and closer than all before. The pointer
 * is kept. */
void hx_suggest_offer(hx_suggestion *s, const char *candidate);

#endif
