/* Tariffs beside what people pay: warnings about what no real tariff has. */
#ifndef PVS_INPUT_TARIFF_USUAL_H
#define PVS_INPUT_TARIFF_USUAL_H

#include "input/table_row.h"
#include "model/tariff.h"

enum { PVS_MOST_FIXED = 8000 }; /* c/day; more is told of the table */

#define PVS_LOW_AT_NIGHT " Networks charge so little at night"

/* A demand charge in c/kW per day or month; `unit` as the file says it. */
void pvs_warn_demand(pvs_table_row *r, const char *column, double rate, const char *unit,
                     bool is_monthly);
void pvs_tariff_warn_unusual(pvs_table_row *r, const pvs_tariff_terms *terms);

#endif
