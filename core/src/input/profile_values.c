#include "input/profile_values.h"

#include "base/decimal.h"
#include "base/number.h"
#include "base/simd.h"

enum { WORD_BYTES = 8 };

#define EACH_BYTE(byte) ((uint64_t)(byte)*0x0101010101010101u)

/* ---- any length ---- */

static bool is_delimiter(char c) {
  return c == ',' || c == '\n' || c == '\r';
}

/* Exponents, 20 digits and more, and everything that is no number. */
static const char *read_any_number(const char *p, const char *end, double *value) {
  const char *begin = p;
  while (p < end && !is_delimiter(*p)) {
    p++;
  }
  return pvs_parse_double(begin, (size_t)(p - begin), value) ? p : NULL;
}

static const char *take_digits(const char *p, const char *end, uint64_t *mantissa) {
  while (end - p >= WORD_BYTES) {
    const uint64_t digits = pvs_decimal_load(p) ^ EACH_BYTE('0');
    if (!pvs_decimal_all_digits(digits)) {
      break;
    }
    *mantissa = *mantissa * 100000000 + pvs_decimal_eight(digits);
    p += WORD_BYTES;
  }
  for (; p < end && (unsigned char)(*p - '0') < 10; p++) {
    *mantissa = *mantissa * 10 + (uint64_t)(*p - '0');
  }
  return p;
}

/* [-]digits[.digits] of at most 19 digits. */
static const char *read_long_number(const char *begin, const char *end, double *value) {
  const char *p = begin;
  const bool negative = p < end && *p == '-';
  p += negative;
  const char *digits = p;
  uint64_t mantissa = 0;
  p = take_digits(p, end, &mantissa);
  long n_digits = p - digits;
  long decimals = 0;
  if (p < end && *p == '.') {
    const char *point = p;
    p = take_digits(p + 1, end, &mantissa);
    decimals = p - point - 1;
    n_digits += decimals;
  }
  if ((p < end && !is_delimiter(*p)) || n_digits == 0 || n_digits > 19 ||
      !pvs_decimal_convert(mantissa, -decimals, value)) {
    return read_any_number(begin, end, value);
  }
  *value = negative ? -*value : *value;
  return p;
}

/* ---- a word ---- */

/* digits[.digits] taken apart: mantissa / 10^decimals. */
typedef struct word_parts {
  uint32_t mantissa;
  unsigned decimals;
  bool has_point;
} word_parts;

/* The first `length` (1 … 8) bytes of a word, without a loop or a branch on the length. Length 1
 * and only a point is for the caller to refuse. */
static inline bool take_word(uint64_t text, unsigned length, word_parts *parts) {
  /* Digit values, the last one in the highest byte, zeros in front. */
  uint64_t digits = (text ^ EACH_BYTE('0')) << (64 - 8 * length);
  const uint64_t not_point = digits ^ EACH_BYTE('.' ^ '0');
  const uint64_t point = (not_point - EACH_BYTE(1)) & ~not_point & EACH_BYTE(0x80);
  parts->has_point = point != 0;
  parts->decimals = 0;
  if (parts->has_point) {
    /* The lowest mark is right; of what may be marked above it nothing is a digit, and that is
     * refused below. */
    const uint64_t to_point = point ^ (point - 1);
    digits = (digits & ~to_point) | ((digits & (to_point >> 8)) << 8);
    parts->decimals = 7 - (unsigned)__builtin_ctzll(point) / 8;
  }
  parts->mantissa = pvs_decimal_eight(digits);
  return pvs_decimal_all_digits(digits);
}

/* Reads a number of at most 7 bytes from the 8 at p. Returns where it ends, NULL for all others. */
static inline const char *read_short_number(const char *p, double *value) {
  static const double powers[WORD_BYTES] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
  const uint64_t text = pvs_decimal_load(p);
  /* Marks the bytes below '-': comma, line ends, and what is no part of a plain number. The lowest
   * mark is right. */
  const uint64_t stops = (text - EACH_BYTE('-')) & ~text & EACH_BYTE(0x80);
  if (stops == 0 || (stops & 0x80) != 0) {
    return NULL;
  }
  const unsigned length = (unsigned)__builtin_ctzll(stops) / 8;
  word_parts parts;
  if (!take_word(text, length, &parts) || length == parts.has_point) {
    return NULL;
  }
  *value = (double)(int32_t)parts.mantissa / powers[parts.decimals];
  return p + length;
}

/* How far a reader of long numbers may look ahead. */
enum { AHEAD_BYTES = 32 };

typedef const char *(*long_reader)(const char *p, const char *end, double *value);

/* `read_long` gets a number that has AHEAD_BYTES before `end`; a constant for the compiler. */
static inline __attribute__((always_inline)) const char *
read_values(const char *p, const char *end, uint32_t n, double *values, long_reader read_long) {
  uint32_t i = 0;
  for (; i < n && end - p > AHEAD_BYTES; i++) {
    if (*p != ',') {
      return NULL;
    }
    const char *next = read_short_number(p + 1, &values[i]);
    if (next == NULL && (next = read_long(p + 1, end, &values[i])) == NULL) {
      return NULL;
    }
    p = next;
  }
  for (; i < n && p != NULL; i++) {
    if (p == end || *p != ',') {
      return NULL;
    }
    p = read_long_number(p + 1, end, &values[i]);
  }
  return p;
}

const char *pvs_values_read_portable(const char *p, const char *end, uint32_t n, double *values) {
  return read_values(p, end, n, values, read_long_number);
}

/* ---- 16 bytes at a time ---- */

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

/* Numbers of up to 24 bytes. Their last 16 bytes are loaded by where they end, so that the last
 * digit always lies in the last byte; what lies before the number is masked. */
AVX2 static const char *read_long_avx2(const char *p, const char *end, double *value) {
  /* 16 bytes from n on: -1 in the first 16 - n and 0 behind; from 16 + n on: 0 in the first 16 - n
   * and -1 behind. */
  static const signed char masks[48] = {
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, /* */
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  /* */
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  const __m256i ahead = _mm256_loadu_si256((const __m256i *)(const void *)p);
  const unsigned stops =
      (unsigned)_mm256_movemask_epi8(_mm256_cmpgt_epi8(_mm256_set1_epi8('-'), ahead));
  const unsigned length = stops == 0 ? 32 : (unsigned)__builtin_ctz(stops);
  if (length == 0 || length > 16 + WORD_BYTES) {
    return read_long_number(p, end, value);
  }
  const unsigned last_length = length < 16 ? length : 16;
  const __m128i last = _mm_loadu_si128((const __m128i *)(const void *)(p + length - 16));
  const __m128i kept = _mm_loadu_si128((const __m128i *)(const void *)(masks + 16 + last_length));
  const __m128i bytes = _mm_and_si128(_mm_xor_si128(last, _mm_set1_epi8('0')), kept);
  const unsigned points =
      (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.' ^ '0')));
  const unsigned not_digits = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(9)));
  if (not_digits != points || (points & (points - 1)) != 0 || length == (points != 0)) {
    return read_long_number(p, end, value);
  }
  /* Digits behind the point; 16 without one. What stands before the point moves one byte up. */
  const unsigned behind = (unsigned)__builtin_clz(points << 16 | 0x8000);
  const __m128i moves = _mm_loadu_si128((const __m128i *)(const void *)(masks + behind));
  const __m128i order =
      _mm_add_epi8(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), moves);
  const __m128i digits = _mm_shuffle_epi8(bytes, order);
  const __m128i twos = _mm_maddubs_epi16(digits, _mm_set1_epi16(1 << 8 | 10));
  const __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(1 << 16 | 100));
  const __m128i eights =
      _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
  const uint64_t halves = (uint64_t)_mm_cvtsi128_si64(eights);
  uint64_t mantissa = (halves & 0xffffffffu) * 100000000 + (halves >> 32);
  unsigned decimals = points != 0 ? behind : 0;
  if (length > 16) {
    word_parts front;
    if (!take_word(pvs_decimal_load(p), length - 16, &front) || front.mantissa > 999 ||
        (front.has_point && points != 0)) {
      return read_long_number(p, end, value);
    }
    const uint64_t shift = points != 0 ? 1000000000000000u : 10000000000000000u;
    mantissa += front.mantissa * shift;
    decimals = front.has_point ? 16 + front.decimals : decimals;
    if (mantissa != 0 && decimals <= 19) { /* mostly above 2^53: not worth guessing */
      *value = pvs_decimal_divide(mantissa, decimals);
      return p + length;
    }
  }
  return pvs_decimal_convert(mantissa, -(long)decimals, value) ? p + length
                                                               : read_any_number(p, end, value);
}

AVX2 static const char *read_avx2(const char *p, const char *end, uint32_t n, double *values) {
  return read_values(p, end, n, values, read_long_avx2);
}

pvs_values_reader pvs_values_reader_best(void) {
  return pvs_simd_best() >= PVS_SIMD_AVX2 ? read_avx2 : pvs_values_read_portable;
}

#else

pvs_values_reader pvs_values_reader_best(void) {
  return pvs_values_read_portable;
}

#endif
