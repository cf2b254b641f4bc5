/* Reading one row of a table of the reference folder by column names. The first failure sticks in
 * `code` and later calls do nothing; in a check it is kept among the notes and reading goes on. */
#ifndef PVS_INPUT_TABLE_ROW_H
#define PVS_INPUT_TABLE_ROW_H

#include "base/calendar.h"
#include "base/csv.h"
#include "base/notes.h"

typedef struct pvs_table_row {
  const pvs_table *table;
  uint32_t row;
  const pvs_calendar *calendar; /* whose steps periods should fit; NULL: not looked at */
  pvs_notes *notes;
  pvs_error *error;
  pvs_code code;
} pvs_table_row;

/* "" for an absent cell or column. */
const char *pvs_table_row_text(pvs_table_row *r, const char *column);
double pvs_table_row_number(pvs_table_row *r, const char *column, double absent);
/* An absent number is an error that says what was expected. */
double pvs_table_row_needed(pvs_table_row *r, const char *column, const char *expected);
bool pvs_table_row_boolean(pvs_table_row *r, const char *column);
/* Start and end of a period of every day, and its week: all are needed. An empty one, and one that
 * begins or ends inside a step, draw a warning. */
pvs_period pvs_table_row_hours(pvs_table_row *r, const char *start, const char *end);
pvs_period pvs_table_row_period(pvs_table_row *r, const char *start, const char *end,
                                const char *week);

/* An error about a cell: "found 'text', expected …", and with the value that a default may have
 * given, "found 0.5, expected …". */
void pvs_table_row_refuse(pvs_table_row *r, const char *column, const char *expected);
void pvs_table_row_refuse_number(pvs_table_row *r, const char *column, double value,
                                 const char *expected);
void pvs_table_row_warn(pvs_table_row *r, const char *column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Warns if the table has the column, and its cell is empty. */
void pvs_table_row_warn_empty(pvs_table_row *r, const char *column, const char *what_it_does);

/* What cells of more than 0 usually hold. */
typedef struct pvs_usual {
  const char *column;
  double least, most; /* outside: a warning */
  const char *range;  /* as it says: "50 to 200 c/day" */
} pvs_usual;
void pvs_table_row_warn_unusual(pvs_table_row *r, const pvs_usual *columns, size_t n);

#endif
