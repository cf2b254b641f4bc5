#include "cli/command.h"

#include "base/fail.h"
#include "base/home.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/suggest.h"
#include "cli/table.h"
#include "cli/written.h"
#include "machine/identity.h"
#include "machine/topo.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct common_options {
  bool help, quiet, json, csv;
  int verbose, colour;
  const char *results, *exports[HX_TABLE_FILES];
} common_options;

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, common_options, MEMBER, __VA_ARGS__)

static const hx_option table_options[] = {
    ROW(FLAG, json, "json", .help = "print tables as JSON"),
    ROW(FLAG, csv, "csv", .help = "print tables as CSV"),
    ROW(STRING, exports[HX_TABLE_FILE_JSON], "export-json", .metavar = "FILE",
        .flags = HX_OPT_WRITES, .help = "also write tables to this file as JSON"),
    ROW(STRING, exports[HX_TABLE_FILE_CSV], "export-csv", .metavar = "FILE", .flags = HX_OPT_WRITES,
        .help = "also write tables as CSV, each to a file of its own"),
    ROW(STRING, exports[HX_TABLE_FILE_MARKDOWN], "export-markdown", .metavar = "FILE",
        .flags = HX_OPT_WRITES, .help = "also write tables to this file as Markdown"),
    {0}};

static const hx_option common_table[] = {
    ROW(STRING, results, "results", .metavar = "DIR",
        .default_text = "$PVTUNE_RESULTS, else the checkout's results/, else $XDG_DATA_HOME/pvtune",
        .choices = "DIR", .help = "where measurements are kept"),
    ROW(FLAG, quiet, "quiet", .short_name = 'q', .help = "print only results, errors and warnings"),
    ROW(COUNT, verbose, "verbose", .short_name = 'v', .help = "print more"),
    ROW(CHOICE, colour, "color", .metavar = "WHEN", .default_text = "auto",
        .choices = "auto|always|never",
        .help = "color verdicts and messages (auto: on a terminal, unless NO_COLOR is set)"),
    ROW(FLAG, help, "help", .short_name = 'h', .help = "print this and exit"),
    {0}};

static const hx_option no_options[] = {{0}};

enum { OPTIONS_MAX = 64 };

/* Appends a table to `flat`, groups replaced by what is in them. */
static size_t flatten(const hx_option *table, size_t base, const char *default_text,
                      hx_option *flat, size_t n) {
  for (const hx_option *o = table; o->name || o->group; o++) {
    if (o->group) {
      const size_t first = n;
      n = flatten(o->group, base + o->offset, o->default_text, flat, n);
      for (size_t i = first; o->needs && i < n; i++)
        flat[i].needs = o->needs;
      continue;
    }
    assert(n < OPTIONS_MAX);
    flat[n] = *o;
    flat[n].offset += base;
    if (default_text && o == table)
      flat[n].default_text = default_text;
    n++;
  }
  flat[n] = (hx_option){0};
  return n;
}

const hx_option *hx_command_option_table(const hx_command *command, size_t index) {
  static const hx_command *last;
  static hx_option own[OPTIONS_MAX + 1];
  if (!last || last != command)
    flatten(command->options ? command->options : no_options, 0, NULL, own, 0);
  last = command;
  const hx_option *tables[] = {own, command->prints_table ? table_options : common_table,
                               command->prints_table ? common_table : NULL, NULL};
  return index < sizeof tables / sizeof *tables ? tables[index] : NULL;
}

/* Only JSON has it, and only then the machine is looked at. */
static hx_table_about about_of(const hx_context *cx, hx_identity *identity) {
  hx_topo *topo =
      cx->json || cx->exports[HX_TABLE_FILE_JSON] ? hx_topo_open(&(hx_topo_origin){0}, NULL) : NULL;
  if (topo)
    *identity = hx_identity_of(topo);
  hx_topo_close(topo);
  return (hx_table_about){cx->command, identity->machine, identity->allocation};
}

void hx_command_begin_exports(const hx_context *cx) {
  for (int f = 0; f < HX_TABLE_FILES; f++)
    hx_table_file_begin(cx->exports[f]);
}

int hx_command_export(const hx_context *cx, struct hx_table *const *tables, size_t count) {
  pvs_error error = {0};
  hx_identity identity = {0};
  hx_table_about about = about_of(cx, &identity);
  for (int f = 0; f < HX_TABLE_FILES; f++)
    if (cx->exports[f] &&
        !hx_tables_write_file(cx->exports[f], tables, count, (hx_table_file)f, &about, &error))
      return hx_command_fail(&error, HX_EXIT_FAILED);
  return HX_EXIT_OK;
}

int hx_command_print_all(const hx_context *cx, struct hx_table *const *tables, size_t count) {
  hx_identity identity = {0};
  hx_table_about about = about_of(cx, &identity);
  int failed = hx_tables_print(tables, count, hx_table_format_of(cx->json, cx->csv), &about);
  int status = failed ? hx_error_exit(HX_EXIT_FAILED, "cannot print the table: %s", strerror(errno))
                      : hx_command_export(cx, tables, count);
  for (size_t i = 0; i < count; i++)
    hx_table_destroy(tables[i]);
  return status;
}

int hx_command_print(const hx_context *cx, struct hx_table *table) {
  return hx_command_print_all(cx, &table, 1);
}

int hx_command_exit_after(int status) {
  return status == HX_EXIT_OK || status == HX_EXIT_INCONCLUSIVE ? HX_EXIT_FAILED : status;
}

int hx_command_exit_of(const pvs_error *error) {
  if (error->code == PVS_NO_MEMORY)
    return HX_EXIT_FAILED;
  if (error->code != PVS_IO)
    return HX_EXIT_USAGE;
  switch (error->os_errno) {
  case EACCES:
  case EPERM:
  case EROFS:
  case ENOENT:
  case ENOTDIR:
  case EISDIR:
  case ENAMETOOLONG:
  case ELOOP:
    return HX_EXIT_USAGE;
  default:
    return HX_EXIT_FAILED;
  }
}

int hx_command_fail(const pvs_error *error, int status) {
  hx_error("%s", HX_FAIL_LINE(error));
  return status;
}

const hx_command *hx_command_find(const char *name) {
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    if (strcmp((*c)->name, name) == 0)
      return *c;
  return NULL;
}

const char *hx_command_suggest(const char *name) {
  hx_suggestion near = hx_suggest_start(name);
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    hx_suggest_offer(&near, (*c)->name);
  return near.best;
}

/* The last word of the synopsis that an argument is missing for, e.g. "ACTUAL" for the second of
 * "EXPECTED ACTUAL". */
static void explain_missing(const hx_command *command, int n_args) {
  char *words = strdup(command->synopsis), *state = NULL;
  const char *word = words == NULL ? NULL : strtok_r(words, " ", &state);
  for (int i = 0; i < n_args && word != NULL; i++)
    word = strtok_r(NULL, " ", &state);
  hx_error("%s is missing, expected 'pvtune %s %s'", word != NULL ? word : "an argument",
           command->name, command->synopsis);
  free(words);
}

/* What cannot be an argument, and how to give it. */
static void explain_excess(const hx_command *command, const hx_parsed *parsed) {
  const int n = parsed->n_args - command->max_args;
  hx_text found = {0};
  for (int i = command->max_args; i < parsed->n_args; i++)
    hx_text_printf(&found, "%s'%s'", i > command->max_args ? ", " : "", parsed->args[i]);
  char *text = hx_text_take(&found);
  hx_error("found %d argument%s too many: %s; expected 'pvtune %s [options]%s%s'%s%s", n,
           n == 1 ? "" : "s", text != NULL ? text : "", command->name,
           command->synopsis[0] != '\0' ? " " : "", command->synopsis,
           command->named_by != NULL ? "; " : "",
           command->named_by != NULL ? command->named_by : "");
  free(text);
}

/* Whether the command has the option that begins with `typed`, "--name" with or without a value or
 * "-n". */
static bool has_option(const hx_command *command, const char *typed) {
  const hx_option *table;
  const bool is_long = typed[1] == '-';
  const size_t length = is_long ? strcspn(typed + 2, "=") : 0;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++)
      if (is_long ? !(o->flags & HX_OPT_HIDDEN) && strlen(o->name) == length &&
                        strncmp(o->name, typed + 2, length) == 0
                  : typed[2] == '\0' && o->short_name != 0 && o->short_name == typed[1])
        return true;
  return false;
}

/* An option that only other commands have, or one of a program that was not put behind "--". */
static void hint_at_unknown(const hx_command *command, const hx_parsed *parsed, bool rest_apart) {
  if (rest_apart && parsed->n_args > command->max_args) {
    hx_note("a program and its options come after --: pvtune %s %s", command->name,
            command->synopsis);
    return;
  }
  hx_text have = {0};
  size_t n = 0;
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    if (*c != command && has_option(*c, parsed->unknown))
      hx_text_printf(&have, "%s%s", n++ ? ", " : "", (*c)->name);
  char *text = hx_text_take(&have);
  if (n > 0 && text != NULL)
    hx_note("%.*s is an option of %s", (int)strcspn(parsed->unknown, "="), parsed->unknown, text);
  free(text);
}

static int check_arguments(const hx_command *command, const hx_parsed *parsed,
                           const common_options *common) {
  if (common->json && common->csv)
    hx_error("--json and --csv cannot be used together");
  else if (parsed->n_args < command->min_args)
    explain_missing(command, parsed->n_args);
  else if (command->max_args >= 0 && parsed->n_args > command->max_args)
    explain_excess(command, parsed);
  else
    return HX_EXIT_OK;
  return HX_EXIT_USAGE;
}

/* ---- the results folder ---- */

static bool has(const char *folder, const char *name) {
  char *path = hx_format("%s/%s", folder, name);
  bool found = path != NULL && access(path, F_OK) == 0;
  free(path);
  return found;
}

/* The results folder of the checkout that holds `folder`, which is cut to the checkout's root; NULL
 * outside of one. */
static char *checkout_results(char *folder) {
  while (folder[0] != '\0') {
    if (has(folder, "results") && has(folder, "core/include/pvs/pvs.h"))
      return hx_format("%s/results", folder);
    *strrchr(folder, '/') = '\0';
  }
  return NULL;
}

static bool is_set(const char *text) {
  return text != NULL && text[0] != '\0';
}

/* Where measurements are kept: `option` (--results) if given, else $PVTUNE_RESULTS, else the results
 * folder of the pvtune checkout around the current folder, else $XDG_DATA_HOME/pvtune, by default
 * ~/.local/share/pvtune. Nothing is made. malloc'd, NULL when out of memory. */
static char *results_folder(const char *option) {
  if (is_set(option) || is_set(option = getenv("PVTUNE_RESULTS")))
    return strdup(option);
  char *folder = getcwd(NULL, 0);
  char *results = folder != NULL && folder[0] == '/' ? checkout_results(folder) : NULL;
  free(folder);
  if (results != NULL)
    return results;
  if (is_set(getenv("XDG_DATA_HOME")))
    return hx_format("%s/pvtune", getenv("XDG_DATA_HOME"));
  const char *home = hx_home();
  return home != NULL ? hx_format("%s/.local/share/pvtune", home) : strdup("results");
}

/* ---- running ---- */

static int run(const hx_command *command, const char *program, void *options,
               const common_options *common, const hx_parsed *parsed, const hx_option_set *sets,
               size_t n_sets) {
  static char self_path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self_path, sizeof self_path - 1);
  self_path[length < 0 ? 0 : length] = '\0';
  static const char *const exports[HX_TABLE_FILES] = {"--export-json", "--export-csv",
                                                      "--export-markdown"};
  for (int f = 0; f < HX_TABLE_FILES; f++) {
    pvs_error error = {0};
    if (!common->exports[f])
      continue;
    if (!hx_table_file_check(exports[f], common->exports[f], &error))
      return hx_command_fail(&error, HX_EXIT_USAGE);
  }
  char *results_dir = results_folder(common->results);
  if (results_dir == NULL)
    return hx_error_exit(HX_EXIT_FAILED, "out of memory");
  hx_context context = {.program = program,
                        .command = command->name,
                        .self_path = length < 0 ? program : self_path,
                        .quiet = common->quiet,
                        .verbose = common->verbose,
                        .json = common->json,
                        .csv = common->csv,
                        .exports = {common->exports[HX_TABLE_FILE_JSON],
                                    common->exports[HX_TABLE_FILE_CSV],
                                    common->exports[HX_TABLE_FILE_MARKDOWN]},
                        .results_dir = results_dir,
                        .n_args = parsed->n_args,
                        .args = parsed->args,
                        .n_rest = parsed->n_rest,
                        .rest = parsed->rest};
  pvs_error error = {0};
  if (command->settle != NULL)
    command->settle(&context, options);
  int status = hx_written_check(sets, n_sets, &context, command->reads_args, &error)
                   ? command->run(&context, options)
                   : hx_command_fail(&error, HX_EXIT_USAGE);
  free(results_dir);
  return status;
}

int hx_command_main(const hx_command *command, const char *program, int argc, char **argv) {
  common_options common = {0};
  const bool is_mute = command->is_mute != NULL && command->is_mute(argc, argv);
  if (is_mute)
    hx_message_mute(true);
  void *options = calloc(1, command->options_size + 1);
  if (options == NULL)
    return hx_error_exit(HX_EXIT_FAILED, "out of memory");
  if (command->defaults != NULL)
    command->defaults(options);
  hx_option own[OPTIONS_MAX + 1]; /* for the command may look up the options of others */
  flatten(command->options ? command->options : no_options, 0, NULL, own, 0);
  hx_option_set sets[3] = {{own, options}};
  size_t n_sets = 1;
  for (const hx_option *table; (table = hx_command_option_table(command, n_sets)) != NULL; n_sets++)
    sets[n_sets] = (hx_option_set){table, &common};

  hx_parsed parsed;
  pvs_error error = {0};
  bool rest_apart = strstr(command->synopsis, "--") != NULL;
  bool may_run = false;
  int status = HX_EXIT_USAGE;
  if (!hx_options_parse(sets, n_sets, rest_apart, argc, argv, &parsed, &error)) {
    hx_error("%s", error.message);
    if (parsed.unknown != NULL)
      hint_at_unknown(command, &parsed, rest_apart);
    hx_note("try 'pvtune %s --help'", command->name);
  } else if (parsed.help) {
    if (!is_mute)
      hx_help_command(stdout, command);
    status = HX_EXIT_OK;
  } else {
    hx_message_setup(common.quiet, common.verbose);
    hx_message_set_colour((hx_colour)common.colour);
    status = check_arguments(command, &parsed, &common);
    may_run = status == HX_EXIT_OK;
    if (may_run)
      status = run(command, program, options, &common, &parsed, sets, n_sets);
  }
  if (is_mute && status != HX_EXIT_OK && !may_run)
    command->let_first_tell();
  hx_options_release(sets, n_sets);
  free(options);
  return status;
}

char *hx_command_describe(const hx_command *command, const void *options) {
  hx_text text = {0};
  for (const hx_option *o = hx_command_option_table(command, 0); o->name != NULL; o++)
    hx_option_describe(o, options, &text);
  return hx_text_take(&text);
}
