/* What a row of the study file says, section by section: who pays what, batteries, PV, costs, and
 * the rest. What each section makes depends on a few columns, whose texts come again in other rows:
 * then it is copied from there. */
#ifndef PVS_INPUT_ROW_SECTIONS_H
#define PVS_INPUT_ROW_SECTIONS_H

#include "input/row.h"
#include "input/row_cells.h"

enum { PVS_ROW_SECTIONS = 5 };

typedef struct pvs_row_sections {
  pvs_row_cells cells;
  pvs_cell_memo memo; /* of each section's columns */
  pvs_scenario *made; /* by slot */
} pvs_row_sections;

/* For `rows` rows of one builder, whose columns are known. remembers: else every section of every row
 * is made anew. On failure it must be freed as well. */
pvs_code pvs_row_sections_init(pvs_row_sections *sections, const pvs_builder *builder,
                               uint32_t rows, bool remembers, pvs_error *error);
void pvs_row_sections_deinit(pvs_row_sections *sections);
/* Sets all of the scenario but its id, folder and arrangement. */
pvs_code pvs_row_sections_build(pvs_row_sections *sections, const pvs_row *row,
                                pvs_scenario *scenario, pvs_error *error);
/* The same for a scenario made of a row that differs in these columns only, and drew no warning. */
pvs_code pvs_row_sections_vary(const pvs_row_sections *sections, const pvs_row *row, uint32_t n,
                               const uint32_t *columns, pvs_scenario *scenario, pvs_error *error);

#endif
