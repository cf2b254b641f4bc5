#include "measure/shell_reading.h"

#include <ctype.h>
#include <string.h>

/* ---- quoting ---- */

static void put_in_single_quotes(hx_text *line, const char *word) {
  for (; *word; word++)
    if (*word == '\'')
      hx_text_put(line, "'\\''");
    else
      hx_text_put_char(line, *word);
}

void hx_shell_quote(hx_text *line, const char *word) {
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

void hx_shell_quote_path(hx_text *line, const char *path) {
  if (*path == '-')
    hx_text_put(line, "./");
  hx_shell_quote(line, path);
}

/* ---- reading ---- */

typedef enum { NOTHING, ENTERED, LEFT } crossing;

static crossing enter(hx_shell_quoting *q, char kind) {
  q->around[q->depth].kind = kind;
  q->around[q->depth].quote = q->quote;
  q->around[q->depth++].parentheses = 0;
  q->quote = 0;
  return ENTERED;
}

/* Whether the character, which is not escaped, begins or ends a substitution. */
static crossing cross(hx_shell_quoting *q, char c) {
  int top = q->depth - 1;
  char within = q->depth > 0 ? q->around[top].kind : 0;
  bool dollar = q->dollar;
  q->dollar = c == '$' && q->quote != '\'';
  if (q->quote == '\'')
    return NOTHING;
  if (c == '`' ? within != '`' : dollar && c == '(')
    return q->depth < HX_SHELL_NESTED ? enter(q, c) : NOTHING;
  if (!q->quote && within == '(')
    q->around[top].parentheses += (c == '(') - (c == ')');
  if (c != '`' && (q->quote || within != '(' || q->around[top].parentheses >= 0))
    return NOTHING;
  q->quote = q->around[top].quote;
  q->depth--;
  return LEFT;
}

/* A shell's view of a script, of which only the quotes matter. */
static void read_script(hx_shell_quoting *q, char c) {
  if (q->escaped)
    q->escaped = false;
  else if (c == '\\' && q->quote != '\'')
    q->escaped = true;
  else if (cross(q, c) == NOTHING && (c == '\'' || c == '"') && (!q->quote || q->quote == c))
    q->quote = q->quote ? 0 : c;
}

static bool is_shell(const char *word) {
  static const char *const names[] = {"sh", "bash", "dash", "zsh", "ksh", "ash"};
  const char *slash = strrchr(word, '/');
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(slash ? slash + 1 : word, names[i]) == 0)
      return true;
  return false;
}

static void end_word(hx_shell_word *w) {
  if (!w->begun)
    return;
  w->text[w->length] = '\0';
  bool option = w->text[0] == '-' && w->text[1] != '-';
  if (w->expected == HX_SHELL_OPTIONS && option)
    w->expected = strchr(w->text, 'c')   ? HX_SHELL_SCRIPT
                  : strchr(w->text, 'o') ? HX_SHELL_VALUE_OF_OPTION
                                         : HX_SHELL_OPTIONS;
  else if (w->expected == HX_SHELL_VALUE_OF_OPTION)
    w->expected = HX_SHELL_OPTIONS;
  else
    w->expected = is_shell(w->text) ? HX_SHELL_OPTIONS : HX_SHELL_ANYTHING;
  w->length = 0;
  w->script = (hx_shell_quoting){0};
  w->begun = false;
}

static void read_in_word(hx_shell_reading *r, char c) {
  hx_shell_word *w = &r->word;
  w->begun = true;
  if (w->length + 1 < sizeof w->text)
    w->text[w->length++] = c;
  read_script(&w->script, c);
}

static void end_at(hx_shell_reading *r, char c) {
  end_word(&r->word);
  if (!isspace((unsigned char)c))
    r->word.expected = HX_SHELL_ANYTHING;
}

/* True when the character began or ended a substitution. */
static bool read_substitution(hx_shell_reading *r, char c) {
  int depth = r->q.depth;
  switch (r->escapes ? cross(&r->q, c) : NOTHING) {
  case ENTERED:
    r->around[depth] = r->word;
    r->word = (hx_shell_word){0};
    return true;
  case LEFT:
    r->word = r->around[r->q.depth];
    read_in_word(r, 'x');
    return true;
  case NOTHING:
    break;
  }
  return false;
}

void hx_shell_read(hx_shell_reading *r, char c) {
  hx_shell_quoting *q = &r->q;
  if (r->comment) {
    r->comment = c != '\n';
  } else if (q->escaped) {
    q->escaped = false;
    read_in_word(r, c);
  } else if (r->escapes && c == '\\' && q->quote != '\'') {
    q->escaped = true;
  } else if (read_substitution(r, c)) {
    return;
  } else if (q->quote && c == q->quote) {
    q->quote = 0;
  } else if (!q->quote && (c == '\'' || c == '"')) {
    q->quote = c;
    r->word.begun = true;
  } else if (!q->quote && (isspace((unsigned char)c) || strchr("|&;<>()", c))) {
    end_at(r, c);
  } else if (r->escapes && !q->quote && c == '#' && !r->word.begun) {
    r->comment = true;
  } else {
    read_in_word(r, c);
  }
}

/* `quote`: the one that is open, or 0. */
static void quote_for_shell(hx_text *line, const char *value, char quote) {
  if (quote == '\'') {
    put_in_single_quotes(line, value);
  } else if (quote) {
    for (; *value; value++) {
      if (strchr("\\\"$`", *value))
        hx_text_put_char(line, '\\');
      hx_text_put_char(line, *value);
    }
  } else {
    hx_shell_quote(line, value);
  }
}

/* In backquotes a shell takes away backslashes before it reads what is left. */
static void put_for_shell(hx_text *line, const char *value, const hx_shell_quoting *q) {
  bool backquoted = q->depth > 0 && q->around[q->depth - 1].kind == '`';
  hx_text quoted = {0};
  quote_for_shell(&quoted, value, q->quote);
  for (const char *c = quoted.at ? quoted.at : ""; *c; c++) {
    if (backquoted && strchr("\\`$", *c))
      hx_text_put_char(line, '\\');
    hx_text_put_char(line, *c);
  }
  line->failed |= quoted.failed;
  hx_text_deinit(&quoted);
}

void hx_shell_put_in_script(hx_text *out, const char *value, const hx_shell_reading *r,
                            const char *rest) {
  rest += r->q.quote && *rest == r->q.quote;
  bool all = r->word.length == 0 && (!*rest || isspace((unsigned char)*rest));
  if (r->word.expected != HX_SHELL_SCRIPT || all)
    hx_text_put(out, value);
  else
    put_for_shell(out, value, &r->word.script);
}

void hx_shell_put(hx_text *line, const char *value, const hx_shell_reading *r, const char *rest) {
  hx_text in_script = {0};
  hx_shell_put_in_script(&in_script, value, r, rest);
  put_for_shell(line, in_script.at ? in_script.at : "", &r->q);
  line->failed |= in_script.failed;
  hx_text_deinit(&in_script);
}

void hx_shell_read_value(hx_shell_reading *r) {
  read_in_word(r, 'x');
}
