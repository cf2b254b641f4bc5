/* One household: who lives there, what they own, and what they do on a day. */
#ifndef HX_SYNTH_HOUSEHOLD_H
#define HX_SYNTH_HOUSEHOLD_H

#include "synth/rng.h"

#include <stdbool.h>
#include <stdint.h>

/* What all households of the building share on a day. Arrays have one element per step. */
typedef struct hx_synth_day {
  long number; /* see base/dates.h */
  bool off;    /* weekend or holiday */
  double winter;
  uint32_t steps;
  double step_min;
  const double *indoor_c; /* of an unheated flat: outside, delayed */
  const double *dark;     /* 0 by day, 1 by night */
  double *scratch;        /* used while one household is simulated */
} hx_synth_day;

/* A device that runs past midnight. */
typedef struct hx_synth_carry {
  double minutes, kw;
} hx_synth_carry;

enum { HX_SYNTH_MAX_CARRY = 8, HX_SYNTH_MAX_TRIPS = 4 };

typedef struct hx_synth_household {
  hx_rng rng;
  uint64_t seed, id; /* key of its trips */

  /* Who lives there. */
  int habit; /* row of the table of habits */
  int people;
  double early_min; /* gets up this much before others of its habit */

  /* What they own: kW while running, °C where it starts, chance per day of being used. */
  double fridge_kw, fridge_period_min, fridge_duty, fridge_phase_min;
  double standby_kw, light_kw, gadget_kw;
  double cooktop_kw; /* 0: gas */
  double cool_kw, cool_from_c, cool_chance;
  double heat_kw, heat_below_c, heat_chance;
  double tank_kw, tank_kwh,
      tank_start_min; /* hot water at night on the controlled load; kw 0: none */
  double boiler_kw;   /* hot water by day, small tank; 0: none */
  double wash_chance, dryer_chance, dish_chance;

  /* State from day to day. */
  double up_past_midnight_min; /* minutes after midnight until they go to bed */
  int n_carry;
  hx_synth_carry carry[HX_SYNTH_MAX_CARRY];
  int trip_year; /* the trips below are those from its 1 July on */
  int n_trips;
  long trip_first[HX_SYNTH_MAX_TRIPS], trip_last[HX_SYNTH_MAX_TRIPS];
} hx_synth_household;

/* Household `index` of load file `file`. */
void hx_synth_household_init(hx_synth_household *h, uint64_t seed, uint32_t file, uint32_t index);

/* The next day: kw[step] = mean power over each step. Days must come in order. */
void hx_synth_household_run(hx_synth_household *h, const hx_synth_day *day, double *kw);

/* Adds kw over [start, start + minutes) of a day, cut at its end; returns the minutes cut off. */
double hx_synth_add_block(const hx_synth_day *day, double *kw_of_step, double start, double minutes,
                          double kw);

#endif
