/* The options for objective and limits (measure/goal.h), and how values of the objective are
 * shown. */
#ifndef HX_CLI_GOAL_OPTIONS_H
#define HX_CLI_GOAL_OPTIONS_H

#include "cli/command.h"
#include "cli/table.h"
#include "measure/goal.h"
#include "tune/sweep.h"

typedef struct hx_goal_options {
  const char *objective, *max_rss;
  hx_strings metrics, limits;
  bool maximize;
} hx_goal_options;

extern const hx_option hx_goal_group[];

/* False with an error that names the wrong option. Deinitialise *out in any case. */
bool hx_goal_take(const hx_goal_options *options, hx_goal *out, pvs_error *error);

/* The objective's value behind a rank, with its unit: "1.93 s", "83 ms", "1.2 MB", "4.5". Returns text. */
const char *hx_goal_show(const hx_goal *goal, double rank, char *text, size_t cap);

/* Columns and cells of a table of configurations: times or values with their intervals, memory, what
 * the CPU counted, in text where one of the n lines has it, and metrics. */
void hx_goal_columns(hx_table *t, const hx_goal *goal, const hx_sweep_line *lines, size_t n);
void hx_goal_cells(hx_table *t, const hx_goal *goal, const hx_config *config,
                   const hx_sweep_line *line);

#endif
