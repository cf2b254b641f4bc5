/* The measuring protocol: what is written is read back, by older and newer readers too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "exec/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static hx_record example(void) {
  hx_record record;
  hx_record_init(&record);
#define SET_NUMBER(name) record.name = __LINE__ * 1000003 + (int64_t)strlen(#name);
  HX_RECORD_NUMBERS(SET_NUMBER)
#undef SET_NUMBER
  record.exit_status = 3;
  record.bindings_held = 0;
  record.digest = UINT64_C(0xfedcba9876543210);
  record.input_digest = 1;
  snprintf(record.version, sizeof record.version, "0.1.0");
  snprintf(record.config, sizeof record.config, "threads:2/pin=list:0,1/dynamic");
  snprintf(record.workload, sizeof record.workload, "study:/a b/p/s");
  snprintf(record.workload_class, sizeof record.workload_class, "mixed");
  snprintf(record.error, sizeof record.error, "two\nlines");
  record.n_workers = 2;
  record.workers = calloc(2, sizeof *record.workers);
  for (int w = 0; w < 2; w++) {
    hx_record_worker *worker = &record.workers[w];
    *worker = (hx_record_worker){.mem_node = w - 1,
                                 .last_cpu = 5 * w,
                                 .held = w == 0,
                                 .units = 7,
                                 .scenarios = 8 + (uint64_t)w,
                                 .busy_ns = UINT64_C(5000000000)};
    hx_cpuset_add(&worker->seen, w);
    hx_cpuset_add(&worker->seen, 40);
  }
  hx_cpuset_add(&record.workers[1].asked, 1);
  return record;
}

static void check_equal(const hx_record *a, const hx_record *b) {
#define CHECK_NUMBER(name) assert_int_equal(a->name, b->name);
  HX_RECORD_NUMBERS(CHECK_NUMBER)
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
  hx_record record = example(), read_back;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_true(hx_record_write(&record, ends[1]));
  close(ends[1]);
  pvs_error error;
  char text[65536];
  ssize_t n = read(ends[0], text, sizeof text);
  close(ends[0]);
  assert_true(n > 0);
  assert_true(hx_record_parse(text, (size_t)n, &read_back, afresh(&error)));
  assert_true(read_back.complete);
  check_equal(&record, &read_back);
  assert_string_equal(read_back.error, "two lines");
  hx_record_deinit(&record);
  hx_record_deinit(&read_back);
}

static void test_write_to_nowhere_fails(void **state) {
  (void)state;
  hx_record record = example();
  assert_false(hx_record_write(&record, -1));
  hx_record_deinit(&record);
}

static bool parse(const char *text, hx_record *record, pvs_error *error) {
  return hx_record_parse(text, strlen(text), record, error);
}

static void test_other_versions(void **state) {
  (void)state;
  hx_record record;
  pvs_error error;
  assert_true(parse("noise before\npvtune-record 1\nnew_key with a value\nflag\nscenarios 12\n"
                    "worker 0 asked=0-1 novelty=7 cpu=1\nend\nscenarios 13\n",
                    &record, afresh(&error)));
  assert_true(record.complete);
  assert_int_equal(record.scenarios, 12);
  assert_int_equal(record.exit_status, -1);
  assert_int_equal(record.bindings_held, -1);
  assert_int_equal(record.n_workers, 1);
  assert_int_equal(hx_cpuset_count(&record.workers[0].asked), 2);
  assert_int_equal(record.workers[0].mem_node, -1);
  hx_record_deinit(&record);
}

/* Cut anywhere, a record is read as far as its whole lines go and never taken for complete. */
static void test_cut_off(void **state) {
  (void)state;
  hx_record record = example(), part;
  size_t length;
  char *text = hx_record_format(&record, &length);
  pvs_error error;
  for (size_t n = 0; n < length; n++) {
    if (hx_record_parse(text, n, &part, afresh(&error))) {
      assert_false(part.complete);
      assert_true(part.scenarios == 0 || part.scenarios == record.scenarios);
    } else {
      assert_non_null(strstr(error.message, "no record"));
      assert_true(n < strlen("pvtune-record 1\n"));
    }
    hx_record_deinit(&part);
  }
  free(text);
  hx_record_deinit(&record);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *said;
  } cases[] = {{"", "no record"},
               {"hello\n", "no record"},
               {"pvtune-record 2\nend\n", "protocol '2'"},
               {"pvtune-record x\nend\n", "protocol 'x'"},
               {"pvtune-record 1\nscenarios twelve\nend\n", "no valid scenarios: 'twelve'"},
               {"pvtune-record 1\nscenarios 99999999999999999999\nend\n", "no valid scenarios"},
               {"pvtune-record 1\ndigest 12\nend\n", "no valid digest"},
               {"pvtune-record 1\nworker 1 units=1\nend\n", "no valid worker"},
               {"pvtune-record 1\nworker 0 asked=x\nend\n", "no valid worker"},
               {"pvtune-record 1\nworker 0 held=2\nend\n", "no valid worker"},
               {"pvtune-record 1\nworker 0 units=-1\nend\n", "no valid worker"},
               {"pvtune-record 1\nworker\nend\n", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_record record;
    pvs_error error;
    bool ok = parse(cases[i].text, &record, afresh(&error));
    assert_int_equal(ok, cases[i].said == NULL);
    if (cases[i].said)
      assert_non_null(strstr(error.message, cases[i].said));
    assert_int_equal(record.n_workers, 0);
    hx_record_deinit(&record);
  }
}

static void test_digests_of_several_studies(void **state) {
  (void)state;
  assert_true(hx_record_mix_digest(0, 5) == 5);
  uint64_t ab = hx_record_mix_digest(hx_record_mix_digest(0, 1), 2);
  uint64_t ba = hx_record_mix_digest(hx_record_mix_digest(0, 2), 1);
  assert_true(ab != ba);
  assert_true(ab != hx_record_mix_digest(hx_record_mix_digest(0, 1), 3));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_written_and_read), cmocka_unit_test(test_write_to_nowhere_fails),
      cmocka_unit_test(test_other_versions),   cmocka_unit_test(test_cut_off),
      cmocka_unit_test(test_refused),          cmocka_unit_test(test_digests_of_several_studies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
