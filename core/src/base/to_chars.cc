#include "base/to_chars.h"

#include <charconv>

extern "C" char *pvs_to_chars(char *first, char *last, double value) {
  return std::to_chars(first, last, value).ptr;
}
