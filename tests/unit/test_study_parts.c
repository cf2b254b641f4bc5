/* The study file read in parts by several threads, against libcsv alone in one: the same scenarios,
 * the same errors, the same warnings in the same order, whatever is in the rows. */
#include "core_support.h"
#include "study_support.h"

#include "study/study.h"

enum { TEXT = 1 << 17 };

#ifdef __SANITIZE_ADDRESS__
enum { FEWER = 4 }; /* a study takes twelve times as long */
#else
enum { FEWER = 1 };
#endif

static const char header[] =
    "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate,"
    "en_capex_id,pv_filename,pv_cap_id,pv_scaleable,pv_kW_peak,central_kWp,A2_kWp,"
    "central_battery_id,central_battery_strategy,central_battery_capacity_kWh,"
    "all_battery_id,all_battery_strategy,battery_capex_per_kWh,output_types,dst,remark\n";
static const char header_own_tariffs[] =
    "scenario,load_folder,arrangement,cp,A1,parent,network_tariff,a_term,a_rate,"
    "en_capex_id,pv_filename,pv_cap_id,pv_scaleable,pv_kW_peak,central_kWp,A2_kWp,"
    "central_battery_id,central_battery_strategy,central_battery_capacity_kWh,"
    "all_battery_id,all_battery_strategy,battery_capex_per_kWh,output_types,dst,A2\n";

static const char *one_of(dice *d, const char *const *texts, size_t n) {
  return texts[dice_below(d, (uint32_t)n)];
}
#define ONE_OF(d, ...)                                                                             \
  one_of(d, (const char *const[]){__VA_ARGS__},                                                    \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* One of the texts, or now and then a number that hardly comes again. */
static const char *any_number(dice *d, char text[16], const char *usual) {
  if (dice_below(d, 3))
    return usual;
  snprintf(text, 16, "%u.%03u", 1 + dice_below(d, 30), dice_below(d, 1000));
  return text;
}

/* A row that is right, and may draw warnings. Most of its cells come again in other rows, some of
 * them seldom, and one is too long to be remembered. */
static int put_row(char *end, size_t room, dice *d, int number, bool own_tariffs) {
  const char *pv = ONE_OF(d, "", "roof", "roof.csv", "owners");
  char numbers[4][16];
  bool points = dice_below(d, 4) == 0;
  return snprintf(
      end, room, "%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n",
      number, ONE_OF(d, "site", "site", "two"), ONE_OF(d, "bau", "en", "en_pv", "en_pv", "bau_bat"),
      ONE_OF(d, "tou", "flat"), ONE_OF(d, "flat", "block", "solar"), ONE_OF(d, "zero", "demand"),
      ONE_OF(d, "tou", "flat"), any_number(d, numbers[0], ONE_OF(d, "20", "10", " 7.5", "61")),
      ONE_OF(d, "0.06", "0", "0.31"), ONE_OF(d, "", "usual"), pv,
      points ? "my_pricepoint" : "legacy", ONE_OF(d, "", "", "", "TRUE"),
      any_number(d, numbers[1], ONE_OF(d, "1", "2.5")),
      points ? any_number(d, numbers[2], ONE_OF(d, "", "3", "25")) : "", points ? "1.5" : "",
      ONE_OF(d, "", "big", "any_scale"), ONE_OF(d, "", "evening", "any", "first"),
      any_number(d, numbers[3], ONE_OF(d, "", "8", "3.25")), ONE_OF(d, "", "", "big"),
      ONE_OF(d, "", "", "any"), ONE_OF(d, "", "700", "20000"),
      ONE_OF(d, "", "", "", "log_timeseries_brief", "log_it"), ONE_OF(d, "", "nsw", "eu"),
      own_tariffs ? ONE_OF(d, "flat", "block", "tou")
                  : ONE_OF(d, "", "remark", "flat", "a remark of more than 24 bytes"));
}

/* A line that is wrong, or unusual. */
static const char *odd_line(dice *d) {
  return ONE_OF(d, "\n", ",,,,,,,,,,,,,,,,,,,,,,,,\n", "  ,\t,,,,,,,,,,,,,,,,,,,,,,,\r\n",
                "1,2,3\n", ",site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                ",,,,,,,,,,,,,,,,,,,,,,,,a remark\n",
                "1,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "-5,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\r\n",
                "1e6,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "9000001,\"site\",en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\"two\nlines\"\n",
                "9000002,site,en,flat,fl\"at,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "9000003,site,nothing,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "9000004,site,en,flat,unknown,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "9000005,site,en,flat,flat,zero,flat,20,x,,,,,,,,,,,,,,,,\n",
                "9000006,,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "half,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,\n",
                "9000007,site,en,flat,flat,zero,flat,20,0,,,,,,,big,evening,-1,,,,,,,\n",
                "9000008,site,en,flat,flat,zero,flat,20,0,,,,,,,none,evening,,,,,,,,\n",
                "9000010,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,caf\xc3\xa9\n",
                "9000011,site,en,flat,flat,zero,flat,20,0,,,,,,,,,,,,,,,,caf\xe9\n",
                "9000009,site,en_pv,flat,flat,zero,flat,20,0,,roof,what,,,,,,,,,,,,,\n");
}

/* Adds the cells of a row that is like another one but for some cells of a third. */
static size_t put_mixture(char *end, const char *like, const char *other, dice *d) {
  const char *from = end;
  while (*like) {
    const size_t length = strcspn(like, ",\n") + 1, other_length = strcspn(other, ",\n") + 1;
    const bool is_first = end == from, takes_other = is_first || dice_below(d, 12) == 0;
    memcpy(end, takes_other ? other : like, takes_other ? other_length : length);
    end += takes_other ? other_length : length;
    like += length;
    other += other_length;
  }
  *end = '\0';
  return (size_t)(end - from);
}

/* The rows, the last without a line end at times. odd: so many lines of a thousand are. */
static void make_rows(char *text, dice *d, uint32_t n, uint32_t odd, bool own_tariffs) {
  size_t used = 0;
  char like[1024], other[1024];
  put_row(like, sizeof like, d, 0, own_tariffs);
  int number = (int)dice_below(d, 10);
  for (uint32_t i = 0; i < n && used + 1024 < TEXT; i++) {
    if (dice_below(d, 1000) < odd)
      used += (size_t)snprintf(text + used, TEXT - used, "%s", odd_line(d));
    else if (put_row(other, sizeof other, d, number, own_tariffs))
      used += put_mixture(text + used, like, other, d);
    if (dice_below(d, 100) == 0)
      put_row(like, sizeof like, d, 0, own_tariffs);
    number += 1 + (int)dice_below(d, 2);
  }
  if (dice_below(d, 2))
    text[used - 1] = '\0';
}

/* A base with a second region, which the column dst may name. */
static void init_base(memory_base *base) {
  memory_base_init(base);
  memory_put(base, "reference/dst_lookup.csv",
             "year,nsw_start,nsw_end,eu_start,eu_end\n"
             "2013,6/10/2013 2:00,7/04/2013 2:00,31/03/2013 2:00,27/10/2013 2:00\n");
}

/* own_tariffs: a column for each household in place of all_residents. Puts the study with a header
 * that is plain, or one that only libcsv reads. */
static void put_study(memory_base *base, const char *rows, bool own_tariffs, bool plain) {
  char *text = malloc(sizeof header + TEXT + 16);
  assert_non_null(text);
  snprintf(text, sizeof header + TEXT + 16, "%s%s%s", plain ? "scenario" : "\"scenario\"",
           (own_tariffs ? header_own_tariffs : header) + strlen("scenario"), rows);
  memory_put(base, MEMORY_STUDY, text);
  free(text);
}

typedef struct outcome {
  pvs_study *study;
  pvs_error error;
} outcome;

static outcome open_study(const memory_base *base, const pvs_parallel *parallel) {
  outcome o = {0};
  pvs_study_options options = memory_options(base);
  options.parallel = parallel;
  pvs_code code = pvs_study_open(&options, &o.study, &o.error);
  assert_int_equal(code, o.error.code);
  return o;
}

#define SAME_COUNT(a, b, list) assert_int_equal((a)->list.count, (b)->list.count)

static void assert_same_costing(const pvs_costing *a, const pvs_costing *b, uint32_t n) {
  assert_int_equal(bits_of(a->en_opex), bits_of(b->en_opex));
  assert_int_equal(bits_of(a->en_repayment), bits_of(b->en_repayment));
  assert_int_equal(bits_of(a->pv_total_repayment), bits_of(b->pv_total_repayment));
  assert_int_equal(bits_of(a->present_value_factor), bits_of(b->present_value_factor));
  assert_int_equal(bits_of(a->battery_capex_per_kwh), bits_of(b->battery_capex_per_kwh));
  assert_int_equal(!a->pv_owner_repayment, !b->pv_owner_repayment);
  if (a->pv_owner_repayment)
    assert_memory_equal(a->pv_owner_repayment, b->pv_owner_repayment, n * sizeof(double));
}

static void assert_same_study(const pvs_study *a, const pvs_study *b) {
  assert_string_equal(a->region, b->region);
  assert_int_equal(a->n_tariffs, b->n_tariffs);
  assert_int_equal(a->n_folders, b->n_folders);
  assert_int_equal(a->n_pvs, b->n_pvs);
  SAME_COUNT(a, b, warnings);
  for (uint32_t i = 0; i < a->warnings.count; i++)
    assert_string_equal(a->warnings.items[i], b->warnings.items[i]);
  SAME_COUNT(a, b, scenarios);
  SAME_COUNT(a, b, payer_sets);
  SAME_COUNT(a, b, strategies);
  SAME_COUNT(a, b, installed);
  SAME_COUNT(a, b, battery_sets);
  SAME_COUNT(a, b, costings);
  for (uint32_t i = 0; i < a->scenarios.count; i++) {
    const pvs_scenario *s = &a->scenarios.items[i], *t = &b->scenarios.items[i];
    assert_int_equal(s->id, t->id);
    assert_int_equal(s->folder, t->folder);
    assert_int_equal(s->pv, t->pv);
    assert_int_equal(bits_of(s->pv_scale), bits_of(t->pv_scale));
    assert_int_equal(s->payers, t->payers);
    assert_int_equal(s->batteries, t->batteries);
    assert_int_equal(s->costing, t->costing);
    assert_int_equal(s->arrangement, t->arrangement);
    assert_int_equal(s->logs, t->logs);
    assert_int_equal(s->empty_central, t->empty_central);
    const uint32_t n = a->folders[s->folder].n_residents;
    assert_memory_equal(pvs_study_payers(a, s->payers), pvs_study_payers(b, t->payers),
                        (n + 2) * sizeof(uint32_t));
    assert_same_costing(&a->costings.items[s->costing], &b->costings.items[t->costing], n);
  }
  for (uint32_t i = 0; i < a->battery_sets.count; i++) {
    const pvs_battery_set *s = &a->battery_sets.items[i], *t = &b->battery_sets.items[i];
    assert_int_equal(s->n_individual, t->n_individual);
    assert_int_equal(s->central, t->central);
    assert_int_equal(s->n_residents, t->n_residents);
    assert_int_equal(!s->individual, !t->individual);
    if (s->individual)
      assert_memory_equal(s->individual, t->individual,
                          (s->n_residents + 1) * sizeof *s->individual);
  }
  for (uint32_t i = 0; i < a->installed.count; i++) {
    assert_string_equal(a->installed.items[i].id, b->installed.items[i].id);
    assert_int_equal(a->installed.items[i].strategy, b->installed.items[i].strategy);
    assert_int_equal(bits_of(a->installed.items[i].terms.cap_kwh),
                     bits_of(b->installed.items[i].terms.cap_kwh));
  }
  for (uint32_t i = 0; i < a->strategies.count; i++)
    assert_string_equal(a->strategies.items[i].id, b->strategies.items[i].id);
  for (uint32_t i = 0; i < a->n_folders * a->n_pvs; i++)
    assert_int_equal(!a->owner_maps[i].column_of, !b->owner_maps[i].column_of);
}

/* The rows through libcsv, plainly in one thread, and in parts. Returns whether they are a study. */
static bool check_rows(memory_base *base, const char *rows, bool own_tariffs, dice *d) {
  char expected[4096], found[4096];
  put_study(base, rows, own_tariffs, false);
  outcome judge = open_study(base, NULL);
  put_study(base, rows, own_tariffs, true);
  for (int i = 0; i < 3; i++) {
    shuffler s = {.d = d};
    pvs_parallel parallel = shuffled(&s, 1 + dice_below(d, 3), 1 + dice_below(d, 4000));
    outcome o = open_study(base, i == 0 ? NULL : &parallel);
    assert_string_equal(pvs_error_text(&o.error, found, sizeof found),
                        pvs_error_text(&judge.error, expected, sizeof expected));
    assert_int_equal(!o.study, !judge.study);
    if (judge.study)
      assert_same_study(judge.study, o.study);
    pvs_study_close(o.study);
  }
  bool is_study = judge.study != NULL;
  pvs_study_close(judge.study);
  assert_int_equal(base->held, 0);
  return is_study;
}

static void right_rows_are_the_same_in_parts(void **state) {
  (void)state;
  memory_base base;
  init_base(&base);
  char *rows = malloc(TEXT);
  assert_non_null(rows);
  dice d = {11};
  for (int round = 0; round < 24 / FEWER; round++) {
    make_rows(rows, &d, 20 + dice_below(&d, 500), 0, round % 2);
    assert_true(check_rows(&base, rows, round % 2, &d));
  }
  free(rows);
  memory_base_deinit(&base);
}

static void faults_and_oddities_are_the_same_in_parts(void **state) {
  (void)state;
  memory_base base;
  init_base(&base);
  char *rows = malloc(TEXT);
  assert_non_null(rows);
  dice d = {12};
  int studies = 0;
  for (int round = 0; round < 200 / FEWER; round++) {
    make_rows(rows, &d, 20 + dice_below(&d, 200), 1 + dice_below(&d, 25), false);
    studies += check_rows(&base, rows, false, &d);
  }
  assert_true(studies > 10 / FEWER && studies < 190 / FEWER);
  free(rows);
  memory_base_deinit(&base);
}

enum { REMARK = 24 };

/* A cell that hardly comes again. */
static int put_any_cell(char *end, size_t room, dice *d, uint32_t column, uint32_t faults) {
  if (dice_below(d, 1000) < faults)
    return snprintf(end, room, "%s",
                    ONE_OF(d, "x", "-3", "1e400", "fl\"at", "", "caf\xc3\xa9", "\xe9"));
  if (column == REMARK && dice_below(d, 50) == 0)
    return snprintf(end, room, "%s", ONE_OF(d, "demand", "solar", "block"));
  return snprintf(end, room, "%s%u.%03u%s", ONE_OF(d, "", "", "", " "), 1 + dice_below(d, 60),
                  dice_below(d, 1000), ONE_OF(d, "", "", "", " ", "\t", "e0"));
}

/* Whether there is something to say about a study of this row. */
static bool draws_warning(memory_base *base, const char *row) {
  bool any = false;
  put_study(base, row, false, true);
  outcome o = open_study(base, NULL);
  for (uint32_t i = 0; o.study && i < o.study->warnings.count; i++)
    any |= strstr(o.study->warnings.items[i], "row 2") != NULL;
  any |= !o.study;
  pvs_study_close(o.study);
  return any;
}

/* Like make_rows, but rows are like one of a few in all but one to four columns, where nearly every
 * one differs. faults: so many of a thousand cells are wrong. */
static void make_varied_rows(memory_base *base, char *text, dice *d, uint32_t n, uint32_t faults) {
  enum { MOST_KINDS = 3 };
  static const uint32_t numbers[] = {7, 13, 18, 21, REMARK}; /* columns that may have any number */
  char kinds[MOST_KINDS][1024];
  const uint32_t n_kinds = 1 + dice_below(d, MOST_KINDS);
  uint32_t varied = 0;
  size_t used = 0;
  for (uint32_t i = 0; i < n_kinds; i++)
    do
      put_row(kinds[i], sizeof kinds[i], d, 0, false);
    while (draws_warning(base, kinds[i]));
  while (!varied)
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
      varied |= dice_below(d, 3) ? 0 : 1u << numbers[i];
  for (uint32_t number = 1; number <= n && used + 1024 < TEXT; number++) {
    const char *from = kinds[dice_below(d, n_kinds)];
    for (uint32_t column = 0; *from; column++) {
      const size_t length = strcspn(from, ",\n");
      char *end = text + used;
      const bool varies = varied >> column & 1 && dice_below(d, 10);
      if (column == 0) {
        used += (size_t)snprintf(end, 16, "%u", number);
      } else if (varies) {
        used += (size_t)put_any_cell(end, 64, d, column, faults);
      } else {
        memcpy(end, from, length);
        used += length;
      }
      text[used++] = from[length];
      from += length + 1;
    }
  }
  text[used] = '\0';
}

static void rows_that_vary_in_some_columns_are_the_same(void **state) {
  (void)state;
  memory_base base;
  init_base(&base);
  char *rows = malloc(TEXT);
  assert_non_null(rows);
  dice d = {14};
  int studies = 0;
  for (int round = 0; round < 40 / FEWER; round++) {
    make_varied_rows(&base, rows, &d, 100 + dice_below(&d, 400), round % 2 ? 0 : 2);
    studies += check_rows(&base, rows, false, &d);
  }
  assert_true(studies > 20 / FEWER && (FEWER > 1 || studies < 40)); /* of a few, all may be */
  free(rows);
  memory_base_deinit(&base);
}

/* ---- checks ---- */

typedef struct findings {
  char text[1 << 16];
  size_t length;
} findings;

static void take_finding(void *ctx, bool is_error, const char *text) {
  findings *f = ctx;
  if (f->length + strlen(text) + 16 < sizeof f->text)
    f->length += (size_t)snprintf(f->text + f->length, sizeof f->text - f->length, "%d %s\n",
                                  is_error, text);
}

static void checks_find_the_same(void **state) {
  (void)state;
  memory_base base;
  init_base(&base);
  char *rows = malloc(TEXT);
  findings *judge = malloc(sizeof *judge), *found = malloc(sizeof *found);
  assert_true(rows && judge && found);
  dice d = {13};
  for (int round = 0; round < 60 / FEWER; round++) {
    make_rows(rows, &d, 20 + dice_below(&d, 100), 1 + dice_below(&d, 60), false);
    *judge = *found = (findings){0};
    pvs_study_options options = memory_options(&base);
    put_study(&base, rows, false, false);
    pvs_error error = {0};
    assert_int_equal(pvs_study_check(&options, take_finding, judge, &error), PVS_OK);
    put_study(&base, rows, false, true);
    shuffler s = {.d = &d};
    pvs_parallel parallel = shuffled(&s, 3, 500);
    options.parallel = &parallel;
    assert_int_equal(pvs_study_check(&options, take_finding, found, &error), PVS_OK);
    assert_string_equal(found->text, judge->text);
  }
  free(rows);
  free(judge);
  free(found);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(right_rows_are_the_same_in_parts),
      cmocka_unit_test(faults_and_oddities_are_the_same_in_parts),
      cmocka_unit_test(rows_that_vary_in_some_columns_are_the_same),
      cmocka_unit_test(checks_find_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
