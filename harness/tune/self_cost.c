#include "tune/self_cost.h"

#include "base/fail.h"

#include "base/files.h"
#include "decide/stats.h"
#include "measure/check.h"
#include "measure/command_text.h"
#include "measure/tool.h"

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

enum { BLOCKS_MAX = 60, BLOCKS_MIN = 6 };

typedef struct pair {
  const hx_measure_session *session;
  const hx_workload *workload;
  const hx_config *config;
  char output[PATH_MAX + 16];
} pair;

static const char *path_of(char *const *environment) {
  for (; *environment; environment++)
    if (strncmp(*environment, "PATH=", 5) == 0)
      return *environment + 5;
  return "/bin:/usr/bin"; /* as execvp does */
}

/* As a shell would: spawn and wait. Seconds; negative when it failed. */
static double run_directly(const pair *p, pvs_error *error) {
  pid_t pid;
  int status = -1;
  char program[PATH_MAX];
  bool command = p->workload->kind == HX_WORKLOAD_COMMAND;
  char **argv =
      hx_workload_argv(p->workload, p->config, p->session->processes.self, p->output, -1, error);
  char **environment = argv ? hx_command_environment(p->config) : NULL;
  if (!environment) {
    free(argv);
    hx_fail_memory(error);
    return -1;
  }
  if (!hx_files_remove(p->output) || (!command && mkdir(p->output, 0777) != 0)) {
    hx_fail_errno(error, errno, p->output, "the folder for outputs cannot be made");
    free(environment);
    free(argv);
    return -1;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  double start_s = hx_clock_s();
  int failed = hx_tool_find_along(argv[0], path_of(environment), NULL, program)
                   ? posix_spawn(&pid, program, &actions, NULL, argv, environment)
                   : ENOENT;
  while (!failed && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  double seconds = hx_clock_s() - start_s;
  posix_spawn_file_actions_destroy(&actions);
  hx_files_remove(p->output);
  free(environment);
  free(argv);
  if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return seconds;
  hx_fail(error, PVS_IO, "%s: the direct run failed", p->workload->key);
  return -1;
}

static double run_measured(const pair *p, pvs_error *error) {
  hx_measured measured;
  char reason[HX_RUN_REASON];
  double seconds = -1;
  hx_runner_job job = {
      .workload = p->workload, .config = p->config, .cap_s = INFINITY, .timeout_s = INFINITY};
  hx_runner_run(&p->session->runner, &job, &measured);
  if (hx_check_run(&measured, p->config, (hx_check_reference){"", NULL}, reason, sizeof reason) ==
      HX_RUN_VALID)
    seconds = measured.process.wall_s;
  else
    hx_fail(error, PVS_IO, "%s: the measured run failed: %s", p->workload->key, reason);
  hx_measured_deinit(&measured);
  return seconds;
}

/* A B B A or B A A B; the mean of both. */
static bool run_block(const pair *p, bool measured_first, double *direct_s, double *measured_s,
                      pvs_error *error) {
  *direct_s = *measured_s = 0;
  for (int i = 0; i < 4; i++) {
    bool measured = (i == 0 || i == 3) == measured_first;
    double seconds = measured ? run_measured(p, error) : run_directly(p, error);
    if (seconds < 0)
      return false;
    *(measured ? measured_s : direct_s) += seconds / 2;
  }
  return true;
}

bool hx_self_cost_measure(const hx_measure_session *session, const hx_workload *workload,
                          const hx_config *config, double budget_s, hx_self_cost *out,
                          pvs_error *error) {
  const hx_measure_context *context = &session->context;
  pair p = {.session = session, .workload = workload, .config = config};
  double difference_s[BLOCKS_MAX], direct_s[BLOCKS_MAX], direct = 0, measured = 0;
  double began_s = hx_clock_s(), spent_s = 0;
  size_t n = 0;
  hx_rng rng;
  hx_rng_seed(&rng, 1);
  snprintf(p.output, sizeof p.output, "%s/output", session->scratch);
  bool ok = run_directly(&p, error) > 0 && run_measured(&p, error) > 0;
  while (ok && n < BLOCKS_MAX && !*context->interrupts && (n < BLOCKS_MIN || spent_s < budget_s)) {
    hx_listener_progress(context->listener, &(hx_run_progress){.workload = workload->key,
                                                               .config = config,
                                                               .block = (int)n + 1,
                                                               .run = 1,
                                                               .of_run = 1,
                                                               .spent_s = spent_s,
                                                               .budget_s = budget_s});
    ok = run_block(&p, hx_rng_uniform(&rng) < 0.5, &direct, &measured, error);
    difference_s[n] = measured - direct;
    direct_s[n] = direct;
    n += ok;
    spent_s = hx_clock_s() - began_s;
  }
  if (!ok)
    return false;
  if (!n)
    return hx_fail(error, PVS_IO, "interrupted before anything was measured");
  hx_signed_rank found = hx_stats_signed_rank(difference_s, n, 0.025);
  *out = (hx_self_cost){.blocks = n,
                        .direct_s = hx_stats_median(direct_s, n),
                        .cost_s = found.estimate,
                        .lower_s = found.lower,
                        .upper_s = found.upper};
  return true;
}
