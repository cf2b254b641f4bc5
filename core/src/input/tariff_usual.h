/* A tariff of tariff_lookup.csv beside what people pay: warnings about what no real tariff has. */
#ifndef PVS_INPUT_TARIFF_USUAL_H
#define PVS_INPUT_TARIFF_USUAL_H

#include "input/table_row.h"
#include "model/tariff.h"

void pvs_tariff_warn_unusual(pvs_table_row *r, const pvs_tariff_terms *terms);

#endif
