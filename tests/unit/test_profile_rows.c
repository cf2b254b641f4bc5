/* Messages name the row that a spreadsheet shows, also where a file has blank lines. */
#include "input_support.h"

/* Blank lines above the header, below it and further down: rows 3, 5, 6 … 10, 12, 13 …, where one
 * value of the second column is another one. */
static void put_with_blanks(memory_base *base, const char *path, const char *header, int steps,
                            double (*kwh)(int step), int odd_step, const char *odd) {
  char text[32768];
  int used = sprintf(text, "\n\n%s\n\n", header);
  for (int t = 0; t < steps; t++) {
    used += sprintf(text + used, "%s%d/07/2013 %d:00,", t == 6 ? ",,\n" : "", 13 + t / 24, t % 24);
    used +=
        t == odd_step ? sprintf(text + used, "%s\n", odd) : sprintf(text + used, "%g\n", kwh(t));
  }
  memory_put_bytes(base, path, text, (size_t)used);
}

static double usual(int step) {
  return 0.2 + 0.01 * (step % 31);
}
static double stuck(int step) {
  return step >= 40 && step < 240 ? 0.9 : usual(step);
}
static double sunny(int step) {
  return step % 24 >= 8 && step % 24 < 16 ? 0.4 + 0.001 * step : 0;
}

static void rows_are_those_of_a_spreadsheet(void **state) {
  (void)state;
  static const struct {
    const char *header, *pv_header;
    double (*kwh)(int step);
    const char *odd, *odd_pv; /* of step 10: row 16 */
    int steps, pv_steps;
    const char *expected;
  } cases[] = {
      {.odd = "0.3", .odd_pv = "0.3", .expected = ""},
      {.odd = "-5", .expected = "load.csv: row 16, column A1: found -5 kWh"},
      {.odd = "500", .expected = "load.csv: row 16, column A1: found 500 kWh"},
      {.odd = "2000000", .expected = "load.csv: row 16, column A1: found 2"},
      {.odd = "x", .expected = "load.csv: row 16, column A1: \"x\""},
      {.kwh = stuck, .expected = "load.csv: row 46, column A1: found 0.9 kWh in 200 steps"},
      {.header = "timestamp,Cp", .expected = "load.csv: row 3, column Cp: this column counts"},
      {.header = "timestamp,A:b", .expected = "load.csv: row 3, column A:b: this column counts"},
      {.header = "timestamp,A1\n13/7/2013", .expected = "load.csv: row 4: 1 field, expected 2"},
      {.odd_pv = "-5", .expected = "roof.csv: row 16, column pv: found -5 kWh"},
      {.odd_pv = "2000000", .expected = "roof.csv: row 16, column pv: found 2"},
      {.odd_pv = "", .expected = "roof.csv: row 16, column pv: a blank cell"},
      {.pv_steps = 239, .expected = "roof.csv: row 245, column timestamp: the end, expected 2013"},
      {.steps = 239, .expected = "roof.csv: row 245, column timestamp: 2013-07-22 23:00:00, "},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[4096];
    memory_base_init(&base);
    const char *header = cases[i].header ? cases[i].header : "timestamp,A1";
    put_with_blanks(&base, LOAD, header, cases[i].steps ? cases[i].steps : 240,
                    cases[i].kwh ? cases[i].kwh : usual, 10, cases[i].odd ? cases[i].odd : "0.3");
    put_with_blanks(&base, ROOF, "timestamp,pv", cases[i].pv_steps ? cases[i].pv_steps : 240, sunny,
                    10, cases[i].odd_pv ? cases[i].odd_pv : "0.4");
    memory_put(&base, "reference/tariff_calendar.csv",
               "tariff_id,charge,register,rate,unit\nflat,import,b,30,c/kWh\n");
    memory_put(&base, STUDY,
               "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,"
               "a_rate,pv_filename\n1,site,en_pv,zero,zero,zero,zero,20,0.06,roof\n");
    warnings_of(&base, found, sizeof found);
    if (*cases[i].expected ? !strstr(found, cases[i].expected)
                           : strstr(found, "load.csv") || strstr(found, "roof.csv"))
      fail_msg("%s: found %s", cases[i].expected, found);
    memory_base_deinit(&base);
  }
}

static void headers_below_blank_lines_are_named_by_their_row(void **state) {
  (void)state;
  static const struct {
    const char *path, *from, *to;
  } cases[] = {
      {TARIFFS, "fit_flat_rate", "fit_flatrate"}, {TARIFFS, "tariff_id", "tarif_id"},
      {PV_CAPEX, "sys_0_2,", "sys_2_0,"},         {SUMMERS, "nsw_end", "vic_end"},
      {STUDY, "output_types", "output_type"},     {STUDY, "arrangement", "arangement"},
      {STUDY, "central_kWp", "A2_kWP"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    memory_base base;
    char found[8192], text[8192], expected[200];
    memory_base_init(&base);
    const memory_file *file = memory_find(&base, cases[i].path);
    const char *old = strstr(file->data, cases[i].from);
    assert_non_null(old);
    snprintf(text, sizeof text, "\n\n%.*s%s%.*s", (int)(old - file->data), file->data, cases[i].to,
             (int)(file->size - (size_t)(old - file->data) - strlen(cases[i].from)),
             old + strlen(cases[i].from));
    memory_put(&base, cases[i].path, text);
    warnings_of(&base, found, sizeof found);
    snprintf(expected, sizeof expected, "base/%s: row 3", cases[i].path);
    if (!strstr(found, expected) || strstr(found, ": row 1,"))
      fail_msg("%s: found %s", cases[i].to, found);
    memory_base_deinit(&base);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_those_of_a_spreadsheet),
      cmocka_unit_test(headers_below_blank_lines_are_named_by_their_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
