/* How functions of the harness report errors: as in the core, a function that may fail fills the
 * pvs_error that its caller passed, and returns false (or NULL).
 *
 * The rules are those of pvs_error: the first error wins, so a caller may go on cleaning up with
 * the same error; NULL says that the caller does not care why. An error is only printed by cli,
 * with pvs_error_text, which puts file, row and column in front of the message. */
#ifndef HX_BASE_FAIL_H
#define HX_BASE_FAIL_H

#include "pvs/pvs.h"

#include <stdbool.h>

/* One sentence without full stop: what was found and what was expected. Control characters in it
 * are replaced by '?', and names that do not fit are shortened (pvs_error_fill). Returns false, so
 * that `return hx_fail(...)` ends a function that failed. */
bool hx_fail(pvs_error *error, pvs_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for something about a file; row (from 1, the header's) and column (header text) may be
 * 0 and NULL. */
bool hx_fail_at(pvs_error *error, pvs_code code, const char *file, long row, const char *column,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

/* A system call failed with `reason` (an errno value). `file` may be NULL. The reason's text is put
 * behind the message. */
bool hx_fail_errno(pvs_error *error, int reason, const char *file, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

bool hx_fail_memory(pvs_error *error);

#ifdef __clang_analyzer__ /* which sees no definitions, and must know what they return */
#define hx_fail(...)          ((void)hx_fail(__VA_ARGS__), false)
#define hx_fail_at(...)       ((void)hx_fail_at(__VA_ARGS__), false)
#define hx_fail_errno(...)    ((void)hx_fail_errno(__VA_ARGS__), false)
#define hx_fail_memory(error) ((void)hx_fail_memory(error), false)
#endif

/* An error as one line, "FILE: row R, column C: message". The text lives until the end of the
 * block that this stands in. */
enum { HX_FAIL_TEXT = 2400 };
#define HX_FAIL_LINE(error) pvs_error_text((error), (char[HX_FAIL_TEXT]){0}, HX_FAIL_TEXT)

#endif
