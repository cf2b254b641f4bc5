/* What is typed or stored as one text: configurations, CPU lists, workloads and commands. Any text
 * is read or refused with an error; a configuration that is read has one form, which is read alike. */
#include "base/config.h"
#include "machine/cpuset.h"
#include "measure/command_text.h"
#include "measure/workload.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

static void try_config(const char *text) {
  pvs_error error = {0};
  hx_config config = hx_config_serial(), again;
  char form[2048], second[2048];
  if (!hx_config_parse(text, &config, &error)) {
    require(error.code != PVS_OK && error.message[0]);
    return;
  }
  require(hx_config_validate(&config, NULL));
  require(hx_config_format(&config, form, sizeof form) < sizeof form);
  require(hx_config_parse(form, &again, NULL) && hx_config_equal(&config, &again));
  hx_config_format(&again, second, sizeof second);
  require(strcmp(form, second) == 0);
}

static void try_command(const char *text) {
  pvs_error error = {0};
  hx_config config = hx_config_serial();
  if (hx_command_text_check(text, NULL, &error))
    free(hx_command_text_fill(text, &config, "/out"));
  else
    require(error.code != PVS_OK && error.message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  require(text != NULL);
  if (size > 0)
    memcpy(text, data, size);
  text[size] = '\0';
  pvs_error error = {0};
  hx_cpuset set;
  require(hx_cpuset_parse(text, &set, &error) || (error.code != PVS_OK && error.message[0]));
  error = (pvs_error){0};
  hx_workload workload;
  if (hx_workload_parse(text, NULL, &workload, &error))
    hx_workload_deinit(&workload);
  else
    require(error.code != PVS_OK && error.message[0]);
  try_config(text);
  try_command(text);
  free(text);
  return 0;
}
