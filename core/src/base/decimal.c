#include "base/decimal.h"

double pvs_decimal_divide(uint64_t mantissa, unsigned decimals) {
  __extension__ typedef unsigned __int128 wide;
  static const uint64_t powers[] = {1u,
                                    10u,
                                    100u,
                                    1000u,
                                    10000u,
                                    100000u,
                                    1000000u,
                                    10000000u,
                                    100000000u,
                                    1000000000u,
                                    10000000000u,
                                    100000000000u,
                                    1000000000000u,
                                    10000000000000u,
                                    100000000000000u,
                                    1000000000000000u,
                                    10000000000000000u,
                                    100000000000000000u,
                                    1000000000000000000u,
                                    10000000000000000000u};
  uint64_t divisor = powers[decimals];
  const int mantissa_shift = __builtin_clzll(mantissa);
  const int divisor_shift = __builtin_clzll(divisor);
  const wide dividend = (wide)(mantissa << mantissa_shift) << 63;
  divisor <<= divisor_shift;
  /* Both have their top bit set, so the quotient lies above 2^62 and below 2^64. */
  const uint64_t quotient = (uint64_t)(dividend / divisor);
  const uint64_t rest = (uint64_t)dividend != quotient * divisor;
  /* A bit less, gathered with the rest: fits a signed integer, which converts without a branch. */
  const int64_t rounded_last = (int64_t)(quotient >> 1 | (quotient & 1) | rest);
  /* 2^exponent as a double: it lies between 2^-126 and 2^1. */
  const uint64_t bits = (uint64_t)(1023 + divisor_shift - mantissa_shift - 62) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  return (double)rounded_last * scale;
}
