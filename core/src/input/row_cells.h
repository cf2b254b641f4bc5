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

typedef struct pvs_row_cells {
  pvs_known_cell *known; /* NULL: no text is known */
  uint32_t n_columns, last;
  uint32_t *numbers; /* by column: of the text in the row; 0: too long, or nothing is known */
  uint32_t *fresh;   /* the columns whose text is not empty and not known from rows before */
  uint32_t n_fresh;
} pvs_row_cells;

/* remembers: else all cells that are not empty are fresh, and no memo finds anything. False: out of
 * memory; must be freed all the same. */
bool pvs_row_cells_init(pvs_row_cells *cells, uint32_t n_columns, bool remembers);
void pvs_row_cells_deinit(pvs_row_cells *cells);
/* Takes the next row: sets numbers, fresh and n_fresh. Equal numbers in a column are equal texts. */
void pvs_row_cells_take(pvs_row_cells *cells, const pvs_field *fields);

/* Which texts of some columns were seen together. */
enum { PVS_CELL_MEMO_MOST_SLOTS = 1024 };
typedef struct pvs_cell_memo {
  uint32_t n_slots;
  uint32_t *columns, n_columns;
  uint32_t *keys; /* n_columns for each slot; 0: free */
} pvs_cell_memo;

/* Slots enough for so many rows, but no more: each page of a memo that is touched costs a page
 * fault. */
uint32_t pvs_cell_memo_slots(uint32_t rows);
/* Of at most most_columns columns, which the caller adds to `columns`. False: out of memory. */
bool pvs_cell_memo_init(pvs_cell_memo *memo, uint32_t most_columns, uint32_t n_slots);
void pvs_cell_memo_deinit(pvs_cell_memo *memo);
/* Whether the texts of the row were kept; *slot is where they are, or would be. */
bool pvs_cell_memo_find(const pvs_cell_memo *memo, const pvs_row_cells *cells, uint32_t *slot);
void pvs_cell_memo_keep(pvs_cell_memo *memo, const pvs_row_cells *cells, uint32_t slot);

#endif
