/* none: no worker is bound; the kernel's scheduler places and moves them. */
#include "machine/pin.h"

static bool place_none(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                       pvs_error *error) {
  (void)topo, (void)request, (void)place, (void)error;
  return true; /* places come unbound */
}

const hx_pin_ops hx_pin_none = {
    .name = "none",
    .words = "not pinned: the kernel places the workers",
    .place = place_none,
};
