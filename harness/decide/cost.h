/* How many runs a comparison (compare.h) will take. The decision rule is applied to simulated
 * comparisons of equal things, which are drawn at random from measured differences between equal
 * things. */
#ifndef HX_DECIDE_COST_H
#define HX_DECIDE_COST_H

#include "decide/compare.h"

#include <stddef.h>

enum { HX_COST_FEWEST = 16 }; /* differences below which the usual noise stands in for them */

typedef struct hx_cost {
  int runs;          /* median until the verdict, when nothing changed */
  int most_runs;     /* after which it ends in any case */
  double open;       /* share of comparisons that end INCONCLUSIVE when nothing changed */
  double detectable; /* smallest change called SLOWER in 9 of 10: hx_compare_detectable */
} hx_cost;

/* differences: of single runs as for hx_compare_false_alarms; with fewer than HX_COST_FEWEST of them
 * (n 0: none) the noise recorded on a shared two-core virtual machine is taken. Same arguments, same
 * answer (options->seed). Takes some hundredths of a second. */
hx_cost hx_cost_of_comparison(const double *differences, size_t n,
                              const hx_compare_options *options);

#endif
