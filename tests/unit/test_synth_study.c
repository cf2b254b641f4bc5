/* Synthetic studies: as many distinct energy flows as asked for, and nothing that the tables do not
 * have. */
#include "unit/synth_support.h"

enum { KEY_SIZE = 320 };

static bool starts(const char *text, const char *with) {
  while (*with && *text == *with)
    text++, with++;
  return !*with;
}

/* How PV reaches customers (MODEL.md, section 5). */
static const char *allocation(const char *arrangement, const char *pv) {
  if (!*pv || starts(arrangement, "bau") || strcmp(arrangement, "en") == 0)
    return "no PV";
  if (strcmp(arrangement, "cp_only") == 0)
    return "cp";
  if (starts(arrangement, "btm_s") || starts(arrangement, "btm_p"))
    return arrangement[6] == 'c' ? "split with cp" : "split";
  if (strcmp(pv, "pv_ind") == 0)
    return "by name";
  if (strcmp(arrangement, "en_pv") == 0)
    return "central";
  return arrangement[6] == 'c' ? "individual with cp" : "individual";
}

/* All that an energy flow depends on; load folder and weather are the same in all scenarios. */
static void flow_key(const table *t, size_t row, char key[KEY_SIZE]) {
  static const char *const owners[] = {"central", "cp",  "all", "U01",  "U02",
                                       "U03",     "U04", "U07", "U001", "U004"};
  const char *arrangement = field(t, row, "arrangement"), *pv = field(t, row, "pv_filename");
  const char *how = allocation(arrangement, pv);
  bool has_pv = strcmp(how, "no PV") != 0;
  bool scaled = strcmp(field(t, row, "pv_scaleable"), "TRUE") == 0;
  int used = snprintf(key, KEY_SIZE, "%s|%s|%s", how, has_pv ? pv : "",
                      has_pv && scaled ? field(t, row, "pv_kW_peak") : "");
  for (size_t i = 0; i < COUNT_OF(owners); i++) {
    char names[3][48];
    snprintf(names[0], sizeof names[0], "%s_battery_id", owners[i]);
    snprintf(names[1], sizeof names[1], "%s_battery_strategy", owners[i]);
    snprintf(names[2], sizeof names[2], "%s_battery_capacity_kWh", owners[i]);
    const char *id = field(t, row, names[0]);
    if (*id)
      used += snprintf(key + used, (size_t)(KEY_SIZE - used), "|%s:%s:%s:%s", owners[i], id,
                       field(t, row, names[1]), strstr(id, "scale") ? field(t, row, names[2]) : "");
    assert_true(used < KEY_SIZE);
  }
}

static int by_text(const void *a, const void *b) {
  return strcmp(a, b);
}

static size_t distinct_flows(const table *t) {
  size_t rows = t->rows - 1, distinct = 0;
  char(*keys)[KEY_SIZE] = calloc(t->rows, sizeof *keys);
  assert_non_null(keys);
  for (size_t i = 0; i < rows; i++)
    flow_key(t, i + 1, keys[i]);
  qsort(keys, rows, sizeof *keys, by_text);
  for (size_t i = 0; i < rows; i++)
    distinct += i == 0 || strcmp(keys[i - 1], keys[i]) != 0;
  free(keys);
  return distinct;
}

static hx_synth_spec spec_with(uint32_t customers, uint32_t scenarios, uint32_t flows) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  spec.customers = customers;
  spec.scenarios = scenarios;
  spec.flows = flows;
  spec.days = 1;
  return spec;
}

static table study_of(const rendered *m, hx_synth_kind kind) {
  char path[96];
  snprintf(path, sizeof path, "studies/synthetic/inputs/study_%s.csv", hx_synth_kind_name(kind));
  return table_of(m, path);
}

static void test_flows_are_as_many_as_asked_for(void **state) {
  (void)state;
  static const struct {
    uint32_t customers, scenarios, flows;
  } cases[] = {
      {18, 36, 0},  {18, 620, 0}, {18, 12, 0},     {72, 12, 0},      {72, 160, 0},     {18, 1, 0},
      {1, 50, 0},   {2, 50, 7},   {5, 100, 100},   {12, 300, 299},   {13, 2, 1},       {18, 620, 1},
      {9, 777, 33}, {3, 3, 3},    {1, 2000, 2000}, {18, 5000, 5000}, {2000, 400, 400},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    hx_synth_spec spec = spec_with(cases[i].customers, cases[i].scenarios, cases[i].flows);
    rendered m = make(&spec);
    for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
      uint32_t wanted = cases[i].flows;
      if (wanted == 0)
        wanted = kind == HX_SYNTH_STATIC && cases[i].scenarios > 20 ? 20 : cases[i].scenarios;
      assert_int_equal(hx_synth_flows(&spec, kind), wanted);
      table t = study_of(&m, kind);
      assert_int_equal(t.rows, 1 + cases[i].scenarios);
      size_t found = distinct_flows(&t);
      if (found != wanted)
        fail_msg("%u customers, %u scenarios, %s: %zu flows, expected %u", cases[i].customers,
                 cases[i].scenarios, hx_synth_kind_name(kind), found, wanted);
      untable(&t);
    }
    unmake(&m);
  }
}

static void assert_id(const table *ids, const char *id, const char *where) {
  for (size_t row = 1; row < ids->rows; row++)
    if (strcmp(cell(ids, row, 0), id) == 0)
      return;
  fail_msg("%s: '%s' is in no row of %s", where, id, cell(ids, 0, 0));
}

static bool ends(const char *text, const char *with) {
  size_t length = strlen(text), tail = strlen(with);
  return length >= tail && strcmp(text + length - tail, with) == 0;
}

static void check_ids(const rendered *m, const table *study) {
  table tariffs = table_of(m, "reference/tariff_lookup.csv");
  table batteries = table_of(m, "reference/battery_lookup.csv");
  table strategies = table_of(m, "reference/battery_control_strategies.csv");
  table en = table_of(m, "reference/capex_en_lookup.csv");
  table pv = table_of(m, "reference/capex_pv_lookup.csv");
  table loads = table_of(m, "load_profiles/building/load_1.csv");
  for (size_t c = 0; c < study->columns; c++) {
    const char *name = cell(study, 0, c);
    bool tariff = strcmp(name, "cp") == 0 || strcmp(name, "all_residents") == 0 ||
                  strcmp(name, "parent") == 0 || strcmp(name, "network_tariff") == 0;
    const table *ids = tariff                             ? &tariffs
                       : ends(name, "battery_id")         ? &batteries
                       : ends(name, "battery_strategy")   ? &strategies
                       : strcmp(name, "en_capex_id") == 0 ? &en
                       : strcmp(name, "pv_cap_id") == 0   ? &pv
                                                          : NULL;
    for (size_t row = 1; row < study->rows; row++) {
      const char *value = cell(study, row, c);
      if (tariff)
        assert_true(*value);
      if (ids && *value)
        assert_id(ids, value, name);
      if (strcmp(name, "pv_filename") == 0 && *value) {
        char path[96];
        snprintf(path, sizeof path, "pv_profiles/%s.csv", value);
        assert_non_null(find_file(m, path));
      }
      if (strcmp(name, "load_folder") == 0)
        assert_string_equal(value, "building");
    }
    if (ends(name, "_kWp") && strcmp(name, "central_kWp") != 0) {
      char owner[32];
      snprintf(owner, sizeof owner, "%.*s", (int)(strlen(name) - 4), name);
      assert_int_not_equal(column_of(&loads, owner), NO_COLUMN);
    }
  }
  table *const all[] = {&tariffs, &batteries, &strategies, &en, &pv, &loads};
  for (size_t i = 0; i < COUNT_OF(all); i++)
    untable(all[i]);
}

static void test_every_id_is_in_its_table(void **state) {
  (void)state;
  static const uint32_t customers[] = {1, 4, 18, 150};
  for (size_t i = 0; i < COUNT_OF(customers); i++) {
    hx_synth_spec spec = spec_with(customers[i], 700, 0);
    rendered m = make(&spec);
    for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
      table t = study_of(&m, kind);
      check_ids(&m, &t);
      untable(&t);
    }
    unmake(&m);
  }
}

static size_t rows_with(const table *t, const char *column, const char *value) {
  size_t count = 0;
  for (size_t row = 1; row < t->rows; row++)
    count += strcmp(field(t, row, column), value) == 0;
  return count;
}

static void test_studies_hold_what_their_names_say(void **state) {
  (void)state;
  static const char *const plain[] = {"bau",     "en",      "en_pv",   "cp_only", "btm_i_u",
                                      "btm_i_c", "btm_s_u", "btm_s_c", "btm_p_u", "btm_p_c"};
  hx_synth_spec spec = spec_with(18, 62, 0);
  rendered m = make(&spec);
  table t = study_of(&m, HX_SYNTH_STATIC);
  for (size_t i = 0; i < COUNT_OF(plain); i++)
    assert_true(rows_with(&t, "arrangement", plain[i]) > 0);
  assert_int_equal(column_of(&t, "central_battery_id"), NO_COLUMN);
  untable(&t);

  t = study_of(&m, HX_SYNTH_BATTERIES);
  assert_int_equal(rows_with(&t, "arrangement", "en_pv"), 62);
  assert_int_equal(rows_with(&t, "central_battery_id", ""), 0);
  assert_int_equal(column_of(&t, "all_battery_id"), NO_COLUMN);
  untable(&t);

  t = study_of(&m, HX_SYNTH_MIXED);
  for (size_t i = 0; i < COUNT_OF(plain); i++)
    assert_true(rows_with(&t, "arrangement", plain[i]) > 0);
  assert_true(rows_with(&t, "arrangement", "bau_bat") > 0);
  assert_int_equal(rows_with(&t, "output_types", "log_timeseries_detailed"), 2);
  assert_int_equal(rows_with(&t, "output_types", "log_timeseries_brief"), 1);
  assert_true(rows_with(&t, "all_battery_id", "") < 62);
  assert_true(rows_with(&t, "cp_battery_id", "") < 62);
  assert_true(rows_with(&t, "U01_battery_id", "") < 62);
  untable(&t);
  unmake(&m);

  spec = spec_with(6, 30, 0);
  m = make(&spec);
  t = study_of(&m, HX_SYNTH_BATTERIES);
  assert_true(rows_with(&t, "all_battery_id", "") < 30);
  untable(&t);
  unmake(&m);
}

/* Money must add up (MODEL.md, section 9): a solar tariff belongs to a solar retailer, a parent
 * meter to an embedded network. */
static void test_tariffs_suit_arrangements(void **state) {
  (void)state;
  hx_synth_spec spec = spec_with(18, 620, 0);
  rendered m = make(&spec);
  for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
    table t = study_of(&m, kind);
    for (size_t row = 1; row < t.rows; row++) {
      const char *arrangement = field(&t, row, "arrangement");
      bool ppa = starts(arrangement, "btm_p"), en = starts(arrangement, "en");
      assert_int_equal(starts(field(&t, row, "all_residents"), "ppa_"), ppa);
      assert_int_equal(starts(field(&t, row, "parent"), "parent_"), en);
      assert_int_equal(starts(field(&t, row, "cp"), "ppa_"), strcmp(arrangement, "btm_p_c") == 0);
      const char *sized = field(&t, row, "central_battery_capacity_kWh");
      if (*sized)
        assert_true(*field(&t, row, "battery_capex_per_kWh"));
    }
    untable(&t);
  }
  unmake(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_flows_are_as_many_as_asked_for),
      cmocka_unit_test(test_every_id_is_in_its_table),
      cmocka_unit_test(test_studies_hold_what_their_names_say),
      cmocka_unit_test(test_tariffs_suit_arrangements),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
