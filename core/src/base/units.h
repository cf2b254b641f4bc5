/* Units and signs, stated once.
 *
 * Energy is kWh per interval, power kW, charge level kWh; rates c/kWh, fixed charges c/day,
 * bills c, capital and operating costs $ (turned into c where they meet bills, into $ on output).
 *
 * Import is energy a customer takes from the grid (>= 0), export what it gives (>= 0), net =
 * generation - load = export - import. A battery's step log is its net discharge of the step:
 * discharge > 0, charge < 0, at the battery's outside terminals.
 */
#ifndef PVS_BASE_UNITS_H
#define PVS_BASE_UNITS_H

#define PVS_CENTS_PER_DOLLAR 100.0
#define PVS_SECONDS_PER_HOUR 3600.0
#define PVS_SECONDS_PER_DAY  86400

/* Sums over time are made in PVS_LANES partial sums (step t goes to lane t mod 8, ascending), added
 * by pvs_lanes_sum: the same bits at every SIMD width. Series are padded with zeros to a multiple
 * of it. */
enum { PVS_LANES = 8 };

static inline double pvs_lanes_sum(const double lanes[PVS_LANES]) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

#endif
