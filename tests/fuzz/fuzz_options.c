/* Command lines, a word in each line, the first of which is a command: they are parsed, or refused
 * with an error. What is parsed can be said again as options, and then means the same. */
#include "cli/options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS = 200, MOST_BYTES = 1 << 14 };

static void require(int truth) {
  if (!truth)
    abort();
}

static void *defaults_of(const hx_command *command) {
  void *options = calloc(1, command->options_size + 1);
  require(options != NULL);
  if (command->defaults)
    command->defaults(options);
  return options;
}

/* "name=value" and a newline; the caller frees it. */
static char *said(const hx_option *o, const void *options) {
  hx_text text = {0};
  hx_option_describe(o, options, &text);
  char *line = hx_text_take(&text);
  require(line != NULL);
  return line;
}

/* The value of such a line, a copy: a newline is described as \n and a backslash as two. */
static char *value_of(const char *line) {
  char *value = strdup(strchr(line, '=') + 1), *to = value;
  require(value != NULL);
  for (const char *from = value; *from != '\n'; from++)
    if (*from == '\\')
      *to++ = *++from == 'n' ? '\n' : '\\';
    else
      *to++ = *from;
  *to = '\0';
  return value;
}

/* What differs from the default, set from what is said of it, is said alike. */
static void check_round_trip(const hx_command *command, const void *options) {
  void *again = defaults_of(command);
  for (const hx_option *o = hx_command_option_table(command, 0); o->name; o++) {
    if (!hx_option_takes_value(o) || o->type == HX_OPT_LIST)
      continue;
    char *line = said(o, options), *usual = said(o, again);
    if (strcmp(line, usual) != 0) {
      char *value = value_of(line);
      require(hx_option_set_value(o, again, value, NULL));
      char *second = said(o, again);
      require(strcmp(line, second) == 0);
      free(second);
      free(again); /* another name of the option would read the value after its end */
      free(value);
      again = defaults_of(command);
    }
    free(usual);
    free(line);
  }
  free(again);
}

static void check_words(const hx_command *command, int argc, char **argv) {
  static long long common[64]; /* larger than the struct of the common options, which is private */
  memset(common, 0, sizeof common);
  void *options = defaults_of(command);
  hx_option_set sets[4];
  size_t n = 0;
  for (const hx_option *table; (table = hx_command_option_table(command, n)) != NULL; n++)
    sets[n] = (hx_option_set){table, n == 0 ? options : (void *)common};
  hx_parsed parsed;
  pvs_error error = {0};
  if (hx_options_parse(sets, n, strstr(command->synopsis, "--") != NULL, argc, argv, &parsed,
                       &error)) {
    require(error.code == PVS_OK);
    require(parsed.help || (parsed.n_args >= 0 && parsed.n_args + parsed.n_rest < argc));
    check_round_trip(command, options);
  } else {
    require(error.code != PVS_OK && error.message[0]);
  }
  hx_options_release(sets, n);
  free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > MOST_BYTES)
    return 0;
  char *copy = strndup((const char *)data, size), *words[WORDS + 1], *at = copy;
  require(copy != NULL);
  int n = 0;
  do {
    words[n++] = at;
    at += strcspn(at, "\n");
  } while (*at && (*at++ = '\0', n < WORDS));
  words[n] = NULL;
  const hx_command *command = hx_command_find(words[0]);
  if (command)
    check_words(command, n, words);
  else
    (void)hx_command_suggest(words[0]);
  free(copy);
  return 0;
}
