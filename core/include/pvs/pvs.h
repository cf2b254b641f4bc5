/* libpvs: apartment buildings with PV, batteries and tariffs, simulated for many scenarios.
 *
 * The life of a study:
 *
 *   pvs_study_open       reads and validates everything; the study is immutable from then on and
 *                        shared by all workers
 *   pvs_plan_create      decides which scenarios share energy flows: groups, units of work, and
 *                        where results lie
 *   pvs_output_create    makes the folder and the header rows of its tables
 *   pvs_units_run        computes energy flows, each for one group over one load file (by any
 *                        worker, in any order inside the window)
 *   pvs_scenario_finish  turns one scenario's money and metrics into text and writes its own file
 *                        (by any worker)
 *   pvs_output_emit      appends the scenario's rows to the study's tables (in scenario order, by
 *                        one caller); or, where workers write the rows themselves:
 *   pvs_output_write_rows  writes rows at their place (by any worker, in any order)
 *   pvs_output_count       counts them into the digest (in scenario order, by one caller)
 *   pvs_output_close     closes, and returns the digest of all outputs
 *
 * The library starts no thread, prints nothing, never exits and has no mutable global. The same
 * study gives the same bytes whatever the order and the number of workers. Everything that may fail
 * returns a pvs_code and fills a pvs_error.
 */
#ifndef PVS_PVS_H
#define PVS_PVS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pvs/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVS_VERSION_MAJOR 0
#define PVS_VERSION_MINOR 1
#define PVS_VERSION_PATCH 0
/* To compare: 0.1.0 is 100, 1.2.3 is 10203. */
#define PVS_VERSION_NUMBER (PVS_VERSION_MAJOR * 10000 + PVS_VERSION_MINOR * 100 + PVS_VERSION_PATCH)
/* "0.1.0" */
#define PVS_VERSION        PVS_JOIN(PVS_VERSION_MAJOR, PVS_VERSION_MINOR, PVS_VERSION_PATCH)
#define PVS_JOIN(a, b, c)  PVS_JOIN_(a, b, c)
#define PVS_JOIN_(a, b, c) #a "." #b "." #c

/* The version of the library that is linked, as PVS_VERSION and PVS_VERSION_NUMBER give that of
 * this header. Static text. */
PVS_API const char *pvs_version(void);
PVS_API long pvs_version_number(void);

/* ---- where inputs come from ---- */

/* The bytes of one input. `handle` belongs to the source. */
typedef struct pvs_bytes {
  const char *data;
  size_t size;
  void *handle;
} pvs_bytes;

/* Its functions may be called by several threads at the same time. Paths start with `base` of
 * pvs_study_options and have '/' between their parts. */
typedef struct pvs_source {
  /* Calls each(each_ctx, name) for every regular file directly in `path`, in any order, hidden ones
   * included. PVS_NOT_FOUND when there is no such folder. Stops early and returns what `each`
   * returned when that is not PVS_OK. */
  pvs_code (*list)(void *ctx, const char *path, pvs_code (*each)(void *each_ctx, const char *name),
                   void *each_ctx, pvs_error *error);
  /* The whole file; data stays valid until release. The error names the file. */
  pvs_code (*read)(void *ctx, const char *path, pvs_bytes *out, pvs_error *error);
  void (*release)(void *ctx, pvs_bytes *bytes);
  void *ctx;
} pvs_source;

/* Files of this machine, memory-mapped. Static, never freed. */
PVS_API const pvs_source *pvs_source_files(void);

/* ---- study ---- */

typedef struct pvs_study pvs_study;

/* Threads that the caller lends. */
typedef struct pvs_parallel {
  /* Calls task(task_ctx, i) once for every i < n, in any order and possibly several at the same
   * time, and returns when all calls have returned. */
  void (*run)(void *ctx, size_t n, void (*task)(void *task_ctx, size_t i), void *task_ctx);
  void *ctx;
  unsigned workers;   /* how many calls are best made at the same time */
  size_t least_bytes; /* of a study file that are worth a task; 0: a megabyte */
} pvs_parallel;

typedef struct pvs_study_options {
  const char *base; /* folder that holds load_profiles, pv_profiles, reference, studies */
  const char *project;
  const char *study;
  const char *region; /* daylight-saving region; NULL: the study's first `dst` cell, else "nsw" */
  const pvs_source *source;     /* NULL: files */
  const pvs_parallel *parallel; /* lends threads for reading; NULL: only the calling thread reads.
                                 * Used until pvs_study_open returns */
} pvs_study_options;

typedef struct pvs_study_info {
  const char *name, *project, *region; /* live as long as the study */
  uint32_t scenarios;
  uint32_t steps; /* of every series */
  uint32_t interval_s;
  uint32_t num_days; /* whole days: floor(steps x interval / 86400) */
  uint32_t load_files, pv_files;
  uint32_t tariffs;       /* that the study names */
  uint32_t max_residents; /* customers of the largest load folder, cp included */
  uint64_t input_bytes;   /* of all files read */
  uint64_t input_doubles; /* values in load and PV series */
  uint64_t input_digest;  /* XXH3 over all inputs, in a fixed order */
  bool has_yearly_costs;  /* repayments or operating costs, which are those of a year */
} pvs_study_info;

/* Reads and validates the whole study: tables, scenarios and all profiles. On failure *study is
 * NULL, everything is released, and the error names the place of the first mistake, which is the
 * same for any number of threads. The options are copied; the source must outlive the study. Once
 * opened, a study never changes: any number of threads may use it. */
PVS_API pvs_code pvs_study_open(const pvs_study_options *options, pvs_study **study,
                                pvs_error *error);
PVS_API void pvs_study_close(pvs_study *study); /* NULL is fine */

/* Fills *info. */
PVS_API void pvs_study_describe(const pvs_study *study, pvs_study_info *info);
/* The scenario's own number in the study file; scenarios are counted from 0 in file order. */
PVS_API long pvs_study_scenario_id(const pvs_study *study, uint32_t scenario);
/* The scenario's name in outputs, "<study>_001" for number 1. Returns buffer. */
PVS_API const char *pvs_study_label(const pvs_study *study, uint32_t scenario, char *buffer,
                                    size_t size);
/* Warnings found when the study was opened: "FILE: row R, column C: what was found, what it does".
 * No full stop; the texts live as long as the study. */
PVS_API size_t pvs_study_warnings(const pvs_study *study);
PVS_API const char *pvs_study_warning(const pvs_study *study, size_t index);

/* Reports everything that is wrong or suspicious in a study, without running it: reading continues
 * after an error as far as it can. `found` is called for each error and warning in the order in
 * which they were found, with a text that lives during the call. Returns PVS_OK if the inputs could
 * be checked, whatever was found, and PVS_NO_MEMORY otherwise. */
PVS_API pvs_code pvs_study_check(const pvs_study_options *options,
                                 void (*found)(void *ctx, bool is_error, const char *text),
                                 void *ctx, pvs_error *error);

/* ---- plan ---- */

typedef struct pvs_plan pvs_plan;

/* What kind of work a study is, for choosing a recommendation. */
typedef enum pvs_workload_class {
  PVS_CLASS_STATIC,
  PVS_CLASS_BATTERIES,
  PVS_CLASS_MIXED
} pvs_workload_class;

typedef struct pvs_plan_options {
  bool no_share;    /* every scenario computes its own flows and bills; same outputs */
  uint32_t window;  /* how many scenarios may be in flight at once; 0: 256. Bounds memory */
  const char *simd; /* "portable", "avx2" or "avx512"; NULL: the widest here. Same outputs */
  /* Only scenarios first_scenario … first_scenario + scenarios - 1, as a part of the study; the
   * tables and their columns are those of the whole study. scenarios 0: all of them. */
  uint32_t first_scenario, scenarios;
  /* How many consecutive scenarios are a block, for processes that share no memory and compute whole
   * blocks, each process in ascending order; 0: no blocks. The first block starts at first_scenario,
   * and `window` is not used. A group that lies within one block is computed with it. Results of the
   * others, the shared groups, lie in the first shared_bytes of the results memory, so that they can
   * be computed anywhere and handed out before the first block begins. */
  uint32_t block;
} pvs_plan_options;

/* shared_bytes is a multiple of this: several workers can map these bytes in common, and what lies
 * behind them each for itself. */
enum { PVS_SHARED_UNIT = 65536 };

/* Scenarios with equal energy flows form a group. A group has one unit of work for each load file
 * of its folder; its units are numbered one after the other, groups in order of their first
 * scenario. */
typedef struct pvs_plan_info {
  uint32_t scenarios, groups, units;
  uint32_t units_at_once; /* how many consecutive units are best run by one call of pvs_units_run */
  uint32_t window;
  uint32_t first_scenario; /* of the plan's; all of its scenarios are counted from 0 in the study */
  uint32_t shared_groups;  /* with blocks: groups that more than one block needs */
  size_t shared_bytes;     /* of their results */
  uint64_t flows;          /* energy flows that a whole run computes: (group, load file) */
  uint64_t bills;          /* (flow, payer, tariff) that a whole run computes */
  uint64_t customer_steps; /* flows x residents x steps */
  uint64_t battery_steps;  /* dispatches x steps */
  size_t results_bytes;    /* of the caller's results memory */
  size_t workspace_bytes;  /* of one workspace */
  size_t rows_bytes; /* of one scenario's rows buffer: sizeof(pvs_rows) and the largest text */
  pvs_workload_class workload_class;
} pvs_plan_info;

/* On failure *plan is NULL: PVS_UNSUPPORTED when this processor has no such SIMD level,
 * PVS_BAD_VALUE when the study has no such scenarios, otherwise PVS_NO_MEMORY. The study must
 * outlive the plan. Plans never change: any number of threads may use one. */
PVS_API pvs_code pvs_plan_create(const pvs_study *study, const pvs_plan_options *options,
                                 pvs_plan **plan, pvs_error *error);
PVS_API void pvs_plan_destroy(pvs_plan *plan); /* NULL is fine */
PVS_API void pvs_plan_describe(const pvs_plan *plan, pvs_plan_info *info);

/* Which group a scenario or a unit belongs to, and which units a group has. Scenarios, groups and
 * units are counted from 0. */
PVS_API uint32_t pvs_plan_scenario_group(const pvs_plan *plan, uint32_t scenario);
PVS_API void pvs_plan_group_units(const pvs_plan *plan, uint32_t group, uint32_t *first_unit,
                                  uint32_t *n_units);
PVS_API uint32_t pvs_plan_unit_group(const pvs_plan *plan, uint32_t unit);
/* The group's first scenario, which says when its units may run: once that scenario's number is
 * less than emitted + window, where `emitted` counts the scenarios from 0 on that have all been
 * emitted. Before that, the group's place in the results memory may still be in use. */
PVS_API uint32_t pvs_plan_group_first_scenario(const pvs_plan *plan, uint32_t group);
/* With blocks: whether scenarios of more than one block belong to the group. */
PVS_API bool pvs_plan_group_is_shared(const pvs_plan *plan, uint32_t group);

/* ---- output ---- */

typedef struct pvs_output pvs_output;

typedef struct pvs_output_options {
  /* An existing, empty folder; NULL: nothing is written, only digests are made. */
  const char *folder;
  bool no_scenario_files; /* leave out scenarios/<label>.csv */
  /* The folder, its sub-folders and its tables with their header rows have been made by
   * pvs_output_create in another process, of the same plan and options: they are opened. */
  bool join;
} pvs_output_options;

/* Makes the sub-folders and the tables' header rows. Worker processes may be forked after this,
 * since they inherit its descriptors; others join. Any worker may use an output in pvs_units_run,
 * pvs_scenario_finish, pvs_output_write_rows and pvs_output_write_tariffs; everything else is for
 * the process and thread that created it. The plan must outlive it. On failure *output is NULL, and
 * what was made of the folder stays. */
PVS_API pvs_code pvs_output_create(const pvs_plan *plan, const pvs_output_options *options,
                                   pvs_output **output, pvs_error *error);

/* ---- work ---- */

typedef struct pvs_workspace pvs_workspace;

/* A worker's scratch memory, used by one thread at a time; the plan must outlive it. The worker
 * should create it after it was bound to its CPUs, so that the memory is near them (first touch).
 * On failure, which only a lack of memory causes, *workspace is NULL. */
PVS_API pvs_code pvs_workspace_create(const pvs_plan *plan, pvs_workspace **workspace,
                                      pvs_error *error);
PVS_API void pvs_workspace_destroy(pvs_workspace *workspace); /* NULL is fine */

/* What this workspace has computed, and the nanoseconds of CLOCK_MONOTONIC that this took. To be
 * called by the thread that uses the workspace, or after that thread has ended. */
typedef struct pvs_work_stats {
  uint64_t flow_ns, bill_ns, finish_ns, write_ns;
  uint64_t flows_computed, bills_computed, scenarios_finished;
  uint64_t customer_steps, battery_steps, numbers_written, bytes_written, files_written;
} pvs_work_stats;
PVS_API void pvs_workspace_stats(const pvs_workspace *workspace, pvs_work_stats *stats);

/* Computes units first … first + *count - 1 into `results` and writes their time series files.
 * `results` is memory of the caller's: results_bytes, aligned to 64 bytes, zeroed once; it may be
 * shared memory. Neighbouring units are computed together where that is faster, with the same bits.
 * Allocates nothing and takes no lock. Fails only when writing fails: *count is then the number of
 * units before the one that failed. */
PVS_API pvs_code pvs_units_run(const pvs_plan *plan, uint32_t first, uint32_t *count,
                               pvs_workspace *workspace, void *results, pvs_output *output,
                               pvs_error *error);
/* The same for one unit. */
PVS_API pvs_code pvs_unit_run(const pvs_plan *plan, uint32_t unit, pvs_workspace *workspace,
                              void *results, pvs_output *output, pvs_error *error);

/* One scenario's rows for the study's tables: plain data followed by the text, rows_bytes in all.
 * The caller allocates it; it may be shared memory. */
typedef struct pvs_rows {
  uint32_t scenario;
  uint32_t results_length, std_dev_length, customers_length; /* bytes in text, in this order */
  uint32_t warning_length; /* after them: a warning that money does not add up; 0: none */
  uint32_t reserved;
  uint64_t digest;  /* of everything written for this scenario */
#ifndef __cplusplus /* which has no such members: there the text lies at rows + 1 */
  char text[];
#endif
} pvs_rows;

/* Computes a scenario's money and metrics, writes scenarios/<label>.csv and fills rows. All units
 * of the scenario's group must have run. Allocates nothing and takes no lock. Fails only when
 * writing fails. */
PVS_API pvs_code pvs_scenario_finish(const pvs_plan *plan, uint32_t scenario,
                                     pvs_workspace *workspace, const void *results,
                                     pvs_output *output, pvs_rows *rows, pvs_error *error);

/* Writes the tariffs that the study names to saved_tariffs/, one file per part. The parts are 0 …
 * pvs_output_tariff_parts() - 1; any worker may write each, once, in any order. *digest is for
 * pvs_output_close. Fails only when writing fails. */
PVS_API uint32_t pvs_output_tariff_parts(const pvs_output *output);
PVS_API pvs_code pvs_output_write_tariffs(pvs_output *output, uint32_t part,
                                          pvs_workspace *workspace, uint64_t *digest,
                                          pvs_error *error);

/* The study's tables that have a row for each scenario: <study>_results.csv,
 * <study>_results_std_dev.csv, <study>_customer_results.csv. */
enum { PVS_TABLE_RESULTS, PVS_TABLE_STD_DEV, PVS_TABLE_CUSTOMERS, PVS_TABLES };

/* Bytes by table: a size, or a place counted from the start of the file. */
typedef struct pvs_extent {
  uint64_t bytes[PVS_TABLES];
} pvs_extent;

/* The table's file below the folder, which lives as long as the output; NULL: this study has no such
 * table, and rows have no bytes for it. */
PVS_API const char *pvs_output_table(const pvs_output *output, int table);
/* Where the rows of the first scenario go: behind the header rows. Those of every other scenario go
 * behind the rows of the one before. */
PVS_API void pvs_output_first_rows(const pvs_output *output, pvs_extent *at);
/* Adds the bytes of these rows to a size or a place. */
PVS_API void pvs_rows_add(const pvs_rows *rows, pvs_extent *to);
/* The text of these rows for one table, *length bytes; not NUL-terminated. */
PVS_API const char *pvs_rows_text(const pvs_rows *rows, int table, size_t *length);

/* Writes the rows of `count` consecutive scenarios, the first one's at `at`. By any worker, in any
 * order, several at the same time; allocates nothing and takes no lock. A failure may leave some of
 * the rows written. Without a folder it does nothing. */
PVS_API pvs_code pvs_output_write_rows(pvs_output *output, const pvs_rows *const *rows,
                                       uint32_t count, const pvs_extent *at, pvs_error *error);
/* Counts the outputs of the next scenario into the digest. Every scenario must be counted once, in
 * order. Of the rows only their digest is read. */
PVS_API void pvs_output_count(pvs_output *output, const pvs_rows *rows);
/* Does both for the next scenario: writes its rows behind those emitted before, and counts them. */
PVS_API pvs_code pvs_output_emit(pvs_output *output, const pvs_rows *rows, pvs_error *error);

/* Closes. `tariff_digests` is what pvs_output_write_tariffs gave, by part. *digest is over all
 * outputs, whoever computed them in whatever order, and whether files were written or not. Frees the
 * output even on failure, which a file system that writes late may report only now. After an error,
 * or where another process makes the digest, pass digest NULL. */
PVS_API pvs_code pvs_output_close(pvs_output *output, const uint64_t *tariff_digests,
                                  uint64_t *digest, pvs_error *error);

/* The digest that pvs_output_close would give, for a run whose parts were computed separately: from
 * the `digest` of each scenario's pvs_rows in scenario order, and the digests of the tariffs by
 * part. */
PVS_API uint64_t pvs_output_digest(const uint64_t *scenario_digests, size_t scenarios,
                                   const uint64_t *tariff_digests, uint32_t tariff_parts);

/* ---- results as numbers ---- */

/* The results of a scenario: the numbers of its row in <study>_results.csv, in that order. Energy
 * and bills are those of the simulated period, repayments and operating costs those of a year.
 * X(NAME, name, unit) */
#define PVS_RESULTS(X)                                                                             \
  X(HOUSEHOLDS, "number_of_households", "1")                                                       \
  X(EN_OPEX, "en_opex", "$/year")                                                                  \
  X(EN_REPAYMENT, "en_capex_repayment", "$/year")                                                  \
  X(PV_REPAYMENT, "pv_capex_repayment", "$/year")                                                  \
  X(AVERAGE_BILL, "average_hh_bill$", "$")                                                         \
  X(AVERAGE_SOLAR_BILL, "average_hh_solar_bill$", "$")                                             \
  X(AVERAGE_TOTAL, "average_hh_total$", "$")                                                       \
  X(BUILDING_COSTS, "total$_building_costs", "$")                                                  \
  X(CHECKSUM, "checksum_total_payments$", "$")                                                     \
  X(RECEIPTS, "eno$_receipts_from_residents", "$")                                                 \
  X(ENERGY_BILL, "eno$_energy_bill", "$")                                                          \
  X(TOTAL_PAYMENT, "eno$_total_payment", "$")                                                      \
  X(NPV_BUILDING, "eno$_npv_building", "$")                                                        \
  X(DEMAND_CHARGE, "eno$_demand_charge", "$")                                                      \
  X(BATTERY_REPAYMENT, "eno$_bat_capex_repay", "$/year")                                           \
  X(ENO_NET, "eno_net$", "$")                                                                      \
  X(RETAILER_RECEIPT, "retailer_receipt$", "$")                                                    \
  X(RETAILER_BILL, "retailer_bill$", "$")                                                          \
  X(SOLAR_RETAILER_PROFIT, "solar_retailer_profit", "$")                                           \
  X(BUILDING_LOAD, "total_building_load", "kWh")                                                   \
  X(EXPORT, "export_kWh", "kWh")                                                                   \
  X(IMPORT, "import_kWh", "kWh")                                                                   \
  X(CP_RATIO, "cp_ratio", "%")                                                                     \
  X(PV_RATIO, "pv_ratio", "%")                                                                     \
  X(SELF_CONSUMPTION, "self-consumption", "%")                                                     \
  X(SELF_SUFFICIENCY, "self-sufficiency", "%")                                                     \
  X(SELF_CONSUMPTION_OLD, "self-consumption_OLD", "%")                                             \
  X(SELF_SUFFICIENCY_OLD, "self-sufficiency_OLD", "%")                                             \
  X(CENTRAL_CAPACITY, "central_battery_capacity_kWh", "kWh")                                       \
  X(BATTERY_LOSSES, "total_battery_losses", "kWh")                                                 \
  X(CENTRAL_CYCLES, "central_battery_cycles", "1")                                                 \
  X(CENTRAL_SOH, "central_battery_SOH", "%")                                                       \
  X(CP_BILL, "cust_bill_cp", "$")                                                                  \
  X(CP_SOLAR_BILL, "cust_solar_bill_cp", "$")                                                      \
  X(CP_TOTAL, "cust_total$_cp", "$")

typedef enum pvs_result {
#define PVS_RESULT_ENUM(name, text, unit) PVS_RESULT_##name,
  PVS_RESULTS(PVS_RESULT_ENUM)
#undef PVS_RESULT_ENUM
      PVS_RESULT_COUNT
} pvs_result;

/* What each customer pays: for energy, for the PV of the building where that has a tariff of its
 * own, and with its share of costs. X(NAME, prefix of its columns' names, unit) */
#define PVS_CUSTOMER_RESULTS(X)                                                                    \
  X(BILL, "cust_bill_", "$")                                                                       \
  X(SOLAR_BILL, "cust_solar_bill_", "$")                                                           \
  X(TOTAL, "cust_total$_", "$")

typedef enum pvs_customer_result {
#define PVS_CUSTOMER_ENUM(name, text, unit) PVS_CUSTOMER_##name,
  PVS_CUSTOMER_RESULTS(PVS_CUSTOMER_ENUM)
#undef PVS_CUSTOMER_ENUM
      PVS_CUSTOMER_RESULT_COUNT
} pvs_customer_result;

/* Static texts; "" for anything else. */
PVS_API const char *pvs_result_name(pvs_result result);
PVS_API const char *pvs_result_unit(pvs_result result);

typedef struct pvs_customer_results {
  const char *name; /* heads its column in the load files */
  bool averaged;    /* a household of the averages and of <study>_customer_results.csv */
  double value[PVS_CUSTOMER_RESULT_COUNT], deviation[PVS_CUSTOMER_RESULT_COUNT];
} pvs_customer_results;

/* One scenario. A value is the mean over the load files of the scenario's folder, a deviation the
 * standard deviation over them (over households too for AVERAGE_…). NaN where there is no value: a
 * ratio to nothing, or the deviation of a single value. */
typedef struct pvs_scenario_results {
  uint32_t scenario; /* counted from 0 in file order */
  long id;           /* its number in the study file */
  const char *arrangement, *load_folder;
  double value[PVS_RESULT_COUNT], deviation[PVS_RESULT_COUNT];
  uint32_t n_customers;
  const pvs_customer_results *customers; /* common property first, then households */
} pvs_scenario_results;

/* The scenario that was finished last with this workspace (pvs_scenario_finish), until it finishes
 * another or is destroyed. All zero before the first. Texts live as long as the study. */
PVS_API const pvs_scenario_results *pvs_workspace_results(const pvs_workspace *workspace);

/* ---- all of it in one call ---- */

/* Every callback may be NULL. They are called by the thread that runs the study. */
typedef struct pvs_run_options {
  const char *folder; /* where outputs go: a folder that does not exist yet, in one that does, or an
                         empty one; NULL: nothing is written, only the digest is made */
  bool no_scenario_files; /* leave out scenarios/<label>.csv */
  const char *simd;       /* see pvs_plan_options */
  void *ctx;              /* handed to the callbacks */
  /* A scenario's numbers, in scenario order; valid during the call. */
  void (*scenario)(void *ctx, const pvs_scenario_results *results);
  /* A warning about the study or a scenario, text without full stop. */
  void (*warning)(void *ctx, const char *text);
  /* Tells how many of all pieces of work are done; called before the first and after every one or
   * few. Returns whether to continue; false ends the run with PVS_CANCELLED. */
  bool (*progress)(void *ctx, uint64_t done, uint64_t total);
} pvs_run_options;

/* Runs the whole study, serially, in the calling thread. Outputs are written to a new folder beside
 * options->folder, "<folder>.partial-<process>-<n>", which takes its place when all is written:
 * after a failure or cancellation, options->folder is as it was and the new folder is removed. Only
 * a process that is killed leaves one behind.
 *
 * digest: over all outputs, as pvs_output_close gives it; NULL: not wanted. Allocates the memory of
 * one plan, workspace and window of results, and frees it before it returns. Several threads may
 * run one study at the same time, into different folders. */
PVS_API pvs_code pvs_study_run(const pvs_study *study, const pvs_run_options *options,
                               uint64_t *digest, pvs_error *error);

#ifdef __cplusplus
}
#endif
#endif
