/* The same for measure/: commands, tables that are compared, interference, goals, rows as text. */
#include "base/config.h"
#include "decide/stats.h"
#include "measure/command_text.h"
#include "measure/compare_files.h"
#include "measure/goal.h"
#include "measure/interference.h"
#include "measure/number_text.h"
#include "measure/store.h"
#include "measure/store_text.h"
#include "measure/workload.h"

#include "replay/exact_support.h"

#include <unistd.h>

static void put_error(hx_text *t, pvs_error *error) {
  char text[1200] = "";
  pvs_error_text(error, text, sizeof text);
  hx_text_printf(t, " error: %s", text);
  *error = (pvs_error){0};
}

static void interference(void **state) {
  (void)state;
  static const double walls[] = {0.004, 0.05, 0.1, 0.6, 3},
                      shares[] = {0, 0.019, 0.021, 0.049, 0.051, 1.2};
  hx_text t = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 4);
  for (int k = 0; k < 300; k++) {
    hx_interference_run runs[12];
    size_t n = hx_rng_below(&rng, 13);
    double wall_s = walls[hx_rng_below(&rng, 5)];
    double other = shares[hx_rng_below(&rng, 6)], steal = shares[hx_rng_below(&rng, 6)];
    for (size_t i = 0; i < n; i++) {
      bool hit = hx_rng_below(&rng, 3) == 0;
      runs[i] = (hx_interference_run){.block = (int)i / (1 + k % 3),
                                      .wall_s = wall_s,
                                      .other_cpu_s = hit     ? other * wall_s
                                                     : k % 5 ? 0
                                                             : (double)NAN,
                                      .steal_s = hit ? steal * wall_s : 0,
                                      .major_faults = hit     ? 34
                                                      : k % 7 ? 0
                                                              : -1};
    }
    hx_interference found = hx_interference_of(runs, n);
    char text[200], small[40];
    hx_text_printf(&t, "%d", hx_interference_disturbed(wall_s, other * wall_s, steal * wall_s));
    EXACT(&t, "", found.runs, found.rounds, found.other_rounds, found.other_share,
          found.steal_rounds, found.steal_share, (double)found.major_faults);
    hx_text_printf(&t, "  %s|%s\n", hx_interference_sentence(&found, text, sizeof text),
                   hx_interference_sentence(&found, small, sizeof small));
  }
  exact_check(&t, "interference");
}

/* Commands of pieces that mean something to somebody. */
static void commands(void **state) {
  (void)state;
  static const char *const pieces[] = {"prog",
                                       " ",
                                       "{workers}",
                                       "{output}",
                                       "'",
                                       "\"",
                                       "\\",
                                       "$",
                                       "${x}",
                                       " ",
                                       "{{",
                                       "}}",
                                       "{n}",
                                       "{other}",
                                       "=",
                                       "|",
                                       "-a b",
                                       ";",
                                       "{threads}",
                                       "PVTUNE_WORKERS",
                                       "{1..4}",
                                       "PVTUNE_PARAM_n",
                                       "_",
                                       "{",
                                       "{processes}",
                                       "~",
                                       "PVTUNE_THREADS",
                                       "PVTUNE_PROCESSES",
                                       "#",
                                       "*",
                                       "\t",
                                       "}"};
  hx_text t = {0};
  hx_rng rng;
  pvs_error error = {0};
  hx_config c, known;
  const hx_param_value variable = {true, "V", "{n} {workers}"};
  assert_true(hx_config_parse("hybrid:2x3", &c, &error));
  known = c;
  assert_true(hx_config_param_read(&known, "n=a:b", &error));
  assert_true(hx_config_param_set(&c, &variable, &error));
  hx_rng_seed(&rng, 6);
  for (int k = 0; k < 300; k++) {
    char command[200] = "";
    size_t n = 1 + hx_rng_below(&rng, 7);
    for (size_t i = 0; i < n; i++)
      strcat(command, pieces[hx_rng_below(&rng, k % 2 ? 32 : 14)]);
    const hx_config *config = k % 3 ? &known : &c;
    const char *output = k % 4 ? "/o/x y" : "it's \"$\\";
    hx_command_placeholders has = hx_command_placeholders_in(command);
    hx_text_printf(&t, "[%s] %d%d%d%d%d%d", command, has.workers, has.processes, has.threads,
                   has.output, hx_command_text_uses(command, "n"),
                   hx_command_text_needs_shell(command));
    char *joined = hx_command_text_join((char *[]){command, "x{workers}", command + n / 2}, 3);
    char *line = hx_command_text_line(command, config, output, k % 5 ? NULL : "0-1");
    hx_text_printf(&t, " [%s] [%s]", joined, line);
    free(joined);
    free(line);
    if (!hx_command_text_check(command, k % 6 ? &known : NULL, &error))
      put_error(&t, &error);
    else {
      hx_text words = {0};
      size_t count = hx_command_text_words(command, config, output, &words);
      const char *at = words.at;
      for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
        hx_text_printf(&t, " <%s>", at);
      hx_text_deinit(&words);
    }
    hx_text_put(&t, "\n");
  }
  exact_check(&t, "commands");
}

static void workloads(void **state) {
  (void)state;
  static const char *const texts[] = {"study:/tmp/p/s",
                                      "study:/tmp/nowhere/p/s",
                                      "study:/p/s",
                                      "study:p/s",
                                      "study:/tmp//s",
                                      "study:/tmp/p/",
                                      "study:",
                                      "builtin:mixed",
                                      "builtin:mixed:12",
                                      "builtin:mixed:0",
                                      "builtin:mixed:1x",
                                      "builtin:mixed:",
                                      "builtin::3",
                                      "builtin:mixed:99999999999999999999",
                                      "builtin:",
                                      "cmd:prog -j {workers}",
                                      "cmd: \t",
                                      "cmd:",
                                      "cmd:prog {other}",
                                      "cmd:a | b {output}",
                                      "prog",
                                      ""};
  static const char *const configs[] = {"serial", "threads:4/schedule=static/chunk=3",
                                        "processes:2/pin=compact", "hybrid:2x3"};
  hx_text t = {0};
  hx_workload all[64];
  size_t n = 0;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    pvs_error error = {0};
    hx_config c = hx_config_serial();
    hx_workload *w = &all[n];
    hx_text_printf(&t, "%s:", texts[i]);
    if (!hx_workload_parse(texts[i], &c, w, &error)) {
      put_error(&t, &error);
      hx_text_put(&t, "\n");
      continue;
    }
    n++;
    hx_text_printf(&t, " key %s %d\n", w->key, hx_workload_ranked_on_work(w));
    for (size_t k = 0; k < 4; k++) {
      assert_true(hx_config_parse(configs[k], &c, &error));
      char **argv = hx_workload_argv(w, &c, "/bin/pvtune",
                                     k % 2 || w->kind == HX_WORKLOAD_COMMAND ? "/o o" : NULL,
                                     k < 2 ? 5 : -1, &error);
      hx_text_put(&t, " ");
      for (size_t a = 0; argv && argv[a]; a++)
        hx_text_printf(&t, " <%s>", argv[a]);
      free(argv);
      char *line = hx_workload_line(w, &c, "pvtune", k % 2 ? "/o o" : NULL);
      hx_text_printf(&t, " [%s]", line);
      free(line);
      if (w->kind == HX_WORKLOAD_COMMAND) {
        line = hx_workload_pinned_line(w, &c, "0,2");
        hx_text_printf(&t, " [%s]", line);
        free(line);
      }
      hx_text_put(&t, "\n");
    }
    if (w->kind == HX_WORKLOAD_BUILTIN) {
      assert_true(hx_workload_resize(w, 77));
      hx_text_printf(&t, "  %s %ld\n", w->key, w->size);
    }
  }
  char *joined = hx_workload_join(all, n);
  hx_text_printf(&t, "%s\n", joined);
  free(joined);
  for (size_t i = 0; i < n; i++)
    hx_workload_deinit(&all[i]);
  exact_check(&t, "workloads");
}

/* ---- tables that are compared ---- */

static void put_table(hx_rng *rng, int kind, const char *path) {
  static const char *const cells[] = {
      "1", "1.0",  "2", "nan", "-nan",         "inf", "-inf", "",    "a",
      "b", "1e-7", "0", "-0",  "1.0000000005", "1.1", "0x1",  "1e9", "1000000000.5"};
  static const char *const names[] = {"key", "x", "y", "z", "x"};
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  size_t columns = 2 + hx_rng_below(rng, 3), order[5] = {0, 1, 2, 3, 4};
  if (kind % 4 == 1)
    hx_rng_shuffle(rng, order, 5);
  for (size_t i = 0; i < columns; i++)
    fprintf(f, "%s%s", i ? "," : "", names[kind % 8 < 4 ? order[i] : i]);
  fprintf(f, "\n");
  size_t rows = hx_rng_below(rng, 6);
  for (size_t r = 0; r < rows; r++) {
    size_t key = kind % 3 == 0 ? r : hx_rng_below(rng, kind % 3 == 1 ? 4 : 18);
    fprintf(f, "%s", kind % 3 == 2 ? cells[key] : "");
    if (kind % 3 != 2)
      fprintf(f, "%zu", key);
    for (size_t i = 1; i < columns + (kind % 29 == 7 && r == 2); i++)
      fprintf(f, ",%s", cells[hx_rng_below(rng, kind % 2 ? 18 : 2)]);
    fprintf(f, "\n");
  }
  fclose(f);
}

static void tables(void **state) {
  (void)state;
  char folder[] = "/tmp/test_exact_XXXXXX", e[64], a[64];
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  snprintf(e, sizeof e, "e.csv");
  snprintf(a, sizeof a, "a.csv");
  hx_text t = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 8);
  for (int k = 0; k < 300; k++) {
    put_table(&rng, k, e);
    put_table(&rng, k, a);
    hx_verify_report r;
    pvs_error error = {0};
    bool ok = hx_verify_paths(e, a, 1e-9, 1e-6, &r, &error);
    hx_text_printf(&t, "%d %zu %zu %zu %zu %zu:", ok, r.n_compared, r.n_different, r.n_not_checked,
                   r.cells, r.differing);
    if (!ok)
      put_error(&t, &error);
    for (size_t i = 0; ok && i < r.n_files; i++) {
      const hx_verify_file *f = &r.files[i];
      char *why = hx_verify_explain(f);
      const hx_verify_file *worst = hx_verify_worst(&r);
      hx_text_printf(&t, " %s %s %d %zu %zu -%zu +%zu -%zu +%zu %s %s %s %s;", f->name, why,
                     f->status, f->cells, f->differing, f->rows_missing, f->rows_extra,
                     f->columns_missing, f->columns_extra, f->row_missing ? f->row_missing : ".",
                     f->row_extra ? f->row_extra : ".", worst ? worst->worst_row : ".",
                     f->worst_column ? f->worst_column : ".");
      EXACT(&t, "", f->worst_abs, f->worst_rel, f->worst_excess);
      free(why);
    }
    hx_verify_release(&r);
    hx_text_put(&t, "\n");
  }
  unlink(e);
  unlink(a);
  assert_int_equal(chdir("/"), 0);
  rmdir(folder);
  exact_check(&t, "tables");
}

static void numbers(void **state) {
  (void)state;
  static const char alphabet[] = "0179.eE+-xniaf yt\t";
  static const char *const some[] = {
      "nan", "-NaN", "inf", "+Infinity", "infinit", " 1 ", "1 2", "0x10", "1e400", "1e-400",
      "",    " ",    ".",   "1.",        ".5",      "1e",  "1e+", "--1",  "1,5",   "nan(1)"};
  hx_text t = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 12);
  for (size_t k = 0; k < 600; k++) {
    char text[12] = "";
    size_t n = 1 + hx_rng_below(&rng, 5);
    for (size_t i = 0; i < n; i++)
      text[i] = alphabet[hx_rng_below(&rng, sizeof alphabet - 1)];
    const char *used = k < sizeof some / sizeof *some ? some[k] : text;
    double value = 0;
    bool is = hx_number_text(used, &value);
    if (is || k < 40)
      hx_text_printf(&t, "[%s] %d %.9g\n", used, is, is ? value : 0);
  }
  exact_check(&t, "numbers");
}

static void goals(void **state) {
  (void)state;
  static const char *const metrics[] = {"weight=size ([0-9.]+)",
                                        "rate=^rate: ([0-9.eK]+)",
                                        "time=([0-9])",
                                        "a=b",
                                        "=([0-9])",
                                        "x",
                                        "m=([0-9]",
                                        "size=([0-9])",
                                        "cpu=([0-9])"};
  static const char *const objectives[] = {NULL, "time", "weight", "rate", "rss", "nothing"};
  static const char *const limits[] = {"rss < 10 MB", "weight<=100", "rate > 2 and cpu < 3",
                                       "nothing < 1", "size <"};
  char out[] = "size 12\nrate: 2.5\nsize 130\nno size here\nrate: 2K\nx rate: 9\n";
  hx_text t = {0};
  for (int k = 0; k < 60; k++) {
    hx_goal goal = {0};
    pvs_error error = {0};
    hx_text_printf(&t, "%d:", k);
    for (int m = 0; m < 2 + k % 8; m++)
      if (!hx_goal_add_metric(&goal, metrics[m], &error))
        put_error(&t, &error);
    if (!hx_goal_set(&goal, objectives[k % 6], k % 4 == 3, &error))
      put_error(&t, &error);
    if (k % 3 && !hx_goal_add_limit(&goal, "--limit", limits[k % 5], &error))
      put_error(&t, &error);
    if (k % 3 == 2 && !hx_goal_add_limit(&goal, "--limit", limits[(k + 1) % 5], &error))
      put_error(&t, &error);
    hx_text_put(&t, "\n");
    hx_goal_describe(&goal, &t);
    hx_measures m;
    for (size_t i = 0; i < HX_MEASURES + HX_METRICS_MAX; i++)
      m.of[i] = i % 4 == 3 && k % 7 == 1 ? (double)NAN
                : k % 11 == 2            ? 0
                                         : 0.5 + (double)(i * i) * 1e6;
    for (size_t i = 0; i < goal.n_metrics; i++)
      hx_metric_read(&goal.metrics[i], out, sizeof out - 1 - (size_t)k, &m.of[HX_MEASURES + i]);
    char text[300] = "", reason[300] = "";
    hx_goal_format(&goal, &m, text, sizeof text);
    hx_goal_end end = hx_goal_judge(&goal, &m, reason, sizeof reason);
    hx_text_printf(&t, "  %d %s|%s %d", end, text, reason, hx_goal_is_time(&goal));
    hx_measures again = {{0}};
    hx_goal_parse(&goal, text, &again);
    for (size_t what = 0; hx_goal_name(&goal, what); what++)
      hx_text_printf(&t, " %s%s%d", hx_goal_name(&goal, what), hx_goal_unit(what),
                     hx_goal_needs(&goal, what));
    EXACT(&t, "", again.of[HX_MEASURES], again.of[HX_MEASURES + 1], hx_goal_rank(&goal, 4),
          hx_goal_value(&goal, 8));
    hx_goal_deinit(&goal);
  }
  hx_goal_end none = hx_goal_judge(NULL, NULL, NULL, 0);
  hx_text_printf(&t, "%d %d [%s] [%s]\n", none, hx_goal_is_time(NULL), hx_goal_unit_named("rss"),
                 hx_goal_unit_named("size_"));
  exact_check(&t, "goals");
}

static void stored_rows(void **state) {
  (void)state;
  static const double reals[] = {0,         1,       0.1,  1e-300, 123456.7,
                                 1234567.8, 1.0 / 3, 2e22, -5.5,   0.30000000000000004};
  hx_text t = {0};
  hx_store_text_header(&t, &hx_runs_schema);
  for (size_t k = 0; k < 10; k++) {
    hx_run_row row;
    hx_store_row_clear(&hx_runs_schema, &row);
    row.workload = k % 2 ? "cmd:a,\"b\"" : "=x";
    row.seconds = k < 9 ? reals[k] : INFINITY;
    row.spent_s = reals[9 - k];
    row.block = (int)k - 4;
    row.side = k % 3 ? "A" : NULL;
    hx_store_text_row(&t, &hx_runs_schema, (const char *)&row);
  }
  exact_check(&t, "stored_rows");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(interference), cmocka_unit_test(commands), cmocka_unit_test(workloads),
      cmocka_unit_test(tables),       cmocka_unit_test(numbers),  cmocka_unit_test(goals),
      cmocka_unit_test(stored_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
