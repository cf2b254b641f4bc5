/* Filling a pvs_error where the fault is found. */
#ifndef PVS_BASE_ERROR_H
#define PVS_BASE_ERROR_H

#include "pvs/pvs.h"

/* Fills *error unless it is NULL or already holds an error; printf format, one sentence: what was
 * found, what was expected. Returns code. */
pvs_code pvs_fail(pvs_error *error, pvs_code code, pvs_where where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with errno's text behind the message and error->os_errno set. */
pvs_code pvs_fail_errno(pvs_error *error, pvs_code code, int os_errno, pvs_where where,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
pvs_code pvs_fail_memory(pvs_error *error);

#ifdef __clang_analyzer__ /* which sees no definitions, and must know what they return */
#define pvs_fail(error, code, ...)       ((void)pvs_fail(error, code, __VA_ARGS__), (code))
#define pvs_fail_errno(error, code, ...) ((void)pvs_fail_errno(error, code, __VA_ARGS__), (code))
#define pvs_fail_memory(error)           ((void)pvs_fail_memory(error), PVS_NO_MEMORY)
#endif

/* How messages tell a cell: found 'text', or found an empty cell. */
#define PVS_FOUND            "found %s%.80s%s"
#define PVS_FOUND_ARGS(text) *(text) ? "'" : "an empty cell", (text), *(text) ? "'" : ""

#endif
