/* What a command writes must not be what it reads, nor what pvtune keeps. */
#ifndef HX_CLI_WRITTEN_H
#define HX_CLI_WRITTEN_H

#include "cli/options.h"

/* Checks the files of all options with HX_OPT_WRITES: none is given to another option or argument too,
 * none lies in a folder of HX_OPT_READS or, with `reads_args`, in one that is an argument, and none is
 * an input of a study, among the outputs of a run or a table of the store. False with an error that names
 * the option, the file and what it is. */
bool hx_written_check(const hx_option_set *sets, size_t n_sets, const hx_context *cx,
                      bool reads_args, pvs_error *error);

#endif
