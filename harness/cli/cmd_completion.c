/* pvtune completion bash|zsh|fish: a script that asks `pvtune completion values -- WORD...` for what
 * the last word can become. The build writes and installs all three. */
#include "cli/command.h"
#include "cli/completion_values.h"
#include "cli/message.h"
#include "cli/suggest.h"

#include <stdio.h>
#include <string.h>

static int run(const hx_context *cx, void *options) {
  (void)options;
  const char *shell = cx->args[0];
  if (strcmp(shell, "values") == 0) {
    hx_completion_print_values(cx, cx->args + 1, cx->n_args - 1);
    return HX_EXIT_OK;
  }
  if (cx->n_args > 1)
    return hx_error_exit(HX_EXIT_USAGE, "found one argument too many: '%s'", cx->args[1]);
  hx_suggestion near = hx_suggest_start(shell);
  for (const hx_embedded_file *f = hx_completion_scripts; f->path != NULL; f++) {
    const char *name = strchr(f->path, '.') + 1;
    if (strcmp(shell, name) == 0) {
      fwrite(f->bytes, 1, f->size, stdout);
      return HX_EXIT_OK;
    }
    hx_suggest_offer(&near, name);
  }
  return hx_error_exit(HX_EXIT_USAGE, "found '%s', expected bash, zsh or fish%s%s%s", shell,
                       near.best != NULL ? "; did you mean '" : "",
                       near.best != NULL ? near.best : "", near.best != NULL ? "'?" : "");
}

const hx_command hx_cmd_completion = {
    .name = "completion",
    .summary = "print a completion script for bash, zsh or fish",
    .synopsis = "bash|zsh|fish",
    .min_args = 1,
    .max_args = -1,
    .words = "bash|zsh|fish",
    .description = "Prints a shell script that completes commands, options and their values: "
                   "choices and lists of choices, files, folders, plots, the projects and studies "
                   "of the base folder, and workloads that were measured.",
    .examples = "eval \"$(pvtune completion bash)\"\n"
                "    in ~/.bashrc; with zsh in ~/.zshrc\n"
                "pvtune completion fish | source\n"
                "    in ~/.config/fish/config.fish\n"
                "pvtune completion zsh > ~/.zfunc/_pvtune\n"
                "    as a file instead, if ~/.zfunc is in fpath\n",
    .run = run,
};
