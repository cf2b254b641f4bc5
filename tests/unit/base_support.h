/* What the tests of core/src/base and of profiles share. */
#ifndef TESTS_UNIT_BASE_SUPPORT_H
#define TESTS_UNIT_BASE_SUPPORT_H

#include "pvs/pvs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Bit-equal: unlike ==, tells -0 from 0. */
static inline uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The error's text must be exactly this. */
static inline void assert_error_text(const pvs_error *error, const char *expected) {
  char text[2048];
  assert_string_equal(pvs_error_text(error, text, sizeof text), expected);
}

#endif
