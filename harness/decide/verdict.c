#include "decide/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  int exit_code;
} states[HX_VERDICT_STATES] = {
    [HX_VERDICT_OPEN] = {"open", 1},
    [HX_VERDICT_FOUND] = {"found", 0},
    [HX_VERDICT_TIE] = {"tie", 0},
    [HX_VERDICT_NO_EFFECT] = {"no effect", 0},
    [HX_VERDICT_NOT_SHOWN] = {"not shown", 5},
    [HX_VERDICT_TOO_SHORT] = {"budget too short", 5},
    [HX_VERDICT_UNSTEADY] = {"outputs change", 3},
    [HX_VERDICT_FAILED] = {"failed", 1},
    [HX_VERDICT_LIMITS] = {"over the limits", 1},
};

const char *hx_search_verdict_name(hx_search_verdict_state state) {
  return states[state].name;
}

int hx_search_verdict_exit_code(hx_search_verdict_state state) {
  return states[state].exit_code;
}

/* "2.05 times as fast as serial (95 %: 1.84 to 2.29)", or what is known of it. */
static void say_speedup(const hx_interval *s, const hx_search_words *w, char *text, size_t size) {
  char times[400];
  if (w->objective)
    snprintf(times, sizeof times, "times as good in %s as %s", w->objective, w->baseline);
  else
    snprintf(times, sizeof times, "times as fast as %s", w->baseline);
  if (isfinite(s->lower) && isfinite(s->upper))
    snprintf(text, size, "%.2f %s (95 %%: %.2f to %.2f)", s->estimate, times, s->lower, s->upper);
  else if (isfinite(s->lower))
    snprintf(text, size, "about %.3g %s, and at least %.2f times", s->estimate, times, s->lower);
  else
    snprintf(text, size, "about %.3g %s", s->estimate, times);
}

void hx_search_verdict_sentence(const hx_search_verdict *v, const hx_search_words *w, char *text,
                                size_t size) {
  char speedup[512];
  const char *winner = w->winner, *baseline = w->baseline;
  const char *fast = w->objective ? "good" : "fast", *faster = w->objective ? "better" : "faster";
  bool plain = strcmp(baseline, "serial") == 0;
  say_speedup(&v->speedup, w, speedup, sizeof speedup);
  switch (v->state) {
  case HX_VERDICT_FOUND:
    if (v->alone)
      snprintf(text, size,
               "%s is the %s: nothing else that was tried is as %s and within the limits", winner,
               w->objective ? "best" : "fastest", fast);
    else if (strcmp(winner, baseline) == 0)
      snprintf(text, size, "%s is the %s: nothing that was tried is as %s", winner,
               w->objective ? "best" : "fastest", fast);
    else
      snprintf(text, size, "%s is %s; nothing else ties with it", winner, speedup);
    break;
  case HX_VERDICT_TIE:
    if (strcmp(winner, baseline) == 0)
      snprintf(text, size,
               "nothing that was tried is %s than %s; it is the simplest of the %d that tie",
               faster, winner, v->n_tied + 1);
    else
      snprintf(text, size, "%s is %s; it is the simplest of the %d that tie", winner, speedup,
               v->n_tied + 1);
    break;
  case HX_VERDICT_NO_EFFECT:
    if (v->alone)
      snprintf(text, size,
               "there is one configuration only: the number of workers has no effect on what is "
               "run");
    else
      snprintf(text, size, "%s: the best of them and %s are equally %s",
               plain ? "more workers make no difference"
                     : "other configurations make no difference",
               baseline, fast);
    break;
  case HX_VERDICT_NOT_SHOWN:
    if (isfinite(v->noise))
      snprintf(text, size, "nothing is shown to be %s than %s: single runs vary by %.0f %%", faster,
               baseline, 100 * v->noise);
    else
      snprintf(text, size, "nothing is shown to be %s than %s in so few runs", faster, baseline);
    break;
  case HX_VERDICT_LIMITS:
    snprintf(text, size, "nothing that was tried is within the limits");
    break;
  case HX_VERDICT_TOO_SHORT:
    if (v->needs_s > 0)
      snprintf(text, size,
               "the budget was too short: %zu run%s made, but the fresh runs that decide need "
               "at least %.0f s in all",
               v->runs, v->runs == 1 ? " was" : "s were", ceil(v->needs_s));
    else
      snprintf(text, size, "the search ended before the fresh runs that decide were complete");
    break;
  case HX_VERDICT_UNSTEADY:
    snprintf(text, size, "the program's outputs change from one serial run to the next");
    break;
  case HX_VERDICT_FAILED:
    snprintf(text, size, "%s",
             isfinite(v->seconds) ? "only the serial run succeeded" : "no run succeeded");
    break;
  default:
    snprintf(text, size, "the search is not over");
    break;
  }
}

void hx_search_verdict_advice(const hx_search_verdict *v, char *text, size_t size) {
  switch (v->state) {
  case HX_VERDICT_NOT_SHOWN:
    if (v->needs_s > 0)
      snprintf(text, size, "Repeat it with --budget %.0fs or more, or on a quieter machine.",
               ceil(v->needs_s));
    else
      snprintf(text, size, "Repeat it on a quieter machine, or with a workload that takes longer.");
    break;
  case HX_VERDICT_TOO_SHORT:
    if (v->needs_s > 0)
      snprintf(text, size, "Repeat it with --budget %.0fs or more.", ceil(v->needs_s));
    else
      snprintf(text, size, "Repeat it with a longer --budget.");
    break;
  case HX_VERDICT_UNSTEADY:
    snprintf(text, size,
             "Use --outputs ignore, or --output-filter to drop what changes (time stamps, for "
             "instance).");
    break;
  case HX_VERDICT_FAILED:
    snprintf(text, size, "See what the failed runs said.");
    break;
  case HX_VERDICT_LIMITS:
    snprintf(text, size, "Allow more, or try other values.");
    break;
  default:
    text[0] = '\0';
    break;
  }
}
