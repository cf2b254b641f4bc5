/* pvtune man [COMMAND]: man pages in roff (man macros), from the same tables as --help. */
#include "cli/command.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/text.h"

#include "pvs/pvs.h"

#include <stdlib.h>
#include <string.h>

/* Text with what roff would interpret escaped; options keep their hyphens when the page is copied
 * from. */
static void print_escaped(const char *text, size_t bytes) {
  const char *end = text + bytes;
  if (bytes > 0 && (text[0] == '.' || text[0] == '\''))
    fputs("\\&", stdout);
  while (text < end) {
    uint32_t code;
    text += hx_text_decode(text, &code);
    if (code == '\\')
      fputs("\\e", stdout);
    else if (code == '-')
      fputs("\\-", stdout);
    else if (code >= 0x80)
      printf("\\[u%04X]", (unsigned)code);
    else
      putchar((int)code);
  }
}

static void print_text(const char *text) {
  print_escaped(text, strlen(text));
}

static void print_paragraphs(const char *text) {
  bool is_kept = false; /* within lines kept as they are */
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    if (is_kept != (text[0] == ' ')) {
      is_kept = !is_kept;
      puts(is_kept ? ".nf" : ".fi");
    }
    if (length == 0)
      puts(".PP");
    else {
      print_escaped(text, length);
      putchar('\n');
    }
    text += length + (text[length] == '\n');
  }
  if (is_kept)
    puts(".fi");
}

static void print_options(const hx_option *table) {
  for (const hx_option *o = table; o->name != NULL; o++) {
    char *usage = hx_help_option_usage(o), *text = hx_help_option_text(o);
    if (!(o->flags & HX_OPT_HIDDEN) && usage != NULL && text != NULL) {
      fputs(".TP\n.B ", stdout);
      print_text(usage + strspn(usage, " "));
      putchar('\n');
      print_text(text);
      putchar('\n');
    }
    free(text);
    free(usage);
  }
}

static void print_examples(const char *lines) {
  while (*lines != '\0') {
    size_t length = strcspn(lines, "\n"), indent = strspn(lines, " ");
    if (indent == 0)
      fputs(".TP\n.B ", stdout);
    print_escaped(lines + indent, length - indent);
    putchar('\n');
    lines += length + (lines[length] == '\n');
  }
}

static void print_exit_codes(const char *lines) {
  while (*lines != '\0') {
    size_t length = strcspn(lines, "\n"), code = strspn(lines, "0123456789");
    size_t skip = code + strspn(lines + code, " ");
    printf(".TP\n.B %.*s\n", (int)code, lines);
    print_escaped(lines + skip, length - skip);
    putchar('\n');
    lines += length + (lines[length] == '\n');
  }
}

static void print_head(const char *page, const char *summary) {
  printf(".TH \"%s\" 1 \"\" \"pvtune %s\" \"pvtune\"\n.SH NAME\n", page, PVS_VERSION);
  print_text(page);
  fputs(" \\- ", stdout);
  print_text(summary);
  putchar('\n');
}

static void print_command_page(const hx_command *command) {
  char page[80];
  snprintf(page, sizeof page, "pvtune-%s", command->name);
  print_head(page, command->summary);
  printf(".SH SYNOPSIS\n.B pvtune %s\n[options] ", command->name);
  print_text(command->synopsis);
  putchar('\n');
  if (command->description != NULL) {
    puts(".SH DESCRIPTION");
    print_paragraphs(command->description);
  }
  puts(".SH OPTIONS");
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    print_options(table);
  if (command->examples != NULL) {
    puts(".SH EXAMPLES");
    print_examples(command->examples);
  }
  puts(".SH EXIT STATUS");
  print_exit_codes(hx_common_exit_codes);
  if (command->exit_codes != NULL)
    print_exit_codes(command->exit_codes);
  puts(".SH SEE ALSO\n.BR pvtune (1)");
}

static void print_overview_page(void) {
  print_head("pvtune", "run, tune and guard apartment-building PV, battery and tariff studies");
  puts(".SH SYNOPSIS\n.B pvtune\ncommand [options]\n.SH COMMANDS");
  for (const hx_command *const *c = hx_commands; *c != NULL; c++) {
    fputs(".TP\n.BR pvtune\\-", stdout);
    print_text((*c)->name);
    fputs(" (1)\n", stdout);
    print_text((*c)->summary);
    putchar('\n');
  }
  puts(".SH ENVIRONMENT\n.TP\n.B PVTUNE_RESULTS\nwhere measurements are kept, unless\n.B "
       "\\-\\-results\nis given\n"
       ".TP\n.B NO_COLOR\nif set, messages are never coloured");
}

static int run(const hx_context *cx, void *options) {
  (void)options;
  if (cx->n_args == 0) {
    print_overview_page();
    return HX_EXIT_OK;
  }
  const hx_command *command = hx_command_find(cx->args[0]);
  if (command == NULL) {
    const char *near = hx_command_suggest(cx->args[0]);
    hx_error("COMMAND: found '%s', expected a command of pvtune%s%s%s", cx->args[0],
             near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
             near != NULL ? "'?" : "");
    return HX_EXIT_USAGE;
  }
  print_command_page(command);
  return HX_EXIT_OK;
}

const hx_command hx_cmd_man = {
    .name = "man",
    .summary = "print a man page",
    .synopsis = "[COMMAND]",
    .max_args = 1,
    .description =
        "Prints the manual of pvtune, or of one of its commands, as a man page for man(1).",
    .examples = "pvtune man run | man -l -\n"
                "    read the manual of 'pvtune run'\n"
                "pvtune man > ~/.local/share/man/man1/pvtune.1\n"
                "    install the overview\n",
    .run = run,
};
