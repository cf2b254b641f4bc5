/* The tables that plots are drawn from, and gnuplot's SVG made fit for a page. */
#include "error_support.h"
#include "report_support.h"

#include "base/files.h"
#include "report/draw.h"
#include "report/plot.h"

#include <math.h>
#include <unistd.h>

static char *table_of(hx_plot plot, const hx_report_data *data, const hx_report_topic *topic,
                      size_t *rows) {
  text t;
  text_begin(&t);
  json_t *all = hx_plot_rows(plot, data, topic, NULL);
  *rows = json_array_size(all);
  hx_plot_write_csv(plot, all, t.out);
  json_decref(all);
  return text_end(&t);
}

/* The header that plots/README.md promises for that table: its names, comma separated. */
static char *documented(const char *table) {
  pvs_error error;
  char heading[64];
  hx_text readme = {0};
  assert_true(hx_files_read(PLOTS_FOLDER "/README.md", &readme, afresh(&error)));
  snprintf(heading, sizeof heading, "\n### %s\n", table);
  const char *at = strstr(readme.at, heading);
  if (!at)
    fail_msg("plots/README.md has no %s", table);
  const char *end = strstr(at + strlen(heading), "\n### ");
  text t;
  text_begin(&t);
  int n = 0;
  while ((at = strstr(at, "\n| `")) != NULL && (!end || at < end)) {
    at += strlen("\n| `");
    fprintf(t.out, "%s%.*s", n++ ? "," : "", (int)strcspn(at, "`"), at);
  }
  hx_text_deinit(&readme);
  return text_end(&t);
}

/* A configuration that took that many seconds; 0: it was stopped. */
static hx_report_config measured(const char *key, double seconds) {
  hx_report_config c = {.key = key, .problem = ""};
  pvs_error error = {0};
  if (!hx_config_parse(key, &c.config, &error))
    fail_msg("%s", error.message);
  c.estimate.seconds = seconds > 0 ? seconds : (double)NAN;
  c.estimate.n_censored = !(seconds > 0);
  return c;
}

static void values_of_parameters(void **state) {
  (void)state;
  hx_report_config configs[] = {
      measured("threads:2/env:MODE=a/level=9", 1),  measured("threads:2/env:MODE=a/level=10", 3),
      measured("serial/env:MODE=b/level=10", 2.5),  measured("threads:2/env:MODE=b/level=9", 1.25),
      measured("threads:2/env:MODE=a/level=19", 0), measured("serial/env:MODE=a/level=9", 2)};
  hx_report_topic topic = {.workload = "cmd:x",
                           .configs = configs,
                           .n_configs = 6,
                           .serial = 5,
                           .chosen = 0,
                           .objective = "rss"};
  char *table = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&table, &size);
  json_t *rows = hx_plot_rows(HX_PLOT_PARAMS, NULL, &topic, NULL);
  hx_plot_write_csv(HX_PLOT_PARAMS, rows, out);
  fclose(out);
  assert_string_equal(
      table,
      "workload,param,param_rank,row,value,ratio,any_ratio,stopped,over,recommended,objective\n"
      "cmd:x,level,0,0,9,1,1,0,0,1,rss\n" /* 9 before 10; the one that matters most first */
      "cmd:x,level,0,1,10,3,2.5,0,0,0,rss\n"
      "cmd:x,level,0,2,19,,,1,0,0,rss\n"
      "cmd:x,MODE,1,4,a,1,1,0,0,1,rss\n"
      "cmd:x,MODE,1,5,b,1.25,1.25,0,0,0,rss\n");
  json_decref(rows);
  free(table);
}

static void tables_are_as_documented(void **state) {
  (void)state;
  static const char *const files[HX_PLOT_DAY] = {
      [HX_PLOT_SPEEDUP] = "speedup.csv",     [HX_PLOT_HEATMAP] = "heatmap.csv",
      [HX_PLOT_RUNS] = "runs_over_time.csv", [HX_PLOT_DISTRIBUTIONS] = "distributions.csv",
      [HX_PLOT_TIME] = "time.csv",           [HX_PLOT_PARAMS] = "params.csv",
      [HX_PLOT_REGRET] = "regret.csv",       [HX_PLOT_GROWTH] = "growth.csv",
      [HX_PLOT_HISTORY] = "history.csv"};
  hx_report_data data;
  open_store(EXAMPLE_STORE, &data);
  for (int plot = 0; plot < HX_PLOT_DAY; plot++) {
    size_t rows;
    char *table = table_of((hx_plot)plot, &data, &data.topics[0], &rows);
    char *header = documented(files[plot]);
    assert_int_equal(strcspn(table, "\n"), strlen(header));
    assert_memory_equal(table, header, strlen(header));
    assert_int_equal(count_of(table, "\n"), rows + 1);
    assert_true(rows > 0 || plot == HX_PLOT_PARAMS); /* its programs have none */
    for (const char *line = table; *line; line += strcspn(line, "\n") + 1) {
      size_t length = strcspn(line, "\n"), commas = 0;
      for (size_t i = 0; i < length; i++)
        commas += line[i] == ',';
      assert_int_equal(commas, count_of(header, ","));
    }
    free(header);
    free(table);
  }
  hx_report_close(&data);
}

static void empty_stores_give_headers(void **state) {
  (void)state;
  hx_report_data data;
  open_store("/proc/nowhere", &data);
  for (int plot = HX_PLOT_REGRET; plot < HX_PLOT_DAY; plot++) {
    size_t rows;
    char *table = table_of((hx_plot)plot, &data, NULL, &rows);
    assert_int_equal(rows, 0);
    assert_int_equal(count_of(table, "\n"), 1);
    free(table);
  }
  hx_report_close(&data);
}

static bool has_line(const char *table, const char *begins) {
  size_t length = strlen(begins);
  for (const char *line = table; *line; line += strcspn(line, "\n") + 1)
    if (strncmp(line, begins, length) == 0)
      return true;
  return false;
}

static void tables_hold_what_they_should(void **state) {
  (void)state;
  hx_report_data data;
  size_t rows;
  open_store(EXAMPLE_STORE, &data);
  const hx_report_topic *s = hx_report_find(&data, "builtin:static:24000");

  char *table = table_of(HX_PLOT_SPEEDUP, &data, s, &rows);
  /* serial, threads 2 4 8 9, processes 2 4 8; of 8 threads the recommended one. */
  assert_int_equal(rows, 8);
  assert_true(has_line(table, "builtin:static:24000,serial,1,serial/pin=none,"));
  assert_true(has_line(table, "builtin:static:24000,threads,8,threads:8/pin=none/dynamic,"));
  /* Tied and recommended, and of the series that the scaling law is fitted to, with a peak at 7. */
  assert_int_equal(count_of(table, ",1,1,0.99990"), 1);
  assert_int_equal(count_of(table, ",7.24616233,time,"), 4);
  assert_int_equal(count_of(table, ",,,,,time,"), 4);
  free(table);

  table = table_of(HX_PLOT_HEATMAP, &data, s, &rows);
  assert_int_equal(rows, 16); /* 17 configurations, one of them broken */
  assert_true(has_line(table, "builtin:static:24000,serial,0,1,0,serial/pin=none,"));
  assert_true(has_line(table, "builtin:static:24000,threads compact,2,8,3,"));
  assert_true(has_line(table, "builtin:static:24000,processes unpinned,4,2,1,"));
  free(table);

  table = table_of(HX_PLOT_RUNS, &data, s, &rows);
  assert_int_equal(rows, s->n_runs - 1);                   /* all but the warm-up */
  assert_true(has_line(table, "builtin:static:24000,0,")); /* begins at 0 s */
  assert_int_equal(count_of(table, ",8 threads,1,"), 3);
  free(table);

  table = table_of(HX_PLOT_REGRET, &data, NULL, &rows);
  assert_int_equal(rows % 2, 0);                         /* two workloads */
  assert_null(strstr(table, "processes:8/pin=compact")); /* not measured on both */
  free(table);

  table = table_of(HX_PLOT_GROWTH, &data, NULL, &rows);
  assert_int_equal(rows, 5);
  assert_true(has_line(table, "mixed,500,"));
  assert_null(strstr(table, "batteries")); /* at fewer than three sizes */
  free(table);
  hx_report_close(&data);
}

/* 20 commits; the 13th is 5.5 % slower. */
static void history_finds_the_step(void **state) {
  (void)state;
  hx_report_data data;
  size_t rows;
  open_store(EXAMPLE_STORE, &data);
  char *table = table_of(HX_PLOT_HISTORY, &data, NULL, &rows);
  assert_int_equal(rows, 20);
  int changes = 0, at = 0;
  double change = 0;
  for (char *line = strchr(table, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
    const char *cell = line; /* the 9th: change */
    for (int i = 0; i < 8; i++)
      cell = strchr(cell, ',') + 1;
    if (*cell != ',') {
      changes++;
      at = atoi(strchr(line, ',') + 1);
      change = atof(cell);
      assert_string_equal(strndupa(strchr(cell, ','), 2), ",0"); /* nobody accepted it */
    }
  }
  assert_int_equal(changes, 1);
  assert_int_equal(at, 13);
  assert_true(fabs(change - 0.055) < 0.01);
  free(table);
  hx_report_close(&data);
}

static void texts_mean_nothing_to_anybody(void **state) {
  (void)state;
  text t;
  text_begin(&t);
  json_t *rows = json_array();
  json_t *row = json_pack("{so so so sb}", "series",
                          json_string_nocheck("a,b \"c\" `d` $(e) \\f <g> & h\ni é \xff"), "size",
                          json_null(), "seconds", json_real(0.1), "seconds_upper", 1);
  json_array_append_new(rows, row);
  hx_plot_write_csv(HX_PLOT_GROWTH, rows, t.out);
  json_decref(rows);
  char *out = text_end(&t);
  assert_string_equal(out, "series,size,seconds,seconds_lower,seconds_upper\n"
                           "a‚b ”c” _d_ _(e) _f <g> & h_i é _,,0.1,,1\n");
  free(out);
}

/* ---- run --timing ---- */

static size_t timing(const char *csv, char **table, pvs_error *error) {
  char path[] = "/tmp/pvtune-test-timing-XXXXXX";
  int fd = mkstemp(path);
  assert_int_equal(write(fd, csv, strlen(csv)), (ssize_t)strlen(csv));
  close(fd);
  json_t *rows = hx_plot_timing_rows(path, error);
  unlink(path);
  text t;
  text_begin(&t);
  if (rows)
    hx_plot_write_csv(HX_PLOT_TIME, rows, t.out);
  *table = text_end(&t);
  size_t n = json_array_size(rows);
  json_decref(rows);
  return n;
}

/* Two workers spent 0.2 s in 0.1 s of the run: wall time is shown, not the sum. */
static void reads_a_runs_timing(void **state) {
  (void)state;
  pvs_error error;
  char *table;
  size_t rows = timing("study,scenarios,wall_s\nx,12,0.1\n\nstage,wall_s,workers_s,limit_s,ratio\n"
                       "read,0.09,,0.0026,33\nrun,0.1,,,\n  simulate and bill,,0.15,0.02,2.3\n"
                       "    flows,,0.14,,\n  write,,0.05,0.004,6\n\nother,table\n1,2\n",
                       &table, afresh(&error));
  assert_string_equal(error.message, "");
  assert_int_equal(rows, 3);
  assert_string_equal(table, "workload,stage,rank,seconds,limit_s\n,read,0,0.09,0.0026\n"
                             ",simulate and bill,1,0.075,0.01\n,write,2,0.025,0.002\n");
  free(table);
  /* Each study's time is shared out by itself. */
  rows = timing("study,stage,wall_s,workers_s,limit_s,ratio\na,run,0.1,,,\na,  write,,0.2,0.02,\n"
                "b,read,0.3,,,\nb,run,0.5,,,\nb,  write,,0.5,,\n",
                &table, afresh(&error));
  assert_int_equal(rows, 3);
  assert_string_equal(table, "workload,stage,rank,seconds,limit_s\n,a: write,0,0.1,0.01\n"
                             ",b: read,1,0.3,\n,b: write,2,0.5,\n");
  free(table);
  rows =
      timing("study,stage,wall_s,workers_s,limit_s,ratio\na,read,0.1,,,\n", &table, afresh(&error));
  assert_int_equal(rows, 1);
  assert_string_equal(table, "workload,stage,rank,seconds,limit_s\na,read,0,0.1,\n");
  free(table);
  assert_int_equal(timing("stage,seconds\nread,1\n", &table, afresh(&error)), 0);
  assert_non_null(strstr(error.message, "stage, wall_s, workers_s and limit_s"));
  free(table);
  assert_int_equal(timing("stage,\"wall_s\nx", &table, afresh(&error)), 0);
  assert_string_not_equal(error.message, "");
  free(table);
}

/* ---- SVG in a page ---- */

static void svg_becomes_part_of_the_page(void **state) {
  (void)state;
  const char *svg =
      "<?xml version=\"1.0\"?>\n<svg \n width=\"760\" height=\"400\"\n viewBox=\"0 0 760 400\"\n "
      "xmlns=\"http://www.w3.org/2000/svg\"\n>\n<title>Gnuplot</title>\n<desc>made by x</desc>\n"
      "<g id=\"gnuplot_canvas\">\n<use xlink:href='#gpPt0' id='gpPt1' color='rgb(  0, 114, 178)'/>"
      "<path stroke='rgb( 34,  34,  34)' clip-path=\"url(#c1)\" fill=\"rgb(1,2,3)\"/>"
      "<text fill=\"black\">a &lt; b rgb(34,34,34)</text>\n"
      "<g fill=\"none\" color=\"black\" stroke=\"currentColor\" x=\"1\">\n</g>\n</g>\n</svg>\n";
  text t;
  text_begin(&t);
  hx_svg_inline(svg, "p0", "what <it> is", t.out);
  char *out = text_end(&t);
  assert_well_formed(out);
  assert_null(strstr(out, "Gnuplot"));
  assert_null(strstr(out, "made by"));
  assert_null(strstr(out, "xmlns"));
  assert_non_null(strstr(out, "<title>what &lt;it&gt; is</title>"));
  assert_non_null(strstr(out, "href='#p0-gpPt0' id='p0-gpPt1' color='rgb(  0, 114, 178)'"));
  assert_non_null(strstr(out, "stroke='rgb( 34,  34,  34)' clip-path=\"url(#p0-c1)\""));
  assert_non_null(strstr(out, "<text fill=\"black\">a &lt; b rgb(34,34,34)</text>"));
  assert_int_equal(count_of(out, "<g"), 1); /* the empty group has gone */
  free(out);
  text_begin(&t);
  hx_svg_inline("no svg at all", "p", "t", t.out);
  out = text_end(&t);
  assert_string_equal(out, "");
  free(out);
}

static void finds_the_plots(void **state) {
  (void)state;
  pvs_error error;
  char folder[PATH_MAX];
  assert_int_equal(setenv("PVTUNE_PLOTS", "/proc/nowhere", 1), 0);
  assert_false(hx_plots_folder("/x/build/pvtune", folder, afresh(&error)));
  assert_non_null(strstr(error.message, "PVTUNE_PLOTS is /proc/nowhere"));
  assert_int_equal(setenv("PVTUNE_PLOTS", PLOTS_FOLDER, 1), 0);
  assert_true(hx_plots_folder("/x/build/pvtune", folder, afresh(&error)));
  assert_int_equal(unsetenv("PVTUNE_PLOTS"), 0);
  assert_false(hx_plots_folder("/x/build/pvtune", folder, afresh(&error)));
  assert_non_null(strstr(error.message, "../share/pvtune/plots"));
  assert_true(hx_plots_folder(PVT_TESTS_DIR "/pvtune", folder, afresh(&error))); /* ../plots */
  assert_int_equal(hx_plot_find("nothing"), HX_PLOT_COUNT);
  for (int i = 0; i < HX_PLOT_COUNT; i++) { /* every plot has its script */
    char path[PATH_MAX + 64];
    assert_int_equal(hx_plot_find(hx_plot_get((hx_plot)i)->name), i);
    snprintf(path, sizeof path, "%s/%s", folder, hx_plot_get((hx_plot)i)->script);
    assert_int_equal(access(path, R_OK), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_of_parameters),      cmocka_unit_test(tables_are_as_documented),
      cmocka_unit_test(empty_stores_give_headers), cmocka_unit_test(tables_hold_what_they_should),
      cmocka_unit_test(history_finds_the_step),    cmocka_unit_test(texts_mean_nothing_to_anybody),
      cmocka_unit_test(reads_a_runs_timing),       cmocka_unit_test(svg_becomes_part_of_the_page),
      cmocka_unit_test(finds_the_plots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
