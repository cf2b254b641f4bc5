/* list:CPUS: worker i on the i-th CPU of the list, in the order given, round and round. */
#include "base/fail.h"
#include "machine/pin.h"

#include <assert.h>

static bool place_list(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                       pvs_error *error) {
  int cpu[HX_CPUSET_BITS];
  if (request->list == NULL || request->list[0] == '\0')
    return hx_fail(error, PVS_BAD_VALUE,
                   "pin strategy \"list\": expected CPUs behind it, like list:0-3,8");
  int n = hx_cpulist_parse(request->list, cpu, HX_CPUSET_BITS, error);
  if (n < 0)
    return false;
  if (n > HX_CPUSET_BITS)
    return hx_fail(error, PVS_BAD_VALUE, "pin list: found %d CPUs, expected at most %d", n,
                   HX_CPUSET_BITS);
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  for (int i = 0; i < n; i++) {
    if (hx_cpuset_has(allowed, cpu[i]))
      continue;
    char list[HX_CPUSET_TEXT];
    hx_cpuset_format(allowed, list, sizeof list);
    return hx_fail(error, PVS_BAD_VALUE,
                   "pin list \"%s\": CPU %d is not allowed, expected some of %s", request->list,
                   cpu[i], list);
  }
  assert(n > 0);
  for (int w = 0; w < request->processes * request->threads; w++)
    hx_cpuset_add(&place[w].cpus, cpu[w % n]);
  return true;
}

const hx_pin_ops hx_pin_list = {
    .name = "list",
    .words = "pinned to a list of CPUs",
    .takes_list = true,
    .place = place_list,
};
