#include "input/row_cells.h"
#include <stdlib.h>
#include <string.h>

enum { SETS = 16, WAYS = 4, CELLS_PER_COLUMN = SETS * WAYS, LONGEST = 24 };
enum { MEMO_WAYS = 2 };

bool pvs_row_cells_init(pvs_row_cells *cells, uint32_t n_columns, bool remembers) {
  *cells = (pvs_row_cells){
      .n_columns = n_columns,
      .filled = calloc(n_columns, sizeof *cells->filled),
      .n_fresh = calloc(n_columns, sizeof *cells->n_fresh),
  };
  if (remembers)
    cells->known = calloc((size_t)n_columns * CELLS_PER_COLUMN, sizeof *cells->known);
  return cells->filled && cells->n_fresh && (cells->known || !remembers);
}

void pvs_row_cells_deinit(pvs_row_cells *cells) {
  free(cells->known);
  free(cells->filled);
  free(cells->n_fresh);
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

static uint64_t mix(uint64_t hash, uint64_t word) {
  return (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

static bool is_same(const pvs_known_cell *a, const pvs_known_cell *b) {
  return !((a->words[0] ^ b->words[0]) | (a->words[1] ^ b->words[1]) | (a->words[2] ^ b->words[2]) |
           (a->length ^ b->length));
}

/* A text that is new takes the place of one of those that may be where it may be. */
static uint32_t learn(pvs_row_cells *cells, pvs_known_cell *set, pvs_known_cell cell) {
  uint32_t way = 0;
  while (way < WAYS && set[way].length > 0)
    way++;
  cell.number = ++cells->last;
  set[way < WAYS ? way : cell.number % WAYS] = cell;
  return cell.number;
}

/* known: of the column. */
static pvs_filled_cell take(pvs_row_cells *cells, pvs_known_cell *known, const pvs_field *field) {
  if (field->length > LONGEST || cells->last == UINT32_MAX)
    return (pvs_filled_cell){.is_fresh = true};
  const pvs_known_cell cell = cell_of(field);
  const uint64_t hash = mix(cell.words[0] ^ cell.words[2], cell.length) >> 9 ^ cell.words[1];
  pvs_known_cell *set = known + (hash * UINT64_C(0xbf58476d1ce4e5b9) >> 32) % SETS * WAYS;
  for (uint32_t way = 0; way < WAYS; way++)
    if (is_same(&set[way], &cell))
      return (pvs_filled_cell){.number = set[way].number};
  return (pvs_filled_cell){.number = learn(cells, set, cell), .is_fresh = true};
}

void pvs_row_cells_take(pvs_row_cells *cells, const pvs_field *fields) {
  const uint32_t n_columns = cells->n_columns;
  pvs_known_cell *known = cells->known;
  pvs_filled_cell *filled = cells->filled;
  for (uint32_t i = 0; i < n_columns; i++) {
    if (!fields[i].length)
      continue;
    *filled = known ? take(cells, known + (size_t)i * CELLS_PER_COLUMN, &fields[i])
                    : (pvs_filled_cell){.is_fresh = true};
    cells->n_fresh[i] += filled->is_fresh;
    (filled++)->column = i;
  }
  cells->n_filled = (uint32_t)(filled - cells->filled);
}

uint32_t pvs_cell_memo_slots(uint32_t rows) {
  uint32_t n = 64;
  while (n < PVS_CELL_MEMO_MOST_SLOTS && n < rows)
    n *= 2;
  return n;
}

bool pvs_cell_memo_init(pvs_cell_memo *memo, uint32_t n_columns, uint32_t n_sets,
                        uint32_t n_slots) {
  const size_t room = (size_t)n_columns + 1;
  *memo = (pvs_cell_memo){
      .n_sets = n_sets,
      .n_slots = n_slots,
      .sets = calloc(n_columns, sizeof *memo->sets),
      .room = n_columns + 1,
      .keys = calloc(room * n_slots * n_sets, sizeof *memo->keys),
      .key = calloc(room * n_sets, sizeof *memo->key),
  };
  return memo->sets && memo->keys && memo->key;
}

void pvs_cell_memo_deinit(pvs_cell_memo *memo) {
  free(memo->sets);
  free(memo->keys);
  free(memo->key);
  *memo = (pvs_cell_memo){0};
}

void pvs_cell_memo_take(pvs_cell_memo *memo, const pvs_row_cells *cells) {
  unsigned unknown = cells->known ? 0 : UINT8_MAX; /* sets with a text that has no number */
  uint32_t *ends[PVS_CELL_MEMO_MOST_SETS];
  for (uint32_t s = 0; s < memo->n_sets; s++) {
    ends[s] = memo->key + (size_t)s * memo->room + 1;
    memo->hashes[s] = 0;
  }
  for (uint32_t i = 0; i < cells->n_filled; i++) {
    const pvs_filled_cell *cell = &cells->filled[i];
    const unsigned sets = memo->sets[cell->column];
    unknown |= cell->number > 0 ? 0 : sets;
    for (unsigned rest = sets; rest; rest &= rest - 1) {
      const int s = __builtin_ctz(rest);
      memo->hashes[s] = mix(memo->hashes[s], cell->number);
      *ends[s]++ = cell->number;
    }
  }
  for (uint32_t s = 0; s < memo->n_sets; s++) {
    uint32_t *key = memo->key + (size_t)s * memo->room;
    key[0] = unknown >> s & 1 ? 0 : (uint32_t)(ends[s] - key);
  }
}

static bool is_key(const uint32_t *a, const uint32_t *b) {
  uint32_t i = 0;
  while (i < b[0] && a[i] == b[i])
    i++;
  return i == b[0];
}

bool pvs_cell_memo_find(const pvs_cell_memo *memo, uint32_t set, uint32_t *slot) {
  const uint32_t *key = memo->key + (size_t)set * memo->room;
  const uint64_t hash = memo->hashes[set];
  const uint32_t first = set * memo->n_slots + (uint32_t)(hash >> 32) % memo->n_slots;
  for (uint32_t way = 0; way < MEMO_WAYS && key[0] > 0; way++) {
    *slot = first ^ way;
    if (is_key(memo->keys + (size_t)*slot * memo->room, key))
      return true;
  }
  *slot = first ^ (hash >> 20 & (MEMO_WAYS - 1));
  return false;
}

void pvs_cell_memo_keep(pvs_cell_memo *memo, uint32_t set, uint32_t slot) {
  const uint32_t *key = memo->key + (size_t)set * memo->room;
  const uint32_t n = key[0] > 0 ? key[0] : 1; /* 0 frees the slot */
  memcpy(memo->keys + (size_t)slot * memo->room, key, n * sizeof *key);
}
