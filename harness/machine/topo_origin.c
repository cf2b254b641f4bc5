#include "machine/topo_origin.h"

#include "base/fail.h"
#include "base/files.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* hwloc makes what a text asks for, were it a billion CPUs. Memory and caches beside the levels, in
 * brackets, have no CPUs of their own. */
static bool is_small(const char *synthetic, pvs_error *error) {
  double cpus = 1;
  int brackets = 0;
  for (const char *c = synthetic; *c != '\0'; c++) {
    bool begins = c == synthetic || strchr(" :", c[-1]) != NULL;
    brackets += (*c == '(' || *c == '[') - (*c == ')' || *c == ']');
    if (begins && brackets == 0 && isdigit((unsigned char)*c))
      cpus *= strtod(c, NULL);
  }
  return cpus <= HX_CPUSET_BITS ||
         hx_fail(error, PVS_BAD_VALUE,
                 "synthetic topology \"%s\": found %.0f CPUs, expected at most %d", synthetic, cpus,
                 HX_CPUSET_BITS);
}

/* hwloc would read any device to its end, and a pipe that nobody writes to for ever. */
static bool is_file(const char *xml, pvs_error *error) {
  int fd = hx_files_open(xml, O_RDONLY, "a topology exported by hwloc (lstopo)", error);
  if (fd >= 0)
    close(fd);
  return fd >= 0;
}

bool hx_topo_origin_check(const hx_topo_origin *origin, pvs_error *error) {
  if (origin->synthetic != NULL && origin->xml != NULL)
    return hx_fail(error, PVS_BAD_VALUE,
                   "found a synthetic topology and an XML file, expected one of them");
  return (origin->synthetic == NULL || is_small(origin->synthetic, error)) &&
         (origin->xml == NULL || is_file(origin->xml, error));
}
