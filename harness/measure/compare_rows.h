/* Two CSV files against each other; compare_files.h has the rule and the result. */
#ifndef HX_MEASURE_COMPARE_ROWS_H
#define HX_MEASURE_COMPARE_ROWS_H

#include "measure/compare_files.h"

typedef struct hx_tolerance {
  double relative, absolute;
} hx_tolerance;

/* Fills what the comparison finds into *result, which is zeroed but for its name. Memory stays
 * bounded while rows come in the same order on both sides; from the first row on that does not, all
 * rows are kept. False when a file is no readable table, or memory is short. */
bool hx_verify_two(const char *expected, const char *actual, hx_tolerance tolerance,
                   hx_verify_file *result, pvs_error *error);

#endif
