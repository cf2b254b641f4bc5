#include "input/row_sections.h"
#include "input/row_batteries.h"
#include "input/row_costing.h"
#include "input/row_payers.h"
#include "input/row_pv.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the rest ---- */

/* As the reference finds them, anywhere in the cell; whatever else is in it asks for nothing. */
static pvs_code read_logs(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  static const struct {
    const char *word;
    uint8_t log;
  } known[] = {{"log_timeseries_detailed", PVS_LOG_DETAILED},
               {"log_timeseries_brief", PVS_LOG_BRIEF}};
  int32_t column = row->builder->columns->output_types;
  const char *logs = pvs_row_text(row, column);
  bool is_known = true;
  for (const char *at = logs; *at && is_known;) {
    size_t length = strcspn(at, " ,;|+&[]()'\"\t");
    is_known = length == 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      is_known |= strlen(known[i].word) == length && strncmp(at, known[i].word, length) == 0;
    at += length + (at[length] != 0);
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strstr(logs, known[i].word))
      scenario->logs |= known[i].log;
  if (is_known)
    return PVS_OK;
  return pvs_row_warn(
      row, column, error,
      "found '%.80s', %s; known are log_timeseries_detailed and "
      "log_timeseries_brief",
      logs, scenario->logs ? "of which a part asks for nothing" : "which asks for nothing");
}

static pvs_code warn_other_region(const pvs_row *row, pvs_error *error) {
  const char *region = pvs_row_text(row, row->builder->columns->dst),
             *used = row->builder->study->region;
  if (!*region || strcasecmp(region, used) == 0)
    return PVS_OK;
  return pvs_row_warn(row, row->builder->columns->dst, error,
                      "found '%.80s', which is not used: %s, '%.80s'", region,
                      row->builder->is_region_given
                          ? "the region was given with the run"
                          : "all scenarios of a study have the daylight saving of its first dst",
                      used);
}

static pvs_code build_rest(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_code code = read_logs(row, scenario, error);
  return code ? code : warn_other_region(row, error);
}

/* ---- sections ---- */

static void copy_payers(pvs_scenario *to, const pvs_scenario *from) {
  to->payers = from->payers;
}

static void copy_batteries(pvs_scenario *to, const pvs_scenario *from) {
  to->batteries = from->batteries;
  to->empty_central = from->empty_central;
}

static void copy_pv(pvs_scenario *to, const pvs_scenario *from) {
  to->pv = from->pv;
  to->pv_scale = from->pv_scale;
}

static void copy_costing(pvs_scenario *to, const pvs_scenario *from) {
  to->costing = from->costing;
}

static void copy_rest(pvs_scenario *to, const pvs_scenario *from) {
  to->logs = from->logs;
}

enum { PAYERS = 1, BATTERIES = 2, PV = 4, COSTING = 8, REST = 16 };

/* In the order in which they are built; bit i of what a column is for is the i-th. */
static const struct {
  pvs_code (*build)(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);
  void (*copy)(pvs_scenario *to, const pvs_scenario *from);
} known_sections[PVS_ROW_SECTIONS] = {{pvs_row_payers, copy_payers},
                                      {pvs_row_batteries, copy_batteries},
                                      {pvs_row_pv, copy_pv},
                                      {pvs_row_costing, copy_costing},
                                      {build_rest, copy_rest}};

/* ---- which columns matter to which section ---- */

static unsigned of_fixed_columns(const struct pvs_study_columns *c, int32_t column) {
  const struct {
    int32_t column;
    unsigned sections;
  } known[] = {
      {c->load_folder, PAYERS | BATTERIES | PV | COSTING},
      {c->arrangement, PAYERS | BATTERIES | PV | COSTING},
      {c->cp, PAYERS},
      {c->all_residents, PAYERS},
      {c->parent, PAYERS},
      {c->network_tariff, PAYERS},
      {c->pv_filename, PAYERS | PV | COSTING},
      {c->pv_scaleable, PV | COSTING},
      {c->pv_kw_peak, PV | COSTING},
      {c->pv_capex_scaleable, PV | COSTING},
      {c->pv_cap_id, COSTING},
      {c->en_capex_id, COSTING},
      {c->a_term, COSTING},
      {c->a_rate, COSTING},
      {c->battery_capex_per_kwh, BATTERIES | COSTING},
      {c->output_types, REST},
      {c->dst, REST},
  };
  unsigned sections = 0;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].column == column)
      sections |= known[i].sections;
  for (uint32_t i = 0; i < c->n_kwp; i++)
    if (c->kwp[i] == column)
      sections |= COSTING;
  return sections;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), n = strlen(end);
  return length >= n && strcmp(text + length - n, end) == 0;
}

static bool is_resident(const pvs_study *study, const char *name) {
  for (uint32_t i = 0; i < study->n_folders; i++)
    if (pvs_folder_owner(&study->folders[i], name) < study->folders[i].n_residents)
      return true;
  return false;
}

static unsigned sections_of(const pvs_builder *builder, uint32_t column) {
  const struct pvs_study_columns *c = builder->columns;
  const char *name = c->names[column];
  unsigned sections = of_fixed_columns(c, (int32_t)column);
  if (c->all_residents < 0 && is_resident(builder->study, name))
    sections |= PAYERS;
  if (ends_with(name, "_battery_id"))
    sections |= BATTERIES | COSTING;
  if (ends_with(name, "_battery_strategy") || ends_with(name, "_battery_capacity_kWh"))
    sections |= BATTERIES;
  return sections;
}

pvs_code pvs_row_sections_init(pvs_row_sections *sections, const pvs_builder *builder,
                               uint32_t rows, bool remembers, pvs_error *error) {
  const uint32_t n = builder->columns->n, n_slots = pvs_cell_memo_slots(rows);
  *sections = (pvs_row_sections){0};
  sections->made = calloc((size_t)PVS_ROW_SECTIONS * n_slots, sizeof *sections->made);
  const bool has_room = pvs_row_cells_init(&sections->cells, n, remembers) &&
                        pvs_cell_memo_init(&sections->memo, n, PVS_ROW_SECTIONS, n_slots) &&
                        sections->made;
  for (uint32_t column = 0; column < n && has_room; column++)
    sections->memo.sets[column] = (uint8_t)sections_of(builder, column);
  return has_room ? PVS_OK : pvs_fail_memory(error);
}

void pvs_row_sections_deinit(pvs_row_sections *sections) {
  pvs_row_cells_deinit(&sections->cells);
  pvs_cell_memo_deinit(&sections->memo);
  free(sections->made);
  sections->made = NULL;
}

pvs_code pvs_row_sections_build(pvs_row_sections *sections, const pvs_row *row,
                                pvs_scenario *scenario, pvs_error *error) {
  const pvs_notes *notes = &row->builder->notes;
  pvs_cell_memo *memo = &sections->memo;
  pvs_row_cells_take(&sections->cells, row->fields);
  pvs_cell_memo_take(memo, &sections->cells);
  for (uint32_t s = 0; s < PVS_ROW_SECTIONS; s++) {
    uint32_t slot;
    if (pvs_cell_memo_find(memo, s, &slot)) {
      known_sections[s].copy(scenario, &sections->made[slot]);
      continue;
    }
    const uint64_t calls = notes->calls;
    pvs_code code = known_sections[s].build(row, scenario, error);
    if (code)
      return code;
    /* What draws a warning does so in every row. */
    if (notes->calls != calls)
      continue;
    sections->made[slot] = *scenario;
    pvs_cell_memo_keep(memo, s, slot);
  }
  return PVS_OK;
}

pvs_code pvs_row_sections_vary(const pvs_row_sections *sections, const pvs_row *row, uint32_t n,
                               const uint32_t *columns, pvs_scenario *scenario, pvs_error *error) {
  unsigned changed = 0;
  for (uint32_t i = 0; i < n; i++)
    changed |= sections->memo.sets[columns[i]];
  pvs_code code = PVS_OK;
  for (uint32_t s = 0; s < PVS_ROW_SECTIONS && !code; s++)
    if (changed >> s & 1)
      code = known_sections[s].build(row, scenario, error);
  return code;
}
