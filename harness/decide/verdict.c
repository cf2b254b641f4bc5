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

/* Three digits or more, never as a power of ten. */
static void about(double times, char *text, size_t size) {
  if (times >= 100)
    snprintf(text, size, "%.0f", times);
  else
    snprintf(text, size, "%.3g", times);
}

/* Two decimals, and two digits of what is below 0.1. */
static int decimals_of(double times) {
  int decimals = 2;
  for (double limit = 0.1; times > 0 && times < limit && decimals < 9; limit /= 10)
    decimals++;
  return decimals;
}

/* "2.05 times as fast as serial (95 %: 1.84 to 2.29)", or what is known of it. */
static void say_speedup(const hx_interval *s, const hx_search_words *w, char *text, size_t size) {
  char times[400], factor[32];
  const char *first = s->runs == 0 ? " was in its first run" : "";
  if (w->objective)
    snprintf(times, sizeof times, "times as good in %s as %s", w->objective, w->baseline);
  else
    snprintf(times, sizeof times, "times as fast as %s", w->baseline);
  about(s->estimate, factor, sizeof factor);
  int decimals = decimals_of(fmin(s->estimate, isfinite(s->lower) ? s->lower : INFINITY));
  if (isfinite(s->lower) && isfinite(s->upper))
    snprintf(text, size, "%.*f %s (95 %%: %.*f to %.*f)", decimals, s->estimate, times, decimals,
             s->lower, decimals, s->upper);
  else if (isfinite(s->lower))
    snprintf(text, size, "about %s %s%s, and at least %.*f times", factor, times, first, decimals,
             s->lower);
  else
    snprintf(text, size, "about %s %s%s", factor, times, first);
}

void hx_search_verdict_sentence(const hx_search_verdict *v, const hx_search_words *w, char *text,
                                size_t size) {
  char speedup[512];
  const char *winner = w->winner, *baseline = w->baseline;
  const char *fast = w->objective ? "good" : "fast", *faster = w->objective ? "better" : "faster";
  const char *is = w->plural ? "are" : "is";
  bool plain = strcmp(baseline, "serial") == 0;
  say_speedup(&v->speedup, w, speedup, sizeof speedup);
  switch (v->state) {
  case HX_VERDICT_FOUND:
    if (v->alone)
      snprintf(text, size,
               "%s %s the %s: nothing else that was tried is as %s and within the limits", winner,
               is, w->objective ? "best" : "fastest", fast);
    else if (strcmp(winner, baseline) == 0)
      snprintf(text, size, "%s %s the %s: nothing that was measured to the end is as %s", winner,
               is, w->objective ? "best" : "fastest", fast);
    else
      snprintf(text, size, "%s %s %s; nothing else that was measured to the end ties with %s",
               winner, is, speedup, w->plural ? "them" : "it");
    break;
  case HX_VERDICT_TIE:
    if (strcmp(winner, baseline) == 0)
      snprintf(
          text, size,
          "nothing that was tried is shown to be %s than %s; it is the simplest of the %d that "
          "tie",
          faster, winner, v->n_tied + 1);
    else
      snprintf(text, size, "%s %s %s; %s %s the simplest of the %d that tie", winner, is, speedup,
               w->plural ? "they" : "it", is, v->n_tied + 1);
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
    if (v->noise >= 0.01)
      snprintf(text, size, "nothing is shown to be %s than %s: single runs vary by %.0f %%", faster,
               baseline, 100 * v->noise);
    else if (v->noise >= 0)
      snprintf(text, size, "nothing is shown to be %s than %s: single runs vary by %.2f %%", faster,
               baseline, fmax(0.01, 100 * v->noise));
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
