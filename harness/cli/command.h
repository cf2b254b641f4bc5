/* One table describes a command: parsing, --help, man pages, shell completion and the configuration
 * recorded with a measurement are all derived from it. A command is a const hx_command in
 * cmd_<name>.c, listed in commands.c. */
#ifndef HX_CLI_COMMAND_H
#define HX_CLI_COMMAND_H

#include "pvs/pvs.h"

#include "base/exit_code.h"

#include <stdbool.h>
#include <stddef.h>

struct hx_table;

/* How the text of an option becomes a value. The comments name the C type of the member at
 * `offset`. */
typedef enum hx_opt_type {
  HX_OPT_FLAG,     /* bool; `--name` sets it, `--no-name` clears it when HX_OPT_NEGATABLE */
  HX_OPT_STRING,   /* const char *: points into argv */
  HX_OPT_INT,      /* long, within [min, max] */
  HX_OPT_DOUBLE,   /* double, within [min, max] */
  HX_OPT_PERCENT,  /* double as a fraction: "3%" is 0.03; the sign is needed */
  HX_OPT_DURATION, /* double seconds: "90s", "2m", "1.5h", "30d", "250ms"; seconds without a unit */
  HX_OPT_CHOICE,   /* int: index into the '|'-separated `choices` */
  HX_OPT_LIST,  /* hx_strings: the option may repeat, each use appends one string; defaults() leaves
                   it empty */
  HX_OPT_COUNT, /* int: how often the option was given, as in -vv */
} hx_opt_type;

typedef struct hx_strings {
  const char **items; /* owned by the parse, freed by hx_command_main after run() */
  size_t count;
} hx_strings;

/* WRITES: names a file that the command writes (see written.h). UNIT: a duration that is not 0 needs
 * its unit. READS: names a file or folder that is read: nothing is written into it. */
enum {
  HX_OPT_NEGATABLE = 1,
  HX_OPT_HIDDEN = 2,
  HX_OPT_REQUIRED = 4,
  HX_OPT_WRITES = 8,
  HX_OPT_UNIT = 16,
  HX_OPT_READS = 32
};

typedef struct hx_option {
  char short_name;  /* 0: none */
  const char *name; /* without "--" */
  hx_opt_type type;
  size_t offset;            /* offsetof(command's options struct, member) */
  const char *metavar;      /* "N", "DIR", …; NULL for flags */
  const char *default_text; /* how help shows the default; NULL: none. The value itself is set by
                               defaults() */
  const char
      *choices;     /* "serial|threads|processes" for HX_OPT_CHOICE; of a string, what completes it
                          ("DIR", "FILE", "a|b") if `metavar` does not say so; else NULL */
  double min, max;  /* inclusive, for INT, DOUBLE, PERCENT and DURATION, of which all have some */
  const char *help; /* one line, lower case, no full stop */
  unsigned flags;
  const char *needs;    /* name of an option without which this one has no effect: it is refused */
  const char *excludes; /* '|'-separated names of options that have no effect beside this one, or
                           beside --no-NAME if it is negatable: they are refused */
  const char *instead_of; /* '|'-separated names that others would try: this one is suggested */
  const struct hx_option *group; /* the options of another table stand here, their offsets counted
                                    from this one's `offset`; `default_text`, if given, is that of
                                    the first of them, and `needs` of all. Nothing else is set then */
} hx_option;

/* A row of an option table: the KIND of hx_opt_type, the struct and member it sets, its name, and
 * what else there is to say, as designated initialisers. */
#define HX_OPTION(KIND, STRUCT, MEMBER, NAME, ...)                                                 \
  { .name = NAME, .type = HX_OPT_##KIND, .offset = offsetof(STRUCT, MEMBER), __VA_ARGS__ }

/* What every command gets. */
typedef struct hx_context {
  const char *program;   /* argv[0] as typed */
  const char *command;   /* its name */
  const char *self_path; /* absolute path of this binary (/proc/self/exe) */
  bool quiet;
  int verbose;             /* number of -v */
  bool json, csv;          /* output format of tables; never both */
  const char *exports[3];  /* files for tables, in the order of hx_table_file; NULL: none */
  const char *results_dir; /* --results, else $PVTUNE_RESULTS, else ./results in a checkout, else
                              XDG; never NULL */
  int n_args;              /* positional arguments left after options */
  char **args;
  int n_rest; /* what stood behind "--" */
  char **rest;
} hx_context;

typedef struct hx_command {
  const char *name;
  const char *summary;    /* one line, lower case, no full stop */
  const char *synopsis;   /* positional part: "EXPECTED ACTUAL", "DIR", ""; with "-- PROGRAM ARG..."
                             in it, what stands behind
                             "--" goes to cx->rest, otherwise "--" only ends the options */
  int min_args, max_args; /* positional arguments accepted; max -1: any number */
  const char
      *words; /* what the first of them can be, "a|b|c", for completion; NULL: see synopsis */
  const char
      *description; /* paragraphs for --help and the man page, parted by an empty line and filled to
                       the width; lines that start with a space are kept as they are */
  const char
      *named_by; /* how to give what others would give as an argument: "a study is named by -s
                           STUDY"; said of one argument too many. NULL: there is nothing */
  const char *examples; /* lines "command\n    what it does\n"; every command has some */
  const char *
      exit_codes; /* lines "3 outputs differ\n" beside or instead of the common 0, 1 and 2; NULL: none */
  const hx_option *options;        /* ends with {0}; the common options (--help, -q, -v, --json,
                               --csv, --results) are added by the parser */
  size_t options_size;             /* of the options struct */
  void (*defaults)(void *options); /* called on zeroed storage; NULL: zeros */
  /* Called once all is parsed: fills in what depends on the arguments. NULL: nothing does. */
  void (*settle)(const hx_context *cx, void *options);
  int (*run)(const hx_context *cx, void *options); /* returns an hx_exit */
  /* Asked first: whether this process says nothing, since it is a rank whose rank 0 says the same.
   * NULL: it speaks. */
  bool (*is_mute)(int argc, char **argv);
  /* Called before a process that says nothing ends because of its arguments. */
  void (*let_first_tell)(void);
  bool prints_table; /* accepts --json/--csv */
  bool reads_args; /* arguments are files and folders that are read: nothing is written into them */
} hx_command;

/* Longest summary and option help that still look well in 80 columns; tests/unit/test_command.c
 * checks every table. */
enum { HX_SUMMARY_MAX = 64, HX_OPTION_HELP_MAX = 160 };

/* The list all of pvtune's commands come from, in help order; ends with NULL. Defined in
 * commands.c. */
extern const hx_command *const hx_commands[];

/* Parses argv against the command, runs it, frees what parsing made. Usage errors are printed with
 * a hint
 * ("did you mean --pin?") and return HX_EXIT_USAGE. argv[0] is the command's own name. */
int hx_command_main(const hx_command *command, const char *program, int argc, char **argv);

/* Prints a command's tables in the format that --json and --csv ask for. Returns HX_EXIT_OK, or
 * HX_EXIT_FAILED after saying why. The tables are destroyed. */
int hx_command_print_all(const hx_context *cx, struct hx_table *const *tables, size_t count);
int hx_command_print(const hx_context *cx, struct hx_table *table); /* one */

/* Once all is checked, and before anything is measured: hx_table_file_begin for each of these files. */
void hx_command_begin_exports(const hx_context *cx);

/* Writes only the files of --export-json and its like, from tables that are not complete yet. */
int hx_command_export(const hx_context *cx, struct hx_table *const *tables, size_t count);

/* What the user can put right in names, inputs and permissions is bad input; the rest, such as a full
 * disk, is failure. */
int hx_command_exit_of(const pvs_error *error);

/* The exit code if something fails after the measurement: 1 in place of 0 or 5, else `status`. */
int hx_command_exit_after(int status);

/* Prints the error and returns `status`. */
int hx_command_fail(const pvs_error *error, int status);

/* The command of that name, NULL if there is none. */
const hx_command *hx_command_find(const char *name);

/* The name closest to a mistyped one, NULL if none is close enough to be meant. */
const char *hx_command_suggest(const char *name);

/* The index-th option of the command: its own options, then those of commands that print tables,
 * then the common ones; NULL after the last. Help, man pages and completion use this. Groups are
 * replaced by their options. The table is valid until this is called for another command. */
const hx_option *hx_command_option_table(const hx_command *command, size_t index);

/* The effective options as "name=value" text, one per line, in table order: recorded with every
 * measurement. Returns a malloc'd string the caller frees, NULL when out of memory. */
char *hx_command_describe(const hx_command *command, const void *options);

#endif
