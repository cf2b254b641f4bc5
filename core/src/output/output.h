/* An output folder under construction. */
#ifndef PVS_OUTPUT_OUTPUT_H
#define PVS_OUTPUT_OUTPUT_H

#include "engine/flow.h"
#include "engine/scenario.h"

/* A table that grows in scenario order: buffered, written in large pieces. */
typedef struct pvs_sheet {
  const char *name; /* below the folder */
  int fd;           /* -1: nothing is written */
  char *buffer;     /* pvs_sheet_bytes, and the header row */
  size_t used;
} pvs_sheet;

enum { PVS_SHEET_RESULTS, PVS_SHEET_STD_DEV, PVS_SHEET_CUSTOMERS, PVS_SHEETS };
enum { PVS_TARIFF_PARTS = 3 }; /* import, solar, export */

struct pvs_output {
  const struct pvs_plan *plan;
  const char *folder;                                 /* NULL: digests only */
  int folder_fd, scenarios_fd, detailed_fd, brief_fd; /* -1: none */
  bool scenario_files;
  uint8_t logs; /* PVS_LOG_…, over all scenarios */
  struct {
    const char *text; /* header row of scenario files */
    size_t length;
  } * headers; /* by load folder */
  pvs_sheet sheets[PVS_SHEETS];
  struct pvs_cell *cells[PVS_TARIFF_PARTS]; /* saved_tariffs.c: each for who writes the part */
  bool has_std_dev, has_customers;
  uint64_t digest;
  pvs_arena arena;
};

/* Appends "," and the number, or the text quoted where CSV needs it; return the new end. */
char *pvs_put_number(char *end, double value);
char *pvs_put_text(char *end, const char *text);
/* Bytes that pvs_put_text may need. */
size_t pvs_text_bound(const char *text);

/* Writes all of it or fails naming folder/name. */
pvs_code pvs_write_all(int fd, const char *folder, const char *name, const char *data, size_t size,
                       pvs_error *error);
/* Creates a file for writing; -1 and an error when it cannot. */
int pvs_create_file(int folder_fd, const char *folder, const char *name, pvs_error *error);

/* What a sheet holds before it is written. */
size_t pvs_sheet_bytes(const struct pvs_output *output);
/* tables.c: header rows, and a scenario's rows from ws->columns and, for a single load file,
 * the numbers that pvs_scenario_format has formatted. */
pvs_code pvs_sheets_begin(struct pvs_output *output, pvs_error *error);
void pvs_rows_fill(const struct pvs_output *output, uint32_t scenario,
                   const struct pvs_workspace *ws, pvs_rows *rows);
/* saved_tariffs.c: what writing will need. */
pvs_code pvs_saved_tariffs_begin(struct pvs_output *output, pvs_error *error);
/* scenario_file.c */
typedef struct pvs_scenario_text {
  const char *header, *rows; /* of the output, and in ws->text */
  size_t header_length, rows_length;
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
/* timeseries.c: runs the unit with a listener that writes the files of all scenarios of its group
 * which ask for them. */
pvs_code pvs_timeseries_run(struct pvs_output *output, uint32_t unit, struct pvs_workspace *ws,
                            void *results, pvs_error *error);
bool pvs_timeseries_wanted(const struct pvs_plan *plan, uint32_t unit);

#endif
