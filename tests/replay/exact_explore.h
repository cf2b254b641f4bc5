/* What a search asks and concludes, as exact answers (exact_support.h). */
#ifndef TESTS_REPLAY_EXACT_EXPLORE_H
#define TESTS_REPLAY_EXACT_EXPLORE_H

#include "decide/explore.h"

#include "replay/exact_support.h"

static inline void exact_point(hx_text *t, const hx_space *space, const hx_point *p) {
  hx_text_printf(t, "%d:%dx%d", p->executor, p->processes, p->threads);
  for (int a = 0; a < space->n_axes; a++)
    hx_text_printf(t, "%s%d", a == 0 ? "/" : ",", p->value[a]);
}

static inline void exact_search_verdict(hx_text *t, const hx_space *space,
                                        const hx_search_verdict *v) {
  hx_text_printf(t, "%s%s%s ", hx_search_verdict_name(v->state), v->alone ? ", alone" : "",
                 v->recommends ? ", recommends" : "");
  exact_point(t, space, &v->winner);
  hx_text_printf(t, " tied %d runs %zu of %d", v->n_tied, v->runs, v->speedup.runs);
  EXACT(t, "", v->seconds, v->lower_s, v->upper_s, v->speedup.estimate, v->speedup.lower,
        v->speedup.upper, v->noise, v->needs_s, v->spent_s);
}

static inline void exact_verdict(hx_text *t, const hx_space *space, const hx_explore *x) {
  hx_search_verdict v;
  hx_explore_conclude(x, &v);
  exact_search_verdict(t, space, &v);
}

/* What is known of each configuration, and how it came out. */
static inline void exact_all(hx_text *t, const hx_space *space, const hx_explore *x) {
  enum { SEEN = 2048 };
  static hx_standing standings[SEEN];
  assert_in_range(hx_explore_count(x), 1, SEEN);
  hx_explore_standings(x, standings);
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    const hx_standing *s = &standings[i];
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    hx_text_put(t, "  ");
    exact_point(t, space, &seen.point);
    hx_text_printf(t, "%s %d+%d, %d by %d", seen.broken ? " broken" : "", seen.runs, seen.censored,
                   (int)s->standing, s->ratio.runs);
    EXACT(t, "", seen.seconds, seen.at_least, s->ratio.estimate, s->ratio.lower, s->ratio.upper);
  }
}

#endif
