#include "input/row.h"
#include "base/number.h"
#include <string.h>
#include <strings.h>

pvs_code pvs_row_number(const pvs_row *row, int32_t column, double absent, double *value,
                        pvs_error *error) {
  const char *text = pvs_row_text(row, column);
  *value = absent;
  if (!*text || pvs_parse_double(text, strlen(text), value))
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, column), "found '%s', expected a number",
                  text);
}

pvs_code pvs_row_boolean(const pvs_row *row, int32_t column, bool absent, bool *value,
                         pvs_error *error) {
  static const char *const yes[] = {"true", "1", "yes"}, *const no[] = {"false", "0", "no"};
  const char *text = pvs_row_text(row, column);
  *value = absent;
  if (!*text)
    return PVS_OK;
  for (int i = 0; i < 3; i++) {
    if (strcasecmp(text, yes[i]) == 0)
      return *value = true, PVS_OK;
    if (strcasecmp(text, no[i]) == 0)
      return *value = false, PVS_OK;
  }
  return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, column),
                  "found '%s', expected TRUE or FALSE", text);
}

uint32_t pvs_folder_owner(const pvs_folder *folder, const char *owner) {
  if (strcmp(owner, "central") == 0)
    return folder->n_residents;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    if (strcmp(folder->residents[i], owner) == 0)
      return i;
  return PVS_NONE;
}
