/* Annuities, present values and battery purchases against closed forms and hand-computed numbers.
 */
#include "core_support.h"

#include "model/finance.h"
#include <math.h>

/* What is owed after the last payment of `term` years is nothing. */
static void repayments_pay_the_loan_off(void **state) {
  (void)state;
  static const double rates[] = {0, 0.01, 0.06, 0.075, 0.25}, terms[] = {1, 5, 12.25, 20, 30};
  for (size_t r = 0; r < COUNT_OF(rates); r++)
    for (size_t t = 0; t < COUNT_OF(terms); t++) {
      double monthly = pvs_annual_repayment(10000, terms[t], rates[r]) / 12, owed = 10000;
      for (int month = 0; month < (int)(12 * terms[t]); month++)
        owed = owed * (1 + rates[r] / 12) - monthly;
      assert_true(fabs(owed) < 1e-6);
    }
}

static void repayments_by_hand(void **state) {
  (void)state;
  assert_near(pvs_annual_repayment(12000, 10, 0), 1200);
  assert_near(pvs_annual_repayment(0, 10, 0.06), 0);
  /* One year at 12 %: twelve payments of P x 0.01 / (1 - 1.01^-12). */
  assert_true(fabs(pvs_annual_repayment(1000, 1, 0.12) - 1066.1854641400995) < 1e-9);
  assert_near(pvs_annual_repayment(-500, 10, 0), -50);
}

static void present_value_by_hand(void **state) {
  (void)state;
  /* 11 months of 100 a year without interest. */
  assert_near(-1200 * pvs_present_value_factor(1, 0), -1100);
  /* 1/12 x (v + v^2 + ... + v^239), v = 1/1.005: a geometric sum. */
  double v = 1 / 1.005, factor = v * (1 - pow(v, 239)) / (1 - v) / 12;
  assert_near(pvs_present_value_factor(20, 0.06), factor);
  /* The last month is left out, a part of a month counts as a whole one. */
  assert_near(pvs_present_value_factor(1.0 / 12, 0.06), 0);
  static const struct {
    double years, months;
  } terms[] = {{12.25, 146}, {12.3, 147}, {2.99, 35}, {0.5, 5}, {0.01, 0}, {1.5 / 12, 1}};
  for (size_t i = 0; i < COUNT_OF(terms); i++)
    assert_near(pvs_present_value_factor(terms[i].years, 0), terms[i].months / 12);
}

static const pvs_battery_terms bought = {.cap_kwh = 10,
                                         .max_cycles = 4000,
                                         .cost_dollars = 8000,
                                         .inverter_cost_dollars = 1000,
                                         .life_years = 1000,
                                         .inverter_life_years = NAN};

/* The capital cost that a repayment without interest over `term` years is of. */
static double capex(const pvs_battery_terms *terms, double cycles, double per_kwh, double term) {
  return pvs_battery_repayment(terms, cycles, per_kwh, term, 0) * term;
}

static void batteries_are_bought_again(void **state) {
  (void)state;
  pvs_battery_terms terms = bought;
  assert_near(capex(&terms, 0, 0, 20), 9000);      /* never used: once */
  assert_near(capex(&terms, 200, 0, 20), 9000);    /* worn out after exactly 20 years */
  assert_near(capex(&terms, 201, 0, 20), 9000);    /* 19.9 years: within the slack of 0.01 */
  assert_near(capex(&terms, 250, 0, 20), 17000);   /* 16 years: twice */
  assert_near(capex(&terms, 4000, 0, 20), 161000); /* a year: twenty times (19.99) */
  terms.life_years = 7;
  assert_near(capex(&terms, 100, 0, 20), 1000 + 3 * 8000);
  assert_near(capex(&terms, 100, 0, 7), 9000);
  assert_near(capex(&terms, 100, 0, 14), 1000 + 2 * 8000);
  assert_near(capex(&terms, 4000, 0, 3), 1000 + 3 * 8000); /* the shorter life counts */
  terms = bought;
  terms.max_cycles = 5;
  assert_near(capex(&terms, 0.5, 0, 20), 1000 + 2 * 8000); /* ten years of half a cycle */
  terms.life_years = 1e6;                                  /* one that is not used lasts 1000 */
  assert_near(capex(&terms, 0, 0, 1000), 9000);
  assert_near(capex(&terms, 0, 0, 2010.5), 1000 + 3 * 8000);
}

static void inverters_are_bought_again(void **state) {
  (void)state;
  pvs_battery_terms terms = bought;
  terms.inverter_life_years = 8;
  assert_near(capex(&terms, 0, 0, 20), 8000 + 2 * 1000); /* trunc(2.5 - 0.001) */
  assert_near(capex(&terms, 0, 0, 16), 8000 + 1 * 1000); /* trunc(2 - 0.001) */
  assert_near(capex(&terms, 0, 0, 8), 8000 + 1 * 1000);  /* as long as the loan: once */
  assert_near(capex(&terms, 0, 0, 5), 8000 + 1 * 1000);
  assert_near(capex(&terms, 0, 0, 17), 8000 + 2 * 1000); /* trunc(2.125 - 0.001) */
}

static void a_price_by_size_replaces_the_tables(void **state) {
  (void)state;
  pvs_battery_terms terms = bought;
  terms.life_years = 6;
  assert_near(capex(&terms, 0, 700, 5), 7000);
  assert_near(capex(&terms, 0, 0.5, 5), 5);
  assert_near(capex(&terms, 0, 700, 12.5), 3 * 7000);
  assert_near(capex(&terms, 0, 0, 5), 9000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(repayments_pay_the_loan_off),
      cmocka_unit_test(repayments_by_hand),
      cmocka_unit_test(present_value_by_hand),
      cmocka_unit_test(batteries_are_bought_again),
      cmocka_unit_test(inverters_are_bought_again),
      cmocka_unit_test(a_price_by_size_replaces_the_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
