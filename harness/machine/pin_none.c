/* none: no worker is bound; the kernel's scheduler places and moves them. */
#include "machine/pin.h"

static bool place_none(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                       char *err, size_t err_cap) {
  (void)topo, (void)request, (void)place, (void)err, (void)err_cap;
  return true; /* places come unbound */
}

const hx_pin_ops hx_pin_none = {
    .name = "none",
    .summary = "no binding: the kernel places and moves workers",
    .place = place_none,
};
