/* The self-test's tables: each function runs its trials, prints and returns the exit code. */
#ifndef SELFTEST_SHOW_H
#define SELFTEST_SHOW_H

#include "cli/command.h"
#include "cli/table.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct selftest_options {
  long seeds;    /* repetitions behind each row; 0: as many as the chosen part needs */
  bool is_short; /* a tenth of them, without the noise for which nothing is promised */
  bool csv;
  const char *surface; /* a file of surfaces to search instead; NULL: none */
} selftest_options;

int selftest_show_search(const selftest_options *o);
int selftest_show_list(const selftest_options *o);
int selftest_show_compare(const selftest_options *o);
int selftest_show_history(const selftest_options *o);

size_t selftest_repetitions(const selftest_options *o, size_t full);

/* A share as a percentage; the fraction itself goes to CSV. NaN: an empty cell. */
void selftest_percent(hx_table *t, double share, int decimals);

/* "yes" or "NO"; empty where nothing is promised. */
void selftest_kept(hx_table *t, bool promised, bool kept);

/* Prints and destroys the tables; ok false: out of memory. The exit code is HX_EXIT_FAILED when
 * rows are broken, that is, without what is promised. */
int selftest_conclude(const selftest_options *o, hx_table **tables, size_t n, bool ok,
                      size_t broken);

#endif
