#include "input/profile_block_levels.h"

#include "input/profile_values.h"

#include <string.h>

/* Its text and its ends stay in the first-level cache, and series are written in whole cache lines.
 */
uint32_t pvs_block_rows(uint32_t n_numbers) {
  enum { FIELDS = 2048, ROWS_MAX = PVS_BLOCK_ROWS_MAX, LINE_ROWS = 8 };
  const uint32_t rows = n_numbers < FIELDS ? FIELDS / (n_numbers + 1) / LINE_ROWS * LINE_ROWS : 0;
  return rows < LINE_ROWS ? LINE_ROWS : (rows > ROWS_MAX ? ROWS_MAX : rows);
}

/* ---- levels ---- */

#if defined(__x86_64__)

/* Asked here, since the levels' own files are compiled for machines that have them. */
static bool runs_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("popcnt");
}

/* Groups too small for it are read by AVX2. */
static bool runs_avx512(void) {
  return runs_avx2() && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
}

const pvs_block_level *pvs_block_choose(const char *forced) {
  if ((forced == NULL || strcmp(forced, pvs_block_avx512.name) == 0) && runs_avx512()) {
    return &pvs_block_avx512;
  }
  if ((forced == NULL || strcmp(forced, pvs_block_avx2.name) == 0) && runs_avx2()) {
    return &pvs_block_avx2;
  }
  return NULL;
}

#else

const pvs_block_level *pvs_block_choose(const char *forced) {
  (void)forced;
  return NULL;
}

#endif

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
