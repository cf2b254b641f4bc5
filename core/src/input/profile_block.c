#include "input/profile_block_levels.h"

#include "base/simd.h"
#include "input/profile_values.h"

/* Its text and its ends stay in the first-level cache, and series are written in whole cache lines.
 */
uint32_t pvs_block_rows(uint32_t n_numbers) {
  enum { FIELDS = 2048, ROWS_MAX = PVS_BLOCK_ROWS_MAX, LINE_ROWS = 8 };
  const uint32_t rows = n_numbers < FIELDS ? FIELDS / (n_numbers + 1) / LINE_ROWS * LINE_ROWS : 0;
  return rows < LINE_ROWS ? LINE_ROWS : (rows > ROWS_MAX ? ROWS_MAX : rows);
}

/* ---- levels ---- */

const pvs_block_level *pvs_block_choose(const char *forced) {
  pvs_simd level;
  if (!pvs_simd_find(forced, &level)) {
    return NULL;
  }
#if defined(__x86_64__)
  if (level == PVS_SIMD_AVX512) {
    return &pvs_block_avx512; /* groups too small for it are read by AVX2 */
  }
  if (level == PVS_SIMD_AVX2) {
    return &pvs_block_avx2;
  }
#endif
  return NULL;
}

/* ---- blocks ---- */

bool pvs_block_find(const pvs_block_level *level, const pvs_block *block, const char *end) {
  return level->find(block, end);
}

static bool read_any_series(const pvs_block *block, const char *end, uint32_t number,
                            double *values) {
  const pvs_values_reader read = pvs_values_reader_best();
  for (uint32_t row = 0; row < block->rows; row++) {
    const char *end_of_number = pvs_block_end_of(block, row, number);
    if ((number < block->n_numbers && *end_of_number != ',') ||
        read(pvs_block_begin_of(block, row, number) - 1, end, 1, &values[row]) != end_of_number) {
      return false;
    }
  }
  return true;
}

bool pvs_block_read(const pvs_block_level *level, const pvs_block *block, const char *end,
                    double *values, size_t stride, uint32_t *n_long) {
  *n_long = 0;
  for (uint32_t number = 1;; number++) {
    number = level->read_short(block, number, values + (number - 1) * stride, stride);
    if (number > block->n_numbers) {
      return true;
    }
    ++*n_long;
    if (!read_any_series(block, end, number, values + (number - 1) * stride)) {
      return false;
    }
    if (number == block->n_numbers) {
      return true;
    }
  }
}
