#include "measure/store.h"

#include "base/fail.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COLUMN(cell, name, unit, meaning)                                                          \
  {#name, unit, meaning, HX_CELL_##cell, offsetof(ROW, name)},

#define ROW hx_run_row
static const hx_store_column run_columns[] = {HX_RUN_COLUMNS(COLUMN)};
#undef ROW
#define ROW hx_sweep_row
static const hx_store_column sweep_columns[] = {HX_SWEEP_COLUMNS(COLUMN)};
#undef ROW
#define ROW hx_recommendation_row
static const hx_store_column recommendation_columns[] = {HX_RECOMMENDATION_COLUMNS(COLUMN)};
#undef ROW
#define ROW hx_verdict_row
static const hx_store_column verdict_columns[] = {HX_VERDICT_COLUMNS(COLUMN)};
#undef ROW
#define ROW hx_environment_row
static const hx_store_column environment_columns[] = {HX_ENVIRONMENT_COLUMNS(COLUMN)};
#undef ROW

#define SCHEMA(file, version, columns, row)                                                        \
  { file, version, columns, sizeof columns / sizeof *columns, sizeof(row) }

const hx_store_schema hx_runs_schema = SCHEMA("runs.csv", 1, run_columns, hx_run_row);
const hx_store_schema hx_sweeps_schema = SCHEMA("sweeps.csv", 1, sweep_columns, hx_sweep_row);
const hx_store_schema hx_recommendations_schema =
    SCHEMA("recommendations.csv", 1, recommendation_columns, hx_recommendation_row);
const hx_store_schema hx_verdicts_schema =
    SCHEMA("verdicts.csv", 1, verdict_columns, hx_verdict_row);
const hx_store_schema hx_environments_schema =
    SCHEMA("machine.csv", 1, environment_columns, hx_environment_row);

bool hx_store_folder(const char *results, const char *machine, bool create, char *folder,
                     size_t cap, pvs_error *error) {
  if ((size_t)snprintf(folder, cap, "%s/%s", results, machine) >= cap)
    return hx_fail(error, PVS_IO, "the results folder's path is too long: %s", results);
  return !create || hx_files_make_folder(folder, NULL) ||
         hx_fail(error, PVS_IO, "the results folder %s cannot be made: %s", folder,
                 strerror(errno));
}
