/* Sets the members of options structs from argv by an option table, and turns members back into
 * text. Prints nothing. */
#ifndef HX_CLI_OPTIONS_H
#define HX_CLI_OPTIONS_H

#include "pvs/pvs.h"

#include "base/text.h"
#include "cli/command.h"

/* A table and the struct its offsets point into. */
typedef struct hx_option_set {
  const hx_option *options; /* ends with .name == NULL */
  void *storage;
} hx_option_set;

typedef struct hx_parsed {
  int n_args;
  char **args; /* positional arguments in their order: argv's own, moved to its front */
  int n_rest;
  char **rest;         /* what stood behind "--", when it is kept apart */
  bool help;           /* --help was met: parsing stopped there */
  const char *unknown; /* after failure: the option that no table has, as typed; else NULL */
} hx_parsed;

/* Parses argv[1] and on: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, bundled short flags,
 * options and positional arguments in any order; a later use of an option replaces an earlier one.
 * `rest_apart`: what follows "--" is kept in `rest`, else it counts as positional. HX_OPT_REQUIRED,
 * `needs` and `excludes` are checked; the number of positional arguments is not. False with the
 * reason (naming the option, what was found, what was expected) in error. After either,
 * hx_options_release() must be called. */
bool hx_options_parse(const hx_option_set *sets, size_t n_sets, bool rest_apart, int argc,
                      char **argv, hx_parsed *parsed, pvs_error *error);

/* Frees what parsing made: the items of lists. */
void hx_options_release(const hx_option_set *sets, size_t n_sets);

/* Sets one option from text, as parsing does. */
bool hx_option_set_value(const hx_option *option, void *storage, const char *text,
                         pvs_error *error);

/* "name=value" and a newline into out, where a newline in the value is \n and a backslash \\; a list
 * prints one line per item. */
void hx_option_describe(const hx_option *option, const void *storage, hx_text *out);

/* What numbers it takes: "1 to 64", "0.1% to 100%", "at least 0s". Returns text. */
enum { HX_RANGE_TEXT = 64 };
const char *hx_option_range(const hx_option *option, char text[HX_RANGE_TEXT]);

static inline bool hx_option_takes_value(const hx_option *o) {
  return o->type != HX_OPT_FLAG && o->type != HX_OPT_COUNT;
}

/* The index-th of '|'-separated choices; NULL behind the last. *length: its length, it is not
 * terminated. */
const char *hx_choice_at(const char *choices, size_t index, size_t *length);

#endif
