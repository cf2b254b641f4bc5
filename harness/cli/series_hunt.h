/* history --bisect: which commit made it slower, with live comparisons as the oracle. */
#ifndef HX_CLI_SERIES_HUNT_H
#define HX_CLI_SERIES_HUNT_H

#include "cli/versus.h"

typedef struct hx_series_hunt_request {
  hx_versus_options options;
  const hx_repository *repository;
  const char *workload, *config; /* of the records; NULL: what the options say */
  const char *good, *bad;        /* full commits */
  double change;                 /* suspected; NaN: unknown */
} hx_series_hunt_request;

/* Confirms and bisects, says each step, prints a table. Returns an hx_exit. */
int hx_series_hunt(const hx_context *cx, const hx_series_hunt_request *request);

#endif
