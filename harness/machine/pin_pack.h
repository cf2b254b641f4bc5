/* Packing, the common part of `compact` and `cores`: one PU a worker, taken in a fixed order. */
#ifndef HX_MACHINE_PIN_PACK_H
#define HX_MACHINE_PIN_PACK_H

#include "pvs/pvs.h"

#include "machine/pin.h"

#include <stdbool.h>
#include <stddef.h>

/* PUs are taken by kind (the most performant first), then topology order; with cores_first every
 * core's first PU comes before any core's second one. When all are taken it starts again.
 *
 * The workers of one process stay together: a process of several threads goes to the innermost
 * domain (core, L2, L3, NUMA node, package) that still has as many free PUs, of one kind if
 * possible. A process that fits nowhere takes what is left in order. One process alone is not
 * grouped: its threads take the PUs in order. */
bool hx_pin_pack(const hx_topo *topo, const hx_pin_request *request, bool cores_first,
                 hx_place *place, pvs_error *error);

#endif
