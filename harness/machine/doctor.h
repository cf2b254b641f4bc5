/* What would disturb measurements on this machine, and what to do about it. Reads only; changes
 * nothing. */
#ifndef HX_MACHINE_DOCTOR_H
#define HX_MACHINE_DOCTOR_H

#include "machine/topo.h"

typedef enum hx_doctor_level {
  HX_DOCTOR_OK,     /* fine as it is */
  HX_DOCTOR_NOTE,   /* good to know; measurements can be trusted all the same */
  HX_DOCTOR_WARN,   /* makes measurements noisier or slower */
  HX_DOCTOR_UNKNOWN /* the machine does not say */
} hx_doctor_level;

enum { HX_DOCTOR_TEXT = 256, HX_DOCTOR_MAX = 32 };

typedef struct hx_finding {
  const char *check; /* stable name, for --json and scripts: "governor" */
  hx_doctor_level level;
  char found[HX_DOCTOR_TEXT]; /* "powersave on 8 of 8 CPUs" */
  const char *why;            /* why it matters; static */
  const char *advice;         /* what to do; static; "" when level is OK */
} hx_finding;

/* Runs every check below `root` ("/" when NULL: the live machine), in a fixed order. Returns how
 * many findings were written; every check writes exactly one. */
int hx_doctor_run(const hx_topo *topo, const char *root, hx_finding finding[HX_DOCTOR_MAX]);
/* "ok", "note", "warn", "unknown". */
const char *hx_doctor_level_name(hx_doctor_level level);

#endif
