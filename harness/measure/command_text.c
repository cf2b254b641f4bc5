#include "measure/command_text.h"

#include "base/fail.h"
#include "measure/shell_reading.h"

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

/* There is no such program, or one that has no effect on what comes behind it. */
static bool is_shells_own(const char *command) {
  static const char *const own[] = {".",    ":",      "cd",       "command", "eval",  "exec",
                                    "exit", "export", "readonly", "set",     "shift", "times",
                                    "trap", "type",   "ulimit",   "umask",   "unset", "wait"};
  command += strspn(command, HX_COMMAND_BLANKS);
  size_t length = strcspn(command, HX_COMMAND_BLANKS);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strlen(own[i]) == length && strncmp(command, own[i], length) == 0)
      return true;
  return false;
}

bool hx_command_text_needs_shell(const char *command) {
  if (is_shells_own(command))
    return true;
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

/* Whether a word may stand in a command unquoted: placeholders are no shell's business. */
static bool is_bare(const char *word) {
  hx_text plain = {0}, quoted = {0};
  piece p;
  bool named = false;
  for (reader r = {.at = word}; next_piece(&r, &p);
       named = named || p.placeholder != NO_PLACEHOLDER)
    hx_text_put_char(&plain, p.placeholder == NO_PLACEHOLDER ? p.c : 'x');
  if (named)
    hx_shell_quote(&quoted, plain.at ? plain.at : "");
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
      hx_shell_quote(&text, words[i]);
  }
  return hx_text_take(&text);
}

char *hx_command_text_fill(const char *command, const hx_config *config, const char *output) {
  hx_text line = {0};
  values v;
  hx_shell_reading shell = {.escapes = true};
  piece p;
  values_of(&v, config, output);
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder == NO_PLACEHOLDER) {
      hx_shell_read(&shell, p.c);
      hx_text_put_char(&line, p.c);
      continue;
    }
    hx_shell_put(&line, value_of(&v, &p), &shell, r.at);
    hx_shell_read_value(&shell);
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
      hx_shell_quote(&line, value.at ? value.at : "");
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
    hx_shell_quote(&line, filled);
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
  hx_shell_reading shell = {0};
  size_t n = 0;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.placeholder != NO_PLACEHOLDER) {
      hx_shell_put_in_script(words, value_of(v, &p), &shell, r.at);
      hx_shell_read_value(&shell);
      continue;
    }
    bool was_in_word = shell.word.begun;
    char quote = shell.q.quote;
    hx_shell_read(&shell, p.c);
    if (was_in_word && !shell.word.begun)
      n += put_word(words, "");
    else if (shell.word.begun && shell.q.quote == quote)
      hx_text_put_char(words, p.c);
  }
  return n + (shell.word.begun ? put_word(words, "") : 0);
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
