/* What disturbed a measurement, said in one plain sentence. */
#ifndef HX_MEASURE_INTERFERENCE_H
#define HX_MEASURE_INTERFERENCE_H

#include <stdbool.h>
#include <stddef.h>

/* One run's share of it, in the order of measuring. NaN: unknown. */
typedef struct hx_interference_run {
  int block; /* round */
  double wall_s, other_cpu_s, steal_s;
  long long major_faults;
} hx_interference_run;

/* Whether other jobs took CPU time during one run: more than the error of the kernel's counters,
 * which count in ticks. */
bool hx_interference_disturbed(double wall_s, double other_cpu_s, double steal_s);

typedef struct hx_interference {
  int runs, rounds;   /* measured; equal where every run is a round of its own */
  int other_rounds;   /* in which other jobs took more than 5 % of a core */
  double other_share; /* cores' worth they took in those rounds */
  int steal_rounds;   /* in which the hypervisor took more than 2 % of a core */
  double steal_share; /* cores' worth it took in those rounds */
  long long major_faults;
} hx_interference;

/* Rounds whose runs together lasted less than 0.5 s are judged together with the next, or the
 * last with those before it. */
hx_interference hx_interference_of(const hx_interference_run *runs, size_t n);

/* "another job took 31 % of a core during 4 of 20 rounds; the hypervisor took 8 % of a core during
 * 2 of 20 rounds" (runs, where each is a round of its own); "" when nothing was noticed. Returns text. */
const char *hx_interference_sentence(const hx_interference *found, char *text, size_t cap);

#endif
