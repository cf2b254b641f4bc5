/* A study while it is read: its tables as text, the profiles' files, the ids seen so far and growing
 * lists. Private to input/; released when the study is sealed or closed. */
#ifndef PVS_INPUT_BUILDER_H
#define PVS_INPUT_BUILDER_H

#include "base/csv.h"
#include "base/intern.h"
#include "base/list.h"
#include "base/notes.h"
#include "study/study.h"

typedef struct pvs_study_part pvs_study_part;

typedef struct pvs_builder {
  pvs_study *study;
  pvs_arena *arena; /* the study's */
  const pvs_source *source;
  const char *base;
  bool is_region_given;         /* by the options, not by the study */
  const pvs_parallel *parallel; /* NULL: all in the calling thread */

  pvs_notes notes;

  pvs_table tariff_table, battery_table, strategy_table, en_table, pv_table, dst_table;
  pvs_table charge_table, holiday_table; /* without columns where there is no such file */
  const char *study_path;
  pvs_bytes study_bytes;
  bool study_bytes_held;
  pvs_study_part *parts;    /* of the study file (study_parts.h) */
  uint32_t n_parts, n_rows; /* rows that are scenarios */
  bool is_plain;            /* it need not be read through libcsv, as far as was seen */
  bool is_one_pass;         /* what was found in a row depends on rows of other parts */
  struct pvs_study_columns *columns;
  bool *tariff_used;         /* by row of tariff_table: named anywhere in the study file */
  uint32_t *tariff_repeated; /* by row: a later row with the same id; 0: none */

  /* Of the tariffs that the study names: those of tariff_table's row r from first_charge[r] on, up to
   * first_charge[r + 1]. */
  pvs_charge *charges;
  uint32_t *first_charge;

  pvs_owner_map *owner_maps; /* those of the study, or to become them */

  bool *en_seen, *pv_seen; /* rows of the tables of costs that were looked at: see capex_table.c */
  double *pv_peaks_kw;     /* by PV file: the greatest power of all its columns together */
  double **pv_columns_kw;  /* by PV file: of each column */

  struct pvs_profile_file *files; /* of loads, then PVs */
  uint32_t n_read_tasks;

  PVS_LIST(long) folder_rows, pv_rows; /* by number of the name: the row that names it first */
  pvs_intern battery_ids;              /* those of battery_terms */
  PVS_LIST(pvs_battery_terms) battery_terms;
  pvs_intern folder_names, pv_names, tariff_ids, strategy_ids, installed_keys, payer_keys,
      battery_keys, costing_keys, register_names;
  PVS_LIST(pvs_strategy) strategies;
  PVS_LIST(pvs_installed_battery) installed;
  PVS_LIST(pvs_battery_set) battery_sets;
  PVS_LIST(uint32_t) central_sets; /* by installed battery: the set of it alone, the building's */
  PVS_LIST(uint32_t) owner_sets;   /* by number of battery_keys: the set */
  PVS_LIST(pvs_costing) costings;
  PVS_LIST(pvs_scenario) scenarios;
} pvs_builder;

/* A builder with its empty study; NULL: out of memory. */
pvs_builder *pvs_builder_create(const pvs_study_options *options, bool collects_errors);
/* Starts and frees what grows with the rows of the study file: ids of strategies, batteries, payers
 * and costings, and the lists. */
void pvs_builder_start_lists(pvs_builder *builder);
void pvs_builder_free_lists(pvs_builder *builder);
/* Gives the lists to the study and frees the builder. */
pvs_code pvs_builder_hand_over(pvs_builder *builder, pvs_error *error);
/* Frees what the builder owns, lists that were not handed over included; NULL is fine. */
void pvs_builder_destroy(pvs_builder *builder);

/* printf into the arena, of any length: opening a path that is too long says so. NULL when out of
 * memory. */
char *pvs_builder_path(pvs_builder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
