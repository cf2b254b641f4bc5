#include "input/profile_block_levels.h"

#if defined(__x86_64__)

#include "base/decimal.h"

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

enum { FOUR = PVS_BLOCK_ROWS_MIN, LOOK_BYTES = PVS_BLOCK_LOOK_BYTES };

/* ---- fields ---- */

AVX2 static inline uint64_t half_of_ends(const char *p) {
  const __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)p);
  const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(text, _mm256_set1_epi8(',')),
                                       _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')));
  return (uint32_t)_mm256_movemask_epi8(ends);
}

AVX2 static bool find(const pvs_block *block, const char *end) {
  const uint64_t wanted = (uint64_t)block->rows * (block->n_numbers + 1);
  const char *text = block->text;
  uint64_t found = 0;
  for (uint32_t offset = 0; found < wanted; offset += LOOK_BYTES) {
    /* So that a number, too, may be looked at LOOK_BYTES from its first byte on. */
    if (end - text < (ptrdiff_t)offset + 2 * LOOK_BYTES || offset > PVS_BLOCK_TEXT_BYTES_MAX) {
      return false;
    }
    uint64_t ends = half_of_ends(text + offset) | half_of_ends(text + offset + LOOK_BYTES / 2)
                                                      << LOOK_BYTES / 2;
    uint32_t *to = block->ends + found;
    found += (unsigned)__builtin_popcountll(ends);
    /* Four at a time, whether there are so many or not: what is too much is overwritten. */
    for (; to < block->ends + found; to += 4) {
      for (unsigned i = 0; i < 4; i++) {
        to[i] = offset + (uint32_t)_tzcnt_u64(ends);
        ends = _blsr_u64(ends);
      }
    }
  }
  return true;
}

/* ---- numbers ---- */

AVX2 static inline __m256i each_byte(char c) {
  return _mm256_set1_epi8(c);
}

/* The bits below the lowest one that is set, of each word; all of them when none is. */
AVX2 static inline __m256i bits_below_lowest(__m256i words) {
  return _mm256_andnot_si256(words, _mm256_add_epi64(words, each_byte(-1)));
}

AVX2 static inline __m256i count_bytes(__m256i masks) {
  return _mm256_sad_epu8(_mm256_and_si256(masks, each_byte(1)), _mm256_setzero_si256());
}

/* Small whole numbers in the words: with 2^52's bits around them they are 2^52 plus the number. */
AVX2 static inline __m256d to_double(__m256i words_with_52) {
  return _mm256_sub_pd(_mm256_castsi256_pd(words_with_52), _mm256_set1_pd(0x1p52));
}

/* Where each of four fields begins, or ends. */
typedef struct four_places {
  const char *a, *b, *c, *d;
} four_places;

/* The bytes of each word that belong to its field, all 8 when the field is longer than 7. If
 * anything but a comma ends it, that is no digit either. */
AVX2 static inline __m256i bytes_to_comma(__m256i text) {
  return bits_below_lowest(_mm256_cmpeq_epi8(text, each_byte(',')));
}

/* The same where the ends are known. */
AVX2 static inline __m256i bytes_to_ends(four_places begin, four_places end) {
  const __m256i lengths =
      _mm256_set_epi64x(end.d - begin.d, end.c - begin.c, end.b - begin.b, end.a - begin.a);
  const __m256i behind = _mm256_sllv_epi64(each_byte(-1), _mm256_slli_epi64(lengths, 3));
  return _mm256_xor_si256(behind, each_byte(-1));
}

AVX2 static inline __m256i load_four(four_places begin) {
  return _mm256_set_epi64x((int64_t)pvs_decimal_load(begin.d), (int64_t)pvs_decimal_load(begin.c),
                           (int64_t)pvs_decimal_load(begin.b), (int64_t)pvs_decimal_load(begin.a));
}

/* Four fields of digits[.digits], at most 7 bytes. A number is taken as if zeros filled its word,
 * which then has 7 digits beside the point (or the end, where there is no point): the place of the
 * point tells the power of ten. Both are exact, so that their quotient is rounded once. What is
 * returned is not 0 when a field is otherwise; the value is then of no use. */
AVX2 static inline __m256i read_four(__m256i text, __m256i field, double *values) {
  const __m256i points = _mm256_cmpeq_epi8(text, each_byte('.'));
  const __m256i whole = _mm256_and_si256(bits_below_lowest(points), field);
  const __m256i first_byte = _mm256_set1_epi64x(0xff);
  const __m256i to_point = _mm256_or_si256(_mm256_slli_epi64(whole, 8), first_byte);
  const __m256i bytes = _mm256_xor_si256(text, each_byte('0'));
  const __m256i digits =
      _mm256_or_si256(_mm256_slli_epi64(_mm256_and_si256(bytes, whole), 8),
                      _mm256_andnot_si256(to_point, _mm256_and_si256(bytes, field)));
  const __m256i twos = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
  const __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(1 << 16 | 100));
  const __m256i eights = _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)),
                                          _mm256_srli_epi64(fours, 32));
  const __m256i powers = _mm256_permutevar8x32_epi32(
      _mm256_setr_epi32(1, 10000000, 1000000, 100000, 10000, 1000, 100, 10), count_bytes(to_point));
  const __m256i two_52 = _mm256_castpd_si256(_mm256_set1_pd(0x1p52));
  _mm256_storeu_pd(values, _mm256_div_pd(to_double(_mm256_or_si256(eights, two_52)),
                                         to_double(_mm256_blend_epi32(powers, two_52, 0xaa))));
  /* There are no bytes but digits, a digit comes first, and there is an end. */
  const __m256i judged = _mm256_or_si256(digits, _mm256_and_si256(bytes, first_byte));
  return _mm256_or_si256(_mm256_subs_epu8(judged, each_byte(9)),
                         _mm256_cmpeq_epi64(field, each_byte(-1)));
}

/* ---- series ---- */

AVX2 static bool read_series(const pvs_block *block, uint32_t number, double *values) {
  const size_t fields = (size_t)block->n_numbers + 1;
  const char *text = block->text + 1;
  const uint32_t *ends = block->ends + number - 1;
  __m256i odd = _mm256_setzero_si256();
  for (uint32_t r = 0; r < block->rows; r += FOUR) {
    const uint32_t row = pvs_block_group(block->rows, r, FOUR);
    const uint32_t *at = ends + row * fields;
    const four_places begin = {text + at[0], text + at[fields], text + at[2 * fields],
                               text + at[3 * fields]};
    const __m256i words = load_four(begin);
    pvs_block_fetch_next(values + row, block->rows);
    odd = _mm256_or_si256(odd, read_four(words, bytes_to_comma(words), values + row));
  }
  return _mm256_testz_si256(odd, odd);
}

static inline four_places places_of(const pvs_block *block, uint32_t row, uint32_t number,
                                    const char *(*place)(const pvs_block *, uint32_t, uint32_t)) {
  return (four_places){place(block, row, number), place(block, row + 1, number),
                       place(block, row + 2, number), place(block, row + 3, number)};
}

/* The same for the last number of rows, behind which there is a line end. */
AVX2 static bool read_last_series(const pvs_block *block, double *values) {
  const uint32_t last = block->n_numbers;
  __m256i odd = _mm256_setzero_si256();
  for (uint32_t r = 0; r < block->rows; r += FOUR) {
    const uint32_t row = pvs_block_group(block->rows, r, FOUR);
    const four_places begin = places_of(block, row, last, pvs_block_begin_of);
    const four_places end = places_of(block, row, last, pvs_block_end_of);
    odd =
        _mm256_or_si256(odd, read_four(load_four(begin), bytes_to_ends(begin, end), values + row));
  }
  return _mm256_testz_si256(odd, odd);
}

static uint32_t read_short(const pvs_block *block, uint32_t number, double *values, size_t stride) {
  for (; number < block->n_numbers; number++, values += stride) {
    if (!read_series(block, number, values)) {
      return number;
    }
  }
  return number + read_last_series(block, values);
}

const pvs_block_level pvs_block_avx2 = {.name = "avx2", .find = find, .read_short = read_short};

#endif
