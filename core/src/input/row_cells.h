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
} pvs_row_cells;

/* remembers: else all cells are fresh, and no memo finds anything. False: out of memory; must be
 * freed all the same. */
bool pvs_row_cells_init(pvs_row_cells *cells, uint32_t n_columns, bool remembers);
void pvs_row_cells_deinit(pvs_row_cells *cells);
/* Takes the next row: sets what is filled. */
void pvs_row_cells_take(pvs_row_cells *cells, const pvs_field *fields);

/* Which texts of some columns were seen together. */
enum { PVS_CELL_MEMO_MOST_SLOTS = 1024 };
typedef struct pvs_cell_memo {
  uint32_t n_slots;
  bool *reads; /* by column */
  uint32_t room;
  uint32_t
      *keys;     /* `room` for each slot: how many numbers and one, or 0 if it is free; then they */
  uint32_t *key; /* of the row that was looked for last */
} pvs_cell_memo;

/* Slots enough for so many rows, but no more: each page of a memo that is touched costs a page
 * fault. */
uint32_t pvs_cell_memo_slots(uint32_t rows);
/* The caller sets which of the columns it reads. False: out of memory. */
bool pvs_cell_memo_init(pvs_cell_memo *memo, uint32_t n_columns, uint32_t n_slots);
void pvs_cell_memo_deinit(pvs_cell_memo *memo);
/* Whether the texts of the row were kept; *slot is where they are, or would be. */
bool pvs_cell_memo_find(pvs_cell_memo *memo, const pvs_row_cells *cells, uint32_t *slot);
/* The texts of the row that was looked for last. */
void pvs_cell_memo_keep(pvs_cell_memo *memo, uint32_t slot);

#endif
