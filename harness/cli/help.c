#include "cli/help.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT_MAX = 30 };

static const char common_exit_codes[] = "0 ok\n1 failed\n2 usage or bad input\n";

/* A help text with holes would be a lie: without memory the program ends. */
static char *needed(char *text) {
  if (text == NULL)
    exit(hx_error_exit(HX_EXIT_FAILED, "out of memory"));
  return text;
}

/* Appends the line of that code; false when there is none. */
static bool put_exit_code(hx_text *out, const char *lines, long code) {
  for (; lines != NULL && *lines != '\0'; lines += strcspn(lines, "\n") + 1) {
    char *text;
    if (strtol(lines, &text, 10) != code)
      continue;
    text += strspn(text, " ");
    hx_text_printf(out, "%ld %.*s\n", code, (int)strcspn(text, "\n"), text);
    return true;
  }
  return false;
}

char *hx_help_exit_codes(const hx_command *command) {
  enum { HIGHEST = 255 };
  hx_text text = {0};
  for (long code = 0; code <= HIGHEST; code++)
    if (!put_exit_code(&text, command->exit_codes, code))
      put_exit_code(&text, common_exit_codes, code);
  return needed(hx_text_take(&text));
}

char *hx_help_option_usage(const hx_option *o) {
  char dash[] = "-x, ";
  dash[1] = o->short_name;
  const char *value = o->metavar != NULL ? o->metavar : o->type == HX_OPT_CHOICE ? "WORD" : "";
  return needed(hx_format("%s--%s%s%s%s", o->short_name != 0 ? dash : "    ",
                          o->flags & HX_OPT_NEGATABLE ? "[no-]" : "", o->name, value[0] ? " " : "",
                          value));
}

char *hx_help_option_text(const hx_option *o) {
  hx_text text = {0};
  hx_text_put(&text, o->help);
  const char *choice;
  size_t length;
  if (o->type == HX_OPT_CHOICE)
    for (size_t i = 0; (choice = hx_choice_at(o->choices, i, &length)) != NULL; i++)
      hx_text_printf(&text, "%s%.*s", i == 0 ? ": " : ", ", (int)length, choice);
  if (o->type == HX_OPT_LIST)
    hx_text_put(&text, "; may be repeated");
  const bool bounded = o->type == HX_OPT_INT || o->type == HX_OPT_DOUBLE ||
                       o->type == HX_OPT_PERCENT || o->type == HX_OPT_DURATION;
  char range[HX_RANGE_TEXT] = "";
  hx_option shown = *o;
  if (o->type == HX_OPT_DURATION)
    shown.max = INFINITY; /* nobody comes near */
  if (bounded && (isfinite(shown.max) || shown.min > 0))
    hx_option_range(&shown, range);
  const char *behind = o->flags & HX_OPT_REQUIRED ? "required" : o->default_text ? "default: " : "";
  if (*range || *behind)
    hx_text_printf(&text, " (%s%s%s%s)", range, *range && *behind ? "; " : "", behind,
                   o->default_text && !(o->flags & HX_OPT_REQUIRED) ? o->default_text : "");
  return needed(hx_text_take(&text));
}

/* "  left   text", text wrapped beside or, under a long left, from the next line on. */
static void print_item(FILE *out, const char *left, size_t column, const char *text) {
  size_t width = hx_text_width(left, strlen(left));
  fprintf(out, "  %s", left);
  if (width + 4 > column)
    fprintf(out, "\n%*s", (int)column, "");
  else
    fprintf(out, "%*s", (int)(column - width - 2), "");
  hx_text_wrap(out, text, column, column, HX_TEXT_COLUMNS);
  fputc('\n', out);
}

/* The column where option texts start, over all of the command's tables. */
static size_t text_column(const hx_command *command) {
  size_t widest = 0;
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++) {
      char *usage = hx_help_option_usage(o);
      size_t width = strlen(usage);
      if (width <= LEFT_MAX && width > widest && !(o->flags & HX_OPT_HIDDEN))
        widest = width;
      free(usage);
    }
  return widest + 4;
}

/* `title` heads the options if there are any to show; NULL: none. */
static void print_options(FILE *out, const char *title, const hx_option *table, size_t column) {
  for (const hx_option *o = table; o->name != NULL; o++) {
    if (o->flags & HX_OPT_HIDDEN)
      continue;
    char *usage = hx_help_option_usage(o), *text = hx_help_option_text(o);
    if (title != NULL)
      fprintf(out, "\n%s\n", title);
    title = NULL;
    print_item(out, usage, column, text);
    free(text);
    free(usage);
  }
}

static void print_lines(FILE *out, const char *lines) {
  while (*lines != '\0') {
    size_t length = strcspn(lines, "\n"), code = strspn(lines, "0123456789");
    size_t skip = code + strspn(lines + code, " ");
    fprintf(out, "  %.*s  %.*s\n", (int)code, lines, (int)(length - skip), lines + skip);
    lines += length + (lines[length] == '\n');
  }
}

void hx_help_command(FILE *out, const hx_command *command) {
  fprintf(out, "pvtune %s: ", command->name);
  hx_text_wrap(out, command->summary, strlen(command->name) + 9, 2, HX_TEXT_COLUMNS);
  fprintf(out, "\n\nUsage: pvtune %s [options]%s%s\n", command->name,
          command->synopsis[0] != '\0' ? " " : "", command->synopsis);
  if (command->description != NULL) {
    fputc('\n', out);
    hx_text_paragraphs(out, command->description, 0, HX_TEXT_COLUMNS);
  }
  size_t column = text_column(command);
  const hx_option *table;
  print_options(out, "Options:", hx_command_option_table(command, 0), column);
  fputs("\nCommon options:\n", out);
  for (size_t i = 1; (table = hx_command_option_table(command, i)) != NULL; i++)
    print_options(out, NULL, table, column);
  if (command->examples != NULL) {
    fputs("\nExamples:\n", out);
    for (const char *line = command->examples; *line != '\0';) {
      size_t length = strcspn(line, "\n");
      fprintf(out, "  %.*s\n", (int)length, line);
      line += length + (line[length] == '\n');
    }
  }
  fputs("\nExit codes:\n", out);
  char *codes = hx_help_exit_codes(command);
  print_lines(out, codes);
  free(codes);
}

void hx_help_overview(FILE *out) {
  fputs("pvtune: runs studies of apartment buildings with PV, batteries and tariffs, finds\n"
        "the fastest way to run them or any program, and guards speed and outputs\n\n"
        "Usage: pvtune COMMAND [options]\n\nCommands:\n",
        out);
  size_t widest = 0;
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    if (strlen((*c)->name) > widest)
      widest = strlen((*c)->name);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    print_item(out, (*c)->name, widest + 4, (*c)->summary);
  fputs("\n'pvtune COMMAND --help' (or 'pvtune help COMMAND') says more about each;\n"
        "'pvtune --version' prints the version.\n",
        out);
}
