/* What is measured: a study, a built-in study or any command. Its text is the store's key.
 *
 *   study:BASE/PROJECT/STUDY      BASE made absolute
 *   builtin:NAME[:SIZE]           SIZE scenarios; without it, to be sized on this machine
 *   cmd:COMMAND                   with placeholders (command_text.h) */
#ifndef HX_MEASURE_WORKLOAD_H
#define HX_MEASURE_WORKLOAD_H

#include "pvs/pvs.h"

#include "base/config.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_workload_kind {
  HX_WORKLOAD_STUDY,
  HX_WORKLOAD_BUILTIN,
  HX_WORKLOAD_COMMAND,
} hx_workload_kind;

typedef struct hx_workload {
  hx_workload_kind kind;
  char *key;
  char *base, *project, *study; /* STUDY */
  char *name;                   /* BUILTIN */
  long size;                    /* BUILTIN; 0: not chosen yet */
  char *command;                /* COMMAND */
} hx_workload;

/* Parses the text. `known` has the parameters that a command may name; NULL: any. False with a
 * sentence in error naming what was found and what was expected; *out is then empty. The base
 * folder has to exist, the rest is for whoever runs it to judge. */
bool hx_workload_parse(const char *text, const hx_config *known, hx_workload *out,
                       pvs_error *error);
/* From -b, -p and -s. */
bool hx_workload_study(const char *base, const char *project, const char *study, hx_workload *out,
                       pvs_error *error);
/* Whether the base folder of a study looks like one; said before every file that it lacks is named. */
bool hx_workload_look(const hx_workload *workload, pvs_error *error);
/* Gives a built-in its size, and the key that goes with it. False when out of memory. */
bool hx_workload_resize(hx_workload *workload, long size);
void hx_workload_deinit(hx_workload *workload); /* all zero is fine */

/* Keys joined by " + ": what several workloads together are stored under. malloc'd, NULL when out
 * of memory. */
char *hx_workload_join(const hx_workload *workloads, size_t n);

/* Whether the workload is ranked on work time (from plan to last output) and not on the time of the
 * whole process. Built-ins are, because they generate their inputs in memory, which real studies do
 * not. */
bool hx_workload_ranked_on_work(const hx_workload *workload);

/* An argument vector in one piece: free(argv) is all. NULL when out of memory. `self` is the pvtune to run, `output` the folder
 * for its outputs (for commands: the path behind {output}). `telemetry_fd` < 0 leaves --record out. */
char **hx_workload_argv(const hx_workload *workload, const hx_config *config, const char *self,
                        const char *output, int telemetry_fd, pvs_error *error);
/* Stands for {output} in a command line that is shown. */
#define HX_WORKLOAD_OUTPUT "output"

/* The same as one line that can be pasted into a shell, without --record and, when output is NULL,
 * without -o; a command then writes to HX_WORKLOAD_OUTPUT. Returns a malloc'd string, NULL when out
 * of memory. */
char *hx_workload_line(const hx_workload *workload, const hx_config *config, const char *program,
                       const char *output);

/* A command as one line that is pinned to a list of CPUs by taskset. malloc'd, NULL when out of
 * memory. */
char *hx_workload_pinned_line(const hx_workload *workload, const hx_config *config,
                              const char *cpus);

#endif
