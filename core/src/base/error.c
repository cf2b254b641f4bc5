#include "base/error.h"

#include "base/unicode.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

enum { ESCAPED = sizeof "\\u00a0" - 1 };

static const char ellipsis[] = "…";

/* Bytes of a character that was cut in two by the ellipsis behind it; 0: it was not. */
static size_t cut_character(const char *s) {
  for (size_t n = 1; n < 4 && s[n - 1] != '\0'; n++) {
    if ((s[0] & 0xc0) == 0xc0 && strncmp(s + n, ellipsis, sizeof ellipsis - 1) == 0) {
      uint32_t code;
      return pvs_unicode_decode(s, SIZE_MAX, &code) == 0 ? n : 0;
    }
  }
  return 0;
}

/* Copies as much as fits without cutting a UTF-8 character in two. Each harmful character becomes
 * '?', so that a cell quoted in a message can neither break the line nor drive a terminal; so does a
 * control character of ISO 8859 as one byte. What is not seen is `told`: it becomes \\u00a0. */
static void copy_text(char *to, size_t size, const char *from, bool told) {
  size_t used = 0;
  while (*from != '\0') {
    uint32_t code = (unsigned char)*from;
    const size_t n = pvs_unicode_decode(from, SIZE_MAX, &code);
    const size_t bytes = n > 0 ? n : 1, cut = n > 0 ? 0 : cut_character(from);
    if (cut > 0) {
      from += cut;
      continue;
    }
    const bool harmful = n > 0 ? pvs_unicode_is_harmful(code) : (unsigned char)*from < 0xa0;
    const bool unseen = told && n > 0 && pvs_unicode_is_unseen(code);
    if (used + (harmful ? 1 : unseen ? ESCAPED : bytes) >= size) {
      break;
    }
    if (unseen) {
      used += (size_t)snprintf(to + used, size - used, "\\u%04x", (unsigned)code);
    } else if (harmful) {
      to[used++] = '?';
    } else {
      memcpy(to + used, from, bytes);
      used += bytes;
    }
    from += bytes;
  }
  to[used] = '\0';
}

enum { CHARACTER = 4 }; /* bytes of a UTF-8 character, at most */

static int length_of(const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  return length;
}

enum { FORMAT_MAX = 1024, SHORTEST_LIMIT = 20 };

/* Puts an ellipsis behind each %.Ns whose text is longer. N below 20 asks for a part, as of a time. */
static void mark_cuts(char format[FORMAT_MAX], va_list arguments) {
  char longer[FORMAT_MAX + 8];
  for (char *at = format; (at = strstr(at, "%.")) != NULL; at++) {
    char *end;
    const long limit = strtol(at + 2, &end, 10);
    if (*end != 's' || limit < SHORTEST_LIMIT || strlen(format) + sizeof ellipsis > FORMAT_MAX ||
        strncmp(end + 1, "...", 3) == 0) {
      continue;
    }
    snprintf(longer, sizeof longer, "%.*s%%.%ld%s", (int)(at - format), format, limit + 1, end);
    if (length_of(longer, arguments) > length_of(format, arguments)) {
      memmove(end + sizeof ellipsis, end + 1, strlen(end));
      memcpy(end + 1, ellipsis, sizeof ellipsis - 1);
    }
  }
}

/* Formats as vsnprintf does, with room for one character more than will be copied, so that copy_text
 * sees whether it is cut. If the text does not fit, names in it are shortened rather than its
 * end lost, where it says what was expected: each %s becomes %.100s. What is shortened ends in an
 * ellipsis. */
static void format_message(char *message, size_t size, const char *format, va_list arguments) {
  char marked[FORMAT_MAX];
  size_t used = 0;
  const bool fits = (size_t)length_of(format, arguments) + CHARACTER < size;
  if (strlen(format) < sizeof marked / 3) {
    for (; *format != '\0'; format++) {
      marked[used++] = *format;
      if (format[0] == '%' && format[1] == '%') {
        marked[used++] = *++format;
      } else if (format[0] == '%' && format[1] == 's' && !fits) {
        memcpy(marked + used, ".100", 4);
        used += 4;
      }
    }
    marked[used] = '\0';
    mark_cuts(marked, arguments);
    format = marked;
  }
  vsnprintf(message, size, format, arguments);
}

pvs_code pvs_error_fill(pvs_error *error, pvs_code code, int os_errno, const pvs_where *at,
                        const char *format, va_list arguments) {
  if (error == NULL || error->code != PVS_OK) {
    return code;
  }
  const pvs_where where = at != NULL ? *at : (pvs_where){0};
  *error = (pvs_error){
      .code = code, .os_errno = os_errno, .row = where.row, .column_number = where.column_number};
  if (where.file != NULL) {
    copy_text(error->file, sizeof error->file, where.file, false);
  }
  if (where.column != NULL) {
    copy_text(error->column, sizeof error->column, where.column, true);
  }
  char reason[160] = "", space[128];
  if (os_errno != 0) {
    snprintf(reason, sizeof reason, "%s%s", *format != '\0' ? ": " : "",
             strerror_r(os_errno, space, sizeof space));
  }
  const size_t room = sizeof error->message - strlen(reason);
  char message[sizeof error->message + CHARACTER];
  format_message(message, room + CHARACTER, format, arguments);
  copy_text(error->message, room, message, true);
  strcat(error->message, reason);
  return code;
}

pvs_code pvs_fail(pvs_error *error, pvs_code code, pvs_where where, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pvs_error_fill(error, code, 0, &where, format, arguments);
  va_end(arguments);
  return code;
}

pvs_code pvs_fail_errno(pvs_error *error, pvs_code code, int os_errno, pvs_where where,
                        const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pvs_error_fill(error, code, os_errno, &where, format, arguments);
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
    copy_text(buffer, size, text, false);
  }
  return buffer;
}
