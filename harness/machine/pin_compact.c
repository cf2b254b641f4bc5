/* compact: packed as densely as possible, so that workers share caches: the SMT siblings of a core,
 * then the next core of the same cache, then the next cache. */
#include "machine/pin_pack.h"

static bool place_compact(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                          pvs_error *error) {
  return hx_pin_pack(topo, request, false, place, error);
}

const hx_pin_ops hx_pin_compact = {
    .name = "compact",
    .summary = "packed: all hardware threads of a core, then the next core of the same cache",
    .place = place_compact,
};
