#include "tune/params.h"

#include "base/fail.h"
#include "base/grow.h"
#include "base/text.h"
#include "measure/command_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *option_of(bool environment) {
  return environment ? "--env" : "--param";
}

/* ---- values ---- */

static bool add_value(hx_param *p, const char *value, size_t length, pvs_error *error) {
  const char *option = option_of(p->environment);
  if (length == 0)
    return hx_fail(error, PVS_BAD_VALUE, "%s %s: found an empty value, expected a list such as %s",
                   option, p->name, p->environment ? "cores,threads" : "1,3,9");
  if (length >= HX_PARAM_VALUE)
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s %s: found a value of %zu characters, expected at most %d", option, p->name,
                   length, HX_PARAM_VALUE - 1);
  if (p->n == HX_PARAM_VALUES_MAX)
    return hx_fail(error, PVS_BAD_VALUE, "%s %s: too many values, expected at most %d", option,
                   p->name, HX_PARAM_VALUES_MAX);
  if (!hx_grow(&p->values, p->n, sizeof *p->values))
    return hx_fail_memory(error);
  char(*values)[HX_PARAM_VALUE] = p->values;
  memcpy(values[p->n], value, length);
  values[p->n][length] = '\0';
  for (size_t i = 0; i < p->n; i++)
    if (strcmp(values[i], values[p->n]) == 0)
      return hx_fail(error, PVS_BAD_VALUE, "%s %s: the value %s is given twice", option, p->name,
                     values[i]);
  p->n++;
  return true;
}

static bool add_list(hx_param *p, const char *list, pvs_error *error) {
  char value[HX_PARAM_VALUE + 1];
  size_t n = 0;
  for (const char *at = list;; at++) {
    if (*at == '\0' || *at == ',') {
      if (!add_value(p, value, n, error))
        return false;
      if (!*at)
        return true;
      n = 0;
      continue;
    }
    at += at[0] == '\\' && at[1] == ',';
    if (n < HX_PARAM_VALUE)
      value[n++] = *at;
  }
}

/* ---- ranges ---- */

typedef struct range {
  double from, to, step;
  bool times;   /* step is a factor */
  int decimals; /* as many as were written */
} range;

static int decimals_of(const char *number) {
  const char *point = strchr(number, '.');
  return point ? (int)strspn(point + 1, "0123456789") : 0;
}

/* Whether letters and digits stand on both sides, as in "a..z" by mistake, and not in "../x" or "x/..". */
static bool looks_like_range(const char *text, const char *dots) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+*-";
  return dots[2] != '\0' && text[strspn(text, plain)] == '\0';
}

/* "A..B", "A..B+S" or "A..B*F". *is_range is false for any other text. */
static bool read_range(const hx_param *p, const char *text, range *r, bool *is_range,
                       pvs_error *error) {
  char copy[HX_PARAM_VALUE];
  const char *dots = strstr(text, "..");
  *is_range = dots && dots != text && strlen(text) < sizeof copy && !strchr(text, ',') &&
              (isdigit((unsigned char)*text) || *text == '-' ||
               (!p->environment && looks_like_range(text, dots)));
  if (!*is_range)
    return true;
  snprintf(copy, sizeof copy, "%s", text);
  char *to = copy + (dots - text), *step = NULL;
  *to = '\0';
  to += 2;
  char *sign = strpbrk(to, "+*");
  *r = (range){.step = 1, .times = sign && *sign == '*'};
  if (sign) {
    *sign = '\0';
    step = sign + 1;
  }
  bool ok = !strpbrk(text, "eE") && /* how many decimals would values have? */
            hx_number_parse(copy, &r->from) && hx_number_parse(to, &r->to) &&
            (!step || hx_number_parse(step, &r->step)) && r->from <= r->to &&
            (r->times ? r->step > 1 && r->from > 0 : r->step > 0);
  if (!ok)
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s %s: found the range '%s', expected one of numbers such as 1..64, 0..1+0.25 "
                   "or 16..1024*2, or a list such as a,b,c",
                   option_of(p->environment), p->name, text);
  r->decimals = decimals_of(copy);
  for (int i = 0; i < 2; i++) {
    int more = decimals_of(i ? (step ? step : "") : to);
    r->decimals = more > r->decimals ? more : r->decimals;
  }
  return true;
}

static bool add_range(hx_param *p, const range *r, pvs_error *error) {
  double slack = 1e-9 * fmax(fabs(r->from), fabs(r->to));
  double value = r->from;
  for (int i = 1; value <= r->to + slack; i++) {
    char text[HX_PARAM_VALUE];
    int n = snprintf(text, sizeof text, "%.*f", r->decimals,
                     value); /* may be too long, and is refused */
    if (!add_value(p, text, (size_t)n, error))
      return false;
    value = r->times ? value * r->step : r->from + i * r->step;
  }
  return true;
}

void hx_params_describe(const hx_params *params, hx_text *text) {
  for (size_t i = 0; i < params->n; i++) {
    const hx_param *p = &params->items[i];
    hx_text_printf(text, "%s %s", option_of(p->environment), p->name);
    for (size_t k = 0; k < p->n; k++)
      hx_text_printf(text, "|%s", p->values[k]);
    hx_text_put(text, "\n");
  }
  for (size_t i = 0; i < params->n_conditions; i++)
    hx_text_printf(text, "--where %s\n", hx_condition_text(params->conditions[i]));
}

/* ---- one option ---- */

static bool take_name(const hx_params *params, hx_param *p, const char *text, pvs_error *error) {
  const char *option = option_of(p->environment);
  const char *equals = strchr(text, '=');
  size_t length = equals ? (size_t)(equals - text) : 0;
  if (!equals || !hx_param_name_is_valid(text, length))
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s: found '%s', expected NAME=VALUES such as %s, the name of letters, digits "
                   "and _ and shorter than %d",
                   option, text, p->environment ? "OMP_PLACES=cores,threads" : "level=1,3,9",
                   HX_PARAM_NAME);
  memcpy(p->name, text, length);
  if (!p->environment && hx_param_name_is_taken(p->name))
    return hx_fail(error, PVS_BAD_VALUE, "%s: the name %s is taken, expected another", option,
                   p->name);
  if (p->environment && strncmp(p->name, "PVTUNE_", 7) == 0)
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s: found %s, but variables with PVTUNE_ in front are pvtune's own", option,
                   p->name);
  for (size_t i = 0; i < params->n; i++)
    if (strcmp(params->items[i].name, p->name) == 0)
      return hx_fail(error, PVS_BAD_VALUE, "%s: %s is given twice", option, p->name);
  return true;
}

/* Lists of numbers that rise or fall have neighbours that are alike. */
static void find_order(hx_param *p) {
  double last = 0, number;
  int direction = 0;
  p->numbers = p->ordered = true;
  for (size_t i = 0; i < p->n; i++) {
    p->numbers = p->numbers && hx_number_parse(p->values[i], &number);
    if (!p->numbers)
      break;
    int now = number > last ? 1 : -1;
    if (i == 1)
      direction = now;
    p->ordered = p->ordered && (i == 0 || now == direction);
    last = number;
  }
  p->ordered = p->ordered && p->numbers;
}

static size_t count_axes(const hx_params *params) {
  size_t n = 0;
  for (size_t i = 0; i < params->n; i++)
    n += params->items[i].n > 1;
  return n;
}

bool hx_params_add(hx_params *params, bool environment, const char *text, pvs_error *error) {
  hx_param p = {.environment = environment};
  range r;
  bool is_range = false;
  if (!take_name(params, &p, text, error))
    return false;
  const char *values = strchr(text, '=') + 1;
  bool ok = read_range(&p, values, &r, &is_range, error) &&
            (is_range ? add_range(&p, &r, error) : add_list(&p, values, error));
  ok = ok && (hx_grow(&params->items, params->n, sizeof p) || hx_fail_memory(error));
  if (!ok) {
    free(p.values);
    return false;
  }
  find_order(&p);
  params->items[params->n++] = p;
  return count_axes(params) <= HX_PARAMS_MAX ||
         hx_fail(error, PVS_BAD_VALUE,
                 "%s: too many parameters, expected at most %d with several "
                 "values",
                 option_of(environment), HX_PARAMS_MAX);
}

void hx_params_deinit(hx_params *params) {
  for (size_t i = 0; i < params->n; i++)
    free(params->items[i].values);
  for (size_t i = 0; i < params->n_conditions; i++)
    hx_condition_free(params->conditions[i]);
  free(params->items);
  free(params->conditions);
  *params = (hx_params){0};
}

/* ---- conditions ---- */

enum { COUNTS = 3 }; /* names before the parameters */

bool hx_params_add_condition(hx_params *params, const char *text, pvs_error *error) {
  hx_condition_name *names = calloc(COUNTS + params->n, sizeof *names);
  hx_condition *condition = NULL;
  if (names && hx_grow(&params->conditions, params->n_conditions, sizeof condition)) {
    names[0].name = "workers";
    names[1].name = "processes";
    names[2].name = "threads";
    for (size_t i = 0; i < params->n; i++)
      names[COUNTS + i] = (hx_condition_name){params->items[i].name, !params->items[i].numbers};
    condition = hx_condition_parse("--where", text, names, COUNTS + params->n, error);
  } else {
    hx_fail_memory(error);
  }
  free(names);
  if (condition)
    params->conditions[params->n_conditions++] = condition;
  return condition != NULL;
}

bool hx_params_meet(const hx_params *params, const int *values, const hx_config *config) {
  if (params->n_conditions == 0)
    return true;
  hx_condition_value *v = calloc(COUNTS + params->n, sizeof *v);
  bool holds = v != NULL;
  if (v) {
    v[0].number = hx_config_workers(config);
    v[1].number = config->processes;
    v[2].number = config->threads;
    for (size_t i = 0; i < params->n; i++) {
      const hx_param *p = &params->items[i];
      v[COUNTS + i].text = p->numbers ? NULL : p->values[values[i]];
      if (p->numbers)
        hx_number_parse(p->values[values[i]], &v[COUNTS + i].number);
    }
  }
  for (size_t i = 0; holds && i < params->n_conditions; i++)
    holds = hx_condition_holds(params->conditions[i], v);
  free(v);
  return holds;
}

/* ---- configurations ---- */

static bool set(const hx_param *p, const char *value, hx_config *config, pvs_error *error) {
  hx_param_value v = {.environment = p->environment};
  memcpy(v.name, p->name, sizeof v.name);
  snprintf(v.value, sizeof v.value, "%s", value);
  return hx_config_param_set(config, &v, error);
}

bool hx_params_sample(const hx_params *params, hx_config *config, pvs_error *error) {
  hx_config longest = hx_config_serial();
  *config = longest;
  for (size_t i = 0; i < params->n; i++) {
    const hx_param *p = &params->items[i];
    size_t most = 0, at = 0;
    for (size_t k = 0; k < p->n; k++) {
      hx_config alone = hx_config_serial();
      if (!set(p, p->values[k], &alone, error))
        return false;
      if (strlen(alone.params) > most) {
        most = strlen(alone.params);
        at = k;
      }
    }
    if (!set(p, p->values[at], &longest, error) || !set(p, p->values[0], config, error))
      return false;
  }
  return true;
}

void hx_params_apply(const hx_params *params, const int *values, hx_config *config) {
  config->params[0] = '\0';
  for (size_t i = 0; i < params->n; i++)
    set(&params->items[i], params->items[i].values[values[i]], config, NULL);
}

/* The next combination, the last parameter varying fastest. False after the last one. */
static bool next_values(const hx_params *params, int *values) {
  size_t i = params->n;
  while (i > 0 && values[i - 1] + 1 == (int)params->items[i - 1].n)
    values[--i] = 0;
  if (i == 0)
    return false;
  values[i - 1]++;
  return true;
}

bool hx_params_multiply(const hx_params *params, hx_config **configs, size_t *n, pvs_error *error) {
  enum { MOST = 2000 };
  hx_config *all = malloc(MOST * sizeof *all);
  int *values = calloc(params->n + 1, sizeof *values);
  size_t m = 0;
  bool ok = (all && values) || hx_fail_memory(error);
  do {
    for (size_t i = 0; ok && i < *n; i++) {
      hx_config config = (*configs)[i];
      if (!hx_params_meet(params, values, &config))
        continue;
      ok = m < MOST || hx_fail(error, PVS_BAD_VALUE,
                               "--param: found more than %d configurations to measure one by one, "
                               "expected fewer; without --workers, --rounds and --exhaustive the "
                               "best is searched among them",
                               MOST);
      hx_params_apply(params, values, &config);
      if (ok)
        all[m++] = config;
    }
  } while (ok && next_values(params, values));
  free(values);
  if (!ok) {
    free(all);
    return false;
  }
  free(*configs);
  *configs = all;
  *n = m;
  return true;
}

bool hx_params_base(const hx_params *params, int *values, pvs_error *error) {
  enum { TRIES = 1000000 };
  hx_config serial = hx_config_serial();
  memset(values, 0, params->n * sizeof *values);
  for (int tries = 0; tries < TRIES; tries++) {
    if (hx_params_meet(params, values, &serial))
      return true;
    if (!next_values(params, values))
      break;
  }
  return hx_fail(error, PVS_BAD_VALUE,
                 "--where '%s': with one worker no values of the parameters meet it, but the "
                 "serial run, which all others are compared with, needs some",
                 hx_condition_text(params->conditions[0]));
}

static bool is_used(const hx_params *params, const char *name, const hx_workload *workload,
                    const hx_run_life *life) {
  if (hx_command_text_uses(workload->command, name) || (life && hx_run_life_uses(life, name)))
    return true;
  for (size_t i = 0; i < params->n; i++)
    for (size_t k = 0; params->items[i].environment && k < params->items[i].n; k++)
      if (hx_command_text_uses(params->items[i].values[k], name))
        return true;
  return false;
}

bool hx_params_check(const hx_params *params, const hx_workload *workload, const hx_run_life *life,
                     pvs_error *error) {
  hx_config sample;
  if (!hx_params_sample(params, &sample, error))
    return false;
  if (params->n > 0 && workload->kind != HX_WORKLOAD_COMMAND)
    return hx_fail(error, PVS_BAD_VALUE, "%s is for commands: %s is a study",
                   option_of(params->items[0].environment), workload->key);
  for (size_t i = 0; i < params->n; i++) {
    const hx_param *p = &params->items[i];
    if (!p->environment && !is_used(params, p->name, workload, life))
      return hx_fail(error, PVS_BAD_VALUE,
                     "--param %s: the command does not use it, expected {%s} or "
                     "$PVTUNE_PARAM_%s in it: %s",
                     p->name, p->name, p->name, workload->command);
    for (size_t k = 0; p->environment && k < p->n; k++) {
      pvs_error why = {0};
      if (!hx_command_text_check(p->values[k], &sample, &why))
        return hx_fail(error, PVS_BAD_VALUE, "--env %s: %s", p->name, why.message);
    }
  }
  return true;
}
