#include "exec/fault.h"

#include "base/fail.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  hx_fault_kind kind;
} kinds[] = {{"corrupt", HX_FAULT_CORRUPT},
             {"die", HX_FAULT_DIE},
             {"fail", HX_FAULT_FAIL},
             {"hang", HX_FAULT_HANG},
             {"unbind", HX_FAULT_UNBIND}};

bool hx_fault_parse(const char *text, hx_fault *fault, pvs_error *error) {
  const char *colon = strchr(text, ':');
  if (colon && isdigit((unsigned char)colon[1])) {
    char *end;
    errno = 0;
    unsigned long index = strtoul(colon + 1, &end, 10);
    for (size_t i = 0;
         *end == '\0' && errno == 0 && index < UINT32_MAX && i < sizeof kinds / sizeof *kinds;
         i++) {
      if (strlen(kinds[i].name) == (size_t)(colon - text) &&
          memcmp(kinds[i].name, text, (size_t)(colon - text)) == 0) {
        *fault = (hx_fault){kinds[i].kind, (uint32_t)index};
        return true;
      }
    }
  }
  return hx_fail(error, PVS_BAD_VALUE,
                 "found '%s', expected corrupt, die, fail, hang or unbind, a colon and a "
                 "number",
                 text);
}
