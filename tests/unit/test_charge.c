/* Charges of a tariff calendar: days and seasons, billing by hand, and every message about the file. */
#include "core_support.h"

#include "base/day_set.h"
#include "model/tariff.h"
#include <math.h>

/* ---- days ---- */

static void words_name_kinds_of_day(void **state) {
  (void)state;
  static const struct {
    const char *text;
    unsigned kinds;
  } cases[] = {
      {"all", 63},
      {"both", 63},
      {"weekday", 1},
      {"Saturday", 2},
      {"SUNDAY", 4},
      {"weekend", 6},
      {"holiday", 56},
      {"day", 9},
      {"end", 54},
      {"weekday+saturday", 3},
      {"sunday+holiday", 60},
      {"", 0},
      {"weekdays", 0},
      {"weekday+", 0},
      {"+sunday", 0},
      {"weekday,sunday", 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    unsigned kinds;
    bool is_valid = pvs_parse_day_kinds(cases[i].text, &kinds);
    assert_int_equal(is_valid, cases[i].kinds != 0);
    if (is_valid)
      assert_int_equal(kinds, cases[i].kinds);
  }
}

static pvs_day_set season(const char *from, const char *to) {
  pvs_day_set set = {.kinds = PVS_DAYS_ALL};
  assert_true(pvs_parse_month_day(from, &set.from));
  assert_true(pvs_parse_month_day(to, &set.to));
  return set;
}

static void seasons_may_cross_new_year(void **state) {
  (void)state;
  pvs_month_day unused;
  static const char *const wrong[] = {"31/4", "30/2", "0/1", "1/13", "1", "1/", "1/2/2013", "x/1"};
  for (size_t i = 0; i < COUNT_OF(wrong); i++)
    assert_false(pvs_parse_month_day(wrong[i], &unused));
  const pvs_day_set summer = season("1/11", "29/2"), winter = season("01/06", "31/8");
  assert_true(pvs_is_in_season(summer, pvs_days_of(2013, 11, 1)));
  assert_true(pvs_is_in_season(summer, pvs_days_of(2016, 2, 29)));
  assert_false(pvs_is_in_season(summer, pvs_days_of(2015, 3, 1)));
  assert_false(pvs_is_in_season(summer, pvs_days_of(2013, 10, 31)));
  assert_true(pvs_is_in_season(winter, pvs_days_of(2013, 8, 31)));
  assert_false(pvs_is_in_season(winter, pvs_days_of(2013, 9, 1)));
  assert_int_equal(pvs_season_year(summer, pvs_days_of(2014, 2, 1)), 2013);
  assert_int_equal(pvs_season_year(summer, pvs_days_of(2014, 12, 1)), 2014);
  assert_int_equal(pvs_season_year(winter, pvs_days_of(2014, 7, 1)), 2014);
}

static void a_holiday_is_a_kind_of_its_own(void **state) {
  (void)state;
  bool holidays[4] = {[1] = true, [2] = true};
  /* Thursday 28 March 2013 to Easter Sunday */
  const int64_t first = pvs_days_of(2013, 3, 28);
  const pvs_calendar calendar = {.start = first * PVS_DAY_S,
                                 .steps = 96,
                                 .interval_s = 3600,
                                 .n_days = 4,
                                 .holidays = holidays};
  assert_int_equal(pvs_day_kind(&calendar, first), PVS_DAYS_WEEKDAY);
  assert_int_equal(pvs_day_kind(&calendar, first + 1), PVS_DAYS_WEEKDAY_HOLIDAY);
  assert_int_equal(pvs_day_kind(&calendar, first + 2), PVS_DAYS_SATURDAY_HOLIDAY);
  assert_int_equal(pvs_day_kind(&calendar, first + 3), PVS_DAYS_SUNDAY);
}

/* ---- billing by hand: hours from 1 January to 30 June 2013, 181 days ---- */

enum { DAYS = 181, STEPS = 24 * DAYS };

typedef struct half_year {
  pvs_arena arena;
  pvs_metering metering;
  pvs_determinants determinants;
  double import[STEPS], export[STEPS];
  double scratch[STEPS];
} half_year;

/* The bill of a tariff with these charges. */
static pvs_bill bill_of(half_year *h, const pvs_charge *charges, size_t n) {
  static pvs_day_rows rows[STEPS];
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  pvs_arena_init(&h->arena);
  h->metering = (pvs_metering){
      .calendar = {.start = pvs_days_of(2013, 1, 1) * PVS_DAY_S,
                   .steps = STEPS,
                   .interval_s = 3600,
                   .n_days = DAYS},
      .num_days = DAYS,
      .n_export_limits = 2,
      .export_limit_kwh = {INFINITY, 3},
  };
  assert_true(pvs_days_compile(&h->metering.days, &h->metering.calendar, n, charges, &h->arena));
  const pvs_tariff_terms terms = {.id = "t",
                                  .type = "Calendar",
                                  .solar_rate_name = "",
                                  .block_high_kwh = {INFINITY, INFINITY},
                                  .n_charges = n,
                                  .charges = charges};
  pvs_tariff tariff;
  assert_int_equal(pvs_tariff_compile(&tariff, &terms, &h->metering, &h->arena, NULL), PVS_OK);
  assert_true(pvs_determinants_init(&h->determinants, &h->metering, tariff.needs, &h->arena));
  uint32_t span = 0;
  size_t n_rows = pvs_days_cut(&h->metering.days, &span, 0, STEPS, rows);
  pvs_determinants_add(&h->determinants, &h->metering, tariff.needs, kernels, 0, STEPS, h->import,
                       NULL, n_rows, rows);
  pvs_determinants_add_export(&h->determinants, &h->metering, tariff.needs, kernels, STEPS,
                              h->export, n_rows, rows, h->scratch);
  pvs_bill bill;
  pvs_tariff_bill(&tariff, &h->metering, kernels, &h->determinants, 0, 0, &bill);
  pvs_arena_deinit(&h->arena);
  return bill;
}

static pvs_charge charge_of(pvs_charge_kind kind, double rate) {
  return (pvs_charge){.kind = kind,
                      .days.kinds = PVS_DAYS_ALL,
                      .period.end_s = PVS_DAY_S,
                      .rate = rate,
                      .power_factor = 1,
                      .up_to_kwh_per_day = INFINITY,
                      .limit_kw = INFINITY};
}

/* The step of an hour of a day of 2013. */
static size_t hour_of(int month, int day, int hour) {
  return (size_t)(pvs_days_of(2013, month, day) - pvs_days_of(2013, 1, 1)) * 24 + (size_t)hour;
}

static half_year *new_half_year(void) {
  half_year *h = calloc(1, sizeof *h);
  assert_non_null(h);
  return h;
}

/* Peaks of 10 kW in January, 4 in February, 2 in April, none in the other months. */
static void put_peaks(half_year *h) {
  h->import[hour_of(1, 15, 18)] = 10;
  h->import[hour_of(2, 5, 18)] = 4;
  h->import[hour_of(4, 2, 18)] = 2;
}

static void demand_of_each_month_with_a_minimum(void **state) {
  (void)state;
  half_year *h = new_half_year();
  put_peaks(h);
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 100);
  charge.cycle = PVS_CYCLE_MONTH;
  charge.is_monthly = true;
  charge.minimum_kw = 3;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 100 * (10 + 4 + 3 + 3 + 3 + 3));
  charge.is_monthly = false;
  charge.minimum_kw = 0;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 100 * (10 * 31 + 4 * 28 + 2 * 30));
  charge.power_factor = 0.8;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 125 * (10 * 31 + 4 * 28 + 2 * 30));
  free(h);
}

static void a_season_has_one_demand_each_time_it_comes(void **state) {
  (void)state;
  half_year *h = new_half_year();
  put_peaks(h);
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1);
  charge.cycle = PVS_CYCLE_SEASON;
  charge.days = season("1/6", "31/1"); /* January belongs to the season of the year before */
  h->import[hour_of(6, 30, 23)] = 7;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 10 * 31 + 7 * 30);
  charge.is_monthly = true;
  charge.days = season("1/2", "15/4");
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 4 * 2.5);
  free(h);
}

static void a_ratchet_remembers_months_out_of_the_season(void **state) {
  (void)state;
  half_year *h = new_half_year();
  put_peaks(h);
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1);
  charge.cycle = PVS_CYCLE_MONTH;
  charge.is_monthly = true;
  charge.ratchet = 0.5;
  charge.ratchet_months = 3;
  /* January 10, February and March 5 of January, April 5, May 2 of February, June 1 of April */
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 10 + 5 + 5 + 5 + 2 + 1);
  charge.days = season("16/3", "31/5"); /* half of March */
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 5 * 16.0 / 31 + 5 + 2);
  charge.ratchet_months = 1;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 2 * 16.0 / 31 + 2 + 1);
  free(h);
}

static void demand_is_that_of_the_days_and_hours(void **state) {
  (void)state;
  half_year *h = new_half_year();
  put_peaks(h);
  pvs_charge charge = charge_of(PVS_CHARGE_DEMAND, 1);
  charge.cycle = PVS_CYCLE_MONTH;
  charge.is_monthly = true;
  charge.days.kinds = PVS_DAYS_SATURDAY;
  charge.period = (pvs_period){.start_s = 17 * 3600, .end_s = 19 * 3600};
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 0);
  h->import[hour_of(1, 5, 17)] = 3; /* Saturdays, at the hours' two edges */
  h->import[hour_of(1, 5, 19)] = 9;
  h->import[hour_of(2, 2, 18)] = 1;
  assert_near(bill_of(h, &charge, 1).demand_charge_c, 4);
  free(h);
}

static void later_rows_replace_earlier_ones(void **state) {
  (void)state;
  half_year *h = new_half_year();
  for (size_t t = 0; t < STEPS; t++)
    h->import[t] = 1;
  pvs_charge charges[3] = {charge_of(PVS_CHARGE_IMPORT, 10), charge_of(PVS_CHARGE_IMPORT, 20),
                           charge_of(PVS_CHARGE_IMPORT, 7)};
  charges[1].days = season("1/1", "31/1");
  charges[2].period.end_s = 6 * 3600;
  const double days = DAYS - 31;
  assert_near(bill_of(h, charges, 3).energy_charge_c,
              days * (18 * 10 + 6 * 7) + 31 * (18 * 20 + 6 * 7));
  free(h);
}

static void feed_in_has_tiers_and_a_limit(void **state) {
  (void)state;
  half_year *h = new_half_year();
  h->export[hour_of(1, 1, 12)] = 100;
  h->export[hour_of(1, 2, 12)] = 2;
  h->export[hour_of(2, 1, 12)] = 20;
  pvs_charge charges[2] = {charge_of(PVS_CHARGE_FEED_IN, 10), charge_of(PVS_CHARGE_FEED_IN, 1)};
  charges[0].cycle = PVS_CYCLE_MONTH;
  charges[0].up_to_kwh_per_day = 2; /* 62 kWh of January, 56 of February */
  charges[0].rate_above = 4;
  assert_near(bill_of(h, charges, 1).feed_in_credit_c, 62 * 10 + 40 * 4 + 20 * 10);
  charges[1].days = season("2/1", "2/1");
  assert_near(bill_of(h, charges, 2).feed_in_credit_c, 62 * 10 + 38 * 4 + 2 * 1 + 20 * 10);
  charges[0].limit = 1; /* 3 kW */
  assert_near(bill_of(h, charges, 1).feed_in_credit_c, (3 + 2 + 3) * 10);
  free(h);
}

/* ---- messages ---- */

#define LOOKUP   "reference/tariff_lookup.csv"
#define CHARGES  "reference/tariff_calendar.csv"
#define HOLIDAYS "reference/holidays.csv"
#define HEADER                                                                                     \
  "tariff_id,charge,rate,unit,days,start,end,from,to,per,minimum,ratchet_percent,ratchet_months,"  \
  "power_factor,up_to_kWh_per_day,rate_above,limit_kW\n"
#define IMPORT "cal,import,20,c/kWh,,,,,,,,,,,,,\n"

typedef struct fault {
  const char *file, *text; /* the file's whole text; NULL: there is no such file */
  const char *expected;    /* the first thing that a check finds; NULL: nothing */
} fault;

/* A row behind the import row. */
#define ROW(row, message)                                                                          \
  { CHARGES, HEADER IMPORT row "\n", message }
#define TYPE(tariff, message)                                                                      \
  {                                                                                                \
    LOOKUP,                                                                                        \
        "tariff_id,tariff_type,daily_fixed_rate,flat_rate,fit_type,fit_flat_rate,discount\nzero,"  \
        "Zero_Rate,,,,,\n" tariff "\n",                                                            \
        message                                                                                    \
  }
#define HOLIDAY(date, message)                                                                     \
  { HOLIDAYS, "date,region\n" date "\n", message }

static const fault faults[] = {
#include "charge_cases.inc"
};

typedef struct findings {
  char first[2048];
  int n;
} findings;

static void take_finding(void *ctx, bool is_error, const char *text) {
  findings *f = ctx;
  if (f->n++ == 0)
    snprintf(f->first, sizeof f->first, "%s: %s", is_error ? "error" : "warning", text);
}

static void put_calendar_study(memory_base *base) {
  memory_put(base, LOOKUP,
             "tariff_id,tariff_type,daily_fixed_rate,flat_rate,fit_type,fit_flat_rate,discount\n"
             "zero,Zero_Rate,,,,,\n"
             "cal,Calendar,100,,,,\n");
  memory_put(base, CHARGES, HEADER IMPORT);
  memory_put(base, HOLIDAYS, "date,region\n7/04/2013,\n");
  memory_put(
      base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
      "1,site,bau,zero,cal,zero,zero,20,0.06\n");
}

static void every_fault_is_named(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < COUNT_OF(faults); i++) {
    memory_base base;
    findings found = {.first = "nothing"};
    memory_base_init(&base);
    put_calendar_study(&base);
    if (faults[i].text)
      memory_put(&base, faults[i].file, faults[i].text);
    else
      memory_remove(&base, faults[i].file);
    pvs_study_options options = memory_options(&base);
    assert_int_equal(pvs_study_check(&options, take_finding, &found, NULL), PVS_OK);
    const char *text = strchr(found.first, ' ') ? strchr(found.first, ' ') + 1 : found.first;
    if (strcmp(text, faults[i].expected) != 0) {
      print_error("case %zu:\n  found    %s\n  expected %s\n", i, text, faults[i].expected);
      wrong++;
    }
    assert_int_equal(base.held, 0);
    memory_base_deinit(&base);
  }
  assert_int_equal(wrong, 0);
}

/* ---- registers ---- */

static void check_registers(const char *columns, const char *charges, const char *tariff,
                            const char *expected) {
  memory_base base;
  findings found = {.first = "nothing"};
  char text[1024];
  memory_base_init(&base);
  put_calendar_study(&base);
  memory_put(&base, CHARGES, charges);
  snprintf(text, sizeof text,
           "timestamp,A1,%s\n5/04/2013 12:00,1,2\n5/04/2013 18:00,1,3\n6/04/2013 0:00,2,2\n",
           columns);
  memory_put(&base, "load_profiles/site/load.csv", text);
  snprintf(text, sizeof text,
           "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
           "1,site,bau,zero,%s,zero,zero,20,0.06\n",
           tariff);
  memory_put(&base, MEMORY_STUDY, text);
  pvs_study_options options = memory_options(&base);
  assert_int_equal(pvs_study_check(&options, take_finding, &found, NULL), PVS_OK);
  assert_string_equal(found.first, expected);
  memory_base_deinit(&base);
}

static void registers_are_told(void **state) {
  (void)state;
  static const char charges[] = "tariff_id,charge,register,rate,unit,start,end,per\n"
                                "cal,import,,20,c/kWh,,,\ncal,import,pool,9,c/kWh,,,\n";
  check_registers("A1:pool", charges, "cal", "nothing");
  check_registers("A2", charges, "cal",
                  "warning: base/reference/tariff_calendar.csv: row 3, column register: no load "
                  "file of the study has a column CUSTOMER:pool: this row charges nothing");
  check_registers("A1:Pool", charges, "cal",
                  "warning: base/load_profiles/site/load.csv: row 1, column A1:Pool: this column "
                  "counts as a household of its own: no row of reference/tariff_calendar.csv has "
                  "the register 'Pool'");
  check_registers("A2:pool", charges, "cal",
                  "warning: base/load_profiles/site/load.csv: row 1, column A2:pool: this column "
                  "counts as a household of its own: there is no customer 'A2' whose register it "
                  "could be");
  check_registers("A1:pool", charges, "zero",
                  "error: base/studies/p/inputs/study_s.csv: row 2, column all_residents: found "
                  "'zero', expected a tariff with import rows for the register of column 'A1:pool' "
                  "in load folder 'site' (reference/tariff_calendar.csv, column register)");
  check_registers("A1:pool",
                  "tariff_id,charge,register,rate,unit,start,end,per\n"
                  "cal,import,,20,c/kWh,,,\ncal,import,pool,9,c/kWh,8:00,20:00,\n",
                  "cal",
                  "warning: base/reference/tariff_calendar.csv: row 3, column charge: 1 of 3 steps "
                  "are in no import row of this register, and their imports cost nothing: the "
                  "first is 2013-04-06 00:00");
  check_registers(
      "A1:pool",
      "tariff_id,charge,register,rate,unit,start,end,per\n"
      "cal,import,,20,c/kWh,,,\ncal,import,pool,9,c/kWh,,,\n"
      "cal,demand,pool,9,c/kW/day,,,month\n",
      "cal",
      "error: base/reference/tariff_calendar.csv: row 4, column register: found 'pool', "
      "expected an empty cell: only import is charged by register");
}

/* An open study stops at what a check calls an error, and only there. */
static void errors_stop_and_warnings_do_not(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT_OF(faults); i++) {
    memory_base base;
    findings found = {.n = 0};
    memory_base_init(&base);
    put_calendar_study(&base);
    if (faults[i].text)
      memory_put(&base, faults[i].file, faults[i].text);
    else
      memory_remove(&base, faults[i].file);
    pvs_study_options options = memory_options(&base);
    assert_int_equal(pvs_study_check(&options, take_finding, &found, NULL), PVS_OK);
    pvs_study *study = NULL;
    pvs_error error = {0};
    pvs_code code = pvs_study_open(&options, &study, &error);
    assert_int_equal(code != PVS_OK, strncmp(found.first, "error", 5) == 0);
    pvs_study_close(study);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_name_kinds_of_day),
      cmocka_unit_test(seasons_may_cross_new_year),
      cmocka_unit_test(a_holiday_is_a_kind_of_its_own),
      cmocka_unit_test(demand_of_each_month_with_a_minimum),
      cmocka_unit_test(a_season_has_one_demand_each_time_it_comes),
      cmocka_unit_test(a_ratchet_remembers_months_out_of_the_season),
      cmocka_unit_test(demand_is_that_of_the_days_and_hours),
      cmocka_unit_test(later_rows_replace_earlier_ones),
      cmocka_unit_test(feed_in_has_tiers_and_a_limit),
      cmocka_unit_test(every_fault_is_named),
      cmocka_unit_test(registers_are_told),
      cmocka_unit_test(errors_stop_and_warnings_do_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
