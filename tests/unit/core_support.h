/* What the tests of the core's model, study and outputs share. */
#ifndef TESTS_UNIT_CORE_SUPPORT_H
#define TESTS_UNIT_CORE_SUPPORT_H

#include "base_support.h"
#include "memory_base.h"

/* |a - b| within 1e-9 of the larger, or 1e-9 itself. */
static inline void assert_near(double a, double b) {
  double larger = a < 0 ? -a : a, other = b < 0 ? -b : b, off = a > b ? a - b : b - a;
  larger = other > larger ? other : larger;
  if (!(off <= 1e-9 * larger + 1e-9)) {
    print_error("%.17g is not near %.17g\n", a, b);
    fail();
  }
}

/* Opens the base's study and plans it; fails the test with the error's text. */
static inline void open_base(const memory_base *base, pvs_plan_options options, pvs_study **study,
                             pvs_plan **plan) {
  pvs_error error = {0};
  char text[2048];
  pvs_study_options study_options = memory_options(base);
  *plan = NULL;
  if (pvs_study_open(&study_options, study, &error) ||
      pvs_plan_create(*study, &options, plan, &error))
    fail_msg("%s", pvs_error_text(&error, text, sizeof text));
}

#endif
