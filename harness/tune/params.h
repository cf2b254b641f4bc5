/* The parameters of a command as dimensions of a sweep or a tuning.
 *
 *   --param level=1,3,9         a list; a comma within a value is written \,
 *   --param block=16..1024*2    16, 32 ... 1024; A..B counts in ones, A..B+S in steps of S
 *   --env OMP_PLACES=cores,threads
 *   --env OMP_NUM_THREADS={workers}
 *   --where 'block <= 1024'
 *
 * A parameter with one value is no dimension but part of every configuration. */
#ifndef HX_TUNE_PARAMS_H
#define HX_TUNE_PARAMS_H

#include "pvs/pvs.h"

#include "base/condition.h"
#include "base/config.h"
#include "base/text.h"
#include "measure/life.h"
#include "measure/workload.h"

#include <stdbool.h>
#include <stddef.h>

enum {
  HX_PARAMS_MAX = 10,         /* dimensions */
  HX_PARAM_VALUES_MAX = 1024, /* of one parameter */
};

typedef struct hx_param {
  char name[HX_PARAM_NAME];
  bool environment;
  bool numbers; /* all values are */
  bool ordered; /* numbers that rise or fall */
  size_t n;     /* values, the first one the simplest */
  char (*values)[HX_PARAM_VALUE];
} hx_param;

/* All zero: none. */
typedef struct hx_params {
  hx_param *items;
  size_t n;
  hx_condition **conditions;
  size_t n_conditions;
} hx_params;

/* One "NAME=VALUES" of --param or --env. False with a sentence that has the option, what was found
 * and what was expected. */
bool hx_params_add(hx_params *params, bool environment, const char *text, pvs_error *error);
/* One --where, once all parameters are there: besides them it may name workers, processes and
 * threads. */
bool hx_params_add_condition(hx_params *params, const char *text, pvs_error *error);
void hx_params_deinit(hx_params *params); /* all zero is fine */

/* What the command may name: a serial configuration with each parameter's first value. False when
 * that is too long. */
bool hx_params_sample(const hx_params *params, hx_config *config, pvs_error *error);
/* Whether the command, or one around its runs, uses every parameter, and the variables' placeholders
 * are known. False with a sentence naming the one that is wrong. */
bool hx_params_check(const hx_params *params, const hx_workload *workload, const hx_run_life *life,
                     pvs_error *error);

/* Everything that decides what is measured, a line each. */
void hx_params_describe(const hx_params *params, hx_text *text);

/* Puts values (an index for each parameter) into a configuration. */
void hx_params_apply(const hx_params *params, const int *values, hx_config *config);
/* Whether its numbers of workers and the values meet all conditions. */
bool hx_params_meet(const hx_params *params, const int *values, const hx_config *config);
/* The first values with which one worker meets all conditions: those of the serial run. False with a
 * sentence when there are none. */
bool hx_params_base(const hx_params *params, int *values, pvs_error *error);

/* Every configuration of a list with every combination of values that meets the conditions: for what
 * is measured as listed. False with a sentence when those are too many. *configs is reallocated. */
bool hx_params_multiply(const hx_params *params, hx_config **configs, size_t *n, pvs_error *error);

#endif
