/* The report: what is read from the store, and the page that is made of it. */
#include "error_support.h"
#include "report_support.h"

#include "report/html.h"
#include "report/machine_svg.h"
#include "report/page.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- markup ---- */

static void escapes_everything(void **state) {
  (void)state;
  text t;
  text_begin(&t);
  hx_html_text(t.out, "a<b> & \"c\" 'd' \x01\x7f \xc3\xa9 \xff\xc0\xaf \xed\xa0\x80 \xe2\x82");
  hx_html_text(t.out, NULL);
  hx_html_say(t.out, "%s%d", "<", 3);
  char *out = text_end(&t);
  assert_string_equal(out, "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;    \xc3\xa9 "
                           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd&lt;3");
  free(out);
}

static void says_durations_and_sizes(void **state) {
  (void)state;
  char out[HX_DURATION_TEXT];
  assert_string_equal(hx_html_duration(0.00001234, out), "12 µs");
  assert_string_equal(hx_html_duration(0.01234, out), "12.3 ms");
  assert_string_equal(hx_html_duration(0.9994, out), "999 ms");
  assert_string_equal(hx_html_duration(0.9996, out), "1.00 s");
  assert_string_equal(hx_html_duration(75, out), "75.00 s");
  assert_string_equal(hx_html_duration(190, out), "3 min 10 s");
  assert_string_equal(hx_html_duration((double)NAN, out), "–");
  assert_string_equal(hx_bytes_text(0, out), "0 B");
  assert_string_equal(hx_bytes_text(32768, out), "32 KiB");
  assert_string_equal(hx_bytes_text(1.5 * 1024 * 1024, out), "1.5 MiB");
  assert_string_equal(hx_bytes_text(34359738368.0, out), "32 GiB");
}

/* ---- the store, arranged ---- */

static const hx_report_config *config_of(const hx_report_subject *s, const char *key) {
  int i = hx_report_config_index(s, key);
  assert_int_not_equal(i, HX_REPORT_NOWHERE);
  return &s->configs[i];
}

static void arranges_the_example(void **state) {
  (void)state;
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  assert_false(hx_report_is_empty(&data));
  assert_int_equal(data.n_subjects, 8); /* two tuned, a command swept, five sizes swept */
  assert_string_equal(data.subjects[0].workload, "builtin:static:24000");
  assert_string_equal(data.subjects[1].workload, "builtin:batteries:7956");
  assert_true(strncmp(data.subjects[2].workload, "cmd:", 4) == 0);
  assert_null(data.subjects[2].recommendation);
  assert_non_null(data.joint);

  const hx_report_subject *s = hx_report_find(&data, "builtin:static:24000");
  assert_ptr_equal(s, &data.subjects[0]);
  assert_null(hx_report_find(&data, "builtin:static:24001"));
  assert_int_equal(s->n_configs, 17);
  assert_string_equal(s->configs[s->chosen].key, "threads:8/pin=none/dynamic");
  assert_string_equal(s->configs[s->serial].words, "serial");
  for (size_t i = 1; i + 1 < s->n_configs; i++) /* fastest first; the broken one is last */
    assert_true(s->configs[i].estimate.seconds >= s->configs[i - 1].estimate.seconds);
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
  const hx_report_subject *s = hx_report_find(&data, "builtin:batteries:7956");
  const hx_report_config *four = config_of(s, "threads:4/pin=none/dynamic");
  double expected = 1.02 * (0.015 + 0.985 / 4);
  assert_true(fabs(four->estimate.seconds / expected - 1) < 0.03);
  assert_true(fabs(four->speedup / (1.02 / expected) - 1) < 0.03);
  assert_true(four->speedup_lower < four->speedup && four->speedup < four->speedup_upper);
  assert_true(four->estimate.lower_s < four->estimate.seconds &&
              four->estimate.seconds < four->estimate.upper_s);
  assert_int_equal(four->seen, 4);
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
  const hx_report_subject *a = hx_report_find(&once, "builtin:batteries:7956"),
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
  open_store("/nowhere/at/all", &data);
  assert_true(hx_report_is_empty(&data));
  hx_report_close(&data);
}

/* ---- the page ---- */

static char *make_page(hx_report_page *page) {
  text t;
  text_begin(&t);
  hx_report_write_page(page, t.out);
  return text_end(&t);
}

static void page_is_whole_and_escaped(void **state) {
  (void)state;
  hx_report_data data;
  pvs_error error;
  open_store(EXAMPLE_STORE, &data);
  hx_topo_source source = {.xml = EXAMPLE_STORE "/" EXAMPLE_MACHINE "/machine.xml"};
  hx_topo *topo = hx_topo_open(&source, afresh(&error));
  assert_non_null(topo);
  hx_report_page page = {.data = &data,
                         .topo = topo,
                         .plots_folder = "/nowhere", /* plots: tests/cli and tests/plots */
                         .plots = true,
                         .style = "body { color: red }",
                         .script = "\"use strict\";",
                         .version = "1.2.3",
                         .made_utc = "2024-03-14T10:00:00Z"};
  char *html = make_page(&page);
  assert_well_formed(html);
  static const char *const sections[] = {
      "id=\"workload-0\"", "id=\"workload-1\"", "id=\"workload-2\"",
      "id=\"together\"",   "id=\"single\"",     "id=\"verdicts\"",
      "id=\"trust\"",      "id=\"machine\"",    "id=\"method\"",
      "<h3>Why</h3>",      "What ties with it", "Every configuration",
      "Interference: ",    "wrong outputs",     "machine-picture",
      "How to use it",     "8 threads: 3.",     "SLOWER",
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
  /* No plots, and it says why. */
  assert_string_not_equal(page.problem, "");
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
  hx_report_page page = {.data = &verdicts_only,
                         .plots_folder = "/nowhere",
                         .style = "",
                         .script = "",
                         .version = "1",
                         .made_utc = ""};
  assert_false(hx_report_is_empty(&verdicts_only));
  char *html = make_page(&page);
  assert_well_formed(html);
  assert_non_null(strstr(html, "INCONCLUSIVE"));
  assert_non_null(strstr(html, "topology is not stored"));
  free(html);
  hx_report_close(&data);
}

/* ---- the machine ---- */

static char *draw_machine(const char *synthetic, const char *pin, int threads) {
  pvs_error error;
  hx_topo_source source = {.synthetic = synthetic};
  hx_topo *topo = hx_topo_open(&source, afresh(&error));
  assert_non_null(topo);
  hx_place *places = calloc((size_t)threads + 1, sizeof *places);
  if (threads > 0)
    assert_true(hx_pin_place(topo, pin, 1, threads, places, afresh(&error)));
  text t;
  text_begin(&t);
  hx_machine_svg(topo, places, threads, t.out);
  char *svg = text_end(&t);
  free(places);
  hx_topo_close(topo);
  assert_well_formed(svg);
  return svg;
}

static void draws_machines(void **state) {
  (void)state;
  char *svg = draw_machine("pack:2 numa:2 l3:1 core:4 pu:2", "compact", 3);
  assert_int_equal(count_of(svg, "class=\"package"), 2);
  assert_int_equal(count_of(svg, "class=\"numa"), 4);
  assert_int_equal(count_of(svg, "class=\"core"), 16);
  assert_int_equal(count_of(svg, "class=\"pu"), 32);
  assert_int_equal(count_of(svg, "class=\"pu used"), 3);
  assert_non_null(strstr(svg, "CPU 0: worker 0<"));
  free(svg);
  svg = draw_machine("core:1 pu:1", "none", 0);
  assert_int_equal(count_of(svg, "class=\"pu"), 1);
  assert_int_equal(count_of(svg, "used"), 0);
  free(svg);
  svg = draw_machine("pack:2 numa:4 l3:2 core:8 pu:2", "spread", 128); /* 128 cores wrap */
  assert_int_equal(count_of(svg, "class=\"core"), 128);
  free(svg);
}

static void words_of_configurations(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"serial/pin=none", "serial"},
      {"threads:1/pin=none/dynamic", "1 thread"},
      {"threads:4/pin=compact/static", "4 threads, compact, static"},
      {"processes:2/pin=none/dynamic", "2 processes"},
      {"hybrid:2x4/pin=numa/dynamic", "2 processes of 4 threads, numa"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    hx_config config;
    pvs_error error;
    char words[HX_REPORT_WORDS];
    assert_true(hx_config_parse(pairs[i][0], &config, afresh(&error)));
    assert_string_equal(hx_report_config_words(&config, words, sizeof words), pairs[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(escapes_everything),
      cmocka_unit_test(says_durations_and_sizes),
      cmocka_unit_test(arranges_the_example),
      cmocka_unit_test(estimates_what_the_example_was_made_of),
      cmocka_unit_test(counts_each_run_once),
      cmocka_unit_test(nothing_stored_is_empty),
      cmocka_unit_test(page_is_whole_and_escaped),
      cmocka_unit_test(page_without_topology_or_sweeps),
      cmocka_unit_test(draws_machines),
      cmocka_unit_test(words_of_configurations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
