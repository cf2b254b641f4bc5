/* What a sweep measured of one workload, as a response surface in a CSV file, which the search can
 * be tried on (`./dev selftest search --surface`). */
#ifndef HX_TUNE_SURFACE_H
#define HX_TUNE_SURFACE_H

#include "pvs/pvs.h"

#include "tune/sweep.h"

/* surface,topology,units,executor,processes,threads,pin,schedule,seconds: a row per workload and
 * configuration with valid runs, seconds their estimate. Replaces the file as a whole. */
bool hx_surface_export(const hx_sweep_report *report, const hx_topo *topo, const char *path,
                       pvs_error *error);

#endif
