/* A picture of the machine in the manner of lstopo: packages, NUMA nodes, L3 caches, cores and
 * their hardware threads, nested as they are in the hardware. */
#ifndef HX_REPORT_MACHINE_SVG_H
#define HX_REPORT_MACHINE_SVG_H

#include "machine/pin.h"
#include "machine/topo.h"

#include <stdio.h>

/* An <svg> element for an HTML page; classes are styled by plots/report.css. `places`: where each
 * of n_places workers sits, marked in the picture; 0 for none. */
void hx_machine_svg(const hx_topo *topo, const hx_place *places, int n_places, FILE *out);

/* "32 KiB", "1.5 MiB". Returns text. */
enum { HX_BYTES_TEXT = 32 };
const char *hx_bytes_text(double bytes, char text[HX_BYTES_TEXT]);

#endif
