#include "synth/fault.h"

#include <stdarg.h>
#include <stdio.h>

pvs_code hx_synth_fault(pvs_error *error, pvs_code code, int os_errno, const char *file,
                        const char *column, const char *format, ...) {
  if (!error || error->code != PVS_OK)
    return code;
  *error = (pvs_error){.code = code, .os_errno = os_errno};
  if (file)
    snprintf(error->file, sizeof error->file, "%s", file);
  if (column)
    snprintf(error->column, sizeof error->column, "%s", column);
  va_list args;
  va_start(args, format);
  vsnprintf(error->message, sizeof error->message, format, args);
  va_end(args);
  return code;
}
