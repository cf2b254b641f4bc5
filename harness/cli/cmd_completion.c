/* pvtune completion bash|zsh|fish: a completion script, from the same tables as --help. The build
 * writes and installs all three. */
#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/suggest.h"

#include <stdio.h>
#include <string.h>

#define SHELLS "bash zsh fish"

/* What completes the value of an option or a positional argument. */
typedef enum completes {
  COMPLETES_NOTHING,
  COMPLETES_FILES,
  COMPLETES_FOLDERS,
  COMPLETES_COMMANDS
} completes;

static completes completion_of(const char *hint) {
  if (hint == NULL)
    return COMPLETES_NOTHING;
  if (strstr(hint, "COMMAND") != NULL)
    return COMPLETES_COMMANDS;
  if (strstr(hint, "DIR") != NULL || strcmp(hint, "OUT") == 0 || strcmp(hint, "BASE") == 0)
    return strstr(hint, "FILE") != NULL ? COMPLETES_FILES : COMPLETES_FOLDERS;
  return strstr(hint, "FILE") != NULL ? COMPLETES_FILES : COMPLETES_NOTHING;
}

/* The hint of an option: its choices where they are a hint, else its metavar. */
static completes option_completion(const hx_option *o) {
  completes found = completion_of(o->choices);
  return found != COMPLETES_NOTHING ? found : completion_of(o->metavar);
}

/* Fixed words a value can be completed to: "a|b|c", NULL if there are none. */
static const char *words_of(const hx_option *o) {
  return o->choices != NULL && strchr(o->choices, '|') != NULL ? o->choices : NULL;
}

static void print_words(const char *choices) {
  const char *word;
  size_t length;
  for (size_t i = 0; (word = hx_choice_at(choices, i, &length)) != NULL; i++)
    printf("%s%.*s", i > 0 ? " " : "", (int)length, word);
}

static void print_bash_options(const hx_command *command) {
  const hx_option *table;
  printf("    %s)\n      options=\"", command->name);
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++)
      if (!(o->flags & HX_OPT_HIDDEN))
        printf("--%s %s%s%s", o->name, o->flags & HX_OPT_NEGATABLE ? "--no-" : "",
               o->flags & HX_OPT_NEGATABLE ? o->name : "", o->flags & HX_OPT_NEGATABLE ? " " : "");
  fputs("\"\n      case $previous in\n", stdout);
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++) {
      if (!hx_option_takes_value(o) || o->flags & HX_OPT_HIDDEN)
        continue;
      printf("        --%s", o->name);
      if (o->short_name != 0)
        printf("|-%c", o->short_name);
      fputs(") ", stdout);
      if (words_of(o) != NULL) {
        fputs("values=\"", stdout);
        print_words(words_of(o));
        fputs("\" ", stdout);
      } else {
        static const char *const kinds[] = {"none", "files", "folders", "commands"};
        printf("kind=%s ", kinds[option_completion(o)]);
      }
      fputs(";;\n", stdout);
    }
  printf("        *) %s;;\n      esac ;;\n",
         completion_of(command->synopsis) == COMPLETES_COMMANDS  ? "kind=commands "
         : strcmp(command->name, "completion") == 0              ? "values=\"" SHELLS "\" "
         : completion_of(command->synopsis) == COMPLETES_FOLDERS ? "kind=folders "
                                                                 : "kind=files ");
}

static void print_bash(void) {
  fputs("# bash completion for pvtune, made by `pvtune completion bash`\n"
        "_pvtune() {\n"
        "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  local command=${COMP_WORDS[1]} options= values= kind=\n"
        "  local commands=\"",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    printf("%s ", (*c)->name);
  fputs("help\"\n"
        "  COMPREPLY=()\n"
        "  if [[ $current == = ]]; then\n"
        "    current=\n"
        "  elif [[ $previous == = ]]; then\n"
        "    previous=${COMP_WORDS[COMP_CWORD-2]}\n"
        "  fi\n"
        "  if ((COMP_CWORD == 1)); then\n"
        "    COMPREPLY=($(compgen -W \"$commands --help --version\" -- \"$current\"))\n"
        "    return\n"
        "  fi\n"
        "  case $command in\n"
        "    help) kind=commands ;;\n",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    print_bash_options(*c);
  fputs("  esac\n"
        "  if [[ $current == -* && -z $values ]]; then\n"
        "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
        "  elif [[ -n $values ]]; then\n"
        "    COMPREPLY=($(compgen -W \"$values\" -- \"$current\"))\n"
        "  else\n"
        "    case $kind in\n"
        "      commands) COMPREPLY=($(compgen -W \"$commands\" -- \"$current\")) ;;\n"
        "      folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "
        "\"$current\") ;;\n"
        "      files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "
        "\"$current\") ;;\n"
        "    esac\n"
        "  fi\n"
        "}\n"
        "complete -F _pvtune pvtune\n",
        stdout);
}

/* Text within a single-quoted _arguments spec, where brackets and colons have a meaning. */
static void print_zsh_text(const char *text) {
  for (; *text != '\0'; text++) {
    if (*text == '\'')
      fputs("'\\''", stdout);
    else {
      if (strchr("[]:\\", *text) != NULL)
        putchar('\\');
      putchar(*text);
    }
  }
}

static const char *zsh_action(completes what) {
  static const char *const actions[] = {" ", "_files", "_files -/", "_pvtune_commands"};
  return actions[what];
}

/* "*" lets _arguments offer an option again. */
static void print_zsh_option(const hx_option *o, const char *prefix, const char *name,
                             bool with_value) {
  printf("        '%s%s%s[", o->type == HX_OPT_LIST || o->type == HX_OPT_COUNT ? "*" : "", prefix,
         name);
  print_zsh_text(o->help);
  putchar(']');
  if (with_value) {
    fputs(":", stdout);
    print_zsh_text(o->metavar != NULL ? o->metavar : o->name);
    putchar(':');
    if (words_of(o) != NULL) {
      putchar('(');
      print_words(words_of(o));
      putchar(')');
    } else {
      fputs(zsh_action(option_completion(o)), stdout);
    }
  }
  fputs("' \\\n", stdout);
}

static void print_zsh_command(const hx_command *command) {
  const hx_option *table;
  printf("    %s)\n      _arguments -s -S \\\n", command->name);
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++) {
      if (o->flags & HX_OPT_HIDDEN)
        continue;
      char letter[2] = {o->short_name, '\0'};
      char name[80];
      snprintf(name, sizeof name, "%s%s", o->name, hx_option_takes_value(o) ? "=" : "");
      print_zsh_option(o, "--", name, hx_option_takes_value(o));
      if (o->short_name != 0)
        print_zsh_option(o, "-", letter, hx_option_takes_value(o));
      if (o->flags & HX_OPT_NEGATABLE)
        print_zsh_option(o, "--no-", o->name, false);
    }
  completes what = completion_of(command->synopsis);
  if (strcmp(command->name, "completion") == 0)
    fputs("        '*:shell:(" SHELLS ")' ;;\n", stdout);
  else
    printf("        '*:argument:%s' ;;\n",
           zsh_action(what == COMPLETES_NOTHING ? COMPLETES_FILES : what));
}

static void print_zsh(void) {
  fputs("#compdef pvtune\n"
        "# zsh completion for pvtune, made by `pvtune completion zsh`\n"
        "_pvtune_commands() {\n"
        "  local -a commands=(\n",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++) {
    printf("    '%s:", (*c)->name);
    print_zsh_text((*c)->summary);
    puts("'");
  }
  fputs("    'help:say more about a command'\n"
        "  )\n"
        "  _describe command commands\n"
        "}\n"
        "_pvtune() {\n"
        "  if ((CURRENT == 2)); then\n"
        "    _pvtune_commands\n"
        "    return\n"
        "  fi\n"
        "  local command=$words[2]\n"
        "  shift words\n"
        "  ((CURRENT--))\n"
        "  case $command in\n"
        "    help) _pvtune_commands ;;\n",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    print_zsh_command(*c);
  /* As a file in fpath the script is the body of the function _pvtune and completes right away;
   * evaluated, it only registers that function. */
  fputs("  esac\n"
        "}\n"
        "if [[ $funcstack[1] == _pvtune ]]; then\n"
        "  _pvtune \"$@\"\n"
        "else\n"
        "  if (( ! $+functions[compdef] )); then\n"
        "    autoload -Uz compinit && compinit -i\n"
        "  fi\n"
        "  compdef _pvtune pvtune\n"
        "fi\n",
        stdout);
}

/* ---- fish ---- */

static void print_fish_text(const char *text) {
  putchar('\'');
  for (; *text != '\0'; text++) {
    if (*text == '\'' || *text == '\\')
      putchar('\\');
    putchar(*text);
  }
  putchar('\'');
}

static void print_fish_values(completes what) {
  static const char *const values[] = {" -x", " -r -F", " -x -a '(__fish_complete_directories)'",
                                       " -x -a '(__pvtune_commands)'"};
  fputs(values[what], stdout);
}

static void print_fish_option(const hx_command *command, const hx_option *o) {
  printf("complete -c pvtune -n '__fish_seen_subcommand_from %s' -l %s", command->name, o->name);
  if (o->short_name != 0)
    printf(" -s %c", o->short_name);
  if (words_of(o) != NULL) {
    fputs(" -x -a '", stdout);
    print_words(words_of(o));
    putchar('\'');
  } else if (hx_option_takes_value(o)) {
    print_fish_values(option_completion(o));
  }
  fputs(" -d ", stdout);
  print_fish_text(o->help);
  putchar('\n');
  if (o->flags & HX_OPT_NEGATABLE)
    printf("complete -c pvtune -n '__fish_seen_subcommand_from %s' -l no-%s\n", command->name,
           o->name);
}

static void print_fish_command(const hx_command *command) {
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++)
      if (!(o->flags & HX_OPT_HIDDEN))
        print_fish_option(command, o);
  completes what = completion_of(command->synopsis);
  if ((what == COMPLETES_NOTHING || what == COMPLETES_FILES) &&
      strcmp(command->name, "completion") != 0)
    return; /* files, which fish offers by itself */
  printf("complete -c pvtune -n '__fish_seen_subcommand_from %s' -f", command->name);
  if (strcmp(command->name, "completion") == 0)
    fputs(" -a '" SHELLS "'", stdout);
  else
    print_fish_values(what);
  putchar('\n');
}

static void print_fish(void) {
  fputs("# fish completion for pvtune, made by `pvtune completion fish`\n"
        "function __pvtune_commands\n",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++) {
    printf("  printf '%%s\\t%%s\\n' %s ", (*c)->name);
    print_fish_text((*c)->summary);
    putchar('\n');
  }
  fputs("  printf '%s\\t%s\\n' help 'say more about a command'\n"
        "end\n"
        "complete -c pvtune -n __fish_use_subcommand -f -a '(__pvtune_commands)'\n"
        "complete -c pvtune -n __fish_use_subcommand -l help -d 'what pvtune can do'\n"
        "complete -c pvtune -n __fish_use_subcommand -l version -d 'the version'\n"
        "complete -c pvtune -n '__fish_seen_subcommand_from help' -f -a '(__pvtune_commands)'\n",
        stdout);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    print_fish_command(*c);
}

static int run(const hx_context *cx, void *options) {
  (void)options;
  hx_suggestion near = hx_suggest_start(cx->args[0]);
  hx_suggest_offer(&near, "bash");
  hx_suggest_offer(&near, "zsh");
  hx_suggest_offer(&near, "fish");
  if (strcmp(cx->args[0], "bash") == 0)
    print_bash();
  else if (strcmp(cx->args[0], "zsh") == 0)
    print_zsh();
  else if (strcmp(cx->args[0], "fish") == 0)
    print_fish();
  else
    return hx_error_exit(HX_EXIT_USAGE, "SHELL: found '%s', expected bash, zsh or fish%s%s%s",
                         cx->args[0], near.best != NULL ? "; did you mean '" : "",
                         near.best != NULL ? near.best : "", near.best != NULL ? "'?" : "");
  return HX_EXIT_OK;
}

const hx_command hx_cmd_completion = {
    .name = "completion",
    .summary = "print a completion script for bash, zsh or fish",
    .synopsis = "bash|zsh|fish",
    .min_args = 1,
    .max_args = 1,
    .description = "Prints a script for command line completion of commands, options, their "
                   "choices, files and folders.",
    .examples = "eval \"$(pvtune completion bash)\"\n"
                "    in ~/.bashrc; with zsh in ~/.zshrc\n"
                "pvtune completion fish | source\n"
                "    in ~/.config/fish/config.fish\n"
                "pvtune completion zsh > ~/.zfunc/_pvtune\n"
                "    as a file instead, if ~/.zfunc is in fpath\n",
    .run = run,
};
