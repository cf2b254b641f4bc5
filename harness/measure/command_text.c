#include "measure/command_text.h"

#include "base/fail.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- pieces: a character, or a placeholder ---- */

typedef enum placeholder {
  WORKERS,
  PROCESSES,
  THREADS,
  OUTPUT,
  PLACEHOLDERS,
  NO_PLACEHOLDER,
  NAMED_PLACEHOLDER
} placeholder;

static const char *const placeholder_names[PLACEHOLDERS] = {"workers", "processes", "threads",
                                                            "output"};

typedef struct piece {
  placeholder placeholder;
  char c;           /* NO_PLACEHOLDER */
  const char *name; /* NAMED_PLACEHOLDER: where it is, and how long */
  size_t length;
} piece;

typedef struct reader {
  const char *at;
  int doubled; /* {{ that no }} has closed yet */
  bool dollar; /* what was read last is $ */
} reader;

/* The length of the name between braces; 0: it is none. */
static size_t name_between_braces(const char *open) {
  size_t n = 0;
  if (isalpha((unsigned char)open[1]) || open[1] == '_')
    for (n = 1; isalnum((unsigned char)open[1 + n]) || open[1 + n] == '_';)
      n++;
  return open[1 + n] == '}' ? n : 0;
}

static placeholder placeholder_named(const char *name, size_t length) {
  for (int s = 0; s < PLACEHOLDERS; s++)
    if (strlen(placeholder_names[s]) == length && strncmp(name, placeholder_names[s], length) == 0)
      return (placeholder)s;
  return NAMED_PLACEHOLDER;
}

/* False at the end. */
static bool next_piece(reader *r, piece *p) {
  const char *c = r->at;
  if (!*c)
    return false;
  bool shells = r->dollar && *c == '{';
  *p = (piece){.placeholder = NO_PLACEHOLDER, .c = *c};
  r->at = c + 1;
  r->dollar = *c == '$';
  if (shells)
    return true;
  size_t length = *c == '{' ? name_between_braces(c) : 0;
  if (c[0] == '{' && c[1] == '{') {
    r->doubled++;
    r->at = c + 2;
  } else if (c[0] == '}' && c[1] == '}' && r->doubled) {
    r->doubled--;
    r->at = c + 2;
  } else if (length) {
    *p = (piece){.placeholder = placeholder_named(c + 1, length), .name = c + 1, .length = length};
    r->at = c + length + 2;
  }
  return true;
}

hx_command_placeholders hx_command_placeholders_in(const char *command) {
  bool has[PLACEHOLDERS] = {strstr(command, "PVTUNE_WORKERS") != NULL,
                            strstr(command, "PVTUNE_PROCESSES") != NULL,
                            strstr(command, "PVTUNE_THREADS") != NULL, false};
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);)
    if (p.placeholder < PLACEHOLDERS)
      has[p.placeholder] = true;
  return (hx_command_placeholders){has[WORKERS], has[PROCESSES], has[THREADS], has[OUTPUT]};
}

bool hx_command_text_uses(const char *command, const char *name) {
  char variable[sizeof "PVTUNE_PARAM_" + HX_PARAM_NAME];
  snprintf(variable, sizeof variable, "PVTUNE_PARAM_%s", name);
  size_t length = strlen(variable);
  for (const char *at = strstr(command, variable); at; at = strstr(at + 1, variable))
    if (!isalnum((unsigned char)at[length]) && at[length] != '_')
      return true;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);)
    if (p.placeholder == NAMED_PLACEHOLDER && strlen(name) == p.length &&
        strncmp(name, p.name, p.length) == 0)
      return true;
  return false;
}

bool hx_command_text_needs_shell(const char *command) {
  char quote = 0;
  bool first_word = true;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder != NO_PLACEHOLDER)
      continue;
    if (quote && p.c == quote)
      quote = 0;
    else if (!quote && (p.c == '\'' || p.c == '"'))
      quote = p.c;
    else if (quote != '\'' && strchr("$`\\", p.c))
      return true;
    else if (!quote && strchr("|&;<>()*?[]{}~#!\n", p.c))
      return true;
    else if (!quote && first_word && p.c == '=')
      return true; /* NAME=value in front is the shell's business too */
    first_word = first_word && !quote && p.c != ' ' && p.c != '"' && p.c != '\'';
  }
  return false;
}

static char open_quote(const char *command) {
  char quote = 0;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder != NO_PLACEHOLDER)
      continue;
    if (quote)
      quote = p.c == quote ? 0 : quote;
    else if (p.c == '\'' || p.c == '"')
      quote = p.c;
  }
  return quote;
}

/* "{workers}, {processes}, {threads}, {output} and {level}": all that may stand in a command. */
static void list_known(const hx_config *known, hx_text *list) {
  hx_param_value p, next;
  size_t i = 0;
  while (hx_config_param_at(known, i, &next) && next.environment)
    i++;
  bool more = hx_config_param_at(known, i, &next);
  hx_text_printf(list, "{workers}, {processes}, {threads}%s {output}", more ? "," : " and");
  while (more) {
    p = next;
    do
      more = hx_config_param_at(known, ++i, &next);
    while (more && next.environment);
    hx_text_printf(list, "%s {%s}", more ? "," : " and", p.name);
  }
}

static bool find_param(const hx_config *config, const piece *p, hx_param_value *out) {
  char name[HX_PARAM_NAME];
  snprintf(name, sizeof name, "%.*s", (int)p->length, p->name);
  return p->length < sizeof name && hx_config_param_find(config, false, name, out);
}

bool hx_command_text_check(const char *command, const hx_config *known, pvs_error *error) {
  piece p;
  hx_param_value param;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder != NAMED_PLACEHOLDER || !known || find_param(known, &p, &param))
      continue;
    hx_text list = {0};
    list_known(known, &list);
    hx_fail(error, PVS_IO,
            "the command has the unknown placeholder {%.*s}: known are %s; the text {%.*s} itself "
            "is written {{%.*s}}: %s",
            (int)p.length, p.name, list.failed ? "others" : list.at, (int)p.length, p.name,
            (int)p.length, p.name, command);
    hx_text_deinit(&list);
    return false;
  }
  char quote = hx_command_text_needs_shell(command) ? 0 : open_quote(command);
  return !quote ||
         hx_fail(error, PVS_IO, "the command's quote %c is not closed: %s", quote, command);
}

/* ---- filling ---- */

typedef struct values {
  const hx_config *config;
  char number[3][16];
  const char *of[PLACEHOLDERS];
  hx_param_value param;
  char as_is[HX_PARAM_NAME + 3];
} values;

static void values_of(values *v, const hx_config *config, const char *output) {
  const int numbers[3] = {hx_config_workers(config), config->processes, config->threads};
  for (int i = 0; i < 3; i++) {
    snprintf(v->number[i], sizeof v->number[i], "%d", numbers[i]);
    v->of[i] = v->number[i];
  }
  v->of[OUTPUT] = output;
  v->config = config;
}

/* What a placeholder becomes; one that has no value stays. Valid until the next call. */
static const char *value_of(values *v, const piece *p) {
  if (p->placeholder < PLACEHOLDERS)
    return v->of[p->placeholder];
  if (find_param(v->config, p, &v->param))
    return v->param.value;
  snprintf(v->as_is, sizeof v->as_is, "{%.*s}", (int)p->length, p->name);
  return v->as_is;
}

void hx_command_text_put(hx_text *out, const char *text, const hx_config *config,
                         const char *output) {
  values v;
  piece p;
  values_of(&v, config, output);
  for (reader r = {.at = text}; next_piece(&r, &p);)
    if (p.placeholder == NO_PLACEHOLDER)
      hx_text_put_char(out, p.c);
    else
      hx_text_put(out, value_of(&v, &p));
}

static void put_in_single_quotes(hx_text *line, const char *word) {
  for (; *word; word++)
    if (*word == '\'')
      hx_text_put(line, "'\\''");
    else
      hx_text_put_char(line, *word);
}

void hx_command_text_quote(hx_text *line, const char *word) {
  if (*word &&
      strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@+"
                   "%") == strlen(word)) {
    hx_text_put(line, word);
    return;
  }
  hx_text_put_char(line, '\'');
  put_in_single_quotes(line, word);
  hx_text_put_char(line, '\'');
}

/* Whether a word may stand in a command unquoted: placeholders are no shell's business. */
static bool is_bare(const char *word) {
  hx_text plain = {0}, quoted = {0};
  piece p;
  bool named = false;
  for (reader r = {.at = word}; next_piece(&r, &p);
       named = named || p.placeholder != NO_PLACEHOLDER)
    hx_text_put_char(&plain, p.placeholder == NO_PLACEHOLDER ? p.c : 'x');
  if (named)
    hx_command_text_quote(&quoted, plain.at ? plain.at : "");
  bool bare = named && plain.at && quoted.at && !plain.failed && strcmp(plain.at, quoted.at) == 0;
  hx_text_deinit(&plain);
  hx_text_deinit(&quoted);
  return bare;
}

char *hx_command_text_join(char *const *words, int n) {
  hx_text text = {0};
  for (int i = 0; i < n; i++) {
    hx_text_put(&text, i ? " " : "");
    if (is_bare(words[i]))
      hx_text_put(&text, words[i]);
    else
      hx_command_text_quote(&text, words[i]);
  }
  return hx_text_take(&text);
}

/* How a shell reads a command, character by character. In `sh -c '...'` a second shell reads what
 * the first one leaves of that word: its script. */
typedef struct reading {
  bool escapes; /* a backslash means something */
  char quote;   /* the one that is open, or 0 */
  bool escaped, in_word;
  char word[32]; /* the current word's beginning */
  size_t length;
  enum {
    ANYTHING,
    OPTIONS,
    VALUE_OF_OPTION,
    SCRIPT
  } expected; /* what the word is; ANYTHING else: of a shell */
  char script_quote;
  bool script_escaped;
} reading;

static bool is_shell(const char *word) {
  static const char *const names[] = {"sh", "bash", "dash", "zsh", "ksh", "ash"};
  const char *slash = strrchr(word, '/');
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(slash ? slash + 1 : word, names[i]) == 0)
      return true;
  return false;
}

static void end_word(reading *r) {
  if (!r->in_word)
    return;
  r->word[r->length] = '\0';
  bool option = r->word[0] == '-' && r->word[1] != '-';
  if (r->expected == OPTIONS && option)
    r->expected = strchr(r->word, 'c') ? SCRIPT : strchr(r->word, 'o') ? VALUE_OF_OPTION : OPTIONS;
  else if (r->expected == VALUE_OF_OPTION)
    r->expected = OPTIONS;
  else
    r->expected = is_shell(r->word) ? OPTIONS : ANYTHING;
  r->length = 0;
  r->script_quote = 0;
  r->in_word = r->script_escaped = false;
}

static void read_in_word(reading *r, char c) {
  r->in_word = true;
  if (r->length + 1 < sizeof r->word)
    r->word[r->length++] = c;
  if (r->script_escaped)
    r->script_escaped = false;
  else if (c == '\\' && r->script_quote != '\'')
    r->script_escaped = true;
  else if (r->script_quote)
    r->script_quote = c == r->script_quote ? 0 : r->script_quote;
  else if (c == '\'' || c == '"')
    r->script_quote = c;
}

static void read_on(reading *r, char c) {
  if (r->escaped) {
    r->escaped = false;
    read_in_word(r, c);
  } else if (r->escapes && c == '\\' && r->quote != '\'') {
    r->escaped = true;
  } else if (r->quote && c == r->quote) {
    r->quote = 0;
  } else if (!r->quote && (c == '\'' || c == '"')) {
    r->quote = c;
    r->in_word = true;
  } else if (!r->quote && (isspace((unsigned char)c) || strchr("|&;<>()", c))) {
    end_word(r);
    if (!isspace((unsigned char)c))
      r->expected = ANYTHING;
  } else {
    read_in_word(r, c);
  }
}

/* `quote`: the one that is open, or 0. */
static void put_for_shell(hx_text *line, const char *value, char quote) {
  if (quote == '\'') {
    put_in_single_quotes(line, value);
  } else if (quote) {
    for (; *value; value++) {
      if (strchr("\\\"$`", *value))
        hx_text_put_char(line, '\\');
      hx_text_put_char(line, *value);
    }
  } else {
    hx_command_text_quote(line, value);
  }
}

/* A value as the script's shell has to find it, if it is part of one; a value that is all of the script
 * is the script. `rest`: the command behind it. */
static void put_in_script(hx_text *out, const char *value, const reading *r, const char *rest) {
  rest += r->quote && *rest == r->quote;
  bool all = r->length == 0 && (!*rest || isspace((unsigned char)*rest));
  if (r->expected != SCRIPT || all)
    hx_text_put(out, value);
  else
    put_for_shell(out, value, r->script_quote);
}

char *hx_command_text_fill(const char *command, const hx_config *config, const char *output) {
  hx_text line = {0};
  values v;
  reading shell = {.escapes = true};
  piece p;
  values_of(&v, config, output);
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder == NO_PLACEHOLDER) {
      read_on(&shell, p.c);
      hx_text_put_char(&line, p.c);
      continue;
    }
    hx_text value = {0};
    put_in_script(&value, value_of(&v, &p), &shell, r.at);
    put_for_shell(&line, value.at ? value.at : "", shell.quote);
    line.failed |= value.failed;
    hx_text_deinit(&value);
    read_in_word(&shell, 'x');
  }
  return hx_text_take(&line);
}

char *hx_command_text_line(const char *command, const hx_config *config, const char *output,
                           const char *cpus) {
  hx_text line = {0};
  hx_param_value p;
  bool alone = !cpus;
  for (size_t i = 0; hx_config_param_at(config, i, &p); i++)
    if (p.environment) {
      hx_text value = {0};
      hx_command_text_put(&value, p.value, config, output);
      hx_text_printf(&line, "%s=", p.name);
      hx_command_text_quote(&line, value.at ? value.at : "");
      hx_text_put_char(&line, ' ');
      line.failed |= value.failed;
      hx_text_deinit(&value);
      alone = false;
    }
  if (cpus)
    hx_text_printf(&line, "taskset -c %s ", cpus);
  char *filled = hx_command_text_fill(command, config, output);
  if (filled && !alone && hx_command_text_needs_shell(command)) {
    hx_text_put(&line, "sh -c ");
    hx_command_text_quote(&line, filled);
  } else if (filled) {
    hx_text_put(&line, filled);
  }
  line.failed |= filled == NULL;
  free(filled);
  return hx_text_take(&line);
}

static size_t put_word(hx_text *words, const char *word) {
  hx_text_add(words, word, strlen(word) + 1);
  return 1;
}

static size_t split(const char *command, values *v, hx_text *words) {
  reading shell = {0};
  size_t n = 0;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder != NO_PLACEHOLDER) {
      put_in_script(words, value_of(v, &p), &shell, r.at);
      read_in_word(&shell, 'x');
      continue;
    }
    bool was_in_word = shell.in_word;
    char quote = shell.quote;
    read_on(&shell, p.c);
    if (was_in_word && !shell.in_word)
      n += put_word(words, "");
    else if (shell.in_word && shell.quote == quote)
      hx_text_put_char(words, p.c);
  }
  return n + (shell.in_word ? put_word(words, "") : 0);
}

size_t hx_command_text_words(const char *command, const hx_config *config, const char *output,
                             hx_text *words) {
  if (!hx_command_text_needs_shell(command)) {
    values v;
    values_of(&v, config, output);
    return split(command, &v, words);
  }
  char *line = hx_command_text_fill(command, config, output);
  words->failed |= line == NULL;
  size_t n = put_word(words, "/bin/sh") + put_word(words, "-c") + put_word(words, line ? line : "");
  free(line);
  return n;
}
