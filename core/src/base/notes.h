/* Warnings about the inputs of a study and, if it is only checked, all errors. */
#ifndef PVS_BASE_NOTES_H
#define PVS_BASE_NOTES_H

#include "base/arena.h"
#include "base/error.h"
#include "base/intern.h"
#include "base/list.h"

typedef struct pvs_note {
  const char *text; /* FILE: row R, column C: message */
  bool is_error;
  uint32_t repeats; /* of the same message about the same column in later rows */
  long first_row, last_row;
  PVS_LIST(long) later; /* of a file whose rows are read in any order: those that were counted */
} pvs_note;

typedef struct pvs_notes {
  pvs_arena *arena; /* owns the texts */
  pvs_intern seen;  /* file, column and message: numbers `items` */
  PVS_LIST(pvs_note) items;
  bool collects_errors; /* a check: reading goes on after an error */
  uint32_t n_errors;
  uint64_t calls;           /* how often something was found */
  const char *ordered_file; /* whose rows are read in ascending order; NULL: none */
} pvs_notes;

void pvs_notes_init(pvs_notes *notes, pvs_arena *arena, bool collects_errors);
void pvs_notes_deinit(pvs_notes *notes);

/* Keeps a warning: what was found, what it does, what would be usual. The same message about the
 * same column of the same file is kept once, with the first row, and counted. `error` receives
 * PVS_NO_MEMORY alone. notes NULL: the warning is dropped. */
pvs_code pvs_warn(pvs_notes *notes, pvs_error *error, pvs_where where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The text of a note in the arena, with how many more rows it is true of; NULL: out of memory. */
const char *pvs_note_text(const pvs_notes *notes, uint32_t index);

/* Adds what was found in a later part of the ordered file, as if it had been found here. */
pvs_code pvs_notes_join(pvs_notes *notes, const pvs_notes *later, pvs_error *error);

/* What a failure means for the reading that met it. In a check the error is kept, *error is cleared
 * and PVS_OK returned: the caller goes on with a harmless value. Otherwise, and when out of memory,
 * the code itself is returned. */
pvs_code pvs_settle(pvs_notes *notes, pvs_code code, pvs_error *error);

#endif
