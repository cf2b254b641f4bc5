/* What happens around the measured runs: commands before and after them, stdin, folder, and how
 * outputs are treated. If zeroed, there are no commands, and outputs are checked. */
#ifndef HX_MEASURE_LIFE_H
#define HX_MEASURE_LIFE_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "base/text.h"

#include <signal.h>
#include <stdbool.h>

/* Texts are borrowed; NULL: none. Commands are those of command_text.h. */
typedef struct hx_run_life {
  const char *setup, *cleanup;    /* once, before the first and after the last run */
  const char *prepare, *conclude; /* before and after each run, not timed */
  const char *input;              /* file that commands read as stdin; NULL: /dev/null */
  const char *folder;             /* where everything runs; NULL: here */
  const char *filter;             /* outputs pass through it before they are compared */
  bool ignore_outputs;            /* do not check them; what commands print is discarded */
  bool ignore_failure;            /* a non-zero exit code is fine */
  bool show_output;               /* copy what commands print to our stderr */
} hx_run_life;

/* Checks placeholders (`known` has the parameters), files and folders. False with an error that
 * names the option. */
bool hx_run_life_check(const hx_run_life *life, const hx_config *known, pvs_error *error);
/* Whether a command around the run uses the parameter. */
bool hx_run_life_uses(const hx_run_life *life, const char *name);

/* Adds to `text`, which must be empty, everything that affects what is measured, as options of a
 * command line. */
void hx_run_life_describe(const hx_run_life *life, hx_text *text);

/* One of its commands, to its end. */
typedef struct hx_life_call {
  const char *option, *command; /* "--prepare"; a command that is NULL is fine, nothing is run */
  const hx_config *config;      /* of the run; NULL: it is called once for all runs */
  const char *output;           /* what {output} is; NULL: there is none */
  const char *stdin_path;       /* NULL: /dev/null */
  int stdout_fd;                /* -1: discarded, or shown with show_output */
  /* See process.h; NULL: it cannot be interrupted. */
  const volatile sig_atomic_t *interrupts;
} hx_life_call;

typedef enum hx_life_end { HX_LIFE_OK, HX_LIFE_FAILED, HX_LIFE_INTERRUPTED } hx_life_end;

/* FAILED with a sentence that has the option, the command, its exit code and the last line of its
 * stderr. */
hx_life_end hx_run_life_call(const hx_run_life *life, const hx_life_call *call, pvs_error *error);

#endif
