/* The columns of study_<study>.csv: which there are, and where. */
#ifndef PVS_INPUT_STUDY_COLUMNS_H
#define PVS_INPUT_STUDY_COLUMNS_H

#include "input/builder.h"

/* A PV system that a column `<owner>_kWp` gives a size. */
typedef struct pvs_system {
  uint32_t owner; /* resident, or n_residents for central, or PVS_NONE for anybody else */
  uint32_t pad;
  double kwp;
} pvs_system;

/* X(member, header, required) */
#define FIXED_COLUMNS(X)                                                                           \
  X(scenario, "scenario", true)                                                                    \
  X(load_folder, "load_folder", true)                                                              \
  X(arrangement, "arrangement", true)                                                              \
  X(cp, "cp", true)                                                                                \
  X(parent, "parent", true)                                                                        \
  X(network_tariff, "network_tariff", true)                                                        \
  X(a_term, "a_term", true)                                                                        \
  X(a_rate, "a_rate", true)                                                                        \
  X(all_residents, "all_residents", false)                                                         \
  X(pv_filename, "pv_filename", false)                                                             \
  X(pv_scaleable, "pv_scaleable", false)                                                           \
  X(pv_kw_peak, "pv_kW_peak", false)                                                               \
  X(pv_cap_id, "pv_cap_id", false)                                                                 \
  X(pv_capex_scaleable, "pv_capex_scaleable", false)                                               \
  X(en_capex_id, "en_capex_id", false)                                                             \
  X(battery_capex_per_kwh, "battery_capex_per_kWh", false)                                         \
  X(output_types, "output_types", false)                                                           \
  X(dst, "dst", false)

/* `<owner>_battery_id`, `_strategy`, `_capacity_kWh`; -1: none. */
typedef struct battery_columns {
  int32_t id, strategy, capacity;
} battery_columns;

typedef struct folder_columns {
  bool ready;
  int32_t *tariff; /* by resident */
  battery_columns *battery;
  uint32_t *with_battery, n_with_battery; /* residents who have such a column */
} folder_columns;

struct pvs_study_columns {
#define MEMBER(member, header, required) int32_t member;
  FIXED_COLUMNS(MEMBER)
#undef MEMBER
  uint32_t n;
  long header_row;
  const char **names;
  bool *has_value; /* by column: some row has a value there */
  bool *has_other; /* some row has a value there that is not the id of a tariff */
  battery_columns central, all;
  folder_columns *folders;
  uint32_t n_kwp;
  int32_t *kwp; /* columns `<owner>_kWp` */
  const char **kwp_owners;
  uint32_t *scratch_ids; /* max_residents + 2 */
  pvs_system *scratch_systems;
};

/* The names of FIXED_COLUMNS, NULL at their end. */
const char *const *pvs_study_fixed_columns(void);
bool pvs_study_column_is_fixed(const char *name);
/* A cell of the study file, for errors. */
pvs_where pvs_study_at(const pvs_builder *builder, long row, int32_t column);
static inline const char *pvs_study_cell(const pvs_field *fields, int32_t column) {
  return column < 0 ? "" : fields[column].text;
}
/* -1: no such column. A header given twice is an error when it is looked up. */
pvs_code pvs_study_column(pvs_builder *builder, const char *name, int32_t *column,
                          pvs_error *error);
pvs_code pvs_battery_columns_find(pvs_builder *builder, const char *owner, battery_columns *columns,
                                  pvs_error *error);
/* The PV file that a cell of pv_filename names, below pv_profiles: with '/' between folders, and with
 * .csv. A name that is longer is cut, and then not found. */
enum { PVS_PV_NAME = 1024 };
void pvs_pv_file_name(const char *cell, char name[PVS_PV_NAME]);

/* Takes the header row. Required columns that are missing are an error. */
pvs_code pvs_study_columns_read(pvs_builder *builder, long row, const pvs_field *fields, uint32_t n,
                                pvs_error *error);

#endif
