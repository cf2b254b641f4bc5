/* Machines: an XML export, or lines of text: hwloc's synthetic description, a worker list, a list of
 * pin strategies. Any of them is a machine on which each configuration has places within what is
 * allowed, or is refused with an error. */
#include "machine/grid.h"
#include "machine/pin.h"

#include <hwloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* hwloc frees only part of a file that it refuses. Its plugins have to stay loaded to be named. */
/* NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer's own name */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
  return "leak:libhwloc\nleak:hwloc_xml_libxml";
}
/* NOLINTEND(bugprone-reserved-identifier) */

enum { LINES = 3, MOST_BYTES = 1 << 14, MOST_PUS = 512 };

static void require(int truth) {
  if (!truth)
    abort();
}

static void check_error(const pvs_error *error) {
  require(error->code != PVS_OK && error->message[0]);
}

/* Every configuration of a grid can be placed, and stays within the allowed CPUs. */
static void check_grid(const hx_topo *topo, const char *workers, const char *pins) {
  const hx_grid_request request = {
      .workers = *workers ? workers : NULL, .pins = *pins ? pins : NULL, .units = 7};
  pvs_error error = {0};
  hx_grid grid = {0};
  if (!hx_grid_init(&grid, topo, &request, &error)) {
    check_error(&error);
    return;
  }
  require(grid.n > 0 && hx_config_workers(&grid.config[0]) == 1);
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  for (size_t i = 0; i < grid.n; i++) {
    const int n = hx_config_workers(&grid.config[i]);
    hx_place *places = n <= 4 * MOST_PUS ? calloc((size_t)n, sizeof *places) : NULL;
    if (places && hx_pin_place_config(topo, &grid.config[i], places, NULL))
      for (int w = 0; w < n; w++)
        require(hx_cpuset_is_inside(&places[w].cpus, allowed));
    free(places);
  }
  hx_grid_deinit(&grid);
}

static void check_machine(const hx_topo_origin *origin, const char *workers, const char *pins) {
  pvs_error error = {0};
  hx_topo *topo = hx_topo_open(origin, &error);
  if (!topo) {
    check_error(&error);
    return;
  }
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  require(c->pus >= 1 && c->cores >= 1 && c->usable >= 1 && c->usable <= c->pus);
  for (int level = 0, n; level < hx_topo_levels(topo); level++)
    require(hx_topo_level(topo, level, &n) != NULL && n >= 1);
  char text[256];
  hx_topo_synthetic(topo, text, sizeof text);
  require(text[0] != '\0');
  if (c->pus <= MOST_PUS)
    check_grid(topo, workers, pins);
  hx_topo_close(topo);
}

static void check_xml(const uint8_t *data, size_t size) {
  char path[64];
  const int fd = memfd_create("topology", MFD_CLOEXEC);
  require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  check_machine(&(hx_topo_origin){.xml = path}, "", "");
  close(fd);
}

/* A description may ask for millions of processors, each of which hwloc makes. */
static int is_large(const char *text) {
  double product = 1;
  for (char *end; *text; text = end) {
    end = (char *)text + 1;
    if (*text >= '1' && *text <= '9')
      product *= strtod(text, &end);
  }
  return !(product <= 4 * MOST_PUS);
}

/* hwloc loads its plugins for the first topology and unloads them with the last one: with this one they
 * are loaded once, and not for each input. */
static void keep_plugins_loaded(void) {
  static hwloc_topology_t kept;
  if (!kept)
    require(hwloc_topology_init(&kept) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > MOST_BYTES)
    return 0;
  setenv("HWLOC_HIDE_ERRORS", "2", 1); /* it would print about every other file */
  keep_plugins_loaded();
  if (data[0] == '<') {
    check_xml(data, size);
    return 0;
  }
  char *copy = strndup((const char *)data, size), *at = copy, *line[LINES];
  require(copy != NULL);
  for (int i = 0; i < LINES; i++) {
    line[i] = at;
    at += strcspn(at, "\n");
    if (*at)
      *at++ = '\0';
  }
  if (!is_large(line[0]))
    check_machine(&(hx_topo_origin){.synthetic = line[0]}, line[1], line[2]);
  free(copy);
  return 0;
}
