/* The same for compare/: what a comparison says, in every form, and records over commits. */
#include "compare/alarms.h"
#include "compare/forecast.h"
#include "compare/series.h"
#include "compare/verdict.h"
#include "decide/stats.h"

#include "replay/exact_support.h"

static bool one_of(hx_rng *rng, size_t n) {
  return hx_rng_below(rng, n) == 0;
}

static hx_waiver waiver = {"w", "v2.0", "known & fine", "somebody", false};

/* A result, plain or odd in some way. */
static hx_verdict_line draw_line(hx_rng *rng, size_t number) {
  static const char *const workloads[] = {"study:a/b/c", "builtin:mixed:5",
                                          "cmd:./prog | \"x\" <&>", "cmd:b*_`\x01\xff"};
  hx_verdict_line line = {.workload = workloads[number % 4],
                          .b_workload = one_of(rng, 3) ? "cmd:b" : NULL,
                          .a_config = "serial",
                          .b_config = "threads:2",
                          .margin = 0.01 * (double)(1 + hx_rng_below(rng, 3)),
                          .max_rss_growth = one_of(rng, 2) ? INFINITY : 0.1,
                          .instructions = {(double)NAN, (double)NAN},
                          .waiver = one_of(rng, 4) ? &waiver : NULL};
  line.presence = one_of(rng, 4) ? (hx_presence)hx_rng_below(rng, 3) : HX_PRESENT_IN_BOTH;
  hx_duet_result *d = &line.duet;
  hx_compare_verdict verdict = (hx_compare_verdict)(1 + hx_rng_below(rng, 4));
  double change = 0.01 * (double)hx_rng_below(rng, 30) - 0.1;
  bool open = one_of(rng, 5);
  *d = (hx_duet_result){
      .compare = {.verdict = verdict,
                  .blocks = one_of(rng, 8) ? 0 : 8 + (int)hx_rng_below(rng, 20),
                  .change = change,
                  .lower = open ? -1 : change - 0.02,
                  .upper = open ? INFINITY : change + 0.03,
                  .p_slower = one_of(rng, 3) ? 0.02 : 0.001,
                  .p_faster = one_of(rng, 3) ? 0.02 : 0.001,
                  .detectable = 0.015},
      .a_s = one_of(rng, 9) ? (double)NAN : 1.25,
      .b_s = one_of(rng, 9) ? (double)NAN : 1.25 * (1 + change),
      .a_rss_kib = one_of(rng, 5) ? (double)NAN : 2048,
      .b_rss_kib = one_of(rng, 5) ? (double)NAN : 4096,
      .grew = one_of(rng, 4),
      .noise = 0.004,
      .turn_s = one_of(rng, 2) ? 0.02 : 0,
      .workers = 2,
      .outputs = (hx_duet_outputs)hx_rng_below(rng, 4),
      .failed = one_of(rng, 6),
      .b_failed = one_of(rng, 2),
      .interrupted = one_of(rng, 6),
      .interference = {
          .runs = 40, .rounds = 10, .other_rounds = one_of(rng, 3), .other_share = 0.3}};
  d->compare.runs = 4 * d->compare.blocks;
  if (d->failed || one_of(rng, 3))
    strcpy(d->reason, "exit code 1 <of> B & \"more\"");
  if (one_of(rng, 5)) {
    line.instructions[0] = 1e9;
    line.instructions[1] = one_of(rng, 3) ? (double)NAN : 1.0001e9;
    line.by_instructions = one_of(rng, 2);
    strcpy(line.instructions_note, "by callgrind");
  }
  return line;
}

static hx_verdict_summary draw_summary(hx_rng *rng, hx_verdict_line *lines, size_t n) {
  hx_verdict_summary s = {.command = one_of(rng, 2) ? "gate" : "compare",
                          .duet = "uuid",
                          .note = one_of(rng, 2) ? "a note" : NULL,
                          .build = one_of(rng, 3) ? "make -j" : NULL,
                          .a = {.text = "rev:main", .binary = "0123", .revision = "aaaaaaaaaaaa"},
                          .b = {.text = "rev:HEAD"},
                          .rule = hx_compare_defaults(),
                          .lines = lines,
                          .n = n,
                          .ignore_outputs = one_of(rng, 4),
                          .inconclusive_passes = one_of(rng, 2),
                          .new_fails = one_of(rng, 2),
                          .removed_fails = one_of(rng, 2),
                          .alarms = {.n = one_of(rng, 3) ? 0 : 40, .k = 1, .upper = 0.072},
                          .interrupted_by = one_of(rng, 2) ? 15 : 2};
  s.rule = hx_verdict_rule(&s.rule, n);
  for (size_t i = 0; i < n; i++)
    lines[i] = draw_line(rng, i);
  return s;
}

static void put_written(hx_text *t, const hx_verdict_summary *s,
                        void write(const hx_verdict_summary *, FILE *)) {
  char *text = NULL;
  size_t size;
  FILE *f = open_memstream(&text, &size);
  assert_non_null(f);
  write(s, f);
  assert_int_equal(fclose(f), 0);
  hx_text_put(t, text);
  free(text);
}

static void verdicts(void **state) {
  (void)state;
  hx_text t = {0}, reports = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 31);
  for (int k = 0; k < 200; k++) {
    hx_verdict_line lines[4];
    size_t n = k == 0 ? 0 : k % 4 == 0 ? 4 : 1 + hx_rng_below(&rng, 2);
    hx_verdict_summary s = draw_summary(&rng, lines, n);
    char text[1500];
    hx_verdict_conclude(&s);
    hx_text_printf(&t, "status %d joint %d alpha %.6g; %s\n", s.status, s.joint, s.rule.alpha,
                   hx_verdict_alarms(&s.alarms, text, sizeof text));
    for (size_t i = 0; i < n; i++) {
      hx_text_printf(&t, "  %d %d %d %s: %s\n", lines[i].measured, lines[i].verdict, lines[i].fate,
                     hx_verdict_word(&lines[i]), hx_verdict_sentence(&s, i, text, sizeof text));
      if (lines[i].duet.failed)
        hx_text_printf(&t, "    %s\n", hx_verdict_reason(&lines[i], text, sizeof text));
    }
    if (k % 14 != 0)
      continue;
    put_written(&reports, &s, hx_verdict_write_junit);
    put_written(&reports, &s, hx_verdict_write_markdown);
    for (int format = 0; format < 2; format++) {
      char *json = hx_verdict_export(&s, (hx_verdict_format)format);
      assert_non_null(json);
      hx_text_printf(&reports, "%s\n", json);
      free(json);
    }
  }
  exact_check(&t, "verdicts");
  exact_check(&reports, "verdict_reports");
}

static void failures(void **state) {
  (void)state;
  static const char *const details[] = {NULL, "", "one line", "a\nb <&>\n",
                                        "\xff\xfe``` \x02 ]]>\n```\n\xef\xbf\xbe end"};
  hx_text t = {0};
  for (int k = 0; k < 10; k++) {
    hx_verdict_failure f = {
        "gate", "rev:a&b", "rev:\"c\"", k > 4, "it <failed> & that's \"all\"", details[k % 5]};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    hx_verdict_write_junit_failure(&f, out);
    hx_verdict_write_markdown_failure(&f, out);
    assert_int_equal(fclose(out), 0);
    hx_text_put(&t, text);
    free(text);
  }
  exact_check(&t, "verdict_failures");
}

/* ---- stored rows ---- */

enum { ROWS = 120, COMMITS = 40 };

static void alarms(void **state) {
  (void)state;
  static const char *const keys[] = {"cmd:a", "builtin:mixed:10", "builtin:mixed:20",
                                     "builtin:mix"};
  hx_text t = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 17);
  for (int k = 0; k < 40; k++) {
    hx_run_row rows[ROWS];
    size_t found, n = k < 3 ? (size_t)k : ROWS;
    for (size_t i = 0; i < n; i++) {
      hx_store_row_clear(&hx_runs_schema, &rows[i]);
      rows[i].sweep = one_of(&rng, 9) ? "t" : "s";
      rows[i].side = i % 4 == 0 || i % 4 == 3 ? "A" : "B";
      rows[i].block = (long long)(i / 4);
      rows[i].counted = !one_of(&rng, 8);
      rows[i].seconds = one_of(&rng, 12) ? 0 : 1 + hx_rng_uniform(&rng);
      rows[i].spent_s = one_of(&rng, 12) ? (double)NAN : 2 + hx_rng_uniform(&rng);
      rows[i].allocation = one_of(&rng, 9) ? "pus=8" : "pus=2";
      rows[i].workload = keys[(i / 20 + (size_t)k) % 4];
      rows[i].config = one_of(&rng, 3) ? "threads:2" : "serial";
    }
    hx_store_rows all = {.schema = &hx_runs_schema, .rows = rows, .n = n};
    hx_alarms_pairs pairs = {.allocation = "pus=2", .workload = k % 2 ? keys[k % 4] : NULL};
    for (size_t i = 0; i < n; i++)
      assert_true(hx_alarms_add(&pairs, &rows[i]));
    double *out = hx_alarms_take(&pairs, &found), sum = 0;
    for (size_t i = 0; i < found; i++)
      sum += (double)(i + 1) * out[i];
    free(out);
    EXACT(&t, "differences", (double)found, sum);
    static const char *const asked[] = {"cmd:a", "builtin:mixed", "builtin:mixed:10", "cmd:b"};
    hx_workload w;
    pvs_error error = {0};
    hx_forecast f;
    assert_true(hx_workload_parse(asked[k % 4], NULL, &w, &error));
    assert_true(hx_forecast_make(&all, k % 5 ? "pus=2" : "pus=8", &w,
                                 k % 3 ? "serial" : "threads:2", &f, &error));
    EXACT(&t, "  forecast", (double)f.n, (double)f.runs, f.run_s, f.n ? f.differences[f.n - 1] : 0);
    hx_forecast_deinit(&f);
    hx_workload_deinit(&w);
  }
  exact_check(&t, "alarms");
}

static void series(void **state) {
  (void)state;
  hx_text t = {0};
  hx_rng rng;
  hx_rng_seed(&rng, 23);
  for (int k = 0; k < 40; k++) {
    static hx_verdict_row rows[ROWS];
    static hx_commit commit[COMMITS];
    static char id[ROWS][16];
    hx_accepted_row accepted[2] = {
        {.commit = commit[12].id, .workload = "cmd:a"},
        {.commit = commit[30].id, .workload = k % 2 ? "cmd:b" : "cmd:a"}};
    for (size_t i = 0; i < COMMITS; i++)
      snprintf(commit[i].id, sizeof commit[i].id, "%08zx%s", (i + 1) * 0x1050305,
               "00aabbccddeeff001122334455667788");
    size_t n = k < 4 ? (size_t)k : 30 + hx_rng_below(&rng, ROWS - 30);
    for (size_t i = 0; i < n; i++) {
      hx_verdict_row *row = &rows[i];
      size_t at = hx_rng_below(&rng, COMMITS + 2);
      snprintf(id[i], sizeof id[i], "%.12s", at < COMMITS ? commit[at].id : "dead00beef12");
      hx_store_row_clear(&hx_verdicts_schema, row);
      row->command = one_of(&rng, 12) ? "gate" : "record";
      row->allocation = one_of(&rng, 12) ? "pus=8" : "pus=2";
      row->workload = one_of(&rng, 12) ? "cmd:b" : "cmd:a";
      row->a_config = row->b_config = one_of(&rng, 12) ? "threads:2" : "serial";
      row->a_revision = k % 5 == 4 ? "" : one_of(&rng, 12) ? "other" : "reference";
      row->a_binary = "0f0f";
      row->build = one_of(&rng, 12) ? "make" : "";
      row->around = k % 2 ? "" : one_of(&rng, 12) ? "life" : "";
      row->b_revision = id[i];
      double change = 0.01 * hx_rng_normal(&rng) + (at > 11 ? 0.08 : 0) - (at > 22 ? 0.03 : 0) +
                      (at > 31 ? 0.1 : 0);
      row->change = one_of(&rng, 12) ? (double)NAN : change;
      row->lower = one_of(&rng, 12) ? -1 : change - 0.01;
      row->upper = change + 0.01;
    }
    hx_store_rows verdicts = {.schema = &hx_verdicts_schema, .rows = rows, .n = n};
    hx_store_rows accepts = {.schema = &hx_accepted_schema, .rows = accepted, .n = (size_t)k % 3};
    hx_commits commits = {commit, COMMITS - (size_t)k % 6};
    hx_series_key key = {k % 3 ? NULL : "pus=2", k % 4 ? NULL : "cmd:a", k % 5 ? NULL : "serial"};
    hx_series s;
    assert_true(hx_series_make(&verdicts, &accepts, &key, k % 3 == 1 ? NULL : &commits, &s));
    hx_text_printf(&t, "%s %s %s [%s]: %zu points, %zu changes, %zu open, %zu elsewhere\n",
                   s.workload, s.config, s.reference, s.around, s.n, s.n_changes, s.n_open,
                   s.elsewhere);
    for (size_t i = 0; i < s.n; i++) {
      const hx_series_point *p = &s.points[i];
      if (i % 5 != 0 && !p->change)
        continue;
      hx_text_printf(&t, "  %.8s %d %d", p->row->b_revision, p->commit != NULL, p->change != NULL);
      EXACT(&t, "", p->ratio, p->lower, p->upper, p->level);
    }
    for (size_t i = 0; i < s.n_changes; i++) {
      size_t good, bad;
      hx_series_bracket(&s, &s.changes[i], &good, &bad);
      hx_text_printf(&t, "  change at %zu, %d, between %zu and %zu\n", s.changes[i].at,
                     s.changes[i].accepted, good, bad);
    }
    hx_text_printf(&t, "  find %zu %zu %zu\n", hx_series_find(&s, commit[5].id),
                   hx_series_find(&s, "dead"), hx_series_find(&s, "dea"));
    hx_series_deinit(&s);
  }
  exact_check(&t, "series");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(failures),
                                     cmocka_unit_test(alarms), cmocka_unit_test(series)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
