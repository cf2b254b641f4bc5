/* digits × 10^exponent to double, for what can be converted exactly without tables of large powers.
 */
#ifndef PVS_BASE_DECIMAL_H
#define PVS_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* mantissa / 10^decimals, rounded once, for decimals up to 19: the quotient to 63 or 64 bits with
 * what is left over gathered in its last bit decides the rounding to 53. mantissa is not 0. */
double pvs_decimal_divide(uint64_t mantissa, unsigned decimals);

/* Sets the double that is nearest to mantissa × 10^exponent, ties to even, as strtod does. False when
 * this method cannot decide which one is nearest. */
static inline bool pvs_decimal_convert(uint64_t mantissa, long exponent, double *value) {
  /* Both factors are doubles without error, so the one operation rounds correctly. */
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (mantissa <= (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22) {
    *value =
        exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
    return true;
  }
  if (mantissa != 0 && exponent >= -19 && exponent <= 0) {
    *value = pvs_decimal_divide(mantissa, (unsigned)-exponent);
    return true;
  }
  return false;
}

/* Eight digits with values 0 … 9 in the bytes of a little-endian word, the first one lowest: their
 * number. */
static inline uint32_t pvs_decimal_eight(uint64_t digits) {
  digits = digits * 10 + (digits >> 8); /* pairs, in every other byte */
  return (uint32_t)(((digits & 0x000000ff000000ffu) * 0x000f424000000064u +
                     ((digits >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u) >>
                    32);
}

/* Eight bytes of text, the first one lowest. */
static inline uint64_t pvs_decimal_load(const char *text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* Whether all bytes of a word are 0 … 9. */
static inline bool pvs_decimal_all_digits(uint64_t bytes) {
  return (((bytes + 0x7676767676767676u) | bytes) & 0x8080808080808080u) == 0;
}

#endif
