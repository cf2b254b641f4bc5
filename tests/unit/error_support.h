/* Errors in tests: a fresh one for each call, since a filled error is never overwritten. */
#ifndef PVT_ERROR_SUPPORT_H
#define PVT_ERROR_SUPPORT_H

#include "pvs/pvs.h"

static inline pvs_error *afresh(pvs_error *error) {
  *error = (pvs_error){0};
  return error;
}

#endif
