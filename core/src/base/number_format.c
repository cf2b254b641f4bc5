/* Doubles to text. Most numbers of an output are of moderate size: for them the shortest digits are
 * found in exact 128-bit arithmetic, several times faster than std::to_chars, which does the rest.
 */
#include "base/number.h"

#include "base/to_chars.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* digits / 10^decimals */
typedef struct decimal {
  uint64_t digits; /* at most 17 of them */
  unsigned decimals;
} decimal;

/* ---- digits ---- */

/* Up to 15 digits are told apart by every double: so if a decimal of that many reads back as the
 * value, no shorter one does but itself without its last zeros. */
static bool few_decimals(double magnitude, decimal *shortest) {
  if (!(magnitude < 1e11)) {
    return false;
  }
  const uint64_t digits = (uint64_t)(magnitude * 1e4 + 0.5);
  *shortest = (decimal){.digits = digits, .decimals = 4};
  return (double)digits / 1e4 == magnitude;
}

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1075, SHIFT_MAX = 73 };

static const uint64_t powers_of_ten[] = {1u,         10u,         100u,         1000u,
                                         10000u,     100000u,     1000000u,     10000000u,
                                         100000000u, 1000000000u, 10000000000u, 100000000000u};

/* The shortest decimal between the value's neighbours' midpoints, and of those the nearest.
 *
 * value = m / 2^q. With k the fewest decimals whose step 10^-k is not above the gap 2^-q between
 * doubles, the interval holds at least one multiple of 10^-k, at most one of 10^(1-k). Everything
 * is compared as integers, in units of 10^-k / 2^(q+1): the value is 2m·10^k, the interval reaches
 * 10^k to both sides, and a multiple j of 10^-k is j·2^(q+1). 2m + 1 < 2^54 and k <= 22, so all fit
 * in 128 bits. Ends of the interval belong to it when m is even, as ties are read to even.
 *
 * False outside this range, at powers of two (whose lower neighbour is nearer), and at a tie. */
static bool exact_shortest(double magnitude, decimal *shortest) {
  uint64_t bits;
  memcpy(&bits, &magnitude, sizeof bits);
  const int shift = EXPONENT_BIAS - (int)(bits >> FRACTION_BITS);
  const uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
  if (shift < 1 || shift > SHIFT_MAX || fraction == 0) {
    return false;
  }
  const uint64_t m = fraction | (uint64_t)1 << FRACTION_BITS;
  const unsigned decimals = ((unsigned)shift * 1233 >> 12) + 1; /* 1233 / 4096 = lg 2 */
  const unsigned half = decimals / 2;
  const wide reach = (wide)powers_of_ten[half] * powers_of_ten[decimals - half];
  const wide value = reach * (2 * m);
  const wide low = value - reach + (m & 1); /* both ends inclusive now */
  const wide high = value + reach - (m & 1);
  const unsigned unit = (unsigned)shift + 1;

  const uint64_t below = (uint64_t)(value >> unit);
  const uint64_t below_tens = below / 10 * 10;
  shortest->decimals = decimals;
  if ((wide)below_tens << unit >= low) {
    shortest->digits = below_tens;
    return true;
  }
  if ((wide)(below_tens + 10) << unit <= high) {
    shortest->digits = below_tens + 10;
    return true;
  }
  const wide rest = value - ((wide)below << unit);
  const wide middle = (wide)1 << (unit - 1);
  shortest->digits = below + (rest > middle);
  return rest != middle;
}

static inline void strip(decimal *number, unsigned zeros, uint64_t power) {
  if (number->decimals >= zeros && number->digits % power == 0) {
    number->digits /= power;
    number->decimals -= zeros;
  }
}

/* Removes zeros behind the point. */
static void strip_zeros(decimal *number) {
  strip(number, 8, 100000000);
  strip(number, 8, 100000000);
  strip(number, 4, 10000);
  strip(number, 2, 100);
  strip(number, 1, 10);
}

/* ---- text ---- */

/* The digits of a number below 10^8, eight with zeros in front, as bytes, the first one lowest:
 * split in halves at all places at once. */
static uint64_t eight_digits(uint32_t number) {
  const uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007fu;
  const uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000fu;
  return (tens | (twos - 10 * tens) << 8) + 0x3030303030303030u;
}

static void put_word(char *to, uint64_t word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(to, &word, sizeof word);
}

static unsigned count_digits(uint64_t number) {
  static const uint64_t powers[] = {0,
                                    10,
                                    100,
                                    1000,
                                    10000,
                                    100000,
                                    1000000,
                                    10000000,
                                    100000000,
                                    1000000000,
                                    10000000000,
                                    100000000000,
                                    1000000000000,
                                    10000000000000,
                                    100000000000000,
                                    1000000000000000,
                                    10000000000000000,
                                    100000000000000000};
  const unsigned bits = 64 - (unsigned)__builtin_clzll(number | 1);
  const unsigned least = bits * 1233 >> 12; /* 1233 / 4096 = lg 2 */
  return least + (number >= powers[least]);
}

enum { DIGITS = 24 }; /* room for 17, in words; copies are of this size whatever the length */

static size_t put_fixed(char *buffer, bool negative, decimal number) {
  char digits[2 * DIGITS];
  char text[2 * DIGITS];
  const uint64_t upper = number.digits / 100000000;
  put_word(digits + 16, eight_digits((uint32_t)(number.digits % 100000000)));
  put_word(digits + 8, eight_digits((uint32_t)(upper % 100000000)));
  put_word(digits, eight_digits((uint32_t)(upper / 100000000)));
  /* At least the digit before the point is shown. */
  const unsigned n_digits = count_digits(number.digits);
  const unsigned shown = n_digits > number.decimals ? n_digits : number.decimals + 1;
  char *to = text;
  *to = '-';
  to += negative;
  memcpy(to, digits + DIGITS - shown, DIGITS);
  to += shown;
  if (number.decimals > 0) {
    to -= number.decimals;
    *to++ = '.';
    memcpy(to, digits + DIGITS - number.decimals, DIGITS);
    to += number.decimals;
  }
  memcpy(buffer, text, DIGITS);
  return (size_t)(to - text);
}

/* Whether the plain form is not longer than the one with an exponent: from 0.001 on it is, and
 * integers must not end in so many zeros that 1e+05 is shorter. */
static bool is_plain(double magnitude, decimal number) {
  return number.decimals > 0 ? magnitude >= 0.001
                             : number.digits < 100000 || number.digits % 10 != 0;
}

size_t pvs_format_double(char *buffer, double value) {
  if (isnan(value)) {
    return 0;
  }
  if (isinf(value)) {
    return (size_t)(pvs_to_chars(buffer, buffer + PVS_NUMBER_MAX, value) - buffer);
  }
  const double magnitude = fabs(value);
  decimal number;
  if (few_decimals(magnitude, &number) || exact_shortest(magnitude, &number)) {
    strip_zeros(&number);
    if (is_plain(magnitude, number)) {
      return put_fixed(buffer, signbit(value) != 0, number);
    }
  }
  return (size_t)(pvs_to_chars(buffer, buffer + PVS_NUMBER_MAX, value) - buffer);
}
