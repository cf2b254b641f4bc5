/* This machine's topology, for a group of tests. */
#ifndef TESTS_UNIT_TOPO_SUPPORT_H
#define TESTS_UNIT_TOPO_SUPPORT_H

#include "error_support.h"

#include "machine/topo.h"

static hx_topo *topo;

static int open_topo(void **state) {
  (void)state;
  pvs_error error;
  topo = hx_topo_open(&(hx_topo_origin){0}, afresh(&error));
  return topo ? 0 : -1;
}

static int close_topo(void **state) {
  (void)state;
  hx_topo_close(topo);
  return 0;
}

#endif
