/* The measuring protocol: what is written is read back, by older and newer readers too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "exec/telemetry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static hx_telemetry example(void) {
  hx_telemetry telemetry;
  hx_telemetry_init(&telemetry);
#define SET_NUMBER(name) telemetry.name = __LINE__ * 1000003 + (int64_t)strlen(#name);
  HX_TELEMETRY_NUMBERS(SET_NUMBER)
#undef SET_NUMBER
  telemetry.exit_status = 3;
  telemetry.bindings_held = 0;
  telemetry.digest = UINT64_C(0xfedcba9876543210);
  telemetry.input_digest = 1;
  snprintf(telemetry.version, sizeof telemetry.version, "0.1.0");
  snprintf(telemetry.config, sizeof telemetry.config, "threads:2/pin=list:0,1");
  snprintf(telemetry.workload, sizeof telemetry.workload, "study:/a b/p/s");
  snprintf(telemetry.workload_class, sizeof telemetry.workload_class, "mixed");
  snprintf(telemetry.error, sizeof telemetry.error, "two\nlines");
  telemetry.n_workers = 2;
  telemetry.workers = calloc(2, sizeof *telemetry.workers);
  for (int w = 0; w < 2; w++) {
    hx_telemetry_worker *worker = &telemetry.workers[w];
    *worker = (hx_telemetry_worker){.mem_node = w - 1,
                                    .last_cpu = 5 * w,
                                    .held = w == 0,
                                    .units = 7,
                                    .scenarios = 8 + (uint64_t)w,
                                    .busy_ns = UINT64_C(5000000000)};
    hx_cpuset_add(&worker->seen, w);
    hx_cpuset_add(&worker->seen, 40);
  }
  hx_cpuset_add(&telemetry.workers[1].asked, 1);
  return telemetry;
}

static void check_equal(const hx_telemetry *a, const hx_telemetry *b) {
#define CHECK_NUMBER(name) assert_int_equal(a->name, b->name);
  HX_TELEMETRY_NUMBERS(CHECK_NUMBER)
#undef CHECK_NUMBER
  assert_true(a->digest == b->digest);
  assert_true(a->input_digest == b->input_digest);
  assert_string_equal(a->version, b->version);
  assert_string_equal(a->config, b->config);
  assert_string_equal(a->workload, b->workload);
  assert_string_equal(a->workload_class, b->workload_class);
  assert_int_equal(a->n_workers, b->n_workers);
  for (size_t w = 0; w < a->n_workers; w++) {
    assert_true(hx_cpuset_equal(&a->workers[w].asked, &b->workers[w].asked));
    assert_true(hx_cpuset_equal(&a->workers[w].seen, &b->workers[w].seen));
    assert_int_equal(a->workers[w].mem_node, b->workers[w].mem_node);
    assert_int_equal(a->workers[w].last_cpu, b->workers[w].last_cpu);
    assert_int_equal(a->workers[w].held, b->workers[w].held);
    assert_int_equal(a->workers[w].units, b->workers[w].units);
    assert_int_equal(a->workers[w].scenarios, b->workers[w].scenarios);
    assert_int_equal(a->workers[w].busy_ns, b->workers[w].busy_ns);
  }
}

static void test_written_and_read(void **state) {
  (void)state;
  hx_telemetry telemetry = example(), read_back;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_true(hx_telemetry_write(&telemetry, ends[1]));
  close(ends[1]);
  pvs_error error;
  char text[65536];
  ssize_t n = read(ends[0], text, sizeof text);
  close(ends[0]);
  assert_true(n > 0);
  assert_true(hx_telemetry_parse(text, (size_t)n, &read_back, afresh(&error)));
  assert_true(read_back.complete);
  check_equal(&telemetry, &read_back);
  assert_string_equal(read_back.error, "two lines");
  hx_telemetry_deinit(&telemetry);
  hx_telemetry_deinit(&read_back);
}

static void test_write_to_nowhere_fails(void **state) {
  (void)state;
  hx_telemetry telemetry = example();
  assert_false(hx_telemetry_write(&telemetry, -1));
  hx_telemetry_deinit(&telemetry);
}

static bool parse(const char *text, hx_telemetry *telemetry, pvs_error *error) {
  return hx_telemetry_parse(text, strlen(text), telemetry, error);
}

static void test_other_versions(void **state) {
  (void)state;
  hx_telemetry telemetry;
  pvs_error error;
  assert_true(parse("noise before\npvtune-record 1\nnew_key with a value\nflag\nscenarios 12\n"
                    "worker 0 asked=0-1 novelty=7 cpu=1\nend\nscenarios 13\n",
                    &telemetry, afresh(&error)));
  assert_true(telemetry.complete);
  assert_int_equal(telemetry.scenarios, 12);
  assert_int_equal(telemetry.exit_status, -1);
  assert_int_equal(telemetry.bindings_held, -1);
  assert_int_equal(telemetry.n_workers, 1);
  assert_int_equal(hx_cpuset_count(&telemetry.workers[0].asked), 2);
  assert_int_equal(telemetry.workers[0].mem_node, -1);
  hx_telemetry_deinit(&telemetry);
}

/* Wherever it is cut, telemetry is read as far as its whole lines go and never taken for complete. */
static void test_cut_off(void **state) {
  (void)state;
  hx_telemetry telemetry = example(), part;
  size_t length;
  char *text = hx_telemetry_format(&telemetry, &length);
  pvs_error error;
  for (size_t n = 0; n < length; n++) {
    if (hx_telemetry_parse(text, n, &part, afresh(&error))) {
      assert_false(part.complete);
      assert_true(part.scenarios == 0 || part.scenarios == telemetry.scenarios);
    } else {
      assert_non_null(strstr(error.message, "no telemetry"));
      assert_true(n < strlen("pvtune-record 1\n"));
    }
    hx_telemetry_deinit(&part);
  }
  free(text);
  hx_telemetry_deinit(&telemetry);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *said;
  } cases[] = {
      {"", "no telemetry"},
      {"hello\n", "no telemetry"},
      {"pvtune-record 2\nend\n", "protocol '2'"},
      {"pvtune-record x\nend\n", "protocol 'x'"},
      {"pvtune-record 1\nscenarios twelve\nend\n", "without a valid scenarios: 'twelve'"},
      {"pvtune-record 1\nscenarios 99999999999999999999\nend\n", "without a valid scenarios"},
      {"pvtune-record 1\ndigest 12\nend\n", "without a valid digest"},
      {"pvtune-record 1\nworker 1 units=1\nend\n", "without a valid worker"},
      {"pvtune-record 1\nworker 0 asked=x\nend\n", "without a valid worker"},
      {"pvtune-record 1\nworker 0 held=2\nend\n", "without a valid worker"},
      {"pvtune-record 1\nworker 0 units=-1\nend\n", "without a valid worker"},
      {"pvtune-record 1\nworker\nend\n", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_telemetry telemetry;
    pvs_error error;
    bool ok = parse(cases[i].text, &telemetry, afresh(&error));
    assert_int_equal(ok, cases[i].said == NULL);
    if (cases[i].said)
      assert_non_null(strstr(error.message, cases[i].said));
    assert_int_equal(telemetry.n_workers, 0);
    hx_telemetry_deinit(&telemetry);
  }
}

static void test_digests_of_several_studies(void **state) {
  (void)state;
  assert_true(hx_telemetry_mix_digest(0, 5) == 5);
  uint64_t ab = hx_telemetry_mix_digest(hx_telemetry_mix_digest(0, 1), 2);
  uint64_t ba = hx_telemetry_mix_digest(hx_telemetry_mix_digest(0, 2), 1);
  assert_true(ab != ba);
  assert_true(ab != hx_telemetry_mix_digest(hx_telemetry_mix_digest(0, 1), 3));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_written_and_read), cmocka_unit_test(test_write_to_nowhere_fails),
      cmocka_unit_test(test_other_versions),   cmocka_unit_test(test_cut_off),
      cmocka_unit_test(test_refused),          cmocka_unit_test(test_digests_of_several_studies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
