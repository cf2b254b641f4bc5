#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>

#undef hx_fail
#undef hx_fail_at
#undef hx_fail_errno
#undef hx_fail_memory

bool hx_fail(pvs_error *error, pvs_code code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pvs_error_fill(error, code, 0, NULL, format, args);
  va_end(args);
  return false;
}

bool hx_fail_at(pvs_error *error, pvs_code code, const char *file, long row, const char *column,
                const char *format, ...) {
  va_list args;
  va_start(args, format);
  pvs_error_fill(error, code, 0, &(pvs_where){.file = file, .row = row, .column = column}, format,
                 args);
  va_end(args);
  return false;
}

bool hx_fail_errno(pvs_error *error, int reason, const char *file, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pvs_error_fill(error,
                 reason == ENOENT   ? PVS_NOT_FOUND
                 : reason == ENOMEM ? PVS_NO_MEMORY
                                    : PVS_IO,
                 reason, &(pvs_where){.file = file}, format, args);
  va_end(args);
  return false;
}

bool hx_fail_memory(pvs_error *error) {
  return hx_fail(error, PVS_NO_MEMORY, "%s", pvs_code_text(PVS_NO_MEMORY));
}
