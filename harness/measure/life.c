#include "measure/life.h"

#include "base/fail.h"
#include "base/files.h"
#include "measure/command_text.h"
#include "measure/process.h"
#include "measure/shell_reading.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- checks ---- */

static bool refuse(const char *option, const pvs_error *why, pvs_error *error) {
  return hx_fail(error, PVS_BAD_VALUE, "%s: %s", option, HX_FAIL_LINE(why));
}

/* `known` NULL: it belongs to no single run. */
static bool check_command(const char *option, const char *command, const hx_config *known,
                          pvs_error *error) {
  pvs_error why = {0};
  if (!command)
    return true;
  if (!command[strspn(command, HX_COMMAND_BLANKS)])
    return hx_fail(error, PVS_BAD_VALUE, "%s is empty: expected a command", option);
  hx_config none = hx_config_serial();
  if (!hx_command_text_check(command, known ? known : &none, &why))
    return refuse(option, &why, error);
  hx_command_placeholders has = hx_command_placeholders_in(command);
  if (!known && (has.workers || has.processes || has.threads || has.output))
    return hx_fail(
        error, PVS_BAD_VALUE,
        "%s is called once for all runs, so it can have no placeholders and no worker count: %s",
        option, command);
  return true;
}

bool hx_run_life_uses(const hx_run_life *life, const char *name) {
  const char *const commands[] = {life->prepare, life->conclude, life->filter};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (commands[i] && hx_command_text_uses(commands[i], name))
      return true;
  return false;
}

/* Every run reads all of it: a pipe would be empty after the first. */
static bool check_input(const char *input, pvs_error *error) {
  struct stat st;
  if (stat(input, &st) != 0 || access(input, R_OK) != 0)
    return hx_fail(error, PVS_BAD_VALUE, "--input %s: %s", input, strerror(errno));
  return S_ISREG(st.st_mode) || S_ISCHR(st.st_mode) ||
         hx_fail(error, PVS_BAD_VALUE, "--input %s: a %s found, expected a file", input,
                 S_ISDIR(st.st_mode) ? "folder" : "pipe");
}

bool hx_run_life_check(const hx_run_life *life, const hx_config *known, pvs_error *error) {
  if (!check_command("--setup", life->setup, NULL, error) ||
      !check_command("--prepare", life->prepare, known, error) ||
      !check_command("--conclude", life->conclude, known, error) ||
      !check_command("--cleanup", life->cleanup, NULL, error) ||
      !check_command("--output-filter", life->filter, known, error))
    return false;
  if (life->input && !check_input(life->input, error))
    return false;
  if (life->folder && (!hx_files_is_folder(life->folder) || access(life->folder, X_OK) != 0))
    return hx_fail(error, PVS_BAD_VALUE, "--cwd %s: expected a folder", life->folder);
  if (life->filter && life->ignore_outputs)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--output-filter has nothing to filter with --outputs ignore");
  return true;
}

static void put(hx_text *text, const char *option, const char *value) {
  if (!value)
    return;
  hx_text_printf(text, "%s%s ", text->length ? " " : "", option);
  hx_shell_quote(text, value);
}

void hx_run_life_describe(const hx_run_life *life, hx_text *text) {
  put(text, "--setup", life->setup);
  put(text, "--prepare", life->prepare);
  put(text, "--conclude", life->conclude);
  put(text, "--cleanup", life->cleanup);
  put(text, "--input", life->input);
  put(text, "--cwd", life->folder);
  put(text, "--output-filter", life->filter);
  if (life->ignore_outputs)
    put(text, "--outputs", "ignore");
  if (life->ignore_failure)
    hx_text_printf(text, "%s--ignore-failure", text->length ? " " : "");
}

/* ---- calls ---- */

static void explain(const hx_life_call *call, const hx_process_result *result, pvs_error *error) {
  char last[HX_PROCESS_MESSAGE], how[64];
  snprintf(last, sizeof last, "%s", result->message);
  char *line = strrchr(last, '\n');
  line = line ? line + 1 : last;
  for (char *c = line; *c; c++)
    if (iscntrl((unsigned char)*c))
      *c = ' ';
  if (result->end == HX_PROCESS_SIGNALLED)
    snprintf(how, sizeof how, "ended by signal %d", result->signal);
  else if (result->end == HX_PROCESS_NOT_STARTED)
    snprintf(how, sizeof how, "not started");
  else
    snprintf(how, sizeof how, "exit code %d", result->exit_code);
  hx_fail(error, PVS_IO, "%s '%s' failed: %s%s%s", call->option, call->command, how,
          *line ? ": " : "", line);
}

hx_life_end hx_run_life_call(const hx_run_life *life, const hx_life_call *call, pvs_error *error) {
  if (!call->command)
    return HX_LIFE_OK;
  hx_config serial = hx_config_serial();
  hx_text words = {0};
  hx_command_text_words(call->command, call->config ? call->config : &serial,
                        call->output ? call->output : "", &words);
  char **argv = hx_text_take_argv(&words);
  char **environment = call->config ? hx_command_environment(call->config) : NULL;
  hx_life_end end = HX_LIFE_FAILED;
  if (!argv || (call->config && !environment)) {
    hx_fail_memory(error);
  } else {
    hx_process_spec spec = {.argv = argv,
                            .environment = environment,
                            .folder = life->folder,
                            .input = call->stdin_path,
                            .stdout_fd = call->stdout_fd < 0 && life->show_output ? STDERR_FILENO
                                                                                  : call->stdout_fd,
                            .show_stderr = life->show_output,
                            .cap_s = INFINITY,
                            .timeout_s = INFINITY,
                            .interrupts = call->interrupts};
    hx_process_result result;
    hx_process_run(&spec, &result);
    if (result.end == HX_PROCESS_INTERRUPTED)
      end = HX_LIFE_INTERRUPTED;
    else if (result.end == HX_PROCESS_EXITED && result.exit_code == 0)
      end = HX_LIFE_OK;
    else
      explain(call, &result, error);
    hx_process_result_deinit(&result);
  }
  free(environment);
  free(argv);
  return end;
}
