/* --param, --where, --metric and configurations: any text is taken or refused with an error, and what
 * is taken has one form. The first line is the parameter, the second the condition, the third the
 * configuration. */
#include "measure/goal.h"
#include "tune/params.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth)
    abort();
}

static void check_params(const char *param, const char *where) {
  pvs_error error = {0}, second = {0};
  hx_params params = {0};
  hx_config config;
  bool ok = hx_params_add(&params, false, param, &error);
  require(ok == (error.code == PVS_OK) && (ok || error.message[0]));
  require(ok == (params.n == 1));
  if (!ok)
    hx_params_add(&params, false, "block=1..4", NULL);
  ok = hx_params_add_condition(&params, where, &second);
  require(ok == (second.code == PVS_OK) && (ok || second.message[0]));
  if (hx_params_sample(&params, &config, NULL))
    for (int v = 0; v < (int)params.items[0].n; v++) {
      hx_config back;
      char text[HX_CONFIG_TEXT];
      hx_params_apply(&params, &v, &config);
      hx_params_meet(&params, &v, &config);
      require(hx_config_format(&config, text, sizeof text) < sizeof text);
      require(hx_config_parse(text, &back, NULL) && hx_config_equal(&config, &back));
    }
  hx_params_deinit(&params);
}

static void check_config(const char *text) {
  pvs_error error = {0};
  hx_config config;
  char written[HX_CONFIG_TEXT];
  bool ok = hx_config_parse(text, &config, &error);
  require(ok == (error.code == PVS_OK));
  if (!ok)
    return;
  hx_param_value p;
  for (size_t i = 0; hx_config_param_at(&config, i, &p); i++)
    require(p.name[0] && p.value[0]);
  require(hx_config_format(&config, written, sizeof written) < sizeof written);
  require(hx_config_same(text, written));
}

static void check_goal(char *text) {
  hx_goal goal = {0};
  pvs_error error = {0};
  double number;
  bool ok = hx_goal_add_metric(&goal, text, &error);
  require(ok == (error.code == PVS_OK));
  if (ok)
    hx_metric_read(&goal.metrics[0], text, strlen(text), &number);
  hx_goal_deinit(&goal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  enum { PARTS = 4, MOST = 2000 };
  char *copy = malloc(size + 1), *part[PARTS];
  if (!copy || size > MOST) {
    free(copy);
    return 0;
  }
  if (size > 0)
    memcpy(copy, data, size);
  copy[size] = '\0';
  char *at = copy;
  for (int i = 0; i < PARTS; i++) {
    part[i] = at;
    at += strcspn(at, "\n");
    if (*at)
      *at++ = '\0';
  }
  check_params(part[0], part[1]);
  check_config(part[2]);
  check_goal(part[3]);
  free(copy);
  return 0;
}
