#include "measure/store.h"

#include "base/fail.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COLUMN(cell, name, unit, meaning)                                                          \
  {#name, unit, meaning, HX_CELL_##cell, offsetof(ROW, name)},

#define COLUMNS(LIST) ((const hx_store_column[]){LIST(COLUMN)})
#define SCHEMA(file, version, LIST)                                                                \
  { file, version, COLUMNS(LIST), sizeof COLUMNS(LIST) / sizeof(hx_store_column), sizeof(ROW) }

#define ROW hx_run_row
const hx_store_schema hx_runs_schema = SCHEMA("runs.csv", 1, HX_RUN_COLUMNS);
#undef ROW
#define ROW hx_sweep_row
const hx_store_schema hx_sweeps_schema = SCHEMA("sweeps.csv", 1, HX_SWEEP_COLUMNS);
#undef ROW
#define ROW hx_standing_row
const hx_store_schema hx_standings_schema = SCHEMA("standings.csv", 1, HX_STANDING_COLUMNS);
#undef ROW
#define ROW hx_recommendation_row
const hx_store_schema hx_recommendations_schema =
    SCHEMA("recommendations.csv", 1, HX_RECOMMENDATION_COLUMNS);
#undef ROW
#define ROW hx_verdict_row
const hx_store_schema hx_verdicts_schema = SCHEMA("verdicts.csv", 1, HX_VERDICT_COLUMNS);
#undef ROW
#define ROW hx_environment_row
const hx_store_schema hx_environments_schema = SCHEMA("machine.csv", 1, HX_ENVIRONMENT_COLUMNS);
#undef ROW

bool hx_store_folder(const char *results, const char *machine, bool create, char *folder,
                     size_t cap, pvs_error *error) {
  if ((size_t)snprintf(folder, cap, "%s/%s", results, machine) >= cap)
    return hx_fail_errno(error, ENAMETOOLONG, results, "this results folder cannot be used");
  return !create || hx_files_make_folder(folder, NULL) ||
         hx_fail_errno(error, errno, folder, "the results folder cannot be made");
}
