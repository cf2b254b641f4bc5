#include "cli/command.h"
#include "cli/table.h"
#include "measure/shell_reading.h"
#include "synth/first_study.h"

#define STUDY " -p " HX_FIRST_STUDY_PROJECT " -s " HX_FIRST_STUDY_NAME

static int print_made(const hx_context *cx) {
  hx_text word = {0};
  hx_shell_quote_path(&word, cx->args[0]);
  const char *folder = word.at ? word.at : "FOLDER";
  hx_table *t = hx_table_create("files", NULL);
  hx_table_fact(t, "folder", "%s", cx->args[0]);
  hx_table_columns(t, "file=file");
  for (const hx_embedded_file *file = hx_first_study_files; file->path; file++)
    hx_table_line(t, HX_T(file->path));
  hx_table_note(t, "README.md explains every file.");
  hx_table_note(t, "Next: pvtune run -b %s" STUDY, folder);
  hx_table_note(t, "and after each change: pvtune run -b %s" STUDY " --check", folder);
  hx_text_deinit(&word);
  return hx_command_print(cx, t);
}

static int run(const hx_context *cx, void *storage) {
  (void)storage;
  pvs_error error = {0};
  if (hx_first_study_write(cx->args[0], NULL, &error) == PVS_OK)
    return print_made(cx);
  return hx_command_fail(&error, hx_command_exit_of(&error));
}

const hx_command hx_cmd_new_study = {
    .name = "new-study",
    .summary = "make a small study to start your own from",
    .synopsis = "DIR",
    .min_args = 1,
    .max_args = 1,
    .description =
        "Makes a base folder with every kind of input file, small enough to be understood as a "
        "whole: two flats and common property on one day, six tariffs, PV, batteries and eight "
        "scenarios. Its README.md says what each file is for and what to change first; "
        "docs/INPUTS.md describes every column and works the bills out by hand.\n"
        "\n"
        "DIR must be new or empty. Either the whole folder is written or nothing.",
    .examples = "pvtune new-study mine\n"
                "    a study in ./mine\n"
                "pvtune run -b mine -p first -s compare\n"
                "    run it\n",
    .run = run,
    .prints_table = true,
};
