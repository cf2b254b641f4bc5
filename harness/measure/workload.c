#include "measure/workload.h"

#include "base/fail.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char study_prefix[] = "study:", builtin_prefix[] = "builtin:", cmd_prefix[] = "cmd:";

static bool no_memory(hx_workload *out, pvs_error *error) {
  hx_workload_deinit(out);
  hx_fail_memory(error);
  return false;
}

bool hx_workload_study(const char *base, const char *project, const char *study, hx_workload *out,
                       pvs_error *error) {
  *out = (hx_workload){.kind = HX_WORKLOAD_STUDY};
  out->base = realpath(base, NULL);
  if (!out->base) {
    hx_fail(error, PVS_IO, "the base folder %s cannot be used: %s", base, strerror(errno));
    return false;
  }
  out->project = strdup(project);
  out->study = strdup(study);
  out->key = hx_format("%s%s/%s/%s", study_prefix, out->base, project, study);
  return (out->project && out->study && out->key) || no_memory(out, error);
}

static bool parse_study(const char *text, hx_workload *out, pvs_error *error) {
  char *copy = strdup(text);
  char *study = copy ? strrchr(copy, '/') : NULL;
  if (study)
    *study++ = 0;
  char *project = study ? strrchr(copy, '/') : NULL;
  if (project)
    *project++ = 0;
  bool ok = project && *copy && *project && *study;
  if (ok)
    ok = hx_workload_study(copy, project, study, out, error);
  else
    hx_fail(error, PVS_IO, "the workload study:%s is none: expected study:BASE/PROJECT/STUDY",
            text);
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
  if (!name || (end && (*end || end == text + name + 1 || errno || size < 1))) {
    hx_fail(error, PVS_IO,
            "the workload builtin:%s is none: expected builtin:NAME or builtin:NAME:SIZE with a "
            "whole number of scenarios",
            text);
    return false;
  }
  out->name = strndup(text, name);
  return (out->name && hx_workload_resize(out, size)) || no_memory(out, error);
}

bool hx_workload_parse(const char *text, hx_workload *out, pvs_error *error) {
  *out = (hx_workload){0};
  if (strncmp(text, study_prefix, sizeof study_prefix - 1) == 0)
    return parse_study(text + sizeof study_prefix - 1, out, error);
  if (strncmp(text, builtin_prefix, sizeof builtin_prefix - 1) == 0)
    return parse_builtin(text + sizeof builtin_prefix - 1, out, error);
  const char *command = text + sizeof cmd_prefix - 1;
  if (strncmp(text, cmd_prefix, sizeof cmd_prefix - 1) == 0 && command[strspn(command, " \t")]) {
    out->kind = HX_WORKLOAD_COMMAND;
    out->command = strdup(command);
    out->key = strdup(text);
    return (out->command && out->key) || no_memory(out, error);
  }
  hx_fail(error, PVS_IO,
          "the workload '%s' is none: expected study:BASE/PROJECT/STUDY, builtin:NAME:SIZE or "
          "cmd:'prog --jobs {workers}'",
          text);
  return false;
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

hx_workload_slots hx_workload_slots_of(const hx_workload *workload) {
  const char *c = workload->command ? workload->command : "";
  return (hx_workload_slots){.workers = strstr(c, "{workers}") != NULL,
                             .processes = strstr(c, "{processes}") != NULL,
                             .threads = strstr(c, "{threads}") != NULL,
                             .output = strstr(c, "{output}") != NULL};
}

/* ---- argument vectors ---- */

/* Words one after the other, each with its NUL. */
typedef struct words {
  hx_text text;
  size_t n;
} words;

static void end_word(words *w) {
  hx_text_put_char(&w->text, '\0');
  w->n++;
}

static void put_word(words *w, const char *s) {
  hx_text_put(&w->text, s);
  end_word(w);
}

/* The command with its placeholders filled. */
static char *fill(const char *command, const hx_config *config, const char *output) {
  hx_text out = {0};
  char number[3][16];
  snprintf(number[0], sizeof number[0], "%d", hx_config_workers(config));
  snprintf(number[1], sizeof number[1], "%d", config->processes);
  snprintf(number[2], sizeof number[2], "%d", config->threads);
  const struct {
    const char *name, *value;
  } slots[] = {{"{workers}", number[0]},
               {"{processes}", number[1]},
               {"{threads}", number[2]},
               {"{output}", output ? output : "{output}"}};
  for (const char *c = command; *c;) {
    size_t s = 0;
    while (s < 4 && strncmp(c, slots[s].name, strlen(slots[s].name)) != 0)
      s++;
    if (s < 4) {
      hx_text_put(&out, slots[s].value);
      c += strlen(slots[s].name);
    } else {
      hx_text_put_char(&out, *c++);
    }
  }
  return hx_text_take(&out);
}

static bool needs_shell(const char *command) {
  char quote = 0;
  for (const char *c = command; *c; c++) {
    if (quote == '\'' ? *c == '\'' : quote && *c == quote)
      quote = 0;
    else if (!quote && (*c == '\'' || *c == '"'))
      quote = *c;
    else if (quote != '\'' && strchr("$`\\", *c))
      return true;
    else if (!quote && strchr("|&;<>()*?[]{}~#!\n", *c))
      return true;
  }
  /* NAME=value in front is the shell's business too. */
  return strcspn(command, "=") < strcspn(command, " '\"");
}

static bool split_words(const char *command, words *w, pvs_error *error) {
  char quote = 0;
  bool in_word = false;
  for (const char *c = command; *c; c++) {
    if (quote && *c == quote) {
      quote = 0;
    } else if (!quote && (*c == '\'' || *c == '"')) {
      quote = *c;
      in_word = true;
    } else if (!quote && isspace((unsigned char)*c)) {
      if (in_word)
        end_word(w);
      in_word = false;
    } else {
      hx_text_put_char(&w->text, *c);
      in_word = true;
    }
  }
  if (in_word)
    end_word(w);
  if (quote)
    hx_fail(error, PVS_IO, "the command's quote %c is not closed: %s", quote, command);
  return !quote;
}

static bool put_command(words *w, const hx_workload *workload, const hx_config *config,
                        const char *output, pvs_error *error) {
  char *command = fill(workload->command, config, output);
  bool ok = command != NULL;
  if (!ok) {
    w->text.failed = true;
  } else if (needs_shell(command)) {
    put_word(w, "/bin/sh");
    put_word(w, "-c");
    put_word(w, command);
  } else {
    ok = split_words(command, w, error);
  }
  free(command);
  return ok;
}

/* For a person. */
static void put_config(words *w, const hx_config *config) {
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  put_word(w, "--config");
  put_word(w, text);
}

/* The same in options that every pvtune has had: a comparison runs old revisions too. */
static void put_config_in_parts(words *w, const hx_config *config) {
  char shape[32], chunk[16];
  put_word(w, "-x");
  put_word(w, hx_executor_name(config->executor));
  if (config->executor != HX_EXECUTOR_SERIAL) {
    put_word(w, "-w");
    put_word(w, hx_config_shape(config, shape, sizeof shape));
    put_word(w, "--schedule");
    put_word(w, hx_schedule_name(config->schedule));
    if (config->chunk) {
      snprintf(chunk, sizeof chunk, "%d", config->chunk);
      put_word(w, "--chunk");
      put_word(w, chunk);
    }
  }
  put_word(w, "--pin");
  put_word(w, config->pin);
}

static void put_run(words *w, const hx_workload *workload, const char *output) {
  if (workload->kind == HX_WORKLOAD_STUDY) {
    put_word(w, "-b");
    put_word(w, workload->base);
    put_word(w, "-p");
    put_word(w, workload->project);
    put_word(w, "-s");
    put_word(w, workload->study);
  } else {
    put_word(w, "--workload");
    put_word(w, workload->key);
  }
  /* Built-ins write nothing unless told to: what they are for is the machine, not its disk. */
  if (output && workload->kind == HX_WORKLOAD_STUDY) {
    put_word(w, "-o");
    put_word(w, output);
  }
}

char **hx_workload_argv(const hx_workload *workload, const hx_config *config, const char *self,
                        const char *output, int record_fd, pvs_error *error) {
  words w = {0};
  char number[16], **argv = NULL;
  bool ok = true;
  if (workload->kind == HX_WORKLOAD_COMMAND) {
    ok = put_command(&w, workload, config, output, error);
  } else {
    put_word(&w, self);
    put_word(&w, "run");
    put_config_in_parts(&w, config);
    put_run(&w, workload, output);
    put_word(&w, "--quiet");
    if (record_fd >= 0) {
      snprintf(number, sizeof number, "%d", record_fd);
      put_word(&w, "--record");
      put_word(&w, number);
    }
  }
  if (ok && !w.text.failed)
    argv = malloc((w.n + 1) * sizeof *argv + w.text.length);
  if (argv) {
    char *at = memcpy(argv + w.n + 1, w.text.at, w.text.length);
    for (size_t i = 0; i < w.n; i++, at += strlen(at) + 1)
      argv[i] = at;
    argv[w.n] = NULL;
  } else {
    hx_fail_memory(error);
  }
  hx_text_deinit(&w.text);
  return argv;
}

static void put_quoted(hx_text *line, const char *word) {
  if (*word &&
      strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@+"
                   "%") == strlen(word)) {
    hx_text_put(line, word);
    return;
  }
  hx_text_put_char(line, '\'');
  for (; *word; word++)
    if (*word == '\'')
      hx_text_put(line, "'\\''");
    else
      hx_text_put_char(line, *word);
  hx_text_put_char(line, '\'');
}

char *hx_workload_line(const hx_workload *workload, const hx_config *config, const char *program,
                       const char *output) {
  if (workload->kind == HX_WORKLOAD_COMMAND)
    return fill(workload->command, config, output);
  words w = {0};
  hx_text line = {0};
  put_word(&w, program);
  put_word(&w, "run");
  put_config(&w, config);
  put_run(&w, workload, output);
  const char *at = w.text.at;
  for (size_t i = 0; i < w.n && !w.text.failed; i++, at += strlen(at) + 1) {
    if (i)
      hx_text_put_char(&line, ' ');
    put_quoted(&line, at);
  }
  line.failed |= w.text.failed;
  hx_text_deinit(&w.text);
  return hx_text_take(&line);
}

char *hx_workload_pinned_line(const hx_workload *workload, const hx_config *config,
                              const char *cpus) {
  char *command = fill(workload->command, config, NULL);
  hx_text line = {0};
  hx_text_printf(&line, "taskset -c %s ", cpus);
  if (command && needs_shell(command)) {
    hx_text_put(&line, "sh -c ");
    put_quoted(&line, command);
  } else if (command) {
    hx_text_put(&line, command);
  }
  line.failed |= command == NULL;
  free(command);
  return hx_text_take(&line);
}
