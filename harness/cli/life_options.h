/* Options for what happens around measured runs (measure/life.h). */
#ifndef HX_CLI_LIFE_OPTIONS_H
#define HX_CLI_LIFE_OPTIONS_H

#include "pvs/pvs.h"

#include "cli/command.h"
#include "measure/life.h"

#include <stdbool.h>

typedef struct hx_life_options {
  hx_run_life life; /* but for ignore_outputs */
  int outputs;      /* HX_LIFE_CHECK, HX_LIFE_IGNORE */
  long warm_ups;
} hx_life_options;

enum { HX_LIFE_CHECK, HX_LIFE_IGNORE };

extern const hx_option hx_around_group[]; /* all but the following two */
extern const hx_option hx_life_group[];   /* and --warmup and --outputs, for what tunes */

hx_life_options hx_life_defaults(void);

/* Reads the options; false with an error that names the wrong one. `commands`: some workload is a
 * command; `known` has the parameters that commands may name; `expects`: expected outputs were
 * given. */
bool hx_life_take(const hx_life_options *options, bool commands, const hx_config *known,
                  bool expects, hx_run_life *life, pvs_error *error);

/* None of the options was given. */
bool hx_life_is_plain(const hx_life_options *options);

#endif
