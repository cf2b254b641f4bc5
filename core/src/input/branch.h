/* A builder for one part of the study file: reads what the study's own builder has, and collects what
 * it finds for itself. Branches are joined in the order of their parts, and the study is the same as
 * if one builder had gone through the file. */
#ifndef PVS_INPUT_BRANCH_H
#define PVS_INPUT_BRANCH_H

#include "input/builder.h"

typedef struct pvs_branch {
  pvs_builder builder;
  pvs_arena arena;
  bool has_names;
} pvs_branch;

/* An empty branch. has_names: it collects the names of folders and PV files, too (first pass). On
 * failure it must be ended as well. */
pvs_code pvs_branch_begin(pvs_branch *branch, const pvs_builder *trunk, bool has_names,
                          pvs_error *error);
void pvs_branch_end(pvs_branch *branch);

/* Adds what a branch found in the first pass over its part: names, tariffs, columns in use, notes. */
pvs_code pvs_branch_join_names(pvs_builder *trunk, pvs_branch *branch, pvs_error *error);
/* Adds what it found in the second: batteries, payers, costings, notes. Changes the numbers that its
 * scenarios have of them to those in the study, and leaves the scenarios where they are. */
pvs_code pvs_branch_join_rows(pvs_builder *trunk, pvs_branch *branch, pvs_error *error);

#endif
