#include "cli/measure_self_cost.h"

#include "base/fail.h"

#include "cli/measure_print.h"
#include "cli/table.h"
#include "decide/stats.h"
#include "measure/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS_MAX = 60 };

typedef struct pair_of {
  hx_measure_session *session;
  const hx_workload *workload;
  hx_config config;
  char output[PATH_MAX];
} pair_of;

/* As a shell would: spawn and wait. Seconds; negative after saying why there are none. */
static double run_directly(const pair_of *p) {
  pvs_error error = {0};
  pid_t pid;
  int status = -1;
  bool command = p->workload->kind == HX_WORKLOAD_COMMAND;
  char **argv =
      hx_workload_argv(p->workload, &p->config, p->session->cx->self_path, p->output, -1, &error);
  posix_spawn_file_actions_t actions;
  if (!argv || !hx_outputs_remove(p->output) || (!command && mkdir(p->output, 0777) != 0)) {
    hx_error("%s", argv ? strerror(errno) : HX_FAIL_LINE(&error));
    free(argv);
    return -1;
  }
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  double start_s = hx_clock_s();
  int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
  while (!failed && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  double seconds = hx_clock_s() - start_s;
  posix_spawn_file_actions_destroy(&actions);
  hx_outputs_remove(p->output);
  free(argv);
  if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return seconds;
  hx_error("%s: the direct run failed", p->workload->key);
  return -1;
}

static double run_measured(const pair_of *p) {
  hx_measured measured;
  char reason[HX_RUN_REASON];
  double seconds = -1;
  hx_source_job job = {
      .workload = p->workload, .config = &p->config, .cap_s = INFINITY, .timeout_s = INFINITY};
  hx_source_run(&p->session->source, &job, &measured);
  if (hx_check_run(&measured, &p->config, "", reason, sizeof reason) == HX_RUN_VALID)
    seconds = measured.process.wall_s;
  else
    hx_error("%s: the measured run failed: %s", p->workload->key, reason);
  hx_measured_deinit(&measured);
  return seconds;
}

/* A B B A or B A A B; adds up both. False when a run failed. */
static bool run_block(const pair_of *p, bool measured_first, double *direct_s, double *measured_s) {
  *direct_s = *measured_s = 0;
  for (int i = 0; i < 4; i++) {
    bool measured = (i == 0 || i == 3) == measured_first;
    double seconds = measured ? run_measured(p) : run_directly(p);
    if (seconds < 0)
      return false;
    *(measured ? measured_s : direct_s) += seconds / 2;
  }
  return true;
}

static int print(hx_measure_session *session, const pair_of *p, double *difference_s,
                 double *direct_s, size_t n) {
  hx_signed_rank found = hx_stats_signed_rank(difference_s, n, 0.025);
  double median_s = hx_stats_median(direct_s, n);
  char config[HX_CONFIG_TEXT];
  hx_config_format(&p->config, config, sizeof config);
  hx_table *t = hx_table_create("self_cost", NULL);
  hx_table_fact(t, "workload", "%s", p->workload->key);
  hx_table_fact(t, "config", "%s", config);
  hx_table_column(t, "blocks", "ABBA blocks", HX_COL_NUMBER);
  hx_table_column(t, "direct_s", "direct s", HX_COL_NUMBER);
  hx_table_column(t, "cost_ms", "cost ms", HX_COL_NUMBER);
  hx_table_column(t, "lower_ms", "from", HX_COL_NUMBER);
  hx_table_column(t, "upper_ms", "to", HX_COL_NUMBER);
  hx_table_column(t, "cost_percent", "cost %", HX_COL_NUMBER);
  hx_table_row(t);
  hx_table_number(t, (double)n, 0);
  hx_table_number(t, median_s, 4);
  hx_table_number(t, 1e3 * found.estimate, 3);
  hx_table_number(t, 1e3 * found.lower, 3);
  hx_table_number(t, 1e3 * found.upper, 3);
  hx_table_number(t, 100 * found.estimate / median_s, 2);
  hx_table_note(t, "cost: how much longer a run takes inside a sweep than started directly "
                   "(median of differences, 95 %% interval)");
  int status = hx_command_print(session->cx, &t, 1);
  hx_table_destroy(t);
  return status;
}

int hx_measure_self_cost(hx_measure_session *session, const hx_sweep_options *options) {
  pair_of p = {.session = session, .workload = &options->workloads[0]};
  double difference_s[BLOCKS_MAX], direct_s[BLOCKS_MAX];
  size_t n = 0;
  hx_grid grid;
  pvs_error error = {0};
  hx_rng rng;
  if (!hx_sweep_grid(session->topo, options, 0, &grid, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return HX_EXIT_USAGE;
  }
  p.config = grid.config[options->grid.workers && grid.n > 1 ? 1 : 0];
  hx_grid_deinit(&grid);
  int length = snprintf(p.output, sizeof p.output, "%s/output", session->scratch);
  double began_s = hx_clock_s(), direct = 0, measured = 0;
  bool ok = length < (int)sizeof p.output && run_directly(&p) > 0 && run_measured(&p) > 0;
  hx_rng_seed(&rng, 1);
  hx_measure_progress_start(session, "self-cost, second", options->budget_s);
  while (ok && n < BLOCKS_MAX && hx_measure_interrupts() == 0 &&
         (n < 6 || hx_clock_s() - began_s < options->budget_s)) {
    ok = run_block(&p, hx_rng_uniform(&rng) < 0.5, &direct, &measured);
    difference_s[n] = measured - direct;
    direct_s[n] = direct;
    n += ok;
    if (session->progress)
      hx_progress_update(session->progress, (unsigned long)(hx_clock_s() - began_s), NULL);
  }
  hx_measure_progress_stop(session);
  return ok && n ? print(session, &p, difference_s, direct_s, n) : HX_EXIT_FAILED;
}
