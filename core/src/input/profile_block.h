/* The numbers of many rows of a plain profile at a time, series by series: no number waits for
 * where the one before it ends, and values reach their series in order. */
#ifndef PVS_INPUT_PROFILE_BLOCK_H
#define PVS_INPUT_PROFILE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole lines, each a timestamp and n_numbers > 0 numbers. */
typedef struct pvs_block {
  const char *text; /* of the first line */
  uint32_t rows, n_numbers;
  uint32_t *ends; /* of all fields: where their commas and line ends are in the text, rows x
                     (n_numbers + 1); room for PVS_BLOCK_ROOM more */
} pvs_block;

enum { PVS_BLOCK_ROWS_MIN = 4, PVS_BLOCK_ROWS_MAX = 256, PVS_BLOCK_ROOM = 64 };

/* A SIMD level: "avx2", "avx512". All read the same bits. */
typedef struct pvs_block_level pvs_block_level;

/* The best level that this CPU runs; `forced` (a level's name, or NULL) picks another. NULL: no
 * such level here. */
const pvs_block_level *pvs_block_choose(const char *forced);

/* How many rows a block should have with so many numbers per row. */
uint32_t pvs_block_rows(uint32_t n_numbers);

/* Fills `ends`. False when the text behind the last field, up to `end`, is too short to look that
 * far, or rows are far too long. True says nothing about which end is a comma and which a line
 * end. */
bool pvs_block_find(const pvs_block_level *level, const pvs_block *block, const char *end);

/* For a block that was found, whose rows end with line ends: reads number i of row r to
 * values[i x stride + r], bit-equal to pvs_parse_double. False, with some values read, when a row
 * is not plain. PVS_BLOCK_ROWS_MIN … PVS_BLOCK_ROWS_MAX rows; reads up to 16 bytes before the text.
 * *n_long: how many series have long numbers, which are read sooner row by row. */
bool pvs_block_read(const pvs_block_level *level, const pvs_block *block, const char *end,
                    double *values, size_t stride, uint32_t *n_long);

#endif
