#include "input/row_cells.h"
#include <stdlib.h>
#include <string.h>

enum { CELLS_PER_COLUMN = 64, LONGEST = 24, EMPTY = 1 };

bool pvs_row_cells_init(pvs_row_cells *cells, uint32_t n_columns, bool remembers) {
  *cells = (pvs_row_cells){
      .n_columns = n_columns,
      .last = EMPTY,
      .numbers = calloc(n_columns, sizeof *cells->numbers),
      .fresh = calloc(n_columns, sizeof *cells->fresh),
  };
  if (remembers)
    cells->known = calloc((size_t)n_columns * CELLS_PER_COLUMN, sizeof *cells->known);
  return cells->numbers && cells->fresh && (cells->known || !remembers);
}

void pvs_row_cells_deinit(pvs_row_cells *cells) {
  free(cells->known);
  free(cells->numbers);
  free(cells->fresh);
  *cells = (pvs_row_cells){0};
}

static uint64_t load(const char *text, size_t size) {
  uint64_t word = 0;
  memcpy(&word, text, size);
  return word;
}

/* Reads no byte behind the text. Words may overlap: together with the length they are exact. */
static pvs_known_cell cell_of(const pvs_field *field) {
  const char *text = field->text;
  const size_t n = field->length;
  pvs_known_cell cell = {.length = (uint32_t)n};
  if (n >= 8) {
    cell.words[0] = load(text, 8);
    cell.words[1] = load(text + n - 8, 8);
    cell.words[2] = n > 16 ? load(text + 8, 8) : 0;
  } else if (n >= 4) {
    cell.words[0] = load(text, 4);
    cell.words[1] = load(text + n - 4, 4);
  } else {
    cell.words[0] = load(text, 1);
    cell.words[1] = load(text + n / 2, 1);
    cell.words[2] = load(text + n - 1, 1);
  }
  return cell;
}

static uint32_t place_of(const pvs_known_cell *cell) {
  uint64_t hash = (cell->words[0] ^ cell->words[2]) * UINT64_C(0x9e3779b97f4a7c15);
  hash = (hash ^ hash >> 29 ^ cell->words[1] ^ cell->length) * UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)(hash >> 32) % CELLS_PER_COLUMN;
}

/* 0: not known. It is from now on. */
static uint32_t number_of(pvs_row_cells *cells, uint32_t column, const pvs_field *field,
                          bool *is_fresh) {
  *is_fresh = true;
  if (!cells->known || field->length > LONGEST || cells->last == UINT32_MAX)
    return 0;
  pvs_known_cell cell = cell_of(field);
  pvs_known_cell *known = &cells->known[(size_t)column * CELLS_PER_COLUMN + place_of(&cell)];
  if (known->length == cell.length && memcmp(known->words, cell.words, sizeof cell.words) == 0) {
    *is_fresh = false;
    return known->number;
  }
  cell.number = ++cells->last;
  *known = cell;
  return cell.number;
}

void pvs_row_cells_take(pvs_row_cells *cells, const pvs_field *fields) {
  cells->n_fresh = 0;
  for (uint32_t i = 0; i < cells->n_columns; i++) {
    cells->numbers[i] = EMPTY;
    if (!fields[i].length)
      continue;
    bool is_fresh;
    cells->numbers[i] = number_of(cells, i, &fields[i], &is_fresh);
    if (is_fresh)
      cells->fresh[cells->n_fresh++] = i;
  }
}

uint32_t pvs_cell_memo_slots(uint32_t rows) {
  uint32_t n = 64;
  while (n < PVS_CELL_MEMO_MOST_SLOTS && n < rows)
    n *= 2;
  return n;
}

bool pvs_cell_memo_init(pvs_cell_memo *memo, uint32_t most_columns, uint32_t n_slots) {
  *memo = (pvs_cell_memo){
      .n_slots = n_slots,
      .columns = calloc(most_columns + 1, sizeof *memo->columns),
      .keys = calloc(((size_t)most_columns + 1) * n_slots, sizeof *memo->keys),
  };
  return memo->columns && memo->keys;
}

void pvs_cell_memo_deinit(pvs_cell_memo *memo) {
  free(memo->columns);
  free(memo->keys);
  *memo = (pvs_cell_memo){0};
}

bool pvs_cell_memo_find(const pvs_cell_memo *memo, const pvs_row_cells *cells, uint32_t *slot) {
  uint64_t hash = 0;
  for (uint32_t i = 0; i < memo->n_columns; i++)
    hash = (hash ^ cells->numbers[memo->columns[i]]) * UINT64_C(0x9e3779b97f4a7c15);
  *slot = (uint32_t)(hash >> 32) % memo->n_slots;
  if (!cells->known)
    return false;
  const uint32_t *key = memo->keys + (size_t)*slot * memo->n_columns;
  uint32_t difference = memo->n_columns == 0;
  for (uint32_t i = 0; i < memo->n_columns && !difference; i++)
    difference = (key[i] ^ cells->numbers[memo->columns[i]]) | (key[i] == 0);
  return !difference;
}

void pvs_cell_memo_keep(pvs_cell_memo *memo, const pvs_row_cells *cells, uint32_t slot) {
  uint32_t *key = memo->keys + (size_t)slot * memo->n_columns;
  for (uint32_t i = 0; i < memo->n_columns; i++)
    key[i] = cells->numbers[memo->columns[i]];
}
