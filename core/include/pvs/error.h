/* Errors of libpvs, which pvtune uses too. Included by pvs.h. */
#ifndef PVS_ERROR_H
#define PVS_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PVS_API __attribute__((visibility("default")))
#else
#define PVS_API
#endif

/* X(name, text) */
#define PVS_CODES(X)                                                                               \
  X(OK, "no error")                                                                                \
  X(NO_MEMORY, "out of memory")                                                                    \
  X(NOT_FOUND, "no such file or folder")                                                           \
  X(IO, "input or output failed")                                                                  \
  X(SYNTAX, "not a well-formed CSV file")                                                          \
  X(MISSING_COLUMN, "a column is missing")                                                         \
  X(DUPLICATE, "given twice")                                                                      \
  X(BAD_VALUE, "not a valid value")                                                                \
  X(BAD_TIME, "not a regular time series")                                                         \
  X(UNKNOWN_ID, "no such id")                                                                      \
  X(MISMATCH, "inputs do not fit together")                                                        \
  X(UNSUPPORTED, "not supported")                                                                  \
  X(EMPTY, "nothing there")                                                                        \
  X(EXISTS, "exists already")                                                                      \
  X(CANCELLED, "cancelled")

typedef enum pvs_code {
#define PVS_CODE_ENUM(name, text) PVS_##name,
  PVS_CODES(PVS_CODE_ENUM)
#undef PVS_CODE_ENUM
} pvs_code;

/* The text of a code, static; "unknown error" for anything else. */
PVS_API const char *pvs_code_text(pvs_code code);

/* Plain data, which may be copied and may lie in shared memory. Zero it before the first call: a
 * filled error is never overwritten, so that the first error of a sequence of calls is kept. Every
 * function accepts NULL from a caller who does not need the error. */
typedef struct pvs_error {
  pvs_code code;
  int os_errno;       /* 0: not from the operating system */
  long row;           /* as a spreadsheet counts: the header is row 1; 0: no row */
  long column_number; /* from 1; 0: not known, or named instead */
  char file[1024];    /* as opened; "": none */
  char column[160];   /* header text; "": none */
  char message[1024]; /* what was found and what was expected, one sentence, no full stop */
} pvs_error;

/* Where an error was found: any part may be NULL or 0. */
typedef struct pvs_where {
  const char *file;
  long row;
  const char *column;
  long column_number;
} pvs_where;

/* Fills *error as libpvs does, unless it is NULL or holds an error already; for a caller's own
 * pvs_source. `format` makes the message, and the text of os_errno (0: none) is added to it.
 * Control characters become '?'; a name that does not fit is shortened, so that the end of the
 * message is kept. `at` has file, row and column if they are known, else NULL. Returns code. */
PVS_API pvs_code pvs_error_fill(pvs_error *error, pvs_code code, int os_errno, const pvs_where *at,
                                const char *format, va_list arguments);

/* "FILE: row R, column C: message", shortened to fit; 4096 bytes hold any. Returns buffer. */
PVS_API const char *pvs_error_text(const pvs_error *error, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
