/* Names of one kind, in which a name is noticed that looks like another one: "TOU", "tou" and "TOU" with
 * a no-break space behind it. */
#ifndef PVS_BASE_NAME_SET_H
#define PVS_BASE_NAME_SET_H

#include "base/error.h"
#include "base/intern.h"
#include "base/list.h"

typedef struct pvs_name_set {
  pvs_arena arena;
  pvs_intern names, looks;       /* a look: see pvs_unicode_look */
  PVS_LIST(const char *) firsts; /* by look: the first name that has it */
} pvs_name_set;

void pvs_name_set_init(pvs_name_set *set);
void pvs_name_set_deinit(pvs_name_set *set);

/* *is_new: the name was not in the set. *twin: when it is new, one from before that looks the same, valid as
 * long as the set is; else NULL. PVS_NO_MEMORY. */
pvs_code pvs_name_set_add(pvs_name_set *set, const char *name, int *is_new, const char **twin,
                          pvs_error *error);

#endif
