/* A set of CPUs: glibc's cpu_set_t, which is plain data, so that it can live in shared memory, be
 * compared with memcmp and be handed to the kernel as it is. CPU numbers are the operating
 * system's (what taskset and /proc print). All functions are pure and thread safe. */
#ifndef HX_MACHINE_CPUSET_H
#define HX_MACHINE_CPUSET_H

#include "pvs/pvs.h"

#include <assert.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

enum {
  HX_CPUSET_BITS = CPU_SETSIZE,
  /* Enough for the longest possible list ("0,2,4,...,1022") and its NUL. */
  HX_CPUSET_TEXT = 2560
};

typedef cpu_set_t hx_cpuset;

/* A CPU outside 0..HX_CPUSET_BITS-1 is a programmer error (assert). */
static inline void hx_cpuset_add(hx_cpuset *set, int cpu) {
  assert(cpu >= 0 && cpu < HX_CPUSET_BITS);
  CPU_SET((size_t)cpu, set);
}
/* False for any other number. */
static inline bool hx_cpuset_has(const hx_cpuset *set, int cpu) {
  return cpu >= 0 && cpu < HX_CPUSET_BITS && CPU_ISSET((size_t)cpu, set);
}
static inline int hx_cpuset_count(const hx_cpuset *set) {
  return CPU_COUNT(set);
}
static inline bool hx_cpuset_is_empty(const hx_cpuset *set) {
  return CPU_EQUAL(set, &(hx_cpuset){{0}});
}
static inline bool hx_cpuset_equal(const hx_cpuset *a, const hx_cpuset *b) {
  return CPU_EQUAL(a, b);
}
static inline hx_cpuset hx_cpuset_and(const hx_cpuset *a, const hx_cpuset *b) {
  hx_cpuset both;
  CPU_AND(&both, a, b);
  return both;
}
static inline hx_cpuset hx_cpuset_or(const hx_cpuset *a, const hx_cpuset *b) {
  hx_cpuset either;
  CPU_OR(&either, a, b);
  return either;
}
static inline hx_cpuset hx_cpuset_minus(const hx_cpuset *a, const hx_cpuset *b) {
  hx_cpuset both, rest;
  CPU_AND(&both, a, b);
  CPU_XOR(&rest, a, &both);
  return rest;
}
/* True when every CPU of `inner` is in `outer`; an empty inner set is inside everything. */
static inline bool hx_cpuset_is_inside(const hx_cpuset *inner, const hx_cpuset *outer) {
  hx_cpuset both = hx_cpuset_and(inner, outer);
  return CPU_EQUAL(&both, inner);
}
/* The smallest CPU greater than `after` (-1 to start), or -1 when there is none:
 *   for (int c = hx_cpuset_next(&s, -1); c >= 0; c = hx_cpuset_next(&s, c)) ... */
int hx_cpuset_next(const hx_cpuset *set, int after);

/* "0-3,8"; the empty set is "". Like snprintf: returns the full length without NUL, always
 * terminates when cap > 0. */
size_t hx_cpuset_format(const hx_cpuset *set, char *text, size_t cap);
/* Accepts what hx_cpuset_format writes and what the kernel writes (a trailing newline), overlaps,
 * and any order. An empty text is the empty set. On failure false, with *set untouched. */
bool hx_cpuset_parse(const char *text, hx_cpuset *set, pvs_error *error);
/* The same text kept in order ("2,0-1" is 2,0,1): writes up to `cap` CPUs to `cpu` and returns how
 * many there are, or -1 with an error. Repeats are kept. */
int hx_cpulist_parse(const char *text, int *cpu, int cap, pvs_error *error);

#endif
