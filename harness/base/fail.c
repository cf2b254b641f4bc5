#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef hx_fail
#undef hx_fail_at
#undef hx_fail_errno
#undef hx_fail_memory

/* Copies without cutting a UTF-8 character in two. */
static void copy_text(char *to, size_t size, const char *from) {
  size_t length = strnlen(from, size);
  if (length == size) {
    length--;
    while (length > 0 && ((unsigned char)from[length] & 0xc0) == 0x80)
      length--;
  }
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)from[i];
    to[i] = c < 0x20 || c == 0x7f ? '?' : from[i];
  }
  to[length] = '\0';
}

static void fill(pvs_error *error, pvs_code code, const char *file, const char *format,
                 va_list args) {
  char message[sizeof error->message + 4]; /* longer than fits, so that copy_text sees the cut */
  *error = (pvs_error){.code = code};
  if (file)
    copy_text(error->file, sizeof error->file, file);
  vsnprintf(message, sizeof message, format, args);
  copy_text(error->message, sizeof error->message, message);
}

static bool is_open(const pvs_error *error) {
  return error && error->code == PVS_OK;
}

bool hx_fail(pvs_error *error, pvs_code code, const char *format, ...) {
  if (!is_open(error))
    return false;
  va_list args;
  va_start(args, format);
  fill(error, code, NULL, format, args);
  va_end(args);
  return false;
}

bool hx_fail_at(pvs_error *error, pvs_code code, const char *file, long row, const char *column,
                const char *format, ...) {
  if (!is_open(error))
    return false;
  va_list args;
  va_start(args, format);
  fill(error, code, file, format, args);
  va_end(args);
  error->row = row;
  if (column)
    copy_text(error->column, sizeof error->column, column);
  return false;
}

bool hx_fail_errno(pvs_error *error, int reason, const char *file, const char *format, ...) {
  if (!is_open(error))
    return false;
  va_list args;
  va_start(args, format);
  fill(error,
       reason == ENOENT   ? PVS_NOT_FOUND
       : reason == ENOMEM ? PVS_NO_MEMORY
                          : PVS_IO,
       file, format, args);
  va_end(args);
  error->os_errno = reason;
  size_t length = strlen(error->message);
  char text[160], space[128];
  snprintf(text, sizeof text, "%s%s", length ? ": " : "", strerror_r(reason, space, sizeof space));
  copy_text(error->message + length, sizeof error->message - length, text);
  return false;
}

bool hx_fail_memory(pvs_error *error) {
  return hx_fail(error, PVS_NO_MEMORY, "%s", pvs_code_text(PVS_NO_MEMORY));
}
