#include "input/row.h"
#include "base/number.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

pvs_code pvs_row_number(const pvs_row *row, int32_t column, double absent, double *value,
                        pvs_error *error) {
  const char *text = pvs_row_text(row, column);
  *value = absent;
  bool is_number = !*text || pvs_parse_double(text, strlen(text), value);
  if (is_number && !(fabs(*value) > PVS_GREATEST_INPUT))
    return PVS_OK;
  *value = absent;
  if (is_number)
    return pvs_row_refuse(row, column, error, "a number of at most %g in size", PVS_GREATEST_INPUT);
  return pvs_row_refuse(row, column, error, "a number%s", pvs_number_hint(text));
}

pvs_code pvs_row_boolean(const pvs_row *row, int32_t column, bool absent, bool *value,
                         pvs_error *error) {
  const char *text = pvs_row_text(row, column);
  *value = absent;
  if (!*text || pvs_parse_boolean(text, value))
    return PVS_OK;
  return pvs_row_refuse(row, column, error, "TRUE or FALSE");
}

pvs_code pvs_row_refuse(const pvs_row *row, int32_t column, pvs_error *error, const char *format,
                        ...) {
  char expected[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(expected, sizeof expected, format, arguments);
  va_end(arguments);
  const char *text = pvs_row_text(row, column);
  pvs_code code = pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, column), PVS_FOUND ", expected %s",
                           PVS_FOUND_ARGS(text), expected);
  return pvs_settle(&row->builder->notes, code, error);
}

pvs_code pvs_row_warn(const pvs_row *row, int32_t column, pvs_error *error, const char *format,
                      ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return pvs_warn(&row->builder->notes, error, pvs_row_at(row, column), "%s", text);
}

uint32_t pvs_folder_owner(const pvs_folder *folder, const char *owner) {
  if (strcmp(owner, "central") == 0)
    return folder->n_residents;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    if (strcmp(folder->residents[i], owner) == 0)
      return i;
  return PVS_NONE;
}
