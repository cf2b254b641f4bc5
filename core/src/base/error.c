#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef pvs_fail
#undef pvs_fail_errno
#undef pvs_fail_memory

const char *pvs_code_text(pvs_code code) {
  static const char *const texts[] = {
#define PVS_CODE_TEXT(name, text) [PVS_##name] = text,
      PVS_CODES(PVS_CODE_TEXT)
#undef PVS_CODE_TEXT
  };
  const size_t n_texts = sizeof texts / sizeof texts[0];
  return (size_t)code < n_texts ? texts[code] : "unknown error";
}

/* Copies as much as fits without cutting a UTF-8 character in two. Control characters become '?',
 * so that a cell quoted in a message cannot break the line or drive a terminal. */
static void copy_text(char *to, size_t size, const char *from) {
  size_t length = strnlen(from, size);
  if (length == size) {
    length = size - 1;
    while (length > 0 && ((unsigned char)from[length] & 0xc0) == 0x80) {
      length--;
    }
  }
  for (size_t i = 0; i < length; i++) {
    const unsigned char c = (unsigned char)from[i];
    to[i] = c < 0x20 || c == 0x7f ? '?' : from[i];
  }
  to[length] = '\0';
}

static pvs_code fail(pvs_error *error, pvs_code code, int os_errno, pvs_where where,
                     const char *format, va_list arguments) {
  if (error == NULL || error->code != PVS_OK) {
    return code;
  }
  *error = (pvs_error){
      .code = code, .os_errno = os_errno, .row = where.row, .column_number = where.column_number};
  if (where.file != NULL) {
    copy_text(error->file, sizeof error->file, where.file);
  }
  if (where.column != NULL) {
    copy_text(error->column, sizeof error->column, where.column);
  }
  char
      message[sizeof error->message + 4]; /* one character more than fits: copy_text sees the cut */
  vsnprintf(message, sizeof message, format, arguments);
  copy_text(error->message, sizeof error->message, message);
  if (os_errno != 0) {
    char space[128];
    const char *reason = strerror_r(os_errno, space, sizeof space);
    const size_t length = strlen(error->message);
    if (length + 2 < sizeof error->message) {
      memcpy(error->message + length, ": ", 3);
      copy_text(error->message + length + 2, sizeof error->message - length - 2, reason);
    }
  }
  return code;
}

pvs_code pvs_fail(pvs_error *error, pvs_code code, pvs_where where, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fail(error, code, 0, where, format, arguments);
  va_end(arguments);
  return code;
}

pvs_code pvs_fail_errno(pvs_error *error, pvs_code code, int os_errno, pvs_where where,
                        const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fail(error, code, os_errno, where, format, arguments);
  va_end(arguments);
  return code;
}

pvs_code pvs_fail_memory(pvs_error *error) {
  return pvs_fail(error, PVS_NO_MEMORY, (pvs_where){0}, "%s", pvs_code_text(PVS_NO_MEMORY));
}

const char *pvs_error_text(const pvs_error *error, char *buffer, size_t size) {
  char row[32] = "";
  char number[32] = "";
  if (error->row > 0) {
    snprintf(row, sizeof row, "row %ld", error->row);
  }
  if (error->column[0] == '\0' && error->column_number > 0) {
    snprintf(number, sizeof number, "%ld", error->column_number);
  }
  const char *column = error->column[0] != '\0' ? error->column : number;
  const char *message = error->message[0] != '\0' ? error->message : pvs_code_text(error->code);
  char text[sizeof error->file + sizeof error->column + sizeof error->message + 64];
  snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s", error->file, error->file[0] ? ": " : "", row,
           row[0] && column[0] ? ", " : "", column[0] ? "column " : "", column,
           row[0] || column[0] ? ": " : "", message);
  if (size > 0) {
    copy_text(buffer, size, text);
  }
  return buffer;
}
