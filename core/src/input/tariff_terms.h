/* A row of tariff_lookup.csv as the terms of a tariff (MODEL.md section 3). */
#ifndef PVS_INPUT_TARIFF_TERMS_H
#define PVS_INPUT_TARIFF_TERMS_H

#include "input/table_row.h"
#include "model/tariff.h"

/* Errors go to r->code. Draws warnings about what has no effect or is far from any real tariff; the
 * calendar tells which steps no period covers. */
void pvs_tariff_terms_read(pvs_table_row *r, const pvs_calendar *calendar, pvs_tariff_terms *terms);

#endif
