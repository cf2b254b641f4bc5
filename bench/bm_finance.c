/* Finance: repayments and present values, for many interest rates and terms. */
#include "bm_data.h"
#include "bm_list.h"

#include "model/finance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOANS = 256 };

typedef struct finance_case {
  double years[LOANS], rate[LOANS], cycles[LOANS];
  double made[LOANS], expected[LOANS];
} finance_case;

static const pvs_battery_terms battery = {.cap_kwh = 10,
                                          .max_cycles = 4000,
                                          .cost_dollars = 8000,
                                          .inverter_cost_dollars = 1500,
                                          .life_years = 10,
                                          .inverter_life_years = 12};

/* What must be paid monthly so that nothing is left after the last month: found from how one dollar
 * of debt and one of payments grow. */
static double plain_repayment(double dollars, double years, double rate) {
  double debt = dollars, paid = 0;
  for (int month = 0; month < (int)(12 * years); month++) {
    debt *= 1 + rate / 12;
    paid = paid * (1 + rate / 12) + 1;
  }
  return 12 * debt / paid;
}

static double plain_factor(double years, double rate) {
  double factor = 0;
  for (int month = (int)ceil(12 * years) - 1; month >= 1; month--)
    factor += pow(1 + rate / 12, -month) / 12;
  return factor;
}

/* How often it is bought: at the start, and whenever it is worn out or old before the end. */
static double plain_battery(double years, double rate, double cycles) {
  double life = fmin(battery.max_cycles / cycles, battery.life_years), dollars = 0;
  for (double bought = 0; bought == 0 || bought < years - 0.01 * life; bought += life)
    dollars += battery.cost_dollars;
  /* The first inverter, or as many as the term needs. */
  double inverters =
      battery.inverter_life_years < years ? floor(years / battery.inverter_life_years - 0.001) : 1;
  return plain_repayment(dollars + inverters * battery.inverter_cost_dollars, years, rate);
}

static void *finance_setup(const bm_param *param, char *why) {
  (void)why;
  finance_case *c = bm_alloc(1, sizeof *c);
  uint64_t random = 23;
  for (int i = 0; i < LOANS; i++) {
    double years = c->years[i] = 5 + (int)(bm_uniform(&random) * 25);
    double rate = c->rate[i] = 0.01 + 0.09 * bm_uniform(&random);
    c->cycles[i] = 100 + 400 * bm_uniform(&random);
    if (strcmp(param->variant, "repayment") == 0)
      c->expected[i] = plain_repayment(10000, years, rate);
    else if (strcmp(param->variant, "present_value") == 0)
      c->expected[i] = plain_factor(years, rate);
    else
      c->expected[i] = plain_battery(years, rate, c->cycles[i]);
  }
  return c;
}

static void repayment_run(void *ctx) {
  finance_case *c = ctx;
  for (int i = 0; i < LOANS; i++)
    c->made[i] = pvs_annual_repayment(10000, c->years[i], c->rate[i]);
}

static void present_value_run(void *ctx) {
  finance_case *c = ctx;
  for (int i = 0; i < LOANS; i++)
    c->made[i] = pvs_present_value_factor(c->years[i], c->rate[i]);
}

static void battery_run(void *ctx) {
  finance_case *c = ctx;
  for (int i = 0; i < LOANS; i++)
    c->made[i] = pvs_battery_repayment(&battery, c->cycles[i], 0, c->years[i], c->rate[i]);
}

static bool finance_check(void *ctx, bm_work *work, char *why) {
  finance_case *c = ctx;
  work->item = "loan";
  work->items = LOANS;
  for (int i = 0; i < LOANS; i++)
    if (!bm_close_to(c->made[i], c->expected[i], 1e-11))
      return bm_wrong(why, "%.17g over %g years at %g, month by month %.17g", c->made[i],
                      c->years[i], c->rate[i], c->expected[i]);
  return true;
}

const bm_ops bm_repayment = {finance_setup, NULL, repayment_run, finance_check, free};
const bm_ops bm_present_value = {finance_setup, NULL, present_value_run, finance_check, free};
const bm_ops bm_battery_repayment = {finance_setup, NULL, battery_run, finance_check, free};
