#include "compare/ready_side.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/command_text.h"
#include "measure/session.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char padding_name[] = "PVTUNE_PADDING";

void hx_ready_side_pad(size_t bytes) {
  char *text = malloc(bytes + 1);
  if (!text)
    return; /* one block less varied */
  memset(text, 'x', bytes);
  text[bytes] = 0;
  setenv(padding_name, text, 1);
  free(text);
}

/* Where it runs: the checkout or a folder inside of it, or the folder that was named. */
static bool place(hx_ready_side *ready, const char *checkout, pvs_error *error) {
  const char *named = ready->life.folder;
  snprintf(ready->folder, sizeof ready->folder, "%s", checkout ? checkout : named ? named : "");
  size_t length = strlen(ready->folder);
  if (checkout && named)
    snprintf(ready->folder + length, sizeof ready->folder - length, "/%s", named);
  if (!ready->folder[0])
    return true;
  if (!hx_files_is_folder(ready->folder))
    return hx_fail(error, PVS_BAD_VALUE, "--cwd %s: %s is no folder", named ? named : "",
                   ready->folder);
  ready->life.folder = ready->processes.folder = ready->folder;
  return true;
}

bool hx_ready_side_init(hx_ready_side *ready, const char *name, const char *scratch,
                        const char *program, const char *folder, const hx_process_runner *like,
                        pvs_error *error) {
  *ready = (hx_ready_side){.processes = *like};
  int length = snprintf(ready->scratch, sizeof ready->scratch, "%s/%s", scratch, name);
  if (length >= (int)sizeof ready->scratch || (mkdir(ready->scratch, 0777) != 0 && errno != EEXIST))
    return hx_fail(error, PVS_IO, "the scratch folder %s cannot be used: %s", scratch,
                   strerror(errno));
  ready->processes.scratch = ready->scratch;
  if (program) {
    struct stat st;
    char *absolute = realpath(program, NULL);
    if (absolute && stat(absolute, &st) == 0 && !S_ISREG(st.st_mode)) {
      free(absolute);
      return hx_fail(error, PVS_BAD_VALUE, "%s cannot be run: found %s, expected a program",
                     program, S_ISDIR(st.st_mode) ? "a folder" : "a device or pipe");
    }
    int n = snprintf(ready->program, sizeof ready->program, "%s/pvtune-%s", scratch, name);
    if (!absolute || access(absolute, X_OK) != 0 || n >= (int)sizeof ready->program ||
        symlink(absolute, ready->program) != 0) {
      hx_fail(error, PVS_IO, "%s cannot be run: %s", program, strerror(errno));
      free(absolute);
      return false;
    }
    hx_file_hash(absolute, ready->binary);
    free(absolute);
    ready->processes.self = ready->program;
  }
  ready->runner = hx_runner_processes(&ready->processes);
  if (like->life)
    ready->life = *like->life;
  ready->processes.life = &ready->life;
  return place(ready, folder, error);
}

bool hx_ready_side_call(const hx_ready_side *ready, hx_life_call call, pvs_error *error) {
  return hx_run_life_call(&ready->life, &call, error) == HX_LIFE_OK;
}

bool hx_ready_side_set_up(hx_ready_side *ready, pvs_error *error) {
  ready->set_up = true;
  return hx_ready_side_call(ready,
                            (hx_life_call){.option = "--setup",
                                           .command = ready->life.setup,
                                           .stdout_fd = -1,
                                           .interrupts = ready->processes.interrupts},
                            error);
}

bool hx_ready_side_clean_up(hx_ready_side *ready, pvs_error *error) {
  bool due = ready->set_up;
  ready->set_up = false;
  return !due || hx_measure_clean_up(&ready->life, error);
}

/* ---- outputs cell by cell ---- */

/* Runs it once with its outputs (or, for commands without {output}, what it prints) left in `path`.
 */
static bool keep_outputs(const hx_ready_side *ready, const hx_duet_player *player, double timeout_s,
                         const char *path, char *message, size_t cap) {
  bool command = player->workload->kind == HX_WORKLOAD_COMMAND;
  bool prints = command && !hx_command_placeholders_in(player->workload->command).output;
  pvs_error error = {0};
  char **argv =
      hx_workload_argv(player->workload, player->config, ready->program, path, -1, &error);
  char **environment = hx_command_environment(player->config);
  int fd = prints ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
  const volatile sig_atomic_t *interrupts = ready->processes.interrupts;
  hx_life_call around = {.option = "--prepare",
                         .command = ready->life.prepare,
                         .config = player->config,
                         .output = path,
                         .stdout_fd = -1,
                         .interrupts = interrupts};
  bool ok =
      argv && environment && (!prints || fd >= 0) && hx_ready_side_call(ready, around, &error);
  if (ok) {
    hx_process_spec spec = {.argv = argv,
                            .environment = environment,
                            .folder = ready->processes.folder,
                            .input = command ? ready->life.input : NULL,
                            .stdout_fd = fd,
                            .cap_s = INFINITY,
                            .timeout_s = timeout_s,
                            .interrupts = interrupts,
                            .expendable = true};
    hx_process_result result;
    hx_process_run(&spec, &result);
    ok = hx_process_ended_well(&result, ready->life.ignore_failure, "one more run of A", &error);
    hx_process_result_deinit(&result);
    around.option = "--conclude";
    around.command = ready->life.conclude;
    ok = hx_ready_side_call(ready, around, ok ? &error : NULL) && ok;
  }
  if (error.code)
    snprintf(message, cap, "%s", HX_FAIL_LINE(&error));
  if (fd >= 0)
    close(fd);
  free(environment);
  free(argv);
  return ok;
}

/* The scratch folder's path says nothing to a person. */
static void name_outputs(const char *path, char *message, size_t cap) {
  char *at = strstr(message, path);
  char copy[HX_PROCESS_MESSAGE];
  if (!at)
    return;
  snprintf(copy, sizeof copy, "%.*sA's outputs%s", (int)(at - message), message, at + strlen(path));
  snprintf(message, cap, "%s", copy);
}

hx_expected hx_ready_side_compare_outputs(void *ctx, const hx_duet_player *a,
                                          const hx_duet_player *b, char *message, size_t cap) {
  const hx_ready_side_pair *pair = ctx;
  if (a->workload->kind == HX_WORKLOAD_BUILTIN)
    return HX_EXPECTED_DIFFERS; /* no outputs on disk: the digests are all there is */
  if (a->workload->kind == HX_WORKLOAD_COMMAND && pair->a->life.filter)
    return HX_EXPECTED_DIFFERS; /* what the filter made of them has no cells */
  char kept[PATH_MAX], expected[PATH_MAX + 256];
  int n = snprintf(kept, sizeof kept, "%s/outputs-of-a", pair->scratch);
  bool study = a->workload->kind == HX_WORKLOAD_STUDY;
  hx_expected found = HX_EXPECTED_ERROR;
  if (n < (int)sizeof kept && hx_files_remove(kept) && (!study || mkdir(kept, 0777) == 0) &&
      keep_outputs(pair->a, a, pair->timeout_s, kept, message, cap)) {
    hx_measured measured;
    snprintf(expected, sizeof expected, "%s%s%s", kept, study ? "/" : "",
             study ? a->workload->study : "");
    hx_runner_job job = {.workload = b->workload,
                         .config = b->config,
                         .cap_s = INFINITY,
                         .timeout_s = pair->timeout_s,
                         .expendable = true,
                         .expected = expected};
    hx_runner_run(b->runner, &job, &measured);
    found = measured.expected;
    pvs_error error = {0};
    if (measured.process.end != HX_PROCESS_NOT_STARTED &&
        !hx_process_ended_well(&measured.process, measured.failure_ignored, "one more run of B",
                               &error)) {
      found = HX_EXPECTED_ERROR;
      snprintf(message, cap, "%s", HX_FAIL_LINE(&error));
    } else if (measured.message[0])
      snprintf(message, cap, "%s", measured.message);
    name_outputs(expected, message, cap);
    hx_measured_deinit(&measured);
  }
  hx_files_remove(kept);
  return found;
}
