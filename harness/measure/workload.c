#include "measure/workload.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"
#include "measure/command_text.h"
#include "measure/shell_reading.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char study_prefix[] = "study:", builtin_prefix[] = "builtin:", cmd_prefix[] = "cmd:";

static bool no_memory(hx_workload *out, pvs_error *error) {
  hx_workload_deinit(out);
  return hx_fail_memory(error);
}

bool hx_workload_look(const hx_workload *workload, pvs_error *error) {
  const char *base = workload->base;
  if (workload->kind != HX_WORKLOAD_STUDY)
    return true;
  if (!hx_files_is_folder(base))
    return hx_fail(error, PVS_BAD_VALUE, "%s is a file, expected the base folder of a study", base);
  if (!hx_files_has_folder(base, "reference") && !hx_files_has_folder(base, "load_profiles"))
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s is no base folder of a study: it has no folders reference and load_profiles",
                   base);
  return true;
}

/* As a shell completes it: without the '/' behind it. */
static char *without_slash(const char *name) {
  const size_t length = strlen(name);
  return strndup(name, length > 1 && name[length - 1] == '/' ? length - 1 : length);
}

bool hx_workload_study(const char *base, const char *project, const char *study, hx_workload *out,
                       pvs_error *error) {
  *out = (hx_workload){.kind = HX_WORKLOAD_STUDY};
  out->base = realpath(base, NULL);
  if (!out->base)
    return hx_fail(error, PVS_IO, "the base folder %s cannot be used: %s", base, strerror(errno));
  out->project = without_slash(project);
  out->study = without_slash(study);
  if (out->project && out->study)
    out->key = hx_format("%s%s/%s/%s", study_prefix, out->base, out->project, out->study);
  return out->key || no_memory(out, error);
}

static bool parse_study(const char *text, hx_workload *out, pvs_error *error) {
  char *copy = without_slash(text);
  if (!copy)
    return no_memory(out, error);
  char *study = strrchr(copy, '/');
  if (study)
    *study++ = 0;
  char *project = study ? strrchr(copy, '/') : NULL;
  if (project)
    *project++ = 0;
  bool ok = project && *copy && *project && *study;
  if (ok)
    ok = hx_workload_study(copy, project, study, out, error);
  else
    hx_fail(error, PVS_IO, "study:%s is not a workload: expected study:BASE/PROJECT/STUDY", text);
  free(copy);
  return ok;
}

bool hx_workload_resize(hx_workload *workload, long size) {
  char *key = size ? hx_format("%s%s:%ld", builtin_prefix, workload->name, size)
                   : hx_format("%s%s", builtin_prefix, workload->name);
  if (!key)
    return false;
  free(workload->key);
  workload->key = key;
  workload->size = size;
  return true;
}

static bool parse_builtin(const char *text, hx_workload *out, pvs_error *error) {
  size_t name = strcspn(text, ":");
  char *end = NULL;
  long size = 0;
  out->kind = HX_WORKLOAD_BUILTIN;
  if (text[name]) {
    errno = 0;
    size = strtol(text + name + 1, &end, 10);
  }
  if (!name || (end && (!isdigit((unsigned char)text[name + 1]) || *end || end == text + name + 1 ||
                        errno || size < 1)))
    return hx_fail(
        error, PVS_IO,
        "builtin:%s is not a workload: expected builtin:NAME or builtin:NAME:SIZE with a "
        "whole number of scenarios",
        text);
  out->name = strndup(text, name);
  return (out->name && hx_workload_resize(out, size)) || no_memory(out, error);
}

bool hx_workload_parse(const char *text, const hx_config *known, hx_workload *out,
                       pvs_error *error) {
  *out = (hx_workload){0};
  if (strncmp(text, study_prefix, sizeof study_prefix - 1) == 0)
    return parse_study(text + sizeof study_prefix - 1, out, error);
  if (strncmp(text, builtin_prefix, sizeof builtin_prefix - 1) == 0)
    return parse_builtin(text + sizeof builtin_prefix - 1, out, error);
  const char *command = text + sizeof cmd_prefix - 1;
  if (strncmp(text, cmd_prefix, sizeof cmd_prefix - 1) == 0 &&
      command[strspn(command, HX_COMMAND_BLANKS)]) {
    if (!hx_command_text_check(command, known, error))
      return false;
    out->kind = HX_WORKLOAD_COMMAND;
    out->command = strdup(command);
    out->key = strdup(text);
    return (out->command && out->key) || no_memory(out, error);
  }
  return hx_fail(error, PVS_IO,
                 "'%s' is not a workload: expected study:BASE/PROJECT/STUDY, builtin:NAME:SIZE or "
                 "cmd:'prog --jobs {workers}'",
                 text);
}

void hx_workload_deinit(hx_workload *workload) {
  free(workload->key);
  free(workload->base);
  free(workload->project);
  free(workload->study);
  free(workload->name);
  free(workload->command);
  *workload = (hx_workload){0};
}

char *hx_workload_join(const hx_workload *workloads, size_t n) {
  hx_text text = {0};
  for (size_t w = 0; w < n; w++)
    hx_text_printf(&text, "%s%s", w ? " + " : "", workloads[w].key);
  return hx_text_take(&text);
}

bool hx_workload_ranked_on_work(const hx_workload *workload) {
  return workload->kind == HX_WORKLOAD_BUILTIN;
}

/* ---- argument vectors ---- */

/* Words one after the other, each with its NUL. */
static void put_words(hx_text *words, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    hx_text_add(words, list[i], strlen(list[i]) + 1);
}

#define PUT_WORDS(w, ...)                                                                          \
  put_words(w, (const char *const[]){__VA_ARGS__},                                                 \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* In options that every pvtune has had: a comparison runs old revisions too. */
static void put_config_in_parts(hx_text *w, const hx_config *config) {
  char shape[32], chunk[16];
  PUT_WORDS(w, "-x", hx_executor_name(config->executor));
  if (config->executor != HX_EXECUTOR_SERIAL)
    PUT_WORDS(w, "-w", hx_config_shape(config, shape, sizeof shape), "--schedule",
              hx_schedule_name(config->schedule));
  if (config->executor != HX_EXECUTOR_SERIAL && config->chunk) {
    snprintf(chunk, sizeof chunk, "%d", config->chunk);
    PUT_WORDS(w, "--chunk", chunk);
  }
  PUT_WORDS(w, "--pin", config->pin);
}

static void put_run(hx_text *w, const hx_workload *workload, const char *output) {
  if (workload->kind == HX_WORKLOAD_STUDY)
    PUT_WORDS(w, "-b", workload->base, "-p", workload->project, "-s", workload->study);
  else
    PUT_WORDS(w, "--workload", workload->key);
  /* Built-ins write nothing unless told to: what they are for is the machine, not its disk. */
  if (output && workload->kind == HX_WORKLOAD_STUDY)
    PUT_WORDS(w, "-o", output);
}

char **hx_workload_argv(const hx_workload *workload, const hx_config *config, const char *self,
                        const char *output, int telemetry_fd, pvs_error *error) {
  hx_text words = {0};
  char number[16];
  if (workload->kind == HX_WORKLOAD_COMMAND) {
    hx_command_text_words(workload->command, config, output, &words);
  } else {
    PUT_WORDS(&words, self, "run");
    put_config_in_parts(&words, config);
    put_run(&words, workload, output);
    PUT_WORDS(&words, "--quiet");
    if (telemetry_fd >= 0) {
      snprintf(number, sizeof number, "%d", telemetry_fd);
      PUT_WORDS(&words, "--record", number);
    }
  }
  char **argv = hx_text_take_argv(&words);
  if (!argv)
    hx_fail_memory(error);
  return argv;
}

char *hx_workload_line(const hx_workload *workload, const hx_config *config, const char *program,
                       const char *output) {
  if (workload->kind == HX_WORKLOAD_COMMAND)
    return hx_command_text_line(workload->command, config, output ? output : HX_WORKLOAD_OUTPUT,
                                NULL);
  hx_text words = {0}, line = {0};
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  PUT_WORDS(&words, program, "run", "--config", text);
  put_run(&words, workload, output);
  char **argv = hx_text_take_argv(&words);
  for (size_t i = 0; argv && argv[i]; i++) {
    hx_text_put(&line, i ? " " : "");
    hx_shell_quote(&line, argv[i]);
  }
  line.failed |= argv == NULL;
  free(argv);
  return hx_text_take(&line);
}

char *hx_workload_pinned_line(const hx_workload *workload, const hx_config *config,
                              const char *cpus) {
  return hx_command_text_line(workload->command, config, HX_WORKLOAD_OUTPUT, cpus);
}
