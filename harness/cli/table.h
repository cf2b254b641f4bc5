/* Tables on stdout: aligned text, or --csv, or --json (jansson), from the same cells. */
#ifndef HX_CLI_TABLE_H
#define HX_CLI_TABLE_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hx_table hx_table;

typedef enum hx_column_kind {
  HX_COL_TEXT,    /* left-aligned; JSON string */
  HX_COL_NUMBER,  /* right-aligned; JSON number, empty cell = null */
  HX_COL_BOOL,    /* "yes"/""; JSON true/false */
  HX_COL_VERDICT, /* text, in colour where messages are: good, bad or open */
} hx_column_kind;

/* `title` heads the text form (NULL: none) and names the array in JSON (`key`). */
hx_table *hx_table_create(const char *key, const char *title);
/* `key` names the column in CSV and JSON (snake_case with unit: wall_s), `header` in text ("wall
 * s"); NULL: the column is left out of the text form. Columns come before rows. */
void hx_table_column(hx_table *t, const char *key, const char *header, hx_column_kind kind);
/* Several columns in one text, separated by '|': "KEY=HEADER", or "KEY" for one that the text form
 * leaves out. '#' comes before columns of numbers, '?' before those of yes and no, '!' before those
 * of verdicts. */
void hx_table_columns(hx_table *t, const char *columns);
void hx_table_row(hx_table *t); /* starts a row; cells follow in column order */
void hx_table_text(hx_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `decimals` is for the text form; CSV and JSON keep 9 significant digits. NaN: an empty cell. */
void hx_table_number(hx_table *t, double value, int decimals);
/* A number with a text form of its own, for an exponent or a unit prefix. NaN: an empty cell. */
void hx_table_number_as(hx_table *t, double value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same as a percentage of a fraction: "3.1 %", with_sign "+3.1 %". Empty when it is not finite. */
void hx_table_percent(hx_table *t, double fraction, bool with_sign);
void hx_table_bool(hx_table *t, bool value);
void hx_table_empty(hx_table *t);
/* A whole row, or its beginning: HX_T for a text, HX_N for a number with its decimals, HX_P for a
 * fraction with or without sign, separated by commas. */
typedef struct hx_table_value {
  const char *text; /* NULL: a number */
  double number;
  int decimals; /* HX_P: -1, or -2 with a sign */
} hx_table_value;
#define HX_T(value)         ((hx_table_value){.text = (value)})
#define HX_N(value, digits) ((hx_table_value){.number = (double)(value), .decimals = (digits)})
#define HX_P(value, with_sign)                                                                     \
  ((hx_table_value){.number = (value), .decimals = (with_sign) ? -2 : -1})
#define hx_table_line(t, ...)                                                                      \
  hx_table_add_line(t, (const hx_table_value[]){__VA_ARGS__},                                      \
                    sizeof((const hx_table_value[]){__VA_ARGS__}) / sizeof(hx_table_value))
void hx_table_add_line(hx_table *t, const hx_table_value *values, size_t n);
/* Further cells of the row that was begun. */
#define hx_table_cells(t, ...)                                                                     \
  hx_table_add_cells(t, (const hx_table_value[]){__VA_ARGS__},                                     \
                     sizeof((const hx_table_value[]){__VA_ARGS__}) / sizeof(hx_table_value))
void hx_table_add_cells(hx_table *t, const hx_table_value *values, size_t n);
/* A line under the table in text form, for people: not in CSV and JSON. */
void hx_table_note(hx_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A named value beside the table: "name: value" lines in text above it, members of the object in
 * JSON, left out in CSV. */
void hx_table_fact(hx_table *t, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same in words, for people: not in JSON either. */
void hx_table_remark(hx_table *t, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where the tables of a JSON document come from, its member "about" (docs/TABLES.md). Texts are
 * borrowed; NULL or "": left out. */
typedef struct hx_table_about {
  const char *command, *machine, *allocation;
} hx_table_about;
/* The id of the measurement that the table shows: `sweep` in runs.csv. Copied. */
void hx_table_measurement(hx_table *t, const char *sweep);

typedef enum hx_table_format { HX_TABLE_TEXT, HX_TABLE_CSV, HX_TABLE_JSON } hx_table_format;
/* Writes to stdout. Several tables of one command make one JSON object when passed together; in
 * text an empty line stands between them. CSV is one table: the first, with the rows of those that have
 * the same columns. On a terminal text fills its width: text cells
 * wrap at spaces, numbers never do, and columns that still find no room follow in a second block that
 * repeats the first column. Elsewhere nothing is wrapped. Returns 0, or -1 with errno when stdout
 * failed. Out of memory anywhere above is remembered and reported here (ENOMEM). Commands call
 * hx_command_print() (command.h), which also says what went wrong. */
int hx_tables_print(hx_table *const *tables, size_t count, hx_table_format format,
                    const hx_table_about *about);
/* Files beside what is printed. */
typedef enum hx_table_file {
  HX_TABLE_FILE_JSON,
  HX_TABLE_FILE_CSV,
  HX_TABLE_FILE_MARKDOWN,
  HX_TABLE_FILES
} hx_table_file;
/* Checks, before anything is measured, that the file can be made, or can be written if it is a device or a
 * pipe. `option`: "--export-csv". */
bool hx_table_file_check(const char *option, const char *path, pvs_error *error);

/* Whether writing `path` replaces or makes a file. A device or a pipe is written as it stands. */
bool hx_table_file_is_replaced(const char *path);
/* Before anything is measured: what an earlier command has written there goes, so that nobody takes it for
 * the result of one that fails or is interrupted. A link stays, what it leads to becomes empty. NULL is
 * fine. */
void hx_table_file_begin(const char *path);
/* Writes the file as a whole or not at all. A CSV file holds one table: those with other columns go to
 * files beside it, named after them. */
bool hx_tables_write_file(const char *path, hx_table *const *tables, size_t count,
                          hx_table_file form, const hx_table_about *about, pvs_error *error);
/* Whether `t` has the columns of `first`, so that its rows can follow in one CSV table. */
bool hx_tables_are_alike(const hx_table *first, const hx_table *t);
/* The format that a command's --json and --csv ask for. */
hx_table_format hx_table_format_of(bool json, bool csv);
void hx_table_destroy(hx_table *t); /* NULL is fine */

#endif
