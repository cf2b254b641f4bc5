#include "measure/command_text.h"

#include "base/fail.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- pieces: a character, or a placeholder ---- */

typedef enum slot { WORKERS, PROCESSES, THREADS, OUTPUT, SLOTS, NO_SLOT, UNKNOWN_SLOT } slot;

static const char *const slot_names[SLOTS] = {"workers", "processes", "threads", "output"};

typedef struct piece {
  slot slot;
  char c;           /* NO_SLOT */
  const char *name; /* UNKNOWN_SLOT: where it is, and how long */
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

static slot slot_named(const char *name, size_t length) {
  for (int s = 0; s < SLOTS; s++)
    if (strlen(slot_names[s]) == length && strncmp(name, slot_names[s], length) == 0)
      return (slot)s;
  return UNKNOWN_SLOT;
}

/* False at the end. */
static bool next_piece(reader *r, piece *p) {
  const char *c = r->at;
  if (!*c)
    return false;
  bool shells = r->dollar && *c == '{';
  *p = (piece){.slot = NO_SLOT, .c = *c};
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
    *p = (piece){.slot = slot_named(c + 1, length), .name = c + 1, .length = length};
    r->at = c + length + 2;
  }
  return true;
}

hx_command_slots hx_command_text_slots(const char *command) {
  bool has[SLOTS] = {strstr(command, "PVTUNE_WORKERS") != NULL,
                     strstr(command, "PVTUNE_PROCESSES") != NULL,
                     strstr(command, "PVTUNE_THREADS") != NULL, false};
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);)
    if (p.slot < SLOTS)
      has[p.slot] = true;
  return (hx_command_slots){has[WORKERS], has[PROCESSES], has[THREADS], has[OUTPUT]};
}

bool hx_command_text_needs_shell(const char *command) {
  char quote = 0;
  bool first_word = true;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.slot != NO_SLOT)
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
    if (p.slot != NO_SLOT)
      continue;
    if (quote)
      quote = p.c == quote ? 0 : quote;
    else if (p.c == '\'' || p.c == '"')
      quote = p.c;
  }
  return quote;
}

bool hx_command_text_check(const char *command, pvs_error *error) {
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);)
    if (p.slot == UNKNOWN_SLOT)
      return hx_fail(error, PVS_IO,
                     "the command has the unknown placeholder {%.*s}: known are {workers}, "
                     "{processes}, {threads} and {output}; the text {%.*s} itself is written "
                     "{{%.*s}}: %s",
                     (int)p.length, p.name, (int)p.length, p.name, (int)p.length, p.name, command);
  char quote = hx_command_text_needs_shell(command) ? 0 : open_quote(command);
  return !quote ||
         hx_fail(error, PVS_IO, "the command's quote %c is not closed: %s", quote, command);
}

/* ---- filling ---- */

typedef struct values {
  char number[3][16];
  const char *of[SLOTS];
} values;

static void values_of(values *v, const hx_config *config, const char *output) {
  const int numbers[3] = {hx_config_workers(config), config->processes, config->threads};
  for (int i = 0; i < 3; i++) {
    snprintf(v->number[i], sizeof v->number[i], "%d", numbers[i]);
    v->of[i] = v->number[i];
  }
  v->of[OUTPUT] = output;
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

/* Where in a shell's text we are: `quote` is the quote that is open, or 0. */
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

char *hx_command_text_fill(const char *command, const hx_config *config, const char *output) {
  hx_text line = {0};
  values v;
  char quote = 0;
  bool escaped = false;
  piece p;
  values_of(&v, config, output);
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    if (p.slot < SLOTS) {
      put_for_shell(&line, v.of[p.slot], quote);
      continue;
    }
    hx_text_put_char(&line, p.c);
    if (escaped)
      escaped = false;
    else if (p.c == '\\' && quote != '\'')
      escaped = true;
    else if (quote)
      quote = p.c == quote ? 0 : quote;
    else if (p.c == '\'' || p.c == '"')
      quote = p.c;
  }
  return hx_text_take(&line);
}

static size_t put_word(hx_text *words, const char *word) {
  hx_text_add(words, word, strlen(word) + 1);
  return 1;
}

static size_t split(const char *command, const values *v, hx_text *words) {
  char quote = 0;
  bool in_word = false;
  size_t n = 0;
  piece p;
  for (reader r = {.at = command}; next_piece(&r, &p);) {
    bool plain = p.slot == NO_SLOT;
    if (plain && quote && p.c == quote) {
      quote = 0;
    } else if (plain && !quote && (p.c == '\'' || p.c == '"')) {
      quote = p.c;
      in_word = true;
    } else if (plain && !quote && isspace((unsigned char)p.c)) {
      n += in_word ? put_word(words, "") : 0;
      in_word = false;
    } else {
      in_word = true;
      if (plain)
        hx_text_put_char(words, p.c);
      else
        hx_text_put(words, v->of[p.slot]);
    }
  }
  return n + (in_word ? put_word(words, "") : 0);
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

/* ---- environment ---- */

char **hx_command_environment(const hx_config *config) {
  enum { OURS = 3, ROOM = 40 };
  static const char *const names[OURS] = {
      "PVTUNE_WORKERS=", "PVTUNE_PROCESSES=", "PVTUNE_THREADS="};
  values v;
  size_t n = 0, kept = 0;
  values_of(&v, config, "");
  while (environ[n])
    n++;
  char **copy = malloc((n + OURS + 1) * sizeof *copy + OURS * ROOM);
  if (!copy)
    return NULL;
  char *text = (char *)(copy + n + OURS + 1);
  for (int i = 0; i < OURS; i++, text += ROOM) {
    snprintf(text, ROOM, "%s%s", names[i], v.of[i]);
    copy[kept++] = text;
  }
  for (size_t i = 0; i < n; i++) {
    bool ours = false;
    for (int k = 0; k < OURS; k++)
      ours |= strncmp(environ[i], names[k], strlen(names[k])) == 0;
    if (!ours)
      copy[kept++] = environ[i];
  }
  copy[kept] = NULL;
  return copy;
}
