/* Recommendations: several workloads together, the store, and what `run -w auto` gets. */
#include "error_support.h"
#include "sweep_support.h"

#include <sys/utsname.h>

static char binary_path[128], binary[HX_HASH_TEXT];
static hx_identity identity;
static char kernel[80];

/* The store is read below <results>/<machine>: here the sweep's folder is the results folder. */
static int setup(void **state) {
  if (sweep_setup(state) != 0)
    return -1;
  struct utsname system;
  uname(&system);
  snprintf(kernel, sizeof kernel, "%s", system.release);
  identity = hx_identity_of(sweep_topo);
  snprintf(binary_path, sizeof binary_path, "%s/binary", sweep_folder);
  FILE *f = fopen(binary_path, "w");
  if (!f)
    return -1;
  fputs("a binary", f);
  fclose(f);
  hx_file_hash(binary_path, binary);
  return 0;
}

typedef struct made {
  const char *workload, *scope, *class_name, *config, *allocation, *binary, *kernel;
  const char *machine; /* NULL: this one */
  long long units, workers;
  double serial_s, speedup;
} made;

static made usual(const char *workload, const char *class_name, long long units, const char *config,
                  long long workers) {
  return (made){.workload = workload,
                .scope = "single",
                .class_name = class_name,
                .config = config,
                .allocation = identity.allocation,
                .binary = binary,
                .kernel = kernel,
                .units = units,
                .workers = workers,
                .serial_s = 1,
                .speedup = NAN};
}

static void recommend(const made *m) {
  pvs_error error;
  char folder[256];
  hx_recommendation_row row;
  assert_true(
      hx_store_folder(sweep_folder, identity.machine, true, folder, sizeof folder, afresh(&error)));
  hx_store_row_clear(&hx_recommendations_schema, &row);
  row.made_utc = "2026-01-31T12:00:00.000000Z";
  row.machine = m->machine ? m->machine : identity.machine;
  row.allocation = m->allocation;
  row.scope = m->scope;
  row.workload = m->workload;
  row.workload_class = m->class_name;
  row.config = m->config;
  row.binary = m->binary;
  row.kernel = m->kernel;
  row.units = m->units;
  row.workers = m->workers;
  row.serial_s = m->serial_s;
  row.speedup = m->speedup;
  hx_store_file *file = hx_store_file_open(folder, &hx_recommendations_schema, afresh(&error));
  assert_non_null(file);
  assert_true(hx_store_file_append(file, &row, 1, afresh(&error)));
  hx_store_file_close(file);
}

static hx_auto_found ask(const char *workload, const char *class_name, int units) {
  pvs_error error;
  hx_auto_found found;
  hx_auto_query query = {.results = sweep_folder,
                         .topo = sweep_topo,
                         .self_path = binary_path,
                         .workload = workload,
                         .workload_class = class_name,
                         .units = units};
  assert_true(hx_recommend_auto(&query, &found, afresh(&error)));
  return found;
}

static void check(const hx_auto_found *found, hx_auto_kind kind, const char *config) {
  char text[HX_CONFIG_TEXT];
  assert_int_equal(found->kind, kind);
  if (kind == HX_AUTO_NONE)
    return;
  hx_config_format(&found->config, text, sizeof text);
  assert_string_equal(text, config);
}

static void test_never_tuned(void **state) {
  (void)state;
  hx_auto_found found = ask("study:/a/b/c", "static", 10);
  check(&found, HX_AUTO_NONE, NULL);
  assert_non_null(strstr(found.says, "has not been tuned"));
}

static void test_exact_then_nearest(void **state) {
  (void)state;
  made rows[] = {usual("study:/a/b/c", "static", 20, "threads:2", 2),
                 usual("builtin:batteries:48", "batteries", 48, "threads:4", 4),
                 usual("builtin:batteries:4800", "batteries", 4800, "processes:4/pin=compact", 4),
                 usual("cmd:xz -T{workers}", "command", HX_STORE_NONE, "serial", 1)};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    recommend(&rows[i]);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:2");
  assert_string_equal(found.warning, "");
  found = ask("study:/x/y/z", "batteries", 60);
  check(&found, HX_AUTO_NEAREST, "threads:4");
  assert_non_null(strstr(found.says, "builtin:batteries:48 (this one has not been tuned)"));
  found = ask("study:/x/y/z", "batteries", 3000);
  check(&found, HX_AUTO_NEAREST, "processes:4/pin=compact");
  found = ask("study:/x/y/z", "static", 3000); /* the class weighs more than the size */
  check(&found, HX_AUTO_NEAREST, "threads:2");
}

static void test_the_last_one_holds(void **state) {
  (void)state;
  made old = usual("study:/a/b/c", "static", 20, "threads:2", 2);
  made new = usual("study:/a/b/c", "static", 20, "threads:3", 3);
  recommend(&old);
  recommend(&new);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:3");
}

static void test_commands_say_nothing_of_studies(void **state) {
  (void)state;
  made command = usual("cmd:xz -T{workers}", "command", HX_STORE_NONE, "serial", 1);
  recommend(&command);
  made several = usual("cmd:sleep 1 + cmd:sleep 2", "several", HX_STORE_NONE, "serial", 1);
  several.scope = "joint";
  recommend(&several);
  several.workload = "study:/d/e/f + cmd:sleep 2";
  recommend(&several);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_NONE, NULL);
  several.workload = "study:/d/e/f + builtin:static:6";
  recommend(&several);
  found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_NEAREST, "serial");
}

static void test_milliseconds_say_nothing_of_large_studies(void **state) {
  (void)state;
  made few = usual("builtin:batteries:20", "batteries", 20, "serial", 1);
  few.serial_s = 0.004;
  recommend(&few);
  hx_auto_found found = ask("study:/a/b/c", "batteries", 40);
  check(&found, HX_AUTO_NEAREST, "serial");
  found = ask("study:/a/b/c", "batteries", 4000);
  check(&found, HX_AUTO_NONE, NULL);
  few.serial_s = 2; /* of large units, there is enough to do for any number of workers */
  recommend(&few);
  found = ask("study:/a/b/c", "batteries", 4000);
  check(&found, HX_AUTO_NEAREST, "serial");
}

static void test_changes_are_told(void **state) {
  (void)state;
  made m = usual("study:/a/b/c", "static", 20, "threads:2", 2);
  m.binary = "another";
  recommend(&m);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:2");
  assert_non_null(strstr(found.warning, "pvtune itself changed since"));
  m.binary = binary;
  m.kernel = "1.0";
  recommend(&m);
  found = ask("study:/a/b/c", "static", 20);
  assert_non_null(strstr(found.warning, "the kernel changed since"));
}

static void test_everything_changed(void **state) {
  (void)state;
  made m = usual("study:/a/b/c", "static", 20, "threads:2", 2);
  m.binary = "another";
  m.kernel = "1.0";
  m.allocation = "other";
  recommend(&m);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:2");
  assert_non_null(
      strstr(found.warning, "pvtune itself, the kernel and the set of allowed CPUs changed since"));
}

/* One that cannot be used is not, and why is said. */
static void test_refused(void **state) {
  (void)state;
  made m = usual("study:/a/b/c", "static", 20, "threads:zwei", 2);
  recommend(&m);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_NONE, NULL);
  assert_non_null(strstr(found.warning, "is not used, since this pvtune cannot run it ("));
  m = usual("study:/a/b/c", "static", 20, "threads:2", 2);
  m.speedup = -5;
  recommend(&m);
  found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_NONE, NULL);
  assert_non_null(strstr(found.warning, "its speed-up is -5"));
  m.speedup = 1.5;
  recommend(&m);
  found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:2");
  m = usual("study:/a/b/c", "static", 20, "threads:3", 3);
  m.machine = "m-ffffffffff"; /* from a copied store: it takes nothing's place */
  recommend(&m);
  found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_EXACT, "threads:2");
  m.workload = "study:/d/e/f";
  recommend(&m);
  found = ask("study:/d/e/f", "static", 20);
  check(&found, HX_AUTO_NEAREST, "threads:2");
  assert_non_null(strstr(found.warning, "it was made on another machine, m-ffffffffff"));
}

/* What needs more CPUs than are allowed now is no help. */
static void test_too_many_workers_for_this_allocation(void **state) {
  (void)state;
  made m = usual("study:/a/b/c", "static", 20, "threads:64", 64);
  m.allocation = "other";
  recommend(&m);
  hx_auto_found found = ask("study:/a/b/c", "static", 20);
  check(&found, HX_AUTO_NONE, NULL);
}

/* ---- several workloads ---- */

/* One likes 2 workers, the other 4; 3 costs either little. */
static const mock_run pair[] = {
    {"serial", "builtin:static:1", 1.00, 0, MOCK_OK},
    {"threads:2", "builtin:static:1", 0.70, 0, MOCK_OK},
    {"threads:3", "builtin:static:1", 0.75, 0, MOCK_OK},
    {"threads:4", "builtin:static:1", 1.05, 0, MOCK_OK},
    {"serial", "builtin:batteries:1", 4.00, 0, MOCK_OK},
    {"threads:2", "builtin:batteries:1", 2.00, 0, MOCK_OK},
    {"threads:3", "builtin:batteries:1", 1.50, 0, MOCK_OK},
    {"threads:4", "builtin:batteries:1", 1.40, 0, MOCK_OK},
};

static void test_jointly_and_stored(void **state) {
  (void)state;
  pvs_error error;
  mock_table mock = {.runs = pair, .n = sizeof pair / sizeof *pair, .digest = 1};
  hx_runner runner = mock_runner(&mock);
  hx_measure_context context = sweep_context(&runner);
  char folder[256];
  assert_true(
      hx_store_folder(sweep_folder, identity.machine, true, folder, sizeof folder, afresh(&error)));
  context.folder = folder;
  context.machine = identity.machine;
  context.allocation = identity.allocation;
  context.binary = binary;
  context.kernel = kernel;
  hx_workload workloads[2] = {a_workload("builtin:static:1"), a_workload("builtin:batteries:1")};
  hx_config configs[] = {a_config("serial"), a_config("threads:2"), a_config("threads:3"),
                         a_config("threads:4")};
  hx_sweep_options options = sweep_options(workloads, 2);
  options.configs = configs;
  options.n_configs = 4;
  hx_sweep_report report = run_sweep(&context, &options);
  hx_choice choices[2] = {hx_recommend_choose(&report, 0, NULL),
                          hx_recommend_choose(&report, 1, NULL)};
  hx_choice joint = hx_recommend_choose_jointly(&report, NULL);
  assert_int_equal(choices[0].config, 1);
  assert_int_equal(choices[1].config, 3);
  assert_true(joint.found);
  assert_int_equal(joint.config, 2);
  assert_true(fabs(report.worst[2] - 0.0714) < 0.001);
  assert_true(fabs(report.regret[0 * 4 + 3] - 0.5) < 0.001);
  assert_true(hx_recommend_store(&context, &options, &report, choices, &joint, afresh(&error)));
  hx_recommendations all;
  assert_true(hx_recommendations_read(folder, identity.machine, &all, afresh(&error)));
  assert_int_equal(all.n, 3);
  assert_string_equal(all.rows[2].scope, "joint");
  assert_string_equal(all.rows[2].workload, "builtin:static:1 + builtin:batteries:1");
  assert_string_equal(all.rows[2].config, "threads:3");
  const hx_recommendation_row *row =
      hx_recommendations_find(&all, identity.allocation, "builtin:batteries:1");
  assert_non_null(row);
  assert_string_equal(row->config, "threads:4");
  assert_string_equal(row->sweep, report.sweep);
  assert_true(fabs(row->speedup - 4 / 1.4) < 0.01);
  assert_true(fabs(row->log2_serial_s - 2) < 0.01);
  hx_recommendations_deinit(&all);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&workloads[0]);
  hx_workload_deinit(&workloads[1]);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, sweep_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_never_tuned),
      IN_FOLDER(test_exact_then_nearest),
      IN_FOLDER(test_the_last_one_holds),
      IN_FOLDER(test_commands_say_nothing_of_studies),
      IN_FOLDER(test_milliseconds_say_nothing_of_large_studies),
      IN_FOLDER(test_changes_are_told),
      IN_FOLDER(test_everything_changed),
      IN_FOLDER(test_refused),
      IN_FOLDER(test_too_many_workers_for_this_allocation),
      IN_FOLDER(test_jointly_and_stored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
