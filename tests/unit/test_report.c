/* The report: what is read from the store, and the page that is made of it. */
#include "error_support.h"
#include "report_support.h"

#include "report/model.h"
#include "report/page.h"
#include "report/template.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the store, arranged ---- */

static const hx_report_config *config_of(const hx_report_topic *s, const char *key) {
  int i = hx_report_config_index(s, key);
  assert_int_not_equal(i, HX_REPORT_NOWHERE);
  return &s->configs[i];
}

static void arranges_the_example(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  assert_false(hx_report_is_empty(&data));
  assert_int_equal(data.n_topics, 8); /* two tuned, a command swept, five sizes swept */
  assert_string_equal(data.topics[0].workload, "builtin:static:24000");
  assert_string_equal(data.topics[1].workload, "builtin:batteries:7956");
  assert_true(strncmp(data.topics[2].workload, "cmd:", 4) == 0);
  assert_null(data.topics[2].recommendation);
  assert_non_null(data.joint);

  const hx_report_topic *s = hx_report_find(&data, "builtin:static:24000");
  assert_ptr_equal(s, &data.topics[0]);
  assert_null(hx_report_find(&data, "builtin:static:24001"));
  assert_int_equal(s->n_configs, 17);
  assert_string_equal(s->configs[s->chosen].key, "threads:8/pin=none/dynamic");
  assert_string_equal(s->configs[s->serial].words, "serial");
  assert_int_equal(s->chosen, 0); /* what ties follows, then the rest, each fastest first */
  for (size_t i = 2; i + 1 < s->n_configs; i++) /* the broken one is last */
    assert_true(hx_search_estimate_order(&s->configs[i - 1].estimate, &s->configs[i].estimate) < 0);
  const hx_report_config *wrong = &s->configs[s->n_configs - 1];
  assert_string_equal(wrong->key, "processes:8/pin=compact/dynamic");
  assert_int_equal(wrong->estimate.fate, HX_SEARCH_BROKEN);
  assert_string_equal(wrong->problem, "wrong");

  /* What the recommendation lists as ties, and no other. */
  assert_true(hx_report_is_tied(s, hx_report_config_index(s, "threads:9/pin=none/dynamic")));
  assert_false(hx_report_is_tied(s, hx_report_config_index(s, "processes:8/pin=none/dynamic")));
  assert_true(s->configs[s->serial].speedup == 1);
  hx_report_close(&data);
}

/* Amdahl's law made the example: 4 threads take (1 - p) + p/4 of serial, p = 0.985, and the serial
 * runs take 1.02 s. Noise is below 2 %. */
static void estimates_what_the_example_was_made_of(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  const hx_report_topic *s = hx_report_find(&data, "builtin:batteries:7956");
  const hx_report_config *four = config_of(s, "threads:4/pin=none/dynamic");
  double expected = 1.02 * (0.015 + 0.985 / 4);
  assert_true(fabs(four->estimate.seconds / expected - 1) < 0.03);
  assert_true(fabs(four->speedup / (1.02 / expected) - 1) < 0.03);
  assert_true(four->estimate.n_valid < 6); /* too few for bounds */
  assert_true(isnan(four->estimate.lower_s) && isnan(four->speedup_upper));
  assert_int_equal(s->interference.rounds, 3);
  assert_int_equal(s->interference.other_rounds, 1);
  hx_report_close(&data);
}

static void copy_file(const char *name, const char *folder, int times) {
  char path[512], line[8192];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  for (int i = 0; i < times; i++) {
    snprintf(path, sizeof path, "%s/%s/%s", EXAMPLE_STORE, EXAMPLE_MACHINE, name);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in))
      fputs(line, out);
    fclose(in);
  }
  fclose(out);
}

/* Another objective than time decides the order, the speed-up and what is said; time and memory stay
 * beside it. */
static void ranks_by_the_objective(void **state) {
  (void)state;
  char results[] = "/tmp/pvtune-test-report-XXXXXX", folder[128], command[160];
  assert_non_null(mkdtemp(results));
  snprintf(folder, sizeof folder, "%s/%s", results, EXAMPLE_MACHINE);
  assert_int_equal(mkdir(folder, 0700), 0);
  pvs_error error;
  hx_store_file *file = hx_store_file_open(folder, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  for (int i = 0; i < 7; i++) { /* the warm-up, then serial and two workers in turn */
    hx_run_row row;
    hx_store_row_clear(&hx_runs_schema, &row);
    bool two = i > 0 && i % 2 == 0;
    row.run = row.sweep = "s";
    row.command = "sweep";
    row.workload = "cmd:p {workers}";
    row.allocation = "pus=2";
    row.config = two ? "threads:2" : "serial";
    row.block = i;
    row.counted = i > 0;
    row.outcome = "valid";
    row.start_utc = "2026-11-28T00:00:00Z";
    row.objective = "score";
    row.maximize = 1;
    row.value = two ? 30 : 10;
    row.seconds = row.wall_s = two ? 2 : 1;
    row.max_rss_kib = 1000 * (i + 1);
    row.instructions = two ? 2e9 : 1e9 + i;
    assert_true(hx_store_file_append(file, &row, 1, afresh(&error)));
  }
  hx_store_file_close(file);
  hx_report_data data;
  open_store(results, &data);
  const hx_report_topic *s = hx_report_find(&data, "cmd:p {workers}");
  assert_non_null(s);
  assert_string_equal(s->objective, "score");
  assert_string_equal(s->configs[0].key, "threads:2");
  assert_true(fabs(s->configs[0].value - 30) < 1e-9);
  assert_true(fabs(s->configs[0].speedup - 3) < 1e-9);
  assert_true(s->configs[0].seconds == 2);
  assert_true(s->configs[0].rss_bytes == 7000 * 1024.0);
  assert_true(s->configs[0].counts[0] == 2e9 && isnan(s->configs[0].counts[1]));
  assert_true(s->configs[1].counts[0] == 1e9 + 3); /* median of three runs */
  json_t *model = hx_model_topic(&data, s),
         *config = json_array_get(json_object_get(model, "configs"), 1);
  assert_string_equal(json_string_value(json_object_get(config, "value")), "10");
  assert_string_equal(json_string_value(json_object_get(config, "verdict")), "unranked");
  assert_true(json_is_true(json_object_get(model, "has_counts")));
  assert_true(json_number_value(json_object_get(config, "instructions")) == 1e9 + 3);
  assert_true(json_is_null(json_object_get(config, "cycles")));
  json_decref(model);
  hx_report_close(&data);
  snprintf(command, sizeof command, "rm -r %s", results);
  assert_int_equal(system(command), 0);
}

/* Stores merge with cat: also, by mistake, with a copy of themselves. */
static void counts_each_run_once(void **state) {
  (void)state;
  char results[] = "/tmp/pvtune-test-report-XXXXXX", folder[128], command[160];
  assert_non_null(mkdtemp(results));
  snprintf(folder, sizeof folder, "%s/%s", results, EXAMPLE_MACHINE);
  assert_int_equal(mkdir(folder, 0700), 0);
  copy_file("runs.csv", folder, 2);
  copy_file("recommendations.csv", folder, 1);
  hx_report_data once, twice;
  open_store(EXAMPLE_STORE, &once);
  open_store(results, &twice);
  const hx_report_topic *a = hx_report_find(&once, "builtin:batteries:7956"),
                        *b = hx_report_find(&twice, "builtin:batteries:7956");
  assert_int_equal(twice.runs.n, 2 * once.runs.n);
  for (size_t i = 0; i < a->n_configs; i++) {
    assert_true(a->configs[i].estimate.seconds == b->configs[i].estimate.seconds);
    assert_int_equal(a->configs[i].estimate.n_valid, b->configs[i].estimate.n_valid);
  }
  hx_report_close(&once);
  hx_report_close(&twice);
  snprintf(command, sizeof command, "rm -rf %s", results);
  assert_int_equal(system(command), 0);
}

static void nothing_stored_is_empty(void **state) {
  (void)state;
  hx_report_data data;
  open_store("/proc/nowhere/at/all", &data);
  assert_true(hx_report_is_empty(&data));
  hx_report_close(&data);
}

static void names_of_workloads_and_allocations(void **state) {
  (void)state;
  char out[128];
  static const char *const names[][2] = {
      {"builtin:batteries:400", "Built-in study: batteries, 400 scenarios"},
      {"study:/a/base/hugh/1", "Study hugh/1"},
      {"study:1", "study:1"},
      {"cmd:make -j {workers}", "make -j {workers}"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_string_equal(hx_model_workload_name(names[i][0], out, sizeof out), names[i][1]);
  static const char *const allowed[][2] = {
      {"l3=2x1/numa=2x1/pus=2/quota=none", "2 CPUs"},
      {"pus=1/quota=none", "1 CPU"},
      {"pus=8/quota=2.5", "8 CPUs, of which a quota allows 2.5"},
      {"something else", "something else"}};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    assert_string_equal(hx_model_allocation_name(allowed[i][0], out, sizeof out), allowed[i][1]);
}

/* ---- the page ---- */

static char *make_page(hx_report_page *page) {
  pvs_error error;
  text t;
  text_begin(&t);
  if (!hx_report_write_page(page, t.out, afresh(&error)))
    fail_msg("%s: row %ld: %s", error.file, error.row, error.message);
  return text_end(&t);
}

static hx_topo *open_topology(const hx_topo_origin *source) {
  pvs_error error;
  hx_topo *topo = hx_topo_open(source, afresh(&error));
  assert_non_null(topo);
  return topo;
}

static void page_is_whole_and_escaped(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  hx_topo_origin source = {.xml = EXAMPLE_STORE "/" EXAMPLE_MACHINE "/machine.xml"};
  hx_topo *topo = open_topology(&source);
  hx_report_page page = {.data = &data,
                         .topo = topo,
                         .plots_folder = PLOTS_FOLDER, /* plots: tests/cli and tests/plots */
                         .version = "1.2.3",
                         .made_utc = "2024-03-14T10:00:00Z"};
  char *html = make_page(&page);
  assert_well_formed(html);
  static const char *const sections[] = {"id=\"overview\"",
                                         "id=\"workload-0\"",
                                         "id=\"workload-1\"",
                                         "id=\"workload-2\"",
                                         "id=\"together\"",
                                         "id=\"single\"",
                                         "id=\"verdicts\"",
                                         "id=\"history\"",
                                         "id=\"trust\"",
                                         "id=\"machine\"",
                                         "id=\"method\"",
                                         "<h3>Why</h3>",
                                         "What ties with it",
                                         "Every configuration",
                                         "Interference: ",
                                         "wrong outputs",
                                         "machine-picture",
                                         "How to use it",
                                         "3 workloads on m-0123456789",
                                         "SLOWER",
                                         "Example CPU"};
  for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
    if (!strstr(html, sections[i]))
      fail_msg("the page has no %s", sections[i]);
  /* What the store's texts hold stays text. */
  assert_null(strstr(html, "<script>alert"));
  assert_non_null(strstr(html, "&lt;script&gt;alert"));
  assert_null(strstr(html, "<b>rack"));
  assert_non_null(strstr(html, "&lt;2.4 GHz&gt;"));
  /* Self-contained. */
  assert_null(strstr(html, "http://"));
  assert_null(strstr(html, "https://"));
  assert_null(strstr(html, " src="));
  assert_int_equal(page.n_plots, 0); /* none asked for */
  free(html);
  hx_topo_close(topo);
  hx_report_close(&data);
}

static void page_without_topology_or_sweeps(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  hx_report_data verdicts_only = {.verdicts = data.verdicts};
  strcpy(verdicts_only.machine, "m-x");
  hx_report_page page = {
      .data = &verdicts_only, .plots_folder = PLOTS_FOLDER, .version = "1", .made_utc = ""};
  assert_false(hx_report_is_empty(&verdicts_only));
  char *html = make_page(&page);
  assert_well_formed(html);
  assert_non_null(strstr(html, "INCONCLUSIVE"));
  assert_non_null(strstr(html, "topology is not stored"));
  assert_non_null(strstr(html, "Comparisons on m-x"));
  free(html);
  hx_report_close(&data);
}

/* One workload: its answer is the headline. Texts that are no UTF-8 do not lose their part. */
static void page_of_one_workload(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  hx_report_data one = data;
  one.n_topics = 1;
  hx_sweep_row *sweeps = data.sweeps.rows;
  sweeps[data.sweeps.n - 1].note = "latin1: \xe4";
  hx_report_page page = {
      .data = &one, .plots_folder = PLOTS_FOLDER, .version = "1", .made_utc = ""};
  char *html = make_page(&page);
  assert_well_formed(html);
  assert_null(strstr(html, "id=\"overview\""));
  assert_non_null(strstr(html, "8 threads: 3.84× as fast as serial"));
  assert_non_null(strstr(html, "latin1: \xef\xbf\xbd"));
  free(html);
  hx_report_close(&data);
}

/* Where nothing ran validly the page says so, alone and among others; runs that found fewer workers
 * than asked for, or ran out of time, are told. */
static void page_where_nothing_ran_validly(void **state) {
  (void)state;
  for (size_t n = 1; n <= 2; n++) {
    hx_report_data data;
    open_store(EXAMPLE_STORE, &data);
    hx_report_data some = data;
    some.n_topics = n;
    hx_report_topic *s = &some.topics[0];
    s->chosen = HX_REPORT_NOWHERE;
    for (size_t i = 0; i < s->n_configs; i++)
      s->configs[i].estimate.seconds = (double)NAN;
    hx_run_row *runs = data.runs.rows;
    for (size_t i = 0; i < data.runs.n; i++) {
      runs[i].workers_seen = 1;
      runs[i].outcome = i % 2 ? "timeout" : "invalid";
      runs[i].reason = "it did not";
      runs[i].digest = "";
    }
    hx_report_page page = {
        .data = &some, .plots_folder = PLOTS_FOLDER, .version = "1", .made_utc = ""};
    char *html = make_page(&page);
    assert_well_formed(html);
    assert_non_null(strstr(html, n == 1 ? "No configuration ran validly" : "nothing ran validly"));
    assert_non_null(strstr(html, "fewer workers were at work than were asked for"));
    assert_non_null(strstr(html, "ran out of time"));
    assert_non_null(strstr(html, "more are in <code>runs.csv</code>"));
    assert_non_null(strstr(html, "Outputs were not compared"));
    free(html);
    hx_report_close(&data);
  }
}

/* A row of the recommendation's own sweep decides what ties, in the table as in the list. */
static void verdicts_follow_the_recommendation(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  json_t *topic = hx_model_topic(&data, &data.topics[0]);
  json_t *configs = json_object_get(topic, "configs");
  size_t tied = 0;
  for (size_t i = 0; i < json_array_size(configs); i++) {
    const json_t *config = json_array_get(configs, i);
    const char *verdict = json_string_value(json_object_get(config, "verdict"));
    bool says_so = strcmp(verdict, "recommended") == 0 || strcmp(verdict, "ties") == 0 ||
                   strcmp(verdict, "may tie") == 0;
    assert_int_equal(says_so, json_is_true(json_object_get(config, "tied")));
    tied += says_so;
  }
  assert_int_equal(tied, json_array_size(json_object_get(topic, "ties")));
  assert_int_equal(tied, 3);
  json_decref(topic);
  hx_report_close(&data);
}

/* ---- the machine ---- */

/* The page's section about a machine whose first workload is recommended that way. */
static char *draw_machine(const char *synthetic, const char *pin, int threads) {
  hx_topo_origin source = {.synthetic = synthetic};
  hx_topo *topo = open_topology(&source);
  hx_report_config best = {.config = {.executor = HX_EXECUTOR_THREADS, .processes = 1},
                           .problem = ""};
  best.config.threads = threads;
  strcpy(best.config.pin, pin);
  hx_report_topic topic = {.configs = &best, .n_configs = 1};
  hx_report_data data = {.topics = &topic, .n_topics = 1};
  json_t *machine = hx_model_machine(&data, topo);
  text t;
  text_begin(&t);
  pvs_error error;
  assert_true(hx_template_fill(
      "{{<box}}<i class=\"{{kind}}{{#workers}} used{{/workers}}\">{{workers}}"
      "{{#boxes}}{{>box}}{{/boxes}}</i>{{/box}}{{#picture.machine}}{{>box}}{{/picture.machine}}",
      "machine", machine, t.out, afresh(&error)));
  json_decref(machine);
  hx_topo_close(topo);
  return text_end(&t);
}

static void draws_machines(void **state) {
  (void)state;
  char *boxes = draw_machine("pack:2 numa:2 l3:1 core:4 pu:2", "compact", 3);
  assert_int_equal(count_of(boxes, "class=\"package"), 2);
  assert_int_equal(count_of(boxes, "class=\"numa"), 4);
  assert_int_equal(count_of(boxes, "class=\"core"), 16);
  assert_int_equal(count_of(boxes, "class=\"pu"), 32);
  assert_int_equal(count_of(boxes, "class=\"pu used"), 3);
  assert_non_null(strstr(boxes, "class=\"pu used\">0<"));
  free(boxes);
  boxes = draw_machine("core:1 pu:1", "none", 1);
  assert_int_equal(count_of(boxes, "class=\"pu"), 1);
  assert_int_equal(count_of(boxes, "used"), 0);
  free(boxes);
  boxes = draw_machine("pack:2 numa:4 l3:2 core:8 pu:2", "spread", 128);
  assert_int_equal(count_of(boxes, "class=\"core"), 128);
  assert_int_equal(count_of(boxes, "class=\"pu used"), 256);
  free(boxes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_of_workloads_and_allocations),
      cmocka_unit_test(arranges_the_example),
      cmocka_unit_test(estimates_what_the_example_was_made_of),
      cmocka_unit_test(ranks_by_the_objective),
      cmocka_unit_test(counts_each_run_once),
      cmocka_unit_test(nothing_stored_is_empty),
      cmocka_unit_test(page_is_whole_and_escaped),
      cmocka_unit_test(page_without_topology_or_sweeps),
      cmocka_unit_test(page_of_one_workload),
      cmocka_unit_test(page_where_nothing_ran_validly),
      cmocka_unit_test(verdicts_follow_the_recommendation),
      cmocka_unit_test(draws_machines),

  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
