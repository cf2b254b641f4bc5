/* Which machine and which share of it a measurement belongs to, and the facts recorded beside it.
 */
#ifndef HX_MACHINE_IDENTITY_H
#define HX_MACHINE_IDENTITY_H

#include "machine/topo.h"

#include <stddef.h>

enum { HX_MACHINE_ID = 16, HX_ALLOCATION_KEY = 128, HX_FACT_VALUE = 160, HX_FACTS_MAX = 24 };

/* machine: "m-" and ten hex digits, a hash of the stable hardware only (CPU models,
 * packages/cores/PUs, cache sizes and sharing, NUMA nodes, core kinds, hypervisor flag): the same
 * on every boot, kernel and load, whatever part of it is allowed. allocation: a readable key of
 * what is allowed, without spaces or commas, "l3=4x8/numa=32x1/pus=32/quota=none": 4 cores in each
 * of 8 L3s. */
typedef struct hx_identity {
  char machine[HX_MACHINE_ID];
  char allocation[HX_ALLOCATION_KEY];
} hx_identity;

hx_identity hx_identity_of(const hx_topo *topo);
/* The text the machine id is the hash of (one fact per line), for `topo -v` and for explaining why
 * two ids differ. Returns the length, like snprintf. */
size_t hx_identity_describe(const hx_topo *topo, char *text, size_t cap);

/* Recorded but not identity. `name` is the column in machine.csv. */
typedef struct hx_fact {
  const char *name; /* static */
  char value[HX_FACT_VALUE];
} hx_fact;

/* host, kernel, os, cpu_model, governor, turbo, smt, aslr, hypervisor, memory_bytes, swap_bytes,
 * load_1min, boot_id: always all of them, in a fixed order; "" where the machine does not say. Read
 * below `root` ("/" when NULL), except host and kernel, which are asked of the kernel when root is
 * NULL. Returns how many were written. */
int hx_facts_read(const hx_topo *topo, const char *root, hx_fact fact[HX_FACTS_MAX]);

#endif
