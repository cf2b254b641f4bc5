/* cores: one worker per physical core in topology order; SMT siblings only when every core has a
 * worker. */
#include "machine/pin_pack.h"

static bool place_cores(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                        pvs_error *error) {
  return hx_pin_pack(topo, request, true, place, error);
}

const hx_pin_ops hx_pin_cores = {
    .name = "cores",
    .summary = "one worker per physical core; second hardware threads once every core has a worker",
    .place = place_cores,
};
