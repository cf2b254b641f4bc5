/* Whole comparisons of drawn runs: what is asked of the runners, what each stored row has, and what is
 * concluded. */
#include "unit/compare_support.h"
#include "unit/error_support.h"

#include "decide/stats.h"
#include "measure/store_text.h"

#include "replay/exact_support.h"

/* One side, whose runs are drawn; what it is asked for is written down. */
typedef struct drawn {
  hx_rng rng;
  hx_text *asked;
  const char *name;
  double seconds;
  int runs, bad_run, bad_kind; /* this run (from 1) is bad in this way */
  bool waits, leaves_group;
  volatile sig_atomic_t *interrupts;
} drawn;

static void bad_run(drawn *d, hx_measured *out) {
  hx_process_result *p = &out->process;
  switch (d->bad_kind) {
  case 0:
    p->exit_code = 3;
    break;
  case 1:
    p->end = HX_PROCESS_SIGNALLED;
    p->signal = 11;
    break;
  case 2:
    p->end = HX_PROCESS_TIMEOUT;
    p->timeout_s = p->wall_s;
    break;
  case 3:
    p->end = HX_PROCESS_INTERRUPTED;
    break;
  case 4:
    strcpy(out->digest, "another");
    break;
  case 5:
    strcpy(out->input_digest, "changed");
    break;
  case 6:
    out->binding = HX_BINDING_LOST;
    break;
  case 7:
    p->end = HX_PROCESS_NOT_STARTED;
    strcpy(p->message, "no such program");
    break;
  default:
    *d->interrupts = 1;
  }
}

static void draw_run(void *ctx, const hx_runner_job *job, hx_measured *out) {
  drawn *d = ctx;
  hx_process_result *p = &out->process;
  char confined[HX_CPUSET_TEXT];
  hx_cpuset_format(&job->confined, confined, sizeof confined);
  hx_text_printf(d->asked, " %s%zu%s[%s]", d->name, job->repetition, job->watch_groups ? "w" : "",
                 confined);
  assert_true(isinf(job->cap_s) && job->timeout_s > 0);
  d->runs++;
  double wall_s = d->seconds * exp(0.004 * hx_rng_normal(&d->rng));
  *out = (hx_measured){.seconds = wall_s,
                       .units = 8,
                       .workers_seen = hx_config_workers(job->config),
                       .binding = HX_BINDING_NONE,
                       .energy_j = 1.5,
                       .output_bytes = 100,
                       .capture_s = (double)NAN};
  *p = (hx_process_result){.end = HX_PROCESS_EXITED,
                           .start_utc = "2020-01-01T00:00:00Z",
                           .end_utc = "2020-01-01T00:00:01Z",
                           .start_s = 10,
                           .end_s = 10 + wall_s,
                           .wall_s = wall_s,
                           .user_s = d->waits ? 0.1 * wall_s : 0.8 * wall_s,
                           .sys_s = 0.15 * wall_s,
                           .max_rss_kib = 1000 + (long long)hx_rng_below(&d->rng, 50) +
                                          (d->name[0] == 'B' ? 60 : 0),
                           .voluntary_switches = 3,
                           .involuntary_switches = 4,
                           .minor_faults = 5,
                           .major_faults = (long long)hx_rng_below(&d->rng, 8),
                           .steal_s = hx_rng_below(&d->rng, 6) == 0 ? 0.2 : 0,
                           .pressure_s = 0.01,
                           .other_cpu_s = hx_rng_below(&d->rng, 6) == 0 ? 0.4 : 0.001,
                           .runnable_other = 2};
  p->seen.left_group = d->leaves_group;
  strcpy(out->digest, "d0");
  strcpy(out->input_digest, "i0");
  strcpy(out->workload_class, "mixed");
  if (d->runs == d->bad_run)
    bad_run(d, out);
}

static void draw_both(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                      hx_measured out[2]) {
  EXACT(((drawn *)ctx[0])->asked, " turns", turn_s);
  for (int i = 0; i < 2; i++)
    draw_run(ctx[i], &job[i], &out[i]);
}

static const hx_runner_ops one_by_one = {.name = "drawn", .run = draw_run},
                           both = {.name = "drawn", .run = draw_run, .run_in_turns = draw_both};

static hx_text *heard;

static void pad(size_t bytes) {
  hx_text_printf(heard, " pad %zu", bytes);
}

static void hear_progress(void *ctx, const hx_run_progress *p) {
  (void)ctx;
  hx_text_printf(heard, " (%s %d block %d run %zu of %zu)", p->workload, p->config != NULL,
                 p->block, p->run, p->of_run);
}

static void hear(void *ctx, hx_saying kind, const char *text) {
  (void)ctx;
  if (kind != HX_SAY_DETAIL)
    hx_text_printf(heard, " say: %s", text);
}

static hx_expected agree(void *ctx, const hx_duet_player *a, const hx_duet_player *b, char *message,
                         size_t cap) {
  assert_ptr_not_equal(a, b);
  snprintf(message, cap, "cell by cell");
  return *(int *)ctx ? HX_EXPECTED_AGREES : HX_EXPECTED_DIFFERS;
}

static void put_rows(hx_text *t) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(compare_folder, &hx_runs_schema, &rows, afresh(&error)));
  hx_run_row *row = rows.rows;
  for (size_t i = 0; i < rows.n; i++) {
    if (i > 3 && i + 1 < rows.n)
      continue; /* the others are alike */
    assert_true(strlen(row[i].run) == HX_UUID_TEXT - 1 && row[i].spent_s >= 0);
    row[i].run = "";
    row[i].spent_s = (double)NAN;
    row[i].seconds = row[i].wall_s = row[i].end_s = row[i].user_s = row[i].sys_s =
        row[i].cpus_used = 1; /* drawn: many digits */
    hx_store_text_row(t, &hx_runs_schema, (const char *)&row[i]);
  }
  hx_text_printf(t, "%zu rows\n", rows.n);
  hx_store_rows_deinit(&rows);
}

static void put_result(hx_text *t, const hx_duet_result *r) {
  EXACT(t, "result", r->compare.verdict, r->compare.blocks, r->compare.runs, r->compare.change,
        r->compare.lower, r->compare.upper, r->compare.detectable, r->a_s, r->b_s, r->a_rss_kib,
        r->b_rss_kib, r->grew, r->noise, r->left_group, r->turn_s, r->workers);
  EXACT(t, "  ", r->interference.runs, r->interference.rounds, r->interference.other_rounds,
        r->interference.other_share, r->interference.steal_rounds, r->interference.steal_share,
        (double)r->interference.major_faults);
  hx_text_printf(t, "  outputs %s failed %d b %d interrupted %d: %s\n",
                 hx_duet_outputs_name(r->outputs), r->failed, r->b_failed, r->interrupted,
                 r->reason);
}

static void duets(void **state) {
  (void)state;
  static const double ratios[] = {1, 1.03, 1.2, 0.93};
  static const hx_cpuset four = {{0x5a}};
  hx_text t = {0};
  for (int k = 0; k < 44; k++) {
    volatile sig_atomic_t interrupts = 0;
    pvs_error error;
    hx_config c[2];
    hx_workload w;
    char path[128];
    snprintf(path, sizeof path, "%s/runs.csv", compare_folder);
    unlink(path);
    assert_true(hx_config_parse(k % 4 == 3 ? "threads:3" : "serial", &c[0], afresh(&error)));
    assert_true(hx_config_parse(k % 8 == 7   ? "processes:2/pin=compact"
                                : k % 4 == 3 ? "threads:2"
                                             : "serial",
                                &c[1], afresh(&error)));
    assert_true(hx_workload_parse("builtin:mixed:8", NULL, &w, afresh(&error)));
    heard = &t;
    hx_listener listener = {.progress = k % 9 == 0 ? hear_progress : NULL, .say = hear};
    hx_measure_context context = compare_context();
    context.listener = &listener;
    context.interrupts = &interrupts;
    drawn d[2] = {{.name = "A", .seconds = k % 7 == 5 ? 0.01 : 1}, {.name = "B"}};
    hx_runner runner[2];
    hx_duet_player player[2];
    for (int s = 0; s < 2; s++) {
      hx_rng_seed(&d[s].rng, (uint64_t)(2 * k + s));
      d[s].asked = &t;
      d[s].interrupts = &interrupts;
      d[s].waits = k % 11 == 4;
      d[s].leaves_group = k % 13 == 6 && s;
      runner[s] =
          (hx_runner){.ops = k % 2 || (k % 10 == 8 && s) ? &both : &one_by_one, .ctx = &d[s]};
      player[s] = (hx_duet_player){&runner[s], &w, &c[s], s ? "bb" : "aa", s ? "b1" : "a1"};
    }
    d[1].seconds = d[0].seconds * ratios[k % 4];
    if (k > 20) {
      d[k % 2].bad_kind = k % 9;
      d[k % 2].bad_run = k % 3 == 0 ? 1 : 2 + k % 12;
    }
    int agrees = k % 2;
    hx_duet_options o = {.command = "compare",
                         .duet = "uuid",
                         .note = k % 2 ? "a note" : NULL,
                         .rule = hx_compare_defaults(),
                         .warm_ups = k % 5,
                         .blocks = k % 6 == 2 ? 5 : 0,
                         .budget_s = INFINITY,
                         .timeout_s = 60,
                         .interleave = (hx_duet_interleave)(k % 3),
                         .allowed = k % 3 ? &four : NULL,
                         .max_rss_growth = k % 4 == 1 ? 0.01 : INFINITY,
                         .only_check = k % 17 == 9,
                         .ignore_outputs = k % 5 == 1,
                         .compare_outputs = k % 3 == 0 ? agree : NULL,
                         .outputs_ctx = &agrees,
                         .pad = k % 4 == 2 ? pad : NULL};
    o.rule.seed = (uint64_t)k;
    hx_duet_result result;
    hx_text_printf(&t, "%d:", k);
    assert_true(hx_duet_run(&context, &o, &player[0], &player[1], &result, afresh(&error)));
    hx_text_put(&t, "\n");
    put_result(&t, &result);
    put_rows(&t);
    hx_workload_deinit(&w);
  }
  exact_check(&t, "duets");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(duets, compare_setup, compare_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
