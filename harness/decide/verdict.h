/* What a search concludes. A small set of states, each with one sentence, one exit code and one way
 * to go on, all decided in one place from the runs of the final (final.h).
 *
 * How often it is wrong, by `./dev selftest search --seeds 200`: a winner over serial whose gain is
 * below 2 % in 0.2 % of searches; of 664 searches for programs that ignore their workers, under recorded
 * noise, drift, steps and a busy neighbour, none named a winner; the printed 95 % intervals hold the
 * truth in 96 %. */
#ifndef HX_DECIDE_VERDICT_H
#define HX_DECIDE_VERDICT_H

#include "decide/space.h"

typedef enum hx_search_verdict_state {
  HX_VERDICT_OPEN,      /* not concluded yet */
  HX_VERDICT_FOUND,     /* one configuration, confirmed; nothing confirmed with it ties */
  HX_VERDICT_TIE,       /* several are equally fast; the policy chose the simplest */
  HX_VERDICT_NO_EFFECT, /* nothing is faster or slower than serial by more than a tie */
  HX_VERDICT_NOT_SHOWN, /* the noise allows no promise */
  HX_VERDICT_TOO_SHORT, /* the budget ended before the final could show anything */
  HX_VERDICT_UNSTEADY,  /* the program's outputs change from run to run */
  HX_VERDICT_FAILED,    /* nothing ran, or the serial run failed */
  HX_VERDICT_LIMITS,    /* nothing that was tried is within the limits */
  HX_VERDICT_STATES
} hx_search_verdict_state;

typedef struct hx_interval {
  double estimate, lower, upper; /* NaN where unknown; 95 % */
  int runs;                      /* pairs of runs behind it */
} hx_interval;

typedef struct hx_search_verdict {
  hx_search_verdict_state state;
  bool alone; /* there is nothing but the serial configuration, or nothing else within the limits */
  bool recommends;                  /* whether there is something new to recommend */
  hx_point winner;                  /* if it recommends; otherwise the baseline */
  double seconds, lower_s, upper_s; /* of the winner in the final, 95 % bounds; NaN: unknown */
  hx_interval speedup;              /* serial over winner; bounds only from enough pairs */
  int n_tied;     /* others not shown to be slower: those whose standing (final.h) is a tie */
  double noise;   /* standard deviation of ln(seconds) of one run; NaN: unknown */
  double needs_s; /* at least this budget; 0: no matter */
  size_t runs;
  double spent_s;
} hx_search_verdict;

/* "found", "no effect", ...: for tables and stored files. */
const char *hx_search_verdict_name(hx_search_verdict_state state);

/* What a command that searched exits with: 0 when there is an answer (found, tie, no effect), 1
 * failed, 3 outputs differ, 5 inconclusive. */
int hx_search_verdict_exit_code(hx_search_verdict_state state);

/* How a sentence speaks of what was compared. */
typedef struct hx_search_words {
  const char *winner, *baseline; /* how their configurations are called */
  const char *objective;         /* what was compared; NULL: time */
  bool plural;                   /* the winner are several */
} hx_search_words;

/* The verdict in one sentence. */
void hx_search_verdict_sentence(const hx_search_verdict *v, const hx_search_words *words,
                                char *text, size_t size);

/* What the user should do next, as a sentence; empty if there is nothing to do. */
void hx_search_verdict_advice(const hx_search_verdict *v, char *text, size_t size);

#endif
