#include "input/profile_block_levels.h"

#include "base/arena.h"
#include "base/decimal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512                                                                                     \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,popcnt")))

enum {
  EIGHT = 8,
  LOOK_BYTES = PVS_BLOCK_LOOK_BYTES,
  AHEAD_BYTES = 4096 /* of text to fetch: a page's neighbours in a file lie elsewhere in memory */
};

/* ---- fields ---- */

AVX512 static inline __m512i byte_places(void) {
  return _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45,
                         44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26,
                         25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6,
                         5, 4, 3, 2, 1, 0);
}

AVX512 static inline void store_sixteen(uint32_t *to, __m128i places, __m512i offset) {
  _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), offset));
}

AVX512 static bool find(const pvs_block *block, const char *end) {
  const uint64_t wanted = (uint64_t)block->rows * (block->n_numbers + 1);
  const char *text = block->text;
  uint64_t found = 0;
  for (uint32_t offset = 0; found < wanted; offset += LOOK_BYTES) {
    /* So that a number, too, may be looked at LOOK_BYTES from its first byte on. */
    if (end - text < (ptrdiff_t)offset + 2 * LOOK_BYTES || offset > PVS_BLOCK_TEXT_BYTES_MAX) {
      return false;
    }
    __builtin_prefetch(text + offset + AHEAD_BYTES);
    const __m512i bytes = _mm512_loadu_si512(text + offset);
    const __mmask64 ends = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')) |
                           _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
    const __m512i places = _mm512_maskz_compress_epi8(ends, byte_places());
    const __m512i at = _mm512_set1_epi32((int)offset);
    uint32_t *to = block->ends + found;
    const uint64_t n = (uint64_t)_mm_popcnt_u64(ends);
    /* Sixteen at a time, whether there are so many or not: what is too much is overwritten. */
    store_sixteen(to, _mm512_castsi512_si128(places), at);
    if (n > 16) {
      store_sixteen(to + 16, _mm512_extracti32x4_epi32(places, 1), at);
      if (n > 32) {
        store_sixteen(to + 32, _mm512_extracti32x4_epi32(places, 2), at);
        store_sixteen(to + 48, _mm512_extracti32x4_epi32(places, 3), at);
      }
    }
    found += n;
  }
  return true;
}

/* ---- numbers ---- */

/* Masks of 8 words of 8 bytes: a bit a byte, a byte a word. */
#define FIRST_BYTES 0x0101010101010101u
#define LAST_BYTES  0x8080808080808080u

/* The bytes before the first one that is marked, at most 7, of each word. */
static inline uint64_t bytes_before(uint64_t marks) {
  marks |= LAST_BYTES; /* so that no word borrows from the next */
  return (marks - FIRST_BYTES) & ~marks;
}

/* What has been read, as far as anything but short numbers may be among it. */
typedef struct judgement {
  __m512i digits; /* the highest of all */
  uint64_t odd;
} judgement;

/* Eight fields of digits[.digits], at most 7 bytes, whose bytes are `field`. A number is taken as
 * if zeros filled its word, which then has 7 digits beside the point (or the end, where there is no
 * point): the number of those before it tells the power of ten.
 *
 * The quotient is x / 10^d rounded once, x < 10^7 and d <= 6, without a division. high + low is
 * 10^-d but for less than 2^-105 of it, and the rounding of x low adds no more, so that what the
 * last operation rounds is x / 10^d but for 2^-104 of it. Where rounding turns, halfway between two
 * doubles, there is m / 2^k, m odd with 54 bits, k >= 30. It is never x / 10^d, since then
 * x 2^k = m 10^d, and m would divide x; and as both sides are multiples of 2^d the distance is at
 * least 2^d in m 10^d, 1 in 2^54 5^6, more than 2^-68. */
AVX512 static inline void read_eight(__m512i text, uint64_t field, double *values,
                                     judgement *judged) {
  const __m512i zeros = _mm512_set1_epi8('0');
  const uint64_t points = _cvtmask64_u64(_mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('.')));
  const uint64_t whole = bytes_before(points | ~field);
  const uint64_t moved = whole << 1;
  const __m512i behind =
      _mm512_maskz_sub_epi8(_cvtu64_mask64(field & ~(moved | FIRST_BYTES)), text, zeros);
  const __m512i digits =
      _mm512_mask_sub_epi8(behind, _cvtu64_mask64(moved), _mm512_slli_epi64(text, 8), zeros);
  /* There are no bytes but digits, and a digit comes first. */
  judged->digits = _mm512_max_epu8(judged->digits, digits);
  judged->odd |= ~whole & FIRST_BYTES;

  const __m512i twos = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(1 << 8 | 10));
  const __m512i fours = _mm512_madd_epi16(twos, _mm512_set1_epi32(1 << 16 | 100));
  const __m512i eights = _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)),
                                          _mm512_srli_epi64(fours, 32));
  const __m512i length = _mm512_sad_epu8(
      _mm512_maskz_mov_epi8(_cvtu64_mask64(whole), _mm512_set1_epi8(1)), _mm512_setzero_si512());
  const __m512d high = _mm512_setr_pd(0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1);
  const __m512d low =
      _mm512_setr_pd(0, 0x1.b5a63f9a49c2cp-75, -0x1.ee78183f91e64p-71, -0x1.6a161e4f765fep-68,
                     -0x1.89374bc6a7efap-66, -0x1.eb851eb851eb8p-63, -0x1.999999999999ap-58, 0);
  const __m512d x = _mm512_cvtepu64_pd(eights);
  _mm512_storeu_pd(values, _mm512_fmadd_pd(x, _mm512_permutexvar_pd(length, high),
                                           _mm512_mul_pd(x, _mm512_permutexvar_pd(length, low))));
}

/* ---- series ---- */

/* The first 8 bytes of all of a series' numbers. They are brought together by memory, a series
 * ahead of their use: gathers take more than twice as long where their leaks are mended in
 * microcode, and inserts take the ports that the rest needs. */
static inline void fetch_series(const pvs_block *block, uint32_t number, uint64_t *words) {
  const size_t fields = (size_t)block->n_numbers + 1;
  const char *text = block->text + 1;
  const uint32_t *at = block->ends + number - 1;
  const uint32_t rows = block->rows;
  for (uint32_t row = 0; row < rows; row++, at += fields) {
    words[row] = pvs_decimal_load(text + *at);
  }
}

AVX512 static inline bool are_short(judgement judged) {
  return judged.odd == 0 && _mm512_cmpgt_epu8_mask(judged.digits, _mm512_set1_epi8(9)) == 0;
}

AVX512 static inline bool read_series(const uint64_t *words, uint32_t rows, double *values) {
  judgement judged = {.digits = _mm512_setzero_si512()};
  for (uint32_t r = 0; r < rows; r += EIGHT) {
    const uint32_t row = pvs_block_group(rows, r, EIGHT);
    const __m512i text = _mm512_loadu_si512(words + row);
    const uint64_t commas = _cvtmask64_u64(_mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(',')));
    const uint64_t field = bytes_before(commas);
    judged.odd |= (field + FIRST_BYTES) & LAST_BYTES & ~commas; /* there is an end */
    pvs_block_fetch_next(values + row, rows);
    read_eight(text, field, values + row, &judged);
  }
  return are_short(judged);
}

/* The same for the last number of rows, behind which there is a line end. */
AVX512 static bool read_last_series(const pvs_block *block, const uint64_t *words, double *values) {
  const uint32_t last = block->n_numbers;
  judgement judged = {.digits = _mm512_setzero_si512()};
  for (uint32_t r = 0; r < block->rows; r += EIGHT) {
    const uint32_t row = pvs_block_group(block->rows, r, EIGHT);
    uint64_t field = 0;
    for (uint32_t i = 0; i < EIGHT; i++) {
      const ptrdiff_t length =
          pvs_block_end_of(block, row + i, last) - pvs_block_begin_of(block, row + i, last);
      judged.odd |= length >= EIGHT;
      field |= _bzhi_u64(0x7f, (unsigned)length) << i * EIGHT;
    }
    read_eight(_mm512_loadu_si512(words + row), field, values + row, &judged);
  }
  return are_short(judged);
}

AVX512 static uint32_t read_short(const pvs_block *block, uint32_t number, double *values,
                                  size_t stride) {
  if (block->rows < EIGHT) {
    return pvs_block_avx2.read_short(block, number, values, stride);
  }
  _Alignas(PVS_ALIGN) uint64_t words[2][PVS_BLOCK_ROWS_MAX];
  const uint32_t rows = block->rows;
  fetch_series(block, number, words[number % 2]);
  for (; number < block->n_numbers; number++, values += stride) {
    fetch_series(block, number + 1, words[(number + 1) % 2]);
    if (!read_series(words[number % 2], rows, values)) {
      return number;
    }
  }
  return number + read_last_series(block, words[number % 2], values);
}

const pvs_block_level pvs_block_avx512 = {.name = "avx512", .find = find, .read_short = read_short};

#endif
