/* kill -9 at random moments of a sweep of real processes: the store reads back, no row is lost but
 * the one in flight, and the sweep goes on where it was. */
#include "base/files.h"
#include "error_support.h"
#include "sweep_support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 50, ROUNDS = 6, N_CONFIGS = 4 };

static char scratch[64];

static hx_sweep_report do_sweep(void) {
  static hx_workload workload;
  hx_config configs[N_CONFIGS] = {a_config("serial"), a_config("threads:2"), a_config("threads:3"),
                                  a_config("processes:2")};
  hx_process_runner processes = {.self = "pvtune", .topo = sweep_topo, .scratch = scratch};
  hx_runner runner = hx_runner_processes(&processes);
  hx_measure_context context = sweep_context(&runner);
  hx_workload_deinit(&workload);
  workload = a_workload("cmd:echo out");
  hx_sweep_options options = sweep_options(&workload, 1);
  options.configs = configs;
  options.n_configs = N_CONFIGS;
  options.exhaustive = true;
  options.rounds = ROUNDS;
  return run_sweep(&context, &options);
}

/* Returns how many rows there are, all valid or stopped early and none twice, and of how many sweeps. */
static size_t check_store(size_t *sweeps) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(sweep_folder, &hx_runs_schema, &rows, afresh(&error)));
  assert_true(rows.skipped <= KILLS);
  const hx_run_row *row = rows.rows;
  *sweeps = 0;
  for (size_t i = 0; i < rows.n; i++) {
    assert_true(strcmp(row[i].outcome, "valid") == 0 || strcmp(row[i].outcome, "censored") == 0);
    *sweeps += row[i].block == 0; /* each begins with one warm-up */
    for (size_t k = 0; k < i; k++)
      assert_false(strcmp(row[i].sweep, row[k].sweep) == 0 && row[i].block == row[k].block);
  }
  size_t n = rows.n;
  hx_store_rows_deinit(&rows);
  return n;
}

static void test_killed_again_and_again(void **state) {
  (void)state;
  size_t stored = 0, sweeps = 0;
  strcpy(scratch, "/tmp/pvtune-test-scratch-XXXXXX");
  assert_non_null(mkdtemp(scratch));
  srand(1);
  for (int i = 0; i < KILLS; i++) {
    pid_t pid = fork();
    if (pid == 0) {
      hx_sweep_report report = do_sweep();
      hx_sweep_report_deinit(&report);
      _exit(0);
    }
    usleep((useconds_t)(rand() % 30000));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    size_t now = check_store(&sweeps);
    assert_true(now >= stored); /* what was there stays */
    stored = now;
  }
  hx_sweep_report report = do_sweep();
  assert_true(report.results[0].runs > ROUNDS * N_CONFIGS);
  assert_true(check_store(&sweeps) >= sweeps * ROUNDS * N_CONFIGS);
  hx_sweep_report_deinit(&report);
  hx_files_remove(scratch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_killed_again_and_again, sweep_setup, sweep_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
