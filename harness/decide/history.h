/* Speed over commits: where the level changed, which of these changes were accepted, and which
 * commit made one.
 *
 * Values are ln(time relative to a pinned reference binary), one per commit, oldest first. A change
 * found here is a suspicion: `compare` confirms it before anyone is alarmed. */
#ifndef HX_DECIDE_HISTORY_H
#define HX_DECIDE_HISTORY_H

#include "decide/compare.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hx_history_options {
  int median_span;       /* points of the rolling median; 7 = 2 x min_segment - 1 */
  double clip_sigma;     /* residuals are clipped here; 2.5 */
  size_t min_segment;    /* commits; 4. What lasts for less is a spike, not a change */
  double penalty_factor; /* cost of a change: this x ln n (1 + rho) / (1 - rho) x variance; 3 */
  double young;          /* times 1 + this / n, for n commits; 20 */
  double min_change;     /* smaller changes are dropped; 0.01 */
} hx_history_options;

/* The defaults named above. */
hx_history_options hx_history_defaults(void);

typedef struct hx_history_change {
  size_t at;            /* index of the first commit at the new level */
  double before, after; /* levels, ln; medians of the values */
  double change;        /* exp(after - before) - 1; > 0: slower */
  bool accepted;        /* set by hx_history_accept */
} hx_history_change;

typedef struct hx_history_fit {
  size_t n_changes;
  double sigma; /* spread of a value around its level, ln */
  double rho;   /* lag-1 autocorrelation of the noise, in [0, 0.9] */
} hx_history_fit;

/* Optimal partitioning (Jackson et al. 2005) with squared-error cost. changes: room for n /
 * min_segment, filled in order. Returns false when out of memory. Fewer than 2 x min_segment
 * values: no changes. */
bool hx_history_detect(const double *ln_ratio, size_t n, const hx_history_options *options,
                       hx_history_change *changes, hx_history_fit *fit);

/* Marks the changes within `slack` commits of an accepted position (the nearest one for each).
 * Returns how many changes for the slower remain unaccepted. */
size_t hx_history_accept(hx_history_change *changes, size_t n, const size_t *accepted,
                         size_t n_accepted, size_t slack);

/* ---- Bisection, with compare as the oracle ---- */

/*   hx_bisect *b = hx_bisect_create(n);          // commit 0 is known good, n - 1 known slower
 *   size_t i;
 *   while (hx_bisect_next(b, &i))
 *     hx_bisect_tell(b, i, verdict of comparing commit i with commit 0);
 *   hx_bisect_get(b, &last_good, &first_bad);    // adjacent unless commits between could not be
 * judged */
typedef struct hx_bisect hx_bisect;

hx_bisect *hx_bisect_create(size_t n); /* n >= 2; NULL when out of memory */
void hx_bisect_destroy(hx_bisect *b);  /* NULL is fine */

/* The next commit to compare; false when done. */
bool hx_bisect_next(const hx_bisect *b, size_t *commit);

/* SLOWER: the commit is bad. SAME, FASTER: good. INCONCLUSIVE: neighbours are tried first, then the
 * commit once more. */
void hx_bisect_tell(hx_bisect *b, size_t commit, hx_compare_verdict verdict);

/* The commit cannot be judged at all (it does not build): never offered again. */
void hx_bisect_skip(hx_bisect *b, size_t commit);

/* The step lies between last_good and first_bad; steps left at most in *steps (NULL is fine). */
void hx_bisect_get(const hx_bisect *b, size_t *last_good, size_t *first_bad, size_t *steps);

#endif
