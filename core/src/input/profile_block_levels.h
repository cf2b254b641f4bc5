/* What each SIMD level does of profile_block.h: finding ends, and series of short numbers. */
#ifndef PVS_INPUT_PROFILE_BLOCK_LEVELS_H
#define PVS_INPUT_PROFILE_BLOCK_LEVELS_H

#include "input/profile_block.h"

/* Reads series from `number`, 1 … n_numbers, on to `values`, `values` + stride …, until one has a
 * number that is not digits[.digits] of at most 7 bytes. Returns the number of that series, of
 * which nothing counts, n_numbers + 1 when there is none. */
typedef uint32_t (*pvs_block_read_short)(const pvs_block *block, uint32_t number, double *values,
                                         size_t stride);

struct pvs_block_level {
  const char *name;
  bool (*find)(const pvs_block *block, const char *end);
  pvs_block_read_short read_short;
};

enum { PVS_BLOCK_LOOK_BYTES = 64, PVS_BLOCK_TEXT_BYTES_MAX = 1 << 30 };

#if defined(__x86_64__)
extern const pvs_block_level pvs_block_avx2, pvs_block_avx512;
#endif

/* Where number `number`, from 1, of a row begins, and what is behind it. */
static inline const char *pvs_block_begin_of(const pvs_block *block, uint32_t row,
                                             uint32_t number) {
  return block->text + block->ends[(size_t)row * (block->n_numbers + 1) + number - 1] + 1;
}

static inline const char *pvs_block_end_of(const pvs_block *block, uint32_t row, uint32_t number) {
  const char *end = block->text + block->ends[(size_t)row * (block->n_numbers + 1) + number];
  return end - (number == block->n_numbers && end[-1] == '\r');
}

/* Rows are read in groups of `size`, no more than there are; the last one may overlap the one
 * before it. */
static inline uint32_t pvs_block_group(uint32_t rows, uint32_t row, uint32_t size) {
  return row + size <= rows ? row : rows - size;
}

/* Fetches where the next block's numbers of a series will be written: each series lies elsewhere, which
 * the processor does not foresee, and reads would wait for such writes. */
static inline void pvs_block_fetch_next(const double *values, uint32_t rows) {
  __builtin_prefetch(values + rows, 1);
}

#endif
