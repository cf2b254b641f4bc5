/* Numbers against strtod, and what is written against what is read. */
#include "base/number.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

static bool same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

/* What pvs_parse_double promises, in terms of strtod: decimal text alone, blanks around it, finite.
 */
static bool parse_by_strtod(const char *text, double *value) {
  static const char blanks[] = " \t\r\n";
  text += strspn(text, blanks);
  if (text[0] == '\0' || strspn(text, "+-.0123456789eE") < strcspn(text, blanks)) {
    return false;
  }
  char *end;
  *value = strtod(text, &end);
  return end != text && end[strspn(end, blanks)] == '\0' && isfinite(*value);
}

static void check_round_trip(double value) {
  char text[PVS_NUMBER_MAX];
  const size_t length = pvs_format_double(text, value);
  require(length <= sizeof text && (length > 0) == !isnan(value));
  double back;
  if (isinf(value)) {
    require(length == (value < 0 ? 4 : 3) && memcmp(text + length - 3, "inf", 3) == 0);
  } else if (length > 0) {
    require(pvs_parse_double(text, length, &back));
    require(same_bits(back, value));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  require(text != NULL);
  if (size > 0) {
    memcpy(text, data, size);
  }
  text[size] = '\0';
  double value, expected = 0.0;
  const bool ok = pvs_parse_double(text, size, &value);
  require(ok == (strlen(text) == size && parse_by_strtod(text, &expected)));
  if (ok) {
    require(same_bits(value, expected));
    check_round_trip(value);
  }
  free(text);
  if (size >= sizeof value) {
    memcpy(&value, data, sizeof value);
    check_round_trip(value);
  }
  return 0;
}
