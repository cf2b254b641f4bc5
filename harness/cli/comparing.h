/* What compare, gate, record and history have in common on the command line: their options, and the
 * way from these to an open comparison. */
#ifndef HX_CLI_COMPARING_H
#define HX_CLI_COMPARING_H

#include "base/fail.h"
#include "cli/measure_tell.h"
#include "cli/table.h"
#include "compare/comparison.h"

typedef struct hx_comparing_options {
  hx_workload_options what;
  hx_measuring_options how;
  hx_life_options life; /* but for its outputs */
  const char *config, *config_b, *build;
  hx_strings build_env;
  double min_effect, margin, max_rss_growth;
  hx_strings margins;
  long blocks;
  int outputs, interleave, decide_by;
  bool own_best, instructions, dry_run;
} hx_comparing_options;

enum { HX_OUTPUTS_CHECK, HX_OUTPUTS_IGNORE };
enum { HX_DECIDE_BY_TIME, HX_DECIDE_BY_INSTRUCTIONS };

/* min_effect 0.5 %, margin 3 %, no budget, lock. */
hx_comparing_options hx_comparing_defaults(void);

extern const hx_option hx_config_group[];    /* --config */
extern const hx_option hx_comparing_group[]; /* --build, --build-env, --interleave, and what happens
                                                around runs */
extern const hx_option hx_effect_group[];    /* --margin, --margin-of, --min-effect */
extern const hx_option hx_evidence_group[];  /* --max-rss-growth, --outputs, --own-best, --dry-run,
                                                --decide-by, --instructions */

/* Not to be moved. */
typedef struct hx_comparing {
  const hx_context *cx;
  const hx_comparing_options *options;
  hx_teller teller;
  hx_run_life life;
  hx_measure_workloads workloads;
  hx_config config, config_b;
  hx_comparison_options how;
  hx_comparison comparison;
  double *margins; /* by workload */
  hx_measure_session session;
  bool looked;
  pvs_error failure; /* what a call that failed has said */
} hx_comparing;

/* _parse reads the options and _init the two sides; neither runs or writes anything. `c->how` may
 * be changed between the two calls. Each prints what is wrong and returns an hx_exit. Close in any
 * case. */
int hx_comparing_parse(hx_comparing *c, const hx_context *cx, const hx_comparing_options *options,
                       const char *command);
int hx_comparing_init(hx_comparing *c, const char *a, const char *b);

/* Whether revisions can be measured with the options given; false with an error. _init asks it of rev:
 * sides. */
bool hx_comparing_check_revisions(const hx_comparing *c, pvs_error *error);
/* For --dry-run, instead of _open: prints how many runs each margin needs and what it can detect.
 * Builds and runs nothing. */
int hx_comparing_print_costs(hx_comparing *c);
/* Lock, builds, sizes of built-ins. */
int hx_comparing_open(hx_comparing *c);
/* Measures all workloads with progress shown; the summary is to be freed unless it failed. */
int hx_comparing_measure(hx_comparing *c, hx_verdict_summary *summary);
/* Runs --cleanup before the verdict is told, so that the summary has what goes wrong with it, or that
 * somebody interrupted it. */
void hx_comparing_clean_up(hx_comparing *c, hx_verdict_summary *summary);
/* Runs --cleanup if it is still due. Returns `status`, changed by hx_command_exit_after if
 * the clean-up failed and then by hx_measure_exit. */
int hx_comparing_close(hx_comparing *c, int status);

/* Prints the table and its sentences to stdout, and failures to stderr. Returns the summary's
 * status, or HX_EXIT_FAILED if writing to stdout failed. */
int hx_comparing_print(const hx_context *cx, const hx_verdict_summary *summary);

#endif
