/* pvtune merge: parts of a study to one folder of outputs. */
#include "cli/message.h"

#include "base/fail.h"
#include "cli/command.h"
#include "cli/table.h"
#include "cluster/merge.h"

#include <stdio.h>

typedef struct merge_options {
  const char *output;
  bool force;
} merge_options;

static const hx_option option_table[] = {
    HX_OPTION(STRING, merge_options, output, "output", .short_name = 'o', .metavar = "DIR",
              .flags = HX_OPT_REQUIRED, .help = "write outputs to DIR/STUDY"),
    HX_OPTION(FLAG, merge_options, force, "force",
              .help = "replace an existing output folder that holds what pvtune did not write"),
    {0}};

static int print_merged(const hx_context *cx, const hx_merge *merge) {
  const hx_shard *first = &merge->parts[0].shard;
  char digest[17];
  snprintf(digest, sizeof digest, "%016llx", (unsigned long long)merge->digest);
  hx_table *t = hx_table_create("studies", NULL);
  hx_table_columns(t, "study=study|#parts=parts|#scenarios=scenarios|digest=digest|folder");
  hx_table_line(t, HX_T(first->study), HX_N(merge->n, 0), HX_N(first->scenarios, 0), HX_T(digest),
                HX_T(merge->folder));
  hx_table_note(t, "outputs: %s", merge->folder);
  return hx_command_print(cx, t);
}

static int run(const hx_context *cx, void *storage) {
  const merge_options *options = storage;
  hx_merge merge;
  pvs_error error = {0};
  int status = HX_EXIT_OK;
  if (!hx_merge_read(&merge, cx->args, (size_t)cx->n_args, &error) ||
      !hx_merge_write(&merge, options->output, options->force, &error))
    status = hx_command_fail(&error, hx_command_exit_of(&error));
  if (status == HX_EXIT_OK && error.code != PVS_OK)
    hx_warn("%s", HX_FAIL_LINE(&error));
  if (status == HX_EXIT_OK)
    status = print_merged(cx, &merge);
  hx_merge_deinit(&merge);
  return status;
}

const hx_command hx_cmd_merge = {
    .name = "merge",
    .summary = "put the parts of a study together",
    .synopsis = "FOLDER...",
    .min_args = 1,
    .max_args = -1,
    .description =
        "Takes the output folders of run --shard or run --scenarios and writes DIR/STUDY, the same "
        "bytes as one run of the whole study. The order of the folders does not matter.\n"
        "\n"
        "The folders must be parts of the same study, run with the same inputs, region, "
        "--scenario-files and version of pvtune, and have each scenario once. Otherwise the error "
        "names the folder that does not fit, or the scenarios that are missing or present twice, "
        "and "
        "nothing is written.\n"
        "\n"
        "Files of single scenarios are hard links to those of the parts where the file system "
        "allows it. The parts are left as they are and may be deleted afterwards.",
    .examples = "pvtune merge out/static.* -o merged\n"
                "    put all parts in out together, in merged/static\n",
    .options = option_table,
    .options_size = sizeof(merge_options),
    .run = run,
    .prints_table = true,
    .reads_args = true,
};
