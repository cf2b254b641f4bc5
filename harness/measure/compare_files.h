/* Compares outputs, cell by cell, with CSV files that are known to be right.
 *
 * The rule: two cells agree when both are numbers with |a - b| <= rtol * max(|a|, |b|) + atol, both
 * are the same infinity, both are "nan", or both are the same text; empty agrees with empty only. A
 * cell is a number when its text is one on both sides ("0" agrees with "0.0"). Rows are matched by
 * their first column (equal keys in their order), columns by name. Rows, columns and files that
 * only one side has are differences. */
#ifndef HX_MEASURE_COMPARE_FILES_H
#define HX_MEASURE_COMPARE_FILES_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_verify_status {
  HX_VERIFY_EQUAL,
  HX_VERIFY_DIFFERENT,
  HX_VERIFY_MISSING,     /* there is an expected file only */
  HX_VERIFY_UNEXPECTED,  /* there is an actual file only */
  HX_VERIFY_NOT_CHECKED, /* a saved tariff or time series that only the actual outputs have */
} hx_verify_status;

/* The result for one file. It owns its texts, which are NULL if there is nothing to say. */
typedef struct hx_verify_file {
  char *name; /* relative to the folders compared */
  hx_verify_status status;
  size_t cells;     /* compared: those of common rows and columns, first column included */
  size_t differing; /* of these */
  size_t rows_missing, rows_extra; /* extra: actual has them, expected has not */
  size_t columns_missing, columns_extra;
  char *row_missing, *row_extra;       /* the first column of the first such row */
  char *column_missing, *column_extra; /* the first such */
  /* The worst cell is the one farthest beyond (or nearest to) its tolerance, a difference that is
   * not one of two finite numbers being farthest of all; NULL texts where every cell is the same to
   * the byte. */
  char *worst_row, *worst_column, *worst_expected, *worst_actual;
  double worst_abs;    /* its |a - b|; NaN where that is no number */
  double worst_rel;    /* its |a - b| / max(|a|, |b|); NaN likewise */
  double worst_excess; /* its |a - b| / tolerance: agrees up to 1; 0 where there is none */
} hx_verify_file;

typedef struct hx_verify_report {
  hx_verify_file *files; /* in byte order of their names */
  size_t n_files;
  size_t n_compared, n_different,
      n_not_checked;       /* files; n_different includes missing and unexpected ones */
  size_t cells, differing; /* over all files */
} hx_verify_report;

/* Compares two files, or all *.csv files of two folders at any depth; hidden files and folders are
 * left out. Files in saved_tariffs or in a folder timeseries_... that only `actual` has are not
 * checked; every other file on one side alone is a difference. True when everything was compared
 * (then n_different says whether outputs agree), false when something could not be read, or nothing
 * is expected at all. Release the report after either. */
bool hx_verify_paths(const char *expected, const char *actual, double rtol, double atol,
                     hx_verify_report *report, pvs_error *error);

/* What is wrong with a file in one line without its name: "row 3, column x: found 2, expected 1 (7
 * cells differ)". malloc'd; NULL when out of memory. Of a file that agrees: "agrees". */
char *hx_verify_explain(const hx_verify_file *file);

/* The file whose worst cell is worst of all, NULL if no cell differs in value. */
const hx_verify_file *hx_verify_worst(const hx_verify_report *report);

void hx_verify_release(hx_verify_report *report);

/* ---- two files (compare_rows.c) ---- */

typedef struct hx_tolerance {
  double relative, absolute;
} hx_tolerance;

/* Frees what a comparison has filled in; name and status stay. */
void hx_verify_file_clear(hx_verify_file *file);
/* Fills what the comparison finds into *result, which is zeroed but for its name. Memory stays
 * bounded while rows come in the same order on both sides; from the first row on that does not, all
 * rows are kept, and all rows of the file where keys were one number but not one text. False when a
 * file is no readable table, or memory is short. */
bool hx_verify_two(const char *expected, const char *actual, hx_tolerance tolerance,
                   hx_verify_file *result, pvs_error *error);

#endif
