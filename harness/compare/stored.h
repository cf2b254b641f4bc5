/* A comparison of stored results. Their runs did not alternate, so the result is advice and never a
 * verdict. */
#ifndef HX_COMPARE_STORED_H
#define HX_COMPARE_STORED_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

/* Runs of one configuration on one workload. Texts are owned, and NULL where n is 0. */
typedef struct hx_stored {
  char *machine, *allocation, *workload, *config;
  double *seconds; /* counted runs, in the order of measuring */
  size_t n;
} hx_stored;

/* `what`: a file runs.csv or a folder that holds one; or the beginning of a sweep's id or of a
 * revision in `folder` (results/<machine>). `workload` and `config` narrow it down (NULL: any). If
 * several are left, that is an error that names two of them. False with a sentence in error; *out is
 * then empty. Needs memory for the runs that are meant, not for the store. */
bool hx_stored_read(const char *what, const char *folder, const char *workload, const char *config,
                    hx_stored *out, pvs_error *error);
void hx_stored_deinit(hx_stored *stored);

/* Whether machine, allocation, workload and worker count are the same. False with a sentence in
 * error that names the first difference. With own_best the configurations may differ. */
bool hx_stored_alike(const hx_stored *a, const hx_stored *b, bool own_best, pvs_error *error);

typedef struct hx_stored_answer {
  double a_s, b_s; /* medians */
  double change;   /* B relative to A */
  double p;        /* two-sided, Mann-Whitney: too small for noise that changes with time */
  bool suspicious; /* B slower by more than min_effect, p < 0.05; or too few runs to say */
} hx_stored_answer;
/* False when out of memory. */
bool hx_stored_compare(const hx_stored *a, const hx_stored *b, double min_effect,
                       hx_stored_answer *answer, pvs_error *error);

#endif
