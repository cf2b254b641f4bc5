#include "cli/report_store.h"

#include "cli/message.h"
#include "machine/identity.h"

#include <stdio.h>
#include <string.h>

static bool this_machine(char id[HX_MACHINE_ID], pvs_error *error) {
  hx_topo_origin live = {0};
  hx_topo *topo = hx_topo_open(&live, error);
  if (topo == NULL)
    return false;
  hx_identity identity = hx_identity_of(topo);
  snprintf(id, HX_MACHINE_ID, "%s", identity.machine);
  hx_topo_close(topo);
  return true;
}

/* It becomes a folder of the store, and must not lead out of it. */
static bool is_name(const char *machine) {
  return *machine && strlen(machine) < HX_MACHINE_ID && !strchr(machine, '/') &&
         strcmp(machine, ".") != 0 && strcmp(machine, "..") != 0;
}

int hx_report_store_open(const hx_context *cx, const char *machine, hx_report_data *data) {
  pvs_error error = {0};
  char id[HX_MACHINE_ID] = "";
  if (machine && !is_name(machine))
    return hx_error_exit(
        HX_EXIT_USAGE,
        "--machine: found '%.40s', expected a machine id as in m-0123456789, which "
        "'pvtune topo' prints",
        machine);
  if ((machine == NULL && !this_machine(id, &error)) ||
      !hx_report_open(cx->results_dir, machine ? machine : id, data, &error))
    return hx_command_fail(&error, hx_command_exit_of(&error));
  return HX_EXIT_OK;
}
