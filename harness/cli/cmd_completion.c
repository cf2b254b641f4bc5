/* pvtune completion bash|zsh|fish: a completion script, from the same tables as --help. The build
 * writes and installs all three. */
#include "cli/command.h"
#include "cli/completion_values.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/suggest.h"

#include <stdio.h>
#include <string.h>

/* What completes the value of an option or a positional argument. */
typedef enum completes {
  COMPLETES_NOTHING,
  COMPLETES_FILES,
  COMPLETES_FOLDERS,
  COMPLETES_COMMANDS,
  COMPLETES_WORKLOADS, /* these three are asked for when a tab is typed */
  COMPLETES_PROJECTS,
  COMPLETES_STUDIES
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
  if (o->metavar != NULL && strcmp(o->metavar, "W") == 0)
    return COMPLETES_WORKLOADS;
  if (o->short_name == 'p' && strcmp(o->name, "project") == 0)
    return COMPLETES_PROJECTS;
  if (o->short_name == 's' && strcmp(o->name, "study") == 0)
    return COMPLETES_STUDIES;
  completes found = completion_of(o->choices);
  return found != COMPLETES_NOTHING ? found : completion_of(o->metavar);
}

/* Fixed words a value can be completed to: "a|b|c", or "a,b,c" for a list of them; NULL if there are
 * none. */
static const char *words_of(const hx_option *o) {
  return o->choices != NULL && strpbrk(o->choices, "|,") != NULL ? o->choices : NULL;
}

static bool is_list(const hx_option *o) {
  return strchr(words_of(o), '|') == NULL;
}

static void print_words(const char *choices) {
  for (const char *c = choices; *c != '\0'; c++)
    putchar(*c == '|' || *c == ',' ? ' ' : *c);
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
        printf("\" %s", is_list(o) ? "list=yes " : "");
      } else {
        static const char *const kinds[] = {"none",      "files",    "folders", "commands",
                                            "workloads", "projects", "studies"};
        printf("kind=%s ", kinds[option_completion(o)]);
      }
      fputs(";;\n", stdout);
    }
  fputs("        *) ", stdout);
  if (command->words != NULL) {
    fputs("[[ $previous != $command ]] || values=\"", stdout);
    print_words(command->words);
    fputs("\"; ", stdout);
  }
  printf("kind=%s ;;\n      esac ;;\n",
         completion_of(command->synopsis) == COMPLETES_COMMANDS  ? "commands"
         : completion_of(command->synopsis) == COMPLETES_FOLDERS ? "folders"
                                                                 : "files");
}

static void print_bash(void) {
  fputs("# bash completion for pvtune, made by `pvtune completion bash`\n"
        "_pvtune() {\n"
        "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  local command=${COMP_WORDS[1]} options= values= kind= list= base= project= i lead\n"
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
  fputs(
      "  esac\n"
      "  if [[ $current == -* && -z $values ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
      "  elif [[ -n $values ]]; then\n"
      "    lead=\n"
      "    [[ -z $list || $current != *,* ]] || lead=${current%,*},\n"
      "    COMPREPLY=($(compgen -P \"$lead\" -W \"$values\" -- \"${current#\"$lead\"}\"))\n"
      "    [[ -z $list ]] || compopt -o nospace 2>/dev/null\n"
      "  else\n"
      "    case $kind in\n"
      "      workloads|projects|studies)\n"
      "        for ((i = 2; i < COMP_CWORD; i++)); do\n"
      "          case ${COMP_WORDS[i]} in\n"
      "            -b|--base) base=${COMP_WORDS[i+1]} ;;\n"
      "            -p|--project) project=${COMP_WORDS[i+1]} ;;\n"
      "          esac\n"
      "        done\n"
      "        base=${base//\\\\} current=${COMP_LINE:0:COMP_POINT}\n"
      "        current=${current##*[ =]}\n"
      "        mapfile -t COMPREPLY < <(IFS=$'\\n'; compgen -W "
      "\"$(command pvtune completion values \"$kind\" \"$base\" \"$project\" 2>/dev/null)\" -- "
      "\"$current\")\n"
      "        for i in \"${!COMPREPLY[@]}\"; do\n"
      "          COMPREPLY[i]=${COMPREPLY[i]#\"${current%\"${current##*:}\"}\"}\n"
      "          [[ ${COMPREPLY[i]} != *' '* ]] || COMPREPLY[i]=$(printf %q \"${COMPREPLY[i]}\")\n"
      "        done ;;\n"
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
  static const char *const actions[] = {" ",
                                        "_files",
                                        "_files -/",
                                        "_pvtune_commands",
                                        " _pvtune_values workloads",
                                        " _pvtune_values projects",
                                        " _pvtune_values studies"};
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
      fputs(is_list(o) ? "_values -s , list " : "(", stdout);
      print_words(words_of(o));
      fputs(is_list(o) ? "" : ")", stdout);
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
  if (command->words != NULL) {
    fputs("        '1:what:(", stdout);
    print_words(command->words);
    fputs(strstr(command->synopsis, "FILE") == NULL ? ")' ;;\n" : ")' \\\n", stdout);
  }
  if (command->words == NULL || strstr(command->synopsis, "FILE") != NULL)
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
        "_pvtune_values() {\n"
        "  local -a found\n"
        "  local base= project= i\n"
        "  for ((i = 1; i < CURRENT - 1; i++)); do\n"
        "    case $words[i] in\n"
        "      -b|--base) base=${(Q)words[i+1]} ;;\n"
        "      -p|--project) project=${(Q)words[i+1]} ;;\n"
        "    esac\n"
        "  done\n"
        "  found=(${(f)\"$(command pvtune completion values $1 \"$base\" \"$project\" "
        "2>/dev/null)\"})\n"
        "  compadd -a found\n"
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
  static const char *const values[] = {" -x",
                                       " -r -F",
                                       " -x -a '(__fish_complete_directories)'",
                                       " -x -a '(__pvtune_commands)'",
                                       " -x -a '(__pvtune_values workloads)'",
                                       " -x -a '(__pvtune_values projects)'",
                                       " -x -a '(__pvtune_values studies)'"};
  fputs(values[what], stdout);
}

static void print_fish_option(const hx_command *command, const hx_option *o) {
  printf("complete -c pvtune -n '__fish_seen_subcommand_from %s' -l %s", command->name, o->name);
  if (o->short_name != 0)
    printf(" -s %c", o->short_name);
  if (words_of(o) != NULL) {
    fputs(is_list(o) ? " -x -a '(__fish_append , " : " -x -a '", stdout);
    print_words(words_of(o));
    fputs(is_list(o) ? ")'" : "'", stdout);
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
  if (command->words == NULL && (what == COMPLETES_NOTHING || what == COMPLETES_FILES))
    return; /* files, which fish offers by itself */
  printf("complete -c pvtune -n '__fish_seen_subcommand_from %s'%s", command->name,
         command->words == NULL || strstr(command->synopsis, "FILE") == NULL ? " -f" : "");
  if (command->words != NULL) {
    fputs(" -a '", stdout);
    print_words(command->words);
    putchar('\'');
  } else {
    print_fish_values(what);
  }
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
        "function __pvtune_values\n"
        "  set -l words (commandline -opc)\n"
        "  set -l base ''\n"
        "  set -l project ''\n"
        "  for i in (seq (count $words))\n"
        "    contains -- $words[$i] -b --base; and set base $words[(math $i + 1)]\n"
        "    contains -- $words[$i] -p --project; and set project $words[(math $i + 1)]\n"
        "  end\n"
        "  command pvtune completion values $argv[1] \"$base\" \"$project\" 2>/dev/null\n"
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
  if (strcmp(cx->args[0], "values") == 0)
    return hx_completion_print_values(cx);
  if (cx->n_args > 1)
    return hx_error_exit(HX_EXIT_USAGE, "found one argument too many: '%s'", cx->args[1]);
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
    .max_args = 4,
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
