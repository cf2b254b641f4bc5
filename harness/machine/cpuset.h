/* A set of CPUs of fixed size: plain data, so that it can live in shared memory, be compared with
 * memcmp and be passed between processes. CPU numbers are the operating system's (what taskset and
 * /proc print). All functions are pure and thread safe. */
#ifndef HX_MACHINE_CPUSET_H
#define HX_MACHINE_CPUSET_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  HX_CPUSET_BITS = 1024,
  HX_CPUSET_WORDS = HX_CPUSET_BITS / 64,
  /* Enough for the longest possible list ("0,2,4,...,1022") and its NUL. */
  HX_CPUSET_TEXT = 2560
};

typedef struct hx_cpuset {
  uint64_t word[HX_CPUSET_WORDS];
} hx_cpuset;

/* Adding a CPU outside 0..HX_CPUSET_BITS-1 is a programmer error (assert). Asking for one gives
 * false. */
void hx_cpuset_add(hx_cpuset *set, int cpu);
bool hx_cpuset_has(const hx_cpuset *set, int cpu);
int hx_cpuset_count(const hx_cpuset *set);
bool hx_cpuset_is_empty(const hx_cpuset *set);
bool hx_cpuset_equal(const hx_cpuset *a, const hx_cpuset *b);
/* True when every CPU of `inner` is in `outer`; an empty inner set is inside everything. */
bool hx_cpuset_is_inside(const hx_cpuset *inner, const hx_cpuset *outer);
hx_cpuset hx_cpuset_and(const hx_cpuset *a, const hx_cpuset *b);
hx_cpuset hx_cpuset_or(const hx_cpuset *a, const hx_cpuset *b);
hx_cpuset hx_cpuset_minus(const hx_cpuset *a, const hx_cpuset *b);
/* The smallest CPU greater than `after` (-1 to start), or -1 when there is none:
 *   for (int c = hx_cpuset_next(&s, -1); c >= 0; c = hx_cpuset_next(&s, c)) ... */
int hx_cpuset_next(const hx_cpuset *set, int after);

/* "0-3,8"; the empty set is "". Like snprintf: returns the full length without NUL, always
 * terminates when cap > 0. */
size_t hx_cpuset_format(const hx_cpuset *set, char *text, size_t cap);
/* Accepts what hx_cpuset_format writes and what the kernel writes (a trailing newline), overlaps,
 * and any order. An empty text is the empty set. On failure: false, `*set` untouched, and one
 * sentence in err. */
bool hx_cpuset_parse(const char *text, hx_cpuset *set, pvs_error *error);
/* The same text kept in order ("2,0-1" is 2,0,1): writes up to `cap` CPUs to `cpu` and returns how
 * many there are, or -1 with a sentence in error. Repeats are kept. */
int hx_cpulist_parse(const char *text, int *cpu, int cap, pvs_error *error);

#endif
