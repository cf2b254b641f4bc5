/* Who gets which part of the PV and who pays for what: parts add up to the whole in every
 * arrangement. */
#include "core_support.h"

#include "model/arrangement.h"
#include <math.h>

enum { MOST = 9 };

typedef struct building {
  uint32_t n, cp;
  int32_t column_of[MOST + 1];
  double load_kwh[MOST];
  pvs_allocation_input input;
} building;

static void building_make(building *b, uint32_t n, uint32_t cp, uint32_t n_columns) {
  *b = (building){.n = n, .cp = cp};
  for (uint32_t i = 0; i < n; i++)
    b->load_kwh[i] = 100 + 50 * i;
  for (uint32_t i = 0; i <= n; i++)
    b->column_of[i] = -1;
  b->input = (pvs_allocation_input){.n_residents = n,
                                    .cp = cp,
                                    .n_columns = n_columns,
                                    .column_of = b->column_of,
                                    .load_kwh = b->load_kwh};
}

static void allocate(const building *b, const char *arrangement, pvs_share shares[MOST + 1]) {
  memset(shares, 0, (MOST + 1) * sizeof *shares);
  const pvs_arrangement *a = pvs_arrangement_find(arrangement);
  assert_non_null(a);
  a->allocate(&b->input, shares);
}

static void every_arrangement_is_found(void **state) {
  (void)state;
  static const struct {
    const char *id;
    bool embedded, pv, batteries, en_capex, with_cp, retailer, by_name;
  } all[] = {
      {"bau", false, false, false, false, false, false, false},
      {"bau_bat", false, false, true, false, false, false, false},
      {"en", true, false, true, true, false, false, false},
      {"en_pv", true, true, true, true, false, false, true},
      {"cp_only", false, true, true, false, false, false, true},
      {"btm_i_u", false, true, true, false, false, false, true},
      {"btm_i_c", false, true, true, false, false, false, true},
      {"btm_s_u", false, true, true, true, false, false, false},
      {"btm_s_c", false, true, true, true, true, false, false},
      {"btm_p_u", false, true, true, true, false, true, false},
      {"btm_p_c", false, true, true, true, true, true, false},
  };
  size_t n = 0;
  for (const pvs_arrangement *const *a = pvs_arrangements(); *a; a++)
    n++;
  assert_int_equal(n, COUNT_OF(all));
  for (size_t i = 0; i < COUNT_OF(all); i++) {
    const pvs_arrangement *a = pvs_arrangement_find(all[i].id);
    assert_non_null(a);
    assert_int_equal(a->embedded, all[i].embedded);
    assert_int_equal(a->has_pv, all[i].pv);
    assert_int_equal(a->has_batteries, all[i].batteries);
    assert_int_equal(a->has_en_capex, all[i].en_capex);
    assert_int_equal(a->en_units_include_cp, all[i].with_cp);
    assert_int_equal(a->solar_retailer, all[i].retailer);
    assert_int_equal(a->by_name, all[i].by_name);
    assert_int_equal(a->central_by_load, all[i].embedded && all[i].pv);
    assert_int_equal(a->central_is_owner, all[i].embedded && all[i].pv);
  }
  static const char *const wrong[] = {"", "BAU", "btm", "en_pv ", "btm_s"};
  for (size_t i = 0; i < COUNT_OF(wrong); i++)
    assert_null(pvs_arrangement_find(wrong[i]));
}

/* Of a system: what the share comes to. */
static double part_of(const pvs_share *share) {
  return share->kind == PVS_SHARE_COLUMN ? share->factor
         : share->kind == PVS_SHARE_REST ? (1 - share->factor) / share->among
                                         : 0;
}

/* A single column: all of it goes somewhere, wherever cp stands among the residents. */
static void one_column_is_given_away_whole(void **state) {
  (void)state;
  static const char *const ids[] = {"en_pv", "cp_only", "btm_i_u", "btm_i_c"};
  for (size_t k = 0; k < COUNT_OF(ids); k++)
    for (uint32_t n = 2; n <= MOST; n++)
      for (uint32_t cp = 0; cp < n; cp++) {
        building b;
        pvs_share shares[MOST + 1];
        building_make(&b, n, cp, 1);
        allocate(&b, ids[k], shares);
        double given = 0;
        for (uint32_t i = 0; i <= n; i++) {
          assert_true(shares[i].kind != PVS_SHARE_SPLIT);
          assert_int_equal(shares[i].column, 0);
          given += part_of(&shares[i]);
        }
        assert_near(given, 1);
        if (strcmp(ids[k], "cp_only") == 0)
          assert_true(shares[cp].factor == 1);
        if (strcmp(ids[k], "btm_i_u") == 0)
          assert_int_equal(shares[cp].kind, PVS_SHARE_NONE);
      }
}

static void cp_takes_its_part_of_the_load(void **state) {
  (void)state;
  building b;
  pvs_share shares[MOST + 1];
  building_make(&b, 4, 1, 1); /* loads 100, 150, 200, 250 */
  allocate(&b, "btm_i_c", shares);
  assert_near(part_of(&shares[1]), 150.0 / 700);
  assert_near(part_of(&shares[0]), 550.0 / 700 / 3);
  assert_near(part_of(&shares[3]), 550.0 / 700 / 3);
  assert_int_equal(shares[4].kind, PVS_SHARE_NONE);
}

static void without_any_load_cp_takes_nothing(void **state) {
  (void)state;
  building b;
  pvs_share shares[MOST + 1];
  building_make(&b, 3, 0, 1);
  for (uint32_t i = 0; i < 3; i++)
    b.load_kwh[i] = 0;
  allocate(&b, "btm_i_c", shares);
  assert_near(part_of(&shares[0]), 0);
  assert_near(part_of(&shares[1]), 0.5);
  assert_near(part_of(&shares[2]), 0.5);
}

static void several_columns_go_by_name(void **state) {
  (void)state;
  static const struct {
    const char *id;
    bool central;
  } all[] = {{"en_pv", true}, {"btm_i_u", false}, {"btm_i_c", false}, {"cp_only", false}};
  for (size_t k = 0; k < COUNT_OF(all); k++)
    for (uint32_t columns = 2; columns <= 3; columns++) {
      building b;
      pvs_share shares[MOST + 1];
      building_make(&b, 5, 2, columns);
      b.column_of[1] = (int32_t)columns - 1;
      b.column_of[2] = 0;
      if (all[k].central && columns == 3)
        b.column_of[5] = 1;
      allocate(&b, all[k].id, shares);
      for (uint32_t i = 0; i <= 5; i++) {
        bool owns = b.column_of[i] >= 0;
        assert_int_equal(shares[i].kind, owns ? PVS_SHARE_COLUMN : PVS_SHARE_NONE);
        if (owns) {
          assert_int_equal(shares[i].column, b.column_of[i]);
          assert_true(shares[i].factor == 1);
        }
      }
    }
}

static void shared_systems_are_split(void **state) {
  (void)state;
  static const struct {
    const char *id;
    bool with_cp;
  } all[] = {{"btm_s_u", false}, {"btm_s_c", true}, {"btm_p_u", false}, {"btm_p_c", true}};
  for (size_t k = 0; k < COUNT_OF(all); k++)
    for (uint32_t columns = 1; columns <= 3; columns++) {
      building b;
      pvs_share shares[MOST + 1];
      building_make(&b, 6, 3, columns);
      allocate(&b, all[k].id, shares);
      for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(shares[i].kind,
                         i != 3 || all[k].with_cp ? PVS_SHARE_SPLIT : PVS_SHARE_NONE);
      assert_int_equal(shares[6].kind, PVS_SHARE_NONE);
    }
}

/* ---- money ---- */

static pvs_payment total_of(const pvs_payment *payments, uint32_t n) {
  pvs_payment sum = {0};
  for (uint32_t i = 0; i < n; i++) {
    sum.pv += payments[i].pv;
    sum.en += payments[i].en;
    sum.opex += payments[i].opex;
    sum.battery += payments[i].battery;
  }
  return sum;
}

/* With legacy capex (central = total) and everybody owning PV, all costs are paid, by those who
 * should. */
static void all_costs_are_paid(void **state) {
  (void)state;
  enum { N = 5, CP = 2 };
  static const double even[N] = {0.1, 0.2, 0.4, 0.05, 0.25}, units[N] = {0.25, 0.25, 0, 0.3, 0.2};
  static const struct {
    const char *id;
    const double *pv_share;
    bool residents, cp, network, retailer, en; /* who pays; does anybody pay the network? */
  } all[] = {
      {"en_pv", even, false, false, true, false, true},
      {"cp_only", even, false, true, false, false, false},
      {"btm_i_u", units, true, false, false, false, false},
      {"btm_i_c", even, true, true, false, false, false},
      {"btm_s_u", units, true, false, false, false, true},
      {"btm_s_c", even, true, true, false, false, true},
      {"btm_p_u", units, false, false, false, true, true},
      {"btm_p_c", even, false, false, false, true, true},
  };
  for (size_t k = 0; k < COUNT_OF(all); k++) {
    const pvs_arrangement *a = pvs_arrangement_find(all[k].id);
    pvs_costs costs = {.en_opex = a->has_en_capex ? 120 : 0,
                       .en_repayment = a->has_en_capex ? 900 : 0,
                       .pv_total_repayment = 700,
                       .pv_central_repayment = 700,
                       .central_battery = 330};
    pvs_payment payments[N + 2] = {0};
    a->pay(&costs, N, CP, all[k].pv_share, payments);
    pvs_payment sum = total_of(payments, N + 2);
    assert_near(sum.pv, 700);
    assert_near(sum.battery, 330);
    assert_near(sum.en, all[k].en ? 900 : 0);
    assert_near(sum.opex, all[k].en ? 120 : 0);
    for (uint32_t i = 0; i < N + 2; i++) {
      bool pays = i == CP                     ? all[k].cp
                  : i < N                     ? all[k].residents
                  : i == PVS_PAYER_NETWORK(N) ? all[k].network
                                              : all[k].retailer;
      assert_int_equal(payments[i].pv > 0, pays);
    }
  }
}

static void nobody_pays_where_there_is_nothing(void **state) {
  (void)state;
  static const char *const ids[] = {"bau", "bau_bat"};
  for (size_t k = 0; k < COUNT_OF(ids); k++) {
    pvs_payment payments[5] = {0};
    double none[3] = {0};
    pvs_costs costs = {.central_battery = 5};
    pvs_arrangement_find(ids[k])->pay(&costs, 3, 0, none, payments);
    pvs_payment sum = total_of(payments, 5);
    assert_true(sum.pv == 0 && sum.en == 0 && sum.opex == 0 && sum.battery == 0);
  }
}

/* Price points: each pays for its own system, the network for the central one. */
static void price_points_are_paid_by_their_owners(void **state) {
  (void)state;
  const double owners[] = {NAN, 40, 60}, share[] = {0.2, 0.3, 0.5};
  pvs_costs costs = {.pv_by_owner = true,
                     .pv_total_repayment = 350,
                     .pv_central_repayment = 250,
                     .pv_owner_repayment = owners};
  pvs_payment en[5] = {0}, own[5] = {0}, cp_listed[5] = {0}, cp_unlisted[5] = {0};
  pvs_arrangement_find("en_pv")->pay(&costs, 3, 0, share, en);
  assert_true(en[0].pv == 0 && en[1].pv == 40 && en[2].pv == 60 && en[3].pv == 250);
  pvs_arrangement_find("btm_i_c")->pay(&costs, 3, 0, share, own);
  assert_true(own[0].pv == 0 && own[1].pv == 40 && own[2].pv == 60 && own[3].pv == 0);
  pvs_arrangement_find("cp_only")->pay(&costs, 3, 1, share, cp_listed);
  assert_true(cp_listed[1].pv == 40 && total_of(cp_listed, 5).pv == 40);
  pvs_arrangement_find("cp_only")->pay(&costs, 3, 0, share, cp_unlisted);
  assert_true(cp_unlisted[0].pv == 350);
  const double nothing[] = {0, 0, 1}; /* no generation, no payment */
  pvs_payment idle[5] = {0};
  pvs_arrangement_find("btm_i_u")->pay(&costs, 3, 0, nothing, idle);
  assert_true(idle[1].pv == 0 && idle[2].pv == 60);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_arrangement_is_found),
      cmocka_unit_test(one_column_is_given_away_whole),
      cmocka_unit_test(cp_takes_its_part_of_the_load),
      cmocka_unit_test(without_any_load_cp_takes_nothing),
      cmocka_unit_test(several_columns_go_by_name),
      cmocka_unit_test(shared_systems_are_split),
      cmocka_unit_test(all_costs_are_paid),
      cmocka_unit_test(nobody_pays_where_there_is_nothing),
      cmocka_unit_test(price_points_are_paid_by_their_owners),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
