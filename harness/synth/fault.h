/* Fills an error inside this folder. */
#ifndef HX_SYNTH_FAULT_H
#define HX_SYNTH_FAULT_H

#include "pvs/pvs.h"

/* The first error wins: an error that is filled already stays. file and column may be NULL. Returns
 * code. */
pvs_code hx_synth_fault(pvs_error *error, pvs_code code, int os_errno, const char *file,
                        const char *column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#endif
