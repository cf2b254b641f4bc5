/* Faults that tests inject, to show that each is noticed. Compiled always, reached only
 * through the environment variable PVTUNE_TEST_FAULT; nothing in pvtune sets it.
 *
 *   corrupt:SCENARIO   flips one bit of that scenario's rows and digest before they are emitted
 *   die:SCENARIO       the worker kills its own process (SIGKILL) while it works on that scenario
 *   fail:SCENARIO      finishing that scenario fails with an error
 *   hang:SCENARIO      the worker stops for good inside that scenario (until cancelled)
 *   unbind:WORKER      that worker binds itself to all CPUs again before it starts
 *
 * SCENARIO counts from 0 in file order, WORKER from 0. One fault per run. */
#ifndef HX_EXEC_FAULT_H
#define HX_EXEC_FAULT_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum hx_fault_kind {
  HX_FAULT_NONE,
  HX_FAULT_CORRUPT,
  HX_FAULT_DIE,
  HX_FAULT_FAIL,
  HX_FAULT_HANG,
  HX_FAULT_UNBIND,
} hx_fault_kind;

typedef struct hx_fault {
  hx_fault_kind kind;
  uint32_t index; /* scenario or worker */
} hx_fault;

/* False, with an error, for anything that is not in the list above. */
bool hx_fault_parse(const char *text, hx_fault *fault, pvs_error *error);

#endif
