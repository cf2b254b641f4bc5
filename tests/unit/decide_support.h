/* cmocka with doubles: assert_float_equal compares floats. */
#ifndef TESTS_UNIT_DECIDE_SUPPORT_H
#define TESTS_UNIT_DECIDE_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void assert_near_at(double actual, double expected, double tolerance,
                                  const char *file, int line) {
  if (fabs(actual - expected) <= tolerance) /* false for NaN */
    return;
  print_error("%.12g is not within %g of %.12g\n", actual, tolerance, expected);
  _fail(file, line);
}

#define assert_near(actual, expected, tolerance)                                                   \
  assert_near_at(actual, expected, tolerance, __FILE__, __LINE__)

#endif
