/* A row of tariff_calendar.csv as a charge. */
#ifndef PVS_INPUT_CHARGE_TERMS_H
#define PVS_INPUT_CHARGE_TERMS_H

#include "input/table_row.h"
#include "model/charge.h"

/* Errors go to r->code. Draws warnings about cells that the kind of charge does not use, and about
 * what no real tariff has. `discount` multiplies import rates. */
void pvs_charge_terms_read(pvs_table_row *r, double discount, pvs_charge *charge);

#endif
