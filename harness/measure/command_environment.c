#include "measure/command_text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NAME=VALUE strings one after the other, each with its NUL; returns how many. */
static size_t put_ours(const hx_config *config, hx_text *ours) {
  const struct {
    const char *name;
    int value;
  } numbers[] = {{"PVTUNE_WORKERS", hx_config_workers(config)},
                 {"PVTUNE_PROCESSES", config->processes},
                 {"PVTUNE_THREADS", config->threads}};
  size_t n = 0;
  for (; n < sizeof numbers / sizeof *numbers; n++) {
    hx_text_printf(ours, "%s=%d", numbers[n].name, numbers[n].value);
    hx_text_add(ours, "", 1);
  }
  hx_param_value p;
  for (size_t i = 0; hx_config_param_at(config, i, &p); i++, n++) {
    hx_text_printf(ours, "%s%s=", p.environment ? "" : "PVTUNE_PARAM_", p.name);
    if (p.environment)
      hx_command_text_put(ours, p.value, config, "");
    else
      hx_text_put(ours, p.value);
    hx_text_add(ours, "", 1);
  }
  return n;
}

static bool is_ours(const char *variable, const char *ours) {
  for (const char *at = ours; *at; at += strlen(at) + 1)
    if (strncmp(variable, at, strcspn(at, "=") + 1) == 0)
      return true;
  return false;
}

char **hx_command_environment(const hx_config *config) {
  hx_text ours = {0};
  size_t n_ours = put_ours(config, &ours), n = 0, kept = 0;
  while (environ[n])
    n++;
  char **copy = ours.failed ? NULL : malloc((n + n_ours + 1) * sizeof *copy + ours.length);
  if (copy) {
    char *text = memcpy(copy + n + n_ours + 1, ours.at, ours.length);
    for (size_t i = 0; i < n; i++)
      if (!is_ours(environ[i], ours.at))
        copy[kept++] = environ[i];
    for (size_t i = 0; i < n_ours; i++, text += strlen(text) + 1)
      copy[kept++] = text;
    copy[kept] = NULL;
  }
  hx_text_deinit(&ours);
  return copy;
}
