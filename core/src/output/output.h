/* An output folder under construction. What is computed comes from engine/; here it becomes text.
 *
 * Arrows within this room: cells.c, file.c <- scenario_file.c, timeseries.c, saved_tariffs.c,
 * table_files.c <- tables.c <- output.c (the folder), work.c (units and scenarios) <- study_run.c. */
#ifndef PVS_OUTPUT_OUTPUT_H
#define PVS_OUTPUT_OUTPUT_H

#include "engine/flow.h"
#include "engine/scenario.h"

/* A table with a row for each scenario. */
typedef struct pvs_table_file {
  const char *name;   /* below the folder; NULL: the study has no such table */
  int fd;             /* -1: nothing is written */
  const char *header; /* its first row, with the line end */
  size_t header_length;
} pvs_table_file;

enum { PVS_TARIFF_PARTS = 3 }; /* import, solar, export */

/* Columns of results.csv that are of one customer: cp, and households whose name contains `cp`,
 * which are no part of the household averages. */
typedef struct pvs_single_columns {
  struct {
    pvs_customer_result kind;
    const char *name;
  } * items; /* those of the first load folder, then what the others have besides */
  uint32_t n;
  uint32_t
      *customer_of; /* by load folder, `room` each: by column, in column order; PVS_NONE: none */
  size_t room;
} pvs_single_columns;

struct pvs_output {
  const struct pvs_plan *plan;
  pvs_single_columns singles;
  pvs_flow_log log;                                   /* writes time series */
  const char *folder;                                 /* NULL: digests only */
  int folder_fd, scenarios_fd, detailed_fd, brief_fd; /* -1: none */
  bool scenario_files, join;
  uint8_t logs; /* PVS_LOG_…, over all scenarios */
  struct {
    const char *text; /* header row of scenario files */
    size_t length;
    uint64_t digest;
  } * headers; /* by load folder */
  pvs_table_file tables[PVS_TABLES];
  struct pvs_cell *cells[PVS_TARIFF_PARTS]; /* saved_tariffs.c: each for who writes the part */
  pvs_extent end;                           /* of what was emitted */
  uint64_t digest;
  pvs_arena arena;
};

/* ---- cells.c ---- */

/* Each appends something and returns the new end. In this order: a whole number; "," and a number (NaN
 * is an empty cell); a text, quoted if CSV requires it; "," and such a text. */
char *pvs_put_integer(char *end, long value);
char *pvs_put_number(char *end, double value);
/* The same for numbers that are likely to occur again. */
char *pvs_put_number_again(char *end, double value, pvs_number_text *cache);
char *pvs_put_text(char *end, const char *text);
char *pvs_put_cell(char *end, const char *text);
/* "," and a name between a prefix and a suffix that need no quotes. */
char *pvs_put_name(char *end, const char *prefix, const char *name, const char *suffix);
/* Bytes that pvs_put_text may need. */
size_t pvs_text_bound(const char *text);

/* ---- file.c ---- */

/* Writes all of it or fails naming folder/name. */
pvs_code pvs_write_all(int fd, const char *folder, const char *name, const char *data, size_t size,
                       pvs_error *error);
/* Creates a file for writing; -1 and an error when it cannot. */
int pvs_create_file(int folder_fd, const char *folder, const char *name, pvs_error *error);
/* Closes a file that was written. Network file systems may say only now that it does not fit on the disk
 * or in the quota: then the file is not whole, and this fails naming folder/name. Keeps `code` if that is
 * a failure already. */
pvs_code pvs_close_file(int fd, const char *folder, const char *name, pvs_code code,
                        pvs_error *error);
/* "writing failed" naming folder/name, for an errno. */
pvs_code pvs_fail_write(const char *folder, const char *name, int os_errno, pvs_error *error);

/* ---- tables.c ---- */

/* The study's tables: names and header rows; creates the files, or opens them when joining. */
pvs_code pvs_tables_begin(struct pvs_output *output, pvs_error *error);
/* A scenario's rows of all tables, from ws->results and, for a single load file, the numbers that
 * pvs_scenario_format has formatted. */
void pvs_rows_fill(const struct pvs_output *output, uint32_t scenario,
                   const struct pvs_workspace *ws, pvs_rows *rows);

/* ---- table_files.c ---- */

/* Creates the table's file with its header row, or opens it when joining. */
pvs_code pvs_table_file_begin(const struct pvs_output *output, pvs_table_file *table,
                              pvs_error *error);
pvs_code pvs_table_files_close(struct pvs_output *output, pvs_error *error);

/* ---- saved_tariffs.c ---- */

/* Memory for what pvs_output_write_tariffs remembers. */
pvs_code pvs_saved_tariffs_begin(struct pvs_output *output, pvs_error *error);

/* ---- scenario_file.c ---- */

typedef struct pvs_scenario_text {
  const char *header, *rows; /* of the output, and in ws->text */
  size_t header_length, rows_length;
  uint64_t header_digest;
} pvs_scenario_text;

pvs_code pvs_scenario_headers(struct pvs_output *output, pvs_error *error);
/* The scenario's file as text, from ws->columns; fills ws->cell_at. */
void pvs_scenario_format(const struct pvs_output *output, uint32_t scenario,
                         struct pvs_workspace *ws, pvs_scenario_text *text);
uint64_t pvs_scenario_digest(const pvs_scenario_text *text);
/* Writes it, unless the output has no scenario files. */
pvs_code pvs_scenario_write(const struct pvs_output *output, uint32_t scenario,
                            struct pvs_workspace *ws, const pvs_scenario_text *text,
                            pvs_error *error);

/* ---- timeseries.c ---- */

/* What the engine calls to write the time series of the scenarios that ask for them. */
pvs_flow_log pvs_timeseries_log(struct pvs_output *output);

#endif
