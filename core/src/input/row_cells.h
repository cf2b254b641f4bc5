/* The texts of a study row's cells as numbers. Rows of large studies differ, but the texts of their
 * cells come again: what was made of some cells together is found again by the numbers of their
 * texts, and is not made a second time. */
#ifndef PVS_INPUT_ROW_CELLS_H
#define PVS_INPUT_ROW_CELLS_H

#include "base/csv.h"
#include <stdbool.h>

typedef struct pvs_known_cell {
  uint64_t words[3]; /* with the length: the text, exactly */
  uint32_t length, number;
} pvs_known_cell;

/* A cell that is not empty. Equal numbers are equal texts in the same column; 0: the text is too
 * long, or nothing is known. */
typedef struct pvs_filled_cell {
  uint32_t column, number;
  bool is_fresh; /* not known from rows before */
} pvs_filled_cell;

typedef struct pvs_row_cells {
  pvs_known_cell *known; /* NULL: no text is known */
  uint32_t n_columns, last;
  pvs_filled_cell *filled; /* those of the row, by column */
  uint32_t n_filled;
  uint32_t *n_fresh; /* by column: in how many rows its text was not known */
} pvs_row_cells;

/* remembers: else all cells are fresh, and no memo finds anything. False: out of memory; must be
 * freed all the same. */
bool pvs_row_cells_init(pvs_row_cells *cells, uint32_t n_columns, bool remembers);
void pvs_row_cells_deinit(pvs_row_cells *cells);
/* Takes the next row: sets what is filled. */
void pvs_row_cells_take(pvs_row_cells *cells, const pvs_field *fields);

/* Which texts of some columns were seen together: of several sets of columns. */
enum { PVS_CELL_MEMO_MOST_SLOTS = 1024, PVS_CELL_MEMO_MOST_SETS = 8 };
typedef struct pvs_cell_memo {
  uint32_t n_sets, n_slots;
  uint8_t *sets; /* by column: bit s: it is of set s */
  uint32_t room;
  uint32_t *keys; /* `room` for each slot of each set: how many numbers and one, or 0 if it is free;
                   * then they */
  uint32_t *key;  /* the same of the row, for each set */
  uint64_t hashes[PVS_CELL_MEMO_MOST_SETS]; /* of the row */
} pvs_cell_memo;

/* Slots enough for so many rows, but no more: each page of a memo that is touched costs a page
 * fault. */
uint32_t pvs_cell_memo_slots(uint32_t rows);
/* The caller sets of which sets the columns are. False: out of memory. */
bool pvs_cell_memo_init(pvs_cell_memo *memo, uint32_t n_columns, uint32_t n_sets, uint32_t n_slots);
void pvs_cell_memo_deinit(pvs_cell_memo *memo);
/* Takes the row that is looked for from now on. */
void pvs_cell_memo_take(pvs_cell_memo *memo, const pvs_row_cells *cells);
/* Whether the texts of the row in the set's columns were kept; *slot, of all sets' slots, is where
 * they are, or would be. */
bool pvs_cell_memo_find(const pvs_cell_memo *memo, uint32_t set, uint32_t *slot);
void pvs_cell_memo_keep(pvs_cell_memo *memo, uint32_t set, uint32_t slot);

#endif
