/* Configurations as text, and the grid of them that is worth trying. */
#include "base/config.h"
#include "error_support.h"
#include "machine/grid.h"
#include "machine_support.h"

/* --------------------------------------------------------------------------- configurations */

static void text_and_configuration_are_one(void **state) {
  (void)state;
  static const char *const canonical[] = {
      "serial",
      "serial/pin=compact",
      "threads:4/pin=compact",
      "threads:1/schedule=static",
      "processes:2/pin=list:0-3,8/schedule=static/chunk=16",
      "hybrid:2x4/pin=numa/chunk=1",
      "threads:4096/chunk=1000000",
      "hybrid:1x3/pin=cores/schedule=static",
      "threads:4096",
  };
  for (size_t i = 0; i < sizeof canonical / sizeof canonical[0]; i++) {
    hx_config c;
    pvs_error error;
    char text[HX_CONFIG_TEXT];
    if (!hx_config_parse(canonical[i], &c, afresh(&error)))
      fail_msg("%s", error.message);
    assert_true(hx_config_validate(&c, afresh(&error)));
    assert_int_equal(hx_config_format(&c, text, sizeof text), strlen(canonical[i]));
    assert_string_equal(text, canonical[i]);
  }
}

/* Shorter, in another order, and as stored before version 0.2. */
static void other_texts_mean_the_same(void **state) {
  (void)state;
  static const char *const other[][2] = {
      {"serial/schedule=static", "serial"},
      {"threads:4/schedule=static/pin=cores", "threads:4/pin=cores/schedule=static"},
      {"threads:4/chunk=2/pin=none", "threads:4/chunk=2"},
      {"threads:1x4", "threads:4"},
      {"processes:4x1", "processes:4"},
      {"mpi:4", "mpi:4x1"},
      {"threads:2/pin=0-1", "threads:2/pin=list:0-1"},
      {"serial/pin=none", "serial"},
      {"serial/static", "serial"},
      {"threads:4/pin=none/dynamic", "threads:4"},
      {"threads:4/static/pin=cores", "threads:4/pin=cores/schedule=static"},
      {"processes:2/pin=list:0-3,8/static:16",
       "processes:2/pin=list:0-3,8/schedule=static/chunk=16"},
      {"hybrid:2x4/pin=numa/dynamic:1", "hybrid:2x4/pin=numa/chunk=1"},
  };
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
    hx_config c;
    pvs_error error;
    char text[HX_CONFIG_TEXT];
    if (!hx_config_parse(other[i][0], &c, afresh(&error)))
      fail_msg("%s", error.message);
    hx_config_format(&c, text, sizeof text);
    assert_string_equal(text, other[i][1]);
  }
}

static void stored_texts_of_all_versions_are_recognised(void **state) {
  (void)state;
  assert_true(hx_config_same("threads:4/pin=none/dynamic", "threads:4"));
  assert_true(hx_config_same("serial", "serial/pin=none"));
  assert_true(hx_config_same("threads:4/pin=cores/static:2",
                             "threads:4/pin=cores/schedule=static/chunk=2"));
  assert_false(hx_config_same("threads:4", "threads:4/pin=compact/dynamic"));
  assert_false(hx_config_same("threads:4", "threads:2"));
  assert_true(hx_config_same("mock:4/pin=none/dynamic", "mock:4/pin=none/dynamic"));
  assert_false(hx_config_same("mock:4/pin=none/dynamic", "mock:4"));
}

static void words_of_configurations(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"serial", "serial"},
      {"serial/pin=compact", "serial pinned compact"},
      {"threads:1", "1 thread"},
      {"threads:4/pin=compact/schedule=static", "4 threads pinned compact, static schedule"},
      {"processes:1", "1 process"},
      {"hybrid:2x4", "2 processes of 4 threads"},
      {"mpi:2x4", "2 ranks of 4 threads"},
      {"mpi:1", "1 rank of 1 thread"},
  };
  hx_config c;
  char text[HX_CONFIG_TEXT];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_true(hx_config_parse(cases[i][0], &c, NULL));
    assert_string_equal(hx_config_words(&c, false, text, sizeof text), cases[i][1]);
  }
  static const char *const plural[] = {"threads:4", "processes:2", "hybrid:2x4", "mpi:2x4"},
                           *const singular[] = {"serial", "threads:1", "hybrid:1x4", "mpi:1"};
  for (size_t i = 0; i < 4; i++) {
    assert_true(hx_config_parse(plural[i], &c, NULL) && hx_config_is_plural(&c));
    assert_true(hx_config_parse(singular[i], &c, NULL) && !hx_config_is_plural(&c));
  }
  assert_true(hx_config_parse("threads:4", &c, NULL));
  assert_string_equal(hx_config_words(&c, true, text, sizeof text), "4 workers");
}

static void bad_texts_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "thread:4",
      "threads",
      "threads:",
      "threads:0",
      "threads:-1",
      "threads:4.5",
      "threads:2x2",
      "processes:2x2",
      "serial:1",
      "hybrid:2x",
      "hybrid:x2",
      "hybrid:2x2x2",
      "hybrid:64x65",
      "threads:4097",
      "threads:99999999999",
      "threads:4/",
      "threads:4/pin=",
      "threads:4/dynamic/static",
      "threads:4/pin=none/pin=none",
      "threads:4/guided",
      "threads:4/schedule=guided",
      "threads:4/schedule=",
      "threads:4/schedule=static/schedule=dynamic",
      "threads:4/dynamic:2/chunk=3",
      "threads:4/chunk=0",
      "threads:4/chunk=1000001",
      "threads:4/chunk=4294967297",
      "threads:4/chunk=7777777777777777777777777777",
      "threads:4/dynamic:4294967297",
      "threads:4/chunk=",
      "threads:4/size=",
      "hybrid:5",
      "threads:04",
      "threads:4/3=size",
      "threads:4/workers=3",
      "threads:4/level=1/level=2",
      "threads:4/level=a b",
      "threads:4/level=%41",
      "threads:4/level=%2",
      "mpi",
      "mpi:0",
      "mpi:2x",
      "mock:4x1",
      "threads:4/dynamic:0",
      "threads:4/dynamic:",
      "threads:4/dynamic:x",
      "threads:4 ",
      " threads:4",
      "threads:4/pin=a b",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    hx_config c = hx_config_serial(), before = c;
    pvs_error error;
    if (hx_config_parse(bad[i], &c, afresh(&error)))
      fail_msg("\"%s\" was accepted", bad[i]);
    assert_true(error.message[0] != '\0');
    assert_memory_equal(&c, &before, sizeof c);
  }
}

static void a_pin_too_long_is_refused(void **state) {
  (void)state;
  pvs_error error;
  char text[HX_PIN_TEXT + 64] = "threads:4/pin=list:";
  hx_config c;
  size_t at = strlen(text);
  memset(text + at, '1', HX_PIN_TEXT);
  text[at + HX_PIN_TEXT] = '\0';
  assert_false(hx_config_parse(text, &c, afresh(&error)));
}

static void shapes_are_counts_or_products(void **state) {
  (void)state;
  int first, second;
  pvs_error error;
  assert_true(hx_shape_parse("8", &first, &second, afresh(&error)));
  assert_true(first == 8 && second == 0);
  assert_true(hx_shape_parse("2x4", &first, &second, afresh(&error)));
  assert_true(first == 2 && second == 4);
  assert_false(hx_shape_parse("0", &first, &second, afresh(&error)));
  assert_false(hx_shape_parse("8 ", &first, &second, afresh(&error)));
  assert_false(hx_shape_parse("2x0", &first, &second, afresh(&error)));
}

/* ------------------------------------------------------------------------------------- grid */

static hx_topo *open_synthetic(const char *text) {
  pvs_error error;
  hx_topo *topo = hx_topo_open(&(hx_topo_origin){.synthetic = text}, afresh(&error));
  assert_non_null(topo);
  return topo;
}

static hx_grid make(const hx_topo *topo, const hx_grid_request *request) {
  hx_grid grid;
  pvs_error error;
  if (!hx_grid_init(&grid, topo, request, afresh(&error)))
    fail_msg("%s", error.message);
  return grid;
}

static void expect_texts(const hx_grid *grid, const char *const *expected, size_t n) {
  for (size_t i = 0; i < grid->n; i++) {
    char text[HX_CONFIG_TEXT];
    hx_config_format(&grid->config[i], text, sizeof text);
    assert_true(i < n);
    assert_string_equal(text, expected[i]);
  }
  assert_int_equal(grid->n, n);
}

/* Why the configuration is not in the grid, and what stands for it. */
static const char *merged_into(const hx_grid *grid, const char *text, const char **why) {
  static char into[HX_CONFIG_TEXT];
  for (size_t i = 0; i < grid->merged_n; i++) {
    char dropped[HX_CONFIG_TEXT];
    hx_config_format(&grid->merged[i].dropped, dropped, sizeof dropped);
    if (strcmp(dropped, text) != 0)
      continue;
    *why = grid->merged[i].why;
    hx_config_format(&grid->config[grid->merged[i].into], into, sizeof into);
    return into;
  }
  fail_msg("%s was not merged", text);
  return NULL;
}

/* What is left out is looked for among all that was before: that must not take minutes. */
static void hundreds_of_counts_are_merged(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("core:2 pu:1");
  hx_grid grid = make(topo, &(hx_grid_request){.workers = "1-800",
                                               .executors = "threads",
                                               .pins = "compact,cores",
                                               .schedules = "dynamic"});
  assert_int_equal(grid.n, 1 + 800);
  assert_int_equal(grid.merged_n, 800);
  for (int i = 0; i < 800; i++) {
    assert_int_equal(grid.merged[i].dropped.threads, i + 1);
    assert_string_equal(grid.merged[i].dropped.pin, "cores");
    assert_int_equal(grid.merged[i].into, i + 1);
  }
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

/* On one CPU, or under a quota of one, more than one worker only costs. */
static void one_cpu_gets_one_worker(void **state) {
  (void)state;
  const hx_topo_origin machines[] = {{.synthetic = "core:1 pu:1"},
                                     {.synthetic = "core:8 pu:1", .allowed = "3"},
                                     {.synthetic = "core:8 pu:1", .quota_cpus = 1},
                                     {.synthetic = "core:8 pu:1", .quota_cpus = 0.5}};
  for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
    pvs_error error;
    hx_topo *topo = hx_topo_open(&machines[m], afresh(&error));
    assert_non_null(topo);
    static const char *const workers[] = {NULL, "auto", "all"};
    for (size_t w = 0; w < sizeof workers / sizeof *workers; w++) {
      hx_grid grid = make(topo, &(hx_grid_request){.workers = workers[w]});
      for (size_t i = 0; i < grid.n; i++)
        assert_int_equal(hx_config_workers(&grid.config[i]), 1);
      hx_grid_deinit(&grid);
    }
    hx_grid grid = make(topo, &(hx_grid_request){.workers = "2", .executors = "threads"});
    assert_int_equal(hx_config_workers(&grid.config[1]), 2); /* asked for by number */
    hx_grid_deinit(&grid);
    hx_topo_close(topo);
  }
}

/* On two cores: 1, 2, 3 workers; compact and cores are the same CPUs, spread and numa of one node
 * are too or are none. */
static void two_cores(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("pack:1 l3:1 core:2 pu:1");
  hx_grid grid = make(topo, &(hx_grid_request){.executors = "threads"});
  static const char *const expected[] = {
      "serial",
      "threads:1",
      "threads:1/pin=compact",
      "threads:2",
      "threads:2/schedule=static",
      "threads:2/pin=compact",
      "threads:2/pin=compact/schedule=static",
      "threads:3",
      "threads:3/schedule=static",
      "threads:3/pin=compact",
      "threads:3/pin=compact/schedule=static",
  };
  expect_texts(&grid, expected, sizeof expected / sizeof expected[0]);
  const char *why;
  assert_string_equal(merged_into(&grid, "threads:2/pin=cores", &why), "threads:2/pin=compact");
  assert_string_equal(why, "the same CPUs");
  assert_string_equal(merged_into(&grid, "threads:2/pin=numa/schedule=static", &why),
                      "threads:2/schedule=static");
  assert_string_equal(merged_into(&grid, "threads:1/pin=spread", &why), "threads:1");
  assert_string_equal(merged_into(&grid, "threads:1/schedule=static", &why), "threads:1");
  assert_string_equal(why, "the schedule of one worker does not matter");
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

/* A worker alone on its core may use both threads of it: cores and spread of as many workers as
 * cores are one. */
static void siblings_make_no_difference_to_a_lone_worker(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("pack:1 l3:1 core:4 pu:2");
  hx_grid grid = make(topo, &(hx_grid_request){.workers = "4",
                                               .executors = "threads",
                                               .pins = "spread,cores,compact",
                                               .schedules = "dynamic"});
  static const char *const expected[] = {"serial", "threads:4/pin=compact", "threads:4/pin=cores"};
  expect_texts(&grid, expected, 3);
  const char *why;
  assert_string_equal(merged_into(&grid, "threads:4/pin=spread", &why), "threads:4/pin=cores");
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

/* Which worker of a process has which CPU does not matter, which process has it does. */
static void workers_of_a_process_are_exchanged_processes_kept_together(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("pack:2 core:2 pu:1");
  hx_grid_request request = {.workers = "4",
                             .executors = "threads",
                             .pins = "compact,list:3,2,1,0",
                             .schedules = "dynamic"};
  hx_grid grid = make(topo, &request);
  assert_int_equal(grid.n, 2);
  hx_grid_deinit(&grid);
  request.workers = "2x2";
  request.executors = "hybrid";
  request.pins = "compact,list:3,2,1,0";
  grid = make(topo, &request);
  assert_int_equal(grid.n, 2);
  hx_grid_deinit(&grid);
  request.pins = "compact,list:0,2,1,3"; /* each process on both packages */
  grid = make(topo, &request);
  assert_int_equal(grid.n, 3);
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

static void fifteen_workers_on_twelve_units_are_twelve(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("core:16 pu:1");
  hx_grid grid = make(topo, &(hx_grid_request){.workers = "12,15",
                                               .executors = "processes",
                                               .pins = "none",
                                               .schedules = "dynamic",
                                               .units = 12});
  static const char *const expected[] = {"serial", "processes:12"};
  expect_texts(&grid, expected, 2);
  const char *why;
  assert_string_equal(merged_into(&grid, "processes:15", &why), "processes:12");
  assert_string_equal(why, "more workers than units of work");
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

static void hybrids_of_one_are_no_hybrids(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("pack:2 core:4 pu:1");
  hx_grid grid = make(topo, &(hx_grid_request){.workers = "1x4,4x1,2x4,auto",
                                               .executors = "hybrid",
                                               .pins = "none",
                                               .schedules = "static",
                                               .chunk = 8});
  static const char *const expected[] = {"serial", "threads:4/schedule=static/chunk=8",
                                         "processes:4/schedule=static/chunk=8",
                                         "hybrid:2x4/schedule=static/chunk=8"};
  expect_texts(&grid, expected, 4);
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

static void all_tries_every_count(void **state) {
  (void)state;
  hx_topo *topo = open_synthetic("core:6 pu:1");
  hx_grid grid = make(
      topo, &(hx_grid_request){
                .workers = "all", .executors = "threads", .pins = "none", .schedules = "dynamic"});
  assert_int_equal(grid.n, 8); /* serial, 1 to 6, one over */
  for (size_t i = 1; i < grid.n; i++)
    assert_int_equal(hx_config_workers(&grid.config[i]), i);
  hx_grid_deinit(&grid);
  hx_topo_close(topo);
}

/* On any machine: no configuration twice, serial first, everything merged into something there is.
 */
static void grids_are_sound(void **state) {
  (void)state;
  static const char *const machines[] = {"core:1 pu:1", "pack:2 numa:2 l3:2 core:2 pu:2",
                                         "pack:1 l3:8 core:4 pu:1", "pu:3"};
  for (size_t m = 0; m < sizeof machines / sizeof machines[0]; m++)
    for (int units = 0; units < 6; units++) {
      hx_topo *topo = open_synthetic(machines[m]);
      hx_grid grid = make(topo, &(hx_grid_request){.units = units});
      pvs_error error;
      assert_int_equal(grid.config[0].executor, HX_EXECUTOR_SERIAL);
      for (size_t i = 0; i < grid.n; i++) {
        assert_true(hx_config_validate(&grid.config[i], afresh(&error)));
        assert_true(units == 0 || hx_config_workers(&grid.config[i]) <= units);
        for (size_t j = 0; j < i; j++)
          assert_false(hx_config_equal(&grid.config[i], &grid.config[j]));
      }
      for (size_t i = 0; i < grid.merged_n; i++) {
        assert_true(grid.merged[i].into < grid.n);
        for (size_t j = 0; j < grid.n; j++)
          assert_false(hx_config_equal(&grid.merged[i].dropped, &grid.config[j]));
      }
      hx_grid_deinit(&grid);
      hx_topo_close(topo);
    }
}

static void bad_requests_name_the_option(void **state) {
  (void)state;
  static const struct {
    hx_grid_request request;
    const char *part;
  } bad[] = {
      {{.workers = "0"}, "--workers: found '0'"},
      {{.workers = "4-2"}, "--workers: found '4-2'"},
      {{.workers = "2x2-3x3"}, "--workers: found '2x2-3x3'"},
      {{.workers = ""}, "--workers: found an empty list"},
      {{.workers = "1,,2"}, "--workers: found ''"},
      {{.executors = ""}, "--executors: found an empty list"},
      {{.executors = "thread"}, "--executors: found \"thread\""},
      {{.pins = "tight"}, "--pins: pin strategy \"tight\": expected one of none"},
      {{.pins = ""}, "--pins: found an empty list"},
      {{.pins = "list:99"}, "CPU 99 is not allowed"},
      {{.schedules = "guided"}, "--schedules: found \"guided\""},
      {{.schedules = ""}, "--schedules: found an empty list"},
      {{.workers = "2x2", .executors = "threads"}, "nothing to try"},
      {{.workers = "4", .executors = "hybrid"}, "nothing to try"},
  };
  hx_topo *topo = open_synthetic("core:4 pu:1");
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    hx_grid grid;
    pvs_error error;
    assert_false(hx_grid_init(&grid, topo, &bad[i].request, afresh(&error)));
    if (strstr(error.message, bad[i].part) == NULL)
      fail_msg("found \"%s\", expected \"%s\" in it", error.message, bad[i].part);
    assert_null(grid.config);
  }
  hx_topo_close(topo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_and_configuration_are_one),
      cmocka_unit_test(other_texts_mean_the_same),
      cmocka_unit_test(stored_texts_of_all_versions_are_recognised),
      cmocka_unit_test(words_of_configurations),
      cmocka_unit_test(bad_texts_are_refused),
      cmocka_unit_test(a_pin_too_long_is_refused),
      cmocka_unit_test(shapes_are_counts_or_products),
      cmocka_unit_test(hundreds_of_counts_are_merged),
      cmocka_unit_test(one_cpu_gets_one_worker),
      cmocka_unit_test(two_cores),
      cmocka_unit_test(siblings_make_no_difference_to_a_lone_worker),
      cmocka_unit_test(workers_of_a_process_are_exchanged_processes_kept_together),
      cmocka_unit_test(fifteen_workers_on_twelve_units_are_twelve),
      cmocka_unit_test(hybrids_of_one_are_no_hybrids),
      cmocka_unit_test(all_tries_every_count),
      cmocka_unit_test(grids_are_sound),
      cmocka_unit_test(bad_requests_name_the_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
