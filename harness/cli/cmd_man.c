/* pvtune man [COMMAND]: man pages in roff (man macros), from the same tables as --help. The build
 * writes and installs them all. */
#include "cli/command.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/text.h"

#include "base/files.h"
#include "base/utf8.h"
#include "pvs/pvs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text with what roff would interpret escaped; options keep their hyphens when the page is copied
 * from. */
static void print_escaped(FILE *out, const char *text, size_t bytes) {
  const char *end = text + bytes;
  if (bytes > 0 && (text[0] == '.' || text[0] == '\''))
    fputs("\\&", out);
  while (text < end) {
    uint32_t code;
    text += hx_utf8_decode(text, &code);
    if (code == '\\')
      fputs("\\e", out);
    else if (code == '-')
      fputs("\\-", out);
    else if (code >= 0x80)
      fprintf(out, "\\[u%04X]", (unsigned)code);
    else
      fputc((int)code, out);
  }
}

static void print_text(FILE *out, const char *text) {
  print_escaped(out, text, strlen(text));
}

static void print_paragraphs(FILE *out, const char *text) {
  bool is_kept = false; /* within lines kept as they are */
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    if (is_kept != (text[0] == ' ')) {
      is_kept = !is_kept;
      fputs(is_kept ? ".nf\n" : ".fi\n", out);
    }
    if (length == 0)
      fputs(".PP\n", out);
    else {
      print_escaped(out, text, length);
      fputc('\n', out);
    }
    text += length + (text[length] == '\n');
  }
  if (is_kept)
    fputs(".fi\n", out);
}

static void print_options(FILE *out, const hx_option *table) {
  for (const hx_option *o = table; o->name != NULL; o++) {
    char *usage = hx_help_option_usage(o), *text = hx_help_option_text(o);
    if (!(o->flags & HX_OPT_HIDDEN)) {
      fputs(".TP\n.B ", out);
      print_text(out, usage + strspn(usage, " "));
      fputc('\n', out);
      print_text(out, text);
      fputc('\n', out);
    }
    free(text);
    free(usage);
  }
}

static void print_examples(FILE *out, const char *lines) {
  while (*lines != '\0') {
    size_t length = strcspn(lines, "\n"), indent = strspn(lines, " ");
    if (indent == 0)
      fputs(".TP\n.B ", out);
    print_escaped(out, lines + indent, length - indent);
    fputc('\n', out);
    lines += length + (lines[length] == '\n');
  }
}

static void print_exit_codes(FILE *out, const char *lines) {
  while (*lines != '\0') {
    size_t length = strcspn(lines, "\n"), code = strspn(lines, "0123456789");
    size_t skip = code + strspn(lines + code, " ");
    fprintf(out, ".TP\n.B %.*s\n", (int)code, lines);
    print_escaped(out, lines + skip, length - skip);
    fputc('\n', out);
    lines += length + (lines[length] == '\n');
  }
}

static void print_head(FILE *out, const char *page, const char *summary) {
  fprintf(out, ".TH \"%s\" 1 \"\" \"pvtune %s\" \"pvtune\"\n.SH NAME\n", page, PVS_VERSION);
  print_text(out, page);
  fputs(" \\- ", out);
  print_text(out, summary);
  fputc('\n', out);
}

static void print_command_page(FILE *out, const hx_command *command) {
  char page[80];
  snprintf(page, sizeof page, "pvtune-%s", command->name);
  print_head(out, page, command->summary);
  fprintf(out, ".SH SYNOPSIS\n.B pvtune %s\n[options] ", command->name);
  print_text(out, command->synopsis);
  fputc('\n', out);
  if (command->description != NULL) {
    fputs(".SH DESCRIPTION\n", out);
    print_paragraphs(out, command->description);
  }
  fputs(".SH OPTIONS\n", out);
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    print_options(out, table);
  if (command->examples != NULL) {
    fputs(".SH EXAMPLES\n", out);
    print_examples(out, command->examples);
  }
  fputs(".SH EXIT STATUS\n", out);
  char *codes = hx_help_exit_codes(command);
  print_exit_codes(out, codes);
  free(codes);
  fputs(".SH SEE ALSO\n.BR pvtune (1)\n", out);
}

/* The test tests/cli/cases/man/environment compares them with what the sources read. */
static const struct {
  const char *name, *text;
} variables[] = {
    {"PVTUNE_RESULTS", "where measurements are kept, unless --results is given"},
    {"XDG_DATA_HOME", "outside of a checkout they are kept in its folder pvtune; else in "
                      "~/.local/share/pvtune"},
    {"XDG_CACHE_HOME", "builds of revisions are kept in its folder pvtune/builds; else in "
                       "~/.cache/pvtune/builds"},
    {"PVTUNE_CACHE_LIMIT",
     "how much these builds may take, such as 20GB (default: 10GB; 0: no limit)"},
    {"TMPDIR", "folder for the outputs of timed runs, unless --scratch is given (default: /tmp)"},
    {"HOME", "the home folder, if it is not that of the user database"},
    {"PATH", "where programs are looked for"},
    {"PVTUNE_LOCK", "the file that makes measurements wait for each other"},
    {"PVTUNE_MPI", "the module that -x mpi loads, for another MPI than the launcher's"},
    {"PVTUNE_PLOTS", "folder of plot scripts that are used instead of pvtune's own"},
    {"NO_COLOR", "if set, messages are never coloured"},
    {"TERM", "messages are not coloured if it is dumb"},
};

static void print_overview_page(FILE *out) {
  print_head(out, "pvtune",
             "run, tune and guard apartment-building PV, battery and tariff studies");
  fputs(".SH SYNOPSIS\n.B pvtune\ncommand [options]\n.SH COMMANDS\n", out);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++) {
    fputs(".TP\n.BR pvtune\\-", out);
    print_text(out, (*c)->name);
    fputs(" (1)\n", out);
    print_text(out, (*c)->summary);
    fputc('\n', out);
  }
  fputs(".SH ENVIRONMENT\n", out);
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    fprintf(out, ".TP\n.B %s\n", variables[i].name);
    print_text(out, variables[i].text);
    fputc('\n', out);
  }
}

static void print_page(FILE *out, const hx_command *command) {
  if (command == NULL)
    print_overview_page(out);
  else
    print_command_page(out, command);
}

/* Writes the page of one command, or the overview (NULL), to a file of `folder`. */
static bool write_page(const char *folder, const hx_command *command) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/pvtune%s%s.1", folder, command != NULL ? "-" : "",
           command != NULL ? command->name : "");
  FILE *out = fopen(path, "we");
  bool ok = out != NULL;
  if (ok) {
    print_page(out, command);
    ok = !ferror(out);
    ok = fclose(out) == 0 && ok;
  }
  if (!ok) {
    hx_error("%s: cannot be written: %s", path, strerror(errno));
    if (out != NULL)
      unlink(path);
  }
  return ok;
}

static int write_all(const char *folder) {
  if (*folder == '\0')
    return hx_error_exit(HX_EXIT_USAGE, "--all: found nothing, expected a folder");
  if (!hx_files_make_folder(folder, NULL))
    return hx_error_exit(HX_EXIT_FAILED, "--all: %s: cannot make this folder: %s", folder,
                         strerror(errno));
  bool ok = write_page(folder, NULL);
  for (const hx_command *const *c = hx_commands; ok && *c != NULL; c++)
    ok = write_page(folder, *c);
  return ok ? HX_EXIT_OK : HX_EXIT_FAILED;
}

typedef struct man_options {
  const char *all;
} man_options;

static const hx_option man_options_table[] = {
    HX_OPTION(STRING, man_options, all, "all", .metavar = "DIR",
              .help =
                  "write the manual and the page of every command to this folder, print nothing"),
    {0}};

static int run(const hx_context *cx, void *options) {
  const man_options *o = options;
  if (o->all != NULL && cx->n_args > 0)
    return hx_error_exit(HX_EXIT_USAGE,
                         "--all: every page is written, so COMMAND '%s' cannot be given too",
                         cx->args[0]);
  if (o->all != NULL)
    return write_all(o->all);
  const bool named = cx->n_args > 0 && strcmp(cx->args[0], "help") != 0; /* that is in the manual */
  const hx_command *command = named ? hx_command_find(cx->args[0]) : NULL;
  if (named && command == NULL) {
    const char *near = hx_command_suggest(cx->args[0]);
    return hx_error_exit(HX_EXIT_USAGE, "COMMAND: found '%s', expected a command of pvtune%s%s%s",
                         cx->args[0], near != NULL ? "; did you mean '" : "",
                         near != NULL ? near : "", near != NULL ? "'?" : "");
  }
  print_page(stdout, command);
  return HX_EXIT_OK;
}

const hx_command hx_cmd_man = {
    .name = "man",
    .summary = "print a man page",
    .synopsis = "[COMMAND]",
    .max_args = 1,
    .description =
        "Prints the manual of pvtune, or of one of its commands, as a man page for man(1). "
        "Installing pvtune installs these pages too: man pvtune-run.",
    .examples = "pvtune man run | man -l -\n"
                "    read the manual of 'pvtune run'\n"
                "pvtune man --all ~/.local/share/man/man1\n"
                "    install all pages for yourself\n",
    .options = man_options_table,
    .options_size = sizeof(man_options),
    .run = run,
};
